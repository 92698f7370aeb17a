//! One record at a time: read, edited by two people, deleted, its consent withdrawn, merged.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::staff_support::{OTHER, OWN, Staff, list};

fn group(local_id: &str) -> String {
    format!("/v1/admin/contact-points/{OWN}/groups/{local_id}")
}

fn licht() -> Value {
    json!({
        "name": "Licht", "topics": ["Angst"], "description": "Wir reden.",
        "venue": {"town": "Jena", "postcode": "07743", "street": "Beispielweg 1"},
        "meeting": {"text": "jeden 2. Dienstag im Monat, 18 bis 20 Uhr"},
        "contact": {"mode": "phone", "label": "privat", "phone": "03641 0000001"},
        "consent": {"given_on": "2026-03-01", "scope": ["api", "website"]},
        "contact_person": {"name": "E. Beispiel"}, "hidden_terms": ["Lampenfieber"],
        "verified_on": "2026-03-01",
    })
}

#[test]
fn a_record_is_made_read_and_put_back_unchanged() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let path = group("licht");

    let made = staff.ask("PUT", &path).by(&token).field("If-None-Match", "*").json(&licht());
    assert_eq!(made.status, 201, "{}", made.text);
    let read = staff.ask("GET", &path).by(&token).send();
    assert_eq!((read.value(), read.field("etag")), (made.value(), made.field("etag")));
    assert_eq!(read.value()["contact_person"]["name"], "E. Beispiel");
    staff.wait_for("q=Licht&interpret=false", 1);

    // As it was read, with all that the service has added.
    let mark = read.field("etag");
    let same = staff.ask("PUT", &path).by(&token).field("If-Match", mark).json(&read.value());
    assert_eq!((same.status, same.field("etag")), (200, mark), "{}", same.text);
    assert_eq!(same.value(), read.value());

    let mut other = read.value();
    other["name"] = json!("Lichtblick");
    other.as_object_mut().unwrap().remove("description");
    let put = staff.ask("PUT", &path).by(&token).field("If-Match", mark).json(&other);
    assert_eq!(put.status, 200, "{}", put.text);
    assert_ne!(put.field("etag"), mark);
    assert!(put.value()["description"].is_null(), "a member that is absent is emptied");
    staff.wait_for("q=Lichtblick&interpret=false", 1);

    // The entry in the history undoes it.
    let entry = put.field("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let entry = entry.replace(&staff.service.address, "");
    let told = staff.ask("GET", &entry).by(&token).send().value();
    assert_eq!(told["changes"][0]["fields"][0]["field"], "name", "{told}");
    staff.ask("POST", &format!("{entry}/rollback")).by(&token).send();
    assert_eq!(staff.ask("GET", &path).by(&token).send().value(), read.value());
}

#[test]
fn nobody_overwrites_what_somebody_else_has_just_written() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let path = group("licht");
    let put = |field: (&str, &str), record: &Value| {
        staff.ask("PUT", &path).by(&token).field(field.0, field.1).json(record)
    };
    staff.ask("PUT", &path).by(&token).json(&licht()).is_problem(428, "precondition_required");
    put(("If-Match", "*"), &licht()).is_problem(412, "precondition_failed");
    let made = put(("If-None-Match", "*"), &licht());
    put(("If-None-Match", "*"), &licht()).is_problem(412, "precondition_failed");
    put(("If-Match", "\"alt\""), &licht()).is_problem(412, "precondition_failed");
    staff.ask("DELETE", &path).by(&token).send().is_problem(428, "precondition_required");

    // API-17: two editors and one record; whoever is told "yes" is in the count.
    let mut written = 0;
    let mut mark = made.field("etag").to_owned();
    for round in 0..50 {
        let edit = |who: &str| {
            let mut record = licht();
            record["name"] = json!(format!("Licht {round} {who}"));
            put(("If-Match", &mark), &record)
        };
        let edit = &edit;
        let replies = thread::scope(|scope| {
            ["A", "B"].map(|who| scope.spawn(move || edit(who))).map(|sent| sent.join().unwrap())
        });
        let mut statuses = [replies[0].status, replies[1].status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "round {round}");
        let winner = replies.iter().find(|reply| reply.status == 200).unwrap();
        let read = staff.ask("GET", &path).by(&token).send();
        assert_eq!(read.value()["name"], winner.value()["name"], "a lost update");
        written += 1;
        mark = winner.field("etag").to_owned();
    }
    assert_eq!(written, 50);
    let gone = staff.ask("DELETE", &path).by(&token).field("If-Match", &mark).send();
    assert_eq!(gone.status, 204);
    staff.ask("GET", &path).by(&token).send().is_problem(404, "not_found");
}

#[test]
fn what_is_wrong_with_a_record_is_told_member_by_member() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let path = group("licht");
    let put = |record: &Value| {
        staff.ask("PUT", &path).by(&token).field("If-None-Match", "*").json(record)
    };
    for (member, value, pointer) in [
        ("topic", json!(["Angst"]), "/topic"), // unknown
        ("venue", json!({"plz": "07743"}), "/venue/plz"),
        ("venue", json!({"postcode": "045522"}), "/venue/postcode"),
        ("website", json!("javascript:alert(1)"), "/website"),
        ("updated_at", json!("2026-01-01T00:00:00Z"), "/updated_at"), // the service's
        ("id", json!("0f8fad5b-d9cb-569f-a165-70867728950e"), "/id"),
        ("local_id", json!("anders"), "/local_id"),
        ("contact_point", json!(OTHER), "/contact_point"),
    ] {
        let mut record = licht();
        record[member] = value;
        let refused = put(&record);
        refused.is_problem(422, "unprocessable");
        let pointers = refused.value()["errors"].clone();
        let found = pointers.as_array().unwrap().iter().any(|e| e["pointer"] == pointer);
        assert!(found, "{member}: {pointers}");
    }
    let english = staff.ask("PUT", &format!("{path}?lang=en")).by(&token);
    let english = english.field("If-None-Match", "*").json(&json!({"nam": "Licht"}));
    assert!(english.text.contains("did you mean `name`?"), "{}", english.text);
    let asked = staff.ask("PUT", &path).by(&token).field("If-None-Match", "*");
    asked.field("Content-Type", "application/json").body("[1]").is_problem(400, "malformed_body");
    assert_eq!(staff.records(OWN)["total"], 0);
}

/// PRIV-19: gone from search and exports when the answer comes, and it stays gone.
#[test]
fn a_withdrawn_number_is_gone_at_once_and_for_ever() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let path = group("licht");
    let made = staff.ask("PUT", &path).by(&token).field("If-None-Match", "*").json(&licht());
    assert_eq!(made.status, 201, "{}", made.text);
    let public = || {
        let address = format!("{}/v1/export/groups.ndjson", staff.service.address);
        let export = reqwest::blocking::get(address).unwrap().text().unwrap();
        export + &staff.service.get("/v1/groups?q=Licht&interpret=false").to_string()
    };
    staff.service.wait_until("the number is public", |_| public().contains("0000001"));
    assert!(staff.house.generations().iter().any(|folder| says(folder, b"0000001")));

    let began = Instant::now();
    let withdrawn = staff.ask("POST", &format!("{path}/withdraw-consent")).by(&token).send();

    assert_eq!(withdrawn.value()["is_effective"], true, "{}", withdrawn.text);
    assert!(!public().contains("0000001"));
    assert!(began.elapsed() <= Duration::from_secs(5), "it took {:?}", began.elapsed());
    // The generation that showed it leaves the disk as well.
    let is_left = || staff.house.generations().iter().any(|folder| says(folder, b"0000001"));
    staff.service.wait_until("no generation holds the number", |_| !is_left());
    assert!(began.elapsed() <= Duration::from_secs(5), "it took {:?}", began.elapsed());
    // A list that still has it does not bring it back.
    let text = "Nr;Gruppenname;Thema;PLZ;Ort;contact.phone;contact.mode\n\
                licht;Licht;Angst;07743;Jena;03641 0000001;phone\n";
    let sent = staff.load(&token, OWN, "", text);
    assert_eq!(sent.status, 201, "{}", sent.text);
    staff.service.wait_until("the list is in", |service| service.total("q=Angst") == 1);
    assert!(!public().contains("0000001"));
    assert!(!staff.records(OWN).to_string().contains("0000001"));
}

/// Says whether a file of a folder holds some bytes.
fn says(folder: &std::path::Path, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| std::fs::read(file.path()).unwrap_or_default())
        .any(|content| content.windows(bytes.len()).any(|window| window == bytes))
}

#[test]
fn two_listings_become_one_hit_and_two_again() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    staff.load(&token, OWN, "", &list(&["Angst und Panik Jena"]));
    staff.load(&staff.operator, OTHER, "", &list(&["Angst & Panik Jena"]));
    staff.wait_for("q=Angst", 2);
    let reviews = format!("/v1/admin/contact-points/{OWN}/reviews");
    let found = staff.ask("GET", &reviews).by(&token).send().value();
    let doubtful = &found["items"][0];
    assert_eq!(doubtful["kind"], "possible_duplicate", "{found}");
    let pair = json!({"groups": [doubtful["group"]["id"], doubtful["other"]["id"]]});
    let duplicates = format!("/v1/admin/contact-points/{OWN}/duplicates");

    let merged = staff.ask("POST", &duplicates).by(&token).json(&pair);
    assert_eq!(merged.status, 201, "{}", merged.text);
    staff.wait_for("q=Angst", 1);
    let hit = staff.service.get("/v1/groups?q=Angst")["items"][0].clone();
    assert_eq!(hit["also_listed_by"].as_array().unwrap().len(), 1, "{hit}");
    let found = staff.ask("GET", &reviews).by(&token).send().value();
    assert_eq!(found["items"][0]["kind"], "merged_duplicate");
    assert_eq!(found["items"][0]["decision_id"], merged.value()["id"]);

    let split = format!("{duplicates}/{}", merged.id());
    assert_eq!(staff.ask("DELETE", &split).by(&token).send().status, 204);
    staff.wait_for("q=Angst", 2);
    staff
        .ask("POST", &duplicates)
        .by(&token)
        .json(&json!({"groups": ["a"]}))
        .is_problem(422, "unprocessable");
}

/// Two groups that only look alike: said once, nobody is asked again.
#[test]
fn two_groups_that_look_alike_are_kept_apart() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    staff.load(&token, OWN, "", &list(&["Angst und Panik Jena"]));
    staff.load(&staff.operator, OTHER, "", &list(&["Angst & Panik Jena"]));
    staff.wait_for("q=Angst", 2);
    let reviews = format!("/v1/admin/contact-points/{OWN}/reviews");
    let doubtful = staff.ask("GET", &reviews).by(&token).send().value()["items"][0].clone();
    let ids = json!([doubtful["group"]["id"], doubtful["other"]["id"]]);
    let duplicates = format!("/v1/admin/contact-points/{OWN}/duplicates");

    for wrong in [
        json!({"groups": ids, "is_same": "no"}),
        json!({"groups": ids, "is_same": null}),
        json!({"groups": ids, "same": false}),
    ] {
        let refused = staff.ask("POST", &duplicates).by(&token).json(&wrong);
        refused.is_problem(422, "unprocessable");
    }
    let apart =
        staff.ask("POST", &duplicates).by(&token).json(&json!({"groups": ids, "is_same": false}));

    assert_eq!((apart.status, &apart.value()["is_same"]), (201, &json!(false)), "{}", apart.text);
    let found = staff.ask("GET", &reviews).by(&token).send().value();
    assert_eq!(found["items"], json!([]), "{found}");
}

#[test]
fn staff_correct_their_own_entry() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let path = format!("/v1/admin/contact-points/{OWN}");
    let entry = json!({
        "name": "KISS Niesky", "phone": "0000 12345", "website": "https://kiss.example.org",
        "address": {"postcode": "02906", "town": "Niesky"},
    });
    let put = staff.ask("PUT", &path).by(&token).json(&entry);
    assert_eq!(put.status, 200, "{}", put.text);
    staff.service.wait_until("the new number", |service| {
        service.get(&format!("/v1/contact-points/{OWN}"))["phone"] == "0000 12345"
    });
    let wrong = json!({"phone": 7, "website": "x", "fax": "1", "address": {"postcode": "1"}});
    let refused = staff.ask("PUT", &path).by(&token).json(&wrong);
    refused.is_problem(422, "unprocessable");
    let errors = refused.value()["errors"].as_array().unwrap().len();
    assert_eq!(errors, 5, "{}", refused.text);
}
