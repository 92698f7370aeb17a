//! `wegweiser check`: reads lists and says what an import would do, without writing anything.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::import::{Desk, FormatArg, Mode, print_reports, read_all};
use crate::domain::ContactPointId;
use crate::import::{check_file, join};

/// Examples shown below the help.
pub const EXAMPLES: &str = "\
Examples:
  wegweiser check gruppen.xlsx --contact-point ikos-jena
  wegweiser check lists/                    every sub-folder with a source.json
  wegweiser check groups.ndjson --json > report.json

Exit codes: 0 nothing would be held back, 1 rows would be refused or the list held, 2 a file
cannot be read.";

/// What `check` takes.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
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
}

/// Checks lists and prints their reports.
///
/// # Errors
///
/// When a path cannot be read or the catalogue does not answer; what is wrong with a list is
/// told in its report.
pub async fn run(args: &CheckArgs, desk: &Desk<'_>) -> anyhow::Result<ExitCode> {
    let context = desk.context();
    let readings =
        read_all(&args.paths, args.contact_point.as_ref(), args.format, &context, desk.json)?;
    let mut reports = Vec::new();
    for reading in join(readings) {
        reports
            .push(check_file(reading, desk.catalogue, args.mode.into(), desk.comparison()).await?);
    }
    print_reports(&reports, desk)
}
