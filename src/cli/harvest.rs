//! `wegweiser harvest`: looks at contact points' own feeds and pages, now and by hand.
//!
//! [`look`] is what the schedule of `serve` uses too: several sources side by side, each host at
//! its own pace.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;
use futures_util::{StreamExt, stream};
use jiff::ToSpan;
use serde_json::{Value, json};
use tracing::warn;

use super::arguments::Shared;
use super::engine::Engine;
use super::lists;
use super::progress::Progress;
use super::report::print_note;
use crate::catalogue::{Catalogue, SourceResult, StoredSource};
use crate::domain::{ContactPoint, ContactPointId};
use crate::import::harvest::{
    self, Approval, Fetcher, Harvested, Limits, Manner, Reach, Reader, Source,
};
use crate::import::messages::Language;
use crate::import::{self, Context, Finding, read_pages};

/// Examples shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  wegweiser harvest --put source.json            enter a source, or replace it
  wegweiser harvest                              look at every source that is due
  wegweiser harvest --contact-point ikos-jena    look at this one now, changed or not
  wegweiser harvest --contact-point ikos-jena --yes    although it would be held
  wegweiser harvest --all --dry-run              say what would happen; write nothing
  wegweiser harvest --list                       every source, and what came of it

A source.json names contact_point and url; interval_hours, hosts, agreement, format, columns,
sheet and selectors where they are needed. A running `serve` looks by itself.

Exit codes: 0 done, 1 a list was held or rows were refused, 2 a source failed.";

/// Sources looked at side by side.
const AT_ONCE: usize = 4;

/// A source whose look was begun and never ended is due again after this time.
const TURN_MINUTES: i64 = 5;

/// What `harvest` takes.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct HarvestArguments {
    /// Look at this contact point's source now, due or not; repeatable
    #[arg(long, value_name = "SLUG")]
    pub contact_point: Vec<ContactPointId>,
    /// Look at every source, due or not
    #[arg(long, conflicts_with = "contact_point")]
    pub all: bool,
    /// Say what would happen, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Apply what would otherwise be held for a person
    #[arg(long, requires = "contact_point", conflicts_with = "dry_run")]
    pub yes: bool,
    /// Enter the source that a source.json describes, or replace it; repeatable
    #[arg(long, value_name = "FILE", conflicts_with_all = ["contact_point", "all", "dry_run", "list"])]
    pub put: Vec<PathBuf>,
    /// Forget a contact point's source; its groups stay
    #[arg(long, value_name = "SLUG", conflicts_with_all = ["contact_point", "all", "dry_run", "list", "put"])]
    pub remove: Option<ContactPointId>,
    /// Show every source and what came of it
    #[arg(long, conflicts_with_all = ["contact_point", "all", "dry_run"])]
    pub list: bool,
    /// Let sources be on this machine too, without TLS: for trying out
    #[arg(long)]
    pub allow_loopback: bool,
}

/// Does what the arguments say.
///
/// # Errors
///
/// When a file cannot be read, or the catalogue or the index not be written; what is wrong with a
/// source is told in its report.
pub async fn run(shared: &Shared, arguments: &HarvestArguments) -> anyhow::Result<ExitCode> {
    let engine = Engine::open(shared).await?;
    let reach = reach(arguments.allow_loopback);
    let voice = Voice { language: shared.report_language.into(), as_json: shared.json };
    let ended = if !arguments.put.is_empty() {
        put(&engine, arguments, reach, voice).await
    } else if let Some(contact_point) = &arguments.remove {
        remove(&engine.catalogue, contact_point, voice).await
    } else if arguments.list {
        list(&engine.catalogue, voice).await
    } else {
        let fetcher = Fetcher::new(reach, Limits::default(), shared.public_url.as_deref());
        harvest(&engine, arguments, Arc::new(fetcher), voice).await
    };
    engine.catalogue.close().await;
    ended
}

/// Returns what may be asked.
pub fn reach(allows_loopback: bool) -> Reach {
    if allows_loopback { Reach::OwnMachine } else { Reach::Public }
}

async fn harvest(
    engine: &Engine,
    arguments: &HarvestArguments,
    fetcher: Arc<Fetcher>,
    voice: Voice,
) -> anyhow::Result<ExitCode> {
    let sources = chosen(&engine.catalogue, arguments).await?;
    let manner = Manner {
        who: "command line".to_owned(),
        is_dry: arguments.dry_run,
        // Whoever names a source wants it read, whatever was known of it.
        is_conditional: arguments.contact_point.is_empty() && !arguments.dry_run,
        is_confirmed: arguments.yes,
    };
    let before = engine.catalogue.revision().await?;
    let all = look(engine, fetcher, sources, &manner).await?;
    print(&all, voice)?;
    if engine.catalogue.revision().await? != before {
        let progress = if voice.as_json { Progress::Silent } else { Progress::Shown };
        let published = engine.publish(progress).await;
        let published = published.context("the catalogue has it, but the index was not built")?;
        print_note(&published.text());
    }
    Ok(ExitCode::from(all.iter().map(code).max().unwrap_or(0)))
}

fn code(harvested: &Harvested) -> u8 {
    let told = harvested.report.as_ref().map_or(0, import::exit_code);
    match harvested.result {
        SourceResult::Failed => 2,
        SourceResult::Held => told.max(1),
        SourceResult::Updated | SourceResult::Unchanged => told,
    }
}

async fn chosen(
    catalogue: &Catalogue,
    arguments: &HarvestArguments,
) -> anyhow::Result<Vec<StoredSource>> {
    let mut sources = catalogue.sources().await?;
    if let Some(unknown) = arguments
        .contact_point
        .iter()
        .find(|id| !sources.iter().any(|source| source.contact_point == **id))
    {
        bail!("{unknown} has no source; enter one with `wegweiser harvest --put source.json`");
    }
    if !arguments.contact_point.is_empty() {
        sources.retain(|source| arguments.contact_point.contains(&source.contact_point));
    } else if !arguments.all {
        let now = catalogue.present();
        sources.retain(|source| source.is_due(now));
    }
    Ok(sources)
}

/// Looks at sources, some side by side; a source that another process has just begun with is left
/// to it.
///
/// # Errors
///
/// When the catalogue does not answer.
pub async fn look(
    engine: &Engine,
    fetcher: Arc<Fetcher>,
    sources: Vec<StoredSource>,
    manner: &Manner,
) -> anyhow::Result<Vec<Harvested>> {
    let contact_points = Arc::new(engine.catalogue.contact_points().await?);
    let reader = reader(engine, contact_points);
    let tables = engine.searcher.tables();
    let comparison = lists::reader(&tables).comparison(&tables.reference().gazetteer);
    let looks = sources.into_iter().map(|source| {
        let (catalogue, fetcher, reader) = (&engine.catalogue, &fetcher, &reader);
        async move {
            if !manner.is_dry {
                let until = catalogue.present() + TURN_MINUTES.minutes();
                if !catalogue.take_source(&source, until).await? {
                    return Ok(None);
                }
            }
            let harvested =
                harvest::run(fetcher, catalogue, &source, reader, comparison, manner).await?;
            tell(&harvested);
            Ok::<_, anyhow::Error>(Some(harvested))
        }
    });
    let ended: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    let ended: Result<Vec<_>, _> = ended.into_iter().collect();
    Ok(ended?.into_iter().flatten().collect())
}

/// Says in the log what somebody must look at: the contact point and the rule, never an address.
fn tell(harvested: &Harvested) {
    let contact_point = harvested.contact_point.as_str();
    let failures = harvested.failures;
    let cause = harvested.report.as_ref().and_then(|report| report.findings.last());
    let rule = cause.map_or("", |finding| finding.rule.id);
    if harvested.is_alert() {
        warn!(contact_point, failures, rule, "the source of {contact_point} failed again: {rule}");
    }
    if harvested.result == SourceResult::Held && harvested.report.is_some() {
        warn!(contact_point, "the list of {contact_point} is held until a person confirms it");
    }
}

/// Returns what reads lists with this service's tables.
fn reader(engine: &Engine, contact_points: Arc<Vec<ContactPoint>>) -> Reader {
    let (searcher, engine) = (Arc::clone(&engine.searcher), engine.clone());
    Arc::new(move |pages, settings| {
        let tables = searcher.tables();
        let reader = lists::reader(&tables);
        let gazetteer = &tables.reference().gazetteer;
        let (today, now) = (engine.as_of(), engine.clock.now());
        let context =
            Context::new(gazetteer, tables.analyzer(), &reader, &contact_points, today, now);
        read_pages(pages, settings, &context)
    })
}

/// How it is told what came of a command.
#[derive(Clone, Copy)]
struct Voice {
    language: Language,
    as_json: bool,
}

impl Voice {
    /// Returns the one of two texts that is in its language.
    fn say(self, german: &'static str, english: &'static str) -> &'static str {
        match self.language {
            Language::German => german,
            Language::English => english,
        }
    }
}

fn print(all: &[Harvested], voice: Voice) -> anyhow::Result<()> {
    if voice.as_json {
        let all: Vec<Value> = all
            .iter()
            .map(|one| {
                json!({
                    "contact_point": one.contact_point.as_str(),
                    "result": one.result.as_str(),
                    "failures": one.failures,
                    "pages": one.pages,
                    "next_at": one.next_at.map(|at| at.to_string()),
                    "report": one.report.as_ref().map(|report| import::json(report, voice.language)),
                })
            })
            .collect();
        anstream::println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    for one in all {
        anstream::println!("{}: {}", one.contact_point, result_text(one.result, voice));
        if let Some(report) = &one.report {
            anstream::println!("{}", import::text(report, voice.language));
        }
    }
    let count = |result| all.iter().filter(|one| one.result == result).count();
    anstream::println!(
        "{} {}: {} {}, {} {}, {} {}, {} {}",
        all.len(),
        voice.say("Quellen", "sources"),
        count(SourceResult::Updated),
        voice.say("übernommen", "taken over"),
        count(SourceResult::Unchanged),
        voice.say("unverändert", "unchanged"),
        count(SourceResult::Held),
        voice.say("angehalten", "held"),
        count(SourceResult::Failed),
        voice.say("fehlgeschlagen", "failed"),
    );
    Ok(())
}

fn result_text(result: SourceResult, voice: Voice) -> &'static str {
    match result {
        SourceResult::Updated => voice.say("übernommen", "taken over"),
        SourceResult::Unchanged => voice.say("unverändert", "unchanged"),
        SourceResult::Held => {
            voice.say("angehalten, bis jemand bestätigt", "held until somebody confirms it")
        }
        SourceResult::Failed => voice.say(
            "fehlgeschlagen; die bisherigen Gruppen bleiben",
            "failed; the groups stay as they were",
        ),
    }
}

async fn put(
    engine: &Engine,
    arguments: &HarvestArguments,
    reach: Reach,
    voice: Voice,
) -> anyhow::Result<ExitCode> {
    let mut checked = Vec::new();
    let mut faults = Vec::new();
    for file in &arguments.put {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| shown.clone())?;
        let settings: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .with_context(|| format!("{shown} is no JSON"))?;
        let named = settings.get("contact_point").and_then(Value::as_str).unwrap_or_default();
        let contact_point: ContactPointId =
            named.parse().with_context(|| format!("{shown}: contact_point"))?;
        match Source::check(&contact_point, &settings, Approval::Operator, reach) {
            Ok(source) => checked.push(source),
            Err(found) => faults.extend(found.into_iter().map(|finding| (shown.clone(), finding))),
        }
    }
    // All of them, or none.
    if !faults.is_empty() {
        return refuse(&faults, voice);
    }
    let mut entered = Vec::new();
    for source in &checked {
        let is_new = harvest::put_source(&engine.catalogue, source).await?;
        entered.push(json!({"contact_point": source.contact_point.as_str(), "is_new": is_new}));
        if !voice.as_json {
            let told = if is_new {
                voice.say("Quelle eingetragen", "source entered")
            } else {
                voice.say("Quelle ersetzt", "source replaced")
            };
            anstream::println!("{}: {told}", source.contact_point);
        }
    }
    if voice.as_json {
        anstream::println!("{}", serde_json::to_string_pretty(&entered)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse(faults: &[(String, Finding)], voice: Voice) -> anyhow::Result<ExitCode> {
    if voice.as_json {
        let list: Vec<Value> = faults
            .iter()
            .map(|(file, f)| {
                json!({"file": file, "rule": f.rule.id, "member": f.column,
                       "message": f.message(voice.language), "remedy": f.remedy(voice.language)})
            })
            .collect();
        anstream::println!("{}", serde_json::to_string_pretty(&list)?);
    } else {
        for (file, finding) in faults {
            anstream::println!("{file}: {}", finding.message(voice.language));
            anstream::println!("  → {}", finding.remedy(voice.language));
        }
    }
    Ok(ExitCode::from(2))
}

async fn remove(
    catalogue: &Catalogue,
    contact_point: &ContactPointId,
    voice: Voice,
) -> anyhow::Result<ExitCode> {
    if !catalogue.remove_source(contact_point).await? {
        bail!("{contact_point} has no source");
    }
    if voice.as_json {
        anstream::println!("{}", json!({"removed": contact_point.as_str()}));
    } else {
        let told =
            voice.say("Quelle entfernt; die Gruppen bleiben", "source removed; the groups stay");
        anstream::println!("{contact_point}: {told}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(catalogue: &Catalogue, voice: Voice) -> anyhow::Result<ExitCode> {
    let sources = catalogue.sources().await?;
    if voice.as_json {
        let all: Vec<Value> = sources.iter().map(|source| view(source, voice)).collect();
        anstream::println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(ExitCode::SUCCESS);
    }
    for source in &sources {
        let history = &source.history;
        let never = || voice.say("noch nicht abgerufen", "not fetched yet");
        let result = history.result.map_or_else(never, |result| result_text(result, voice));
        let never = || voice.say("nie", "never").to_owned();
        let at = history.succeeded_at.map_or_else(never, |at| at.to_string());
        let last = voice.say("zuletzt gelesen", "last read");
        anstream::println!("{}: {result}; {last}: {at}", source.contact_point);
        if let Some(cause) = harvest::cause_text(&source.history, voice.language) {
            anstream::println!("  {cause}");
        }
    }
    if sources.is_empty() {
        let told = voice.say("Keine Quellen. Eintragen", "No sources. Enter one");
        anstream::println!("{told}: wegweiser harvest --put source.json");
    }
    Ok(ExitCode::SUCCESS)
}

fn view(source: &StoredSource, voice: Voice) -> Value {
    let history = &source.history;
    let text = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
    json!({
        "contact_point": source.contact_point.as_str(),
        "settings": source.settings,
        "result": history.result.map(SourceResult::as_str),
        "failures": history.failures,
        "cause": history.cause,
        "message": harvest::cause_text(&source.history, voice.language),
        "attempted_at": text(history.attempted_at),
        "succeeded_at": text(history.succeeded_at),
        "next_at": text(history.next_at),
        "import_id": history.import_id.map(|id| id.to_string()),
    })
}
