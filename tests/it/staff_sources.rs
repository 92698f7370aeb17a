//! An office's own feed by the admin interface: entered, looked at, in trouble (issue 4).

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli_harvest::{WebHost, list};
use crate::staff_support::{OTHER, OWN, Reply, Staff};

fn source(contact_point: &str) -> String {
    format!("/v1/admin/contact-points/{contact_point}/source")
}

/// Has the source looked at and waits for the end.
fn look(staff: &Staff, token: &str) -> Value {
    let begun = staff.ask("POST", &format!("{}/run", source(OWN))).by(token).send();
    assert_eq!((begun.status, &begun.value()["is_running"]), (202, &json!(true)), "{}", begun.text);
    let place = begun.field("location").replace(&staff.service.address, "");
    for _ in 0..600 {
        let told = staff.ask("GET", &place).by(token).send().value();
        if told["is_running"] == false {
            return told;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the look has no end");
}

fn state_of(staff: &Staff, contact_point: &str) -> Value {
    let status = staff.service.get("/v1/status");
    let all = status["contact_points"].as_array().expect("a list");
    let found = all.iter().find(|point| point["id"] == contact_point);
    found.expect("the contact point")["source"].clone()
}

fn reviews(staff: &Staff, token: &str) -> Vec<Value> {
    let path = format!("/v1/admin/contact-points/{OWN}/reviews");
    let told = staff.ask("GET", &path).by(token).send();
    assert_eq!(told.status, 200, "{}", told.text);
    told.value()["items"].as_array().expect("a list").clone()
}

#[test]
fn an_office_enters_its_feed_has_it_looked_at_and_hears_of_trouble() {
    let staff = Staff::start_with(&["--no-example-data", "--harvest-loopback", "--log", "trace"]);
    let (host, token) = (WebHost::start(), staff.token(OWN));
    let settings = |path: &str| json!({"url": format!("{}{path}", host.address)});
    let put = |by: &str, settings: &Value, query: &str| -> Reply {
        staff.ask("PUT", &format!("{}{query}", source(OWN))).by(by).json(settings)
    };
    host.put("/alt.csv?key=geheim", &list("Angstgruppe", 5));
    staff.ask("GET", &source(OWN)).by(&token).send().is_problem(404, "not_found");
    staff
        .ask("POST", &format!("{}/run", source(OWN)))
        .by(&token)
        .send()
        .is_problem(404, "not_found");

    // A host that nobody has approved is for the operator to enter.
    let refused = put(&token, &settings("/alt.csv?key=geheim"), "");
    refused.is_problem(422, "unprocessable");
    assert_eq!(refused.value()["errors"][0]["pointer"], "/hosts", "{}", refused.text);
    let english = put(&token, &settings("/alt.csv?key=geheim"), "?lang=en").value();
    assert_ne!(english["errors"][0]["detail"], refused.value()["errors"][0]["detail"]);
    let entered = put(&staff.operator, &settings("/alt.csv?key=geheim"), "");
    assert_eq!(entered.status, 201, "{}", entered.text);
    assert_eq!(entered.value()["settings"]["hosts"], json!(["127.0.0.1"]));

    // The timetable comes by itself; then the office may name another path of that host.
    staff.wait_for("q=Angstgruppe", 5);
    let told = look(&staff, &token);
    assert_eq!((&told["result"], &told["failures"]), (&json!("unchanged"), &json!(0)), "{told}");
    host.put("/neu.csv?key=geheim", &list("Angstgruppe", 6));
    let replaced = put(&token, &settings("/neu.csv?key=geheim"), "");
    assert_eq!(replaced.status, 200, "{}", replaced.text);
    staff.wait_for("q=Angstgruppe", 6);
    let state = state_of(&staff, OWN);
    assert!(state["last_success_at"].is_string() && state["alert"] == false, "{state}");
    assert!(state_of(&staff, OTHER).is_null());

    // A list that shrinks is held, shown, and confirmed like any other.
    host.put("/neu.csv?key=geheim", &list("Angstgruppe", 2));
    let held = look(&staff, &token);
    assert_eq!(held["result"], "held", "{held}");
    let review = reviews(&staff, &token).remove(0);
    assert_eq!(
        (&review["kind"], &review["act"]),
        (&json!("held_import"), &json!("confirm_import"))
    );
    assert_eq!(review["import_id"], held["import_id"]);
    assert_eq!(staff.service.total("q=Angstgruppe"), 6);
    let import = held["import_url"].as_str().expect("an address");
    let confirm = format!("{}/confirm", import.replace(&staff.service.address, ""));
    assert_eq!(staff.ask("POST", &confirm).by(&token).send().status, 200);
    staff.wait_for("q=Angstgruppe", 2);

    // The host has lost it: the groups stay, and after the second time somebody is told.
    host.clear();
    let once = look(&staff, &token);
    assert_eq!((&once["result"], &once["alert"]), (&json!("failed"), &json!(false)), "{once}");
    assert!(reviews(&staff, &token).iter().all(|review| review["kind"] != "source_failing"));
    let twice = look(&staff, &token);
    assert_eq!((&twice["failures"], &twice["alert"]), (&json!(2), &json!(true)));
    assert!(twice["message"].as_str().is_some_and(|text| text.contains("404")), "{twice}");
    let state = state_of(&staff, OWN);
    assert_eq!((&state["failures"], &state["alert"]), (&json!(2), &json!(true)));
    let review = reviews(&staff, &token).remove(0);
    assert_eq!((&review["kind"], &review["act"]), (&json!("source_failing"), &json!("put_source")));
    assert!(review["message"].as_str().is_some_and(|text| text.contains("404")), "{review}");
    assert_eq!(staff.service.total("q=Angstgruppe"), 2);
    #[cfg(unix)]
    {
        let Staff { service, house: _house, .. } = staff;
        let (_, log) = service.stop();
        assert!(
            !log.contains("geheim") && !log.contains("neu.csv"),
            "an address stands in the log"
        );
    }
}

#[test]
fn faults_of_settings_are_told_all_at_once_and_nothing_is_entered() {
    let staff = Staff::start();
    let settings = json!({"url": "http://10.0.0.1/a.csv", "intervall": 3, "interval_hours": 0});

    let refused = staff.ask("PUT", &source(OWN)).by(&staff.operator).json(&settings);

    refused.is_problem(422, "unprocessable");
    let problem = refused.value();
    let errors = problem["errors"].as_array().expect("faults");
    let about: Vec<&str> = errors.iter().filter_map(|fault| fault["pointer"].as_str()).collect();
    assert_eq!(about, ["/intervall", "/url", "/interval_hours"], "{problem}");
    staff.ask("GET", &source(OWN)).by(&staff.operator).send().is_problem(404, "not_found");
}

/// SEC-05: whoever may have a source read may not say where it is.
#[test]
fn scopes_part_entering_from_looking() {
    let staff = Staff::start_with(&["--no-example-data", "--no-harvest"]);
    let settings = json!({"url": "https://www.example.org/gruppen.csv"});
    let entered = staff.ask("PUT", &source(OWN)).by(&staff.operator).json(&settings);
    assert_eq!(entered.status, 201, "{}", entered.text);
    let token = |scope: &str| {
        let order = json!({"contact_point": OWN, "name": "Webseite", "scopes": [scope]});
        let made = staff.ask("POST", "/v1/admin/tokens").by(&staff.operator).json(&order);
        made.value()["token"].as_str().expect("a token").to_owned()
    };
    let (reads, harvests) = (token("read:own"), token("harvest:own"));
    let run = |by: &str| staff.ask("POST", &format!("{}/run", source(OWN))).by(by).send();

    assert_eq!(staff.ask("GET", &source(OWN)).by(&reads).send().status, 200);
    staff.ask("GET", &source(OWN)).by(&harvests).send().is_problem(403, "forbidden");
    staff.ask("PUT", &source(OWN)).by(&harvests).json(&settings).is_problem(403, "forbidden");
    run(&reads).is_problem(403, "forbidden");
    // Allowed, but this service leaves all sources alone.
    run(&harvests).is_problem(409, "conflict");
}
