//! What a text speaks of: small pure functions over its words, used by import and search.
//!
//! In: the words of `analysis/`. Out: notes that say what was found in which words. Nothing here
//! knows the index, a request or a file.

pub mod concept;
pub mod spelling;
