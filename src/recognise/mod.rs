//! What a text speaks of: small pure functions over its words, used by import and search.
//!
//! In: the words of `analysis/`. Out: notes that say what was found in which words. Nothing here
//! knows the index, a request or a file.

pub mod code;
pub mod concept;
pub mod contact_point;
pub mod duplicates;
pub mod glued;
pub mod pattern;
mod phonetics;
pub mod place;
pub mod similarity;
pub mod spelling;
pub mod term;
#[cfg(test)]
mod testing;

use std::ops::Range;

use crate::analysis::Word;

/// Something found in the words of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<T> {
    /// What was found.
    pub value: T,
    /// The words it was found in.
    pub words: Range<usize>,
}

/// Returns the words that a range of bytes of the text touches, or `None` where it touches none.
fn words_within(words: &[Word], bytes: &Range<usize>) -> Option<Range<usize>> {
    let touches = |word: &Word| word.range.start < bytes.end && bytes.start < word.range.end;
    let first = words.iter().position(touches)?;
    let last = words.iter().rposition(touches)?;
    Some(first..last + 1)
}

/// Says whether none of these words is taken.
fn is_free(taken: &[bool], words: &Range<usize>) -> bool {
    !taken[words.clone()].iter().any(|taken| *taken)
}

/// Returns the folded words run together.
fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.forms.folded.as_str()).collect()
}
