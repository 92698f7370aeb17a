//! `wegweiser vocabulary import`, `list` and `remove`: published lists of diseases.
//!
//! In: files as operators download them. Out: the lists in the catalogue, a report per file, and a
//! new index. A file that is refused changes nothing; the others are taken over together.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::arguments::Shared;
use super::engine::{Engine, Published, blocking, with_imported};
use super::progress::{Progress, Shown};
use super::report::{Outcome, Report};
use crate::catalogue::{NomenclatureChange, StoredNomenclature};
use crate::domain::{Nomenclature, NomenclatureSource, Standing};
use crate::import::messages::{self, Language};
use crate::import::{Finding, NomenclatureReading, Severity, read_nomenclature};

/// Findings shown of one file; all are counted.
const MOST_SHOWN: usize = 20;

/// Findings of one file in JSON.
const MOST_IN_JSON: usize = 1_000;

/// The contact points' staff read it.
const LANGUAGE: Language = Language::German;

/// What became of one file.
struct Outlook {
    file: PathBuf,
    reading: Result<NomenclatureReading, Finding>,
    change: NomenclatureChange,
}

/// Imports lists.
///
/// # Errors
///
/// When the catalogue or the index cannot be written; what is wrong with a file is told in the
/// report.
pub async fn import(shared: &Shared, files: &[PathBuf]) -> anyhow::Result<Report> {
    let engine = Engine::open(shared).await?;
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let mut known: Vec<NomenclatureSource> =
        engine.catalogue.nomenclature_sources().await?.into_iter().map(|one| one.source).collect();
    let mut outlooks = Vec::new();
    for file in files {
        let path = file.clone();
        let reading = blocking(move || read_file(&path, progress)).await;
        let reading = reading.and_then(|reading| not_older(file, reading, &mut known));
        let change = NomenclatureChange::default();
        outlooks.push(Outlook { file: file.clone(), reading, change });
    }
    let good = |outlook: &Outlook| outlook.reading.as_ref().ok().map(|r| r.list.clone());
    let lists: Vec<Nomenclature> = outlooks.iter().filter_map(good).collect();
    let changes = engine.catalogue.put_nomenclatures(&lists).await?;
    let taken = outlooks.iter_mut().filter(|outlook| outlook.reading.is_ok());
    for (outlook, change) in taken.zip(changes) {
        outlook.change = change;
    }
    let is_changed = outlooks.iter().any(|outlook| outlook.change.is_applied);
    let published = if is_changed { Some(engine.publish(progress).await?) } else { None };
    let report = report(&engine, &outlooks, published.as_ref()).await?;
    engine.catalogue.close().await;
    Ok(report)
}

/// Lists what was imported.
///
/// # Errors
///
/// When there is no catalogue, or it cannot be read.
pub async fn list(shared: &Shared) -> anyhow::Result<Report> {
    let engine = Engine::open_existing(shared).await?;
    let sources = engine.catalogue.nomenclature_sources().await?;
    engine.catalogue.close().await;
    let line = |one: &StoredNomenclature| {
        let StoredNomenclature { source, imported_at, entries } = one;
        let version = source.version.as_deref().unwrap_or("unbekannt");
        format!(
            "{}: {}, Stand {version}, Lizenz {}; {entries} Einträge, übernommen {imported_at:.0}",
            source.id, source.title, source.licence
        )
    };
    let text = if sources.is_empty() {
        "Es wurde noch kein Wortschatz importiert: wegweiser vocabulary import DATEI".to_owned()
    } else {
        sources.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let json = sources.iter().map(|one| {
        json!({
            "source": one.source.id,
            "title": one.source.title,
            "version": one.source.version,
            "licence": one.source.licence,
            "entries": one.entries,
            "imported_at": one.imported_at.to_string(),
        })
    });
    Ok(Report::done(text, json.collect()))
}

/// Removes what was imported from one source.
///
/// # Errors
///
/// When nothing was imported under this id, or the index cannot be built.
pub async fn remove(shared: &Shared, source: &str) -> anyhow::Result<Report> {
    let engine = Engine::open_existing(shared).await?;
    if !engine.catalogue.remove_nomenclature(source).await? {
        anyhow::bail!(
            "nothing was imported as `{source}`; `wegweiser vocabulary list` names the sources"
        );
    }
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let published = engine.publish(progress).await?;
    engine.catalogue.close().await;
    let text = format!("{source}: entfernt. {}", published.text());
    Ok(Report::done(text, json!({"source": source, "index": published.json()})))
}

fn read_file(path: &Path, progress: Progress) -> Result<NomenclatureReading, Finding> {
    let name = path.display().to_string();
    let unreadable = |cause: std::io::Error| {
        Finding::about(&name, &messages::FILE_UNREADABLE).with_detail(cause.to_string())
    };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let shown = progress.begin(length, &format!("{name}: Bytes"));
    let counted = Counted { file, done: 0, shown: &shown };
    let read = read_nomenclature(&name, BufReader::with_capacity(1 << 16, counted));
    shown.end();
    read
}

/// A file that tells how far it has been read.
struct Counted<'a> {
    file: File,
    done: u64,
    shown: &'a Shown,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.done += count as u64;
        self.shown.reach(self.done);
        Ok(count)
    }
}

/// Refuses a file that is older than what was imported of its source, or than one before it.
fn not_older(
    file: &Path,
    reading: NomenclatureReading,
    known: &mut Vec<NomenclatureSource>,
) -> Result<NomenclatureReading, Finding> {
    let source = &reading.list.source;
    let former = known.iter().find(|known| known.id == source.id);
    let versions = former.and_then(|former| former.version.as_ref().zip(source.version.as_ref()));
    if let Some((former, given)) = versions.filter(|(former, given)| given < former) {
        let name = file.display().to_string();
        let finding = Finding::about(&name, &messages::NOMENCLATURE_OLDER);
        return Err(finding.with_value(given).with_detail(former.clone()));
    }
    known.retain(|known| known.id != source.id);
    known.push(source.clone());
    Ok(reading)
}

/// Counts what a list says.
struct Counts {
    diseases: usize,
    names: usize,
    icd10: usize,
    parents: usize,
    retired: usize,
}

impl Counts {
    fn of(list: &Nomenclature) -> Self {
        let is_retired =
            |standing: Option<Standing>| matches!(standing, Some(Standing::Retired { .. }));
        Self {
            diseases: list.entries.len(),
            names: list.entries.iter().map(|entry| entry.names.len()).sum(),
            icd10: list.entries.iter().map(|entry| entry.icd10.len()).sum(),
            parents: list.entries.iter().map(|entry| entry.parents.len()).sum(),
            retired: list.entries.iter().filter(|entry| is_retired(entry.standing)).count(),
        }
    }
}

async fn report(
    engine: &Engine,
    outlooks: &[Outlook],
    published: Option<&Published>,
) -> anyhow::Result<Report> {
    // Beside a running service the tables of this process may not have been made anew.
    let merged = with_imported(engine.own_tables(), &engine.catalogue).await?;
    let concepts = &merged.vocabulary.concepts;
    let diseases = concepts.iter().filter(|concept| concept.is_imported()).count();
    let names: usize = concepts.iter().map(|c| c.labels.len() - c.own_labels).sum();
    let enriched =
        concepts.iter().filter(|c| !c.is_imported() && c.labels.len() > c.own_labels).count();
    let mut lines: Vec<String> = outlooks.iter().map(text_of).collect();
    lines.push(format!(
        "Der Wortschatz hat jetzt {} Begriffe: {} eigene, {enriched} davon mit importierten Namen, \
         und {diseases} importierte Krankheiten; {names} importierte Namen.",
        concepts.len(),
        concepts.len() - diseases
    ));
    lines.push(
        published.map_or_else(
            || "Am Index ändert sich nichts.".to_owned(),
            |published| published.text(),
        ),
    );
    let json = json!({
        "files": outlooks.iter().map(json_of).collect::<Vec<_>>(),
        "vocabulary": {
            "concepts": concepts.len(),
            "imported_concepts": diseases,
            "concepts_with_imported_names": enriched,
            "imported_names": names,
        },
        "index": published.map(Published::json),
    });
    let is_whole = |outlook: &Outlook| outlook.reading.as_ref().is_ok_and(|r| r.refused == 0);
    let outcome = if outlooks.iter().all(is_whole) { Outcome::Done } else { Outcome::HeldBack };
    Ok(Report { text: lines.join("\n"), json, outcome })
}

fn text_of(outlook: &Outlook) -> String {
    let file = outlook.file.display();
    let reading = match &outlook.reading {
        Ok(reading) => reading,
        Err(finding) => return format!("{file}: nicht übernommen\n  {}", sentence(finding)),
    };
    let source = &reading.list.source;
    let counts = Counts::of(&reading.list);
    let change = &outlook.change;
    let mut lines = vec![
        format!(
            "{file}: {} ({}), Stand {}, Lizenz {}",
            source.title,
            source.id,
            source.version.as_deref().unwrap_or("unbekannt"),
            source.licence
        ),
        format!(
            "  gelesen: {} Krankheiten ({} stillgelegt), {} Namen, {} ICD-10-Codes, {} \
             Zuordnungen zu Oberbegriffen; nicht übernommen: {}",
            counts.diseases,
            counts.retired,
            counts.names,
            counts.icd10,
            counts.parents,
            reading.refused
        ),
        format!(
            "  {} neu, {} geändert, {} wie bisher, {} entfallen",
            change.new, change.changed, change.unchanged, change.removed
        ),
    ];
    let shown = reading.findings.iter().take(MOST_SHOWN);
    lines.extend(shown.map(|finding| format!("  {}", sentence(finding))));
    let more = reading.findings.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        lines.push(format!("  … und {more} weitere Hinweise (alle mit --json)"));
    }
    lines.join("\n")
}

fn sentence(finding: &Finding) -> String {
    let kind = match finding.severity() {
        Severity::Error => "Fehler",
        Severity::Warning => "Warnung",
        Severity::Hint => "Hinweis",
    };
    let row = finding.row.map(|row| format!("Zeile {row}: ")).unwrap_or_default();
    format!("{row}{kind}: {} {}", finding.message(LANGUAGE), finding.remedy(LANGUAGE))
}

fn json_of(outlook: &Outlook) -> Value {
    let file = outlook.file.display().to_string();
    let reading = match &outlook.reading {
        Ok(reading) => reading,
        Err(finding) => {
            return json!({"file": file, "state": "refused", "findings": [finding_of(finding)]});
        }
    };
    let source = &reading.list.source;
    let counts = Counts::of(&reading.list);
    let change = &outlook.change;
    json!({
        "file": file,
        "state": if change.is_applied { "imported" } else { "unchanged" },
        "source": source.id,
        "title": source.title,
        "version": source.version,
        "licence": source.licence,
        "read": {
            "diseases": counts.diseases,
            "retired": counts.retired,
            "names": counts.names,
            "icd10": counts.icd10,
            "parents": counts.parents,
            "refused": reading.refused,
        },
        "new": change.new,
        "changed": change.changed,
        "unchanged": change.unchanged,
        "removed": change.removed,
        "findings": reading.findings.iter().take(MOST_IN_JSON).map(finding_of).collect::<Vec<_>>(),
        "findings_total": reading.findings.len(),
    })
}

fn finding_of(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.id,
        "severity": finding.severity().as_str(),
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
        "message": finding.message(LANGUAGE),
        "remedy": finding.remedy(LANGUAGE),
    })
}
