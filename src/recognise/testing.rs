//! What the tests of this room share: the real gazetteer, a small vocabulary, the text chain.

use std::sync::LazyLock;

use crate::analysis::Analyzer;
use crate::reference::{Gazetteer, Vocabulary, testing};

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(testing::gazetteer);
static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(testing::vocabulary);
static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(vocabulary(), gazetteer()));

/// Returns the embedded gazetteer.
pub(super) fn gazetteer() -> &'static Gazetteer {
    &GAZETTEER
}

/// Returns the embedded recognisers with a handful of concepts.
pub(super) fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

/// Returns the text chain over both.
pub(super) fn analyzer() -> Analyzer {
    ANALYZER.clone()
}
