//! The tree of topics.

use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::query::{self, Fields, Query};
use super::reply::{self, Keep};
use super::schema::{Topic, TopicList};
use super::site::{Site, language_of};
use super::wire::TopicForm;
use super::{resource, wire};

/// Longest concept id in bytes.
const MAX_ID_BYTES: usize = 80;

/// List topics.
///
/// Returns the topic groups with everything below them, or, with `parent`, its narrower topics.
/// `group_count` counts narrower topics in.
#[utoipa::path(get, path = "/v1/topics", tag = "topics", operation_id = "list_topics",
    params(
        ("parent" = Option<String>, Query, description = "Only what is narrower than this concept.",
            max_length = 80, example = "rheuma-autoimmun"),
        ("lang" = Option<super::schema::AnswerLanguageWord>, Query,
            description = "Language of labels; beats `Accept-Language`.", example = "de")),
    responses((status = 200, description = "The topics.", body = TopicList)))]
pub async fn list_topics(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(Query::Pairs(query::pairs(&request)?), &["parent", "lang"]);
    let parent = fields.text("parent", MAX_ID_BYTES);
    let language = fields.lang().unwrap_or_else(|| language_of(&request));
    fields.finish()?;
    let page = site.searcher.topics(parent.as_deref(), language)?;
    let body = wire::list(&page.items, page.total, page.next_cursor.as_deref(), |out, concept| {
        wire::append(out, &TopicForm::from(concept));
    });
    Ok(reply::json(body, Keep::Checked))
}

/// Get one topic.
///
/// Returns a topic or condition with its words, codes, neighbours and number of groups.
#[utoipa::path(get, path = "/v1/topics/{id}", tag = "topics", operation_id = "get_topic",
    params(
        ("id" = String, Path, description = "The concept's id.", max_length = 80,
            example = "multiple-sklerose"),
        ("lang" = Option<super::schema::AnswerLanguageWord>, Query,
            description = "Language of labels; beats `Accept-Language`.", example = "de")),
    responses((status = 200, description = "The topic.", body = Topic)))]
pub async fn get_topic(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(Query::Pairs(query::pairs(&request)?), &["lang"]);
    let language = fields.lang().unwrap_or_else(|| language_of(&request));
    fields.finish()?;
    let concept = site.searcher.topic(&id, language)?;
    Ok(reply::json(wire::entry(&TopicForm::from(&concept)), Keep::Checked))
}

/// Adds the routes of topics.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(resource("/v1/topics", "GET, HEAD, OPTIONS").route(web::get().to(list_topics)))
        .service(resource("/v1/topics/{id}", "GET, HEAD, OPTIONS").route(web::get().to(get_topic)));
}
