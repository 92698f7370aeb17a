//! What somebody searches leaves no trace in what operators see.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crate::support::{Answer, TestApp};
use tracing_subscriber::EnvFilter;

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Even the most talkative log level holds no word of a search.
#[actix_web::test]
async fn no_word_of_a_search_reaches_log_or_metrics() {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("trace,hyper=off,reqwest=off,hyper_util=off"))
        .with_writer(move || writer.clone())
        .finish();
    let is_ours = tracing::subscriber::set_global_default(subscriber).is_ok();
    let app = TestApp::start().await;

    for number in 0..50 {
        let marker = format!("merkwort{number}zeichen");
        for path in [
            format!("/v1/groups?q={marker}"),
            format!("/v1/groups?{marker}=1"),
            format!("/v1/groups?topic={marker}"),
            format!("/v1/groups?place={marker}&limit=900"),
            format!("/v1/suggest?q={marker}"),
            format!("/v1/conditions?q={marker}"),
            format!("/v1/places?q={marker}"),
            format!("/v1/topics/{marker}"),
            format!("/v1/{marker}"),
            format!("/v1/groups/{marker}"),
        ] {
            let answer = app.get(&path).await;
            if answer.status >= 400 {
                assert!(!answer.text().contains("merkwort"), "{}", answer.text());
            }
        }
        let body = format!("{{\"q\": \"{marker}\", \"{marker}\": 1}}");
        let answer = Answer::of(
            app.request("POST", "/v1/groups/search")
                .header("Content-Type", "application/json")
                .body(body),
        )
        .await;
        assert!(!answer.text().contains("merkwort"), "{}", answer.text());
        let answer = Answer::of(
            app.request("POST", "/v1/groups/search")
                .header("Content-Type", "application/json")
                .body(format!("{{\"q\": \"{marker}\", \"{marker}\" ")),
        )
        .await;
        assert!(!answer.text().contains("merkwort"), "{}", answer.text());
    }

    let metrics = reqwest::get(format!("{}/metrics", app.metrics)).await.expect("an answer");
    assert!(!metrics.text().await.expect("a text").contains("merkwort"));
    let log = kept.0.lock().expect("not poisoned");
    let log = String::from_utf8_lossy(&log);
    if is_ours {
        assert!(log.contains("answered"), "the log was not captured");
    }
    let line = log.lines().find(|line| line.contains("merkwort"));
    assert_eq!(line, None, "a search stands in the log");
}
