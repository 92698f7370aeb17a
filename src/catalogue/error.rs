//! What can go wrong with the catalogue, with the thing, the finding and the way out.

use std::io;
use std::path::PathBuf;

use super::import_record::{ImportId, ImportState};
use super::record::RecordError;
use crate::domain::{ContactPointId, GroupId};

/// A failure of the catalogue. Nothing was changed by the call that returned it.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The operating system does not let us.
    #[error(
        "`{}` cannot be opened for reading and writing; give the service's user the rights to it \
         and its folder, or choose another folder with --data-dir", path.display()
    )]
    NotPermitted {
        /// File or folder.
        path: PathBuf,
    },
    /// The database file is not one, or its pages contradict each other.
    #[error(
        "`{}` is damaged ({finding}); restore a backup with `wegweiser restore`, or move the file \
         aside and import again", path.display()
    )]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What SQLite found.
        finding: String,
    },
    /// The database has migrations that this program does not know.
    #[error(
        "`{}` was written by a newer version of this program; use that version, or restore a \
         backup made by this one", path.display()
    )]
    Newer {
        /// The database file.
        path: PathBuf,
    },
    /// Another process writes for longer than we wait.
    #[error("`{}` is being written by another command; try again when it has ended", path.display())]
    Busy {
        /// The database file.
        path: PathBuf,
    },
    /// No space left.
    #[error("the disk that holds `{}` is full; free some space and try again", path.display())]
    DiskFull {
        /// The database file.
        path: PathBuf,
    },
    /// Any other failure of a file or folder.
    #[error("`{}` could not be read or written", path.display())]
    File {
        /// File or folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Any other failure of the database.
    #[error("the catalogue `{}` failed", path.display())]
    Database {
        /// The database file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: sqlx::Error,
    },
    /// A stored row that cannot be read back.
    #[error("the catalogue's {what} cannot be read; restore a backup with `wegweiser restore`")]
    Stored {
        /// Which row.
        what: String,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A record that breaks the rules of `group/v1`, so it was not stored.
    #[error("group {id} cannot be stored: {cause}")]
    NotStorable {
        /// The group.
        id: GroupId,
        /// Its faults.
        #[source]
        cause: RecordError,
    },
    /// A contact point nobody has entered.
    #[error("there is no contact point `{0}`; enter it with `wegweiser contact-points import`")]
    UnknownContactPoint(ContactPointId),
    /// A change that reaches beyond its contact point or names a group twice.
    #[error("group {id} cannot be changed by this import of {contact_point}: {finding}")]
    NotTheirs {
        /// The group.
        id: GroupId,
        /// Whose import it is.
        contact_point: ContactPointId,
        /// What is wrong.
        finding: &'static str,
    },
    /// A group that is not in the catalogue.
    #[error("there is no group {0}; `wegweiser export` lists all ids")]
    UnknownGroup(GroupId),
    /// A record compared with itself.
    #[error("{0} is one record; name two")]
    OneRecord(GroupId),
    /// An import nobody made.
    #[error("there is no import {0}")]
    UnknownImport(ImportId),
    /// An import that is not in the state the call needs.
    #[error("import {id} is {state}, so it cannot be {wanted}")]
    WrongState {
        /// The import.
        id: ImportId,
        /// The state it is in.
        state: ImportState,
        /// What was asked for.
        wanted: &'static str,
    },
    /// An import whose time to be undone or confirmed is over.
    #[error(
        "import {id} is older than {} days, so it cannot be {wanted} any more",
        super::UNDO_DAYS
    )]
    TooOld {
        /// The import.
        id: ImportId,
        /// What was asked for.
        wanted: &'static str,
    },
    /// A held import after which another one was applied.
    #[error("import {held} waited while import {newer} was applied; send its file again")]
    Superseded {
        /// The held one.
        held: ImportId,
        /// The one that came in between.
        newer: ImportId,
    },
    /// A third token while two are valid.
    #[error("{0} has two valid tokens already; revoke one of them first")]
    TooManyTokens(ContactPointId), // as many as ACTIVE_TOKENS
    /// No token can be drawn.
    #[error(transparent)]
    NoRandomness(super::token::NoRandomness),
    /// Example data for a catalogue that has seen groups.
    #[error("example data goes only into a catalogue that never held groups")]
    NotNew,
    /// A backup or export onto a file that is there.
    #[error("`{}` exists already; choose another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A backup without its line of checksum, or with one that does not fit.
    #[error("`{}` is no whole backup: {finding}; nothing was restored", path.display())]
    NotABackup {
        /// The file.
        path: PathBuf,
        /// What was found.
        finding: String,
    },
    /// A restore onto a catalogue that is in use.
    #[error("`{}` is in use; stop `wegweiser serve` and try again", path.display())]
    InUse {
        /// The catalogue.
        path: PathBuf,
    },
}
