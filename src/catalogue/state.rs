//! The catalogue's own row (revision, example data) and the writers' queue.

use std::path::Path;

use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::Catalogue;
use super::at::At;
use super::error::CatalogueError;

/// A transaction that writes; while it lives no other one does.
pub(super) struct Writing {
    // The order of the fields matters: the transaction ends before the next writer's turn.
    pub(super) transaction: Transaction<'static, Sqlite>,
    _turn: OwnedMutexGuard<()>,
}

impl Catalogue {
    /// Returns the revision: one more after every transaction that changed what is published.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn revision(&self) -> Result<u64, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        Ok(read(&mut connection, &self.file).await?.revision)
    }

    /// Says whether it holds any group, example or not.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn has_groups(&self) -> Result<bool, CatalogueError> {
        let (found,): (i64,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM group_records)")
            .fetch_one(&self.pool)
            .await
            .at(&self.file)?;
        Ok(found != 0)
    }

    /// Says whether it never held a group: none now, and no import was ever applied.
    ///
    /// Only then may example data be loaded; a catalogue whose last group has left is not empty
    /// in this sense.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn is_empty(&self) -> Result<bool, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        never_held_groups(&mut connection, &self.file).await
    }

    /// Says whether its groups are the invented ones.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn holds_example_data(&self) -> Result<bool, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        Ok(read(&mut connection, &self.file).await?.example_data)
    }

    /// Begins to write, after all who came earlier.
    pub(super) async fn writing(&self) -> Result<Writing, CatalogueError> {
        let turn = self.turn.clone().lock_owned().await;
        let transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.at(&self.file)?;
        Ok(Writing { transaction, _turn: turn })
    }
}

impl Writing {
    /// Ends the transaction; on return everything in it is on the disk.
    pub(super) async fn commit(self, file: &Path) -> Result<(), CatalogueError> {
        self.transaction.commit().await.at(file)
    }
}

/// The catalogue's own row.
pub(super) struct State {
    pub(super) revision: u64,
    pub(super) example_data: bool,
}

/// Reads the row.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<State, CatalogueError> {
    let (revision, example_data): (i64, i64) =
        sqlx::query_as("SELECT revision, example_data FROM catalogue_state")
            .fetch_one(connection)
            .await
            .at(file)?;
    Ok(State { revision: u64::try_from(revision).unwrap_or(0), example_data: example_data != 0 })
}

/// Counts one revision on and returns it.
pub(super) async fn next_revision(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<u64, CatalogueError> {
    sqlx::query("UPDATE catalogue_state SET revision = revision + 1")
        .execute(&mut *connection)
        .await
        .at(file)?;
    Ok(read(connection, file).await?.revision)
}

/// Notes whether the groups are the invented ones.
pub(super) async fn set_example_data(
    connection: &mut SqliteConnection,
    is_example: bool,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query("UPDATE catalogue_state SET example_data = $1")
        .bind(i64::from(is_example))
        .execute(connection)
        .await
        .at(file)?;
    Ok(())
}

/// Says whether there is no group and no import was ever applied.
pub(super) async fn never_held_groups(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<bool, CatalogueError> {
    let (has_held,): (i64,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM group_records)
             OR EXISTS (SELECT 1 FROM imports WHERE applied_as IS NOT NULL)",
    )
    .fetch_one(connection)
    .await
    .at(file)?;
    Ok(has_held == 0)
}
