//! Lists as contact points send them, read into groups.
//!
//! In: bytes of a file and what is known about its source. Out: groups for the catalogue, and
//! [`Finding`]s that staff can act on. One direction:
//!
//! `bytes → RawRecord → CheckedRecord | Findings → Group → Difference → catalogue`
//!
//! Each stage takes the former stage's type. Nothing is written before `run` applies a whole
//! file in one transaction.

mod clean;
mod difference;
mod enrich;
mod finding;
mod formats;
pub mod harvest;
mod headings;
mod intake;
pub mod messages;
mod nomenclature;
mod own;
mod places;
mod raw;
mod reader;
mod renamed;
mod report;
mod reviews;
mod run;
pub mod schedule;
mod settings;
mod sources;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod together;
mod validate;
mod words;

pub use difference::{Difference, FieldChange, Mentioned, changes, difference};
pub use enrich::{Context, ReadProgress};
pub use finding::{Finding, Phase, Severity};
pub use formats::RefusedRow;
pub use nomenclature::{NomenclatureReading, read_nomenclature};
pub use own::{
    Expected, MemberFault, Put, confirm_own, delete_own, import_own, own_record, put_own, read_own,
};
pub use reader::{TopicReader, VocabularyReader};
pub use report::{
    ChangedField, GroupChange, ImportReport, MAX_LISTED, Part, json, state_of, stored_findings,
    text,
};
pub use reviews::{Likeness, Review, ReviewedGroup, reviews, reviews_of_lists};
pub use run::{
    ImportOrder, Reading, change_of_staged, check_file, exit_code, import_file, read_pages,
    read_source,
};
pub use settings::{SourceFormat, SourceSettings};
pub use sources::{SETTINGS_FILE, SourceFile, example_sources, sources_at};
pub use together::join;
