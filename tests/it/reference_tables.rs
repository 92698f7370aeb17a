//! The tables of `index/` are whole, hang together, and agree with what is published.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use wegweiser::analysis::Analyzer;
use wegweiser::domain::{CodeSystem, ContactLevel};
use wegweiser::recognise::concept::ConceptFinder;
use wegweiser::reference::{LabelKind, Reference};

fn reference() -> Reference {
    Reference::embedded().expect("the committed tables are right")
}

/// Returns a folder of reference data beside the repository, where it is there.
fn beside(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(folder);
    if !path.is_dir() {
        println!("skipped: no reference data beside the repository");
        return None;
    }
    Some(path)
}

/// Every district of the two states has a contact point that serves it.
#[test]
fn the_registry_serves_every_district_of_both_states() {
    let reference = reference();
    let local = reference.contact_points.iter().filter(|p| p.level == ContactLevel::Local);
    let served: BTreeSet<&str> =
        local.flat_map(|p| p.serves.iter().map(|key| key.as_str())).collect();
    let state_bodies = reference.contact_points.iter().filter(|p| p.level == ContactLevel::State);

    let unserved: Vec<&str> = reference
        .gazetteer
        .districts()
        .iter()
        .filter(|d| matches!(d.state.as_str(), "SN" | "TH") && !served.contains(d.key.as_str()))
        .map(|d| d.name.as_str())
        .collect();

    assert_eq!(unserved, Vec::<&str>::new());
    assert_eq!(reference.contact_points.len(), 43);
    assert_eq!(state_bodies.count(), 2);
    assert_eq!(served.len(), 35);
}

/// The tree begins with the 60 topic groups and holds far more than their leaves.
#[test]
fn the_topic_tree_is_as_large_as_the_field() {
    let vocabulary = reference().vocabulary;
    let groups = vocabulary.concepts.iter().filter(|c| c.is_topic_group).count();
    let rare_with_code = vocabulary
        .concepts
        .iter()
        .filter(|c| c.is_rare && c.codes.iter().any(|code| code.system == CodeSystem::Orpha))
        .count();

    assert_eq!(groups, 60);
    assert!(vocabulary.concepts.len() >= 1_500, "{}", vocabulary.concepts.len());
    assert!(rare_with_code >= 500, "{rare_with_code}");
    assert!(vocabulary.associations.len() >= 120);
}

/// A word that means two concepts is marked as ambiguous in both.
#[test]
fn no_word_means_two_things_unmarked() {
    let reference = reference();
    let analyzer = wegweiser::analysis::Analyzer::new(&reference.vocabulary, &reference.gazetteer);
    let mut owners: HashMap<String, Vec<(&str, LabelKind)>> = HashMap::new();
    for concept in &reference.vocabulary.concepts {
        for (text, kind) in &concept.labels {
            let key = analyzer.key(text);
            assert!(!key.is_empty(), "{text} of {} maps to nothing", concept.id);
            owners.entry(key).or_default().push((concept.id.as_str(), *kind));
        }
    }
    let mut clashes: Vec<String> = Vec::new();
    for (key, owners) in owners {
        let concepts: HashSet<&str> = owners.iter().map(|(id, _)| *id).collect();
        let is_marked = owners.iter().all(|(_, kind)| *kind == LabelKind::Ambiguous);
        if concepts.len() > 1 && !is_marked {
            clashes.push(format!("{key}: {owners:?}"));
        }
    }
    clashes.sort();
    assert_eq!(clashes, Vec::<String>::new());
}

/// Each ORPHAcode is one that Orphanet still uses, and no ICD-10 code contradicts Orphanet's.
#[test]
fn codes_agree_with_orphanet() {
    let Some(folder) = beside("orphanet") else { return };
    let table = std::fs::read_to_string(folder.join("orphanet_de_en_icd.tsv")).expect("readable");
    let mut rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heading = rows.next().expect("a heading");
    let column = |name: &str| heading.iter().position(|h| *h == name).expect("a column");
    let (code_at, icd_at) = (column("orphacode"), column("icd10"));
    let known: HashMap<String, String> = rows
        .map(|row| {
            (row[code_at].to_owned(), row.get(icd_at).copied().unwrap_or_default().to_owned())
        })
        .collect();

    let mut wrong = Vec::new();
    for concept in &reference().vocabulary.concepts {
        let of = |system| concept.codes.iter().filter(move |code| code.system == system);
        for orpha in of(CodeSystem::Orpha) {
            let Some(theirs) = known.get(&orpha.value) else {
                wrong.push(format!("{}: {orpha} is not in use", concept.id));
                continue;
            };
            let theirs: Vec<&str> =
                theirs.split(['|', ';', ',', ' ']).filter(|code| !code.is_empty()).collect();
            let ours: Vec<&str> = of(CodeSystem::Icd10Gm).map(|code| code.value.as_str()).collect();
            let agrees = ours.iter().any(|own| theirs.iter().any(|their| covers(own, their)));
            if !ours.is_empty() && !theirs.is_empty() && !agrees {
                wrong.push(format!("{}: {ours:?}, Orphanet has {theirs:?}", concept.id));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Says whether our code or range is about the three characters of theirs.
fn covers(own: &str, their: &str) -> bool {
    let three = |code: &str| code.get(..3).unwrap_or_default().to_owned();
    let (from, to) = own.split_once('-').unwrap_or((own, own));
    (three(from)..=three(to)).contains(&three(their))
}

/// Two real words are never one: no word of a pair is taken for a misspelling of a concept.
#[test]
fn false_friends_are_not_joined() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = Reference::from_folder(&folder.join("index")).expect("right");
    let analyzer = Analyzer::new(&reference.vocabulary, &reference.gazetteer);
    let finder = ConceptFinder::new(&reference.vocabulary, &analyzer);
    let table = std::fs::read_to_string(folder.join("tests/gold/false_friends.tsv"));
    let mut wrong = Vec::new();
    let mut pairs = 0;
    for line in table.expect("it is committed").lines().skip(1) {
        pairs += 1;
        for text in line.split('\t') {
            let words = analyzer.words(text);
            let mut taken = vec![false; words.len()];
            finder.find(&words, text, &mut taken);
            let found = finder.find_misspelt(&words, &mut taken, &|_| false);
            wrong.extend(found.iter().map(|one| format!("{text} > {}", one.label)));
        }
    }
    assert!(pairs > 60, "{pairs}");
    assert_eq!(wrong, Vec::<String>::new());
}
