//! What every page has around its main part: head, header, footer.
//!
//! In: a page's title, texts and main part. Out: a response. Everything stands in the page itself or
//! comes from this service.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::texts::{SPOKEN, Texts};
use crate::http::reply::{self, Keep};
use crate::http::site::Site;

/// Media type of pages.
pub const HTML: &str = "text/html; charset=utf-8";

/// A page.
pub struct Page<'a> {
    /// Its words.
    pub texts: Texts,
    /// Its address without language, as search engines shall know it.
    pub path: &'a str,
    /// Title without the name of the site.
    pub title: String,
    /// What a search engine may show below the title; empty: nothing worth showing.
    pub description: String,
    /// Main part.
    pub main: Markup,
    /// schema.org data.
    pub linked: Option<Value>,
    /// Whether the embeddable search is on it.
    pub has_widget: bool,
    /// Whether it is the page of staff, with its own script and look.
    pub is_staff: bool,
    /// Whether it stands in a frame of another website.
    pub is_framed: bool,
    /// Whether its main part is German or English only, whatever language its frame speaks.
    pub is_statement: bool,
}

impl<'a> Page<'a> {
    /// Makes a page without data and script.
    pub fn new(texts: Texts, path: &'a str, title: String, main: Markup) -> Self {
        Self {
            texts,
            path,
            title,
            description: String::new(),
            main,
            linked: None,
            has_widget: false,
            is_staff: false,
            is_framed: false,
            is_statement: false,
        }
    }

    /// Makes a response of the page.
    pub fn respond(self, site: &Site, keep: Keep) -> HttpResponse {
        let main = self.main_texts();
        let language = if main.tag() == "de" { "de" } else { main.language.content() };
        let mut response = reply::typed(self.write(site).into_bytes(), HTML, keep);
        response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
        response
    }

    /// Returns the words of the main part.
    fn main_texts(&self) -> Texts {
        if self.is_statement { self.texts.of_statements() } else { self.texts }
    }

    /// Returns the page as text.
    pub fn write(&self, site: &Site) -> String {
        self.markup(site).into_string()
    }

    fn markup(&self, site: &Site) -> Markup {
        let t = self.texts;
        let is_example = site.shows_example_data();
        // Invented groups are nobody's business but the operator's.
        let is_hidden = is_example || self.description.is_empty();
        let main = self.main_texts();
        let (lang, dir) = if main.tag() == t.tag() {
            (None, None)
        } else {
            (Some(main.tag()), Some(main.direction().unwrap_or("ltr")))
        };
        html! {
            (DOCTYPE)
            html lang=(t.tag()) dir=[t.direction()] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (self.title) " – " (t.say("site")) }
                    @if !self.description.is_empty() {
                        meta name="description" content=(self.description);
                    }
                    @if is_hidden { meta name="robots" content="noindex"; }
                    @if !self.description.is_empty() {
                        link rel="canonical" href=(format!("{}{}", site.public_url, t.href(self.path)));
                        @for (language, _) in SPOKEN {
                            link rel="alternate" hreflang=(language.as_str())
                                href=(format!("{}{}", site.public_url, Texts::in_language(language).href(self.path)));
                        }
                    }
                    link rel="stylesheet" href="/style.css";
                    link rel="icon" href="/icon.svg" type="image/svg+xml";
                    @if self.is_framed {
                        base target="_blank";
                        script src="/frame.js" defer {}
                    }
                    @if self.has_widget { script src="/widget.js" defer {} }
                    @if self.is_staff {
                        link rel="stylesheet" href="/staff.css";
                        script src="/staff.js" defer {}
                    }
                    @if let Some(linked) = &self.linked {
                        script type="application/ld+json" { (in_script(linked)) }
                    }
                }
                @if self.is_framed {
                    body.framed { main #inhalt .ws { (self.notice(is_example)) (self.main) } }
                } @else {
                    body {
                        a.skip href="#inhalt" { (t.say("skip")) }
                        (self.header())
                        main #inhalt .ws lang=[lang] dir=[dir] { (self.notice(is_example)) (self.main) }
                        (self.footer(site))
                    }
                }
            }
        }
    }

    fn notice(&self, is_example: bool) -> Markup {
        html! { @if is_example { p.banner role="note" { (self.main_texts().say("example")) } } }
    }

    fn header(&self) -> Markup {
        let t = self.texts;
        html! {
            header.top {
                div {
                    a.home href=(t.href("/")) {
                        (mark())
                        span { b { (t.say("site")) } " " small { (t.say("site_claim")) } }
                    }
                    nav aria-label=(t.say("nav")) {
                        ul {
                            @for (path, key) in [("/", "nav_search"), ("/themen", "nav_topics"), ("/kontaktstellen", "nav_contact_points")] {
                                li { a href=(t.href(path)) aria-current=[(self.path == path).then_some("page")] { (t.say(key)) } }
                            }
                        }
                    }
                    nav.languages aria-label=(t.say("nav_languages")) {
                        ul {
                            @for (language, name) in SPOKEN {
                                li {
                                    a lang=(language.as_str()) dir="auto" hreflang=(language.as_str())
                                        href=(Texts::in_language(language).href(self.path))
                                        aria-current=[(language == t.language).then_some("true")] { (name) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn footer(&self, site: &Site) -> Markup {
        let t = self.texts;
        html! {
            footer.bottom {
                ul {
                    @for (path, key) in [
                        ("/barrierefreiheit", "nav_accessibility"),
                        ("/datenschutz", "nav_privacy"),
                        ("/einbetten", "nav_embed"),
                        ("/verwaltung", "nav_staff"),
                    ] {
                        li { a href=(t.href(path)) { (t.say(key)) } }
                    }
                    li { a href="/docs/" { (t.say("nav_docs")) } }
                    li { a href=(site.data_licence.url) rel="noreferrer license" { (t.say("nav_licence")) } }
                }
            }
        }
    }
}

/// Returns the mark of the site: two speech bubbles of which one answers the other.
fn mark() -> Markup {
    PreEscaped(include_str!("../../../web/icon.svg").to_owned())
}

/// Returns JSON as it may stand in a `script` element: nothing in it can end the element.
fn in_script(value: &Value) -> Markup {
    let text = value.to_string();
    PreEscaped(text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

/// Returns a text of a record; empty where there is none.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns the members of a list; none where there is no list.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Returns an address that may stand on a page: whatever runs code may not.
pub fn safe(value: &Value) -> Option<&str> {
    let is_web = |url: url::Url| matches!(url.scheme(), "https" | "http");
    value.as_str().filter(|address| url::Url::parse(address).is_ok_and(is_web))
}

/// Returns a link that dials; `name` says who answers.
pub fn dial(number: &Value, name: &str) -> Markup {
    let shown = text(number);
    let dialled: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    html! {
        @if !shown.is_empty() {
            a.tel href={ "tel:" (dialled) } aria-label={ (name) ": " (shown) } { (shown) }
        }
    }
}

/// Returns a link that writes a mail.
pub fn mail(address: &Value) -> Markup {
    let shown = text(address);
    let encoded: String = url::form_urlencoded::byte_serialize(shown.as_bytes()).collect();
    html! { @if !shown.is_empty() { a href={ "mailto:" (encoded.replace("%40", "@").replace('+', "%20")) } { (shown) } } }
}

/// Returns a link to another website, which does not learn where it was clicked.
pub fn away(address: &Value, label: &str) -> Markup {
    html! {
        @match safe(address) {
            Some(address) => a href=(address) rel="noreferrer" referrerpolicy="no-referrer" { (label) },
            None => (label),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_of_others_never_becomes_markup() {
        let hostile = json!("</script><script>alert(1)</script>\"'&");
        assert!(!in_script(&hostile).into_string().contains('<'));
        assert_eq!(
            html! { p title=(text(&hostile)) { (text(&hostile)) } }
                .into_string()
                .matches('<')
                .count(),
            2
        );
        for address in
            ["javascript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "//x", ""]
        {
            assert_eq!(safe(&json!(address)), None, "{address}");
        }
        assert!(safe(&json!("https://example.org/")).is_some());
        let mail = mail(&json!("a@example.org?bcc=b@example.org\"")).into_string();
        assert!(
            mail.starts_with("<a href=\"mailto:a@example.org%3Fbcc%3Db@example.org%22\">"),
            "{mail}"
        );
    }
}
