//! `wegweiser export-person` and `erase-person`: a person asks what is stored about them, or that
//! it be erased.
//!
//! Who they are is read from standard input where no flag says it, so that it stands in no
//! history of the shell; it is never logged and never repeated in an error.

use std::io::{self, BufRead};

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use super::arguments::Shared;
use super::engine::{Engine, Published, blocking};
use super::progress::Progress;
use super::report::{Outcome, Report};
use crate::catalogue::PersonPlace;
use crate::domain::Person;
use crate::index::remove_generations_before;

/// Who erases here, as the catalogue notes it.
const WHO: &str = "command line";

/// Shown below `export-person --help`.
pub const EXPORT_EXAMPLES: &str = "\
Without a flag, lines `name: …`, `phone: …`, `email: …` are read from standard input: so they
stand in no history of the shell. Any one of them is enough to be found by.

Examples:
  wegweiser export-person --json > answer.json < person.txt
  wegweiser export-person --phone '030 23125 001'";

/// Shown below `erase-person --help`.
pub const ERASE_EXAMPLES: &str = "\
Without a flag, lines `name: …`, `phone: …`, `email: …` are read from standard input: so they
stand in no history of the shell. Look with `export-person` first: a name alone also meets
others of that name. Backups still hold the person, and so does the contact point's own list:
the next import brings them back unless they are taken out there.

Examples:
  wegweiser erase-person --yes < person.txt
  wegweiser erase-person --email erika@example.org --yes";

/// By what a person is found.
#[derive(Clone, Args)]
pub struct WhoArguments {
    /// Name; repeatable
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
    /// Telephone number; repeatable
    #[arg(long, value_name = "NUMBER")]
    pub phone: Vec<String>,
    /// Mailbox; repeatable
    #[arg(long, value_name = "ADDRESS")]
    pub email: Vec<String>,
}

/// What `export-person` takes.
#[derive(Debug, Clone, Args)]
pub struct ExportPersonArguments {
    /// Who.
    #[command(flatten)]
    pub who: WhoArguments,
}

/// What `erase-person` takes.
#[derive(Debug, Clone, Args)]
pub struct ErasePersonArguments {
    /// Who.
    #[command(flatten)]
    pub who: WhoArguments,
    /// Erase; without it only what would be erased is shown
    #[arg(long)]
    pub yes: bool,
}

impl std::fmt::Debug for WhoArguments {
    // Nobody's name in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WhoArguments").finish_non_exhaustive()
    }
}

/// Shows everything that is stored about a person.
///
/// # Errors
///
/// When nobody can be found by what was said, or the catalogue cannot be read.
pub async fn export(shared: &Shared, arguments: &ExportPersonArguments) -> anyhow::Result<Report> {
    let person = person(&arguments.who)?;
    let engine = Engine::open_existing(shared).await?;
    let places = engine.catalogue.find_person(&person).await?;
    engine.catalogue.close().await;
    let text = format!("{}{} places speak of the person.", list(&places), places.len());
    Ok(Report::done(text, json!({"places": views(&places)})))
}

/// Erases a person, builds the index and removes the former ones.
///
/// # Errors
///
/// As [`export`]; what keeps the index from being built.
pub async fn erase(shared: &Shared, arguments: &ErasePersonArguments) -> anyhow::Result<Report> {
    let person = person(&arguments.who)?;
    let engine = Engine::open_existing(shared).await?;
    if !arguments.yes {
        let places = engine.catalogue.find_person(&person).await?;
        engine.catalogue.close().await;
        let text = format!(
            "{}{} places speak of the person. Nothing was erased; say --yes to do it.",
            list(&places),
            places.len()
        );
        let json = json!({"erased": false, "places": views(&places)});
        return Ok(Report { text, json, outcome: Outcome::HeldBack });
    }
    let erased = engine.catalogue.erase_person(&person, WHO).await?;
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let published = engine.publish(progress).await;
    let published = published.context("the catalogue is done, but the index was not built")?;
    let is_everywhere = published != Published::Later;
    if is_everywhere {
        let (folder, revision) = (engine.index_dir.clone(), erased.revision);
        blocking(move || remove_generations_before(&folder, revision)).await?;
    }
    engine.catalogue.close().await;
    let left = if erased.left.is_empty() {
        String::new()
    } else {
        format!(
            "\nLeft, for it is an id or a contact point's own entry (correct the list, or use \
             contact-points import):\n{}",
            list(&erased.left)
        )
    };
    let text = format!(
        "Erased from {} places; {} groups have changed. {}{left}\nBackups and \
         `catalogue.sqlite.before-restore` still hold the person: remove them, or erase again \
         after a restore.",
        erased.places,
        erased.groups.len(),
        published.text(),
    );
    let groups: Vec<String> = erased.groups.iter().map(ToString::to_string).collect();
    let json = json!({
        "erased": true,
        "places": erased.places,
        "groups": groups,
        "left": views(&erased.left),
        "index": published.json(),
    });
    let is_done = is_everywhere && erased.left.is_empty();
    let outcome = if is_done { Outcome::Done } else { Outcome::HeldBack };
    Ok(Report { text, json, outcome })
}

fn person(who: &WhoArguments) -> anyhow::Result<Person> {
    let mut who = who.clone();
    if who.name.is_empty() && who.phone.is_empty() && who.email.is_empty() {
        for line in io::stdin().lock().lines() {
            read_line(&line.context("standard input")?, &mut who)?;
        }
    }
    Ok(Person::new(&who.name, &who.phone, &who.email)?)
}

fn read_line(line: &str, who: &mut WhoArguments) -> anyhow::Result<()> {
    if line.trim().is_empty() {
        return Ok(());
    }
    let (kind, value) = line.split_once(':').unwrap_or_default();
    let list = match kind.trim() {
        "name" => &mut who.name,
        "phone" => &mut who.phone,
        "email" => &mut who.email,
        _ => anyhow::bail!("standard input: begin each line with `name:`, `phone:` or `email:`"),
    };
    list.push(value.trim().to_owned());
    Ok(())
}

fn list(places: &[PersonPlace]) -> String {
    let lines = places.iter().map(|place| {
        format!("{} ({}), {}: {}\n", place.table, place.row, place.member, place.text)
    });
    lines.collect()
}

fn views(places: &[PersonPlace]) -> Vec<Value> {
    let view = |place: &PersonPlace| {
        json!({
            "table": place.table,
            "row": place.row,
            "member": place.member,
            "text": place.text,
        })
    };
    places.iter().map(view).collect()
}
