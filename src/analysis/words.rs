//! Text in, words with all their forms out. (Skeleton with the final interface.)

use std::ops::Range;
use std::sync::Arc;

use crate::reference::{Gazetteer, Vocabulary};

/// All forms of one word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordForms {
    /// NFC, case folded, ß as ss; umlauts kept.
    pub exact: String,
    /// The same with umlauts folded, so that `ä`, `ae` and `a` meet.
    pub folded: String,
    /// The stem of the folded form.
    pub stem: String,
    /// Stems of the parts of a compound; empty where the word is not split.
    pub parts: Vec<String>,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes of the original text.
    pub range: Range<usize>,
    /// Whether only a hyphen stands between it and the word before.
    pub hyphen_before: bool,
    /// Its forms, shared.
    pub forms: Arc<WordForms>,
}

/// The text chain, ready to use; cheap to clone.
#[derive(Clone)]
pub struct Analyzer {}

impl Analyzer {
    /// Builds the chain from the word lists of the vocabulary; names of concepts and places are
    /// never split.
    pub fn new(_vocabulary: &Vocabulary, _gazetteer: &Gazetteer) -> Self {
        Self {}
    }

    /// Returns the words of a text in their order.
    pub fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        let mut start = None;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            match (c.is_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    let exact = text[from..at].to_lowercase().replace('ß', "ss");
                    let folded = exact
                        .replace("ae", "a")
                        .replace("oe", "o")
                        .replace('ä', "a")
                        .replace('ö', "o")
                        .replace('ü', "u")
                        .replace("ue", "u");
                    let forms =
                        WordForms { stem: folded.clone(), folded, exact, parts: Vec::new() };
                    words.push(Word {
                        range: from..at,
                        hyphen_before: false,
                        forms: Arc::new(forms),
                    });
                    start = None;
                }
                _ => {}
            }
        }
        words
    }

    /// Returns the folded words of a text, joined by single spaces.
    pub fn fold(&self, text: &str) -> String {
        let words = self.words(text);
        let folded: Vec<&str> = words.iter().map(|word| word.forms.folded.as_str()).collect();
        folded.join(" ")
    }

    /// Returns the folded words of a text run together: the key under which hyphen, space and
    /// joined spellings meet.
    pub fn key(&self, text: &str) -> String {
        self.words(text).iter().map(|word| word.forms.folded.as_str()).collect()
    }
}

/// Returns a byte range as a `[start, end)` range of Unicode code points of `text`.
pub fn code_points(text: &str, range: &Range<usize>) -> [usize; 2] {
    let start = text[..range.start].chars().count();
    [start, start + text[range.clone()].chars().count()]
}
