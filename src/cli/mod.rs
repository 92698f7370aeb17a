//! The command line: one file per command.

pub mod check;
pub mod import;

use std::process::ExitCode;

/// Runs the command named by the arguments.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
