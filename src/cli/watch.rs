//! The eye of `serve`: sees that the catalogue has changed, or the day, and renews the index.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{error, info, warn};

use super::engine::Builder;
use super::progress::Progress;

/// How often it looks.
const LOOK: Duration = Duration::from_millis(500);

/// Longest pause between two attempts to build.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Watches until the task is dropped. Search goes on whatever fails here.
pub async fn watch(builder: Builder) {
    let mut failures = 0;
    let mut next_try = Instant::now();
    loop {
        let is_due = Instant::now() >= next_try;
        match look(&builder, is_due).await {
            Ok(true) => failures = 0,
            Ok(false) => {}
            Err(problem) => {
                failures += 1;
                let pause = LONGEST_PAUSE.min(Duration::from_secs(1 << failures.min(10)));
                next_try = Instant::now() + pause;
                let retry_in_s = pause.as_secs();
                error!("the index could not be renewed: {problem:#}; next try in {retry_in_s} s");
            }
        }
        sleep(LOOK).await;
    }
}

/// Looks once; `true` when the live generation is the newest. Builds only when it `is_due`.
async fn look(builder: &Builder, is_due: bool) -> anyhow::Result<bool> {
    let searcher = &builder.engine.searcher;
    let live = searcher.generation()?;
    let is_current = match builder.is_current(&live).await {
        Ok(is_current) => is_current,
        Err(problem) => {
            if !searcher.is_stale() {
                warn!("the catalogue cannot be read: {problem:#}; search goes on and says `stale`");
            }
            searcher.set_stale(true);
            return Ok(false);
        }
    };
    if is_current && searcher.is_stale() {
        info!("the catalogue can be read again");
        searcher.set_stale(false);
    }
    if is_current || !is_due {
        return Ok(is_current);
    }
    // What cannot be built leaves an older state live; the next build that succeeds ends that.
    let renewed =
        builder.rebuild(Progress::Silent).await.inspect_err(|_| searcher.set_stale(true))?;
    let (generation, records) = (renewed.id(), renewed.columns.len());
    info!(generation, records, "generation {generation} is live");
    Ok(true)
}
