//! `wegweiser completions`: what a shell needs to complete our arguments.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use super::arguments::Arguments;
use super::report::Report;

/// What `completions` takes.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArguments {
    /// The shell
    pub shell: Shell,
}

/// Returns the completions.
pub fn run(arguments: &CompletionsArguments) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "wegweiser", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let json = json!({"shell": arguments.shell.to_string(), "script": script});
    Report::done(script.trim_end(), json)
}
