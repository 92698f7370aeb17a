//! Finds places: in the `place` parameter, which is nothing but a place, and inside a query.
//!
//! In: text, its words and which of them are taken. Out: a [`Resolution`] or a [`PlaceNote`].
//! Names come from the gazetteer, words such as "nähe" and "umkreis" from
//! `vocabulary/recognisers.tsv`. A word that is also a topic, a surname or an everyday word
//! (`gazetteer/everyday_words.txt`) is a place only when something says so.

mod find;
mod names;
mod resolve;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use self::names::Names;
use super::spelling::Automata;
use crate::analysis::Analyzer;
use crate::domain::{Coordinates, DistrictKey, Postcode, State};
use crate::reference::{Gazetteer, LabelKind, Vocabulary};

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundKind {
    /// The area of a postcode.
    Postcode,
    /// A town or another municipality.
    Town,
    /// A part of one, or a village in it.
    Quarter,
    /// A Landkreis or kreisfreie Stadt.
    District,
    /// A state.
    State,
    /// A landscape over several districts: Oberlausitz.
    Region,
    /// All of Germany: a place without a middle worth a distance.
    Country,
}

impl FoundKind {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Postcode => "postcode",
            Self::Town => "town",
            Self::Quarter => "quarter",
            Self::District => "district",
            Self::State => "state",
            Self::Region => "region",
            Self::Country => "country",
        }
    }
}

/// A place as found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPlace {
    /// What it is.
    pub kind: FoundKind,
    /// Postcode, place's slug, district's key or state's letters.
    pub id: String,
    /// As people read it: "07743 Jena", "Landkreis Leipzig", "Lobeda (Jena)".
    pub label: String,
    /// Its own name: "Jena", "Leipzig", "Lobeda".
    pub name: String,
    /// The municipality it is or lies in; `None` for whole districts and more.
    pub municipality: Option<String>,
    /// Its postcodes, where known.
    pub postcodes: Vec<Postcode>,
    /// Its district, where known.
    pub district: Option<DistrictKey>,
    /// The district's name with "Landkreis".
    pub district_name: Option<String>,
    /// Its state; `None` only for what lies in several.
    pub state: Option<State>,
    /// Its middle.
    pub point: Coordinates,
    /// Inhabitants; 0 where not known.
    pub population: u32,
    /// The districts that lie in it as a whole: inside them every distance is 0.
    pub covers: BTreeSet<DistrictKey>,
}

/// What a `place` parameter means.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resolution {
    /// The best reading; `None` when no reading fits.
    pub best: Option<FoundPlace>,
    /// Other readings, best first.
    pub alternatives: Vec<FoundPlace>,
    /// What was typed and what it was taken for, when they differ by more than a usual spelling.
    pub correction: Option<(String, String)>,
    /// Names near to what was typed, only where nothing fits.
    pub suggestions: Vec<String>,
}

/// A place met inside a query.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceNote {
    /// The best reading.
    pub place: FoundPlace,
    /// Other readings, best first.
    pub alternatives: Vec<FoundPlace>,
    /// The words, those that say "near" among them.
    pub words: Range<usize>,
    /// What was typed and what it was taken for.
    pub correction: Option<(String, String)>,
    /// How far away a group may be, where the query says so.
    pub radius_km: Option<f64>,
}

/// What a word before a place tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cue {
    /// There.
    In,
    /// There or not far away.
    Around,
}

/// Longest car plate in letters.
const LONGEST_PLATE: usize = 3;

/// Most other readings that are told.
const MOST_ALTERNATIVES: usize = 5;

/// Everyday words: names of places that need a hint, and words that only resemble one.
const EVERYDAY_WORDS: &str = include_str!("../../index/gazetteer/everyday_words.txt");

/// All names of places, ready to be met.
pub struct PlaceFinder {
    analyzer: Analyzer,
    names: Names,
    automata: Automata,
    /// Keys of everyday words.
    everyday: HashSet<String>,
    /// Keys of the vocabulary's labels: topics.
    topics: HashSet<String>,
    /// Folded words and stems of the vocabulary: never misspelt places.
    known_words: HashSet<String>,
    /// Folded words without a meaning of their own.
    fillers: HashSet<String>,
    /// Phrases that say "here" or "near here", as folded words.
    cues: HashMap<Vec<String>, Cue>,
    /// Phrases that say "near me".
    near_me: HashSet<Vec<String>>,
}

impl PlaceFinder {
    /// Reads all names of `gazetteer` and the regions and words for "near" of `vocabulary`
    /// through the text chain.
    pub fn new(gazetteer: &Gazetteer, vocabulary: &Vocabulary, analyzer: &Analyzer) -> Self {
        let mut finder = Self {
            analyzer: analyzer.clone(),
            names: Names::new(gazetteer, vocabulary, analyzer),
            automata: Automata::default(),
            everyday: HashSet::new(),
            topics: HashSet::new(),
            known_words: HashSet::new(),
            fillers: HashSet::new(),
            cues: HashMap::new(),
            near_me: HashSet::new(),
        };
        for line in EVERYDAY_WORDS.lines() {
            let words = line.split('#').next().unwrap_or_default();
            finder.everyday.extend(words.split_whitespace().map(|word| analyzer.key(word)));
        }
        for concept in &vocabulary.concepts {
            // An imported name takes no place's name away.
            for (label, kind) in concept.own() {
                let words = analyzer.words(label);
                if *kind != LabelKind::Hidden {
                    finder.topics.insert(super::joined(&words));
                }
                for word in words {
                    finder.known_words.insert(word.forms.folded.clone());
                    finder.known_words.insert(word.forms.stem.clone());
                }
            }
        }
        for recogniser in &vocabulary.recognisers {
            for phrase in &recogniser.words {
                let words: Vec<String> =
                    analyzer.words(phrase).iter().map(|w| w.forms.folded.clone()).collect();
                if recogniser.kind != "region" {
                    finder.known_words.extend(words.iter().cloned());
                }
                match (recogniser.kind.as_str(), recogniser.value.as_str()) {
                    ("filler", _) if words.len() == 1 => finder.fillers.extend(words),
                    ("near", "in") => _ = finder.cues.insert(words, Cue::In),
                    ("near", "around") => _ = finder.cues.insert(words, Cue::Around),
                    ("near", "me") => _ = finder.near_me.insert(words),
                    _ => {}
                }
            }
        }
        finder
    }
}
