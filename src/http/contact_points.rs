//! Contact points: who publishes groups, and who helps near a place.

use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::query::{self, Fields, Query};
use super::reply::{self, Keep};
use super::schema::{ContactPoint, ContactPointList};
use super::site::Site;
use super::wire::ContactPointForm;
use super::{resource, wire};
use crate::config::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::search::ContactPointRequest;

/// Longest cursor in bytes.
const MAX_CURSOR_BYTES: usize = 400;

/// List contact points.
///
/// With a place or a point, local contact points that serve it come first, then other local ones by
/// distance, state bodies last; otherwise they are sorted by name.
#[utoipa::path(get, path = "/v1/contact-points", tag = "contact_points",
    operation_id = "list_contact_points",
    params(
        ("place" = Option<String>, Query,
            description = "Postcode, town, district, district key or car plate.",
            max_length = 120, example = "Jena"),
        ("lat" = Option<f64>, Query, description = "Latitude, instead of `place`; needs `lon`.",
            minimum = -90, maximum = 90, example = 50.93),
        ("lon" = Option<f64>, Query, description = "Longitude, instead of `place`; needs `lat`.",
            minimum = -180, maximum = 180, example = 11.59),
        ("state" = Option<super::schema::StateWord>, Query, description = "Only this state.",
            example = "TH"),
        ("limit" = Option<u32>, Query, description = "Entries on a page, default 20.",
            minimum = 0, maximum = 100, example = 20),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.",
            max_length = 400, example = "b3BhcXVl"),
        ("lang" = Option<super::schema::AnswerLanguageWord>, Query,
            description = "Language of problems; beats `Accept-Language`.", example = "de")),
    responses((status = 200, description = "The contact points.", body = ContactPointList)))]
pub async fn list_contact_points(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let known = ["place", "lat", "lon", "state", "limit", "cursor", "lang"];
    let mut fields = Fields::new(Query::Pairs(query::pairs(&request)?), &known);
    let asked = ContactPointRequest {
        place: fields.place(),
        point: fields.point(),
        state: fields.state(),
        limit: fields.whole("limit", 0, MAX_LIMIT, DEFAULT_LIMIT),
        cursor: fields.text("cursor", MAX_CURSOR_BYTES),
    };
    fields.lang();
    if fields.has_faults() {
        fields.add(site.searcher.contact_point_problems(&asked));
    }
    fields.finish()?;
    let page = site.searcher.contact_points(&asked)?;
    let generation = &page.generation;
    let body = wire::list(&page.items, page.total, page.next_cursor.as_deref(), |out, found| {
        wire::append(out, &ContactPointForm::of(&site, generation, found));
    });
    let names_a_place = asked.place.is_some() || asked.point.is_some();
    Ok(reply::json(body, if names_a_place { Keep::Private } else { Keep::Checked }))
}

/// Get one contact point.
///
/// Returns address, telephone, hours, the districts it serves and how many groups it publishes.
#[utoipa::path(get, path = "/v1/contact-points/{id}", tag = "contact_points",
    operation_id = "get_contact_point",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    responses((status = 200, description = "The contact point.", body = ContactPoint)))]
pub async fn get_contact_point(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    Fields::new(Query::Pairs(query::pairs(&request)?), &["lang"]).finish()?;
    let (generation, found) = site.searcher.contact_point(&id)?;
    let body = wire::entry(&ContactPointForm::of(&site, &generation, &found));
    Ok(reply::json(body, Keep::Briefly))
}

/// Adds the routes of contact points.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/v1/contact-points", "GET, HEAD, OPTIONS")
                .route(web::get().to(list_contact_points)),
        )
        .service(
            resource("/v1/contact-points/{id}", "GET, HEAD, OPTIONS")
                .route(web::get().to(get_contact_point)),
        );
}
