//! What the tests of this room share: the tables in the program, read once.

use std::sync::LazyLock;

use jiff::civil::date;

use super::{Context, VocabularyReader};
use crate::analysis::Analyzer;
use crate::recognise::concept::ConceptFinder;
use crate::recognise::duplicates::Comparison;
use crate::recognise::term::TermFinder;
use crate::reference::Reference;

struct Tables {
    reference: Reference,
    analyzer: Analyzer,
    concepts: ConceptFinder,
    terms: TermFinder,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let reference = Reference::embedded().expect("the committed tables are right");
    let analyzer = Analyzer::new(&reference.vocabulary, &reference.gazetteer);
    let concepts = ConceptFinder::new(&reference.vocabulary, &analyzer);
    let terms = TermFinder::new(&reference.vocabulary, &analyzer);
    Tables { reference, analyzer, concepts, terms }
});

/// The vocabulary as a reader.
pub(crate) fn reader() -> VocabularyReader<'static> {
    VocabularyReader {
        vocabulary: &TABLES.reference.vocabulary,
        analyzer: &TABLES.analyzer,
        concepts: &TABLES.concepts,
        terms: &TABLES.terms,
    }
}

/// What compares records.
pub(crate) fn comparison() -> Comparison<'static> {
    Comparison {
        vocabulary: &TABLES.reference.vocabulary,
        gazetteer: &TABLES.reference.gazetteer,
        finder: &TABLES.concepts,
        analyzer: &TABLES.analyzer,
    }
}

/// A context on 1 June 2026.
pub(crate) fn context<'a>(reader: &'a VocabularyReader<'static>) -> Context<'a> {
    let now = "2026-06-01T10:00:00Z".parse().expect("a moment");
    Context::new(
        &TABLES.reference.gazetteer,
        &TABLES.analyzer,
        reader,
        &TABLES.reference.contact_points,
        date(2026, 6, 1),
        now,
    )
}

/// The same, made once for all who read often.
pub(crate) fn shared_context() -> &'static Context<'static> {
    static READER: LazyLock<VocabularyReader<'static>> = LazyLock::new(reader);
    static CONTEXT: LazyLock<Context<'static>> = LazyLock::new(|| context(&READER));
    &CONTEXT
}

/// The registry of contact points.
pub(crate) fn contact_points() -> &'static [crate::domain::ContactPoint] {
    &TABLES.reference.contact_points
}
