//! Labels of several words, met although one or two of the words are misspelt.
//!
//! A label of eight long words is too long for edits over the whole. So each strange word is
//! corrected by itself, against the words of all labels, and the label must then be there as a
//! whole: every other word of it stands in the text as it should. The work is bounded whatever is
//! typed.

use std::collections::HashMap;
use std::ops::Range;

use fst::{IntoStreamer, Streamer};
use strsim::osa_distance;

use super::labels::LabelNumber;
use crate::analysis::Word;
use crate::recognise::spelling::{Automata, Fuzzy};

/// Most strange words of a text that are corrected.
const MOST_STRANGE: usize = 4;

/// Most words of labels that a strange word may stand for.
const MOST_CORRECTIONS: usize = 48;

/// A word that stands in more labels than this ("Syndrom") does not lead to them.
const COMMON: usize = 400;

/// So many of the rarest words of a text lead to labels.
const SEEDS: usize = 3;

/// Most labels that are compared with a text.
const MOST_COMPARED: usize = 4_000;

/// Letters that must stand as they should around a misspelt word of a few letters.
const LETTERS_AROUND_SHORT: usize = 12;

/// Letters of telling words that must stand as they should beside a misspelt word of up to five.
const LETTERS_BESIDE: usize = 4;

/// Texts of more words than this are also looked at for misspelt short words.
const SHORTEST_WITH_SHORT: usize = 2;

/// From so many letters on a word may be two edits away.
const TWO_EDITS_FROM: usize = 8;

/// A single word is corrected to an imported label from so many letters on, by one edit, and by two
/// from the second number on: among ten thousand names nearly every short word has a neighbour.
const SINGLE_ONE_EDIT_FROM: usize = 6;
const SINGLE_TWO_EDITS_FROM: usize = 12;

/// Number of a word in [`Phrases`].
type WordNumber = u32;

/// Lists one behind the other.
#[derive(Default)]
struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn new(lists: impl Iterator<Item = Vec<u32>>) -> Self {
        let (mut starts, mut items) = (vec![0], Vec::new());
        for list in lists {
            items.extend(list);
            starts.push(items.len() as u32);
        }
        items.shrink_to_fit();
        starts.shrink_to_fit();
        Self { starts, items }
    }

    fn get(&self, at: u32) -> &[u32] {
        let at = at as usize;
        &self.items[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The words of all labels, and which words each label has.
#[derive(Default)]
pub(super) struct Phrases {
    words: fst::Map<Vec<u8>>,
    texts: Vec<Box<str>>,
    /// Words that say little: "Syndrom", "mit".
    is_weak: Vec<bool>,
    /// For each phrase its words, sorted.
    words_of: Lists,
    labels: Vec<LabelNumber>,
    /// For each word the phrases that have it.
    phrases_with: Lists,
}

/// A label that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PhraseMatch {
    pub(super) words: Range<usize>,
    pub(super) edits: u8,
    /// All labels of these words, those of the smallest number first.
    pub(super) labels: Vec<LabelNumber>,
}

/// Gathers labels for [`Phrases`].
#[derive(Default)]
pub(super) struct PhrasesBuilder {
    numbers: HashMap<String, u32>,
    phrases: Vec<(LabelNumber, Vec<u32>)>,
}

impl PhrasesBuilder {
    pub(super) fn add(&mut self, label: LabelNumber, words: &[Word]) {
        let mut numbers = Vec::with_capacity(words.len());
        for word in words {
            let next = self.numbers.len() as u32;
            let number = *self.numbers.entry(word.forms.folded.clone()).or_insert(next);
            numbers.push(number);
        }
        self.phrases.push((label, numbers));
    }

    /// Returns the phrases; `is_weak` says which words say little.
    pub(super) fn build(self, is_weak: impl Fn(&str) -> bool) -> Phrases {
        let mut sorted: Vec<(String, u32)> = self.numbers.into_iter().collect();
        sorted.sort();
        let mut renumbered = vec![0; sorted.len()];
        for (new, (_, old)) in sorted.iter().enumerate() {
            renumbered[*old as usize] = new as WordNumber;
        }
        let keys = sorted.iter().enumerate().map(|(at, (word, _))| (word, at as u64));
        let words = fst::Map::from_iter(keys).expect("sorted just now");
        let texts: Vec<Box<str>> =
            sorted.into_iter().map(|(word, _)| word.into_boxed_str()).collect();
        let mut labels = Vec::new();
        let mut with: Vec<Vec<u32>> = vec![Vec::new(); texts.len()];
        let mut lists = Vec::new();
        for (label, numbers) in self.phrases {
            let mut numbers: Vec<WordNumber> =
                numbers.into_iter().map(|number| renumbered[number as usize]).collect();
            numbers.sort_unstable();
            for number in &numbers {
                let phrases = &mut with[*number as usize];
                if phrases.last() != Some(&(labels.len() as u32)) {
                    phrases.push(labels.len() as u32);
                }
            }
            labels.push(label);
            lists.push(numbers);
        }
        Phrases {
            is_weak: texts.iter().map(|text| is_weak(text)).collect(),
            words,
            texts,
            words_of: Lists::new(lists.into_iter()),
            labels,
            phrases_with: Lists::new(with.into_iter()),
        }
    }
}

/// What a text offers to the comparison.
struct Offer<'a> {
    words: &'a [Word],
    taken: &'a [bool],
    strange: &'a [bool],
    known: Vec<Option<WordNumber>>,
}

impl Phrases {
    /// Says whether a folded word stands in any label.
    pub(super) fn has_word(&self, folded: &str) -> bool {
        self.words.contains_key(folded)
    }

    /// Returns the longest label in words.
    pub(super) fn longest(&self) -> usize {
        (0..self.labels.len() as u32)
            .map(|phrase| self.words_of.get(phrase).len())
            .max()
            .unwrap_or(0)
    }

    /// Finds labels of two and more words that stand in the text with one or two misspelt words.
    pub(super) fn find(
        &self,
        words: &[Word],
        taken: &[bool],
        strange: &[bool],
        automata: &Automata,
    ) -> Vec<PhraseMatch> {
        let is_free = |at: &usize| !taken[*at];
        let strangers: Vec<usize> = (0..words.len())
            .filter(is_free)
            .filter(|at| strange[*at] && !has_digit(&words[*at].forms.folded))
            .take(MOST_STRANGE)
            .collect();
        // "Ttp" for "Typ": short words are too often words of another kind to look strange.
        let has_short = || {
            words.len() > SHORTEST_WITH_SHORT
                && (0..words.len()).any(|at| is_free(&at) && words[at].forms.folded.len() <= 3)
        };
        if words.len() < 2 || (strangers.is_empty() && !has_short()) {
            return Vec::new();
        }
        let known = words
            .iter()
            .map(|word| self.words.get(&word.forms.folded).map(|number| number as WordNumber));
        let offer = Offer { words, taken, strange, known: known.collect() };
        // Words that lead to labels: corrections, and the rarest of those that are right.
        let mut seeds: Vec<(WordNumber, usize)> = Vec::new();
        let mut right: Vec<(usize, WordNumber, usize)> = Vec::new();
        for at in (0..words.len()).filter(is_free) {
            let Some(number) = offer.known[at] else { continue };
            right.push((self.phrases_with.get(number).len(), number, at));
        }
        right.sort_unstable();
        for at in &strangers {
            for typed in spellings(&words[*at]) {
                let found = self.corrections(typed, automata).into_iter();
                seeds.extend(found.map(|(number, _)| (number, *at)));
            }
        }
        seeds.extend(right.into_iter().take(SEEDS).map(|(_, number, at)| (number, at)));
        let mut best: HashMap<(usize, usize), (u8, Vec<LabelNumber>)> = HashMap::new();
        let mut compared = 0;
        for (number, at) in seeds {
            let phrases = self.phrases_with.get(number);
            if phrases.len() > COMMON {
                continue;
            }
            for phrase in phrases {
                compared += 1;
                if compared > MOST_COMPARED {
                    break;
                }
                self.compare(*phrase, at, &offer, |range, edits, label| {
                    let kept =
                        best.entry((range.start, range.end)).or_insert_with(|| (edits, Vec::new()));
                    if edits < kept.0 {
                        *kept = (edits, Vec::new());
                    }
                    if edits == kept.0 && !kept.1.contains(&label) {
                        kept.1.push(label);
                    }
                });
            }
        }
        best.into_iter()
            .map(|((start, end), (edits, mut labels))| {
                labels.sort_unstable();
                PhraseMatch { words: start..end, edits, labels }
            })
            .collect()
    }

    /// Compares a phrase with every stretch of its length around the word `at`.
    fn compare(
        &self,
        phrase: u32,
        at: usize,
        offer: &Offer<'_>,
        mut met: impl FnMut(Range<usize>, u8, LabelNumber),
    ) {
        let wanted = self.words_of.get(phrase);
        let count = wanted.len();
        if count < 2 || count > offer.words.len() {
            return;
        }
        let first = (at + 1).saturating_sub(count);
        for start in first..=at.min(offer.words.len() - count) {
            let range = start..start + count;
            if offer.taken[range.clone()].iter().any(|taken| *taken) {
                continue;
            }
            if let Some(edits) = self.edits_between(wanted, range.clone(), offer) {
                met(range, edits, self.labels[phrase as usize]);
            }
        }
    }

    /// Returns how many edits lie between a stretch of the text and a label's words in any order;
    /// `None` where they are another matter, and where nothing is misspelt.
    fn edits_between(
        &self,
        wanted: &[WordNumber],
        range: Range<usize>,
        offer: &Offer<'_>,
    ) -> Option<u8> {
        let mut missing: Vec<WordNumber> = Vec::with_capacity(2);
        let mut used = [false; 64];
        let (mut telling, mut right) = (0, 0);
        if range.len() > used.len() {
            return None;
        }
        for number in wanted {
            let found = range
                .clone()
                .find(|at| offer.known[*at] == Some(*number) && !used[*at - range.start]);
            if let Some(at) = found {
                used[at - range.start] = true;
                let letters = self.texts[*number as usize].chars().count();
                right += letters;
                telling += if self.is_weak[*number as usize] { 0 } else { letters };
            } else {
                missing.push(*number);
                if missing.len() > 2 {
                    return None;
                }
            }
        }
        let left: Vec<usize> = range.clone().filter(|at| !used[*at - range.start]).collect();
        let pair =
            |number: WordNumber, at: usize| self.edits_of_word(number, at, offer, telling, right);
        let edits = match (missing.as_slice(), left.as_slice()) {
            ([number], [at]) => pair(*number, *at)?,
            ([one, other], [first, second]) if wanted.len() > 2 => {
                let straight = pair(*one, *first).zip(pair(*other, *second)).map(|(a, b)| a + b);
                let crossed = pair(*one, *second).zip(pair(*other, *first)).map(|(a, b)| a + b);
                straight.into_iter().chain(crossed).min()?
            }
            _ => return None,
        };
        (1..=2).contains(&edits).then_some(edits)
    }

    /// Returns how many edits lie between a typed word and a label's; `telling` and `right` are the
    /// letters around that stand as they should.
    fn edits_of_word(
        &self,
        number: WordNumber,
        at: usize,
        offer: &Offer<'_>,
        telling: usize,
        right: usize,
    ) -> Option<u8> {
        let wanted = &*self.texts[number as usize];
        let typed = offer.words[at].forms.folded.as_str();
        let letters = wanted.chars().count();
        let is_number = |word: &str| word.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
        // Codes, numbers and single letters tell one type from another.
        if letters < 2
            || has_digit(wanted)
            || has_digit(typed)
            || is_number(wanted)
            || is_number(typed)
        {
            return None;
        }
        let is_short = letters <= 3;
        let may_differ = if is_short {
            right >= LETTERS_AROUND_SHORT && letters == 3
        } else {
            offer.strange[at] && (letters > 5 || telling >= LETTERS_BESIDE)
        };
        if !may_differ {
            return None;
        }
        let most = if letters >= TWO_EDITS_FROM { 2 } else { 1 };
        let edits = spellings(&offer.words[at]).map(|typed| osa_distance(typed, wanted)).min()?;
        (edits <= most).then_some(edits as u8)
    }

    /// Finds imported labels of one word that a strange word may be a misspelling of, the nearest
    /// ones only.
    pub(super) fn single(
        &self,
        typed: &str,
        automata: &Automata,
    ) -> Option<(u8, Vec<LabelNumber>)> {
        let letters = typed.chars().count();
        let most = match letters {
            0..SINGLE_ONE_EDIT_FROM => 0,
            SINGLE_ONE_EDIT_FROM..SINGLE_TWO_EDITS_FROM => 1,
            _ => 2,
        };
        if most == 0 || has_digit(typed) {
            return None;
        }
        let same_start = |text: &str| text.chars().next() == typed.chars().next();
        let mut best: Option<(u8, Vec<LabelNumber>)> = None;
        for (number, edits) in self.corrections(typed, automata) {
            let text = &*self.texts[number as usize];
            let is_far =
                edits > most || (!same_start(text) && (letters < TWO_EDITS_FROM || edits > 1));
            if is_far {
                continue;
            }
            let alone = self.phrases_with.get(number).iter();
            let alone = alone.filter(|phrase| self.words_of.get(**phrase).len() == 1);
            let labels: Vec<LabelNumber> =
                alone.map(|phrase| self.labels[*phrase as usize]).collect();
            if labels.is_empty() {
                continue;
            }
            match &mut best {
                Some((known, kept)) if *known == edits => kept.extend(labels),
                Some((known, _)) if *known < edits => {}
                _ => best = Some((edits, labels)),
            }
        }
        best
    }

    /// Returns words of labels close to a typed one, the nearest distance only.
    fn corrections(&self, typed: &str, automata: &Automata) -> Vec<(WordNumber, u8)> {
        let letters = typed.chars().count();
        if !(4..=60).contains(&letters) {
            return Vec::new();
        }
        let near = self.within(typed, &automata.within(typed, 1));
        if !near.is_empty() || letters < TWO_EDITS_FROM {
            return near;
        }
        self.within(typed, &automata.within(typed, 2))
    }

    fn within(&self, typed: &str, automaton: &Fuzzy) -> Vec<(WordNumber, u8)> {
        let mut found = Vec::new();
        let mut stream = self.words.search(automaton).into_stream();
        while let Some((_, number)) = stream.next() {
            let number = number as WordNumber;
            let text = &*self.texts[number as usize];
            let edits = automaton.distance(text).unwrap_or(u8::MAX);
            if text != typed && edits <= 2 && !has_digit(text) {
                found.push((number, edits));
            }
            if found.len() == MOST_CORRECTIONS {
                break;
            }
        }
        found
    }
}

/// Returns a word folded, and as typed where folding took an `ae` for an umlaut: "fokae" is nearer
/// to "fokale" than "foka".
fn spellings(word: &Word) -> impl Iterator<Item = &str> {
    let forms = &word.forms;
    let typed =
        Some(forms.exact.as_str()).filter(|exact| *exact != forms.folded && exact.is_ascii());
    std::iter::once(forms.folded.as_str()).chain(typed)
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}
