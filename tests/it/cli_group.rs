//! One record on the command line: shown, put, deleted, its consent withdrawn.

#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use std::fs;

use serde_json::{Value, json};

use crate::cli_support::House;

const OFFICE: [&str; 2] = ["--contact-point", "ikos-jena"];

fn write(house: &House, record: &Value) {
    fs::write(house.path("record.json"), record.to_string()).unwrap();
}

#[test]
fn one_record_is_put_shown_and_deleted() {
    let house = House::new();
    house.run_to(0, &["import", &house.list("list.csv", "Alt", 2), OFFICE[0], OFFICE[1]]);
    let service = house.serve(&[]);
    let put = ["group", "put", OFFICE[0], OFFICE[1], "record.json"];
    let record = json!({"local_id": "licht", "name": "Lichtblick", "topics": ["Depression"]});
    write(&house, &record);

    let made = house.run_to(0, &[&put[..], &["--json"]].concat()).json();
    assert_eq!((made["is_new"].as_bool(), made["stored"].as_bool()), (Some(true), Some(true)));
    assert_eq!(service.total("q=Lichtblick"), 1);
    let get = ["group", "get", OFFICE[0], OFFICE[1], "licht"];
    let mut shown = house.run_to(0, &get).json();
    assert_eq!(shown["topics"], json!(["Depression"]));

    // What was read can be put as it is, and changes nothing.
    write(&house, &shown);
    assert!(house.run_to(0, &put).out().contains("was so already"));
    shown["name"] = json!("Morgenröte");
    write(&house, &shown);
    assert!(house.run_to(0, &put).out().contains("is replaced"));
    assert_eq!((service.total("q=Morgenr%C3%B6te"), service.total("q=Lichtblick")), (1, 0));

    // A record of another name, of another office, with a fault: nothing is changed.
    shown["topic"] = json!("Angst");
    write(&house, &shown);
    let refused = house.run_to(1, &put).out();
    assert!(refused.contains("`topics`") && refused.contains("Nothing was changed"), "{refused}");
    write(&house, &record);
    house.run_to(2, &["group", "put", "--contact-point", "nirgendwo", "record.json"]);
    fs::write(house.path("record.json"), "{\"name\": \"Erika\" oops").unwrap();
    let broken = house.run_to(2, &put).err();
    assert!(broken.contains("line 1") && !broken.contains("Erika"), "{broken}");

    house.run_to(0, &["group", "delete", OFFICE[0], OFFICE[1], "licht"]);
    assert_eq!(service.total("q=Morgenr%C3%B6te"), 0);
    let again = house.run_to(2, &["group", "delete", OFFICE[0], OFFICE[1], "licht"]);
    assert!(again.err().contains("has no group `licht`"), "{}", again.err());
}

#[test]
fn a_consent_is_withdrawn() {
    const PHONE: &str = "030 23125 001";
    let house = House::new();
    let record = json!({
        "local_id": "licht", "name": "Lichtblick", "topics": ["Depression"],
        "contact": {"mode": "phone", "phone": PHONE},
        "consent": {"given_on": "2026-01-05", "scope": ["api"]},
    });
    fs::write(house.path("list.ndjson"), record.to_string()).unwrap();
    house.run_to(0, &["import", "list.ndjson", OFFICE[0], OFFICE[1]]);
    let service = house.serve(&[]);
    let phone = |answer: &Value| answer["items"][0]["contact"]["phone"].clone();
    assert_ne!(phone(&service.get("/v1/groups?q=Lichtblick")), Value::Null);

    let said = house.run_to(0, &["group", "withdraw-consent", OFFICE[0], OFFICE[1], "licht"]);

    assert!(said.out().contains("withdrawn"), "{}", said.out());
    assert_eq!(phone(&service.get("/v1/groups?q=Lichtblick")), Value::Null);
    let get = house.run_to(0, &["group", "get", OFFICE[0], OFFICE[1], "licht"]);
    assert!(!get.out().contains("23125"), "{}", get.out());
}

/// Who sends a request has a token; only a command acts without one.
#[test]
fn no_request_acts_in_the_name_of_the_command_line() {
    fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { sources(&path, found) } else { found.push(path) }
        }
    }
    let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let uses = files.iter().filter(|file| {
        fs::read_to_string(file).unwrap_or_default().contains("catalogue.command_line()")
    });
    let uses: Vec<_> = uses.map(|file| file.strip_prefix(&src).unwrap().to_owned()).collect();
    assert_eq!(uses, [std::path::Path::new("cli").join("group.rs")]);
}
