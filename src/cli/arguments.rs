//! What can be said on the command line. The same names stand in the environment and in
//! `wegweiser.toml`: see `settings.rs`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::backup::{BackupArguments, RestoreArguments};
use super::check::CheckArgs;
use super::completions::CompletionsArguments;
use super::contact_points::ContactPointsArguments;
use super::duplicates::DuplicatesArguments;
use super::export::ExportArguments;
use super::group::GroupArguments;
use super::harvest::HarvestArguments;
use super::import::ImportArgs;
use super::person::{ErasePersonArguments, ExportPersonArguments};
use super::show_config::ConfigArguments;
use super::token::TokenArguments;
use super::vocabulary::VocabularyArguments;
use crate::domain::{NotReviewDates, ReviewDates};
use crate::import::messages::Language;

const EXAMPLES: &str = "\
Examples:
  wegweiser                                      start with example data on http://127.0.0.1:8080
  wegweiser serve --no-example-data              start without groups
  wegweiser check list.xlsx --contact-point kiss-dresden
  wegweiser import list.xlsx --contact-point kiss-dresden
  wegweiser config show --origin                 every setting, and who has set it

Every flag has an environment variable (named above in brackets) and a key in wegweiser.toml:
the flag's name with underscores, below the command's name as table; those of `serve` and the
shared ones stand at the top. A flag beats the variable, the variable beats the file.

Exit codes: 0 done, 1 findings held something back, 2 failed.";

/// One search over all self-help groups of Saxony and Thuringia.
#[derive(Debug, Parser)]
#[command(name = "wegweiser", version, about, after_help = EXAMPLES, max_term_width = 100)]
pub struct Arguments {
    /// What all commands take.
    #[command(flatten)]
    pub shared: Shared,
    /// The command; `serve` where none is named.
    #[command(subcommand)]
    pub command: Command,
}

/// What all commands take.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Shared options")]
pub struct Shared {
    /// Folder of the catalogue, the durable truth
    #[arg(long, global = true, value_name = "DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// Folder of the index, which can be rebuilt at any time
    #[arg(long, global = true, value_name = "DIR", default_value = "index/generations")]
    pub index_dir: PathBuf,
    /// Catalogue somewhere else: a path or `sqlite:PATH` [default: catalogue.sqlite in --data-dir]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Folder with other vocabulary, gazetteer and contact points than those in the program
    #[arg(long, global = true, value_name = "DIR")]
    pub reference_dir: Option<PathBuf>,
    /// Address under which people reach the service [default: http:// and --listen]
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Months without confirmation after which a record is marked as stale; 0 for never
    #[arg(long, global = true, value_name = "MONTHS", default_value_t = 12)]
    pub stale_after_months: u16,
    /// Months without confirmation after which a person's contact is hidden; 0 for never
    #[arg(long, global = true, value_name = "MONTHS", default_value_t = 18)]
    pub personal_hidden_after_months: u16,
    /// Months without confirmation after which a record is hidden; 0 for never
    #[arg(long, global = true, value_name = "MONTHS", default_value_t = 24)]
    pub hidden_after_months: u16,
    /// Report as JSON on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of reports on lists and sources
    #[arg(long, global = true, value_name = "LANGUAGE", default_value = "de")]
    pub report_language: ReportLanguage,
    /// File of settings [default: wegweiser.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How much to log on stderr [default: info for `serve`, warn for the rest]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<LogLevel>,
    /// Form of the log
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    pub log_format: LogFormat,
}

impl Shared {
    /// Returns the review dates.
    ///
    /// # Errors
    ///
    /// When they contradict each other.
    pub fn review(&self) -> Result<ReviewDates, NotReviewDates> {
        ReviewDates::new(
            self.stale_after_months,
            self.personal_hidden_after_months,
            self.hidden_after_months,
        )
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what looks wrong.
    Warn,
    /// And what was done.
    Info,
    /// And how.
    Debug,
    /// Everything.
    Trace,
}

/// In which language lists and sources are reported on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportLanguage {
    /// German, which the staff of contact points read.
    De,
    /// English.
    En,
}

impl From<ReportLanguage> for Language {
    fn from(language: ReportLanguage) -> Self {
        match language {
            ReportLanguage::De => Self::German,
            ReportLanguage::En => Self::English,
        }
    }
}

/// In which form it is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service (the default)
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Box<ServeArguments>),
    /// Read lists of contact points and take their groups over
    Import(ImportArgs),
    /// Say what an import would do, and write nothing
    Check(CheckArgs),
    /// Look at contact points' own feeds and pages and take their groups over
    Harvest(HarvestArguments),
    /// Build the index anew from the catalogue
    #[command(after_help = "Examples:
  wegweiser reindex
  wegweiser reindex --json                       a running service does it and the command waits")]
    Reindex,
    /// Write all public groups as NDJSON, CSV or GeoJSON
    #[command(after_help = super::export::EXAMPLES)]
    Export(ExportArguments),
    /// Write the catalogue to one file, with its checksum beside it, while the service runs
    #[command(after_help = super::backup::BACKUP_EXAMPLES)]
    Backup(BackupArguments),
    /// Put a backup in the catalogue's place; the former file is kept
    #[command(after_help = super::backup::RESTORE_EXAMPLES)]
    Restore(RestoreArguments),
    /// Enter or correct contact points
    ContactPoints(ContactPointsArguments),
    /// Show, put or delete one record, or withdraw its consent
    Group(GroupArguments),
    /// Decide about records of two contact points that look like one group
    Duplicates(DuplicatesArguments),
    /// Write everything that is stored about a person
    #[command(after_help = super::person::EXPORT_EXAMPLES)]
    ExportPerson(ExportPersonArguments),
    /// Erase a person from all records, the history of imports and the index
    #[command(after_help = super::person::ERASE_EXAMPLES)]
    ErasePerson(ErasePersonArguments),
    /// Make, list and revoke the keys with which contact points act for themselves
    #[command(after_help = "Examples:
  wegweiser token create --contact-point ikos-jena --name Büro
  wegweiser token list
  wegweiser token revoke fNKPDSu2")]
    Token(TokenArguments),
    /// Look after the words by which groups are found
    Vocabulary(VocabularyArguments),
    /// Look whether everything is in order here
    #[command(after_help = "Examples:
  wegweiser doctor
  wegweiser doctor --data-dir /var/lib/wegweiser --json")]
    Doctor,
    /// Write the description of the HTTP interface (OpenAPI 3.1)
    #[command(after_help = "Examples:
  wegweiser openapi > openapi/v1.json")]
    Openapi,
    /// Show settings and where they come from
    Config(ConfigArguments),
    /// Write the completions for a shell
    #[command(after_help = "Examples:
  wegweiser completions bash > /etc/bash_completion.d/wegweiser
  wegweiser completions fish > ~/.config/fish/completions/wegweiser.fish")]
    Completions(CompletionsArguments),
}

const SERVE_EXAMPLES: &str = "\
Examples:
  wegweiser serve
  wegweiser serve --listen 0.0.0.0:8080 --public-url https://suche.example.org
  WEGWEISER_DATA_DIR=/var/lib/wegweiser wegweiser serve --no-example-data";

/// What `serve` takes.
#[derive(Debug, Clone, Args)]
pub struct ServeArguments {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Start a new catalogue without the invented groups
    #[arg(long)]
    pub no_example_data: bool,
    /// Licence of the data: its name and then its address
    #[arg(long, value_name = "NAME URL", default_value = crate::http::DEFAULT_DATA_LICENCE)]
    pub data_licence: String,
    /// Mailbox of whoever runs the service, shown on the pages about privacy and accessibility
    #[arg(long, value_name = "ADDRESS")]
    pub contact_email: Option<String>,
    /// Address of a video in German Sign Language that explains the search, linked beside the help
    #[arg(long, value_name = "URL")]
    pub sign_language_url: Option<String>,
    /// Address ranges of reverse proxies whose X-Forwarded-For is believed; repeatable
    #[arg(long, value_name = "CIDR")]
    pub trusted_proxy: Vec<String>,
    /// Requests per minute and client address; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub rate_limit: u32,
    /// Address and port for metrics, not to be reachable from outside; `off` for none
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9090")]
    pub metrics_listen: String,
    /// Seconds that requests in work get to end when the service is told to stop
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub drain_timeout: u64,
    /// Leave contact points' own feeds and pages alone
    #[arg(long)]
    pub no_harvest: bool,
    /// Let those feeds and pages be on this machine too, without TLS: for trying out
    #[arg(long)]
    pub harvest_loopback: bool,
}
