//! The one who searches: holds the tables, the finders and the live generation.
//!
//! In: checked requests. Out: the types of `answer.rs`. Every method reads one generation from
//! beginning to end; [`Searcher::swap`] puts the next one under later requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::Timestamp;

use super::answer::{
    FoundConcept, FoundContactPoint, FoundPlaceEntry, SearchAnswer, SuggestAnswer,
};
use super::interpret::Whereabouts;
use super::live::Live;
use super::request::{AnswerLanguage, Faulty, ParameterProblem, SearchRequest};
use super::{Tables, label_in, lookups, run, suggest};
use crate::domain::{ContactPoint, DistrictKey, GroupId};
use crate::index::{Generation, revision_of};
use crate::reference::{ConceptIndex, Reference};

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

impl From<Box<Faulty>> for SearchError {
    fn from(faulty: Box<Faulty>) -> Self {
        Self::Request(faulty.problems)
    }
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
    /// The newest tables: those of the live generation, or of the next one.
    tables: ArcSwap<Tables>,
    live: ArcSwapOption<Live>,
    is_stale: AtomicBool,
}

impl Searcher {
    /// Prepares the tables for searching; no generation is live yet.
    pub fn new(reference: Arc<Reference>) -> Self {
        Self {
            tables: ArcSwap::from_pointee(Tables::new(reference)),
            live: ArcSwapOption::empty(),
            is_stale: AtomicBool::new(false),
        }
    }

    /// Takes other tables, as after an import of a vocabulary; the live generation goes on with
    /// those it was built with until [`Searcher::swap`].
    pub fn renew(&self, reference: Arc<Reference>) {
        self.tables.store(Arc::new(Tables::new(reference)));
    }

    /// Returns the newest tables with the finders over them.
    pub fn tables(&self) -> Arc<Tables> {
        self.tables.load_full()
    }

    /// Returns the newest vocabulary, gazetteer and first contact points.
    pub fn reference(&self) -> Arc<Reference> {
        Arc::clone(&self.tables.load().reference)
    }

    /// Learns the contact points of the catalogue, so that their names are understood.
    pub fn learn_contact_points(&self, contact_points: &[ContactPoint]) {
        self.tables.load().learn(contact_points);
    }

    /// Makes a generation that was built with the newest tables the live one; requests that have
    /// begun keep the former.
    ///
    /// # Errors
    ///
    /// [`SearchError::Index`] when its words cannot be read; the former one then stays.
    pub fn swap(&self, generation: Generation) -> Result<(), SearchError> {
        let live = Live::new(generation, self.tables.load_full())?;
        self.live.store(Some(Arc::new(live)));
        Ok(())
    }

    /// Returns the live generation.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`] before the first swap.
    pub fn generation(&self) -> Result<Arc<Generation>, SearchError> {
        Ok(Arc::clone(&self.live()?.generation))
    }

    fn live(&self) -> Result<Arc<Live>, SearchError> {
        self.live.load_full().ok_or(SearchError::NoIndex)
    }

    /// Marks answers as stale while the catalogue cannot be reached, or an older state than the
    /// catalogue's is live because the index was damaged or cannot be built.
    pub fn set_stale(&self, stale: bool) {
        self.is_stale.store(stale, Ordering::Relaxed);
    }

    /// Says whether answers may lag behind the catalogue.
    pub fn is_stale(&self) -> bool {
        self.is_stale.load(Ordering::Relaxed)
    }

    /// Searches groups.
    ///
    /// # Errors
    ///
    /// [`SearchError::Request`] with all problems, [`SearchError::GenerationBehind`],
    /// [`SearchError::NoIndex`].
    pub fn search(&self, request: &SearchRequest) -> Result<SearchAnswer, SearchError> {
        let live = self.live()?;
        match least_revision(request) {
            Err(problem) => {
                let problems = vec![problem];
                let faulty = Faulty { request: request.clone(), problems };
                return Err(SearchError::Request(self.all_problems(faulty)));
            }
            Ok(revision) if live.generation.manifest.revision < revision => {
                return Err(SearchError::GenerationBehind);
            }
            Ok(_) => {}
        }
        run::search(request, &live, &live.tables, self.is_stale())
    }

    /// Returns the faults of form and, where a generation is live, what the tables find wrong
    /// besides, so that nobody has to mend a request twice.
    pub fn all_problems(&self, faulty: Faulty) -> Vec<ParameterProblem> {
        let mut further = match self.live() {
            Ok(live) => run::further_problems(&faulty, &live, &live.tables),
            Err(_) => Vec::new(),
        };
        further.extend(least_revision(&faulty.request).err());
        let mut problems = faulty.problems;
        for problem in further {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }

    /// Suggests while somebody types; `limit` at most 20.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`].
    pub fn suggest(
        &self,
        q: &str,
        limit: usize,
        language: AnswerLanguage,
    ) -> Result<SuggestAnswer, SearchError> {
        let live = self.live()?;
        let items = suggest::suggest(q, limit, language, &live, &live.tables);
        let crisis = suggest::crisis_in(q, &items, &live.tables);
        Ok(SuggestAnswer {
            items,
            crisis_help: crisis.and_then(|kind| run::help(kind, language, &live.tables.reference)),
            generation: Arc::clone(&live.generation),
        })
    }

    /// Returns the topic groups, or, below `parent`, its narrower concepts.
    ///
    /// # Errors
    ///
    /// [`SearchError::NotFound`] for an unknown parent.
    pub fn topics(
        &self,
        parent: Option<&str>,
        language: AnswerLanguage,
    ) -> Result<Page<FoundConcept>, SearchError> {
        let live = self.live()?;
        let vocabulary = &live.tables.reference.vocabulary;
        let indices: Vec<ConceptIndex> = match parent {
            Some(id) => {
                let index = vocabulary.by_id(id).ok_or(SearchError::NotFound)?;
                let narrower = &vocabulary.concept(index).narrower;
                narrower.iter().copied().take(lookups::MOST_NARROWER).collect()
            }
            None => {
                let all = vocabulary.concepts.iter().enumerate();
                all.filter(|(_, concept)| concept.is_topic_group).map(|(at, _)| at as u32).collect()
            }
        };
        let entry =
            |index: &ConceptIndex| lookups::concept_entry(*index, language, &live, &live.tables);
        Ok(whole_list(indices.iter().map(entry).collect(), &live))
    }

    /// Returns one topic.
    ///
    /// # Errors
    ///
    /// [`SearchError::NotFound`].
    pub fn topic(&self, id: &str, language: AnswerLanguage) -> Result<FoundConcept, SearchError> {
        let live = self.live()?;
        let index = live.tables.reference.vocabulary.by_id(id).ok_or(SearchError::NotFound)?;
        Ok(lookups::concept_entry(index, language, &live, &live.tables))
    }

    /// Returns the concepts that a text or code may mean, likeliest first.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`].
    pub fn conditions(
        &self,
        q: &str,
        limit: usize,
        language: AnswerLanguage,
    ) -> Result<Page<FoundConcept>, SearchError> {
        let live = self.live()?;
        let found = lookups::conditions(q, &live, &live.tables);
        let entry =
            |index: &ConceptIndex| lookups::concept_entry(*index, language, &live, &live.tables);
        let items = found.iter().take(limit).map(entry).collect();
        Ok(Page {
            items,
            total: found.len(),
            next_cursor: None,
            generation: Arc::clone(&live.generation),
        })
    }

    /// Returns the places that a text may mean, likeliest first.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`].
    pub fn places(&self, q: &str, limit: usize) -> Result<Page<FoundPlaceEntry>, SearchError> {
        let live = self.live()?;
        let resolution = live.tables.places.resolve(q);
        let all: Vec<FoundPlaceEntry> = resolution
            .best
            .iter()
            .chain(&resolution.alternatives)
            .map(lookups::place_entry)
            .collect();
        let total = all.len();
        let items = all.into_iter().take(limit).collect();
        Ok(Page { items, total, next_cursor: None, generation: Arc::clone(&live.generation) })
    }

    /// Returns contact points: with a place, local ones that serve it first, then other local ones
    /// by distance, state bodies last.
    ///
    /// # Errors
    ///
    /// [`SearchError::Request`] for a place that no reading fits or a foreign cursor.
    pub fn contact_points(
        &self,
        request: &ContactPointRequest,
    ) -> Result<Page<FoundContactPoint>, SearchError> {
        let live = self.live()?;
        let problems = self.contact_point_problems(request);
        if !problems.is_empty() {
            return Err(SearchError::Request(problems));
        }
        let here =
            self.whereabouts(request).map_err(|problem| SearchError::Request(vec![problem]))?;
        let meta = &live.generation.meta;
        let mut all = lookups::contact_points_for(here.as_ref(), &live);
        if let Some(state) = request.state {
            all.retain(|entry| {
                let serves = &meta.contact_points[entry.position].serves;
                serves.iter().any(|key| {
                    key.parse::<DistrictKey>().ok().and_then(|k| k.state()) == Some(state)
                })
            });
        }
        let total = all.len();
        let start = match &request.cursor {
            Some(cursor) => {
                let position =
                    all.iter().position(|entry| meta.contact_points[entry.position].id == *cursor);
                let unknown = || {
                    SearchError::Request(vec![ParameterProblem::invalid("cursor", WRONG_CURSOR)])
                };
                position.ok_or_else(unknown)? + 1
            }
            None => 0,
        };
        let items: Vec<FoundContactPoint> =
            all.into_iter().skip(start).take(request.limit).collect();
        let next_cursor = items
            .last()
            .filter(|_| start + items.len() < total)
            .map(|last| meta.contact_points[last.position].id.clone());
        Ok(Page { items, total, next_cursor, generation: Arc::clone(&live.generation) })
    }

    /// Returns what the tables find wrong with a request for contact points; nothing while no
    /// generation is live.
    pub fn contact_point_problems(&self, request: &ContactPointRequest) -> Vec<ParameterProblem> {
        let Ok(live) = self.live() else { return Vec::new() };
        let mut problems: Vec<ParameterProblem> =
            self.whereabouts(request).err().into_iter().collect();
        let mut known = live.generation.meta.contact_points.iter();
        if request.cursor.as_ref().is_some_and(|cursor| known.all(|point| point.id != *cursor)) {
            problems.push(ParameterProblem::invalid("cursor", WRONG_CURSOR));
        }
        problems
    }

    fn whereabouts(
        &self,
        request: &ContactPointRequest,
    ) -> Result<Option<Whereabouts>, ParameterProblem> {
        match (&request.place, request.point) {
            (Some(_), Some(_)) => {
                let detail = "give either `place` or `lat` and `lon`, not both";
                Err(ParameterProblem::invalid("lat", detail))
            }
            (Some(text), None) => {
                let resolution = self.tables.load().places.resolve(text);
                let place = resolution.best.ok_or_else(|| {
                    let detail = "`place` is no postcode, town, district, district key or car plate that we know";
                    ParameterProblem {
                        suggestions: resolution.suggestions,
                        ..ParameterProblem::invalid("place", detail)
                    }
                })?;
                let point = place.point;
                Ok(Some(Whereabouts { place: Some(place), point, words: 0..0, radius_km: None }))
            }
            (None, Some(point)) => {
                Ok(Some(Whereabouts { place: None, point, words: 0..0, radius_km: None }))
            }
            (None, None) => Ok(None),
        }
    }

    /// Returns one contact point.
    ///
    /// # Errors
    ///
    /// [`SearchError::NotFound`].
    pub fn contact_point(
        &self,
        id: &str,
    ) -> Result<(Arc<Generation>, FoundContactPoint), SearchError> {
        let live = self.live()?;
        let all = lookups::contact_points_for(None, &live);
        let meta = &live.generation.meta;
        let found = all.into_iter().find(|entry| meta.contact_points[entry.position].id == id);
        Ok((Arc::clone(&live.generation), found.ok_or(SearchError::NotFound)?))
    }

    /// Finds a group.
    ///
    /// # Errors
    ///
    /// [`SearchError::Gone`] for what has left, [`SearchError::NotFound`] for what never was.
    pub fn group(&self, id: &GroupId) -> Result<(Arc<Generation>, u32), SearchError> {
        let live = self.live()?;
        let generation = Arc::clone(&live.generation);
        if let Some(group) = generation.group(id) {
            return Ok((generation, group));
        }
        let text = id.to_string();
        match generation.meta.tombstones.iter().find(|tombstone| tombstone.id == text) {
            Some(tombstone) => {
                Err(SearchError::Gone { replaced_by: tombstone.replaced_by.clone() })
            }
            None => Err(SearchError::NotFound),
        }
    }

    /// Returns all records that pass the filters of `request`, in the order of their ids; with
    /// `updated_since`, tombstones too.
    ///
    /// # Errors
    ///
    /// [`SearchError::Request`].
    pub fn export(
        &self,
        request: &SearchRequest,
    ) -> Result<(Arc<Generation>, Vec<ExportRecord>), SearchError> {
        let live = self.live()?;
        let language = request.lang.unwrap_or_default();
        let found = run::find(request, language, &live, &live.tables)?;
        let passed = found.candidates.iter().filter(|(_, failures)| *failures == 0);
        let mut records: Vec<ExportRecord> =
            passed.map(|(group, _)| ExportRecord::Group(*group)).collect();
        if let Some(since) = request.filters.updated_since {
            for (at, tombstone) in live.generation.meta.tombstones.iter().enumerate() {
                let is_recent =
                    tombstone.deleted_at.parse::<Timestamp>().is_ok_and(|at| at >= since);
                if is_recent {
                    records.push(ExportRecord::Tombstone(at));
                }
            }
        }
        Ok((Arc::clone(&live.generation), records))
    }

    /// Returns the label of a concept in a language.
    pub fn concept_label(&self, id: &str, language: AnswerLanguage) -> Option<String> {
        let tables = match self.live.load_full() {
            Some(live) => Arc::clone(&live.tables),
            None => self.tables.load_full(),
        };
        let vocabulary = &tables.reference.vocabulary;
        Some(label_in(vocabulary.concept(vocabulary.by_id(id)?), language).to_owned())
    }

    /// Returns for each contact point of the live generation how many groups it publishes and how
    /// many of them are stale.
    ///
    /// # Errors
    ///
    /// [`SearchError::NoIndex`].
    pub fn counts_by_contact_point(&self) -> Result<Vec<(usize, usize)>, SearchError> {
        Ok(lookups::group_counts(&*self.live()?))
    }
}

/// What is wrong with a cursor of the list of contact points.
const WRONG_CURSOR: &str =
    "`cursor` must be the `next_cursor` of an earlier answer to the same request";

/// Returns the revision that `min_generation` asks for; 0 where it is not given.
fn least_revision(request: &SearchRequest) -> Result<u64, ParameterProblem> {
    let Some(wanted) = &request.min_generation else { return Ok(0) };
    let detail = "`min_generation` must be the `generation` of an earlier answer";
    revision_of(wanted).ok_or_else(|| ParameterProblem::invalid("min_generation", detail))
}

/// Returns a list that fits on one page.
fn whole_list<T>(items: Vec<T>, live: &Live) -> Page<T> {
    Page { total: items.len(), items, next_cursor: None, generation: Arc::clone(&live.generation) }
}
