//! The order of hits: buckets first, then what makes one group a better answer than another.

use super::cursor::SortKey;
use super::filters::distance_km;
use super::interpret::{AFFECTED, REMOTE, Understanding, Whereabouts};
use super::live::Live;
use super::matching::Fit;
use super::request::{SearchRequest, Sort, Tier};
use crate::domain::{AgeGroup, Audience, Status};
use crate::recognise::place::FoundKind;

/// What being in the same town is worth; all else is a share of it.
const SAME_TOWN: f64 = 0.60;
/// What a place further away begins with; it falls by the distance.
const ELSEWHERE: f64 = 0.57;
/// Kilometres after which a place is worth a third: about half an hour by car.
const DECAY_KM: f64 = 25.0;
/// What a group without a place to travel to is worth, as if it met some 25 km away.
const REMOTE_WORTH: f64 = 0.21;
/// A recognised audience lifts as much as living some 25 km nearer.
const AUDIENCE_LIFT: f64 = 0.40;
/// Who asks as a partner, a parent, a child fits a group for all relatives nearly as well.
const RELATIVES_LIFT: f64 = 0.25;
/// A recognised format, language, age or gender.
const TERM_LIFT: f64 = 0.25;
/// A contact point named in the text.
const CONTACT_POINT_LIFT: f64 = 0.40;
/// A group for relatives only, where nobody asked for one.
const NOT_FOR_AFFECTED: f64 = -0.10;
/// A group for one gender or language, where nobody asked for it.
const NARROW_GROUP: f64 = -0.05;
/// A group for one age only, where nobody asked for it.
const NARROW_AGE: f64 = -0.15;
/// A group that does not speak German, where nobody asked for its language.
const OTHER_LANGUAGE: f64 = -0.20;
/// Having all the concepts of the query; one of them is a share of it.
const ALL_CONCEPTS: f64 = 1.00;
/// Each step up the tree beyond the first.
const STEP_UP: f64 = -0.30;
/// The label itself in name or topics.
const NAMED: f64 = 0.20;
/// A broader group that is about something else besides.
const ASIDE: f64 = -0.20;
/// Words that only lift, at most.
const WORDS_LIFT: f64 = 0.20;
/// BM25, at most.
const TEXT_WORTH: f64 = 0.15;
/// A group that makes a pause, or is still being founded, while others meet.
const NOT_MEETING: f64 = -0.08;

/// Scores are compared in steps of a millionth, the same on every machine.
const STEPS: f64 = 1_000_000.0;

/// Works out sort keys for one request.
pub(super) struct Ranker<'a> {
    pub(super) request: &'a SearchRequest,
    pub(super) understood: &'a Understanding,
    pub(super) live: &'a Live,
    pub(super) sort: Sort,
    language_bits: u64,
    german_bit: u64,
    municipality: Option<u32>,
    /// Ordinals of the contact points that the text names.
    contact_points: Vec<usize>,
}

impl<'a> Ranker<'a> {
    pub(super) fn new(
        request: &'a SearchRequest,
        understood: &'a Understanding,
        live: &'a Live,
    ) -> Self {
        let meta = &live.generation.meta;
        let languages = understood
            .languages
            .iter()
            .filter_map(|tag| meta.languages.iter().position(|l| l == tag));
        let place = understood.whereabouts.as_ref().and_then(|here| here.place.as_ref());
        let municipality = place.and_then(|place| {
            let district = place.district.as_ref()?.to_string();
            let name = place.municipality.as_deref()?;
            meta.municipalities.iter().position(|(town, key)| town == name && *key == district)
        });
        let default = match (&request.q, &understood.whereabouts) {
            (Some(_), _) => Sort::Relevance,
            (None, Some(_)) => Sort::Distance,
            (None, None) => Sort::Name,
        };
        Self {
            sort: request.sort.unwrap_or(default),
            language_bits: languages.fold(0, |bits, at| bits | 1 << at),
            german_bit: meta.languages.iter().position(|l| l == "de").map_or(0, |at| 1 << at),
            municipality: municipality.map(|at| at as u32),
            contact_points: understood
                .contact_points
                .iter()
                .filter_map(|id| meta.contact_points.iter().position(|point| point.id == *id))
                .collect(),
            request,
            understood,
            live,
        }
    }

    fn distance_to(&self, group: u32) -> Option<f64> {
        distance_from(self.understood.whereabouts.as_ref(), group, self.live)
    }

    /// Returns the sort key of a group; smaller is better.
    pub(super) fn key(&self, group: u32, fit: Option<&Fit>) -> SortKey {
        let columns = &self.live.generation.columns;
        let at = group as usize;
        let verified = -i64::from(columns.verified_on[at]);
        let metres = || self.distance_to(group).map_or(i64::MAX, |km| (km * 1000.0).round() as i64);
        let name = i64::from(columns.name_rank[at]);
        let numbers = match self.sort {
            Sort::Relevance => {
                let tier = fit.map_or(0, |fit| fit.tier as i64);
                let edits = fit.map_or(0, |fit| i64::from(fit.edits));
                let worth = (self.worth(group, fit) * STEPS).round() as i64;
                [tier, edits, -worth, verified, name]
            }
            Sort::Distance => [metres(), fit.map_or(0, |fit| fit.tier as i64), name, 0, 0],
            Sort::Name => [name, 0, 0, 0, 0],
            Sort::Updated => [-columns.updated_at[at], name, 0, 0, 0],
        };
        SortKey { numbers, id: columns.id[at] }
    }

    fn worth(&self, group: u32, fit: Option<&Fit>) -> f64 {
        let columns = &self.live.generation.columns;
        let at = group as usize;
        let asked = self.understood;
        let mut worth = self.place_worth(group);
        let lifted = |wanted: u8, own: u8, lift: f64| {
            if wanted != 0 && own & wanted != 0 { lift } else { 0.0 }
        };
        let own = columns.audience[at];
        let fits_well = asked.audience & own != 0;
        let lift = if fits_well { AUDIENCE_LIFT } else { RELATIVES_LIFT };
        worth += lifted(for_relatives_too(asked.audience), own, lift);
        worth += lifted(asked.age_group, columns.age_group[at], TERM_LIFT);
        worth += lifted(asked.gender, 1 << columns.gender[at], TERM_LIFT);
        worth += lifted(asked.format, 1 << columns.format[at], TERM_LIFT);
        worth += lifted(asked.status, 1 << columns.status[at], TERM_LIFT);
        if self.language_bits & columns.languages[at] != 0 {
            worth += TERM_LIFT;
        }
        if self.contact_points.contains(&usize::from(columns.contact_point[at])) {
            worth += CONTACT_POINT_LIFT;
        }
        if asked.audience == 0 && columns.audience[at] & AFFECTED == 0 {
            worth += NOT_FOR_AFFECTED;
        }
        if asked.gender == 0 && columns.gender[at] != 0 {
            worth += NARROW_GROUP;
        }
        let ages = columns.age_group[at];
        if asked.age_group == 0 && ages != 0 && ages & (1 << AgeGroup::Adults as u8) == 0 {
            worth += NARROW_AGE;
        }
        if self.language_bits == 0 && columns.languages[at] & self.german_bit == 0 {
            worth += OTHER_LANGUAGE;
        }
        let status = columns.status[at];
        if asked.status == 0 && status != Status::Active as u8 {
            worth += NOT_MEETING;
        }
        if let Some(fit) = fit {
            worth += f64::from(fit.share) * ALL_CONCEPTS;
            worth += f64::from(fit.steps_up.saturating_sub(1)) * STEP_UP;
            worth += if fit.is_named { NAMED } else { 0.0 };
            worth += if fit.is_aside { ASIDE } else { 0.0 };
            worth += saturated(fit.lift) * WORDS_LIFT;
            worth += saturated(fit.score) * TEXT_WORTH;
        }
        worth
    }

    fn place_worth(&self, group: u32) -> f64 {
        if self.understood.whereabouts.is_none() {
            return 0.0;
        }
        let columns = &self.live.generation.columns;
        let at = group as usize;
        let is_same_town = self.municipality.is_some_and(|town| columns.municipality[at] == town);
        let by_distance = match self.distance_to(group) {
            _ if is_same_town => SAME_TOWN,
            Some(km) => ELSEWHERE * (-km / DECAY_KM).exp(),
            None => 0.0,
        };
        let is_remote = 1 << columns.format[at] & REMOTE != 0;
        if is_remote { by_distance.max(REMOTE_WORTH) } else { by_distance }
    }

    /// Says whether a hit of this tier is wanted.
    pub(super) fn is_wanted(&self, tier: Tier) -> bool {
        tier <= self.request.min_tier
    }
}

/// Adds relatives of all kinds to those of one kind.
fn for_relatives_too(audience: u8) -> u8 {
    let kinds = [Audience::Partners, Audience::Parents, Audience::Siblings, Audience::Children];
    let is_one_kind = kinds.iter().any(|kind| audience & 1 << *kind as u8 != 0);
    if is_one_kind { audience | 1 << Audience::Relatives as u8 } else { audience }
}

/// Returns the kilometres from a place to a group's published point.
pub(super) fn distance_from(here: Option<&Whereabouts>, group: u32, live: &Live) -> Option<f64> {
    let here = here?;
    if here.place.as_ref().is_some_and(|place| place.kind == FoundKind::Country) {
        return None; // all of Germany is near to nothing
    }
    let columns = &live.generation.columns;
    let at = group as usize;
    let is_inside = here.place.as_ref().is_some_and(|place| {
        let district = live.generation.meta.districts.get(usize::from(columns.district[at]));
        matches!(place.kind, FoundKind::District | FoundKind::State | FoundKind::Region)
            && place.covers.iter().any(|key| Some(key.as_str()) == district.map(String::as_str))
    });
    if is_inside && !columns.lat[at].is_nan() {
        return Some(0.0);
    }
    distance_km(here.point, columns.lat[at], columns.lon[at])
}

/// Maps a BM25 score of any size to 0..1; half at 5, a usual score of one word.
fn saturated(score: f32) -> f64 {
    let score = f64::from(score.max(0.0));
    score / (score + 5.0)
}
