//! Puts a backup in the catalogue's place, after checking all of it; the former file is kept.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteJournalMode;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::at::At;
use super::backup::{UNFINISHED, checksum_file};
use super::error::CatalogueError;
use super::files::{folder_of, remove_if_there, sha256_hex, sibling, sync, sync_folder_of};
use super::withdrawals::{self, Withdrawals};
use super::{open, schema, state};

/// Ending of the file that a restored backup has displaced.
const FORMER: &str = ".before-restore";

/// So many revisions a damaged catalogue may have got on since the backup: the restored one
/// starts above them, so that nobody takes an index of the lost revisions for a newer one.
const REVISIONS_LOST_AT_MOST: u64 = 100_000;

/// What a restore has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The revision of the catalogue, above that of the backup and of the former file.
    pub revision: u64,
    /// Where the former file is now, if there was one.
    pub former: Option<PathBuf>,
}

/// Puts the backup `from` in the place of the catalogue `to`, which must not be in use.
///
/// The checksum and every page are checked first; until then `to` is not touched.
///
/// # Errors
///
/// [`CatalogueError::NotABackup`], [`CatalogueError::InUse`], [`CatalogueError::Newer`].
pub async fn restore(from: &Path, to: &Path) -> Result<Restored, CatalogueError> {
    must_match_its_checksum(from)?;
    fs::create_dir_all(folder_of(to)).at(folder_of(to))?;
    let part = sibling(to, UNFINISHED);
    let restored = put_in_place(from, &part, to).await;
    remove_if_there(&part).at(&part)?;
    restored
}

async fn put_in_place(from: &Path, part: &Path, to: &Path) -> Result<Restored, CatalogueError> {
    remove_if_there(part).at(part)?;
    fs::copy(from, part).at(part)?;
    let backup_revision = check_copy(part, from).await?;
    let (former_revision, withdrawals) = release(to).await?;
    let least = former_revision.unwrap_or(backup_revision + REVISIONS_LOST_AT_MOST);
    let revision = backup_revision.max(least) + 1;
    set_revision(part, revision).await?;
    heed_withdrawals_of(part, &withdrawals).await?;
    sync(part).at(part)?;
    let former = set_aside(to).at(to)?;
    fs::rename(part, to).at(to)?;
    sync_folder_of(to).at(to)?;
    Ok(Restored { revision, former })
}

fn must_match_its_checksum(backup: &Path) -> Result<(), CatalogueError> {
    let refuse =
        |finding: String| Err(CatalogueError::NotABackup { path: backup.to_path_buf(), finding });
    let found = sha256_hex(backup).at(backup)?;
    let Ok(line) = fs::read_to_string(checksum_file(backup)) else {
        return refuse(format!("`{}` cannot be read", checksum_file(backup).display()));
    };
    let expected = line.split_whitespace().next().unwrap_or_default();
    if !expected.eq_ignore_ascii_case(&found) {
        return refuse(format!("its SHA-256 is {found}, not {expected} as noted beside it"));
    }
    Ok(())
}

/// Opens a file alone, without a write-ahead log.
async fn open_alone(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let alone = open::connect_options(file).journal_mode(SqliteJournalMode::Delete);
    alone.busy_timeout(std::time::Duration::ZERO).connect().await
}

/// Returns the revision of the copied backup, after looking at every page.
async fn check_copy(part: &Path, from: &Path) -> Result<u64, CatalogueError> {
    let mut connection = open_alone(part).await.at(from)?;
    let checked = async {
        open::must_be_whole(&mut connection, from).await?;
        match open::version(&mut connection, from).await? {
            0 => Err(CatalogueError::NotABackup {
                path: from.to_path_buf(),
                finding: "it holds no catalogue".to_owned(),
            }),
            version if version > schema::NEWEST => {
                Err(CatalogueError::Newer { path: from.to_path_buf() })
            }
            _ => Ok(state::read(&mut connection, from).await?.revision),
        }
    }
    .await;
    connection.close().await.at(from)?;
    checked
}

/// Makes sure that nobody uses the catalogue and that it is one file without a log; returns its
/// revision, or `None` where it cannot be read, and the consents withdrawn in it. Where there is
/// none, its revision is 0.
async fn release(catalogue: &Path) -> Result<(Option<u64>, Withdrawals), CatalogueError> {
    if !catalogue.exists() {
        return Ok((Some(0), Withdrawals::new()));
    }
    // Leaving WAL mode needs the file for oneself, and takes the log into the file.
    let mut connection = match open_alone(catalogue).await.at(catalogue) {
        Ok(connection) => connection,
        Err(CatalogueError::Busy { path }) => return Err(CatalogueError::InUse { path }),
        Err(CatalogueError::Damaged { .. }) => return Ok((None, Withdrawals::new())),
        Err(other) => return Err(other),
    };
    let revision = state::read(&mut connection, catalogue).await.ok();
    // A damaged one, or one of an older version, tells none.
    let withdrawals = withdrawals::read_all(&mut connection, catalogue).await.unwrap_or_default();
    connection.close().await.ok();
    Ok((revision.map(|state| state.revision), withdrawals))
}

/// Heeds in a restored file what was withdrawn after the backup.
async fn heed_withdrawals_of(part: &Path, withdrawals: &Withdrawals) -> Result<(), CatalogueError> {
    if withdrawals.is_empty() {
        return Ok(());
    }
    let mut connection = open_alone(part).await.at(part)?;
    // A backup of an older version has no table for them yet.
    schema::migrations().run(&mut connection).await.at(part)?;
    withdrawals::carry_into(&mut connection, withdrawals, part).await?;
    connection.close().await.at(part)
}

async fn set_revision(part: &Path, revision: u64) -> Result<(), CatalogueError> {
    let mut connection = open_alone(part).await.at(part)?;
    sqlx::query("UPDATE catalogue_state SET revision = $1")
        .bind(i64::try_from(revision).unwrap_or(i64::MAX))
        .execute(&mut connection)
        .await
        .at(part)?;
    connection.close().await.at(part)
}

/// Keeps the catalogue under another name. A log that a damaged file has left goes first: it must
/// never be taken for the restored file's.
fn set_aside(catalogue: &Path) -> std::io::Result<Option<PathBuf>> {
    let former = sibling(catalogue, FORMER);
    for (ending, is_kept) in [("-wal", true), ("-shm", false)] {
        let log = sibling(catalogue, ending);
        remove_if_there(&sibling(&former, ending))?;
        if is_kept && log.exists() {
            fs::rename(&log, sibling(&former, ending))?;
        }
        remove_if_there(&log)?;
    }
    if !catalogue.exists() {
        return Ok(None);
    }
    // A second name first, so that at every moment there is a file under the first one.
    remove_if_there(&former)?;
    if fs::hard_link(catalogue, &former).is_err() {
        fs::copy(catalogue, &former)?;
    }
    Ok(Some(former))
}
