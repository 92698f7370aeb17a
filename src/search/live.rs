//! What belongs to one generation and is worked out once when it goes live: its words, its counts.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::Tables;
use super::suggest::SuggestIndex;
use crate::index::Generation;
use crate::reference::{ConceptIndex, Vocabulary};

/// A generation with everything that is derived from it; swapped as one.
pub(super) struct Live {
    pub(super) generation: Arc<Generation>,
    /// The tables it was built with.
    pub(super) tables: Arc<Tables>,
    /// Every term of names, topics and texts with the number of groups that have it.
    pub(super) words: fst::Map<Vec<u8>>,
    /// Groups with a concept or anything narrower, each cluster once.
    pub(super) group_counts: HashMap<ConceptIndex, usize>,
    /// For each concept those at or below it that some group has.
    used_below: HashMap<ConceptIndex, Vec<ConceptIndex>>,
    /// Groups of each contact point, each cluster once.
    pub(super) contact_point_counts: Vec<usize>,
    /// Groups around each place of the gazetteer, counted when it is first suggested.
    pub(super) around_place: Vec<OnceLock<usize>>,
    pub(super) suggestions: SuggestIndex,
}

impl Live {
    /// Derives all that requests need.
    ///
    /// # Errors
    ///
    /// When the text index cannot be read.
    pub(super) fn new(generation: Generation, tables: Arc<Tables>) -> tantivy::Result<Self> {
        let words = words_of(&generation)?;
        let used_below = used_below(&generation, &tables.reference.vocabulary);
        let group_counts = counts_of(&generation, &used_below);
        let columns = &generation.columns;
        let mut contact_point_counts = vec![0; generation.meta.contact_points.len()];
        let mut counted: HashSet<(u16, u32)> = HashSet::new();
        for (publisher, cluster) in columns.contact_point.iter().zip(&columns.cluster) {
            let count = contact_point_counts.get_mut(usize::from(*publisher));
            if let Some(count) = count.filter(|_| counted.insert((*publisher, *cluster))) {
                *count += 1;
            }
        }
        let count = |concept| group_counts.get(&concept).copied().unwrap_or(0);
        let suggestions =
            SuggestIndex::new(&generation, &tables.reference, &tables.analyzer, count);
        let places = tables.reference.gazetteer.places().len();
        Ok(Self {
            generation: Arc::new(generation),
            tables,
            words,
            group_counts,
            used_below,
            contact_point_counts,
            around_place: vec![OnceLock::new(); places],
            suggestions,
        })
    }

    /// Returns how many groups have a term in any field.
    pub(super) fn frequency(&self, term: &str) -> u64 {
        self.words.get(term).unwrap_or(0)
    }

    /// Returns those at or below a concept that some group has; all others lead to no group.
    pub(super) fn used_below(&self, concept: ConceptIndex) -> &[ConceptIndex] {
        self.used_below.get(&concept).map_or(&[], Vec::as_slice)
    }

    /// Returns how many groups have a concept or anything narrower.
    pub(super) fn group_count(&self, concept: ConceptIndex) -> usize {
        self.group_counts.get(&concept).copied().unwrap_or(0)
    }
}

fn words_of(generation: &Generation) -> tantivy::Result<fst::Map<Vec<u8>>> {
    let mut frequencies: std::collections::BTreeMap<Vec<u8>, u64> =
        std::collections::BTreeMap::new();
    let fields = generation.fields;
    for segment in generation.searcher().segment_readers() {
        for field in [fields.name, fields.topics, fields.text, fields.hidden] {
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                // Terms with `=` are exact forms; they only sharpen the order.
                if terms.key().first() != Some(&b'=') {
                    *frequencies.entry(terms.key().to_vec()).or_default() +=
                        u64::from(terms.value().doc_freq);
                }
            }
        }
    }
    Ok(fst::Map::from_iter(frequencies).expect("a BTreeMap is sorted"))
}

fn used_below(
    generation: &Generation,
    vocabulary: &Vocabulary,
) -> HashMap<ConceptIndex, Vec<ConceptIndex>> {
    let mut below: HashMap<ConceptIndex, Vec<ConceptIndex>> = HashMap::new();
    let mut used: Vec<ConceptIndex> =
        generation.columns.groups_of_concept.keys().copied().collect();
    used.sort_unstable();
    for concept in used {
        for above in std::iter::once(concept).chain(vocabulary.ancestors(concept)) {
            below.entry(above).or_default().push(concept);
        }
    }
    below
}

fn counts_of(
    generation: &Generation,
    used_below: &HashMap<ConceptIndex, Vec<ConceptIndex>>,
) -> HashMap<ConceptIndex, usize> {
    let columns = &generation.columns;
    let count = |below: &Vec<ConceptIndex>| {
        let groups = below.iter().filter_map(|concept| columns.groups_of_concept.get(concept));
        let mut clusters: Vec<u32> =
            groups.flatten().map(|group| columns.cluster[*group as usize]).collect();
        clusters.sort_unstable();
        clusters.dedup();
        clusters.len()
    };
    used_below.iter().map(|(concept, below)| (*concept, count(below))).collect()
}
