//! What a command has to say at its end, for people and as JSON, and its exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::Value;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Findings held something back.
    HeldBack,
}

impl Outcome {
    /// Returns the exit code.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::HeldBack => ExitCode::from(1),
        }
    }
}

/// The exit code of a command that failed.
pub fn failed() -> ExitCode {
    ExitCode::from(2)
}

/// A command's last words.
pub struct Report {
    /// For people, without a line end at its end; empty for none.
    pub text: String,
    /// For programs; null for none.
    pub json: Value,
    /// How it ended.
    pub outcome: Outcome,
}

impl Report {
    /// Returns the report of a command that did everything.
    pub fn done(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, outcome: Outcome::Done }
    }

    /// Prints it on stdout and returns the exit code.
    ///
    /// # Errors
    ///
    /// When stdout takes nothing; a closed pipe is no error.
    pub fn print(&self, as_json: bool) -> io::Result<ExitCode> {
        let text = if as_json && self.json.is_null() {
            String::new()
        } else if as_json {
            serde_json::to_string_pretty(&self.json).map_err(io::Error::other)?
        } else {
            self.text.clone()
        };
        if !text.is_empty() {
            print_line(&text)?;
        }
        Ok(self.outcome.exit_code())
    }
}

/// Prints a line on stdout, whose reader may have gone away.
///
/// # Errors
///
/// When stdout takes nothing for another reason.
pub fn print_line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints a line on stderr, beside a report that stdout already has.
pub fn print_note(text: &str) {
    anstream::eprintln!("{text}");
}
