//! Text in, words with all their forms out.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::reference::{Gazetteer, LabelKind, Lexicon, Vocabulary};

use super::compound::Compounds;
use super::fold::Folder;
use super::normalise::letters;
use super::segment::{RawWord, segment};
use super::stem::Stems;

/// All forms of one word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordForms {
    /// NFC, case folded, ß as ss; umlauts kept, and written as letters where they were typed as
    /// `ae`, `oe`, `ue`.
    pub exact: String,
    /// The same with umlauts folded, so that `ä`, `ae` and `a` meet.
    pub folded: String,
    /// The stem of the folded form; of a compound the stems of its parts run together, so that
    /// linking elements and joined or separate writing do not matter.
    pub stem: String,
    /// Stems of the parts of a compound; empty where the word is not split.
    pub parts: Vec<String>,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes of the original text.
    pub range: Range<usize>,
    /// Whether only a hyphen, or what is used like one (`ME/CFS`, `Trans*personen`), stands
    /// between it and the word before.
    pub hyphen_before: bool,
    /// Its forms, shared.
    pub forms: Arc<WordForms>,
}

/// The text chain, ready to use; cheap to clone.
#[derive(Clone)]
pub struct Analyzer {
    chain: Arc<Chain>,
}

struct Chain {
    /// Tells the memories of two chains apart.
    number: u64,
    folder: Folder,
    compounds: Compounds,
    stems: Stems,
}

/// Words that a thread remembers; then it forgets all and starts again. At some 200 bytes each
/// this is 10 MB at most.
const MAX_REMEMBERED: usize = 50_000;

/// Longer words are rare, and remembering them would let a sender fill the memory.
const MAX_REMEMBERED_BYTES: usize = 64;

/// A name shorter than this is not taken as part of compounds: it would be found by accident.
const MIN_NAME_PART: usize = 6;

/// Words of place names that are no names: "Landkreis Görlitz".
const NO_NAMES: [&str; 6] = [
    "landkreis",
    "regionalverband",
    "stadteregion",
    "stadtkreis",
    "hansestadt",
    "landeshauptstadt",
];

#[derive(Default)]
struct Memory {
    chain: u64,
    forms: HashMap<String, Arc<WordForms>>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

impl Analyzer {
    /// Builds the chain from the word lists of the vocabulary; names of concepts and places are
    /// never split.
    pub fn new(vocabulary: &Vocabulary, gazetteer: &Gazetteer) -> Self {
        let places = gazetteer
            .places()
            .iter()
            .flat_map(|place| std::iter::once(&place.name).chain(&place.other_names));
        let districts = gazetteer
            .districts()
            .iter()
            .flat_map(|district| std::iter::once(&district.name).chain(&district.other_names));
        let labels = vocabulary
            .concepts
            .iter()
            // Imported names would change how texts are split, and with it every index.
            .flat_map(|concept| concept.own())
            .filter(|(_, kind)| matches!(kind, LabelKind::Preferred | LabelKind::Synonym))
            .map(|(label, _)| label.as_str());
        let places = places.chain(districts).map(String::as_str);
        Self::from_lexicon(&vocabulary.lexicon, places, labels)
    }

    /// Builds the chain from word lists alone. `places` are never split; words of one-word
    /// `labels` that the lexicon cannot split are names, kept whole in compounds
    /// ("Sarkoidosegruppe").
    pub fn from_lexicon<'a>(
        lexicon: &Lexicon,
        places: impl IntoIterator<Item = &'a str>,
        labels: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        static CHAINS: AtomicU64 = AtomicU64::new(1);
        let mut chain = Chain {
            number: CHAINS.fetch_add(1, Ordering::Relaxed),
            folder: Folder::new(&lexicon.true_umlauts),
            compounds: Compounds::default(),
            stems: Stems::default(),
        };
        for line in &lexicon.compounds {
            chain.folder.add_border_word(&in_lower_case(line.trim_matches('-')));
        }
        for line in &lexicon.compounds {
            let folded = chain.folder.fold(&in_lower_case(line));
            if !folded.ends_with('-') {
                chain.stems.add_base(folded.trim_start_matches('-'));
            }
            chain.compounds.add(&folded);
        }
        for (word, stem) in &lexicon.stems {
            let folded = chain.folder.fold(&in_lower_case(word));
            chain.stems.add_exception(folded, stem.clone());
        }
        for word in &lexicon.unsplit {
            let folded = chain.folder.fold(&in_lower_case(word));
            chain.compounds.keep_whole(folded.clone());
            if folded.len() >= MIN_NAME_PART {
                chain.compounds.add(&folded);
            }
        }
        for place in places {
            for word in segment(&letters(place)) {
                let folded = chain.folder.fold(&word.exact);
                if !NO_NAMES.contains(&folded.as_str()) {
                    chain.compounds.keep_whole(folded);
                }
            }
        }
        let mut names = Vec::new();
        for label in labels {
            if let [word] = segment(&letters(label)).as_slice() {
                let folded = chain.folder.fold(&word.exact);
                let is_word = folded.bytes().all(|byte| byte.is_ascii_lowercase());
                if is_word
                    && folded.len() >= MIN_NAME_PART
                    && chain.compounds.split(&folded).is_none()
                {
                    names.push(folded);
                }
            }
        }
        for name in names {
            chain.compounds.add(&name);
        }
        Self { chain: Arc::new(chain) }
    }

    /// Returns the words of a text in their order.
    pub fn words(&self, text: &str) -> Vec<Word> {
        let raw = segment(&letters(text));
        raw.into_iter()
            .map(|RawWord { exact, range, glued }| Word {
                range,
                hyphen_before: glued,
                forms: self.forms(&exact),
            })
            .collect()
    }

    /// Returns the folded words of a text run together: the key under which hyphen, space and
    /// joined spellings meet.
    pub fn key(&self, text: &str) -> String {
        self.words(text).iter().map(|word| word.forms.folded.as_str()).collect()
    }

    /// Returns the stems of a text run together: the key under which inflected forms and the
    /// spellings of [`Analyzer::key`] meet.
    pub fn stem_key(&self, text: &str) -> String {
        self.words(text).iter().map(|word| word.forms.stem.as_str()).collect()
    }

    /// Returns the folded words of a text with one space between them.
    pub fn fold(&self, text: &str) -> String {
        let words = self.words(text);
        words.iter().map(|word| word.forms.folded.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Returns the forms of words written together, as in "Long Covid" → "longcovid".
    pub fn joined(&self, words: &[Word]) -> Arc<WordForms> {
        self.forms(&words.iter().map(|word| word.forms.exact.as_str()).collect::<String>())
    }

    /// Returns the forms of one word in lower case, from the thread's memory where it is there.
    fn forms(&self, exact: &str) -> Arc<WordForms> {
        if exact.len() > MAX_REMEMBERED_BYTES {
            return Arc::new(self.chain.forms(exact));
        }
        MEMORY.with_borrow_mut(|memory| {
            if memory.chain != self.chain.number || memory.forms.len() >= MAX_REMEMBERED {
                memory.forms.clear();
                memory.chain = self.chain.number;
            }
            if let Some(known) = memory.forms.get(exact) {
                return Arc::clone(known);
            }
            let forms = Arc::new(self.chain.forms(exact));
            memory.forms.insert(exact.to_owned(), Arc::clone(&forms));
            forms
        })
    }

    /// Says whether a folded word is a place's name or a name that is never split: a right word,
    /// whatever else it is close to.
    pub fn is_listed(&self, folded: &str) -> bool {
        self.chain.compounds.is_whole(folded)
    }

    /// Returns where the parts of a word begin in its folded form, for the gold lists.
    #[cfg(test)]
    pub(super) fn borders(&self, text: &str) -> Vec<usize> {
        let folded = self.key(text);
        let parts = self.chain.compounds.split(&folded).unwrap_or_default();
        parts.iter().map(|part| part.start).filter(|start| *start > 0).collect()
    }
}

impl Chain {
    fn forms(&self, exact: &str) -> WordForms {
        let folded = self.folder.fold(exact);
        let split = self.compounds.split(&folded).unwrap_or_default();
        let parts: Vec<String> = split.iter().map(|part| self.stems.stem(part.word)).collect();
        let is_listed = self.stems.is_exception(&folded);
        let stem =
            if parts.is_empty() || is_listed { self.stems.stem(&folded) } else { parts.concat() };
        WordForms { exact: self.folder.with_umlauts(exact), folded, stem, parts }
    }
}

/// Returns a list entry as the chain writes words.
fn in_lower_case(entry: &str) -> String {
    letters(entry)
        .iter()
        .flat_map(|letter| letter.c.to_lowercase())
        .collect::<String>()
        .replace('ß', "ss")
}

/// Returns a byte range as a `[start, end)` range of Unicode code points of `text`.
pub fn code_points(text: &str, range: &Range<usize>) -> [usize; 2] {
    let start = text[..range.start].chars().count();
    [start, start + text[range.clone()].chars().count()]
}
