//! The folder of generations: which one is good, building the next, removing old ones.
//!
//! A generation is built in `.building-…`, opened and checked there, and renamed; a folder with a
//! generation's name is therefore always whole. What is damaged or outdated moves to `aside/`.
//! A permission or I/O error stops with the path and touches nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tracing::{info, warn};

use super::build::{BuildError, Plan, sync_folder};
use super::generation::{Generation, is_damage};
use super::manifest::{Manifest, revision_of};
use crate::analysis::Analyzer;
use crate::config::SCHEMA_VERSION;
use crate::domain::GroupId;
use crate::reference::Reference;

/// How many damaged generations are kept for a look.
const KEPT_ASIDE: usize = 3;

/// Why a generation could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Something in it is not as it was written; a rebuild mends that.
    #[error("the generation is damaged: {0}")]
    Damaged(String),
    /// The disk or its permissions; a rebuild would not help.
    #[error("{path} could not be read")]
    Io {
        /// The folder.
        path: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
}

impl OpenError {
    /// Sorts an I/O error into damage and the rest.
    pub(super) fn from_io(path: &Path) -> impl Fn(io::Error) -> Self {
        move |cause| {
            if is_damage(&cause) {
                Self::Damaged(cause.to_string())
            } else {
                Self::Io { path: path.display().to_string(), cause }
            }
        }
    }
}

/// Why the folder of generations could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else builds here.
    #[error("another wegweiser process uses the index folder {0}; stop it or give --index-dir")]
    Locked(String),
    /// The disk or its permissions.
    #[error("the index folder {path} cannot be used; nothing was changed")]
    Io {
        /// The folder or file.
        path: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// A generation cannot be read for a reason that a rebuild does not mend.
    #[error(transparent)]
    Open(OpenError),
    /// A build failed.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A new generation did not pass its checks.
    #[error("the new generation did not pass its checks: {0}")]
    Refused(String),
}

/// The folder, held by one builder at a time.
pub struct GenerationStore {
    folder: PathBuf,
    _lock: File,
}

impl GenerationStore {
    /// Takes the folder; it is made where it is missing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when another process builds here, [`StoreError::Io`] with the path.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let path = folder.join("builder.lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(StoreError::Locked(folder.display().to_string()));
            }
            Err(fs::TryLockError::Error(cause)) => return Err(failed(&path)(cause)),
        }
        let store = Self { folder: folder.to_owned(), _lock: lock };
        store.remove_unfinished()?;
        Ok(store)
    }

    /// Returns the newest good generation that `reference` can read; damaged and outdated ones are
    /// moved aside, newer forms than ours are left alone.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] and [`StoreError::Open`] for what a rebuild does not mend.
    pub fn newest(
        &self,
        reference: &Reference,
        analyzer: &Analyzer,
    ) -> Result<Option<Generation>, StoreError> {
        for (_, path) in self.generations()? {
            let problem = match Manifest::read(&path) {
                Ok(manifest) if manifest.schema_version > SCHEMA_VERSION => continue,
                Ok(manifest) if !manifest.is_readable_with(reference) => {
                    "was built with other tables".to_owned()
                }
                Ok(_) => match Generation::open(&path, analyzer) {
                    Ok(generation) => return Ok(Some(generation)),
                    Err(OpenError::Damaged(problem)) => problem,
                    Err(error) => return Err(StoreError::Open(error)),
                },
                Err(error) if is_damage(&error) => error.to_string(),
                Err(error) => return Err(failed(&path)(error)),
            };
            warn!(generation = %name_of(&path), %problem, "moved a generation aside");
            self.move_aside(&path)?;
        }
        Ok(None)
    }

    /// Builds the planned generation, checks it, and gives it its name.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the generations that were there stay.
    pub fn build(
        &self,
        plan: &Plan<'_>,
        analyzer: &Analyzer,
        changed_at: &BTreeMap<GroupId, Timestamp>,
        built_at: Timestamp,
        progress: impl FnMut(u64),
    ) -> Result<Generation, StoreError> {
        let id = plan.id();
        let target = self.folder.join(&id);
        let unfinished = self.folder.join(format!(".building-{id}"));
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(failed(&unfinished))?;
        }
        fs::create_dir_all(&unfinished).map_err(failed(&unfinished))?;
        plan.write(&unfinished, analyzer, changed_at, built_at, progress)?;
        // Checked where it was built: only what answers its canaries gets a generation's name.
        if let Err(error) = Generation::open(&unfinished, analyzer) {
            fs::remove_dir_all(&unfinished).map_err(failed(&unfinished))?;
            return Err(StoreError::Refused(error.to_string()));
        }
        if target.exists() {
            self.move_aside(&target)?;
        }
        fs::rename(&unfinished, &target).map_err(failed(&target))?;
        sync_folder(&self.folder).map_err(failed(&self.folder))?;
        let generation = Generation::open(&target, analyzer).map_err(StoreError::Open)?;
        info!(generation = %id, records = generation.columns.len(), "built a generation");
        Ok(generation)
    }

    /// Removes every generation but `live` and the one before it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] with the path.
    pub fn remove_old(&self, live: &str) -> Result<(), StoreError> {
        let others: Vec<PathBuf> = self
            .generations()?
            .into_iter()
            .map(|(_, path)| path)
            .filter(|path| name_of(path) != live)
            .collect();
        for path in others.iter().skip(1) {
            fs::remove_dir_all(path).map_err(failed(path))?;
        }
        Ok(())
    }

    /// Moves generations of a later revision than `revision` aside: they belong to another catalogue.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] with the path.
    pub fn set_aside_above(&self, revision: u64) -> Result<(), StoreError> {
        for (found, path) in self.generations()? {
            if found > revision {
                warn!(generation = %name_of(&path), "moved a generation of another catalogue aside");
                self.move_aside(&path)?;
            }
        }
        Ok(())
    }

    /// Returns the folders with a generation's name, newest first.
    fn generations(&self) -> Result<Vec<(u64, PathBuf)>, StoreError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed(&self.folder))? {
            let path = entry.map_err(failed(&self.folder))?.path();
            if let Some(revision) = revision_of(&name_of(&path)) {
                let modified =
                    fs::metadata(&path).and_then(|m| m.modified()).map_err(failed(&path))?;
                found.push((revision, modified, path));
            }
        }
        found.sort_by_key(|(revision, modified, _)| std::cmp::Reverse((*revision, *modified)));
        Ok(found.into_iter().map(|(revision, _, path)| (revision, path)).collect())
    }

    fn move_aside(&self, path: &Path) -> Result<(), StoreError> {
        let aside = self.folder.join("aside");
        fs::create_dir_all(&aside).map_err(failed(&aside))?;
        let moment = Timestamp::now().as_millisecond();
        let target = aside.join(format!("{}-{moment}", name_of(path)));
        fs::rename(path, &target).map_err(failed(path))?;
        let mut kept: Vec<PathBuf> = fs::read_dir(&aside)
            .map_err(failed(&aside))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        kept.sort_by_key(|path| fs::metadata(path).and_then(|m| m.modified()).ok());
        let surplus = kept.len().saturating_sub(KEPT_ASIDE);
        for path in &kept[..surplus] {
            fs::remove_dir_all(path).map_err(failed(path))?;
        }
        Ok(())
    }

    fn remove_unfinished(&self) -> Result<(), StoreError> {
        for entry in fs::read_dir(&self.folder).map_err(failed(&self.folder))? {
            let path = entry.map_err(failed(&self.folder))?.path();
            if name_of(&path).starts_with(".building-") {
                fs::remove_dir_all(&path).map_err(failed(&path))?;
            }
        }
        Ok(())
    }
}

/// Removes every generation of an earlier revision than `revision`, and all that was moved aside,
/// whoever builds in the folder: what was erased from the catalogue must not stand there either.
/// Who still reads one of them keeps it until the end of its request.
///
/// # Errors
///
/// [`StoreError::Io`] with the path.
pub fn remove_generations_before(folder: &Path, revision: u64) -> Result<(), StoreError> {
    let gone = |removed: io::Result<()>| match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    let aside = folder.join("aside");
    gone(fs::remove_dir_all(&aside)).map_err(failed(&aside))?;
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        if revision_of(&name_of(&path)).is_some_and(|found| found < revision) {
            gone(fs::remove_dir_all(&path)).map_err(failed(&path))?;
        }
    }
    Ok(())
}

fn failed(path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |cause| StoreError::Io { path: path.display().to_string(), cause }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
