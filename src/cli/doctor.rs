//! `wegweiser doctor`: is everything in order here? Looks, and changes nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::arguments::Shared;
use super::clock::{Clock, SystemClock};
use super::engine::{blocking, catalogue_file, read_reference};
use super::report::{Outcome, Report};
use crate::catalogue::{Catalogue, SourceResult, StoredSource};
use crate::import::harvest::{ALERT_AFTER, cause_text};
use crate::import::messages::Language;
use crate::index::{Generation, Manifest, revision_of};
use crate::reference::Reference;
use crate::search::Searcher;

/// Less free space than this is too little for a build and a backup.
const LEAST_FREE_BYTES: u64 = 512 * 1024 * 1024;

/// Before this day the program did not exist: a clock that shows it is wrong.
const FIRST_DAY: jiff::civil::Date = jiff::civil::date(2026, 1, 1);

/// After this day the machine's clock is more likely wrong than the program in use.
const LAST_DAY: jiff::civil::Date = jiff::civil::date(2100, 1, 1);

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In order.
    Good,
    /// Worth a look; nothing fails.
    Note,
    /// Something will fail.
    Bad,
}

/// What was found.
struct Finding {
    check: &'static str,
    state: State,
    text: String,
}

/// Looks at everything and reports; exit code 1 when something is wrong.
///
/// # Errors
///
/// Settings that name no catalogue.
pub async fn run(shared: &Shared) -> anyhow::Result<Report> {
    let file = catalogue_file(shared)?;
    let data = file.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let mut findings = vec![
        writable("data folder", &data),
        writable("index folder", &shared.index_dir),
        space("disk of the data", &data),
        space("disk of the index", &shared.index_dir),
        clock(),
    ];
    match read_reference(shared) {
        Ok(reference) => {
            let text = format!(
                "{} concepts, {} places, {} contact points",
                reference.vocabulary.concepts.len(),
                reference.gazetteer.places().len(),
                reference.contact_points.len()
            );
            findings.push(Finding { check: "reference tables", state: State::Good, text });
            let reference = Arc::new(reference);
            let read = catalogue(&file, &reference, &mut findings).await;
            let revision = read.as_ref().map(|(revision, _)| *revision);
            let reference = read.map_or(reference, |(_, imported)| imported);
            let folder = shared.index_dir.clone();
            findings.push(blocking(move || index(&folder, reference, revision)).await);
        }
        Err(error) => findings.push(Finding {
            check: "reference tables",
            state: State::Bad,
            text: format!("{error:#}"),
        }),
    }
    let bad = findings.iter().filter(|finding| finding.state == State::Bad).count();
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| format!("{:4}  {}: {}", word(finding.state), finding.check, finding.text))
        .collect();
    let list: Vec<_> = findings
        .iter()
        .map(|f| json!({"check": f.check, "state": word(f.state), "text": f.text}))
        .collect();
    let outcome = if bad == 0 { Outcome::Done } else { Outcome::HeldBack };
    Ok(Report { text: lines.join("\n"), json: json!({"checks": list, "bad": bad}), outcome })
}

fn word(state: State) -> &'static str {
    match state {
        State::Good => "ok",
        State::Note => "note",
        State::Bad => "BAD",
    }
}

/// Says whether files can be made in `folder`, or in the folder in which it would be made.
fn writable(check: &'static str, folder: &Path) -> Finding {
    let probed = existing(folder);
    let probe = probed.join(format!(".wegweiser-doctor-{}", std::process::id()));
    let tried = fs::File::options().write(true).create_new(true).open(&probe);
    let tried = tried.and_then(|_| fs::read_dir(&probed)).and_then(|_| fs::remove_file(&probe));
    let (state, text) = match tried {
        Ok(()) if probed == folder => {
            (State::Good, format!("{} is readable and writable", folder.display()))
        }
        Ok(()) => (State::Good, format!("{} can be made", folder.display())),
        Err(error) => (
            State::Bad,
            format!(
                "{} cannot be read and written ({error}); give the service's user the rights",
                probed.display()
            ),
        ),
    };
    Finding { check, state, text }
}

fn space(check: &'static str, folder: &Path) -> Finding {
    let (state, text) = match fs4::available_space(existing(folder)) {
        Ok(free) if free < LEAST_FREE_BYTES => {
            (State::Bad, format!("only {} MiB free; make room", free >> 20))
        }
        Ok(free) => (State::Good, format!("{} MiB free", free >> 20)),
        Err(error) => (State::Note, format!("the free space cannot be read ({error})")),
    };
    Finding { check, state, text }
}

/// Returns the nearest folder above that exists.
fn existing(folder: &Path) -> PathBuf {
    let here = Path::new(".");
    let above = folder.ancestors().find(|folder| folder.exists());
    above.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(here).to_path_buf()
}

fn clock() -> Finding {
    let today = SystemClock.today();
    let is_likely = (FIRST_DAY..LAST_DAY).contains(&today);
    let (state, text) = if is_likely {
        (State::Good, format!("today is {today} in Germany"))
    } else {
        (State::Bad, format!("it shows {today}; set the machine's clock"))
    };
    Finding { check: "clock", state, text }
}

/// Opens the catalogue and returns its revision, and the tables with what was imported into it.
async fn catalogue(
    file: &Path,
    reference: &Arc<Reference>,
    findings: &mut Vec<Finding>,
) -> Option<(u64, Arc<Reference>)> {
    let check = "catalogue";
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = format!("{} is not there yet; `serve` or `import` makes it", file.display());
            findings.push(Finding { check, state: State::Note, text });
            return None;
        }
        Err(error) => {
            let text = format!("{} cannot be read ({error})", file.display());
            findings.push(Finding { check, state: State::Bad, text });
            return None;
        }
        Ok(_) => {}
    }
    let read = async {
        let catalogue = Catalogue::open(file, &reference.contact_points).await?;
        let snapshot = catalogue.snapshot().await?;
        let sources = catalogue.sources().await?;
        let imported = catalogue.nomenclatures().await?;
        catalogue.close().await;
        Ok::<_, crate::catalogue::CatalogueError>((snapshot, sources, imported))
    };
    match read.await {
        Ok((snapshot, stored, (version, lists))) => {
            let kind = if snapshot.example_data { "invented example groups" } else { "groups" };
            let text = format!(
                "revision {} with {} {kind} of {} contact points",
                snapshot.revision,
                snapshot.groups.len(),
                snapshot.contact_points.len()
            );
            findings.push(Finding { check, state: State::Good, text });
            findings.extend(open_to_others(file));
            findings.extend(sources(&stored));
            Some((snapshot.revision, reference.with_imported(&lists, &version)))
        }
        Err(error) => {
            let text = format!("{:#}", anyhow::Error::from(error));
            findings.push(Finding { check, state: State::Bad, text });
            None
        }
    }
}

/// Says which contact points' feeds and pages somebody must look at.
fn sources(sources: &[StoredSource]) -> Vec<Finding> {
    let check = "sources";
    let mut findings = Vec::new();
    for source in sources {
        let (history, id) = (&source.history, &source.contact_point);
        let cause = cause_text(&source.history, Language::English).unwrap_or_default();
        if history.failures >= ALERT_AFTER {
            let text = format!("{id} failed {} times in a row: {cause}", history.failures);
            findings.push(Finding { check, state: State::Bad, text });
        } else if history.result == Some(SourceResult::Held) {
            let text = format!("{id} is held until a person confirms it: {cause}");
            findings.push(Finding { check, state: State::Note, text });
        }
    }
    if findings.is_empty() && !sources.is_empty() {
        let text = format!("{} feeds and pages, none in trouble", sources.len());
        findings.push(Finding { check, state: State::Good, text });
    }
    findings
}

/// Says when other users may read internal fields.
fn open_to_others(file: &Path) -> Option<Finding> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(file).ok()?.permissions().mode();
        if mode & 0o077 != 0 {
            let text = format!(
                "{} holds internal fields, but other users may open it (mode {:o}); chmod 600",
                file.display(),
                mode & 0o777
            );
            return Some(Finding { check: "privacy", state: State::Note, text });
        }
    }
    Some(Finding {
        check: "privacy",
        state: State::Good,
        text: "only the service's user may open the catalogue".to_owned(),
    })
}

/// Opens the newest generation, with all its checksums.
fn index(folder: &Path, reference: Arc<Reference>, revision: Option<u64>) -> Finding {
    let check = "index";
    let finding = |state, text: String| Finding { check, state, text };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return finding(State::Note, "not built yet; `serve` builds it".to_owned());
        }
        Err(error) => {
            return finding(State::Bad, format!("{} cannot be read ({error})", folder.display()));
        }
    };
    let newest = entries
        .flatten()
        .filter_map(|e| Some((revision_of(&e.file_name().to_string_lossy())?, e.path())))
        .max();
    let Some((_, path)) = newest else {
        return finding(State::Note, "not built yet; `serve` builds it".to_owned());
    };
    let tables = Searcher::new(reference).tables();
    let is_ours = Manifest::read(&path).is_ok_and(|m| m.is_readable_with(tables.reference()));
    match Generation::open(&path, tables.analyzer()) {
        Err(error) => finding(
            State::Bad,
            format!(
                "{}: {:#}; `serve` or `reindex` builds it anew",
                path.display(),
                anyhow::Error::from(error)
            ),
        ),
        Ok(generation) if !is_ours => finding(
            State::Note,
            format!(
                "generation {} was built with other tables; `serve` or `reindex` builds it anew",
                generation.id()
            ),
        ),
        Ok(generation) => {
            let records = generation.columns.len();
            let text = format!(
                "generation {} with {records} groups, all checksums right",
                generation.id()
            );
            let is_behind =
                revision.is_some_and(|revision| revision > generation.manifest.revision);
            if is_behind {
                finding(State::Note, format!("{text}; it is behind the catalogue"))
            } else {
                finding(State::Good, text)
            }
        }
    }
}
