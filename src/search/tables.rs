//! The reference tables with all finders over them, made once and shared by all requests; made anew
//! when a vocabulary was imported.

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;

use super::answer::RequestMembers;
use crate::analysis::Analyzer;
use crate::domain::{ContactPoint, Coordinates};
use crate::recognise::concept::ConceptFinder;
use crate::recognise::contact_point::ContactPointFinder;
use crate::recognise::glued::Parter;
use crate::recognise::pattern::PatternFinder;
use crate::recognise::place::PlaceFinder;
use crate::recognise::spelling::Automata;
use crate::recognise::term::TermFinder;
use crate::reference::Reference;

/// Everything that understands words.
pub struct Tables {
    pub(super) reference: Arc<Reference>,
    pub(super) analyzer: Analyzer,
    pub(super) concepts: ConceptFinder,
    pub(super) glued: Parter,
    pub(super) places: PlaceFinder,
    pub(super) terms: TermFinder,
    pub(super) patterns: PatternFinder,
    /// Follows the catalogue: contact points may change while we run.
    pub(super) contact_points: ArcSwap<ContactPointFinder>,
    pub(super) automata: Automata,
    /// For each place of the gazetteer its point and the members that ask for it, once it has been
    /// suggested.
    pub(super) place_requests: Vec<OnceLock<(Coordinates, RequestMembers)>>,
}

impl Tables {
    /// Returns vocabulary, gazetteer and first contact points.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Returns the text chain.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// Returns the finder of concepts, which import and build use too.
    pub fn concepts(&self) -> &ConceptFinder {
        &self.concepts
    }

    /// Returns the finder of audience, age and the like, which the import uses too.
    pub fn terms(&self) -> &TermFinder {
        &self.terms
    }

    pub(super) fn new(reference: Arc<Reference>) -> Self {
        let analyzer = Analyzer::new(&reference.vocabulary, &reference.gazetteer);
        let finder = contact_point_finder(&reference.contact_points, &reference, &analyzer);
        Self {
            concepts: ConceptFinder::new(&reference.vocabulary, &analyzer),
            glued: Parter::new(&reference.vocabulary, &analyzer),
            places: PlaceFinder::new(&reference.gazetteer, &reference.vocabulary, &analyzer),
            terms: TermFinder::new(&reference.vocabulary, &analyzer),
            patterns: PatternFinder::new(&reference.vocabulary, &analyzer),
            contact_points: ArcSwap::from_pointee(finder),
            automata: Automata::default(),
            place_requests: vec![OnceLock::new(); reference.gazetteer.places().len()],
            reference,
            analyzer,
        }
    }

    /// Learns the contact points of the catalogue.
    pub(super) fn learn(&self, contact_points: &[ContactPoint]) {
        let finder = contact_point_finder(contact_points, &self.reference, &self.analyzer);
        self.contact_points.store(Arc::new(finder));
    }
}

fn contact_point_finder(
    points: &[ContactPoint],
    reference: &Reference,
    analyzer: &Analyzer,
) -> ContactPointFinder {
    ContactPointFinder::new(points, &reference.gazetteer, analyzer)
}
