//! Words against the text index: which groups hold them, where, with how many typos, how well.
//!
//! Reads postings directly: tantivy's fuzzy query gives every match the same score, and the
//! buckets of the ranking need the edits of each hit.

use std::collections::BTreeMap;

use fst::{Automaton, IntoStreamer, Streamer};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};

use super::Tables;
use super::live::Live;
use crate::analysis::Word;
use crate::recognise::spelling::{Automata, budget};

/// A hit in the name outweighs one in the topics, that one in the text: names are chosen with care.
const NAME_BOOST: f32 = 3.0;
const TOPICS_BOOST: f32 = 2.5;
const TEXT_BOOST: f32 = 1.0;
const HIDDEN_BOOST: f32 = 1.5;

/// What the exact form adds to the folded one, so that `Mütter` ranks above `Mutter`.
const EXACT_BONUS: f32 = 0.2;

/// BM25's usual constants (Robertson and Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Most words a misspelt or unfinished word may stand for.
const MOST_EXPANSIONS: usize = 8;

/// Shortest word, in letters, that may stand for longer ones that begin with it.
const SHORTEST_PREFIX: usize = 4;

/// Short words that only join others: no noun or verb has them as its stem.
const FUNCTION_WORDS: &[&str] = &[
    "dem", "den", "der", "des", "das", "die", "ein", "mit", "mag", "bin", "hat", "hab", "war",
    "wir", "ihr", "sie", "ich", "als", "aus", "bei", "von", "vor", "und", "man", "zum", "zur",
];

/// One way to read a word: all terms together, so many edits away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) terms: Vec<String>,
    pub(super) edits: u8,
}

/// All ways to read a word of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordReadings {
    pub(super) readings: Vec<Reading>,
    /// The exact form, which sharpens the order.
    pub(super) exact: Option<String>,
    /// What was read instead, where the word itself is nowhere.
    pub(super) corrected_to: Option<String>,
}

/// What one word, or all words together, give a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TextHit {
    pub(super) group: u32,
    /// Edits where every word is in name or topics.
    pub(super) title_edits: Option<u8>,
    /// Edits where words may be anywhere.
    pub(super) edits: u8,
    pub(super) score: f32,
    /// Whether only staff's own words made it a hit.
    pub(super) only_hidden: bool,
}

/// Reads a word: as it stands, by its parts, else corrected or completed.
pub(super) fn readings_of(
    word: &Word,
    live: &Live,
    tables: &Tables,
    may_guess: bool,
) -> WordReadings {
    let forms = &word.forms;
    let mut readings = Vec::new();
    if frequency_of(word, live) > 0 {
        readings.push(Reading { terms: vec![forms.stem.clone()], edits: 0 });
    }
    let has_all_parts =
        forms.parts.len() > 1 && forms.parts.iter().all(|part| live.frequency(part) > 0);
    if has_all_parts {
        readings.push(Reading { terms: forms.parts.clone(), edits: 0 });
    }
    let exact = Some(format!("={}", forms.exact));
    if !readings.is_empty() || !may_guess {
        return WordReadings { readings, exact, corrected_to: None };
    }
    let completed = completions(&forms.folded, live);
    if !completed.is_empty() {
        let readings = completed.into_iter().map(|term| Reading { terms: vec![term], edits: 1 });
        return WordReadings { readings: readings.collect(), exact: None, corrected_to: None };
    }
    let corrected = corrections(&forms.stem, live, &tables.automata);
    let corrected_to = corrected.first().map(|(term, _)| term.clone());
    let readings = corrected.into_iter().map(|(term, edits)| Reading { terms: vec![term], edits });
    WordReadings { readings: readings.collect(), exact: None, corrected_to }
}

/// Returns in how many groups a word stands in any of its forms.
///
/// A stem that is another word altogether is none: "demen" is not "dem".
pub(super) fn frequency_of(word: &Word, live: &Live) -> u64 {
    let forms = &word.forms;
    let is_cut_too_far = forms.stem != forms.folded && FUNCTION_WORDS.contains(&&*forms.stem);
    if is_cut_too_far { 0 } else { live.frequency(&forms.stem) }
}

/// Reads a word by nothing but its form as typed.
pub(super) fn as_written(word: &Word) -> WordReadings {
    let exact = format!("={}", word.forms.exact);
    let readings = vec![Reading { terms: vec![exact], edits: 0 }];
    WordReadings { readings, exact: None, corrected_to: None }
}

/// Returns the most frequent terms that begin with `folded`.
fn completions(folded: &str, live: &Live) -> Vec<String> {
    if folded.chars().count() < SHORTEST_PREFIX {
        return Vec::new();
    }
    let mut found: Vec<(u64, String)> = Vec::new();
    let mut stream =
        live.words.search(fst::automaton::Str::new(folded).starts_with()).into_stream();
    while let Some((term, frequency)) = stream.next() {
        found.push((frequency, String::from_utf8_lossy(term).into_owned()));
    }
    found.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
    found.truncate(MOST_EXPANSIONS);
    found.into_iter().map(|(_, term)| term).collect()
}

/// Returns the terms nearest to `stem`, only those with the fewest edits, the most frequent first.
fn corrections(stem: &str, live: &Live, automata: &Automata) -> Vec<(String, u8)> {
    let letters = stem.chars().count();
    let edits = budget(letters);
    if edits == 0 || stem.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let first = stem.chars().next();
    let automaton = automata.within(stem, edits);
    let mut found: Vec<(u8, u64, String)> = Vec::new();
    let mut stream = live.words.search(&automaton).into_stream();
    while let Some((term, frequency)) = stream.next() {
        let term = String::from_utf8_lossy(term).into_owned();
        // The first letter is seldom wrong; words of four letters are close to too many others.
        let is_near = term.chars().next() == first && letters > 4;
        if let Some(distance) = automaton.distance(&term).filter(|_| is_near) {
            found.push((distance, frequency, term));
        }
    }
    let Some(fewest) = found.iter().map(|(distance, _, _)| *distance).min() else {
        return Vec::new();
    };
    found.retain(|(distance, _, _)| *distance == fewest);
    found.sort_by(|a, b| (b.1, &a.2).cmp(&(a.1, &b.2)));
    found.truncate(MOST_EXPANSIONS);
    found.into_iter().map(|(distance, _, term)| (term, distance)).collect()
}

/// Returns the groups that hold a word, in ascending order.
pub(super) fn groups_with(
    readings: &WordReadings,
    live: &Live,
    searcher: &Searcher,
) -> tantivy::Result<Vec<TextHit>> {
    let fields = live.generation.fields;
    let mut found: BTreeMap<u32, TextHit> = BTreeMap::new();
    for (field, boost, is_title) in [
        (fields.name, NAME_BOOST, true),
        (fields.topics, TOPICS_BOOST, true),
        (fields.text, TEXT_BOOST, false),
        (fields.hidden, HIDDEN_BOOST, false),
    ] {
        let is_hidden = field == fields.hidden;
        for reading in &readings.readings {
            for (group, score) in groups_with_all(&reading.terms, field, searcher)? {
                let score = score * boost / f32::from(1 + reading.edits);
                let hit = found.entry(group).or_insert(TextHit {
                    group,
                    title_edits: None,
                    edits: reading.edits,
                    score: 0.0,
                    only_hidden: true,
                });
                hit.edits = hit.edits.min(reading.edits);
                hit.score = hit.score.max(score);
                hit.only_hidden &= is_hidden;
                if is_title {
                    let known = hit.title_edits.unwrap_or(u8::MAX);
                    hit.title_edits = Some(known.min(reading.edits));
                }
            }
        }
        if let Some(exact) = readings.exact.as_ref().filter(|_| !is_hidden) {
            for (group, score) in groups_with_all(std::slice::from_ref(exact), field, searcher)? {
                if let Some(hit) = found.get_mut(&group) {
                    hit.score += score * boost * EXACT_BONUS;
                }
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Returns the groups that hold all words, each somewhere.
pub(super) fn groups_with_every(lists: &[Vec<TextHit>]) -> Vec<TextHit> {
    let Some((first, others)) = lists.split_first() else { return Vec::new() };
    let mut all = first.clone();
    for list in others {
        all = joined(&all, list);
    }
    all
}

fn joined(a: &[TextHit], b: &[TextHit]) -> Vec<TextHit> {
    let (mut at, mut out) = (0, Vec::new());
    for left in a {
        while at < b.len() && b[at].group < left.group {
            at += 1;
        }
        let Some(right) = b.get(at).filter(|right| right.group == left.group) else { continue };
        out.push(TextHit {
            group: left.group,
            title_edits: left.title_edits.zip(right.title_edits).map(|(x, y)| x.saturating_add(y)),
            edits: left.edits.saturating_add(right.edits),
            score: left.score + right.score,
            only_hidden: left.only_hidden || right.only_hidden,
        });
    }
    out
}

/// Returns the groups whose `field` holds all `terms`, with their BM25 score.
fn groups_with_all(
    terms: &[String],
    field: Field,
    searcher: &Searcher,
) -> tantivy::Result<Vec<(u32, f32)>> {
    let mut all: Option<Vec<(u32, f32)>> = None;
    for term in terms {
        let found = groups_with_term(term, field, searcher)?;
        all = Some(match all {
            None => found,
            Some(before) => {
                let mut at = 0;
                let mut both = Vec::new();
                for (group, score) in before {
                    while at < found.len() && found[at].0 < group {
                        at += 1;
                    }
                    if let Some((_, more)) = found.get(at).filter(|(other, _)| *other == group) {
                        both.push((group, score + more));
                    }
                }
                both
            }
        });
    }
    Ok(all.unwrap_or_default())
}

fn groups_with_term(
    term: &str,
    field: Field,
    searcher: &Searcher,
) -> tantivy::Result<Vec<(u32, f32)>> {
    let term = Term::from_field_text(field, term);
    let mut found = Vec::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqs)?
        else {
            continue;
        };
        let norms = segment.get_fieldnorms_reader(field)?;
        let groups = f32::from(u16::try_from(segment.max_doc()).unwrap_or(u16::MAX)).max(1.0);
        let frequency = postings.size_hint() as f32;
        let rarity = (1.0 + (groups - frequency + 0.5).max(0.5) / (frequency + 0.5)).ln();
        let average =
            (inverted.total_num_tokens() as f32 / segment.max_doc().max(1) as f32).max(1.0);
        let mut group = postings.doc();
        while group != TERMINATED {
            use tantivy::postings::Postings;
            let count = postings.term_freq() as f32;
            let length = norms.fieldnorm(group) as f32;
            let dampened = count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / average));
            found.push((group, rarity * dampened));
            group = postings.advance();
        }
    }
    Ok(found)
}
