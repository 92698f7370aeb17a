//! What is kept about an import: who sent what, when, and what came of it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::ContactPointId;

/// Text that is not the number of an import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the number of an import such as 17")]
pub struct NotAnImportId(String);

/// The number of an import; the catalogue counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(pub(super) i64);

impl ImportId {
    /// The first import of a catalogue.
    pub const FIRST: Self = Self(1);
}

impl fmt::Display for ImportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ImportId {
    type Err = NotAnImportId;

    fn from_str(text: &str) -> Result<Self, NotAnImportId> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| is_number && *number > 0);
        number.map(Self).ok_or_else(|| NotAnImportId(text.to_owned()))
    }
}

/// What the groups of a file mean for those that it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportMode {
    /// They are removed: the file is the whole list.
    Replace,
    /// They stay.
    Merge,
}

/// What has come of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportState {
    /// Looked at, nothing written.
    Checked,
    /// Waits for a person's word.
    Held,
    /// In the catalogue.
    Applied,
    /// Was in the catalogue and has been undone.
    RolledBack,
    /// Could not be read, or was held until it expired.
    Failed,
}

impl ImportMode {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Merge => "merge",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Replace, Self::Merge].into_iter().find(|mode| mode.as_str() == word)
    }
}

impl ImportState {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Held => "held",
            Self::Applied => "applied",
            Self::RolledBack => "rolled_back",
            Self::Failed => "failed",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Checked, Self::Held, Self::Applied, Self::RolledBack, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

impl fmt::Display for ImportState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RolledBack => "rolled back",
            other => other.as_str(),
        })
    }
}

/// How many records a file had and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Rows of the file.
    pub rows_read: u64,
    /// Groups that were not there.
    pub new: u64,
    /// Groups with other content.
    pub changed: u64,
    /// Groups as before.
    pub unchanged: u64,
    /// Groups that the file no longer names.
    pub removed: u64,
    /// Rows that stayed out because of errors.
    pub refused: u64,
}

/// What the import knows about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRecord {
    /// The token's name or the operator's command; no password, no address.
    pub who: String,
    /// Name of the file, feed or page.
    pub source_name: String,
    /// What it means for groups that it does not name.
    pub mode: ImportMode,
    /// Its numbers.
    pub counts: ImportCounts,
    /// Its report (findings, changes) in the import's own form.
    pub findings: serde_json::Value,
}

/// An import as the catalogue keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredImport {
    /// Its number.
    pub id: ImportId,
    /// Whose groups it is about.
    pub contact_point: ContactPointId,
    /// When it was applied; for one that was not: when it came.
    pub at: Timestamp,
    /// What has come of it.
    pub state: ImportState,
    /// The catalogue's revision after it; `None` unless it was applied.
    pub revision: Option<u64>,
    /// Whether it can still be rolled back.
    pub can_be_rolled_back: bool,
    /// What it told about itself.
    pub record: ImportRecord,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_named_by_its_number() {
        for (text, right) in [("17", true), ("0", false), ("-1", false), ("+1", false), ("", false)]
        {
            assert_eq!(text.parse::<ImportId>().is_ok(), right, "{text}");
        }
        for state in ["checked", "held", "applied", "rolled_back", "failed"] {
            assert_eq!(ImportState::from_word(state).map(ImportState::as_str), Some(state));
        }
    }
}
