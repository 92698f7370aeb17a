//! What only the operator does: tokens, and building the index anew.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use tracing::error;

use super::super::problem::{Code, Fault, Problem, Spot};
use super::super::query;
use super::super::site::Site;
use super::imports::{json_answer, nothing_but_lang};
use super::office::Office;
use super::owned::Authenticated;
use super::{forms, schema};
use crate::catalogue::{CatalogueError, MAX_TOKEN_DAYS, Scope, TOKEN_DAYS, TokenOrder};

/// Largest body of an order in bytes.
const MAX_ORDER_BYTES: usize = 4 * 1024;

/// Longest name of a token in characters.
const MAX_NAME_CHARS: usize = 100;

/// Create a token.
///
/// Returns a new token, this once: it is stored as a hash only. A contact point may have two valid
/// ones, so that the new one can take the old one's place. Without `contact_point` it is a token
/// of the operator.
#[utoipa::path(post, path = "/v1/admin/tokens", tag = "tokens", operation_id = "create_token",
    request_body(content = schema::TokenOrder, description = "Whose it is and what it allows."),
    responses((status = 201, description = "The token, shown once.", body = schema::NewToken)))]
pub async fn create_token(
    request: HttpRequest,
    body: web::Payload,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    actor.0.operator()?;
    nothing_but_lang(&request)?;
    let example = "{\"contact_point\": \"ikos-jena\", \"name\": \"Büro\"}";
    let members = query::object(&request, body, MAX_ORDER_BYTES, example).await?;
    let order = order_of(&members)?;
    let made = office.catalogue().create_token(&order).await;
    let (token, entry) = made.map_err(|failure| match failure {
        CatalogueError::UnknownContactPoint(_) => {
            let detail = "`contact_point` must be a contact point that is entered".to_owned();
            Problem::of_faults(vec![fault("/contact_point", detail)])
        }
        other => other.into(),
    })?;
    let mut form = forms::token(&entry);
    form["token"] = json!(token.reveal());
    Ok(json_answer(StatusCode::CREATED, &form))
}

fn fault(pointer: &str, detail: String) -> Fault {
    let spot = Spot::Pointer(pointer.to_owned());
    Fault { code: Code::Unprocessable, spot, detail, suggestions: Vec::new() }
}

fn order_of(members: &Map<String, Value>) -> Result<TokenOrder, Problem> {
    let mut faults = Vec::new();
    for name in members.keys() {
        if !["contact_point", "name", "scopes", "days"].contains(&name.as_str()) {
            faults.push(fault(&format!("/{name}"), format!("there is no member called `{name}`")));
        }
    }
    let said = |name: &str| members.get(name).filter(|value| !value.is_null());
    let contact_point =
        said("contact_point").map(|value| value.as_str().and_then(|text| text.parse().ok()));
    if matches!(contact_point, Some(None)) {
        let detail = "`contact_point` must be a contact point that is entered".to_owned();
        faults.push(fault("/contact_point", detail));
    }
    let name = said("name").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || name.contains(char::is_control) {
        let detail = format!("`name` must be 1 to {MAX_NAME_CHARS} characters long");
        faults.push(fault("/name", detail));
    }
    let mut scopes: BTreeSet<Scope> = BTreeSet::new();
    match said("scopes") {
        None => scopes = Scope::ALL.into(),
        Some(Value::Array(words)) if !words.is_empty() => {
            for word in words {
                match word.as_str().and_then(|word| word.parse().ok()) {
                    Some(scope) => _ = scopes.insert(scope),
                    None => faults.push(fault("/scopes", SCOPES.to_owned())),
                }
            }
        }
        Some(_) => faults.push(fault("/scopes", SCOPES.to_owned())),
    }
    let days = match said("days") {
        None => Some(TOKEN_DAYS),
        Some(value) => value.as_u64().and_then(|days| u32::try_from(days).ok()),
    };
    let days = days.filter(|days| (1..=MAX_TOKEN_DAYS).contains(days));
    if days.is_none() {
        let detail = format!("`days` must be a whole number from 1 to {MAX_TOKEN_DAYS}");
        faults.push(fault("/days", detail));
    }
    if !faults.is_empty() {
        return Err(Problem::of_faults(faults));
    }
    Ok(TokenOrder {
        contact_point: contact_point.flatten(),
        name: name.to_owned(),
        scopes,
        days: days.unwrap_or(TOKEN_DAYS),
    })
}

const SCOPES: &str = "`scopes` must be a list of read:own, write:own, harvest:own";

/// List tokens.
///
/// Returns all tokens, the newest first: whose, since when, until when, last used on which day;
/// never the tokens themselves.
#[utoipa::path(get, path = "/v1/admin/tokens", tag = "tokens", operation_id = "list_tokens",
    responses((status = 200, description = "The tokens.", body = schema::TokenList)))]
pub async fn list_tokens(
    request: HttpRequest,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    actor.0.operator()?;
    nothing_but_lang(&request)?;
    let tokens = office.catalogue().tokens().await?;
    let items: Vec<Value> = tokens.iter().map(forms::token).collect();
    let total = items.len();
    Ok(json_answer(StatusCode::OK, &forms::list(items, total, None)))
}

/// Revoke a token.
///
/// Ends a token at once.
#[utoipa::path(delete, path = "/v1/admin/tokens/{token_id}", tag = "tokens",
    operation_id = "revoke_token",
    params(("token_id" = String, Path, description = "The token's id.", max_length = 20,
        example = "4fQ9xK2a")),
    responses((status = 204, description = "Revoked.")))]
pub async fn revoke_token(
    request: HttpRequest,
    id: web::Path<String>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    actor.0.operator()?;
    nothing_but_lang(&request)?;
    if office.catalogue().revoke_token(&id).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::new(Code::NotFound))
    }
}

/// Build the index anew.
///
/// Builds the whole index from the catalogue and swaps it in while searches go on. Answers at
/// once; `/v1/status` shows the new `built_at`.
#[utoipa::path(post, path = "/v1/admin/reindex", tag = "tokens", operation_id = "reindex",
    responses((status = 202, description = "It will be built.", body = schema::Reindexing)))]
pub async fn reindex(
    request: HttpRequest,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    actor.0.operator()?;
    nothing_but_lang(&request)?;
    (office.settings.rebuild)().map_err(|cause| {
        error!(%cause, "the wish for a new index could not be noted");
        Problem::new(Code::Internal)
    })?;
    office.nudge();
    let former = site.searcher.generation().ok().map(|generation| generation.id().to_owned());
    Ok(json_answer(StatusCode::ACCEPTED, &json!({"former_generation": former})))
}
