//! The one text chain for index, query, vocabulary and suggest.

pub mod tokenizer;
mod words;

pub use words::{Analyzer, Word, WordForms, code_points};
