//! The pages work without a script and show text as text.

use crate::support::{Answer, TestApp};

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
