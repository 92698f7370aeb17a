//! What holds for every query, not only for those somebody thought of: spellings, order of words,
//! invisible letters, long words, typing on, typos. Names of tests carry the criterion they prove.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use wegweiser::search::request::AnswerLanguage;

use crate::example_support::Examples;

static EXAMPLES: LazyLock<Examples> = LazyLock::new(Examples::load);

/// Returns how many groups a query finds and the first ten.
fn first_ten(q: &str) -> (usize, Vec<u32>) {
    let answer = EXAMPLES.search(&[("q", q), ("limit", "10")]);
    (answer.total, answer.items.iter().map(|hit| hit.group).collect())
}

/// Returns up to a hundred groups of a query, whatever their order, and how many there are.
fn groups(q: &str) -> (usize, BTreeSet<u32>) {
    let answer = EXAMPLES.search(&[("q", q), ("limit", "100")]);
    (answer.total, answer.items.iter().map(|hit| hit.group).collect())
}

/// The names of all example groups.
fn names() -> Vec<String> {
    let generation = EXAMPLES.search(&[("limit", "0")]).generation;
    let all = 0..generation.columns.len() as u32;
    all.map(|group| generation.hit_texts(group).name.to_string()).collect()
}

/// Draws `cases` values; a failing one is made smaller before it is told.
fn for_any<S: Strategy>(
    cases: u32,
    values: S,
    law: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    // The same cases on every run: a red test is red for everybody.
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config.clone(),
        proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm),
    );
    if let Err(error) = runner.run(&values, law) {
        panic!("{error}");
    }
}

/// Two things side by side, which nobody would write as one word.
const NO_ONE_NAME: &[&str] = &[
    "Hals Nasen Ohren",
    "SHG Leitung",
    "Telefon Sprechstunde",
    "Neustadt Orla",
    "Chemnitz Süd",
    "Mikrodeletion 22q11",
    "Erzgebirgs Kreis",
    "Eltern Kind Kreis",
];

/// What a query finds, for comparing two spellings.
fn found(q: &str) -> (usize, Vec<u32>, Vec<String>) {
    let answer = EXAMPLES.search(&[("q", q), ("limit", "10")]);
    let concepts = answer.interpretation.concepts.iter().map(|concept| concept.id.clone());
    (answer.total, answer.items.iter().map(|hit| hit.group).collect(), concepts.collect())
}

/// `Töchter` and `Toechter` are one word, so all of the answer is the same. `Tochter` may be meant
/// or may be `Töchter` typed in haste: the same is found, the exact form first (SRCH-02). Of joined
/// and separate writing the same concepts are understood.
#[test]
fn srch_01_two_spellings_of_one_word_answer_alike() {
    let gold = include_str!("../gold/spellings.tsv");
    let mut apart = Vec::new();
    for row in gold.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [one, other, "key"] = cells[..] else { continue };
        if NO_ONE_NAME.contains(&one.replace('-', " ").as_str()) {
            continue;
        }
        let bare = |text: &str| {
            text.replace(['ä', 'Ä'], "a").replace(['ö', 'Ö'], "o").replace(['ü', 'Ü'], "u")
        };
        let is_umlaut_lost = bare(one).to_lowercase() == other.to_lowercase()
            && one.to_lowercase() != other.to_lowercase();
        let borders = |text: &str| {
            text.split([' ', '-', '/', '(']).map(str::to_lowercase).collect::<Vec<_>>()
        };
        let is_joined = borders(one).len() != borders(other).len();
        let (here, there) = (found(one), found(other));
        let is_alike = if is_joined {
            here.2 == there.2 && (here.0 == 0) == (there.0 == 0)
        } else if is_umlaut_lost {
            here.0 == there.0 && here.2 == there.2
        } else {
            here == there
        };
        if !is_alike {
            apart.push(format!(
                "{one} ({} {:?}) / {other} ({} {:?})",
                here.0, here.2, there.0, there.2
            ));
        }
    }
    assert_eq!(apart, Vec::<String>::new());
}

#[test]
fn srch_05_an_abbreviation_of_several_things_names_them_all() {
    let reference = EXAMPLES.searcher.reference();
    let vocabulary = &reference.vocabulary;
    for short in ["MS", "ALS", "CED", "PKU", "COPD", "ADHS", "CI", "PCA", "AA"] {
        let answer = EXAMPLES.search(&[("q", short)]);
        let first = answer.interpretation.concepts.first();
        let first = first.unwrap_or_else(|| panic!("{short} means nothing")).id.clone();
        let key = EXAMPLES.searcher.tables().analyzer().key(short);
        let readings: BTreeSet<String> = vocabulary
            .concepts
            .iter()
            .filter(|concept| {
                concept.labels.iter().any(|(text, kind)| {
                    *kind == wegweiser::reference::LabelKind::Ambiguous
                        && EXAMPLES.searcher.tables().analyzer().key(text) == key
                })
            })
            .map(|concept| concept.id.to_string())
            .collect();
        let mut shown: BTreeSet<String> =
            answer.interpretation.alternatives.iter().map(|other| other.id.clone()).collect();
        shown.insert(first);
        assert!(readings.is_subset(&shown), "{short}: {readings:?} but shown {shown:?}");
    }
    for (short, long) in [("SHG Krebs", "Selbsthilfegruppe Krebs"), ("adhs", "ADHS")] {
        assert_eq!(groups(short), groups(long), "{short}");
    }
}

#[test]
fn srch_06_invisible_letters_and_other_forms_of_letters_change_nothing() {
    use unicode_normalization::UnicodeNormalization;

    let names = names();
    for_any(300, (0..names.len(), 0..6_usize, any::<prop::sample::Index>()), |(name, way, at)| {
        let plain: String = names[name].chars().take(100).collect();
        let letters: Vec<char> = plain.chars().collect();
        let at = at.index(letters.len() + 1);
        let with = |c: char| {
            let mut changed = letters.clone();
            changed.insert(at, c);
            changed.into_iter().collect::<String>()
        };
        let changed = match way {
            0 => plain.nfd().collect(),
            1 => with('\u{ad}'),
            2 => with('\u{200b}'),
            3 => plain.replace(' ', "\u{a0}"),
            4 => format!("{plain} 🙂"),
            _ => plain
                .chars()
                .map(|c| match c {
                    'a'..='z' | 'A'..='Z' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
                    _ => c,
                })
                .collect(),
        };
        prop_assert_eq!(first_ten(&plain), first_ten(&changed), "{} / {}", plain, changed);
        Ok(())
    });
}

#[test]
fn srch_07_the_longest_words_are_found() {
    let reference = EXAMPLES.searcher.reference();
    let vocabulary = &reference.vocabulary;
    let mut words: Vec<&str> = vocabulary
        .concepts
        .iter()
        .flat_map(|concept| concept.labels.iter())
        .map(|(label, _)| label.as_str())
        .filter(|label| !label.contains(' '))
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.dedup();
    for word in words.iter().take(60) {
        let answer = EXAMPLES.search(&[("q", word)]);
        let is_met = !answer.interpretation.concepts.is_empty() || answer.total > 0;
        assert!(is_met, "{word} is lost");
    }
}

#[test]
fn srch_08_a_suggested_group_stays_while_its_name_is_typed_on() {
    let names = names();
    let mut vanished = Vec::new();
    for name in names.iter() {
        let mut was_shown = false;
        for (end, _) in name.char_indices().skip(3).chain([(name.len(), ' ')]) {
            let answer = EXAMPLES.searcher.suggest(&name[..end], 10, AnswerLanguage::German);
            let answer = answer.unwrap_or_else(|error| panic!("{error:?}"));
            let is_shown = answer.items.iter().any(|line| line.label == *name);
            // "Trauer" is the whole name of others: they may come before "Trauernde Geschwister".
            let is_a_name = names.iter().any(|other| other != name && *other == name[..end]);
            if was_shown && !is_shown && !is_a_name {
                vanished.push(format!("{name} at {:?}", &name[..end]));
                break;
            }
            was_shown |= is_shown;
        }
        if !was_shown {
            vanished.push(format!("{name} was never shown"));
        }
    }
    assert_eq!(vanished, Vec::<String>::new());
}

#[test]
fn srch_09_the_order_of_what_is_asked_for_does_not_change_what_is_found() {
    let reference = EXAMPLES.searcher.reference();
    let vocabulary = &reference.vocabulary;
    let labels: Vec<&str> = vocabulary
        .concepts
        .iter()
        .filter(|concept| !concept.is_life_topic && !concept.label.contains([',', '(']))
        .map(|concept| concept.label.as_str())
        .collect();
    const OTHERS: &[&str] = &["Gera", "04600", "Angehörige", "Frauen", "online", "junge"];
    let units = (0..labels.len(), prop::sample::subsequence(OTHERS, 1..=3));
    for_any(400, (units, any::<u64>()), |((label, others), seed)| {
        let mut words: Vec<&str> = others;
        // Words that side by side name another topic are no two units ("Sucht Angehörige").
        let meant = |q: &str| found(q).2.first().cloned();
        let topic = meant(labels[label]);
        for other in &words {
            let apart =
                [format!("{} {other}", labels[label]), format!("{other} {}", labels[label])];
            prop_assume!(apart.iter().all(|pair| meant(pair) == topic));
        }
        words.insert(0, labels[label]);
        let before = words.join(" ");
        // A shuffle that the seed decides.
        let mut state = seed;
        for at in (1..words.len()).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            words.swap(at, (state >> 33) as usize % (at + 1));
        }
        let after = words.join(" ");
        prop_assert_eq!(groups(&before), groups(&after), "{} / {}", before, after);
        Ok(())
    });
}

#[test]
fn srch_10_fewer_typos_never_rank_below_more() {
    let generation = EXAMPLES.search(&[("limit", "0")]).generation;
    let names = names();
    for_any(300, (0..names.len(), any::<prop::sample::Index>()), |(name, at)| {
        let letters: Vec<char> = names[name].chars().collect();
        if letters.len() < 6 {
            return Ok(());
        }
        let mut typed = letters.clone();
        let at = at.index(letters.len() - 1);
        typed.swap(at, at + 1);
        let typed: String = typed.into_iter().collect();
        let answer = EXAMPLES.search(&[("q", &typed), ("limit", "100")]);
        // A misspelt concept is the same distance from all its groups.
        if !answer.interpretation.concepts.is_empty() {
            return Ok(());
        }
        // Inside one tier the words as typed come before words that had to be corrected.
        let mut last = None;
        for hit in &answer.items {
            let Some(matched) = &hit.matched else { continue };
            let edits = u8::from(matched.reason == wegweiser::search::answer::Reason::Correction);
            let key = (matched.tier, edits);
            prop_assert!(last.is_none_or(|last| last <= key), "{}: {:?}", typed, generation.id());
            last = Some(key);
        }
        Ok(())
    });
}
