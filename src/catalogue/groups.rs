//! The rows that hold the groups.

use std::path::Path;

use futures_util::{Stream, TryStreamExt};
use sqlx::SqliteConnection;

use super::at::At;
use super::error::CatalogueError;
use super::group_list::GroupList;
use super::record::GroupRecord;
use crate::domain::{ContactPointId, Group, GroupId};

/// Returns the stored form, after making sure that it can be read back as the same group.
pub(super) fn to_text(group: &Group) -> Result<String, CatalogueError> {
    let record = GroupRecord::from(group);
    let text = serde_json::to_string(&record).map_err(|cause| stored_fault(group.id, cause))?;
    let read = Group::try_from(record)
        .map_err(|cause| CatalogueError::NotStorable { id: group.id, cause })?;
    if read != *group {
        return Err(stored_fault(group.id, "it would not be read back as it is"));
    }
    Ok(text)
}

/// Reads the stored form.
pub(super) fn from_text(id: &str, text: &str) -> Result<Group, CatalogueError> {
    let record: GroupRecord =
        serde_json::from_str(text).map_err(|cause| stored_fault(id, cause))?;
    record.try_into().map_err(|cause: super::RecordError| stored_fault(id, cause))
}

fn stored_fault(
    id: impl std::fmt::Display,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> CatalogueError {
    CatalogueError::Stored { what: format!("group {id}"), cause: cause.into() }
}

/// Reads all groups by id.
pub(super) async fn read_all(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<GroupList, CatalogueError> {
    let rows = sqlx::query_as("SELECT id, record FROM group_records ORDER BY id");
    groups_in(rows.fetch(connection), file).await
}

/// Reads the groups of one contact point by id.
pub(super) async fn read_of(
    connection: &mut SqliteConnection,
    contact_point: &ContactPointId,
    file: &Path,
) -> Result<GroupList, CatalogueError> {
    let rows =
        sqlx::query_as("SELECT id, record FROM group_records WHERE contact_point = $1 ORDER BY id");
    groups_in(rows.bind(contact_point.as_str()).fetch(connection), file).await
}

/// Reads rows of id and stored form.
pub(super) async fn groups_in(
    mut rows: impl Stream<Item = Result<(String, String), sqlx::Error>> + Unpin,
    file: &Path,
) -> Result<GroupList, CatalogueError> {
    let mut groups = GroupList::default();
    while let Some((id, text)) = rows.try_next().await.at(file)? {
        groups.push_text(&id, &text)?;
    }
    Ok(groups)
}

/// Reads one stored form.
pub(super) async fn text_of(
    connection: &mut SqliteConnection,
    id: GroupId,
    file: &Path,
) -> Result<Option<String>, CatalogueError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT record FROM group_records WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await
        .at(file)?;
    Ok(row.map(|(text,)| text))
}

/// Inserts or replaces a group.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    group: &Group,
    text: &str,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "INSERT INTO group_records (id, contact_point, local_id, record) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET record = excluded.record",
    )
    .bind(group.id.to_string())
    .bind(group.contact_point.as_str())
    .bind(&group.local_id)
    .bind(text)
    .execute(connection)
    .await
    .at(file)?;
    Ok(())
}

/// Removes a group.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    id: GroupId,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query("DELETE FROM group_records WHERE id = $1")
        .bind(id.to_string())
        .execute(connection)
        .await
        .at(file)?;
    Ok(())
}
