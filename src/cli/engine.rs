//! What the commands share: the catalogue, the searcher, and how one becomes the other's index.
//!
//! In: the shared settings. Out: an [`Engine`], and with the folder's lock a [`Builder`], which
//! makes the newest state of the catalogue the live generation.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::arguments::Shared;
use super::clock::{Clock, SystemClock};
use super::progress::Progress;
use crate::catalogue::{Catalogue, Withdrawals, default_file};
use crate::domain::{AsOf, ReviewDates};
use crate::index::{
    Generation, GenerationStore, Manifest, OpenError, Plan, StoreError, remove_generations_before,
    revision_of,
};
use crate::reference::Reference;
use crate::search::Searcher;

/// How long a command waits for the running service to take its change.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a waiting command looks.
const GLANCE: Duration = Duration::from_millis(100);

/// Holds the id of the generation that the process with the lock answers from.
const LIVE: &str = "live";

/// Present while somebody wants the index built anew though nothing has changed.
const REBUILD_WANTED: &str = "rebuild-wanted";

/// Returns the tables with the lists of diseases that were imported into a catalogue.
///
/// # Errors
///
/// When the catalogue cannot be read.
pub async fn with_imported(
    own: Arc<Reference>,
    catalogue: &Catalogue,
) -> anyhow::Result<Arc<Reference>> {
    let (version, lists) = catalogue.nomenclatures().await?;
    Ok(blocking(move || own.with_imported(&lists, &version)).await)
}

/// Catalogue, tables and clock.
#[derive(Clone)]
pub struct Engine {
    /// The durable truth.
    pub catalogue: Catalogue,
    /// Tables, text chain, and the live generation.
    pub searcher: Arc<Searcher>,
    /// The tables without what was imported.
    own: Arc<Reference>,
    /// Folder of generations.
    pub index_dir: PathBuf,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// After how many months without confirmation what happens to a record.
    pub review: ReviewDates,
}

/// How a change became searchable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// This command built the generation.
    Built(String),
    /// The running service built it.
    ByService(String),
    /// It is in the catalogue; the running service has not taken it yet.
    Later,
}

impl Published {
    /// Returns the sentence of a report.
    pub fn text(&self) -> String {
        match self {
            Self::Built(id) => format!("The index was built: generation {id}."),
            Self::ByService(id) => format!("The running service shows it: generation {id}."),
            Self::Later => format!(
                "The catalogue has it, but the running service did not show it within {} s; it \
                 goes on trying, see its log.",
                PATIENCE.as_secs()
            ),
        }
    }

    /// Returns the members of a report.
    pub fn json(&self) -> serde_json::Value {
        let (generation, by) = match self {
            Self::Built(id) => (Some(id), Some("command")),
            Self::ByService(id) => (Some(id), Some("service")),
            Self::Later => (None, None),
        };
        serde_json::json!({"generation": generation, "built_by": by})
    }
}

/// Reads the tables from the program or from `--reference-dir`.
///
/// # Errors
///
/// File and row of what is wrong.
pub fn read_reference(shared: &Shared) -> anyhow::Result<Reference> {
    match &shared.reference_dir {
        Some(folder) => Reference::from_folder(folder)
            .with_context(|| format!("the reference tables in {}", folder.display())),
        None => Reference::embedded().context("the reference tables in the program"),
    }
}

/// Returns the catalogue's file.
///
/// # Errors
///
/// For a database that is no SQLite file; the address, which may hold a password, is not shown.
pub fn catalogue_file(shared: &Shared) -> anyhow::Result<PathBuf> {
    let Some(url) = &shared.database_url else { return Ok(default_file(&shared.data_dir)) };
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            bail!("--database-url names no file; write sqlite:PATH");
        }
        return Ok(PathBuf::from(path));
    }
    match url.split_once("://") {
        Some(("postgres" | "postgresql", _)) => bail!(
            "PostgreSQL is not supported yet: it will follow; leave --database-url out, or give \
             sqlite:PATH"
        ),
        Some((scheme, _)) => bail!(
            "--database-url: unknown kind of database `{scheme}`; write \
             sqlite:PATH"
        ),
        None if url.is_empty() => bail!("--database-url is empty; write sqlite:PATH"),
        None => Ok(PathBuf::from(url)),
    }
}

impl Engine {
    /// Reads the tables and opens the catalogue, which is made where there is none.
    ///
    /// # Errors
    ///
    /// What is wrong, with file and way out.
    pub async fn open(shared: &Shared) -> anyhow::Result<Self> {
        let file = catalogue_file(shared)?;
        let reference = read_reference(shared)?;
        let catalogue = Catalogue::open(&file, &reference.contact_points).await?;
        let own = Arc::new(reference);
        let reference = with_imported(Arc::clone(&own), &catalogue).await?;
        let searcher = blocking(move || Searcher::new(reference)).await;
        Ok(Self {
            catalogue,
            searcher: Arc::new(searcher),
            own,
            index_dir: shared.index_dir.clone(),
            clock: Arc::new(SystemClock),
            review: shared.review()?,
        })
    }

    /// Returns today, with the review dates.
    pub fn as_of(&self) -> AsOf {
        AsOf { day: self.clock.today(), review: self.review }
    }

    /// Opens a catalogue that is already there.
    ///
    /// # Errors
    ///
    /// As [`Engine::open`], and when there is none.
    pub async fn open_existing(shared: &Shared) -> anyhow::Result<Self> {
        let file = catalogue_file(shared)?;
        if matches!(file.try_exists(), Ok(false)) {
            bail!(
                "there is no catalogue {} yet; `wegweiser serve` or `import` makes it, or name \
                 another folder with --data-dir",
                file.display()
            );
        }
        Self::open(shared).await
    }

    /// Returns the tables without what was imported.
    pub fn own_tables(&self) -> Arc<Reference> {
        Arc::clone(&self.own)
    }

    /// Takes the folder of generations for building.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] while another process builds there; [`StoreError::Io`].
    pub async fn builder(&self) -> Result<Builder, StoreError> {
        let folder = self.index_dir.clone();
        let store = blocking(move || GenerationStore::open(&folder)).await?;
        Ok(Builder::new(self, store))
    }

    /// Makes what is in the catalogue searchable: builds the index, or waits until the process
    /// that holds the folder has done it.
    ///
    /// # Errors
    ///
    /// What keeps the index from being built; the catalogue has the change nevertheless.
    pub async fn publish(&self, progress: Progress) -> anyhow::Result<Published> {
        let revision = self.catalogue.revision().await?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.builder().await {
                Ok(builder) => {
                    let generation = builder.bring_up(progress).await?;
                    return Ok(Published::Built(generation.id().to_owned()));
                }
                Err(StoreError::Locked(_)) => {}
                Err(error) => return Err(error.into()),
            }
            if let Some(id) =
                live_id(&self.index_dir).filter(|id| revision_of(id) >= Some(revision))
            {
                return Ok(Published::ByService(id));
            }
            if Instant::now() > deadline {
                return Ok(Published::Later);
            }
            sleep(GLANCE).await;
        }
    }

    /// Builds the index anew though nothing has changed, or has the running service do it.
    ///
    /// # Errors
    ///
    /// As [`Engine::publish`].
    pub async fn rebuild_anyway(&self, progress: Progress) -> anyhow::Result<Published> {
        let wish = self.index_dir.join(REBUILD_WANTED);
        let mut is_wished = false;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.builder().await {
                Ok(builder) => {
                    let generation = builder.rebuild(progress).await?;
                    builder.forget_wish();
                    return Ok(Published::Built(generation.id().to_owned()));
                }
                Err(StoreError::Locked(_)) if !is_wished => {
                    let said = self.wish_rebuild().with_context(|| wish.display().to_string());
                    said.context("the running service could not be told to build the index")?;
                    is_wished = true;
                }
                Err(StoreError::Locked(_)) => {}
                Err(error) => return Err(error.into()),
            }
            if is_wished && !wish.exists() {
                let id = live_id(&self.index_dir).unwrap_or_default();
                return Ok(Published::ByService(id));
            }
            if Instant::now() > deadline {
                return Ok(Published::Later);
            }
            sleep(GLANCE).await;
        }
    }

    /// Asks whoever holds the folder to build the index anew though nothing has changed.
    ///
    /// # Errors
    ///
    /// When the wish cannot be written into the folder.
    pub fn wish_rebuild(&self) -> std::io::Result<()> {
        fs::write(self.index_dir.join(REBUILD_WANTED), b"")
    }

    /// Opens the newest good generation for reading, whoever holds the folder; nothing is moved.
    ///
    /// # Errors
    ///
    /// [`OpenError::Io`] for what a rebuild does not mend.
    pub async fn newest_readable(&self) -> Result<Option<Generation>, OpenError> {
        let (folder, tables) = (self.index_dir.clone(), self.searcher.tables());
        blocking(move || {
            for path in generations_in(&folder) {
                let fits = Manifest::read(&path)
                    .is_ok_and(|manifest| manifest.is_readable_with(tables.reference()));
                if !fits {
                    continue;
                }
                match Generation::open(&path, tables.analyzer()) {
                    Ok(generation) => return Ok(Some(generation)),
                    Err(OpenError::Damaged(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(None)
        })
        .await
    }

    /// Says whether the tables hold what is imported in the catalogue.
    async fn knows_what_is_imported(&self) -> anyhow::Result<bool> {
        let version = self.catalogue.nomenclature_version().await?;
        Ok(version == self.searcher.reference().imported_version)
    }

    /// Takes over what has been imported into the catalogue since the tables were made; the live
    /// generation goes on with the former tables.
    async fn learn_what_is_imported(&self) -> anyhow::Result<()> {
        if self.knows_what_is_imported().await? {
            return Ok(());
        }
        let reference = with_imported(Arc::clone(&self.own), &self.catalogue).await?;
        let searcher = Arc::clone(&self.searcher);
        blocking(move || searcher.renew(reference)).await;
        info!("the imported vocabulary was read anew");
        Ok(())
    }

    /// Makes `generation` the live one.
    ///
    /// # Errors
    ///
    /// Its words cannot be read; the former one then stays.
    pub async fn swap(&self, generation: Generation) -> anyhow::Result<Arc<Generation>> {
        self.searcher.learn_contact_points(&self.catalogue.contact_points().await?);
        let searcher = Arc::clone(&self.searcher);
        blocking(move || {
            searcher.swap(generation)?;
            Ok(searcher.generation()?)
        })
        .await
    }
}

/// An engine with the right to build.
#[derive(Clone)]
pub struct Builder {
    /// Catalogue, tables and clock.
    pub engine: Engine,
    store: Arc<GenerationStore>,
    /// The withdrawn consents that the last generation built here knew.
    heeded: Arc<Mutex<Withdrawals>>,
}

impl Builder {
    /// Gives an engine the folder.
    pub fn new(engine: &Engine, store: GenerationStore) -> Self {
        Self { engine: engine.clone(), store: Arc::new(store), heeded: Arc::default() }
    }

    /// Makes the newest good generation live, if there is one of this catalogue.
    ///
    /// # Errors
    ///
    /// For what a rebuild does not mend: a permission, the disk.
    pub async fn open_newest(&self) -> anyhow::Result<Option<Arc<Generation>>> {
        self.engine.learn_what_is_imported().await?;
        let revision = self.engine.catalogue.revision().await?;
        let (store, tables) = (Arc::clone(&self.store), self.engine.searcher.tables());
        let newest = blocking(move || {
            // Of a later revision than the catalogue's: it belongs to another catalogue.
            store.set_aside_above(revision)?;
            store.newest(tables.reference(), tables.analyzer())
        })
        .await?;
        let Some(generation) = newest else { return Ok(None) };
        let live = self.swap(generation).await?;
        // After damage this is an older one: true until the next build.
        self.engine.searcher.set_stale(live.manifest.revision < revision);
        Ok(Some(live))
    }

    /// Says whether `generation` is what would be built now.
    ///
    /// # Errors
    ///
    /// When the catalogue cannot be read.
    pub async fn is_current(&self, generation: &Generation) -> anyhow::Result<bool> {
        let engine = &self.engine;
        let file = engine.catalogue.file();
        // SQLite goes on with a file that has been taken away; we must not.
        fs::metadata(file).with_context(|| file.display().to_string())?;
        let revision = engine.catalogue.revision().await?;
        let is_wished = engine.index_dir.join(REBUILD_WANTED).exists();
        let manifest = &generation.manifest;
        let is_complete = engine.knows_what_is_imported().await?;
        let is_of_today = manifest.is_of(engine.as_of());
        Ok(manifest.revision == revision && is_of_today && is_complete && !is_wished)
    }

    /// Returns the current generation: the newest one, or one built now.
    ///
    /// # Errors
    ///
    /// As [`Builder::rebuild`].
    pub async fn bring_up(&self, progress: Progress) -> anyhow::Result<Arc<Generation>> {
        match self.open_newest().await? {
            Some(generation) if self.is_current(&generation).await? => Ok(generation),
            _ => self.rebuild(progress).await,
        }
    }

    /// Builds a generation of the catalogue as it is today, and makes it live.
    ///
    /// # Errors
    ///
    /// What went wrong; the live generation stays.
    pub async fn rebuild(&self, progress: Progress) -> anyhow::Result<Arc<Generation>> {
        // A wish that comes while we build is for the next build.
        let wish = self.engine.index_dir.join(REBUILD_WANTED);
        let is_wished = wish.exists();
        self.engine.learn_what_is_imported().await?;
        let (engine, store, runtime) =
            (self.engine.clone(), Arc::clone(&self.store), Handle::current());
        let (built, withdrawals) =
            blocking(move || build(&engine, &store, &runtime, progress)).await?;
        let live = self.swap(built).await?;
        self.engine.searcher.set_stale(false);
        // The one before may show a contact whose consent is withdrawn now.
        let is_same = self.heeds_as_before(withdrawals);
        let (store, id) = (Arc::clone(&self.store), live.id().to_owned());
        let (folder, revision) = (self.engine.index_dir.clone(), live.manifest.revision);
        let removed = blocking(move || {
            if is_same {
                store.remove_old(&id)
            } else {
                remove_generations_before(&folder, revision)
            }
        });
        if let Err(error) = removed.await {
            warn!(%error, "an old generation could not be removed");
        }
        if is_wished {
            self.forget_wish();
        }
        Ok(live)
    }

    /// Notes the withdrawals that the last generation knew; says whether the one before knew the
    /// same.
    fn heeds_as_before(&self, withdrawals: Withdrawals) -> bool {
        let mut heeded = self.heeded.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = *heeded == withdrawals;
        *heeded = withdrawals;
        is_same
    }

    /// Makes `generation` the live one and tells waiting commands.
    async fn swap(&self, generation: Generation) -> anyhow::Result<Arc<Generation>> {
        let live = self.engine.swap(generation).await?;
        // A folder appears before its generation answers, so this file tells.
        let folder = &self.engine.index_dir;
        let unfinished = folder.join(format!("{LIVE}.part"));
        let told = fs::write(&unfinished, live.id())
            .and_then(|()| fs::rename(&unfinished, folder.join(LIVE)));
        told.with_context(|| unfinished.display().to_string())?;
        Ok(live)
    }

    fn forget_wish(&self) {
        let wish = self.engine.index_dir.join(REBUILD_WANTED);
        match fs::remove_file(&wish) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                warn!(%error, path = %wish.display(), "a file could not be removed");
            }
            _ => {}
        }
    }
}

/// Builds on a thread of its own: the plan borrows the snapshot, so both stay here.
fn build(
    engine: &Engine,
    store: &GenerationStore,
    runtime: &Handle,
    progress: Progress,
) -> anyhow::Result<(Generation, Withdrawals)> {
    let tables = engine.searcher.tables();
    let snapshot = runtime.block_on(engine.catalogue.snapshot())?;
    let as_of = engine.as_of();
    let mut plan =
        Plan::new(&snapshot, tables.reference(), tables.concepts(), tables.analyzer(), as_of);
    let forms = plan.public_forms();
    let changed_at = runtime.block_on(engine.catalogue.note_public_forms(&forms))?;
    // What this state hides or shows again counts from now on, not from the next build.
    plan.set_tombstones(runtime.block_on(engine.catalogue.tombstones())?);
    let records = forms.len();
    drop(forms);
    let shown = progress.begin(records as u64, "Building the index");
    let built = store.build(&plan, tables.analyzer(), &changed_at, engine.clock.now(), |done| {
        shown.reach(done)
    })?;
    shown.end();
    info!(revision = snapshot.revision, records, "built the index");
    Ok((built, snapshot.withdrawals))
}

/// Runs what computes or waits for the disk beside the runtime's workers.
///
/// # Panics
///
/// When `work` panics.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Returns the folders with a generation's name, newest revision first.
fn generations_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(u64, PathBuf)> = entries
        .filter_map(|entry| {
            let revision = revision_of(&entry.file_name().to_string_lossy())?;
            Some((revision, entry.path()))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, path)| path).collect()
}

/// Returns the id of the generation that the process with the lock answers from.
fn live_id(folder: &Path) -> Option<String> {
    let id = fs::read_to_string(folder.join(LIVE)).ok()?;
    revision_of(&id).is_some().then_some(id)
}

#[cfg(test)]
mod tests;
