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
    let long =
        "Morbus Crohn eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn";
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

/// What is committed has been checked.
#[test]
fn the_committed_tables_pass() {
    let house = House::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("index");

    let ended = house.run(&["vocabulary", "check", "--reference-dir", &own.display().to_string()]);

    assert_eq!(ended.code(), 0, "{}", ended.out());
    assert!(ended.out().contains(": 0 findings"), "{}", ended.out());
}
