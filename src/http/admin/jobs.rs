//! Imports in work: read and applied beside the workers, told of while they run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web;
use jiff::Timestamp;
use tokio::sync::watch;
use uuid::Uuid;

use super::super::problem::{Code, Problem};
use super::super::site::Site;
use super::office::Office;
use super::upload::Upload;
use crate::catalogue::{ImportId, ImportMode, StoredImport, Writer};
use crate::domain::ContactPointId;
use crate::import::{
    Context, ImportReport, ReadProgress, Reading, SourceSettings, VocabularyReader, confirm_own,
    import_own, read_source,
};
use crate::search::Tables;

/// How long a finished job is remembered under its own name; its import stays in the history.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// Waits for a free reader.
const WAITING: u8 = 0;
/// Its list is read.
const READING: u8 = 1;
/// Its groups are compared and written.
const WRITING: u8 = 2;

/// How an import is asked for.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub mode: ImportMode,
    pub is_dry_run: bool,
    /// What the client calls this request, so that it may send it again.
    pub key: Option<String>,
    /// The hash of what is asked.
    pub fingerprint: String,
}

/// One import in work.
pub(super) struct Job {
    /// Its name while it has no number.
    pub id: String,
    pub contact_point: ContactPointId,
    pub source_name: String,
    pub mode: ImportMode,
    pub who: String,
    pub began_at: Timestamp,
    phase: AtomicU8,
    pub progress: Arc<ReadProgress>,
    /// What came of it, once something has.
    outcome: watch::Sender<Option<Result<ImportId, Problem>>>,
    ended: Mutex<Option<Instant>>,
}

impl Job {
    /// Returns what it is doing.
    pub fn phase(&self) -> &'static str {
        match self.phase.load(Ordering::Relaxed) {
            WAITING => "waiting",
            READING => "reading",
            _ => "writing",
        }
    }

    /// Returns what came of it; `None` while it runs.
    pub fn outcome(&self) -> Option<Result<ImportId, Problem>> {
        self.outcome.borrow().clone()
    }

    /// Waits so long for its end.
    pub async fn ended_within(&self, patience: Duration) -> Option<Result<ImportId, Problem>> {
        let mut outcome = self.outcome.subscribe();
        let ended = tokio::time::timeout(patience, outcome.wait_for(Option::is_some)).await;
        ended.ok()?.ok()?.clone()
    }
}

/// The jobs of this process.
#[derive(Default)]
pub(super) struct Jobs {
    by_id: Mutex<BTreeMap<String, Arc<Job>>>,
    /// Keys of requests in work.
    keys: Mutex<BTreeSet<(ContactPointId, String)>>,
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept stays right if somebody panicked over it.
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Jobs {
    /// Returns a contact point's job.
    pub fn get(&self, contact_point: &ContactPointId, id: &str) -> Option<Arc<Job>> {
        open(&self.by_id).get(id).filter(|job| job.contact_point == *contact_point).cloned()
    }

    /// Returns the jobs of a contact point that have no number yet.
    pub fn running(&self, contact_point: &ContactPointId) -> Vec<Arc<Job>> {
        let jobs = open(&self.by_id);
        let theirs = jobs
            .values()
            .filter(|job| job.contact_point == *contact_point && job.outcome().is_none());
        theirs.cloned().collect()
    }

    /// Takes a key for a request; `false` while another request with it is in work.
    pub fn take_key(&self, contact_point: &ContactPointId, key: Option<&String>) -> bool {
        let Some(key) = key else { return true };
        open(&self.keys).insert((contact_point.clone(), key.clone()))
    }

    fn free_key(&self, contact_point: &ContactPointId, key: Option<&String>) {
        if let Some(key) = key {
            open(&self.keys).remove(&(contact_point.clone(), key.clone()));
        }
    }

    fn add(&self, job: &Arc<Job>) {
        let mut jobs = open(&self.by_id);
        let is_recent = |job: &Job| open(&job.ended).is_none_or(|at| at.elapsed() < REMEMBERED);
        jobs.retain(|_, job| is_recent(job));
        jobs.insert(job.id.clone(), Arc::clone(job));
    }
}

/// What a job is told of by.
struct About {
    contact_point: ContactPointId,
    who: String,
    source_name: String,
    mode: ImportMode,
    /// The key of its request.
    key: Option<String>,
}

impl About {
    fn of(owner: &Writer, source_name: &str, mode: ImportMode) -> Self {
        Self {
            contact_point: owner.contact_point().clone(),
            who: owner.who().to_owned(),
            source_name: source_name.to_owned(),
            mode,
            key: None,
        }
    }
}

/// Begins an import; it goes on if its client goes away.
pub(super) fn begin(
    office: &web::Data<Office>,
    site: &web::Data<Site>,
    owner: Writer,
    upload: Upload,
    order: Order,
) -> Arc<Job> {
    let about = About { key: order.key.clone(), ..About::of(&owner, &upload.name, order.mode) };
    let (held, site) = (office.clone(), site.clone());
    start(office, about, async move |job| work(&held, &site, job, owner, upload, order).await)
}

/// Begins to carry out a held import of the owner's; it goes on if its client goes away.
pub(super) fn begin_confirming(
    office: &web::Data<Office>,
    owner: Writer,
    import: &StoredImport,
) -> Arc<Job> {
    let id = import.id;
    let about = About::of(&owner, &import.record.source_name, import.record.mode);
    let held = office.clone();
    start(office, about, async move |job: Arc<Job>| {
        job.phase.store(WRITING, Ordering::Relaxed);
        let runtime = held.runtime.clone();
        let done = tokio::task::spawn_blocking(move || {
            let today = (held.settings.today)();
            runtime.block_on(confirm_own(held.catalogue(), &owner, id, today))
        });
        let applied = done.await.map_err(|_| Problem::new(Code::Internal))??;
        applied.map(|_| id).ok_or_else(|| Problem::new(Code::NotFound))
    })
}

fn start<W>(
    office: &web::Data<Office>,
    about: About,
    work: impl FnOnce(Arc<Job>) -> W + Send + 'static,
) -> Arc<Job>
where
    W: Future<Output = Result<ImportId, Problem>> + Send + 'static,
{
    let job = Arc::new(Job {
        id: format!("job-{}", Uuid::new_v4()),
        contact_point: about.contact_point,
        source_name: about.source_name,
        mode: about.mode,
        who: about.who,
        began_at: (office.settings.now)(),
        phase: AtomicU8::new(WAITING),
        progress: Arc::default(),
        outcome: watch::channel(None).0,
        ended: Mutex::new(None),
    });
    office.jobs.add(&job);
    let (office, running) = (office.clone(), Arc::clone(&job));
    let runtime = office.runtime.clone();
    runtime.spawn(async move {
        let done = work(Arc::clone(&running)).await;
        *open(&running.ended) = Some(Instant::now());
        office.jobs.free_key(&running.contact_point, about.key.as_ref());
        running.outcome.send_replace(Some(done));
        office.nudge();
    });
    job
}

/// Does the whole import; what computes runs on a thread of its own.
async fn work(
    office: &web::Data<Office>,
    site: &web::Data<Site>,
    job: Arc<Job>,
    owner: Writer,
    upload: Upload,
    order: Order,
) -> Result<ImportId, Problem> {
    let internal = || Problem::new(Code::Internal);
    let _reader = office.readers.acquire().await.map_err(|_| internal())?;
    let (shared, searched, running) = (office.clone(), site.clone(), job);
    let runtime = office.runtime.clone();
    let done = tokio::task::spawn_blocking(move || {
        let office = shared;
        runtime.block_on(async {
            let report = read_and_apply(&office, &searched, &running, &owner, upload, &order);
            let report = report.await?;
            let id = report.parts.first().and_then(|part| part.import_id);
            let id = id.ok_or_else(internal)?;
            if let Some(key) = &order.key {
                office.catalogue().remember_answer(&owner, key, &order.fingerprint, id).await?;
            }
            Ok(id)
        })
    });
    done.await.map_err(|_| internal())?
}

async fn read_and_apply(
    office: &Office,
    site: &Site,
    job: &Job,
    owner: &Writer,
    upload: Upload,
    order: &Order,
) -> Result<ImportReport, Problem> {
    job.phase.store(READING, Ordering::Relaxed);
    let catalogue = office.catalogue();
    let contact_points = catalogue.contact_points().await?;
    let settings = SourceSettings {
        contact_point: Some(owner.contact_point().clone()),
        format: upload.format,
        ..SourceSettings::named(&upload.name)
    };
    let tables = site.searcher.tables();
    let reader = reader(&tables);
    let mut context = Context::new(
        &tables.reference().gazetteer,
        tables.analyzer(),
        &reader,
        &contact_points,
        (office.settings.today)(),
        (office.settings.now)(),
    );
    context.progress = Arc::clone(&job.progress);
    let reading = match fs::read(&upload.path) {
        Ok(bytes) => read_source(&bytes, &settings, &context),
        Err(cause) => Reading::of_unreadable_file(&settings, &cause),
    };
    drop(upload);
    job.phase.store(WRITING, Ordering::Relaxed);
    let comparison = reader.comparison(&tables.reference().gazetteer);
    Ok(import_own(reading, catalogue, owner, order.mode, order.is_dry_run, comparison).await?)
}

/// Returns what reads topics.
pub(super) fn reader(tables: &Tables) -> VocabularyReader<'_> {
    VocabularyReader {
        vocabulary: &tables.reference().vocabulary,
        analyzer: tables.analyzer(),
        concepts: tables.concepts(),
        terms: tables.terms(),
    }
}

/// A key that is in use until this is dropped, or left to the job that has begun.
pub(super) struct HeldKey<'o> {
    office: &'o Office,
    key: Option<(ContactPointId, String)>,
}

impl<'o> HeldKey<'o> {
    /// Holds a key that was taken.
    pub fn new(office: &'o Office, contact_point: &ContactPointId, key: Option<String>) -> Self {
        Self { office, key: key.map(|key| (contact_point.clone(), key)) }
    }

    /// Leaves it to the job to free the key.
    pub fn leave_to_job(mut self) {
        self.key = None;
    }
}

impl Drop for HeldKey<'_> {
    fn drop(&mut self) {
        if let Some((contact_point, key)) = &self.key {
            self.office.jobs.free_key(contact_point, Some(key));
        }
    }
}
