//! Staff decide what is one group; a person asks what is stored about them and has it erased.

#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::cli_support::House;

const HEAD: &str = "Nr;Gruppenname;Thema;PLZ;Ort\n";

fn import(house: &House, office: &str, row: &str) {
    let file = format!("{office}.csv");
    fs::write(house.path(&file), format!("{HEAD}{row}\n")).unwrap();
    house.run_to(0, &["import", &file, "--contact-point", office]);
}

#[test]
fn staff_decide_about_two_records_and_take_it_back() {
    let house = House::new();
    import(&house, "ikos-jena", "1;Trauer Jena;Trauer;07743;Jena");
    import(&house, "selbsthilfe-saale-holzland", "1;Trauergruppe Jena;Trauer;07743;Jena");
    let service = house.serve(&[]);
    assert_eq!(service.total("q=Trauer"), 2);

    let list = house.run_to(0, &["duplicates", "list", "--json"]).json();
    let open = list["open"].as_array().unwrap();
    assert_eq!(open.len(), 1, "{list}");
    assert!(
        open[0]["score"].as_i64().unwrap() >= 50 && open[0]["reasons"]["topic"] == 30,
        "{list}"
    );
    let id = |at: usize| open[0]["groups"][at]["id"].as_str().unwrap();

    house.run_to(0, &["duplicates", "same", id(0), id(1)]);
    assert_eq!(service.total("q=Trauer"), 1);
    let answer = service.get("/v1/groups?q=Trauer");
    assert_eq!(answer["items"][0]["also_listed_by"].as_array().unwrap().len(), 1, "{answer}");
    let list = house.run_to(0, &["duplicates", "list"]).out();
    assert!(list.contains("0 pairs to decide") && list.contains("same since"), "{list}");

    house.run_to(0, &["duplicates", "different", id(0), id(1)]);
    assert_eq!(service.total("q=Trauer"), 2);
    house.run_to(0, &["duplicates", "undo", id(0), id(1)]);
    let list = house.run_to(0, &["duplicates", "list", "--json"]).json();
    assert_eq!(list["open"].as_array().unwrap().len(), 1, "{list}");
    let again = house.run_to(2, &["duplicates", "undo", id(0), id(1)]);
    assert!(again.err().contains("nothing was decided"), "{}", again.err());
}

/// Returns the files below a folder in which some text stands.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if let Ok(bytes) = fs::read(&path)
            && bytes.windows(text.len()).any(|window| window == text.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_person_is_told_what_is_stored_and_leaves_every_file() {
    const NAME: &str = "Erika Beispiel-Muster";
    const PHONE: &str = "030 23125 001";
    let house = House::new();
    let group = r#"{"local_id": "1", "name": "Lichtblick", "topics": ["Angst"], "description": "Fragen an Erika Beispiel-Muster.", "contact": {"mode": "phone", "phone": "030 23125 001"}, "contact_person": {"name": "Erika Beispiel-Muster"}, "consent": {"given_on": "2026-01-05", "scope": ["api"]}}"#;
    let other = r#"{"local_id": "2", "name": "Ruhepol", "topics": ["Angst"]}"#;
    fs::write(house.path("list.ndjson"), format!("{group}\n{other}")).unwrap();
    let office = ["--contact-point", "ikos-jena"];
    house.run_to(0, &["import", "list.ndjson", office[0], office[1]]);
    let changed = group.replace("Lichtblick", "Lichtblick Jena");
    fs::write(house.path("list.ndjson"), format!("{changed}\n{other}")).unwrap();
    house.run_to(0, &["import", "list.ndjson", office[0], office[1]]);
    fs::remove_file(house.path("list.ndjson")).unwrap();
    let service = house.serve(&[]);
    assert!(!files_with(&house.path("index"), PHONE).is_empty(), "her number is public");

    // Who she is comes by standard input, so that it stands in no history.
    let mut asked = house.command(&["export-person", "--json"]);
    asked.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut asked = asked.spawn().unwrap();
    writeln!(asked.stdin.take().unwrap(), "name: Erika Beispiel-Muster\nphone: 030/23125001")
        .unwrap();
    let told = asked.wait_with_output().unwrap();
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let members: Vec<&str> =
        told["places"].as_array().unwrap().iter().map(|p| p["member"].as_str().unwrap()).collect();
    for member in ["contact.phone", "contact_person.name", "description"] {
        assert!(members.contains(&member), "{member}: {members:?}");
    }

    let who = ["--name", NAME, "--phone", PHONE];
    let looked = house.run_to(1, &[&["erase-person"], &who[..]].concat());
    assert!(looked.out().contains("Nothing was erased"), "{}", looked.out());
    let erased = house.run_to(0, &[&["erase-person", "--yes", "--json"], &who[..]].concat()).json();

    assert_eq!(erased["groups"].as_array().unwrap().len(), 1, "{erased}");
    assert_eq!(service.total("q=Angst"), 2, "the groups stay");
    let shown = service.get("/v1/groups?q=Lichtblick");
    assert_eq!(shown["items"][0]["contact"]["mode"], "via_contact_point", "{shown}");
    assert_eq!(shown["items"][0]["summary"], "Fragen an ….", "{shown}");
    drop(service);
    for text in [NAME, PHONE] {
        assert_eq!(files_with(&house.path("data"), text), Vec::<String>::new());
        assert_eq!(files_with(&house.path("index"), text), Vec::<String>::new());
    }
    let nobody = house.run_to(2, &["erase-person", "--name", "Jo", "--yes"]);
    assert!(
        nobody.err().contains("too short") && !nobody.err().contains("Jo\""),
        "{}",
        nobody.err()
    );
}
