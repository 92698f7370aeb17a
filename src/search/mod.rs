//! From a checked request to hits, reasons and ways on.

pub mod answer;
pub mod request;
mod searcher;

pub use searcher::{ContactPointRequest, ExportRecord, Page, SearchError, Searcher};
