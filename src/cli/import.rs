//! `wegweiser import`: reads lists and puts their groups into the catalogue.
//!
//! Making the new state searchable is the caller's: [`run`] tells through
//! [`Imported::has_changed`] whether there is one.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use crate::analysis::Analyzer;
use crate::catalogue::{Catalogue, ImportMode, ImportState};
use crate::domain::{AsOf, ContactPoint, ContactPointId};
use crate::import::messages::Language;
use crate::import::{
    self, Context, ImportOrder, ImportReport, Reading, SourceFormat, SourceSettings,
    VocabularyReader, import_file, join, read_source, sources_at,
};
use crate::recognise::duplicates::Comparison;
use crate::reference::Gazetteer;

/// Examples shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  wegweiser import gruppen.xlsx --contact-point ikos-jena
  wegweiser import lists/                   every sub-folder with a source.json
  wegweiser import a.csv b.csv --contact-point ikos-jena     one list in two files, one import
  wegweiser import nachtrag.csv --contact-point ikos-jena --mode merge
  wegweiser import gruppen.xlsx --contact-point ikos-jena --yes    although it would be held

Exit codes: 0 done, 1 rows were refused or a list was held, 2 failed.";

/// What `import` takes.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    /// Lists, or folders with lists
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    /// Whose list it is; beats source.json
    #[arg(long, value_name = "SLUG")]
    pub contact_point: Option<ContactPointId>,
    /// Format of the list; otherwise seen from content and name
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<FormatArg>,
    /// Whether groups that the list does not name are removed
    #[arg(long, value_enum, default_value_t = Mode::Replace)]
    pub mode: Mode,
    /// Apply what would otherwise be held for a person
    #[arg(long)]
    pub yes: bool,
}

/// A format on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatArg(pub SourceFormat);

impl FromStr for FormatArg {
    type Err = crate::domain::NotATerm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What the groups that a list does not name become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Removed: the list is the whole one
    Replace,
    /// Left as they are
    Merge,
}

impl From<Mode> for ImportMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Replace => Self::Replace,
            Mode::Merge => Self::Merge,
        }
    }
}

/// What both commands work with.
pub struct Desk<'a> {
    /// The catalogue; `check` also does without.
    pub catalogue: Option<&'a Catalogue>,
    /// Places, postcodes, districts.
    pub gazetteer: &'a Gazetteer,
    /// The text chain.
    pub analyzer: &'a Analyzer,
    /// What the vocabulary knows.
    pub reader: &'a VocabularyReader<'a>,
    /// Every contact point of the catalogue.
    pub contact_points: &'a [ContactPoint],
    /// The day it is.
    pub as_of: AsOf,
    /// The present moment.
    pub now: Timestamp,
    /// Whether the report is JSON.
    pub json: bool,
    /// The language of the report.
    pub language: Language,
}

impl<'a> Desk<'a> {
    /// Returns what reading a source needs.
    pub fn context(&self) -> Context<'a> {
        Context::new(
            self.gazetteer,
            self.analyzer,
            self.reader,
            self.contact_points,
            self.as_of,
            self.now,
        )
    }

    /// Returns what compares records.
    pub fn comparison(&self) -> Comparison<'a> {
        self.reader.comparison(self.gazetteer)
    }
}

/// What an import has done.
pub struct Imported {
    /// How the command ends.
    pub exit: ExitCode,
    /// Whether the catalogue has a new revision that should become searchable.
    pub has_changed: bool,
}

/// Imports lists and prints their reports.
///
/// # Errors
///
/// When a path cannot be read or the catalogue does not answer; what is wrong with a list is
/// told in its report.
pub async fn run(args: &ImportArgs, desk: &Desk<'_>) -> anyhow::Result<Imported> {
    let catalogue = desk.catalogue.context("an import needs a catalogue")?;
    let before = catalogue.revision().await?;
    let context = desk.context();
    let readings =
        read_all(&args.paths, args.contact_point.as_ref(), args.format, &context, desk.json)?;
    let order = ImportOrder {
        mode: args.mode.into(),
        who: "command line".to_owned(),
        is_confirmed: args.yes,
    };
    let mut reports = Vec::new();
    for reading in join(readings) {
        reports.push(import_file(reading, catalogue, &order, desk.comparison()).await?);
    }
    let has_changed = catalogue.revision().await? != before;
    Ok(Imported { exit: print_reports(&reports, desk)?, has_changed })
}

/// Reads every list that the paths mean.
///
/// # Errors
///
/// When a path is not there or a folder cannot be read.
pub fn read_all(
    paths: &[PathBuf],
    contact_point: Option<&ContactPointId>,
    format: Option<FormatArg>,
    context: &Context<'_>,
    is_json: bool,
) -> anyhow::Result<Vec<Reading>> {
    let mut sources = Vec::new();
    for path in paths {
        let found = sources_at(path).with_context(|| path.display().to_string())?;
        anyhow::ensure!(!found.is_empty(), "{}: there is no list in this folder", path.display());
        sources.extend(found);
    }
    let bar = progress(sources.len(), is_json);
    let mut readings = Vec::new();
    for source in sources {
        let name = source.path.display().to_string();
        bar.set_message(name.clone());
        readings.push(match source.settings {
            Ok(settings) => {
                let settings = SourceSettings {
                    name,
                    contact_point: contact_point.cloned().or(settings.contact_point.clone()),
                    format: format.map(|format| format.0).or(settings.format),
                    ..settings
                };
                read_one(&source.path, &settings, context)
            }
            Err(problem) => Reading::of_wrong_settings(&name, &problem),
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(readings)
}

fn read_one(path: &Path, settings: &SourceSettings, context: &Context<'_>) -> Reading {
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    if let Some(refused) = Reading::of_too_large_file(settings, size) {
        return refused;
    }
    match std::fs::read(path) {
        Ok(bytes) => read_source(&bytes, settings, context),
        Err(error) => Reading::of_unreadable_file(settings, &error),
    }
}

/// A bar on a terminal, nothing elsewhere.
fn progress(length: usize, is_json: bool) -> ProgressBar {
    if is_json || length < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Prints reports, as text or as one JSON array, and returns how the command ends.
///
/// # Errors
///
/// When JSON cannot be written.
pub fn print_reports(reports: &[ImportReport], desk: &Desk<'_>) -> anyhow::Result<ExitCode> {
    if desk.json {
        let all: Vec<_> =
            reports.iter().map(|report| import::json(report, desk.language)).collect();
        anstream::println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        for report in reports {
            anstream::println!("{}", import::text(report, desk.language));
        }
        if reports.len() > 1 {
            anstream::println!("{}", summary(reports, desk.language));
        }
    }
    let code = reports.iter().map(import::exit_code).max().unwrap_or(0);
    Ok(ExitCode::from(code))
}

fn summary(reports: &[ImportReport], language: Language) -> String {
    let rows: u64 = reports.iter().map(|report| report.rows_read).sum();
    let refused: u64 = reports.iter().map(|report| report.rows_refused).sum();
    let held =
        reports.iter().flat_map(|r| &r.parts).filter(|p| p.state == ImportState::Held).count();
    let unreadable = reports.iter().filter(|report| !report.is_readable).count();
    let files = reports.len();
    match language {
        Language::German => format!(
            "{files} Dateien: {rows} Zeilen gelesen, {refused} nicht übernommen, {held} angehalten, {unreadable} unlesbar"
        ),
        Language::English => format!(
            "{files} files: {rows} rows read, {refused} refused, {held} held, {unreadable} unreadable"
        ),
    }
}
