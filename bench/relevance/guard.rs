//! Keeps the figures from falling: today's table against the committed one.

use super::figures::Line;

/// Reads a committed table.
///
/// # Panics
///
/// On a line that [`as_tsv`] would not write: the table is part of the repository.
pub fn from_tsv(text: &str) -> Vec<Line> {
    let number = |cell: &str| (cell != "-").then(|| cell.parse().expect("a figure"));
    text.lines()
        .skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.split('\t').collect();
            Line {
                class: cells[0].to_owned(),
                queries: cells[1].parse().expect("a count"),
                ndcg: number(cells[2]),
                success: number(cells[3]),
                recall: number(cells[4]),
                empty: number(cells[5]),
                false_friends: cells[6].parse().expect("a count"),
                silent: number(cells[7]),
            }
        })
        .collect()
}

/// By how much a class may fall below the committed table.
const MOST_LOST_IN_A_CLASS: f64 = 0.03;

/// By how much the whole may fall below the committed table.
const MOST_LOST_OVER_ALL: f64 = 0.005;

/// Names every figure that fell too far below the committed table, and every class that came,
/// went or changed its queries without the table saying so.
pub fn losses(committed: &[Line], now: &[Line]) -> Vec<String> {
    let mut out = Vec::new();
    for before in committed {
        let Some(after) = now.iter().find(|line| line.class == before.class) else {
            out.push(format!("{}: the class is gone", before.class));
            continue;
        };
        if before.queries != after.queries {
            out.push(format!(
                "{}: {} queries, not {}",
                before.class, after.queries, before.queries
            ));
        }
        let most = if before.class == "all" { MOST_LOST_OVER_ALL } else { MOST_LOST_IN_A_CLASS };
        for (name, before_value, after_value) in [
            ("nDCG@10", before.ndcg, after.ndcg),
            ("success@1", before.success, after.success),
            ("recall@20", before.recall, after.recall),
            ("silence on nonsense", before.silent, after.silent),
            ("answered at all", before.empty.map(|e| 1.0 - e), after.empty.map(|e| 1.0 - e)),
        ] {
            let (Some(was), Some(is)) = (before_value, after_value) else { continue };
            if was - is > most {
                out.push(format!("{}: {name} fell from {was:.3} to {is:.3}", before.class));
            }
        }
        if after.false_friends > before.false_friends {
            out.push(format!(
                "{}: {} false friends, not {}",
                before.class, after.false_friends, before.false_friends
            ));
        }
    }
    for after in now {
        if !committed.iter().any(|line| line.class == after.class) {
            out.push(format!("{}: a class that the table does not name", after.class));
        }
    }
    out
}
