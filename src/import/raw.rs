//! A record as its publisher wrote it: text, and where it stood.

/// The value of a cell or member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawValue {
    /// One text; a CSV cell with a list in it is still one text.
    Text(String),
    /// A list, as JSON has it.
    List(Vec<String>),
}

impl RawValue {
    /// Says whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::List(parts) => parts.iter().all(|part| part.trim().is_empty()),
        }
    }
}

/// A cell with the field of ours that it fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCell {
    /// Our field, as in `venue.postcode`; input-only fields too, as in `venue.address`.
    pub field: String,
    /// The publisher's heading.
    pub column: String,
    /// What stands there.
    pub value: RawValue,
}

/// A record as its publisher wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawRecord {
    /// Row of a sheet from 1, line of a text file, position in JSON or HTML.
    pub row: u64,
    /// Cells in the publisher's order; several may fill the same field.
    pub cells: Vec<RawCell>,
}

impl RawRecord {
    /// Returns a record with one text cell per pair of field and value.
    pub fn of(row: u64, cells: &[(&str, &str)]) -> Self {
        let cells = cells.iter().map(|(field, text)| RawCell {
            field: (*field).to_owned(),
            column: (*field).to_owned(),
            value: RawValue::Text((*text).to_owned()),
        });
        Self { row, cells: cells.collect() }
    }
}
