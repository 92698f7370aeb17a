//! What the service promises: accessibility and privacy.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::contact_points::all;
use super::frame::{Page, mail};
use super::results::contact;
use super::search::sign_language;
use super::texts::Texts;
use crate::http::reply::Keep;
use crate::http::site::Site;

/// Answers `/barrierefreiheit`.
pub async fn accessibility(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let asked = Texts::of(&request);
    let t = asked.of_statements();
    let main = html! {
        h1 { (t.say("access_title")) }
        p.lead { (t.say("access_goal")) }
        h2 { (t.say("access_checked")) }
        p { (t.say("access_checked_text")) }
        h2 { (t.say("access_open")) }
        p { (t.say("access_open_text")) }
        (sign_language(&site, t))
        h2 { (t.say("access_report")) }
        p { (t.say("access_report_text")) }
        (operator(&site, "access_report_none", t))
        p.hint { (t.say("access_date")) }
    };
    let mut page = Page::new(asked, "/barrierefreiheit", t.say("access_title").to_owned(), main);
    page.is_statement = true;
    page.description = t.say("access_description").to_owned();
    page.respond(&site, Keep::Checked)
}

/// Answers `/datenschutz`.
pub async fn privacy(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let t = Texts::of(&request);
    let parts = [
        ("privacy_search", "privacy_search_text"),
        ("privacy_address", "privacy_address_text"),
        ("privacy_third", "privacy_third_text"),
        ("privacy_links", "privacy_links_text"),
        ("privacy_groups", "privacy_groups_text"),
    ];
    let main = html! {
        h1 { (t.say("privacy_title")) }
        p.lead { (t.say("privacy_lead")) }
        @for (title, text) in parts { h2 { (t.say(title)) } p { (t.say(text)) } }
        h2 { (t.say("privacy_who")) }
        p { (t.say("privacy_who_text")) }
        (operator(&site, "privacy_who_none", t))
    };
    let mut page = Page::new(t, "/datenschutz", t.say("privacy_title").to_owned(), main);
    page.description = t.say("privacy_description").to_owned();
    page.respond(&site, Keep::Checked)
}

/// Returns how to reach whoever runs the service; the state bodies where nobody has said so.
fn operator(site: &Site, unknown: &str, t: Texts) -> Markup {
    let bodies: Vec<Value> = all(site)
        .unwrap_or_default()
        .into_iter()
        .filter(|point| point["level"] == "state")
        .collect();
    html! {
        @match &site.contact_email {
            Some(address) => p { (mail(&json!(address))) },
            None => {
                p { (t.say(unknown)) }
                @for point in &bodies { (contact(point, t)) }
            },
        }
    }
}
