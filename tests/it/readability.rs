//! How easy the German texts are to read (A11Y-12), measured.
//!
//! Two indices, because each has its blind spot:
//!
//! - the first Wiener Sachtextformel (R. Bamberger, E. Vanecek: Lesen – Verstehen – Lernen –
//!   Schreiben, Wien 1984): 0.1935 MS + 0.1672 SL + 0.1297 IW − 0.0327 ES − 0.875, a school grade
//!   from 4 (very easy) to 15; 6 to 7 counts as easy, 8 to 10 as average, from 12 on a text is
//!   hard to understand for most people;
//! - Flesch's reading ease for German (T. Amstad: Wie verständlich sind unsere Zeitungen?, Zürich
//!   1978): 180 − ASL − 58.5 ASW; from 60 plain, from 80 easy.
//!
//! Plain language (B1) is taken to be grade 7 and ease 60, Leichte Sprache the easy end of both
//! scales. Indices count letters and words: they do not say that somebody understands a text. That
//! is for people to test.

use std::collections::BTreeMap;

use serde_json::Value;

const GERMAN: &str = include_str!("../../web/texts/de.json");
const EASY: &str = include_str!("../../web/texts/de-x-leicht.json");

/// What is for those who run, embed or connect to the search.
const NOT_FOR_VISITORS: [&str; 2] = ["embed_", "staff_"];

/// Buttons and headings are no sentences: an index of three words says nothing.
const SHORTEST_TEXT: usize = 5;

/// From here on a single text has an index worth looking at.
const SHORTEST_ALONE: usize = 8;

#[derive(Default)]
struct Measure {
    words: f64,
    sentences: f64,
    syllables: f64,
    three_syllables: f64,
    one_syllable: f64,
    long: f64,
}

impl Measure {
    fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut sum = Self::default();
        for sentence in texts.into_iter().flat_map(sentences) {
            sum.sentences += 1.0;
            for word in words(sentence) {
                let syllables = syllables(word);
                sum.words += 1.0;
                sum.syllables += syllables as f64;
                sum.three_syllables += f64::from(syllables >= 3);
                sum.one_syllable += f64::from(syllables == 1);
                sum.long += f64::from(word.chars().count() > 6);
            }
        }
        sum
    }

    fn percent(&self, count: f64) -> f64 {
        100.0 * count / self.words
    }

    fn grade(&self) -> f64 {
        0.1935 * self.percent(self.three_syllables)
            + 0.1672 * self.words / self.sentences
            + 0.1297 * self.percent(self.long)
            - 0.0327 * self.percent(self.one_syllable)
            - 0.875
    }

    fn ease(&self) -> f64 {
        180.0 - self.words / self.sentences - 58.5 * self.syllables / self.words
    }
}

/// Returns the sentences of a text; what follows a colon is one of its own.
fn sentences(text: &str) -> Vec<&str> {
    let parts = text.split_inclusive([' ', '\n']);
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    for part in parts {
        at += part.len();
        let is_end = part.trim_end().ends_with(['.', '!', '?', ':', ';', '…', '“'])
            && part.trim_end().trim_end_matches('“').ends_with(['.', '!', '?', ':', ';', '…']);
        if is_end {
            found.push(&text[start..at]);
            start = at;
        }
    }
    found.push(&text[start..]);
    found.retain(|sentence| !words(sentence).is_empty());
    found
}

/// Returns the words; a hyphen parts them, as Leichte Sprache uses it.
fn words(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| !c.is_alphabetic());
    parts.filter(|part| !part.is_empty()).collect()
}

/// Returns the number of syllables: groups of vowels, a diphthong being one.
fn syllables(word: &str) -> usize {
    const PAIRS: [&str; 10] = ["äu", "au", "ei", "ai", "eu", "ie", "aa", "ee", "oo", "ui"];
    let mut word = word.to_lowercase();
    for pair in PAIRS {
        word = word.replace(pair, "a");
    }
    word.chars().filter(|c| "aeiouyäöü".contains(*c)).count().max(1)
}

/// Returns what visitors read, by key, without gaps.
fn texts(catalogue: &str) -> BTreeMap<String, String> {
    let catalogue: Value = serde_json::from_str(catalogue).expect("a catalogue");
    let mut found = BTreeMap::new();
    for part in ["search", "pages"] {
        for (key, text) in catalogue[part].as_object().expect("a part") {
            if NOT_FOR_VISITORS.iter().any(|start| key.starts_with(start)) {
                continue;
            }
            let mut pieces = text.as_str().expect("a text").split('{');
            let mut plain = pieces.next().unwrap_or_default().to_owned();
            for piece in pieces {
                plain.push_str(piece.split_once('}').expect("a gap ends").1);
            }
            found.insert(key.clone(), plain);
        }
    }
    found
}

fn whole(texts: &BTreeMap<String, String>, shortest: usize) -> Vec<(&str, &str)> {
    let pairs = texts.iter().map(|(key, text)| (key.as_str(), text.as_str()));
    pairs.filter(|(_, text)| words(text).len() >= shortest).collect()
}

#[test]
fn what_visitors_read_is_plain_german() {
    let texts = texts(GERMAN);
    let all = Measure::of(whole(&texts, SHORTEST_TEXT).into_iter().map(|(_, text)| text));
    println!("grade {:.1}, ease {:.0}, {} words", all.grade(), all.ease(), all.words);
    assert!(all.words > 500.0, "most of the catalogue is measured");
    assert!(all.grade() <= 7.0, "grade {:.1}", all.grade());
    assert!(all.ease() >= 60.0, "ease {:.0}", all.ease());
    for (key, text) in whole(&texts, SHORTEST_ALONE) {
        let grade = Measure::of([text]).grade();
        assert!(grade < 12.0, "{key}: grade {grade:.1}: {text}");
    }
    for (key, text) in &texts {
        for sentence in sentences(text) {
            assert!(words(sentence).len() <= 20, "{key}: too long a sentence: {sentence}");
        }
    }
}

#[test]
fn leichte_sprache_is_easy() {
    let texts = texts(EASY);
    let all = Measure::of(whole(&texts, SHORTEST_TEXT).into_iter().map(|(_, text)| text));
    println!("grade {:.1}, ease {:.0}, {} words", all.grade(), all.ease(), all.words);
    assert!(all.words > 300.0, "most of the catalogue is measured");
    assert!(all.grade() <= 4.0, "grade {:.1}", all.grade());
    assert!(all.ease() >= 80.0, "ease {:.0}", all.ease());
    for (key, text) in &texts {
        for sentence in sentences(text) {
            assert!(words(sentence).len() <= 12, "{key}: too long a sentence: {sentence}");
        }
        for word in words(text) {
            assert!(word.chars().count() <= 12, "{key}: a hyphen would help: {word}");
        }
    }
}

/// The measure tells an office's German from ours.
#[test]
fn hard_german_is_called_hard() {
    let hard = "Die Inanspruchnahme selbsthilfeunterstützender Beratungsleistungen setzt die \
                vorherige Vereinbarung eines Termins mit der zuständigen Kontaktstelle voraus.";
    let easy = "Rufen Sie an. Wir helfen Ihnen gern.";
    assert!(Measure::of([hard]).grade() > 15.0 && Measure::of([hard]).ease() < 20.0);
    assert!(Measure::of([easy]).grade() < 2.0 && Measure::of([easy]).ease() > 80.0);
    assert_eq!(
        ["Wort", "Sorge", "heute", "Träume", "Krankheit", "Kontaktstelle"].map(syllables),
        [1, 2, 2, 2, 2, 4]
    );
}
