//! `wegweiser export`: everything public, to stdout or a file, in the same bytes as over HTTP.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::arguments::Shared;
use super::engine::{Engine, blocking};
use super::progress::Progress;
use super::report::Report;
use crate::http::{self, Export, Site};
use crate::index::StoreError;
use crate::search::request::SearchRequest;

/// Shown below `export --help`.
pub const EXAMPLES: &str = "\
Importing one's own export changes nothing.

Examples:
  wegweiser export > groups.ndjson
  wegweiser export --format csv --contact-point kiss-dresden --output dresden.csv
  wegweiser export --format geojson --output groups.geojson";

/// What `export` takes.
#[derive(Debug, Clone, Args)]
pub struct ExportArguments {
    /// Form of the file
    #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
    pub format: ExportFormat,
    /// Only groups that this contact point publishes; repeatable
    #[arg(long, value_name = "SLUG")]
    pub contact_point: Vec<String>,
    /// File to write; it is replaced as a whole [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One JSON record per line
    Ndjson,
    /// A table for spreadsheets
    Csv,
    /// Points for maps
    Geojson,
}

/// Writes the export.
///
/// # Errors
///
/// An unknown contact point, no index, a file that cannot be written.
pub async fn run(shared: &Shared, arguments: &ExportArguments) -> anyhow::Result<Report> {
    if shared.json && arguments.output.is_none() {
        bail!("--json reports on stdout, so the export needs --output FILE");
    }
    let engine = Engine::open_existing(shared).await?;
    make_live(&engine).await?;
    let known = engine.catalogue.contact_points().await?;
    for slug in &arguments.contact_point {
        if !known.iter().any(|point| point.id.as_str() == slug) {
            let likeness = |id: &str| strsim::jaro_winkler(slug, id);
            let nearest = known.iter().map(|point| point.id.as_str());
            let nearest = nearest.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
            bail!(
                "there is no contact point `{slug}`; the nearest is `{}`",
                nearest.unwrap_or("-")
            );
        }
    }
    let format = match arguments.format {
        ExportFormat::Ndjson => http::ExportFormat::Ndjson,
        ExportFormat::Csv => http::ExportFormat::Csv,
        ExportFormat::Geojson => http::ExportFormat::Geojson,
    };
    let pairs = arguments.contact_point.iter().map(|slug| ("contact_point", slug.as_str()));
    let request = SearchRequest::from_pairs(pairs)
        .map_err(|faulty| anyhow::anyhow!("{}", faulty.problems[0].detail))?;
    let (generation, records) = engine.searcher.export(&request)?;
    let count = records.len();
    let id = generation.id().to_owned();
    let base = shared.public_url.clone().unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let site = Arc::new(Site::new(Arc::clone(&engine.searcher), &base, Vec::new(), 0));
    let export = Export::new(site, generation, records, format);
    engine.catalogue.close().await;
    let output = arguments.output.clone();
    let written = blocking(move || match &output {
        Some(file) => into_file(export, file).with_context(|| file.display().to_string()),
        None => into(export, io::stdout().lock()).context("stdout"),
    });
    written.await?;
    let Some(file) = &arguments.output else { return Ok(Report::done("", Value::Null)) };
    Ok(Report::done(
        format!("Wrote {count} groups to {} (generation {id}).", file.display()),
        json!({"file": file, "groups": count, "generation": id}),
    ))
}

/// Makes the newest generation live; where nobody else builds, one of the newest state.
async fn make_live(engine: &Engine) -> anyhow::Result<()> {
    match engine.builder().await {
        Ok(builder) => builder.bring_up(Progress::Silent).await.map(drop),
        Err(StoreError::Locked(_)) => match engine.newest_readable().await? {
            Some(generation) => engine.swap(generation).await.map(drop),
            None => bail!("the service that is running has not built an index yet; try again soon"),
        },
        Err(error) => Err(error.into()),
    }
}

fn into(mut export: Export, mut out: impl Write) -> io::Result<()> {
    while let Some(chunk) = export.chunk() {
        match out.write_all(&chunk) {
            // `wegweiser export | head` is no fault.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
    }
    match out.flush() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes beside the file first, so that nobody ever reads half an export.
fn into_file(export: Export, file: &Path) -> io::Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = fs::File::create(&part).and_then(|handle| {
        let mut out = BufWriter::new(handle);
        into(export, &mut out)?;
        out.get_ref().sync_all()?;
        fs::rename(&part, file)
    });
    if written.is_err() {
        fs::remove_file(&part).ok();
    }
    written
}
