//! What a plain engine answers: PostgreSQL's `german` full text with pg_trgm, through `postgres.sh`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::example_support::Examples;
use super::figures::Ranked;
use super::judged::{JudgedSet, Key};

/// Asks every query of the set.
///
/// # Errors
///
/// What keeps PostgreSQL from answering.
pub fn ask_all(set: &JudgedSet, examples: &Examples) -> Result<Vec<Ranked>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let write = |name: &str, text: String| {
        std::fs::write(folder.path().join(name), text).map_err(|error| error.to_string())
    };
    let (records, keys) = records(examples);
    write("records.tsv", records)?;
    let queries = set.queries.iter().map(|query| format!("{}\t{}\n", query.id, cell(&query.text)));
    write("queries.tsv", queries.collect())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/relevance/postgres.sh");
    let status = Command::new("sh").arg(script).arg(folder.path()).status();
    let status = status.map_err(|error| error.to_string())?;
    if !status.success() {
        return Err(format!("postgres.sh ended with {status}"));
    }
    let ranked = std::fs::read_to_string(folder.path().join("ranked.tsv"));
    let mut hits: HashMap<String, Vec<Vec<Key>>> = HashMap::new();
    for line in ranked.map_err(|error| error.to_string())?.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, _, record] = cells[..] else { return Err(format!("ranked.tsv: {line}")) };
        let record: usize = record.parse().map_err(|_| format!("ranked.tsv: {line}"))?;
        hits.entry(id.to_owned()).or_default().push(vec![set.one(keys[record])]);
    }
    let of = |id: &String| Ranked { hits: hits.remove(id).unwrap_or_default() };
    Ok(set.queries.iter().map(|query| &query.id).map(of).collect())
}

/// Returns the groups as rows of number, title and body, and the key of each number.
fn records(examples: &Examples) -> (String, Vec<Key>) {
    let generation = examples.search(&[("limit", "0")]).generation;
    let mut out = String::new();
    let mut keys = Vec::new();
    for group in 0..generation.columns.len() as u32 {
        let detail: serde_json::Value =
            serde_json::from_slice(generation.detail(group)).expect("made at build");
        let text = |pointer: &str| {
            detail.pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
        };
        let topics = detail["topics"].as_array().into_iter().flatten();
        let topics: Vec<&str> = topics.filter_map(|topic| topic.as_str()).collect();
        let title = [text("/name"), topics.join(" ")].join(" ");
        let body = [text("/description"), text("/venue/town"), text("/venue/district_name")];
        let _ = writeln!(out, "{}\t{}\t{}", keys.len(), cell(&title), cell(&body.join(" ")));
        keys.push(generation.columns.id[group as usize]);
    }
    (out, keys)
}

/// Writes a text as a cell of PostgreSQL's text format.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace(['\t', '\n', '\r'], " ")
}
