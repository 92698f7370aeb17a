//! Splits compounds by the project's own lexicon.
//!
//! In: a folded word. Out: the lexicon words that rebuild it together with linking elements, or
//! nothing. A word of `unsplit.txt`, a place, and whatever the lexicon does not cover to the last
//! letter stays whole: "Zöliakie", "Crohn" and "Epidermolysis" are never cut.

use std::collections::{HashMap, HashSet};

use super::stem::{ENDINGS, feminine_base};

/// Where a lexicon word may stand in a compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    /// Before another part.
    pub modifier: bool,
    /// As the last part.
    pub head: bool,
}

/// Linking elements between two parts.
const LINKS: [&str; 7] = ["", "s", "n", "en", "es", "er", "e"];

/// Longer words are no words: nothing to split, and no work for who sends them.
const MAX_LENGTH: usize = 100;

/// More parts than this is a word game.
const MAX_PARTS: usize = 6;

/// The lexicon.
#[derive(Debug, Default)]
pub(super) struct Compounds {
    words: HashMap<String, Role>,
    longest: usize,
    /// Folded words and names that are never split.
    whole: HashSet<String>,
}

/// A part of a compound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'a> {
    /// Where it begins in the folded word.
    pub start: usize,
    /// The lexicon word.
    pub word: &'a str,
}

/// The best way to reach a border, compared by parts, then by letters outside the lexicon words.
#[derive(Debug, Clone, Copy)]
struct Step {
    parts: usize,
    extra: usize,
    from: usize,
    word_end: usize,
}

impl Compounds {
    /// Adds a line of `compounds.txt`, folded: `word`, `modifier-` or `-head`.
    pub(super) fn add(&mut self, line: &str) {
        let (word, role) = match (line.strip_suffix('-'), line.strip_prefix('-')) {
            (Some(word), _) => (word, Role { modifier: true, head: false }),
            (_, Some(word)) => (word, Role { modifier: false, head: true }),
            _ => (line, Role { modifier: true, head: true }),
        };
        self.longest = self.longest.max(word.len());
        let known = self.words.entry(word.to_owned()).or_insert(role);
        *known = Role { modifier: known.modifier || role.modifier, head: known.head || role.head };
    }

    /// Forbids to split a folded word.
    pub(super) fn keep_whole(&mut self, folded: String) {
        self.whole.insert(folded);
    }

    /// Splits a folded word into two or more lexicon words.
    pub(super) fn split<'a>(&'a self, folded: &str) -> Option<Vec<Part<'a>>> {
        let is_candidate = (6..=MAX_LENGTH).contains(&folded.len())
            && folded.bytes().all(|byte| byte.is_ascii_lowercase())
            && !self.is_whole(folded);
        if !is_candidate {
            return None;
        }
        let length = folded.len();
        let mut best: Vec<Option<Step>> = vec![None; length];
        best[0] = Some(Step { parts: 0, extra: 0, from: 0, word_end: 0 });
        let mut last: Option<Step> = None;
        for from in 0..length {
            let Some(here) = best[from] else { continue };
            if here.parts >= MAX_PARTS {
                continue;
            }
            for word_end in from + 2..=length.min(from + self.longest) {
                let Some(role) = self.words.get(&folded[from..word_end]) else { continue };
                let rest = &folded[word_end..];
                let parts = here.parts + 1;
                if role.head && is_inflection(&folded[from..word_end], rest) {
                    let step = Step { parts, extra: here.extra + rest.len(), from, word_end };
                    keep_better(&mut last, step);
                }
                if !role.modifier {
                    continue;
                }
                for link in LINKS.iter().filter(|link| rest.starts_with(**link)) {
                    let to = word_end + link.len();
                    if to < length {
                        let extra = here.extra + link.len();
                        keep_better(&mut best[to], Step { parts, extra, from, word_end });
                    }
                }
            }
        }
        let mut step = last.filter(|last| last.parts > 1)?;
        let mut parts = Vec::with_capacity(step.parts);
        loop {
            let (word, _) = self.words.get_key_value(&folded[step.from..step.word_end])?;
            parts.push(Part { start: step.from, word });
            if step.from == 0 {
                break;
            }
            step = best[step.from]?;
        }
        parts.reverse();
        Some(parts)
    }

    /// Whether a word, or the word without its inflection, is kept whole.
    pub(super) fn is_whole(&self, folded: &str) -> bool {
        self.whole.contains(folded)
            || ENDINGS
                .iter()
                .filter_map(|ending| folded.strip_suffix(ending))
                .any(|base| self.whole.contains(base))
    }
}

fn is_inflection(word: &str, rest: &str) -> bool {
    match rest {
        "" => true,
        "in" | "innen" => feminine_base(&format!("----{word}in")).is_some(),
        _ => ENDINGS[1..].contains(&rest),
    }
}

fn keep_better(kept: &mut Option<Step>, step: Step) {
    let rank = |step: &Step| (step.parts, step.extra);
    // The first one found wins a draw: its last part is the longest.
    if kept.as_ref().is_none_or(|known| rank(&step) < rank(known)) {
        *kept = Some(step);
    }
}
