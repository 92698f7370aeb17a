//! What the admin handlers share: the catalogue, the clock, work in progress, failed guesses.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep};
use tracing::error;

use super::super::limit::RateLimit;
use super::super::problem::{Code, Problem};
use super::super::site::Site;
use super::jobs::Jobs;
use super::sources::Looks;
use crate::catalogue::{Catalogue, CatalogueError, Refusal, StoredSource};
use crate::domain::AsOf;
use crate::import::harvest::Reach;

/// So many wrong tokens a minute and address; the next wrong one is not even told apart.
const GUESSES_PER_MINUTE: u32 = 10;

/// Lists that are read at once; more wait, so that searches keep their cores.
const READERS: usize = 2;

/// Sources that are looked at once when asked for; more wait.
const LOOKERS: usize = 4;

/// Looks at a source for somebody.
pub type LookAt = Arc<dyn Fn(StoredSource, String) -> BoxFuture<'static, ()> + Send + Sync>;

/// How long an answer waits for the index to show what it promises.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an office needs from who opens it.
pub struct OfficeSettings {
    /// The durable truth.
    pub catalogue: Catalogue,
    /// Tells the moment.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Tells the day where the groups meet.
    pub today: Arc<dyn Fn() -> AsOf + Send + Sync>,
    /// Asks for the index to be built anew.
    pub rebuild: Arc<dyn Fn() -> io::Result<()> + Send + Sync>,
    /// Wakes whoever renews the index.
    pub nudge: Arc<Notify>,
    /// Which addresses a source may have.
    pub reach: Reach,
    /// Looks at a source; `None` where the service leaves them alone.
    pub look: Option<LookAt>,
    /// Folder for lists while they are read; emptied at the start.
    pub upload_dir: PathBuf,
}

/// What all admin handlers share.
pub struct Office {
    pub(super) settings: OfficeSettings,
    pub(super) jobs: Arc<Jobs>,
    pub(super) readers: Arc<Semaphore>,
    pub(super) looks: Arc<Looks>,
    pub(super) lookers: Semaphore,
    /// Where long work runs: not on the workers that search.
    pub(super) runtime: Handle,
    guesses: RateLimit,
}

impl Office {
    /// Opens the office on the current runtime, which does the long work.
    ///
    /// # Errors
    ///
    /// When the folder for lists cannot be made or emptied.
    pub fn open(settings: OfficeSettings) -> io::Result<Self> {
        empty(&settings.upload_dir)?;
        Ok(Self {
            settings,
            jobs: Arc::default(),
            readers: Arc::new(Semaphore::new(READERS)),
            looks: Arc::default(),
            lookers: Semaphore::new(LOOKERS),
            runtime: Handle::current(),
            guesses: RateLimit::new(GUESSES_PER_MINUTE),
        })
    }

    /// Returns the catalogue.
    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.settings.catalogue
    }

    /// Counts a wrong token; `Some`: too many, with the seconds to wait.
    pub(super) fn count_guess(&self, client: Option<IpAddr>) -> Option<u64> {
        let client = client.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        self.guesses.count(Some(client)).and_then(|allowance| allowance.wait_s)
    }

    /// Has the index renewed now, not at the next look.
    pub(super) fn nudge(&self) {
        self.settings.nudge.notify_one();
    }

    /// Waits until the index shows the catalogue as it is; says whether it does.
    ///
    /// # Errors
    ///
    /// When the catalogue cannot be read.
    pub(super) async fn is_shown(&self, site: &Site) -> Result<bool, Problem> {
        let revision = self.catalogue().revision().await.map_err(problem_of)?;
        self.nudge();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let live = site.searcher.generation();
            if live.is_ok_and(|generation| generation.manifest.revision >= revision) {
                return Ok(true);
            }
            if Instant::now() > deadline {
                return Ok(false);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Makes the folder and takes out what a former process left: lists hold persons.
fn empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Turns a failure of the catalogue into a problem, every case by name.
pub(super) fn problem_of(failure: CatalogueError) -> Problem {
    match &failure {
        CatalogueError::UnknownImport(_)
        | CatalogueError::UnknownContactPoint(_)
        | CatalogueError::UnknownGroup(_) => Problem::new(Code::NotFound),
        CatalogueError::WrongState { .. }
        | CatalogueError::TooOld { .. }
        | CatalogueError::Superseded { .. }
        | CatalogueError::OneRecord(_)
        | CatalogueError::TooManyTokens(_) => Problem::because(Code::Conflict, failure.to_string()),
        CatalogueError::Busy { .. } => Problem::new(Code::Overloaded).retry_after(5),
        CatalogueError::NotPermitted { .. }
        | CatalogueError::Damaged { .. }
        | CatalogueError::Newer { .. }
        | CatalogueError::DiskFull { .. }
        | CatalogueError::File { .. }
        | CatalogueError::Database { .. }
        | CatalogueError::Stored { .. }
        | CatalogueError::NotStorable { .. }
        | CatalogueError::NotTheirs { .. }
        | CatalogueError::NoRandomness(_)
        | CatalogueError::NotNew
        | CatalogueError::Exists { .. }
        | CatalogueError::NotABackup { .. }
        | CatalogueError::InUse { .. } => {
            // A record's faults may quote it; the kind of failure is enough for the log.
            let told = match &failure {
                CatalogueError::NotStorable { id, .. } => format!("group {id} cannot be stored"),
                other => other.to_string(),
            };
            error!("the catalogue failed: {told}");
            Problem::new(Code::Internal)
        }
    }
}

impl From<CatalogueError> for Problem {
    fn from(failure: CatalogueError) -> Self {
        problem_of(failure)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotTheirs => Self::new(Code::NotFound),
            Refusal::ScopeTooSmall | Refusal::OperatorOnly => Self::new(Code::Forbidden),
        }
    }
}
