//! Reads the tab-separated tables of `index/` and names file and row of what is wrong.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::embedded;

/// What is wrong with a reference table.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// A file cannot be read.
    #[error("reference file {file} could not be read")]
    Unreadable {
        /// The file.
        file: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// A file is not there.
    #[error("reference file {0} is missing")]
    Missing(String),
    /// A row is wrong.
    #[error("{file}, row {row}: {problem}")]
    Row {
        /// The file.
        file: String,
        /// The row, counted from 1 with the heading.
        row: usize,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// The files of `index/` by their path below it (`vocabulary/patterns.tsv`).
pub struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    /// Unpacks the files compiled into the binary.
    pub(super) fn embedded() -> Result<Self, ReferenceError> {
        let unreadable = |cause| ReferenceError::Unreadable { file: "(binary)".to_owned(), cause };
        Ok(Self(embedded::files_below("index/").map_err(unreadable)?))
    }

    /// Takes files as given, for tests.
    #[cfg(test)]
    pub(super) fn of(files: Vec<(String, Vec<u8>)>) -> Self {
        Self(files)
    }

    /// Reads all tables below `folder`.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, ReferenceError> {
        let mut files = Vec::new();
        for part in ["vocabulary", "vocabulary/concepts", "gazetteer", "contact_points"] {
            let path = folder.join(part);
            let unreadable =
                |cause| ReferenceError::Unreadable { file: path.display().to_string(), cause };
            for entry in std::fs::read_dir(&path).map_err(unreadable)? {
                let file = entry.map_err(unreadable)?.path();
                if !file.extension().is_some_and(|ending| ending == "tsv" || ending == "txt") {
                    continue;
                }
                let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
                let content = std::fs::read(&file).map_err(unreadable)?;
                files.push((format!("{part}/{}", name.unwrap_or_default()), content));
            }
        }
        files.sort();
        Ok(Self(files))
    }

    /// Returns the files whose path begins with `prefix`, in order.
    pub(super) fn below<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0
            .iter()
            .filter(move |(name, _)| name.starts_with(prefix))
            .map(|(name, content)| (name.as_str(), content.as_slice()))
    }

    /// Returns the text of one file.
    pub(super) fn text(&self, name: &str) -> Result<&str, ReferenceError> {
        let (_, content) = self
            .0
            .iter()
            .find(|(known, _)| known == name)
            .ok_or_else(|| ReferenceError::Missing(name.to_owned()))?;
        utf8(name, content)
    }

    /// Reads one table.
    pub(super) fn table(&self, name: &str) -> Result<Table<'_>, ReferenceError> {
        let content = self.text(name)?;
        Table::parse(name, content)
    }

    /// Reads every table of a folder, in the order of their names.
    pub(super) fn tables(&self, folder: &str) -> Result<Vec<Table<'_>>, ReferenceError> {
        let mut tables = Vec::new();
        for (name, content) in &self.0 {
            if name.starts_with(folder) && name.ends_with(".tsv") {
                tables.push(Table::parse(name, utf8(name, content)?)?);
            }
        }
        Ok(tables)
    }
}

fn utf8<'a>(name: &str, content: &'a [u8]) -> Result<&'a str, ReferenceError> {
    std::str::from_utf8(content).map_err(|error| ReferenceError::Unreadable {
        file: name.to_owned(),
        cause: io::Error::new(io::ErrorKind::InvalidData, error),
    })
}

/// A table with a heading: cells by column name.
pub(super) struct Table<'a> {
    file: String,
    columns: HashMap<&'a str, usize>,
    rows: Vec<(usize, Vec<&'a str>)>,
}

impl<'a> Table<'a> {
    pub(super) fn parse(file: &str, text: &'a str) -> Result<Self, ReferenceError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().enumerate();
        let heading = lines.next().map(|(_, line)| line).unwrap_or_default();
        let columns: HashMap<&str, usize> =
            heading.split('\t').enumerate().map(|(i, name)| (name, i)).collect();
        let mut rows = Vec::new();
        for (index, line) in lines {
            if line.trim().is_empty() {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            if cells.len() > columns.len() {
                return Err(ReferenceError::Row {
                    file: file.to_owned(),
                    row: index + 1,
                    problem: format!(
                        "{} cells, but the heading names {}",
                        cells.len(),
                        columns.len()
                    ),
                });
            }
            rows.push((index + 1, cells));
        }
        Ok(Self { file: file.to_owned(), columns, rows })
    }

    /// Returns the rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_, 'a>> {
        self.rows.iter().map(|(number, cells)| Row { table: self, number: *number, cells })
    }
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t, 'a> {
    table: &'t Table<'a>,
    number: usize,
    cells: &'t [&'a str],
}

impl<'a> Row<'_, 'a> {
    /// Returns a cell; a missing column or cell is the empty text.
    pub(super) fn cell(&self, column: &str) -> &'a str {
        let index = self.table.columns.get(column);
        index.and_then(|index| self.cells.get(*index)).copied().unwrap_or_default()
    }

    /// Returns a cell, or `None` when it is empty.
    pub(super) fn optional(&self, column: &str) -> Option<&'a str> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty())
    }

    /// Returns the parts of a list cell.
    pub(super) fn list(&self, column: &str) -> impl Iterator<Item = &'a str> {
        self.cell(column).split('|').map(str::trim).filter(|part| !part.is_empty())
    }

    /// Parses a cell.
    pub(super) fn parse<T: std::str::FromStr>(&self, column: &str) -> Result<T, ReferenceError>
    where
        T::Err: std::fmt::Display,
    {
        let cell = self.cell(column);
        cell.parse().map_err(|error| self.wrong(format!("`{column}`: {error}, found `{cell}`")))
    }

    /// Parses the parts of a list cell.
    pub(super) fn parse_list<T: std::str::FromStr>(
        &self,
        column: &str,
    ) -> Result<Vec<T>, ReferenceError>
    where
        T::Err: std::fmt::Display,
    {
        self.list(column)
            .map(|part| part.parse().map_err(|error| self.wrong(format!("`{column}`: {error}"))))
            .collect()
    }

    /// Makes an error that names this row.
    pub(super) fn wrong(&self, problem: impl Into<String>) -> ReferenceError {
        ReferenceError::Row {
            file: self.table.file.clone(),
            row: self.number,
            problem: problem.into(),
        }
    }
}
