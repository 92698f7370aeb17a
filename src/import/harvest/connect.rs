//! One request over one connection to an address that was checked.
//!
//! In: a URL that the guard let pass, and headers. Out: the answer's head and its body, piece by
//! piece. A name is looked up once per connection; every address it has must be public, and the
//! connection goes to one of those very addresses: a name that answers differently the next time
//! (DNS rebinding) gains nothing. No proxy, no redirect, no cookie, no reuse.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{HeaderMap, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, crypto};
use url::{Host, Url};

use super::guard::{Reach, Refusal, check_address, check_url};

/// How long one address of a host may take to answer the call.
const CONNECT: Duration = Duration::from_secs(10);

/// Addresses of a host that are tried.
const MAX_ADDRESSES: usize = 4;

/// Addresses of a name, in a while.
pub type Looking<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Finds the addresses of a name; tests give their own.
pub trait Lookup: Send + Sync {
    /// Returns all of them.
    fn addresses<'a>(&'a self, name: &'a str) -> Looking<'a>;
}

/// The machine's resolver.
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses<'a>(&'a self, name: &'a str) -> Looking<'a> {
        Box::pin(async move {
            // The dot at the end keeps the machine's own search domains out.
            let whole = format!("{name}.");
            Ok(tokio::net::lookup_host((whole, 0)).await?.map(|found| found.ip()).collect())
        })
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The guard does not let us.
    Refused(Refusal),
    /// The name has no address, nobody answers, the certificate is wrong, the answer is none: the
    /// layer that failed, in no language.
    Unreachable(String),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// An answer whose body is still to be read.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    body: Incoming,
}

impl Answer {
    /// Returns the next piece of the body; `None` at its end.
    ///
    /// # Errors
    ///
    /// [`Failure::Unreachable`] when it breaks off.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, Failure> {
        while let Some(frame) = self.body.frame().await {
            let frame = frame.map_err(|_| unreachable("HTTP"))?;
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

/// Connects to public hosts.
pub struct Connector {
    reach: Reach,
    lookup: Arc<dyn Lookup>,
    tls: TlsConnector,
}

impl Connector {
    /// Returns a connector that trusts Mozilla's list of certificate authorities.
    pub fn new(reach: Reach, lookup: Arc<dyn Lookup>) -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self::with_roots(reach, lookup, roots)
    }

    fn with_roots(reach: Reach, lookup: Arc<dyn Lookup>, roots: RootCertStore) -> Self {
        let config =
            ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .expect("ring knows TLS 1.2 and 1.3")
                .with_root_certificates(roots)
                .with_no_client_auth();
        Self { reach, lookup, tls: TlsConnector::from(Arc::new(config)) }
    }

    /// Returns what may be asked besides public hosts.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Asks for `url`. The caller limits the time.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub async fn get(&self, url: &Url, headers: HeaderMap) -> Result<Answer, Failure> {
        check_url(url, self.reach)?;
        let addresses = self.addresses(url).await?;
        let stream = connect(&addresses).await?;
        if url.scheme() == "http" {
            return ask(stream, url, headers).await;
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).map_err(|_| Refusal::NotAUrl)?;
        ask(self.tls.connect(name, stream).await.map_err(tls_failure)?, url, headers).await
    }

    /// Returns the addresses of a host, each of them checked.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, Failure> {
        let found = match url.host() {
            Some(Host::Domain(name)) => {
                self.lookup.addresses(name).await.map_err(|_| unreachable("DNS"))?
            }
            Some(Host::Ipv4(ip)) => vec![IpAddr::V4(ip)],
            Some(Host::Ipv6(ip)) => vec![IpAddr::V6(ip)],
            None => Vec::new(),
        };
        let port = url.port_or_known_default().ok_or(Refusal::Port)?;
        for address in &found {
            // One private address among public ones is no oversight but an attempt.
            check_address(*address, self.reach)?;
            if !address.is_loopback() && (url.scheme() != "https" || port != 443) {
                return Err(Refusal::Scheme.into());
            }
        }
        if found.is_empty() {
            return Err(unreachable("DNS"));
        }
        Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }
}

fn unreachable(layer: &str) -> Failure {
    Failure::Unreachable(layer.to_owned())
}

/// Tells what is wrong with a certificate by its name in rustls: `TLS: Expired`.
fn tls_failure(error: io::Error) -> Failure {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(cause)) = cause else { return unreachable("TLS") };
    let name: String = format!("{cause:?}").chars().take_while(|c| c.is_alphanumeric()).collect();
    unreachable(&format!("TLS: {name}"))
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    for address in addresses.iter().take(MAX_ADDRESSES) {
        if let Ok(Ok(stream)) = timeout(CONNECT, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    Err(unreachable("TCP"))
}

async fn ask<S>(stream: S, url: &Url, headers: HeaderMap) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
    let mut request = Request::get(target)
        .header(header::HOST, host)
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| Refusal::NotAUrl)?;
    request.headers_mut().extend(headers);
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| unreachable("HTTP"))?;
    // It ends with the answer: once the sender and the body are gone, so is the connection.
    tokio::spawn(async move {
        connection.await.ok();
    });
    let answer = sender.send_request(request).await.map_err(|_| unreachable("HTTP"))?;
    let (head, body) = answer.into_parts();
    Ok(Answer { status: head.status, headers: head.headers, body })
}

#[cfg(test)]
mod tests;
