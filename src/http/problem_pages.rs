//! A page for each problem code, in German and English, so that `type` always resolves.

use actix_web::{HttpResponse, web};

use super::pages::{self, escaped};
use super::problem::{Code, Problem};
use super::reply::{self, Keep};
use super::resource;
use super::site::Site;

/// Answers `/problems/{code}`.
async fn page(code: web::Path<String>, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let code = Code::from_word(&code).ok_or_else(|| Problem::new(Code::NotFound))?;
    let word = code.as_str();
    let status = code.status().as_u16();
    let section = |language: &str, in_english: bool| {
        format!(
            "<section lang=\"{language}\"><h2>{}</h2><p>{}</p></section>",
            escaped(code.title(in_english)),
            escaped(code.detail(in_english)),
        )
    };
    let body = format!(
        "<h1><code>{word}</code> ({status})</h1>{}{}",
        section("de", false),
        section("en", true)
    );
    let html = pages::frame(&site, &format!("{word} – Wegweiser"), &body);
    Ok(reply::typed(html.into_bytes(), pages::HTML, Keep::Checked))
}

/// Lists all codes.
async fn index(site: web::Data<Site>) -> HttpResponse {
    let rows: String = Code::ALL
        .iter()
        .map(|code| {
            format!(
                "<li><a href=\"/problems/{0}\"><code>{0}</code></a> ({1}): {2} \
                 <span lang=\"en\">({3})</span></li>",
                code.as_str(),
                code.status().as_u16(),
                escaped(code.title(false)),
                escaped(code.title(true)),
            )
        })
        .collect();
    let body =
        format!("<h1>Fehlermeldungen <span lang=\"en\">(problems)</span></h1><ul>{rows}</ul>");
    let html = pages::frame(&site, "Fehlermeldungen – Wegweiser", &body);
    reply::typed(html.into_bytes(), pages::HTML, Keep::Checked)
}

/// Adds the pages of problems.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(resource("/problems", "GET, HEAD").route(web::get().to(index)))
        .service(resource("/problems/{code}", "GET, HEAD").route(web::get().to(page)));
}
