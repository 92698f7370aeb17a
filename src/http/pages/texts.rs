//! The words of the pages, from one catalogue per language (`web/texts/`), which the embeddable
//! search speaks too.
//!
//! In: a key and what belongs into the text. Out: the text; what a language lacks is said in German.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use maud::{Markup, html};
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

static RUSSIAN: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../web/texts/ru.json")));
static UKRAINIAN: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../web/texts/uk.json")));
static ARABIC: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../web/texts/ar.json")));
static VIETNAMESE: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../web/texts/vi.json")));

fn read(text: &str) -> Catalogue {
    serde_json::from_str(text).expect("a test reads every catalogue")
}

/// The languages that the pages speak, and what each is called in itself.
pub const SPOKEN: [(AnswerLanguage, &str); 7] = [
    (AnswerLanguage::German, "Deutsch"),
    (AnswerLanguage::English, "English"),
    (AnswerLanguage::Simple, "Leichte Sprache"),
    (AnswerLanguage::Russian, "Русский"),
    (AnswerLanguage::Ukrainian, "Українська"),
    (AnswerLanguage::Arabic, "العربية"),
    (AnswerLanguage::Vietnamese, "Tiếng Việt"),
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
            AnswerLanguage::Russian => &RUSSIAN,
            AnswerLanguage::Ukrainian => &UKRAINIAN,
            AnswerLanguage::Arabic => &ARABIC,
            AnswerLanguage::Vietnamese => &VIETNAMESE,
            AnswerLanguage::German | AnswerLanguage::UpperSorbian => &GERMAN,
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

    /// Returns which way a page is read, for `dir`.
    pub fn direction(self) -> Option<&'static str> {
        (self.language == AnswerLanguage::Arabic).then_some("rtl")
    }

    /// Returns the tag by which German words are marked, on a page that is not German itself.
    pub fn de(self) -> Option<&'static str> {
        (!self.tag().starts_with("de")).then_some("de")
    }

    /// Returns words that are German on any page (names, places, topics), marked so among others.
    pub fn german(self, words: impl maud::Render) -> Markup {
        html! { bdi lang=[self.de()] { (words) } }
    }

    /// Returns the label of a topic: English has its own, other languages have the German one.
    pub fn topic(self, label: &str) -> Markup {
        let lang = self.de().filter(|_| self.language != AnswerLanguage::English);
        html! { bdi lang=[lang] { (label) } }
    }

    /// Returns a description that may have been translated: it is German where its letters may be.
    pub fn written(self, text: &str, shown: impl maud::Render) -> Markup {
        let is_foreign =
            text.chars().any(|c| c > '\u{17f}' && !('\u{2000}'..='\u{2bff}').contains(&c));
        let may_be_german = !is_foreign && self.language != AnswerLanguage::English;
        html! { bdi lang=[self.de().filter(|_| may_be_german)] { (shown) } }
    }

    /// Returns the words of texts that are not translated into every language (the statement on
    /// accessibility, embedding, staff): German ones where the language lacks them.
    pub fn of_statements(self) -> Self {
        if self.own.pages.contains_key("access_goal") {
            self
        } else {
            Self::in_language(AnswerLanguage::German)
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

    /// Returns a text with its gaps filled; `n` among them chooses the form for this number, or
    /// for numbers of its kind.
    pub fn fill(self, key: &str, values: &[(&str, &dyn ToString)]) -> String {
        let number = values.iter().find(|(name, _)| *name == "n").map(|(_, n)| n.to_string());
        let form = number.and_then(|n| {
            let kind = n.parse().map_or("other", |n| plural(self.language, n));
            [n.as_str(), kind].iter().find_map(|end| self.find(&format!("{key}_{end}")))
        });
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
        let form = match self.language {
            AnswerLanguage::English => "%-d %B %Y",
            AnswerLanguage::Russian | AnswerLanguage::Ukrainian => "%d.%m.%Y",
            AnswerLanguage::Arabic | AnswerLanguage::Vietnamese => "%-d/%-m/%Y",
            _ => "%-d.%-m.%Y",
        };
        day.parse::<jiff::civil::Date>()
            .map_or_else(|_| day.to_owned(), |date| date.strftime(form).to_string())
    }

    /// Returns a moment in words, as clocks in Germany show it.
    pub fn moment(self, at: &str) -> Option<String> {
        let form = match self.language {
            AnswerLanguage::English => "%A, %-d %B %Y, %H:%M",
            AnswerLanguage::Russian | AnswerLanguage::Ukrainian => "%d.%m.%Y, %H:%M",
            AnswerLanguage::Arabic => "%-d/%-m/%Y – %H:%M",
            AnswerLanguage::Vietnamese => "%-d/%-m/%Y, %H:%M",
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
        match self.language {
            AnswerLanguage::English | AnswerLanguage::Arabic => text.to_owned(),
            _ => text.replace('.', ","),
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

/// Returns the kind of a whole number by the plural rules of Unicode CLDR 48
/// (<https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html>), as
/// `Intl.PluralRules` has it in browsers; "other" for what needs no form of its own here.
fn plural(language: AnswerLanguage, n: u64) -> &'static str {
    let (tens, ones) = (n % 100, n % 10);
    match language {
        AnswerLanguage::Russian | AnswerLanguage::Ukrainian => match ones {
            1 if tens != 11 => "one",
            2..=4 if !(12..=14).contains(&tens) => "few",
            _ => "many",
        },
        AnswerLanguage::Arabic => match (n, tens) {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, 3..=10) => "few",
            (_, 11..) => "many",
            _ => "other",
        },
        _ if n == 1 && language != AnswerLanguage::Vietnamese => "one",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of keys that are put together, and what they begin with.
    const COMPOSED: [&str; 8] = [
        "reason_",
        "sort_",
        "status_",
        "open_",
        "cost_",
        "embed_theme_",
        "embed_colour_",
        "embed_part_",
    ];

    /// Languages that say all that visitors meet.
    const WHOLE: [&str; 5] = ["en", "ru", "uk", "ar", "vi"];

    /// What stands in German and English only: for those who run or embed the search, and the
    /// statement on accessibility.
    const STATEMENTS: [&str; 3] = ["access_", "embed_", "staff_"];

    fn catalogues() -> [(&'static str, &'static Catalogue); 6] {
        [
            ("en", &ENGLISH),
            ("de-x-leicht", &EASY),
            ("ru", &RUSSIAN),
            ("uk", &UKRAINIAN),
            ("ar", &ARABIC),
            ("vi", &VIETNAMESE),
        ]
    }

    #[test]
    fn every_text_that_a_page_says_is_in_the_catalogue() {
        let sources = [
            include_str!("card.rs"),
            include_str!("colours.rs"),
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
        let form = |key: &str| {
            let (stem, end) = key.rsplit_once('_')?;
            ["zero", "one", "two", "few", "many"].contains(&end).then(|| stem.to_owned())
        };
        let figures = |text: &str| -> Vec<String> {
            let runs = text.split(|c: char| !c.is_ascii_digit());
            runs.filter(|run| !run.is_empty()).map(str::to_owned).collect()
        };
        for (tag, catalogue) in catalogues() {
            for (own, german) in
                [(&catalogue.search, &GERMAN.search), (&catalogue.pages, &GERMAN.pages)]
            {
                for (key, text) in own {
                    let known = german.get(key).or_else(|| german.get(&form(key)?));
                    let known = known.unwrap_or_else(|| panic!("{tag}: {key}"));
                    // "Two groups" may be one word.
                    let may_lack = key.ends_with("_two") && gaps(text).is_empty();
                    assert!(may_lack || gaps(text) == gaps(known), "{tag}: {key}");
                    assert!(!text.trim().is_empty(), "{tag}: {key}");
                    // English names a code among its examples, and one may be a word.
                    if WHOLE.contains(&tag) && key != "q_hint" && !key.ends_with("_1") {
                        assert_eq!(figures(text), figures(known), "{tag}: {key}");
                    }
                }
            }
        }
        for (tag, catalogue) in catalogues().into_iter().filter(|(tag, _)| WHOLE.contains(tag)) {
            for key in GERMAN.search.keys().chain(GERMAN.pages.keys()) {
                let is_statement = STATEMENTS.iter().any(|start| key.starts_with(start));
                let has = catalogue.search.contains_key(key) || catalogue.pages.contains_key(key);
                assert!(has || (tag != "en" && is_statement), "{tag} lacks {key}");
            }
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
        let said = |language, n| Texts::in_language(language).groups(n);
        for (n, russian, ukrainian, arabic) in [
            (1, "1 группа", "1 група", "مجموعة واحدة"),
            (2, "2 группы", "2 групи", "مجموعتان"),
            (5, "5 групп", "5 груп", "5 مجموعات"),
            (11, "11 групп", "11 груп", "11 مجموعة"),
            (21, "21 группа", "21 група", "21 مجموعة"),
            (102, "102 группы", "102 групи", "102 مجموعة"),
            (113, "113 групп", "113 груп", "113 مجموعة"),
        ] {
            assert_eq!(said(AnswerLanguage::Russian, n), russian);
            assert_eq!(said(AnswerLanguage::Ukrainian, n), ukrainian);
            assert_eq!(said(AnswerLanguage::Arabic, n), arabic);
        }
        assert_eq!(said(AnswerLanguage::Vietnamese, 4), "4 nhóm");
        let russian = Texts::in_language(AnswerLanguage::Russian);
        assert_eq!(russian.day("2026-10-09"), "09.10.2026");
        assert_eq!(russian.kilometres(6.1), "6,1");
    }
}
