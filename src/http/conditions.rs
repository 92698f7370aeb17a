//! Which concept a text or code means.

use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::query::{self, Fields, Query};
use super::reply::{self, Keep};
use super::schema::TopicList;
use super::site::{Site, language_of};
use super::wire::TopicForm;
use super::{resource, wire};
use crate::config::MAX_LIMIT;

/// Readings when nothing is said.
const DEFAULT_READINGS: usize = 10;

/// Resolve a condition.
///
/// Returns the concepts that a name, an everyday word, a misspelling or a code may mean, likeliest
/// first.
#[utoipa::path(get, path = "/v1/conditions", tag = "topics", operation_id = "resolve_condition",
    params(
        ("q" = String, Query, description = "A name or a code, at most 512 bytes.",
            max_length = 512, example = "Morbus Bechderew"),
        ("limit" = Option<u32>, Query, description = "Most readings.", minimum = 1, maximum = 100,
            example = 10),
        ("lang" = Option<super::schema::AnswerLanguageWord>, Query,
            description = "Language of labels; beats `Accept-Language`.", example = "de")),
    responses((status = 200, description = "Readings, likeliest first.", body = TopicList)))]
pub async fn resolve_condition(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(Query::Pairs(query::pairs(&request)?), &["q", "limit", "lang"]);
    let q = fields.q();
    let limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_READINGS);
    let language = fields.lang().unwrap_or_else(|| language_of(&request));
    fields.finish()?;
    let page = site.searcher.conditions(&q, limit, language)?;
    let body = wire::list(&page.items, page.total, page.next_cursor.as_deref(), |out, concept| {
        wire::append(out, &TopicForm::from(concept));
    });
    Ok(reply::json(body, Keep::Private))
}

/// Adds the route of conditions.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(
        resource("/v1/conditions", "GET, HEAD, OPTIONS").route(web::get().to(resolve_condition)),
    );
}
