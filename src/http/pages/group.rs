//! The page of one group, with its facts as schema.org data inside.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::card::{badges, calendar, checked, facts};
use super::frame::{Page, away, dial, list, mail, text};
use super::results::contact;
use super::texts::Texts;
use crate::http::groups::{Found, found};
use crate::http::problem::Problem;
use crate::http::reply::Keep;
use crate::http::site::Site;
use crate::http::{jsonld, wire};

/// Answers `/gruppe/{id}`.
///
/// # Errors
///
/// `not_found`, `gone`, `index_unavailable`.
pub async fn group(
    id: web::Path<String>,
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let t = Texts::of(&request);
    let (generation, at) = match found(&site, &id)? {
        Found::Here(generation, at) => (generation, at),
        Found::Moved(to) => {
            return Ok(HttpResponse::PermanentRedirect()
                .insert_header((header::LOCATION, site.page_url(&to)))
                .finish());
        }
    };
    let record = wire::group(&site, &generation, at, t.language);
    let mut record: Value = serde_json::from_slice(&record).unwrap_or_default();
    let publisher = text(&record["contact_point"]["id"]).to_owned();
    let hours = generation
        .meta
        .contact_points
        .iter()
        .find(|point| point.id == publisher)
        .and_then(|p| p.hours.clone());
    record["contact_point"]["hours"] = hours.map_or(Value::Null, Value::String);
    let name = text(&record["name"]).to_owned();
    let path = format!("/gruppe/{}", text(&record["id"]));
    let topics: Vec<&str> = list(&record["topics"]).iter().map(text).collect();
    let venue = &record["venue"];
    let town = venue["town"]
        .as_str()
        .or_else(|| venue["district_name"].as_str())
        .unwrap_or("Sachsen und Thüringen");
    let description = t.fill(
        "group_description",
        &[("name", &name), ("topics", &topics.join(", ")), ("town", &town)],
    );
    let mut page = Page::new(t, &path, name, profile(&site, &record, t));
    page.description = description;
    page.linked = Some(jsonld::value(&site, &record));
    Ok(page.respond(&site, Keep::Briefly))
}

fn profile(site: &Site, record: &Value, t: Texts) -> Markup {
    let parts = text(&record["description"]).split('\n').filter(|part| !part.trim().is_empty());
    html! {
        h1 { (t.german(text(&record["name"]))) }
        (badges(record, t))
        @for part in parts { p { (t.written(part, part)) } }
        dl.facts {
            @if !list(&record["topics"]).is_empty() {
                div { dt { (t.say("topics")) } dd { (t.german(list(&record["topics"]).iter().map(text).collect::<Vec<_>>().join(" · "))) } }
            }
            @for (name, fact) in facts(record, t) { div { dt { (name) } dd { (fact) } } }
            @if record["wheelchair"].is_string() && record["wheelchair"] != "unknown" {
                div { dt { (t.say("group_wheelchair")) } dd { (wheelchair(text(&record["wheelchair"]), t)) } }
            }
            @if record["cost"].is_string() {
                div {
                    dt { (t.say("group_cost")) }
                    dd { (cost(record, t)) }
                }
            }
        }
        (checked(record, t))
        @if record["meeting"]["rrule"].is_string() { p { (calendar(record, t)) } }
        (how_to_reach(record, t))
        (similar(record, t))
        (is_it_wrong(site, record, t))
    }
}

fn wheelchair(value: &str, t: Texts) -> String {
    value.parse().map_or_else(
        |_| value.to_owned(),
        |value| crate::recognise::term::wheelchair_label(value, t.language.as_str()),
    )
}

fn cost(record: &Value, t: Texts) -> String {
    let label = t.find(&format!("cost_{}", text(&record["cost"]))).unwrap_or_default();
    match record["cost_note"].as_str() {
        Some(note) => format!("{label}: {note}"),
        None => label.to_owned(),
    }
}

/// Returns links to the pages of what the group's topics mean.
fn similar(record: &Value, t: Texts) -> Markup {
    let concepts = list(&record["concepts"]);
    html! {
        @if !concepts.is_empty() {
            section {
                h2 { (t.say("group_similar")) }
                ul.chips {
                    @for concept in concepts {
                        li { a href=(t.href(&format!("/thema/{}", text(&concept["id"])))) { (t.topic(text(&concept["label"]))) } }
                    }
                }
            }
        }
    }
}

fn how_to_reach(record: &Value, t: Texts) -> Markup {
    let own = &record["contact"];
    let point = &record["contact_point"];
    let name = text(&point["name"]);
    let has_own =
        own["phone"].is_string() || own["email"].is_string() || record["website"].is_string();
    html! {
        section.note.reach {
            h2 { (t.say("group_contact")) }
            @if has_own {
                p { (t.say("group_own")) }
                p.point {
                    (dial(&own["phone"], text(&record["name"]))) (mail(&own["email"]))
                    @if record["website"].is_string() { (away(&record["website"], t.say("website"))) }
                }
                p { (t.say("group_point")) }
            } @else {
                p { (t.fill("group_via", &[("name", &name)])) }
            }
            (contact(point, t))
        }
    }
}

fn is_it_wrong(site: &Site, record: &Value, t: Texts) -> Markup {
    let point = &record["contact_point"];
    let encoded = |text: &str| -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    let about = format!("{}\n{}", text(&record["name"]), site.page_url(text(&record["id"])));
    html! {
        section {
            h2 { (t.say("group_wrong")) }
            p { (t.fill("group_wrong_text", &[("name", &text(&point["name"]))])) }
            p.point {
                @if let Some(address) = point["email"].as_str() {
                    a href=(format!("mailto:{}?subject={}&body={}", encoded(address).replace("%40", "@"), encoded(t.say("group_wrong_subject")), encoded(&about))) {
                        (t.say("group_wrong_mail"))
                    }
                }
                (dial(&point["phone"], text(&point["name"])))
            }
        }
    }
}
