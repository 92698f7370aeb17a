//! Everything public can be taken home, and says under which licence.

use crate::support::{TestApp, gone_id, group, merged_id, some_groups};
use serde_json::Value;

#[actix_web::test]
async fn ndjson_has_one_group_per_line() {
    let app = TestApp::start().await;

    let answer = app.get("/v1/export/groups.ndjson").await;

    let lines: Vec<Value> = answer
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(lines.len(), app.groups.len());
    assert!(lines.iter().any(|group| group["name"] == "Lichtblick"));
    assert!(answer.field("wegweiser-licence").starts_with("https://"));
    assert!(answer.field("link").contains("rel=\"license\""));
    assert_eq!(answer.field("wegweiser-synced-at"), "2026-10-05T08:00:00Z");
}

/// Who keeps a copy hears of what has left.
#[actix_web::test]
async fn changes_since_a_moment_carry_tombstones() {
    let app = TestApp::start().await;

    let answer = app.get("/v1/export/groups.ndjson?updated_since=2026-10-02T00:00:00Z").await;

    let lines: Vec<Value> =
        answer.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(lines.len(), 2, "{}", answer.text());
    let gone = lines.iter().find(|l| l["id"] == gone_id().to_string()).expect("the departed one");
    assert!(gone["replaced_by"].is_null() && gone["deleted_at"] == "2026-10-05T08:00:00Z");
    let merged = lines.iter().find(|l| l["id"] == merged_id().to_string()).expect("the merged one");
    assert_eq!(merged["replaced_by"], app.groups[0].id.to_string());
}

/// A spreadsheet must not run what a group wrote.
#[actix_web::test]
async fn csv_opens_safely_in_a_spreadsheet() {
    let app = TestApp::start().await;

    let answer = app.get("/v1/export/groups.csv").await;

    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let name = headings.iter().position(|heading| heading == "name").expect("a column");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), app.groups.len());
    assert!(rows.iter().any(|row| &row[name] == "'=Rechnen; \"und\" <b>reden</b>"));
    let topics = headings.iter().position(|heading| heading == "topics").expect("a column");
    assert!(rows.iter().any(|row| &row[topics] == "Angst|Panik"));
}

#[actix_web::test]
async fn a_map_gets_points_or_none() {
    let app = TestApp::start().await;

    let map = app.get("/v1/export/groups.geojson").await.json();

    let features = map["features"].as_array().expect("features");
    assert_eq!(features.len(), app.groups.len());
    let online = features.iter().find(|f| f["properties"]["format"] == "online").expect("one");
    assert!(online["geometry"].is_null());
    let room = features.iter().find(|f| f["properties"]["name"] == "Lichtblick").expect("one");
    assert_eq!(room["geometry"]["coordinates"][0], 11.59);
}

#[actix_web::test]
async fn filters_work_on_downloads() {
    let app = TestApp::start().await;

    let answer = app.get("/v1/export/groups.ndjson?contact_point=kiss-dresden").await;

    assert_eq!(answer.text().lines().count(), 2);
}

/// A download of many groups arrives in pieces and whole.
#[actix_web::test]
async fn a_large_download_is_whole() {
    let mut groups = some_groups();
    groups.extend(
        (0..300).map(|n| group("ikos-jena", &format!("n{n}"), &format!("Kreis {n}"), &["Angst"])),
    );
    let app = TestApp::with(groups, |_| {}).await;

    let lines = app.get("/v1/export/groups.ndjson").await;
    let map = app.get("/v1/export/groups.geojson").await.json();

    assert_eq!(lines.text().lines().count(), 304);
    assert_eq!(map["features"].as_array().map(Vec::len), Some(304));
}
