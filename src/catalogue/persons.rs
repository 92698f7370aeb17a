//! A person's data in the whole catalogue: shown and erased. (A consent that is withdrawn for one
//! group: `withdrawals.rs`.)
//!
//! Records of groups stand in three tables (as they are, as they were before an import, as they
//! wait in a held one) and are read as groups. Every other table is looked through member by
//! member, so that a table added later cannot be forgotten. What was freed is overwritten at once
//! (`secure_delete`), the log is emptied, the file packed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::at::At;
use super::error::CatalogueError;
use super::personal::{self, Trace};
use super::state::{next_revision, read};
use super::{Catalogue, groups, moment, withdrawals};
use crate::domain::{ERASED, Group, GroupId, Person};

/// Tables whose rows hold a group's record.
const RECORD_TABLES: [&str; 3] = ["group_records", "before_images", "staged_groups"];

/// Tables that are never changed here: contact points are institutions, and their entries are
/// corrected by themselves.
const LEFT_ALONE: [&str; 2] = ["contact_points", "_sqlx_migrations"];

/// Members of a change that an import notes, when its group loses a person.
const PERSONAL_CHANGES: [&str; 2] = ["contact.", "contact_person."];

/// One place of the catalogue that speaks of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPlace {
    /// The table.
    pub table: String,
    /// Which row, in words: the group, the import.
    pub row: String,
    /// The member or column.
    pub member: String,
    /// What it says.
    pub text: String,
}

/// What an erasure has done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erased {
    /// Groups whose present record changed.
    pub groups: BTreeSet<GroupId>,
    /// Members and texts from which something was taken, in all tables.
    pub places: usize,
    /// Where the person still stands: ids, entries of contact points.
    pub left: Vec<PersonPlace>,
    /// The revision after it.
    pub revision: u64,
}

impl Catalogue {
    /// Returns every place that speaks of a person, table by table.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database or a record in it cannot be read.
    pub async fn find_person(&self, person: &Person) -> Result<Vec<PersonPlace>, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        find(&mut connection, person, &self.file).await
    }

    /// Takes a person out of every record, of the history of imports and of what waits, in one
    /// transaction; notes that it was done, and nothing of what it was.
    ///
    /// Backups are files of their own: they still hold the person.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`]; then nothing is changed.
    pub async fn erase_person(&self, person: &Person, who: &str) -> Result<Erased, CatalogueError> {
        let file = &self.file;
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let today = self.today();
        let mut erased =
            Erased { revision: read(connection, file).await?.revision, ..Erased::default() };
        // What a record says beside the person is looked for in the history, too.
        let mut learned = Person::default();
        let mut touched = BTreeSet::new();
        for table in RECORD_TABLES {
            for mut row in record_rows(connection, table, file).await? {
                let group = &mut row.group;
                personal::learn(group, person, &mut learned);
                // A contact that rested on a consent shall not come back with the next import.
                let ends_consent = group.consent.is_some() && personal::in_contact(group, person);
                let changed = personal::erase(group, person, today);
                if changed.is_empty() {
                    continue;
                }
                erased.places += changed.len();
                touched.insert(group.id);
                if ends_consent {
                    withdrawals::insert(connection, group.id, today, file).await?;
                }
                if table == "group_records" {
                    erased.groups.insert(group.id);
                }
                put_record(connection, table, row.rowid, group, file).await?;
            }
        }
        // What an office publishes as its own is nobody's secret.
        let offices = super::contact_points::read_all(connection, file).await?;
        for office in offices.values() {
            learned.forget(office.phone.as_deref(), office.email.as_deref());
        }
        let known = person.clone().and(learned);
        erased.places += blank_changes(connection, &touched, file).await?;
        erased.places += erase_texts(connection, &known, file).await?;
        erased.left = find(connection, person, file).await?;
        if erased.places > 0 {
            note(connection, &erased, who, moment::to_text(self.now()), file).await?;
            erased.revision = next_revision(connection, file).await?;
        }
        writing.commit(file).await?;
        self.pack().await?;
        Ok(erased)
    }

    fn today(&self) -> Date {
        let zone = TimeZone::get(crate::domain::TIME_ZONE).unwrap_or(TimeZone::UTC);
        self.now().to_zoned(zone).date()
    }

    /// Writes the file anew without its free pages, and empties the log.
    async fn pack(&self) -> Result<(), CatalogueError> {
        let _turn = self.turn.lock().await;
        sqlx::query("VACUUM").execute(&self.pool).await.at(&self.file)?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await.at(&self.file)?;
        Ok(())
    }
}

/// A row that holds a group's record.
struct RecordRow {
    rowid: i64,
    /// Which import it belongs to, where it is not the present one.
    import: Option<i64>,
    group: Group,
}

async fn record_rows(
    connection: &mut SqliteConnection,
    table: &'static str,
    file: &Path,
) -> Result<Vec<RecordRow>, CatalogueError> {
    let import = if table == "group_records" { "NULL" } else { "import_id" };
    let sql = format!(
        "SELECT rowid, {import}, record FROM {table} WHERE record IS NOT NULL ORDER BY rowid"
    );
    let rows: Vec<(i64, Option<i64>, String)> =
        sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await.at(file)?;
    rows.into_iter()
        .map(|(rowid, import, text)| {
            let group = groups::from_text(&format!("{rowid} of {table}"), &text)?;
            Ok(RecordRow { rowid, import, group })
        })
        .collect()
}

async fn put_record(
    connection: &mut SqliteConnection,
    table: &'static str,
    rowid: i64,
    group: &Group,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(AssertSqlSafe(format!("UPDATE {table} SET record = $1 WHERE rowid = $2")))
        .bind(groups::to_text(group)?)
        .bind(rowid)
        .execute(connection)
        .await
        .at(file)?;
    Ok(())
}

async fn find(
    connection: &mut SqliteConnection,
    person: &Person,
    file: &Path,
) -> Result<Vec<PersonPlace>, CatalogueError> {
    let mut found = Vec::new();
    for table in RECORD_TABLES {
        for row in record_rows(connection, table, file).await? {
            let of = format!("{} of {}", row.group.id, row.group.contact_point);
            let name = match row.import {
                Some(import) => format!("{of}, import {import}"),
                None => of,
            };
            for Trace { member, text } in personal::traces(&row.group, person) {
                found.push(PersonPlace {
                    table: table.to_owned(),
                    row: name.clone(),
                    member,
                    text,
                });
            }
        }
    }
    for table in other_tables(connection, file).await? {
        for row in table.rows(connection, file).await? {
            for (column, text) in &row.cells {
                for (path, text) in texts_in(text, person) {
                    let member =
                        if path.is_empty() { column.clone() } else { format!("{column}{path}") };
                    let row = row.name.clone();
                    found.push(PersonPlace { table: table.name.clone(), row, member, text });
                }
            }
        }
    }
    Ok(found)
}

/// A table that holds no records of groups.
struct Table {
    name: String,
    columns: Vec<String>,
    keys: Vec<String>,
}

/// A row of it, as far as it is text.
struct TextRow {
    rowid: i64,
    name: String,
    cells: Vec<(String, String)>,
}

async fn other_tables(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<Vec<Table>, CatalogueError> {
    let names: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
         ORDER BY name",
    )
    .fetch_all(&mut *connection)
    .await
    .at(file)?;
    let mut tables = Vec::new();
    for (name,) in names {
        if RECORD_TABLES.contains(&name.as_str()) || name == "_sqlx_migrations" {
            continue;
        }
        let columns: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT name, lower(type), pk FROM pragma_table_info($1)")
                .bind(&name)
                .fetch_all(&mut *connection)
                .await
                .at(file)?;
        let of = |is_key: bool| {
            let fitting = columns.iter().filter(move |(_, kind, pk)| {
                (*pk > 0) == is_key && (is_key || kind.contains("text"))
            });
            fitting.map(|(column, ..)| column.clone()).collect::<Vec<_>>()
        };
        tables.push(Table { name, columns: of(false), keys: of(true) });
    }
    Ok(tables)
}

impl Table {
    async fn rows(
        &self,
        connection: &mut SqliteConnection,
        file: &Path,
    ) -> Result<Vec<TextRow>, CatalogueError> {
        let quoted = |columns: &[String]| {
            let each = columns.iter().map(|column| format!(", CAST(\"{column}\" AS text)"));
            each.collect::<String>()
        };
        // Names come from the schema, never from outside.
        let sql = format!(
            "SELECT rowid{}{} FROM \"{}\" ORDER BY rowid",
            quoted(&self.keys),
            quoted(&self.columns),
            self.name
        );
        let rows: Vec<SqliteRow> =
            sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await.at(file)?;
        let text = |row: &SqliteRow, at: usize| row.try_get::<Option<String>, _>(at).ok().flatten();
        let read = rows.iter().map(|row| {
            let keys = (0..self.keys.len()).filter_map(|at| text(row, at + 1));
            let cells = self.columns.iter().enumerate().filter_map(|(at, column)| {
                Some((column.clone(), text(row, at + 1 + self.keys.len())?))
            });
            let name = keys.collect::<Vec<_>>().join(" ");
            TextRow { rowid: row.try_get(0).unwrap_or_default(), name, cells: cells.collect() }
        });
        Ok(read.collect())
    }
}

/// Returns the texts of a cell that speak of the person, with their path where it is JSON.
fn texts_in(cell: &str, person: &Person) -> Vec<(String, String)> {
    fn walk(value: &Value, path: &str, person: &Person, found: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) if person.is_in(text) => {
                found.push((path.to_owned(), text.clone()));
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}[{at}]"), person, found);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    walk(member, &format!("{path}.{name}"), person, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&parsed(cell), "", person, &mut found);
    found
}

/// Takes the person out of every string of a cell; counts the strings.
fn erase_in(value: &mut Value, person: &Person) -> usize {
    match value {
        Value::String(text) => match person.erased_from(text) {
            Some(rest) => {
                *text = rest;
                1
            }
            None => 0,
        },
        Value::Array(items) => items.iter_mut().map(|item| erase_in(item, person)).sum(),
        Value::Object(members) => members.values_mut().map(|member| erase_in(member, person)).sum(),
        _ => 0,
    }
}

/// Returns a cell as JSON; plain text is a string.
fn parsed(cell: &str) -> Value {
    let is_json = cell.starts_with(['{', '[']);
    let value = if is_json { serde_json::from_str(cell).ok() } else { None };
    value.unwrap_or_else(|| Value::String(cell.to_owned()))
}

fn stored(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

async fn erase_texts(
    connection: &mut SqliteConnection,
    person: &Person,
    file: &Path,
) -> Result<usize, CatalogueError> {
    let mut places = 0;
    for table in other_tables(connection, file).await? {
        if LEFT_ALONE.contains(&table.name.as_str()) {
            continue;
        }
        for row in table.rows(connection, file).await? {
            for (column, text) in &row.cells {
                let mut value = parsed(text);
                let erased = erase_in(&mut value, person);
                if erased > 0 {
                    places += erased;
                    let sql =
                        format!("UPDATE \"{}\" SET \"{column}\" = $1 WHERE rowid = $2", table.name);
                    sqlx::query(AssertSqlSafe(sql))
                        .bind(stored(&value))
                        .bind(row.rowid)
                        .execute(&mut *connection)
                        .await
                        .at(file)?;
                }
            }
        }
    }
    Ok(places)
}

/// Empties what imports noted of changed contacts of these groups: before and after are a
/// person's data.
async fn blank_changes(
    connection: &mut SqliteConnection,
    groups: &BTreeSet<GroupId>,
    file: &Path,
) -> Result<usize, CatalogueError> {
    let ids: BTreeSet<String> = groups.iter().map(ToString::to_string).collect();
    let rows: Vec<(i64, String)> = sqlx::query_as("SELECT id, findings FROM imports")
        .fetch_all(&mut *connection)
        .await
        .at(file)?;
    let mut blanked: BTreeMap<i64, String> = BTreeMap::new();
    let mut places = 0;
    for (import, findings) in rows {
        let mut value = parsed(&findings);
        let mut count = 0;
        let changes = value.get_mut("changes").and_then(Value::as_array_mut);
        for change in changes.into_iter().flatten() {
            if !change["id"].as_str().is_some_and(|id| ids.contains(id)) {
                continue;
            }
            let fields = change.get_mut("fields").and_then(Value::as_array_mut);
            for field in fields.into_iter().flatten() {
                let is_personal = field["field"].as_str().is_some_and(|name| {
                    PERSONAL_CHANGES.iter().any(|start| name.starts_with(start))
                });
                for side in ["before", "after"] {
                    let said = field.get_mut(side).filter(|said| {
                        is_personal && said.as_str().is_some_and(|text| text != ERASED)
                    });
                    if let Some(said) = said {
                        *said = Value::from(ERASED);
                        count += 1;
                    }
                }
            }
        }
        if count > 0 {
            places += count;
            blanked.insert(import, stored(&value));
        }
    }
    for (import, findings) in blanked {
        sqlx::query("UPDATE imports SET findings = $1 WHERE id = $2")
            .bind(findings)
            .bind(import)
            .execute(&mut *connection)
            .await
            .at(file)?;
    }
    Ok(places)
}

async fn note(
    connection: &mut SqliteConnection,
    erased: &Erased,
    who: &str,
    at: String,
    file: &Path,
) -> Result<(), CatalogueError> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO erasures (id, erased_at, who, records, places)
         VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM erasures), $1, $2, $3, $4)",
    )
    .bind(at)
    .bind(who)
    .bind(count(erased.groups.len()))
    .bind(count(erased.places))
    .execute(connection)
    .await
    .at(file)?;
    Ok(())
}

#[cfg(test)]
mod tests;
