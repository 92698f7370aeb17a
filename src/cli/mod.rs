//! The command line: one file per command.
//!
//! In: arguments, environment, `wegweiser.toml`. Out: a report on stdout, the log on stderr, an
//! exit code: 0 done, 1 findings held something back, 2 failed.

mod arguments;
mod backup;
mod check;
mod clock;
mod completions;
mod contact_points;
mod doctor;
mod duplicates;
mod engine;
mod example;
mod export;
mod group;
mod harvest;
mod import;
mod lists;
mod logging;
mod nomenclature;
mod openapi;
mod person;
mod progress;
mod reindex;
mod report;
mod schedule;
mod serve;
mod settings;
mod show_config;
mod token;
mod vocabulary;
mod watch;

use std::process::ExitCode;

use serde_json::json;
use tokio::runtime;

use arguments::{Arguments, Command, LogLevel};
use settings::{Settings, SettingsError};

pub use clock::{Clock, SystemClock};
pub use engine::{Builder, Engine, Published};

/// Runs the command named by the arguments.
pub fn run() -> ExitCode {
    let settings = match settings::read(std::env::args_os()) {
        Ok(settings) => settings,
        Err(SettingsError::Arguments(error)) => {
            // Also the way of `--help` and `--version`, which end well.
            error.print().ok();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
        Err(error) => return fail(&error.into(), false),
    };
    let Arguments { shared, command } = &settings.arguments;
    let is_service = matches!(command, Command::Serve(_));
    let usual = if is_service { LogLevel::Info } else { LogLevel::Warn };
    logging::start(shared.log.unwrap_or(usual), shared.log_format);
    let ended = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(execute(&settings)));
    ended.unwrap_or_else(|error| fail(&error, shared.json))
}

async fn execute(settings: &Settings) -> anyhow::Result<ExitCode> {
    let Arguments { shared, command } = &settings.arguments;
    let report = match command {
        Command::Serve(arguments) => serve::run(settings, arguments).await?,
        Command::Import(arguments) => return lists::import(shared, arguments).await,
        Command::Check(arguments) => return lists::check(shared, arguments).await,
        Command::Harvest(arguments) => return harvest::run(shared, arguments).await,
        Command::Reindex => reindex::run(shared).await?,
        Command::Export(arguments) => export::run(shared, arguments).await?,
        Command::Backup(arguments) => backup::back_up(shared, arguments).await?,
        Command::Restore(arguments) => backup::restore(shared, arguments).await?,
        Command::ContactPoints(arguments) => contact_points::run(shared, arguments).await?,
        Command::Group(arguments) => group::run(shared, arguments).await?,
        Command::Duplicates(arguments) => duplicates::run(shared, arguments).await?,
        Command::ExportPerson(arguments) => person::export(shared, arguments).await?,
        Command::ErasePerson(arguments) => person::erase(shared, arguments).await?,
        Command::Token(arguments) => token::run(shared, arguments).await?,
        Command::Vocabulary(arguments) => vocabulary::run(shared, arguments).await?,
        Command::Doctor => doctor::run(shared).await?,
        Command::Openapi => openapi::run()?,
        Command::Config(arguments) => show_config::run(settings, arguments),
        Command::Completions(arguments) => completions::run(arguments),
    };
    Ok(report.print(shared.json)?)
}

/// Says what failed, its causes too, and what the exit code is.
fn fail(error: &anyhow::Error, as_json: bool) -> ExitCode {
    anstream::eprintln!("error: {error:#}");
    if as_json {
        let said = json!({"error": format!("{error:#}")});
        report::print_line(&said.to_string()).ok();
    }
    report::failed()
}
