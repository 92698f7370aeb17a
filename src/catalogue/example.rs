//! Example data: invented groups with which a new catalogue can be tried out.

use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::at::At;
use super::contact_points::must_be_known;
use super::error::CatalogueError;
use super::state::{never_held_groups, next_revision, set_example_data};
use super::{Catalogue, groups, moment};
use crate::domain::{ContactPointId, Group};

impl Catalogue {
    /// Loads invented groups; they leave with the first import that changes something.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::NotNew`] when the catalogue holds groups or ever applied an import;
    /// [`CatalogueError::UnknownContactPoint`], [`CatalogueError::NotTheirs`],
    /// [`CatalogueError::NotStorable`].
    pub async fn load_example(
        &self,
        example: Vec<(ContactPointId, Vec<Group>)>,
    ) -> Result<u64, CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let file = &self.file;
        if !never_held_groups(connection, file).await? {
            return Err(CatalogueError::NotNew);
        }
        for (contact_point, examples) in example {
            must_be_known(connection, &contact_point, file).await?;
            let change = super::Change { put: examples, removed: Vec::new() };
            for group in change.effective(&contact_point, &[])?.put {
                let text = groups::to_text(&group)?;
                groups::put(connection, &group, &text, file).await?;
            }
        }
        set_example_data(connection, true, file).await?;
        let revision = next_revision(connection, file).await?;
        writing.commit(file).await?;
        Ok(revision)
    }
}

/// Removes all groups, which are examples, and sets their tombstones.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    now: Timestamp,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "INSERT INTO tombstones (group_id, deleted_at, replaced_by)
         SELECT id, $1, NULL FROM group_records WHERE true
         ON CONFLICT (group_id) DO UPDATE SET deleted_at = excluded.deleted_at",
    )
    .bind(moment::to_text(now))
    .execute(&mut *connection)
    .await
    .at(file)?;
    sqlx::query("DELETE FROM group_records").execute(connection).await.at(file)?;
    Ok(())
}
