//! What this node serves: version, generation, age of each contact point's data.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::admin::sources::{SourceState, source_states};
use super::problem::Problem;
use super::query::{self, Fields, Query};
use super::reply::{self, Keep};
use super::schema::Status;
use super::site::{Site, live};
use super::{resource, wire};

#[derive(Serialize)]
struct StatusForm<'a> {
    version: &'static str,
    generation: &'a str,
    built_at: &'a str,
    example_data: bool,
    stale: bool,
    group_count: usize,
    contact_points: Vec<ContactPointAge<'a>>,
}

#[derive(Serialize)]
struct ContactPointAge<'a> {
    id: &'a str,
    group_count: usize,
    last_import_at: Option<&'a str>,
    stale_count: usize,
    source: Option<&'a SourceState>,
}

/// Get the state of the service.
///
/// Returns the version, the generation that answers, whether its groups are invented examples, and
/// for each contact point how many groups it publishes, how many of them nobody has confirmed for a
/// year, when it last imported, and how its own feed or page fares.
#[utoipa::path(get, path = "/v1/status", tag = "service", operation_id = "get_status",
    responses((status = 200, description = "The state.", body = Status)))]
pub async fn get_status(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    Fields::new(Query::Pairs(query::pairs(&request)?), &["lang"]).finish()?;
    let generation = live(&site)?;
    let counts = site.searcher.counts_by_contact_point()?;
    let sources = source_states(&request).await;
    let source_of = |id: &str| sources.iter().find(|(point, _)| point.as_str() == id);
    let ages = generation.meta.contact_points.iter().zip(counts).map(
        |(point, (group_count, stale_count))| ContactPointAge {
            id: &point.id,
            group_count,
            last_import_at: generation.meta.last_import_at.get(&point.id).map(String::as_str),
            stale_count,
            source: source_of(&point.id).map(|(_, state)| state),
        },
    );
    let status = StatusForm {
        version: env!("CARGO_PKG_VERSION"),
        generation: generation.id(),
        built_at: &generation.meta.built_at,
        example_data: generation.meta.example_data,
        stale: site.searcher.is_stale(),
        group_count: generation.columns.len(),
        contact_points: ages.collect(),
    };
    Ok(reply::json(wire::entry(&status), Keep::Checked))
}

/// Adds the route of the state.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(resource("/v1/status", "GET, HEAD, OPTIONS").route(web::get().to(get_status)));
}
