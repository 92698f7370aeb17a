//! Spreadsheets: XLSX and ODS.
//!
//! In: the bytes of a file. Out: rows of one sheet as text. Both are ZIP archives, and sizes in
//! archives lie: the directory is read first, then every part is unpacked once under a hard
//! counter and thrown away, and only then the file is opened.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::grid::{self, GridRow};
use super::{MAX_COLUMNS, MAX_ROWS, RawTable};
use crate::import::finding::{Finding, Notes};
use crate::import::messages::{self, Rule};
use crate::import::settings::{SourceFormat, SourceSettings};

/// Most bytes of all parts together, unpacked.
const MAX_UNPACKED_BYTES: u64 = 64 << 20;

/// Highest ratio of unpacked to packed size, for the archive and for each part.
const MAX_RATIO: u64 = 100;

/// Parts below this size may be packed as tightly as they like: tables full of equal cells are.
const RATIO_MATTERS_BYTES: u64 = 1 << 20;

/// Most parts of an archive.
const MAX_ENTRIES: usize = 1_000;

/// Most bytes of the archive's directory: a thousand entries with long names.
const MAX_DIRECTORY_BYTES: usize = 1 << 20;

/// Most cells of a sheet.
const MAX_CELLS: u64 = 2_000_000;

/// Most bytes of text in the cells of a sheet, repeated ones counted each time.
const MAX_CELL_BYTES: usize = 64 << 20;

/// Why a spreadsheet is not opened.
struct Refusal(&'static Rule, String);

type Checked<T> = Result<T, Refusal>;

fn damaged(error: impl std::fmt::Display) -> Refusal {
    let text = error.to_string();
    if text.to_lowercase().contains("password") || text.to_lowercase().contains("encrypt") {
        return Refusal(&messages::SHEET_LOCKED, String::new());
    }
    // The reader's own words are English and for programmers.
    Refusal(&messages::ARCHIVE_DAMAGED, String::new())
}

fn too_many_cells() -> Refusal {
    Refusal(&messages::TOO_MANY_CELLS, format!("> {MAX_CELLS}"))
}

/// Reads the records of a spreadsheet.
pub(super) fn read(
    bytes: &[u8],
    settings: &SourceSettings,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    let told = |Refusal(rule, detail): Refusal, notes: &Notes| {
        notes.about(rule).with_value(&detail).with_detail(detail)
    };
    let content = check_archive(bytes).map_err(|refusal| told(refusal, notes))?;
    let mut book = match content {
        Content::Xlsx => {
            table.format = SourceFormat::Xlsx;
            Xlsx::new(Cursor::new(bytes)).map(|book| Book::Xlsx(Box::new(book))).map_err(damaged)
        }
        Content::Ods(xml) => {
            table.format = SourceFormat::Ods;
            check_ods(&xml)
                .and_then(|()| Ods::new(Cursor::new(bytes)).map(Book::Ods).map_err(damaged))
        }
        Content::Other(names) => {
            return Err(notes
                .about(&messages::WORKBOOK_WITHOUT_SHEET)
                .with_value(&names)
                .with_detail(names));
        }
    }
    .map_err(|refusal| told(refusal, notes))?;

    let sheets = book.sheets();
    let visible: Vec<&String> =
        sheets.iter().filter(|(_, shown)| *shown).map(|(name, _)| name).collect();
    if let Some(wanted) = &settings.sheet {
        if !sheets.iter().any(|(name, _)| name == wanted) {
            let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
            let finding = notes.about(&messages::SHEET_NOT_FOUND).with_value(wanted);
            return Err(finding.with_detail(names.join(", ")));
        }
        let rows = book.rows(wanted).map_err(|refusal| told(refusal, notes))?;
        return grid::records(rows.into_iter().map(Ok), &settings.columns, table, notes);
    }
    for (name, _) in sheets.iter().filter(|(_, shown)| !shown) {
        notes.add(notes.about(&messages::SHEET_HIDDEN).with_value(name));
    }
    let mut best: Option<(usize, &String, Vec<GridRow>)> = None;
    let mut filled: Vec<&String> = Vec::new();
    for name in visible {
        let rows = book.rows(name).map_err(|refusal| told(refusal, notes))?;
        if rows.is_empty() {
            continue;
        }
        filled.push(name);
        let known = grid::find_heading(&rows, &settings.columns).map_or(0, |(_, known)| known);
        if best.as_ref().is_none_or(|(best_known, ..)| known > *best_known) {
            best = Some((known, name, rows));
        }
    }
    let Some((_, read, rows)) = best else {
        return Err(notes.about(&messages::NO_RECORDS).with_value("0"));
    };
    for name in filled.into_iter().filter(|name| *name != read) {
        notes.add(notes.about(&messages::SHEET_SKIPPED).with_value(name).with_detail(read));
    }
    grid::records(rows.into_iter().map(Ok), &settings.columns, table, notes)
}

/// Returns which spreadsheet an archive is.
pub(super) fn kind(bytes: &[u8]) -> Option<SourceFormat> {
    match check_directory(bytes).ok()?.1 {
        Content::Xlsx => Some(SourceFormat::Xlsx),
        Content::Ods(_) => Some(SourceFormat::Ods),
        Content::Other(_) => None,
    }
}

enum Content {
    Xlsx,
    /// With its `content.xml`, once unpacked.
    Ods(Vec<u8>),
    /// With the names of some parts.
    Other(String),
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads the directory and nothing else.
fn check_directory(bytes: &[u8]) -> Checked<(Archive<'_>, Content)> {
    // The end record tells the count before anything is set aside for the entries.
    let tail = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let end = bytes[tail..].windows(4).rposition(|w| w == b"PK\x05\x06").map(|at| tail + at);
    let record = end.and_then(|at| bytes.get(at..at + 22)).ok_or_else(|| damaged("ZIP"))?;
    let entries = usize::from(u16::from_le_bytes([record[10], record[11]]));
    let size = u32::from_le_bytes([record[12], record[13], record[14], record[15]]) as usize;
    if entries > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES {
        let detail = format!("{entries} > {MAX_ENTRIES}");
        return Err(Refusal(&messages::ARCHIVE_ENTRIES, detail));
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MAX_ENTRIES {
        let detail = format!("{} > {MAX_ENTRIES}", archive.len());
        return Err(Refusal(&messages::ARCHIVE_ENTRIES, detail));
    }
    let has = |name: &[u8]| archive.file_names_raw().any(|known| known == name);
    let content = if has(b"xl/workbook.xml") {
        Content::Xlsx
    } else if has(b"content.xml") {
        Content::Ods(Vec::new())
    } else {
        let names = archive.file_names_raw().take(3).map(String::from_utf8_lossy);
        Content::Other(names.collect::<Vec<_>>().join(", "))
    };
    Ok((archive, content))
}

/// Checks declared sizes, then real ones; nothing is kept but the content of an ODS.
fn check_archive(bytes: &[u8]) -> Checked<Content> {
    let (mut archive, mut content) = check_directory(bytes)?;
    let too_large = |size: u64| {
        let detail = format!("{} MB > {} MB", size >> 20, MAX_UNPACKED_BYTES >> 20);
        Refusal(&messages::ARCHIVE_TOO_LARGE, detail)
    };
    let too_tight = |size: u64, packed: u64| {
        let detail = format!("{}:1 > {MAX_RATIO}:1", size / packed.max(1));
        Refusal(&messages::ARCHIVE_RATIO, detail)
    };
    let is_too_tight = |size: u64, packed: u64| {
        size > RATIO_MATTERS_BYTES && size > packed.max(1).saturating_mul(MAX_RATIO)
    };
    let mut declared: u64 = 0;
    let mut packed = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        if entry.encrypted() {
            return Err(Refusal(&messages::SHEET_LOCKED, String::new()));
        }
        declared = declared.saturating_add(entry.size());
        if is_too_tight(entry.size(), entry.compressed_size()) {
            return Err(too_tight(entry.size(), entry.compressed_size()));
        }
        packed.push(entry.compressed_size());
    }
    if declared > MAX_UNPACKED_BYTES {
        return Err(too_large(declared));
    }
    if is_too_tight(declared, bytes.len() as u64) {
        return Err(too_tight(declared, bytes.len() as u64));
    }

    let mut unpacked: u64 = 0;
    let mut cells = TagCount::default();
    let mut buffer = vec![0_u8; 64 << 10];
    for (index, packed) in packed.into_iter().enumerate() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        let is_content = entry.name_raw() == b"content.xml";
        let counted: Option<&[u8]> = match entry.name_raw() {
            b"xl/sharedStrings.xml" => Some(b"si"),
            name if name.starts_with(b"xl/worksheets/") => Some(b"c"),
            _ => None,
        };
        cells.start();
        let mut size: u64 = 0;
        loop {
            let read = entry.read(&mut buffer).map_err(damaged)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            unpacked += read as u64;
            if unpacked > MAX_UNPACKED_BYTES {
                return Err(too_large(unpacked));
            }
            if is_too_tight(size, packed) {
                return Err(too_tight(size, packed));
            }
            if let Some(tag) = counted {
                cells.add(&buffer[..read], tag)?;
            }
            if let (true, Content::Ods(xml)) = (is_content, &mut content) {
                xml.extend_from_slice(&buffer[..read]);
            }
        }
    }
    Ok(content)
}

/// Counts tags of one name in a part that comes in pieces: cells, before any is kept.
#[derive(Default)]
struct TagCount {
    /// How far `<`, the name and what ends it have been met.
    met: usize,
    count: u64,
}

impl TagCount {
    /// Begins the next part; what was counted stays.
    fn start(&mut self) {
        self.met = 0;
    }

    fn add(&mut self, piece: &[u8], name: &[u8]) -> Checked<()> {
        for byte in piece {
            self.met = match self.met {
                _ if *byte == b'<' => 1,
                met @ 1.. if met <= name.len() && name[met - 1] == *byte => met + 1,
                met if met == name.len() + 1 => {
                    self.count += u64::from(matches!(byte, b' ' | b'>' | b'/' | b'\n' | b'\t'));
                    0
                }
                _ => 0,
            };
        }
        if self.count > MAX_CELLS { Err(too_many_cells()) } else { Ok(()) }
    }
}

/// Counts the cells of an ODS as they will be laid out: repetitions make small files large.
fn check_ods(xml: &[u8]) -> Checked<()> {
    let mut sheet = OdsCount::default();
    let mut text_bytes: usize = 0;
    let mut cell: Option<(u64, usize)> = None; // repetitions, where its text begins
    let mut row_repeats: u64 = 1;
    let mut row_text: usize = 0;
    let mut at = 0;
    while let Some(open) = find(xml, at, b"<") {
        let Some(close) = tag_end(xml, open) else { break };
        let tag = &xml[open + 1..close];
        at = close + 1;
        let is_closed = tag.ends_with(b"/");
        let name_length =
            tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(tag.len());
        match &tag[..name_length] {
            b"table:table" => {
                sheet = OdsCount { sum: sheet.sum, ..OdsCount::default() };
            }
            b"table:table-row" => {
                row_repeats = repeats(tag, b"table:number-rows-repeated")?;
                sheet.start_row();
                row_text = 0;
                if is_closed {
                    sheet.end_row(row_repeats)?;
                }
            }
            b"table:table-cell" | b"table:covered-table-cell" => {
                let times = repeats(tag, b"table:number-columns-repeated")?;
                let has_value = find(tag, 0, b"office:").is_some();
                // An attribute may hold the text, so the tag counts too.
                row_text = row_text.saturating_add(tag.len().saturating_mul(if has_value {
                    usize::try_from(times).unwrap_or(usize::MAX)
                } else {
                    0
                }));
                sheet.add_cells(times, has_value);
                cell = (!is_closed).then_some((times, at));
            }
            _ => {}
        }
        // Closing tags begin with `/`, so their name above is empty.
        if (tag.starts_with(b"/table:table-cell") || tag.starts_with(b"/table:covered-table-cell"))
            && let Some((times, from)) = cell.take()
        {
            let length = open.saturating_sub(from);
            let times = usize::try_from(times).unwrap_or(usize::MAX);
            row_text = row_text.saturating_add(length.saturating_mul(times));
        }
        if tag.starts_with(b"/table:table-row") {
            sheet.end_row(row_repeats)?;
            let times = usize::try_from(row_repeats).unwrap_or(usize::MAX);
            // Empty rows repeat to the end of the sheet; only text costs memory.
            if row_text > 0 {
                text_bytes = text_bytes.saturating_add(row_text.saturating_mul(times));
            }
            if text_bytes > MAX_CELL_BYTES {
                return Err(too_many_cells());
            }
        }
    }
    Ok(())
}

#[derive(Default)]
struct OdsCount {
    /// Cells of the sheets before.
    sum: u64,
    /// Rows up to the last one with a value.
    rows: u64,
    /// Empty rows after it.
    pending_rows: u64,
    /// Cells up to the last one with a value, of the widest row.
    width: u64,
    row_width: u64,
    pending_cells: u64,
}

impl OdsCount {
    fn start_row(&mut self) {
        self.row_width = 0;
        self.pending_cells = 0;
    }

    fn add_cells(&mut self, times: u64, has_value: bool) {
        if has_value {
            let before = self.row_width.saturating_add(self.pending_cells);
            self.row_width = before.saturating_add(times);
            self.pending_cells = 0;
        } else {
            self.pending_cells = self.pending_cells.saturating_add(times);
        }
    }

    fn end_row(&mut self, times: u64) -> Checked<()> {
        if self.row_width == 0 {
            self.pending_rows = self.pending_rows.saturating_add(times);
            return Ok(());
        }
        self.rows = self.rows.saturating_add(self.pending_rows).saturating_add(times);
        self.pending_rows = 0;
        self.width = self.width.max(self.row_width);
        let cells = self.rows.saturating_mul(self.width);
        if self.sum.saturating_add(cells) > MAX_CELLS {
            return Err(too_many_cells());
        }
        self.start_row();
        Ok(())
    }
}

fn find(text: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    text.get(from..)?.windows(what.len()).position(|w| w == what).map(|at| from + at)
}

/// Returns where the tag that begins at `open` ends; a `>` inside quotes does not end it.
fn tag_end(xml: &[u8], open: usize) -> Option<usize> {
    let mut quote = None;
    for (offset, byte) in xml[open..].iter().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(mark), byte) if mark == *byte => quote = None,
            (None, b'>') => return Some(open + offset),
            _ => {}
        }
    }
    None
}

/// Returns a repetition attribute; 1 where there is none.
fn repeats(tag: &[u8], name: &[u8]) -> Checked<u64> {
    let Some(at) = find(tag, 0, name) else { return Ok(1) };
    let rest = &tag[at + name.len()..];
    let digits: Vec<u8> = rest
        .iter()
        .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\''))
        .take_while(|b| !matches!(b, b'"' | b'\''))
        .copied()
        .collect();
    let number = std::str::from_utf8(&digits).ok().and_then(|text| text.trim().parse().ok());
    number.ok_or_else(|| damaged("number-repeated"))
}

enum Book<'a> {
    Xlsx(Box<Xlsx<Cursor<&'a [u8]>>>),
    Ods(Ods<Cursor<&'a [u8]>>),
}

impl Book<'_> {
    /// Returns every worksheet with whether it can be seen.
    fn sheets(&self) -> Vec<(String, bool)> {
        let metadata = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let is_table = |kind| matches!(kind, calamine::SheetType::WorkSheet);
        let sheets = metadata.iter().filter(|sheet| is_table(sheet.typ));
        sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    fn rows(&mut self, name: &str) -> Checked<Vec<GridRow>> {
        let mut sheet = Cells::default();
        match self {
            Self::Xlsx(book) => {
                let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
                let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
                while let Some(cell) = reader.next_cell().map_err(damaged)? {
                    let (row, column) = cell.get_position();
                    sheet.add(row, column, text_of_ref(cell.get_value()))?;
                }
                for region in merged.into_iter().take(MAX_ENTRIES) {
                    sheet.fill_down(region.start, region.end)?;
                }
            }
            Self::Ods(book) => {
                let range = book.worksheet_range(name).map_err(damaged)?;
                let (first_row, first_column) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    let (row, column) = (row as u32 + first_row, column as u32 + first_column);
                    sheet.add(row, column, text_of(value))?;
                }
            }
        }
        Ok(sheet.into_rows())
    }
}

/// The cells of a sheet that hold something.
#[derive(Default)]
struct Cells {
    rows: BTreeMap<u32, Vec<(u32, String)>>,
    seen: u64,
    bytes: usize,
}

impl Cells {
    fn add(&mut self, row: u32, column: u32, text: String) -> Checked<()> {
        self.seen += 1;
        self.bytes += text.len();
        if self.seen > MAX_CELLS || self.bytes > MAX_CELL_BYTES {
            return Err(too_many_cells());
        }
        if text.trim().is_empty() {
            return Ok(());
        }
        if column as usize >= MAX_COLUMNS {
            let detail = format!("{} > {MAX_COLUMNS}", u64::from(column) + 1);
            return Err(Refusal(&messages::TOO_MANY_COLUMNS, detail));
        }
        self.rows.entry(row).or_default().push((column, text));
        if self.rows.len() as u64 > MAX_ROWS + 1_000 {
            let detail = format!("> {MAX_ROWS}");
            return Err(Refusal(&messages::TOO_MANY_ROWS, detail));
        }
        Ok(())
    }

    /// Writes the value of a merged cell into every row it covers: staff merge a topic over the
    /// groups it is meant for. Only rows that hold something else are filled.
    fn fill_down(&mut self, start: (u32, u32), end: (u32, u32)) -> Checked<()> {
        let is_one_column = start.1 == end.1;
        let value = self.rows.get(&start.0).and_then(|cells| {
            cells.iter().find(|(column, _)| *column == start.1).map(|(_, text)| text.clone())
        });
        let (Some(value), true) = (value, is_one_column) else { return Ok(()) };
        let covered: Vec<u32> = self
            .rows
            .range(start.0.saturating_add(1)..=end.0.max(start.0))
            .filter(|(_, cells)| cells.iter().all(|(column, _)| *column != start.1))
            .map(|(row, _)| *row)
            .collect();
        for row in covered {
            self.add(row, start.1, value.clone())?;
        }
        Ok(())
    }

    fn into_rows(self) -> Vec<GridRow> {
        let lay_out = |(row, cells): (u32, Vec<(u32, String)>)| {
            let width = cells.iter().map(|(column, _)| *column as usize + 1).max().unwrap_or(0);
            let mut laid_out = vec![String::new(); width];
            for (column, text) in cells {
                laid_out[column as usize] = text;
            }
            GridRow { number: u64::from(row) + 1, cells: laid_out }
        };
        self.rows.into_iter().map(lay_out).collect()
    }
}

fn text_of_ref(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(is) => is.to_string(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => iso_text(text),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn text_of(value: &Data) -> String {
    match value {
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(is) => is.to_string(),
        Data::DateTime(moment) => moment_text(moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => iso_text(text),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

/// A whole number has no decimals: Excel keeps `1067` as 1067.0.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() || moment.as_f64() < 1.0 {
        let minutes = (moment.as_f64() * 24.0 * 60.0).round() as i64;
        return format!("{:02}:{:02}", minutes / 60, minutes % 60);
    }
    let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
    if hour == 0 && minute == 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }
}

/// ODS writes times as `PT18H30M00S` and dates as `2026-03-01T00:00:00`.
fn iso_text(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("PT") {
        let parts: Option<(u32, u32)> = rest.split_once('H').and_then(|(hours, rest)| {
            let minutes = rest.split('M').next().filter(|_| rest.contains('M')).unwrap_or("0");
            Some((hours.parse().ok()?, minutes.parse().ok()?))
        });
        if let Some((hours, minutes)) = parts {
            return format!("{hours:02}:{minutes:02}");
        }
    }
    text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::raw::RawValue;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).expect("memory");
            writer.write_all(content).expect("memory");
        }
        writer.finish().expect("memory").into_inner()
    }

    /// A workbook with a visible and a hidden sheet.
    fn workbook(rows: &str, merged: &str) -> Vec<u8> {
        let sheet = |rows: &str| {
            format!(
                "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData>{merged}</worksheet>"
            )
        };
        archive(&[
            (
                "[Content_Types].xml",
                b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
            ),
            (
                "_rels/.rels",
                b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
            ),
            (
                "xl/workbook.xml",
                b"<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Alt\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/><sheet name=\"Gruppen\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>",
            ),
            ("xl/worksheets/sheet1.xml", sheet("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c></row>").as_bytes()),
            ("xl/worksheets/sheet2.xml", sheet(rows).as_bytes()),
        ])
    }

    fn text(cell: &str, text: &str) -> String {
        format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    }

    fn read_book(bytes: &[u8]) -> Result<(RawTable<'static>, Vec<&'static str>), Finding> {
        let mut table = RawTable::new(SourceFormat::Xlsx);
        let mut notes = Notes::new("a.xlsx");
        read(bytes, &SourceSettings::named("a.xlsx"), &mut table, &mut notes)?;
        Ok((table, notes.list.iter().map(|finding| finding.rule.id).collect()))
    }

    #[test]
    fn a_workbook_is_read_with_title_hidden_sheet_numbers_and_merged_topic() {
        let rows = [
            format!("<row r=\"1\">{}</row>", text("A1", "Selbsthilfe im Kreis")),
            format!(
                "<row r=\"3\">{}{}{}</row>",
                text("A3", "Gruppenname"),
                text("B3", "Thema"),
                text("C3", "PLZ")
            ),
            format!(
                "<row r=\"4\">{}{}<c r=\"C4\"><v>1067</v></c></row>",
                text("A4", "Licht"),
                text("B4", "Depression")
            ),
            format!("<row r=\"5\">{}<c r=\"C5\"><v>7743</v></c></row>", text("A5", "Mut")),
        ];
        let merged = "<mergeCells count=\"2\"><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"B4:B5\"/></mergeCells>";
        let (table, rules) = read_book(&workbook(&rows.concat(), merged)).expect("readable");
        let cells = |index: usize| -> Vec<String> {
            let of = |value: &RawValue| match value {
                RawValue::Text(text) => text.clone(),
                RawValue::List(_) => String::new(),
            };
            table.records[index].cells.iter().map(|cell| of(&cell.value)).collect()
        };
        assert_eq!(cells(0), ["Licht", "Depression", "1067"]);
        assert_eq!(cells(1), ["Mut", "Depression", "7743"]);
        assert_eq!(table.records[1].row, 5);
        assert_eq!(rules, ["sheet-hidden", "rows-above-heading"]);
    }

    fn refusal(bytes: &[u8]) -> &'static str {
        read_book(bytes).expect_err("refused").rule.id
    }

    #[test]
    fn bombs_are_refused_before_they_are_opened() {
        let zeros = vec![b' '; 30 << 20];
        let started = std::time::Instant::now();
        assert_eq!(refusal(&archive(&[("xl/workbook.xml", &zeros)])), "archive-ratio");
        let many: Vec<(String, &[u8])> =
            (0..1_001).map(|n| (format!("p{n}"), b"".as_slice())).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(n, c)| (n.as_str(), *c)).collect();
        assert_eq!(refusal(&archive(&many)), "archive-entries");
        assert_eq!(refusal(b"PK\x03\x04 and then nothing"), "file-damaged");
        assert!(started.elapsed().as_secs() < 10);
    }

    #[test]
    fn a_declared_size_that_lies_does_not_help() {
        let zeros = vec![b' '; 8 << 20];
        let mut bytes = archive(&[("xl/workbook.xml", &zeros)]);
        // Both headers now say 1,000 bytes.
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == (8_u32 << 20).to_le_bytes() {
                bytes[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
            }
        }
        assert!(matches!(refusal(&bytes), "archive-ratio" | "file-damaged"));
    }

    #[test]
    fn cells_are_counted_in_pieces_of_any_size() {
        let xml = b"<row><c r=\"A1\"><v>1</v></c><c/><cols/><col min=\"1\"/><c><</c></row>";
        for size in 1..=xml.len() {
            let mut cells = TagCount::default();
            for piece in xml.chunks(size) {
                assert!(cells.add(piece, b"c").is_ok());
            }
            assert_eq!(cells.count, 3, "{size}");
        }
    }

    #[test]
    fn repeated_cells_of_an_ods_are_counted() {
        let sheet = |rows: &str| {
            format!(
                "<office:document-content><table:table table:name=\"a\">{rows}</table:table></office:document-content>"
            )
        };
        let cell =
            "<table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
        for (rows, right, why) in [
            (format!("<table:table-row>{cell}</table:table-row>"), true, "one cell"),
            (
                format!(
                    "<table:table-row>{cell}<table:table-cell table:number-columns-repeated=\"16383\"/></table:table-row><table:table-row table:number-rows-repeated=\"1048575\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>"
                ),
                true,
                "the empty rest of a sheet, as LibreOffice writes it",
            ),
            (
                format!(
                    "<table:table-row table:number-rows-repeated=\"3000000\">{cell}</table:table-row>"
                ),
                false,
                "three million rows",
            ),
            (
                format!(
                    "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell/></table:table-row><table:table-row><table:table-cell/><table:table-cell/>{cell}</table:table-row>"
                ),
                false,
                "a value at the end of a million empty rows",
            ),
        ] {
            assert_eq!(check_ods(sheet(&rows).as_bytes()).is_ok(), right, "{why}");
        }
    }
}
