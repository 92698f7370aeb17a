//! The search form and its answer, without any script: `/`, and `/rahmen` for a frame.
//!
//! In: the form, sent by POST, so that an illness stands in no address, history or log. Out: a page.
//! Where scripts run, the embeddable search takes the form's place.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use maud::{Markup, html};
use serde_json::Value;

use super::frame::{Page, list, text};
use super::results;
use super::texts::Texts;
use crate::http::problem::{Code, Problem};
use crate::http::query::MAX_BODY_BYTES;
use crate::http::reply::Keep;
use crate::http::site::Site;
use crate::http::{german, wire};
use crate::search::SearchError;
use crate::search::request::{AnswerLanguage, SearchRequest};

/// What is counted beside the groups.
const FACETS: [&str; 7] =
    ["audience", "format", "language", "gender", "age_group", "status", "district"];

/// Fields of the form whose empty value means that nobody chose one.
pub const CHOICES: [&str; 3] = ["radius_km", "wheelchair", "sort"];

/// The fields of a form, in the order in which they came.
pub struct Sent(pub Vec<(String, String)>);

impl Sent {
    /// Returns the first value of a field; empty where there is none.
    pub fn first(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Returns how many fields of these names were sent.
    pub fn count(&self, names: &[&str]) -> usize {
        self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).count()
    }
}

/// Answers the home page.
pub async fn home(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    empty(&request, &site, false)
}

/// Answers the empty form for a frame.
pub async fn frame(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    empty(&request, &site, true)
}

/// Answers the form of the home page.
///
/// # Errors
///
/// Problems of the body as such; what is wrong in a field stands on the page.
pub async fn search(
    request: HttpRequest,
    body: web::Payload,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    answered(&request, body, &site, false).await
}

/// Answers the form in a frame.
///
/// # Errors
///
/// As [`search`].
pub async fn framed_search(
    request: HttpRequest,
    body: web::Payload,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    answered(&request, body, &site, true).await
}

fn path(is_framed: bool) -> &'static str {
    if is_framed { "/rahmen" } else { "/" }
}

fn empty(request: &HttpRequest, site: &Site, is_framed: bool) -> HttpResponse {
    let t = Texts::of(request);
    let form = form(t, &Sent(Vec::new()), is_framed);
    let main = if is_framed {
        html! { h1.away { (t.say("frame_title")) } (form) }
    } else {
        html! {
            h1 { (t.say("home_title")) }
            p.lead { (t.say("home_lead")) }
            wegweiser-suche theme="auto" lang=(t.language.as_str()) { (form) }
            (help(site, t))
            (topics(site, t))
        }
    };
    let mut page = Page::new(t, path(is_framed), t.say("home_title").to_owned(), main);
    if !is_framed {
        page.description = t.say("home_description").to_owned();
    }
    page.has_widget = !is_framed;
    page.is_framed = is_framed;
    page.respond(site, Keep::Checked)
}

fn help(site: &Site, t: Texts) -> Markup {
    html! {
        section.help {
            h2 { (t.say("home_help")) }
            ol {
                li { (t.say("home_help_1")) }
                li { (t.say("home_help_2")) }
                li { (t.say("home_help_3")) }
            }
            (sign_language(site, t))
        }
    }
}

/// Returns a link to the help in German Sign Language, where whoever runs the service has one.
pub fn sign_language(site: &Site, t: Texts) -> Markup {
    html! {
        @if let Some(video) = &site.sign_language {
            p { a href=(video) rel="noreferrer" referrerpolicy="no-referrer" hreflang="gsg" { (t.say("sign_video")) } }
        }
    }
}

fn topics(site: &Site, t: Texts) -> Markup {
    let topics = site.searcher.topics(None, t.language).map(|page| page.items).unwrap_or_default();
    let mut topics: Vec<_> = topics.into_iter().filter(|topic| topic.group_count > 0).collect();
    topics.sort_by_key(|topic| std::cmp::Reverse(topic.group_count));
    html! {
        @if !topics.is_empty() {
            section {
                h2 { (t.say("home_topics")) }
                ul.chips.topic-chips {
                    @for topic in topics.iter().take(18) {
                        li { a href=(t.href(&format!("/thema/{}", topic.id))) { (t.topic(&topic.label)) } " " small { (topic.group_count) } }
                    }
                }
                p { a href=(t.href("/themen")) { (t.say("home_all_topics")) } }
            }
        }
    }
}

/// Returns the form.
fn form(t: Texts, sent: &Sent, is_framed: bool) -> Markup {
    html! {
        form #suche method="post" action=(t.href(path(is_framed))) role="search" target="_self" aria-label=(t.say("title")) {
            div.fields {
                div.field {
                    label for="q" { (t.say("q")) }
                    input #q name="q" type="search" maxlength="200" autocomplete="off" aria-describedby="q-hint" value=(sent.first("q"));
                    p.hint #q-hint { (t.say("q_hint")) }
                }
                div.field {
                    label for="place" { (t.say("place")) }
                    input #place name="place" type="text" maxlength="120" autocomplete="off" aria-describedby="place-hint" value=(sent.first("place"));
                    p.hint #place-hint { (t.say("place_hint")) }
                }
                button.go { (t.say("submit")) }
            }
        }
    }
}

async fn answered(
    request: &HttpRequest,
    body: web::Payload,
    site: &Site,
    is_framed: bool,
) -> Result<HttpResponse, Problem> {
    let t = Texts::of(request);
    let sent = read_form(request, body).await?;
    let mut pairs: Vec<(&str, &str)> =
        sent.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.extend(FACETS.map(|facet| ("facets", facet)));
    let result = SearchRequest::from_pairs(pairs)
        .map_err(|faulty| SearchError::Request(site.searcher.all_problems(*faulty)))
        .and_then(|mut search| {
            search.lang = Some(t.language);
            site.searcher.search(&search)
        });
    let (title, found) = match result {
        Ok(answer) => {
            let answer: Value =
                serde_json::from_slice(&wire::search(site, &answer)).unwrap_or_default();
            ("results_title", results::results(site, &answer, &sent, t, path(is_framed)))
        }
        Err(SearchError::Request(problems)) => {
            ("check_title", faults(&Problem::of_parameters(problems, false), t))
        }
        Err(error) => return Err(error.into()),
    };
    let main = html! {
        @if is_framed { h1.away { (t.say("frame_title")) } } @else { h1 { (t.say("home_title")) } }
        (form(t, &sent, is_framed))
        div.out { (found) }
    };
    let mut page = Page::new(t, path(is_framed), t.say(title).to_owned(), main);
    page.is_framed = is_framed;
    Ok(page.respond(site, Keep::Nowhere))
}

async fn read_form(request: &HttpRequest, mut body: web::Payload) -> Result<Sent, Problem> {
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
    let fields = url::form_urlencoded::parse(&bytes).map(|(n, v)| (n.into_owned(), v.into_owned()));
    let is_left_out = |name: &str, value: &str| {
        value.trim().is_empty() && (matches!(name, "q" | "place") || CHOICES.contains(&name))
    };
    let mut fields: Vec<(String, String)> =
        fields.filter(|(name, value)| !is_left_out(name, value)).collect();
    // A distance without a place is left over from the search before.
    if !fields.iter().any(|(name, _)| name == "place") {
        fields.retain(|(name, value)| {
            !(name == "radius_km" || name == "sort" && value == "distance")
        });
    }
    Ok(Sent(fields))
}

fn faults(problem: &Problem, t: Texts) -> Markup {
    html! {
        section.note role="alert" {
            h2 { (t.say("faults")) }
            ul {
                @for fault in problem.faults() {
                    li {
                        @if t.language == AnswerLanguage::English { (fault.detail) } @else { (t.german(german::detail(&fault.detail))) }
                        @if !fault.suggestions.is_empty() {
                            " " (t.fill("meant_words", &[("words", &fault.suggestions.join(", "))]))
                        }
                    }
                }
            }
        }
    }
}

/// Returns the hidden fields that send a request of the service.
pub fn hidden(request: &Value) -> Markup {
    html! {
        @for (name, value) in request.as_object().into_iter().flatten() {
            @if value.is_array() {
                @for one in list(value) { input type="hidden" name=(name) value=(text(one)); }
            } @else if !value.is_null() && name != "lang" {
                input type="hidden" name=(name) value=(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
        }
    }
}
