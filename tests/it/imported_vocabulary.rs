//! With Orphanet imported every rare disease is understood, misspelt too, and nothing that was
//! understood before is understood otherwise.

use std::collections::HashMap;
use std::sync::Arc;

use wegweiser::reference::Reference;
use wegweiser::search::Searcher;
use wegweiser::search::answer::SearchAnswer;
use wegweiser::search::request::AnswerLanguage;

use crate::example_support::{Examples, imported_reference, searcher};
use crate::real_lists::reads_real_lists;
use crate::understanding::understands_as_ever;

/// Every so many labels are searched; all of them in the ignored test.
const STEP: usize = 7;

/// At least this share of labels is recognised as written, and with one typo.
const RECOGNISED: f64 = 0.995;
const MISSPELT: f64 = 0.93;

/// Returns the German preferred labels with their ORPHAcodes.
fn german_labels() -> Vec<(String, String)> {
    let table = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/orphanet/orphanet_de_en_icd.tsv");
    let text = std::fs::read_to_string(table).expect("readable");
    let mut rows = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heading = rows.next().expect("a heading");
    let label = heading.iter().position(|name| *name == "label_de").expect("a column");
    rows.filter(|row| !row[label].is_empty())
        .map(|row| (row[0].to_owned(), row[label].to_owned()))
        .collect()
}

/// Says whether an answer understood the concept with this ORPHAcode, first or as another reading.
fn understands(answer: &SearchAnswer, code: &str) -> bool {
    let code = format!("ORPHA:{code}");
    let interpretation = &answer.interpretation;
    interpretation.concepts.iter().any(|one| one.codes.contains(&code))
        || interpretation.alternatives.iter().any(|one| one.codes.contains(&code))
}

/// A generator of numbers that gives the same ones every time (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % most.max(1)
    }
}

/// Returns a label with one letter left out, added, replaced, or swapped with its neighbour.
fn with_one_typo(label: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = label.chars().collect();
    let places: Vec<usize> = (0..letters.len()).filter(|at| letters[*at].is_alphabetic()).collect();
    let at = places[dice.below(places.len())];
    let other = char::from(b'a' + dice.below(26) as u8);
    match dice.below(4) {
        0 => _ = letters.remove(at),
        1 => letters.insert(at, other),
        2 => letters[at] = other,
        _ => match letters.get(at + 1).filter(|next| next.is_alphabetic()) {
            Some(_) => letters.swap(at, at + 1),
            None => letters[at] = other,
        },
    }
    letters.into_iter().collect()
}

fn reach(step: usize) {
    let Some(reference) = imported_reference() else { return };
    let examples = Examples::with(Arc::new(Searcher::new(reference)));
    let labels: Vec<(String, String)> = german_labels().into_iter().step_by(step).collect();
    let mut dice = Dice(20_261_122);
    let (mut lost, mut dead_ends, mut not_corrected) = (Vec::new(), Vec::new(), Vec::new());
    for (code, label) in &labels {
        let answer = examples.search(&[("q", label), ("limit", "3")]);
        if !understands(&answer, code) {
            lost.push(label);
        }
        let leads_on = !answer.items.is_empty()
            || answer.fallback.as_ref().is_some_and(|fallback| !fallback.steps.is_empty());
        if !leads_on {
            dead_ends.push(label);
        }
        let typed = with_one_typo(label, &mut dice);
        if !understands(&examples.search(&[("q", &typed), ("limit", "3")]), code) {
            not_corrected.push(format!("{label} / {typed}"));
        }
    }
    let share = |missed: usize| 1.0 - missed as f64 / labels.len() as f64;
    println!(
        "{} labels: {:.2} % recognised, {} dead ends, {:.2} % recognised with a typo",
        labels.len(),
        share(lost.len()) * 100.0,
        dead_ends.len(),
        share(not_corrected.len()) * 100.0
    );
    for missed in not_corrected.iter().take(60) {
        println!("  not corrected: {missed}");
    }
    for missed in &lost {
        println!("  lost: {missed}");
    }
    assert_eq!(dead_ends, Vec::<&String>::new());
    assert!(share(lost.len()) >= RECOGNISED, "{lost:?}");
    assert!(share(not_corrected.len()) >= MISSPELT, "{}", not_corrected.len());
}

#[test]
fn names_of_rare_diseases_are_recognised_misspelt_too_and_lead_on() {
    reach(STEP);
}

/// Some minutes: `cargo nextest run --run-ignored all every_name`.
#[test]
#[ignore = "all names take minutes; the test above takes every seventh"]
fn every_name_of_a_rare_disease_is_recognised() {
    reach(1);
}

#[test]
fn what_was_understood_before_the_import_is_understood_after_it() {
    let Some(reference) = imported_reference() else { return };
    own_concepts_stay(&reference);
    let after = Arc::new(Searcher::new(reference));
    reads_real_lists(&after);
    real_topics_keep_their_concepts(&searcher(), &after);
    let examples = Examples::with(after);
    understands_as_ever(&examples);
    codes_lead_on(&examples);
}

/// Labels and hierarchy of the project's own concepts are what they were.
fn own_concepts_stay(after: &Reference) {
    let before = crate::support::reference();
    for (own, now) in before.vocabulary.concepts.iter().zip(&after.vocabulary.concepts) {
        assert_eq!(own.id, now.id);
        assert_eq!((&own.label, &own.broader, &own.codes), (&now.label, &now.broader, &now.codes));
        assert_eq!(own.labels, now.own());
    }
    let imported = after.vocabulary.concepts.len() - before.vocabulary.concepts.len();
    println!("{imported} imported concepts");
    assert!(imported > 8_000, "{imported}");
}

/// Each label of the own vocabulary means what it meant.
fn real_topics_keep_their_concepts(before: &Searcher, after: &Searcher) {
    let (before, after) = (before.tables(), after.tables());
    let mut wrong = Vec::new();
    for concept in &before.reference().vocabulary.concepts {
        for (text, _) in &concept.labels {
            let first = |tables: &wegweiser::search::Tables| -> Vec<u32> {
                let words = tables.analyzer().words(text);
                let found = tables.concepts().find(&words, text, &mut vec![false; words.len()]);
                found.into_iter().map(|matched| matched.concept).collect()
            };
            if first(&before) != first(&after) {
                wrong.push(text);
            }
        }
    }
    assert_eq!(wrong, Vec::<&String>::new());
}

/// Every code in use leads to its concept, and a retired one says where it was forwarded.
fn codes_lead_on(examples: &Examples) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/orphanet");
    let conditions = |code: &str| {
        let page = examples.searcher.conditions(code, 5, AnswerLanguage::German);
        page.unwrap_or_else(|error| panic!("{code}: {error:?}")).items
    };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("readable");
    let names = read("orphanet_de_en_icd.tsv");
    let mut wrong = Vec::new();
    for line in names.lines().skip(1) {
        let code = format!("ORPHA:{}", line.split('\t').next().unwrap_or_default());
        if !conditions(&code).iter().any(|found| found.codes.contains(&code)) {
            wrong.push(code);
        }
    }
    let retired = read("orphanet_inactive_2025.tsv");
    let rows: Vec<Vec<&str>> =
        retired.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    let targets: HashMap<&str, &str> = rows.iter().map(|row| (row[0], row[4])).collect();
    for row in &rows {
        let mut target = row[4];
        while let Some(further) = targets.get(target) {
            target = further;
        }
        if target.is_empty() {
            continue;
        }
        let (code, target) = (format!("ORPHA:{}", row[0]), format!("ORPHA:{target}"));
        let told = conditions(&code)
            .iter()
            .any(|found| found.codes.contains(&target) && found.retired_codes.contains(&code));
        if !told {
            wrong.push(code);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
