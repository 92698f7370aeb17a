//! The project's own words stay, the others come behind them.

use super::*;
use crate::domain::{DiseaseEntry, DiseaseName, NomenclatureSource};
use crate::reference::testing;

/// Returns an entry: German name, German synonyms, parents.
fn entry(code: u32, name: &str, synonyms: &[&str], parents: &[u32]) -> DiseaseEntry {
    let name_of = |text: &str, is_preferred| DiseaseName {
        language: NameLanguage::German,
        is_preferred,
        text: text.to_owned(),
    };
    let mut names = vec![name_of(name, true)];
    names.extend(synonyms.iter().map(|text| name_of(text, false)));
    DiseaseEntry {
        names,
        parents: parents.to_vec(),
        standing: Some(Standing::Active),
        ..DiseaseEntry::new(code)
    }
}

fn list(id: &str, version: Option<&str>, entries: Vec<DiseaseEntry>) -> Nomenclature {
    Nomenclature {
        source: NomenclatureSource {
            id: id.to_owned(),
            title: id.to_owned(),
            version: version.map(str::to_owned),
            licence: "CC BY 4.0".to_owned(),
        },
        entries,
    }
}

/// The own vocabulary of these tests, in which epilepsy's sister has an ORPHAcode.
fn own() -> Vocabulary {
    let mut own = testing::vocabulary();
    let depression = own.by_id("depression").expect("it is there");
    let code: Code = "ORPHA:5".parse().expect("a code");
    own.concepts[depression as usize].codes.push(code.clone());
    own.by_code.insert(code, vec![depression]);
    own
}

fn merged(lists: &[Nomenclature]) -> Vocabulary {
    merge(&own(), &testing::gazetteer(), lists)
}

fn words(vocabulary: &Vocabulary, id: &str) -> Vec<(String, LabelKind)> {
    vocabulary.concept(vocabulary.by_id(id).expect("it is there")).labels.clone()
}

#[test]
fn an_own_concept_gets_words_and_keeps_label_and_place() {
    let before = own();
    let after = merged(&[list(
        "a",
        None,
        vec![
            entry(5, "Melancholie, seltene", &["Schwermut", "DEPX"], &[9]),
            entry(9, "Gruppe", &[], &[]),
        ],
    )]);
    let index = after.by_id("depression").expect("it is there");
    let (own, now) = (before.concept(index), after.concept(index));
    assert_eq!((&own.label, &own.broader), (&now.label, &now.broader));
    assert_eq!(now.own(), own.labels);
    let added: Vec<_> = now.labels[now.own_labels..].to_vec();
    let wanted = [("Melancholie, seltene", LabelKind::Synonym), ("DEPX", LabelKind::Ambiguous)];
    assert_eq!(added, wanted.map(|(text, kind)| (text.to_owned(), kind)));
    assert!(now.own_synonyms().all(|word| word != "Melancholie, seltene"));
}

#[test]
fn other_diseases_become_concepts_below_their_kind() {
    let after = merged(&[list(
        "a",
        None,
        vec![
            entry(20, "Angst, seltene", &[], &[30]),
            entry(21, "Sonderbare Krankheit", &[], &[5]),
            entry(22, "Allein stehende Krankheit", &[], &[]),
            entry(30, "Seltene Gruppe", &[], &[]),
        ],
    )]);
    let above = |id: &str| -> Vec<String> {
        let concept = after.concept(after.by_id(id).expect("it is there"));
        assert!(concept.is_imported() && concept.is_rare);
        concept.broader.iter().map(|index| after.concept(*index).id.to_string()).collect()
    };
    assert_eq!(above("orpha-20"), ["angst", "orpha-30"]);
    assert_eq!(above("orpha-21"), ["depression"]);
    assert!(above("orpha-22").is_empty(), "these tables have no umbrella");
    let code: Code = "ORPHA:20".parse().expect("a code");
    assert_eq!(after.by_code(&code), [after.by_id("orpha-20").expect("it is there")]);
}

#[test]
fn retired_codes_lead_on_and_the_latest_list_is_believed() {
    let retired = |code: u32, target: Option<u32>| DiseaseEntry {
        standing: Some(Standing::Retired { target }),
        ..entry(code, &format!("Alte Krankheit {code}"), &[], &[])
    };
    let after = merged(&[
        list(
            "old",
            Some("2020-01-01"),
            vec![entry(20, "Früherer Name", &[], &[]), entry(40, "Eins", &[], &[])],
        ),
        list(
            "new",
            Some("2025-01-01"),
            vec![
                entry(20, "Heutiger Name", &[], &[]),
                retired(40, Some(41)),
                retired(41, Some(20)),
                retired(42, None),
            ],
        ),
    ]);
    let today = after.by_id("orpha-20").expect("it is there");
    assert_eq!(after.concept(today).label, "Heutiger Name");
    let has = |text: &str| words(&after, "orpha-20").iter().any(|(word, _)| word == text);
    assert!(has("Früherer Name") && has("Alte Krankheit 40"));
    for code in ["ORPHA:40", "ORPHA:41"] {
        assert_eq!(after.by_code(&code.parse().expect("a code")), [today], "{code}");
    }
    assert!(after.by_code(&"ORPHA:42".parse().expect("a code")).is_empty());
    assert!(after.by_id("orpha-40").is_none());
}

#[test]
fn short_words_of_daily_life_and_places_stay_what_they_are() {
    let after = merged(&[list(
        "a",
        None,
        vec![entry(20, "Kieler Krankheit", &["ALS", "Gera", "KJX", "Kiefer"], &[])],
    )]);
    let kept: Vec<String> = words(&after, "orpha-20").into_iter().map(|(text, _)| text).collect();
    assert!(kept.contains(&"KJX".to_owned()), "{kept:?}");
    assert!(!kept.contains(&"Gera".to_owned()) && !kept.contains(&"ALS".to_owned()), "{kept:?}");
}

#[test]
fn circles_of_contradicting_lists_are_cut() {
    let after = merged(&[
        list("a", None, vec![entry(20, "Eins", &[], &[21]), entry(21, "Zwei", &[], &[])]),
        list("b", None, vec![entry(21, "Zwei", &[], &[22]), entry(22, "Drei", &[], &[20])]),
    ]);
    for index in 0..after.concepts.len() as ConceptIndex {
        assert!(!after.ancestors(index).contains(&index), "{}", after.concept(index).id);
    }
}
