//! Turns failures of SQLite and of files into [`CatalogueError`]s that name the path.

use std::io;
use std::path::Path;

use sqlx::migrate::MigrateError;

use super::error::CatalogueError;

/// Adds to a failure where it happened.
pub(super) trait At<T> {
    /// Names the file in the error.
    fn at(self, file: &Path) -> Result<T, CatalogueError>;
}

impl<T> At<T> for Result<T, sqlx::Error> {
    fn at(self, file: &Path) -> Result<T, CatalogueError> {
        self.map_err(|cause| database_failure(cause, file))
    }
}

impl<T> At<T> for Result<T, io::Error> {
    fn at(self, file: &Path) -> Result<T, CatalogueError> {
        self.map_err(|cause| file_failure(cause, file))
    }
}

impl<T> At<T> for Result<T, MigrateError> {
    fn at(self, file: &Path) -> Result<T, CatalogueError> {
        let path = || file.to_path_buf();
        self.map_err(|cause| match cause {
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
                database_failure(cause, file)
            }
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
                CatalogueError::Newer { path: path() }
            }
            other => CatalogueError::Database { path: path(), cause: other.into() },
        })
    }
}

fn file_failure(cause: io::Error, file: &Path) -> CatalogueError {
    let path = file.to_path_buf();
    match cause.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            CatalogueError::NotPermitted { path }
        }
        io::ErrorKind::StorageFull => CatalogueError::DiskFull { path },
        _ => CatalogueError::File { path, cause },
    }
}

/// Sorts by SQLite's result codes (<https://www.sqlite.org/rescode.html>).
fn database_failure(cause: sqlx::Error, file: &Path) -> CatalogueError {
    let path = file.to_path_buf();
    if matches!(cause, sqlx::Error::PoolTimedOut) {
        return CatalogueError::Busy { path };
    }
    let Some(database) = cause.as_database_error() else {
        return CatalogueError::Database { path, cause };
    };
    // The low byte is the kind, the rest is the finer reason.
    let code = database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0) & 0xff;
    match code {
        3 | 8 | 14 | 23 => CatalogueError::NotPermitted { path },
        5 | 6 => CatalogueError::Busy { path },
        11 | 26 => CatalogueError::Damaged { path, finding: database.message().to_owned() },
        13 => CatalogueError::DiskFull { path },
        _ => CatalogueError::Database { path, cause },
    }
}
