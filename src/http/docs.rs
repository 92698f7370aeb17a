//! The description of the interface for programs and for people, both from the binary alone.

use std::sync::{Arc, LazyLock};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use super::openapi::openapi_json;
use super::pages::example_notice;
use super::problem::{Code, Problem};
use super::reply::{self, Keep};
use super::resource;
use super::site::Site;

static DOCUMENT: LazyLock<String> = LazyLock::new(openapi_json);

static PAGE: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // Without a word against it, Swagger UI sends the document to a validator elsewhere.
    Arc::new(Config::new(["/openapi.json"]).validator_url("none").query_config_enabled(false))
});

/// Answers `/openapi.json`.
async fn document() -> HttpResponse {
    reply::json(DOCUMENT.clone().into_bytes(), Keep::Checked)
}

/// Answers the files of the page.
async fn page(
    file: web::Path<String>,
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let found = utoipa_swagger_ui::serve(&file, PAGE.clone())
        .map_err(|_| Problem::new(Code::Internal))?
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    let is_front = matches!(file.as_str(), "" | "index.html") && !found.gzpipped;
    let bytes = if is_front { front(&found.bytes, &site) } else { found.bytes.to_vec() };
    let mut response = reply::typed(bytes, &found.content_type, Keep::Checked);
    if found.gzpipped {
        let takes_gzip = request
            .headers()
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("gzip"));
        if !takes_gzip {
            return Err(Problem::new(Code::NotAcceptable));
        }
        let gzip = header::HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, gzip);
    }
    Ok(response)
}

/// Gives the page our name, and says on it that the data are invented while they are.
fn front(html: &[u8], site: &Site) -> Vec<u8> {
    let html = String::from_utf8_lossy(html);
    let html = html.replace("<title>Swagger UI</title>", "<title>Wegweiser API</title>");
    html.replacen("<body>", &format!("<body>{}", example_notice(site)), 1).into_bytes()
}

/// Leads to the page.
async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// Adds `/openapi.json` and `/docs`.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(resource("/openapi.json", "GET, HEAD, OPTIONS").route(web::get().to(document)))
        .service(resource("/docs", "GET, HEAD").route(web::get().to(to_page)))
        .service(resource("/docs/{file:.*}", "GET, HEAD").route(web::get().to(page)));
}
