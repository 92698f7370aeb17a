//! The pages for people, and the files of the embeddable search.
//!
//! In: requests of browsers. Out: pages that work without any script, in seven languages. Search
//! results are written from the very JSON that the interface answers. No page sets a cookie, keeps
//! anything or loads anything from elsewhere.

mod assets;
mod card;
mod colours;
mod contact_points;
mod crawlers;
mod embed;
mod frame;
mod group;
mod map;
mod notices;
mod results;
mod search;
mod staff;
mod texts;
mod topics;

pub use frame::{HTML, Page};
pub use texts::Texts;

use actix_web::web;
use maud::html;

use super::problem::Problem;
use super::resource;
use super::site::Site;
use crate::search::request::AnswerLanguage;

/// Returns the notice that every page shows while the data are invented, as markup.
pub fn example_notice(site: &Site) -> String {
    let german = Texts::in_language(AnswerLanguage::German);
    if site.shows_example_data() {
        html! { p.banner role="note" { (german.say("example")) } }.into_string()
    } else {
        String::new()
    }
}

/// Returns the page that a browser gets instead of a problem document: what it is, and the way on.
pub fn of_problem(site: &Site, problem: &Problem) -> String {
    let status = problem.code.status().as_u16();
    let main = html! {
        h1 { (status) }
        @for (texts, in_english) in [(AnswerLanguage::German, false), (AnswerLanguage::English, true)].map(|(l, e)| (Texts::in_language(l), e)) {
            section lang=(texts.tag()) {
                h2 { (problem.code.title(in_english)) }
                p { (problem.detail(in_english)) }
                p { a href=(texts.href("/")) { (texts.say("home_title")) } }
            }
        }
    };
    let german = Texts::in_language(AnswerLanguage::German);
    Page::new(german, "/problems", problem.code.title(false).to_owned(), main).write(site)
}

/// Adds the pages.
pub fn configure(config: &mut web::ServiceConfig) {
    let get = "GET, HEAD";
    config
        .service(
            resource("/", "GET, HEAD, POST")
                .route(web::get().to(search::home))
                .route(web::post().to(search::search)),
        )
        .service(
            resource("/rahmen", "GET, HEAD, POST")
                .route(web::get().to(search::frame))
                .route(web::post().to(search::framed_search)),
        )
        .service(resource("/gruppe/{id}", get).route(web::get().to(group::group)))
        .service(
            resource("/kontaktstellen", get).route(web::get().to(contact_points::contact_points)),
        )
        .service(resource("/themen", get).route(web::get().to(topics::topics)))
        .service(resource("/thema/{id}", get).route(web::get().to(topics::topic)))
        .service(resource("/einbetten", get).route(web::get().to(embed::embed)))
        .service(resource("/verwaltung", get).route(web::get().to(staff::staff)))
        .service(resource("/barrierefreiheit", get).route(web::get().to(notices::accessibility)))
        .service(resource("/datenschutz", get).route(web::get().to(notices::privacy)))
        .service(resource("/robots.txt", get).route(web::get().to(crawlers::robots)))
        .service(resource("/sitemap.xml", get).route(web::get().to(crawlers::sitemap)))
        .service(resource("/widget.js", "GET, HEAD, OPTIONS").route(web::get().to(assets::widget)))
        .service(
            resource("/widget/{file}", "GET, HEAD, OPTIONS")
                .route(web::get().to(assets::widget_file)),
        )
        .service(resource("/style.css", get).route(web::get().to(assets::style)))
        .service(resource("/frame.js", get).route(web::get().to(assets::frame_script)))
        .service(resource("/staff.js", get).route(web::get().to(assets::staff_script)))
        .service(resource("/staff.css", get).route(web::get().to(assets::staff_style)))
        .service(resource("/icon.svg", get).route(web::get().to(assets::icon)));
}
