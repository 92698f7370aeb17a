//! `wegweiser duplicates`: which records of two contact points may be one group, and what staff
//! decide about them.

use std::fmt::Write;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::arguments::Shared;
use super::engine::{Engine, blocking};
use super::progress::Progress;
use super::report::Report;
use crate::catalogue::{DuplicateDecision, Snapshot};
use crate::domain::GroupId;
use crate::recognise::duplicates::{Comparison, LikelyDuplicates, LikelyPair, PublicGroups};
use crate::recognise::similarity::{AUTOMATIC, DOUBTFUL};

/// Who decides here, as the catalogue keeps it.
const WHO: &str = "command line";

/// What `duplicates` takes.
#[derive(Debug, Clone, Args)]
pub struct DuplicatesArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: DuplicatesAction,
}

/// What can be done with records that look alike.
#[derive(Debug, Clone, Subcommand)]
pub enum DuplicatesAction {
    /// List the pairs that wait for a decision, and the decisions
    #[command(after_help = "Examples:
  wegweiser duplicates list
  wegweiser duplicates list --json")]
    List,
    /// Decide that two records are one group: one hit, two publishers
    #[command(after_help = EXAMPLE)]
    Same(PairArguments),
    /// Decide that two records are two groups, however alike they look
    #[command(after_help = EXAMPLE)]
    Different(PairArguments),
    /// Forget what was decided about two records
    #[command(after_help = EXAMPLE)]
    Undo(PairArguments),
}

const EXAMPLE: &str = "The ids stand in `wegweiser duplicates list`. What was decided last counts.

Examples:
  wegweiser duplicates same 00d172a8-3258-53c8-9b6a-3d6a13686991 \
a7a2de0c-9f3b-5f0e-8a54-d40ad0c4d5fb";

/// Two records.
#[derive(Debug, Clone, Args)]
pub struct PairArguments {
    /// Id of the one
    #[arg(value_name = "ID")]
    pub a: GroupId,
    /// Id of the other
    #[arg(value_name = "ID")]
    pub b: GroupId,
}

/// Lists or decides.
///
/// # Errors
///
/// A group that is not there; what keeps the index from being built.
pub async fn run(shared: &Shared, arguments: &DuplicatesArguments) -> anyhow::Result<Report> {
    let engine = Engine::open_existing(shared).await?;
    let catalogue = &engine.catalogue;
    let done = match &arguments.action {
        DuplicatesAction::List => return list(engine).await,
        DuplicatesAction::Same(PairArguments { a, b }) => {
            catalogue.decide_any_duplicate([*a, *b], true, WHO).await?;
            "Remembered: one group."
        }
        DuplicatesAction::Different(PairArguments { a, b }) => {
            catalogue.decide_any_duplicate([*a, *b], false, WHO).await?;
            "Remembered: two groups."
        }
        DuplicatesAction::Undo(PairArguments { a, b }) => {
            let undone = catalogue.undo_decision([*a, *b]).await?;
            undone.context("nothing was decided about these two")?;
            "The decision is undone."
        }
    };
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let published = engine.publish(progress).await;
    let published = published.context("the catalogue has it, but the index was not built")?;
    engine.catalogue.close().await;
    let text = format!("{done} {}", published.text());
    Ok(Report::done(text, json!({"index": published.json()})))
}

async fn list(engine: Engine) -> anyhow::Result<Report> {
    let snapshot = engine.catalogue.snapshot().await?;
    let (searcher, as_of) = (engine.searcher.clone(), engine.as_of());
    engine.catalogue.close().await;
    let report = blocking(move || {
        let tables = searcher.tables();
        let comparison = Comparison {
            vocabulary: &tables.reference().vocabulary,
            gazetteer: &tables.reference().gazetteer,
            finder: tables.concepts(),
            analyzer: tables.analyzer(),
        };
        let public = PublicGroups::on(&snapshot.groups, as_of);
        let found = comparison.likely_duplicates(&public, &snapshot.duplicates);
        Report::done(text_of(&snapshot, &found), json_of(&snapshot, &found))
    });
    Ok(report.await)
}

fn text_of(snapshot: &Snapshot, found: &LikelyDuplicates) -> String {
    let mut text = String::new();
    for doubtful in &found.doubtful {
        let reasons: Vec<String> = doubtful
            .reasons
            .iter()
            .map(|(of, points)| format!("{} {points:+}", of.as_str()))
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} of 100 points ({})", doubtful.score, reasons.join(", "));
        for id in doubtful.groups {
            let _ = writeln!(text, "  {}", line_of(snapshot, id));
        }
    }
    let decided = &snapshot.duplicates;
    if !decided.is_empty() {
        let _ = writeln!(text, "Decided:");
    }
    for DuplicateDecision { groups, is_same, at, .. } in decided {
        let day = at.strftime("%Y-%m-%d");
        let _ = writeln!(text, "{} since {day}", verdict(*is_same));
        for id in groups {
            let _ = writeln!(text, "  {}", line_of(snapshot, *id));
        }
    }
    let _ = write!(
        text,
        "{} pairs to decide (from {DOUBTFUL} points on), {} one hit by their score (from \
         {AUTOMATIC} on), {} decided",
        found.doubtful.len(),
        found.automatic.len(),
        decided.len(),
    );
    text
}

fn verdict(is_same: bool) -> &'static str {
    if is_same { "same" } else { "different" }
}

fn line_of(snapshot: &Snapshot, id: GroupId) -> String {
    match snapshot.groups.find(id) {
        Some(group) => format!("{id}  {}  {}", group.contact_point, group.name),
        None => format!("{id}  (not there now)"),
    }
}

fn json_of(snapshot: &Snapshot, found: &LikelyDuplicates) -> Value {
    let record = |id: &GroupId| {
        let group = snapshot.groups.find(*id);
        json!({
            "id": id.to_string(),
            "contact_point": group.as_ref().map(|group| group.contact_point.as_str()),
            "name": group.as_ref().map(|group| group.name.as_str()),
        })
    };
    let pairs = |pairs: &[LikelyPair]| -> Vec<Value> {
        let view = |pair: &LikelyPair| {
            let reasons = pair.reasons.iter().map(|(of, n)| (of.as_str().to_owned(), json!(n)));
            let reasons: serde_json::Map<String, Value> = reasons.collect();
            let groups: Vec<Value> = pair.groups.iter().map(record).collect();
            json!({"score": pair.score, "reasons": reasons, "groups": groups})
        };
        pairs.iter().map(view).collect()
    };
    let decided: Vec<Value> = snapshot
        .duplicates
        .iter()
        .map(|decision| {
            let groups: Vec<Value> = decision.groups.iter().map(record).collect();
            json!({
                "verdict": verdict(decision.is_same),
                "decided_at": decision.at.to_string(),
                "groups": groups,
            })
        })
        .collect();
    json!({
        "open": pairs(&found.doubtful),
        "automatic": pairs(&found.automatic),
        "decided": decided,
    })
}
