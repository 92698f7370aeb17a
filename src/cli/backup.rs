//! `wegweiser backup` and `wegweiser restore`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::arguments::Shared;
use super::engine::{Engine, catalogue_file};
use super::progress::Progress;
use super::report::Report;
use crate::catalogue;

/// Shown below `backup --help`.
pub const BACKUP_EXAMPLES: &str = "\
The file holds internal fields such as names of contact persons: keep it where only you can read.

Examples:
  wegweiser backup /var/backups/wegweiser-$(date +%F).sqlite
  sha256sum -c wegweiser-2026-03-01.sqlite.sha256";

/// Shown below `restore --help`.
pub const RESTORE_EXAMPLES: &str = "\
Stop the service first. The backup is checked as a whole before anything is touched.

Examples:
  wegweiser restore /var/backups/wegweiser-2026-03-01.sqlite";

/// What `backup` takes.
#[derive(Debug, Clone, Args)]
pub struct BackupArguments {
    /// The new file
    pub file: PathBuf,
}

/// What `restore` takes.
#[derive(Debug, Clone, Args)]
pub struct RestoreArguments {
    /// A file that `backup` wrote, with its checksum beside it
    pub file: PathBuf,
}

/// Writes a backup.
///
/// # Errors
///
/// When the catalogue cannot be read or the file not be written.
pub async fn back_up(shared: &Shared, arguments: &BackupArguments) -> anyhow::Result<Report> {
    let engine = Engine::open_existing(shared).await?;
    engine.catalogue.backup(&arguments.file).await?;
    let revision = engine.catalogue.revision().await?;
    let size_bytes = std::fs::metadata(&arguments.file)?.len();
    engine.catalogue.close().await;
    let shown = arguments.file.display();
    Ok(Report::done(
        format!("Wrote {shown} ({size_bytes} bytes) and its checksum {shown}.sha256."),
        json!({"file": arguments.file, "size_bytes": size_bytes, "revision": revision}),
    ))
}

/// Restores a backup and builds its index.
///
/// # Errors
///
/// When the backup is not whole, or the catalogue is in use: nothing is changed then.
pub async fn restore(shared: &Shared, arguments: &RestoreArguments) -> anyhow::Result<Report> {
    let file = catalogue_file(shared)?;
    let restored = catalogue::restore(&arguments.file, &file).await?;
    let engine = Engine::open(shared).await?;
    let progress = if shared.json { Progress::Silent } else { Progress::Shown };
    let published = engine.publish(progress).await?;
    engine.catalogue.close().await;
    let former = match &restored.former {
        Some(former) => format!(" The former one is kept as {}.", former.display()),
        None => String::new(),
    };
    let text = format!(
        "Restored {} into {}.{former} {}",
        arguments.file.display(),
        file.display(),
        published.text()
    );
    let json = json!({
        "catalogue": file,
        "former": restored.former,
        "revision": restored.revision,
        "index": published.json(),
    });
    Ok(Report::done(text, json))
}
