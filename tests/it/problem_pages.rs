//! The address of a problem's type explains it, in both languages.

use crate::support::TestApp;
use wegweiser::http::problem::Code;

#[actix_web::test]
async fn every_code_has_its_page() {
    let app = TestApp::start().await;

    for code in Code::ALL {
        let page = app.get(&format!("/problems/{}", code.as_str())).await;
        assert_eq!(page.status, 200, "{}", code.as_str());
        assert!(page.field("content-type").starts_with("text/html"));
        let text = page.text();
        assert!(text.contains(code.as_str()) && text.contains("lang=\"de\""));
        assert!(text.contains("<section lang=\"en\">"));
    }
    assert_eq!(app.get("/problems").await.status, 200);
}

#[actix_web::test]
async fn the_type_of_a_problem_leads_to_its_page() {
    let app = TestApp::start().await;

    let problem = app.get("/v1/groups?limit=101").await.json();
    let address = problem["type"].as_str().expect("an address").to_owned();
    let page = app.get(address.strip_prefix(&app.base).expect("our own address")).await;

    assert_eq!(page.status, 200);
}
