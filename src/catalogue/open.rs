//! Opens the catalogue's file: creates it, brings its tables up to date, looks for damage.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::Mutex;

use super::Catalogue;
use super::at::At;
use super::contact_points;
use super::error::CatalogueError;
use super::files::{create_private, folder_of};
use super::schema;
use crate::domain::ContactPoint;

/// How long to wait for another process that writes: longer than the largest import takes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// One writer and a few readers; more would only queue inside SQLite.
const CONNECTIONS: u32 = 5;

impl Catalogue {
    /// Opens the catalogue in `file`; where there is none, creates it (and its folder) with
    /// `contact_points` as the first entries.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::NotPermitted`], [`CatalogueError::Damaged`],
    /// [`CatalogueError::Newer`], [`CatalogueError::Busy`]: each names the file and the way out.
    pub async fn open(
        file: &Path,
        contact_points: &[ContactPoint],
    ) -> Result<Self, CatalogueError> {
        create_if_missing(file)?;
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(BUSY_TIMEOUT * 2)
            .connect_with(connect_options(file))
            .await
            .at(file)?;
        let opened = prepare(&pool, contact_points, file).await;
        if let Err(error) = opened {
            pool.close().await;
            return Err(error);
        }
        Ok(Self {
            pool,
            file: Arc::from(file),
            turn: Arc::new(Mutex::new(())),
            clock: Arc::new(Timestamp::now),
        })
    }
}

/// Returns how every connection is set up: what is committed is on the disk.
pub(super) fn connect_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What was deleted, such as a withdrawn number, must not linger in free pages.
        .pragma("secure_delete", "on")
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

fn create_if_missing(file: &Path) -> Result<(), CatalogueError> {
    let folder = folder_of(file);
    fs::create_dir_all(folder).at(folder)?;
    // A file that is there is never opened here: closing it would end SQLite's locks on it.
    match create_private(file) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
        created => drop(created.at(file)?),
    }
    if file.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory)).at(file);
    }
    Ok(())
}

async fn prepare(
    pool: &SqlitePool,
    contact_points: &[ContactPoint],
    file: &Path,
) -> Result<(), CatalogueError> {
    let mut connection = pool.acquire().await.at(file)?;
    must_be_whole(&mut connection, file).await?;
    // All of them, not the newest alone: one with a lower number may have come later.
    let applied = applied(&mut connection, file).await?;
    if schema::migrations().iter().map(|migration| migration.version).eq(applied) {
        return Ok(());
    }
    drop(connection);
    // One transaction, so that of two processes that open a new catalogue one waits.
    let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.at(file)?;
    schema::migrations().run(&mut *writing).await.at(file)?;
    let is_new = sqlx::query(
        "INSERT INTO catalogue_state (only_row, revision, example_data) VALUES (1, 1, 0)
         ON CONFLICT DO NOTHING",
    )
    .execute(&mut *writing)
    .await
    .at(file)?
    .rows_affected()
        == 1;
    if is_new {
        contact_points::put(&mut writing, contact_points, file).await?;
    }
    writing.commit().await.at(file)
}

/// Refuses a file whose pages contradict each other.
pub(super) async fn must_be_whole(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<(), CatalogueError> {
    let (finding,): (String,) =
        sqlx::query_as("PRAGMA quick_check(1)").fetch_one(connection).await.at(file)?;
    if finding == "ok" {
        return Ok(());
    }
    Err(CatalogueError::Damaged { path: file.to_path_buf(), finding })
}

/// Returns the number of the last migration; 0 for an empty file.
pub(super) async fn version(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<i64, CatalogueError> {
    Ok(applied(connection, file).await?.last().copied().unwrap_or(0))
}

/// Returns the numbers of the migrations that the file has seen, lowest first.
async fn applied(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<Vec<i64>, CatalogueError> {
    let (tables,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('_sqlx_migrations', 'catalogue_state')",
    )
    .fetch_one(&mut *connection)
    .await
    .at(file)?;
    if tables < 2 {
        return Ok(Vec::new());
    }
    let versions: Vec<(i64,)> =
        sqlx::query_as("SELECT version FROM _sqlx_migrations ORDER BY version")
            .fetch_all(connection)
            .await
            .at(file)?;
    Ok(versions.into_iter().map(|(version,)| version).collect())
}

#[cfg(test)]
mod tests;
