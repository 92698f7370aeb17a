//! What staff should look at in their own records: what is due, what no concept matches, what
//! may stand in two lists.
//!
//! In: a snapshot of the catalogue. Out: [`Review`]s of one contact point. Decides nothing.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::reader::{TopicReader, VocabularyReader};
use crate::catalogue::{DuplicateDecision, Snapshot};
use crate::domain::{AsOf, ContactPointId, Group, GroupId};
use crate::recognise::duplicates::Comparison;
use crate::reference::{ConceptIndex, Gazetteer};

/// A reminder comes so many months before a record counts as stale.
const REMINDER_MONTHS: i32 = 1;

/// Proposals for a topic.
const PROPOSALS: usize = 3;

/// A label less like a topic than this is no proposal.
const PROPOSED_FROM: f64 = 0.85;

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
        /// From this day on nobody sees it; `None`: it stays.
        hidden_on: Option<Date>,
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
    gazetteer: &Gazetteer,
    as_of: impl Into<AsOf>,
) -> Vec<Review> {
    let as_of = as_of.into();
    if snapshot.example_data {
        return Vec::new(); // nobody's records
    }
    let own: Vec<&Group> =
        snapshot.groups.iter().filter(|group| group.contact_point == *contact_point).collect();
    let mut found = due(&own, as_of);
    found.extend(unmatched_topics(&own, reader));
    found.extend(possible_duplicates(contact_point, snapshot, reader, gazetteer, as_of));
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

fn due(own: &[&Group], as_of: AsOf) -> Vec<Review> {
    let [stale, _, hidden] = as_of.review.months().map(i32::from);
    let mut found = Vec::new();
    for group in own {
        let Some(verified_on) = group.verified_on else { continue };
        let after = |months: i32| verified_on.checked_add(months.months()).unwrap_or(Date::MAX);
        if stale == 0 || after((stale - REMINDER_MONTHS).max(1)) > as_of.day {
            continue;
        }
        found.push((
            verified_on,
            Review::Due {
                group: ReviewedGroup::of(group),
                verified_on,
                due_on: after(stale),
                hidden_on: (hidden != 0).then(|| after(hidden)),
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

/// Returns the pairs that wait for a decision, the most alike first.
fn possible_duplicates(
    contact_point: &ContactPointId,
    snapshot: &Snapshot,
    reader: &VocabularyReader<'_>,
    gazetteer: &Gazetteer,
    as_of: AsOf,
) -> Vec<Review> {
    let comparison = Comparison {
        vocabulary: reader.vocabulary,
        gazetteer,
        finder: reader.concepts,
        analyzer: reader.analyzer,
    };
    let public: Vec<&Group> =
        snapshot.groups.iter().filter(|group| group.is_public_on(as_of)).collect();
    let group_of = |id: GroupId| public.iter().find(|group| group.id == id).copied();
    let found = comparison.likely_duplicates(&public, &snapshot.duplicates);
    let reviews = found.doubtful.into_iter().filter_map(|pair| {
        let [one, other] = pair.groups.map(group_of);
        let (one, other) = (one?, other?);
        let is_own = |group: &Group| group.contact_point == *contact_point;
        let (group, other) = if is_own(one) { (one, other) } else { (other, one) };
        is_own(group).then(|| Review::PossibleDuplicate {
            group: ReviewedGroup::of(group),
            other: ReviewedGroup::of(other),
            likeness: Likeness(f64::from(pair.score) / 100.0),
        })
    });
    reviews.collect()
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
        let context = testing::context(&reader);

        let found = reviews(&snapshot, &jena, &reader, context.gazetteer, date(2026, 6, 1));

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
        let found = reviews(&snapshot, &jena, &reader, context.gazetteer, date(2026, 6, 1));
        assert!(matches!(&found[2], Review::Merged { group, .. } if group.local_id == "3"));
    }
}
