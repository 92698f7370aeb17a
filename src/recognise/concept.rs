//! Finds concepts of the vocabulary in the words of a text: the longest label first, exact before
//! folded before stemmed before misspelt.
//!
//! In: words and which of them are taken. Out: [`ConceptMatch`]es; their words are then taken.
//! Used for queries and for the topics of a record, so that both are understood alike.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use fst::{IntoStreamer, Streamer};
use strsim::osa_distance;

use super::spelling::{Automata, budget, canonical};
use crate::analysis::{Analyzer, Word};
use crate::reference::{ConceptIndex, LabelKind, Vocabulary};

/// Longest label in words that is looked for.
const LONGEST_LABEL: usize = 14;

/// Longest misspelt label in words that is looked for.
const LONGEST_MISSPELT: usize = 4;

/// From so many letters on, one more letter may differ where the word sounds alike.
const SOUNDS_MATTER: usize = 6;

/// Most candidates of one automaton; a guard against words that are close to everything.
const MOST_CANDIDATES: usize = 64;

/// Heads that say no more than "illness": with and without them a label means the same
/// (Herzprobleme, Herzerkrankung).
const GENERIC_HEADS: &[&str] = &[
    "krankheit",
    "erkrankung",
    "leiden",
    "probleme",
    "problem",
    "beschwerden",
    "störung",
    "störungen",
    "patienten",
    "patient",
    "kranke",
    "betroffene",
    "erkrankte",
    "syndrom",
    "schwierigkeiten",
];

/// Stems of words for persons: of two of them the order tells who is meant.
const PERSONS: &[&str] = &["elt", "eltern", "kind", "mutt", "mutter", "vat", "vater", "geschwist"];

/// How surely a label was met, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The label itself, umlauts and hyphens aside.
    Label,
    /// The label in another inflection, order or compound form.
    Inflected,
    /// The label without "illness" at its end.
    Stripped,
    /// The label misspelt.
    Misspelt,
}

/// A concept met in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptMatch {
    /// The concept, the first reading where there are several.
    pub concept: ConceptIndex,
    /// Other readings of the same words, as of an ambiguous abbreviation.
    pub other_readings: Vec<ConceptIndex>,
    /// The words it was met in.
    pub words: Range<usize>,
    /// The label that was met, as the vocabulary writes it.
    pub label: String,
    /// What kind of label that is.
    pub kind: LabelKind,
    /// How surely.
    pub how: How,
    /// Edits between the text and the label; 0 unless misspelt.
    pub edits: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    concept: ConceptIndex,
    label: u32,
    kind: LabelKind,
}

/// The labels of a vocabulary, ready to be met.
pub struct ConceptFinder {
    analyzer: Analyzer,
    labels: Vec<Vec<String>>,
    by_key: HashMap<String, Vec<Entry>>,
    by_parts: HashMap<String, Vec<Entry>>,
    by_stripped: HashMap<String, Vec<Entry>>,
    /// Canonical keys, sorted, with the entries at the same position of `misspelt`.
    canonical_keys: fst::Map<Vec<u8>>,
    misspelt: Vec<Vec<Entry>>,
    known_words: HashSet<String>,
    fillers: HashSet<String>,
    /// Stems of words for audience, age and gender: "Frauenkrankheit" is not "Frauen".
    term_stems: HashSet<String>,
    generic: HashSet<String>,
    automata: Automata,
}

impl ConceptFinder {
    /// Reads the labels of `vocabulary` through the text chain.
    pub fn new(vocabulary: &Vocabulary, analyzer: &Analyzer) -> Self {
        let stems = |text: &str| analyzer.words(text).into_iter().map(|w| w.forms.stem.clone());
        let mut fillers = HashSet::new();
        let mut known_words = HashSet::new();
        let mut term_stems = HashSet::new();
        for recogniser in &vocabulary.recognisers {
            for phrase in &recogniser.words {
                for word in analyzer.words(phrase) {
                    if recogniser.kind == "filler" {
                        fillers.insert(word.forms.folded.clone());
                    }
                    if matches!(recogniser.kind.as_str(), "audience" | "age_group" | "gender") {
                        term_stems.insert(word.forms.stem.clone());
                    }
                    known_words.insert(word.forms.folded.clone());
                    known_words.insert(word.forms.stem.clone());
                }
            }
        }
        let generic = GENERIC_HEADS.iter().flat_map(|head| stems(head)).collect();
        let mut finder = Self {
            analyzer: analyzer.clone(),
            labels: Vec::new(),
            by_key: HashMap::new(),
            by_parts: HashMap::new(),
            by_stripped: HashMap::new(),
            canonical_keys: fst::Map::default(),
            misspelt: Vec::new(),
            known_words,
            fillers,
            term_stems,
            generic,
            automata: Automata::default(),
        };
        let mut canonical_entries: std::collections::BTreeMap<String, Vec<Entry>> =
            std::collections::BTreeMap::new();
        for (index, concept) in vocabulary.concepts.iter().enumerate() {
            finder.labels.push(concept.labels.iter().map(|(text, _)| text.clone()).collect());
            for (number, (text, kind)) in concept.labels.iter().enumerate() {
                let entry = Entry { concept: index as u32, label: number as u32, kind: *kind };
                finder.add_label(text, entry, &mut canonical_entries);
                if let Some(straight) = uninverted(text) {
                    finder.add_label(&straight, entry, &mut canonical_entries);
                }
            }
        }
        for entries in finder
            .by_key
            .values_mut()
            .chain(finder.by_parts.values_mut())
            .chain(finder.by_stripped.values_mut())
        {
            entries.sort_by_key(|entry| (entry.kind, entry.concept, entry.label));
        }
        // Words of the lexicon are real words: "Brille" is no misspelt "Braille". But one that sounds
        // like a label is that label in another spelling (Pornographie).
        let lexicon = &vocabulary.lexicon;
        for word in lexicon.compounds.iter().chain(&lexicon.unsplit) {
            if word.starts_with('-') || word.ends_with('-') {
                continue; // never stands alone
            }
            if let [word] = analyzer.words(word).as_slice() {
                let folded = &word.forms.folded;
                if !canonical_entries.contains_key(&canonical(folded)) {
                    finder.known_words.insert(folded.clone());
                }
            }
        }
        let mut builder = fst::MapBuilder::memory();
        for (position, (key, entries)) in canonical_entries.into_iter().enumerate() {
            builder.insert(key, position as u64).expect("a BTreeMap is sorted");
            finder.misspelt.push(entries);
        }
        let bytes = builder.into_inner().expect("memory takes every byte");
        finder.canonical_keys = fst::Map::new(bytes).expect("just built");
        finder
    }

    fn add_label(
        &mut self,
        text: &str,
        entry: Entry,
        canonical_entries: &mut std::collections::BTreeMap<String, Vec<Entry>>,
    ) {
        let words = self.analyzer.words(text);
        if words.is_empty() {
            return;
        }
        for word in &words {
            self.known_words.insert(word.forms.folded.clone());
            self.known_words.insert(word.forms.stem.clone());
        }
        let key = joined(&words);
        push(&mut self.by_key, key.clone(), entry);
        let is_abbreviation = matches!(entry.kind, LabelKind::Abbreviation | LabelKind::Ambiguous);
        if is_abbreviation || key.len() < 4 {
            return;
        }
        if let Some(parts) = self.parts_key(&words, false) {
            push(&mut self.by_parts, parts, entry);
        }
        let stripped = self.parts_key(&words, true);
        if let Some(stripped) = stripped.filter(|key| !self.term_stems.contains(key)) {
            push(&mut self.by_stripped, stripped, entry);
        }
        // As written too: a swap of letters may break what sounds alike.
        for spelling in [canonical(&key), key] {
            let entries = canonical_entries.entry(spelling).or_default();
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }

    /// Returns the stems of all words and parts of words, without fillers, in alphabetical order
    /// unless two of them are persons;
    /// `stripped` leaves out heads that only say "illness". `None` where nothing is left, or
    /// nothing was stripped.
    fn parts_key(&self, words: &[Word], stripped: bool) -> Option<String> {
        let mut parts: Vec<&str> = Vec::new();
        let mut dropped = 0;
        for word in words {
            if words.len() > 1 && self.fillers.contains(&word.forms.folded) {
                dropped += 1;
                continue;
            }
            if word.forms.parts.is_empty() {
                parts.push(&word.forms.stem);
            } else {
                parts.extend(word.forms.parts.iter().map(String::as_str));
            }
        }
        // "kein Kontakt mehr" says something only whole.
        if dropped > 0 && words.len() == dropped + 1 {
            return None;
        }
        if stripped {
            let before = parts.len();
            parts.retain(|part| !self.generic.contains(*part));
            if parts.len() == before {
                return (before == 1).then(|| parts[0].to_owned());
            }
        }
        // "Eltern kranker Kinder" are not "Kinder kranker Eltern".
        let persons = parts.iter().filter(|part| PERSONS.contains(part)).count();
        if persons < 2 {
            parts.sort_unstable();
        }
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// Finds labels that stand in the text, longest first.
    ///
    /// Words that are taken are passed over; words of a match are taken.
    pub fn find(&self, words: &[Word], text: &str, taken: &mut [bool]) -> Vec<ConceptMatch> {
        let mut found = Vec::new();
        for length in (1..=words.len().min(LONGEST_LABEL)).rev() {
            for start in 0..=words.len() - length {
                let range = start..start + length;
                if taken[range.clone()].iter().any(|t| *t) {
                    continue;
                }
                let Some(matched) = self.look_up(words, text, range.clone()) else { continue };
                taken[range].fill(true);
                found.push(matched);
            }
        }
        found.sort_by_key(|matched| matched.words.start);
        found
    }

    fn look_up(&self, words: &[Word], text: &str, range: Range<usize>) -> Option<ConceptMatch> {
        let span = &words[range.clone()];
        let ends_in_filler = |word: Option<&Word>| {
            word.is_some_and(|word| self.fillers.contains(&word.forms.folded))
        };
        if span.len() > 1 && (ends_in_filler(span.first()) || ends_in_filler(span.last())) {
            return self.entries_to_match(self.by_key.get(&joined(span))?, range, How::Label);
        }
        // "als" is a word and a disease: in a sentence only capitals make it the disease.
        if let [word] = span {
            let is_everyday = self.fillers.contains(&word.forms.folded);
            let is_shouted = text[word.range.clone()].chars().all(|c| !c.is_lowercase());
            if is_everyday && words.len() > 2 && !is_shouted {
                return None;
            }
        }
        let key = joined(span);
        if let Some(entries) = self.by_key.get(&key) {
            return self.entries_to_match(entries, range, How::Label);
        }
        if key.len() < 4 {
            return None;
        }
        let parts = self.parts_key(span, false)?;
        if let Some(entries) = self.by_parts.get(&parts) {
            return self.entries_to_match(entries, range, How::Inflected);
        }
        // "Krebs (Betroffene und Angehörige)" is no "Krebs-Betroffene".
        let gaps = text[span[0].range.start..span[span.len() - 1].range.end].contains('(');
        // "Cri du Chat" stands for its syndrome, "Multiple-Sklerose-Erkrankung" for its name.
        let stripped = self.parts_key(span, true).filter(|_| !gaps);
        let entries = match &stripped {
            Some(stripped) => {
                self.by_stripped.get(stripped).or_else(|| self.by_parts.get(stripped))?
            }
            None => self.by_stripped.get(&parts).filter(|_| !gaps)?,
        };
        let is_one_concept = entries.iter().all(|entry| entry.concept == entries[0].concept);
        is_one_concept.then(|| self.entries_to_match(entries, range, How::Stripped))?
    }

    fn entries_to_match(
        &self,
        entries: &[Entry],
        words: Range<usize>,
        how: How,
    ) -> Option<ConceptMatch> {
        let first = *entries.first()?;
        let mut other_readings: Vec<ConceptIndex> = Vec::new();
        for entry in entries {
            if entry.concept != first.concept && !other_readings.contains(&entry.concept) {
                other_readings.push(entry.concept);
            }
        }
        Some(ConceptMatch {
            concept: first.concept,
            other_readings,
            words,
            label: self.labels[first.concept as usize][first.label as usize].clone(),
            kind: first.kind,
            how,
            edits: 0,
        })
    }

    /// Finds misspelt labels in words that are not taken.
    ///
    /// A span in which every word is known (`is_known`, or a word of the vocabulary) is never
    /// taken for a misspelling of something else: Lymphome are no Lymphödeme.
    pub fn find_misspelt(
        &self,
        words: &[Word],
        taken: &mut [bool],
        is_known: &dyn Fn(&Word) -> bool,
    ) -> Vec<ConceptMatch> {
        let strange: Vec<bool> = words.iter().map(|w| !self.knows(w) && !is_known(w)).collect();
        let mut found = Vec::new();
        for length in (1..=words.len().min(LONGEST_MISSPELT)).rev() {
            for start in 0..=words.len() - length {
                let range = start..start + length;
                let is_free = !taken[range.clone()].iter().any(|t| *t);
                if !is_free || !strange[range.clone()].iter().any(|s| *s) {
                    continue;
                }
                // A strange word between known ones may be anything; the edges must be strange or
                // part of the label, which the distance decides.
                let Some(matched) = self.nearest(&words[range.clone()], range.clone()) else {
                    continue;
                };
                taken[range].fill(true);
                found.push(matched);
            }
        }
        found.sort_by_key(|matched| matched.words.start);
        found
    }

    fn nearest(&self, span: &[Word], range: Range<usize>) -> Option<ConceptMatch> {
        let key = joined(span);
        let letters = key.chars().count();
        let edits = budget(letters);
        if edits == 0 || key.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let typed = canonical(&key);
        let mut best: Option<((u8, usize, LabelKind), u8, usize)> = None;
        for typed in [typed.as_str(), key.as_str()] {
            let automaton = self.automata.within(typed, edits);
            let mut stream = self.canonical_keys.search(&automaton).into_stream();
            let mut seen = 0;
            while let Some((bytes, position)) = stream.next() {
                seen += 1;
                if seen > MOST_CANDIDATES {
                    break;
                }
                let candidate = std::str::from_utf8(bytes).ok()?;
                let distance = automaton.distance(candidate)?;
                let entry = self.misspelt[position as usize][0];
                let as_written = self.letters_apart(&key, entry);
                // Short words are close to too many others: their first letter must stand, and few
                // letters may differ however they sound.
                let same_start = candidate.chars().next() == typed.chars().next();
                let is_far =
                    as_written > usize::from(edits) + usize::from(letters >= SOUNDS_MATTER);
                if is_far || (!same_start && (letters < 7 || distance == 2)) {
                    continue;
                }
                let rank = (distance, as_written, entry.kind);
                if best.is_none_or(|(known, _, _)| rank < known) {
                    best = Some((rank, distance, position as usize));
                }
            }
        }
        let (_, distance, position) = best?;
        let mut matched = self.entries_to_match(&self.misspelt[position], range, How::Misspelt)?;
        matched.edits = distance.max(1);
        Some(matched)
    }

    /// Returns how many letters of a label differ from `key`.
    fn letters_apart(&self, key: &str, entry: Entry) -> usize {
        let label = &self.labels[entry.concept as usize][entry.label as usize];
        osa_distance(key, &self.analyzer.key(label))
    }

    /// Says whether a word stands in any label or word list.
    pub fn knows(&self, word: &Word) -> bool {
        let forms = &word.forms;
        let is_filler = forms.stem != forms.folded && self.fillers.contains(&forms.stem);
        self.known_words.contains(&forms.folded)
            || (!is_filler && self.known_words.contains(&forms.stem))
            || (!word.forms.parts.is_empty())
    }

    /// Says whether words are a label as it stands, inflection and hyphens aside.
    pub fn is_label(&self, words: &[Word]) -> bool {
        let is_inflected =
            || self.parts_key(words, false).is_some_and(|parts| self.by_parts.contains_key(&parts));
        let key = joined(words);
        self.by_key.contains_key(&key) || (key.len() >= 4 && is_inflected())
    }

    /// Says whether a folded word carries no topic.
    pub fn is_filler_text(&self, folded: &str) -> bool {
        self.fillers.contains(folded)
    }

    /// Says whether a word carries no topic.
    pub fn is_filler(&self, word: &Word) -> bool {
        self.fillers.contains(&word.forms.folded)
    }

    /// Says whether a word tells for whom: "Frauen", "Angehörige", "junge".
    pub fn is_term(&self, word: &Word) -> bool {
        self.term_stems.contains(&word.forms.stem)
    }

    /// Says whether a word says no more than "illness".
    pub fn is_generic(&self, word: &Word) -> bool {
        self.generic.contains(&word.forms.stem)
    }

    /// Returns the concepts of which some label begins with `key` (folded, without spaces), at
    /// most `most`, the shortest labels first.
    pub fn beginning_with(&self, key: &str, most: usize) -> Vec<(ConceptIndex, String)> {
        let mut found: Vec<(usize, Entry)> = self
            .by_key
            .iter()
            .filter(|(known, _)| known.starts_with(key))
            .flat_map(|(known, entries)| entries.iter().map(|entry| (known.len(), *entry)))
            .filter(|(_, entry)| entry.kind != LabelKind::Hidden)
            .collect();
        found.sort_by_key(|(length, entry)| (*length, entry.kind, entry.concept, entry.label));
        let mut concepts: Vec<(ConceptIndex, String)> = Vec::new();
        for (_, entry) in found {
            if !concepts.iter().any(|(concept, _)| *concept == entry.concept) {
                let label = self.labels[entry.concept as usize][entry.label as usize].clone();
                concepts.push((entry.concept, label));
            }
            if concepts.len() == most {
                break;
            }
        }
        concepts
    }
}

fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.forms.folded.as_str()).collect()
}

fn push(map: &mut HashMap<String, Vec<Entry>>, key: String, entry: Entry) {
    let entries = map.entry(key).or_default();
    if !entries.contains(&entry) {
        entries.push(entry);
    }
}

/// Returns "hereditäres Angioödem" for "Angioödem, hereditäres".
fn uninverted(label: &str) -> Option<String> {
    let (head, modifier) = label.split_once(", ")?;
    let is_inverted =
        modifier.chars().next().is_some_and(char::is_lowercase) && !modifier.contains(',');
    is_inverted.then(|| format!("{modifier} {head}"))
}
