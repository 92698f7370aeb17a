//! The example data, read by the import and searched in process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use tempfile::TempDir;
use wegweiser::catalogue::{GroupList, Snapshot};
use wegweiser::domain::Nomenclature;
use wegweiser::import::{self, Context, Reading, SourceSettings, VocabularyReader};
use wegweiser::index::{Generation, GenerationStore, Plan};
use wegweiser::reference::Reference;
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

/// Returns the tables with Orphanet's names, hierarchy and retired codes imported, where the
/// reference data lie beside the repository.
pub fn imported_reference() -> Option<Arc<Reference>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/orphanet");
    if !folder.is_dir() {
        println!("skipped: no reference data beside the repository");
        return None;
    }
    let tables = ["orphanet_de_en_icd.tsv", "orphanet_parents.tsv", "orphanet_inactive_2025.tsv"];
    let lists: Vec<Nomenclature> = tables
        .iter()
        .map(|name| {
            let file = std::fs::File::open(folder.join(name)).expect("readable");
            let reading = import::read_nomenclature(name, std::io::BufReader::new(file));
            reading.unwrap_or_else(|finding| panic!("{name}: {finding:?}")).list
        })
        .collect();
    Some(reference().with_imported(&lists, "test"))
}

/// Reads one source as the import does.
pub fn read(searcher: &Searcher, bytes: &[u8], settings: &SourceSettings) -> Reading {
    let tables = searcher.tables();
    let reader = VocabularyReader {
        vocabulary: &tables.reference().vocabulary,
        analyzer: tables.analyzer(),
        concepts: tables.concepts(),
        terms: tables.terms(),
    };
    let reference = tables.reference();
    let now = "2026-11-21T08:00:00Z".parse().expect("a moment");
    let context = Context::new(
        &reference.gazetteer,
        tables.analyzer(),
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
    let tables = searcher.tables();
    let (concepts, analyzer) = (tables.concepts(), tables.analyzer());
    let plan = Plan::new(snapshot, tables.reference(), concepts, analyzer, TODAY);
    let built_at = "2026-11-21T08:00:00Z".parse().expect("a moment");
    let generation = store
        .build(&plan, analyzer, &BTreeMap::new(), built_at, |_| {})
        .expect("a sound generation");
    (folder, generation)
}

impl Examples {
    /// Reads all example lists and builds their index.
    pub fn load() -> Self {
        Self::with(searcher())
    }

    /// The same with other tables.
    pub fn with(searcher: Arc<Searcher>) -> Self {
        let mut groups = GroupList::default();
        for (settings, bytes) in import::example_sources().expect("readable") {
            groups.append(read(&searcher, &bytes, &settings).groups);
        }
        let snapshot = Snapshot {
            revision: 1,
            example_data: true,
            contact_points: searcher.reference().contact_points.clone(),
            groups,
            tombstones: Vec::new(),
            duplicates: Vec::new(),
            withdrawals: BTreeMap::new(),
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
    let reference = searcher.reference();
    let vocabulary = &reference.vocabulary;
    let concepts = answer.generation.columns.concepts(group);
    concepts.iter().map(|index| vocabulary.concept(*index).id.to_string()).collect()
}
