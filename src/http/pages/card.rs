//! One group as people need it: what, for whom, where, when, how to make contact, since when
//! checked. The embeddable search shows the same (`web/src/card.ts`).
//!
//! In: a group as the interface answers it. Out: a list entry.

use maud::{Markup, html};
use serde_json::Value;

use super::frame::{away, dial, list, mail, text};
use super::texts::Texts;

/// Returns the entry of a group in a list.
pub fn card(record: &Value, t: Texts) -> Markup {
    let topics = list(&record["topics"]);
    html! {
        li.card {
            h3 { a href=(t.href(&format!("/gruppe/{}", text(&record["id"])))) { (t.german(marked(record, "name", 0, text(&record["name"])))) } }
            @if !topics.is_empty() {
                p.topics { bdi lang=[t.de()] {
                    @for (at, topic) in topics.iter().enumerate() {
                        @if at > 0 { " · " }
                        (marked(record, "topics", at, text(topic)))
                    }
                } }
            }
            (badges(record, t))
            @if let Some(summary) = record["summary"].as_str() {
                @let shown = html! { (marked(record, "summary", 0, summary)) @if is_cut(summary) { " …" } };
                p.summary { (t.written(summary, shown)) }
            }
            dl.facts {
                @for (name, fact) in facts(record, t) { div { dt { (name) } dd { (fact) } } }
                div { dt { (t.say("contact")) } dd { (reach(record, t)) } }
            }
            (checked(record, t))
            @if record["meeting"]["rrule"].is_string() {
                p.acts { (calendar(record, t)) }
            }
        }
    }
}

/// Says whether a summary goes on in the description.
fn is_cut(summary: &str) -> bool {
    summary.chars().count() > 150 && !summary.ends_with(['.', '!', '?', '…', ')', '"', '“'])
}

/// Returns a link to the calendar of a group.
pub fn calendar(record: &Value, t: Texts) -> Markup {
    html! {
        a href=(format!("/v1/groups/{}/calendar.ics", text(&record["id"]))) {
            (t.say("calendar")) span.away { ": " (t.german(text(&record["name"]))) }
        }
    }
}

/// Returns what is special about a group.
pub fn badges(record: &Value, t: Texts) -> Markup {
    let status = text(&record["status"]);
    let mut badges = Vec::new();
    if !matches!(status, "" | "active") {
        badges.push(t.label("status", status));
    }
    for (list, member) in [("open", "open_for_new"), ("cost", "cost")] {
        let value = text(&record[member]);
        let known = t.find(&format!("{list}_{value}")).filter(|_| value != "free");
        badges.extend(known.map(str::to_owned));
    }
    html! { @if !badges.is_empty() { p.badges { @for badge in badges { span { (badge) } } } } }
}

/// Returns for whom, where, when and in which language, where it is known.
pub fn facts(record: &Value, t: Texts) -> Vec<(&'static str, Markup)> {
    let labels = |name: &str| -> Vec<String> {
        list(&record[name]).iter().map(|value| t.label(name, text(value))).collect()
    };
    let mut whom = labels("audience");
    whom.extend(labels("age_group"));
    if !matches!(text(&record["gender"]), "" | "all") {
        whom.push(t.label("gender", text(&record["gender"])));
    }
    let meeting = &record["meeting"];
    let next = meeting["next_at"].as_str().and_then(|at| t.moment(at));
    let when = html! {
        @match meeting["text"].as_str() { Some(own) => (t.german(own)), None => (t.say("ask_time")) }
        @if let Some(date) = next { "; " (t.fill("next", &[("date", &date)])) }
    };
    let languages: Vec<String> = list(&record["languages"])
        .iter()
        .map(|tag| {
            let name = t.label("language", text(tag));
            if name.is_empty() { text(tag).to_owned() } else { name }
        })
        .collect();
    let is_german_only = list(&record["languages"]).iter().all(|tag| tag == "de");
    let joined = |words: Vec<String>| html! { (words.join(", ")) };
    [
        (t.say("for"), joined(whom)),
        (t.say("where"), place(record, t)),
        (t.say("when"), when),
        (
            t.say("language"),
            if is_german_only {
                html! {}
            } else {
                joined(languages)
            },
        ),
    ]
    .into_iter()
    .filter(|(_, fact)| !fact.0.is_empty())
    .collect()
}

fn place(record: &Value, t: Texts) -> Markup {
    let venue = &record["venue"];
    let format = text(&record["format"]);
    let is_here = matches!(format, "in_person" | "hybrid");
    let town =
        venue["town"].as_str().or_else(|| venue["district_name"].as_str()).unwrap_or_default();
    let town = format!("{} {town}", text(&venue["postcode"]));
    let house = if is_here { [text(&venue["name"]), text(&venue["street"])] } else { ["", ""] };
    let mut address = Vec::from(house);
    address.push(town.trim());
    address.retain(|part| !part.is_empty());
    let mut parts = Vec::new();
    if !is_here && !format.is_empty() {
        parts.push(html! { (t.label("format", format)) });
    }
    if !address.is_empty() {
        parts.push(t.german(address.join(", ")));
    }
    if is_here {
        if let Some(km) = record["distance_km"].as_f64() {
            parts.push(html! { (t.fill("km", &[("km", &t.kilometres(km))])) });
        }
        if record["wheelchair"] == "yes" {
            parts.push(html! { (t.say("wheelchair_yes")) });
        }
    }
    html! { @for (at, part) in parts.iter().enumerate() { @if at > 0 { ", " } (part) } }
}

fn reach(record: &Value, t: Texts) -> Markup {
    let contact = &record["contact"];
    let point = &record["contact_point"];
    let name = text(&record["name"]);
    let has_own = [&contact["phone"], &contact["email"], &record["website"]]
        .iter()
        .any(|value| value.is_string());
    html! {
        @if has_own {
            p.point {
                (dial(&contact["phone"], name)) (mail(&contact["email"]))
                @if record["website"].is_string() { (away(&record["website"], t.say("website"))) }
            }
        }
        p.point {
            span { (t.german(text(&point["name"]))) }
            @if point["phone"].is_string() { (dial(&point["phone"], text(&point["name"]))) }
            @else { (mail(&point["email"])) }
        }
    }
}

/// Returns since when a group's facts are checked, and who else lists it.
pub fn checked(record: &Value, t: Texts) -> Markup {
    let is_stale = record["stale"] == true;
    let verified = match record["verified_on"].as_str() {
        _ if is_stale => t.say("stale").to_owned(),
        Some(day) => t.fill("verified", &[("date", &t.day(day))]),
        None => t.say("unverified").to_owned(),
    };
    let others: Vec<&str> = list(&record["also_listed_by"])
        .iter()
        .map(|other| text(&other["contact_point"]["name"]))
        .collect();
    html! {
        p.checked.stale[is_stale] {
            (verified)
            @if !others.is_empty() { " · " (t.fill("also_listed", &[("names", &others.join(", "))])) }
        }
    }
}

/// Returns a text with what made the group a hit marked; ranges count code points.
fn marked(record: &Value, field: &str, index: usize, shown: &str) -> Markup {
    let highlights = list(&record["match"]["highlights"]);
    let found = highlights.iter().find(|one| one["field"] == field && one["index"] == index);
    let points: Vec<char> = shown.chars().collect();
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut at = 0;
    for range in found.into_iter().flat_map(|one| list(&one["ranges"])) {
        let bound = |end: usize| range[end].as_u64().map_or(0, |n| n as usize).min(points.len());
        let (start, end) = (bound(0).max(at), bound(1));
        if start < end {
            pieces.push((points[at..start].iter().collect(), false));
            pieces.push((points[start..end].iter().collect(), true));
            at = end;
        }
    }
    pieces.push((points[at..].iter().collect(), false));
    html! {
        @for (piece, is_marked) in pieces {
            @if is_marked { mark { (piece) } } @else { (piece) }
        }
    }
}
