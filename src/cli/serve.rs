//! `wegweiser serve`: the service.
//!
//! Starts in this order: tables, the index folder (so that a second service stops before it
//! touches anything), the catalogue, the newest good generation or a new one, the sockets.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep};
use tracing::{error, warn};

use super::arguments::{ServeArguments, Shared};
use super::engine::{Builder, Engine, catalogue_file};
use super::progress::Progress;
use super::report::{Report, print_line};
use super::settings::{Origin, Settings};
use super::{example, harvest, schedule, watch};
use crate::http::admin::{self, LookAt, Office, OfficeSettings};
use crate::http::{self, Bound, ServerSettings};
use crate::import::harvest::{Fetcher, Limits, Manner, Reach};
use crate::index::StoreError;
use crate::search::Searcher;
use crate::search::request::{AnswerLanguage, SearchRequest};

/// A command may be building; it is done within this time.
const WAIT_FOR_COMMANDS: Duration = Duration::from_secs(3);

/// Searches to try, the first three that find something: an illness, one with a town, one in
/// everyday words, and more of them for lists that hold little.
const SEARCHES: [&[(&str, &str)]; 8] = [
    &[("q", "Mukoviszidose")],
    &[("q", "Depression"), ("place", "Dresden")],
    &[("q", "mein Mann trinkt")],
    &[("q", "Angehörige Demenz")],
    &[("q", "Diabetes"), ("place", "Jena")],
    &[("q", "Krebs")],
    &[("q", "Angst")],
    &[("q", "Sucht")],
];

/// Folder below --data-dir for lists that are being read; emptied at every start.
const UPLOADS: &str = "uploads";

/// How many of them are shown.
const SHOWN_SEARCHES: usize = 3;

/// Runs the service until a signal stops it.
///
/// # Errors
///
/// What keeps it from starting, with the path or address.
pub async fn run(settings: &Settings, arguments: &ServeArguments) -> anyhow::Result<Report> {
    let shared = &settings.arguments.shared;
    let server = server_settings(settings, arguments)?;
    if !arguments.no_example_data {
        refuse_a_lost_catalogue(shared)?;
    }
    let (engine, builder) = open(shared).await?;
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    if !arguments.no_example_data && engine.catalogue.is_empty().await? {
        example::load(&engine, progress).await?;
    }
    // An outdated generation serves while the watch builds the next one.
    if builder.open_newest().await?.is_none() {
        builder.rebuild(progress).await?;
    }
    let nudge = Arc::new(Notify::new());
    let watching = tokio::spawn(watch::watch(builder, Arc::clone(&nudge)));
    let reach = harvest::reach(arguments.harvest_loopback);
    // One for all, so that a host is asked at its own pace whoever wants it asked.
    let fetcher = Arc::new(Fetcher::new(reach, Limits::default(), shared.public_url.as_deref()));
    let look = (!arguments.no_harvest).then(|| look_at(&engine, &fetcher));
    let office = open_office(&engine, shared, nudge, (reach, look))?;
    let harvesting =
        (!arguments.no_harvest).then(|| tokio::spawn(schedule::keep(engine.clone(), fetcher)));
    let (told, bound) = oneshot::channel();
    let searcher = Arc::clone(&engine.searcher);
    let as_json = shared.json;
    let greeting = tokio::spawn(async move {
        let Ok(bound) = bound.await else { return };
        if let Err(error) = greet(&bound, &searcher, as_json) {
            warn!(%error, "stdout cannot be written");
        }
    });
    let served =
        http::serve(server, Arc::clone(&engine.searcher), admin::rooms(office), Some(told)).await;
    watching.abort();
    greeting.abort();
    if let Some(harvesting) = harvesting {
        harvesting.abort();
    }
    engine.catalogue.close().await;
    served?;
    Ok(Report::done("", Value::Null))
}

/// Returns how staff have a source looked at: as the schedule does, but changed or not.
fn look_at(engine: &Engine, fetcher: &Arc<Fetcher>) -> LookAt {
    let (engine, fetcher) = (engine.clone(), Arc::clone(fetcher));
    Arc::new(move |source, who| {
        let (engine, fetcher) = (engine.clone(), Arc::clone(&fetcher));
        Box::pin(async move {
            let manner = Manner { who, is_dry: false, is_conditional: false, is_confirmed: false };
            if let Err(problem) = harvest::look(&engine, fetcher, vec![source], &manner).await {
                error!("a source could not be looked at: {problem:#}");
            }
        })
    })
}

/// Opens the office of the admin interface over the same catalogue and clock.
fn open_office(
    engine: &Engine,
    shared: &Shared,
    nudge: Arc<Notify>,
    (reach, look): (Reach, Option<LookAt>),
) -> anyhow::Result<Office> {
    let upload_dir = shared.data_dir.join(UPLOADS);
    let shown = upload_dir.display().to_string();
    let (now, today, wishing) = (engine.clone(), engine.clone(), engine.clone());
    let office = Office::open(OfficeSettings {
        catalogue: engine.catalogue.clone(),
        now: Arc::new(move || now.clock.now()),
        today: Arc::new(move || today.as_of()),
        rebuild: Arc::new(move || wishing.wish_rebuild()),
        nudge,
        reach,
        look,
        upload_dir,
    });
    office.with_context(|| format!("the folder for lists that are sent, {shown}"))
}

/// Stops where an index of real groups is there and its catalogue is not: a wrong folder or mount
/// must not end in invented groups.
fn refuse_a_lost_catalogue(shared: &Shared) -> anyhow::Result<()> {
    let file = catalogue_file(shared)?;
    if !matches!(file.try_exists(), Ok(false)) {
        return Ok(());
    }
    let Ok(entries) = std::fs::read_dir(&shared.index_dir) else { return Ok(()) };
    for entry in entries.flatten() {
        let meta = std::fs::read(entry.path().join("meta.json")).ok();
        let meta: Option<crate::index::Meta> =
            meta.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if meta.is_some_and(|meta| !meta.example_data && !meta.last_import_at.is_empty()) {
            bail!(
                "there is an index of real groups in {}, but no catalogue {}; is --data-dir right? \
                 `wegweiser restore` brings a backup back, --no-example-data begins anew",
                shared.index_dir.display(),
                file.display()
            );
        }
    }
    Ok(())
}

/// Opens everything, the index folder before the catalogue.
async fn open(shared: &Shared) -> anyhow::Result<(Engine, Builder)> {
    let deadline = Instant::now() + WAIT_FOR_COMMANDS;
    // The folder first: of two services one must stop before it loads example data.
    let folder = shared.index_dir.clone();
    loop {
        match crate::index::GenerationStore::open(&folder) {
            Ok(store) => {
                let engine = Engine::open(shared).await?;
                let builder = Builder::new(&engine, store);
                return Ok((engine, builder));
            }
            Err(StoreError::Locked(_)) if Instant::now() < deadline => {}
            Err(error) => return Err(error.into()),
        }
        sleep(Duration::from_millis(100)).await;
    }
}

fn server_settings(
    settings: &Settings,
    arguments: &ServeArguments,
) -> anyhow::Result<ServerSettings> {
    let mut trusted_proxies = Vec::new();
    for range in &arguments.trusted_proxy {
        trusted_proxies.push(range.parse().context("--trusted-proxy")?);
    }
    let metrics_listen = match arguments.metrics_listen.as_str() {
        "off" => None,
        address => {
            let wrong =
                || anyhow!("--metrics-listen: `{address}` is no address and port, nor `off`");
            let address = address.parse().map_err(|_| wrong())?;
            let is_chosen = settings
                .all
                .iter()
                .any(|one| one.key == "metrics_listen" && one.origin != Origin::Default);
            Some(address).filter(|address| is_chosen || is_free(*address))
        }
    };
    Ok(ServerSettings {
        data_licence: arguments.data_licence.parse().context("--data-licence")?,
        listen: arguments.listen,
        public_url: settings.arguments.shared.public_url.clone(),
        contact_email: arguments.contact_email.clone(),
        sign_language: arguments
            .sign_language_url
            .as_deref()
            .map(str::parse)
            .transpose()
            .context("--sign-language-url")?,
        trusted_proxies,
        rate_limit_per_minute: arguments.rate_limit,
        metrics_listen,
        workers: 0,
        shutdown_timeout_s: arguments.drain_timeout,
        quiet_panics: true,
    })
}

/// Says whether nobody listens there; whoever only wants to search need not care.
fn is_free(address: SocketAddr) -> bool {
    match TcpListener::bind(address) {
        Ok(_) => true,
        Err(error) => {
            warn!("no metrics: cannot listen on {address} ({error}); give --metrics-listen");
            false
        }
    }
}

/// Says where the service is and what to try.
fn greet(bound: &Bound, searcher: &Searcher, as_json: bool) -> anyhow::Result<()> {
    let base = format!("http://{}", bound.address);
    let docs = format!("{base}/docs");
    let searches = searches_to_try(searcher, &base);
    let generation = searcher.generation()?;
    let groups = generation.columns.len();
    if as_json {
        let said = json!({
            "address": base,
            "docs": docs,
            "metrics": bound.metrics_address.map(|address| format!("http://{address}/metrics")),
            "public_url": bound.public_url,
            "generation": generation.id(),
            "groups": groups,
            "example_data": generation.meta.example_data,
            "searches": searches,
        });
        print_line(&said.to_string())?;
        return Ok(());
    }
    let kind = if generation.meta.example_data { "invented example groups" } else { "groups" };
    let mut text = format!("Wegweiser searches {groups} {kind}: {base}\nDocumentation: {docs}");
    if searches.is_empty() {
        text.push_str("\nNo groups yet: wegweiser import FILE --contact-point SLUG");
    } else {
        text.push_str("\nSearches to try:");
        for search in searches {
            text.push_str("\n  ");
            text.push_str(&search);
        }
    }
    print_line(&text)?;
    Ok(())
}

/// Returns addresses of searches that find something.
fn searches_to_try(searcher: &Searcher, base: &str) -> Vec<String> {
    let mut found = Vec::new();
    for pairs in SEARCHES {
        let Ok(request) = SearchRequest::from_pairs(pairs.iter().copied()) else { continue };
        if searcher.search(&request).is_ok_and(|answer| answer.total > 0) {
            found.push(address_of(base, pairs));
        }
    }
    // Real lists may hold none of these: then their own most frequent topics.
    let mut topics = match searcher.topics(None, AnswerLanguage::German) {
        Ok(page) => page.items,
        Err(_) => Vec::new(),
    };
    topics.sort_by_key(|topic| std::cmp::Reverse(topic.group_count));
    let frequent = topics.iter().filter(|topic| topic.group_count > 0);
    found.extend(frequent.map(|topic| address_of(base, &[("topic", topic.id.as_str())])));
    found.truncate(SHOWN_SEARCHES);
    found
}

fn address_of(base: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{base}/v1/groups?{}", query.finish())
}
