//! What a contact point sends is found, and what is wrong is said.

use std::fs;

use crate::cli_support::House;

const OFFICE: [&str; 2] = ["--contact-point", "ikos-jena"];

fn import<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["import", file], &OFFICE[..], more].concat()
}

#[test]
fn an_imported_list_is_found_at_once_while_the_service_runs() {
    let house = House::new();
    let service = house.serve(&["--no-example-data"]);
    let list = house.list("list.csv", "Angstgruppe", 5);

    let ended = house.run_to(0, &import(&list, &[]));

    assert!(ended.err().contains("running service shows it"), "{}", ended.err());
    assert_eq!(service.total("q=Angstgruppe"), 5);
}

#[test]
fn without_a_service_the_command_builds_the_index_itself() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 5);

    let ended = house.run_to(0, &import(&list, &[]));

    assert!(ended.err().contains("The index was built"), "{}", ended.err());
    assert_eq!(house.names().len(), 5);
    assert_eq!(house.serve(&[]).total("q=Angstgruppe"), 5);
}

#[test]
fn the_exit_code_tells_whether_something_was_held_back() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 10);
    house.run_to(0, &["check", &list, OFFICE[0], OFFICE[1]]);
    assert!(!house.path("data").exists(), "a check makes nothing");
    house.run_to(0, &import(&list, &[]));
    let short = house.list("short.csv", "Angstgruppe", 3);

    let held = house.run_to(1, &import(&short, &["--json"]));
    assert_eq!(held.json()[0]["state"], "held");
    assert_eq!(house.names().len(), 10);
    house.run_to(0, &import(&short, &["--yes"]));
    assert_eq!(house.names().len(), 3);

    house.run_to(2, &import("nowhere.csv", &[]));
    let wrong = house.run_to(2, &["import", &list, "--mode", "sideways"]);
    assert!(wrong.err().contains("sideways"), "{}", wrong.err());
}

#[test]
fn importing_ones_own_export_changes_nothing() {
    let house = House::new();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/groups/ikos-jena");
    house.run_to(0, &["import", fixture]);
    // What an export guards, what only a consent shows, and what it does not show at all.
    let tricky = [
        r#"{"local_id": "plus", "name": "+Plus Gruppe", "topics": ["-Krebs"], "description": "- Punkt eins\n- Punkt zwei", "meeting": {"text": "=x"}}"#,
        r#"{"local_id": "phone", "name": "Am Telefon", "topics": ["Angst"], "contact": {"mode": "phone", "phone": "0171 39200 10"}, "consent": {"given_on": "2026-01-05", "scope": ["api"], "basis": "Formular"}}"#,
        r#"{"local_id": "closed", "name": "Beendet", "topics": ["Angst"], "status": "closed", "consent": null}"#,
    ];
    fs::write(house.path("tricky.ndjson"), tricky.join("\n")).unwrap();
    house.run_to(0, &import("tricky.ndjson", &["--mode", "merge"]));
    let before = house.run_to(0, &["export"]).out();
    let count = before.lines().count();
    assert!(count > 20, "{count} groups");
    for format in ["ndjson", "csv"] {
        let file = format!("own.{format}");
        house.run_to(0, &["export", "--format", format, "--output", &file]);

        let ended = house.run(&["import", &file, "--json"]);

        let report = ended.json();
        let counts = &report[0]["imports"][0]["counts"];
        assert_eq!(counts["unchanged"], count, "{format}: {}", ended.out());
        assert_eq!(counts["removed"], 0, "{format}: {}", ended.out());
        assert_eq!(ended.code(), 0, "{format}: {}", ended.out());
        assert_eq!(house.run_to(0, &["export"]).out(), before, "{format}");
    }
    house.run_to(0, &["export", "--format", "geojson", "--output", "map.geojson"]);
    let map = fs::read_to_string(house.path("map.geojson")).unwrap();
    let map: serde_json::Value = serde_json::from_str(&map).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), count);
}

#[test]
fn an_export_of_an_unknown_contact_point_names_the_nearest() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 1);
    house.run_to(0, &import(&list, &[]));

    let ended = house.run_to(2, &["export", "--contact-point", "ikos-jenna"]);

    assert!(ended.err().contains("the nearest is `ikos-jena`"), "{}", ended.err());
    let others = house.run_to(0, &["export", "--contact-point", "kiss-dresden"]);
    assert_eq!(others.out(), "");
}

#[test]
fn a_reindex_builds_anew_with_and_without_the_service() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 2);
    house.run_to(0, &import(&list, &[]));
    let alone = house.run_to(0, &["reindex", "--json"]).json();
    assert_eq!(alone["index"]["built_by"], "command");
    let service = house.serve(&[]);

    let told = house.run_to(0, &["reindex", "--json"]).json();

    assert_eq!(told["index"]["built_by"], "service");
    assert_eq!(service.total("q=Angst"), 2);
}

#[test]
fn a_corrected_contact_point_is_shown() {
    let house = House::new();
    let service = house.serve(&["--no-example-data"]);
    let table = "id\tname\tlevel\tstate\tserves\ttown\tpostcode\tphone\n\
                 beispiel-jena\tBeispielstelle Jena\tlocal\tTH\t16053\tJena\t07743\t030 23125 001\n";
    fs::write(house.path("points.tsv"), table).unwrap();

    let ended = house.run_to(0, &["contact-points", "import", "points.tsv", "--json"]);

    assert_eq!(ended.json()["new"], 1);
    let shown = service.get("/v1/contact-points/beispiel-jena");
    assert_eq!(shown["name"], "Beispielstelle Jena");
    fs::write(house.path("points.tsv"), table.replace("16053", "99999")).unwrap();
    let wrong = house.run_to(2, &["contact-points", "import", "points.tsv"]);
    assert!(wrong.err().contains("99999"), "{}", wrong.err());
}
