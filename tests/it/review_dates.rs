//! A record that nobody confirms grows old: marked, then without its person's number, then hidden.

#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use std::collections::BTreeMap;
use std::fs;

use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};

use crate::cli_support::House;

/// Imports one group for each age in months, each with a person's number under a consent.
fn house_with_ages(ages: &[Option<i64>]) -> House {
    let house = House::new();
    let today = Zoned::now().date();
    let lines = ages.iter().map(|months| {
        let name = months.map_or("nie".to_owned(), |months| format!("vor {months}"));
        let verified = months.map(|months| today.checked_sub(months.months()).unwrap().to_string());
        let mut group = json!({
            "local_id": name, "name": name, "topics": ["Angst"],
            "contact": {"mode": "phone", "phone": "030 23125 001"},
            "consent": {"given_on": "2020-01-05", "scope": ["api"], "basis": "Formular"},
        });
        if let Some(day) = verified {
            group["verified_on"] = json!(day);
        }
        group.to_string()
    });
    let lines: Vec<String> = lines.collect();
    fs::write(house.path("list.ndjson"), lines.join("\n")).unwrap();
    house.run_to(0, &["import", "list.ndjson", "--contact-point", "ikos-jena"]);
    house
}

/// Returns for each public group whether it is stale and whether its number is shown.
fn shown(house: &House, settings: &[&str]) -> BTreeMap<String, (bool, bool)> {
    let export = house.run_to(0, &[&["export"], settings].concat()).out();
    let groups = export.lines().map(|line| {
        let group: Value = serde_json::from_str(line).unwrap();
        let has_number = group["contact"]["phone"].is_string();
        assert_eq!(group["contact"]["mode"] == "phone", has_number, "{group}");
        let name = group["name"].as_str().unwrap().to_owned();
        (name, (group["stale"].as_bool().unwrap(), has_number))
    });
    groups.collect()
}

#[test]
fn a_record_is_marked_then_stripped_then_hidden_and_the_months_can_be_set() {
    let house = house_with_ages(&[Some(11), Some(13), Some(19), Some(25), None]);
    let as_shown = |expected: &[(&str, (bool, bool))]| -> BTreeMap<String, (bool, bool)> {
        expected.iter().map(|(name, what)| ((*name).to_owned(), *what)).collect()
    };

    let usual = as_shown(&[
        ("vor 11", (false, true)),
        ("vor 13", (true, true)),
        ("vor 19", (true, false)),
        ("nie", (false, true)),
    ]);
    assert_eq!(shown(&house, &[]), usual);

    let lenient = [
        "--stale-after-months",
        "24",
        "--personal-hidden-after-months",
        "0",
        "--hidden-after-months",
        "0",
    ];
    let all = as_shown(&[
        ("vor 11", (false, true)),
        ("vor 13", (false, true)),
        ("vor 19", (false, true)),
        ("vor 25", (true, true)),
        ("nie", (false, true)),
    ]);
    assert_eq!(shown(&house, &lenient), all);

    // From the file, and for a running service; the index is built anew for other months.
    fs::write(
        house.path("wegweiser.toml"),
        "personal_hidden_after_months = 12\nhidden_after_months = 18\n",
    )
    .unwrap();
    let strict =
        as_shown(&[("vor 11", (false, true)), ("vor 13", (true, false)), ("nie", (false, true))]);
    assert_eq!(shown(&house, &[]), strict);
    let service = house.serve(&[]);
    assert_eq!(service.total("q=Angst"), 3);
    let status = service.get("/v1/status");
    let of_jena =
        status["contact_points"].as_array().unwrap().iter().find(|p| p["id"] == "ikos-jena");
    assert_eq!(of_jena.unwrap()["stale_count"], 1, "{of_jena:?}");

    let wrong = house.run_to(2, &["export", "--hidden-after-months", "6"]);
    assert!(wrong.err().contains("hidden after 6 months"), "{}", wrong.err());
}

/// What has been hidden by its age stands in no export, so reading that back removes nothing.
#[test]
fn a_hidden_record_is_not_missed_in_ones_own_export() {
    let house = house_with_ages(&[Some(2), Some(7)]);
    let strict = [
        "--stale-after-months",
        "3",
        "--personal-hidden-after-months",
        "3",
        "--hidden-after-months",
        "6",
    ];
    let export = house.run_to(0, &[&["export", "--output", "own.ndjson"], &strict[..]].concat());
    assert!(export.out().contains("1 groups"), "{}", export.out());

    let ended = house.run_to(0, &[&["import", "own.ndjson", "--json"], &strict[..]].concat());

    let counts = &ended.json()[0]["imports"][0]["counts"];
    assert_eq!(
        (&counts["removed"], &counts["unchanged"]),
        (&json!(0), &json!(1)),
        "{}",
        ended.out()
    );
}
