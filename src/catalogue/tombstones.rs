//! Tombstones: what left public view, so that those who copy the data can let it go too.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::Catalogue;
use super::at::At;
use super::error::CatalogueError;
use super::moment;
use crate::domain::GroupId;

/// A group that is no longer public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its id.
    pub id: GroupId,
    /// When it left.
    pub deleted_at: Timestamp,
    /// The record into which it was merged.
    pub replaced_by: Option<GroupId>,
}

impl Catalogue {
    /// Returns what left public view in the last twelve months, by id: groups that were removed,
    /// and groups that [`Catalogue::note_public_forms`] no longer found among the public ones.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn tombstones(&self) -> Result<Vec<Tombstone>, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        read_all(&mut connection, self.now(), &self.file).await
    }
}

/// Reads the tombstones that are not yet forgotten.
pub(super) async fn read_all(
    connection: &mut SqliteConnection,
    now: Timestamp,
    file: &Path,
) -> Result<Vec<Tombstone>, CatalogueError> {
    // Removed groups come last and so overrule the note that their form has vanished.
    let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT group_id, changed_at, NULL FROM public_forms
             WHERE hash IS NULL AND changed_at >= $1
         UNION ALL
         SELECT group_id, deleted_at, replaced_by FROM tombstones WHERE deleted_at >= $1",
    )
    .bind(moment::to_text(moment::tombstone_limit(now)))
    .fetch_all(connection)
    .await
    .at(file)?;
    let mut tombstones = BTreeMap::new();
    for row in rows {
        let tombstone = read(&row).map_err(|cause| CatalogueError::Stored {
            what: format!("tombstone of {}", row.0),
            cause,
        })?;
        tombstones.insert(tombstone.id, tombstone);
    }
    Ok(tombstones.into_values().collect())
}

fn read(
    (id, deleted_at, replaced_by): &(String, String, Option<String>),
) -> Result<Tombstone, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Tombstone {
        id: id.parse()?,
        deleted_at: moment::from_text(deleted_at)?,
        replaced_by: replaced_by.as_deref().map(str::parse).transpose()?,
    })
}

/// Sets a tombstone for a removed group, if the public ever saw it: what was never published needs
/// no word of its end.
pub(super) async fn set(
    connection: &mut SqliteConnection,
    tombstone: &Tombstone,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "INSERT INTO tombstones (group_id, deleted_at, replaced_by)
         SELECT $1, $2, $3 WHERE EXISTS (SELECT 1 FROM public_forms WHERE group_id = $1)
         ON CONFLICT (group_id) DO UPDATE
             SET deleted_at = excluded.deleted_at, replaced_by = excluded.replaced_by",
    )
    .bind(tombstone.id.to_string())
    .bind(moment::to_text(tombstone.deleted_at))
    .bind(tombstone.replaced_by.map(|id| id.to_string()))
    .execute(connection)
    .await
    .at(file)?;
    Ok(())
}

/// Takes away the tombstones of groups that are there again.
pub(super) async fn lift_where_alive(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query("DELETE FROM tombstones WHERE group_id IN (SELECT id FROM group_records)")
        .execute(connection)
        .await
        .at(file)?;
    Ok(())
}
