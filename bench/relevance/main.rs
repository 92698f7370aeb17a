//! `make relevance`: how good the answers are, beside PostgreSQL's on the same records.
//!
//! In: the judged set of this folder, the example data. Out: a table with a row per class for
//! each engine, on stdout. `--write` writes ours to `results.tsv`, which the tests guard;
//! `--alone` leaves PostgreSQL out; `--worst N` names our N weakest queries.

#[path = "../../tests/it/example_support.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod example_support;
mod figures;
mod judged;
mod ours;
mod postgres;

/// What `example_support` reads the tables with.
mod support {
    use std::sync::{Arc, LazyLock};

    use wegweiser::reference::Reference;

    static REFERENCE: LazyLock<Arc<Reference>> =
        LazyLock::new(|| Arc::new(Reference::embedded().expect("the tables are tested")));

    /// Returns the tables.
    pub fn reference() -> Arc<Reference> {
        Arc::clone(&REFERENCE)
    }
}

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use example_support::Examples;
use figures::{Ranked, Score, as_text, as_tsv, score, table};
use judged::JudgedSet;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let worst = arguments.iter().skip_while(|argument| *argument != "--worst").nth(1);
    let examples = Examples::load();
    let set = JudgedSet::read();
    let answers = ours::ask_all(&set, |pairs| examples.search(pairs));
    let scores = scores_of(&set, &answers);
    let lines = table(&set.queries, &scores);
    println!("Wegweiser\n\n{}", as_text(&lines));
    if let Some(most) = worst.and_then(|most| most.parse().ok()) {
        print_worst(&set, &scores, most, &examples);
    }
    if has("--write") {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/relevance/results.tsv");
        std::fs::write(&file, as_tsv(&lines)).expect("a writable folder");
        println!("written to bench/relevance/results.tsv\n");
    }
    if has("--alone") {
        return ExitCode::SUCCESS;
    }
    match postgres::ask_all(&set, &examples) {
        Ok(answers) => {
            let scores = scores_of(&set, &answers);
            println!(
                "PostgreSQL, `german` full text and pg_trgm\n\n{}",
                as_text(&table(&set.queries, &scores))
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("PostgreSQL could not be asked: {error}");
            ExitCode::FAILURE
        }
    }
}

fn scores_of(set: &JudgedSet, answers: &[Ranked]) -> Vec<Score> {
    set.queries.iter().zip(answers).map(|(query, ranked)| score(query, ranked)).collect()
}

/// Prints the weakest queries, each with what was shown and what was missed.
fn print_worst(set: &JudgedSet, scores: &[Score], most: usize, examples: &Examples) {
    let worth = |score: &Score| {
        score.ndcg.unwrap_or(1.0).min(score.recall.unwrap_or(1.0))
            - score.false_friends as f64
            - f64::from(u8::from(score.is_silent == Some(false)))
    };
    let generation = examples.search(&[("limit", "0")]).generation;
    let names: HashMap<u128, String> = (0..generation.columns.len())
        .map(|group| {
            let text = generation.hit_texts(group as u32).name.to_string();
            (set.one(generation.columns.id[group]), text)
        })
        .collect();
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| worth(&scores[*a]).total_cmp(&worth(&scores[*b])));
    for at in order.into_iter().take(most) {
        let (query, score) = (&set.queries[at], &scores[at]);
        let answer = examples.search(&[("q", &query.text), ("limit", "20")]);
        let ranked = ours::ranked(set, &answer);
        let concepts = answer.interpretation.concepts.iter().map(|concept| concept.id.as_str());
        println!(
            "{} {:?}: nDCG {:.2}, recall {:.2}, {} false friends; {} hits, understood {:?}, text {:?}",
            query.id,
            query.text,
            score.ndcg.unwrap_or(f64::NAN),
            score.recall.unwrap_or(f64::NAN),
            score.false_friends,
            answer.total,
            concepts.collect::<Vec<_>>(),
            answer.interpretation.text,
        );
        let grade = |key: &u128| match query.grades.get(key) {
            _ if query.forbidden.contains(key) => "x".to_owned(),
            grade => grade.map_or("0".to_owned(), u8::to_string),
        };
        let shown: Vec<&u128> = ranked.hits.iter().filter_map(|keys| keys.first()).collect();
        for key in shown.iter().take(10) {
            println!("    {} {}", grade(key), names.get(key).map_or("", |name| name));
        }
        let mut missed: Vec<&u128> = query
            .grades
            .iter()
            .filter(|(key, grade)| **grade == 3 && !shown.contains(key))
            .map(|(key, _)| key)
            .collect();
        missed.sort();
        for key in missed.into_iter().take(4) {
            println!("    missed: {}", names.get(key).map_or("", |name| name));
        }
    }
    println!();
}
