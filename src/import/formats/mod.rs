//! The formats in which lists arrive: bytes in, [`RawRecord`]s out.
//!
//! | file | format | row |
//! |---|---|---|
//! | `csv` | text with a delimiter | row of the sheet |
//! | `sheet` | XLSX, ODS | row of the sheet |
//! | `json` | JSON document, NDJSON | position, line |
//! | `html` | page, by CSS selectors | position |
//! | `jsonld` | page, by the schema.org records in it | position |
//! | `topics` | one topic per line | line |
//!
//! A file that cannot be read is one finding and changes nothing; a row that cannot be read is a
//! finding, and the rest is read.

mod csv;
mod grid;
mod html;
mod json;
mod jsonld;
mod sheet;
mod text;
mod topics;

use std::fmt;

pub(super) use html::plain_text;
pub(super) use text::decode;

use super::finding::{Finding, Notes};
use super::messages;
use super::raw::{RawCell, RawRecord, RawValue};
use super::settings::{SourceFormat, SourceSettings};

/// Largest text file in bytes.
pub const MAX_TEXT_BYTES: usize = 128 << 20;

/// Largest spreadsheet in bytes, packed.
pub const MAX_SHEET_BYTES: usize = 20 << 20;

/// Largest page or JSON document in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 20 << 20;

/// Most records in one file.
pub const MAX_ROWS: u64 = 100_000;

/// Most columns of a table.
pub const MAX_COLUMNS: usize = 256;

/// Longest cell in characters.
pub const MAX_CELL_CHARS: usize = 8192;

/// A row that stayed out, with what it said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its number.
    pub row: u64,
    /// Its own id, if one could be read.
    pub local_id: Option<String>,
    /// Its name, if one could be read.
    pub name: Option<String>,
    /// Its contact point, if one could be read.
    pub contact_point: Option<String>,
}

/// Takes a record as soon as it is read, so that a long list never stands in memory as text.
pub(super) type Take<'t> = dyn FnMut(RawRecord, &mut Notes) + 't;

/// What a format read.
pub(super) struct RawTable<'t> {
    pub format: SourceFormat,
    /// Records that nobody has taken yet.
    pub records: Vec<RawRecord>,
    pub refused: Vec<RefusedRow>,
    /// Rows that were meant as groups, the refused ones among them.
    pub rows_read: u64,
    /// Whether missing cells at a row's end are the format's habit.
    pub pads_rows: bool,
    take: Option<&'t mut Take<'t>>,
}

impl fmt::Debug for RawTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, records, refused, rows_read, .. } = self;
        f.debug_struct("RawTable")
            .field("format", format)
            .field("records", records)
            .field("refused", refused)
            .field("rows_read", rows_read)
            .finish_non_exhaustive()
    }
}

impl<'t> RawTable<'t> {
    pub fn new(format: SourceFormat) -> Self {
        let pads_rows = matches!(format, SourceFormat::Xlsx | SourceFormat::Ods);
        let (records, refused) = (Vec::new(), Vec::new());
        Self { format, records, refused, rows_read: 0, pads_rows, take: None }
    }

    /// Hands a record on, or keeps it where nobody takes it.
    pub fn push(&mut self, record: RawRecord, notes: &mut Notes) {
        match &mut self.take {
            Some(take) => take(record, notes),
            None => self.records.push(record),
        }
    }

    pub fn refuse(&mut self, row: u64, cells: &[RawCell]) {
        self.refused.push(RefusedRow::of(row, cells));
    }

    fn last_row(&self) -> u64 {
        let rows = self.records.iter().map(|record| record.row);
        rows.chain(self.refused.iter().map(|refused| refused.row)).max().unwrap_or(0)
    }

    fn append(&mut self, page: RawTable<'_>, rows_before: u64) {
        self.rows_read += page.rows_read;
        self.records.extend(page.records.into_iter().map(|mut record| {
            record.row += rows_before;
            record
        }));
        self.refused.extend(page.refused.into_iter().map(|mut refused| {
            refused.row += rows_before;
            refused
        }));
    }
}

impl RefusedRow {
    /// Returns what can be told of a row by its cells.
    pub(super) fn of(row: u64, cells: &[RawCell]) -> Self {
        let text = |field: &str| {
            let cell = cells.iter().find(|cell| cell.field == field)?;
            match &cell.value {
                RawValue::Text(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
                RawValue::List(_) => None,
            }
        };
        Self {
            row,
            local_id: text("local_id"),
            name: text("name"),
            contact_point: text("contact_point"),
        }
    }
}

/// What is left to tell of a list when all its records are taken.
#[derive(Debug)]
pub(super) struct Read {
    pub format: SourceFormat,
    pub refused: Vec<RefusedRow>,
    /// Rows that were meant as groups, the refused ones among them.
    pub rows_read: u64,
}

/// Reads the records of one page or file; without `take` they stay in the table.
fn read<'t>(
    bytes: &[u8],
    settings: &SourceSettings,
    notes: &mut Notes,
    take: Option<&'t mut Take<'t>>,
) -> Result<RawTable<'t>, Finding> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let size = format!("{} bytes", bytes.len());
        return Err(notes.about(&messages::FILE_EMPTY).with_value(&size));
    }
    let format = match sniff(bytes, settings) {
        Ok(format) => format,
        Err("ENCRYPTED") => return Err(notes.about(&messages::SHEET_LOCKED)),
        Err(what) => {
            let is_sheet = matches!(
                SourceFormat::of_file_name(&settings.name),
                Some(SourceFormat::Xlsx | SourceFormat::Ods)
            );
            let rule = if is_sheet { &messages::FILE_OTHER } else { &messages::FORMAT_UNSUPPORTED };
            return Err(notes.about(rule).with_value(&settings.name).with_detail(what));
        }
    };
    must_be_within(limit_of(format), bytes.len() as u64, notes)?;
    let mut table = RawTable { take, ..RawTable::new(format) };
    match format {
        SourceFormat::Csv => csv::read(&text::decode(bytes, notes)?, settings, &mut table, notes)?,
        SourceFormat::Xlsx | SourceFormat::Ods => sheet::read(bytes, settings, &mut table, notes)?,
        SourceFormat::Json => {
            json::read_document(&text::decode(bytes, notes)?, settings, &mut table, notes)?;
        }
        SourceFormat::Ndjson => {
            json::read_lines(&text::decode(bytes, notes)?, settings, &mut table, notes)?;
        }
        SourceFormat::Html => {
            let text = text::decode(bytes, notes)?;
            // A page for which nobody has said where the groups stand may say so itself.
            if !html::has_entry(settings) && jsonld::is_in(&text) {
                table.format = SourceFormat::JsonLd;
                jsonld::read(&text, settings, &mut table, notes)?;
            } else {
                html::read(&text, settings, &mut table, notes)?;
            }
        }
        SourceFormat::JsonLd => {
            jsonld::read(&text::decode(bytes, notes)?, settings, &mut table, notes)?;
        }
        SourceFormat::Topics => topics::read(&text::decode(bytes, notes)?, &mut table, notes)?,
    }
    Ok(table)
}

/// Reads the records of a list that stands on one or several pages and hands each to `take`; rows
/// count on over the pages. A list in one file is handed on row by row, pages only when all of
/// them could be read.
///
/// # Errors
///
/// The finding that tells why one of the pages cannot be read, or that there is no group on any.
pub(super) fn read_all(
    parts: &[&[u8]],
    settings: &SourceSettings,
    notes: &mut Notes,
    take: &mut Take<'_>,
) -> Result<Read, Finding> {
    let Some((first, further)) = parts.split_first() else {
        return Err(notes.about(&messages::FILE_EMPTY).with_value("0 bytes"));
    };
    let mut seen = false;
    let mut take = |record: RawRecord, notes: &mut Notes| {
        seen = true;
        take(record, notes);
    };
    let RawTable { format, refused, rows_read, .. } = if further.is_empty() {
        let mut table = read(first, settings, notes, Some(&mut take))?;
        for record in std::mem::take(&mut table.records) {
            table.push(record, notes);
        }
        table
    } else {
        let mut table = read_pages(first, further, settings, notes)?;
        for record in std::mem::take(&mut table.records) {
            take(record, notes);
        }
        table
    };
    if !seen && refused.is_empty() {
        // On a page it is the selector that meets nothing.
        let sought = settings.selectors.get("record").filter(|_| format == SourceFormat::Html);
        let value = sought.map_or("0", String::as_str);
        return Err(notes.about(&messages::NO_RECORDS).with_value(value));
    }
    Ok(Read { format, refused, rows_read })
}

fn read_pages<'t>(
    first: &[u8],
    further: &[&[u8]],
    settings: &SourceSettings,
    notes: &mut Notes,
) -> Result<RawTable<'t>, Finding> {
    let mut table = read(first, settings, notes, None)?;
    for bytes in further {
        let told = notes.list.len();
        let page = read(bytes, settings, notes, None)?;
        let rows_before = table.last_row();
        notes.list[told..].iter_mut().filter_map(|finding| finding.row.as_mut()).for_each(|row| {
            *row += rows_before;
        });
        table.append(page, rows_before);
        if table.rows_read > MAX_ROWS {
            let detail = format!("> {MAX_ROWS}");
            return Err(notes.about(&messages::TOO_MANY_ROWS).with_detail(detail));
        }
    }
    Ok(table)
}

/// Returns the most bytes that a file of a format may have.
fn limit_of(format: SourceFormat) -> usize {
    match format {
        SourceFormat::Csv | SourceFormat::Ndjson => MAX_TEXT_BYTES,
        SourceFormat::Xlsx | SourceFormat::Ods => MAX_SHEET_BYTES,
        SourceFormat::Json | SourceFormat::Html | SourceFormat::JsonLd | SourceFormat::Topics => {
            MAX_DOCUMENT_BYTES
        }
    }
}

fn must_be_within(limit: usize, size: u64, notes: &Notes) -> Result<(), Finding> {
    if size <= limit as u64 {
        return Ok(());
    }
    let detail = format!("{} MB > {} MB", size.div_ceil(1 << 20), limit >> 20);
    Err(notes.about(&messages::FILE_TOO_LARGE).with_value(&detail).with_detail(detail))
}

/// Refuses a file for its size alone, before it is read.
pub(super) fn check_size(
    size: u64,
    settings: &SourceSettings,
    notes: &Notes,
) -> Result<(), Finding> {
    let named = settings.format.or_else(|| SourceFormat::of_file_name(&settings.name));
    must_be_within(named.map_or(MAX_TEXT_BYTES, limit_of), size, notes)
}

/// What a password makes of a spreadsheet holds this name, in UTF-16.
const ENCRYPTED_PACKAGE: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";

/// Finds the format; what it is instead, when it is none of ours.
fn sniff(bytes: &[u8], settings: &SourceSettings) -> Result<SourceFormat, &'static str> {
    let named = settings.format.or_else(|| SourceFormat::of_file_name(&settings.name));
    let is_sheet = matches!(named, Some(SourceFormat::Xlsx | SourceFormat::Ods));
    if bytes.starts_with(b"PK\x03\x04") {
        return match named {
            Some(format) if is_sheet => Ok(format),
            _ => Ok(sheet::kind(bytes).unwrap_or(SourceFormat::Xlsx)),
        };
    }
    let foreign: [(&[u8], &str); 5] = [
        (b"%PDF", "PDF"),
        (b"\xd0\xcf\x11\xe0", "Excel 97–2003 (.xls), Word (.doc)"),
        (b"{\\rtf", "RTF"),
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
    ];
    if let Some((_, what)) = foreign.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        let is_locked = bytes.windows(ENCRYPTED_PACKAGE.len()).any(|w| w == ENCRYPTED_PACKAGE);
        return Err(if is_locked { "ENCRYPTED" } else { what });
    }
    if is_sheet {
        return Err("Text");
    }
    let shown = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = shown.iter().position(|b| !b.is_ascii_whitespace()).map(|at| &shown[at..]);
    let first = first.unwrap_or_default();
    Ok(match named {
        Some(format) => format,
        _ if first.starts_with(b"<") => SourceFormat::Html,
        _ if first.starts_with(b"[") => SourceFormat::Json,
        _ if first.starts_with(b"{") => {
            let line = first.split(|b| *b == b'\n').next().unwrap_or_default();
            let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
            let has_more = first[line.len()..].iter().any(|b| !b.is_ascii_whitespace());
            if is_whole && has_more { SourceFormat::Ndjson } else { SourceFormat::Json }
        }
        _ => SourceFormat::Csv,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_seen_from_content_and_name() {
        let named = |name: &str, content: &str| {
            sniff(content.as_bytes(), &SourceSettings::named(name)).map(SourceFormat::as_str)
        };
        for (name, content, expected) in [
            ("a.csv", "Name;Thema", Ok("csv")),
            ("a.txt", "Krebs", Ok("topics")),
            ("upload", "{\"name\":\"a\"}\n{\"name\":\"b\"}", Ok("ndjson")),
            ("upload", "{\"groups\":\n[]}", Ok("json")),
            ("upload", " [ ]", Ok("json")),
            ("upload", "<!doctype html>", Ok("html")),
            ("upload", "Name;Thema", Ok("csv")),
            ("a.xlsx", "Name;Thema", Err("Text")), // only the ending is Excel's
            ("a.pdf", "%PDF-1.7", Err("PDF")),
        ] {
            assert_eq!(named(name, content), expected, "{name}: {content}");
        }
    }
}
