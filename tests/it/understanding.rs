//! People type the everyday word, misspelt, with a town behind it; the right groups come first.

use std::collections::HashSet;

use crate::example_support::{Examples, concepts_of};

/// What is typed, which concept the first hit must have, and why that is so.
const FIRST_HIT: &[(&str, &str, &str)] = &[
    ("haschimoto jena", "hashimoto-thyreoiditis", "misspelt, with a town"),
    ("Fibromialgie", "fibromyalgie", "y and i are confused"),
    ("zucker", "diabetes", "everyday word"),
    ("Schmetterlingskinder", "epidermolysis-bullosa", "what parents call it"),
    ("zystische Fibrose", "mukoviszidose", "another medical name"),
    ("cystic fibrosis", "mukoviszidose", "English"),
    ("ORPHA:586", "mukoviszidose", "a code"),
    ("E84", "mukoviszidose", "an ICD code"),
    ("morbus bechderew", "morbus-bechterew", "as one official list writes it"),
    ("Morbus Chron", "morbus-crohn", "two letters swapped"),
    ("krebs lepizig", "krebs", "a misspelt town takes nothing away"),
    ("stomaträger", "stoma", "joined"),
    ("Stoma Träger", "stoma", "apart"),
    ("longcovid", "long-covid", "joined"),
    ("mein mann trinkt", "angehoerige-sucht", "a sentence tells concept and audience"),
    ("mein kind ist gestorben", "verwaiste-eltern", "a sentence"),
    ("angehörige demenz 04600", "demenz", "audience, topic, postcode"),
    ("demenz angehörige 04600", "demenz", "the same words in another order"),
    ("MS", "multiple-sklerose", "an ambiguous abbreviation, the commoner reading"),
    ("burnaut", "burnout", "as it sounds"),
    ("schilddrüsenprobleme", "schilddruesenerkrankung", "a compound of everyday words"),
    ("lymphödem", "lymphoedem", "not lymphoma"),
    ("lymphome", "lymphom", "not lymphoedema"),
];

/// Words that mean nothing here.
const NOTHING: &[&str] = &[
    "immobilienmakler leipzig",
    "asdfgh",
    "pizza",
    "autoreparatur dresden",
    "fußball",
    "kuchen backen",
    "xyzzy qwert",
    "und",
    "die der das",
    "🙂",
    "???",
];

#[test]
fn the_first_hit_is_about_what_was_meant_and_nonsense_gets_nothing() {
    understands_as_ever(&Examples::load());
}

/// The tables above; an imported vocabulary must leave them right too.
pub fn understands_as_ever(examples: &Examples) {
    let mut wrong = Vec::new();
    for (query, concept, reason) in FIRST_HIT {
        let answer = examples.search(&[("q", query)]);
        let reference = examples.searcher.reference();
        let vocabulary = &reference.vocabulary;
        let wanted = vocabulary.by_id(concept).unwrap_or_else(|| panic!("no concept {concept}"));
        let found: Vec<String> = if answer.items.is_empty() {
            Vec::new()
        } else {
            concepts_of(&answer, &examples.searcher, 0)
        };
        let is_right = found.iter().any(|id| {
            id == concept
                || vocabulary
                    .by_id(id)
                    .is_some_and(|own| vocabulary.descendants(wanted).contains(&own))
        });
        if !is_right {
            wrong.push(format!("{query} ({reason}): {found:?}"));
        }
    }
    for query in NOTHING {
        let answer = examples.search(&[("q", query)]);
        if answer.total != 0 || answer.fallback.is_some() {
            wrong.push(format!("{query}: {} hits out of nothing", answer.total));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    words_of_a_crisis_bring_numbers_to_call(examples);
    one_parent_is_the_one_who_is_ill(examples);
    relatives_are_shown_their_own_topics(examples);
    what_hangs_on_a_hyphen_is_completed(examples);
    a_group_of_two_contact_points_is_one_hit(examples);
}

/// SRCH-15: before all else stands who answers now.
fn words_of_a_crisis_bring_numbers_to_call(examples: &Examples) {
    for (query, kind) in [
        ("ich will nicht mehr leben", "suicide"),
        ("suizid", "suicide"),
        ("mein mann schlägt mich", "violence"),
        ("häusliche gewalt leipzig", "violence"),
        ("notfall", "emergency"),
    ] {
        let help = examples.search(&[("q", query)]).crisis_help;
        let help = help.unwrap_or_else(|| panic!("no help for {query}"));
        assert_eq!(help.kind, kind, "{query}");
        assert!(help.contacts.iter().any(|contact| !contact.tel.is_empty()), "{query}");
    }
    assert!(examples.search(&[("q", "diabetes")]).crisis_help.is_none());
}

/// "mutter demenz" asks for those whose mother has it, "mütter adhs" for mothers.
fn one_parent_is_the_one_who_is_ill(examples: &Examples) {
    for (query, audience) in [
        ("mutter demenz", "relatives"),
        ("demenz vater", "relatives"),
        ("mütter adhs", "parents"),
        ("eltern adhs", "parents"),
    ] {
        let answer = examples.search(&[("q", query)]);
        let found: Vec<&str> =
            answer.interpretation.audience.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(found, [audience], "{query}");
    }
}

/// Whose daughter takes crystal seeks parents of addicts, not those who take it.
fn relatives_are_shown_their_own_topics(examples: &Examples) {
    for (query, topic) in [
        ("meine tochter nimmt crystal", "eltern-suchtkranker-kinder"),
        ("Kinder von Alkoholikern", "kinder-suchtkranker-eltern"),
        ("Angehörige Demenz", "pflegende-angehoerige"),
        ("partner depression", "partner-psychisch-kranker"),
    ] {
        let answer = examples.search(&[("q", query)]);
        let concepts = &answer.interpretation.concepts;
        assert!(concepts.iter().any(|concept| concept.id == topic), "{query}: {concepts:?}");
    }
    let answer = examples.search(&[("q", "depression")]);
    assert_eq!(answer.interpretation.concepts.len(), 1, "nobody asked for relatives");
}

/// "Lip- und Lymphödem" names two conditions, in a query and in a record.
fn what_hangs_on_a_hyphen_is_completed(examples: &Examples) {
    let answer = examples.search(&[("q", "Lip- und Lymphödem")]);
    let mut found: Vec<&str> =
        answer.interpretation.concepts.iter().map(|concept| concept.id.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, ["lipoedem", "lymphoedem"]);
}

/// Two offices list one group: one hit names both, and each of them finds it among its own.
fn a_group_of_two_contact_points_is_one_hit(examples: &Examples) {
    let all = examples.search(&[("limit", "0")]);
    let columns = &all.generation.columns;
    assert!(columns.cluster_members.len() >= 5, "{}", columns.cluster_members.len());
    assert!(all.total < columns.len());
    for members in columns.cluster_members.values() {
        for member in members {
            let point = usize::from(columns.contact_point[*member as usize]);
            let id = &all.generation.meta.contact_points[point].id;
            let own = examples.search(&[("contact_point", id), ("limit", "100")]);
            let mut groups: Vec<u32> = own.items.iter().map(|hit| hit.group).collect();
            let mut cursor = own.next_cursor;
            while let Some(next) = cursor {
                let page =
                    examples.search(&[("contact_point", id), ("limit", "100"), ("cursor", &next)]);
                groups.extend(page.items.iter().map(|hit| hit.group));
                cursor = page.next_cursor;
            }
            assert!(groups.contains(member), "{id} shows another's record");
        }
    }
}

#[test]
fn a_condition_without_a_group_leads_on_and_every_step_keeps_its_word() {
    use serde_json::Value;
    use wegweiser::search::request::SearchRequest;

    let examples = Examples::load();
    let reference = examples.searcher.reference();
    let vocabulary = &reference.vocabulary;
    let rare = vocabulary.concepts.iter().filter(|concept| concept.is_rare);
    let mut without_group = 0;
    for concept in rare.step_by(13) {
        let answer = examples.search(&[("q", &concept.label), ("place", "Gera")]);
        if answer.totals[0] + answer.totals[1] > 0 {
            continue;
        }
        without_group += 1;
        let fallback = answer.fallback.unwrap_or_else(|| panic!("{}: a dead end", concept.label));
        assert!(!fallback.steps.is_empty(), "{}", concept.label);
        assert_eq!(fallback.steps.last().map(|step| step.kind.as_str()), Some("contact_point"));
        assert!(fallback.steps.is_sorted_by_key(|step| step.kind), "{}", concept.label);
        for step in &fallback.steps {
            assert!(step.count > 0);
            let Some(members) = &step.request else { continue };
            let request = SearchRequest::from_json(Value::Object(members.clone()));
            let shown =
                examples.searcher.search(&request.expect("a right request")).expect("an answer");
            assert_eq!(shown.total, step.count, "{}: {:?}", concept.label, step.kind);
        }
    }
    assert!(without_group > 20, "{without_group}");
}

#[test]
fn pages_join_facets_count_what_they_promise_and_order_of_words_does_not_matter() {
    let examples = Examples::load();
    for query in
        ["krebs dresden", "angst", "demenz angehörige", "online adhs", "trauer eltern leipzig"]
    {
        let whole = examples.search(&[
            ("q", query),
            ("limit", "100"),
            ("facets", "format"),
            ("facets", "state"),
        ]);
        // API-13: pages of any size hold each hit once.
        let mut seen = HashSet::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut pairs = vec![("q", query), ("limit", "7")];
            if let Some(cursor) = &cursor {
                pairs.push(("cursor", cursor));
            }
            let page = examples.search(&pairs);
            assert_eq!(page.total, whole.total, "{query}");
            for hit in &page.items {
                assert!(seen.insert(hit.group), "{query}: a hit on two pages");
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), whole.total, "{query}");
        // SRCH-17: a facet's count is what its filter leaves.
        for (facet, values) in &whole.facets {
            for value in values {
                let left = examples.search(&[
                    ("q", query),
                    (facet.as_str(), &value.value),
                    ("limit", "0"),
                ]);
                assert_eq!(left.total, value.count, "{query} {value:?}");
            }
        }
        // SRCH-09: the same hits in any order of words.
        let turned: Vec<&str> = query.split(' ').rev().collect();
        let turned = examples.search(&[("q", &turned.join(" ")), ("limit", "100")]);
        assert_eq!(turned.total, whole.total, "{query}");
    }
}

#[test]
fn what_was_suggested_once_stays_while_its_name_is_typed_on() {
    use wegweiser::search::request::AnswerLanguage;

    let examples = Examples::load();
    for name in [
        "Fibromyalgie",
        "Mukoviszidose",
        "Morbus Bechterew",
        "Hashimoto-Thyreoiditis",
        "Depression",
    ] {
        let mut was_shown = false;
        for (end, _) in name.char_indices().skip(3).chain([(name.len(), ' ')]) {
            let answer = examples.searcher.suggest(&name[..end], 10, AnswerLanguage::German);
            let answer = answer.unwrap_or_else(|error| panic!("{error:?}"));
            let is_shown = answer.items.iter().any(|line| line.label == name);
            assert!(is_shown || !was_shown, "{name} vanished at {}", &name[..end]);
            was_shown |= is_shown;
        }
        assert!(was_shown, "{name} was never suggested");
    }
    a_suggestion_gives_as_many_groups_as_it_says(&examples);
    what_is_typed_of_a_crisis_brings_help(&examples);
}

/// Whoever follows "Jena (88)" must find 88.
fn a_suggestion_gives_as_many_groups_as_it_says(examples: &Examples) {
    use serde_json::Value;
    use wegweiser::search::request::{AnswerLanguage, SearchRequest};

    let mut places = 0;
    for typed in ["jen", "wei", "gera", "neust", "leipzig", "lobeda", "ber", "kiss", "krebs", "a"] {
        let answer = examples.searcher.suggest(typed, 20, AnswerLanguage::German);
        for line in answer.expect("an answer").items {
            let mut members = line.request.clone();
            members.insert("limit".to_owned(), 0.into());
            let request = SearchRequest::from_json(Value::Object(members)).expect("right");
            let shown = examples.searcher.search(&request).expect("an answer");
            assert_eq!(shown.total, line.group_count, "{typed}: {} {:?}", line.label, line.kind);
            places += usize::from(line.request.contains_key("radius_km"));
        }
    }
    assert!(places > 20, "{places}");
}

fn what_is_typed_of_a_crisis_brings_help(examples: &Examples) {
    use wegweiser::search::request::AnswerLanguage;

    for (typed, kind) in [
        ("suizid", Some("suicide")),
        ("suiz", Some("suicide")),
        ("ich will nicht mehr leben", Some("suicide")),
        ("häusliche gewalt", Some("violence")),
        ("notfall", Some("emergency")),
        ("diabetes", None),
        ("jena", None),
    ] {
        let answer = examples.searcher.suggest(typed, 10, AnswerLanguage::German);
        let help = answer.expect("an answer").crisis_help;
        assert_eq!(help.map(|help| help.kind), kind, "{typed}");
    }
}
