//! Which records of different contact points are one group, and which may be.
//!
//! In: groups with their concepts, and what staff have decided. Out: clusters that are shown as
//! one hit, and the doubtful pairs that staff are asked about. How alike two records are is
//! `recognise/similarity.rs`; here only pairs are found that are worth comparing.
//!
//! The order of power: a decision of staff, a given `duplicate_of`, then the score. The score
//! never joins what staff keep apart, not even over a third record, and never two records of one
//! contact point: it knows its own groups.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::build::{links_of, municipality_of};
use crate::analysis::Analyzer;
use crate::catalogue::{DuplicateDecision, Snapshot, Verdict};
use crate::domain::{AsOf, Group, GroupId};
use crate::recognise::concept::ConceptFinder;
use crate::recognise::similarity::{Municipality, Similarity, Trait, TraitReader, Traits};
use crate::reference::{ConceptIndex, Gazetteer, Reference};

/// A key under which more records meet says too little to compare them all with each other: the
/// cost grows with the square.
const LARGEST_BLOCK: usize = 400;

/// Two records that are, or may be, one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikelyPair {
    /// The two, the lower id first.
    pub groups: [GroupId; 2],
    /// 0 to 100.
    pub score: i16,
    /// What speaks for it and against it, in points.
    pub reasons: Vec<(Trait, i16)>,
}

/// What the score says of all public records, the most alike first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LikelyDuplicates {
    /// Pairs that are one hit because of their score; a decision may part them.
    pub automatic: Vec<LikelyPair>,
    /// Pairs that staff should decide about: neither decided nor one hit already.
    pub doubtful: Vec<LikelyPair>,
}

/// A compared pair, by ordinals.
pub(super) struct Pair {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) similarity: Similarity,
}

/// Returns which public records of different contact points are alike, and what follows from it.
///
/// Takes some tenths of a second for 4,000 groups: not for a request's own thread.
pub fn likely_duplicates(
    snapshot: &Snapshot,
    reference: &Reference,
    finder: &ConceptFinder,
    analyzer: &Analyzer,
    as_of: impl Into<AsOf>,
) -> LikelyDuplicates {
    let as_of = as_of.into();
    let mut public: Vec<&Group> =
        snapshot.groups.iter().filter(|group| group.is_public_on(as_of)).collect();
    public.sort_by_key(|group| group.id);
    let concepts: Vec<Vec<ConceptIndex>> = public
        .iter()
        .map(|group| links_of(group, finder, analyzer).into_iter().map(|l| l.concept).collect())
        .collect();
    let pairs = alike(&public, &concepts, reference, finder, analyzer);
    let clusters = clusters_of(&public, &pairs, &snapshot.duplicate_decisions);
    let decided: HashSet<[GroupId; 2]> =
        snapshot.duplicate_decisions.iter().map(|decision| decision.groups).collect();
    let mut found = LikelyDuplicates::default();
    for Pair { a, b, similarity } in pairs {
        let groups = [public[a].id, public[b].id];
        if decided.contains(&groups) {
            continue;
        }
        let is_automatic = similarity.is_automatic();
        let pair = LikelyPair { groups, score: similarity.score, reasons: similarity.reasons };
        match (clusters[a] == clusters[b], is_automatic) {
            (true, true) => found.automatic.push(pair),
            (true, false) => {}
            // What the score would join but the order of power keeps apart is doubtful, too.
            (false, _) => found.doubtful.push(pair),
        }
    }
    found
}

/// Returns the pairs of different contact points that are doubtful or more, the most alike first.
pub(super) fn alike(
    groups: &[&Group],
    concepts: &[Vec<ConceptIndex>],
    reference: &Reference,
    finder: &ConceptFinder,
    analyzer: &Analyzer,
) -> Vec<Pair> {
    let reader = TraitReader::new(analyzer, finder, &reference.vocabulary);
    let places = places_of(groups, &reference.gazetteer, analyzer);
    let traits: Vec<Traits<'_>> = groups
        .iter()
        .zip(concepts)
        .zip(places)
        .map(|((group, concepts), place)| reader.read(group, concepts, place))
        .collect();
    let mut blocks: HashMap<String, Vec<usize>> = HashMap::new();
    for (ordinal, traits) in traits.iter().enumerate() {
        for key in traits.keys() {
            blocks.entry(key).or_default().push(ordinal);
        }
    }
    let mut met: HashSet<(usize, usize)> = HashSet::new();
    let mut pairs = Vec::new();
    for block in blocks.into_values().filter(|block| (2..=LARGEST_BLOCK).contains(&block.len())) {
        for (at, &a) in block.iter().enumerate() {
            for &b in &block[at + 1..] {
                let is_one_publisher = groups[a].contact_point == groups[b].contact_point;
                if is_one_publisher || !met.insert((a, b)) {
                    continue;
                }
                let similarity = reader.compare(&traits[a], &traits[b]);
                if similarity.is_automatic() || similarity.is_doubtful() {
                    pairs.push(Pair { a, b, similarity });
                }
            }
        }
    }
    // The same order on every node, whatever the order of the blocks.
    pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.similarity.score), pair.a, pair.b));
    pairs
}

/// Returns the municipality of each group; where its venue tells none, the one town of the other
/// groups that its name speaks of.
fn places_of(
    groups: &[&Group],
    gazetteer: &Gazetteer,
    analyzer: &Analyzer,
) -> Vec<Option<Municipality>> {
    let of_venues: Vec<Option<(String, String)>> =
        groups.iter().map(|group| municipality_of(group, gazetteer)).collect();
    let mut by_name: HashMap<String, BTreeSet<&(String, String)>> = HashMap::new();
    for (group, place) in groups.iter().zip(&of_venues) {
        let Some(place) = place else { continue };
        let town = group.venue.as_ref().and_then(|venue| venue.town.as_deref());
        for name in [Some(place.0.as_str()), town].into_iter().flatten() {
            by_name.entry(analyzer.key(name)).or_default().insert(place);
        }
    }
    let named_in = |name: &str| {
        let words = analyzer.words(name);
        let mut found: BTreeSet<&(String, String)> = BTreeSet::new();
        for length in 1..=2 {
            for window in words.windows(length) {
                let key: String = window.iter().map(|word| word.forms.folded.as_str()).collect();
                found.extend(by_name.get(&key).into_iter().flatten());
            }
        }
        match found.into_iter().collect::<Vec<_>>().as_slice() {
            [only] => Some((*only).clone()),
            _ => None,
        }
    };
    groups
        .iter()
        .zip(&of_venues)
        .map(|(group, place)| match place {
            Some(key) => Some(Municipality { key: key.clone(), is_from_name: false }),
            None => {
                let key = named_in(&group.name)?;
                Some(Municipality { key, is_from_name: true })
            }
        })
        .collect()
}

/// Returns for each group the lowest ordinal of the records that are the same group. `pairs` are
/// those of [`alike`].
pub(super) fn clusters_of(
    groups: &[&Group],
    pairs: &[Pair],
    decisions: &[DuplicateDecision],
) -> Vec<u32> {
    let ordinal_of: HashMap<GroupId, usize> =
        groups.iter().enumerate().map(|(ordinal, group)| (group.id, ordinal)).collect();
    let ordinals = |decision: &DuplicateDecision| {
        let [a, b] = decision.groups.map(|id| ordinal_of.get(&id).copied());
        Some((a?, b?))
    };
    let with = |verdict: Verdict| {
        decisions.iter().filter(move |decision| decision.verdict == verdict).filter_map(ordinals)
    };
    let mut clusters = Clusters::new(groups, with(Verdict::Different).collect());
    let given = groups
        .iter()
        .enumerate()
        .filter_map(|(ordinal, group)| Some((ordinal, *ordinal_of.get(&group.duplicate_of?)?)));
    for (a, b) in with(Verdict::Same) {
        clusters.join(a, b);
    }
    for (a, b) in given {
        if !clusters.is_kept_apart(a, b) {
            clusters.join(a, b);
        }
    }
    for pair in pairs.iter().filter(|pair| pair.similarity.is_automatic()) {
        if !clusters.is_kept_apart(pair.a, pair.b) && !clusters.share_a_publisher(pair.a, pair.b) {
            clusters.join(pair.a, pair.b);
        }
    }
    clusters.cluster.into_iter().map(|ordinal| ordinal as u32).collect()
}

/// Records joined so far.
struct Clusters<'g> {
    groups: &'g [&'g Group],
    cluster: Vec<usize>,
    /// Members of the clusters that have more than one.
    members: HashMap<usize, Vec<usize>>,
    apart: Vec<(usize, usize)>,
}

impl<'g> Clusters<'g> {
    fn new(groups: &'g [&'g Group], apart: Vec<(usize, usize)>) -> Self {
        Self { groups, cluster: (0..groups.len()).collect(), members: HashMap::new(), apart }
    }

    fn members_of(&self, ordinal: usize) -> Vec<usize> {
        let cluster = self.cluster[ordinal];
        self.members.get(&cluster).cloned().unwrap_or_else(|| vec![ordinal])
    }

    fn join(&mut self, a: usize, b: usize) {
        let (low, high) =
            (self.cluster[a].min(self.cluster[b]), self.cluster[a].max(self.cluster[b]));
        if low == high {
            return;
        }
        let mut all = self.members_of(low);
        let joining = self.members_of(high);
        self.members.remove(&high);
        for &member in &joining {
            self.cluster[member] = low;
        }
        all.extend(joining);
        self.members.insert(low, all);
    }

    fn is_kept_apart(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.cluster[a], self.cluster[b]);
        self.apart.iter().any(|(x, y)| {
            let (x, y) = (self.cluster[*x], self.cluster[*y]);
            (x, y) == (a, b) || (x, y) == (b, a)
        })
    }

    fn share_a_publisher(&self, a: usize, b: usize) -> bool {
        let others = self.members_of(b);
        self.members_of(a).iter().any(|one| {
            others.iter().any(|other| {
                one != other && self.groups[*one].contact_point == self.groups[*other].contact_point
            })
        })
    }
}
