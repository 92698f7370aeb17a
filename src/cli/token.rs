//! `wegweiser token`: the keys with which contact points and operators act for themselves.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::arguments::Shared;
use super::engine::Engine;
use super::report::Report;
use crate::catalogue::{MAX_TOKEN_DAYS, Scope, TOKEN_DAYS, TokenEntry, TokenOrder};
use crate::domain::ContactPointId;

/// What `token` takes.
#[derive(Debug, Clone, Args)]
pub struct TokenArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: TokenAction,
}

/// What can be done with tokens.
#[derive(Debug, Clone, Subcommand)]
pub enum TokenAction {
    /// Make a token and show it, this once
    #[command(after_help = "\
A contact point may have two valid tokens, so that a new one can take an old one's place.

Examples:
  wegweiser token create --contact-point ikos-jena --name Büro
  wegweiser token create --contact-point ikos-jena --name Webseite --scope read:own --days 90
  wegweiser token create --operator --name Landesstelle")]
    Create {
        /// The contact point that gets it; it also acts for its branches
        #[arg(long, value_name = "SLUG", required_unless_present = "operator")]
        contact_point: Option<ContactPointId>,
        /// A token of the operator, which acts for all
        #[arg(long, conflicts_with_all = ["contact_point", "scope"])]
        operator: bool,
        /// What to call it: an office or a machine, not a person
        #[arg(long, value_name = "NAME")]
        name: String,
        /// What it allows: read:own, write:own, harvest:own; repeatable [default: all three]
        #[arg(long, value_name = "SCOPE")]
        scope: Vec<Scope>,
        /// Days until it expires
        #[arg(long, value_name = "N", default_value_t = TOKEN_DAYS,
            value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_TOKEN_DAYS)))]
        days: u32,
    },
    /// List tokens: whose, since when, until when, last used; never the tokens themselves
    #[command(after_help = "Examples:
  wegweiser token list
  wegweiser token list --json")]
    List,
    /// End a token at once
    #[command(after_help = "Examples:
  wegweiser token revoke 4fQ9xK2a")]
    Revoke {
        /// Its id, as `token list` shows it
        id: String,
    },
}

/// Makes, lists or revokes tokens.
///
/// # Errors
///
/// When the catalogue does not answer, or refuses.
pub async fn run(shared: &Shared, arguments: &TokenArguments) -> anyhow::Result<Report> {
    // A first token may be made before the service has ever run.
    let engine = Engine::open(shared).await?;
    let report = act(&engine, &arguments.action).await;
    engine.catalogue.close().await;
    report
}

async fn act(engine: &Engine, action: &TokenAction) -> anyhow::Result<Report> {
    let catalogue = &engine.catalogue;
    match action {
        TokenAction::Create { contact_point, name, scope, days, .. } => {
            let name = name.trim();
            if name.is_empty() || name.chars().count() > 100 {
                bail!("--name must be 1 to 100 characters long");
            }
            let scopes: BTreeSet<Scope> = match scope.as_slice() {
                [] => Scope::ALL.into(),
                given => given.iter().copied().collect(),
            };
            let order = TokenOrder {
                contact_point: contact_point.clone(),
                name: name.to_owned(),
                scopes,
                days: *days,
            };
            let (token, entry) = catalogue.create_token(&order).await?;
            let text = format!(
                "{}\nThis is the only time it is shown. It is valid until {} and is revoked with \
                 `wegweiser token revoke {}`.",
                token.reveal(),
                entry.expires_at.strftime("%Y-%m-%d"),
                entry.id,
            );
            let mut json = described(&entry, engine.clock.now());
            json["token"] = json!(token.reveal());
            Ok(Report::done(text, json))
        }
        TokenAction::List => {
            let tokens = catalogue.tokens().await?;
            let now = engine.clock.now();
            let lines: Vec<String> = tokens.iter().map(|entry| line(entry, now)).collect();
            let text = if lines.is_empty() {
                "There are no tokens; `wegweiser token create` makes one.".to_owned()
            } else {
                lines.join("\n")
            };
            let json: Vec<Value> = tokens.iter().map(|entry| described(entry, now)).collect();
            Ok(Report::done(text, json!(json)))
        }
        TokenAction::Revoke { id } => {
            let found = catalogue.revoke_token(id).await?;
            let found = found
                .then_some(())
                .context(format!("there is no token `{id}`; `wegweiser token list` shows them"));
            found?;
            Ok(Report::done(format!("Token {id} is revoked."), json!({"id": id, "revoked": true})))
        }
    }
}

fn line(entry: &TokenEntry, now: Timestamp) -> String {
    let owner = entry.contact_point.as_ref().map_or("operator", ContactPointId::as_str);
    let state = if entry.is_valid_at(now) { "valid" } else { "ended" };
    let used = entry.last_used_on.as_deref().unwrap_or("never");
    format!(
        "{}  {state}  {owner}  {}  until {}  last used {used}",
        entry.id,
        entry.name,
        entry.expires_at.strftime("%Y-%m-%d")
    )
}

fn described(entry: &TokenEntry, now: Timestamp) -> Value {
    json!({
        "id": entry.id,
        "contact_point": entry.contact_point.as_ref().map(ToString::to_string),
        "name": entry.name,
        "scopes": entry.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "created_at": entry.created_at.to_string(),
        "expires_at": entry.expires_at.to_string(),
        "revoked_at": entry.revoked_at.map(|at| at.to_string()),
        "last_used_on": entry.last_used_on,
        "valid": entry.is_valid_at(now),
    })
}
