//! From a checked request to hits, reasons and ways on.

pub mod answer;
pub mod request;
