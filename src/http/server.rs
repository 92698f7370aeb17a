//! Starts the service and ends it in good order.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Once};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use tokio::sync::oneshot;
use tracing::{error, info};

use super::site::{DataLicence, Network, Site, WebAddress};
use super::{configure, manners, metrics};
use crate::search::Searcher;

/// How long a client may take to send its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// What an operator may choose.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Base of all absolute addresses; `None`: `http://` and the address bound.
    pub public_url: Option<String>,
    /// Under which licence the data leave.
    pub data_licence: DataLicence,
    /// Where people reach whoever runs the service; shown on the pages about privacy and
    /// accessibility.
    pub contact_email: Option<String>,
    /// Where a video in German Sign Language explains the search; shown beside the help.
    pub sign_language: Option<WebAddress>,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<Network>,
    /// Requests per minute and client address; 0: no limit.
    pub rate_limit_per_minute: u32,
    /// Where `/metrics` is served; `None`: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Threads that answer; 0: one per core.
    pub workers: usize,
    /// How long open requests may take after the signal to stop.
    pub shutdown_timeout_s: u64,
    /// Whether a panic tells its place only; its message may hold the text of a search. Tests, whose
    /// failures are panics, turn it off.
    pub quiet_panics: bool,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            data_licence: DataLicence::default(),
            contact_email: None,
            sign_language: None,
            trusted_proxies: Vec::new(),
            rate_limit_per_minute: 600,
            metrics_listen: Some(SocketAddr::from(([127, 0, 0, 1], 9090))),
            workers: 0,
            shutdown_timeout_s: 30,
            quiet_panics: true,
        }
    }
}

/// A service that has begun to listen.
#[derive(Debug)]
pub struct Bound {
    /// Where.
    pub address: SocketAddr,
    /// Where the metrics are.
    pub metrics_address: Option<SocketAddr>,
    /// The public base.
    pub public_url: String,
    /// Stops it: `handle.stop(true).await`.
    pub handle: ServerHandle,
}

/// Serves until SIGTERM, SIGINT or [`Bound::handle`] stops it; open requests are finished.
///
/// `rooms` adds further routes, such as the admin interface, to each worker. `bound` is told once
/// the sockets are open.
///
/// # Errors
///
/// When an address cannot be bound; the text names it.
pub async fn serve(
    settings: ServerSettings,
    searcher: Arc<Searcher>,
    rooms: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    bound: Option<oneshot::Sender<Bound>>,
) -> io::Result<()> {
    if settings.quiet_panics {
        keep_panics_quiet();
    }
    let listener = listen(settings.listen)?;
    let address = listener.local_addr()?;
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let mut site = Site::new(
        searcher,
        &public_url,
        settings.trusted_proxies.clone(),
        settings.rate_limit_per_minute,
    );
    site.contact_email = settings.contact_email.clone();
    site.sign_language = settings.sign_language.clone();
    let site = web::Data::new(site.with_data_licence(settings.data_licence.clone()));
    let metrics_listener = settings.metrics_listen.map(listen).transpose()?;
    let metrics_address =
        metrics_listener.as_ref().map(std::net::TcpListener::local_addr).transpose()?;

    let shared = site.clone();
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .wrap(from_fn(manners))
            .configure(&rooms)
            .configure(configure)
    })
    .tcp_nodelay(true) // Nagle's algorithm held compressed answers back for 40 ms
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(REQUEST_TIMEOUT)
    .shutdown_timeout(settings.shutdown_timeout_s)
    .disable_signals();
    if settings.workers > 0 {
        server = server.workers(settings.workers);
    }
    let server = server.listen(listener)?.run();

    let handle = server.handle();
    let metrics_handle = match metrics_listener {
        None => None,
        Some(listener) => {
            let shared = site.clone();
            let server = HttpServer::new(move || {
                App::new().app_data(shared.clone()).configure(metrics::configure)
            })
            .workers(1)
            .disable_signals()
            .listen(listener)?
            .run();
            let handle = server.handle();
            tokio::spawn(server);
            Some(handle)
        }
    };
    tokio::spawn(stop_on_signal(handle.clone()));
    info!(%address, "listening on http://{address}");
    if let Some(bound) = bound {
        // Nobody has to wait for it.
        let _ = bound.send(Bound { address, metrics_address, public_url, handle });
    }
    let ended = server.await;
    if let Some(handle) = metrics_handle {
        handle.stop(false).await;
    }
    info!("stopped");
    ended
}

fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    std::net::TcpListener::bind(address).map_err(|cause| {
        io::Error::new(cause.kind(), format!("cannot listen on {address}: {cause}"))
    })
}

/// Waits for SIGTERM or SIGINT, then lets open requests end.
async fn stop_on_signal(handle: ServerHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            error!("signals cannot be received; stop the process by other means");
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        error!("signals cannot be received; stop the process by other means");
        return;
    }
    info!("stopping");
    handle.stop(true).await;
}

/// Lets a panic tell its place only: its message may hold the text of a search.
fn keep_panics_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            error!(place, "panicked");
        }));
    });
}
