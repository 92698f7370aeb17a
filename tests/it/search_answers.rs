//! The answers hold what the contract names, however the question was sent.

use crate::support::{Answer, TestApp, merged_id};
use serde_json::json;

/// The way a question is sent must not change its answer.
#[actix_web::test]
async fn get_post_and_query_answer_alike() {
    let app = TestApp::start().await;
    let body = json!({"q": "Mukoviszidose", "place": "Jena", "facets": ["format"], "limit": 5});

    let get = app.get("/v1/groups?q=Mukoviszidose&place=Jena&facets=format&limit=5").await;
    let post = app.send("POST", "/v1/groups/search", &body).await;
    let query = app.send("QUERY", "/v1/groups", &body).await;

    assert_eq!(get.status, 200, "{}", get.text());
    assert_eq!(get.text(), post.text());
    assert_eq!(get.text(), query.text());
}

#[actix_web::test]
async fn a_hit_has_every_member_of_the_contract() {
    let app = TestApp::start().await;

    let answer = app.get("/v1/groups?q=Mukoviszidose&place=Jena&facets=format").await.json();

    for member in [
        "total",
        "totals",
        "items",
        "facets",
        "interpretation",
        "fallback",
        "crisis_help",
        "generation",
        "stale",
        "next_cursor",
    ] {
        assert!(answer.get(member).is_some(), "no {member}");
    }
    let hit = &answer["items"][0];
    let id = app.groups[0].id.to_string();
    assert_eq!(hit["id"], id, "{answer}");
    assert_eq!(hit["url"], format!("{}/v1/groups/{id}", app.base));
    assert_eq!(hit["page_url"], format!("{}/gruppe/{id}", app.base));
    assert_eq!(hit["match"]["tier"], "exact");
    assert!(hit["distance_km"].is_number());
    assert!(hit.get("description").is_none());
    assert_eq!(answer["facets"]["format"][0]["value"], "in_person");
}

#[actix_web::test]
async fn other_languages_change_labels_and_summaries() {
    let app = TestApp::start().await;
    let id = app.groups[0].id;

    let hit = app.get("/v1/groups?q=Mukoviszidose&lang=en").await;
    let detail = app.get(&format!("/v1/groups/{id}?lang=en")).await.json();

    let first = &hit.json()["items"][0];
    assert_eq!(hit.field("content-language"), "en");
    assert_eq!(first["summary"], "We meet to talk.", "{first}");
    assert_eq!(first["concepts"][0]["label"], "cystic fibrosis", "{first}");
    assert_eq!(detail["description"], "We meet to talk.");
}

#[actix_web::test]
async fn a_merged_group_leads_to_the_one_that_stayed() {
    let app = TestApp::start().await;

    let answer = app.get(&format!("/v1/groups/{}", merged_id())).await;

    assert_eq!(answer.status, 308);
    let stayed = format!("{}/v1/groups/{}", app.base, app.groups[0].id);
    assert_eq!(answer.field("location"), stayed);
}

#[actix_web::test]
async fn a_group_can_be_read_as_linked_data() {
    let app = TestApp::start().await;
    let path = format!("/v1/groups/{}", app.groups[0].id);

    let request = app.request("GET", &path).header("Accept", "application/ld+json");
    let answer = Answer::of(request).await;

    assert_eq!(answer.field("content-type"), "application/ld+json");
    let group = answer.json();
    assert_eq!(group["@type"], "Organization");
    assert_eq!(group["about"][0]["@type"], "MedicalCondition");
    assert_eq!(group["event"]["eventSchedule"]["repeatFrequency"], "P1M");
    assert_eq!(group["location"]["address"]["addressLocality"], "Jena");
}

#[actix_web::test]
async fn look_ups_answer_as_lists() {
    let app = TestApp::start().await;

    for (path, first) in [
        ("/v1/suggest?q=Mukovis", "mukoviszidose"),
        ("/v1/conditions?q=ORPHA:586", "mukoviszidose"),
        ("/v1/places?q=07743", ""),
        ("/v1/contact-points?place=Jena", "ikos-jena"),
        ("/v1/topics", ""),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let list = answer.json();
        assert!(list["total"].as_u64().is_some_and(|total| total > 0), "{path}: {list}");
        assert!(list.get("next_cursor").is_some());
        if !first.is_empty() {
            assert_eq!(list["items"][0]["id"], first, "{path}");
        }
    }
    let status = app.get("/v1/status").await.json();
    assert_eq!((&status["example_data"], &status["group_count"]), (&json!(true), &json!(4)));
}
