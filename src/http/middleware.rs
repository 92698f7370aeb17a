//! The manners of every answer: request id, limits, problem documents, fields, compression.
//!
//! In: any request. Out: an answer that is never an empty error and never tells what was searched.
//! The log of a request holds its route template, status and time; no address, no text.

use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, ResponseError, web};
use flate2::{Compression, write::GzEncoder};
use futures_util::FutureExt;
use tracing::{debug, error};
use uuid::Uuid;

use super::packed::{self, Coding};
use super::pages;
use super::problem::{Code, PROBLEM_JSON, Problem};
use super::query::{MAX_HEADER_BYTES, MAX_URI_BYTES};
use super::site::{Site, client_address, language_of};
use crate::search::request::AnswerLanguage;

/// Larger bodies are not compressed while somebody waits.
const MAX_COMPRESSED_BYTES: usize = 8 * 1024 * 1024;

/// What scripts of other sites may read.
const EXPOSED: &str = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, \
                       Wegweiser-Data, Wegweiser-Synced-At, Content-Disposition, Location";

/// Policy of the API: nothing may be loaded from an answer.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Policy of the pages: their own style sheet, script and form. Nothing parses markup there.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
                           connect-src 'self'; img-src 'self'; form-action 'self'; \
                           base-uri 'none'; frame-ancestors 'none'; \
                           require-trusted-types-for 'script'; trusted-types 'none'";

/// Policy of the page that other sites may frame: a form, and the script that tells its height.
const FRAME_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
                            img-src 'self'; form-action 'self'; base-uri 'none'; \
                            frame-ancestors *; require-trusted-types-for 'script'; \
                            trusted-types 'none'";

/// Policy of the documentation page, whose own script draws it.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                           img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
                           base-uri 'none'; frame-ancestors 'none'";

/// What a request was when it came in.
///
/// Kept apart from the request, which the router wants for itself alone.
struct Asked {
    id: String,
    instance: String,
    is_head: bool,
    area: Area,
    language: AnswerLanguage,
    accept: Option<HeaderValue>,
    accept_encoding: Option<HeaderValue>,
    if_none_match: Vec<HeaderValue>,
}

/// Which manners an address has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    /// Public interface: read by scripts of any site.
    Public,
    /// Admin interface: read by its own clients only.
    Admin,
    /// Pages.
    Page,
    /// Documentation page.
    Docs,
    /// Page for a frame of another site.
    Frame,
    /// Files that pages of any site load.
    Asset,
}

impl Area {
    fn of(path: &str) -> Self {
        match path {
            _ if path.starts_with("/v1/admin") => Self::Admin,
            _ if path.starts_with("/v1/") || path == "/openapi.json" => Self::Public,
            "/rahmen" => Self::Frame,
            // The frame's look and script too: in a sandbox it counts as another site.
            "/widget.js" | "/frame.js" | "/style.css" | "/icon.svg" => Self::Asset,
            _ if path.starts_with("/widget/") => Self::Asset,
            _ if path == "/docs" || path.starts_with("/docs/") => Self::Docs,
            _ => Self::Page,
        }
    }
}

/// Wraps every request.
///
/// # Errors
///
/// None: what goes wrong inside becomes a problem document.
pub async fn manners(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let Some(site) = request.app_data::<web::Data<Site>>().cloned() else {
        return next.call(request).await;
    };
    let asked = asked(&request);
    if asked.is_head {
        // A handler writes what GET would get; the connection leaves the body out.
        request.head_mut().method = Method::GET;
    }
    let allowance = site.limit.count(client_address(request.request(), &site.trusted_proxies));
    let refused = refusal(&request, &site, allowance.as_ref().and_then(|a| a.wait_s));

    let (request, response) = match refused {
        Some(problem) => (Some(request.into_parts().0), problem.error_response()),
        None => {
            let _busy = Busy::new(&site);
            match AssertUnwindSafe(next.call(request)).catch_unwind().await {
                Ok(Ok(response)) => {
                    let (request, response) = response.into_parts();
                    (Some(request), response)
                }
                Ok(Err(error)) => (None, error.error_response()),
                Err(_) => {
                    site.metrics.panics.fetch_add(1, Ordering::Relaxed);
                    error!(request.id = %asked.id, "a handler panicked");
                    (None, Problem::new(Code::Internal).error_response())
                }
            }
        }
    };
    let language = request.as_ref().map_or(asked.language, language_of);
    let mut response = finished(&site, &asked, language, response);
    if let Some(allowance) = allowance {
        for (name, value) in allowance.fields() {
            set(response.headers_mut(), name, &value);
        }
    }
    let template = request.as_ref().and_then(HttpRequest::match_pattern);
    let status = response.status().as_u16();
    site.metrics.count(template.as_deref(), status, began.elapsed());
    debug!(request.id = %asked.id, route = template.as_deref().unwrap_or("-"), status, "answered");
    match request {
        Some(request) => Ok(ServiceResponse::new(request, response)),
        // The request went down with its handler; the response goes out all the same.
        None => Err(InternalError::from_response("no request left", response).into()),
    }
}

fn asked(request: &ServiceRequest) -> Asked {
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let given = given.filter(|id| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    });
    let (id, uuid) = match given {
        Some(id) => {
            let uuid = Uuid::try_parse(id)
                .unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes()));
            (id.to_owned(), uuid)
        }
        None => {
            let uuid = Uuid::new_v4();
            (uuid.to_string(), uuid)
        }
    };
    Asked {
        id,
        instance: format!("urn:uuid:{uuid}"),
        is_head: request.method() == Method::HEAD,
        area: Area::of(request.path()),
        language: language_of(request.request()),
        accept: request.headers().get(header::ACCEPT).cloned(),
        accept_encoding: request.headers().get(header::ACCEPT_ENCODING).cloned(),
        if_none_match: request.headers().get_all(header::IF_NONE_MATCH).cloned().collect(),
    }
}

/// Returns why a request is not even looked at.
fn refusal(request: &ServiceRequest, site: &Site, wait_s: Option<u64>) -> Option<Problem> {
    if request.uri().path_and_query().is_some_and(|uri| uri.as_str().len() > MAX_URI_BYTES) {
        return Some(Problem::new(Code::UriTooLong));
    }
    let fields: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if fields > MAX_HEADER_BYTES {
        return Some(Problem::new(Code::HeadersTooLarge));
    }
    let is_probe = request.path().starts_with("/health/");
    if let Some(seconds) = wait_s.filter(|_| !is_probe) {
        site.metrics.limited.fetch_add(1, Ordering::Relaxed);
        return Some(Problem::new(Code::TooManyRequests).retry_after(seconds));
    }
    let is_full = site.in_flight.load(Ordering::Relaxed) >= site.max_in_flight;
    (is_full && !is_probe).then(|| Problem::new(Code::Overloaded))
}

/// Counts a request while it is in work.
struct Busy<'s>(&'s Site);

impl<'s> Busy<'s> {
    fn new(site: &'s Site) -> Self {
        site.in_flight.fetch_add(1, Ordering::Relaxed);
        site.metrics.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(site)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.0.metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Gives a response its final form.
fn finished(
    site: &Site,
    asked: &Asked,
    language: AnswerLanguage,
    mut response: HttpResponse,
) -> HttpResponse {
    if response.status().is_success() && !is_acceptable(asked.accept.as_ref(), &response) {
        response = Problem::new(Code::NotAcceptable).error_response();
    }
    if response.status().is_client_error() || response.status().is_server_error() {
        response = problem_document(site, asked, language, response);
    }
    response = unchanged(&asked.if_none_match, response);
    // An admin answer's mark is the record's state, the same in every coding; and what holds
    // persons beside what a client sent is better not squeezed together.
    if !asked.is_head && asked.area != Area::Admin {
        response = compressed(asked.accept_encoding.as_ref(), response);
    }
    fields(site, asked, language, &mut response);
    response
}

/// Writes the problem that a response carries, or the one that fits its status.
fn problem_document(
    site: &Site,
    asked: &Asked,
    language: AnswerLanguage,
    response: HttpResponse,
) -> HttpResponse {
    let is_document = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(PROBLEM_JSON.as_bytes()));
    if is_document {
        return response;
    }
    let carried = response.extensions().get::<Problem>().cloned();
    let problem = carried.unwrap_or_else(|| Problem::new(Code::of_status(response.status())));
    let mut builder = HttpResponse::build(problem.code.status());
    builder.insert_header((header::CACHE_CONTROL, "no-store"));
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::LOCATION] {
        if let Some(value) = response.headers().get(&name) {
            builder.insert_header((name, value.clone()));
        }
    }
    if matches!(asked.area, Area::Page | Area::Frame) && wants_a_page(asked.accept.as_ref()) {
        return builder.content_type(pages::HTML).body(pages::of_problem(site, &problem));
    }
    let spoken = if language == AnswerLanguage::English { "en" } else { "de" };
    builder
        .content_type(PROBLEM_JSON)
        .insert_header((header::CONTENT_LANGUAGE, spoken))
        .body(problem.to_json(language, &site.public_url, &asked.instance))
}

/// Says whether the client is a browser, which names `text/html` first of all.
fn wants_a_page(accept: Option<&HeaderValue>) -> bool {
    let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = packed::weight(accept, "text/html").unwrap_or(0.0);
    let named = |media_type| packed::weight(accept, media_type).unwrap_or(0.0);
    page > 0.0 && page >= named(PROBLEM_JSON) && page >= named("application/json")
}

/// Says whether the client takes the media type of a response.
fn is_acceptable(accept: Option<&HeaderValue>, response: &HttpResponse) -> bool {
    let Some(accept) = accept.and_then(|value| value.to_str().ok()) else {
        return true;
    };
    let Some(media_type) =
        response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
    else {
        return true;
    };
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let family = media_type.split('/').next().unwrap_or_default();
    // The most exact range decides: `application/json;q=0, */*` refuses JSON.
    let mut best: Option<(u8, bool)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let is_refused = parts
            .filter_map(|part| part.strip_prefix("q="))
            .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
        let exactness = match name.as_str() {
            "*/*" | "*" => 1,
            _ if name.strip_suffix("/*") == Some(family) => 2,
            _ if name == media_type => 3,
            _ => continue,
        };
        if best.is_none_or(|(known, _)| exactness > known) {
            best = Some((exactness, !is_refused));
        }
    }
    best.is_some_and(|(_, is_taken)| is_taken) || accept.trim().is_empty()
}

/// Turns a response that the client already has into 304.
fn unchanged(known: &[HeaderValue], response: HttpResponse) -> HttpResponse {
    if response.status() != StatusCode::OK {
        return response;
    }
    let Some(mark) = response.headers().get(header::ETAG).and_then(|v| v.to_str().ok()) else {
        return response;
    };
    let known = known.iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    // Whichever coding the client has: its content is this one.
    let mut known = known.map(|other| {
        let other = other.trim();
        other.strip_prefix("W/").unwrap_or(other)
    });
    let same =
        known.find(|other| *other == "*" || packed::plain_mark(other) == packed::plain_mark(mark));
    let Some(same) = same else {
        return response;
    };
    let mut builder = HttpResponse::NotModified();
    builder.insert_header((header::ETAG, if same == "*" { mark } else { same }));
    for name in [header::CACHE_CONTROL, header::CONTENT_LANGUAGE] {
        if let Some(value) = response.headers().get(&name) {
            builder.insert_header((name, value.clone()));
        }
    }
    builder.finish()
}

/// Compresses a body that is in memory, where the client takes gzip.
fn compressed(accepted: Option<&HeaderValue>, response: HttpResponse) -> HttpResponse {
    // Brotli would cost the waiting client more than it saves; `packed` has it beforehand.
    let takes_gzip = Coding::preferred(accepted, &[Coding::Gzip]) == Coding::Gzip;
    let is_text = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("json") || value.starts_with("text/"));
    let size = match response.body().size() {
        BodySize::Sized(size) => usize::try_from(size).unwrap_or(usize::MAX),
        _ => 0,
    };
    let is_worth_it = (packed::MIN_BYTES..=MAX_COMPRESSED_BYTES).contains(&size);
    let is_coded = response.headers().contains_key(header::CONTENT_ENCODING);
    if !takes_gzip || !is_text || !is_worth_it || is_coded {
        return response;
    }
    let (mut response, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(body) => return response.set_body(body),
    };
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::fast());
    let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    let Ok(packed) = packed else {
        return response.set_body(BoxBody::new(bytes));
    };
    let mark = response.headers().get(header::ETAG).and_then(|value| value.to_str().ok());
    if let Some(mark) = mark.map(|mark| Coding::Gzip.marked(mark)) {
        set(response.headers_mut(), "etag", &mark);
    }
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response.set_body(BoxBody::new(packed))
}

/// Sets the fields that every answer has.
fn fields(site: &Site, asked: &Asked, language: AnswerLanguage, response: &mut HttpResponse) {
    let is_html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    set(headers, "x-request-id", &asked.id);
    set(headers, "referrer-policy", "no-referrer");
    set(headers, "x-content-type-options", "nosniff");
    let policy = match asked.area {
        Area::Docs => DOCS_POLICY,
        Area::Page => PAGE_POLICY,
        Area::Frame => FRAME_POLICY,
        Area::Public | Area::Admin | Area::Asset => API_POLICY,
    };
    set(headers, "content-security-policy", policy);
    set(headers, "cross-origin-opener-policy", "same-origin");
    if !headers.contains_key(header::CACHE_CONTROL) {
        set(headers, "cache-control", "no-store");
    }
    if !headers.contains_key(header::CONTENT_LANGUAGE) {
        let language = if is_html || asked.area == Area::Docs { "de" } else { language.content() };
        set(headers, "content-language", language);
    }
    set(headers, "vary", "Accept, Accept-Language, Accept-Encoding");
    if site.shows_example_data() {
        set(headers, "wegweiser-data", "example");
    }
    if asked.area == Area::Asset {
        // `integrity` needs to read what it checks.
        set(headers, "access-control-allow-origin", "*");
        set(headers, "cross-origin-resource-policy", "cross-origin");
    } else if asked.area == Area::Public {
        set(headers, "access-control-allow-origin", "*");
        set(headers, "access-control-expose-headers", EXPOSED);
        set(headers, "access-control-allow-methods", "GET, HEAD, POST, QUERY, OPTIONS");
        set(
            headers,
            "access-control-allow-headers",
            "Accept, Accept-Language, Content-Type, \
             If-None-Match, X-Request-Id",
        );
        set(headers, "access-control-max-age", "86400");
        set(headers, "cross-origin-resource-policy", "cross-origin");
        let base = &site.public_url;
        let links = format!(
            "<{}>; rel=\"license\", <{base}/openapi.json>; rel=\"service-desc\", \
             <{base}/docs/>; rel=\"service-doc\"",
            site.data_licence.url
        );
        set(headers, "link", &links);
        if headers
            .get(header::ALLOW)
            .is_some_and(|v| v.as_bytes().windows(5).any(|w| w == b"QUERY"))
        {
            set(headers, "accept-query", "\"application/json\"");
        }
    } else {
        set(headers, "cross-origin-resource-policy", "same-origin");
    }
    if asked.area == Area::Admin {
        set(headers, "cache-control", "no-store");
    }
}

/// Sets a field; a value that is no field value is left out.
fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let name = HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_range_decides() {
        for (accept, is_taken) in [
            ("application/json", true),
            ("*/*", true),
            ("text/html,application/xhtml+xml,*/*;q=0.8", true),
            ("application/*", true),
            ("text/html", false),
            ("application/json;q=0, */*", false),
            ("image/png, text/plain", false),
        ] {
            let value = HeaderValue::from_static(accept);
            let response = HttpResponse::Ok().content_type("application/json").body("{}");
            assert_eq!(is_acceptable(Some(&value), &response), is_taken, "{accept}");
        }
    }

    #[test]
    fn a_mark_is_known_in_both_codings() {
        let response = || HttpResponse::Ok().insert_header(("ETag", "\"abc\"")).body("x");
        for (field, status) in [
            ("\"abc\"", 304),
            ("W/\"abc\"", 304),
            ("\"x\", \"abc-gzip\"", 304),
            ("\"abc-br\"", 304),
            ("*", 304),
            ("\"ab\"", 200),
        ] {
            let known = [HeaderValue::from_static(field)];
            assert_eq!(unchanged(&known, response()).status().as_u16(), status, "{field}");
        }
    }
}
