//! The one text chain for index, query, vocabulary and suggest.
//!
//! In: any text. Out: its words with all their forms ([`WordForms`]): as written, folded, stemmed,
//! split into the parts of a compound. The same chain reads index, query and vocabulary, so that
//! two spellings of one word meet wherever they were written. Knows no field and no ranking.

mod compound;
mod fold;
mod normalise;
mod segment;
mod stem;
pub mod tokenizer;
mod words;

#[cfg(test)]
mod tests;

pub use tokenizer::{BODY, TITLE, register};
pub use words::{Analyzer, Word, WordForms, code_points};
