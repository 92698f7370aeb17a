//! `wegweiser group`: one record of a contact point, shown, put, deleted, or its consent withdrawn.
//!
//! The same acts as `get_own_group`, `put_group`, `delete_group` and `withdraw_consent` of the
//! interface, by the same rules and with the same trace in the history. Records hold persons:
//! they are read from a file or standard input and stand in no error.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::arguments::Shared;
use super::engine::{Engine, Published};
use super::lists;
use super::progress::Progress;
use super::report::{Outcome, Report};
use crate::catalogue::Writer;
use crate::domain::ContactPointId;
use crate::import::messages::Language;
use crate::import::{
    Context, Expected, Finding, MemberFault, Put, delete_own, own_record, put_own, read_own,
};

/// What `group` takes.
#[derive(Debug, Clone, Args)]
pub struct GroupArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: GroupAction,
}

/// What can be done with one record.
#[derive(Debug, Clone, Subcommand)]
pub enum GroupAction {
    /// Write a record with its internal fields, as `group put` takes it
    #[command(after_help = "Examples:
  wegweiser group get --contact-point ikos-jena lichtblick > lichtblick.json")]
    Get(NamedGroup),
    /// Make a record, or replace it whole: what the file does not say is emptied
    #[command(after_help = "\
The file holds one record in the form of group/v1, as `group get` writes it. It is checked by the
rules of lists; what only the service writes may stay as it was read.

Examples:
  wegweiser group put --contact-point ikos-jena lichtblick.json
  wegweiser group get --contact-point ikos-jena lichtblick | sed 's/18:00/19:00/' |
    wegweiser group put --contact-point ikos-jena -

Exit codes: 0 stored, 1 something is wrong with the record and nothing was changed, 2 failed.")]
    Put(PutArguments),
    /// Take a record out; its id answers 410 for twelve months
    #[command(after_help = "Examples:
  wegweiser group delete --contact-point ikos-jena lichtblick")]
    Delete(NamedGroup),
    /// Withdraw a consent: telephone and mailbox leave the record, its history and the index
    #[command(after_help = "\
No later import, undoing or restored backup brings them back, unless a consent was given after
today.

Examples:
  wegweiser group withdraw-consent --contact-point ikos-jena lichtblick")]
    WithdrawConsent(NamedGroup),
}

/// A record.
#[derive(Debug, Clone, Args)]
pub struct NamedGroup {
    /// Whose it is
    #[arg(long, value_name = "SLUG")]
    pub contact_point: ContactPointId,
    /// The publisher's own id of the group
    #[arg(value_name = "LOCAL_ID")]
    pub local_id: String,
}

/// What `group put` takes.
#[derive(Debug, Clone, Args)]
pub struct PutArguments {
    /// Whose it is
    #[arg(long, value_name = "SLUG")]
    pub contact_point: ContactPointId,
    /// The publisher's own id of the group [default: `local_id` of the record]
    #[arg(long, value_name = "LOCAL_ID")]
    pub local_id: Option<String>,
    /// The record; `-` for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Shows or changes one record.
///
/// # Errors
///
/// A contact point or a record that is not there; what keeps the index from being built.
pub async fn run(shared: &Shared, arguments: &GroupArguments) -> anyhow::Result<Report> {
    let engine = Engine::open_existing(shared).await?;
    let done = act(&engine, shared, &arguments.action).await;
    engine.catalogue.close().await;
    done
}

async fn act(engine: &Engine, shared: &Shared, action: &GroupAction) -> anyhow::Result<Report> {
    let catalogue = &engine.catalogue;
    match action {
        GroupAction::Get(named) => {
            let owner = owner(engine, &named.contact_point).await?;
            let own = catalogue.own_group(&owner.reader(), &named.local_id).await?;
            let record = own_record(&own.with_context(|| missing(named))?.group);
            Ok(Report::done(serde_json::to_string_pretty(&record)?, record))
        }
        GroupAction::Put(arguments) => put(engine, shared, arguments).await,
        GroupAction::Delete(named) => {
            let owner = owner(engine, &named.contact_point).await?;
            let gone = delete_own(catalogue, &owner, &named.local_id, &Expected::Present).await?;
            gone.with_context(|| missing(named))?;
            let json = json!({"local_id": named.local_id, "deleted": true});
            publish(engine, shared, "The record is deleted.", json).await
        }
        GroupAction::WithdrawConsent(named) => {
            let owner = owner(engine, &named.contact_point).await?;
            let today = engine.clock.today();
            let group = catalogue.withdraw_consent(&owner, &named.local_id, today).await?;
            let group = group.with_context(|| missing(named))?;
            let json = json!({
                "id": group.id.to_string(),
                "local_id": group.local_id,
                "withdrawn_on": today.to_string(),
            });
            publish(engine, shared, "The consent is withdrawn.", json).await
        }
    }
}

async fn put(engine: &Engine, shared: &Shared, arguments: &PutArguments) -> anyhow::Result<Report> {
    let owner = owner(engine, &arguments.contact_point).await?;
    let record = record_in(&arguments.file)?;
    let local_id = arguments.local_id.as_deref().or_else(|| record.get("local_id")?.as_str());
    let local_id = local_id.context("the record has no `local_id`; give --local-id")?.to_owned();
    let catalogue = &engine.catalogue;
    let current = catalogue.own_group(&owner.reader(), &local_id).await?;
    let (expected, current) = match current {
        None => (Expected::Absent, None),
        Some(own) => (Expected::OneOf(vec![own.revision]), Some(own.group)),
    };
    let contact_points = catalogue.contact_points().await?;
    let tables = engine.searcher.tables();
    let reader = lists::reader(&tables);
    let gazetteer = &tables.reference().gazetteer;
    let (today, now) = (engine.as_of(), engine.clock.now());
    let context = Context::new(gazetteer, tables.analyzer(), &reader, &contact_points, today, now);
    let read = read_own(&record, &local_id, current.as_ref(), &owner, &context);
    let (group, notes) = match read {
        Ok(read) => read,
        Err(faults) => return Ok(refused(&local_id, &faults)),
    };
    match put_own(catalogue, &owner, group, &notes, &expected).await? {
        Put::OtherState => bail!("somebody else has just changed the record; read it again"),
        Put::Stored { own, is_new, import } => {
            let told: Vec<String> = notes.iter().map(sentence).collect();
            let state = match (is_new, import) {
                (true, _) => "The record is new.",
                (false, Some(_)) => "The record is replaced.",
                (false, None) => "The record was so already.",
            };
            let json = json!({
                "id": own.group.id.to_string(),
                "local_id": own.group.local_id,
                "stored": true,
                "is_new": is_new,
                "import_id": import.map(|id| id.to_string()),
                "notes": told,
            });
            let text = told.iter().map(|note| format!("{note}\n")).collect::<String>() + state;
            publish(engine, shared, &text, json).await
        }
    }
}

/// Returns the proof that whoever has the catalogue's file may change a contact point's records.
async fn owner(engine: &Engine, contact_point: &ContactPointId) -> anyhow::Result<Writer> {
    let actor = engine.catalogue.command_line().await?;
    let owner = actor.writer_of(contact_point.as_str());
    owner.ok().with_context(|| format!("there is no contact point `{contact_point}`"))
}

fn missing(named: &NamedGroup) -> String {
    format!("{} has no group `{}`", named.contact_point, named.local_id)
}

/// Reads a record; what is wrong with it is told by place, never by what stands there.
fn record_in(file: &Path) -> anyhow::Result<Map<String, Value>> {
    let mut text = String::new();
    let name = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("standard input")?;
        "standard input".to_owned()
    } else {
        text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        file.display().to_string()
    };
    match serde_json::from_str(&text) {
        Ok(Value::Object(record)) => Ok(record),
        Ok(_) => bail!("{name}: there must be one record, an object in braces"),
        Err(error) => bail!("{name}: no JSON, line {}, column {}", error.line(), error.column()),
    }
}

fn refused(local_id: &str, faults: &[MemberFault]) -> Report {
    let told: Vec<String> = faults.iter().map(fault_text).collect();
    let text = format!("{}\nNothing was changed.", told.join("\n"));
    let json = json!({"local_id": local_id, "stored": false, "faults": told});
    Report { text, json, outcome: Outcome::HeldBack }
}

fn fault_text(fault: &MemberFault) -> String {
    match fault {
        MemberFault::Unknown(member, Some(near)) => {
            format!("{member}: there is no such member; did you mean `{near}`?")
        }
        MemberFault::Unknown(member, None) => format!("{member}: there is no such member"),
        MemberFault::ServiceOwned(member) => {
            format!("{member}: written by the service; leave it as it was read, or out")
        }
        MemberFault::NotThisRecord(member) => {
            format!("{member}: must be as on the command line, or be left out")
        }
        MemberFault::Finding(finding) => {
            let member = finding.column.as_deref().unwrap_or("record");
            format!("{member}: {}", sentence(finding))
        }
    }
}

fn sentence(finding: &Finding) -> String {
    format!("{} {}", finding.message(Language::English), finding.remedy(Language::English))
}

/// Makes the change searchable and says what became of it.
async fn publish(
    engine: &Engine,
    shared: &Shared,
    done: &str,
    mut json: Value,
) -> anyhow::Result<Report> {
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let published = engine.publish(progress).await;
    let published = published.context("the catalogue has it, but the index was not built")?;
    json["index"] = published.json();
    let outcome = if published == Published::Later { Outcome::HeldBack } else { Outcome::Done };
    Ok(Report { text: format!("{done} {}", published.text()), json, outcome })
}
