//! What staff should look at in their own records: what is due, what no concept matches, what
//! may stand in two lists.
//!
//! In: a snapshot of the catalogue. Out: [`Review`]s of one contact point. Decides nothing.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::reader::{TopicReader, VocabularyReader};
use crate::catalogue::{DuplicateDecision, Snapshot};
use crate::domain::{ContactPointId, Group, GroupId, HIDDEN_AFTER_MONTHS, STALE_AFTER_MONTHS};
use crate::reference::ConceptIndex;

/// A reminder comes so many months before a record counts as stale.
const REMINDER_MONTHS: i32 = 1;

/// Proposals for a topic.
const PROPOSALS: usize = 3;

/// A label less like a topic than this is no proposal.
const PROPOSED_FROM: f64 = 0.85;

/// Two listings less alike than this are not shown.
const DOUBTFUL_FROM: f64 = 0.8;

/// A group as a review names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedGroup {
    /// Its id.
    pub id: GroupId,
    /// Whose it is.
    pub contact_point: ContactPointId,
    /// The publisher's own id.
    pub local_id: String,
    /// Its name.
    pub name: String,
}

impl ReviewedGroup {
    fn of(group: &Group) -> Self {
        Self {
            id: group.id,
            contact_point: group.contact_point.clone(),
            local_id: group.local_id.clone(),
            name: group.name.clone(),
        }
    }
}

/// How much two listings are alike, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Likeness(pub f64);

/// One thing to look at.
#[derive(Debug, Clone, PartialEq)]
pub enum Review {
    /// Nobody has confirmed the record for long, or soon will not have.
    Due {
        /// The record.
        group: ReviewedGroup,
        /// The day it was last confirmed.
        verified_on: Date,
        /// From this day on it counts as stale.
        due_on: Date,
        /// From this day on nobody sees it.
        hidden_on: Date,
    },
    /// No concept of the vocabulary matches a topic.
    UnmatchedTopic {
        /// The first record that has it.
        group: ReviewedGroup,
        /// The topic as written.
        topic: String,
        /// Concepts that may be meant: id and label.
        proposals: Vec<(String, String)>,
    },
    /// Another contact point may list the same group.
    PossibleDuplicate {
        /// The own record.
        group: ReviewedGroup,
        /// The other one.
        other: ReviewedGroup,
        /// How much they are alike.
        likeness: Likeness,
    },
    /// Somebody has decided that two records are one group.
    Merged {
        /// The one record.
        group: ReviewedGroup,
        /// The other one.
        other: ReviewedGroup,
        /// The decision.
        decision: DuplicateDecision,
    },
}

/// Returns what a contact point's staff should look at: what is due first, then topics, then
/// possible duplicates, then merged ones.
pub fn reviews(
    snapshot: &Snapshot,
    contact_point: &ContactPointId,
    reader: &VocabularyReader<'_>,
    today: Date,
) -> Vec<Review> {
    if snapshot.example_data {
        return Vec::new(); // nobody's records
    }
    let (own, others): (Vec<&Group>, Vec<&Group>) =
        snapshot.groups.iter().partition(|group| group.contact_point == *contact_point);
    let mut found = due(&own, today);
    found.extend(unmatched_topics(&own, reader));
    let seen = |group: &&&Group| group.is_public_on(today);
    let own_public: Vec<&Group> = own.iter().filter(seen).copied().collect();
    let other_public: Vec<&Group> = others.iter().filter(seen).copied().collect();
    found.extend(possible_duplicates(&own_public, &other_public, &snapshot.duplicates, reader));
    let group_of = |id: GroupId| snapshot.groups.iter().find(|group| group.id == id);
    for decision in snapshot.duplicates.iter().filter(|decision| decision.is_same) {
        let [one, other] = decision.groups.map(group_of);
        let (Some(one), Some(other)) = (one, other) else { continue };
        let is_own = |group: &Group| group.contact_point == *contact_point;
        let (group, other) = if is_own(one) { (one, other) } else { (other, one) };
        if is_own(group) {
            found.push(Review::Merged {
                group: ReviewedGroup::of(group),
                other: ReviewedGroup::of(other),
                decision: decision.clone(),
            });
        }
    }
    found
}

fn due(own: &[&Group], today: Date) -> Vec<Review> {
    let mut found = Vec::new();
    for group in own {
        let Some(verified_on) = group.verified_on else { continue };
        let after = |months: i32| verified_on.checked_add(months.months()).unwrap_or(Date::MAX);
        if after(STALE_AFTER_MONTHS - REMINDER_MONTHS) > today {
            continue;
        }
        found.push((
            verified_on,
            Review::Due {
                group: ReviewedGroup::of(group),
                verified_on,
                due_on: after(STALE_AFTER_MONTHS),
                hidden_on: after(HIDDEN_AFTER_MONTHS),
            },
        ));
    }
    found.sort_by_key(|(verified_on, _)| *verified_on);
    found.into_iter().map(|(_, review)| review).collect()
}

fn unmatched_topics(own: &[&Group], reader: &VocabularyReader<'_>) -> Vec<Review> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for group in own {
        for topic in &group.topics {
            let is_new = told.insert(reader.analyzer.fold(topic));
            if is_new && reader.topics_in(topic).is_empty() && !reader.is_people(topic) {
                found.push(Review::UnmatchedTopic {
                    group: ReviewedGroup::of(group),
                    topic: topic.clone(),
                    proposals: proposals(topic, reader),
                });
            }
        }
    }
    found
}

/// Returns the concepts of which a label is most like the topic or one of its words.
fn proposals(topic: &str, reader: &VocabularyReader<'_>) -> Vec<(String, String)> {
    let analyzer = reader.analyzer;
    let words = analyzer.words(topic);
    let mut taken = vec![false; words.len()];
    let misspelt = reader.concepts.find_misspelt(&words, &mut taken, &|_| false);
    let mut concepts: Vec<ConceptIndex> = misspelt.iter().map(|found| found.concept).collect();
    let mut scored: Vec<(f64, ConceptIndex)> = Vec::new();
    for word in words.iter().filter(|word| word.forms.folded.chars().count() > 4) {
        let begins: String = word.forms.folded.chars().take(5).collect();
        for (concept, label) in reader.concepts.beginning_with(&begins, 50) {
            let likeness = strsim::jaro_winkler(&word.forms.folded, &analyzer.fold(&label));
            scored.push((likeness, concept));
        }
    }
    scored.retain(|(likeness, _)| *likeness >= PROPOSED_FROM);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, concept) in scored {
        if !concepts.contains(&concept) {
            concepts.push(concept);
        }
    }
    let named = concepts.into_iter().take(PROPOSALS).map(|concept| {
        let concept = reader.vocabulary.concept(concept);
        (concept.id.to_string(), concept.label.clone())
    });
    named.collect()
}

fn possible_duplicates(
    own: &[&Group],
    others: &[&Group],
    decisions: &[DuplicateDecision],
    reader: &VocabularyReader<'_>,
) -> Vec<Review> {
    let looks = |groups: &[&Group]| -> Vec<Look> {
        groups.iter().map(|group| Look::of(group, reader)).collect()
    };
    let (own_looks, other_looks) = (looks(own), looks(others));
    let mut found = Vec::new();
    for (group, look) in own.iter().zip(&own_looks) {
        for (other, other_look) in others.iter().zip(&other_looks) {
            let Some(likeness) = look.likeness(other_look) else { continue };
            let mut pair = [group.id, other.id];
            pair.sort();
            if decisions.iter().any(|decision| decision.groups == pair) {
                continue;
            }
            found.push((likeness, group, other));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1.id, a.2.id).cmp(&(b.1.id, b.2.id))));
    let review = |(likeness, group, other): (f64, &&Group, &&Group)| Review::PossibleDuplicate {
        group: ReviewedGroup::of(group),
        other: ReviewedGroup::of(other),
        likeness: Likeness((likeness * 100.0).round() / 100.0),
    };
    found.into_iter().map(review).collect()
}

/// What two listings are compared by.
struct Look {
    name: String,
    town: Option<String>,
    topics: BTreeSet<String>,
}

impl Look {
    fn of(group: &Group, reader: &VocabularyReader<'_>) -> Self {
        let town = group.venue.as_ref().and_then(|venue| venue.town.as_ref());
        Self {
            name: reader.analyzer.key(&group.name),
            town: town.map(|town| reader.analyzer.key(town)),
            topics: group.topics.iter().map(|topic| reader.analyzer.stem_key(topic)).collect(),
        }
    }

    /// Returns how much two listings are alike; `None` where they meet in other towns, speak of
    /// other topics, or are alike enough for the index to show them as one.
    fn likeness(&self, other: &Self) -> Option<f64> {
        if self.town != other.town || self.topics.is_disjoint(&other.topics) {
            return None;
        }
        if self.name == other.name && self.topics == other.topics {
            return None;
        }
        let likeness = strsim::jaro_winkler(&self.name, &other.name);
        (likeness >= DOUBTFUL_FROM).then_some(likeness)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::import::{SourceSettings, read_source, testing};

    fn snapshot(lists: &[(&str, &str)]) -> Snapshot {
        let reader = testing::reader();
        let context = testing::context(&reader);
        let mut groups = Vec::new();
        for (contact_point, csv) in lists {
            let mut settings = SourceSettings::named("a.csv");
            settings.contact_point = contact_point.parse().ok();
            groups.extend(read_source(csv.as_bytes(), &settings, &context).groups);
        }
        Snapshot {
            revision: 1,
            example_data: false,
            contact_points: Vec::new(),
            groups,
            tombstones: Vec::new(),
            duplicates: Vec::new(),
            last_import_at: BTreeMap::new(),
        }
    }

    #[test]
    fn staff_see_what_is_due_unknown_or_listed_twice() {
        let mut snapshot = snapshot(&[
            (
                "ikos-jena",
                "Nr;Name;Thema;Ort;verified_on\n1;Licht;Depression;Jena;2025-06-20\n\
                 2;Mut;Blaulichtgeflüster;Jena;2026-05-01\n3;Angst und Panik Jena;Angst;Jena;\n",
            ),
            ("kiss-dresden", "Nr;Name;Thema;Ort\n9;Angst & Panik Jena;Angst;Jena\n"),
        ]);
        let jena = "ikos-jena".parse().expect("a slug");
        let reader = testing::reader();

        let found = reviews(&snapshot, &jena, &reader, date(2026, 6, 1));

        assert!(matches!(&found[0], Review::Due { group, due_on, .. }
            if group.name == "Licht" && *due_on == date(2026, 6, 20)));
        assert!(matches!(&found[1], Review::UnmatchedTopic { topic, .. }
            if topic == "Blaulichtgeflüster"));
        let Review::PossibleDuplicate { group, other, .. } = &found[2] else { panic!("{found:?}") };
        assert_eq!((group.local_id.as_str(), other.local_id.as_str()), ("3", "9"));
        // Decided, it is a merged pair.
        let mut groups = [group.id, other.id];
        groups.sort();
        snapshot.duplicates.push(DuplicateDecision {
            id: 1,
            groups,
            is_same: true,
            who: "Büro".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
        });
        let found = reviews(&snapshot, &jena, &reader, date(2026, 6, 1));
        assert!(matches!(&found[2], Review::Merged { group, .. } if group.local_id == "3"));
    }
}
