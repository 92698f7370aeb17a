//! The invented groups with which a new catalogue starts, so that there is something to search.

use anyhow::Context as _;

use super::engine::{Engine, blocking};
use super::progress::Progress;
use crate::catalogue::GroupList;
use crate::domain::{ContactPoint, ContactPointId};
use crate::import::{self, Severity, VocabularyReader};

/// Loads the example data into a catalogue that has never held groups.
///
/// # Errors
///
/// Examples that cannot be read, which a test keeps from happening; a full disk.
pub async fn load(engine: &Engine, progress: Progress) -> anyhow::Result<()> {
    let contact_points = engine.catalogue.contact_points().await?;
    let reading = engine.clone();
    let groups = blocking(move || read(&reading, &contact_points, progress)).await?;
    engine.catalogue.load_example(groups).await?;
    Ok(())
}

fn read(
    engine: &Engine,
    contact_points: &[ContactPoint],
    progress: Progress,
) -> anyhow::Result<Vec<(ContactPointId, GroupList)>> {
    let sources = import::example_sources().context("the example data in the program")?;
    let tables = engine.searcher.tables();
    let reader = VocabularyReader {
        vocabulary: &tables.reference().vocabulary,
        analyzer: tables.analyzer(),
        concepts: tables.concepts(),
        terms: tables.terms(),
    };
    let context = import::Context::new(
        &tables.reference().gazetteer,
        tables.analyzer(),
        &reader,
        contact_points,
        engine.clock.today(),
        engine.clock.now(),
    );
    let shown = progress.begin(sources.len() as u64, "Loading example data");
    let mut all = Vec::new();
    for (done, (settings, bytes)) in sources.iter().enumerate() {
        let mut reading = import::read_source(bytes, settings, &context);
        if let Some(fault) = reading.findings.iter().find(|f| f.severity() == Severity::Error) {
            let language = import::messages::Language::English;
            anyhow::bail!("example data {}: {}", settings.name, fault.message(language));
        }
        all.extend(reading.take_by_contact_point());
        shown.reach(done as u64 + 1);
    }
    shown.end();
    Ok(all)
}
