//! Whatever somebody sends, the answer says what is wrong and what would be right.

use std::io::{Read, Write};

use crate::support::{Answer, TestApp, gone_id};

/// Method, path, content type, body, status and code of a request that is wrong.
type Case = (&'static str, String, Option<&'static str>, String, u16, &'static str);

fn get(path: &str, status: u16, code: &'static str) -> Case {
    ("GET", path.to_owned(), None, String::new(), status, code)
}

fn post(path: &str, body: &str, status: u16, code: &'static str) -> Case {
    ("POST", path.to_owned(), Some("application/json"), body.to_owned(), status, code)
}

fn cases() -> Vec<Case> {
    let invalid = |path: &str| get(path, 400, "invalid_parameter");
    let unknown = |path: &str| get(path, 400, "unknown_parameter");
    let malformed = |body: &str| post("/v1/groups/search", body, 400, "malformed_body");
    let large = format!("{{\"q\": \"{}\"}}", "a".repeat(17_000));
    let json = "application/json";
    vec![
        // Values that are not allowed.
        invalid("/v1/groups?limit=101"),
        invalid("/v1/groups?limit=-1"),
        invalid("/v1/groups?limit=many"),
        invalid("/v1/groups?limit="),
        get("/v1/groups?offset=1001", 400, "page_too_deep"),
        invalid("/v1/groups?topic=a,b"),
        invalid("/v1/groups?topic=no-such-concept-at-all"),
        invalid("/v1/groups?place=Jena&lat=50.9&lon=11.6"),
        invalid("/v1/groups?lat=50.9"),
        invalid("/v1/groups?lat=0&lon=0"),
        invalid("/v1/groups?lat=91&lon=11"),
        invalid("/v1/groups?lat=NaN&lon=11"),
        invalid("/v1/groups?radius_km=0&place=Jena"),
        invalid("/v1/groups?radius_km=10"),
        invalid("/v1/groups?sort=distance"),
        invalid("/v1/groups?sort=random"),
        invalid("/v1/groups?status=closed"),
        invalid("/v1/groups?audience=familie"),
        invalid("/v1/groups?bbox=1,2,3"),
        invalid("/v1/groups?updated_since=gestern"),
        invalid("/v1/groups?interpret=maybe"),
        invalid("/v1/groups?lang=fr"),
        invalid("/v1/groups?q=a&q=b"),
        invalid("/v1/groups?district=1"),
        invalid("/v1/groups?state=Sachsen"),
        invalid("/v1/groups?id=7"),
        invalid("/v1/groups?cursor=nonsense"),
        invalid("/v1/groups?facets=colour"),
        invalid("/v1/groups?expand=some"),
        invalid("/v1/groups?wheelchair=no"),
        invalid("/v1/groups?min_tier=best"),
        invalid(&format!("/v1/groups?q={}", "a".repeat(513))),
        invalid("/v1/groups?q=%FF%FE"),
        invalid("/v1/groups?place=Xqzvwjkpp"),
        invalid("/v1/suggest"),
        invalid("/v1/suggest?q=a&limit=21"),
        invalid("/v1/suggest?q=a&q=b"),
        invalid("/v1/conditions"),
        invalid("/v1/conditions?q=a&limit=0"),
        invalid("/v1/places?q="),
        invalid("/v1/contact-points?lat=50.9"),
        invalid("/v1/contact-points?place=Jena&lat=50.9&lon=11.6"),
        invalid("/v1/contact-points?state=XX"),
        invalid("/v1/contact-points?limit=1000"),
        invalid("/v1/topics?lang=klingon"),
        invalid("/v1/export/groups.geojson?updated_since=2026-10-01T00:00:00Z"),
        // Names that do not exist.
        unknown("/v1/groups?ort=Jena"),
        unknown("/v1/groups?diabetes"),
        unknown("/v1/suggest?q=a&query=b"),
        unknown("/v1/topics?q=a"),
        unknown("/v1/status?verbose=1"),
        unknown("/v1/export/groups.csv?q=diabetes"),
        unknown("/v1/export/groups.ndjson?limit=5"),
        unknown(&format!("/v1/groups/{}?fields=name", gone_id())),
        // Bodies.
        malformed(""),
        malformed("{"),
        malformed("[]"),
        malformed("\"q\""),
        malformed("null"),
        malformed("{\"q\": \"a\",}"),
        malformed("\u{feff}{}"),
        post("/v1/groups/search", "{\"q\": \"a\", \"q\": \"b\"}", 400, "invalid_parameter"),
        post("/v1/groups/search", "{\"q\": 5}", 400, "invalid_parameter"),
        post("/v1/groups/search", "{\"topic\": \"a\"}", 400, "invalid_parameter"),
        post("/v1/groups/search", "{\"limit\": \"5\"}", 400, "invalid_parameter"),
        post("/v1/groups/search", "{\"limit\": 5.5}", 400, "invalid_parameter"),
        post("/v1/groups/search", "{\"ort\": \"Jena\"}", 400, "unknown_parameter"),
        post("/v1/groups/search?q=a", "{}", 400, "invalid_parameter"),
        post("/v1/suggest/search", "{}", 400, "invalid_parameter"),
        ("QUERY", "/v1/groups".to_owned(), Some(json), "{".to_owned(), 400, "malformed_body"),
        post("/v1/groups/search", &large, 413, "payload_too_large"),
        ("QUERY", "/v1/suggest".to_owned(), Some(json), large.clone(), 413, "payload_too_large"),
        (
            "POST",
            "/v1/groups/search".to_owned(),
            Some("text/plain"),
            "{}".to_owned(),
            415,
            "unsupported_media_type",
        ),
        (
            "POST",
            "/v1/groups/search".to_owned(),
            None,
            "{}".to_owned(),
            415,
            "unsupported_media_type",
        ),
        (
            "POST",
            "/v1/groups/search".to_owned(),
            Some("application/json; charset=latin1"),
            "{}".to_owned(),
            415,
            "unsupported_media_type",
        ),
        (
            "POST",
            "/".to_owned(),
            Some("application/json"),
            "{}".to_owned(),
            415,
            "unsupported_media_type",
        ),
        // Addresses and methods.
        get("/v1", 404, "not_found"),
        get("/v2/groups", 404, "not_found"),
        get("/v1/groups/", 404, "not_found"),
        get("/v1/groups/not-a-uuid", 404, "not_found"),
        get("/v1/groups/00000000-0000-0000-0000-000000000000", 404, "not_found"),
        get("/v1/groups/%00", 404, "not_found"),
        get("/v1/topics/no-such-topic", 404, "not_found"),
        get("/v1/topics?parent=no-such-topic", 404, "not_found"),
        get("/v1/contact-points/nobody", 404, "not_found"),
        get("/v1/export/groups.xml", 404, "not_found"),
        get("/v1/dictionary/0000000000000000.json", 404, "not_found"),
        get("/problems/no_such_code", 404, "not_found"),
        get("/docs/no-such-file.js", 404, "not_found"),
        get("/../../etc/passwd", 404, "not_found"),
        get(&format!("/v1/groups/{}", gone_id()), 410, "gone"),
        get("/v1/export/groups.csv?updated_since=2020-01-01T00:00:00Z", 410, "cursor_expired"),
        ("DELETE", "/v1/groups".to_owned(), None, String::new(), 405, "method_not_allowed"),
        ("POST", "/v1/groups".to_owned(), Some(json), "{}".to_owned(), 405, "method_not_allowed"),
        ("PUT", "/v1/status".to_owned(), None, String::new(), 405, "method_not_allowed"),
        ("PATCH", "/v1/topics".to_owned(), None, String::new(), 405, "method_not_allowed"),
        ("GET", "/v1/groups/search/x".to_owned(), None, String::new(), 404, "not_found"),
        ("TRACE", "/v1/groups".to_owned(), None, String::new(), 405, "method_not_allowed"),
        ("BREW", "/v1/places".to_owned(), None, String::new(), 405, "method_not_allowed"),
        ("POST", "/docs/".to_owned(), None, String::new(), 405, "method_not_allowed"),
        get(&format!("/v1/groups?q={}", "a".repeat(4_100)), 414, "uri_too_long"),
    ]
}

/// A client that cannot read the answer cannot mend its request.
#[actix_web::test]
async fn every_bad_request_gets_a_problem_document() {
    let app = TestApp::start().await;
    let cases = cases();
    assert!(cases.len() >= 60);

    for (method, path, content_type, body, status, code) in cases {
        let shown: String = path.chars().take(80).collect();
        let mut request = app.request(method, &path).header("Accept-Language", "en");
        if let Some(content_type) = content_type {
            request = request.header("Content-Type", content_type);
        }
        if method != "GET" {
            request = request.body(body);
        }
        let answer = Answer::of(request).await;

        assert_eq!(answer.status, status, "{method} {shown}: {}", answer.text());
        answer.is_problem(code);
        assert_eq!(answer.field("content-language"), "en");
        if status == 405 {
            assert!(answer.field("allow").contains('E'), "{method} {shown} has no Allow");
        }
    }
}

/// All faults at once spare a second try.
#[actix_web::test]
async fn all_faults_of_a_request_are_told_together() {
    let app = TestApp::start().await;

    let answer = app.get("/v1/groups?limit=999&ort=Jena&status=closed&lang=fr").await;

    let problem = answer.json();
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(4), "{problem}");
    let names: Vec<&str> = problem["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|error| error["parameter"].as_str())
        .collect();
    assert!(names.contains(&"limit") && names.contains(&"ort"), "{problem}");
    let suggested = problem["errors"].as_array().into_iter().flatten();
    assert!(suggested.flat_map(|e| e["suggestions"].as_array()).flatten().any(|s| s == "place"));
}

/// What only the tables know is told together with what the form alone tells.
#[actix_web::test]
async fn an_unknown_place_is_told_beside_a_wrong_number() {
    let app = TestApp::start().await;
    let names = |answer: &Answer| -> Vec<String> {
        let problem = answer.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().filter_map(|e| e["parameter"].as_str().map(str::to_owned)).collect()
    };

    for (path, expected) in [
        (
            "/v1/groups?limit=1000&place=xyzzy&topic=nope&contact_point=nope",
            &["limit", "topic", "place", "contact_point"][..],
        ),
        ("/v1/groups?limit=1000&cursor=zz", &["limit", "cursor"]),
        ("/v1/groups?min_generation=zz&cursor=zz", &["min_generation", "cursor"]),
        // Where the point would be cannot be said yet.
        ("/v1/groups?lat=x&lon=11&radius_km=10", &["lat"]),
        ("/v1/groups?limit=1000&radius_km=10", &["limit", "radius_km"]),
        ("/v1/export/groups.csv?sort=name&state=xx&topic=nope", &["sort", "state", "topic"]),
        ("/v1/contact-points?limit=1000&place=xyzzy&cursor=zz", &["limit", "place", "cursor"]),
        ("/v1/contact-points?place=xyzzy&cursor=zz", &["place", "cursor"]),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(names(&answer), expected, "{path}: {}", answer.text());
    }
    let body = serde_json::json!({"limit": 1000, "place": "xyzzy"});
    let answer = app.send("QUERY", "/v1/groups", &body).await;
    let pointers = answer.json()["errors"].clone();
    assert_eq!(
        (&pointers[0]["pointer"], &pointers[1]["pointer"]),
        (&"/limit".into(), &"/place".into())
    );
}

/// Staff read German; programs from elsewhere ask for English.
#[actix_web::test]
async fn problems_are_told_in_the_language_asked_for() {
    let app = TestApp::start().await;

    let german = app.get("/v1/groups?limit=101").await;
    let english = app.get("/v1/groups?limit=101&lang=en").await;
    let body = serde_json::json!({"limit": 101, "lang": "en"});
    let in_body = app.send("POST", "/v1/groups/search", &body).await;

    assert_eq!(german.json()["detail"], "`limit` muss eine ganze Zahl von 0 bis 100 sein");
    assert_eq!(german.field("content-language"), "de");
    assert_eq!(english.json()["detail"], "`limit` must be a whole number from 0 to 100");
    assert!(english.field("vary").contains("Accept-Language"));
    assert_eq!(in_body.field("content-language"), "en");
    assert_eq!(in_body.json()["errors"][0]["pointer"], "/limit");
}

/// A form that is not offered is refused before anybody guesses.
#[actix_web::test]
async fn an_answer_is_not_forced_on_a_client() {
    let app = TestApp::start().await;

    for (accept, status) in [
        ("text/html", 406),
        ("application/json;q=0, */*", 406),
        ("application/json", 200),
        ("text/html, */*;q=0.1", 200),
    ] {
        let answer = Answer::of(app.request("GET", "/v1/status").header("Accept", accept)).await;
        assert_eq!(answer.status, status, "{accept}");
        if status == 406 {
            answer.is_problem("not_acceptable");
        }
    }
}

/// Large header blocks come from broken proxies and from attackers.
#[actix_web::test]
async fn too_many_header_fields_are_refused() {
    let app = TestApp::start().await;

    let request = app.request("GET", "/v1/status").header("X-Filler", "a".repeat(9_000));
    let answer = Answer::of(request).await;

    assert_eq!(answer.status, 431);
    answer.is_problem("headers_too_large");
}

/// Until the first index is built, clients are told to come again.
#[actix_web::test]
async fn without_an_index_the_service_says_so() {
    let app = TestApp::without_index().await;

    for path in ["/v1/groups", "/v1/suggest?q=a", "/v1/status", "/health/ready", "/v1/topics"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 503, "{path}");
        answer.is_problem("index_unavailable");
        assert!(!answer.field("retry-after").is_empty());
    }
    assert_eq!(app.get("/health/live").await.status, 200);
}

/// Bytes that are no HTTP are answered or cut off; the service goes on.
#[actix_web::test]
async fn broken_bytes_do_not_stop_the_service() {
    let app = TestApp::start().await;
    let address = app.base.trim_start_matches("http://").to_owned();
    let attempts: [&[u8]; 6] = [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /v1/groups?q=\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/groups/search HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/groups/search HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz",
    ];

    for bytes in attempts {
        let address = address.clone();
        let sent = bytes.to_vec();
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("a connection");
            let limit = Some(std::time::Duration::from_secs(2));
            stream.set_read_timeout(limit).expect("a limit");
            stream.write_all(&sent).expect("sent");
            let mut answer = [0; 64];
            let length = stream.read(&mut answer).unwrap_or(0);
            String::from_utf8_lossy(&answer[..length]).into_owned()
        });
        let answer = answer.await.expect("joined");
        assert!(!answer.contains(" 500 ") && !answer.contains(" 200 "), "{answer}");
    }

    assert_eq!(app.get("/v1/status").await.status, 200);
}
