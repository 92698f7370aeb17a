//! `wegweiser openapi`: the description of the HTTP interface, byte by byte as it is served.

use serde_json::Value;

use super::report::{Report, print_line};
use crate::http;

/// Prints the description; `--json` changes nothing, it is JSON already.
///
/// # Errors
///
/// When stdout takes nothing.
pub fn run() -> anyhow::Result<Report> {
    print_line(http::openapi_json().trim_end())?;
    Ok(Report::done("", Value::Null))
}
