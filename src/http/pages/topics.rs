//! The pages of topics: all that have groups, from A to Z, and one of them with its groups.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::card::card;
use super::frame::{Page, list};
use super::texts::Texts;
use crate::http::problem::Problem;
use crate::http::reply::Keep;
use crate::http::site::Site;
use crate::http::wire;
use crate::search::SearchError;
use crate::search::answer::FoundConcept;
use crate::search::request::SearchRequest;

/// Groups on the page of a topic.
const MOST_GROUPS: usize = 50;

/// Answers `/themen`.
pub async fn topics(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let t = Texts::of(&request);
    let mut letters: BTreeMap<char, Vec<FoundConcept>> = BTreeMap::new();
    for topic in with_groups(&site, t) {
        letters.entry(letter(&topic.label)).or_default().push(topic);
    }
    let main = html! {
        h1 { (t.say("topics_title")) }
        p.lead { (t.say("topics_lead")) }
        nav aria-label="A–Z" { ul.chips.letters { @for letter in letters.keys() { li { a href={ "#" (letter) } { (letter) } } } } }
        @for (letter, topics) in &letters {
            section {
                h2 id=(letter) { (letter) }
                ul.columns {
                    @for topic in topics {
                        li { a href=(t.href(&format!("/thema/{}", topic.id))) { (t.topic(&topic.label)) } " " small { (topic.group_count) } }
                    }
                }
            }
        }
    };
    let mut page = Page::new(t, "/themen", t.say("topics_title").to_owned(), main);
    page.description = t.say("topics_description").to_owned();
    page.respond(&site, Keep::Checked)
}

/// Returns the letter under which a label is looked for: Ä is found under A.
fn letter(label: &str) -> char {
    let first = label.chars().find(|c| c.is_alphanumeric()).unwrap_or('#');
    match first.to_uppercase().next().unwrap_or(first) {
        'Ä' => 'A',
        'Ö' => 'O',
        'Ü' => 'U',
        digit if digit.is_numeric() => '#',
        letter => letter,
    }
}

/// Returns all topics that have groups, by label.
pub fn with_groups(site: &Site, t: Texts) -> Vec<FoundConcept> {
    let reference = site.searcher.reference();
    let concepts = &reference.vocabulary.concepts;
    let mut found: Vec<FoundConcept> = concepts
        .iter()
        .filter_map(|concept| site.searcher.topic(concept.id.as_str(), t.language).ok())
        .filter(|topic| topic.group_count > 0)
        .collect();
    found.sort_by_cached_key(|topic| {
        topic.label.to_lowercase().replace('ä', "a").replace('ö', "o").replace('ü', "u")
    });
    found
}

/// Answers `/thema/{id}`.
///
/// # Errors
///
/// `not_found`, `index_unavailable`.
pub async fn topic(
    id: web::Path<String>,
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let t = Texts::of(&request);
    let topic = site.searcher.topic(&id, t.language)?;
    let limit = MOST_GROUPS.to_string();
    let search = SearchRequest::from_pairs([("topic", topic.id.as_str()), ("limit", &limit)])
        .map_err(|faulty| SearchError::Request(faulty.problems))?;
    let answer = site.searcher.search(&SearchRequest { lang: Some(t.language), ..search })?;
    let answer: Value = serde_json::from_slice(&wire::search(&site, &answer)).unwrap_or_default();
    let path = format!("/thema/{}", topic.id);
    let title = t.fill("topic_title", &[("label", &topic.label)]);
    let sorbian = site
        .searcher
        .reference()
        .vocabulary
        .by_id(&topic.id)
        .and_then(|index| site.searcher.reference().vocabulary.concept(index).hsb.clone());
    let mut page = Page::new(t, &path, title, main(&topic, sorbian.as_deref(), &answer, t));
    let groups = t.groups(topic.group_count as u64);
    if topic.group_count > 0 {
        page.description =
            t.fill("topic_description", &[("groups", &groups), ("label", &topic.label)]);
    }
    Ok(page.respond(&site, Keep::Briefly))
}

fn main(topic: &FoundConcept, sorbian: Option<&str>, answer: &Value, t: Texts) -> Markup {
    let shown = list(&answer["items"]).len();
    let total = answer["total"].as_u64().unwrap_or_default();
    html! {
        h1 { (heading(topic, sorbian, t)) }
        @if let Some(sorbian) = sorbian.filter(|label| *label != topic.label) {
            p.hint { (t.say("topic_sorbian")) " " bdi lang="hsb" { (sorbian) } }
        }
        @if !topic.synonyms.is_empty() { p.hint { (t.say("topic_synonyms")) " " (t.topic(&topic.synonyms.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", "))) } }
        (neighbours(t.say("topic_broader"), &topic.broader, t))
        (neighbours(t.say("topic_narrower"), &topic.narrower, t))
        form #suche method="post" action=(t.href("/")) role="search" aria-label=(t.say("title")) {
            input type="hidden" name="topic" value=(topic.id);
            div.fields {
                div.field { label for="place" { (t.say("place")) } input #place name="place" type="text" maxlength="120" autocomplete="off"; }
                button.go { (t.say("topic_near")) }
            }
        }
        h2 { (t.fill("found", &[("n", &total)])) }
        @if total == 0 { div.note { p { (t.say("topic_none")) } } }
        ul.cards { @for group in list(&answer["items"]) { (card(group, t)) } }
        @if total > shown as u64 { p.shown { (t.fill("topic_first", &[("n", &shown)])) } }
    }
}

/// Returns the title, its label marked where it is of another language than the words around it.
fn heading(topic: &FoundConcept, sorbian: Option<&str>, t: Texts) -> Markup {
    let title = t.fill("topic_title", &[("label", &topic.label)]);
    let around = title.split_once(topic.label.as_str());
    html! {
        @match around {
            Some((before, after)) => {
                (before)
                @if sorbian == Some(topic.label.as_str()) { bdi lang="hsb" { (topic.label) } } @else { (t.topic(&topic.label)) }
                (after)
            },
            None => (title),
        }
    }
}

fn neighbours(name: &str, topics: &[(String, String)], t: Texts) -> Markup {
    html! {
        @if !topics.is_empty() {
            p {
                (name)
                @for (at, (id, label)) in topics.iter().enumerate() {
                    @if at > 0 { "," } " " a href=(t.href(&format!("/thema/{id}"))) { (t.topic(label)) }
                }
            }
        }
    }
}
