//! The example data, read by the import and searched in process.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::date;
use tempfile::TempDir;
use wegweiser::catalogue::Snapshot;
use wegweiser::import::{self, Context, Reading, SourceSettings, VocabularyReader};
use wegweiser::index::{Generation, GenerationStore, Plan};
use wegweiser::search::Searcher;
use wegweiser::search::answer::SearchAnswer;
use wegweiser::search::request::SearchRequest;

use crate::support::reference;

/// The day on which the examples are loaded.
const TODAY: jiff::civil::Date = date(2026, 11, 21);

/// The example groups behind a searcher.
pub struct Examples {
    /// Answers.
    pub searcher: Arc<Searcher>,
    _folder: TempDir,
}

/// Returns a searcher without a generation.
pub fn searcher() -> Arc<Searcher> {
    Arc::new(Searcher::new(reference()))
}

/// Reads one source as the import does.
pub fn read(searcher: &Searcher, bytes: &[u8], settings: &SourceSettings) -> Reading {
    let reader = VocabularyReader {
        vocabulary: &searcher.reference().vocabulary,
        analyzer: searcher.analyzer(),
        concepts: searcher.concepts(),
        terms: searcher.terms(),
    };
    let reference = searcher.reference();
    let now = "2026-11-21T08:00:00Z".parse().expect("a moment");
    let context = Context::new(
        &reference.gazetteer,
        searcher.analyzer(),
        &reader,
        &reference.contact_points,
        TODAY,
        now,
    );
    import::read_source(bytes, settings, &context)
}

/// Builds an index of a snapshot and returns its hits of several records each.
pub fn clusters(searcher: &Searcher, snapshot: &Snapshot) -> Vec<Vec<u32>> {
    let (_folder, generation) = build(searcher, snapshot);
    generation.columns.cluster_members.values().cloned().collect()
}

fn build(searcher: &Searcher, snapshot: &Snapshot) -> (TempDir, Generation) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = GenerationStore::open(folder.path()).expect("a free folder");
    let (concepts, analyzer) = (searcher.concepts(), searcher.analyzer());
    let plan = Plan::new(snapshot, searcher.reference(), concepts, analyzer, TODAY);
    let built_at = "2026-11-21T08:00:00Z".parse().expect("a moment");
    let generation = store
        .build(&plan, analyzer, &BTreeMap::new(), built_at, |_| {})
        .expect("a sound generation");
    (folder, generation)
}

impl Examples {
    /// Reads all example lists and builds their index.
    pub fn load() -> Self {
        let searcher = searcher();
        let mut groups = Vec::new();
        for (settings, bytes) in import::example_sources().expect("readable") {
            groups.extend(read(&searcher, &bytes, &settings).groups);
        }
        let snapshot = Snapshot {
            revision: 1,
            example_data: true,
            contact_points: searcher.reference().contact_points.clone(),
            groups,
            tombstones: Vec::new(),
            duplicates: Vec::new(),
            last_import_at: BTreeMap::new(),
        };
        let (folder, generation) = build(&searcher, &snapshot);
        searcher.swap(generation).expect("readable words");
        Self { searcher, _folder: folder }
    }

    /// Searches with query pairs.
    pub fn search(&self, pairs: &[(&str, &str)]) -> SearchAnswer {
        let request = SearchRequest::from_pairs(pairs.iter().copied())
            .unwrap_or_else(|problems| panic!("{pairs:?}: {problems:?}"));
        self.searcher.search(&request).unwrap_or_else(|error| panic!("{pairs:?}: {error:?}"))
    }
}

/// Returns the concept ids of a hit.
pub fn concepts_of(answer: &SearchAnswer, searcher: &Searcher, position: usize) -> Vec<String> {
    let group = answer.items[position].group;
    let vocabulary = &searcher.reference().vocabulary;
    let concepts = answer.generation.columns.concepts(group);
    concepts.iter().map(|index| vocabulary.concept(*index).id.to_string()).collect()
}
