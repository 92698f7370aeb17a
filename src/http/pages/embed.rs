//! `/einbetten`: choose settings, take the code, see how it works.
//!
//! In: settings as query parameters; none of them names a person's search. Out: a page with the code
//! and the embeddable search in it, set as chosen.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::assets::{WIDGET_HASH, WIDGET_INTEGRITY};
use super::colours::{self, Choice, Pair};
use super::contact_points::all;
use super::frame::{Page, text};
use super::texts::{SPOKEN, Texts};
use crate::domain::State;
use crate::http::problem::Problem;
use crate::http::reply::Keep;
use crate::http::site::Site;

/// Longest value of a setting in bytes.
const MAX_VALUE_BYTES: usize = 80;

/// What the colours follow.
const THEMES: [&str; 3] = ["light", "dark", "auto"];

/// Attributes that may be set; each is the parameter of the same name.
const ATTRIBUTES: [&str; 6] = ["contact-point", "state", "place", "topic", "widget-lang", "theme"];

/// What makes a frame as high as the page in it: the message holds the height and nothing else.
const FIT: &str = r#"<script>
addEventListener("message", function (event) {
  var frame = document.getElementById("wegweiser");
  var height = event.data && event.data.height;
  if (event.source === frame.contentWindow && height > 0 && height < 50000) frame.height = height;
});
</script>"#;

/// Answers `/einbetten`.
///
/// # Errors
///
/// `index_unavailable`.
pub async fn embed(request: HttpRequest, site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let spoken = Texts::of(&request);
    let t = spoken.of_statements();
    let asked: Vec<(String, String)> =
        url::form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(_, value)| !value.is_empty() && value.len() <= MAX_VALUE_BYTES)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
    let points = all(&site)?;
    let mut page = Page::new(
        spoken,
        "/einbetten",
        t.say("embed_title").to_owned(),
        main(&site, &asked, &points, t),
    );
    page.description = t.say("embed_description").to_owned();
    page.has_widget = true;
    page.is_statement = true;
    Ok(page.respond(&site, Keep::Checked))
}

fn value<'a>(asked: &'a [(String, String)], name: &str) -> &'a str {
    asked.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// Returns the attributes of the element, as chosen.
fn attributes(site: &Site, asked: &[(String, String)]) -> Vec<(&'static str, String)> {
    let mut attributes = vec![("endpoint", site.public_url.clone())];
    for name in ATTRIBUTES {
        let value = value(asked, name);
        let is_default =
            matches!((name, value), (_, "") | ("widget-lang", "de") | ("theme", "light"));
        if !is_default {
            attributes.push((if name == "widget-lang" { "lang" } else { name }, value.to_owned()));
        }
    }
    if !value(asked, "open").is_empty() {
        attributes.push(("open", String::new()));
    }
    if let Some(video) = &site.sign_language {
        attributes.push(("sign-language", video.to_string()));
    }
    attributes
}

/// Returns the colours chosen, as far as people can read them.
fn colours(asked: &[(String, String)]) -> Choice {
    colours::choose(value(asked, "theme"), |name| value(asked, name).to_owned())
}

/// Returns the style that gives the search its colours; empty where none was chosen.
fn style(choice: &Choice) -> String {
    let set = |(name, value): &(&str, String)| format!("--wegweiser-{name}: {value};");
    let all: Vec<String> = choice.kept.iter().map(set).collect();
    if all.is_empty() {
        String::new()
    } else {
        format!("<style>wegweiser-suche {{ {} }}</style>\n", all.join(" "))
    }
}

/// Returns the element with the form that stands there until, or unless, the script runs.
fn element(site: &Site, asked: &[(String, String)]) -> String {
    let mut out = String::from("<wegweiser-suche");
    for (name, value) in attributes(site, asked) {
        out.push(' ');
        out.push_str(name);
        if !value.is_empty() {
            out.push_str("=\"");
            out.push_str(&html! { (value) }.into_string());
            out.push('"');
        }
    }
    out.push_str("></wegweiser-suche>");
    out
}

fn main(site: &Site, asked: &[(String, String)], points: &[Value], t: Texts) -> Markup {
    let base = &site.public_url;
    let element = element(site, asked);
    let colours = colours(asked);
    let style_of_colours = style(&colours);
    let line =
        format!("{style_of_colours}<script src=\"{base}/widget.js\" async></script>{element}");
    let fixed = format!(
        "{style_of_colours}<script src=\"{base}/widget/{}.js\" integrity=\"{}\" crossorigin=\"anonymous\" async></script>{element}",
        *WIDGET_HASH, *WIDGET_INTEGRITY
    );
    let frame = format!(
        "<iframe src=\"{base}{}\" title=\"{}\" width=\"100%\" height=\"900\" \
         sandbox=\"allow-forms allow-popups allow-popups-to-escape-sandbox\" referrerpolicy=\"no-referrer\"></iframe>",
        t.href("/rahmen"),
        t.say("frame_title")
    );
    let fitted = frame
        .replace("<iframe ", "<iframe id=\"wegweiser\" ")
        .replace("sandbox=\"", "sandbox=\"allow-scripts ");
    let fitted = format!("{fitted}\n{FIT}");
    let policy = format!("script-src {base}; connect-src {base}");
    let style = "wegweiser-suche {\n  --wegweiser-accent: #7a1f5c;\n  --wegweiser-radius: 0;\n}\nwegweiser-suche::part(button) { text-transform: uppercase; }";
    html! {
        h1 { (t.say("embed_title")) }
        p.lead { (t.say("embed_lead")) }
        h2 { (t.say("embed_choose")) }
        (choices(asked, points, t))
        (contrast(&colours, t))
        h2 #code { (t.say("embed_code")) }
        p { (t.say("embed_code_hint")) }
        (code(&line))
        details { summary { (t.say("embed_fixed")) } p { (t.say("embed_fixed_hint")) } (code(&fixed)) p { a href=(format!("/widget/{}.js", *WIDGET_HASH)) download="widget.js" { "widget.js" } } }
        details { summary { (t.say("embed_iframe")) } p { (t.say("embed_iframe_hint")) } (code(&frame)) p { (t.say("embed_fit_hint")) } (code(&fitted)) }
        details { summary { (t.say("embed_csp")) } p { (t.say("embed_csp_hint")) } (code(&policy)) }
        details { summary { (t.say("embed_style")) } p { (t.say("embed_style_hint")) } (code(style)) }
        h2 { (t.say("embed_preview")) }
        (preview(site, asked))
    }
}

/// Returns what is to be said of the colours chosen.
fn contrast(choice: &Choice, t: Texts) -> Markup {
    let part = |name: &str| t.say(&format!("embed_part_{name}"));
    let number = |ratio: f64| t.kilometres((ratio * 10.0).floor() / 10.0);
    let told = |pair: &Pair| {
        let [front, ground] = [part(pair.front), part(pair.ground)];
        let [ratio, least] = [pair.ratio, pair.least].map(number);
        if pair.is_legible() {
            t.fill(
                "embed_contrast_good",
                &[("front", &front), ("ground", &ground), ("ratio", &ratio)],
            )
        } else {
            t.fill(
                "embed_contrast_bad",
                &[("front", &front), ("ground", &ground), ("ratio", &ratio), ("least", &least)],
            )
        }
    };
    html! {
        @if !choice.pairs.is_empty() {
            section.note role="status" {
                h2 { (t.say("embed_contrast")) }
                ul { @for pair in &choice.pairs { li class=[(!pair.is_legible()).then_some("stale")] { (told(pair)) } } }
            }
        }
    }
}

fn code(text: &str) -> Markup {
    html! { pre tabindex="0" { code { (text) } } }
}

fn preview(site: &Site, asked: &[(String, String)]) -> Markup {
    let chosen = attributes(site, asked);
    let value =
        |name: &str| chosen.iter().find(|(known, _)| *known == name).map(|(_, v)| v.as_str());
    html! {
        wegweiser-suche contact-point=[value("contact-point")] state=[value("state")]
            place=[value("place")] topic=[value("topic")] lang=(value("lang").unwrap_or("de"))
            theme=[value("theme")] open=[value("open")] sign-language=[value("sign-language")] {}
    }
}

fn choices(asked: &[(String, String)], points: &[Value], t: Texts) -> Markup {
    let option = |name: &str, key: &str, label: &str| {
        html! { option value=(key) selected[value(asked, name) == key] { (label) } }
    };
    let states: Vec<State> =
        State::all().filter(|state| matches!(state.as_str(), "SN" | "TH")).collect();
    html! {
        form.choices method="get" action="/einbetten#code" {
            @if !t.is_german() { input type="hidden" name="lang" value=(t.language.as_str()); }
            label.select {
                span { (t.say("embed_contact_point")) }
                select name="contact-point" {
                    option value="" { (t.say("embed_all")) }
                    @for point in points { (option("contact-point", text(&point["id"]), text(&point["name"]))) }
                }
            }
            label.select {
                span { (t.say("embed_state")) }
                select name="state" {
                    option value="" { (t.say("embed_all")) }
                    @for state in states { (option("state", state.as_str(), state.name())) }
                }
            }
            label.select {
                span { (t.say("embed_language")) }
                select name="widget-lang" { @for (language, name) in SPOKEN { (option("widget-lang", language.as_str(), name)) } }
            }
            label.select {
                span { (t.say("embed_theme")) }
                select name="theme" { @for theme in THEMES { (option("theme", theme, t.say(&format!("embed_theme_{theme}")))) } }
            }
            label.select { span { (t.say("embed_place")) } input type="text" name="place" maxlength="80" value=(value(asked, "place")); }
            label.select { span { (t.say("embed_topic")) } input type="text" name="topic" maxlength="80" value=(value(asked, "topic")); }
            @let theme = value(asked, "theme");
            @for (name, own) in colours::choosable(theme) {
                @let chosen = Some(value(asked, name)).filter(|colour| colour.len() == own.len());
                label.select {
                    span { (t.say(&format!("embed_colour_{name}"))) }
                    input type="color" name=(name) value=(chosen.unwrap_or(own));
                }
            }
            p.hint { (t.say("embed_colour_hint")) }
            label.check { input type="checkbox" name="open" value="1" checked[!value(asked, "open").is_empty()]; span { (t.say("embed_open")) } }
            button { (t.say("embed_show")) }
        }
    }
}
