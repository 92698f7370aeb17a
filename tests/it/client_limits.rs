//! One client's haste is not another one's wait, and operators see what happens.

use crate::support::{Answer, TestApp, some_groups};

async fn from(app: &TestApp, hops: &str) -> Answer {
    Answer::of(app.request("GET", "/v1/status").header("X-Forwarded-For", hops)).await
}

#[actix_web::test]
async fn who_asks_too_fast_is_told_when_to_come_again() {
    let app = TestApp::with(some_groups(), |settings| {
        settings.rate_limit_per_minute = 3;
        settings.trusted_proxies = vec!["127.0.0.1".parse().expect("a range")];
    })
    .await;

    for left in ["2", "1", "0"] {
        let answer = from(&app, "203.0.113.9").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.field("ratelimit-policy"), "\"default\";q=3;w=60");
        assert!(answer.field("ratelimit").contains(&format!("r={left}")));
    }
    let stopped = from(&app, "203.0.113.9").await;
    let spoofed = from(&app, "198.51.100.7, 203.0.113.9").await;
    let neighbour = from(&app, "203.0.113.10").await;
    let probe =
        Answer::of(app.request("GET", "/health/live").header("X-Forwarded-For", "203.0.113.9"))
            .await;

    assert_eq!(stopped.status, 429);
    stopped.is_problem("too_many_requests");
    assert!(stopped.field("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    assert_eq!(spoofed.status, 429);
    assert_eq!(neighbour.status, 200);
    assert_eq!(probe.status, 200);
}

/// The operator's own machine asks as often as it likes.
#[actix_web::test]
async fn a_direct_local_peer_is_not_limited() {
    let app = TestApp::with(some_groups(), |settings| settings.rate_limit_per_minute = 1).await;

    for _ in 0..5 {
        assert_eq!(app.get("/v1/status").await.status, 200);
    }
}

#[actix_web::test]
async fn metrics_count_routes_and_name_nobody() {
    let app = TestApp::start().await;
    app.get("/v1/groups?q=zauberwort").await;
    app.get(&format!("/v1/groups/{}", app.groups[0].id)).await;

    let response = reqwest::get(format!("{}/metrics", app.metrics)).await.expect("an answer");
    let text = response.text().await.expect("a text");

    assert!(text.contains("wegweiser_http_requests_total{route=\"/v1/groups\",status=\"2xx\"} 1"));
    assert!(text.contains("wegweiser_index_groups 4"));
    assert!(text.ends_with("# EOF\n"));
    assert!(!text.contains("zauberwort") && !text.contains(&app.groups[0].id.to_string()));
    assert_eq!(app.get("/metrics").await.status, 404);
}
