//! The description is what the service does.

use std::path::Path;

use crate::support::{Answer, TestApp};
use serde_json::{Map, Value, json};
use wegweiser::http::openapi_json;

/// `WEGWEISER_UPDATE_OPENAPI=1 cargo nextest run committed_file` writes the file anew.
#[test]
fn the_committed_file_is_the_served_document() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/v1.json");
    if std::env::var_os("WEGWEISER_UPDATE_OPENAPI").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, openapi_json()).expect("written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == openapi_json(), "openapi/v1.json is outdated; see this test's comment");
}

#[actix_web::test]
async fn the_document_is_served() {
    let app = TestApp::start().await;

    let served = app.get("/openapi.json").await;

    assert_eq!(served.text(), openapi_json());
    assert_eq!(served.json()["openapi"], "3.1.0");
    assert!(served.json()["info"]["license"]["url"].as_str().is_some_and(|u| u.contains("http")));
    assert!(!served.text().contains(&app.base), "the public base has no place in the document");
}

/// Returns the document.
pub fn document() -> Value {
    serde_json::from_str(&openapi_json()).expect("JSON")
}

/// Returns path, method and description of every operation.
pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            found.push((path.clone(), method.to_uppercase(), operation.clone()));
        }
    }
    found
}

/// A reference into nothing stops every generator of clients.
#[test]
fn every_reference_leads_somewhere() {
    fn check(document: &Value, value: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    let pointer = reference.trim_start_matches('#');
                    assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                }
                members.values().for_each(|inner| check(document, inner));
            }
            Value::Array(items) => items.iter().for_each(|inner| check(document, inner)),
            _ => {}
        }
    }
    let document = document();
    check(&document, &document);
}

/// API-02: what generators of clients and careful readers need.
#[test]
fn every_operation_is_described_in_full() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let name = format!("{method} {path}");
        for member in ["operationId", "summary", "description"] {
            assert!(operation[member].as_str().is_some_and(|t| !t.is_empty()), "{name}: {member}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let described = parameter["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described, "{name}: {parameter}");
            assert!(!parameter["example"].is_null(), "{name}: {parameter}");
        }
        let responses = operation["responses"].as_object().expect("responses");
        for status in ["400", "406", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{name}: {status}");
        }
        let successes: Vec<_> =
            responses.iter().filter(|(status, _)| status.starts_with('2')).collect();
        assert!(!successes.is_empty(), "{name}");
        for (status, response) in successes {
            let content = response["content"].as_object();
            assert_eq!(content.is_none(), status == "204", "{name}: {status}");
            for (media_type, form) in content.into_iter().flatten() {
                assert!(!form["example"].is_null(), "{name}: no example of {media_type}");
                assert!(!form["schema"].is_null(), "{name}: no schema of {media_type}");
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        bounded(name, schema);
    }
}

/// Every text, list and number has its bounds.
fn bounded(name: &str, schema: &Value) {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    assert!(schema.get("oneOf").is_none(), "{name}: oneOf without discriminator");
    for kind in kinds {
        let needed: &[&str] = match kind {
            "string" if schema.get("enum").is_none() => &["maxLength"],
            "array" => &["maxItems"],
            "integer" => &["minimum", "maximum"],
            _ => &[],
        };
        for bound in needed {
            assert!(schema.get(*bound).is_some(), "{name} has no {bound}: {schema}");
        }
    }
    for (member, inner) in schema["properties"].as_object().into_iter().flatten() {
        bounded(&format!("{name}.{member}"), inner);
    }
    for inner in schema["anyOf"].as_array().into_iter().flatten().chain(schema.get("items")) {
        bounded(name, inner);
    }
}

/// Returns a validator for a schema of the document.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let mut whole = schema.as_object().cloned().unwrap_or_else(Map::new);
    whole.insert("components".to_owned(), document["components"].clone());
    jsonschema::validator_for(&Value::Object(whole)).expect("a schema")
}

/// Checks a value against a schema of the document.
pub fn assert_valid(document: &Value, schema: &Value, value: &Value, what: &str) {
    let faults: Vec<String> = validator(document, schema)
        .iter_errors(value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:#?}");
}

/// Follows a reference.
pub fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            document.pointer(reference.trim_start_matches('#')).expect("a resolvable reference")
        }
        None => value,
    }
}

#[test]
fn every_example_fits_its_schema() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let response = resolved(&document, response);
            for (media_type, form) in response["content"].as_object().into_iter().flatten() {
                let what = format!("{method} {path} {status} {media_type}");
                assert_valid(&document, &form["schema"], &form["example"], &what);
            }
        }
        let body = &operation["requestBody"]["content"]["application/json"];
        if !body["example"].is_null() {
            assert_valid(&document, &body["schema"], &body["example"], &format!("{method} {path}"));
        }
    }
}

/// One request that the document's examples make up.
struct Request {
    method: String,
    path: String,
    body: Option<Value>,
}

/// Returns the requests of an operation: with what it needs, then with each further parameter.
fn requests(path: &str, method: &str, operation: &Value) -> Vec<Request> {
    let empty = Vec::new();
    let parameters = operation["parameters"].as_array().unwrap_or(&empty);
    let mut base = path.to_owned();
    let mut needed = Vec::new();
    let mut optional = Vec::new();
    for parameter in parameters {
        let name = parameter["name"].as_str().expect("a name");
        let values: Vec<String> = match &parameter["example"] {
            Value::Null => continue,
            Value::Array(values) => values.iter().map(text_of).collect(),
            value => vec![text_of(value)],
        };
        if parameter["in"] == "path" {
            base = base.replace(&format!("{{{name}}}"), &values[0]);
            continue;
        }
        let pairs = values.iter().map(|value| {
            let mut pair = url::form_urlencoded::Serializer::new(String::new());
            pair.append_pair(name, value).finish()
        });
        let pairs = pairs.collect::<Vec<_>>().join("&");
        let pairs = match name {
            "lat" => format!("{pairs}&lon=11.59"),
            "lon" => format!("{pairs}&lat=50.93"),
            "radius_km" | "include_online" => format!("{pairs}&place=Jena"),
            _ => pairs,
        };
        if parameter["required"] == true { needed.push(pairs) } else { optional.push(pairs) }
    }
    let body = operation["requestBody"]["content"]["application/json"]["example"].clone();
    let body = Some(body).filter(|body| !body.is_null());
    let mut requests = Vec::new();
    for extra in [None].into_iter().chain(optional.iter().map(Some)) {
        let pairs: Vec<&str> = needed.iter().chain(extra).map(String::as_str).collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        let path = format!("{base}{query}");
        requests.push(Request { method: method.to_owned(), path, body: body.clone() });
    }
    requests
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// API-03: an example that does not work teaches the wrong thing.
#[actix_web::test]
async fn every_example_works_and_its_answer_fits() {
    let app = TestApp::start().await;
    let document = document();
    let mut executed = 0;
    for (path, method, operation) in operations(&document) {
        if path.starts_with("/v1/admin/") {
            continue; // authorisation.rs sends those, with tokens
        }
        for request in requests(&path, &method, &operation) {
            let what = format!("{method} {}", request.path);
            let sent = app.request(&request.method, &request.path);
            let sent = match &request.body {
                Some(body) => {
                    sent.header("Content-Type", "application/json").body(body.to_string())
                }
                None => sent,
            };
            let answer = Answer::of(sent).await;
            // Nobody can know the hash of a dictionary or a cursor beforehand.
            let expected = match &request.path {
                _ if path.contains("{hash}") => 404,
                path if path.contains("cursor=") => 400,
                _ => 200,
            };
            assert_eq!(answer.status, expected, "{what}: {}", answer.text());
            let response = resolved(&document, &operation["responses"][expected.to_string()]);
            let media_type = answer.field("content-type").split(';').next().unwrap_or_default();
            let form = &response["content"][media_type];
            assert!(!form.is_null(), "{what}: {media_type} is not described");
            let value = if media_type.ends_with("json") && media_type != "application/x-ndjson" {
                answer.json()
            } else {
                json!(answer.text())
            };
            assert_valid(&document, &form["schema"], &value, &what);
            executed += 1;
        }
    }
    assert!(executed > 60, "only {executed} examples");
}

/// Answers of all kinds fit, not only those of the examples.
#[actix_web::test]
async fn answers_with_every_member_fit_the_document() {
    let app = TestApp::start().await;
    let document = document();
    let facets = "facets=topic&facets=concept&facets=audience&facets=age_group&facets=gender\
                  &facets=format&facets=language&facets=district&facets=state\
                  &facets=contact_point&facets=status&facets=wheelchair";
    for query in [
        format!("q=Mukoviszidose+in+Jena+f%C3%BCr+Angeh%C3%B6rige&{facets}"),
        "q=Multiple+Sklerose&place=Leipzig".to_owned(),
        "q=MS&expand=all&lang=en".to_owned(),
        "q=ich+will+nicht+mehr+leben".to_owned(),
        "condition=ORPHA:999999".to_owned(),
        "q=haschimoto&lang=de-x-leicht".to_owned(),
        "q=Morbus+Fabry&place=Jena&radius_km=10".to_owned(),
        "limit=0".to_owned(),
    ] {
        let answer = app.get(&format!("/v1/groups?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        let schema = json!({"$ref": "#/components/schemas/GroupList"});
        assert_valid(&document, &schema, &answer.json(), &query);
    }
    let schema = json!({"$ref": "#/components/schemas/Group"});
    for group in &app.groups {
        let answer = app.get(&format!("/v1/groups/{}", group.id)).await;
        assert_valid(&document, &schema, &answer.json(), &group.name);
    }
}
