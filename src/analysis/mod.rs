//! The one text chain for index, query, vocabulary and suggest.

mod words;

pub use words::{Analyzer, Word, WordForms, code_points};
