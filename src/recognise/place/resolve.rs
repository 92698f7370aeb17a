//! Reads the `place` parameter, which is nothing but a place.

use super::names::Entry;
use super::{FoundPlace, LONGEST_PLATE, MOST_ALTERNATIVES, PlaceFinder, Resolution};
use crate::analysis::Word;
use crate::recognise::joined;

/// Most suggestions where nothing fits.
const MOST_SUGGESTIONS: usize = 5;

/// A place of another state is met misspelt only where it has so many inhabitants.
const LEAST_MISSPELT: u32 = 5_000;

impl PlaceFinder {
    /// Returns what a `place` parameter means: a postcode, a town, quarter or village, a
    /// district by name, key or car plate, a state or a region.
    ///
    /// Names are met in every usual spelling and with what people write beside them ("07743
    /// Jena", "Weida/Thür.", "Jena, Thüringen"); misspelt ones are corrected, which is told.
    pub fn resolve(&self, text: &str) -> Resolution {
        let text = text.trim();
        let digits = |word: &Word| {
            let is_number = word.forms.exact.bytes().all(|byte| byte.is_ascii_digit());
            is_number && matches!(word.forms.exact.len(), 4 | 5 | 8)
        };
        let (numbers, words): (Vec<Word>, Vec<Word>) =
            self.analyzer.words(text).into_iter().partition(|word| digits(word));
        if let Some(number) = numbers.first() {
            return self.resolve_number(&number.forms.exact, &words);
        }
        if let Some(resolution) = self.resolve_letters(text) {
            return resolution;
        }
        self.resolve_name(text, &words)
    }

    fn resolve_number(&self, number: &str, words: &[Word]) -> Resolution {
        let mut words = words;
        // "D-07743", "DE-07743", "PLZ 07743"
        if let Some((first, rest)) = words.split_first()
            && matches!(first.forms.folded.as_str(), "d" | "de" | "plz" | "postleitzahl")
        {
            words = rest;
        }
        let named = if words.is_empty() { Vec::new() } else { self.qualified(words) };
        let padded = format!("0{number}");
        let (digits, correction) = match number.len() {
            4 if self.names.postcode(&padded).is_some() => {
                (padded.as_str(), Some((number.to_owned(), padded.clone())))
            }
            8 => (&number[..5], None),
            _ => (number, None),
        };
        let area = self.names.postcode(digits).filter(|_| number.len() != 8);
        let key = self.names.keyed(digits).filter(|_| number.len() != 4);
        let mut readings: Vec<FoundPlace> = Vec::new();
        if let Some(area) = area {
            readings.push(self.names.found_postcode(area));
        }
        if let Some(entry) = key {
            let found = self.names.found(entry.target);
            // 14612 is Dresden's key and a postcode of Brandenburg: ours first, unless a town
            // beside it says otherwise.
            let is_meant = self.names.is_own(entry.target) && words.is_empty();
            readings.insert(if is_meant { 0 } else { readings.len() }, found);
        }
        for entry in &named {
            // "07743 Jena" is one place, not two readings.
            if area.is_none_or(|area| !self.names.lies_in(area, entry.target)) {
                readings.push(self.names.found(entry.target));
            }
        }
        if readings.is_empty() {
            let near = self.names.postcodes_near(digits, MOST_SUGGESTIONS);
            let suggestions =
                near.into_iter().map(|area| self.names.found_postcode(area).label).collect();
            return Resolution { suggestions, ..Resolution::default() };
        }
        resolution(readings, correction)
    }

    /// Reads car plates and the letters of the two states.
    fn resolve_letters(&self, text: &str) -> Option<Resolution> {
        let letters = text.chars().count();
        if letters == 0 || letters > LONGEST_PLATE || !text.chars().all(char::is_alphabetic) {
            return None;
        }
        let upper = text.to_uppercase();
        let is_upper = upper == text;
        let named = self.names.named(&self.analyzer.key(text));
        if !is_upper && (letters < 2 || !named.is_empty()) {
            return None;
        }
        let mut entries: Vec<Entry> = Vec::new();
        if let Ok(state) = upper.parse::<crate::domain::State>() {
            let own = self.names.named(&self.analyzer.key(state.name()));
            let own = own.iter().filter(|entry| self.names.is_own(entry.target));
            entries.extend(own.cloned());
        }
        entries.extend(self.names.plated(&upper));
        entries.extend(named.iter().cloned());
        let readings: Vec<FoundPlace> =
            entries.iter().map(|entry| self.names.found(entry.target)).collect();
        (!readings.is_empty()).then(|| resolution(readings, None))
    }

    fn resolve_name(&self, text: &str, words: &[Word]) -> Resolution {
        let words = self.without_cues(words);
        let entries = self.qualified(words);
        if !entries.is_empty() {
            let readings = entries.iter().map(|entry| self.names.found(entry.target)).collect();
            return resolution(readings, None);
        }
        let entries = self.misspelt(words);
        if let Some(first) = entries.first() {
            let correction = Some((text.to_owned(), first.name.clone()));
            let readings = entries.iter().map(|entry| self.names.found(entry.target)).collect();
            return resolution(readings, correction);
        }
        let key = joined(words);
        let mut suggestions = self.names.alike(&key, MOST_SUGGESTIONS);
        for word in words.iter().filter(|_| words.len() > 1) {
            let first = self.names.named(&word.forms.folded).first();
            suggestions.extend(first.map(|entry| self.names.found(entry.target).label));
        }
        suggestions.truncate(MOST_SUGGESTIONS);
        Resolution { suggestions, ..Resolution::default() }
    }

    /// Leaves out "in", "bei", "Nähe" at either end, unless they are part of a name.
    fn without_cues<'a>(&self, words: &'a [Word]) -> &'a [Word] {
        let mut words = words;
        while words.len() > 1 && self.qualified(words).is_empty() {
            let is_cue = |word: &Word| {
                let one = vec![word.forms.folded.clone()];
                self.cues.contains_key(&one) || self.fillers.contains(&one[0])
            };
            match words {
                [first, rest @ ..] if is_cue(first) => words = rest,
                [rest @ .., last] if is_cue(last) => words = rest,
                _ => break,
            }
        }
        words
    }

    /// Returns what a name means, with what stands beside it taken into account.
    fn qualified(&self, words: &[Word]) -> Vec<Entry> {
        let whole = self.names.named(&joined(words));
        if !whole.is_empty() {
            return whole.to_vec();
        }
        let fitting = |name: &[Word], beside: &[Word]| -> Vec<Entry> {
            let entries = self.names.named(&joined(name)).iter();
            let fits = |entry: &&Entry| self.names.fits(entry.target, beside, &self.analyzer);
            entries.filter(fits).cloned().collect()
        };
        let cuts = || 1..words.len();
        cuts()
            .rev()
            .map(|cut| fitting(&words[..cut], &words[cut..]))
            .chain(cuts().map(|cut| fitting(&words[cut..], &words[..cut])))
            .find(|entries| !entries.is_empty())
            .unwrap_or_default()
    }

    /// Returns what a misspelt name means.
    fn misspelt(&self, words: &[Word]) -> Vec<Entry> {
        let may_be = |entry: &Entry| {
            let population = self.names.population(entry.target);
            self.names.is_own(entry.target) || population >= LEAST_MISSPELT
        };
        let key = joined(words);
        let whole = self.names.nearest(&self.automata, &key, words.len(), &may_be);
        let is_ours = whole.first().is_some_and(|entry| self.names.is_own(entry.target));
        let completed = if is_ours { Vec::new() } else { self.names.completed(&key) };
        if !completed.is_empty() {
            return completed;
        }
        if !whole.is_empty() {
            return whole;
        }
        for cut in (1..words.len()).rev() {
            let (name, beside) = words.split_at(cut);
            let fits = |entry: &Entry| {
                may_be(entry) && self.names.fits(entry.target, beside, &self.analyzer)
            };
            let entries = self.names.nearest(&self.automata, &joined(name), name.len(), &fits);
            if !entries.is_empty() {
                return entries;
            }
        }
        Vec::new()
    }
}

fn resolution(readings: Vec<FoundPlace>, correction: Option<(String, String)>) -> Resolution {
    let mut distinct: Vec<FoundPlace> = Vec::new();
    for reading in readings {
        if !distinct.iter().any(|known| (known.kind, &known.id) == (reading.kind, &reading.id)) {
            distinct.push(reading);
        }
    }
    let mut distinct = distinct.into_iter();
    Resolution {
        best: distinct.next(),
        alternatives: distinct.take(MOST_ALTERNATIVES).collect(),
        correction,
        suggestions: Vec::new(),
    }
}
