//! CSV as spreadsheets write it: any of four delimiters, quoted line breaks, ragged rows.
//!
//! In: text. Out: rows of cells, and the rows that cannot be read with certainty. The reader is
//! our own because a broken row must be named and must not swallow its neighbours.

use std::collections::BTreeMap;

use super::grid::{self, Fault, GridRow};
use super::{MAX_CELL_CHARS, RawTable};
use crate::import::finding::{Finding, Notes};
use crate::import::messages::{self, Rule};
use crate::import::settings::SourceSettings;

/// The most likely one first.
const DELIMITERS: [char; 4] = [';', ',', '\t', '|'];

/// Rows looked at to find the delimiter.
const SAMPLE_ROWS: usize = 60;

/// Longest quoted cell in bytes before its quote counts as left open.
const MAX_QUOTED_BYTES: usize = MAX_CELL_CHARS * 4;

/// Reads the records of a CSV text.
pub(super) fn read(
    text: &str,
    settings: &SourceSettings,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    let (text, declared, skipped) = separator_line(text);
    let delimiter = declared.unwrap_or_else(|| find_delimiter(text, &settings.columns));
    let first: Vec<GridRow> = Rows::new(text, delimiter, skipped)
        .filter_map(|(number, _, row)| Some(GridRow { number, cells: row.ok()? }))
        .take(grid::HEADING_ROWS)
        .collect();
    let width =
        grid::find_heading(&first, &settings.columns).map_or(0, |(at, _)| first[at].cells.len());
    let is_blank = |cells: &[String]| cells.iter().all(|cell| cell.trim().is_empty());
    let mut is_behind_a_fault = false;
    let read = Rows::new(text, delimiter, skipped).map(|(number, first, row)| {
        let cells = row.map(|cells| cells.into_iter().map(unguarded).collect::<Vec<_>>());
        let cells = cells.and_then(|cells| {
            // The lines of a cell whose quote is open read like short rows.
            let is_its_rest = is_behind_a_fault && cells.len() != width && !is_blank(&cells);
            if is_its_rest || swallowed_a_row(&cells, delimiter, width) {
                return Err(&messages::QUOTE_OPEN);
            }
            is_behind_a_fault &= is_blank(&cells);
            Ok(cells)
        });
        is_behind_a_fault |= cells.is_err();
        match cells {
            Ok(cells) => Ok(GridRow { number, cells }),
            Err(rule) => {
                let detail = format!("> {MAX_CELL_CHARS}");
                Err(Fault { number, rule, value: first.to_owned(), detail })
            }
        }
    });
    grid::records(read, &settings.columns, table, notes)
}

/// Rows with their number and what stands in their first cell: it tells staff which row is meant,
/// and the others may hold a person's contact.
struct Rows<'a> {
    reader: Reader<'a>,
    number: u64,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, delimiter: char, skipped: u64) -> Self {
        Self { reader: Reader::new(text, delimiter), number: skipped }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = (u64, &'a str, Result<Vec<String>, &'static Rule>);

    fn next(&mut self) -> Option<Self::Item> {
        let ends = [self.reader.delimiter, '\n', '\r'];
        let first = self.reader.rest.split(ends).next().unwrap_or_default();
        let row = self.reader.next()?;
        self.number += 1;
        Some((self.number, first, row))
    }
}

/// Takes off the line `sep=;` that Excel puts first.
fn separator_line(text: &str) -> (&str, Option<char>, u64) {
    let line = text.lines().next().unwrap_or_default();
    let declared = line.trim_matches('"').to_ascii_lowercase();
    let mut rest = match declared.strip_prefix("sep=") {
        Some(rest) => rest.chars(),
        None => return (text, None, 0),
    };
    let delimiter = rest.next().filter(|c| DELIMITERS.contains(c));
    let after = text.split_once('\n').map_or("", |(_, after)| after);
    (after, delimiter, 1)
}

/// Returns the delimiter under which most headings are known and most rows have their length.
fn find_delimiter(text: &str, columns: &BTreeMap<String, String>) -> char {
    let score = |delimiter: char| {
        let rows: Vec<GridRow> = Reader::new(text, delimiter)
            .take(SAMPLE_ROWS)
            .zip(1..)
            .filter_map(|(row, number)| Some(GridRow { number, cells: row.ok()? }))
            .collect();
        let Some((at, known)) = grid::find_heading(&rows, columns) else { return (0, 0) };
        let width = rows[at].cells.len();
        let fitting = rows[at..].iter().filter(|row| row.cells.len() == width).count();
        (known, if width > 1 { fitting } else { 0 })
    };
    let mut best = (DELIMITERS[0], score(DELIMITERS[0]));
    for delimiter in DELIMITERS.into_iter().skip(1) {
        let reached = score(delimiter);
        if reached > best.1 {
            best = (delimiter, reached);
        }
    }
    best.0
}

/// Says whether a cell with line breaks holds what looks like other rows: then its quote was
/// left open and closed by chance.
fn swallowed_a_row(cells: &[String], delimiter: char, width: usize) -> bool {
    let delimiters = |line: &str| line.matches(delimiter).count();
    cells.iter().enumerate().any(|(at, cell)| {
        let lines: Vec<&str> = cell.lines().collect();
        let (Some(first), Some(last), true) = (lines.first(), lines.last(), lines.len() > 1) else {
            return false;
        };
        let is_ragged = cells.len() != width && lines.iter().any(|line| delimiters(line) > 0);
        let middle = &lines[1..lines.len() - 1];
        let holds_one = width > 2 && middle.iter().any(|line| delimiters(line) + 1 == width);
        let both_are_rows = width > 2
            && delimiters(first) + at + 1 == width
            && delimiters(last) + (cells.len() - at) == width;
        is_ragged || holds_one || both_are_rows
    })
}

/// Takes away the apostrophe that an export puts before what a spreadsheet would calculate.
fn unguarded(cell: String) -> String {
    let is_guarded = cell.strip_prefix('\'').is_some_and(|rest| {
        rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\0'])
    });
    if is_guarded { cell[1..].to_owned() } else { cell }
}

/// Splits a text into rows of cells. A row that cannot be read is an error, and reading goes on
/// with the next line of the text.
struct Reader<'a> {
    rest: &'a str,
    delimiter: char,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, delimiter: char) -> Self {
        Self { rest: text, delimiter }
    }

    /// Reads a quoted cell behind its opening quote; returns the text behind the closing one.
    fn quoted(&self, text: &'a str) -> Result<(String, &'a str), &'static Rule> {
        let mut cell = String::new();
        let mut rest = text;
        loop {
            let Some(at) = rest.find('"').filter(|at| cell.len() + at <= MAX_QUOTED_BYTES) else {
                return Err(&messages::QUOTE_OPEN);
            };
            cell.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            match rest.strip_prefix('"') {
                Some(after) => {
                    cell.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        let after = rest.trim_start_matches([' ', '\u{a0}']);
        let ends = after.is_empty() || after.starts_with([self.delimiter, '\n', '\r']);
        if !ends {
            return Err(&messages::QUOTE_OPEN);
        }
        Ok((cell.replace("\r\n", "\n").replace('\r', "\n"), after))
    }

    fn row(&self) -> Result<(Vec<String>, &'a str), &'static Rule> {
        let mut cells = Vec::new();
        let mut rest = self.rest;
        loop {
            let start = rest.trim_start_matches(' ');
            if let Some(inside) = start.strip_prefix('"') {
                let (cell, after) = self.quoted(inside)?;
                cells.push(cell);
                rest = after;
            } else {
                let end = rest.find([self.delimiter, '\n', '\r']).unwrap_or(rest.len());
                if end > MAX_QUOTED_BYTES {
                    return Err(&messages::FIELD_TOO_LONG);
                }
                cells.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
            match rest.strip_prefix(self.delimiter) {
                Some(after) => rest = after,
                None => return Ok((cells, after_line_break(rest))),
            }
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Vec<String>, &'static Rule>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match self.row() {
            Ok((cells, rest)) => {
                self.rest = rest;
                Some(Ok(cells))
            }
            Err(rule) => {
                let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
                self.rest = after_line_break(&self.rest[end..]);
                Some(Err(rule))
            }
        }
    }
}

fn after_line_break(rest: &str) -> &str {
    rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::raw::RawValue;
    use crate::import::settings::SourceFormat;

    fn rows(text: &str, delimiter: char) -> Vec<Result<Vec<String>, &'static str>> {
        Reader::new(text, delimiter).map(|row| row.map_err(|rule| rule.id)).collect()
    }

    #[test]
    fn quotes_and_line_breaks_are_read() {
        let read = rows("a;\"b;c\";\"d \"\"e\"\"\"\r\n\"x\ny\";\"\";z \"q\"\n", ';');
        assert_eq!(
            read,
            [
                Ok(vec!["a".into(), "b;c".into(), "d \"e\"".into()]),
                Ok(vec!["x\ny".into(), String::new(), "z \"q\"".into()]),
            ]
        );
    }

    #[test]
    fn an_open_quote_costs_its_own_row_only() {
        let read = rows("a;b\n\"c;d\ne;f\ng;\"h\"\n", ';');
        assert_eq!(read[1], Err("quote-unbalanced"));
        assert_eq!(read[2], Ok(vec!["e".into(), "f".into()]));
        assert_eq!(read[3], Ok(vec!["g".into(), "h".into()]));
    }

    #[test]
    fn a_million_open_quotes_are_read_in_time() {
        let text = "\"x\n".repeat(30_000);
        let started = std::time::Instant::now();
        assert!(Reader::new(&text, ';').count() > 1_000);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn the_delimiter_is_found_by_the_headings() {
        for (text, delimiter) in [
            ("Name;Thema;Ort\na;b, c, d;e", ';'),
            ("Name,Thema,Ort\na;b,c;d,e;f", ','),
            ("Name\tThema\na, b\tc; d", '\t'),
            ("Name|Thema\na|b", '|'),
            ("Liste, Stand; heute\nName;Thema\na;b", ';'), // commas in the title
            ("Name\nLichtblick, Jena", ';'),               // one column
        ] {
            assert_eq!(find_delimiter(text, &BTreeMap::new()), delimiter, "{text}");
        }
    }

    #[test]
    fn a_swallowed_row_is_refused() {
        let mut table = RawTable::new(SourceFormat::Csv);
        let mut notes = Notes::new("a.csv");
        let text =
            "Name;Thema;Ort;PLZ\nA;\"Herz;Jena;07743\nB;Rheuma;Jena\";07743\nC;Herz;Jena;07743\n";
        read(text, &SourceSettings::named("a.csv"), &mut table, &mut notes).expect("a heading");
        assert_eq!(table.records.len(), 1);
        assert_eq!(notes.list[0].rule.id, "quote-unbalanced");
    }

    #[test]
    fn the_rest_of_an_open_cell_becomes_no_group() {
        let mut table = RawTable::new(SourceFormat::Csv);
        let mut notes = Notes::new("a.csv");
        let text = "Name;Thema;Ort\n\"A;Herz;\"eins\nzwei; drei\nvier\"\nB;Rheuma;Jena\n";
        read(text, &SourceSettings::named("a.csv"), &mut table, &mut notes).expect("a heading");
        let names: Vec<&RawValue> = table.records.iter().map(|r| &r.cells[0].value).collect();
        assert_eq!(names, [&RawValue::Text("B".to_owned())]);
        assert_eq!(table.refused.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 3, 4]);
    }

    #[test]
    fn excels_separator_line_is_obeyed() {
        let mut table = RawTable::new(SourceFormat::Csv);
        let mut notes = Notes::new("a.csv");
        let text = "sep=,\nName,Thema\nA,Herz\n";
        read(text, &SourceSettings::named("a.csv"), &mut table, &mut notes).expect("a heading");
        assert_eq!(table.records[0].row, 3);
    }
}
