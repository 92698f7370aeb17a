//! The catalogue: the durable truth about contact points and their groups.
//!
//! In: checked domain types, one transaction per import. Out: consistent [`Snapshot`]s for the
//! index, the history of imports, backups. What it acknowledged survives `kill -9` and power
//! loss. Parses no files of contact points and knows no index and no HTTP.
//!
//! `migrations/` holds the tables; [`GroupRecord`] is the form in which groups are stored and
//! exchanged.

mod actor;
mod at;
mod backup;
mod change;
mod contact_point_record;
mod contact_points;
mod duplicates;
mod error;
mod example;
mod files;
mod group_list;
mod groups;
mod history;
mod import_record;
mod moment;
mod nomenclatures;
mod open;
mod own;
mod personal;
mod persons;
mod public_forms;
mod record;
mod restore;
mod roll_back;
mod schema;
mod snapshot;
mod sources;
mod state;
#[cfg(test)]
mod testing;
mod token;
mod tokens;
mod tombstones;
mod transaction;
mod withdrawals;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::SqlitePool;
use tokio::sync::Mutex;

pub use actor::{Actor, Operator, Owner, Reader, Refusal, Writer};
pub use change::{Applied, Change};
pub use contact_points::Changes;
pub use duplicates::DuplicateDecision;
pub use error::CatalogueError;
pub use group_list::{GroupList, Groups};
pub use import_record::{
    ImportCounts, ImportId, ImportMode, ImportRecord, ImportState, NotAnImportId, StoredImport,
};
pub use nomenclatures::{NomenclatureChange, StoredNomenclature};
pub use own::{OwnGroup, record_revision};
pub use persons::{Erased, PersonPlace};
pub use record::{
    ConsentRecord, ContactPersonRecord, ContactRecord, GroupRecord, MeetingRecord, MemberProblem,
    OrganisationRecord, PointRecord, RecordError, SourceRecord, VenueRecord,
};
pub use restore::{Restored, restore};
pub use roll_back::RolledBack;
pub use snapshot::{LastImport, Snapshot};
pub use sources::{SourceCause, SourceHistory, SourceResult, StoredSource};
pub use token::{NoRandomness, TokenText};
pub use tokens::{
    ACTIVE_TOKENS, MAX_TOKEN_DAYS, NotAScope, Scope, TOKEN_DAYS, TokenEntry, TokenOrder,
};
pub use tombstones::Tombstone;
pub use transaction::ImportTransaction;
pub use withdrawals::{Withdrawals, heed_withdrawals};

/// Name of the catalogue's file in the data folder.
const FILE_NAME: &str = "catalogue.sqlite";

/// For so many days an import can be rolled back and a held one confirmed; what was kept for
/// that is then deleted.
pub const UNDO_DAYS: i64 = 30;

/// For so many hours a request that is sent again gets the answer it had.
pub const KEY_HOURS: i64 = 24;

/// For so many months a group that left public view stays known as a tombstone.
pub const TOMBSTONE_MONTHS: i64 = 12;

/// Returns where the catalogue lies in the data folder.
pub fn default_file(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE_NAME)
}

/// An open catalogue. Clones share it.
#[derive(Clone)]
pub struct Catalogue {
    pool: SqlitePool,
    file: Arc<Path>,
    /// Writers queue here, so that they never take all connections from the readers.
    turn: Arc<Mutex<()>>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Catalogue {
    /// Returns the file it lies in.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the same catalogue with another clock, for tests of what depends on time.
    pub fn with_clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Ends all connections once their work is done; the catalogue is then one file again.
    pub async fn close(self) {
        self.pool.close().await;
    }

    fn now(&self) -> Timestamp {
        moment::stored((self.clock)())
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").field("file", &self.file).finish_non_exhaustive()
    }
}
