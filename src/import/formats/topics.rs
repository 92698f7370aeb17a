//! A plain topic list: "there is a group for this here, ask the contact point".
//!
//! In: text with one topic per line. Out: a record per topic with the topic as its name and the
//! contact point as its contact. Letters of an A–Z list and lines that begin with `#` are passed
//! over; bullets are taken off.

use super::{MAX_CELL_CHARS, MAX_ROWS, RawTable, grid};
use crate::import::finding::{Finding, Notes};
use crate::import::messages;
use crate::import::raw::RawRecord;

/// Reads the topics of a list.
pub(super) fn read(text: &str, table: &mut RawTable, notes: &mut Notes) -> Result<(), Finding> {
    for (line, number) in text.lines().zip(1..) {
        let topic = without_bullet(line.trim());
        if topic.is_empty() || topic.starts_with('#') {
            continue;
        }
        if grid::is_section_letter(topic) {
            continue;
        }
        if number > MAX_ROWS {
            let detail = format!("> {MAX_ROWS}");
            return Err(notes.about(&messages::TOO_MANY_ROWS).with_detail(detail));
        }
        table.rows_read += 1;
        let length = topic.chars().count();
        if length > MAX_CELL_CHARS {
            let finding = notes.about(&messages::FIELD_TOO_LONG).in_row(number);
            notes.add(finding.with_detail(length.to_string()));
            table.refuse(number, &[]);
            continue;
        }
        let cells = [("name", topic), ("topics", topic), ("contact.mode", "via_contact_point")];
        table.records.push(RawRecord::of(number, &cells));
    }
    Ok(())
}

fn without_bullet(line: &str) -> &str {
    let bullets = ['-', '–', '•', '*', '·', '▪', '○', '■', '\u{f0b7}'];
    match line.strip_prefix(bullets) {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::settings::SourceFormat;

    #[test]
    fn letters_and_bullets_are_passed_over() {
        let mut table = RawTable::new(SourceFormat::Topics);
        let mut notes = Notes::new("themen.txt");
        let text = "A\n- Adipositas\nAngst\n\nB:\n• Borderline (auch Angehörige)\nX–Z\n# Ende\n";
        read(text, &mut table, &mut notes).expect("readable");
        let names: Vec<_> = table.records.iter().map(|r| (r.row, &r.cells[0].value)).collect();
        assert_eq!(names.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 3, 6]);
        assert_eq!(table.rows_read, 3);
    }
}
