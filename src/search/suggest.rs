//! Suggestions while somebody types: concepts, places, groups and contact points by what they begin
//! with, one line per concept.
//!
//! The order of the entries does not depend on what is typed. So a longer beginning leaves fewer
//! entries in the same order, and what was shown once stays while its name is typed on; misspelt
//! beginnings only fill what room is left.

use std::collections::HashSet;

use fst::{IntoStreamer, Streamer};
use serde_json::{Value, json};

use super::Tables;
use super::answer::{RequestMembers, Suggestion, SuggestionKind};
use super::filters::FilterMasks;
use super::label_in;
use super::live::Live;
use super::request::{AnswerLanguage, Filters};
use crate::analysis::{Analyzer, code_points};
use crate::domain::{Coordinates, CrisisKind};
use crate::index::Generation;
use crate::recognise::concept::uninverted;
use crate::recognise::spelling::{Automata, Fuzzy, budget, canonical};
use crate::reference::{LabelKind, Place, PlaceKind, Reference, Vocabulary};

/// Towns outside the two states are suggested from so many inhabitants on.
const KNOWN_TOWN: u32 = 20_000;

/// The states whose groups are listed.
const HOME_STATES: [&str; 2] = ["SN", "TH"];

/// Where imported names stand among all suggestions: behind the groups.
const IMPORTED: u32 = 1_300_000;
/// A suggested place stands for the groups within so many kilometres: half an hour by bus.
const AROUND_KM: u32 = 15;

/// From so many letters on, the first suggestion tells what is meant.
const SHORTEST_TELLING: usize = 4;

/// Most misspelt beginnings looked at.
const MOST_FUZZY: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    Concept(u32),
    Place(u32),
    Group(u32),
    ContactPoint(u32),
}

/// A piece of a [`SuggestIndex`]'s letters.
#[derive(Clone, Copy)]
struct Piece {
    start: u32,
    length: u32,
}

struct Entry {
    key: Piece,
    text: Piece,
    target: Target,
    /// Smaller is likelier; the same for every query.
    order: u32,
    /// Whether `key` leaves out the first words of the name.
    is_end: bool,
}

/// All beginnings that lead somewhere.
pub(super) struct SuggestIndex {
    /// All keys and texts, one after the other: of a hundred thousand names the strings would take
    /// four times as much.
    letters: String,
    /// Sorted by key.
    entries: Vec<Entry>,
    /// Entries by how they sound: the own ones, and imported names for the room they leave.
    sounds: [Sounds; 2],
}

/// Appends letters and returns where they stand.
fn piece(letters: &mut String, text: &str) -> Piece {
    let start = letters.len() as u32;
    letters.push_str(text);
    Piece { start, length: text.len() as u32 }
}

impl Piece {
    fn of(self, letters: &str) -> &str {
        &letters[self.start as usize..][..self.length as usize]
    }
}

/// Canonical keys with the entries that have them.
struct Sounds {
    /// Each key with the first of its entries, and their number in the lower half.
    keys: fst::Map<Vec<u8>>,
    /// Positions of entries, those of one key side by side.
    entries: Vec<u32>,
}

impl Sounds {
    /// Takes keys with the positions of their entries.
    fn new<'a>(entries: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut heard: Vec<(String, u32)> =
            entries.map(|(at, key)| (canonical(key), at as u32)).collect();
        heard.sort_unstable();
        let mut keys = fst::MapBuilder::memory();
        let mut start = 0;
        for of_key in heard.chunk_by(|one, other| one.0 == other.0) {
            let range = (start << 32) | of_key.len() as u64;
            keys.insert(&of_key[0].0, range).expect("sorted, each once, and memory takes it");
            start += of_key.len() as u64;
        }
        Self { keys: keys.into_map(), entries: heard.into_iter().map(|(_, at)| at).collect() }
    }

    /// Returns the positions of entries to which a value of `keys` leads.
    fn at(&self, range: u64) -> &[u32] {
        &self.entries[(range >> 32) as usize..][..(range & u64::from(u32::MAX)) as usize]
    }
}

impl SuggestIndex {
    /// Gathers all entries of a generation.
    pub(super) fn new(
        generation: &Generation,
        reference: &Reference,
        analyzer: &Analyzer,
        group_count: impl Fn(u32) -> usize,
    ) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut letters = String::new();
        let mut add = |text: &str, target: Target, order: u32| {
            let words = analyzer.words(text);
            let folded: Vec<&str> = words.iter().map(|word| word.forms.folded.as_str()).collect();
            let text = piece(&mut letters, text);
            let mut key = piece(&mut letters, &folded.concat());
            // Later words of a name begin a suggestion too, after those that begin with the first.
            for (start, first) in folded.iter().enumerate().take(5) {
                if start == 0 || key.of(&letters).chars().count() >= 4 {
                    let order = order.saturating_add(start as u32 * 1_000_000);
                    entries.push(Entry { key, text, target, order, is_end: start > 0 });
                }
                key.start += first.len() as u32;
                key.length -= first.len() as u32;
            }
        };
        let mut imported = Vec::new();
        for (index, concept) in reference.vocabulary.concepts.iter().enumerate() {
            let index = index as u32;
            let rarity = 500_000 - (group_count(index).min(999) as u32) * 500;
            for (number, (text, kind)) in concept.labels.iter().enumerate() {
                // Imported names are many: only German ones, and behind everything else.
                if number >= concept.own_labels {
                    if matches!(kind, LabelKind::Preferred | LabelKind::Synonym) {
                        imported.push((text, index, number));
                    }
                } else if *kind != LabelKind::Hidden {
                    let is_english = u32::from(*kind == LabelKind::English);
                    add(
                        text,
                        Target::Concept(index),
                        rarity + number.min(99) as u32 + is_english * 200,
                    );
                }
            }
        }
        for (index, place) in reference.gazetteer.places().iter().enumerate() {
            let is_home = HOME_STATES.contains(&place.state.as_str());
            let is_settled = matches!(
                place.kind,
                PlaceKind::Town | PlaceKind::Municipality | PlaceKind::Quarter
            );
            if (is_home && is_settled) || place.population >= KNOWN_TOWN {
                let smallness = 400_000 - place.population.min(3_999_999) / 10;
                for name in std::iter::once(&place.name).chain(&place.other_names) {
                    add(name, Target::Place(index as u32), 100_000 + smallness);
                }
            }
        }
        for group in 0..generation.columns.len() as u32 {
            // A second listing under another name is found by that name.
            let name = generation.hit_texts(group).name;
            let first = generation.columns.cluster[group as usize];
            if first == group || generation.hit_texts(first).name != name {
                add(name, Target::Group(group), 700_000);
            }
        }
        for (position, point) in generation.meta.contact_points.iter().enumerate() {
            add(&point.name, Target::ContactPoint(position as u32), 300_000);
        }
        for (text, index, number) in imported {
            let straight = uninverted(text);
            for form in std::iter::once(text).chain(&straight) {
                let key = piece(&mut letters, &analyzer.key(form));
                let order = IMPORTED - (group_count(index).min(999) as u32) * 500;
                let order = order + number.min(99) as u32;
                let target = Target::Concept(index);
                let text = piece(&mut letters, text);
                entries.push(Entry { key, text, target, order, is_end: false });
            }
        }
        entries.retain(|entry| entry.key.length > 0);
        let mark = |entry: &Entry| {
            let of = |piece: Piece| piece.of(&letters);
            (of(entry.key), entry.order, entry.target, of(entry.text))
        };
        entries.sort_by(|a, b| mark(a).cmp(&mark(b)));
        letters.shrink_to_fit();
        entries.shrink_to_fit();
        let is_own = |entry: &Entry| entry.order < 1_000_000;
        let is_imported =
            |entry: &Entry| (IMPORTED - 500_000..IMPORTED + 100).contains(&entry.order);
        let those = |wanted: &dyn Fn(&Entry) -> bool| {
            let found = entries.iter().enumerate().filter(|(_, entry)| wanted(entry));
            Sounds::new(found.map(|(at, entry)| (at, entry.key.of(&letters))))
        };
        let sounds = [those(&is_own), those(&is_imported)];
        Self { letters, entries, sounds }
    }

    fn key(&self, entry: &Entry) -> &str {
        entry.key.of(&self.letters)
    }

    fn text(&self, entry: &Entry) -> &str {
        entry.text.of(&self.letters)
    }

    /// Returns the entries that begin with `key`, likeliest first, each target once; then misspelt
    /// ones.
    fn find(&self, key: &str, most: usize, automata: &Automata) -> Vec<&Entry> {
        let start = self.entries.partition_point(|entry| self.key(entry) < key);
        let begun = self.entries[start..].iter();
        let mut found: Vec<&Entry> =
            begun.take_while(|entry| self.key(entry).starts_with(key)).collect();
        // What is spelt out whole comes first; it leaves when more is typed, as it must. The end of
        // a longer name is not whole.
        let order = |entry: &Entry| {
            let own = self.key(entry);
            ((own != key || entry.is_end, entry.order), own, entry.target)
        };
        found.sort_by(|a, b| order(a).cmp(&order(b)));
        let mut seen: HashSet<Target> = HashSet::new();
        found.retain(|entry| seen.insert(entry.target));
        keep_groups(&mut found, most);
        let edits = budget(key.chars().count()).min(2);
        if found.len() < most && edits > 0 && !key.bytes().any(|b| b.is_ascii_digit()) {
            let typed = canonical(key);
            let automaton = automata.beginning_within(&typed, edits);
            for sounds in &self.sounds {
                if found.len() == most {
                    break;
                }
                for entry in self.close(sounds, &typed, &automaton) {
                    if found.len() < most && seen.insert(entry.target) {
                        found.push(entry);
                    }
                }
            }
        }
        found
    }

    /// Returns entries that begin nearly as what was typed, the nearest first.
    fn close(&self, sounds: &Sounds, typed: &str, automaton: &Fuzzy) -> Vec<&Entry> {
        let mut close: Vec<(u8, &Entry)> = Vec::new();
        let mut stream = sounds.keys.search(automaton).into_stream();
        while let Some((bytes, position)) = stream.next() {
            let first = bytes.first() == typed.as_bytes().first();
            let distance =
                std::str::from_utf8(bytes).ok().and_then(|text| automaton.distance(text));
            if let Some(distance) = distance.filter(|_| first) {
                let entries = sounds.at(position).iter();
                close.extend(entries.map(|at| (distance, &self.entries[*at as usize])));
            }
            if close.len() > MOST_FUZZY {
                break;
            }
        }
        close.sort_by(|(da, a), (db, b)| {
            (da, a.order, self.key(a)).cmp(&(db, b.order, self.key(b)))
        });
        close.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// Cuts to `most` entries, the last third of them groups where so many begin so: who types a name
/// sees it stay while topics join.
fn keep_groups(found: &mut Vec<&Entry>, most: usize) {
    if found.len() <= most {
        return;
    }
    let is_group = |entry: &Entry| matches!(entry.target, Target::Group(_));
    let shown = found[..most].iter().filter(|entry| is_group(entry)).count();
    let more = (most / 3).saturating_sub(shown);
    let later: Vec<&Entry> =
        found[most..].iter().copied().filter(|entry| is_group(entry)).take(more).collect();
    found.truncate(most);
    for entry in later {
        let last = found.iter().rposition(|entry| !is_group(entry));
        let Some(last) = last else { return };
        found.remove(last);
        found.push(entry);
    }
}

/// Returns the lines for what was typed, at most `most`.
pub(super) fn suggest(
    q: &str,
    most: usize,
    language: AnswerLanguage,
    live: &Live,
    tables: &Tables,
) -> Vec<Suggestion> {
    let key = tables.analyzer.key(q);
    if key.is_empty() || most == 0 {
        return Vec::new();
    }
    live.suggestions
        .find(&key, most, &tables.automata)
        .into_iter()
        .map(|entry| suggestion(entry, &key, language, live, tables))
        .collect()
}

fn suggestion(
    entry: &Entry,
    key: &str,
    language: AnswerLanguage,
    live: &Live,
    tables: &Tables,
) -> Suggestion {
    let request = |name: &str, value: Value| {
        let mut members = RequestMembers::new();
        members.insert(name.to_owned(), value);
        members
    };
    let text = live.suggestions.text(entry);
    let (kind, id, label, group_count, members) = match entry.target {
        Target::Concept(index) => {
            let concept = tables.reference.vocabulary.concept(index);
            let id = concept.id.to_string();
            let kind = if is_life(&tables.reference.vocabulary, index) {
                SuggestionKind::Topic
            } else {
                SuggestionKind::Condition
            };
            let members = request("topic", json!([id]));
            (kind, id, label_in(concept, language).to_owned(), live.group_count(index), members)
        }
        Target::Place(index) => {
            let at = index as usize;
            let place = &tables.reference.gazetteer.places()[at];
            let (point, members) =
                tables.place_requests[at].get_or_init(|| place_request(place, tables));
            let count = live.around_place[at].get_or_init(|| groups_around(*point, live));
            let (id, name) = (place.id.clone(), place.name.clone());
            (SuggestionKind::Place, id, name, *count, members.clone())
        }
        Target::Group(group) => {
            let id = crate::domain::GroupId(uuid::Uuid::from_u128(
                live.generation.columns.id[group as usize],
            ))
            .to_string();
            let members = request("id", json!([id]));
            (SuggestionKind::Group, id, text.to_owned(), 1, members)
        }
        Target::ContactPoint(position) => {
            let point = &live.generation.meta.contact_points[position as usize];
            let count = live.contact_point_counts[position as usize];
            (
                SuggestionKind::ContactPoint,
                point.id.clone(),
                point.name.clone(),
                count,
                request("contact_point", json!([point.id])),
            )
        }
    };
    Suggestion {
        kind,
        id,
        label,
        matched: text.to_owned(),
        ranges: typed_ranges(text, key, tables),
        group_count,
        request: members,
    }
}

/// Returns a place's point and the request for the groups around it: by name, or by the point where
/// the name leads elsewhere.
fn place_request(place: &Place, tables: &Tables) -> (Coordinates, RequestMembers) {
    let mut members = RequestMembers::new();
    let mut point = place.point;
    let best = tables.places.resolve(&place.name).best;
    if let Some(best) = best.filter(|best| best.id == place.id) {
        members.insert("place".to_owned(), json!(place.name));
        point = best.point;
    } else {
        members.insert("lat".to_owned(), json!(point.lat()));
        members.insert("lon".to_owned(), json!(point.lon()));
    }
    members.insert("radius_km".to_owned(), json!(AROUND_KM));
    (point, members)
}

/// Returns how many groups the request for a place gives.
fn groups_around(point: Coordinates, live: &Live) -> usize {
    let filters = Filters { radius_km: Some(f64::from(AROUND_KM)), ..Filters::default() };
    let masks = FilterMasks::new(&filters, &[], Some(point), live);
    let columns = &live.generation.columns;
    let around = (0..columns.len() as u32).filter(|group| masks.failures(*group, live) == 0);
    around.map(|group| columns.cluster[group as usize]).collect::<HashSet<u32>>().len()
}

/// Returns the crisis that what was typed speaks of: a sentence, a label, or what it begins.
pub(super) fn crisis_in(q: &str, items: &[Suggestion], tables: &Tables) -> Option<CrisisKind> {
    let vocabulary = &tables.reference.vocabulary;
    let words = tables.analyzer.words(q);
    let mut concepts: Vec<u32> = Vec::new();
    for sentence in tables.patterns.find(&words, &mut vec![false; words.len()]) {
        concepts.extend(sentence.concepts);
    }
    for matched in tables.concepts.find(&words, q, &mut vec![false; words.len()]) {
        concepts.push(matched.concept);
        concepts.extend(matched.other_readings);
    }
    let is_telling = tables.analyzer.key(q).chars().count() >= SHORTEST_TELLING;
    let first = items.first().filter(|_| is_telling);
    concepts.extend(first.and_then(|item| vocabulary.by_id(&item.id)));
    concepts.into_iter().find_map(|concept| vocabulary.concept(concept).crisis)
}

/// A topic of life, or a group of such: everything that is no illness.
fn is_life(vocabulary: &Vocabulary, index: u32) -> bool {
    vocabulary.concept(index).is_life_topic
}

/// Returns where the typed letters stand in `text`: from the word at which they begin, as many
/// letters as were typed; nothing where a misspelling was read.
fn typed_ranges(text: &str, key: &str, tables: &Tables) -> Vec<[usize; 2]> {
    let words = tables.analyzer.words(text);
    for start in 0..words.len() {
        let mut left = key;
        let mut end = None;
        for word in &words[start..] {
            let folded = word.forms.folded.as_str();
            if let Some(rest) = left.strip_prefix(folded) {
                left = rest;
                end = Some(word.range.end);
            } else if folded.starts_with(left) && !left.is_empty() {
                // Folded letters may be fewer than written ones: counted in written letters, at
                // most the word.
                let written = &text[word.range.clone()];
                let length: usize =
                    written.chars().take(left.chars().count()).map(char::len_utf8).sum();
                end = Some(word.range.start + length);
                left = "";
            } else {
                end = None;
                break;
            }
            if left.is_empty() {
                break;
            }
        }
        if let Some(end) = end.filter(|_| left.is_empty()) {
            return vec![code_points(text, &(words[start].range.start..end))];
        }
    }
    Vec::new()
}
