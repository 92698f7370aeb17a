//! Groups: the search in its three bindings, one group, its calendar.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::packed::weight;
use super::problem::{Code, Problem};
use super::query::{self, Fields};
use super::reply::{self, Keep};
use super::schema::{Group, GroupList, GroupSearch};
use super::site::{Site, language_of};
use super::{calendar, jsonld, resource, wire};
use crate::domain::GroupId;
use crate::index::Generation;
use crate::search::SearchError;

/// Search groups.
///
/// All parameters are optional: without any, the answer lists all groups by name. Words in `q` are
/// understood as topic, condition, place, audience, format, language or code; `interpretation`
/// tells how. The same request can be sent as JSON by `POST /v1/groups/search` or by the method
/// `QUERY` on this address (RFC 10008; OpenAPI 3.1 has no word for it): then the illness stands in
/// no address and in no proxy's log.
#[utoipa::path(get, path = "/v1/groups", tag = "groups", operation_id = "search_groups",
    responses((status = 200, description = "One page, best match first.", body = GroupList)))]
pub async fn search_groups(
    request: HttpRequest,
    body: web::Payload,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let query = query::read(&request, body).await?;
    let in_body = query.is_body();
    let mut search = query.into_search(Vec::new(), &site.searcher)?;
    search.lang = Some(search.lang.unwrap_or_else(|| language_of(&request)));
    let answer =
        site.searcher.search(&search).map_err(|error| Problem::of_search(error, in_body))?;
    let keep = match (in_body, search.is_sensitive() || search.point.is_some()) {
        (true, _) => Keep::Nowhere,
        (false, true) => Keep::Private,
        (false, false) => Keep::Checked,
    };
    Ok(reply::json(wire::search(&site, &answer), keep))
}

/// Search groups with a JSON body.
///
/// Means the same as `search_groups`, member by member. Preferred by clients that care for their
/// visitors' privacy, as bodies are not written to logs.
#[utoipa::path(post, path = "/v1/groups/search", tag = "groups",
    operation_id = "search_groups_post", request_body(content = GroupSearch,
        description = "The search; every member is optional."),
    responses((status = 200, description = "One page, best match first.", body = GroupList)))]
pub async fn search_groups_post(
    request: HttpRequest,
    body: web::Payload,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    search_groups(request, body, site).await
}

/// Get one group.
///
/// Returns the whole public record. With `Accept: application/ld+json` it comes as schema.org
/// JSON-LD. The id of a record that was merged into another one answers 308, that of a deleted one
/// 410 for twelve months.
#[utoipa::path(get, path = "/v1/groups/{id}", tag = "groups", operation_id = "get_group",
    params(("id" = String, Path, description = "The group's id, a UUID.",
        max_length = 36, example = "1ebcc174-7170-5983-8fd8-d5d12bb47d2b")),
    responses((status = 200, description = "The group.", body = Group)))]
pub async fn get_group(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(query::Query::Pairs(query::pairs(&request)?), &["lang"]);
    fields.lang();
    fields.finish()?;
    let (generation, group) = match found(&site, &id)? {
        Found::Here(generation, group) => (generation, group),
        Found::Moved(to) => return Ok(moved(&site.group_url(&to))),
    };
    if wants_json_ld(&request) {
        let record = wire::group_value(&generation, group);
        let body = jsonld::group(&site, &record);
        return Ok(reply::typed(body, "application/ld+json", Keep::Briefly));
    }
    let body = wire::group(&site, &generation, group, language_of(&request));
    Ok(reply::json(body, Keep::Briefly))
}

/// Get a group's meetings as a calendar.
///
/// Returns one recurring event (RFC 5545) where the record has a rule (`meeting.rrule`); 404
/// otherwise. A rule is given only where it names its days: "every two weeks" stays text.
#[utoipa::path(get, path = "/v1/groups/{id}/calendar.ics", tag = "groups",
    operation_id = "get_group_calendar",
    params(("id" = String, Path, description = "The group's id, a UUID.",
        max_length = 36, example = "1ebcc174-7170-5983-8fd8-d5d12bb47d2b")),
    responses((status = 200, description = "The calendar.", body = String,
        content_type = "text/calendar")))]
pub async fn get_group_calendar(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    Fields::new(query::Query::Pairs(query::pairs(&request)?), &["lang"]).finish()?;
    let (generation, group) = match found(&site, &id)? {
        Found::Here(generation, group) => (generation, group),
        Found::Moved(to) => {
            return Ok(moved(&format!("{}/calendar.ics", site.group_url(&to))));
        }
    };
    let record = wire::group_value(&generation, group);
    let Some(text) = calendar::of_group(&site, &generation.meta.as_of, &record) else {
        let detail = "this group's times of meeting follow no known rule";
        return Err(Problem::because(Code::NotFound, detail));
    };
    let mut response =
        reply::typed(text.into_bytes(), "text/calendar; charset=utf-8", Keep::Briefly);
    let disposition = header::HeaderValue::from_static("attachment; filename=\"treffen.ics\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

/// Where a group is.
pub(super) enum Found {
    /// In this generation, at this ordinal.
    Here(std::sync::Arc<Generation>, u32),
    /// Under another id.
    Moved(String),
}

/// Finds a group by its id as text.
///
/// # Errors
///
/// `not_found`, `gone`, `index_unavailable`.
pub(super) fn found(site: &Site, id: &str) -> Result<Found, Problem> {
    let id: GroupId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
    match site.searcher.group(&id) {
        Ok((generation, group)) => Ok(Found::Here(generation, group)),
        Err(SearchError::Gone { replaced_by: Some(to) }) => Ok(Found::Moved(to)),
        Err(error) => Err(error.into()),
    }
}

fn moved(to: &str) -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, Keep::Briefly.field()))
        .json(serde_json::json!({ "location": to }))
}

/// Says whether JSON-LD is liked at least as well as JSON.
fn wants_json_ld(request: &HttpRequest) -> bool {
    let Some(accept) = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()) else {
        return false;
    };
    let linked = weight(accept, "application/ld+json").unwrap_or(0.0);
    linked > 0.0 && linked >= weight(accept, "application/json").unwrap_or(0.0)
}

/// Adds the routes of groups.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/v1/groups", "GET, HEAD, QUERY, OPTIONS")
                .route(web::get().to(search_groups))
                .route(web::method(super::query_method()).to(search_groups)),
        )
        .service(
            resource("/v1/groups/search", "POST, OPTIONS")
                .route(web::post().to(search_groups_post)),
        )
        .service(resource("/v1/groups/{id}", "GET, HEAD, OPTIONS").route(web::get().to(get_group)))
        .service(
            resource("/v1/groups/{id}/calendar.ics", "GET, HEAD, OPTIONS")
                .route(web::get().to(get_group_calendar)),
        );
}
