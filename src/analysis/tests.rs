//! Tests of the chain: what people write meets what others wrote.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tantivy::tokenizer::{Token, TokenizerManager};
use unicode_normalization::UnicodeNormalization as _;

use super::{Analyzer, BODY, TITLE, code_points, register};
use crate::reference::Lexicon;

const COMPOUNDS: &str = include_str!("../../tests/gold/compounds.tsv");
const SPELLINGS: &str = include_str!("../../tests/gold/spellings.tsv");
const FALSE_FRIENDS: &str = include_str!("../../tests/gold/false_friends.tsv");
const UNSPLIT: &str = include_str!("../../index/vocabulary/unsplit.txt");

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split('\t').collect())
}

fn lexicon() -> Lexicon {
    let list = |text| lines(text).map(str::to_owned).collect();
    Lexicon {
        compounds: list(include_str!("../../index/vocabulary/compounds.txt")),
        unsplit: list(UNSPLIT),
        true_umlauts: list(include_str!("../../index/vocabulary/true_umlauts.txt")),
        stems: rows(include_str!("../../index/vocabulary/stems.tsv"))
            .map(|row| (row[0].to_owned(), row[1].to_owned()))
            .collect(),
    }
}

fn analyzer() -> Analyzer {
    thread_local! {
        static ANALYZER: Analyzer = {
            let places = ["Bad Lausick", "Königsfeld", "Zella-Mehlis", "Frauenstein", "Hohndorf"];
            let labels = ["Sarkoidose", "Brustkrebs", "Zuckerkrankheit", "Muskeldystrophie"];
            Analyzer::from_lexicon(&lexicon(), places, labels)
        };
    }
    ANALYZER.with(Clone::clone)
}

fn exact_words(text: &str) -> Vec<String> {
    analyzer().words(text).iter().map(|word| word.forms.exact.clone()).collect()
}

fn parts(word: &str) -> Vec<String> {
    analyzer().words(word)[0].forms.parts.clone()
}

/// People write ä, ae or a, with hyphen, space or in one word, and all mean the same.
#[test]
fn two_spellings_of_one_word_meet() {
    let analyzer = analyzer();
    let mut count = 0;
    let mut apart = Vec::new();
    for row in rows(SPELLINGS) {
        let [one, other, meet_by] = row[..] else { panic!("three cells: {row:?}") };
        let key = |text| match meet_by {
            "stem" => analyzer.stem_key(text),
            _ => analyzer.key(text),
        };
        count += 1;
        if key(one) != key(other) {
            apart.push(format!("{one} = {} / {other} = {}", key(one), key(other)));
        }
    }

    println!("{count} pairs of spellings");
    assert!(count >= 1_000);
    assert!(apart.is_empty(), "{} of {count} apart:\n{}", apart.len(), apart.join("\n"));
}

/// Liver and life, over fifty and under fifty: one letter apart, nothing in common.
#[test]
fn false_friends_stay_apart() {
    let analyzer = analyzer();
    let met: Vec<String> = rows(FALSE_FRIENDS)
        .filter(|row| analyzer.stem_key(row[0]) == analyzer.stem_key(row[1]))
        .map(|row| row.join(" / "))
        .collect();

    assert!(met.is_empty(), "{}", met.join("\n"));
}

/// A compound is found by its parts, so the borders must be those a reader sees.
#[test]
fn compounds_are_split_where_a_reader_would() {
    let analyzer = analyzer();
    let (mut right, mut found, mut wanted, mut exact, mut count) = (0, 0, 0, 0, 0);
    let mut wrong = Vec::new();
    for row in rows(COMPOUNDS) {
        let [word, splits] = row[..] else { panic!("two cells: {row:?}") };
        let borders: BTreeSet<usize> = analyzer.borders(word).into_iter().collect();
        let accepted = splits.split(' ').map(|split| {
            let mut at = 0;
            let mut borders = BTreeSet::new();
            for part in split.split('|') {
                borders.insert(at);
                at += analyzer.key(part).len();
            }
            borders.remove(&0);
            borders
        });
        let best = accepted
            .max_by_key(|split| {
                split.intersection(&borders).count() as isize * 2 - split.len() as isize
            })
            .expect("at least one split");
        right += best.intersection(&borders).count();
        found += borders.len();
        wanted += best.len();
        count += 1;
        if best == borders {
            exact += 1;
        } else {
            wrong.push(format!("{word} {:?}", analyzer.words(word)[0].forms.parts));
        }
    }
    let f1 = 2.0 * right as f64 / (found + wanted) as f64;
    let whole = f64::from(exact) / f64::from(count);

    println!("{count} compounds: boundary F1 {f1:.4}, whole word {whole:.4}");
    println!("{}", wrong.join("\n"));
    assert!(count >= 800);
    assert!(f1 >= 0.97, "boundary F1 {f1:.4}");
    assert!(whole >= 0.95, "whole word {whole:.4}");
}

/// Ready-made splitters cut Zöliakie, Crohn and Alzheimer apart.
#[test]
fn names_are_never_split() {
    let analyzer = analyzer();
    let names: Vec<&str> = lines(UNSPLIT).collect();
    let split: Vec<&&str> =
        names.iter().filter(|name| !analyzer.borders(name).is_empty()).collect();

    println!("{} names", names.len());
    assert!(names.len() >= 2_000);
    assert!(split.is_empty(), "{split:?}");
    for place in ["Königsfeld", "Frauenstein", "Frauensteiner"] {
        assert!(parts(place).is_empty(), "{place}");
    }
}

#[test]
fn ordinary_compounds_split_although_they_are_labels() {
    let cases = [
        ("Brustkrebs", vec!["brust", "krebs"]),
        ("Zuckerkrankheit", vec!["zucker", "krank"]),
        ("Schilddrüsenerkrankung", vec!["schilddrus", "krank"]),
        ("Muskeldystrophie", vec!["muskel", "dystrophi"]),
        ("Sarkoidosegruppe", vec!["sarkoidos", "grupp"]),
        ("Angehörigengruppe", vec!["angehorig", "grupp"]),
        ("Epidermolysis", vec![]),
        ("Sarkoidose", vec![]),
        ("Erkrankung", vec![]),
    ];
    for (word, expected) in cases {
        assert_eq!(parts(word), expected, "{word}");
    }
}

#[test]
fn words_end_where_a_reader_sees_an_end() {
    let cases: [(&str, &[&str]); 22] = [
        ("Long-Covid", &["long", "covid"]),
        ("22q11.2-Mikrodeletion", &["22q11.2", "mikrodeletion"]),
        ("ICD E84.0.", &["icd", "e84.0"]),
        ("Lp(a) erhöht", &["lpa", "erhöht"]),
        ("AD(H)S", &["adhs"]),
        ("ME/CFS", &["me", "cfs"]),
        ("Frauen ab 50+", &["frauen", "ab", "50+"]),
        ("LGBTIQ*-Treff", &["lgbtiq", "treff"]),
        ("u35", &["u35"]),
        ("Partner*innen und Freund:innen", &["partner", "und", "freund"]),
        ("BürgerInnen, Schüler/-innen", &["bürger", "schüler"]),
        ("Betroffene(r), Kind(er)", &["betroffene", "kind"]),
        ("LinkedIn", &["linkedin"]),
        ("Thema: innen und außen", &["thema", "innen", "und", "aussen"]),
        ("Angst/Panik", &["angst", "panik"]),
        ("e.V., z.B. heute", &["ev", "zb", "heute"]),
        ("Ende. Anfang", &["ende", "anfang"]),
        ("Crohn's disease", &["crohn", "disease"]),
        ("O'Neill", &["oneill"]),
        ("20:00 Uhr", &["20", "00", "uhr"]),
        ("", &[]),
        ("🙂 … !", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(exact_words(text), expected, "{text}");
    }
}

#[test]
fn the_exact_form_keeps_what_folding_drops() {
    let words = analyzer().words("Mütter Muetter Mutter");
    let exact: Vec<&str> = words.iter().map(|word| word.forms.exact.as_str()).collect();
    let folded: BTreeSet<&str> = words.iter().map(|word| word.forms.folded.as_str()).collect();

    assert_eq!(exact, ["mütter", "mütter", "mutter"]);
    assert_eq!(folded, BTreeSet::from(["mutter"]));
}

#[test]
fn a_true_pair_of_vowels_is_no_umlaut() {
    let cases = [
        ("Michael", "michael"),
        ("Israel", "israel"),
        ("aktuelle", "aktuelle"),
        ("Trauer", "trauer"),
        ("neue", "neue"),
        ("Steuer", "steuer"),
        ("Traumaerfahrung", "traumaerfahrung"),
        ("Rheumaerkrankung", "rheumaerkrankung"),
        ("Psychoedukation", "psychoedukation"),
        ("Gastroenteritis", "gastroenteritis"),
        ("Koeln", "koln"),
        ("Baecker", "backer"),
        ("Frauenaerztin", "frauenarztin"),
        ("Haeuser", "hauser"),
    ];
    for (word, folded) in cases {
        assert_eq!(analyzer().fold(word), folded);
    }
}

#[test]
fn glued_words_are_marked() {
    let glued = |text: &str| -> Vec<bool> {
        analyzer().words(text).iter().map(|word| word.hyphen_before).collect()
    };

    assert_eq!(glued("Mutter-Kind-Gruppe am Ort"), [false, true, true, false, false]);
    assert_eq!(glued("ME/CFS"), [false, true]);
    assert_eq!(glued("Angst/Panik"), [false, false]);
    assert_eq!(glued("Krebs- und Herzkranke"), [false, false, false]);
}

#[test]
fn ranges_cover_the_word_as_written() {
    let text = "für Ma\u{308}dchen, Partner*innen (ΑΒ) Selbst\u{ad}hilfe";
    let covered: Vec<&str> =
        analyzer().words(text).iter().map(|word| &text[word.range.clone()]).collect();

    assert_eq!(covered, ["für", "Ma\u{308}dchen", "Partner*innen", "ΑΒ", "Selbst\u{ad}hilfe"]);
    assert_eq!(code_points(text, &analyzer().words(text)[1].range), [4, 12]);
}

fn tokens(name: &str, text: &str) -> Vec<Token> {
    let manager = TokenizerManager::new();
    register(&analyzer(), &manager);
    let mut tokenizer = manager.get(name).expect("registered");
    let mut stream = tokenizer.token_stream(text);
    let mut tokens = Vec::new();
    stream.process(&mut |token| tokens.push(token.clone()));
    tokens
}

fn texts_at(tokens: &[Token], position: usize) -> Vec<&str> {
    let here = tokens.iter().filter(|token| token.position == position);
    here.map(|token| token.text.as_str()).collect()
}

#[test]
fn the_index_holds_stem_exact_form_parts_and_joined_words() {
    let title = tokens(TITLE, "Long Covid: Krebsgruppe");
    let body = tokens(BODY, "Long Covid, Long-Covid");

    assert_eq!(texts_at(&title, 0), ["long", "=long", "longcovid"]);
    assert_eq!(texts_at(&title, 2), ["krebsgrupp", "=krebsgruppe", "krebs", "grupp"]);
    assert_eq!(texts_at(&body, 0), ["long", "=long"]);
    assert_eq!(texts_at(&body, 2), ["long", "=long", "longcovid"]);
    assert_eq!((title[2].offset_from, title[2].offset_to), (0, 10));
}

#[test]
fn a_word_of_three_parts_is_also_one_word() {
    let split = tokens(TITLE, "Borderline-Persönlichkeits-Störung");
    let joined = tokens(TITLE, "Borderlinepersönlichkeitsstörung");

    assert!(texts_at(&split, 0).contains(&joined[0].text.as_str()), "{split:?}");
}

/// tantivy's own filter silently drops words of more than 40 bytes.
#[test]
fn long_words_are_not_dropped() {
    let long = "Hypoxanthinguaninphosphoribosyltransferasemangel".repeat(6);

    assert!(long.len() > 256);
    assert_eq!(tokens(TITLE, &long).first().map(|token| token.offset_to), Some(long.len()));
}

#[test]
fn the_memory_does_not_change_the_answer() {
    let first = analyzer();
    let other = Analyzer::from_lexicon(&Lexicon::default(), [], []);
    let before = first.words("Krebsgruppe");

    assert!(other.words("Krebsgruppe")[0].forms.parts.is_empty());
    assert_eq!(first.words("Krebsgruppe"), before);
}

/// Texts in which the characters that matter here are frequent.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zäöüßA-ZÄÖÜẞ0-9 .,:;*_/()'’+\\-–\u{ad}\u{200b}\u{301}\u{308}éłİſﬁＡ²½क्षि한🙂]{0,40}",
    ]
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in text()) {
        let analyzer = analyzer();
        let words = analyzer.words(&text);
        let mut end = 0;
        for word in &words {
            prop_assert!(text.is_char_boundary(word.range.start));
            prop_assert!(text.is_char_boundary(word.range.end));
            prop_assert!(word.range.start < word.range.end);
            prop_assert!(!word.forms.folded.is_empty());
            prop_assert!(!word.forms.stem.is_empty());
            end = end.max(word.range.end);
        }
        prop_assert!(end <= text.len());
        tokens(TITLE, &text);
    }

    #[test]
    fn composed_and_decomposed_text_read_alike(text in text()) {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(exact_words(&composed), exact_words(&decomposed));
    }

    #[test]
    fn soft_hyphens_do_not_count(text in text(), places in prop::collection::vec(0_usize..40, 0..5)) {
        let with: String = text
            .chars()
            .enumerate()
            .flat_map(|(i, c)| places.contains(&i).then_some('\u{ad}').into_iter().chain([c]))
            .collect();
        prop_assert_eq!(exact_words(&text), exact_words(&with));
    }

    #[test]
    fn the_order_of_words_does_not_change_them(
        (words, shuffled) in prop::collection::vec("[a-zäöüß]{2,14}", 1..8)
            .prop_flat_map(|words| (Just(words.clone()), Just(words).prop_shuffle())),
    ) {
        let stems = |words: &[String]| {
            let mut stems: Vec<String> = analyzer()
                .words(&words.join(" "))
                .iter()
                .map(|word| word.forms.stem.clone())
                .collect();
            stems.sort();
            stems
        };
        prop_assert_eq!(stems(&words), stems(&shuffled));
    }

    #[test]
    fn upper_case_does_not_count(word in "[a-zäöü]{1,20}") {
        prop_assert_eq!(analyzer().key(&word), analyzer().key(&word.to_uppercase()));
    }
}
