//! Whether the process lives, and whether it can answer.

use actix_web::{HttpResponse, web};

use super::problem::{Code, Problem};
use super::reply::{self, Keep};
use super::resource;
use super::site::{Site, live};

/// Answers as long as the process runs.
async fn alive() -> HttpResponse {
    reply::json(b"{\"status\":\"live\"}".to_vec(), Keep::Nowhere)
}

/// Answers once a generation is live and the queue is not full.
async fn ready(site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    live(&site)?;
    Ok(reply::json(b"{\"status\":\"ready\"}".to_vec(), Keep::Nowhere))
}

/// Answers an address that is not there.
pub(super) async fn nowhere() -> Result<HttpResponse, Problem> {
    Err(Problem::new(Code::NotFound))
}

/// Adds the routes of health.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(resource("/health/live", "GET, HEAD").route(web::get().to(alive)))
        .service(resource("/health/ready", "GET, HEAD").route(web::get().to(ready)));
}
