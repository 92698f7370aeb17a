//! What all handlers share: the searcher, the public address, counters, limits.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest};
use arc_swap::ArcSwapOption;

use super::dictionary::Dictionary;
use super::limit::RateLimit;
use super::metrics::Metrics;
use super::packed::Packed;
use super::query::language_of_tag;
use crate::index::Generation;
use crate::search::Searcher;
use crate::search::request::AnswerLanguage;

/// Most searches in work at once; beyond it the answer is `overloaded`.
pub const MAX_IN_FLIGHT: usize = 512;

/// The licence under which the contact points' data leave this service where the operator names
/// none: its name, then its address.
pub const DEFAULT_DATA_LICENCE: &str = "Datenlizenz Deutschland – Namensnennung – Version 2.0 \
                                        https://www.govdata.de/dl-de/by-2-0";

/// The licence of the data, written as its name followed by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataLicence {
    /// Its name; its address where it has none.
    pub name: String,
    /// Where it can be read.
    pub url: String,
}

/// Text that names no licence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` must be the licence's name and then its address, such as CC BY 4.0 \
     https://creativecommons.org/licenses/by/4.0/"
)]
pub struct NotALicence(String);

impl FromStr for DataLicence {
    type Err = NotALicence;

    fn from_str(text: &str) -> Result<Self, NotALicence> {
        let text = text.trim();
        let (name, url) = text.rsplit_once(char::is_whitespace).unwrap_or((text, text));
        let is_web = |url: &url::Url| matches!(url.scheme(), "https" | "http");
        let parsed = url::Url::parse(url).ok().filter(is_web);
        let url = parsed.ok_or_else(|| NotALicence(text.to_owned()))?.to_string();
        Ok(Self { name: name.trim().to_owned(), url })
    }
}

impl Default for DataLicence {
    fn default() -> Self {
        DEFAULT_DATA_LICENCE.parse().expect("a name and an address")
    }
}

/// Shared by all workers.
pub struct Site {
    /// Who answers.
    pub searcher: Arc<Searcher>,
    /// The public base without a slash at its end.
    pub public_url: String,
    /// Under which licence the data leave.
    pub data_licence: DataLicence,
    /// The description of the interface, once it was asked for.
    pub(super) document: OnceLock<Packed>,
    /// Requests per client.
    pub(super) limit: RateLimit,
    /// Whose word on the client's address counts.
    pub(super) trusted_proxies: Vec<Network>,
    /// Counters.
    pub metrics: Metrics,
    /// Requests in work.
    pub(super) in_flight: AtomicUsize,
    /// Most requests in work at once.
    pub(super) max_in_flight: usize,
    /// Where people reach whoever runs the service.
    pub(super) contact_email: Option<String>,
    /// Where a video in German Sign Language explains the search.
    pub(super) sign_language: Option<WebAddress>,
    /// The suggestion dictionary of the generation that was live when it was asked for.
    pub(super) dictionary: ArcSwapOption<Dictionary>,
}

impl Site {
    /// Makes the shared state; `rate_limit_per_minute` 0 means no limit.
    pub fn new(
        searcher: Arc<Searcher>,
        public_url: &str,
        trusted_proxies: Vec<Network>,
        rate_limit_per_minute: u32,
    ) -> Self {
        Self {
            searcher,
            public_url: public_url.trim_end_matches('/').to_owned(),
            data_licence: DataLicence::default(),
            document: OnceLock::new(),
            limit: RateLimit::new(rate_limit_per_minute),
            trusted_proxies,
            metrics: Metrics::default(),
            in_flight: AtomicUsize::new(0),
            max_in_flight: MAX_IN_FLIGHT,
            contact_email: None,
            sign_language: None,
            dictionary: ArcSwapOption::empty(),
        }
    }

    /// Names another licence of the data.
    #[must_use]
    pub fn with_data_licence(self, data_licence: DataLicence) -> Self {
        Self { data_licence, ..self }
    }

    /// Returns the address of a group's record.
    pub fn group_url(&self, id: &str) -> String {
        format!("{}/v1/groups/{id}", self.public_url)
    }

    /// Returns the address of a group's page.
    pub fn page_url(&self, id: &str) -> String {
        format!("{}/gruppe/{id}", self.public_url)
    }

    /// Says whether the groups are invented examples.
    pub fn shows_example_data(&self) -> bool {
        self.searcher.generation().is_ok_and(|generation| generation.meta.example_data)
    }
}

/// Returns the language of an answer: `lang` before `Accept-Language` before German.
pub fn language_of(request: &HttpRequest) -> AnswerLanguage {
    if let Some(language) = request.extensions().get::<AnswerLanguage>() {
        return *language;
    }
    let named = url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, tag)| language_of_tag(&tag));
    let accepted = || {
        let fields = request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        preferred(fields)
    };
    named.or_else(accepted).unwrap_or_default()
}

/// Returns the language that an `Accept-Language` field likes best among ours.
fn preferred(fields: &str) -> Option<AnswerLanguage> {
    let mut best: Option<(AnswerLanguage, f32)> = None;
    for part in fields.split(',').take(30) {
        let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
        let tag = tag.trim().to_ascii_lowercase();
        let weight: f32 = parameters
            .trim()
            .strip_prefix("q=")
            .map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
        let primary = tag.split('-').next().unwrap_or_default();
        let language = language_of_tag(&tag).or_else(|| language_of_tag(primary));
        let Some(language) = language else { continue };
        if weight > 0.0 && best.is_none_or(|(_, known)| weight > known) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// An address of the web that may stand in a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(url::Url);

/// Text that is no address of the web.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address such as https://example.org/video")]
pub struct NotAWebAddress(String);

impl FromStr for WebAddress {
    type Err = NotAWebAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = url::Url::parse(text).ok();
        let is_web = |url: &url::Url| matches!(url.scheme(), "https" | "http") && url.has_host();
        address.filter(is_web).map(Self).ok_or_else(|| NotAWebAddress(text.to_owned()))
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// A range of addresses, as in `10.0.0.0/8` or `::1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Text that is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a range of addresses such as 10.0.0.0/8 or ::1")]
pub struct NotANetwork(String);

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let wrong = || NotANetwork(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(prefix) => {
                prefix.trim().parse().ok().filter(|p| *p <= longest).ok_or_else(wrong)?
            }
        };
        Ok(Self { address, prefix })
    }
}

impl Network {
    /// Says whether an address lies inside.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.prefix);
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.prefix);
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// Returns the address of the client: behind trusted proxies the right-most hop that is none of
/// them. `None` for a direct peer on this machine, which needs no limit.
pub(super) fn client_address(request: &HttpRequest, trusted: &[Network]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        let has_hops = request.headers().contains_key("x-forwarded-for");
        return (!peer.is_loopback() || has_hops).then_some(peer);
    }
    let fields: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = None;
    for hop in fields.iter().rev() {
        let hop = hop.trim().trim_matches(['[', ']']);
        let Ok(address) = hop.parse::<IpAddr>() else { break };
        let address = address.to_canonical();
        nearest = Some(address);
        if !is_trusted(address) {
            break;
        }
    }
    nearest.or((!peer.is_loopback()).then_some(peer))
}

/// Returns the live generation or the problem of there being none.
///
/// # Errors
///
/// `index_unavailable`.
pub(super) fn live(site: &Site) -> Result<Arc<Generation>, super::problem::Problem> {
    Ok(site.searcher.generation()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_best_liked_language_that_we_speak_is_taken() {
        for (field, language) in [
            ("en", Some(AnswerLanguage::English)),
            ("en-GB,en;q=0.9,de;q=0.8", Some(AnswerLanguage::English)),
            ("fr,de-AT;q=0.5,en;q=0.4", Some(AnswerLanguage::German)),
            ("hsb, de;q=0.5", Some(AnswerLanguage::UpperSorbian)),
            ("fr", None),
            ("en;q=0", None),
            ("*", None),
        ] {
            assert_eq!(preferred(field), language, "{field}");
        }
    }

    #[test]
    fn a_licence_is_a_name_and_an_address() {
        let licence: DataLicence =
            "CC BY 4.0  https://creativecommons.org/licenses/by/4.0/".parse().expect("right");
        assert_eq!(licence.name, "CC BY 4.0");
        assert_eq!(licence.url, "https://creativecommons.org/licenses/by/4.0/");
        assert_eq!(DataLicence::default().url, "https://www.govdata.de/dl-de/by-2-0");
        for wrong in ["", "CC BY 4.0", "free javascript:alert(1)"] {
            assert!(wrong.parse::<DataLicence>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn ranges_hold_what_they_say() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.200.3.4", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("::1", "::1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("127.0.0.1", "::ffff:127.0.0.1", true), // an IPv4 peer on an IPv6 socket
        ] {
            let network: Network = network.parse().expect("a range");
            assert_eq!(network.contains(address.parse().expect("an address")), inside);
        }
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("proxy".parse::<Network>().is_err());
    }

    #[test]
    fn a_client_cannot_choose_its_address() {
        let proxy: Network = "127.0.0.1".parse().expect("a range");
        let ask = |peer: &str, hops: &str, trusted: &[Network]| {
            let mut request = TestRequest::default().peer_addr(peer.parse().expect("an address"));
            if !hops.is_empty() {
                request = request.insert_header(("X-Forwarded-For", hops));
            }
            client_address(&request.to_http_request(), trusted).map(|ip| ip.to_string())
        };
        // Without a trusted proxy the field is a claim.
        assert_eq!(ask("203.0.113.9:1", "198.51.100.1", &[]).as_deref(), Some("203.0.113.9"));
        // Behind one, what stands further left was sent by the client.
        let hops = "198.51.100.1, 203.0.113.7";
        assert_eq!(ask("127.0.0.1:1", hops, &[proxy]).as_deref(), Some("203.0.113.7"));
        assert_eq!(ask("127.0.0.1:1", "", &[]), None);
        assert_eq!(ask("127.0.0.1:1", "198.51.100.1", &[]).as_deref(), Some("127.0.0.1"));
    }
}
