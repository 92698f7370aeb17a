//! The timetable of `serve`: looks at every source that is due, beside the workers that answer
//! searches. What it changes, `watch` makes searchable.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tracing::{error, info};

use super::engine::Engine;
use super::harvest::look;
use crate::catalogue::SourceResult;
use crate::import::harvest::{Fetcher, Manner};

/// How often it looks whether a source is due.
const LOOK: Duration = Duration::from_secs(5);

/// Pause after the catalogue did not answer.
const PAUSE: Duration = Duration::from_secs(60);

/// Keeps the timetable until the task is dropped.
pub async fn keep(engine: Engine, fetcher: Arc<Fetcher>) {
    let manner = Manner {
        who: "schedule".to_owned(),
        is_dry: false,
        is_conditional: true,
        is_confirmed: false,
    };
    loop {
        match once(&engine, &fetcher, &manner).await {
            Ok(()) => sleep(LOOK).await,
            Err(problem) => {
                error!("the sources could not be looked at: {problem:#}");
                sleep(PAUSE).await;
            }
        }
    }
}

async fn once(engine: &Engine, fetcher: &Arc<Fetcher>, manner: &Manner) -> anyhow::Result<()> {
    let now = engine.catalogue.present();
    let mut sources = engine.catalogue.sources().await?;
    sources.retain(|source| source.is_due(now));
    if sources.is_empty() {
        return Ok(());
    }
    let all = look(engine, Arc::clone(fetcher), sources, manner).await?;
    let count = |result| all.iter().filter(|one| one.result == result).count();
    info!(
        sources = all.len(),
        updated = count(SourceResult::Updated),
        unchanged = count(SourceResult::Unchanged),
        held = count(SourceResult::Held),
        failed = count(SourceResult::Failed),
        "looked at the sources that were due"
    );
    Ok(())
}
