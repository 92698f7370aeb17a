//! Who reads Russian, Ukrainian, Arabic or Vietnamese finds the search, the ways on and help in a
//! crisis in that language, and what stays German is marked so (A11Y-12).

use crate::support::TestApp;
use serde_json::{Value, json};

const LANGUAGES: [&str; 4] = ["ru", "uk", "ar", "vi"];

/// Pages that visitors meet.
const PAGES: [&str; 7] = [
    "/",
    "/rahmen",
    "/themen",
    "/thema/mukoviszidose",
    "/kontaktstellen",
    "/gruppe/",
    "/datenschutz",
];

/// Pages for others, and statements: German in their main part.
const STATEMENTS: [&str; 3] = ["/einbetten", "/barrierefreiheit", "/verwaltung"];

#[actix_web::test]
async fn every_visitors_page_speaks_the_language_asked_for() {
    let app = TestApp::start().await;

    for lang in LANGUAGES {
        let dir = if lang == "ar" { " dir=\"rtl\"" } else { "" };
        for path in PAGES {
            let id = if path == "/gruppe/" { app.groups[0].id.to_string() } else { String::new() };
            let page = app.get(&format!("{path}{id}?lang={lang}")).await;
            let text = page.text();

            assert_eq!(page.status, 200, "{path} {lang}");
            assert_eq!(page.field("content-language"), format!("{lang}, de"), "{path}");
            assert!(text.contains(&format!("<html lang=\"{lang}\"{dir}>")), "{path} {lang}");
            for german in ["Ort oder Postleitzahl", "Zum Inhalt", "Angaben geprüft", "{n}"] {
                assert!(!text.contains(german), "{path} {lang}: {german}");
            }
        }
    }
}

#[actix_web::test]
async fn what_stays_german_is_marked_as_german() {
    let app = TestApp::start().await;
    let name = app.groups[0].name.to_string();

    let group = app.get(&format!("/gruppe/{}?lang=ar", app.groups[0].id)).await.text();
    let german = app.get(&format!("/gruppe/{}", app.groups[0].id)).await.text();
    assert!(group.contains(&format!("<h1><bdi lang=\"de\">{name}</bdi></h1>")), "{group}");
    assert!(german.contains(&format!("<h1><bdi>{name}</bdi></h1>")), "{german}");
    for path in STATEMENTS {
        for lang in LANGUAGES {
            let page = app.get(&format!("{path}?lang={lang}")).await;
            let text = page.text();
            assert!(
                text.contains("<main class=\"ws\" id=\"inhalt\" lang=\"de\" dir=\"ltr\">"),
                "{text}"
            );
            assert_eq!(page.field("content-language"), "de", "{path} {lang}");
        }
        let english = app.get(&format!("{path}?lang=en")).await.text();
        assert!(english.contains("<main class=\"ws\" id=\"inhalt\">"), "{english}");
    }
}

#[actix_web::test]
async fn the_choice_of_languages_names_each_by_its_own_name() {
    let app = TestApp::start().await;

    let page = app.get("/").await.text();
    for (lang, name) in
        [("ru", "Русский"), ("uk", "Українська"), ("ar", "العربية"), ("vi", "Tiếng Việt")]
    {
        assert!(
            page.contains(&format!("lang=\"{lang}\" dir=\"auto\" hreflang=\"{lang}\"")),
            "{page}"
        );
        assert!(page.contains(&format!("rel=\"alternate\" hreflang=\"{lang}\"")), "{page}");
        assert!(page.contains(name), "{page}");
        let configurator = app.get("/einbetten").await.text();
        assert!(configurator.contains(&format!("<option value=\"{lang}\">{name}</option>")));
        let words = app.get(&format!("/widget/{lang}.json")).await.json();
        assert!(words.as_object().is_some_and(|all| all.len() > 90), "{words}");
    }
}

/// Labels, ways on and crisis help come in the language; no number to call differs by it.
#[actix_web::test]
async fn an_answer_speaks_the_language_asked_for() {
    let app = TestApp::start().await;
    let ask = async |lang: &str, query: &str| {
        let body = json!({"q": query, "lang": lang, "facets": ["audience", "format", "language"]});
        app.send("POST", "/v1/groups/search", &body).await
    };
    let steps = |answer: &Value| -> Vec<String> {
        let steps = answer["fallback"]["steps"].as_array().cloned().unwrap_or_default();
        steps.iter().map(|step| step["label"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let numbers = |answer: &Value| -> Vec<[Value; 3]> {
        let contacts = answer["crisis_help"]["contacts"].as_array().expect("numbers");
        contacts.iter().map(|c| ["phone", "tel", "url"].map(|name| c[name].clone())).collect()
    };
    let german = ask("de", "Progerie").await.json();
    let crisis = ask("de", "suizid").await.json();
    assert!(steps(&german).len() > 1, "{german}");

    for lang in LANGUAGES {
        let answer = ask(lang, "Progerie").await;
        assert_eq!(answer.field("content-language"), format!("{lang}, de"));
        let answer = answer.json();
        assert_eq!(steps(&answer).len(), steps(&german).len());
        for (own, known) in steps(&answer).iter().zip(steps(&german)) {
            assert_ne!(*own, known, "{lang}");
        }
        let help = ask(lang, "suizid").await.json();
        assert_eq!(numbers(&help), numbers(&crisis), "{lang}");
        assert_ne!(help["crisis_help"]["text"], crisis["crisis_help"]["text"], "{lang}");
        let all = ask(lang, "Mukoviszidose").await.json();
        let known = ask("de", "Mukoviszidose").await.json();
        for facet in ["audience", "language"] {
            assert_ne!(all["facets"][facet][0]["label"], known["facets"][facet][0]["label"]);
        }
    }
}

/// The crisis table says the same in each language, to the last digit.
#[test]
fn numbers_for_a_crisis_are_the_same_in_each_language() {
    let table = include_str!("../../index/vocabulary/crisis.tsv");
    let rows = |lang: &str| -> Vec<(String, Vec<String>)> {
        let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let own = rows.filter(|cells| cells[1] == lang);
        own.map(|cells| {
            let figures = cells[2].split(|c: char| !c.is_ascii_digit());
            let same = [cells[4], cells[5], cells[6], cells[8], cells[9], cells[10]];
            let mut facts: Vec<String> = same.map(str::to_owned).into();
            facts.extend(figures.filter(|run| !run.is_empty()).map(str::to_owned));
            (cells[0].to_owned(), facts)
        })
        .collect()
    };
    assert!(rows("de").len() > 20);
    for lang in ["en"].into_iter().chain(LANGUAGES) {
        assert_eq!(rows(lang), rows("de"), "{lang}");
    }
}
