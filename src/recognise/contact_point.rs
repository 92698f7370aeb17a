//! Finds contact points by what people call them: "kiss dresden", "ikos jena", "skis",
//! "selbsthilfekontaktstelle gera", "lakos".
//!
//! In: words and which of them are taken. Out: a [`ContactPointNote`]; its words are then taken.
//! A town counts with its address first, then a district's name, then the districts served.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use strsim::damerau_levenshtein;

use super::{is_free, joined};
use crate::analysis::{Analyzer, Word};
use crate::domain::{ContactLevel, ContactPoint, ContactPointId};
use crate::reference::{Gazetteer, PlaceKind};

/// What contact points are called in general.
const GENERIC: &[&str] = &[
    "selbsthilfekontaktstelle",
    "selbsthilfekontaktstellen",
    "kontaktstelle",
    "kontaktstellen",
    "kontaktstelle für selbsthilfe",
    "kontaktstelle für selbsthilfegruppen",
    "kontakt und informationsstelle",
    "kontakt und informationsstelle für selbsthilfegruppen",
    "informations und kontaktstelle",
    "informations und kontaktstelle für selbsthilfe",
    "selbsthilfebüro",
    "selbsthilfezentrum",
    "selbsthilfeberatung",
    "selbsthilfe ansprechstelle",
    "selbsthilfeunterstützung",
    "landeskontaktstelle",
    "landeskontaktstelle selbsthilfe",
    "kiss",
    "skis",
    "ikos",
    "sks",
];

/// Words that may stand between a contact point and its place.
const BETWEEN: &[&str] = &[
    "in",
    "im",
    "fur",
    "der",
    "die",
    "das",
    "stadt",
    "landkreis",
    "kreis",
    "lk",
    "raum",
    "region",
    "aussenstelle",
    "von",
    "des",
];

/// Most words between a contact point and its place.
const MOST_BETWEEN: usize = 3;

/// Longest phrase in words that is looked for.
const LONGEST_PHRASE: usize = 8;

/// A general name of at least so many letters is also met with up to two edits.
const LEAST_MISSPELT: usize = 12;

/// How a contact point belongs to a place, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Address,
    District,
    Served,
}

/// One or several contact points met in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPointNote {
    /// Which, in the order of the registry; several where the words fit several, as "kiss" does.
    pub ids: Vec<ContactPointId>,
    /// The words they were met in.
    pub words: Range<usize>,
}

/// The registry of contact points, ready to be met.
pub struct ContactPointFinder {
    ids: Vec<ContactPointId>,
    /// Whole names: "Soziales Zentrum Suhl".
    by_name: HashMap<String, Vec<usize>>,
    /// Abbreviations: KISS, SKIS.
    by_abbreviation: HashMap<String, Vec<usize>>,
    /// Abbreviations that are also car plates (SHK): they need their place.
    plates: HashSet<String>,
    generic: HashSet<String>,
    by_place: HashMap<String, BTreeMap<usize, Tie>>,
}

impl ContactPointFinder {
    /// Reads the registry; towns come from the districts that each contact point serves.
    pub fn new(points: &[ContactPoint], gazetteer: &Gazetteer, analyzer: &Analyzer) -> Self {
        let mut finder = Self {
            ids: points.iter().map(|point| point.id.clone()).collect(),
            by_name: HashMap::new(),
            by_abbreviation: HashMap::new(),
            plates: HashSet::new(),
            generic: GENERIC.iter().map(|name| analyzer.key(name)).collect(),
            by_place: HashMap::new(),
        };
        let all_plates: HashSet<&str> =
            gazetteer.districts().iter().flat_map(|d| &d.plates).map(String::as_str).collect();
        for (number, point) in points.iter().enumerate() {
            for name in std::iter::once(point.name.as_str()).chain(point.name.split(" – ")) {
                finder.by_name.entry(analyzer.key(name)).or_default().push(number);
            }
            if let Some(abbreviation) = &point.abbreviation {
                let key = analyzer.key(abbreviation);
                if all_plates.contains(abbreviation.as_str()) {
                    finder.plates.insert(key.clone());
                }
                finder.by_abbreviation.entry(key).or_default().push(number);
            }
            let mut tie = |name: &str, tie: Tie| {
                let ties = finder.by_place.entry(analyzer.key(name)).or_default();
                let known = ties.entry(number).or_insert(tie);
                *known = tie.min(*known);
            };
            if point.level == ContactLevel::State {
                tie(point.state.name(), Tie::Address);
                continue;
            }
            if let Some(town) = &point.address.town {
                tie(town, Tie::Address);
            }
            for key in &point.serves {
                let Some(district) = gazetteer.district(key) else { continue };
                tie(&district.name, Tie::District);
                tie(&district.label(), Tie::District);
                for name in &district.other_names {
                    tie(name, Tie::District);
                }
                let towns = gazetteer.places().iter().filter(|place| {
                    place.district.as_ref() == Some(key)
                        && matches!(place.kind, PlaceKind::Town | PlaceKind::Municipality)
                });
                for town in towns {
                    tie(&town.name, Tie::Served);
                    for name in &town.other_names {
                        tie(name, Tie::Served);
                    }
                }
            }
        }
        for numbers in finder.by_name.values_mut() {
            numbers.dedup();
        }
        finder
    }

    /// Finds contact points by name, by abbreviation, or by a general name with a place.
    pub fn find(&self, words: &[Word], taken: &mut [bool]) -> Option<ContactPointNote> {
        for length in (1..=words.len().min(LONGEST_PHRASE)).rev() {
            for start in 0..=words.len() - length {
                let span = start..start + length;
                if !is_free(taken, &span) {
                    continue;
                }
                let key = joined(&words[span.clone()]);
                let Some((numbers, span)) = self.look_up(&key, words, taken, span) else {
                    continue;
                };
                taken[span.clone()].fill(true);
                let ids = numbers.into_iter().map(|number| self.ids[number].clone()).collect();
                return Some(ContactPointNote { ids, words: span });
            }
        }
        None
    }

    fn look_up(
        &self,
        key: &str,
        words: &[Word],
        taken: &[bool],
        span: Range<usize>,
    ) -> Option<(Vec<usize>, Range<usize>)> {
        let abbreviated = self.by_abbreviation.get(key);
        let is_general = abbreviated.is_some() || self.is_general(key);
        if let Some(numbers) = self.by_name.get(key).filter(|_| !is_general) {
            return Some((numbers.clone(), span));
        }
        if !is_general {
            return None;
        }
        if let Some((ties, span)) = self.place_beside(words, taken, &span) {
            let of_that_name = |number: &usize| abbreviated.is_none_or(|a| a.contains(number));
            let mut fitting: Vec<(usize, Tie)> =
                ties.iter().filter(|(n, _)| of_that_name(n)).map(|(n, t)| (*n, *t)).collect();
            if fitting.is_empty() {
                // "kiss jena": people say KISS for any contact point.
                fitting = ties.iter().map(|(n, t)| (*n, *t)).collect();
            }
            let closest = fitting.iter().map(|(_, tie)| *tie).min()?;
            fitting.retain(|(_, tie)| *tie == closest);
            return Some((fitting.into_iter().map(|(number, _)| number).collect(), span));
        }
        abbreviated.filter(|_| !self.plates.contains(key)).map(|numbers| (numbers.clone(), span))
    }

    fn is_general(&self, key: &str) -> bool {
        self.generic.contains(key)
            || (key.len() >= LEAST_MISSPELT
                && self.generic.iter().any(|name| {
                    name.len().abs_diff(key.len()) <= 2 && damerau_levenshtein(name, key) <= 2
                }))
    }

    /// Returns the contact points of the place after or before the span, and the whole span.
    fn place_beside(
        &self,
        words: &[Word],
        taken: &[bool],
        span: &Range<usize>,
    ) -> Option<(&BTreeMap<usize, Tie>, Range<usize>)> {
        const LONGEST_PLACE: usize = 4;
        for between in 0..=MOST_BETWEEN {
            let from = span.end + between;
            let passes = from <= words.len()
                && words[span.end..from].iter().all(|w| BETWEEN.contains(&w.forms.folded.as_str()));
            if !passes {
                break;
            }
            for length in (1..=LONGEST_PLACE.min(words.len() - from)).rev() {
                let place = from..from + length;
                if !is_free(taken, &(span.end..place.end)) {
                    continue;
                }
                if let Some(ties) = self.by_place.get(&joined(&words[place.clone()])) {
                    return Some((ties, span.start..place.end));
                }
            }
        }
        for length in (1..=LONGEST_PLACE.min(span.start)).rev() {
            let place = span.start - length..span.start;
            if !is_free(taken, &place) {
                continue;
            }
            if let Some(ties) = self.by_place.get(&joined(&words[place.clone()])) {
                return Some((ties, place.start..span.end));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::testing::{analyzer, gazetteer};
    use crate::reference::testing::contact_points;

    fn find(text: &str) -> (Vec<String>, usize) {
        let finder = ContactPointFinder::new(&contact_points(), gazetteer(), &analyzer());
        let words = analyzer().words(text);
        let mut taken = vec![false; words.len()];
        let note = finder.find(&words, &mut taken);
        let ids = note.map(|note| note.ids).unwrap_or_default();
        (ids.iter().map(ToString::to_string).collect(), taken.iter().filter(|t| **t).count())
    }

    #[test]
    fn contact_points_are_met_by_what_people_call_them() {
        for (text, ids, taken, why) in [
            ("kiss dresden", &["kiss-dresden"][..], 2, "abbreviation and town"),
            ("IKOS Jena", &["ikos-jena"], 2, "one of two IKOS"),
            ("skis", &["skis-leipzig"], 1, "there is one only"),
            ("kontaktstelle zwickau", &["kiss-zwickau"], 2, "a general name"),
            ("selbsthilfekontaktstelle gera", &["selbsthilfe-gera"], 2, "a general name"),
            ("selbsthilfekontakstelle gera", &["selbsthilfe-gera"], 2, "a letter left out"),
            ("kontaktstelle für selbsthilfe in jena", &["ikos-jena"], 5, "words in between"),
            ("dresden kiss", &["kiss-dresden"], 2, "the place first"),
            ("kiss wurzen", &["kiss-landkreis-leipzig-wurzen"], 2, "a branch"),
            ("kiss riesa", &["kiss-meissen"], 2, "a town of the district served"),
            ("kiss jena", &["ikos-jena"], 2, "KISS for any contact point"),
            ("skis leipzig", &["skis-leipzig"], 2, "city, not Landkreis"),
            (
                "kontaktstelle landkreis görlitz",
                &["kiss-goerlitz", "kiss-goerlitz-niesky"],
                3,
                "district",
            ),
            ("lakos", &["lakos-sachsen"], 1, "the state's"),
            ("landeskontaktstelle thüringen", &["lakost-thueringen"], 2, "the state's"),
            ("soziales zentrum suhl", &["selbsthilfe-suhl"], 3, "by its name"),
            ("shk", &[], 0, "also a car plate"),
            ("kontaktstelle", &[], 0, "any of them"),
            ("depression jena", &[], 0, "none at all"),
        ] {
            assert_eq!(
                find(text),
                (ids.iter().map(|id| (*id).to_owned()).collect(), taken),
                "{text}: {why}"
            );
        }
        assert!(find("kiss").0.len() > 10, "there are many");
    }
}
