//! The words of the pages, from one catalogue per language (`web/texts/`), which the embeddable
//! search speaks too.
//!
//! In: a key and what belongs into the text. Out: the text; what a language lacks is said in German.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use serde::Deserialize;

use crate::http::query::language_of_tag;
use crate::recognise::term::Term;
use crate::search::request::AnswerLanguage;

#[derive(Deserialize, Default)]
struct Catalogue {
    /// What pages and widget say.
    search: HashMap<String, String>,
    /// What the pages alone say.
    pages: HashMap<String, String>,
}

static GERMAN: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../web/texts/de.json")));
static ENGLISH: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../web/texts/en.json")));
static EASY: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../web/texts/de-x-leicht.json")));

fn read(text: &str) -> Catalogue {
    serde_json::from_str(text).expect("a test reads every catalogue")
}

/// The languages that the pages speak, and what each is called in itself.
pub const SPOKEN: [(AnswerLanguage, &str); 3] = [
    (AnswerLanguage::German, "Deutsch"),
    (AnswerLanguage::English, "English"),
    (AnswerLanguage::Simple, "Leichte Sprache"),
];

/// The words of one language.
#[derive(Clone, Copy)]
pub struct Texts {
    /// The language asked for, in which labels come.
    pub language: AnswerLanguage,
    own: &'static Catalogue,
}

impl Texts {
    /// Returns the words that a request asks for by `lang`; German otherwise, whatever the browser
    /// prefers, so that an address always shows the same page.
    pub fn of(request: &HttpRequest) -> Self {
        let language = url::form_urlencoded::parse(request.query_string().as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, tag)| language_of_tag(&tag));
        Self::in_language(language.unwrap_or_default())
    }

    /// Returns the words of a language.
    pub fn in_language(language: AnswerLanguage) -> Self {
        let own = match language {
            AnswerLanguage::English => &ENGLISH,
            AnswerLanguage::Simple => &EASY,
            _ => &GERMAN,
        };
        Self { language, own }
    }

    /// Returns the language in which most of a page stands, as a tag.
    pub fn tag(self) -> &'static str {
        match self.language {
            AnswerLanguage::UpperSorbian => AnswerLanguage::German.as_str(),
            language => language.as_str(),
        }
    }

    /// Says whether the words are German ones.
    pub fn is_german(self) -> bool {
        self.language == AnswerLanguage::German
    }

    /// Returns an address of ours in the same language.
    pub fn href(self, path: &str) -> String {
        if self.is_german() {
            path.to_owned()
        } else {
            let mark = if path.contains('?') { '&' } else { '?' };
            format!("{path}{mark}lang={}", self.language.as_str())
        }
    }

    /// Returns a text.
    pub fn say(self, key: &str) -> &'static str {
        self.find(key).unwrap_or_default()
    }

    /// Returns a text, where there is one.
    pub fn find(self, key: &str) -> Option<&'static str> {
        [self.own, &*GERMAN]
            .into_iter()
            .find_map(|all| all.search.get(key).or_else(|| all.pages.get(key)))
            .map(String::as_str)
    }

    /// Returns a text with its gaps filled; `n` among them chooses the form for none or one.
    pub fn fill(self, key: &str, values: &[(&str, &dyn ToString)]) -> String {
        let number = values.iter().find(|(name, _)| *name == "n").map(|(_, n)| n.to_string());
        let form = number.and_then(|n| self.find(&format!("{key}_{n}")));
        let mut text = Cow::Borrowed(form.unwrap_or_else(|| self.say(key)));
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &value.to_string()).into();
        }
        text.into_owned()
    }

    /// Returns a number of groups in words.
    pub fn groups(self, n: u64) -> String {
        if n == 0 { self.say("no_groups").to_owned() } else { self.fill("groups", &[("n", &n)]) }
    }

    /// Returns a day such as `2026-10-19` in words.
    pub fn day(self, day: &str) -> String {
        let form =
            if self.language == AnswerLanguage::English { "%-d %B %Y" } else { "%-d.%-m.%Y" };
        day.parse::<jiff::civil::Date>()
            .map_or_else(|_| day.to_owned(), |date| date.strftime(form).to_string())
    }

    /// Returns a moment in words, as clocks in Germany show it.
    pub fn moment(self, at: &str) -> Option<String> {
        let form = match self.language {
            AnswerLanguage::English => "%A, %-d %B %Y, %H:%M",
            _ => "%-d.%-m.%Y, %H:%M Uhr",
        };
        let at = at.parse::<jiff::Timestamp>().ok()?.in_tz("Europe/Berlin").ok()?;
        Some(at.strftime(form).to_string())
    }

    /// Returns kilometres in words: one decimal only where it matters.
    pub fn kilometres(self, km: f64) -> String {
        let digits = usize::from(km < 10.0);
        let text = format!("{km:.digits$}");
        let text = text.strip_suffix(".0").unwrap_or(&text);
        if self.language == AnswerLanguage::English {
            text.to_owned()
        } else {
            text.replace('.', ",")
        }
    }

    /// Returns what a value of a closed list is called.
    pub fn label(self, list: &str, value: &str) -> String {
        let term = match list {
            "audience" => value.parse().ok().map(Term::Audience),
            "age_group" => value.parse().ok().map(Term::AgeGroup),
            "gender" => value.parse().ok().map(Term::Gender),
            "format" => value.parse().ok().map(Term::Format),
            "language" => value.parse().ok().map(Term::Language),
            "status" => value.parse().ok().map(Term::Status),
            _ => None,
        };
        term.map_or_else(|| value.to_owned(), |term| term.label(self.language.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of keys that are put together, and what they begin with.
    const COMPOSED: [&str; 6] = ["reason_", "sort_", "status_", "open_", "cost_", "embed_theme_"];

    #[test]
    fn every_text_that_a_page_says_is_in_the_catalogue() {
        let sources = [
            include_str!("card.rs"),
            include_str!("contact_points.rs"),
            include_str!("embed.rs"),
            include_str!("frame.rs"),
            include_str!("group.rs"),
            include_str!("map.rs"),
            include_str!("notices.rs"),
            include_str!("results.rs"),
            include_str!("search.rs"),
            include_str!("staff.rs"),
            include_str!("topics.rs"),
        ];
        let mut said = 0;
        for source in sources {
            for call in ["say(\"", "fill(\"", "fill(\n"] {
                for rest in source.split(call).skip(1) {
                    let rest = rest.trim_start().trim_start_matches('"');
                    let key = rest.split('"').next().unwrap_or_default();
                    assert!(
                        Texts::in_language(AnswerLanguage::German).find(key).is_some(),
                        "{key}"
                    );
                    said += 1;
                }
            }
        }
        assert!(said > 100, "{said}");
    }

    #[test]
    fn no_language_has_a_text_or_a_gap_that_german_has_not() {
        let gaps = |text: &str| {
            let mut gaps: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|g| Some(g.split_once('}')?.0.to_owned()))
                .collect();
            gaps.sort();
            gaps.dedup();
            gaps
        };
        for catalogue in [&*ENGLISH, &*EASY] {
            for (own, german) in
                [(&catalogue.search, &GERMAN.search), (&catalogue.pages, &GERMAN.pages)]
            {
                for (key, text) in own {
                    let known = german.get(key).unwrap_or_else(|| panic!("{key}"));
                    assert_eq!(gaps(text), gaps(known), "{key}");
                }
            }
        }
        for key in GERMAN.search.keys().chain(GERMAN.pages.keys()) {
            let has = ENGLISH.search.contains_key(key) || ENGLISH.pages.contains_key(key);
            assert!(has, "English lacks {key}");
        }
        let is_known = |start: &str| {
            GERMAN.search.keys().chain(GERMAN.pages.keys()).any(|k| k.starts_with(start))
        };
        assert!(COMPOSED.iter().filter(|start| **start != "status_").all(|start| is_known(start)));
    }

    #[test]
    fn numbers_choose_their_form() {
        let german = Texts::in_language(AnswerLanguage::German);
        assert_eq!(german.groups(0), "keine Gruppe");
        assert_eq!(german.groups(1), "1 Gruppe");
        assert_eq!(german.groups(7), "7 Gruppen");
        assert_eq!(german.kilometres(6.1), "6,1");
        assert_eq!(german.kilometres(8.0), "8");
        assert_eq!(german.kilometres(41.4), "41");
        assert_eq!(german.day("2026-10-09"), "9.10.2026");
    }
}
