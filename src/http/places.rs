//! Which place a text means.

use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::query::{self, Fields, Query};
use super::reply::{self, Keep};
use super::schema::PlaceList;
use super::site::Site;
use super::wire::PlaceEntryForm;
use super::{resource, wire};
use crate::config::MAX_LIMIT;

/// Readings when nothing is said.
const DEFAULT_READINGS: usize = 10;

/// Resolve a place.
///
/// Returns the postcodes, towns, quarters and districts that a text may mean, likeliest first; a
/// point and a state are known for every German postcode and every town over 5,000 inhabitants.
#[utoipa::path(get, path = "/v1/places", tag = "places", operation_id = "resolve_place",
    params(
        ("q" = String, Query,
            description = "A postcode, town, quarter, district, district key or car plate.",
            max_length = 512, example = "07743"),
        ("limit" = Option<u32>, Query, description = "Most readings.", minimum = 1, maximum = 100,
            example = 10),
        ("lang" = Option<super::schema::AnswerLanguageWord>, Query,
            description = "Language of problems; beats `Accept-Language`.", example = "de")),
    responses((status = 200, description = "Readings, likeliest first.", body = PlaceList)))]
pub async fn resolve_place(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(Query::Pairs(query::pairs(&request)?), &["q", "limit", "lang"]);
    let q = fields.q();
    let limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_READINGS);
    fields.lang();
    fields.finish()?;
    let page = site.searcher.places(&q, limit)?;
    let body = wire::list(&page.items, page.total, page.next_cursor.as_deref(), |out, place| {
        wire::append(out, &PlaceEntryForm::from(place));
    });
    Ok(reply::json(body, Keep::Private))
}

/// Adds the route of places.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(resource("/v1/places", "GET, HEAD, OPTIONS").route(web::get().to(resolve_place)));
}
