//! Fetches one address as a guest behaves: only where it may, one request at a time per host,
//! with pauses, never more than fits.
//!
//! In: a URL of an approved host, what is known of the last answer. Out: a [`Page`], or that
//! nothing has changed, or the [`Finding`] that says why not. Redirects are followed by hand: each
//! hop is checked like the first address.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{StatusCode, body::Bytes};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use super::connect::{Answer, Connector, Failure, Lookup, SystemLookup};
use super::guard::{Reach, host_key};
use super::robots::{self, Robots};
use crate::import::finding::Finding;
use crate::import::messages::{self, Rule};

/// So many redirects are followed.
const MAX_REDIRECTS: usize = 5;

/// `robots.txt` of a host is asked for again after this time (RFC 9309 allows a day).
const ROBOTS_KEPT: Duration = Duration::from_secs(60 * 60);

/// Pause that a host gets that says "too many requests" without saying how long.
const USUAL_WAIT: Duration = Duration::from_secs(10 * 60);

/// Longest pause that a host can ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What we like best.
const ACCEPT: &str = "text/csv, application/x-ndjson, application/json, \
                      application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, \
                      text/html;q=0.9, */*;q=0.5";

/// How much a source may ask of us, and we of it.
#[derive(Debug, Clone)]
pub struct Limits {
    /// For all pages of a source together.
    pub job: Duration,
    /// For one answer.
    pub request: Duration,
    /// Bytes of one answer.
    pub page_bytes: usize,
    /// Bytes of all answers of a source.
    pub total_bytes: usize,
    /// Pages of one source.
    pub pages: usize,
    /// Between two requests to one host; none on the own machine.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Reading what was fetched must end within the minute too.
            job: Duration::from_secs(45),
            request: Duration::from_secs(20),
            page_bytes: 20 << 20,
            total_bytes: 32 << 20,
            pages: 50,
            pause: Duration::from_secs(1),
        }
    }
}

/// What is known of the last answer, so that an unchanged one need not be sent again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Its entity tag.
    pub etag: Option<String>,
    /// When it was last changed, in its own words.
    pub last_modified: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it came from, after redirects.
    pub url: Url,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its headers `Link`.
    pub links: Vec<String>,
    /// What to ask the next time with.
    pub known: Known,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why an address gave nothing.
#[derive(Debug)]
pub struct Trouble {
    /// The rule of the finding.
    pub rule: &'static Rule,
    /// The address, without query.
    pub address: String,
    /// More.
    pub detail: String,
    /// How long the host wants to be left alone.
    pub wait: Option<Duration>,
}

impl Trouble {
    /// Returns trouble with an address.
    pub fn with(rule: &'static Rule, url: &Url, detail: impl Into<String>) -> Self {
        Self { rule, address: shown(url), detail: detail.into(), wait: None }
    }

    /// Returns the finding of a report.
    pub fn finding(&self, source: &str) -> Finding {
        let finding = Finding::about(source, self.rule).with_value(&self.address);
        if self.detail.is_empty() { finding } else { finding.with_detail(&*self.detail) }
    }
}

/// Returns an address as reports show it: a query may hold a key.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// What is known of a host.
struct Host {
    /// Before this moment nothing is asked.
    free_at: Instant,
    /// Whether it has asked to be left alone until then.
    has_asked: bool,
    robots: Option<(Instant, Robots)>,
}

/// Fetches; one for all sources, so that it knows which host to spare.
pub struct Fetcher {
    connector: Connector,
    limits: Limits,
    user_agent: HeaderValue,
    hosts: std::sync::Mutex<HashMap<String, Arc<Mutex<Host>>>>,
}

impl Fetcher {
    /// Returns a fetcher with the machine's resolver.
    ///
    /// `contact` is where people find out who asks.
    pub fn new(reach: Reach, limits: Limits, contact: Option<&str>) -> Self {
        Self::with_lookup(reach, limits, contact, Arc::new(SystemLookup))
    }

    /// Returns a fetcher with another resolver.
    pub fn with_lookup(
        reach: Reach,
        limits: Limits,
        contact: Option<&str>,
        lookup: Arc<dyn Lookup>,
    ) -> Self {
        let name = concat!("Wegweiser/", env!("CARGO_PKG_VERSION"));
        let whole = contact.map_or(name.to_owned(), |contact| format!("{name} (+{contact})"));
        let user_agent =
            HeaderValue::from_str(&whole).unwrap_or_else(|_| HeaderValue::from_static(name));
        let connector = Connector::new(reach, lookup);
        Self { connector, limits, user_agent, hosts: std::sync::Mutex::default() }
    }

    /// Returns what is asked of sources.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns what may be asked besides public hosts.
    pub fn reach(&self) -> Reach {
        self.connector.reach()
    }

    /// Fetches an address; `None` when it is as `known`.
    ///
    /// `approved` are the hosts that may be asked, as `host_key` names them.
    ///
    /// # Errors
    ///
    /// `Trouble`: the guard, `robots.txt`, a status, a limit.
    pub async fn get(
        &self,
        url: &Url,
        approved: &[String],
        known: &Known,
    ) -> Result<Option<Page>, Trouble> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            self.must_be_approved(&url, approved)?;
            let host = self.host(&url);
            // Held until the answer is here: one request at a time per host.
            let mut host = host.lock().await;
            self.ask_robots(&mut host, &url, approved).await?;
            let (answer, until) = self.ask(&mut host, &url, known).await?;
            let status = answer.status;
            if let Some(next) = redirect(&answer, &url)? {
                url = next;
                continue;
            }
            if status == StatusCode::NOT_MODIFIED && *known != Known::default() {
                return Ok(None);
            }
            if status != StatusCode::OK {
                return Err(self.refused(&mut host, &answer, &url));
            }
            return self.read(answer, url, until).await.map(Some);
        }
        Err(Trouble::with(&messages::SOURCE_REDIRECTS, &url, MAX_REDIRECTS.to_string()))
    }

    fn must_be_approved(&self, url: &Url, approved: &[String]) -> Result<(), Trouble> {
        let refused = |refusal| refused(refusal, url);
        super::guard::check_url(url, self.connector.reach()).map_err(refused)?;
        if approved.contains(&host_key(url)) {
            return Ok(());
        }
        Err(Trouble::with(&messages::SOURCE_HOST, url, approved.join(", ")))
    }

    fn host(&self, url: &Url) -> Arc<Mutex<Host>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let key = format!("{}:{}", host_key(url), url.port_or_known_default().unwrap_or_default());
        let new = || Host { free_at: Instant::now(), has_asked: false, robots: None };
        Arc::clone(hosts.entry(key).or_insert_with(|| Arc::new(Mutex::new(new()))))
    }

    /// Asks one address once, after the host's pause; says until when its body must be there.
    async fn ask(
        &self,
        host: &mut Host,
        url: &Url,
        known: &Known,
    ) -> Result<(Answer, Instant), Trouble> {
        let now = Instant::now();
        if host.has_asked && host.free_at > now {
            let wait = host.free_at - now;
            return Err(asks_to_wait(url, wait));
        }
        host.has_asked = false;
        sleep_until(host.free_at).await;
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        for (name, value) in [
            (header::IF_NONE_MATCH, &known.etag),
            (header::IF_MODIFIED_SINCE, &known.last_modified),
        ] {
            if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_str(v).ok()) {
                headers.insert(name, value);
            }
        }
        let until = Instant::now() + self.limits.request;
        let asked = timeout_at(until, self.connector.get(url, headers)).await;
        host.free_at = Instant::now() + self.pause(host, url);
        match asked {
            Ok(Ok(answer)) => Ok((answer, until)),
            Ok(Err(failure)) => Err(failed(failure, url)),
            Err(_) => Err(self.too_slow(url)),
        }
    }

    fn pause(&self, host: &Host, url: &Url) -> Duration {
        let is_own = match url.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            _ => false,
        };
        if is_own {
            return Duration::ZERO; // nobody there to spare
        }
        let asked = host.robots.as_ref().and_then(|(_, robots)| robots.delay_s);
        asked.map_or(self.limits.pause, |s| self.limits.pause.max(Duration::from_secs_f64(s)))
    }

    /// Reads a body, up to the limits.
    async fn read(&self, mut answer: Answer, url: Url, until: Instant) -> Result<Page, Trouble> {
        let known = Known {
            etag: text(&answer.headers, &header::ETAG),
            last_modified: text(&answer.headers, &header::LAST_MODIFIED),
        };
        let media_type = text(&answer.headers, &header::CONTENT_TYPE);
        let links = answer.headers.get_all(header::LINK).iter();
        let links = links.filter_map(|link| Some(link.to_str().ok()?.to_owned())).collect();
        let limit = self.limits.page_bytes;
        let too_large = || {
            let detail = format!("> {} MB", limit >> 20);
            Trouble::with(&messages::SOURCE_TOO_LARGE, &url, detail)
        };
        let said = text(&answer.headers, &header::CONTENT_LENGTH).and_then(|t| t.parse().ok());
        if said.is_some_and(|length: usize| length > limit) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece(&mut answer, &url, until).await? {
            if bytes.len() + piece.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(Page { url, media_type, links, known, bytes })
    }

    async fn piece(
        &self,
        answer: &mut Answer,
        url: &Url,
        until: Instant,
    ) -> Result<Option<Bytes>, Trouble> {
        match timeout_at(until, answer.piece()).await {
            Ok(piece) => piece.map_err(|failure| failed(failure, url)),
            Err(_) => Err(self.too_slow(url)),
        }
    }

    fn too_slow(&self, url: &Url) -> Trouble {
        let detail = format!("> {} s", self.limits.request.as_secs().max(1));
        Trouble::with(&messages::SOURCE_TOO_SLOW, url, detail)
    }

    /// Turns a status into trouble, and remembers that the host wants to be left alone.
    fn refused(&self, host: &mut Host, answer: &Answer, url: &Url) -> Trouble {
        let is_busy = matches!(
            answer.status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let asked = text(&answer.headers, &header::RETRY_AFTER).as_deref().and_then(wait_of);
        if !is_busy || (asked.is_none() && answer.status != StatusCode::TOO_MANY_REQUESTS) {
            return Trouble::with(&messages::SOURCE_STATUS, url, answer.status.as_str());
        }
        let wait = asked.unwrap_or(USUAL_WAIT).min(LONGEST_WAIT);
        host.free_at = Instant::now() + wait;
        host.has_asked = true;
        asks_to_wait(url, wait)
    }

    /// Makes sure that the host lets us have `url`.
    async fn ask_robots(
        &self,
        host: &mut Host,
        url: &Url,
        approved: &[String],
    ) -> Result<(), Trouble> {
        let is_known = host.robots.as_ref().is_some_and(|(at, _)| at.elapsed() < ROBOTS_KEPT);
        if !is_known {
            let robots = self.robots(host, url, approved).await?;
            host.robots = Some((Instant::now(), robots));
        }
        let path = url.query().map_or(url.path().to_owned(), |q| format!("{}?{q}", url.path()));
        match &host.robots {
            Some((_, robots)) if !robots.allows(&path) => {
                Err(Trouble::with(&messages::SOURCE_ROBOTS, url, ""))
            }
            _ => Ok(()),
        }
    }

    /// Reads a host's `robots.txt`. One that is not there allows everything; one that cannot be
    /// had now allows nothing.
    async fn robots(
        &self,
        host: &mut Host,
        url: &Url,
        approved: &[String],
    ) -> Result<Robots, Trouble> {
        let mut at = url.join("/robots.txt").unwrap_or_else(|_| url.clone());
        let none =
            |at: &Url, detail: &str| Trouble::with(&messages::SOURCE_ROBOTS_UNKNOWN, at, detail);
        for _ in 0..=MAX_REDIRECTS {
            self.must_be_approved(&at, approved)?;
            let (mut answer, until) = self.ask(host, &at, &Known::default()).await?;
            if let Some(next) = redirect(&answer, &at)? {
                at = next;
                continue;
            }
            let status = answer.status;
            if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
                let trouble = self.refused(host, &answer, &at);
                return Err(Trouble { wait: trouble.wait, ..none(&at, status.as_str()) });
            }
            if !status.is_success() {
                return Ok(Robots::open());
            }
            let mut bytes = Vec::new();
            while let Some(piece) = self.piece(&mut answer, &at, until).await? {
                bytes.extend_from_slice(&piece);
                if bytes.len() > robots::MAX_BYTES {
                    bytes.truncate(robots::MAX_BYTES);
                    break;
                }
            }
            return Ok(Robots::read(&String::from_utf8_lossy(&bytes)));
        }
        Err(none(&at, &MAX_REDIRECTS.to_string()))
    }
}

fn asks_to_wait(url: &Url, wait: Duration) -> Trouble {
    let detail = wait.as_secs().max(1).to_string();
    Trouble { wait: Some(wait), ..Trouble::with(&messages::SOURCE_WAITS, url, detail) }
}

fn refused(refusal: super::guard::Refusal, url: &Url) -> Trouble {
    Trouble::with(&messages::SOURCE_ADDRESS, url, refusal.to_string())
}

fn failed(failure: Failure, url: &Url) -> Trouble {
    match failure {
        Failure::Refused(refusal) => refused(refusal, url),
        Failure::Unreachable(cause) => Trouble::with(&messages::SOURCE_UNREACHABLE, url, cause),
    }
}

/// Returns where an answer sends us; `None` when it does not.
fn redirect(answer: &Answer, url: &Url) -> Result<Option<Url>, Trouble> {
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let target = text(&answer.headers, &header::LOCATION);
    let next = target.and_then(|target| url.join(&target).ok());
    next.map(Some)
        .ok_or_else(|| Trouble::with(&messages::SOURCE_STATUS, url, answer.status.as_str()))
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Reads a `Retry-After`: seconds or a date.
fn wait_of(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    let seconds = until.as_second() - Timestamp::now().as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_as_servers_write_it() {
        assert_eq!(wait_of("120"), Some(Duration::from_secs(120)));
        assert_eq!(wait_of("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(wait_of("Wed, 21 Oct 2099 07:28:00 GMT") > Some(LONGEST_WAIT));
        assert_eq!(wait_of("soon"), None);
        assert_eq!(wait_of("-1"), None);
    }

    #[test]
    fn a_report_shows_no_query() {
        let url = Url::parse("https://example.org/liste.csv?key=geheim#a").expect("right");
        assert_eq!(shown(&url), "https://example.org/liste.csv");
    }
}
