//! A contact point's own feed or page: where it is, how it is read, how often.
//!
//! In: settings in the form of `source.json`, by a contact point or an operator. Out: a checked
//! [`Source`], or every fault of the settings as a [`Finding`] about the member.
//!
//! | member | meaning |
//! |---|---|
//! | `url` | where the list is |
//! | `interval_hours` | how often it is asked for, 1 to 744; a day where nothing is said |
//! | `hosts` | further hosts that redirects and next pages may lead to; operators only |
//! | `agreement` | reference of the written agreement with the contact point |
//! | `format`, `columns`, `sheet`, `selectors` | as for files; `selectors.next` and `selectors.pages` are links to further pages |

use scraper::Selector;
use serde_json::{Map, Value, json};
use url::Url;

use super::guard::{Reach, check_url, host_key};
use super::pages;
use crate::domain::{ContactPointId, SourceKind};
use crate::import::finding::Finding;
use crate::import::messages;
use crate::import::settings::{SourceFormat, SourceSettings};

/// Hours between two looks where nothing is said.
const USUAL_INTERVAL_H: u32 = 24;

/// Most hours between two looks: a month.
const MAX_INTERVAL_H: u32 = 744;

/// Most hosts of a source.
const MAX_HOSTS: usize = 10;

/// Longest reference of an agreement in characters.
const MAX_AGREEMENT_CHARS: usize = 200;

/// Members that settings may have; those that begin with `_` are notes.
const MEMBERS: [&str; 9] = [
    "contact_point",
    "url",
    "interval_hours",
    "hosts",
    "agreement",
    "format",
    "columns",
    "sheet",
    "selectors",
];

/// Who enters a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval<'a> {
    /// An operator, who answers for the hosts.
    Operator,
    /// A contact point: it may name hosts that were approved before, and that of its own website.
    ContactPoint {
        /// The website in the registry of contact points.
        website: Option<&'a str>,
        /// The hosts of its source as an operator has approved them.
        approved: &'a [String],
    },
}

/// A contact point's own feed or page.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Whose groups are there.
    pub contact_point: ContactPointId,
    /// Where it is.
    pub url: Url,
    /// Hours between two looks.
    pub interval_hours: u32,
    /// Hosts that may be asked, without `www.`.
    pub hosts: Vec<String>,
    /// Reference of the written agreement.
    pub agreement: Option<String>,
    /// How it is read.
    pub settings: SourceSettings,
    /// The settings as they are kept.
    pub stored: Value,
}

impl Source {
    /// Checks settings.
    ///
    /// # Errors
    ///
    /// Every fault, each about one member.
    pub fn check(
        contact_point: &ContactPointId,
        settings: &Value,
        approval: Approval<'_>,
        reach: Reach,
    ) -> Result<Self, Vec<Finding>> {
        let name = format!("source.json ({contact_point})");
        let Some(members) = settings.as_object() else {
            let fault = Finding::about(&name, &messages::SETTINGS_WRONG);
            return Err(vec![fault.with_detail("{ … }")]);
        };
        let mut desk = Desk { name: &name, members, faults: Vec::new() };
        desk.names();
        let url = desk.url(reach);
        let interval_hours = desk.interval();
        let hosts = url.as_ref().map(|url| desk.hosts(url, approval)).unwrap_or_default();
        let agreement = desk.agreement();
        desk.selectors();
        let read = desk.settings(contact_point);
        let (Some(url), Some(mut read), true) = (url, read, desk.faults.is_empty()) else {
            return Err(desk.faults);
        };
        let is_page = read.format.map_or(!read.selectors.is_empty(), |format| {
            matches!(format, SourceFormat::Html | SourceFormat::JsonLd)
        });
        read.kind = if is_page { SourceKind::Page } else { SourceKind::Feed };
        read.name = super::fetch::shown(&url);
        // Told with each group of a page: without the query, which may hold a key.
        read.url = Some(super::fetch::shown(&url));
        read.contact_point = Some(contact_point.clone());
        let mut stored = members.clone();
        stored.insert("contact_point".to_owned(), json!(contact_point.as_str()));
        stored.insert("url".to_owned(), json!(url.as_str()));
        stored.insert("interval_hours".to_owned(), json!(interval_hours));
        stored.insert("hosts".to_owned(), json!(hosts));
        Ok(Self {
            contact_point: contact_point.clone(),
            url,
            interval_hours,
            hosts,
            agreement,
            settings: read,
            stored: Value::Object(stored),
        })
    }
}

struct Desk<'a> {
    name: &'a str,
    members: &'a Map<String, Value>,
    faults: Vec<Finding>,
}

impl Desk<'_> {
    fn fault(&mut self, rule: &'static messages::Rule, member: &str, value: &str, detail: &str) {
        let fault = Finding::about(self.name, rule).in_column(member).with_value(value);
        self.faults.push(fault.with_detail(detail));
    }

    fn names(&mut self) {
        for name in self.members.keys() {
            if !name.starts_with('_') && !MEMBERS.contains(&name.as_str()) {
                let known = MEMBERS.join(", ");
                self.fault(&messages::SOURCE_MEMBER, name, name, &known);
            }
        }
    }

    fn url(&mut self, reach: Reach) -> Option<Url> {
        let text = self.members.get("url").and_then(Value::as_str).unwrap_or_default().trim();
        let checked = Url::parse(text)
            .map_err(|_| super::guard::Refusal::NotAUrl)
            .and_then(|url| check_url(&url, reach).map(|()| pages::without_fragment(url)));
        match checked {
            Ok(url) => Some(url),
            Err(refusal) => {
                // A password in it must not come back in a report.
                let shown = text.split(['?', '@']).next().unwrap_or_default().to_owned();
                let shown = if text.contains('@') { String::new() } else { shown };
                self.fault(&messages::SOURCE_ADDRESS, "url", &shown, &refusal.to_string());
                None
            }
        }
    }

    fn interval(&mut self) -> u32 {
        let Some(value) = self.members.get("interval_hours") else { return USUAL_INTERVAL_H };
        let hours = value.as_u64().and_then(|hours| u32::try_from(hours).ok());
        hours.filter(|hours| (1..=MAX_INTERVAL_H).contains(hours)).unwrap_or_else(|| {
            let detail = format!("1–{MAX_INTERVAL_H}");
            self.fault(&messages::SOURCE_VALUE, "interval_hours", &value.to_string(), &detail);
            USUAL_INTERVAL_H
        })
    }

    /// Returns the approved hosts, that of the address first.
    fn hosts(&mut self, url: &Url, approval: Approval<'_>) -> Vec<String> {
        let own = host_key(url);
        let listed = self.listed_hosts();
        let mut hosts = vec![own.clone()];
        match approval {
            Approval::Operator => hosts.extend(listed),
            Approval::ContactPoint { website, approved } => {
                let website = website.and_then(|text| Url::parse(text).ok());
                let website = website.map(|url| host_key(&url));
                let is_approved = |host: &String| {
                    approved.contains(host) || website.as_ref().is_some_and(|own| own == host)
                };
                for host in [own].iter().chain(&listed).filter(|host| !is_approved(host)) {
                    let known: Vec<&str> =
                        approved.iter().chain(&website).map(String::as_str).collect();
                    self.fault(&messages::SOURCE_HOST, "hosts", host, &known.join(", "));
                }
                hosts.extend(approved.iter().cloned());
                hosts.extend(listed);
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        hosts.retain(|host| seen.insert(host.clone()));
        hosts
    }

    fn listed_hosts(&mut self) -> Vec<String> {
        let Some(value) = self.members.get("hosts") else { return Vec::new() };
        let read = |host: &Value| {
            let host = host.as_str()?;
            let url = Url::parse(&format!("https://{host}/")).ok()?;
            // A name and nothing else: no path, no port, no password.
            let is_name = url.path() == "/" && !host.contains(['/', '@', ':', '?', '#']);
            is_name.then(|| host_key(&url))
        };
        let hosts: Option<Vec<String>> =
            value.as_array().and_then(|hosts| hosts.iter().map(read).collect());
        hosts.filter(|hosts| hosts.len() <= MAX_HOSTS).unwrap_or_else(|| {
            let detail = format!("[\"www.example.org\"], ≤ {MAX_HOSTS}");
            self.fault(&messages::SOURCE_VALUE, "hosts", &value.to_string(), &detail);
            Vec::new()
        })
    }

    fn agreement(&mut self) -> Option<String> {
        let value = self.members.get("agreement").filter(|value| !value.is_null())?;
        let text = value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty() && text.chars().count() <= MAX_AGREEMENT_CHARS);
        if text.is_none() {
            let detail = format!("≤ {MAX_AGREEMENT_CHARS}");
            self.fault(&messages::SOURCE_VALUE, "agreement", &value.to_string(), &detail);
        }
        text.map(str::to_owned)
    }

    fn selectors(&mut self) {
        let Some(selectors) = self.members.get("selectors").and_then(Value::as_object) else {
            return;
        };
        for name in [pages::NEXT, pages::PAGES] {
            let Some(css) = selectors.get(name).and_then(Value::as_str) else { continue };
            let css_only = css.rsplit_once('@').map_or(css, |(css, _)| css);
            if Selector::parse(css_only.trim()).is_err() {
                self.fault(&messages::SELECTOR_WRONG, "selectors", css, name);
            }
        }
    }

    fn settings(&mut self, contact_point: &ContactPointId) -> Option<SourceSettings> {
        let said = self.members.get("contact_point").and_then(Value::as_str);
        if let Some(other) = said.filter(|said| *said != contact_point.as_str()) {
            self.fault(
                &messages::CONTACT_POINT_OTHER,
                "contact_point",
                other,
                contact_point.as_str(),
            );
        }
        let text = Value::Object(self.members.clone()).to_string();
        match SourceSettings::from_json(self.name, text.as_bytes()) {
            Ok(settings) => Some(settings),
            Err(problem) => {
                let fault = Finding::about(self.name, &messages::SETTINGS_WRONG);
                self.faults.push(fault.with_detail(problem));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point() -> ContactPointId {
        "ikos-jena".parse().expect("a slug")
    }

    fn check(settings: Value, approval: Approval<'_>) -> Result<Source, Vec<&'static str>> {
        let checked = Source::check(&point(), &settings, approval, Reach::Public);
        checked.map_err(|faults| faults.iter().map(|fault| fault.rule.id).collect())
    }

    #[test]
    fn settings_are_checked_as_a_whole() {
        let source = check(
            json!({
                "url": "https://www.Example.org/gruppen.csv?key=1#top", "hosts": ["cdn.example.net"],
                "interval_hours": 6, "agreement": "Vereinbarung 12/2026", "columns": {"Gr.": "name"},
                "_note": "call Mondays",
            }),
            Approval::Operator,
        )
        .expect("right");
        assert_eq!(source.url.as_str(), "https://www.example.org/gruppen.csv?key=1");
        assert_eq!(source.hosts, ["example.org", "cdn.example.net"]);
        assert_eq!((source.interval_hours, source.settings.kind), (6, SourceKind::Feed));
        assert_eq!(source.settings.name, "https://www.example.org/gruppen.csv");
        // What is kept is read back as the same source.
        assert_eq!(check(source.stored.clone(), Approval::Operator).as_ref(), Ok(&source));

        for (settings, faults) in [
            (json!([]), &["settings-wrong"][..]),
            (json!({}), &["source-address-refused"]),
            (json!({"url": "http://example.org/"}), &["source-address-refused"]),
            (
                json!({"url": "https://10.0.0.1/a.csv", "file": "x"}),
                &["source-member-unknown", "source-address-refused"],
            ),
            (json!({"url": "https://example.org/", "interval_hours": 0}), &["source-value-wrong"]),
            (
                json!({"url": "https://example.org/", "interval_hours": "6"}),
                &["source-value-wrong"],
            ),
            (json!({"url": "https://example.org/", "hosts": ["a.de/x"]}), &["source-value-wrong"]),
            (json!({"url": "https://example.org/", "agreement": 7}), &["source-value-wrong"]),
            (
                json!({"url": "https://example.org/", "selectors": {"next": "a["}}),
                &["selector-wrong"],
            ),
            (json!({"url": "https://example.org/", "format": "pdf"}), &["settings-wrong"]),
            (
                json!({"url": "https://example.org/", "contact_point": "kiss-dresden"}),
                &["contact-point-foreign"],
            ),
        ] {
            assert_eq!(
                check(settings.clone(), Approval::Operator),
                Err(faults.to_vec()),
                "{settings}"
            );
        }
    }

    /// A contact point's token must not send the service anywhere.
    #[test]
    fn a_contact_point_names_only_hosts_that_were_approved() {
        let approved = ["example.net".to_owned()];
        let by = Approval::ContactPoint {
            website: Some("https://www.example.org/"),
            approved: &approved,
        };
        for (settings, right) in [
            (json!({"url": "https://example.org/a"}), true), // its own website
            (json!({"url": "https://www.example.net/a"}), true), // approved before
            (json!({"url": "https://example.com/a"}), false),
            (json!({"url": "https://sub.example.org/a"}), false), // another house on the same land
            (json!({"url": "https://example.org/a", "hosts": ["example.com"]}), false),
        ] {
            assert_eq!(check(settings.clone(), by).is_ok(), right, "{settings}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_told() {
        let settings = json!({"url": "https://name:geheim@example.org/"});
        let faults = Source::check(&point(), &settings, Approval::Operator, Reach::Public)
            .expect_err("refused");
        assert!(!format!("{faults:?}").contains("geheim"));
    }
}
