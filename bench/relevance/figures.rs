//! The figures of relevance: from ranked answers and judgements to one table with a row per class.
//!
//! nDCG with gains 2^grade − 1 and the logarithmic discount of Järvelin and Kekäläinen (2002);
//! success@1, recall@20 over the groups of the best grade, and the three ways to fail: no answer, a
//! false friend, an answer to nonsense.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::judged::{JudgedQuery, Key};

/// What an engine answered to one query: hits in order, each with the keys of all its listings.
#[derive(Debug, Default, Clone)]
pub struct Ranked {
    /// At most [`DEPTH`] hits.
    pub hits: Vec<Vec<Key>>,
}

/// How deep an answer is looked at.
pub const DEPTH: usize = 20;

/// How deep order counts.
const TOP: usize = 10;

/// The grade of a group that is just what was asked for.
const BEST: u8 = 3;

/// What one query scored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    /// Agreement of the first ten with the best order, 0 to 1; `None` where nothing is right.
    pub ndcg: Option<f64>,
    /// Whether the first hit is of the best grade there is; `None` where nothing is right.
    pub success: Option<bool>,
    /// Share of the best groups among the first twenty; `None` where there are none.
    pub recall: Option<f64>,
    /// Whether a query with right answers got none at all.
    pub is_empty: bool,
    /// Forbidden groups among the first ten.
    pub false_friends: usize,
    /// For nonsense: whether it was answered with nothing.
    pub is_silent: Option<bool>,
}

/// Judges one answer.
pub fn score(query: &JudgedQuery, ranked: &Ranked) -> Score {
    let mut seen = HashSet::new();
    let grades: Vec<u8> = ranked
        .hits
        .iter()
        .take(DEPTH)
        .map(|keys| {
            let best =
                keys.iter().filter_map(|key| query.grades.get(key).map(|g| (*g, *key))).max();
            match best {
                Some((grade, key)) if seen.insert(key) => grade,
                _ => 0,
            }
        })
        .collect();
    let forbidden = |keys: &&Vec<Key>| keys.iter().any(|key| query.forbidden.contains(key));
    let mut out = Score {
        false_friends: ranked.hits.iter().take(TOP).filter(forbidden).count(),
        is_silent: query.is_nonsense.then_some(ranked.hits.is_empty()),
        ..Score::default()
    };
    let mut ideal: Vec<u8> = query.grades.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let Some(&highest) = ideal.first() else { return out };
    out.is_empty = ranked.hits.is_empty();
    out.ndcg = Some(gain(&grades) / gain(&ideal));
    out.success = Some(grades.first() == Some(&highest));
    let wanted = ideal.iter().filter(|grade| **grade == BEST).count();
    if wanted > 0 {
        let found = grades.iter().filter(|grade| **grade == BEST).count();
        out.recall = Some(found as f64 / wanted.min(DEPTH) as f64);
    }
    out
}

fn gain(grades: &[u8]) -> f64 {
    let of_rank = |(rank, grade): (usize, &u8)| {
        (f64::from(1u32 << *grade) - 1.0) / ((rank + 2) as f64).log2()
    };
    grades.iter().take(TOP).enumerate().map(of_rank).sum()
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The class, or `all`.
    pub class: String,
    /// Its queries.
    pub queries: usize,
    /// Mean nDCG@10.
    pub ndcg: Option<f64>,
    /// Share of queries whose first hit is of the best grade.
    pub success: Option<f64>,
    /// Mean recall@20.
    pub recall: Option<f64>,
    /// Share of answerable queries that got nothing.
    pub empty: Option<f64>,
    /// Forbidden groups among the first ten, over all queries of the class.
    pub false_friends: usize,
    /// Share of nonsense that was answered with nothing.
    pub silent: Option<f64>,
}

/// Makes the table: classes in alphabetical order, then `all`.
pub fn table(queries: &[JudgedQuery], scores: &[Score]) -> Vec<Line> {
    let mut classes: BTreeMap<&str, Vec<Score>> = BTreeMap::new();
    for (query, score) in queries.iter().zip(scores) {
        classes.entry(&query.class).or_default().push(*score);
    }
    let mut lines: Vec<Line> =
        classes.into_iter().map(|(class, scores)| line(class, &scores)).collect();
    lines.push(line("all", scores));
    lines
}

fn line(class: &str, scores: &[Score]) -> Line {
    let mean = |values: Vec<f64>| {
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let share =
        |flags: Vec<bool>| mean(flags.into_iter().map(|flag| f64::from(u8::from(flag))).collect());
    let answerable = |score: &&Score| score.ndcg.is_some();
    Line {
        class: class.to_owned(),
        queries: scores.len(),
        ndcg: mean(scores.iter().filter_map(|score| score.ndcg).collect()),
        success: share(scores.iter().filter_map(|score| score.success).collect()),
        recall: mean(scores.iter().filter_map(|score| score.recall).collect()),
        empty: share(scores.iter().filter(answerable).map(|score| score.is_empty).collect()),
        false_friends: scores.iter().map(|score| score.false_friends).sum(),
        silent: share(scores.iter().filter_map(|score| score.is_silent).collect()),
    }
}

const HEADINGS: [&str; 8] =
    ["class", "queries", "ndcg@10", "success@1", "recall@20", "empty", "false_friends", "silent"];

fn cells(line: &Line) -> [String; 8] {
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    [
        line.class.clone(),
        line.queries.to_string(),
        number(line.ndcg),
        number(line.success),
        number(line.recall),
        number(line.empty),
        line.false_friends.to_string(),
        number(line.silent),
    ]
}

/// Writes the table as it is committed: tab-separated, with headings.
pub fn as_tsv(lines: &[Line]) -> String {
    let mut out = HEADINGS.join("\t") + "\n";
    for line in lines {
        out += &(cells(line).join("\t") + "\n");
    }
    out
}

/// Writes the table for people, in aligned columns.
pub fn as_text(lines: &[Line]) -> String {
    let rows: Vec<[String; 8]> =
        std::iter::once(HEADINGS.map(str::to_owned)).chain(lines.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            let _ = if column == 0 {
                write!(out, "{cell:<width$}")
            } else {
                write!(out, "  {cell:>width$}")
            };
        }
        out.push('\n');
    }
    out
}
