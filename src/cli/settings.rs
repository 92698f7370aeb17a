//! Settings from four places: a flag beats its environment variable, that beats the key in
//! `wegweiser.toml`, that beats the default.
//!
//! In: the arguments as typed. Out: [`Arguments`], checked, and where each setting came from.
//! Names follow one rule, so nothing has to be listed: the flag `--data-dir` is the variable
//! `WEGWEISER_DATA_DIR` and the key `data_dir`; flags of a command other than `serve` have its
//! name in front (`WEGWEISER_IMPORT_MODE`) and stand in its table (`[import]`).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use clap::builder::BoolishValueParser;
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};

use super::arguments::Arguments;

/// The command that runs where none is named; its settings stand at the top of the file.
const DEFAULT_COMMAND: &str = "serve";

/// The file that is read where none is named.
const DEFAULT_FILE: &str = "wegweiser.toml";

/// How unlike a key may be to be proposed for an unknown one.
const LEAST_LIKENESS: f64 = 0.75;

/// Why settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// An argument, or a request for help.
    #[error("{0}")]
    Arguments(#[from] clap::Error),
    /// The file of settings.
    #[error("the settings {path} cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// Its form.
    #[error("the settings {path} are no TOML: {problem}")]
    NotToml {
        /// The file.
        path: String,
        /// Line and problem.
        problem: String,
    },
    /// Its content.
    #[error("the settings {path}: {problem}")]
    Wrong {
        /// The file.
        path: String,
        /// The key and the way out.
        problem: String,
    },
}

/// Who has set a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// `wegweiser.toml`.
    File,
    /// Nobody.
    Default,
}

impl Origin {
    /// Returns the word that `config show` prints.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        }
    }
}

/// A setting with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key in the file, with its table: `import.mode`.
    pub key: String,
    /// The environment variable.
    pub variable: String,
    /// Its values as text; none where it is not set.
    pub values: Vec<String>,
    /// Who has set it.
    pub origin: Origin,
}

/// Everything that was said.
pub struct Settings {
    /// The arguments, completed from environment and file.
    pub arguments: Arguments,
    /// Every setting of every command.
    pub all: Vec<Setting>,
    /// The file that was read.
    pub file: Option<PathBuf>,
}

/// Reads the settings from arguments, environment and file.
///
/// # Errors
///
/// [`SettingsError`]; [`SettingsError::Arguments`] also carries the text of `--help`.
pub fn read(typed: impl IntoIterator<Item = OsString>) -> Result<Settings, SettingsError> {
    let command = with_variables(Arguments::command(), &mut Vec::new());
    let mut typed: Vec<OsString> = typed.into_iter().collect();
    name_the_default(&command, &mut typed);
    // A first look, only for what was typed: the file is known from it, and what the file may add.
    let glance = command.clone().ignore_errors(true).try_get_matches_from(&typed).ok();
    let path = glance.as_ref().and_then(|matches| matches.get_one::<PathBuf>("config").cloned());
    let file = match path {
        Some(path) => Some((Keys::read(&path, &command)?, path)),
        None => {
            let path = PathBuf::from(DEFAULT_FILE);
            if path.exists() { Some((Keys::read(&path, &command)?, path)) } else { None }
        }
    };
    let (keys, file) = file.map_or((Keys::default(), None), |(keys, path)| (keys, Some(path)));
    let added = glance.as_ref().map_or(Vec::new(), |matches| keys.additions(&command, matches));
    let end = typed.iter().position(|word| word == "--").unwrap_or(typed.len());
    let all_words = [&typed[..end], &added, &typed[end..]].concat();
    let read = command.clone().try_get_matches_from(all_words).map_err(|error| match &file {
        Some(path) => explain(error, &added, path),
        None => error,
    })?;
    let all = list(&command, &read, &added, &keys);
    Ok(Settings { arguments: Arguments::from_arg_matches(&read)?, all, file })
}

/// Inserts the default command where none is named.
fn name_the_default(command: &Command, typed: &mut Vec<OsString>) {
    let own = command.get_arguments();
    let serve = command.find_subcommand(DEFAULT_COMMAND);
    let known: Vec<&Arg> =
        own.chain(serve.iter().flat_map(|serve| serve.get_arguments())).collect();
    let mut words = typed.iter().skip(1);
    let mut is_strange = false;
    while let Some(word) = words.next() {
        let Some(word) = word.to_str() else { return };
        let is_command = word == "help" || command.find_subcommand(word).is_some();
        if is_command || ["-h", "--help", "-V", "--version"].contains(&word) {
            return;
        }
        let Some(flag) = word.strip_prefix("--") else {
            // After a mistyped flag it is that flag's value; else a mistyped command.
            if is_strange { break } else { return }
        };
        let name = flag.split('=').next().unwrap_or_default();
        match known.iter().find(|arg| arg.get_long() == Some(name)) {
            Some(arg) if arg.get_action().takes_values() && !flag.contains('=') => {
                words.next();
            }
            Some(_) => {}
            None => is_strange = true,
        }
    }
    typed.insert(typed.len().min(1), DEFAULT_COMMAND.into());
}

/// Returns the flags of a command that are settings.
fn flags(command: &Command) -> Vec<Arg> {
    let is_setting = |arg: &&Arg| {
        arg.get_long().is_some() && !["help", "version"].contains(&arg.get_id().as_str())
    };
    command.get_arguments().filter(is_setting).cloned().collect()
}

/// Returns key or variable of a flag: the command's path, then the flag.
fn name(path: &[String], flag: &Arg, between: &str) -> String {
    let above = path.iter().map(String::as_str).filter(|part| *part != DEFAULT_COMMAND);
    let own = flag.get_long().unwrap_or_default();
    above.chain([own]).map(|part| part.replace('-', "_")).collect::<Vec<_>>().join(between)
}

fn variable(path: &[String], flag: &Arg) -> String {
    format!("WEGWEISER_{}", name(path, flag, "_").to_uppercase())
}

/// Gives every flag its environment variable.
fn with_variables(mut command: Command, path: &mut Vec<String>) -> Command {
    for flag in flags(&command) {
        let variable = variable(path, &flag);
        command = command.mut_arg(flag.get_id(), |arg| {
            let arg = arg.env(variable);
            match flag.get_action() {
                ArgAction::SetTrue => arg.value_parser(BoolishValueParser::new()),
                _ => arg,
            }
        });
    }
    let below: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for sub in below {
        path.push(sub.clone());
        command = command.mut_subcommand(sub, |sub| with_variables(sub, path));
        path.pop();
    }
    command
}

/// Calls `visit` with every command, its path and, where it is the one typed, its matches.
fn visit<'m>(
    command: &Command,
    matches: Option<&'m ArgMatches>,
    path: &mut Vec<String>,
    act: &mut impl FnMut(&Command, &[String], Option<&'m ArgMatches>),
) {
    act(command, path, matches);
    for sub in command.get_subcommands() {
        let below = matches.and_then(|matches| matches.subcommand());
        let below = below.filter(|(typed, _)| *typed == sub.get_name()).map(|(_, below)| below);
        path.push(sub.get_name().to_owned());
        visit(sub, below, path, act);
        path.pop();
    }
}

/// The content of the file: key with its tables, and values.
#[derive(Default)]
struct Keys(BTreeMap<String, Vec<String>>);

impl Keys {
    fn read(path: &Path, command: &Command) -> Result<Self, SettingsError> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|cause| SettingsError::Unreadable { path: shown.clone(), cause })?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            SettingsError::NotToml { path: shown.clone(), problem: error.to_string() }
        })?;
        let mut known = Vec::new();
        visit(command, None, &mut Vec::new(), &mut |command, path, _| {
            let keys = flags(command).into_iter().filter(|flag| flag.get_id() != "config");
            known.extend(keys.map(|flag| name(path, &flag, ".")));
        });
        let mut keys = Self::default();
        keys.add(&table, "", &known)
            .map_err(|problem| SettingsError::Wrong { path: shown, problem })?;
        Ok(keys)
    }

    fn add(&mut self, table: &toml::Table, above: &str, known: &[String]) -> Result<(), String> {
        for (name, value) in table {
            let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            if known.contains(&key) {
                self.0.insert(key.clone(), texts(value).ok_or_else(|| wrong_value(&key))?);
                continue;
            }
            let below = format!("{key}.");
            match value {
                toml::Value::Table(table) if known.iter().any(|k| k.starts_with(&below)) => {
                    self.add(table, &key, known)?;
                }
                _ => return Err(unknown_key(&key, known)),
            }
        }
        Ok(())
    }

    /// Returns what the file adds to the words that were typed.
    fn additions(&self, command: &Command, typed: &ArgMatches) -> Vec<OsString> {
        let mut added = Vec::new();
        visit(command, Some(typed), &mut Vec::new(), &mut |command, path, matches| {
            let Some(matches) = matches else { return };
            for flag in flags(command) {
                let Some(values) = self.0.get(&name(path, &flag, ".")) else { continue };
                let long = flag.get_long().unwrap_or_default();
                let source = matches.value_source(flag.get_id().as_str());
                if matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable)) {
                    continue;
                }
                match flag.get_action() {
                    ArgAction::SetTrue if values == &["false"] => {}
                    ArgAction::SetTrue if values == &["true"] => {
                        added.push(format!("--{long}").into());
                    }
                    _ => {
                        added.extend(values.iter().map(|value| format!("--{long}={value}").into()))
                    }
                }
            }
        });
        added
    }
}

fn texts(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) => Some(vec![text.clone()]),
        toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => {
            Some(vec![value.to_string()])
        }
        toml::Value::Array(values) => {
            let texts: Option<Vec<Vec<String>>> = values.iter().map(texts).collect();
            texts.map(|texts| texts.concat())
        }
        _ => None,
    }
}

fn wrong_value(key: &str) -> String {
    format!("`{key}` must be a text, a number, true, false, or a list of them")
}

fn unknown_key(key: &str, known: &[String]) -> String {
    let likeness = |candidate: &str| strsim::jaro_winkler(key, candidate);
    let nearest = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|candidate| likeness(candidate) >= LEAST_LIKENESS);
    match nearest {
        Some(nearest) => format!("there is no key `{key}`; did you mean `{nearest}`?"),
        None => format!("there is no key `{key}`; `wegweiser config show` lists all keys"),
    }
}

/// Says of a wrong value that it stands in the file.
fn explain(error: clap::Error, added: &[OsString], path: &Path) -> clap::Error {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let flag = shown.split(' ').next().unwrap_or_default();
    let is_from_file = added.iter().filter_map(|word| word.to_str()).any(|word| {
        word == flag || word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))
    });
    if !is_from_file {
        return error;
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    clap::Error::raw(error.kind(), format!("in {}: {text}", path.display()))
}

fn list(command: &Command, read: &ArgMatches, added: &[OsString], keys: &Keys) -> Vec<Setting> {
    let mut all = Vec::new();
    visit(command, Some(read), &mut Vec::new(), &mut |command, path, matches| {
        for flag in flags(command) {
            let key = name(path, &flag, ".");
            let variable = variable(path, &flag);
            let long = format!("--{}", flag.get_long().unwrap_or_default());
            let is_added = added.iter().filter_map(|word| word.to_str()).any(|word| {
                word == long || word.strip_prefix(&long).is_some_and(|r| r.starts_with('='))
            });
            let id = flag.get_id().as_str();
            let source = matches.and_then(|matches| matches.value_source(id));
            let is_typed = source == Some(ValueSource::CommandLine) && !is_added;
            let raw = || matches.and_then(|matches| matches.get_raw(id));
            let (values, origin) = if is_typed {
                let typed: Vec<String> =
                    raw().into_iter().flatten().map(|v| v.to_string_lossy().into()).collect();
                let typed = if typed.is_empty() { vec!["true".to_owned()] } else { typed };
                (typed, Origin::Flag)
            } else if let Some(value) = env::var_os(&variable) {
                (vec![value.to_string_lossy().into_owned()], Origin::Environment)
            } else if let Some(values) = keys.0.get(&key) {
                (values.clone(), Origin::File)
            } else {
                let defaults = flag.get_default_values().iter();
                (defaults.map(|value| value.to_string_lossy().into()).collect(), Origin::Default)
            };
            let is_switch = matches!(flag.get_action(), ArgAction::SetTrue);
            let values =
                if values.is_empty() && is_switch { vec!["false".to_owned()] } else { values };
            all.push(Setting { key, variable, values, origin });
        }
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_rule_of_names_holds_for_every_flag() {
        let command = with_variables(Arguments::command(), &mut Vec::new());
        command.clone().debug_assert();
        let mut seen = std::collections::BTreeSet::new();
        visit(&command, None, &mut Vec::new(), &mut |command, path, _| {
            for flag in flags(command) {
                let variable = flag.get_env().expect("every flag has one").to_string_lossy();
                assert!(seen.insert(variable.clone().into_owned()), "{variable} stands twice");
                assert!(!path.is_empty() || flag.is_global_set(), "{variable}");
            }
        });
        assert!(seen.contains("WEGWEISER_DATA_DIR") && seen.contains("WEGWEISER_LISTEN"));
        assert!(seen.contains("WEGWEISER_EXPORT_FORMAT"));
    }

    #[test]
    fn serve_is_what_no_command_means() {
        let command = Arguments::command();
        for (typed, full) in [
            ("wegweiser", "wegweiser serve"),
            ("wegweiser --data-dir doctor", "wegweiser serve --data-dir doctor"),
            ("wegweiser --listen=[::1]:1 --json", "wegweiser serve --listen=[::1]:1 --json"),
            ("wegweiser --data-dir x doctor", "wegweiser --data-dir x doctor"),
            ("wegweiser --help", "wegweiser --help"),
            ("wegweiser --lissten x", "wegweiser serve --lissten x"), // so that it can be corrected
            ("wegweiser imporrt x", "wegweiser imporrt x"),
        ] {
            let mut typed = words(typed);
            name_the_default(&command, &mut typed);
            assert_eq!(typed, words(full));
        }
    }

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("w.toml");
        fs::write(&file, "data_dir = \"a\"\nindex_dir = \"b\"\nrate_limit = 7\njson = true\n")
            .unwrap();
        let line = format!("wegweiser --config {} --data-dir typed", file.display());

        let settings = read(words(&line)).unwrap();

        let shared = &settings.arguments.shared;
        assert_eq!(shared.data_dir, PathBuf::from("typed"));
        assert_eq!(shared.index_dir, PathBuf::from("b"));
        assert!(shared.json);
        let super::super::arguments::Command::Serve(serve) = &settings.arguments.command else {
            panic!("serve is the default");
        };
        assert_eq!(serve.rate_limit, 7);
        let origin =
            |key: &str| settings.all.iter().find(|setting| setting.key == key).unwrap().origin;
        assert_eq!(origin("data_dir"), Origin::Flag);
        assert_eq!(origin("index_dir"), Origin::File);
        assert_eq!(origin("listen"), Origin::Default);
    }

    #[test]
    fn a_wrong_file_names_the_key_and_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("w.toml");
        for (content, says) in [
            ("data_dirr = 'a'", "did you mean `data_dir`?"),
            ("[exprot]\nformat = 'csv'", "no key `exprot`"),
            ("[export]\nfromat = 'csv'", "did you mean `export.format`?"),
            ("listen = { a = 1 }", "`listen` must be"),
            ("listen = 'here'", "w.toml: invalid value 'here' for '--listen"),
            ("listen =", "no TOML"),
            ("config = 'x'", "no key `config`"),
        ] {
            fs::write(&file, content).unwrap();
            let line = format!("wegweiser --config {}", file.display());
            let Err(error) = read(words(&line)) else { panic!("{content} was taken") };
            assert!(error.to_string().contains(says), "{content}: {error}");
        }
    }
}
