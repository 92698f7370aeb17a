//! Finds a place inside a query, with the words that say "in", "near" and how far.

use std::cmp::Reverse;
use std::ops::Range;

use strsim::osa_distance;

use super::names::{Entry, NameKind, Target, is_municipality};
use super::{Cue, FoundKind, FoundPlace, LONGEST_PLATE, MOST_ALTERNATIVES, PlaceFinder, PlaceNote};
use crate::analysis::Word;
use crate::recognise::spelling::canonical;
use crate::recognise::{is_free, joined};
use crate::reference::{PlaceKind, PostcodeArea};

/// Longest name in words that is looked for.
const LONGEST_NAME: usize = 6;

/// Longest phrase that says "near".
const LONGEST_CUE: usize = 5;

/// Most words beside a name that tell which place of that name is meant.
const LONGEST_BESIDE: usize = 3;

/// A topic with the name of a town ("in Essen") is the town only where it has so many
/// inhabitants.
const TOPIC_TOWN: u32 = 5_000;

/// A town of another state is met without "in" only where it has so many inhabitants.
const FAR_TOWN: u32 = 20_000;

/// A misspelt town of another state is met only where it has so many inhabitants.
const FAR_CITY: u32 = 100_000;

/// Shortest name of a village that is met without "in".
const SHORTEST_VILLAGE: usize = 5;

/// Shortest misspelt word taken for a town; after "in" one letter less will do.
const SHORTEST_MISSPELT: usize = 5;

/// Shortest name of a city of another state that is met misspelt without "in".
const SHORTEST_FAR: usize = 6;

/// Shortest word that may be two letters off without "in".
const SHORTEST_TWICE: usize = 9;

/// Shortest name that is met without its "Bad" and without "in".
const SHORTEST_SHORT: usize = 6;

/// Furthest radius of the contract.
const MAX_RADIUS_KM: f64 = 500.0;

/// Words that only link "near" to what follows.
const LINKS: &[&str] = &["von", "um", "der", "die", "dem", "den", "des", "ca", "etwa", "herum"];

/// Words after a name that say "near".
const NEAR_AFTER: &[&str] = &["nahe", "umgebung", "umland", "umkreis", "gegend", "stadt", "herum"];

/// What may be a street, not somebody from the town: "Leipziger Straße".
const STREETS: &[&str] =
    &["str", "allee", "platz", "weg", "vorstadt", "ring", "hof", "tor", "chaussee"];

/// A place that may be meant, before the best is chosen.
struct Candidate {
    /// The name, with what stands beside it.
    span: Range<usize>,
    /// The whole, with the words that say "near".
    whole: Range<usize>,
    readings: Vec<Reading>,
    cue: Option<Cue>,
    radius_km: Option<f64>,
    correction: Option<(String, String)>,
}

enum Reading {
    Name(Entry),
    Postcode(String),
}

/// "In", "near" and the radius around a name.
struct Hints {
    whole: Range<usize>,
    cue: Option<Cue>,
    radius_km: Option<f64>,
}

impl PlaceFinder {
    /// Finds the place a query speaks of; its words are then taken.
    ///
    /// Of several places the one with "in" or "near" before it wins, then the longer name, then
    /// the larger place; call again for the next one. `is_known` says whether a word means
    /// something else, so that it is no misspelt place.
    pub fn find(
        &self,
        text: &str,
        words: &[Word],
        taken: &mut [bool],
        is_known: &dyn Fn(&Word) -> bool,
    ) -> Option<PlaceNote> {
        let mut candidates = self.exact(text, words, taken, is_known);
        if candidates.is_empty() {
            candidates = self.misspelt_names(text, words, taken, is_known);
        }
        let same_place = self.towns_of_postcodes(&candidates);
        let mut best = candidates.into_iter().min_by_key(|candidate| {
            let population = candidate.readings.iter().map(|r| self.size(r)).max();
            let is_postcode = matches!(candidate.readings.first(), Some(Reading::Postcode(_)));
            (
                !is_postcode,
                candidate.cue.is_none(),
                Reverse(candidate.span.len()),
                Reverse(population),
                candidate.span.start,
            )
        })?;
        for span in same_place {
            if is_free(taken, &span) {
                taken[span].fill(true);
            }
        }
        if best.radius_km.is_none() {
            best.radius_km = self.radius_elsewhere(words, taken, &best.whole);
        }
        let mut readings: Vec<FoundPlace> = Vec::new();
        for reading in &best.readings {
            let found = match reading {
                Reading::Name(entry) => self.names.found(entry.target),
                Reading::Postcode(digits) => {
                    let Some(area) = self.names.postcode(digits) else { continue };
                    self.names.found_postcode(area)
                }
            };
            if !readings.iter().any(|r| (r.kind, &r.id) == (found.kind, &found.id)) {
                readings.push(found);
            }
        }
        let mut readings = readings.into_iter();
        let place = readings.next()?;
        taken[best.whole.clone()].fill(true);
        Some(PlaceNote {
            place,
            alternatives: readings.take(MOST_ALTERNATIVES).collect(),
            words: best.whole,
            correction: best.correction,
            radius_km: best.radius_km,
        })
    }

    /// Finds "in meiner Nähe" and the like: near, but the query does not say where. The words
    /// are then taken.
    pub fn find_near_me(&self, words: &[Word], taken: &mut [bool]) -> Option<Range<usize>> {
        for length in (1..=words.len().min(LONGEST_CUE)).rev() {
            for start in 0..=words.len() - length {
                let span = start..start + length;
                if is_free(taken, &span) && self.near_me.contains(&folded(&words[span.clone()])) {
                    taken[span.clone()].fill(true);
                    return Some(span);
                }
            }
        }
        None
    }

    /// Returns the names that only repeat where a postcode lies: "gera alkohol 07545".
    fn towns_of_postcodes(&self, candidates: &[Candidate]) -> Vec<Range<usize>> {
        let areas: Vec<&PostcodeArea> = candidates
            .iter()
            .filter_map(|candidate| match candidate.readings.first() {
                Some(Reading::Postcode(digits)) => self.names.postcode(digits),
                _ => None,
            })
            .collect();
        let repeats = |candidate: &&Candidate| {
            candidate.readings.iter().any(|reading| match reading {
                Reading::Name(entry) => areas.iter().any(|a| self.names.lies_in(a, entry.target)),
                Reading::Postcode(_) => false,
            })
        };
        candidates.iter().filter(repeats).map(|candidate| candidate.whole.clone()).collect()
    }

    fn size(&self, reading: &Reading) -> u32 {
        match reading {
            Reading::Name(entry) => self.names.population(entry.target),
            Reading::Postcode(_) => u32::MAX,
        }
    }

    /// Finds names and postcodes as the tables know them.
    fn exact(
        &self,
        text: &str,
        words: &[Word],
        taken: &[bool],
        is_known: &dyn Fn(&Word) -> bool,
    ) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for length in (1..=words.len().min(LONGEST_NAME)).rev() {
            for start in 0..=words.len() - length {
                let span = start..start + length;
                let overlaps =
                    candidates.iter().any(|c| c.span.start < span.end && span.start < c.span.end);
                if overlaps || !is_free(taken, &span) {
                    continue;
                }
                let found = if length == 1 { self.postcode(words, taken, &span) } else { None };
                let found = found.or_else(|| self.name(text, words, taken, &span, is_known));
                candidates.extend(found);
            }
        }
        candidates
    }

    /// Reads a postcode and the town beside it.
    fn postcode(&self, words: &[Word], taken: &[bool], span: &Range<usize>) -> Option<Candidate> {
        let digits = words[span.start].forms.exact.as_str();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let padded = format!("0{digits}");
        let is_short = digits.len() == 4;
        let area = self.names.postcode(if is_short { &padded } else { digits })?;
        let mut whole = span.clone();
        let mut has_town = false;
        let mut others = Vec::new();
        for length in (1..=LONGEST_NAME.min(words.len() - span.end)).rev() {
            let beside = span.end..span.end + length;
            let entries = self.names.named(&joined(&words[beside.clone()]));
            if entries.is_empty() || !is_free(taken, &beside) {
                continue;
            }
            let is_there = entries.iter().any(|entry| self.names.lies_in(area, entry.target));
            let is_everyday = self.is_everyday(&joined(&words[beside.clone()]));
            if is_there || !is_everyday {
                whole.end = beside.end;
                has_town = is_there;
                if !is_there {
                    others.extend(entries.first().cloned());
                }
                break;
            }
        }
        let before = span.start.checked_sub(1);
        if let Some(start) = before.filter(|_| whole.end == span.end) {
            has_town = self.is_town_of(area, &words[start..span.start]) && !taken[start];
            if has_town {
                whole.start = start;
            }
        }
        let hints = self.hints(words, taken, &whole);
        let says_postcode = before
            .is_some_and(|i| matches!(words[i].forms.folded.as_str(), "plz" | "postleitzahl"));
        // Four digits may be a year or half a number to call.
        if is_short && !has_town && !says_postcode && words.len() > 1 {
            return None;
        }
        let mut readings = vec![Reading::Postcode(area.postcode.to_string())];
        readings.extend(others.into_iter().map(Reading::Name));
        Some(Candidate {
            span: whole,
            whole: hints.whole,
            readings,
            cue: hints.cue,
            radius_km: hints.radius_km,
            correction: is_short.then(|| (digits.to_owned(), padded)),
        })
    }

    fn is_town_of(&self, area: &PostcodeArea, words: &[Word]) -> bool {
        let entries = self.names.named(&joined(words));
        entries.iter().any(|entry| self.names.lies_in(area, entry.target))
    }

    /// Reads a name and what stands beside it.
    fn name(
        &self,
        text: &str,
        words: &[Word],
        taken: &[bool],
        span: &Range<usize>,
        is_known: &dyn Fn(&Word) -> bool,
    ) -> Option<Candidate> {
        let key = joined(&words[span.clone()]);
        let mut entries: Vec<Entry> = self.names.named(&key).to_vec();
        let is_plate = entries.is_empty();
        if is_plate {
            entries = self.plate(text, words, taken, span, is_known);
        }
        if entries.is_empty() || self.is_torn_filler(words, span, &entries) {
            return None;
        }
        let (whole, fitting) = self.with_beside(words, taken, span, &entries);
        let is_qualified = whole != *span;
        if is_qualified {
            entries = fitting;
        }
        let hints = self.hints(words, taken, &whole);
        let is_alone = || {
            let is_empty_word = |i: usize| {
                hints.whole.contains(&i) || self.fillers.contains(&words[i].forms.folded)
            };
            (0..words.len()).all(is_empty_word)
        };
        let is_sure = hints.cue.is_some() || is_qualified || is_plate;
        if self.topics.contains(&key) {
            let is_big = |entry: &Entry| self.names.population(entry.target) >= TOPIC_TOWN;
            entries.retain(|entry| is_sure && is_big(entry));
        } else if self.is_everyday(&key) && !is_sure && !is_alone() {
            entries.clear();
        } else if !is_sure && !is_alone() {
            let next = words.get(span.end).map(|word| word.forms.folded.as_str());
            entries.retain(|entry| self.is_met_alone(entry, &words[span.clone()], &key, next));
        }
        self.prefer_district(words, &hints, &mut entries);
        (!entries.is_empty()).then(|| Candidate {
            span: whole,
            whole: hints.whole,
            readings: entries.into_iter().map(Reading::Name).collect(),
            cue: hints.cue,
            radius_km: hints.radius_km,
            correction: None,
        })
    }

    fn is_everyday(&self, key: &str) -> bool {
        self.everyday.contains(key) || self.topics.contains(key) || self.fillers.contains(key)
    }

    /// Says whether a name would be put together from words that mean something of their own.
    fn is_torn_filler(&self, words: &[Word], span: &Range<usize>, entries: &[Entry]) -> bool {
        let parts = |name: &str| name.split([' ', '-', '/', '(']).filter(|p| !p.is_empty()).count();
        let is_written_so = entries.iter().any(|entry| parts(&entry.name) == span.len());
        let is_filler = |word: &Word| {
            let one = vec![word.forms.folded.clone()];
            self.fillers.contains(&one[0]) || self.cues.contains_key(&one)
        };
        span.len() > 1 && !is_written_so && words[span.clone()].iter().any(is_filler)
    }

    /// Says whether a name is met where nothing says "in" or "near".
    fn is_met_alone(&self, entry: &Entry, span: &[Word], key: &str, next: Option<&str>) -> bool {
        let letters = key.chars().count();
        let words = span.len();
        // "würzen" is a verb, "wurzen" the town; "gorlitz" is Görlitz typed in a hurry.
        let has_umlaut = |text: &str| text.to_lowercase().contains(['ä', 'ö', 'ü']);
        if has_umlaut(&span[0].forms.exact) && !has_umlaut(&entry.name) {
            return false;
        }
        match entry.kind {
            NameKind::Name | NameKind::Form => {}
            NameKind::Plate => return words > 1,
            NameKind::Short if letters < SHORTEST_SHORT => return false,
            NameKind::Short => {}
            NameKind::Adjective => {
                return !next.is_some_and(|next| STREETS.iter().any(|s| next.starts_with(s)));
            }
        }
        let is_own = self.names.is_own(entry.target);
        let Some(place) = self.names.place(entry.target) else {
            return words > 1 || is_own || !matches!(entry.target, Target::District(_));
        };
        if words > 1 {
            return true;
        }
        if !is_own {
            return is_municipality(place) && place.population >= FAR_TOWN;
        }
        // The Sorbian name of a village may be any word (Bačoń).
        let is_first_name = place.name.starts_with(&entry.name) || entry.name.contains(&place.name);
        let is_town = place.kind == PlaceKind::Town || place.population >= TOPIC_TOWN;
        is_town || (letters >= SHORTEST_VILLAGE && (is_municipality(place) || is_first_name))
    }

    /// "Landkreis", "LK" and "Kreis" before a name mean the district, "Stadt" the town.
    fn prefer_district(&self, words: &[Word], hints: &Hints, entries: &mut [Entry]) {
        let says = |list: &[&str]| {
            words[hints.whole.clone()].iter().any(|w| list.contains(&w.forms.folded.as_str()))
        };
        if says(&["landkreis", "lk", "kreis"]) {
            entries.sort_by_key(|entry| !matches!(entry.target, Target::District(_)));
        }
    }

    /// Reads a car plate: "Kreis ABG", "TDO" in capitals, and "tdo depression", where a word that
    /// means nothing else stands beside one that was understood.
    fn plate(
        &self,
        text: &str,
        words: &[Word],
        taken: &[bool],
        span: &Range<usize>,
        is_known: &dyn Fn(&Word) -> bool,
    ) -> Vec<Entry> {
        let [word] = &words[span.clone()] else { return Vec::new() };
        let written = &text[word.range.clone()];
        let letters = written.chars().count();
        if letters > LONGEST_PLATE || !written.chars().all(char::is_alphabetic) {
            return Vec::new();
        }
        let mut entries = self.names.plated(&written.to_uppercase());
        entries.retain(|entry| self.names.is_own(entry.target));
        if entries.is_empty() || self.topics.contains(&word.forms.folded) {
            return Vec::new();
        }
        let is_upper = written.chars().all(char::is_uppercase);
        let has_cue = self.hints(words, taken, span).cue.is_some();
        if is_upper && has_cue {
            return entries;
        }
        // MS is an illness, "art" and "hot" are words, EF and "ef" are Erfurt.
        let is_strange = letters > 1
            && !is_known(word)
            && !self.known_words.contains(&word.forms.folded)
            && !self.is_everyday(&word.forms.folded);
        let stands_out = is_upper && text.chars().any(char::is_lowercase);
        let is_alone = is_upper && words.len() == 1;
        let is_meant =
            stands_out || is_alone || has_cue || self.is_beside_known(words, taken, span);
        if is_strange && is_meant { entries } else { Vec::new() }
    }

    /// Says whether the next word on either side, fillers aside, was understood as something.
    fn is_beside_known(&self, words: &[Word], taken: &[bool], span: &Range<usize>) -> bool {
        let is_filler = |at: &usize| self.fillers.contains(&words[*at].forms.folded);
        let before = (0..span.start).rev().find(|at| taken[*at] || !is_filler(at));
        let after = (span.end..words.len()).find(|at| taken[*at] || !is_filler(at));
        [before, after].into_iter().flatten().any(|at| taken[at])
    }

    /// Returns the span with the words beside it that tell which place of the name is meant, and
    /// the readings they fit.
    fn with_beside(
        &self,
        words: &[Word],
        taken: &[bool],
        span: &Range<usize>,
        entries: &[Entry],
    ) -> (Range<usize>, Vec<Entry>) {
        let fitting = |beside: &Range<usize>| -> Vec<Entry> {
            let words = &words[beside.clone()];
            let fits = |entry: &&Entry| self.names.fits(entry.target, words, &self.analyzer);
            entries.iter().filter(fits).cloned().collect()
        };
        let after = (1..=LONGEST_BESIDE.min(words.len() - span.end))
            .rev()
            .map(|length| span.end..span.end + length);
        let before = (1..=LONGEST_BESIDE.min(span.start))
            .rev()
            .map(|length| span.start - length..span.start);
        for beside in after.chain(before) {
            let is_empty = beside.clone().all(|i| {
                let one = vec![words[i].forms.folded.clone()];
                self.cues.contains_key(&one) || self.fillers.contains(&one[0])
            });
            if is_empty || !is_free(taken, &beside) {
                continue;
            }
            let fitting = fitting(&beside);
            if !fitting.is_empty() {
                return (beside.start.min(span.start)..beside.end.max(span.end), fitting);
            }
        }
        (span.clone(), Vec::new())
    }

    /// Reads "in", "in der Nähe von", "Umkreis 20 km um" before a name and "und Umgebung" after.
    fn hints(&self, words: &[Word], taken: &[bool], span: &Range<usize>) -> Hints {
        let mut hints = Hints { whole: span.clone(), cue: None, radius_km: None };
        loop {
            let start = hints.whole.start;
            if let Some((length, cue)) = self.cue_ending(words, taken, start) {
                hints.whole.start -= length;
                hints.cue = hints.cue.max(Some(cue));
            } else if let Some((radius_km, length)) = radius_ending(words, taken, start) {
                hints.whole.start -= length;
                hints.radius_km = Some(radius_km);
                hints.cue = Some(Cue::Around);
            } else if start > 1 && !taken[start - 1] && is_link(&words[start - 1]) {
                let has_more = self.cue_ending(words, taken, start - 1).is_some()
                    || radius_ending(words, taken, start - 1).is_some();
                if !has_more {
                    break;
                }
                hints.whole.start -= 1;
            } else {
                break;
            }
        }
        loop {
            let end = hints.whole.end;
            if let Some((length, cue)) = self.cue_beginning(words, taken, end) {
                hints.whole.end += length;
                hints.cue = hints.cue.max(Some(cue));
            } else if let Some((radius_km, length)) = radius_beginning(words, taken, end) {
                hints.whole.end += length;
                hints.radius_km = Some(radius_km);
                hints.cue = Some(Cue::Around);
            } else {
                break;
            }
        }
        hints
    }

    fn cue_ending(&self, words: &[Word], taken: &[bool], end: usize) -> Option<(usize, Cue)> {
        (1..=LONGEST_CUE.min(end)).rev().find_map(|length| {
            let span = end - length..end;
            let cue = self.cues.get(&folded(&words[span.clone()]))?;
            is_free(taken, &span).then_some((length, *cue))
        })
    }

    fn cue_beginning(&self, words: &[Word], taken: &[bool], start: usize) -> Option<(usize, Cue)> {
        (1..=LONGEST_CUE.min(words.len() - start)).rev().find_map(|length| {
            let span = start..start + length;
            let mut phrase = folded(&words[span.clone()]);
            let is_after = phrase.last().is_some_and(|last| NEAR_AFTER.contains(&last.as_str()));
            if !is_after || !is_free(taken, &span) {
                return None;
            }
            if !self.cues.contains_key(&phrase) && phrase.first().is_some_and(|w| w == "und") {
                phrase.remove(0);
            }
            self.cues.get(&phrase).map(|cue| (length, *cue))
        })
    }

    /// Reads a radius that does not stand beside the place; its words are then taken.
    fn radius_elsewhere(
        &self,
        words: &[Word],
        taken: &mut [bool],
        place: &Range<usize>,
    ) -> Option<f64> {
        for end in 1..=words.len() {
            let Some((radius_km, length)) = radius_ending(words, taken, end) else { continue };
            let mut span = end - length..end;
            if span.start < place.end && place.start < span.end {
                continue;
            }
            while let Some((more, Cue::Around)) = self.cue_ending(words, taken, span.start) {
                span.start -= more;
            }
            taken[span].fill(true);
            return Some(radius_km);
        }
        None
    }

    /// Finds misspelt towns and districts; after "in" or "near" every municipality of ours.
    fn misspelt_names(
        &self,
        text: &str,
        words: &[Word],
        taken: &[bool],
        is_known: &dyn Fn(&Word) -> bool,
    ) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for length in (1..=words.len().min(LONGEST_BESIDE)).rev() {
            for start in 0..=words.len() - length {
                let span = start..start + length;
                let span_words = &words[span.clone()];
                let is_strange = |word: &Word| {
                    !is_known(word)
                        && !self.known_words.contains(&word.forms.folded)
                        && !self.known_words.contains(&word.forms.stem)
                        && !self.everyday.contains(&word.forms.folded)
                };
                let is_bad = |word: &Word| word.forms.folded == "bad";
                let may_be = span_words.iter().all(|w| is_strange(w) || (length > 1 && is_bad(w)));
                if !may_be || !is_free(taken, &span) {
                    continue;
                }
                let hints = self.hints(words, taken, &span);
                let key = joined(span_words);
                let shortest = SHORTEST_MISSPELT - usize::from(hints.cue.is_some());
                // What is a name and was not met as one is no misspelling either.
                if key.chars().count() < shortest || !self.names.named(&key).is_empty() {
                    continue;
                }
                let entries = self.names.nearest(&self.automata, &key, length, &|entry| {
                    self.may_be_misspelt(entry, hints.cue.is_some(), &key)
                });
                let Some(first) = entries.first() else { continue };
                let typed = words[span.start].range.start..words[span.end - 1].range.end;
                candidates.push(Candidate {
                    correction: Some((text[typed].to_owned(), first.name.clone())),
                    readings: entries.into_iter().map(Reading::Name).collect(),
                    whole: hints.whole,
                    cue: hints.cue,
                    radius_km: hints.radius_km,
                    span,
                });
            }
        }
        candidates
    }

    fn may_be_misspelt(&self, entry: &Entry, has_cue: bool, key: &str) -> bool {
        let is_own = self.names.is_own(entry.target);
        let letters = entry.name.chars().count();
        if !has_cue && (letters < SHORTEST_MISSPELT || (!is_own && letters < SHORTEST_FAR)) {
            return false;
        }
        // Two letters off make many other words of a short one.
        let known = self.analyzer.key(&entry.name);
        let is_short = key.chars().count() < SHORTEST_TWICE;
        let sounds_alike = canonical(key) == canonical(&known);
        if !has_cue && is_short && !sounds_alike && osa_distance(key, &known) > 1 {
            return false;
        }
        match self.names.place(entry.target) {
            Some(place) if is_own => {
                place.kind == PlaceKind::Town || (has_cue && is_municipality(place))
            }
            Some(place) => place.kind == PlaceKind::Town && place.population >= FAR_CITY,
            None => is_own && matches!(entry.target, Target::District(_)),
        }
    }
}

impl PlaceNote {
    /// Says whether distances from the place mean anything.
    pub fn has_middle(&self) -> bool {
        self.place.kind != FoundKind::Country
    }
}

fn folded(words: &[Word]) -> Vec<String> {
    words.iter().map(|word| word.forms.folded.clone()).collect()
}

fn is_link(word: &Word) -> bool {
    LINKS.contains(&word.forms.folded.as_str())
}

/// Reads "20 km" or "20km" that ends before `end`, with its length in words.
fn radius_ending(words: &[Word], taken: &[bool], end: usize) -> Option<(f64, usize)> {
    const UNITS: &[&str] = &["km", "kilometer", "kilometern"];
    let in_range = |km: f64| (1.0..=MAX_RADIUS_KM).contains(&km).then_some(km);
    let last = words.get(end.checked_sub(1)?)?.forms.exact.as_str();
    if taken[end - 1] {
        return None;
    }
    if UNITS.contains(&last) {
        let before = end.checked_sub(2)?;
        let km = words[before].forms.exact.replace(',', ".").parse().ok().and_then(in_range)?;
        return (!taken[before]).then_some((km, 2));
    }
    let digits = UNITS.iter().find_map(|unit| last.strip_suffix(unit))?;
    Some((digits.replace(',', ".").parse().ok().and_then(in_range)?, 1))
}

/// Reads "20 km", "umkreis 20km", "im umkreis von 20 km" from `start` on.
fn radius_beginning(words: &[Word], taken: &[bool], start: usize) -> Option<(f64, usize)> {
    const BEFORE: &[&str] = &["im", "umkreis", "von", "plus", "in", "und"];
    const MOST_BEFORE: usize = 4;
    for skipped in 0..=MOST_BEFORE {
        for length in 1..=2 {
            let end = start + skipped + length;
            if end > words.len() {
                return None;
            }
            let radius = radius_ending(words, taken, end);
            if let Some((km, _)) = radius.filter(|(_, read)| *read == length) {
                return Some((km, skipped + length));
            }
        }
        let word = words.get(start + skipped)?;
        if taken[start + skipped] || !BEFORE.contains(&word.forms.folded.as_str()) {
            return None;
        }
    }
    None
}
