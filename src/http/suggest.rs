//! Suggestions while somebody types.

use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::query::{self, Fields};
use super::reply::{self, Keep};
use super::schema::{SuggestSearch, SuggestionList};
use super::site::{Site, language_of};
use super::{resource, wire};

/// Suggestions when nothing is said.
const DEFAULT_SUGGESTIONS: usize = 10;

/// Most suggestions.
const MAX_SUGGESTIONS: usize = 20;

/// Suggest while somebody types.
///
/// Returns conditions, topics, places, groups and contact points that begin with, or sound like,
/// what was typed; each with the request that shows its groups. Clients that must not send what
/// somebody types use `/v1/dictionary.json` instead. The method `QUERY` takes the body of
/// `suggest_post`.
#[utoipa::path(get, path = "/v1/suggest", tag = "suggest", operation_id = "suggest",
    responses((status = 200, description = "Suggestions, likeliest first.", body = SuggestionList)))]
pub async fn suggest(
    request: HttpRequest,
    body: web::Payload,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let query = query::read(&request, body).await?;
    let in_body = query.is_body();
    let mut fields = Fields::new(query, &["q", "limit", "lang"]);
    let q = fields.q();
    let limit = fields.whole("limit", 1, MAX_SUGGESTIONS, DEFAULT_SUGGESTIONS);
    let language = fields.lang().unwrap_or_else(|| language_of(&request));
    fields.finish()?;
    let answer = site
        .searcher
        .suggest(&q, limit, language)
        .map_err(|error| Problem::of_search(error, in_body))?;
    let keep = if in_body { Keep::Nowhere } else { Keep::Private };
    Ok(reply::json(wire::suggestions(&answer), keep))
}

/// Suggest with a JSON body.
///
/// Means the same as `suggest`, member by member.
#[utoipa::path(post, path = "/v1/suggest/search", tag = "suggest", operation_id = "suggest_post",
    request_body(content = SuggestSearch, description = "What was typed."),
    responses((status = 200, description = "Suggestions, likeliest first.", body = SuggestionList)))]
pub async fn suggest_post(
    request: HttpRequest,
    body: web::Payload,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    suggest(request, body, site).await
}

/// Adds the routes of suggestions.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/v1/suggest", "GET, HEAD, QUERY, OPTIONS")
                .route(web::get().to(suggest))
                .route(web::method(super::query_method()).to(suggest)),
        )
        .service(
            resource("/v1/suggest/search", "POST, OPTIONS").route(web::post().to(suggest_post)),
        );
}
