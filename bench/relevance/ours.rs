//! Wegweiser's own answers to the judged queries.

use wegweiser::search::answer::SearchAnswer;

use super::figures::{DEPTH, Ranked};
use super::judged::{JudgedQuery, JudgedSet};

/// Returns what a person would be shown: the hits, each with all its listings.
pub fn ranked(set: &JudgedSet, answer: &SearchAnswer) -> Ranked {
    let columns = &answer.generation.columns;
    let keys = |group: u32| {
        let listings = columns.cluster_members.get(&group);
        let listings = listings.map_or_else(|| vec![group], Clone::clone);
        listings.iter().map(|listing| set.one(columns.id[*listing as usize])).collect()
    };
    Ranked { hits: answer.items.iter().map(|hit| keys(hit.group)).collect() }
}

/// Asks every query of the set through `search`, which takes the query pairs of an address.
pub fn ask_all(set: &JudgedSet, search: impl Fn(&[(&str, &str)]) -> SearchAnswer) -> Vec<Ranked> {
    let limit = DEPTH.to_string();
    let ask = |query: &JudgedQuery| ranked(set, &search(&[("q", &query.text), ("limit", &limit)]));
    set.queries.iter().map(ask).collect()
}
