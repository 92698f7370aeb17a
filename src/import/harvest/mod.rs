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

use crate::catalogue::{Catalogue, CatalogueError};

/// Enters a checked source, or replaces the contact point's former one; the next look is due at
/// once. Returns whether it is new.
///
/// # Errors
///
/// [`CatalogueError::UnknownContactPoint`].
pub async fn put_source(catalogue: &Catalogue, source: &Source) -> Result<bool, CatalogueError> {
    catalogue.put_source(&source.contact_point, &source.stored).await
}
