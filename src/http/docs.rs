//! The description of the interface for programs and for people, both from the binary alone.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use super::openapi::openapi_json_under;
use super::packed::Packed;
use super::pages::example_notice;
use super::problem::{Code, Problem};
use super::reply::{self, Keep};
use super::resource;
use super::site::Site;

/// The files of the page that have been asked for, by name; only those that exist come in.
static FILES: LazyLock<Mutex<HashMap<String, Packed>>> = LazyLock::new(Mutex::default);

static PAGE: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // Without a word against it, Swagger UI sends the document to a validator elsewhere.
    Arc::new(Config::new(["/openapi.json"]).validator_url("none").query_config_enabled(false))
});

/// Answers `/openapi.json`.
async fn document(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let written = || Packed::new(openapi_json_under(&site.data_licence), "application/json");
    site.document.get_or_init(written).answer(&request, Keep::Checked)
}

/// Answers the files of the page.
async fn page(
    file: web::Path<String>,
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    if matches!(file.as_str(), "" | "index.html") {
        let (html, media_type) = bundled("index.html")?;
        return Ok(reply::typed(front(&html, &site), &media_type, Keep::Checked));
    }
    let known = FILES.lock().unwrap_or_else(PoisonError::into_inner).get(file.as_str()).cloned();
    if let Some(known) = known {
        return Ok(known.answer(&request, Keep::Checked));
    }
    let (bytes, media_type) = bundled(&file)?;
    let packed = Packed::new(bytes, &media_type);
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(files.entry(file.into_inner()).or_insert(packed).answer(&request, Keep::Checked))
}

/// Returns a file of the bundle as it stands, and its media type.
fn bundled(file: &str) -> Result<(Vec<u8>, String), Problem> {
    let found = utoipa_swagger_ui::serve(file, PAGE.clone())
        .map_err(|_| Problem::new(Code::Internal))?
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    if !found.gzpipped {
        return Ok((found.bytes.into_owned(), found.content_type));
    }
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&*found.bytes)
        .read_to_end(&mut bytes)
        .map_err(|_| Problem::new(Code::Internal))?;
    Ok((bytes, found.content_type))
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
