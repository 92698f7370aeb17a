//! `wegweiser import` and `wegweiser check`: opens what they work with, and makes what they
//! changed searchable.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use super::arguments::Shared;
use super::check::{self, CheckArgs};
use super::clock::{Clock, SystemClock};
use super::engine::{Engine, catalogue_file, read_reference, with_imported};
use super::import::{self, Desk, ImportArgs};
use super::progress::Progress;
use super::report::print_note;
use crate::catalogue::Catalogue;
use crate::domain::{AsOf, ContactPoint};
use crate::import::VocabularyReader;
use crate::search::{Searcher, Tables};

/// Imports lists; the report stands on stdout, what became of the index on stderr.
///
/// # Errors
///
/// When a path cannot be read, or the catalogue or the index not be written.
pub async fn import(shared: &Shared, arguments: &ImportArgs) -> anyhow::Result<ExitCode> {
    let engine = Engine::open(shared).await?;
    let contact_points = engine.catalogue.contact_points().await?;
    let tables = engine.searcher.tables();
    let reader = reader(&tables);
    let desk = desk(shared, Some(&engine.catalogue), &tables, &reader, &contact_points)?;
    let imported = import::run(arguments, &desk).await?;
    if imported.has_changed {
        let progress = if shared.json { Progress::Silent } else { Progress::Shown };
        let published = engine.publish(progress).await;
        let published = published.context("the catalogue has it, but the index was not built")?;
        print_note(&published.text());
    }
    engine.catalogue.close().await;
    Ok(imported.exit)
}

/// Checks lists; where there is no catalogue yet, none is made.
///
/// # Errors
///
/// When a path or the catalogue cannot be read.
pub async fn check(shared: &Shared, arguments: &CheckArgs) -> anyhow::Result<ExitCode> {
    let mut reference = Arc::new(read_reference(shared)?);
    let file = catalogue_file(shared)?;
    let catalogue = match file.try_exists().with_context(|| file.display().to_string())? {
        true => Some(Catalogue::open(&file, &reference.contact_points).await?),
        false => None,
    };
    if let Some(catalogue) = &catalogue {
        reference = with_imported(reference, catalogue).await?;
    }
    let contact_points = match &catalogue {
        Some(catalogue) => catalogue.contact_points().await?,
        None => reference.contact_points.clone(),
    };
    let tables = Searcher::new(reference).tables();
    let reader = reader(&tables);
    let desk = desk(shared, catalogue.as_ref(), &tables, &reader, &contact_points)?;
    let exit = check::run(arguments, &desk).await?;
    if let Some(catalogue) = catalogue {
        catalogue.close().await;
    }
    Ok(exit)
}

/// Returns what reads topics.
pub(super) fn reader(tables: &Tables) -> VocabularyReader<'_> {
    VocabularyReader {
        vocabulary: &tables.reference().vocabulary,
        analyzer: tables.analyzer(),
        concepts: tables.concepts(),
        terms: tables.terms(),
    }
}

fn desk<'a>(
    shared: &Shared,
    catalogue: Option<&'a Catalogue>,
    tables: &'a Tables,
    reader: &'a VocabularyReader<'a>,
    contact_points: &'a [ContactPoint],
) -> anyhow::Result<Desk<'a>> {
    Ok(Desk {
        catalogue,
        gazetteer: &tables.reference().gazetteer,
        analyzer: tables.analyzer(),
        reader,
        contact_points,
        as_of: AsOf { day: SystemClock.today(), review: shared.review()? },
        now: SystemClock.now(),
        json: shared.json,
        language: shared.report_language.into(),
    })
}
