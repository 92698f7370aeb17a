//! The pages for people: search and one group, written here, without any script.
//!
//! The search form sends by POST, so that an illness stands in no address, history or log.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use serde_json::Value;

use super::groups::{Found, found};
use super::packed::Packed;
use super::problem::{Code, Problem};
use super::query::MAX_BODY_BYTES;
use super::reply::{self, Keep};
use super::resource;
use super::site::Site;
use super::wire;
use crate::search::SearchError;
use crate::search::answer::{CrisisHelp, Hit, SearchAnswer};
use crate::search::request::SearchRequest;

/// Media type of pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";

static STYLE: LazyLock<Packed> =
    LazyLock::new(|| Packed::new(include_str!("style.css"), "text/css; charset=utf-8"));

/// Returns text that means itself in HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Returns the notice that every page shows while the data are invented.
pub(super) fn example_notice(site: &Site) -> &'static str {
    if site.shows_example_data() {
        "<p class=\"banner\" role=\"note\"><strong>Beispieldaten:</strong> Alle Gruppen hier sind \
         erfunden. Bitte rufen Sie niemanden deswegen an.</p>"
    } else {
        ""
    }
}

/// Returns a page around its main part.
pub(super) fn frame(site: &Site, title: &str, main: &str) -> String {
    let banner = example_notice(site);
    format!(
        "<!doctype html>\n<html lang=\"de\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <title>{}</title><link rel=\"stylesheet\" href=\"/style.css\"></head><body>\
         <a class=\"skip\" href=\"#inhalt\">Zum Inhalt</a>\
         <header><a href=\"/\">Wegweiser Selbsthilfe</a></header>{banner}\
         <main id=\"inhalt\">{main}</main>\
         <footer><a href=\"/docs/\">Schnittstelle</a> · <a href=\"{}\">Lizenz der Daten</a></footer>\
         </body></html>\n",
        escaped(title),
        escaped(&site.data_licence.url),
    )
}

fn form(q: &str, place: &str) -> String {
    format!(
        "<h1>Selbsthilfegruppen in Sachsen und Thüringen</h1>\
         <form method=\"post\" action=\"/\" role=\"search\">\
         <p><label for=\"q\">Thema oder Krankheit</label>\
         <input id=\"q\" name=\"q\" type=\"search\" maxlength=\"200\" autocomplete=\"off\" \
         value=\"{}\"></p>\
         <p><label for=\"place\">Ort oder Postleitzahl</label>\
         <input id=\"place\" name=\"place\" maxlength=\"120\" autocomplete=\"off\" value=\"{}\"></p>\
         <p><button>Suchen</button></p></form>",
        escaped(q),
        escaped(place),
    )
}

/// Answers the home page.
async fn home(site: web::Data<Site>) -> HttpResponse {
    let html = frame(&site, "Wegweiser Selbsthilfe", &form("", ""));
    reply::typed(html.into_bytes(), HTML, Keep::Checked)
}

/// Answers the form of the home page.
async fn search(
    request: HttpRequest,
    body: web::Payload,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (q, place) = read_form(&request, body).await?;
    let mut pairs = Vec::new();
    for (name, value) in [("q", &q), ("place", &place)] {
        if !value.trim().is_empty() {
            pairs.push((name, value.as_str()));
        }
    }
    let result = SearchRequest::from_pairs(pairs)
        .map_err(|faulty| SearchError::Request(site.searcher.all_problems(*faulty)))
        .and_then(|search| site.searcher.search(&search));
    let (title, results) = match result {
        Ok(answer) => ("Ergebnisse – Wegweiser Selbsthilfe", results(&site, &answer)),
        Err(SearchError::Request(problems)) => {
            let problem = Problem::of_parameters(problems, false);
            ("Bitte prüfen – Wegweiser Selbsthilfe", faults(&problem))
        }
        Err(error) => return Err(error.into()),
    };
    let html = frame(&site, title, &format!("{}{results}", form(&q, &place)));
    Ok(reply::typed(html.into_bytes(), HTML, Keep::Nowhere))
}

async fn read_form(
    request: &HttpRequest,
    mut body: web::Payload,
) -> Result<(String, String), Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let is_form = content_type.is_some_and(|value| {
        let name = value.split(';').next().unwrap_or_default().trim();
        name.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    });
    if !is_form {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedBody))?;
        if bytes.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(Problem::new(Code::PayloadTooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    let value = |name: &str| {
        let found = url::form_urlencoded::parse(&bytes).find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    Ok((value("q"), value("place")))
}

fn faults(problem: &Problem) -> String {
    let mut out = String::from("<section role=\"alert\"><h2>Das hat nicht geklappt</h2><ul>");
    for fault in problem.faults() {
        // Writing into a String cannot fail.
        let _ = write!(out, "<li>{}", escaped(&super::german::detail(&fault.detail)));
        if !fault.suggestions.is_empty() {
            let _ = write!(out, " Gemeint? {}", escaped(&fault.suggestions.join(", ")));
        }
        out.push_str("</li>");
    }
    out.push_str("</ul></section>");
    out
}

fn results(site: &Site, answer: &SearchAnswer) -> String {
    let mut out = String::new();
    if let Some(help) = &answer.crisis_help {
        out.push_str(&crisis(help));
    }
    let count = match answer.total {
        0 => "Keine Gruppe gefunden".to_owned(),
        1 => "Eine Gruppe gefunden".to_owned(),
        total => format!("{total} Gruppen gefunden"),
    };
    let _ = write!(out, "<section><h2 role=\"status\">{count}</h2>");
    out.push_str(&list(site, answer, &answer.items));
    if answer.next_cursor.is_some() {
        let shown = answer.items.len();
        let _ = write!(
            out,
            "<p>Gezeigt sind die ersten {shown}. Ein Ort oder ein genaueres Thema \
                             hilft weiter.</p>"
        );
    }
    out.push_str("</section>");
    for step in answer.fallback.iter().flat_map(|fallback| &fallback.steps) {
        let _ = write!(out, "<section><h3>{}</h3>", escaped(&step.label));
        out.push_str(&list(site, answer, &step.items));
        let points = step.contact_points.iter();
        for point in points.map(|found| &answer.generation.meta.contact_points[found.position]) {
            let _ =
                write!(out, "<p>{}{}</p>", escaped(&point.name), telephone(point.phone.as_deref()));
        }
        for link in &step.links {
            let _ = match link.url.as_deref().filter(|url| is_safe(url)) {
                Some(url) => write!(
                    out,
                    "<p><a rel=\"noreferrer\" href=\"{}\">{}</a>{}</p>",
                    escaped(url),
                    escaped(&link.label),
                    telephone(link.phone.as_deref())
                ),
                None => {
                    write!(
                        out,
                        "<p>{}{}</p>",
                        escaped(&link.label),
                        telephone(link.phone.as_deref())
                    )
                }
            };
        }
        out.push_str("</section>");
    }
    out
}

fn crisis(help: &CrisisHelp) -> String {
    let mut out = format!("<section class=\"crisis\"><p>{}</p><ul>", escaped(&help.text));
    for number in &help.contacts {
        let _ = write!(
            out,
            "<li>{}: <a href=\"tel:{}\">{}</a></li>",
            escaped(&number.label),
            escaped(&number.tel),
            escaped(&number.phone)
        );
    }
    out.push_str("</ul></section>");
    out
}

fn telephone(number: Option<&str>) -> String {
    let Some(number) = number else { return String::new() };
    let dialled: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!(", <a href=\"tel:{dialled}\">{}</a>", escaped(number))
}

/// Says whether a link may stand on a page: whatever runs code may not.
fn is_safe(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn list(site: &Site, answer: &SearchAnswer, hits: &[Hit]) -> String {
    if hits.is_empty() {
        return String::new();
    }
    let mut out = String::from("<ol class=\"hits\">");
    for hit in hits {
        let record = wire::group_value(&answer.generation, hit.group);
        let id = record["id"].as_str().unwrap_or_default();
        let _ = write!(
            out,
            "<li><h3><a href=\"{}\">{}</a></h3>",
            escaped(site.page_url(id).strip_prefix(&site.public_url).unwrap_or_default()),
            escaped(record["name"].as_str().unwrap_or_default())
        );
        if let Some(summary) = record["summary"].as_str().filter(|text| !text.is_empty()) {
            let _ = write!(out, "<p>{}</p>", escaped(summary));
        }
        let town = record["venue"]["town"].as_str().unwrap_or_default();
        let distance = hit.distance_km.map(|km| format!("{km} km").replace('.', ","));
        let facts: Vec<&str> =
            [Some(town), distance.as_deref(), record["meeting"]["text"].as_str()]
                .into_iter()
                .flatten()
                .filter(|fact| !fact.is_empty())
                .collect();
        if !facts.is_empty() {
            let _ = write!(out, "<p>{}</p>", escaped(&facts.join(" · ")));
        }
        out.push_str("</li>");
    }
    out.push_str("</ol>");
    out
}

/// Answers the page of a group.
async fn group(id: web::Path<String>, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let (generation, at) = match found(&site, &id)? {
        Found::Here(generation, at) => (generation, at),
        Found::Moved(to) => {
            return Ok(HttpResponse::PermanentRedirect()
                .insert_header((header::LOCATION, site.page_url(&to)))
                .finish());
        }
    };
    let record = wire::group_value(&generation, at);
    let name = record["name"].as_str().unwrap_or_default();
    let html = frame(&site, &format!("{name} – Wegweiser Selbsthilfe"), &profile(&record));
    Ok(reply::typed(html.into_bytes(), HTML, Keep::Briefly))
}

fn profile(record: &Value) -> String {
    let text = |value: &Value| value.as_str().map(escaped).unwrap_or_default();
    let mut out = format!("<h1>{}</h1>", text(&record["name"]));
    if record["stale"] == true {
        out.push_str(
            "<p role=\"note\">Diese Angaben hat seit über einem Jahr niemand bestätigt.</p>",
        );
    }
    for part in text(&record["description"]).split('\n').filter(|part| !part.trim().is_empty()) {
        let _ = write!(out, "<p>{part}</p>");
    }
    out.push_str("<dl>");
    let mut entry = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = write!(out, "<dt>{name}</dt><dd>{value}</dd>");
        }
    };
    let topics: Vec<String> = record["topics"].as_array().into_iter().flatten().map(text).collect();
    entry("Themen", topics.join(", "));
    entry("Treffen", text(&record["meeting"]["text"]));
    let venue = &record["venue"];
    let town = format!("{} {}", text(&venue["postcode"]), text(&venue["town"]));
    let place: Vec<String> = [text(&venue["name"]), text(&venue["street"]), town.trim().to_owned()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    entry("Ort", place.join(", "));
    entry("Telefon der Gruppe", text(&record["contact"]["phone"]));
    entry("E-Mail der Gruppe", text(&record["contact"]["email"]));
    if let Some(website) = record["website"].as_str().filter(|url| is_safe(url)) {
        let website = escaped(website);
        entry("Website", format!("<a rel=\"noreferrer\" href=\"{website}\">{website}</a>"));
    }
    let publisher = &record["contact_point"];
    let phone = telephone(publisher["phone"].as_str());
    entry("Kontaktstelle", format!("{}{phone}", text(&publisher["name"])));
    entry("Geprüft am", text(&record["verified_on"]));
    out.push_str("</dl>");
    if !record["meeting"]["rrule"].is_null() {
        let id = text(&record["id"]);
        let _ =
            write!(out, "<p><a href=\"/v1/groups/{id}/calendar.ics\">Termine als Kalender</a></p>");
    }
    out
}

/// Returns the page that a browser gets instead of a problem document: what it is, and the way on.
pub(super) fn of_problem(site: &Site, problem: &Problem) -> String {
    let section = |language: &str, in_english: bool, on: &str| {
        format!(
            "<section lang=\"{language}\"><h2>{}</h2><p>{}</p><p><a href=\"/\">{on}</a></p></section>",
            escaped(problem.code.title(in_english)),
            escaped(&problem.detail(in_english)),
        )
    };
    let status = problem.code.status().as_u16();
    let main = format!(
        "<h1>{status}</h1>{}{}",
        section("de", false, "Zur Suche nach Selbsthilfegruppen"),
        section("en", true, "Search self-help groups"),
    );
    let title = problem.code.title(false);
    frame(site, &format!("{title} – Wegweiser Selbsthilfe"), &main)
}

/// Answers the look of the pages.
async fn style(request: HttpRequest) -> HttpResponse {
    STYLE.answer(&request, Keep::Checked)
}

/// Adds the pages.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/", "GET, HEAD, POST")
                .route(web::get().to(home))
                .route(web::post().to(search)),
        )
        .service(resource("/gruppe/{id}", "GET, HEAD").route(web::get().to(group)))
        .service(resource("/style.css", "GET, HEAD").route(web::get().to(style)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_never_becomes_markup() {
        assert_eq!(escaped("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
        assert!(!is_safe("javascript:alert(1)") && is_safe("https://example.org/"));
    }
}
