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
mod headings;
pub mod messages;
mod nomenclature;
mod places;
mod raw;
mod reader;
mod report;
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

pub use difference::{ChangedGroup, Difference, FieldChange, changes, difference};
pub use enrich::Context;
pub use finding::{Finding, Phase, Severity};
pub use formats::RefusedRow;
pub use nomenclature::{NomenclatureReading, read_nomenclature};
pub use reader::{TopicReader, VocabularyReader};
pub use report::{ChangedField, GroupChange, ImportReport, MAX_LISTED, Part, json, state_of, text};
pub use run::{
    ImportOrder, Reading, change_of_staged, check_file, exit_code, import_file, read_source,
};
pub use settings::{SourceFormat, SourceSettings};
pub use sources::{SETTINGS_FILE, SourceFile, example_sources, sources_at};
pub use together::join;
