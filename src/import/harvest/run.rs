//! One look at a source, from its address to the catalogue.
//!
//! In: a source as the catalogue keeps it, a [`Reader`]. Out: a [`Harvested`], noted in the
//! catalogue. What was fetched goes the way of every list: same checks, same holds, same report.
//! Whatever fails, the groups of the last good list stay.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::fetch::{Fetcher, Known, Page, Trouble};
use super::pages::{self, NEXT, PAGES};
use super::source::{Approval, Source};
use crate::catalogue::{
    Catalogue, CatalogueError, ImportMode, ImportState, SourceCause, SourceHistory, SourceResult,
    StoredSource,
};
use crate::domain::{ContactPointId, hex};
use crate::import::finding::{Finding, Severity};
use crate::import::messages;
use crate::import::report::{ImportReport, Part};
use crate::import::run::{ImportOrder, Reading, check_file, import_file};
use crate::import::settings::{SourceFormat, SourceSettings};
use crate::recognise::duplicates::Comparison;

/// After so many failures in a row somebody must look.
pub const ALERT_AFTER: u32 = 2;

/// After a failure we look again so soon; then after twice the time, and so on up to the
/// source's own interval.
const RETRY: SignedDuration = SignedDuration::from_hours(1);

/// Reads pages with what the service knows of places and topics.
pub type Reader = Arc<dyn Fn(&[Vec<u8>], &SourceSettings) -> Reading + Send + Sync>;

/// How a look is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// Who asks for it: `schedule`, a token's name, a command.
    pub who: String,
    /// Whether nothing is written, not even that we looked.
    pub is_dry: bool,
    /// Whether a list that has not changed is left alone; otherwise it is read again.
    pub is_conditional: bool,
    /// Whether a person has confirmed what would be held.
    pub is_confirmed: bool,
}

/// What came of a look.
#[derive(Debug, Clone, PartialEq)]
pub struct Harvested {
    /// Whose source.
    pub contact_point: ContactPointId,
    /// What came of it.
    pub result: SourceResult,
    /// Failures in a row, this one included.
    pub failures: u32,
    /// Pages that were fetched.
    pub pages: usize,
    /// When the next look is due.
    pub next_at: Option<Timestamp>,
    /// What the import told; `None` where nothing had changed.
    pub report: Option<ImportReport>,
}

impl Harvested {
    /// Says whether this failure is the one at which somebody must be told.
    pub fn is_alert(&self) -> bool {
        self.failures == ALERT_AFTER
    }
}

/// Looks at a source and takes its groups over.
///
/// # Errors
///
/// [`CatalogueError`] when the catalogue does not answer; what is wrong with the source is told
/// in [`Harvested`] and noted.
pub async fn run(
    fetcher: &Fetcher,
    catalogue: &Catalogue,
    stored: &StoredSource,
    reader: &Reader,
    comparison: Comparison<'_>,
    manner: &Manner,
) -> Result<Harvested, CatalogueError> {
    let former = &stored.history;
    let now = catalogue.present();
    let mut look = Look { wait: None, pages: 0, history: former.clone() };
    look.history.attempted_at = Some(now);
    let checked = Source::check(
        &stored.contact_point,
        &stored.settings,
        Approval::Operator, // approved when it was put
        fetcher.reach(),
    );
    let interval = checked.as_ref().map_or(RETRY, |source| hours(source.interval_hours));
    let reading = match checked {
        Ok(source) => look.read(fetcher, &source, reader, manner, former).await,
        Err(faults) => {
            let mut settings = SourceSettings::named("source.json");
            settings.contact_point = Some(stored.contact_point.clone());
            Some(Reading::of_trouble(&settings, faults))
        }
    };
    let report = match reading {
        None => None,
        Some(reading) if manner.is_dry => {
            Some(check_file(reading, Some(catalogue), ImportMode::Replace, comparison).await?)
        }
        Some(reading) => {
            let order = ImportOrder {
                mode: ImportMode::Replace,
                who: manner.who.clone(),
                is_confirmed: manner.is_confirmed,
            };
            Some(import_file(reading, catalogue, &order, comparison).await?)
        }
    };
    let result = match &report {
        Some(report) => result_of(report),
        None => still(catalogue, former).await?,
    };
    look.note(result, report.as_ref(), interval, now, former);
    if !manner.is_dry {
        catalogue.note_source_run(stored, &look.history).await?;
    }
    Ok(Harvested {
        contact_point: stored.contact_point.clone(),
        result,
        failures: look.history.failures,
        pages: look.pages,
        next_at: look.history.next_at,
        report,
    })
}

/// Returns what a list that is as before means: a hold that nobody has decided goes on.
async fn still(
    catalogue: &Catalogue,
    former: &SourceHistory,
) -> Result<SourceResult, CatalogueError> {
    let held = former.import_id.filter(|_| former.result == Some(SourceResult::Held));
    let import = match held {
        Some(id) => catalogue.import(id).await?,
        None => None,
    };
    let is_held = import.is_some_and(|import| import.state == ImportState::Held);
    Ok(if is_held { SourceResult::Held } else { SourceResult::Unchanged })
}

fn result_of(report: &ImportReport) -> SourceResult {
    if !report.is_readable {
        return SourceResult::Failed;
    }
    let has_error = |part: &Part| part.findings.iter().any(|f| f.severity() == Severity::Error);
    let is_held = report.parts.iter().any(|part| {
        part.state == ImportState::Held || part.state == ImportState::Checked && has_error(part)
    });
    let changes = |part: &Part| part.counts.new + part.counts.changed + part.counts.removed > 0;
    match (is_held, report.parts.iter().any(changes)) {
        (true, _) => SourceResult::Held,
        (false, true) => SourceResult::Updated,
        (false, false) => SourceResult::Unchanged,
    }
}

/// A look under way.
struct Look {
    wait: Option<Duration>,
    pages: usize,
    history: SourceHistory,
}

impl Look {
    /// Fetches and reads; `None` when nothing has changed.
    async fn read(
        &mut self,
        fetcher: &Fetcher,
        source: &Source,
        reader: &Reader,
        manner: &Manner,
        former: &SourceHistory,
    ) -> Option<Reading> {
        let known = Known {
            etag: former.etag.clone().filter(|_| manner.is_conditional),
            last_modified: former.last_modified.clone().filter(|_| manner.is_conditional),
        };
        let pages = match gather(fetcher, source, &known).await {
            Ok(None) => return None,
            Ok(Some(pages)) => pages,
            Err(trouble) => {
                self.wait = trouble.wait;
                let finding = trouble.finding(&source.settings.name);
                return Some(Reading::of_trouble(&source.settings, vec![finding]));
            }
        };
        self.pages = pages.len();
        let hash = hash_of(&pages);
        if manner.is_conditional && former.content_hash.as_ref() == Some(&hash) {
            return None;
        }
        self.history.content_hash = Some(hash);
        // Of several pages the first one's tag says nothing about the others.
        let known = match pages.as_slice() {
            [page] => page.known.clone(),
            _ => Known::default(),
        };
        (self.history.etag, self.history.last_modified) = (known.etag, known.last_modified);
        let mut settings = source.settings.clone();
        settings.format = format_of(source, pages.first());
        let (reader, asked) = (Arc::clone(reader), settings.clone());
        let bytes: Vec<Vec<u8>> = pages.into_iter().map(|page| page.bytes).collect();
        match spawn_blocking(move || reader(&bytes, &asked)).await {
            Ok(reading) => Some(reading),
            Err(_) => {
                let fault = Finding::about(&settings.name, &messages::FILE_UNREADABLE);
                Some(Reading::of_trouble(&settings, vec![fault.with_detail("panic")]))
            }
        }
    }

    /// Notes what came of it and when the next look is due.
    fn note(
        &mut self,
        result: SourceResult,
        report: Option<&ImportReport>,
        interval: SignedDuration,
        now: Timestamp,
        former: &SourceHistory,
    ) {
        let history = &mut self.history;
        history.result = Some(result);
        history.cause = None;
        history.failures = 0;
        let mut pause = interval;
        match result {
            SourceResult::Updated | SourceResult::Unchanged => history.succeeded_at = Some(now),
            SourceResult::Held => {
                // Not taken over, so the next answer must come whole.
                (history.etag, history.last_modified) = (None, None);
                history.cause = report.map_or(former.cause.clone(), cause_of);
            }
            SourceResult::Failed => {
                // What is known of the last good list stays known.
                let hash = former.content_hash.clone();
                history.content_hash = hash.filter(|_| former.result != Some(SourceResult::Held));
                history.etag.clone_from(&former.etag);
                history.last_modified.clone_from(&former.last_modified);
                history.failures = former.failures.saturating_add(1);
                history.cause = report.and_then(cause_of);
                let doubled = RETRY * (1 << former.failures.min(10));
                let asked = self.wait.and_then(|wait| SignedDuration::try_from(wait).ok());
                pause = doubled.min(interval).max(asked.unwrap_or_default());
            }
        }
        if let Some(part) = report.and_then(|report| report.parts.first()) {
            history.import_id = part.import_id;
        }
        history.next_at = now.checked_add(pause).ok();
    }
}

fn hours(hours: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(hours))
}

/// Returns the finding about the list as a whole.
fn cause_of(report: &ImportReport) -> Option<SourceCause> {
    let is_cause =
        |finding: &&Finding| finding.severity() == Severity::Error && finding.row.is_none();
    let mut findings: Vec<&Finding> = report.all_findings().filter(is_cause).collect();
    let cause = findings.pop()?;
    Some(SourceCause {
        rule: cause.rule.id.to_owned(),
        value: cause.value.clone(),
        detail: cause.detail.clone(),
    })
}

fn hash_of(pages: &[Page]) -> String {
    let mut hash = Sha256::new();
    // A newer program may read the same list better.
    hash.update(env!("CARGO_PKG_VERSION"));
    for page in pages {
        hash.update((page.bytes.len() as u64).to_be_bytes());
        hash.update(&page.bytes);
    }
    hex(&hash.finalize())
}

/// Returns the format: as set, as the address ends, as the host says; `None` leaves it to the
/// content. `text/plain` says nothing.
fn format_of(source: &Source, page: Option<&Page>) -> Option<SourceFormat> {
    let by_name = || SourceFormat::of_file_name(source.url.path());
    let by_host = || {
        let said = page?.media_type.as_deref().and_then(SourceFormat::of_media_type);
        said.filter(|format| *format != SourceFormat::Topics)
    };
    source.settings.format.or_else(by_name).or_else(by_host)
}

/// Fetches all pages of a source; `None` when nothing has changed.
async fn gather(
    fetcher: &Fetcher,
    source: &Source,
    known: &Known,
) -> Result<Option<Vec<Page>>, Trouble> {
    let job = fetcher.limits().job;
    timeout(job, walk(fetcher, source, known)).await.unwrap_or_else(|_| {
        let detail = format!("> {} s", job.as_secs().max(1));
        Err(Trouble::with(&messages::SOURCE_TOO_SLOW, &source.url, detail))
    })
}

async fn walk(
    fetcher: &Fetcher,
    source: &Source,
    known: &Known,
) -> Result<Option<Vec<Page>>, Trouble> {
    let limits = fetcher.limits();
    let mut queue = VecDeque::from([source.url.clone()]);
    let mut seen = BTreeSet::from([source.url.clone()]);
    let mut pages: Vec<Page> = Vec::new();
    let mut total = 0;
    while let Some(url) = queue.pop_front() {
        let nothing = Known::default();
        let known = if pages.is_empty() { known } else { &nothing };
        let page = match fetcher.get(&url, &source.hosts, known).await? {
            None => return Ok(None),
            Some(page) => page,
        };
        must_be_a_list(source, &page)?;
        total += page.bytes.len();
        if total > limits.total_bytes {
            let detail = format!("> {} MB", limits.total_bytes >> 20);
            return Err(Trouble::with(&messages::SOURCE_TOO_LARGE, &url, detail));
        }
        let is_first = pages.is_empty();
        let (page, further) = further(source, page, is_first).await?;
        pages.push(page);
        for url in further {
            if seen.insert(url.clone()) {
                if seen.len() > limits.pages {
                    let detail = limits.pages.to_string();
                    return Err(Trouble::with(&messages::SOURCE_PAGES, &url, detail));
                }
                queue.push_back(url);
            }
        }
    }
    Ok(Some(pages))
}

/// Returns where a page leads on to.
async fn further(
    source: &Source,
    page: Page,
    is_first: bool,
) -> Result<(Page, Vec<url::Url>), Trouble> {
    let selectors = &source.settings.selectors;
    let next = selectors.get(NEXT).cloned();
    let all = selectors.get(PAGES).cloned().filter(|_| is_first);
    if next.is_none() && all.is_none() {
        let linked = pages::linked(&page).filter(|_| !looks_like_a_page(&page));
        return Ok((page, linked.into_iter().collect()));
    }
    let address = page.url.clone();
    let found = spawn_blocking(move || {
        let next = next.and_then(|css| pages::links(&page, &css).into_iter().next());
        let all = all.map(|css| pages::links(&page, &css)).unwrap_or_default();
        (page, next.into_iter().chain(all).collect())
    });
    found.await.map_err(|_| Trouble::with(&messages::SOURCE_NOT_A_LIST, &address, "HTML"))
}

fn looks_like_a_page(page: &Page) -> bool {
    let start = page.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&page.bytes);
    let start = String::from_utf8_lossy(&start[..start.len().min(512)]);
    let start = start.trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head")
}

/// Refuses a web page where a list was agreed on: a login, a maintenance notice, an error with
/// status 200.
fn must_be_a_list(source: &Source, page: &Page) -> Result<(), Trouble> {
    let agreed = source.settings.format.or_else(|| SourceFormat::of_file_name(source.url.path()));
    let is_list =
        agreed.is_some_and(|format| !matches!(format, SourceFormat::Html | SourceFormat::JsonLd));
    if is_list && looks_like_a_page(page) {
        let agreed = agreed.map_or("", SourceFormat::as_str);
        return Err(Trouble::with(&messages::SOURCE_NOT_A_LIST, &page.url, agreed));
    }
    Ok(())
}
