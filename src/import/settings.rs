//! What we know about a source before we read it: whose it is, its format, its columns.
//!
//! In: `source.json` beside the file, or flags. Out: [`SourceSettings`]. Reads no list.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::domain::{ContactPointId, NotATerm, SourceKind};

/// The formats in which lists arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceFormat {
    /// Text with a delimiter, in any of the usual encodings.
    Csv,
    /// Excel.
    Xlsx,
    /// LibreOffice.
    Ods,
    /// One JSON document: an array, or an object with `groups`.
    Json,
    /// One JSON record per line.
    Ndjson,
    /// A page, read by CSS selectors.
    Html,
    /// One topic per line.
    Topics,
}

impl SourceFormat {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::Xlsx, Self::Ods, Self::Json, Self::Ndjson, Self::Html, Self::Topics];
    const WORDS: &'static [&'static str] =
        &["csv", "xlsx", "ods", "json", "ndjson", "html", "topics"];

    /// Returns its word in settings and flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Html => "html",
            Self::Topics => "topics",
        }
    }

    /// Returns the format that a media type names; parameters are passed over.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next()?.trim().to_ascii_lowercase();
        match essence.as_str() {
            "text/csv" | "text/tab-separated-values" => Some(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Self::Xlsx),
            "application/vnd.oasis.opendocument.spreadsheet" => Some(Self::Ods),
            "application/json" => Some(Self::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => {
                Some(Self::Ndjson)
            }
            "text/html" | "application/xhtml+xml" => Some(Self::Html),
            "text/plain" => Some(Self::Topics),
            _ => None,
        }
    }

    /// Returns the format that a file's ending names.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Some(Self::Csv),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "ods" => Some(Self::Ods),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "txt" => Some(Self::Topics),
            _ => None,
        }
    }
}

impl FromStr for SourceFormat {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        match text.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            "ods" => Ok(Self::Ods),
            "json" => Ok(Self::Json),
            "ndjson" | "jsonl" => Ok(Self::Ndjson),
            "html" => Ok(Self::Html),
            "topics" | "txt" => Ok(Self::Topics),
            _ => Err(NotATerm { found: text.to_owned(), allowed: Self::WORDS }),
        }
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known about a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSettings {
    /// Name shown in findings: the file's name.
    pub name: String,
    /// Whose records these are; `None` leaves it to each record.
    pub contact_point: Option<ContactPointId>,
    /// The format; `None` looks at content and name.
    pub format: Option<SourceFormat>,
    /// The file, where `source.json` names one.
    pub file: Option<String>,
    /// Their heading to our field; beats the built-in aliases. An empty field means: leave out.
    pub columns: BTreeMap<String, String>,
    /// The sheet to read; `None` takes the visible one whose heading fits best.
    pub sheet: Option<String>,
    /// CSS selectors of a page: `group` for one entry, and one per field; `css@attribute` reads
    /// an attribute, `heading` names the headings that give the topic.
    pub selectors: BTreeMap<String, String>,
    /// Where the list was fetched, for pages and feeds.
    pub url: Option<String>,
    /// How the records come to us.
    pub kind: SourceKind,
}

impl SourceSettings {
    /// Returns settings that leave everything to be found out.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            contact_point: None,
            format: None,
            file: None,
            columns: BTreeMap::new(),
            sheet: None,
            selectors: BTreeMap::new(),
            url: None,
            kind: SourceKind::Upload,
        }
    }

    /// Reads the settings in a `source.json`.
    ///
    /// # Errors
    ///
    /// The sentence that says what is wrong: broken JSON, an unknown member, format or slug.
    pub fn from_json(name: &str, json: &[u8]) -> Result<Self, String> {
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        let stored: Stored = serde_json::from_slice(json)
            .map_err(|error| format!("{}:{}", error.line(), error.column()))?;
        let format = stored.format.as_deref().map(str::parse).transpose();
        let contact_point = stored.contact_point.as_deref().map(str::parse).transpose();
        let kind = stored.kind.as_deref().map_or(Ok(SourceKind::Upload), str::parse);
        // The value found, in no language: reports are read in two.
        let named = |member: &str, value: &Option<String>| {
            format!("{member} = {}", value.as_deref().unwrap_or_default())
        };
        Ok(Self {
            name: name.to_owned(),
            contact_point: contact_point
                .map_err(|_| named("contact_point", &stored.contact_point))?,
            format: format.map_err(|_| named("format", &stored.format))?,
            file: stored.file,
            columns: stored.columns,
            sheet: stored.sheet,
            selectors: stored.selectors,
            url: stored.url,
            kind: kind.map_err(|_| named("kind", &stored.kind))?,
        })
    }
}

/// `source.json` as it is stored. Members that begin with `_` are the publisher's notes.
#[derive(Deserialize)]
struct Stored {
    contact_point: Option<String>,
    format: Option<String>,
    file: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    sheet: Option<String>,
    #[serde(default)]
    selectors: BTreeMap<String, String>,
    url: Option<String>,
    kind: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_faults_named() {
        let settings = SourceSettings::from_json(
            "a.csv",
            br#"{"contact_point":"ikos-jena","format":"csv","columns":{"Gruppe":"name"}}"#,
        )
        .expect("right");
        assert_eq!(settings.format, Some(SourceFormat::Csv));
        assert_eq!(settings.columns["Gruppe"], "name");
        let wrong = SourceSettings::from_json("a.csv", br#"{"format":"pdf"}"#).expect_err("wrong");
        assert!(wrong.contains("pdf"), "{wrong}");
    }

    #[test]
    fn every_format_has_one_word() {
        for (format, word) in SourceFormat::ALL.iter().zip(SourceFormat::WORDS) {
            assert_eq!(format.as_str(), *word);
            assert_eq!(word.parse::<SourceFormat>().as_ref(), Ok(format));
        }
    }
}
