//! The page of all contact points: telephone first, by state.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::frame::{Page, away, dial, list, mail, text};
use super::texts::Texts;
use crate::config::MAX_LIMIT;
use crate::domain::State;
use crate::http::problem::Problem;
use crate::http::reply::Keep;
use crate::http::site::Site;
use crate::http::wire::ContactPointForm;
use crate::search::ContactPointRequest;

/// Answers `/kontaktstellen`.
///
/// # Errors
///
/// `index_unavailable`.
pub async fn contact_points(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let t = Texts::of(&request);
    let points = all(&site)?;
    let mut page =
        Page::new(t, "/kontaktstellen", t.say("points_title").to_owned(), main(&points, t));
    page.description = t.say("points_description").to_owned();
    Ok(page.respond(&site, Keep::Checked))
}

/// Returns all contact points as the interface shows them.
///
/// # Errors
///
/// `index_unavailable`.
pub fn all(site: &Site) -> Result<Vec<Value>, Problem> {
    let mut all = Vec::new();
    let mut request = ContactPointRequest { limit: MAX_LIMIT, ..ContactPointRequest::default() };
    loop {
        let page = site.searcher.contact_points(&request)?;
        let form =
            |found| serde_json::to_value(ContactPointForm::of(site, &page.generation, found));
        all.extend(page.items.iter().filter_map(|found| form(found).ok()));
        request.cursor = page.next_cursor;
        if request.cursor.is_none() {
            return Ok(all);
        }
    }
}

fn main(points: &[Value], t: Texts) -> Markup {
    let of = |state: &str, level: &str| -> Vec<&Value> {
        let mut found: Vec<&Value> = points
            .iter()
            .filter(|point| point["state"] == state && point["level"] == level)
            .collect();
        found.sort_by_key(|point| {
            (text(&point["address"]["town"]).to_owned(), text(&point["name"]).to_owned())
        });
        found
    };
    let mut states: Vec<&str> = points.iter().map(|point| text(&point["state"])).collect();
    states.sort_unstable();
    states.dedup();
    html! {
        h1 { (t.say("points_title")) }
        p.lead { (t.say("points_lead")) }
        @for state in states {
            @let name = state.parse().map_or(state, |state: State| state.name());
            section {
                h2 { (t.german(name)) }
                ul.cards {
                    @for point in of(state, "state") { (entry(point, &t.fill("points_state_bodies", &[("state", &name)]), t)) }
                    @for point in of(state, "local") { (entry(point, "", t)) }
                }
            }
        }
    }
}

fn entry(point: &Value, scope: &str, t: Texts) -> Markup {
    let address = &point["address"];
    let town = format!("{} {}", text(&address["postcode"]), text(&address["town"]));
    let address =
        [text(&address["street"]), town.trim()].into_iter().filter(|part| !part.is_empty());
    let districts: Vec<&str> =
        list(&point["serves"]).iter().map(|one| text(&one["name"])).collect();
    let serves = if scope.is_empty() {
        t.german(districts.join(", "))
    } else {
        html! { (scope) }
    };
    html! {
        li.card id=(text(&point["id"])) {
            h3 { (t.german(text(&point["name"]))) }
            p.point.big {
                (dial(&point["phone"], text(&point["name"]))) (mail(&point["email"]))
                @if point["website"].is_string() { (away(&point["website"], t.say("website"))) }
            }
            dl.facts.wide {
                @if !(scope.is_empty() && districts.is_empty()) { div { dt { (t.say("points_serves")) } dd { (serves) } } }
                div { dt { (t.say("points_address")) } dd { (t.german(address.collect::<Vec<_>>().join(", "))) } }
                div { dt { (t.say("points_hours")) } dd { @match point["hours"].as_str() { Some(hours) => (t.german(hours)), None => (t.say("points_no_hours")) } } }
                @if point["group_count"].as_u64().unwrap_or_default() > 0 {
                    div { dt { (t.say("points_groups")) } dd { (point["group_count"]) } }
                }
            }
        }
    }
}
