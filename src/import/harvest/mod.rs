//! Harvest: a contact point's own feed or page, looked at on a schedule.
//!
//! In: settings of a source, the catalogue. Out: the same groups, findings, holds and reports as
//! from a file. Nobody is asked who was not approved, nothing private is reached, and no failure
//! removes a group. Knows no schedule: who calls decides when.
//!
//! | file | what |
//! |---|---|
//! | `source` | settings of a source, checked |
//! | `guard` | which addresses may be asked at all |
//! | `connect` | one request to an address that was checked, and to no other |
//! | `robots` | what a host lets programs fetch |
//! | `fetch` | one page: hops, pauses, limits |
//! | `pages` | links to further pages |
//! | `run` | one look, from the address to the catalogue |

mod connect;
mod fetch;
mod guard;
mod pages;
mod robots;
mod run;
mod source;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use connect::{Looking, Lookup};
pub use fetch::{Fetcher, Limits};
pub use guard::Reach;
pub use run::{ALERT_AFTER, Harvested, Manner, Reader, run};
pub use source::{Approval, Source};

pub(super) use pages::{NEXT, PAGES};

use serde_json::Value;

use super::finding::Finding;
use super::messages::{self, Language};
use crate::catalogue::{Catalogue, CatalogueError, SourceHistory, StoredSource};

/// Enters a checked source, or replaces the contact point's former one; the next look is due at
/// once. Returns whether it is new.
///
/// # Errors
///
/// [`CatalogueError::UnknownContactPoint`].
pub async fn put_source(catalogue: &Catalogue, source: &Source) -> Result<bool, CatalogueError> {
    catalogue.put_source(&source.contact_point, &source.stored).await
}

/// Returns the hosts of a source that an operator has entered or that are its own website's.
pub fn approved_hosts(stored: &StoredSource) -> Vec<String> {
    let hosts = stored.settings["hosts"].as_array().into_iter().flatten();
    hosts.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns why a source failed or is held, as a sentence.
pub fn cause_text(history: &SourceHistory, language: Language) -> Option<String> {
    let cause = history.cause.as_ref()?;
    let mut finding = Finding::about("", messages::rule(&cause.rule)?);
    finding.value.clone_from(&cause.value);
    finding.detail.clone_from(&cause.detail);
    Some(finding.message(language))
}
