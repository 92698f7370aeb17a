//! Where a group meets: from what its publisher wrote to district, point and precision.
//!
//! In: postcode, town and district as written. Out: the same with what the gazetteer knows, and
//! findings where the parts contradict each other. Exact names only: a typing error in a list is
//! to be told, not guessed away.

use std::collections::HashMap;

use super::finding::{Finding, Notes};
use super::messages;
use super::validate::CheckedVenue;
use crate::analysis::Analyzer;
use crate::domain::{
    ContactLevel, ContactPoint, Coordinates, DistrictKey, Precision, Publish, Venue,
};
use crate::reference::{Gazetteer, Place, PlaceKind, PostcodeArea};

/// The states whose groups this service lists.
const OUR_STATES: [&str; 2] = ["SN", "TH"];

/// What follows the name of a town without belonging to it.
const SUFFIXES: [&str; 14] = [
    " thür.",
    " thür",
    " thüringen",
    " sachsen",
    " sa.",
    " i. sa.",
    " vogtl.",
    " i. v.",
    " i.v.",
    " erzgeb.",
    " erzgebirge",
    " sächs.",
    " stadt",
    " i. thür.",
];

/// Names of places, for exact look-up.
pub(super) struct PlaceNames {
    full: HashMap<String, Vec<usize>>,
    /// Names without their addition: "Auerbach" of "Auerbach/Vogtl.".
    short: HashMap<String, Vec<usize>>,
    municipalities: HashMap<(String, Option<DistrictKey>), usize>,
    districts: HashMap<String, Vec<DistrictKey>>,
}

impl PlaceNames {
    pub fn new(gazetteer: &Gazetteer, analyzer: &Analyzer) -> Self {
        let mut names = Self {
            full: HashMap::new(),
            short: HashMap::new(),
            municipalities: HashMap::new(),
            districts: HashMap::new(),
        };
        for (index, place) in gazetteer.places().iter().enumerate() {
            for name in std::iter::once(&place.name).chain(&place.other_names) {
                names.full.entry(analyzer.key(name)).or_default().push(index);
                if let Some(short) = short_name(name) {
                    names.short.entry(analyzer.key(short)).or_default().push(index);
                }
            }
            if matches!(place.kind, PlaceKind::Town | PlaceKind::Municipality) {
                let key = (place.name.clone(), place.district.clone());
                names.municipalities.entry(key).or_insert(index);
            }
        }
        for district in gazetteer.districts() {
            let label = district.label();
            let all = [&district.name, &label].into_iter().chain(&district.other_names);
            for name in all {
                let keys = names.districts.entry(analyzer.key(name)).or_default();
                if !keys.contains(&district.key) {
                    keys.push(district.key.clone());
                }
            }
        }
        names
    }

    fn towns(&self, analyzer: &Analyzer, written: &str) -> &[usize] {
        for variant in variants(written) {
            let key = analyzer.key(&variant);
            if let Some(found) = self.full.get(&key).or_else(|| self.short.get(&key)) {
                return found;
            }
        }
        &[]
    }
}

/// "Auerbach/Vogtl." is "Auerbach", "Neustadt in Sachsen" is "Neustadt".
fn short_name(name: &str) -> Option<&str> {
    let joints = ["/", " (", ",", " in ", " im ", " am ", " an ", " bei ", " ob ", " b. ", " a. "];
    let at = joints.iter().filter_map(|joint| name.find(joint)).min()?;
    Some(name[..at].trim()).filter(|short| short.len() > 2)
}

/// Returns the ways in which a town's name may stand in the gazetteer, the written one first.
fn variants(written: &str) -> Vec<String> {
    let mut variants = vec![written.to_owned()];
    if let Some(before) = short_name(written) {
        variants.push(before.to_owned());
    }
    let mut bare = written.to_owned();
    for suffix in SUFFIXES {
        let cut = bare.len().checked_sub(suffix.len()).filter(|at| bare.is_char_boundary(*at));
        if let Some(at) = cut.filter(|at| bare[*at..].to_lowercase() == suffix) {
            bare.truncate(at);
        }
    }
    for prefix in ["Stadt ", "Landeshauptstadt ", "Gemeinde ", "OT "] {
        if let Some(rest) = bare.strip_prefix(prefix) {
            bare = rest.to_owned();
        }
    }
    if let Some(at) = bare.find(" OT ") {
        variants.push(bare[at + 4..].to_owned());
        bare.truncate(at);
    }
    for separator in ["-", " "] {
        // "Jena-Winzerla", "Dresden Neustadt": the town is the first part.
        if let Some((town, _)) = bare.split_once(separator).filter(|(town, _)| town.len() > 3) {
            let town = town.to_owned();
            if !variants.contains(&town) {
                variants.push(town);
            }
        }
    }
    variants.insert(1, bare);
    variants
}

/// What finding a place needs.
pub(super) struct Finder<'a> {
    pub gazetteer: &'a Gazetteer,
    pub analyzer: &'a Analyzer,
    pub names: &'a PlaceNames,
}

/// A filled venue, with the municipality it lies in.
pub(super) struct Found {
    pub venue: Option<Venue>,
    pub municipality: Option<String>,
}

impl Finder<'_> {
    /// Fills what the gazetteer knows.
    pub fn fill(
        &self,
        checked: CheckedVenue,
        row: u64,
        contact_point: Option<&ContactPoint>,
        notes: &mut Notes,
    ) -> Found {
        let place_column = if checked.town.is_some() { "venue.town" } else { "venue.postcode" };
        let about = |rule, notes: &Notes| notes.about(rule).in_row(row);
        let area = checked.postcode.as_ref().and_then(|postcode| {
            let area = self.gazetteer.postcode(postcode);
            if area.is_none() {
                let finding = about(&messages::POSTCODE_UNKNOWN, notes);
                notes.add(finding.in_column("venue.postcode").with_value(postcode.as_str()));
            }
            area
        });
        if let Some(area) = area {
            let is_ours = area.states.iter().any(|state| OUR_STATES.contains(&state.as_str()));
            if !is_ours {
                let finding = about(&messages::POSTCODE_OUTSIDE, notes);
                let finding = finding.in_column("venue.postcode");
                notes.add(finding.with_value(area.postcode.as_str()));
            }
        }
        let place = checked
            .town
            .as_deref()
            .and_then(|town| self.town(town, area, row, contact_point, notes));
        let named_district = checked.district.as_deref().and_then(|written| {
            let found = self.district(written, contact_point);
            if found.is_none() {
                let finding = about(&messages::DISTRICT_UNKNOWN, notes);
                notes.add(finding.in_column("venue.district").with_value(written));
            }
            found
        });
        let of_area = area.and_then(|area| match area.districts.as_slice() {
            [only] => Some(only.clone()),
            several => {
                let of_place = place.and_then(|place| place.district.clone());
                of_place.filter(|key| several.contains(key)).or_else(|| several.first().cloned())
            }
        });
        let of_place = place.and_then(|place| place.district.clone());
        let district = of_area.or(of_place).or_else(|| named_district.clone());
        if let (Some(point), Some(found)) = (contact_point, &district) {
            let is_elsewhere = point.level == ContactLevel::Local
                && !point.serves.is_empty()
                && !point.serves.contains(found);
            if is_elsewhere {
                let shown = checked.postcode.as_ref().map(|p| p.as_str().to_owned());
                let shown = shown.or_else(|| checked.town.clone()).unwrap_or_default();
                let finding = about(&messages::PLACE_OUTSIDE, notes).in_column(place_column);
                notes.add(finding.with_value(&shown).with_detail(point.id.as_str()));
            }
        }

        let municipality = self.municipality(place, area);
        let (point, precision) = self.point(&checked, place, area, district.as_ref());
        let found = Found {
            municipality: municipality
                .map(|place| place.name.clone())
                .or_else(|| checked.town.clone()),
            venue: None,
        };
        if checked.is_empty() {
            return found;
        }
        let venue = Venue {
            municipality_point: municipality.map(|place| place.point),
            publish: checked.publish.unwrap_or(Publish::Exact),
            name: checked.name,
            street: checked.street,
            postcode: checked.postcode,
            town: checked.town,
            district,
            point,
            precision,
        };
        Found { venue: Some(venue), ..found }
    }

    /// A point that was given and is exact stays; others come from the smallest known place.
    fn point(
        &self,
        checked: &CheckedVenue,
        place: Option<&Place>,
        area: Option<&PostcodeArea>,
        district: Option<&DistrictKey>,
    ) -> (Option<Coordinates>, Option<Precision>) {
        let given = checked.precision.unwrap_or(Precision::Exact);
        let is_own = matches!(given, Precision::Exact | Precision::Street);
        if let (Some(point), true) = (checked.point, is_own) {
            return (Some(point), Some(given));
        }
        let derived = match (place, area) {
            // A quarter or a small municipality is nearer than the middle of a postcode; a
            // town with many postcodes is not.
            (Some(place), Some(area)) => {
                let is_small = place.kind == PlaceKind::Quarter
                    || place.kind == PlaceKind::Village
                    || area.places.len() > 3 && place.postcodes.len() <= 1;
                let lies_there = self.lies_in(place, area);
                if is_small && lies_there && place.precision <= Precision::Municipality {
                    Some((place.point, place.precision))
                } else {
                    Some((area.point, Precision::Postcode))
                }
            }
            (None, Some(area)) => Some((area.point, Precision::Postcode)),
            (Some(place), None) => Some((place.point, place.precision)),
            (None, None) => district
                .and_then(|key| self.gazetteer.district(key))
                .map(|district| (district.point, Precision::District)),
        };
        match derived.or_else(|| checked.point.map(|point| (point, given))) {
            Some((point, precision)) => (Some(point), Some(precision)),
            None => (None, None),
        }
    }

    fn municipality(&self, place: Option<&Place>, area: Option<&PostcodeArea>) -> Option<&Place> {
        let places = self.gazetteer.places();
        let of_area = || area.and_then(|area| area.places.first()).map(|index| &places[*index]);
        let place = place.or_else(of_area)?;
        let key = (place.municipality.clone(), place.district.clone());
        self.names.municipalities.get(&key).map(|index| &places[*index])
    }

    fn lies_in(&self, place: &Place, area: &PostcodeArea) -> bool {
        let places = self.gazetteer.places();
        place.postcodes.contains(&area.postcode)
            || area.places.iter().map(|index| &places[*index]).any(|covered| {
                covered.id == place.id
                    || covered.municipality == place.name && covered.district == place.district
                    || covered.municipality == place.municipality
                        && covered.district == place.district
            })
    }

    fn town(
        &self,
        written: &str,
        area: Option<&PostcodeArea>,
        row: u64,
        contact_point: Option<&ContactPoint>,
        notes: &mut Notes,
    ) -> Option<&Place> {
        let places = self.gazetteer.places();
        let candidates: Vec<&Place> =
            self.names.towns(self.analyzer, written).iter().map(|index| &places[*index]).collect();
        let about = |rule, notes: &Notes| -> Finding {
            notes.about(rule).in_row(row).in_column("venue.town").with_value(written)
        };
        if let Some(area) = area {
            let inside = candidates.iter().filter(|place| self.lies_in(place, area));
            // The place itself before the town around it.
            let best = inside.max_by_key(|place| {
                let is_covered = area.places.iter().any(|index| places[*index].id == place.id);
                (is_covered, place.kind == PlaceKind::Town, place.population)
            });
            if best.is_none() && !candidates.is_empty() {
                let finding = about(&messages::TOWN_NOT_IN_POSTCODE, notes);
                notes.add(finding.with_detail(area.postcode.as_str()));
            }
            return best.copied();
        }
        let served = |place: &&&Place| {
            contact_point.is_some_and(|point| {
                place.district.as_ref().is_some_and(|key| point.serves.contains(key))
            })
        };
        let near: Vec<&Place> = candidates.iter().filter(served).copied().collect();
        let in_state = |place: &&&Place| contact_point.is_some_and(|p| p.state == place.state);
        let at_home: Vec<&Place> = candidates.iter().filter(in_state).copied().collect();
        let pool = match (near.is_empty(), at_home.is_empty()) {
            (false, _) => &near,
            (true, false) => &at_home,
            (true, true) => &candidates,
        };
        let rank = |place: &&&Place| {
            (place.kind == PlaceKind::Town, place.kind == PlaceKind::Municipality, place.population)
        };
        let Some(best) = pool.iter().max_by_key(rank).copied() else {
            let finding = about(&messages::TOWN_UNKNOWN, notes);
            notes.add(finding);
            return None;
        };
        let is_rival = |place: &&Place| {
            place.id != best.id
                && (place.municipality != best.municipality || place.district != best.district)
                && OUR_STATES.contains(&place.state.as_str())
                // A town is meant before a village of its name, unless it is no town either.
                && (matches!(place.kind, PlaceKind::Town | PlaceKind::Municipality)
                    || !matches!(best.kind, PlaceKind::Town | PlaceKind::Municipality))
        };
        if pool.iter().any(is_rival) {
            let district = best.district.as_ref().and_then(|key| self.gazetteer.district(key));
            let shown = match district {
                Some(district) => format!("{} ({})", best.name, district.label()),
                None => best.name.clone(),
            };
            let finding = about(&messages::TOWN_AMBIGUOUS, notes);
            notes.add(finding.with_detail(shown));
        }
        Some(best)
    }

    /// Reads a district by key, name or car plate.
    fn district(&self, written: &str, contact_point: Option<&ContactPoint>) -> Option<DistrictKey> {
        let trimmed = written.trim();
        let digits = trimmed.bytes().all(|b| b.is_ascii_digit());
        if digits {
            let key: DistrictKey = trimmed.get(..5)?.parse().ok()?;
            return self.gazetteer.district(&key).map(|district| district.key.clone());
        }
        let lower = trimmed.to_lowercase();
        let wants_land = ["landkreis", "kreis", "lk "].iter().any(|word| lower.starts_with(word))
            || lower.ends_with("-land")
            || lower.ends_with(" land");
        let wants_city = lower.contains("stadt");
        let bare = ["Landkreis ", "Kreis ", "LK ", "Lkr. ", "Stadt ", "Kreisfreie Stadt "]
            .iter()
            .find_map(|prefix| trimmed.strip_prefix(prefix))
            .unwrap_or(trimmed);
        let mut found: Vec<DistrictKey> = Vec::new();
        for name in [trimmed, bare] {
            found.extend(
                self.names.districts.get(&self.analyzer.key(name)).into_iter().flatten().cloned(),
            );
        }
        let plate = trimmed.split('-').next().unwrap_or(trimmed);
        if found.is_empty() {
            let of_plate = self
                .gazetteer
                .districts()
                .iter()
                .filter(|district| district.plates.iter().any(|known| known == plate));
            found.extend(of_plate.map(|district| district.key.clone()));
        }
        let is_served =
            |key: &&DistrictKey| contact_point.is_some_and(|point| point.serves.contains(key));
        let is_city = |key: &&DistrictKey| {
            self.gazetteer.district(key).is_some_and(|district| district.is_city)
        };
        let by_kind = if wants_land {
            found.iter().find(|key| !is_city(key))
        } else if wants_city {
            found.iter().find(is_city)
        } else {
            None
        };
        by_kind.or_else(|| found.iter().find(is_served)).or_else(|| found.first()).cloned()
    }
}
