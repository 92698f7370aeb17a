//! Rows and columns to records: where the heading stands, what each column means.
//!
//! In: the cells of a sheet or a CSV file. Out: [`RawRecord`]s. Title rows above the heading,
//! repeated headings, section letters and foot notes are passed over and told.

use std::collections::BTreeMap;

use super::{MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS, RawTable};
use crate::import::finding::{Finding, Notes};
use crate::import::headings::{self, Heading};
use crate::import::messages::{self, Rule};
use crate::import::raw::{RawCell, RawRecord, RawValue};

/// A row of cells with its number, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GridRow {
    pub number: u64,
    pub cells: Vec<String>,
}

/// A row that cannot be read with certainty.
#[derive(Debug)]
pub(super) struct Fault {
    pub number: u64,
    pub rule: &'static Rule,
    /// What its first cell says.
    pub value: String,
    pub detail: String,
}

/// The heading is looked for in so many rows.
pub(super) const HEADING_ROWS: usize = 25;

/// Returns where the heading stands and how many headings of it are known.
pub(super) fn find_heading(
    rows: &[GridRow],
    columns: &BTreeMap<String, String>,
) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for (index, row) in rows.iter().take(HEADING_ROWS).enumerate() {
        let mut fields: Vec<String> = Vec::new();
        let mut filled = 0;
        for cell in row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()) {
            filled += 1;
            if let Some(Heading::Field(field)) = headings::known(cell, columns)
                && !fields.contains(&field)
            {
                fields.push(field);
            }
        }
        let names_a_group = fields.iter().any(|f| f == "name" || f == "topics");
        // A heading names a group, and most of its cells are headings.
        let is_heading = names_a_group && fields.len() * 3 >= filled;
        if is_heading && best.is_none_or(|(_, known)| fields.len() > known) {
            best = Some((index, fields.len()));
        }
    }
    best
}

/// Reads the records of a grid, row by row.
pub(super) fn records(
    rows: impl IntoIterator<Item = Result<GridRow, Fault>>,
    columns: &BTreeMap<String, String>,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    let filled = |row: &GridRow| row.cells.iter().any(|cell| !cell.trim().is_empty());
    let mut rest = rows.into_iter();
    let mut rows = Vec::new();
    for row in rest.by_ref() {
        match row {
            Ok(row) => rows.push(row),
            Err(fault) => refuse(fault, table, notes),
        }
        if rows.len() == HEADING_ROWS || table.rows_read > MAX_ROWS {
            break;
        }
    }
    if table.rows_read > MAX_ROWS {
        return Err(too_many_rows(notes));
    }
    let Some((at, _)) = find_heading(&rows, columns) else {
        let first = rows.iter().find(|row| filled(row));
        let none = || notes.about(&messages::NO_RECORDS).with_value("0");
        let Some(first) = first else { return Err(none()) };
        let widest = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        must_be_narrow(widest, notes)?;
        let shown = first.cells.join(" | ");
        return Err(notes.about(&messages::NO_HEADING).with_value(&shown));
    };
    let width =
        rows[at].cells.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |last| last + 1);
    must_be_narrow(width, notes)?;
    let above = rows[..at].iter().filter(|row| filled(row)).count();
    if above > 0 {
        notes.add(notes.about(&messages::ROWS_ABOVE_HEADING).with_detail(above.to_string()));
    }
    let heading: Vec<String> =
        rows[at].cells.iter().take(width).map(|cell| cell.trim().to_owned()).collect();
    let fields = map_columns(&heading, rows[at].number, columns, notes);
    let unnamed: Vec<usize> = (0..width).filter(|i| heading[*i].is_empty()).collect();
    let mut unnamed_told = vec![false; width];

    for row in rows.into_iter().skip(at + 1).map(Ok).chain(rest) {
        if table.rows_read >= MAX_ROWS && row.as_ref().map_or(true, filled) {
            return Err(too_many_rows(notes));
        }
        let row = match row {
            Ok(row) => row,
            Err(fault) => {
                refuse(fault, table, notes);
                continue;
            }
        };
        if !filled(&row) {
            continue;
        }
        table.rows_read += 1;
        let same = |(cell, title): (&String, &String)| cell.trim() == title;
        if row.cells.iter().zip(&heading).all(same) && row.cells.len() >= width {
            table.rows_read -= 1;
            notes.add(notes.about(&messages::HEADING_REPEATED).in_row(row.number));
            continue;
        }
        if let Some(text) = no_group(&row, width) {
            table.rows_read -= 1;
            let finding = notes.about(&messages::ROW_NO_GROUP).in_row(row.number);
            notes.add(finding.with_value(&text));
            continue;
        }
        let used = row.cells.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |last| last + 1);
        let numbers = format!("{}/{width}", row.cells.len());
        if used > width {
            let finding = notes.about(&messages::ROW_TOO_LONG).in_row(row.number);
            notes.add(finding.with_value(&numbers).with_detail(numbers));
            table.refuse(row.number, &cells_of(&row, &fields, &heading));
            continue;
        }
        let too_long = row.cells.iter().map(|cell| cell.chars().count()).enumerate();
        if let Some((index, length)) =
            too_long.max_by_key(|(_, n)| *n).filter(|(_, n)| *n > MAX_CELL_CHARS)
        {
            let finding = notes.about(&messages::FIELD_TOO_LONG).in_row(row.number);
            let column = heading.get(index).cloned().unwrap_or_default();
            notes.add(finding.in_column(column).with_detail(length.to_string()));
            table.refuse(row.number, &cells_of(&row, &fields, &heading));
            continue;
        }
        if row.cells.len() < width && !table.pads_rows {
            let finding = notes.about(&messages::ROW_TOO_SHORT).in_row(row.number);
            notes.add(finding.with_value(&numbers).with_detail(numbers));
        }
        for index in &unnamed {
            let cell = row.cells.get(*index).map_or("", |cell| cell.trim());
            if !cell.is_empty() && !unnamed_told[*index] {
                unnamed_told[*index] = true;
                let finding = notes.about(&messages::COLUMN_WITHOUT_HEADING).in_row(row.number);
                notes.add(finding.with_value(cell).with_detail((index + 1).to_string()));
            }
        }
        let cells = cells_of(&row, &fields, &heading);
        table.push(RawRecord { row: row.number, cells }, notes);
    }
    Ok(())
}

fn must_be_narrow(width: usize, notes: &Notes) -> Result<(), Finding> {
    if width <= MAX_COLUMNS {
        return Ok(());
    }
    let detail = format!("{width} > {MAX_COLUMNS}");
    Err(notes.about(&messages::TOO_MANY_COLUMNS).with_value(&detail).with_detail(detail))
}

fn too_many_rows(notes: &Notes) -> Finding {
    let detail = format!("> {MAX_ROWS}");
    notes.about(&messages::TOO_MANY_ROWS).with_value(&detail).with_detail(detail)
}

fn refuse(fault: Fault, table: &mut RawTable, notes: &mut Notes) {
    let finding = notes.about(fault.rule).in_row(fault.number).with_value(&fault.value);
    notes.add(finding.with_detail(fault.detail));
    table.rows_read += 1;
    table.refuse(fault.number, &[]);
}

fn cells_of(row: &GridRow, fields: &[Option<String>], heading: &[String]) -> Vec<RawCell> {
    let cells = fields.iter().enumerate().filter_map(|(index, field)| {
        Some(RawCell {
            field: field.clone()?,
            column: heading[index].clone(),
            value: RawValue::Text(row.cells.get(index).cloned().unwrap_or_default()),
        })
    });
    cells.collect()
}

/// Returns the field of each column; `None` for one that is not read.
fn map_columns(
    heading: &[String],
    number: u64,
    columns: &BTreeMap<String, String>,
    notes: &mut Notes,
) -> Vec<Option<String>> {
    let mut fields: Vec<Option<String>> = Vec::new();
    for title in heading {
        let field = map_heading(title, Some(number), columns, notes);
        if let Some(field) = &field {
            let before = fields.iter().position(|known| known.as_ref() == Some(field));
            let same_heading = |at: &usize| heading[*at] == *title;
            if let Some(before) = before.filter(|at| !takes_several(field) || same_heading(at)) {
                let finding = notes.about(&messages::COLUMN_TWICE).in_row(number);
                let finding = finding.in_column(title.clone()).with_value(title);
                notes.add(finding.with_detail(heading[before].clone()));
            }
        }
        fields.push(field);
    }
    fields
}

/// Maps one heading and tells of an unknown one.
pub(super) fn map_heading(
    title: &str,
    row: Option<u64>,
    columns: &BTreeMap<String, String>,
    notes: &mut Notes,
) -> Option<String> {
    if title.is_empty() {
        return None;
    }
    match headings::read(title, columns) {
        Heading::Field(field) if headings::is_field(&field) => Some(field),
        Heading::Ignored => None,
        Heading::Field(wrong) => {
            let mut finding = notes.about(&messages::UNKNOWN_COLUMN).in_column(title);
            finding.row = row;
            let near = headings::FIELDS
                .iter()
                .max_by(|a, b| {
                    strsim::jaro_winkler(a, &wrong).total_cmp(&strsim::jaro_winkler(b, &wrong))
                })
                .map_or("name", |field| *field);
            notes.add(finding.with_detail(near));
            None
        }
        Heading::Unknown(near) => {
            let rule = match near {
                Some(_) => &messages::UNKNOWN_COLUMN,
                None => &messages::COLUMN_STRANGE,
            };
            let mut finding = notes.about(rule).in_column(title).with_value(title);
            finding.row = row;
            finding.detail = near.map(str::to_owned);
            notes.add(finding);
            None
        }
    }
}

/// Fields whose several columns are joined.
pub(super) fn takes_several(field: &str) -> bool {
    matches!(
        field,
        "topics"
            | "hidden_terms"
            | "description"
            | "meeting.text"
            | "meeting.time"
            | "venue.name"
            | "audience"
            | "languages"
            | "age_group"
            | "contact.any"
            | "contact.phone"
            | "contact_person.phone"
    )
}

/// Returns the text of a row that is a section letter or a foot note.
fn no_group(row: &GridRow, width: usize) -> Option<String> {
    let mut cells = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let only = cells.next()?;
    if cells.next().is_some() {
        return None;
    }
    is_section_letter(only)
        .then_some(only)
        .or_else(|| (width > 1 && is_foot_note(only)).then_some(only))
        .map(str::to_owned)
}

/// Says whether a line is a letter of an A–Z list: `A`, `A:`, `A–C`, `- B -`.
pub(super) fn is_section_letter(text: &str) -> bool {
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_upper = |c: char| c.is_uppercase() && c.is_alphabetic();
    let has_range_mark = text.contains(['-', '–', '/', ',']) || text.contains("bis");
    match letters.chars().collect::<Vec<char>>().as_slice() {
        [one] => is_upper(*one) || *one == '#',
        [one, two] => is_upper(*one) && is_upper(*two) && has_range_mark,
        _ => false,
    }
}

fn is_foot_note(text: &str) -> bool {
    let lower = text.to_lowercase();
    let begins = [
        "stand:",
        "stand ",
        "stand vom",
        "summe",
        "gesamt",
        "quelle:",
        "seite ",
        "anzahl",
        "alle angaben",
        "©",
        "*",
    ];
    begins.iter().any(|begin| lower.starts_with(begin)) || lower.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::settings::SourceFormat;

    fn grid(rows: &[&[&str]]) -> Vec<Result<GridRow, Fault>> {
        let row = |(cells, number): (&&[&str], u64)| {
            let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
            Ok(GridRow { number, cells })
        };
        rows.iter().zip(1..).map(row).collect()
    }

    fn read(rows: &[&[&str]]) -> (RawTable<'static>, Vec<&'static str>) {
        let mut table = RawTable::new(SourceFormat::Csv);
        let mut notes = Notes::new("a.csv");
        records(grid(rows), &BTreeMap::new(), &mut table, &mut notes).expect("a heading");
        (table, notes.list.iter().map(|finding| finding.rule.id).collect())
    }

    #[test]
    fn a_title_above_the_heading_is_passed_over() {
        let (table, rules) = read(&[
            &["Selbsthilfegruppen im Kreis", "", ""],
            &["", "", ""],
            &["Gruppenname", "Thema", "PLZ"],
            &["Lichtblick", "Depression", "07743"],
            &["Gruppenname", "Thema", "PLZ"],
            &["A", "", ""],
            &["Stand: März", "", ""],
            &["Herzsport", "Herz", "07743"],
        ]);
        assert_eq!(table.records.iter().map(|r| r.row).collect::<Vec<_>>(), [4, 8]);
        assert_eq!(
            rules,
            ["rows-above-heading", "heading-repeated", "row-no-group", "row-no-group"]
        );
        assert_eq!(table.rows_read, 2);
    }

    #[test]
    fn ragged_rows_are_filled_or_refused() {
        let (table, rules) = read(&[
            &["Name", "Thema", "Ort"],
            &["Lichtblick"],
            &["Herz", "Herz", "Jena", "zu viel"],
            &["Rheuma", "Rheuma", "Jena", "", ""], // empty cells at the end do no harm
        ]);
        assert_eq!(table.records.iter().map(|r| r.row).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(rules, ["row-too-short", "row-too-long"]);
        assert_eq!(table.refused.iter().map(|r| r.row).collect::<Vec<_>>(), [3]);
        assert_eq!(table.refused[0].name.as_deref(), Some("Herz"));
    }

    #[test]
    fn an_unknown_heading_is_told_with_the_nearest() {
        let mut notes = Notes::new("a.csv");
        let fields = map_columns(
            &["Gruppenname".into(), "Krankheitsbilt".into()],
            1,
            &BTreeMap::new(),
            &mut notes,
        );
        assert_eq!(fields, [Some("name".to_owned()), None]);
        assert_eq!(notes.list[0].detail.as_deref(), Some("Krankheitsbild"));
    }
}
