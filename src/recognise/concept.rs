//! Finds concepts of the vocabulary in the words of a text: the longest label first, exact before
//! folded before stemmed before misspelt.
//!
//! In: words and which of them are taken. Out: [`ConceptMatch`]es; their words are then taken.
//! Used for queries and for the topics of a record, so that both are understood alike.
//!
//! The project's own labels and those of imported lists stand on two shelves. What an own label
//! says is said whatever was imported; imported labels only fill what is left.

mod labels;
mod phrases;

use std::collections::HashSet;
use std::ops::Range;

use fst::{IntoStreamer, Streamer};
use strsim::osa_distance;

use self::labels::{KeyTable, LabelNumber, Labels};
use self::phrases::{Phrases, PhrasesBuilder};
use super::joined;
use super::phonetics::cologne;
use super::spelling::{Automata, budget, canonical};
use crate::analysis::{Analyzer, Word};
use crate::reference::{ConceptIndex, LabelKind, Lexicon, Vocabulary};

/// Longest label in words that is looked for, whatever was imported.
const LONGEST_LABEL: usize = 24;

/// Longest misspelt label in words that is looked for.
const LONGEST_MISSPELT: usize = 4;

/// From so many letters on, one more letter may differ where the word sounds alike.
const SOUNDS_MATTER: usize = 6;

/// Most candidates of one automaton; a guard against words that are close to everything.
const MOST_CANDIDATES: usize = 256;

/// Most stretches of a text that are looked for with edits; a guard against texts of rubbish.
const MOST_STRETCHES: usize = 32;

/// An imported label without "illness" at its end must have so many bytes left: "PAPA-Syndrom" is
/// not what "Papa" means.
const SHORTEST_STRIPPED_IMPORT: usize = 8;

/// What both halves of a compound have at least, in letters.
const SHORT_END: usize = 3;

/// Most readings of one label; abbreviations may have dozens.
const MOST_READINGS: usize = 8;

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
    /// Whether an imported list brought the label.
    pub is_imported: bool,
}

/// Labels by the keys under which they are met.
#[derive(Default)]
struct Shelf {
    by_key: KeyTable,
    by_parts: KeyTable,
    by_stripped: KeyTable,
}

/// The labels of a vocabulary, ready to be met.
pub struct ConceptFinder {
    analyzer: Analyzer,
    labels: Labels,
    own: Shelf,
    imported: Shelf,
    /// Own labels as they sound and as they are written, for misspellings.
    misspelt: KeyTable,
    /// All labels by their words, for misspellings in long ones.
    phrases: Phrases,
    /// Words of own labels and word lists.
    known_words: HashSet<String>,
    /// Stems that some label has: a text with another one is not that label in another form.
    part_stems: fst::Set<Vec<u8>>,
    /// Longest label in words.
    longest: usize,
    fillers: HashSet<String>,
    /// Stems of words for audience, age and gender: "Frauenkrankheit" is not "Frauen".
    term_stems: HashSet<String>,
    generic: HashSet<String>,
    automata: Automata,
}

/// The keys of labels while they are gathered.
#[derive(Default)]
struct Keys {
    by_key: Vec<(String, LabelNumber)>,
    by_parts: Vec<(String, LabelNumber)>,
    by_stripped: Vec<(String, LabelNumber)>,
}

impl Keys {
    fn shelf(self, labels: &Labels) -> Shelf {
        let table = |pairs| KeyTable::new(pairs, |label| labels.order(label));
        Shelf {
            by_key: table(self.by_key),
            by_parts: table(self.by_parts),
            by_stripped: table(self.by_stripped),
        }
    }
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
            labels: Labels::default(),
            own: Shelf::default(),
            imported: Shelf::default(),
            misspelt: KeyTable::default(),
            phrases: Phrases::default(),
            known_words,
            part_stems: fst::Set::default(),
            longest: 0,
            fillers,
            term_stems,
            generic,
            automata: Automata::default(),
        };
        finder.read_labels(vocabulary);
        finder
    }

    fn read_labels(&mut self, vocabulary: &Vocabulary) {
        let (mut own, mut imported) = (Keys::default(), Keys::default());
        let mut misspelt: Vec<(String, LabelNumber)> = Vec::new();
        let mut phrases = PhrasesBuilder::default();
        for (index, concept) in vocabulary.concepts.iter().enumerate() {
            for (number, (text, kind)) in concept.labels.iter().enumerate() {
                let is_imported = number >= concept.own_labels;
                let concept = index as ConceptIndex;
                let label = self.labels.push(text, concept, *kind, is_imported, number == 0);
                let keys = if is_imported { &mut imported } else { &mut own };
                let straight = uninverted(text);
                for (turn, text) in std::iter::once(text).chain(&straight).enumerate() {
                    let words = self.analyzer.words(text);
                    self.add_label(&words, label, keys);
                    let key = joined(&words);
                    if is_short(*kind) || key.len() < 4 {
                        continue;
                    }
                    if turn == 0 && (is_imported || *kind != LabelKind::Hidden) {
                        phrases.add(label, &words);
                    }
                    if !is_imported {
                        // As written too: a swap of letters may break what sounds alike.
                        misspelt.push((canonical(&key), label));
                        misspelt.push((key, label));
                    }
                }
            }
        }
        let parts = own.by_parts.iter().chain(&imported.by_parts);
        let stripped = own.by_stripped.iter().chain(&imported.by_stripped);
        let mut stems: Vec<String> = parts
            .chain(stripped)
            .flat_map(|(key, _)| key.split(' '))
            .chain(self.generic.iter().map(String::as_str))
            .map(str::to_owned)
            .collect();
        stems.sort_unstable();
        stems.dedup();
        self.part_stems = fst::Set::from_iter(stems).expect("sorted just now");
        self.own = own.shelf(&self.labels);
        self.imported = imported.shelf(&self.labels);
        self.misspelt = KeyTable::new(misspelt, |label| label);
        self.learn_lexicon(&vocabulary.lexicon);
        let is_weak = |word: &str| {
            let says_little = |text: &str| {
                self.fillers.contains(text) || GENERIC_HEADS.contains(&text) || text == "typ"
            };
            says_little(word)
                || self.analyzer.words(word).iter().any(|w| self.generic.contains(&w.forms.stem))
        };
        self.phrases = phrases.build(is_weak);
        self.longest = self.phrases.longest().clamp(1, LONGEST_LABEL);
    }

    /// Words of the lexicon are real words: "Brille" is no misspelt "Braille". But one that sounds
    /// like a label is that label in another spelling (Pornographie).
    fn learn_lexicon(&mut self, lexicon: &Lexicon) {
        for word in lexicon.compounds.iter().chain(&lexicon.unsplit) {
            if word.starts_with('-') || word.ends_with('-') {
                continue; // never stands alone
            }
            if let [word] = self.analyzer.words(word).as_slice() {
                let folded = &word.forms.folded;
                if !self.misspelt.keys().contains_key(canonical(folded)) {
                    self.known_words.insert(folded.clone());
                }
            }
        }
    }

    fn add_label(&mut self, words: &[Word], label: LabelNumber, keys: &mut Keys) {
        if words.is_empty() {
            return;
        }
        let is_imported = self.labels.is_imported(label);
        // A misspelling met in the wild is no word.
        if !is_imported && self.labels.kind(label) != LabelKind::Hidden {
            for word in words {
                self.known_words.insert(word.forms.folded.clone());
                self.known_words.insert(word.forms.stem.clone());
            }
        }
        let key = joined(words);
        let kind = self.labels.kind(label);
        if is_short(kind) || key.len() < 4 {
            keys.by_key.push((key, label));
            return;
        }
        if let Some(parts) = self.parts_key(words, false) {
            keys.by_parts.push((parts, label));
        }
        let stripped = self.parts_key(words, true);
        let stripped = stripped.filter(|key| !self.term_stems.contains(key));
        let is_long = |key: &String| !is_imported || key.len() >= SHORTEST_STRIPPED_IMPORT;
        if let Some(stripped) = stripped.filter(is_long) {
            keys.by_stripped.push((stripped, label));
        }
        keys.by_key.push((key, label));
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

    /// Finds labels that stand in the text, longest first; labels of several words also with one or
    /// two of them misspelt, where no exact label is as long.
    ///
    /// Words that are taken are passed over; words of a match are taken.
    pub fn find(&self, words: &[Word], text: &str, taken: &mut [bool]) -> Vec<ConceptMatch> {
        let mut found = Vec::new();
        let spans = Spans::new(self, words);
        let strange: Vec<bool> = words.iter().map(|word| !self.is_written_so(word)).collect();
        let phrases = self.phrases.find(words, taken, &strange, &self.automata);
        for length in (1..=words.len().min(self.longest)).rev() {
            for start in 0..=words.len() - length {
                let range = start..start + length;
                if taken[range.clone()].iter().any(|t| *t) {
                    continue;
                }
                let completed = if length == 1 { self.completed(words, text, start) } else { None };
                let looked_up = || self.look_up(words, text, range.clone(), &spans);
                let matched = completed.or_else(looked_up).or_else(|| {
                    let phrase = phrases.iter().find(|phrase| phrase.words == range)?;
                    let met = self.met(&phrase.labels, range.clone(), How::Misspelt)?;
                    Some(ConceptMatch { edits: phrase.edits, ..met })
                });
                let Some(matched) = matched else { continue };
                taken[range].fill(true);
                found.push(matched);
            }
        }
        found.sort_by_key(|matched| matched.words.start);
        found
    }

    /// Returns what a word with a hanging hyphen stands for: in "Lip- und Lymphödem" the first
    /// word is Lipödem. The longest end of the next compound that completes a label counts.
    fn completed(&self, words: &[Word], text: &str, at: usize) -> Option<ConceptMatch> {
        let beginning = &text[words[at].range.clone()];
        let after = text[words[at].range.end..].strip_prefix(['-', '\u{2010}', '\u{2011}'])?;
        if after.starts_with(char::is_alphanumeric) {
            return None;
        }
        // At most one word ("und", "oder") stands between them.
        let whole = words[at + 1..].iter().take(2).find(|word| {
            !self.fillers.contains(&word.forms.folded) && word.forms.folded.len() > SHORT_END
        })?;
        let whole = &text[whole.range.clone()];
        let borders = whole.char_indices().map(|(border, _)| border).skip(SHORT_END);
        for border in borders.filter(|border| whole.len() - border >= SHORT_END) {
            let joined_words = self.analyzer.words(&format!("{beginning}{}", &whole[border..]));
            let labels = self.own.by_key.get(&joined(&joined_words));
            if let Some(met) = self.met(labels, at..at + 1, How::Label) {
                return Some(met);
            }
        }
        None
    }

    fn look_up(
        &self,
        words: &[Word],
        text: &str,
        range: Range<usize>,
        spans: &Spans,
    ) -> Option<ConceptMatch> {
        let span = &words[range.clone()];
        let by_key = spans.own(&range).map_or(&[][..], |position| self.own.by_key.at(position));
        let imported_by_key: Vec<LabelNumber> = spans
            .imported(&range)
            .map_or(&[][..], |position| self.imported.by_key.at(position))
            .iter()
            .copied()
            .filter(|label| self.is_meant(*label, span, text, words.len()))
            .collect();
        let ends_in_filler = |word: Option<&Word>| {
            word.is_some_and(|word| self.fillers.contains(&word.forms.folded))
        };
        if span.len() > 1 && (ends_in_filler(span.first()) || ends_in_filler(span.last())) {
            return self
                .met_both(by_key, &imported_by_key, range.clone(), How::Label)
                .or_else(|| self.met(&imported_by_key, range, How::Label));
        }
        // "als" is a word and a disease: in a sentence only capitals make it the disease.
        if let [word] = span {
            let is_everyday = self.fillers.contains(&word.forms.folded);
            let is_shouted = text[word.range.clone()].chars().all(|c| !c.is_lowercase());
            if is_everyday && words.len() > 2 && !is_shouted {
                return None;
            }
        }
        if let Some(met) = self.met_both(by_key, &imported_by_key, range.clone(), How::Label) {
            return Some(met);
        }
        let letters: usize = span.iter().map(|word| word.forms.folded.len()).sum();
        if letters < 4 {
            return self.met(&imported_by_key, range, How::Label);
        }
        let may_be_parts = spans.may_be_parts(&range);
        let parts = if may_be_parts { self.parts_key(span, false) } else { None };
        if let Some(parts) = &parts {
            let own = self.own.by_parts.get(parts);
            let met = self.met_both(own, &imported_by_key, range.clone(), How::Inflected);
            if met.is_some() {
                return met;
            }
        }
        if let Some(met) = self.met(&imported_by_key, range.clone(), How::Label) {
            return Some(met);
        }
        let parts = parts?;
        // "Krebs (Betroffene und Angehörige)" is no "Krebs-Betroffene".
        let gaps = text[span[0].range.start..span[span.len() - 1].range.end].contains('(');
        // "Cri du Chat" stands for its syndrome, "Multiple-Sklerose-Erkrankung" for its name.
        let stripped = self.parts_key(span, true).filter(|_| !gaps);
        let of_one_concept = |shelf: &Shelf| -> Option<ConceptMatch> {
            let labels = match &stripped {
                Some(stripped) => match shelf.by_stripped.get(stripped) {
                    [] => shelf.by_parts.get(stripped),
                    labels => labels,
                },
                None if gaps => &[],
                None => shelf.by_stripped.get(&parts),
            };
            let first = self.labels.concept(*labels.first()?);
            let is_one = labels.iter().all(|label| self.labels.concept(*label) == first);
            is_one.then(|| self.met(labels, range.clone(), How::Stripped))?
        };
        of_one_concept(&self.own)
            .or_else(|| self.met(self.imported.by_parts.get(&parts), range.clone(), How::Inflected))
            .or_else(|| of_one_concept(&self.imported))
    }

    /// Says whether an imported label is meant by these words: an abbreviation only in capitals, or
    /// alone.
    fn is_meant(&self, label: LabelNumber, span: &[Word], text: &str, words: usize) -> bool {
        if self.labels.kind(label) != LabelKind::Ambiguous {
            return true;
        }
        let written = &text[span[0].range.start..span[span.len() - 1].range.end];
        let letters = written.chars().filter(|c| c.is_alphanumeric()).count();
        let capitals = written.chars().filter(|c| c.is_uppercase() || c.is_ascii_digit()).count();
        let is_shouted = capitals >= 2 && capitals * 2 >= letters;
        let is_alone = words == span.len() && letters >= 3;
        let is_filler = span.iter().any(|word| self.fillers.contains(&word.forms.folded));
        (is_shouted || is_alone) && !is_filler
    }

    /// Returns a match of own labels, with preferred imported labels of the same spelling as
    /// further readings.
    fn met_both(
        &self,
        own: &[LabelNumber],
        imported: &[LabelNumber],
        words: Range<usize>,
        how: How,
    ) -> Option<ConceptMatch> {
        let mut met = self.met(own, words, how)?;
        // An own abbreviation with several meanings may have another one.
        let is_open = met.kind == LabelKind::Ambiguous;
        for label in imported.iter().filter(|label| is_open || self.labels.is_first(**label)) {
            let concept = self.labels.concept(*label);
            let is_new = concept != met.concept && !met.other_readings.contains(&concept);
            if is_new && met.other_readings.len() < MOST_READINGS {
                met.other_readings.push(concept);
            }
        }
        Some(met)
    }

    fn met(&self, labels: &[LabelNumber], words: Range<usize>, how: How) -> Option<ConceptMatch> {
        let first = *labels.first()?;
        let concept = self.labels.concept(first);
        let mut other_readings: Vec<ConceptIndex> = Vec::new();
        for label in labels {
            let other = self.labels.concept(*label);
            if other != concept && !other_readings.contains(&other) {
                other_readings.push(other);
            }
        }
        other_readings.truncate(MOST_READINGS);
        Some(ConceptMatch {
            concept,
            other_readings,
            words,
            label: self.labels.text(first).to_owned(),
            kind: self.labels.kind(first),
            how,
            edits: 0,
            is_imported: self.labels.is_imported(first),
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
        let strange: Vec<bool> = words.iter().map(|w| !self.is_word(w) && !is_known(w)).collect();
        let mut found = Vec::new();
        let mut stretches = 0;
        for length in (1..=words.len().min(LONGEST_MISSPELT)).rev() {
            for start in 0..=words.len() - length {
                let range = start..start + length;
                let is_free = !taken[range.clone()].iter().any(|t| *t);
                if !is_free || !strange[range.clone()].iter().any(|s| *s) {
                    continue;
                }
                // A strange word between known ones may be anything; the edges must be strange or
                // part of the label, which the distance decides. Single words are always tried.
                stretches += 1;
                let own = if stretches <= MOST_STRETCHES || length == 1 {
                    self.nearest(&words[range.clone()], range.clone())
                } else {
                    None
                };
                let Some(matched) = self.or_imported(own, words, range.clone()) else { continue };
                taken[range].fill(true);
                found.push(matched);
            }
        }
        found.sort_by_key(|matched| matched.words.start);
        found
    }

    /// Returns the nearest imported label of one word, where fewer letters of it differ than of the
    /// own one that comes with them.
    fn or_imported(
        &self,
        own: Option<(ConceptMatch, usize)>,
        words: &[Word],
        range: Range<usize>,
    ) -> Option<ConceptMatch> {
        let (own, apart) = own.map_or((None, usize::MAX), |(own, apart)| (Some(own), apart));
        let word = &words[range.start];
        let is_tried =
            range.len() == 1 && apart > 1 && !self.analyzer.is_listed(&word.forms.folded);
        let single =
            if is_tried { self.phrases.single(&word.forms.folded, &self.automata) } else { None };
        let Some((edits, labels)) = single else { return own };
        // A wrong first letter is rarer than two wrong ones within.
        let begins_so = |label: &LabelNumber| {
            self.analyzer.key(self.labels.text(*label)).chars().next()
                == word.forms.folded.chars().next()
        };
        let penalty = usize::from(!labels.iter().any(begins_so));
        if apart <= usize::from(edits) + penalty {
            return own;
        }
        let met = self.met(&labels, range, How::Misspelt)?;
        Some(ConceptMatch { edits, ..met })
    }

    /// Returns the own label that a stretch is nearest to, and how many letters differ as written.
    fn nearest(&self, span: &[Word], range: Range<usize>) -> Option<(ConceptMatch, usize)> {
        let key = joined(span);
        let letters = key.chars().count();
        let edits = budget(letters);
        if edits == 0 || key.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let typed = canonical(&key);
        let sound = cologne(&key);
        let mut best: Option<(Nearness, u64)> = None;
        for typed in [typed.as_str(), key.as_str()] {
            let automaton = self.automata.within(typed, edits);
            let mut stream = self.misspelt.keys().search(&automaton).into_stream();
            let mut seen = 0;
            while let Some((bytes, position)) = stream.next() {
                seen += 1;
                if seen > MOST_CANDIDATES {
                    break;
                }
                let candidate = std::str::from_utf8(bytes).ok()?;
                let distance = automaton.distance(candidate)?;
                let label = self.misspelt.at(position)[0];
                let written = self.analyzer.key(self.labels.text(label));
                let as_written = osa_distance(&key, &written);
                // Short words are close to too many others: their first letter must stand, and few
                // letters may differ however they sound.
                let same_start = candidate.chars().next() == typed.chars().next();
                let is_far =
                    as_written > usize::from(edits) + usize::from(letters >= SOUNDS_MATTER);
                if is_far || (!same_start && (letters < 7 || distance == 2)) {
                    continue;
                }
                let nearness = Nearness {
                    // A wrong first letter is rarer than two wrong ones within.
                    edits_and_start: distance + u8::from(!same_start),
                    sounds_otherwise: cologne(&written) != sound,
                    starts_otherwise: !same_start,
                    apart: as_written,
                    kind: self.labels.kind(label),
                    edits: distance,
                };
                if best.is_none_or(|(known, _)| nearness < known) {
                    best = Some((nearness, position));
                }
            }
        }
        let (Nearness { apart, edits, .. }, position) = best?;
        let labels = self.misspelt.at(position);
        let key = self.analyzer.key(self.labels.text(*labels.first()?));
        let imported = self.imported.by_key.get(&key);
        let mut matched = self.met_both(labels, imported, range, How::Misspelt)?;
        matched.edits = edits.max(1);
        Some((matched, apart))
    }

    /// Says whether a word stands in any own label or word list.
    pub fn knows(&self, word: &Word) -> bool {
        let forms = &word.forms;
        // "demen" is not "dem".
        let is_cut_too_far = forms.stem.len() <= 3
            && forms.stem != forms.folded
            && self.fillers.contains(&forms.stem);
        self.known_words.contains(&forms.folded)
            || (!is_cut_too_far && self.known_words.contains(&forms.stem))
            || (!word.forms.parts.is_empty())
    }

    /// Says whether words are a label as it stands, inflection and hyphens aside.
    pub fn is_label(&self, words: &[Word]) -> bool {
        let key = joined(words);
        let parts = if key.len() >= 4 { self.parts_key(words, false) } else { None };
        [&self.own, &self.imported].into_iter().any(|shelf| {
            let has_parts =
                parts.as_ref().is_some_and(|parts| !shelf.by_parts.get(parts).is_empty());
            has_parts || !shelf.by_key.get(&key).is_empty()
        })
    }

    /// Says whether a word is a right one: of an own label, a word list, or an imported label.
    fn is_word(&self, word: &Word) -> bool {
        self.knows(word)
            || self.phrases.has_word(&word.forms.folded)
            || self.part_stems.contains(&word.forms.stem)
    }

    /// Says whether a word stands somewhere just as it is typed: in a label, a word list, or as a
    /// name. "bullos" does not, though it is the stem of "bullosa".
    pub fn is_written_so(&self, word: &Word) -> bool {
        let folded = &word.forms.folded;
        self.known_words.contains(folded)
            || self.phrases.has_word(folded)
            || self.analyzer.is_listed(folded)
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
    /// most `most`: those of own labels, then those of imported ones, the shortest labels first.
    pub fn beginning_with(&self, key: &str, most: usize) -> Vec<(ConceptIndex, String)> {
        let mut concepts: Vec<(ConceptIndex, String)> = Vec::new();
        for shelf in [&self.own, &self.imported] {
            let mut found: Vec<(usize, LabelKind, LabelNumber)> = Vec::new();
            shelf.by_key.beginning_with(key, |known, labels| {
                for label in labels {
                    let kind = self.labels.kind(*label);
                    if kind != LabelKind::Hidden {
                        found.push((known.len(), kind, *label));
                    }
                }
            });
            found.sort_unstable();
            for (_, _, label) in found {
                if concepts.len() == most {
                    return concepts;
                }
                let concept = self.labels.concept(label);
                if !concepts.iter().any(|(known, _)| *known == concept) {
                    concepts.push((concept, self.labels.text(label).to_owned()));
                }
            }
        }
        concepts
    }
}

/// How near a label is to a misspelt word; smaller is nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Nearness {
    edits_and_start: u8,
    sounds_otherwise: bool,
    starts_otherwise: bool,
    apart: usize,
    kind: LabelKind,
    edits: u8,
}

/// What every stretch of a text may be, read once.
struct Spans {
    /// For each start the lengths at which an own key ends, with its position.
    own: Vec<Vec<(usize, u64)>>,
    imported: Vec<Vec<(usize, u64)>>,
    /// How many words before each one have a stem that no label has.
    foreign_before: Vec<usize>,
}

impl Spans {
    fn new(finder: &ConceptFinder, words: &[Word]) -> Self {
        let walk = |table: &KeyTable| -> Vec<Vec<(usize, u64)>> {
            (0..words.len())
                .map(|start| {
                    let pieces = words[start..].iter().take(finder.longest);
                    let mut ends = Vec::new();
                    table.walk(pieces.map(|word| word.forms.folded.as_str()), |count, position| {
                        ends.push((count, position));
                    });
                    ends
                })
                .collect()
        };
        let mut foreign_before = vec![0];
        for word in words {
            let forms = &word.forms;
            let is_known = |stem: &String| finder.part_stems.contains(stem);
            let is_part = finder.fillers.contains(&forms.folded)
                || if forms.parts.is_empty() {
                    is_known(&forms.stem)
                } else {
                    forms.parts.iter().all(is_known)
                };
            let before = foreign_before[foreign_before.len() - 1];
            foreign_before.push(before + usize::from(!is_part));
        }
        Self {
            own: walk(&finder.own.by_key),
            imported: walk(&finder.imported.by_key),
            foreign_before,
        }
    }

    fn own(&self, range: &Range<usize>) -> Option<u64> {
        Self::ending(&self.own[range.start], range.len())
    }

    fn imported(&self, range: &Range<usize>) -> Option<u64> {
        Self::ending(&self.imported[range.start], range.len())
    }

    fn ending(ends: &[(usize, u64)], length: usize) -> Option<u64> {
        ends.iter().find(|(count, _)| *count == length).map(|(_, position)| *position)
    }

    /// Says whether all words of a stretch have stems that labels have.
    fn may_be_parts(&self, range: &Range<usize>) -> bool {
        self.foreign_before[range.start] == self.foreign_before[range.end]
    }
}

/// Says whether a label is met only as it is written: an abbreviation, a proper name.
fn is_short(kind: LabelKind) -> bool {
    matches!(kind, LabelKind::Abbreviation | LabelKind::Ambiguous | LabelKind::Association)
}

/// Returns "hereditäres Angioödem Typ 1" for "Angioödem, hereditäres, Typ 1".
pub(crate) fn uninverted(label: &str) -> Option<String> {
    let (head, rest) = label.split_once(", ")?;
    let (modifier, more) = rest.split_once(", ").unwrap_or((rest, ""));
    let is_inverted =
        modifier.chars().next().is_some_and(char::is_lowercase) && !more.contains(", ");
    is_inverted.then(|| format!("{modifier} {head} {more}").trim_end().to_owned())
}
