//! Look-ups beside the search: topics, conditions, places, contact points.

use super::Tables;
use super::answer::{FoundConcept, FoundContactPoint, FoundPlaceEntry, Link};
use super::interpret::{Whereabouts, codes_in, concepts_of_code};
use super::label_in;
use super::live::Live;
use super::request::AnswerLanguage;
use super::run::shown_distance;
use crate::analysis::Word;
use crate::domain::Coordinates;
use crate::recognise::place::FoundPlace;
use crate::reference::ConceptIndex;

/// Most narrower concepts that are named: below the umbrella of rare diseases there may be
/// thousands; own ones stand first.
pub(super) const MOST_NARROWER: usize = 2_000;

/// Returns a concept as lists show it.
pub(super) fn concept_entry(
    index: ConceptIndex,
    language: AnswerLanguage,
    live: &Live,
    tables: &Tables,
) -> FoundConcept {
    let vocabulary = &tables.reference.vocabulary;
    let concept = vocabulary.concept(index);
    let named = |indices: &[ConceptIndex]| {
        let pair = |index: &ConceptIndex| {
            let concept = vocabulary.concept(*index);
            (concept.id.to_string(), label_in(concept, language).to_owned())
        };
        indices.iter().map(pair).collect()
    };
    FoundConcept {
        id: concept.id.to_string(),
        label: label_in(concept, language).to_owned(),
        codes: concept.codes.iter().map(ToString::to_string).collect(),
        synonyms: concept.synonyms().map(str::to_owned).collect(),
        broader: named(&concept.broader),
        narrower: named(&concept.narrower[..concept.narrower.len().min(MOST_NARROWER)]),
        group_count: live.group_count(index),
        crisis: concept.crisis.is_some(),
        retired_codes: concept.retired_codes.iter().map(ToString::to_string).collect(),
    }
}

/// Returns the concepts that a text or a code may mean, likeliest first, and whether it is a
/// well-formed code that nobody knows.
pub(super) fn conditions(q: &str, live: &Live, tables: &Tables) -> Vec<ConceptIndex> {
    let words = tables.analyzer.words(q);
    let mut taken = vec![false; words.len()];
    let mut found: Vec<ConceptIndex> = Vec::new();
    let mut add = |concept: ConceptIndex| {
        if !found.contains(&concept) {
            found.push(concept);
        }
    };
    for note in codes_in(q, &words, &mut taken, tables) {
        concepts_of_code(&note.value, tables).into_iter().for_each(&mut add);
    }
    let mut matches = tables.concepts.find(&words, q, &mut taken);
    let is_known = |word: &Word| live.frequency(&word.forms.stem) >= 4;
    matches.extend(tables.concepts.find_misspelt(&words, &mut taken, &is_known));
    for matched in matches {
        let mut readings: Vec<ConceptIndex> =
            [matched.concept].into_iter().chain(matched.other_readings).collect();
        readings.sort_by_key(|concept| std::cmp::Reverse(live.group_count(*concept)));
        readings.into_iter().for_each(&mut add);
    }
    if found.is_empty() {
        let key = tables.analyzer.key(q);
        if key.len() >= 3 {
            found = tables
                .concepts
                .beginning_with(&key, 20)
                .into_iter()
                .map(|(concept, _)| concept)
                .collect();
        }
    }
    found
}

/// Returns a place as lists show it.
pub(super) fn place_entry(place: &FoundPlace) -> FoundPlaceEntry {
    FoundPlaceEntry {
        id: place.id.clone(),
        kind: place.kind.as_str(),
        label: place.label.clone(),
        postcodes: place.postcodes.iter().map(ToString::to_string).collect(),
        district: place.district.as_ref().map(ToString::to_string),
        district_name: place.district_name.clone(),
        state: place.state.map(|state| state.to_string()),
        lat: place.point.lat(),
        lon: place.point.lon(),
    }
}

/// Returns all contact points in the order for a place: local ones that serve it by distance, other
/// local ones by distance, the state body of its state, other state bodies. Without a place: by id.
pub(super) fn contact_points_for(
    here: Option<&Whereabouts>,
    live: &Live,
) -> Vec<FoundContactPoint> {
    let meta = &live.generation.meta;
    let counts = group_counts(live);
    let districts: Vec<String> = here
        .and_then(|here| here.place.as_ref())
        .map(|place| {
            let own = place.district.iter().map(ToString::to_string);
            own.chain(place.covers.iter().map(ToString::to_string)).collect()
        })
        .unwrap_or_default();
    let state = here.and_then(|here| here.place.as_ref()).and_then(|place| place.state);
    let mut found: Vec<(u8, FoundContactPoint)> = Vec::new();
    for (position, point) in meta.contact_points.iter().enumerate() {
        let serves = point.serves.iter().any(|key| districts.contains(key));
        let is_local = point.level == "local";
        let is_of_state = state.is_some_and(|state| state.as_str() == point.state);
        let rank = match (is_local, serves) {
            (true, true) => 0,
            (true, false) => 1,
            (false, _) if is_of_state => 2,
            (false, _) => 3,
        };
        let own = point.lat.zip(point.lon).and_then(|(lat, lon)| Coordinates::new(lat, lon).ok());
        let distance = here.zip(own).map(|(here, own)| here.point.distance_km(own));
        let entry = FoundContactPoint {
            position,
            serves_place: here.map(|_| serves),
            distance_km: shown_distance(distance),
            group_count: counts[position].0,
        };
        found.push((if here.is_some() { rank } else { u8::from(!is_local) }, entry));
    }
    found.sort_by(|(rank_a, a), (rank_b, b)| {
        let distance = |entry: &FoundContactPoint| entry.distance_km.unwrap_or(f64::MAX);
        let by_id = || meta.contact_points[a.position].id.cmp(&meta.contact_points[b.position].id);
        rank_a.cmp(rank_b).then(distance(a).total_cmp(&distance(b))).then_with(by_id)
    });
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// Returns the contact points that help: those that serve the place or the nearest ones; without a
/// place the state bodies.
pub(super) fn nearest_contact_points(
    here: Option<&Whereabouts>,
    most: usize,
    live: &Live,
    _tables: &Tables,
) -> Vec<FoundContactPoint> {
    let meta = &live.generation.meta;
    let all = contact_points_for(here, live);
    let mut found: Vec<FoundContactPoint> = match here {
        Some(_) => {
            let serving = all.iter().any(|entry| {
                entry.serves_place == Some(true)
                    && meta.contact_points[entry.position].level == "local"
            });
            let fits = |entry: &&FoundContactPoint| {
                let is_local = meta.contact_points[entry.position].level == "local";
                is_local && (!serving || entry.serves_place == Some(true))
            };
            all.iter().filter(fits).take(most).cloned().collect()
        }
        None => all
            .iter()
            .filter(|entry| meta.contact_points[entry.position].level == "state")
            .cloned()
            .collect(),
    };
    if found.is_empty() {
        found = all.into_iter().take(most).collect();
    }
    found
}

/// Returns name, page and number of contact points.
pub(super) fn links_of(points: &[FoundContactPoint], live: &Live) -> Vec<Link> {
    let meta = &live.generation.meta;
    points
        .iter()
        .map(|entry| {
            let point = &meta.contact_points[entry.position];
            Link {
                label: point.name.clone(),
                url: point.website.clone(),
                phone: point.phone.clone(),
            }
        })
        .collect()
}

/// Returns for each contact point how many groups it publishes and how many of them are stale.
pub(super) fn group_counts(live: &Live) -> Vec<(usize, usize)> {
    let generation = &live.generation;
    let columns = &generation.columns;
    let mut counts = vec![(0, 0); generation.meta.contact_points.len()];
    let as_of: Option<jiff::civil::Date> = generation.meta.as_of.parse().ok();
    let epoch = jiff::civil::date(1970, 1, 1);
    let [stale_after, ..] = generation.meta.review_months;
    let limit = as_of.filter(|_| stale_after != 0).and_then(|day| {
        use jiff::ToSpan;
        let day = day.checked_sub(i32::from(stale_after).months()).ok()?;
        Some(day.since(epoch).ok()?.get_days())
    });
    for (group, publisher) in columns.contact_point.iter().enumerate() {
        let Some(count) = counts.get_mut(usize::from(*publisher)) else { continue };
        count.0 += 1;
        let verified = columns.verified_on[group];
        let is_stale = verified != i32::MIN && limit.is_some_and(|limit| verified < limit);
        count.1 += usize::from(is_stale);
    }
    counts
}
