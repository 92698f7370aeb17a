//! The history of imports: its rows, what waits in it, and what is deleted with time.

use std::path::Path;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::at::At;
use super::contact_points::must_be_known;
use super::error::CatalogueError;
use super::group_list::GroupList;
use super::import_record::{ImportId, ImportMode, ImportRecord, ImportState, StoredImport};
use super::{Catalogue, groups, moment};
use crate::domain::ContactPointId;

impl Catalogue {
    /// Returns the imports, newest first: all, or those of one contact point.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn imports(
        &self,
        contact_point: Option<&ContactPointId>,
    ) -> Result<Vec<StoredImport>, CatalogueError> {
        let rows = sqlx::query(
            "SELECT * FROM imports WHERE contact_point = COALESCE($1, contact_point)
             ORDER BY id DESC",
        )
        .bind(contact_point.map(ContactPointId::as_str))
        .fetch_all(&self.pool)
        .await
        .at(&self.file)?;
        rows.iter().map(read_row).collect()
    }

    /// Returns one import; `None` when there is none of that number.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn import(&self, id: ImportId) -> Result<Option<StoredImport>, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        read(&mut connection, id, &self.file).await
    }

    /// Returns the groups that wait in a held import, in the order of the file.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownImport`], [`CatalogueError::WrongState`] when it is not held.
    pub async fn staged(&self, id: ImportId) -> Result<GroupList, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        must_be_in_state(&mut connection, id, ImportState::Held, "confirmed", &self.file).await?;
        let rows = sqlx::query_as(
            "SELECT 'that waits', record FROM staged_groups WHERE import_id = $1 ORDER BY position",
        );
        groups::groups_in(rows.bind(id.0).fetch(&mut *connection), &self.file).await
    }

    /// Keeps a note of an import that only looked.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownContactPoint`].
    pub async fn note_checked(
        &self,
        contact_point: &ContactPointId,
        record: &ImportRecord,
    ) -> Result<ImportId, CatalogueError> {
        self.note(contact_point, ImportState::Checked, record).await
    }

    /// Keeps a note of an import that could not be carried out.
    ///
    /// An [`ImportTransaction`](super::ImportTransaction) of the same task must have ended
    /// before, or this waits for ever.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownContactPoint`].
    pub async fn note_failed(
        &self,
        contact_point: &ContactPointId,
        record: &ImportRecord,
    ) -> Result<ImportId, CatalogueError> {
        self.note(contact_point, ImportState::Failed, record).await
    }

    async fn note(
        &self,
        contact_point: &ContactPointId,
        state: ImportState,
        record: &ImportRecord,
    ) -> Result<ImportId, CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        must_be_known(connection, contact_point, &self.file).await?;
        let id = insert(connection, contact_point, state, self.now(), record, &self.file).await?;
        writing.commit(&self.file).await?;
        Ok(id)
    }
}

/// Reads one import.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    id: ImportId,
    file: &Path,
) -> Result<Option<StoredImport>, CatalogueError> {
    let row = sqlx::query("SELECT * FROM imports WHERE id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await
        .at(file)?;
    row.as_ref().map(read_row).transpose()
}

/// Returns the import, if it is in the state that `wanted` needs.
pub(super) async fn must_be_in_state(
    connection: &mut SqliteConnection,
    id: ImportId,
    needed: ImportState,
    wanted: &'static str,
    file: &Path,
) -> Result<StoredImport, CatalogueError> {
    let import = read(connection, id, file).await?.ok_or(CatalogueError::UnknownImport(id))?;
    if import.state != needed {
        return Err(CatalogueError::WrongState { id, state: import.state, wanted });
    }
    Ok(import)
}

pub(super) fn read_row(row: &SqliteRow) -> Result<StoredImport, CatalogueError> {
    let id: i64 = row.try_get("id").unwrap_or(0);
    read_columns(row)
        .map_err(|cause| CatalogueError::Stored { what: format!("import {id}"), cause })
}

fn read_columns(row: &SqliteRow) -> Result<StoredImport, Box<dyn std::error::Error + Send + Sync>> {
    let state: String = row.try_get("state")?;
    let mode: String = row.try_get("mode")?;
    let revision: Option<i64> = row.try_get("revision")?;
    let undoable: i64 = row.try_get("undoable")?;
    let state = ImportState::from_word(&state).ok_or("its state is unknown")?;
    Ok(StoredImport {
        id: ImportId(row.try_get("id")?),
        contact_point: row.try_get::<String, _>("contact_point")?.parse()?,
        at: moment::from_text(row.try_get("at")?)?,
        state,
        revision: revision.map(u64::try_from).transpose()?,
        can_be_rolled_back: undoable != 0 && state == ImportState::Applied,
        record: ImportRecord {
            who: row.try_get("who")?,
            source_name: row.try_get("source_name")?,
            mode: ImportMode::from_word(&mode).ok_or("its mode is unknown")?,
            counts: serde_json::from_str(row.try_get("counts")?)?,
            findings: serde_json::from_str(row.try_get("findings")?)?,
        },
    })
}

/// Enters an import under the next number.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    contact_point: &ContactPointId,
    state: ImportState,
    at: Timestamp,
    record: &ImportRecord,
    file: &Path,
) -> Result<ImportId, CatalogueError> {
    let (id,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(id), 0) + 1 FROM imports")
        .fetch_one(&mut *connection)
        .await
        .at(file)?;
    let json = |value: Result<String, serde_json::Error>| {
        value.map_err(|cause| CatalogueError::Stored {
            what: format!("import {id}"),
            cause: cause.into(),
        })
    };
    sqlx::query(
        "INSERT INTO imports (id, contact_point, at, who, source_name, mode, state, counts,
                              findings, undoable)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
    )
    .bind(id)
    .bind(contact_point.as_str())
    .bind(moment::to_text(at))
    .bind(&record.who)
    .bind(&record.source_name)
    .bind(record.mode.as_str())
    .bind(state.as_str())
    .bind(json(serde_json::to_string(&record.counts))?)
    .bind(json(serde_json::to_string(&record.findings))?)
    .execute(connection)
    .await
    .at(file)?;
    Ok(ImportId(id))
}

/// Marks an import as applied, as the last one so far.
pub(super) async fn mark_applied(
    connection: &mut SqliteConnection,
    id: ImportId,
    at: Timestamp,
    revision: u64,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "UPDATE imports SET state = 'applied', undoable = 1, at = $2, revision = $3,
             applied_as = (SELECT COALESCE(MAX(applied_as), 0) + 1 FROM imports)
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(moment::to_text(at))
    .bind(i64::try_from(revision).unwrap_or(i64::MAX))
    .execute(connection)
    .await
    .at(file)?;
    Ok(())
}

/// Deletes what is kept only to undo or confirm imports, where the time for that is over.
///
/// Old versions of records hold internal fields and withdrawn consents: they must not stay.
pub(super) async fn forget_old(
    connection: &mut SqliteConnection,
    now: Timestamp,
    file: &Path,
) -> Result<(), CatalogueError> {
    let undo_limit = moment::to_text(moment::undo_limit(now));
    let tombstone_limit = moment::to_text(moment::tombstone_limit(now));
    for (statement, limit) in [
        (
            "DELETE FROM before_images
                 WHERE import_id IN (SELECT id FROM imports WHERE at < $1)",
            &undo_limit,
        ),
        ("UPDATE imports SET undoable = 0 WHERE undoable = 1 AND at < $1", &undo_limit),
        (
            "DELETE FROM staged_groups
                 WHERE import_id IN (SELECT id FROM imports WHERE at < $1)",
            &undo_limit,
        ),
        ("UPDATE imports SET state = 'failed' WHERE state = 'held' AND at < $1", &undo_limit),
        ("DELETE FROM tombstones WHERE deleted_at < $1", &tombstone_limit),
        ("DELETE FROM public_forms WHERE hash IS NULL AND changed_at < $1", &tombstone_limit),
    ] {
        sqlx::query(statement).bind(limit).execute(&mut *connection).await.at(file)?;
    }
    super::duplicates::forget_departed(connection, file).await
}
