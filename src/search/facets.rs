//! Counts the values of facets: each under all filters but its own, each group once.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::answer::FacetValue;
use super::filters::FilterMasks;
use super::live::Live;
use super::request::{AnswerLanguage, Facet, SearchRequest};
use crate::domain::{AgeGroup, Audience, Format, Gender, State, Status, Wheelchair};
use crate::index::NO_DISTRICT;
use crate::recognise::term::{self, Term};
use crate::reference::{Reference, Vocabulary};

/// Most values of one facet; selected ones are listed beyond it.
const MOST_VALUES: usize = 100;

/// Counts `facet` over `candidates`, each with the filters it fails.
pub(super) fn count(
    facet: Facet,
    candidates: &[(u32, u16)],
    request: &SearchRequest,
    selected_concepts: &[u32],
    live: &Live,
    reference: &Reference,
    language: AnswerLanguage,
) -> Vec<FacetValue> {
    let columns = &live.generation.columns;
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    let mut shared: HashMap<u32, HashSet<u32>> = HashMap::new();
    let tops = if facet == Facet::Topic {
        topic_groups_of_concepts(live, &reference.vocabulary)
    } else {
        HashMap::new()
    };
    for (group, failures) in candidates {
        if !FilterMasks::passes_but(*failures, facet) {
            continue;
        }
        let values = values_of(facet, *group, live, &tops);
        let cluster = columns.cluster[*group as usize];
        // Records of one group count a value once between them.
        if columns.cluster_members.contains_key(&cluster) {
            let seen = shared.entry(cluster).or_default();
            for value in values {
                if seen.insert(value) {
                    *counts.entry(value).or_default() += 1;
                }
            }
        } else {
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
        }
    }
    let selected = selected_values(facet, request, selected_concepts);
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(value, count)| facet_value(facet, value, count, live, reference, language))
        .map(|value| FacetValue { selected: selected.contains(&value.value), ..value })
        .collect();
    for missing in &selected {
        if !values.iter().any(|value| value.value == *missing) {
            let label = label_of(facet, missing, reference, language);
            values.push(FacetValue { value: missing.clone(), label, count: 0, selected: true });
        }
    }
    values.sort_by(|a, b| (b.count, &a.label, &a.value).cmp(&(a.count, &b.label, &b.value)));
    let mut listed = 0;
    values.retain(|value| {
        listed += 1;
        listed <= MOST_VALUES || value.selected
    });
    values
}

fn values_of(facet: Facet, group: u32, live: &Live, tops: &HashMap<u32, Vec<u32>>) -> Vec<u32> {
    let columns = &live.generation.columns;
    let at = group as usize;
    let bits = |set: u64| (0..64).filter(|bit| set & (1 << bit) != 0).collect::<Vec<u32>>();
    match facet {
        Facet::Topic => {
            let mut found: Vec<u32> = columns
                .concepts(group)
                .iter()
                .filter_map(|c| tops.get(c))
                .flatten()
                .copied()
                .collect();
            found.sort_unstable();
            found.dedup();
            found
        }
        Facet::Concept => columns.concepts(group),
        Facet::Audience => bits(u64::from(columns.audience[at])),
        Facet::AgeGroup => bits(u64::from(columns.age_group[at])),
        Facet::Gender => vec![u32::from(columns.gender[at])],
        // A hybrid group is what either filter leaves.
        Facet::Format if columns.format[at] == Format::Hybrid as u8 => {
            vec![Format::InPerson as u32, Format::Online as u32, Format::Hybrid as u32]
        }
        Facet::Format => vec![u32::from(columns.format[at])],
        Facet::Language => bits(columns.languages[at]),
        Facet::District if columns.district[at] == NO_DISTRICT => Vec::new(),
        Facet::District => vec![u32::from(columns.district[at])],
        Facet::State if columns.state[at] == u8::MAX => Vec::new(),
        Facet::State => vec![u32::from(columns.state[at])],
        Facet::ContactPoint if columns.contact_point[at] == u16::MAX => Vec::new(),
        Facet::ContactPoint => vec![u32::from(columns.contact_point[at])],
        Facet::Status => vec![u32::from(columns.status[at])],
        // The filter takes "this or better"; unknown and no are nothing to filter by.
        Facet::Wheelchair => {
            (Wheelchair::Partial as u8..=columns.wheelchair[at]).map(u32::from).collect()
        }
    }
}

fn topic_groups_of_concepts(live: &Live, vocabulary: &Vocabulary) -> HashMap<u32, Vec<u32>> {
    let mut tops: HashMap<u32, Vec<u32>> = HashMap::new();
    for (index, concept) in vocabulary.concepts.iter().enumerate() {
        if concept.is_topic_group {
            let index = index as u32;
            for below in live.used_below(index) {
                tops.entry(*below).or_default().push(index);
            }
        }
    }
    tops
}

fn facet_value(
    facet: Facet,
    value: u32,
    count: usize,
    live: &Live,
    reference: &Reference,
    language: AnswerLanguage,
) -> FacetValue {
    let meta = &live.generation.meta;
    let at = value as usize;
    let word = match facet {
        Facet::Topic | Facet::Concept => reference.vocabulary.concept(value).id.to_string(),
        Facet::Audience => Audience::WORDS[at].to_owned(),
        Facet::AgeGroup => AgeGroup::WORDS[at].to_owned(),
        Facet::Gender => Gender::WORDS[at].to_owned(),
        Facet::Format => Format::WORDS[at].to_owned(),
        Facet::Language => meta.languages[at].clone(),
        Facet::District => meta.districts[at].clone(),
        Facet::State => State::all().nth(at).map_or_else(String::new, |state| state.to_string()),
        Facet::ContactPoint => meta.contact_points[at].id.clone(),
        Facet::Status => Status::WORDS[at].to_owned(),
        Facet::Wheelchair => Wheelchair::WORDS[at].to_owned(),
    };
    let label = match facet {
        Facet::ContactPoint => meta.contact_points[at].name.clone(),
        _ => label_of(facet, &word, reference, language),
    };
    FacetValue { value: word, label, count, selected: false }
}

fn label_of(facet: Facet, word: &str, reference: &Reference, language: AnswerLanguage) -> String {
    match facet {
        Facet::Topic | Facet::Concept => reference.vocabulary.by_id(word).map_or_else(
            || word.to_owned(),
            |index| super::label_in(reference.vocabulary.concept(index), language).to_owned(),
        ),
        Facet::District => word
            .parse()
            .ok()
            .and_then(|key| reference.gazetteer.district(&key))
            .map_or_else(|| word.to_owned(), |district| district.label()),
        Facet::State => {
            word.parse().map_or_else(|_| word.to_owned(), |state: State| state.name().to_owned())
        }
        Facet::ContactPoint => word.to_owned(),
        Facet::Wheelchair => word.parse().map_or_else(
            |_| word.to_owned(),
            |value: Wheelchair| term::wheelchair_label(value, language.as_str()),
        ),
        _ => term_of(facet, word)
            .map_or_else(|| word.to_owned(), |term| term.label(language.as_str())),
    }
}

fn term_of(facet: Facet, word: &str) -> Option<Term> {
    match facet {
        Facet::Audience => word.parse().ok().map(Term::Audience),
        Facet::AgeGroup => word.parse().ok().map(Term::AgeGroup),
        Facet::Gender => word.parse().ok().map(Term::Gender),
        Facet::Format => word.parse().ok().map(Term::Format),
        Facet::Language => word.parse().ok().map(Term::Language),
        Facet::Status => word.parse().ok().map(Term::Status),
        _ => None,
    }
}

fn selected_values(facet: Facet, request: &SearchRequest, concepts: &[u32]) -> Vec<String> {
    let filters = &request.filters;
    let texts = |values: &[String]| values.to_vec();
    match facet {
        Facet::Topic | Facet::Concept if concepts.is_empty() => Vec::new(),
        Facet::Topic | Facet::Concept => texts(&filters.concepts),
        Facet::Audience => filters.audience.iter().map(ToString::to_string).collect(),
        Facet::AgeGroup => filters.age_group.iter().map(ToString::to_string).collect(),
        Facet::Gender => filters.gender.iter().map(ToString::to_string).collect(),
        Facet::Format => filters.format.iter().map(ToString::to_string).collect(),
        Facet::Language => filters.language.iter().map(ToString::to_string).collect(),
        Facet::District => filters.district.iter().map(ToString::to_string).collect(),
        Facet::State => filters.state.iter().map(ToString::to_string).collect(),
        Facet::ContactPoint => filters.contact_point.iter().map(ToString::to_string).collect(),
        Facet::Status => filters.status.iter().map(ToString::to_string).collect(),
        Facet::Wheelchair => filters.wheelchair.iter().map(ToString::to_string).collect(),
    }
}
