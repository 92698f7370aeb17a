//! Which records of different contact points are one group, and which may be.
//!
//! In: groups with their concepts, and what staff have decided. Out: clusters that are shown as
//! one hit, and the doubtful pairs that staff are asked about. How alike two records are is
//! `similarity.rs`; here only pairs are found that are worth comparing.
//!
//! The order of power: a decision of staff, a given `duplicate_of`, then the score. The score
//! never joins what staff keep apart, not even over a third record, and never two records of one
//! contact point: it knows its own groups.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::concept::ConceptFinder;
use super::similarity::{Municipality, Similarity, Trait, TraitReader, Traits};
use crate::analysis::Analyzer;
use crate::catalogue::{DuplicateDecision, GroupList};
use crate::domain::{AsOf, ContactPointId, Group, GroupId, Publish};
use crate::reference::{ConceptIndex, Gazetteer, LabelKind, Vocabulary};

/// A key under which more records meet says too little to compare them all with each other: the
/// cost grows with the square.
const LARGEST_BLOCK: usize = 400;

/// The groups of a list that are public, by id: in the same order on every node.
pub struct PublicGroups<'l> {
    list: &'l GroupList,
    groups: Vec<PublicGroup>,
    owners: Vec<ContactPointId>,
    /// Records that staff marked as copies: position, and of which one.
    copies: Vec<(usize, GroupId)>,
}

struct PublicGroup {
    id: GroupId,
    /// Where it stands in the list.
    at: usize,
    /// Whose it is, as a position among the owners.
    owner: usize,
}

impl<'l> PublicGroups<'l> {
    /// Finds those that are public on a day.
    pub fn on(list: &'l GroupList, as_of: impl Into<AsOf>) -> Self {
        Self::read(list, as_of, |_| ())
    }

    /// Finds those that are public on a day and shows each of them once, in their order.
    pub fn read(list: &'l GroupList, as_of: impl Into<AsOf>, mut seen: impl FnMut(&Group)) -> Self {
        let as_of = as_of.into();
        let mut order: Vec<(GroupId, usize)> = list.ids().zip(0..).collect();
        order.sort_unstable();
        let mut found = Self { list, groups: Vec::new(), owners: Vec::new(), copies: Vec::new() };
        for (id, at) in order {
            let group = list.get(at);
            if !group.is_public_on(as_of) {
                continue;
            }
            seen(&group);
            let owners = &mut found.owners;
            let owner = owners.iter().position(|owner| *owner == group.contact_point);
            let owner = owner.unwrap_or_else(|| {
                owners.push(group.contact_point);
                owners.len() - 1
            });
            found.copies.extend(group.duplicate_of.map(|of| (found.groups.len(), of)));
            found.groups.push(PublicGroup { id, at, owner });
        }
        found
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Returns a group's id.
    pub fn id(&self, at: usize) -> GroupId {
        self.groups[at].id
    }

    /// Returns whose a group is.
    pub fn owner(&self, at: usize) -> &ContactPointId {
        &self.owners[self.groups[at].owner]
    }

    /// Reads a group.
    pub fn get(&self, at: usize) -> Group {
        self.list.get(self.groups[at].at)
    }

    fn share_an_owner(&self, a: usize, b: usize) -> bool {
        self.groups[a].owner == self.groups[b].owner
    }
}

/// What is compared, by position: read anew each time, or at hand.
trait Records {
    fn len(&self) -> usize;
    fn get(&self, at: usize) -> Cow<'_, Group>;
}

impl Records for PublicGroups<'_> {
    fn len(&self) -> usize {
        self.groups.len()
    }
    fn get(&self, at: usize) -> Cow<'_, Group> {
        Cow::Owned(self.get(at))
    }
}

impl Records for [&Group] {
    fn len(&self) -> usize {
        <[_]>::len(self)
    }
    fn get(&self, at: usize) -> Cow<'_, Group> {
        Cow::Borrowed(self[at])
    }
}

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

/// A record that has gone and one that has come, as far as they are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlikePair {
    /// Position of the one that has gone.
    pub gone: usize,
    /// Position of the one that has come.
    pub come: usize,
    /// How alike they are.
    pub similarity: Similarity,
}

/// A compared pair, by ordinals.
struct Pair {
    a: usize,
    b: usize,
    similarity: Similarity,
}

/// What comparing needs beside the records.
#[derive(Clone, Copy)]
pub struct Comparison<'r> {
    /// Topics and their tree.
    pub vocabulary: &'r Vocabulary,
    /// Municipalities.
    pub gazetteer: &'r Gazetteer,
    /// Labels of concepts.
    pub finder: &'r ConceptFinder,
    /// The text chain.
    pub analyzer: &'r Analyzer,
}

impl Comparison<'_> {
    /// Returns which records of different contact points are alike, and what follows from it.
    /// `public` are all that are shown.
    ///
    /// Takes some tenths of a second for 4,000 groups: not for a request's own thread.
    pub fn likely_duplicates(
        &self,
        public: &PublicGroups<'_>,
        decisions: &[DuplicateDecision],
    ) -> LikelyDuplicates {
        let concepts: Vec<Vec<ConceptIndex>> =
            (0..public.len()).map(|at| self.concepts_of(&public.get(at))).collect();
        let pairs = self.alike(public, &concepts);
        let clusters = clusters_of(public, &pairs, decisions);
        let decided: HashSet<[GroupId; 2]> =
            decisions.iter().map(|decision| decision.groups).collect();
        let mut found = LikelyDuplicates::default();
        for Pair { a, b, similarity } in pairs {
            let groups = [public.id(a), public.id(b)];
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

    /// Returns for each record, in the order of `public`, the lowest position of those that are
    /// the same group. `concepts` are those of each record.
    pub fn clusters(
        &self,
        public: &PublicGroups<'_>,
        concepts: &[Vec<ConceptIndex>],
        decisions: &[DuplicateDecision],
    ) -> Vec<u32> {
        clusters_of(public, &self.alike(public, concepts), decisions)
    }

    /// Returns which of the records that a list no longer names may be which of those that it
    /// names for the first time: all pairs that are doubtful or more, the most alike first.
    pub fn across(&self, gone: &[Group], come: &[Group]) -> Vec<AlikePair> {
        let groups: Vec<&Group> = gone.iter().chain(come).collect();
        let concepts: Vec<_> = groups.iter().map(|group| self.concepts_of(group)).collect();
        let is_asked = |a: usize, b: usize| (a < gone.len()) != (b < gone.len());
        let pairs = self.pairs(groups.as_slice(), &concepts, &is_asked);
        let named = pairs.into_iter().map(|Pair { a, b, similarity }| AlikePair {
            gone: a.min(b),
            come: a.max(b) - gone.len(),
            similarity,
        });
        named.collect()
    }

    /// Returns how alike each record is to each of the others, however little: for a few only.
    pub fn each_with_each(&self, gone: &[Group], come: &[Group]) -> Vec<AlikePair> {
        let groups: Vec<&Group> = gone.iter().chain(come).collect();
        let concepts: Vec<_> = groups.iter().map(|group| self.concepts_of(group)).collect();
        let reader = TraitReader::new(self.analyzer, self.finder, self.vocabulary);
        let places = places_of(groups.as_slice(), self.gazetteer, self.analyzer);
        let read = groups.iter().zip(&concepts).zip(places);
        let traits: Vec<Traits<'_>> =
            read.map(|((group, concepts), place)| reader.read(group, concepts, place)).collect();
        let (gone, come) = traits.split_at(gone.len());
        let mut pairs = Vec::with_capacity(gone.len() * come.len());
        for (at, old) in gone.iter().enumerate() {
            pairs.extend(come.iter().enumerate().map(|(to, new)| AlikePair {
                gone: at,
                come: to,
                similarity: reader.compare(old, new),
            }));
        }
        pairs
    }

    /// Returns the pairs of different contact points that are doubtful or more, the most alike
    /// first.
    fn alike(&self, groups: &PublicGroups<'_>, concepts: &[Vec<ConceptIndex>]) -> Vec<Pair> {
        let is_asked = |a: usize, b: usize| !groups.share_an_owner(a, b);
        self.pairs(groups, concepts, &is_asked)
    }

    /// Returns the pairs asked for that are doubtful or more, the most alike first.
    fn pairs<R: Records + ?Sized>(
        &self,
        groups: &R,
        concepts: &[Vec<ConceptIndex>],
        is_asked: &dyn Fn(usize, usize) -> bool,
    ) -> Vec<Pair> {
        let reader = TraitReader::new(self.analyzer, self.finder, self.vocabulary);
        let mut places = places_of(groups, self.gazetteer, self.analyzer);
        // Of many records the traits would fill the memory: at first only their keys are kept, as
        // numbers, and then the traits of those that meet under one.
        let mut keys: Vec<(u64, u32)> = Vec::new();
        for (ordinal, concepts) in concepts.iter().enumerate() {
            let group = groups.get(ordinal);
            let traits = reader.read(&group, concepts, places[ordinal].clone());
            keys.extend(traits.keys().iter().map(|key| (number_of(key), ordinal as u32)));
        }
        keys.sort_unstable();
        let mut met: Vec<(u32, u32)> = Vec::new();
        let blocks = keys.chunk_by(|one, other| one.0 == other.0);
        for block in blocks.filter(|block| (2..=LARGEST_BLOCK).contains(&block.len())) {
            for (at, &(_, a)) in block.iter().enumerate() {
                let others = block[at + 1..].iter().map(|(_, b)| (a, *b));
                met.extend(others.filter(|(a, b)| is_asked(*a as usize, *b as usize)));
            }
        }
        drop(keys);
        met.sort_unstable();
        met.dedup();
        let mut meeting: HashMap<u32, Cow<'_, Group>> = HashMap::new();
        for ordinal in met.iter().flat_map(|(a, b)| [*a, *b]) {
            meeting.entry(ordinal).or_insert_with(|| groups.get(ordinal as usize));
        }
        let traits: HashMap<u32, Traits<'_>> = meeting
            .iter()
            .map(|(ordinal, group)| {
                let at = *ordinal as usize;
                (*ordinal, reader.read(group, &concepts[at], places[at].take()))
            })
            .collect();
        let mut pairs = Vec::new();
        for (a, b) in met {
            let similarity = reader.compare(&traits[&a], &traits[&b]);
            if similarity.is_automatic() || similarity.is_doubtful() {
                pairs.push(Pair { a: a as usize, b: b as usize, similarity });
            }
        }
        // The same order on every node, whatever the order of the blocks.
        pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.similarity.score), pair.a, pair.b));
        pairs
    }

    /// Returns the concepts of a group's topics and name, a misspelt name only where the topics
    /// tell nothing.
    fn concepts_of(&self, group: &Group) -> Vec<ConceptIndex> {
        let mut concepts = Vec::new();
        for topic in &group.topics {
            concepts.extend(self.concepts_in(topic, true));
        }
        let misspelt_too = concepts.is_empty();
        concepts.extend(self.concepts_in(&group.name, misspelt_too));
        concepts
    }

    fn concepts_in(&self, text: &str, misspelt_too: bool) -> Vec<ConceptIndex> {
        let words = self.analyzer.words(text);
        let mut taken = vec![false; words.len()];
        let mut found = self.finder.find(&words, text, &mut taken);
        if found.is_empty() && misspelt_too {
            found = self.finder.find_misspelt(&words, &mut taken, &|_| false);
        }
        // An imported abbreviation alone tells too little.
        found.retain(|matched| !(matched.is_imported && matched.kind == LabelKind::Ambiguous));
        found.into_iter().map(|matched| matched.concept).collect()
    }
}

/// Two keys of one number only cost a comparison.
fn number_of(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Returns the municipality and the district key of a group's published place.
pub fn municipality_of(group: &Group, gazetteer: &Gazetteer) -> Option<(String, String)> {
    let venue = group.venue.as_ref().filter(|venue| venue.publish != Publish::None)?;
    let district = venue.district.as_ref()?;
    let in_postcode = venue.postcode.as_ref().and_then(|code| gazetteer.postcode(code));
    let places: Vec<_> = in_postcode
        .map(|area| area.places.iter().map(|at| &gazetteer.places()[*at]).collect())
        .unwrap_or_default();
    let town = venue.town.as_deref();
    let of_town = places.iter().find(|place| {
        Some(place.name.as_str()) == town || Some(place.municipality.as_str()) == town
    });
    let of_any = || places.iter().find(|place| place.district.as_ref() == Some(district));
    let name = match (of_town.or_else(of_any), town) {
        (Some(place), _) => place.municipality.clone(),
        (None, Some(town)) => town.to_owned(),
        (None, None) => return None,
    };
    Some((name, district.to_string()))
}

/// Returns the municipality of each group; where its venue tells none, the one town of the other
/// groups that its name speaks of.
fn places_of<R: Records + ?Sized>(
    groups: &R,
    gazetteer: &Gazetteer,
    analyzer: &Analyzer,
) -> Vec<Option<Municipality>> {
    let mut of_venues: Vec<Option<(String, String)>> = Vec::with_capacity(groups.len());
    let mut by_name: HashMap<String, BTreeSet<(String, String)>> = HashMap::new();
    for at in 0..groups.len() {
        let group = groups.get(at);
        let place = municipality_of(&group, gazetteer);
        let town = group.venue.as_ref().and_then(|venue| venue.town.as_deref());
        for (place, name) in place.iter().flat_map(|p| [(p, Some(p.0.as_str())), (p, town)]) {
            let Some(name) = name else { continue };
            let known = by_name.entry(analyzer.key(name)).or_default();
            if !known.contains(place) {
                known.insert(place.clone());
            }
        }
        of_venues.push(place);
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
    of_venues
        .into_iter()
        .enumerate()
        .map(|(at, place)| match place {
            Some(key) => Some(Municipality { key, is_from_name: false }),
            None => {
                let key = named_in(&groups.get(at).name)?;
                Some(Municipality { key, is_from_name: true })
            }
        })
        .collect()
}

/// Returns for each group the lowest ordinal of the records that are the same group. `pairs` are
/// those of [`Comparison::alike`].
fn clusters_of(
    groups: &PublicGroups<'_>,
    pairs: &[Pair],
    decisions: &[DuplicateDecision],
) -> Vec<u32> {
    let ordinal_of: HashMap<GroupId, usize> =
        (0..groups.len()).map(|ordinal| (groups.id(ordinal), ordinal)).collect();
    let ordinals = |decision: &DuplicateDecision| {
        let [a, b] = decision.groups.map(|id| ordinal_of.get(&id).copied());
        Some((a?, b?))
    };
    let with = |is_same: bool| {
        decisions.iter().filter(move |decision| decision.is_same == is_same).filter_map(ordinals)
    };
    let mut clusters = Clusters::new(groups, with(false).collect());
    let given =
        groups.copies.iter().filter_map(|(ordinal, of)| Some((*ordinal, *ordinal_of.get(of)?)));
    for (a, b) in with(true) {
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
    groups: &'g PublicGroups<'g>,
    cluster: Vec<usize>,
    /// Members of the clusters that have more than one.
    members: HashMap<usize, Vec<usize>>,
    apart: Vec<(usize, usize)>,
}

impl<'g> Clusters<'g> {
    fn new(groups: &'g PublicGroups<'g>, apart: Vec<(usize, usize)>) -> Self {
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
            others.iter().any(|other| one != other && self.groups.share_an_owner(*one, *other))
        })
    }
}
