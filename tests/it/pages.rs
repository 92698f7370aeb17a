//! The pages work without a script and show text as text.

use crate::support::{Answer, TestApp, gone_id, some_groups};

#[actix_web::test]
async fn somebody_without_javascript_finds_a_group() {
    let app = TestApp::start().await;

    let home = app.get("/").await;
    let found = Answer::of(
        app.request("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("q=Mukoviszidose&place=Jena"),
    )
    .await;

    assert_eq!(home.field("content-type"), "text/html; charset=utf-8");
    assert!(home.text().contains("method=\"post\"") && home.text().contains("lang=\"de\""));
    assert!(home.text().contains("Beispieldaten"));
    assert_eq!(found.status, 200);
    assert_eq!(found.field("cache-control"), "no-store");
    let link = format!("href=\"/gruppe/{}\"", app.groups[0].id);
    assert!(found.text().contains(&link), "{}", found.text());
    assert!(!found.text().contains("<p></p>"), "{}", found.text());
}

#[actix_web::test]
async fn a_wrong_place_is_told_kindly() {
    let app = TestApp::start().await;

    let answer = Answer::of(
        app.request("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("q=Angst&place=Xqzvwjkpp"),
    )
    .await;

    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("role=\"alert\""), "{}", answer.text());
}

#[actix_web::test]
async fn text_of_a_group_is_never_markup() {
    let app = TestApp::start().await;

    let page = app.get(&format!("/gruppe/{}", app.groups[1].id)).await.text();
    let answer = Answer::of(
        app.request("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("q=%3Cscript%3Ealert(1)%3C/script%3E"),
    )
    .await;

    assert!(page.contains("&lt;b&gt;reden&lt;/b&gt;") && !page.contains("<b>reden"));
    assert!(!answer.text().contains("<script"));
}

/// The documentation page loads nothing from elsewhere.
#[actix_web::test]
async fn the_documentation_stays_at_home() {
    let app = TestApp::start().await;

    let page = app.get("/docs/").await;
    let settings = app.get("/docs/swagger-initializer.js").await;

    assert_eq!(page.status, 200);
    assert!(!page.text().contains("//unpkg") && !page.text().contains("src=\"http"));
    assert!(settings.text().contains("/openapi.json"));
    assert!(settings.text().contains("\"none\""), "{}", settings.text());
    assert!(page.text().contains("Beispieldaten") && page.text().contains("Wegweiser API"));
    assert_eq!(app.get("/docs").await.field("location"), "/docs/");
}

/// Whoever follows an old link meets a page with a way on; programs keep their document.
#[actix_web::test]
async fn a_browser_gets_a_page_where_there_is_nothing() {
    let app = TestApp::start().await;
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    for (path, status) in [
        ("/gruppe/nope".to_owned(), 404),
        (format!("/gruppe/{}", gone_id()), 410),
        ("/x".to_owned(), 404),
    ] {
        let page = Answer::of(app.request("GET", &path).header("Accept", browser)).await;
        let document = app.get(&path).await;

        assert_eq!((page.status, document.status), (status, status), "{path}");
        assert_eq!(page.field("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(page.text().contains("<a href=\"/\">Zur Suche"), "{path}: {}", page.text());
        assert_eq!(page.field("cache-control"), "no-store");
        assert_eq!(document.field("content-type"), "application/problem+json");
    }
    let api = Answer::of(app.request("GET", "/v1/groups/nope").header("Accept", browser)).await;
    api.is_problem("not_found");
}

/// The operator, not the program, decides under which licence the data leave.
#[actix_web::test]
async fn the_licence_of_the_data_is_a_setting() {
    let licence = "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/";
    let app = TestApp::with(some_groups(), |settings| {
        settings.data_licence = licence.parse().expect("a licence");
    })
    .await;
    let url = "https://creativecommons.org/licenses/by/4.0/";

    assert!(app.get("/").await.text().contains(url));
    assert!(app.get("/v1/groups").await.field("link").starts_with(&format!("<{url}>")));
    assert_eq!(app.get("/v1/export/groups.csv").await.field("wegweiser-licence"), url);
    let document = app.get("/openapi.json").await.json();
    assert_eq!(document["info"]["license"]["name"], "CC BY 4.0");
}
