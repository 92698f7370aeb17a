//! Published lists of diseases, as operators download them: bytes in, a [`Nomenclature`] out.
//!
//! | file | seen by | read in |
//! |---|---|---|
//! | Orphanet XML: product1, ORPHAnomenclature, ICD mappings, classifications | `<JDBOR …>` | `orphanet` |
//! | Alpha-ID-SE | eight fields between `\|`, the first 0 or 1 | `alpha_id` |
//! | table with tabs | a column `orphacode` in its heading | `table` |
//!
//! The kind is seen from the content, never from the name. What is not whole is refused whole.

mod alpha_id;
mod names;
mod orphanet;
mod table;

use std::io::BufRead;

use super::finding::{Finding, Notes};
use super::formats::{MAX_TEXT_BYTES, decode};
use super::messages;
use crate::domain::Nomenclature;

/// What a file says.
#[derive(Debug)]
pub struct NomenclatureReading {
    /// The list.
    pub list: Nomenclature,
    /// What was found on the way; the most are kept, all are counted in `refused`.
    pub findings: Vec<Finding>,
    /// Entries that stayed out.
    pub refused: usize,
}

/// Reads a file; `name` stands in findings, and may tell the version of a file that says none
/// itself.
///
/// # Errors
///
/// A finding about the whole file: it is of no known kind, not well-formed, in another language.
pub fn read_nomenclature(
    name: &str,
    mut file: impl BufRead,
) -> Result<NomenclatureReading, Finding> {
    let mut notes = Notes::new(name);
    let unreadable = |cause: std::io::Error| {
        Finding::about(name, &messages::FILE_UNREADABLE).with_detail(cause.to_string())
    };
    let start = file.fill_buf().map_err(unreadable)?;
    if start.is_empty() {
        return Err(notes.about(&messages::FILE_EMPTY));
    }
    if is_xml(start) {
        return orphanet::read(file, notes);
    }
    let mut bytes = Vec::new();
    let most = MAX_TEXT_BYTES as u64 + 1;
    std::io::Read::read_to_end(&mut std::io::Read::take(&mut file, most), &mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > MAX_TEXT_BYTES {
        let size = format!("> {} MB", MAX_TEXT_BYTES >> 20);
        return Err(notes.about(&messages::FILE_TOO_LARGE).with_detail(size));
    }
    let text = decode(&bytes, &mut notes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if alpha_id::is_row(first) {
        return alpha_id::read(&text, name, notes);
    }
    if table::is_heading(first) {
        return table::read(&text, notes);
    }
    Err(notes.about(&messages::NOMENCLATURE_UNKNOWN).in_row(1).with_detail(shown_start(first)))
}

/// Says whether a file begins with `<`, behind a mark of its encoding and white space.
fn is_xml(start: &[u8]) -> bool {
    let is_mark = |byte: &u8| matches!(byte, 0xef | 0xbb | 0xbf | 0xff | 0xfe | 0x00);
    start.iter().find(|byte| !is_mark(byte) && !byte.is_ascii_whitespace()) == Some(&b'<')
}

fn shown_start(line: &str) -> String {
    line.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
