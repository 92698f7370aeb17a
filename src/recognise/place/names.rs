//! The names of all places under the keys by which they are met, and what stands behind them.
//!
//! In: gazetteer and the regions of the recognisers. Out: [`Names`], which turns a key, a plate
//! or a postcode into [`Entry`]s, best first, and an entry into a [`FoundPlace`].

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use fst::{IntoStreamer, Streamer};
use strsim::osa_distance;

use super::{FoundKind, FoundPlace};
use crate::analysis::{Analyzer, Word};
use crate::domain::{Coordinates, DistrictKey, Postcode, State};
use crate::recognise::spelling::{Automata, budget, canonical};
use crate::reference::{District, Gazetteer, Place, PlaceKind, PostcodeArea, Vocabulary};

/// A city of another state with so many inhabitants is what people mean, not the village of the
/// same name in ours (München near Bad Berka).
const BIG_CITY: u32 = 100_000;

/// A place of ours with so many inhabitants is meant whatever else has its name.
const OWN_TOWN: u32 = 5_000;

/// Shortest name that is met misspelt.
const SHORTEST_MISSPELT: usize = 4;

/// A misspelt name differs from the right one in at most so many letters, however it sounds.
const MOST_AS_WRITTEN: usize = 2;

/// Most names within reach of a misspelt word; a guard against words close to everything.
const MOST_CANDIDATES: usize = 200;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Place(usize),
    District(usize),
    State(State),
    Region(usize),
}

/// What kind of name it is, the best kind first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameKind {
    /// The name, another one, an older one, the Sorbian one.
    Name,
    /// The name with "Landkreis" or "Stadt".
    Form,
    /// A plate with "-Land": in one word it would be a piece of many (Holland, Mailand).
    Plate,
    /// The name without "Bad".
    Short,
    /// "Dresdner".
    Adjective,
}

/// A name and what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub target: Target,
    pub kind: NameKind,
    /// As the tables write it.
    pub name: String,
}

/// A landscape.
struct Region {
    id: String,
    label: String,
    covers: BTreeSet<DistrictKey>,
    state: Option<State>,
    point: Coordinates,
    is_country: bool,
}

pub(super) struct Names {
    places: Vec<Place>,
    districts: Vec<District>,
    regions: Vec<Region>,
    postcodes: HashMap<Postcode, PostcodeArea>,
    district_of: HashMap<DistrictKey, usize>,
    /// The kreisfreie Stadt that a town is.
    city_of: HashMap<usize, usize>,
    /// How many municipalities have a name.
    namesakes: HashMap<String, usize>,
    by_key: HashMap<String, Vec<Entry>>,
    by_plate: BTreeMap<String, Vec<Target>>,
    /// Canonical spellings with the position of their keys.
    canonical_keys: fst::Map<Vec<u8>>,
    misspelt: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn new(gazetteer: &Gazetteer, vocabulary: &Vocabulary, analyzer: &Analyzer) -> Self {
        let mut names = Self {
            places: gazetteer.places().to_vec(),
            districts: gazetteer.districts().to_vec(),
            regions: Vec::new(),
            postcodes: gazetteer.postcodes().map(|a| (a.postcode.clone(), a.clone())).collect(),
            district_of: HashMap::new(),
            city_of: HashMap::new(),
            namesakes: HashMap::new(),
            by_key: HashMap::new(),
            by_plate: BTreeMap::new(),
            canonical_keys: fst::Map::default(),
            misspelt: Vec::new(),
        };
        names.district_of =
            names.districts.iter().enumerate().map(|(i, d)| (d.key.clone(), i)).collect();
        for place in gazetteer.places() {
            if is_municipality(place) {
                *names.namesakes.entry(place.name.clone()).or_default() += 1;
            }
        }
        names.add_places(gazetteer, analyzer);
        names.add_districts(gazetteer, analyzer);
        for state in State::all() {
            names.add(analyzer, state.name(), Target::State(state), NameKind::Name);
        }
        names.add_regions(vocabulary, analyzer);
        names.sort();
        names.spell();
        names
    }

    fn add(&mut self, analyzer: &Analyzer, name: &str, target: Target, kind: NameKind) {
        let key = analyzer.key(name);
        if key.is_empty() {
            return;
        }
        let entries = self.by_key.entry(key).or_default();
        match entries.iter_mut().find(|entry| entry.target == target) {
            Some(known) => known.kind = known.kind.min(kind),
            None => entries.push(Entry { target, kind, name: name.to_owned() }),
        }
    }

    fn add_places(&mut self, gazetteer: &Gazetteer, analyzer: &Analyzer) {
        for (index, place) in gazetteer.places().iter().enumerate() {
            let target = Target::Place(index);
            let mut own: Vec<&str> = vec![&place.name];
            own.extend(place.other_names.iter().map(String::as_str));
            own.extend(without_suffix(&place.name));
            for name in own {
                self.add(analyzer, name, target, NameKind::Name);
                for prefix in ["Bad ", "Heilbad ", "Lutherstadt "] {
                    if let Some(short) = name.strip_prefix(prefix) {
                        self.add(analyzer, short, target, NameKind::Short);
                    }
                }
                if is_municipality(place) {
                    continue;
                }
                // "Jena-Lobeda", "Dresden-Neustadt" for Innere and Äußere Neustadt.
                let municipality =
                    without_suffix(&place.municipality).unwrap_or(&place.municipality);
                let inner = ["Innere ", "Äußere "].iter().find_map(|word| name.strip_prefix(word));
                for part in std::iter::once(name).chain(inner) {
                    if !part.starts_with(municipality) {
                        let whole = format!("{municipality} {part}");
                        self.add(analyzer, &whole, target, NameKind::Name);
                    }
                }
            }
            if is_own(place.state) && place.kind == PlaceKind::Town && place.population >= OWN_TOWN
            {
                for adjective in adjectives(&place.name) {
                    self.add(analyzer, &adjective, target, NameKind::Adjective);
                }
            }
        }
    }

    fn add_districts(&mut self, gazetteer: &Gazetteer, analyzer: &Analyzer) {
        for (index, district) in gazetteer.districts().iter().enumerate() {
            let city = self.places.iter().position(|place| {
                district.is_city
                    && place.kind == PlaceKind::Town
                    && place.state == district.state
                    && (place.name == district.name
                        || without_suffix(&place.name) == Some(&district.name))
            });
            if let Some(city) = city {
                self.city_of.insert(city, index);
            }
            // A kreisfreie Stadt is its town: one place, not two readings.
            let target = city.map_or(Target::District(index), Target::Place);
            for plate in &district.plates {
                let is_main = district.plates.first() == Some(plate);
                let plates = self.by_plate.entry(plate.clone()).or_default();
                let at = if is_main && city.is_some() { 0 } else { plates.len() };
                plates.insert(at, target);
                if !district.is_city && is_own(district.state) {
                    self.add(analyzer, &format!("{plate}-Land"), target, NameKind::Plate);
                }
            }
            self.add(analyzer, &district.name, target, NameKind::Name);
            self.add(analyzer, &district.label(), target, NameKind::Form);
            for name in &district.other_names {
                let kind = match name.split_once('-') {
                    _ if name.starts_with("Stadt ") => NameKind::Form,
                    // "LOEB" is a plate in another spelling.
                    None if is_capitals(name) => continue,
                    Some((plate, _)) if is_capitals(plate) => NameKind::Plate,
                    _ => NameKind::Name,
                };
                self.add(analyzer, name, target, kind);
            }
            let forms: &[&str] = if district.is_city {
                &["{} Stadt"]
            } else {
                &["Landkreis {}", "Kreis {}", "LK {}", "{} Land", "{} Kreis", "{} Landkreis"]
            };
            for form in forms {
                self.add(analyzer, &form.replace("{}", &district.name), target, NameKind::Form);
            }
        }
    }

    fn add_regions(&mut self, vocabulary: &Vocabulary, analyzer: &Analyzer) {
        for recogniser in vocabulary.recognisers.iter().filter(|r| r.kind == "region") {
            let mut covers = BTreeSet::new();
            let mut states = BTreeSet::new();
            let is_country = recogniser.value == "DE";
            for value in recogniser.value.split('|').map(str::trim) {
                if let Ok(state) = value.parse::<State>() {
                    covers.extend(self.districts_in(Some(state)));
                    states.insert(state);
                } else if let Ok(key) = value.parse::<DistrictKey>() {
                    states.extend(key.state());
                    covers.insert(key);
                }
            }
            if is_country {
                covers = self.districts_in(None);
            }
            let is_one_state = states.len() == 1 && !recogniser.value.contains(char::is_numeric);
            let one_district = covers.first().filter(|_| covers.len() == 1);
            let single = if is_one_state {
                states.first().copied().map(Target::State)
            } else {
                one_district.and_then(|key| self.district_of.get(key)).map(|i| Target::District(*i))
            };
            let Some(point) = self.middle(&covers) else { continue };
            // "SOE" folds to "so".
            for phrase in recogniser.words.iter().filter(|phrase| phrase.len() > 3) {
                let target = single.unwrap_or(Target::Region(self.regions.len()));
                self.add(analyzer, &with_capitals(phrase), target, NameKind::Name);
                let label =
                    if is_country { "Deutschland".to_owned() } else { with_capitals(phrase) };
                if single.is_none() {
                    self.regions.push(Region {
                        id: format!("region-{}", analyzer.key(phrase)),
                        label,
                        covers: covers.clone(),
                        state: states.first().copied().filter(|_| states.len() == 1),
                        point,
                        is_country,
                    });
                }
            }
        }
    }

    fn districts_in(&self, state: Option<State>) -> BTreeSet<DistrictKey> {
        let within = |d: &&District| state.is_none_or(|state| d.state == state);
        self.districts.iter().filter(within).map(|d| d.key.clone()).collect()
    }

    fn middle(&self, keys: &BTreeSet<DistrictKey>) -> Option<Coordinates> {
        let points: Vec<Coordinates> = keys
            .iter()
            .filter_map(|key| self.district_of.get(key))
            .map(|index| self.districts[*index].point)
            .collect();
        let count = points.len() as f64;
        let lat = points.iter().map(|point| point.lat()).sum::<f64>() / count;
        let lon = points.iter().map(|point| point.lon()).sum::<f64>() / count;
        Coordinates::new(lat, lon).ok()
    }

    fn sort(&mut self) {
        let mut by_key = std::mem::take(&mut self.by_key);
        for entries in by_key.values_mut() {
            self.rank(entries);
        }
        self.by_key = by_key;
    }

    /// Puts the reading that people mean first: places of both states, unless a big city
    /// elsewhere has the name of a village here; towns before districts; larger before smaller.
    pub(super) fn rank(&self, entries: &mut [Entry]) {
        let largest_own = entries
            .iter()
            .filter(|entry| self.is_own(entry.target))
            .map(|entry| self.population(entry.target))
            .max();
        let has_own_town = largest_own.is_some_and(|largest| largest >= OWN_TOWN);
        let place_names: Vec<String> = entries
            .iter()
            .filter_map(|entry| self.place(entry.target).map(|place| place.name.clone()))
            .collect();
        entries.sort_by_key(|entry| {
            let population = self.population(entry.target);
            // Brandenburg is the state, not Brandenburg an der Havel; Bremen is the city.
            let is_plain_state = match entry.target {
                Target::State(state) => !place_names.iter().any(|name| name == state.name()),
                _ => false,
            };
            let area = match self.is_own(entry.target) {
                _ if is_plain_state => 0,
                false if population >= BIG_CITY && !has_own_town => 0,
                true => 1,
                false => 2,
            };
            let group = match entry.target {
                Target::Place(i) if self.is_town(i) => 0,
                Target::State(_) => 1,
                Target::District(_) => 2,
                Target::Region(_) => 3,
                Target::Place(_) => 4,
            };
            let is_weak = entry.kind > NameKind::Plate;
            (is_weak, area, group, Reverse(population), entry.name.clone())
        });
    }

    fn is_town(&self, index: usize) -> bool {
        let place = &self.places[index];
        place.kind == PlaceKind::Town || place.population >= OWN_TOWN
    }

    fn spell(&mut self) {
        let mut by_spelling: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, entries) in &self.by_key {
            let is_named = entries.iter().any(|entry| entry.kind <= NameKind::Form);
            if key.chars().count() >= SHORTEST_MISSPELT && is_named {
                // As written too: a swap of letters may break what sounds alike ("Lepizig").
                by_spelling.entry(key.clone()).or_default().push(key.clone());
                by_spelling.entry(canonical(key)).or_default().push(key.clone());
            }
        }
        let mut builder = fst::MapBuilder::memory();
        for (position, (spelling, mut keys)) in by_spelling.into_iter().enumerate() {
            keys.sort();
            keys.dedup();
            builder.insert(spelling, position as u64).expect("a BTreeMap is sorted");
            self.misspelt.push(keys);
        }
        let bytes = builder.into_inner().expect("memory takes every byte");
        self.canonical_keys = fst::Map::new(bytes).expect("just built");
    }

    /// Returns what a key stands for, best first.
    pub(super) fn named(&self, key: &str) -> &[Entry] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    /// Returns what a car plate stands for, best first.
    pub(super) fn plated(&self, plate: &str) -> Vec<Entry> {
        let targets = self.by_plate.get(plate).into_iter().flatten();
        let mut entries: Vec<Entry> = targets
            .map(|target| Entry { target: *target, kind: NameKind::Name, name: plate.to_owned() })
            .collect();
        entries.sort_by_key(|entry| !self.is_own(entry.target));
        entries
    }

    /// Returns the places that a misspelt key may mean, the nearest first, among those that
    /// `may_be` lets through. Never more than the budget of `spelling.rs` away.
    pub(super) fn nearest(
        &self,
        automata: &Automata,
        key: &str,
        words: usize,
        may_be: &dyn Fn(&Entry) -> bool,
    ) -> Vec<Entry> {
        let typed = canonical(key);
        let letters = key.chars().count().min(typed.chars().count());
        let edits = budget(letters);
        if edits == 0 || key.bytes().any(|byte| byte.is_ascii_digit()) {
            return Vec::new();
        }
        let mut best: Vec<(usize, usize, Entry)> = Vec::new();
        for typed in [typed.as_str(), key] {
            let automaton = automata.within(typed, edits);
            let mut stream = self.canonical_keys.search(&automaton).into_stream();
            let mut seen = 0;
            while let Some((bytes, position)) = stream.next() {
                seen += 1;
                if seen > MOST_CANDIDATES {
                    break;
                }
                let Ok(spelling) = std::str::from_utf8(bytes) else { continue };
                let distance = usize::from(automaton.distance(spelling).unwrap_or(u8::MAX));
                let same_start = spelling.chars().next() == typed.chars().next();
                if !same_start && (letters < 7 || distance > 1) {
                    continue;
                }
                for known in &self.misspelt[position as usize] {
                    let as_written = osa_distance(key, known);
                    if as_written > MOST_AS_WRITTEN || is_form_of(key, known) {
                        continue;
                    }
                    let is_named = |entry: &&Entry| {
                        entry.kind == NameKind::Name || (entry.kind == NameKind::Form && words > 1)
                    };
                    let entries =
                        self.named(known).iter().filter(is_named).filter(|entry| may_be(entry));
                    for entry in entries {
                        if !best.iter().any(|(near, _, other)| other == entry && *near <= distance)
                        {
                            best.retain(|(_, _, other)| other != entry);
                            best.push((distance, as_written, entry.clone()));
                        }
                    }
                }
            }
        }
        // Among names as near, ours and towns are meant more often than far ones and villages.
        best.sort_by_key(|(distance, as_written, entry)| {
            let population = self.population(entry.target);
            let is_far = !self.is_own(entry.target);
            let is_village = population < OWN_TOWN;
            (*distance, is_far, is_village, *as_written, Reverse(population))
        });
        let nearest = best.first().map(|(distance, _, _)| *distance);
        best.retain(|(distance, _, _)| Some(*distance) == nearest);
        best.into_iter().map(|(_, _, entry)| entry).collect()
    }

    /// Returns the towns of ours whose name is only a few letters longer, the largest first.
    pub(super) fn completed(&self, key: &str) -> Vec<Entry> {
        const LEAST_TYPED: usize = 5;
        const MOST_MISSING: usize = 3;
        if key.chars().count() < LEAST_TYPED {
            return Vec::new();
        }
        let is_near =
            |known: &&String| known.starts_with(key) && known.len() - key.len() <= MOST_MISSING;
        let entries = self.by_key.keys().filter(is_near).flat_map(|known| self.named(known));
        let is_meant = |entry: &&Entry| {
            entry.kind == NameKind::Name
                && self.is_own(entry.target)
                && self.population(entry.target) >= OWN_TOWN
        };
        let mut entries: Vec<Entry> = entries.filter(is_meant).cloned().collect();
        entries.sort_by_key(|e| (Reverse(self.population(e.target)), e.name.clone()));
        entries
    }

    /// Returns the area of a postcode.
    pub(super) fn postcode(&self, digits: &str) -> Option<&PostcodeArea> {
        self.postcodes.get(&digits.parse::<Postcode>().ok()?)
    }

    /// Returns the postcodes next to one that does not exist.
    pub(super) fn postcodes_near(&self, digits: &str, most: usize) -> Vec<&PostcodeArea> {
        const SAME_DIGITS: usize = 2;
        let Some(prefix) = digits.get(..SAME_DIGITS) else { return Vec::new() };
        let number = |text: &str| text.parse::<i64>().unwrap_or_default();
        let mut near: Vec<&PostcodeArea> =
            self.postcodes.values().filter(|a| a.postcode.as_str().starts_with(prefix)).collect();
        near.sort_by_key(|area| {
            let text = area.postcode.as_str();
            ((number(text) - number(digits)).abs(), text.to_owned())
        });
        near.truncate(most);
        near
    }

    /// Returns the district with this key.
    pub(super) fn keyed(&self, key: &str) -> Option<Entry> {
        let index = *self.district_of.get(&key.parse::<DistrictKey>().ok()?)?;
        let city = self.city_of.iter().find(|(_, district)| **district == index);
        let target = city.map_or(Target::District(index), |(place, _)| Target::Place(*place));
        Some(Entry { target, kind: NameKind::Name, name: self.districts[index].name.clone() })
    }

    /// Says whether a target lies in Saxony or Thuringia.
    pub(super) fn is_own(&self, target: Target) -> bool {
        match target {
            Target::Place(i) => is_own(self.places[i].state),
            Target::District(i) => is_own(self.districts[i].state),
            Target::State(state) => is_own(state),
            Target::Region(i) => !self.regions[i].is_country,
        }
    }

    /// Returns the inhabitants of a place; 0 where not known and for more than a place.
    pub(super) fn population(&self, target: Target) -> u32 {
        match target {
            Target::Place(i) => self.places[i].population,
            _ => 0,
        }
    }

    /// Returns the place of a target that is one.
    pub(super) fn place(&self, target: Target) -> Option<&Place> {
        match target {
            Target::Place(i) => Some(&self.places[i]),
            _ => None,
        }
    }

    /// Says whether a town of this target's name lies around the postcode.
    pub(super) fn lies_in(&self, area: &PostcodeArea, target: Target) -> bool {
        match target {
            Target::Place(i) => {
                area.places.contains(&i)
                    || area.places.iter().any(|p| {
                        is_municipality(&self.places[i])
                            && self.places[*p].municipality == self.places[i].name
                    })
            }
            Target::District(i) => area.districts.contains(&self.districts[i].key),
            Target::State(state) => area.states.contains(&state),
            Target::Region(i) => area.districts.iter().any(|d| self.regions[i].covers.contains(d)),
        }
    }

    /// Says whether words beside a name fit the place: its state ("Thür."), its district, its
    /// municipality, the rest of its full name ("Oelsnitz Erzgeb"), or Germany.
    pub(super) fn fits(&self, target: Target, beside: &[Word], analyzer: &Analyzer) -> bool {
        const SHORTEST_ABBREVIATION: usize = 3;
        let key = super::super::joined(beside);
        if key.is_empty() {
            return false;
        }
        if matches!(key.as_str(), "deutschland" | "germany" | "brd") {
            return true;
        }
        let state = match target {
            Target::Place(i) => Some(self.places[i].state),
            Target::District(i) => Some(self.districts[i].state),
            _ => None,
        };
        let is_state = |state: State| {
            let name = analyzer.key(state.name());
            let is_short = key.len() >= SHORTEST_ABBREVIATION && name.starts_with(&key);
            let is_letters = key == state.as_str().to_lowercase();
            key == name || is_short || is_letters || (key == "sa" && state.as_str() == "SN")
        };
        if state.is_some_and(is_state) {
            return true;
        }
        let Target::Place(index) = target else { return false };
        let place = &self.places[index];
        if !is_municipality(place) && analyzer.key(&place.municipality) == key {
            return true;
        }
        if let Some(district) = place.district.as_ref().and_then(|key| self.district_of.get(key)) {
            let is_itself = self.city_of.get(&index) == Some(district);
            let named = self.named(&key).iter().any(|entry| match entry.target {
                Target::District(i) => i == *district,
                Target::Place(i) => self.city_of.get(&i) == Some(district),
                Target::Region(i) => {
                    self.regions[i].covers.contains(&self.districts[*district].key)
                }
                Target::State(_) => false,
            });
            let plated = self.districts[*district].plates.iter().any(|p| p.to_lowercase() == key);
            if !is_itself && (named || plated) {
                return true;
            }
        }
        let full: Vec<String> = std::iter::once(&place.name)
            .chain(&place.other_names)
            .flat_map(|name| analyzer.words(name))
            .map(|word| word.forms.folded.clone())
            .collect();
        beside.iter().all(|word| {
            let folded = &word.forms.folded;
            let is_short = folded.len() >= SHORTEST_ABBREVIATION;
            full.iter()
                .any(|part| part == folded || (is_short && part.starts_with(folded.as_str())))
        })
    }

    /// Returns the place behind a target.
    pub(super) fn found(&self, target: Target) -> FoundPlace {
        match target {
            Target::Place(index) => self.found_place(index),
            Target::District(index) => {
                let district = &self.districts[index];
                FoundPlace {
                    kind: FoundKind::District,
                    id: district.key.to_string(),
                    label: district.label(),
                    name: district.name.clone(),
                    municipality: None,
                    postcodes: Vec::new(),
                    district: Some(district.key.clone()),
                    district_name: Some(district.label()),
                    state: Some(district.state),
                    point: district.point,
                    population: 0,
                    covers: BTreeSet::from([district.key.clone()]),
                }
            }
            Target::State(state) => {
                let covers = self.districts_in(Some(state));
                let point = self.middle(&covers).unwrap_or(self.districts[0].point);
                area(FoundKind::State, state.as_str(), state.name(), Some(state), point, covers)
            }
            Target::Region(index) => {
                let region = &self.regions[index];
                let kind = if region.is_country { FoundKind::Country } else { FoundKind::Region };
                let Region { id, label, state, point, covers, .. } = region;
                area(kind, id, label, *state, *point, covers.clone())
            }
        }
    }

    fn found_place(&self, index: usize) -> FoundPlace {
        let place = &self.places[index];
        let district = place
            .district
            .as_ref()
            .and_then(|key| self.district_of.get(key))
            .or(self.city_of.get(&index))
            .map(|i| &self.districts[*i]);
        let city = self.city_of.get(&index).map(|i| self.districts[*i].key.clone());
        let kind = if is_municipality(place) { FoundKind::Town } else { FoundKind::Quarter };
        let is_plain = !place.name.contains(['(', '/']);
        let namesakes = self.namesakes.get(&place.name).copied().unwrap_or_default();
        let label = if kind == FoundKind::Quarter {
            let says_it = place.name.starts_with(place.municipality.as_str());
            if says_it {
                place.name.clone()
            } else {
                format!("{} ({})", place.name, place.municipality)
            }
        } else if is_plain && namesakes > 1 && city.is_none() {
            let where_it_is = district.filter(|_| is_own(place.state)).map(District::label);
            let where_it_is = where_it_is.unwrap_or_else(|| place.state.name().to_owned());
            format!("{} ({where_it_is})", place.name)
        } else {
            place.name.clone()
        };
        FoundPlace {
            kind,
            id: place.id.clone(),
            label,
            name: place.name.clone(),
            municipality: Some(place.municipality.clone()),
            postcodes: place.postcodes.clone(),
            district: district.map(|district| district.key.clone()),
            district_name: district.map(District::label),
            state: Some(place.state),
            point: place.point,
            population: place.population,
            covers: city.into_iter().collect(),
        }
    }

    /// Returns the place that a postcode's area is.
    pub(super) fn found_postcode(&self, area: &PostcodeArea) -> FoundPlace {
        let places = area.places.iter().map(|index| &self.places[*index]);
        let main = places.max_by_key(|place| {
            (is_municipality(place), place.population, Reverse(place.id.clone()))
        });
        let district = area.districts.first().and_then(|key| self.district_of.get(key));
        let district = district.map(|index| &self.districts[*index]);
        let name = main
            .map(|place| place.municipality.clone())
            .or_else(|| district.map(|district| district.name.clone()));
        let label = name.as_ref().map(|name| format!("{} {name}", area.postcode));
        FoundPlace {
            kind: FoundKind::Postcode,
            id: area.postcode.to_string(),
            label: label.unwrap_or_else(|| area.postcode.to_string()),
            name: name.clone().unwrap_or_else(|| area.postcode.to_string()),
            municipality: name.filter(|_| main.is_some()),
            postcodes: vec![area.postcode.clone()],
            district: district.map(|district| district.key.clone()),
            district_name: district.map(District::label),
            state: area.states.first().copied(),
            point: area.point,
            population: main.map_or(0, |place| place.population),
            covers: BTreeSet::new(),
        }
    }

    /// Returns names like the one typed: those that begin with it, then those spelt alike.
    pub(super) fn alike(&self, key: &str, most: usize) -> Vec<String> {
        const FURTHEST: usize = 3;
        let mut alike: Vec<(usize, Reverse<u32>, String)> = Vec::new();
        for (known, entries) in &self.by_key {
            let Some(entry) = entries.first().filter(|entry| entry.kind <= NameKind::Form) else {
                continue;
            };
            let population = self.population(entry.target);
            let is_worth_it = self.is_own(entry.target) || population >= BIG_CITY;
            if !is_worth_it {
                continue;
            }
            let distance = if key.len() >= 2 && known.starts_with(key) {
                1
            } else if key.len() >= SHORTEST_MISSPELT && known.len().abs_diff(key.len()) <= FURTHEST
            {
                osa_distance(known, key)
            } else {
                continue;
            };
            if distance <= FURTHEST.min(key.len() / 2) {
                alike.push((distance, Reverse(population), self.found(entry.target).label));
            }
        }
        alike.sort();
        let mut labels: Vec<String> = Vec::new();
        for (_, _, label) in alike {
            if !labels.contains(&label) {
                labels.push(label);
            }
            if labels.len() == most {
                break;
            }
        }
        labels
    }
}

fn area(
    kind: FoundKind,
    id: &str,
    label: &str,
    state: Option<State>,
    point: Coordinates,
    covers: BTreeSet<DistrictKey>,
) -> FoundPlace {
    FoundPlace {
        kind,
        id: id.to_owned(),
        label: label.to_owned(),
        name: label.to_owned(),
        municipality: None,
        postcodes: Vec::new(),
        district: None,
        district_name: None,
        state,
        point,
        population: 0,
        covers,
    }
}

pub(super) fn is_municipality(place: &Place) -> bool {
    matches!(place.kind, PlaceKind::Town | PlaceKind::Municipality)
}

/// Says whether a word is an inflected name, not a misspelt one: "Berliner", "Hannovers".
fn is_form_of(key: &str, known: &str) -> bool {
    (key.ends_with("er") && !known.ends_with("er")) || key.strip_suffix('s') == Some(known)
}

fn is_capitals(text: &str) -> bool {
    text.chars().all(char::is_uppercase)
}

fn is_own(state: State) -> bool {
    matches!(state.as_str(), "SN" | "TH")
}

/// Returns "Halle" for "Halle (Saale)" and "Weißwasser" for "Weißwasser/O.L.".
fn without_suffix(name: &str) -> Option<&str> {
    let cut = name.find(['(', '/']).filter(|cut| *cut > 0)?;
    Some(name[..cut].trim_end())
}

/// Returns what belongs to a town: "Dresdner", "Bautzener" and "Bautzner", "Jenaer".
fn adjectives(name: &str) -> Vec<String> {
    let name = without_suffix(name).unwrap_or(name);
    if name.contains([' ', '-']) {
        return Vec::new();
    }
    let mut forms = vec![format!("{name}er")];
    if let Some(root) = name.strip_suffix("en") {
        forms.push(format!("{root}ner"));
    }
    forms
}

fn with_capitals(phrase: &str) -> String {
    let word = |word: &str| {
        if matches!(word, "und" | "in" | "der" | "am") {
            return word.to_owned();
        }
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    phrase.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
