//! From a checked request to hits, reasons and ways on.
//!
//! In: a [`SearchRequest`](request::SearchRequest), whose parameters are each right by themselves.
//! Out: the types of [`answer`]. The way: `interpret` (what is asked for), `matching` (which groups
//! fit, how well), `filters`, `rank` (their order), `facets`, `highlight`, `fallback` (ways on).

pub mod answer;
mod cursor;
mod facets;
mod fallback;
mod filters;
mod highlight;
mod interpret;
mod live;
mod lookups;
mod matching;
mod rank;
pub mod request;
mod run;
mod searcher;
mod suggest;
mod tables;
mod text;

pub use searcher::{ContactPointRequest, ExportRecord, Page, SearchError, Searcher};
pub use tables::Tables;

use crate::reference::Concept;
use request::AnswerLanguage;

/// Returns a concept's label in a language, the German one where there is none.
pub(crate) fn label_in(concept: &Concept, language: AnswerLanguage) -> &str {
    let translated = match language {
        AnswerLanguage::German
        | AnswerLanguage::Russian
        | AnswerLanguage::Ukrainian
        | AnswerLanguage::Arabic
        | AnswerLanguage::Vietnamese => None,
        AnswerLanguage::English => concept.english.as_deref(),
        AnswerLanguage::Simple => concept.simple.as_deref(),
        AnswerLanguage::UpperSorbian => concept.hsb.as_deref(),
    };
    translated.unwrap_or(&concept.label)
}
