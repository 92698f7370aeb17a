//! Backups: one file, whole and consistent, taken while the service runs, and its checksum.
//!
//! Beside `NAME` stands `NAME.sha256` in the form of `sha256sum`, so `sha256sum -c` checks it too.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Catalogue;
use super::at::At;
use super::error::CatalogueError;
use super::files::{create_private, remove_if_there, sha256_hex, sibling, sync, sync_folder_of};

/// Ending of a file that is not finished yet.
pub(super) const UNFINISHED: &str = ".part";

impl Catalogue {
    /// Writes the catalogue to the new file `to`, and its checksum beside it.
    ///
    /// The file holds internal fields; only its owner may read it.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Exists`], [`CatalogueError::DiskFull`], [`CatalogueError::NotPermitted`].
    pub async fn backup(&self, to: &Path) -> Result<(), CatalogueError> {
        let checksum_file = checksum_file(to);
        for path in [to, &checksum_file] {
            if path.exists() {
                return Err(CatalogueError::Exists { path: path.to_path_buf() });
            }
        }
        let part = sibling(to, UNFINISHED);
        remove_if_there(&part).at(&part)?;
        create_private(&part).at(&part)?;
        let Some(part_name) = part.to_str() else {
            let cause = io::Error::new(io::ErrorKind::InvalidFilename, "its name is not UTF-8");
            return Err(cause).at(&part);
        };
        sqlx::query("VACUUM INTO $1").bind(part_name).execute(&self.pool).await.at(&part)?;
        sync(&part).at(&part)?;
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        let line = format!("{}  {name}\n", sha256_hex(&part).at(&part)?);
        write_checksum(&checksum_file, &line).at(&checksum_file)?;
        fs::rename(&part, to).at(to)?;
        sync_folder_of(to).at(to)
    }
}

/// Returns where the checksum of a backup stands.
pub(super) fn checksum_file(backup: &Path) -> PathBuf {
    sibling(backup, ".sha256")
}

fn write_checksum(file: &Path, line: &str) -> io::Result<()> {
    let mut checksum = create_private(file)?;
    checksum.write_all(line.as_bytes())?;
    checksum.sync_all()
}

#[cfg(test)]
mod tests;
