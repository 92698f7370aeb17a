//! One search from the checked request to the answer.

use std::collections::HashMap;
use std::sync::Arc;

use super::Tables;
use super::answer::{CrisisHelp, CrisisNumber, Hit, Match, SearchAnswer};
use super::cursor::SortKey;
use super::facets;
use super::fallback;
use super::filters::FilterMasks;
use super::highlight::explain;
use super::interpret::{Understanding, understand};
use super::live::Live;
use super::matching::{self, Fit, Matches};
use super::rank::{Ranker, distance_from};
use super::request::{
    AnswerLanguage, Expand, Facet, Faulty, ParameterProblem, SearchRequest, Tier,
};
use super::searcher::SearchError;
use crate::domain::CrisisKind;
use crate::reference::Reference;

/// A group that passes all filters, the best of its cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub(super) group: u32,
    pub(super) key: SortKey,
    pub(super) tier: Option<Tier>,
}

/// Everything that was found, before a page is cut from it.
pub(super) struct Found {
    pub(super) understood: Understanding,
    pub(super) matches: Matches,
    /// In order.
    pub(super) ranked: Vec<Ranked>,
    /// Groups that fit the text, with the filters they fail.
    pub(super) candidates: Vec<(u32, u16)>,
}

impl Found {
    /// Returns the hits of each tier.
    pub(super) fn totals(&self) -> [usize; 5] {
        let mut totals = [0; 5];
        for tier in self.ranked.iter().filter_map(|ranked| ranked.tier) {
            if let Some(total) = totals.get_mut(tier as usize) {
                *total += 1;
            }
        }
        totals
    }

    fn fit(&self, group: u32) -> Option<&Fit> {
        self.matches.fits.as_ref()?.get(&group)
    }
}

/// Finds and ranks all groups of a request.
///
/// # Errors
///
/// [`SearchError::Request`] with what the tables do not know, [`SearchError::Index`].
pub(super) fn find(
    request: &SearchRequest,
    language: AnswerLanguage,
    live: &Live,
    tables: &Tables,
) -> Result<Found, SearchError> {
    let mut understood =
        understand(request, language, live, tables).map_err(SearchError::Request)?;
    let matches = matching::find(&mut understood, request.q.is_some(), live, tables)?;
    let centre = understood.whereabouts.as_ref().map(|here| here.point);
    let mut filters = request.filters.clone();
    if filters.radius_km.is_none() {
        filters.radius_km = understood.whereabouts.as_ref().and_then(|here| here.radius_km);
        filters.include_online |= filters.radius_km.is_some();
    }
    let masks = FilterMasks::new(&filters, &understood.filter_concepts, centre, live);
    let columns = &live.generation.columns;
    let ranker = Ranker::new(request, &understood, live);
    let mut candidates = Vec::new();
    let mut best: HashMap<u32, Ranked> = HashMap::new();
    let mut consider = |group: u32, fit: Option<&Fit>| {
        if fit.is_some_and(|fit| !ranker.is_wanted(fit.tier)) {
            return;
        }
        let failures = masks.failures(group, live);
        candidates.push((group, failures));
        if failures != 0 {
            return;
        }
        let key = ranker.key(group, fit);
        let ranked = Ranked { group, key, tier: fit.map(|fit| fit.tier) };
        best.entry(columns.cluster[group as usize])
            .and_modify(|known| {
                if key < known.key {
                    *known = ranked;
                }
            })
            .or_insert(ranked);
    };
    match &matches.fits {
        Some(fits) => fits.iter().for_each(|(group, fit)| consider(*group, Some(fit))),
        None => (0..columns.len() as u32).for_each(|group| consider(group, None)),
    }
    let mut ranked: Vec<Ranked> = best.into_values().collect();
    ranked.sort_unstable_by_key(|ranked| ranked.key);
    Ok(Found { understood, matches, ranked, candidates })
}

/// Answers a request.
///
/// # Errors
///
/// As [`find`]; a cursor of another request is a problem too.
pub(super) fn search(
    request: &SearchRequest,
    live: &Arc<Live>,
    tables: &Tables,
    stale: bool,
) -> Result<SearchAnswer, SearchError> {
    let language = request.lang.unwrap_or_default();
    let after =
        request.cursor.as_ref().map(|cursor| SortKey::from_cursor(cursor, request)).transpose();
    let after = after.map_err(|problem| {
        let mut problems = vec![problem];
        problems.extend(understand(request, language, live, tables).err().unwrap_or_default());
        SearchError::Request(problems)
    })?;
    let found = find(request, language, live, tables)?;
    let total = found.ranked.len();
    let start = match after {
        Some(key) => found.ranked.partition_point(|ranked| ranked.key <= key),
        None => request.offset.min(total),
    };
    let end = (start + request.limit).min(total);
    let page = &found.ranked[start..end];
    let next_cursor = page.last().filter(|_| end < total).map(|last| last.key.to_cursor(request));
    let mut items: Vec<Hit> = page.iter().map(|ranked| hit(ranked, &found, live, tables)).collect();

    let facets = request
        .facets
        .iter()
        .map(|facet| {
            (*facet, count_facet(*facet, request, &found, live, &tables.reference, language))
        })
        .collect();
    let fallback = fallback::ladder(request, &found, language, live, tables)?;
    if let Some(fallback) =
        fallback.as_ref().filter(|_| request.expand != Expand::None && next_cursor.is_none())
    {
        let shown: Vec<u32> = found.ranked.iter().map(|ranked| ranked.group).collect();
        items.extend(fallback::appended(fallback, request.expand, &shown, request, live, tables)?);
    }
    let crisis_help =
        found.understood.crisis.and_then(|kind| help(kind, language, &tables.reference));
    let totals = found.totals();
    Ok(SearchAnswer {
        generation: Arc::clone(&live.generation),
        total,
        totals,
        items,
        facets,
        interpretation: found.understood.interpretation,
        fallback,
        crisis_help,
        stale,
        next_cursor,
        language,
    })
}

/// Returns what the tables find wrong with a request that has faults of form already.
pub(super) fn further_problems(
    faulty: &Faulty,
    live: &Live,
    tables: &Tables,
) -> Vec<ParameterProblem> {
    let request = &faulty.request;
    let language = request.lang.unwrap_or_default();
    let mut problems = understand(request, language, live, tables).err().unwrap_or_default();
    // Whether there is a point cannot be told while what would give one has a fault.
    let has_fault = |name: &str| faulty.problems.iter().any(|known| known.parameter == name);
    if ["place", "lat", "lon", "q"].into_iter().any(has_fault) {
        problems.retain(|problem| !matches!(problem.parameter.as_str(), "radius_km" | "sort"));
    }
    // Nor which request a cursor belongs to; but one that is none of ours stays so.
    let cursor = request.cursor.as_ref().map(|cursor| SortKey::parsed(cursor));
    problems.extend(cursor.and_then(Result::err));
    problems
}

fn count_facet(
    facet: Facet,
    request: &SearchRequest,
    found: &Found,
    live: &Live,
    reference: &Reference,
    language: AnswerLanguage,
) -> Vec<super::answer::FacetValue> {
    let selected = &found.understood.filter_concepts;
    facets::count(facet, &found.candidates, request, selected, live, reference, language)
}

fn hit(ranked: &Ranked, found: &Found, live: &Live, tables: &Tables) -> Hit {
    let here = found.understood.whereabouts.as_ref();
    let matched: Option<Match> = found
        .fit(ranked.group)
        .map(|fit| explain(ranked.group, fit, &found.matches, &found.understood, live, tables));
    Hit {
        group: ranked.group,
        distance_km: shown_distance(distance_from(here, ranked.group, live)),
        matched,
    }
}

/// Returns a distance with one decimal.
pub(super) fn shown_distance(km: Option<f64>) -> Option<f64> {
    km.map(|km| (km * 10.0).round() / 10.0)
}

/// Returns the numbers to call.
pub(super) fn help(
    kind: CrisisKind,
    language: AnswerLanguage,
    reference: &Reference,
) -> Option<CrisisHelp> {
    let all = || reference.vocabulary.crisis.iter().filter(move |row| row.kind == kind);
    let own = language.as_str();
    let wanted = if all().any(|row| row.language == own) { own } else { "de" };
    let rows = || all().filter(|row| row.language == wanted);
    let first = rows().next()?;
    Some(CrisisHelp {
        kind: kind.as_str(),
        text: first.text.clone(),
        contacts: rows()
            .map(|row| CrisisNumber {
                label: row.label.clone(),
                phone: row.phone.clone(),
                tel: row.tel.clone(),
                url: row.url.clone(),
                hours: row.hours.clone(),
                languages: row.languages.clone(),
            })
            .collect(),
    })
}
