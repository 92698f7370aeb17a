//! The filters of a request against the columns: for each group, which filters it fails.
//!
//! One bit per filter, because each facet counts under all filters but its own.

use std::collections::HashSet;

use super::live::Live;
use super::request::{BoundingBox, Facet, Filters};
use crate::domain::{Coordinates, Format, State};
use crate::reference::ConceptIndex;

/// The bit of filters that no facet stands for: area, ids, time.
const OTHER: u16 = 1 << 15;

/// The request's filters as numbers of this generation.
pub(super) struct FilterMasks {
    concepts: Option<HashSet<u32>>,
    audience: u8,
    age_group: u8,
    gender: u8,
    format: u8,
    language: Option<u64>,
    district: Option<Vec<u16>>,
    state: Option<Vec<u8>>,
    contact_point: Option<Vec<u16>>,
    status: u8,
    wheelchair: u8,
    updated_since: Option<i64>,
    ids: Option<HashSet<u32>>,
    bbox: Option<BoundingBox>,
    circle: Option<(Coordinates, f64)>,
    include_online: bool,
}

impl FilterMasks {
    /// Translates filters; `concepts` are those of `topic` and `condition`, `centre` the point of
    /// `radius_km`.
    pub(super) fn new(
        filters: &Filters,
        concepts: &[ConceptIndex],
        centre: Option<Coordinates>,
        live: &Live,
    ) -> Self {
        let generation = &live.generation;
        let meta = &generation.meta;
        let columns = &generation.columns;
        let concept_groups = (!filters.concepts.is_empty()).then(|| {
            let mut groups = HashSet::new();
            for concept in concepts {
                for below in live.used_below(*concept) {
                    groups.extend(columns.groups_of_concept.get(below).into_iter().flatten());
                }
            }
            groups
        });
        let position =
            |table: &[String], wanted: &str| table.iter().position(|known| known == wanted);
        Self {
            concepts: concept_groups,
            audience: filters.audience.iter().fold(0, |bits, value| bits | 1 << *value as u8),
            age_group: filters.age_group.iter().fold(0, |bits, value| bits | 1 << *value as u8),
            gender: filters.gender.iter().fold(0, |bits, value| bits | 1 << *value as u8),
            format: filters.format.iter().fold(0, |bits, value| bits | formats_of(*value)),
            language: (!filters.language.is_empty()).then(|| {
                let known = filters
                    .language
                    .iter()
                    .filter_map(|tag| position(&meta.languages, tag.as_str()));
                known.fold(0, |bits, at| bits | 1 << at)
            }),
            district: (!filters.district.is_empty()).then(|| {
                let known = filters
                    .district
                    .iter()
                    .filter_map(|key| position(&meta.districts, key.as_str()));
                known.map(|at| at as u16).collect()
            }),
            state: (!filters.state.is_empty()).then(|| {
                let known =
                    filters.state.iter().filter_map(|s| State::all().position(|other| other == *s));
                known.map(|at| at as u8).collect()
            }),
            contact_point: (!filters.contact_point.is_empty()).then(|| {
                let wanted = |id: &str| filters.contact_point.iter().any(|w| w.as_str() == id);
                let all = meta.contact_points.iter().enumerate();
                all.filter(|(_, point)| wanted(&point.id)).map(|(at, _)| at as u16).collect()
            }),
            status: filters.status.iter().fold(0, |bits, value| bits | 1 << *value as u8),
            wheelchair: filters.wheelchair.map_or(0, |least| least as u8),
            updated_since: filters.updated_since.map(|at| at.as_microsecond()),
            ids: (!filters.id.is_empty())
                .then(|| filters.id.iter().filter_map(|id| generation.group(id)).collect()),
            bbox: filters.bbox,
            circle: centre.zip(filters.radius_km),
            include_online: filters.include_online,
        }
    }

    /// Returns one bit for each filter that the group fails; 0: it passes all.
    pub(super) fn failures(&self, group: u32, live: &Live) -> u16 {
        let columns = &live.generation.columns;
        let at = group as usize;
        let mut failed = 0;
        let mut check = |facet: Facet, passes: bool| {
            if !passes {
                failed |= 1 << facet as u16;
            }
        };
        if let Some(groups) = &self.concepts {
            check(Facet::Concept, groups.contains(&group));
        }
        check(Facet::Audience, self.audience == 0 || columns.audience[at] & self.audience != 0);
        check(Facet::AgeGroup, self.age_group == 0 || columns.age_group[at] & self.age_group != 0);
        check(Facet::Gender, self.gender == 0 || self.gender & 1 << columns.gender[at] != 0);
        check(Facet::Format, self.format == 0 || self.format & 1 << columns.format[at] != 0);
        if let Some(bits) = self.language {
            check(Facet::Language, columns.languages[at] & bits != 0);
        }
        if let Some(districts) = &self.district {
            check(Facet::District, districts.contains(&columns.district[at]));
        }
        if let Some(states) = &self.state {
            check(Facet::State, states.contains(&columns.state[at]));
        }
        if let Some(points) = &self.contact_point {
            check(Facet::ContactPoint, points.contains(&columns.contact_point[at]));
        }
        check(Facet::Status, self.status == 0 || self.status & 1 << columns.status[at] != 0);
        check(Facet::Wheelchair, columns.wheelchair[at] >= self.wheelchair);
        if !self.passes_others(at, group, live) {
            failed |= OTHER;
        }
        failed
    }

    fn passes_others(&self, at: usize, group: u32, live: &Live) -> bool {
        let columns = &live.generation.columns;
        if self.updated_since.is_some_and(|since| columns.updated_at[at] < since) {
            return false;
        }
        if self.ids.as_ref().is_some_and(|ids| !ids.contains(&group)) {
            return false;
        }
        if let Some(area) = self.bbox {
            let (lat, lon) = (f64::from(columns.lat[at]), f64::from(columns.lon[at]));
            let is_inside =
                (area.south..=area.north).contains(&lat) && (area.west..=area.east).contains(&lon);
            if !is_inside {
                return false; // NaN, a missing point, lies nowhere
            }
        }
        if let Some((centre, radius_km)) = self.circle {
            let format = columns.format[at];
            let meets_in_person =
                format == Format::InPerson as u8 || format == Format::Hybrid as u8;
            if !meets_in_person {
                return self.include_online;
            }
            return distance_km(centre, columns.lat[at], columns.lon[at])
                .is_some_and(|km| km <= radius_km);
        }
        true
    }

    /// Says whether a group passes all filters but those of the facet.
    pub(super) fn passes_but(failures: u16, facet: Facet) -> bool {
        // `topic` and `concept` are one filter.
        let own = match facet {
            Facet::Topic | Facet::Concept => 1 << Facet::Concept as u16,
            other => 1 << other as u16,
        };
        failures & !own == 0
    }
}

/// Online and in_person also match hybrid.
fn formats_of(wanted: Format) -> u8 {
    match wanted {
        Format::Online => 1 << Format::Online as u8 | 1 << Format::Hybrid as u8,
        Format::InPerson => 1 << Format::InPerson as u8 | 1 << Format::Hybrid as u8,
        other => 1 << other as u8,
    }
}

/// Returns the distance of a group's published point; `None` without one.
pub(super) fn distance_km(from: Coordinates, lat: f32, lon: f32) -> Option<f64> {
    // A missing point is NaN, which is no place.
    let point = Coordinates::new(f64::from(lat), f64::from(lon)).ok()?;
    Some(from.distance_km(point))
}
