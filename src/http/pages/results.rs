//! The answer to a search as part of a page, in the order of the embeddable search
//! (`web/src/view.ts`): help in a crisis, what was understood, ways on, filters, groups, map.
//!
//! In: the answer as the interface gives it, and the form as it was sent. Out: markup. Every choice
//! is a control of the one form, or a form of its own, sent by POST.

use maud::{Markup, html};
use serde_json::Value;

use super::card::card;
use super::frame::{away, dial, list, mail, text};
use super::map;
use super::search::{Sent, hidden};
use super::texts::Texts;
use crate::http::site::Site;

/// Lists by which somebody may narrow the results.
const LISTS: [&str; 5] = ["audience", "format", "language", "gender", "age_group"];

/// Fields that no control of the form shows, but that belong to the search.
const KEPT: [&str; 7] =
    ["topic", "condition", "district", "state", "contact_point", "status", "interpret"];

/// Distances to choose from.
const RADII_KM: [u32; 4] = [10, 25, 50, 100];

/// Hits on a page, as the interface has it.
const PAGE: u64 = crate::config::DEFAULT_LIMIT as u64;

/// Returns the results.
pub fn results(site: &Site, answer: &Value, sent: &Sent, t: Texts, path: &str) -> Markup {
    let total = answer["total"].as_u64().unwrap_or_default();
    let fallback = &answer["fallback"];
    html! {
        (crisis(&answer["crisis_help"], t))
        h2 #ergebnisse role="status" { (summary(answer, t)) }
        (understood(answer, sent, t, path))
        (kept(site, answer, sent, t))
        @if !fallback.is_null() {
            p.reason { (t.say(&format!("reason_{}", text(&fallback["reason"])))) }
            (ladder(list(&fallback["steps"]), t, path))
        }
        @if total == 0 && fallback.is_null() {
            div.note {
                p { (t.say("empty")) }
                p { (t.say("empty_hint")) }
                p { a href=(t.href("/kontaktstellen")) { (t.say("contact_points")) } }
            }
        }
        (filters(answer, sent, t))
        @if !fallback.is_null() && total > 0 { h2 { (t.say("related")) } }
        @if total > 0 {
            ul.cards { @for group in list(&answer["items"]) { (card(group, t)) } }
            (paging(answer, sent, t))
            (district_map(answer, t))
        }
    }
}

/// Returns help in a crisis, which stands before all else.
fn crisis(help: &Value, t: Texts) -> Markup {
    html! {
        @if !help.is_null() {
            section.crisis aria-label=(t.say("crisis")) {
                h2 { (t.say("crisis")) }
                p { (text(&help["text"])) }
                ul {
                    @for number in list(&help["contacts"]) {
                        li {
                            @if !text(&number["tel"]).is_empty() {
                                a.tel href={ "tel:" (text(&number["tel"])) } aria-label={ (text(&number["label"])) ": " (text(&number["phone"])) } { (text(&number["phone"])) }
                            }
                            " " (away(&number["url"], text(&number["label"])))
                            @if let Some(hours) = number["hours"].as_str() { small { " (" (hours) ")" } }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the sentence that says what was found.
fn summary(answer: &Value, t: Texts) -> String {
    let total = answer["total"].as_u64().unwrap_or_default();
    let near =
        ["exact", "narrower"].map(|tier| answer["totals"][tier].as_u64().unwrap_or_default());
    let near: u64 = near.iter().sum();
    let found = t.fill("found", &[("n", &total)]);
    if list(&answer["interpretation"]["concepts"]).is_empty() || total == 0 {
        return found;
    }
    let detail = match near {
        0 => t.say("found_broader").to_owned(),
        near if near == total => t.say("found_exact_all").to_owned(),
        near => t.fill("found_exact", &[("n", &near), ("exact", &near)]),
    };
    format!("{found}: {detail}")
}

fn understood(answer: &Value, sent: &Sent, t: Texts, path: &str) -> Markup {
    let read = &answer["interpretation"];
    let mut chips: Vec<Markup> =
        list(&read["concepts"]).iter().map(|one| t.topic(text(&one["label"]))).collect();
    for name in LISTS.into_iter().chain(["status", "contact_points"]) {
        let terms = list(&read[name]).iter().filter(|term| term["effect"] == "rank");
        chips.extend(terms.map(|term| html! { (text(&term["label"])) }));
    }
    if let Some(place) = read["place"]["label"].as_str() {
        let near = match sent.first("radius_km") {
            "" => t.fill("near", &[("place", &place)]),
            km => t.fill("only_near", &[("place", &place), ("km", &km)]),
        };
        chips.push(html! { (near) });
    }
    let corrections = list(&read["corrections"]);
    let others: Vec<(String, &Value)> = list(&read["alternatives"])
        .iter()
        .map(|one| {
            let groups = t.groups(one["group_count"].as_u64().unwrap_or_default());
            (format!("{} ({groups})", text(&one["label"])), &one["request"])
        })
        .chain(
            list(&read["place_alternatives"])
                .iter()
                .filter(|one| !one["request"].is_null())
                .map(|one| (text(&one["label"]).to_owned(), &one["request"])),
        )
        .collect();
    html! {
        div.understood {
            @for one in corrections {
                p { (t.fill("corrected", &[("from", &text(&one["from"])), ("to", &text(&one["to"]))])) }
            }
            @if !chips.is_empty() {
                div { span { (t.say("understood")) } ul.chips { @for chip in &chips { li { (chip) } } } }
            }
            @if !others.is_empty() || !corrections.is_empty() {
                div {
                    span { (t.say("meant")) }
                    ul.chips {
                        @if !corrections.is_empty() {
                            li { button.plain form="suche" name="interpret" value="false" { (t.say("as_typed")) } }
                        }
                        @for (label, request) in &others { li { (elsewhere(label, label, request, t, path)) } }
                    }
                }
            }
        }
    }
}

/// Returns what an earlier choice has set, each with its box: who searches for something else can
/// see and clear it.
fn kept(site: &Site, answer: &Value, sent: &Sent, t: Texts) -> Markup {
    let label = |name: &str, value: &str| match name {
        "topic" | "condition" => site.searcher.concept_label(value, t.language),
        "interpret" => Some(t.say("as_typed").to_owned()),
        "status" => Some(t.label(name, value)),
        _ => {
            let facet = list(&answer["facets"][name]).iter().find(|one| one["value"] == value);
            facet.map(|one| text(&one["label"]).to_owned())
        }
    };
    let fields = sent.0.iter().filter(|(name, _)| KEPT.contains(&name.as_str()));
    html! {
        @for (name, value) in fields {
            label.check {
                input type="checkbox" form="suche" checked name=(name) value=(value);
                span { (label(name, value).unwrap_or_else(|| value.clone())) }
            }
        }
    }
}

/// Returns a button that sends another request.
fn elsewhere(label: &str, name: &str, request: &Value, t: Texts, path: &str) -> Markup {
    html! {
        form method="post" action=(t.href(path)) target="_self" {
            (hidden(request))
            button.plain aria-label=[(label != name).then_some(name)] { (label) }
        }
    }
}

fn ladder(steps: &[Value], t: Texts, path: &str) -> Markup {
    html! {
        ol.ladder {
            @for step in steps {
                li {
                    h3 { (text(&step["label"])) }
                    @for group in list(&step["items"]) { (preview(group, t)) }
                    @for point in list(&step["contact_points"]) {
                        (contact(point, t))
                    }
                    @for link in list(&step["links"]) {
                        @if !list(&step["contact_points"]).iter().any(|point| point["phone"].is_string() && point["phone"] == link["phone"]) {
                            p.point { bdi lang=[t.de()] { (away(&link["url"], text(&link["label"]))) } (dial(&link["phone"], text(&link["label"]))) }
                        }
                    }
                    @if step["request"].is_object() {
                        @let all = t.fill("step_all", &[("n", &step["count"].as_u64().unwrap_or_default())]);
                        (elsewhere(&all, &format!("{all}: {}", text(&step["label"])), &step["request"], t, path))
                    }
                }
            }
        }
    }
}

fn preview(group: &Value, t: Texts) -> Markup {
    let point = &group["contact_point"];
    html! {
        p.point {
            a href=(t.href(&format!("/gruppe/{}", text(&group["id"])))) { (t.german(text(&group["name"]))) }
            span { (t.german(text(&group["venue"]["town"]))) }
            (dial(&point["phone"], text(&point["name"])))
        }
    }
}

/// Returns a contact point with all ways to reach it.
pub fn contact(point: &Value, t: Texts) -> Markup {
    html! {
        p.point {
            b { (t.german(text(&point["name"]))) }
            (dial(&point["phone"], text(&point["name"])))
            (mail(&point["email"]))
            @if point["website"].is_string() { (away(&point["website"], t.say("website"))) }
            @if let Some(hours) = point["hours"].as_str() { span { (t.fill("hours", &[("hours", &hours)])) } }
        }
    }
}

fn filters(answer: &Value, sent: &Sent, t: Texts) -> Markup {
    let facets = &answer["facets"];
    let chosen = sent.count(&LISTS) + sent.count(&["district", "wheelchair", "radius_km"]);
    if answer["total"] == 0 && chosen == 0 {
        return html! {};
    }
    let values = |name: &str| -> Vec<&Value> {
        list(&facets[name])
            .iter()
            .filter(|value| value["value"] != "all")
            .filter(|value| value["count"] != 0 || value["selected"] == true)
            .collect()
    };
    let has_place = !answer["interpretation"]["place"].is_null();
    html! {
        details.filters open[chosen > 0] {
            summary { @if chosen > 0 { (t.fill("filters_active", &[("n", &chosen)])) } @else { (t.say("filters")) } }
            div.sets {
                @for name in LISTS {
                    @let values = values(name);
                    @if values.len() > 1 || values.iter().any(|value| value["selected"] == true) {
                        fieldset {
                            legend { (t.say(name)) }
                            @for value in values {
                                label.check {
                                    input type="checkbox" form="suche" name=(name) value=(text(&value["value"])) checked[value["selected"] == true];
                                    span { (text(&value["label"])) " " small { "(" (value["count"]) ")" } }
                                }
                            }
                        }
                    }
                }
                div {
                    @if has_place && !sent.first("place").is_empty() {
                        (select("radius_km", t.say("radius"), sent, &RADII_KM.map(|km| (km.to_string(), t.fill("radius_km", &[("km", &km)]))), t.say("radius_any")))
                    }
                    (select("wheelchair", t.say("wheelchair"), sent, &["yes", "partial"].map(|value| (value.to_owned(), t.say(&format!("wheelchair_{value}")).to_owned())), t.say("radius_any")))
                    (select("sort", t.say("sort"), sent, &sorts(sent, t), t.say("sort_relevance")))
                }
            }
            p { button form="suche" { (t.say("filters_apply")) } }
        }
    }
}

fn sorts(sent: &Sent, t: Texts) -> Vec<(String, String)> {
    let has_place = !sent.first("place").is_empty();
    ["distance", "name", "updated"]
        .into_iter()
        .filter(|sort| has_place || *sort != "distance")
        .map(|sort| (sort.to_owned(), t.say(&format!("sort_{sort}")).to_owned()))
        .collect()
}

fn select(name: &str, label: &str, sent: &Sent, options: &[(String, String)], any: &str) -> Markup {
    html! {
        label.select {
            span { (label) }
            select name=(name) form="suche" {
                option value="" { (any) }
                @for (value, label) in options {
                    option value=(value) selected[sent.first(name) == value] { (label) }
                }
            }
        }
    }
}

fn paging(answer: &Value, sent: &Sent, t: Texts) -> Markup {
    let total = answer["total"].as_u64().unwrap_or_default();
    let before: u64 = sent.first("offset").parse().unwrap_or_default();
    let last = before + list(&answer["items"]).len() as u64;
    let range =
        t.fill("shown_range", &[("first", &(before + 1)), ("last", &last), ("total", &total)]);
    html! {
        p.shown { (range) }
        p.acts {
            @if before > 0 {
                button.plain form="suche" name="offset" value=(before.saturating_sub(PAGE)) { (t.say("previous")) }
            }
            @if last < total && last <= 1000 {
                button.plain form="suche" name="offset" value=(last) { (t.say("next_groups")) }
            }
        }
    }
}

fn district_map(answer: &Value, t: Texts) -> Markup {
    html! {
        details.mapbox {
            summary { (t.say("map")) }
            p.hint { (t.say("map_hint")) }
            (map::map(list(&answer["facets"]["district"]), t))
        }
    }
}
