//! `wegweiser reindex`: the index anew from the catalogue.

use serde_json::json;

use super::arguments::Shared;
use super::engine::{Engine, Published};
use super::progress::Progress;
use super::report::{Outcome, Report};

/// Builds the index anew, or has the running service do it.
///
/// # Errors
///
/// What kept it from being built; the former index stays.
pub async fn run(shared: &Shared) -> anyhow::Result<Report> {
    let engine = Engine::open(shared).await?;
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let published = engine.rebuild_anyway(progress).await?;
    let outcome = if published == Published::Later { Outcome::HeldBack } else { Outcome::Done };
    Ok(Report { text: published.text(), json: json!({"index": published.json()}), outcome })
}
