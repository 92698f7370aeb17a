//! `wegweiser config show`: every setting, and on request who has set it.

use std::fmt::Write;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::report::Report;
use super::settings::Settings;

/// What `config` takes.
#[derive(Debug, Clone, Args)]
pub struct ConfigArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: ConfigAction,
}

/// What can be done with settings.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigAction {
    /// Show every setting as it stands in wegweiser.toml
    #[command(after_help = "Examples:
  wegweiser config show
  wegweiser config show --origin
  wegweiser config show --config /etc/wegweiser.toml --json")]
    Show {
        /// Say who has set each: flag, environment, file or default
        #[arg(long)]
        origin: bool,
    },
}

/// Shows the settings. A database's address may hold a password, which is never shown.
pub fn run(settings: &Settings, arguments: &ConfigArguments) -> Report {
    let ConfigAction::Show { origin } = arguments.action;
    let mut text = String::new();
    let mut json = Map::new();
    if let Some(file) = &settings.file {
        writeln!(text, "# settings file: {}", file.display()).ok();
    }
    for setting in &settings.all {
        let values: Vec<String> =
            setting.values.iter().map(|value| without_password(value)).collect();
        let shown = match values.as_slice() {
            [] => "(not set)".to_owned(),
            [value] => toml_text(value),
            values => {
                let each: Vec<String> = values.iter().map(|value| toml_text(value)).collect();
                format!("[{}]", each.join(", "))
            }
        };
        let sign = if values.is_empty() { "# " } else { "" };
        write!(text, "{sign}{} = {shown}", setting.key).ok();
        if origin {
            write!(text, "  # {}: {}", setting.origin.as_str(), setting.variable).ok();
        }
        text.push('\n');
        let value = match values.as_slice() {
            [] => Value::Null,
            [value] => json!(value),
            values => json!(values),
        };
        let entry = json!({"value": value, "origin": setting.origin.as_str(), "variable": setting.variable});
        json.insert(setting.key.clone(), entry);
    }
    Report::done(text.trim_end(), json!({"file": settings.file, "settings": json}))
}

fn toml_text(value: &str) -> String {
    let is_plain = value.parse::<i64>().is_ok() || ["true", "false"].contains(&value);
    if is_plain { value.to_owned() } else { toml::Value::String(value.to_owned()).to_string() }
}

fn without_password(value: &str) -> String {
    match url::Url::parse(value) {
        Ok(mut address) if address.password().is_some() => {
            address.set_password(Some("***")).ok();
            address.to_string()
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let shown = without_password("postgres://me:geheim@db/wegweiser");
        assert_eq!(shown, "postgres://me:***@db/wegweiser");
        assert_eq!(without_password("data"), "data");
    }
}
