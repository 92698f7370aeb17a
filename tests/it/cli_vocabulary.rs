//! What would lead people astray is found before they are.

use std::fs;
use std::path::Path;

use crate::cli_support::House;

#[allow(clippy::unwrap_used)] // a test's helper fails by panicking
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_planted_duplicate_and_a_lost_label_are_found() {
    let house = House::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("index");
    for part in ["vocabulary", "gazetteer", "contact_points"] {
        copy(&own.join(part), &house.path("tables").join(part));
    }
    let heading = "id\tlabel\tbroader\tsynonyms\n";
    let long = "Morbus Crohn eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn \
         vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig einundzwanzig \
         zweiundzwanzig dreiundzwanzig vierundzwanzig";
    let rows = format!(
        "zzz-eins\tQuarzitose\tkrebs\tGlimmerfieber|---|{long}\nzzz-zwei\tGneisitis\tkrebs\tGlimmerfieber\n"
    );
    let concepts = house.path("tables/vocabulary/concepts/zzz.tsv");
    fs::write(concepts, format!("{heading}{rows}")).unwrap();

    let ended = house.run_to(1, &["vocabulary", "check", "--reference-dir", "tables", "--json"]);

    let report = ended.json();
    let findings = report["findings"].as_array().unwrap();
    let has =
        |rule: &str, label: &str| findings.iter().any(|f| f["rule"] == rule && f["label"] == label);
    assert!(has("duplicate", "Glimmerfieber"), "{findings:?}");
    assert!(has("lost", "---"), "{findings:?}");
    assert!(has("false friend", long), "{findings:?}");
    assert_eq!(findings.len(), 3, "{findings:?}");
    let orphan = rows.replace("krebs", "gibt-es-nicht");
    let concepts = house.path("tables/vocabulary/concepts/zzz.tsv");
    fs::write(concepts, format!("{heading}{orphan}")).unwrap();
    let ended = house.run_to(2, &["vocabulary", "check", "--reference-dir", "tables"]);
    assert!(ended.err().contains("zzz.tsv"), "{}", ended.err());
}

/// An official file in small: one disease that the vocabulary knows, one that it does not, and one
/// that was merged into that.
fn official_file(date: &str, name: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <JDBOR date=\"{date} 07:03:37\"><DisorderList count=\"3\">\n\
         <Disorder id=\"1\"><OrphaCode>586</OrphaCode><Name lang=\"de\">Fibrose, zystische</Name>\
         <SynonymList count=\"1\"><Synonym lang=\"de\">Quarzlungenleiden</Synonym></SynonymList></Disorder>\n\
         <Disorder id=\"2\"><OrphaCode>999901</OrphaCode><Name lang=\"de\">{name}</Name></Disorder>\n\
         <Disorder id=\"3\"><OrphaCode>999902</OrphaCode><Name lang=\"de\">OBSOLETE: Schieferfieber</Name>\
         <DisorderDisorderAssociationList count=\"1\"><DisorderDisorderAssociation><TargetDisorder id=\"2\">\
         <OrphaCode>999901</OrphaCode></TargetDisorder><DisorderDisorderAssociationType id=\"21471\">\
         <Name lang=\"en\">Moved to</Name></DisorderDisorderAssociationType></DisorderDisorderAssociation>\
         </DisorderDisorderAssociationList></Disorder>\n</DisorderList></JDBOR>"
    )
}

#[test]
fn an_imported_vocabulary_is_understood_at_once_and_can_be_taken_out_again() {
    let house = House::new();
    let service = house.serve(&[]);
    let first = |query: &str| service.get(&format!("/v1/conditions?q={query}"))["items"][0].clone();
    assert!(first("Glimmerschieferose").is_null());
    fs::write(house.path("a.xml"), official_file("2024-05-01", "Glimmerschieferose")).unwrap();
    fs::write(house.path("cut.xml"), &official_file("2025-05-01", "Anderes")[..300]).unwrap();

    let ended = house.run_to(1, &["vocabulary", "import", "a.xml", "cut.xml", "--json"]);

    let report = ended.json();
    assert_eq!(report["files"][0]["state"], "imported", "{report}");
    assert_eq!(report["files"][0]["source"], "orphanet-nomenclature-de");
    assert_eq!(report["files"][0]["new"], 3);
    assert_eq!(report["files"][1]["state"], "refused");
    assert_eq!(report["files"][1]["findings"][0]["rule"], "nomenclature-not-well-formed");
    assert_eq!(report["vocabulary"]["imported_concepts"], 1);
    assert_eq!(first("Glimmerschieferose")["id"], "orpha-999901");
    assert_eq!(first("Glimmerschiferose")["id"], "orpha-999901", "misspelt");
    let retired = first("ORPHA:999902");
    assert_eq!(retired["codes"][0], "ORPHA:999901");
    assert_eq!(retired["retired_codes"][0], "ORPHA:999902");
    // A disease of our own keeps its name and gets another word.
    let own = first("Quarzlungenleiden");
    assert_eq!((&own["id"], &own["label"]), (&"mukoviszidose".into(), &"Mukoviszidose".into()));
    let answer = service.get("/v1/groups?q=Glimmerschieferose");
    assert!(answer["fallback"]["steps"].as_array().is_some_and(|steps| !steps.is_empty()));

    // The same again changes nothing, an older one is refused, a newer one takes its place.
    let again = house.run_to(0, &["vocabulary", "import", "a.xml", "--json"]).json();
    assert_eq!(again["files"][0]["state"], "unchanged");
    assert!(again["index"].is_null());
    fs::write(house.path("old.xml"), official_file("2023-05-01", "Veraltetes")).unwrap();
    let older = house.run_to(1, &["vocabulary", "import", "old.xml"]);
    assert!(older.out().contains("2024-05-01"), "{}", older.out());
    fs::write(house.path("new.xml"), official_file("2025-05-01", "Quarzkieselose")).unwrap();
    house.run_to(0, &["vocabulary", "import", "new.xml"]);
    assert_eq!(first("Quarzkieselose")["id"], "orpha-999901");
    assert!(first("Glimmerschieferose").is_null());
    house.run_to(0, &["doctor"]);

    let listed = house.run_to(0, &["vocabulary", "list"]).out();
    assert!(
        listed.contains("orphanet-nomenclature-de") && listed.contains("2025-05-01"),
        "{listed}"
    );
    house.run_to(2, &["vocabulary", "remove", "nothing-of-that-name"]);
    house.run_to(0, &["vocabulary", "remove", "orphanet-nomenclature-de"]);
    assert!(first("Quarzkieselose").is_null());
    drop(service);
    // Whoever starts later knows what the catalogue knows.
    house.run_to(0, &["vocabulary", "import", "new.xml"]);
    assert_eq!(house.serve(&[]).get("/v1/conditions?q=Quarzkieselose")["total"], 1);
}

/// What is committed has been checked.
#[test]
fn the_committed_tables_pass() {
    let house = House::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("index");

    let ended = house.run(&["vocabulary", "check", "--reference-dir", &own.display().to_string()]);

    assert_eq!(ended.code(), 0, "{}", ended.out());
    assert!(ended.out().contains(": 0 findings"), "{}", ended.out());
}
