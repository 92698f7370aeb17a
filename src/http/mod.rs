//! HTTP in and out: one file per resource, one for the JSON of answers, one for problems.
//!
//! In: requests. Out: answers of `search/` as JSON, files and pages. Ranks nothing, stores nothing
//! and keeps no policy but that of HTTP itself.

pub mod admin;
mod calendar;
mod conditions;
mod contact_points;
mod dictionary;
mod docs;
mod examples;
mod export;
mod german;
mod groups;
mod health;
mod jsonld;
mod limit;
mod metrics;
mod middleware;
mod openapi;
mod packed;
mod pages;
mod places;
pub mod problem;
mod problem_pages;
pub mod query;
mod reply;
pub mod schema;
mod server;
mod site;
mod status;
mod suggest;
mod topics;
mod wire;

pub use export::{Export, Format as ExportFormat};
pub use middleware::manners;
pub use openapi::openapi_json;
pub use server::{Bound, ServerSettings, serve};
pub use site::{
    DEFAULT_DATA_LICENCE, DataLicence, Network, NotALicence, NotANetwork, NotAWebAddress, Site,
    WebAddress,
};

use actix_web::http::Method;
use actix_web::{HttpResponse, Resource, web};

use problem::{Code, Problem};

/// Returns a resource that answers a wrong method with 405 and `OPTIONS` with 204, both with
/// `Allow`. Admin rooms use it too.
pub fn resource(path: &'static str, allow: &'static str) -> Resource {
    web::resource(path).default_service(web::to(move |method: Method| async move {
        if method == Method::OPTIONS && allow.contains("OPTIONS") {
            return Ok(HttpResponse::NoContent().insert_header(("Allow", allow)).finish());
        }
        Err(Problem::new(Code::MethodNotAllowed).allow(allow))
    }))
}

/// Returns the method QUERY (RFC 10008).
pub fn query_method() -> Method {
    Method::from_bytes(b"QUERY").expect("it is a token")
}

/// Adds every public route; anything else is `not_found`.
pub fn configure(config: &mut web::ServiceConfig) {
    groups::configure(config);
    suggest::configure(config);
    topics::configure(config);
    conditions::configure(config);
    contact_points::configure(config);
    places::configure(config);
    export::configure(config);
    dictionary::configure(config);
    status::configure(config);
    health::configure(config);
    docs::configure(config);
    problem_pages::configure(config);
    pages::configure(config);
    config.default_service(web::to(health::nowhere));
}
