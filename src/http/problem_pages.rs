//! A page for each problem code, in German and English, so that `type` always resolves.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;

use super::pages::{Page, Texts};
use super::problem::{Code, Problem};
use super::reply::Keep;
use super::resource;
use super::site::Site;

/// Answers `/problems/{code}`.
async fn page(
    code: web::Path<String>,
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let code = Code::from_word(&code).ok_or_else(|| Problem::new(Code::NotFound))?;
    let word = code.as_str();
    let status = code.status().as_u16();
    let main = html! {
        h1 { code { (word) } " (" (status) ")" }
        @for (language, in_english) in [("de", false), ("en", true)] {
            section lang=(language) {
                h2 { (code.title(in_english)) }
                p { (code.detail(in_english)) }
            }
        }
    };
    let path = format!("/problems/{word}");
    let page = Page::new(Texts::of(&request), &path, word.to_owned(), main);
    Ok(page.respond(&site, Keep::Checked))
}

/// Lists all codes.
async fn index(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let main = html! {
        h1 { "Fehlermeldungen " span lang="en" { "(problems)" } }
        ul {
            @for code in Code::ALL {
                li {
                    a href={ "/problems/" (code.as_str()) } { code { (code.as_str()) } }
                    " (" (code.status().as_u16()) "): " span lang="de" { (code.title(false)) }
                    " " span lang="en" { "(" (code.title(true)) ")" }
                }
            }
        }
    };
    let page = Page::new(Texts::of(&request), "/problems", "Fehlermeldungen".to_owned(), main);
    page.respond(&site, Keep::Checked)
}

/// Adds the pages of problems.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(resource("/problems", "GET, HEAD").route(web::get().to(index)))
        .service(resource("/problems/{code}", "GET, HEAD").route(web::get().to(page)));
}
