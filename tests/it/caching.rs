//! What may be kept, is kept; what names an illness is kept nowhere.

use serde_json::json;

use crate::support::{Answer, TestApp};

#[actix_web::test]
async fn searches_are_kept_by_nobody() {
    let app = TestApp::start().await;

    for (path, field) in [
        ("/v1/groups?q=angst", "private, no-store"),
        ("/v1/groups?place=Jena", "private, no-store"),
        ("/v1/groups?topic=mukoviszidose", "private, no-store"),
        ("/v1/groups?condition=ORPHA:586", "private, no-store"),
        ("/v1/suggest?q=an", "private, no-store"),
        ("/v1/conditions?q=angst", "private, no-store"),
        ("/v1/places?q=Jena", "private, no-store"),
        ("/v1/contact-points?place=Jena", "private, no-store"),
        ("/v1/export/groups.csv?topic=mukoviszidose", "private, no-store"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.field("cache-control"), field, "{path}");
        assert_eq!(answer.field("etag"), "", "{path}");
    }
    for (method, path) in [
        ("POST", "/v1/groups/search"),
        ("QUERY", "/v1/groups"),
        ("POST", "/v1/suggest/search"),
        ("QUERY", "/v1/suggest"),
    ] {
        let answer = app.send(method, path, &json!({"q": "angst"})).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        assert_eq!(answer.field("cache-control"), "no-store", "{method} {path}");
    }
}

/// A phone on a slow line does not load the same bytes twice.
#[actix_web::test]
async fn what_is_known_is_not_sent_again() {
    let app = TestApp::start().await;
    let id = app.groups[0].id;
    let name = app.get("/v1/dictionary.json").await.json();
    let file = format!("/v1/dictionary/{}.json", name["hash"].as_str().expect("a hash"));

    for path in [
        format!("/v1/groups/{id}"),
        format!("/v1/groups/{id}/calendar.ics"),
        "/v1/groups".to_owned(),
        "/v1/topics".to_owned(),
        "/v1/topics/mukoviszidose".to_owned(),
        "/v1/contact-points".to_owned(),
        "/v1/contact-points/ikos-jena".to_owned(),
        "/v1/export/groups.ndjson".to_owned(),
        "/v1/export/groups.csv".to_owned(),
        "/v1/export/groups.geojson".to_owned(),
        "/v1/dictionary.json".to_owned(),
        file,
        "/v1/status".to_owned(),
        "/openapi.json".to_owned(),
        "/problems/not_found".to_owned(),
    ] {
        let first = app.get(&path).await;
        assert_eq!(first.status, 200, "{path}: {}", first.text());
        let mark = first.field("etag").to_owned();
        assert!(mark.starts_with('"') && mark.len() > 10, "{path}: {mark}");

        let again = Answer::of(app.request("GET", &path).header("If-None-Match", &mark)).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.field("etag"), mark, "{path}");

        let head = Answer::of(app.request("HEAD", &path)).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.field("etag"), mark, "{path}");

        let packed = Answer::of(app.request("GET", &path).header("Accept-Encoding", "gzip")).await;
        if packed.field("content-encoding") == "gzip" {
            assert_ne!(packed.field("etag"), mark, "{path}: other bytes, same mark");
            let mark = packed.field("etag");
            let known = Answer::of(app.request("GET", &path).header("If-None-Match", mark)).await;
            assert_eq!(known.status, 304, "{path}");
        }
    }
}

/// The dictionary is the largest file a telephone loads; brotli makes it smaller than gzip does.
#[actix_web::test]
async fn fixed_files_come_in_the_coding_a_client_likes_best() {
    let app = TestApp::start().await;
    let name = app.get("/v1/dictionary.json").await.json();
    let file = format!("/v1/dictionary/{}.json", name["hash"].as_str().expect("a hash"));

    for path in [file.as_str(), "/openapi.json", "/docs/swagger-ui.css"] {
        let plain = app.get(path).await;
        let ask = |field: &'static str| {
            Answer::of(app.request("GET", path).header("Accept-Encoding", field))
        };
        // The first request is not kept waiting; the compressed form follows.
        let mut packed = ask("gzip, br").await;
        for _ in 0..300 {
            if packed.field("content-encoding") == "br" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            packed = ask("gzip, br").await;
        }
        assert_eq!(packed.field("content-encoding"), "br", "{path}");
        assert!(packed.field("vary").contains("Accept-Encoding"), "{path}");
        let gzip = ask("gzip;q=1.0, br;q=0.5").await;
        assert_eq!(gzip.field("content-encoding"), "gzip", "{path}");
        assert_eq!(ask("br;q=0, gzip;q=0").await.body, plain.body, "{path}");
        assert!(packed.body.len() < gzip.body.len() && gzip.body.len() < plain.body.len());
        assert_ne!(packed.field("etag"), gzip.field("etag"), "{path}");
        let mark = packed.field("etag");
        let known = Answer::of(app.request("GET", path).header("If-None-Match", mark)).await;
        assert_eq!((known.status, known.field("etag")), (304, mark), "{path}");
    }
}

#[actix_web::test]
async fn a_hashed_address_may_be_kept_for_ever() {
    let app = TestApp::start().await;

    let name = app.get("/v1/dictionary.json").await;
    let url = name.json()["url"].as_str().expect("an address").to_owned();
    let file = app.get(url.strip_prefix(&app.base).expect("our own")).await;

    assert_eq!(name.field("cache-control"), "no-cache");
    assert!(file.field("cache-control").contains("immutable"));
    let dictionary = file.json();
    let topics = dictionary["topics"].as_array().expect("topics");
    assert!(topics.iter().any(|t| t["id"] == "mukoviszidose" && t["group_count"] == 1));
    assert!(
        dictionary["places"].as_array().is_some_and(|p| p.iter().any(|p| p["label"] == "Jena"))
    );
}

/// Every answer carries the fields that protect its reader.
#[actix_web::test]
async fn every_answer_has_its_fields() {
    let app = TestApp::start().await;

    for path in
        ["/v1/groups", "/v1/groups?limit=101", "/v1/nothing", "/", "/docs/", "/openapi.json"]
    {
        let answer = app.get(path).await;
        assert_eq!(answer.field("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.field("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.field("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(answer.field("wegweiser-data"), "example", "{path}");
        assert_eq!(answer.field("server"), "", "{path}");
        assert!(!answer.field("x-request-id").is_empty(), "{path}");
        assert!(!answer.field("content-language").is_empty(), "{path}");
        let is_public = path.starts_with("/v1") || path == "/openapi.json";
        assert_eq!(answer.field("access-control-allow-origin") == "*", is_public, "{path}");
    }
    let id = "5f0c9c1e-aaaa-4bbb-8ccc-0123456789ab";
    let request = app.request("GET", "/v1/nothing").header("X-Request-Id", id);
    let answer = Answer::of(request).await;
    assert_eq!(answer.field("x-request-id"), id);
    assert_eq!(answer.json()["instance"], format!("urn:uuid:{id}"));
    // Any plain id comes back; what could break a log does not.
    for (id, is_kept) in [("7", true), ("job_12.a-B", true), ("a b", false), ("a/b", false)] {
        let request = app.request("GET", "/v1/nothing").header("X-Request-Id", id);
        assert_eq!(Answer::of(request).await.field("x-request-id") == id, is_kept, "{id}");
    }
}

/// A script of another site asks first.
#[actix_web::test]
async fn browsers_are_told_what_they_may() {
    let app = TestApp::start().await;

    let answer = Answer::of(
        app.request("OPTIONS", "/v1/groups")
            .header("Origin", "https://elsewhere.example")
            .header("Access-Control-Request-Method", "QUERY"),
    )
    .await;

    assert_eq!(answer.status, 204);
    assert!(answer.field("allow").contains("QUERY"));
    assert!(answer.field("access-control-allow-methods").contains("QUERY"));
    assert_eq!(answer.field("accept-query"), "\"application/json\"");
    assert_eq!(answer.field("access-control-max-age"), "86400");
}
