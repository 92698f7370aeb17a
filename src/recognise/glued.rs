//! Words that people write as one although each half says something of its own: "Tinnitustreff",
//! "msgruppe", "Demenzangehörige".
//!
//! In: the words of a query and what a word on its own would mean. Out: the same words, each such
//! word in two, so that every recogniser reads the halves as if a space stood between them.

use std::collections::HashSet;

use crate::analysis::{Analyzer, Word};
use crate::reference::Vocabulary;

/// Shortest second half, in letters: shorter ones end too many words by accident.
const SHORTEST_TAIL: usize = 4;

/// Shortest first half that may stand before any second half; shorter ones are abbreviations, and
/// only words for "group" follow those.
const SHORTEST_HEAD: usize = 3;

/// Beginnings of the words for a group.
const GROUP_WORDS: [&str; 5] = ["grupp", "treff", "selbsthilf", "stammtisch", "shg"];

/// What may link two halves: "Depression-s-gruppe".
const LINKS: [&str; 5] = ["s", "n", "en", "es", "er"];

/// What the halves of a word mean on their own.
pub trait Meaning {
    /// Says whether a word says something whole, so that nobody should part it.
    fn is_whole(&self, word: &Word) -> bool;
    /// Says whether words are a concept's name as it stands.
    fn is_name(&self, words: &[Word]) -> bool;
    /// Says whether words are a concept's name, perhaps misspelt.
    fn is_nearly_name(&self, words: &[Word]) -> bool;
}

/// Parts words.
pub struct Parter {
    analyzer: Analyzer,
    /// Second halves, folded.
    tails: HashSet<String>,
}

impl Parter {
    /// Gathers the second halves: words of the closed lists of the vocabulary.
    pub fn new(vocabulary: &Vocabulary, analyzer: &Analyzer) -> Self {
        let kinds = ["audience", "age_group", "gender", "filler", "tail"];
        let words = vocabulary
            .recognisers
            .iter()
            .filter(|recogniser| kinds.contains(&recogniser.kind.as_str()))
            .flat_map(|recogniser| &recogniser.words);
        let tails = words.filter_map(|text| match analyzer.words(text).as_slice() {
            [word] if word.forms.folded.len() >= SHORTEST_TAIL => Some(word.forms.folded.clone()),
            _ => None,
        });
        Self { tails: tails.chain(["shg".to_owned()]).collect(), analyzer: analyzer.clone() }
    }

    /// Returns `words` with every word of two halves in two; their ranges still lie in `text`.
    pub fn part(&self, text: &str, words: Vec<Word>, meaning: &dyn Meaning) -> Vec<Word> {
        let may_part = |word: &Word| word.forms.folded.len() > SHORTEST_TAIL;
        if !words.iter().any(|word| may_part(word) && !meaning.is_whole(word)) {
            return words;
        }
        let mut out = Vec::with_capacity(words.len() + 1);
        for word in words {
            let halves = (may_part(&word) && !meaning.is_whole(&word))
                .then(|| self.halves(text, &word, meaning))
                .flatten();
            match halves {
                Some((head, tail)) => {
                    out.extend(head);
                    out.push(tail);
                }
                None => out.push(word),
            }
        }
        out
    }

    /// Returns the halves of a word; the longest second half wins, names before misspelt names.
    fn halves(&self, text: &str, word: &Word, meaning: &dyn Meaning) -> Option<(Vec<Word>, Word)> {
        let typed = &text[word.range.clone()];
        let borders: Vec<usize> = typed.char_indices().map(|(at, _)| at).skip(2).collect();
        let mut misspelt = None;
        for border in borders {
            let tail = self.words_of(text, word.range.start + border..word.range.end);
            let Ok([tail]) = <[Word; 1]>::try_from(tail) else { continue };
            if !self.tails.contains(&tail.forms.folded) {
                continue;
            }
            let is_group = GROUP_WORDS.iter().any(|start| tail.forms.folded.starts_with(start));
            for link in std::iter::once("").chain(LINKS) {
                let Some(head) = typed[..border].strip_suffix(link) else { continue };
                let head = self.words_of(text, word.range.start..word.range.start + head.len());
                let letters: usize = head.iter().map(|word| word.forms.folded.len()).sum();
                if letters < 2 || (letters < SHORTEST_HEAD && !(is_group && link.is_empty())) {
                    continue;
                }
                if meaning.is_name(&head) {
                    return Some((head, tail));
                }
                if is_group && misspelt.is_none() && meaning.is_nearly_name(&head) {
                    misspelt = Some((head, tail.clone()));
                }
            }
        }
        misspelt
    }

    fn words_of(&self, text: &str, bytes: std::ops::Range<usize>) -> Vec<Word> {
        let mut words = self.analyzer.words(&text[bytes.clone()]);
        for word in &mut words {
            word.range = bytes.start + word.range.start..bytes.start + word.range.end;
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::testing::{analyzer, vocabulary};

    /// Knows four names.
    struct Names;

    impl Meaning for Names {
        fn is_whole(&self, word: &Word) -> bool {
            word.forms.folded == "malgruppe"
        }

        fn is_name(&self, words: &[Word]) -> bool {
            let key: String = words.iter().map(|word| word.forms.folded.as_str()).collect();
            ["tinnitus", "ms", "depression", "demenz", "mal"].contains(&key.as_str())
        }

        fn is_nearly_name(&self, words: &[Word]) -> bool {
            words.len() == 1 && words[0].forms.folded == "tinitus"
        }
    }

    #[test]
    fn a_name_and_a_word_for_a_group_or_its_people_are_two_words() {
        let analyzer = analyzer();
        let parter = Parter::new(vocabulary(), &analyzer);
        for (typed, halves) in [
            ("Tinnitustreff", "Tinnitus treff"),
            ("tinitusgruppe", "tinitus gruppe"),
            ("MSGruppe", "MS Gruppe"),
            ("depressionsgruppe Jena", "depression gruppe Jena"),
            ("Demenzangehörige", "Demenz angehörige"),
            ("Malgruppe", "Malgruppe"),
            ("Blutgruppe", "Blutgruppe"),
            ("mskinder", "mskinder"),
        ] {
            let words = parter.part(typed, analyzer.words(typed), &Names);
            let parted: Vec<&str> = words.iter().map(|word| &typed[word.range.clone()]).collect();
            assert_eq!(parted.join(" "), halves);
        }
    }
}
