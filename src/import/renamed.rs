//! Rows without a number that are groups which the catalogue knows: they keep its ids.
//!
//! In: the groups of one contact point as a file has them and as the catalogue has them. Out: the
//! same groups, with the ids that they had; and a finding for each that may be a renamed one.
//! Ids that the publisher gives are never touched, and no row gets the id of another contact
//! point's group.
//!
//! An id that follows from name and place is lost with either. So first a group of the same name
//! and place keeps the id that it has, however it came by it; several of one name are told apart
//! by what else they say. Then, in a whole list, a group that is named no more and one that is new
//! are the same when nothing else comes near and they are as alike as two offices' records of one
//! group must be, with a similar name.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::difference::{is_refused, missed};
use super::finding::Finding;
use super::messages;
use super::run::Reading;
use crate::catalogue::{GroupList, ImportMode};
use crate::domain::{Group, GroupId};
use crate::recognise::duplicates::{AlikePair, Comparison, municipality_of};
use crate::recognise::similarity::{AUTOMATIC, Trait};

/// Points of a name that is very similar: half of its words.
const SIMILAR_NAME: i16 = 13;

/// Points for the same description, word for word.
const SAME_DESCRIPTION: i16 = 20;

/// A shorter description may be everybody's.
const DESCRIPTION_LENGTH: usize = 40;

/// So many points any other pair must stay behind.
const AHEAD: i16 = 15;

/// More groups of one name in one town are left as they are: comparing them costs the square.
const MOST_NAMESAKES: usize = 20;

/// A name and a place, as a hash.
type Mark = [u8; 16];

/// Groups of one name and place: positions in the catalogue and in the file.
#[derive(Default)]
struct Namesakes {
    known: Vec<usize>,
    come: Vec<usize>,
}

/// A group of the file that is one of the catalogue, by their positions.
struct Same {
    come: usize,
    known: usize,
}

/// A new group and one that the list names no more.
struct Candidate {
    gone: usize,
    come: usize,
    score: i16,
    is_similar: bool,
}

/// Gives rows without a number the ids that their groups have, and says which may be renamed ones.
///
/// `groups` and `current` are one contact point's.
pub(super) fn keep_ids(
    groups: &mut GroupList,
    reading: &mut Reading,
    current: &GroupList,
    mode: ImportMode,
    comparison: Comparison<'_>,
) -> Vec<Finding> {
    if current.is_empty() || !groups.ids().any(|id| reading.derived.contains_key(&id)) {
        return Vec::new();
    }
    let same = namesakes(groups, reading, current, comparison);
    give_ids(groups, reading, current, &same);
    let gone = missed(current, groups, &reading.refused, mode, reading.today).0;
    let gone: HashSet<GroupId> = gone.into_iter().map(|(id, _)| id).collect();
    let gone: Vec<usize> =
        (0..current.len()).filter(|at| gone.contains(&current.id(*at))).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let known: HashSet<GroupId> = current.ids().collect();
    let is_new = |at: &usize| {
        let id = groups.id(*at);
        reading.derived.contains_key(&id) && !known.contains(&id)
    };
    let come: Vec<usize> = (0..groups.len()).filter(is_new).collect();
    let (sure, doubtful) = renamed((groups, &come), (current, &gone), comparison);
    let findings = doubtful.iter().map(|same| {
        let (group, known) = (groups.get(same.come), current.get(same.known));
        let detail = format!("{} (Nr. {})", known.name, known.local_id);
        let finding = Finding::about(&reading.source, &messages::MAYBE_RENAMED);
        let row = reading.derived.get(&group.id).copied().unwrap_or_default();
        finding.in_row(row).with_value(&group.name).with_detail(detail)
    });
    let findings = findings.collect();
    give_ids(groups, reading, current, &sure);
    findings
}

/// Returns which groups of the file have name and place of one in the catalogue.
fn namesakes(
    groups: &GroupList,
    reading: &Reading,
    current: &GroupList,
    comparison: Comparison<'_>,
) -> Vec<Same> {
    let mark_of = |group: &Group| -> Mark {
        let place = municipality_of(group, comparison.gazetteer).unwrap_or_default();
        let name = comparison.analyzer.fold(&group.name);
        let said = format!("{name}\n{}\n{}", place.0, place.1);
        let mut mark = [0; 16];
        mark.copy_from_slice(&Sha256::digest(said)[..16]);
        mark
    };
    let (derived, given): (Vec<usize>, Vec<usize>) =
        (0..groups.len()).partition(|at| reading.derived.contains_key(&groups.id(*at)));
    let given: HashSet<GroupId> = given.into_iter().map(|at| groups.id(at)).collect();
    let mut by_mark: HashMap<Mark, Namesakes> = HashMap::new();
    for at in derived {
        by_mark.entry(mark_of(&groups.get(at))).or_default().come.push(at);
    }
    for at in (0..current.len()).filter(|at| !given.contains(&current.id(*at))) {
        if let Some(namesakes) = by_mark.get_mut(&mark_of(&current.get(at))) {
            namesakes.known.push(at);
        }
    }
    let mut same = Vec::new();
    for Namesakes { known, come } in by_mark.into_values() {
        let is_meant = |at: &usize| is_refused(&current.get(*at), &reading.refused);
        match (known.as_slice(), come.as_slice()) {
            ([], _) => {}
            ([only], [one]) => same.push(Same { come: *one, known: *only }),
            _ if known.len().max(come.len()) > MOST_NAMESAKES => {}
            // Which of them the refused row meant, nobody can tell.
            _ if known.iter().any(is_meant) => {}
            _ => same.extend(told_apart((groups, &come), (current, &known), comparison)),
        }
    }
    same
}

/// Returns which of several groups of one name is which: the most alike first, and where two are
/// as alike, the one that has the id already.
fn told_apart(
    (groups, come): (&GroupList, &[usize]),
    (current, known): (&GroupList, &[usize]),
    comparison: Comparison<'_>,
) -> Vec<Same> {
    let new: Vec<Group> = come.iter().map(|at| groups.get(*at)).collect();
    let old: Vec<Group> = known.iter().map(|at| current.get(*at)).collect();
    let mut pairs = comparison.each_with_each(&old, &new);
    pairs.sort_by_key(|pair| {
        let (old, new) = (&old[pair.gone], &new[pair.come]);
        let score = score_of(pair, old, new);
        (std::cmp::Reverse(score), old.id != new.id, old.id, new.id)
    });
    let (mut taken, mut placed) = (HashSet::new(), HashSet::new());
    let mut same = Vec::new();
    for pair in pairs {
        if !taken.contains(&pair.gone) && !placed.contains(&pair.come) {
            taken.insert(pair.gone);
            placed.insert(pair.come);
            same.push(Same { come: come[pair.come], known: known[pair.gone] });
        }
    }
    same
}

/// Returns which new groups surely are renamed ones, and which may be.
fn renamed(
    (groups, come): (&GroupList, &[usize]),
    (current, gone): (&GroupList, &[usize]),
    comparison: Comparison<'_>,
) -> (Vec<Same>, Vec<Same>) {
    let new: Vec<Group> = come.iter().map(|at| groups.get(*at)).collect();
    let old: Vec<Group> = gone.iter().map(|at| current.get(*at)).collect();
    let mut candidates: Vec<Candidate> = comparison
        .across(&old, &new)
        .into_iter()
        .map(|pair| {
            let mut reasons = pair.similarity.reasons.iter();
            let name = reasons.find(|(told, _)| *told == Trait::Name);
            Candidate {
                gone: pair.gone,
                come: pair.come,
                score: score_of(&pair, &old[pair.gone], &new[pair.come]),
                is_similar: name.is_some_and(|(_, points)| *points >= SIMILAR_NAME)
                    && !pair.similarity.needs_a_person,
            }
        })
        .collect();
    candidates
        .sort_by_key(|one| (std::cmp::Reverse(one.score), current.id(gone[one.gone]), one.come));
    // The best score of each side's other pairs: the list is sorted, so two are enough.
    let mut of_gone: HashMap<usize, Vec<i16>> = HashMap::new();
    let mut of_come: HashMap<usize, Vec<i16>> = HashMap::new();
    for one in &candidates {
        of_gone.entry(one.gone).or_default().push(one.score);
        of_come.entry(one.come).or_default().push(one.score);
    }
    let is_ahead = |scores: &[i16], score: i16| {
        scores.first() == Some(&score) && scores.get(1).is_none_or(|next| next + AHEAD <= score)
    };
    let is_sure = |one: &Candidate| {
        one.score >= AUTOMATIC
            && one.is_similar
            && is_ahead(&of_gone[&one.gone], one.score)
            && is_ahead(&of_come[&one.come], one.score)
    };
    let (sure, others): (Vec<&Candidate>, Vec<&Candidate>) =
        candidates.iter().partition(|one| is_sure(one));
    let (taken, mut told): (HashSet<usize>, HashSet<usize>) =
        sure.iter().map(|one| (one.gone, one.come)).unzip();
    let same = |one: &Candidate| Same { come: come[one.come], known: gone[one.gone] };
    let is_open = |one: &&Candidate| !taken.contains(&one.gone) && told.insert(one.come);
    let doubtful = others.into_iter().filter(is_open).map(same).collect();
    (sure.into_iter().map(same).collect(), doubtful)
}

/// Returns how alike two records are, the description counted too.
fn score_of(pair: &AlikePair, old: &Group, new: &Group) -> i16 {
    let long = |group: &Group| {
        let text = group.description.as_ref();
        text.filter(|text| text.chars().count() >= DESCRIPTION_LENGTH).cloned()
    };
    let is_same = long(old).is_some_and(|text| Some(text) == long(new));
    pair.similarity.score + if is_same { SAME_DESCRIPTION } else { 0 }
}

/// Gives groups the ids of those that they are. Who thereby loses an id that would have followed
/// from its name gets the next free number.
fn give_ids(groups: &mut GroupList, reading: &mut Reading, current: &GroupList, same: &[Same]) {
    let mut moves: Vec<(usize, GroupId, String)> = same
        .iter()
        .filter(|same| groups.id(same.come) != current.id(same.known))
        .map(|same| (same.come, current.id(same.known), current.get(same.known).local_id))
        .collect();
    if moves.is_empty() {
        return;
    }
    let moving: HashSet<usize> = moves.iter().map(|(at, ..)| *at).collect();
    let given: HashSet<GroupId> = same.iter().map(|same| current.id(same.known)).collect();
    let settled: HashSet<usize> = same.iter().map(|same| same.come).collect();
    let mut used: HashSet<GroupId> = current.ids().collect();
    used.extend(groups.ids());
    for (at, id) in groups.ids().enumerate() {
        if given.contains(&id) && !settled.contains(&at) && !moving.contains(&at) {
            let group = groups.get(at);
            let base = group.local_id.split('-').next().unwrap_or_default();
            let free = (2_u32..).find_map(|number| {
                let local_id = format!("{base}-{number}");
                let id = GroupId::of(&group.contact_point, &local_id);
                used.insert(id).then_some((at, id, local_id))
            });
            moves.extend(free);
        }
    }
    // Two may change ids with each other: nothing is put back before all is taken out.
    let taken: Vec<_> = moves
        .iter()
        .map(|(at, ..)| {
            let id = groups.id(*at);
            (reading.mentioned.remove(&id), reading.derived.remove(&id))
        })
        .collect();
    for ((at, id, local_id), (mentioned, row)) in moves.into_iter().zip(taken) {
        groups.set(at, &Group { id, local_id, ..groups.get(at) });
        reading.mentioned.extend(mentioned.map(|fields| (id, fields)));
        reading.derived.extend(row.map(|row| (id, row)));
    }
}

#[cfg(test)]
mod tests;
