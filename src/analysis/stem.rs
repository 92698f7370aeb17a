//! Reduces a folded word to its stem.
//!
//! In: a folded word. Out: what all its inflected forms share. Order: the exceptions of
//! `stems.tsv`, the base form in the lexicon, feminine forms (Diabetikerinnen → Diabetiker), then
//! tantivy's German stemmer.

use std::collections::{HashMap, HashSet};

use tantivy::tokenizer::{
    Language, RawTokenizer, Stemmer, TokenFilter, TokenStream as _, Tokenizer as _,
};

/// Inflections that the last word of a compound and a lexicon word may carry, longest first.
pub(super) const ENDINGS: [&str; 13] =
    ["innen", "ern", "ses", "sen", "nen", "en", "er", "es", "em", "se", "e", "n", "s"];

/// A word with at most so many letters is an abbreviation or has no endings.
const MAX_UNSTEMMED: usize = 3;

/// What a word for a person ends on before -in and -innen.
const PERSONS: [&str; 17] = [
    "er", "or", "ist", "ent", "ant", "und", "eg", "og", "eut", "ik", "arzt", "wirt", "nachbar",
    "at", "ot", "end", "kraft",
];

/// Stems words.
#[derive(Default)]
pub(super) struct Stems {
    exceptions: HashMap<String, String>,
    /// Folded base forms whose inflections share the base form's stem.
    bases: HashSet<String>,
}

/// Where so few letters are left of a word that lost so many, it was no ending: "Demens" is not
/// "dem", nor "Magers" the "Mag" of "Magen".
const SHORT_STEM: usize = 3;
const MOST_LOST: usize = 3;

impl Stems {
    /// Tells the stem of a folded word.
    pub(super) fn add_exception(&mut self, folded: String, stem: String) {
        self.exceptions.insert(folded, stem);
    }

    /// Tells a folded base form.
    pub(super) fn add_base(&mut self, folded: &str) {
        if folded.len() > MAX_UNSTEMMED {
            self.bases.insert(folded.to_owned());
        }
    }

    /// Whether the list tells the stem of a folded word.
    pub(super) fn is_exception(&self, folded: &str) -> bool {
        self.exceptions.contains_key(folded)
    }

    /// Returns the stem of a folded word.
    pub(super) fn stem(&self, folded: &str) -> String {
        if let Some(stem) = self.exceptions.get(folded) {
            return stem.clone();
        }
        // Four letters with an s at the end are an abbreviation (FCAS) rather than a plural.
        let is_short = folded.len() <= MAX_UNSTEMMED
            || (folded.len() == MAX_UNSTEMMED + 1 && folded.ends_with('s'));
        if is_short || folded.bytes().any(|b| b.is_ascii_digit()) {
            return folded.to_owned();
        }
        if let Some(base) = feminine_base(folded) {
            return self.stem(base);
        }
        if let Some(twin) = latin_twin(folded) {
            return self.stem(&twin);
        }
        if self.bases.contains(folded) {
            return snowball(folded);
        }
        let base = ENDINGS[1..]
            .iter()
            .filter_map(|ending| folded.strip_suffix(ending))
            .find(|base| self.bases.contains(*base));
        match base {
            Some(base) => self.exceptions.get(base).cloned().unwrap_or_else(|| snowball(base)),
            None => Some(snowball(folded))
                .filter(|stem| stem.len() > SHORT_STEM || folded.len() < stem.len() + MOST_LOST)
                .unwrap_or_else(|| folded.to_owned()),
        }
    }
}

/// Returns the masculine word of a feminine one: `diabetikerinnen`, `partnerin`.
pub(super) fn feminine_base(folded: &str) -> Option<&str> {
    let base = folded.strip_suffix("innen").or_else(|| folded.strip_suffix("in"))?;
    let long_enough = base.len() >= 5 || base == "arzt";
    (long_enough && PERSONS.iter().any(|person| base.ends_with(person))).then_some(base)
}

/// Returns the Latin form of a word with a German ending: Somatisierung is Somatisation.
fn latin_twin(folded: &str) -> Option<String> {
    let base = folded.strip_suffix("isierung").or_else(|| folded.strip_suffix("isierungen"))?;
    (base.len() >= 4).then(|| format!("{base}isation"))
}

/// Calls tantivy's German stemmer.
pub(super) fn snowball(folded: &str) -> String {
    let mut chain = Stemmer::new(Language::German).transform(RawTokenizer::default());
    let mut stream = chain.token_stream(folded);
    stream.next().map_or_else(|| folded.to_owned(), |token| token.text.clone())
}
