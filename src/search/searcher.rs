//! The one who searches: holds the tables, the finders and the live generation.
//! (Skeleton with the final interface.)

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::answer::{
    FoundConcept, FoundContactPoint, FoundPlaceEntry, SearchAnswer, SuggestAnswer,
};
use super::request::{AnswerLanguage, ParameterProblem, SearchRequest};
use crate::analysis::Analyzer;
use crate::domain::GroupId;
use crate::index::Generation;
use crate::recognise::concept::ConceptFinder;
use crate::reference::Reference;

/// Why a search could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The request is wrong; all its problems.
    #[error("the request is wrong")]
    Request(Vec<ParameterProblem>),
    /// No generation is live yet.
    #[error("no index has been built yet")]
    NoIndex,
    /// The generation asked for has not arrived here yet.
    #[error("this node has not reached the generation asked for")]
    GenerationBehind,
    /// What was asked for does not exist.
    #[error("there is nothing under this id")]
    NotFound,
    /// It was there and has left public view; `replaced_by` is the id of its successor.
    #[error("this has left public view")]
    Gone {
        /// The group that took its place.
        replaced_by: Option<String>,
    },
    /// The text index could not be read.
    #[error("the index could not be read")]
    Index(#[from] tantivy::TantivyError),
}

/// A page of a list.
pub struct Page<T> {
    /// The entries of this page.
    pub items: Vec<T>,
    /// Entries on all pages.
    pub total: usize,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// The generation that answered.
    pub generation: Arc<Generation>,
}

/// Parameters of the list of contact points.
#[derive(Debug, Clone, Default)]
pub struct ContactPointRequest {
    /// A place by name.
    pub place: Option<String>,
    /// A point instead.
    pub point: Option<crate::domain::Coordinates>,
    /// Only this state.
    pub state: Option<crate::domain::State>,
    /// Entries on a page, at most 100.
    pub limit: usize,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// One record of an export.
pub enum ExportRecord {
    /// A group, by its ordinal.
    Group(u32),
    /// A tombstone, by its position in the generation's table.
    Tombstone(usize),
}

/// Everything that answers questions. Shared by all workers.
pub struct Searcher {
    reference: Arc<Reference>,
    analyzer: Analyzer,
    concepts: Arc<ConceptFinder>,
    live: ArcSwapOption<Generation>,
}

impl Searcher {
    /// Prepares the tables for searching; no generation is live yet.
    pub fn new(reference: Arc<Reference>) -> Self {
        let analyzer = Analyzer::new(&reference.vocabulary, &reference.gazetteer);
        let concepts = Arc::new(ConceptFinder::new(&reference.vocabulary, &analyzer));
        Self { reference, analyzer, concepts, live: ArcSwapOption::empty() }
    }

    /// Returns the tables.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Returns the text chain.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// Returns the finder of concepts, which import and build use too.
    pub fn concepts(&self) -> &Arc<ConceptFinder> {
        &self.concepts
    }

    /// Makes a generation the live one; requests that have begun keep the former.
    pub fn swap(&self, generation: Generation) {
        self.live.store(Some(Arc::new(generation)));
    }

    /// Returns the live generation.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`] before the first swap.
    pub fn generation(&self) -> Result<Arc<Generation>, SearchError> {
        self.live.load_full().ok_or(SearchError::NoIndex)
    }

    /// Marks answers as stale while the catalogue cannot be reached.
    pub fn set_stale(&self, _stale: bool) {}

    /// Searches groups.
    ///
    /// # Errors
    ///
    /// [`SearchError::Request`] with all problems, [`SearchError::GenerationBehind`],
    /// [`SearchError::NoIndex`].
    pub fn search(&self, _request: &SearchRequest) -> Result<SearchAnswer, SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Suggests while somebody types; `limit` at most 20.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`].
    pub fn suggest(
        &self,
        _q: &str,
        _limit: usize,
        _language: AnswerLanguage,
    ) -> Result<SuggestAnswer, SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns the topic groups with everything below them, or, below `parent`, its narrower ones.
    ///
    /// # Errors
    ///
    /// [`SearchError::NotFound`] for an unknown parent.
    pub fn topics(
        &self,
        _parent: Option<&str>,
        _language: AnswerLanguage,
    ) -> Result<Page<FoundConcept>, SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns one topic.
    ///
    /// # Errors
    ///
    /// [`SearchError::NotFound`].
    pub fn topic(&self, _id: &str, _language: AnswerLanguage) -> Result<FoundConcept, SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns the concepts that a text or code may mean, likeliest first.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`].
    pub fn conditions(
        &self,
        _q: &str,
        _limit: usize,
        _language: AnswerLanguage,
    ) -> Result<Page<FoundConcept>, SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns the places that a text may mean, likeliest first.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`].
    pub fn places(&self, _q: &str, _limit: usize) -> Result<Page<FoundPlaceEntry>, SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns contact points: with a place, local ones that serve it first, then other local ones
    /// by distance, state bodies last.
    ///
    /// # Errors
    ///
    /// [`SearchError::Request`] for a place that no reading fits.
    pub fn contact_points(
        &self,
        _request: &ContactPointRequest,
    ) -> Result<Page<FoundContactPoint>, SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns one contact point.
    ///
    /// # Errors
    ///
    /// [`SearchError::NotFound`].
    pub fn contact_point(
        &self,
        _id: &str,
    ) -> Result<(Arc<Generation>, FoundContactPoint), SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Finds a group.
    ///
    /// # Errors
    ///
    /// [`SearchError::Gone`] for what has left, [`SearchError::NotFound`] for what never was.
    pub fn group(&self, _id: &GroupId) -> Result<(Arc<Generation>, u32), SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns all records that pass the filters of `request`, in the order of their ids; with
    /// `updated_since`, tombstones too.
    ///
    /// # Errors
    ///
    /// [`SearchError::Request`].
    pub fn export(
        &self,
        _request: &SearchRequest,
    ) -> Result<(Arc<Generation>, Vec<ExportRecord>), SearchError> {
        Err(SearchError::NoIndex)
    }

    /// Returns the label of a concept in a language.
    pub fn concept_label(&self, _id: &str, _language: AnswerLanguage) -> Option<String> {
        None
    }

    /// Returns for each contact point of the generation how many groups it publishes and how many
    /// of them are stale.
    pub fn counts_by_contact_point(&self, generation: &Generation) -> Vec<(usize, usize)> {
        vec![(0, 0); generation.meta.contact_points.len()]
    }
}
