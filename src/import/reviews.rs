//! What staff should look at in their own records: a source that fails, what is due, faulty
//! telephone numbers, addresses and postcodes of the last list, what no concept matches, what may
//! stand in two lists.
//!
//! In: a snapshot of the catalogue, the last list's report, the source. Out: [`Review`]s of one
//! contact point. Decides nothing.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::finding::Finding;
use super::harvest::ALERT_AFTER;
use super::reader::{TopicReader, VocabularyReader};
use super::report;
use crate::catalogue::{
    DuplicateDecision, ImportId, ImportState, Snapshot, SourceHistory, SourceResult, StoredImport,
};
use crate::domain::{AsOf, ContactPointId, Group, GroupId};
use crate::recognise::duplicates::PublicGroups;
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

/// Rules about values that staff can ask for anew and correct.
const FAULTY_VALUES: [&str; 10] = [
    "maybe-renamed",
    "postcode-not-five-digits",
    "postcode-unknown",
    "phone-stray-plus",
    "phone-not-a-number",
    "email-malformed",
    "url-without-scheme",
    "url-scheme-not-allowed",
    "url-holds-credentials",
    "url-malformed",
];

/// One thing to look at.
#[derive(Debug, Clone, PartialEq)]
pub enum Review {
    /// The own feed or page failed again and again; the groups are those of the last good list.
    SourceFailing {
        /// What came of the looks.
        history: SourceHistory,
    },
    /// A list, loaded or fetched, waits for a person's word.
    Held {
        /// The import.
        import: ImportId,
    },
    /// A telephone number, address or postcode of the last list is faulty.
    FaultyValue {
        /// The list.
        import: ImportId,
        /// What is wrong with it, and where.
        finding: Finding,
    },
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
    let own: Vec<Group> =
        snapshot.groups.iter().filter(|group| group.contact_point == *contact_point).collect();
    let mut found = due(&own, as_of);
    found.extend(unmatched_topics(&own, reader));
    found.extend(possible_duplicates(contact_point, snapshot, reader, gazetteer, as_of));
    let group_of = |id: GroupId| snapshot.groups.find(id);
    for decision in snapshot.duplicates.iter().filter(|decision| decision.is_same) {
        let [one, other] = decision.groups.map(group_of);
        let (Some(one), Some(other)) = (one, other) else { continue };
        let is_own = |group: &Group| group.contact_point == *contact_point;
        let (group, other) = if is_own(&one) { (one, other) } else { (other, one) };
        if is_own(&group) {
            found.push(Review::Merged {
                group: ReviewedGroup::of(&group),
                other: ReviewedGroup::of(&other),
                decision: decision.clone(),
            });
        }
    }
    found
}

/// Returns what the source and the last lists ask for; `imports` are the newest ones, newest
/// first.
pub fn reviews_of_lists(source: Option<&SourceHistory>, imports: &[StoredImport]) -> Vec<Review> {
    let mut found = Vec::new();
    if let Some(history) = source
        && history.failures >= ALERT_AFTER
        && history.result == Some(SourceResult::Failed)
    {
        found.push(Review::SourceFailing { history: history.clone() });
    }
    // A list that waits can be confirmed only until another one is applied.
    let until_applied = imports.iter().take_while(|import| import.state != ImportState::Applied);
    let held = until_applied.filter(|import| import.state == ImportState::Held);
    found.extend(held.map(|import| Review::Held { import: import.id }));
    let is_applied = |import: &&StoredImport| import.state == ImportState::Applied;
    if let Some(import) = imports.iter().filter(is_applied).find(|import| is_of_a_list(import)) {
        let findings = import.record.findings["findings"].as_array().into_iter().flatten();
        let faulty = findings.filter_map(faulty_value);
        found.extend(faulty.map(|finding| Review::FaultyValue { import: import.id, finding }));
    }
    found
}

/// Says whether an import was a list: one record put by staff removes nothing and is its own row.
fn is_of_a_list(import: &StoredImport) -> bool {
    import.record.findings["is_one_record"] != true
}

/// Reads a stored finding back if it is about a value that staff can correct.
fn faulty_value(stored: &serde_json::Value) -> Option<Finding> {
    stored["rule"].as_str().filter(|rule| FAULTY_VALUES.contains(rule))?;
    report::read_back(stored)
}

fn due(own: &[Group], as_of: AsOf) -> Vec<Review> {
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

fn unmatched_topics(own: &[Group], reader: &VocabularyReader<'_>) -> Vec<Review> {
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
    let comparison = reader.comparison(gazetteer);
    let found = comparison
        .likely_duplicates(&PublicGroups::on(&snapshot.groups, as_of), &snapshot.duplicates);
    let group_of = |id: GroupId| snapshot.groups.find(id);
    let reviews = found.doubtful.into_iter().filter_map(|pair| {
        let [one, other] = pair.groups.map(group_of);
        let (one, other) = (one?, other?);
        let is_own = |group: &Group| group.contact_point == *contact_point;
        let (group, other) = if is_own(&one) { (one, other) } else { (other, one) };
        is_own(&group).then(|| Review::PossibleDuplicate {
            group: ReviewedGroup::of(&group),
            other: ReviewedGroup::of(&other),
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
    use crate::catalogue::{GroupList, ImportCounts, ImportMode, ImportRecord};
    use crate::import::difference::Difference;
    use crate::import::{SourceSettings, messages, read_source, testing};

    fn snapshot(lists: &[(&str, &str)]) -> Snapshot {
        let reader = testing::reader();
        let context = testing::context(&reader);
        let mut groups = GroupList::default();
        for (contact_point, csv) in lists {
            let mut settings = SourceSettings::named("a.csv");
            settings.contact_point = contact_point.parse().ok();
            groups.append(read_source(csv.as_bytes(), &settings, &context).groups);
        }
        Snapshot {
            revision: 1,
            example_data: false,
            contact_points: Vec::new(),
            groups,
            tombstones: Vec::new(),
            duplicates: Vec::new(),
            withdrawals: BTreeMap::new(),
            last_import_at: BTreeMap::new(),
        }
    }

    fn import(number: &str, state: ImportState, findings: serde_json::Value) -> StoredImport {
        StoredImport {
            id: number.parse().expect("a number"),
            contact_point: "ikos-jena".parse().expect("a slug"),
            at: jiff::Timestamp::UNIX_EPOCH,
            state,
            revision: None,
            can_be_rolled_back: false,
            record: ImportRecord {
                who: "Büro".to_owned(),
                source_name: "a.csv".to_owned(),
                mode: ImportMode::Replace,
                counts: ImportCounts::default(),
                findings,
            },
        }
    }

    #[test]
    fn staff_see_what_the_last_list_and_the_source_ask_for() {
        let reader = testing::reader();
        let context = testing::context(&reader);
        let mut settings = SourceSettings::named("a.csv");
        settings.contact_point = "ikos-jena".parse().ok();
        let csv = "Nr;Name;Thema;PLZ;Ort;contact.email;Website\n\
                   1;Licht;Depression;045522;Jena;;\n\
                   2;Mut;Angst;07743;Jena;kein Postfach;https://www.example.org\n\
                   3;Wege;Angst;07743;Jena;;gar keine\n";
        let reading = read_source(csv.as_bytes(), &settings, &context);
        let found: Vec<&Finding> = reading.findings.iter().collect();
        let stored = report::stored_of(&found, &Difference::default());
        let mut list = stored.clone();
        list["is_one_record"] = false.into();
        let imports = [
            import("5", ImportState::Held, serde_json::json!({})),
            import("4", ImportState::Checked, list.clone()),
            import("3", ImportState::Applied, stored),
            import("2", ImportState::Applied, list),
            import("1", ImportState::Held, serde_json::json!({})),
        ];
        let history = SourceHistory {
            failures: ALERT_AFTER,
            result: Some(SourceResult::Failed),
            ..SourceHistory::default()
        };

        let told = reviews_of_lists(Some(&history), &imports);

        assert!(matches!(&told[0], Review::SourceFailing { history } if history.failures == 2));
        assert!(matches!(&told[1], Review::Held { import } if import.to_string() == "5"));
        let faulty: Vec<(String, &str, Option<u64>)> = told[2..]
            .iter()
            .map(|review| match review {
                Review::FaultyValue { import, finding } => {
                    (import.to_string(), finding.rule.id, finding.row)
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            faulty,
            [
                ("2".to_owned(), "postcode-not-five-digits", Some(2)),
                ("2".to_owned(), "email-malformed", Some(3)),
                ("2".to_owned(), "url-malformed", Some(4)),
            ]
        );
        // Two rules share this id; what was said stays said, in either language.
        let Review::FaultyValue { finding, .. } = &told[3] else { panic!("{told:?}") };
        assert!(finding.message(messages::Language::English).contains("was not taken"));
        let once = SourceHistory { failures: 1, ..history };
        assert!(reviews_of_lists(Some(&once), &[]).is_empty());
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
