//! Lists as contact points send them, read into groups.
//!
//! In: bytes of a file and what is known about its source. Out: groups for the catalogue, and
//! [`Finding`]s that staff can act on. One direction:
//!
//! `bytes → RawRecord → CheckedRecord | Findings → Group → Difference → catalogue`
//!
//! Each stage takes the former stage's type. Nothing is written before [`run`] applies a whole
//! file in one transaction.

mod finding;
mod formats;
mod headings;
pub mod messages;
mod raw;
mod settings;

pub use finding::{Finding, Phase, Severity};
pub use formats::RefusedRow;
pub use settings::{SourceFormat, SourceSettings};
mod audience_words;
mod clean;
mod schedule;
mod validate;
mod words;
