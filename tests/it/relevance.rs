//! The right groups come first, for a thousand judged queries: no change may make that worse
//! without the committed table saying so.

#[path = "../../bench/relevance/mod.rs"]
#[expect(dead_code, reason = "`make relevance` uses more of it")]
mod set;

use crate::example_support::Examples;
use set::figures::{as_text, score, table};
use set::guard::{from_tsv, losses};
use set::judged::JudgedSet;

#[test]
fn no_class_of_queries_is_answered_worse_than_the_committed_table_says() {
    let examples = Examples::load();
    let set = JudgedSet::read();
    let answers = set::ours::ask_all(&set, |pairs| examples.search(pairs));
    let scores: Vec<_> =
        set.queries.iter().zip(&answers).map(|(query, ranked)| score(query, ranked)).collect();
    let now = table(&set.queries, &scores);
    let committed = from_tsv(include_str!("../../bench/relevance/results.tsv"));
    let lost = losses(&committed, &now);
    assert!(
        lost.is_empty(),
        "{}\n\n{}\nIf this is meant: `make relevance-table`, and say why in the commit.",
        lost.join("\n"),
        as_text(&now)
    );
}
