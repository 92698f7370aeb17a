//! The command line: one file per command.

use std::process::ExitCode;

/// Runs the command named by the arguments.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
