//! `wegweiser contact-points import`: new or corrected entries of contact points.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::Shared;
use super::engine::Engine;
use super::progress::Progress;
use super::report::Report;
use crate::reference::read_contact_points;

/// What `contact-points` takes.
#[derive(Debug, Clone, Args)]
pub struct ContactPointsArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: ContactPointsAction,
}

/// What can be done with contact points.
#[derive(Debug, Clone, Subcommand)]
pub enum ContactPointsAction {
    /// Enter contact points that are new and correct those that are known; others stay
    #[command(after_help = "\
The file is a table with tabs, in the form of index/contact_points/contact_points.tsv.

Examples:
  wegweiser contact-points import contact_points.tsv")]
    Import {
        /// The table
        file: PathBuf,
    },
}

/// Enters the contact points of a file.
///
/// # Errors
///
/// The row that is wrong; then nothing is changed.
pub async fn run(shared: &Shared, arguments: &ContactPointsArguments) -> anyhow::Result<Report> {
    let ContactPointsAction::Import { file } = &arguments.action;
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let engine = Engine::open(shared).await?;
    let name = file.display().to_string();
    let points = read_contact_points(&name, &text, &engine.searcher.reference().gazetteer)?;
    let changes = engine.catalogue.put_contact_points(&points).await?;
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let published = engine.publish(progress).await?;
    engine.catalogue.close().await;
    let text = format!(
        "Contact points: {} new, {} changed, {} unchanged. {}",
        changes.new,
        changes.changed,
        changes.unchanged,
        published.text()
    );
    let json = json!({
        "new": changes.new,
        "changed": changes.changed,
        "unchanged": changes.unchanged,
        "index": published.json(),
    });
    Ok(Report::done(text, json))
}
