//! What staff do for their own contact point: check or import a list, confirm a held one, put or
//! delete one record.
//!
//! In: the proof of ownership, which only the catalogue gives, and a list or a record. Out: the
//! report or the record as it is stored. One record goes the same way as a list of one, so it is
//! checked by the same rules.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::difference::{Difference, changes};
use super::enrich::Context;
use super::finding::{Finding, Severity};
use super::headings::FIELDS;
use super::report::{self, ImportReport};
use super::run::{self, ImportOrder, Reading, change_of_staged, read_source};
use super::settings::{SourceFormat, SourceSettings};
use crate::catalogue::{
    Applied, Catalogue, CatalogueError, Change, GroupList, GroupRecord, ImportId, ImportMode,
    ImportRecord, ImportTransaction, OwnGroup, Writer, heed_withdrawals, record_revision,
};
use crate::domain::{AsOf, Group, GroupId, SourceKind};
use crate::recognise::duplicates::Comparison;

/// Members of a record that only the service writes. They may stand in a record that is put, as
/// it was read, but not with another value.
const SERVICE_OWNED: [&str; 8] =
    ["id", "source", "updated_at", "concepts", "summary", "stale", "also_listed_by", "deleted_at"];

/// Fields that lists may hold and records do not: helps for reading foreign columns.
const LISTS_ONLY: [&str; 9] = [
    "meeting.time",
    "venue.house_number",
    "venue.quarter",
    "venue.place",
    "venue.address",
    "contact.any",
    "contact_person.first_name",
    "verified_days_ago",
    "deleted_at",
];

/// Members that hold an object.
const OBJECTS: [&str; 7] =
    ["meeting", "venue", "contact", "contact_person", "organisation", "consent", "descriptions"];

/// Imports or, as a `dry_run`, checks a list for its owner, and keeps a note of it either way.
///
/// # Errors
///
/// [`CatalogueError`]; nothing is changed then.
pub async fn import_own(
    reading: Reading,
    catalogue: &Catalogue,
    owner: &Writer,
    mode: ImportMode,
    dry_run: bool,
    comparison: Comparison<'_>,
) -> Result<ImportReport, CatalogueError> {
    let foreign = reading.groups.owners().iter().find(|other| *other != owner.contact_point());
    if let Some(foreign) = foreign
        && let Some(group) = reading.groups.iter().find(|group| group.contact_point == *foreign)
    {
        return Err(CatalogueError::NotTheirs {
            id: group.id,
            contact_point: owner.contact_point().clone(),
            finding: "it belongs to another contact point",
        });
    }
    let order = ImportOrder { mode, who: owner.who().to_owned(), is_confirmed: false };
    if dry_run && reading.is_readable {
        return run::compare(reading, Some(catalogue), mode, comparison, Some(&order)).await;
    }
    run::import_file(reading, catalogue, &order, comparison).await
}

/// Carries out a held import of the owner's; `None` for one that is not theirs.
///
/// # Errors
///
/// As [`ImportTransaction::apply_held`].
pub async fn confirm_own(
    catalogue: &Catalogue,
    owner: &Writer,
    id: ImportId,
    today: AsOf,
) -> Result<Option<Applied>, CatalogueError> {
    let Some(import) = catalogue.own_import(&owner.reader(), id).await? else { return Ok(None) };
    let staged = catalogue.staged(id).await?;
    let transaction = catalogue.begin_import(owner.contact_point()).await?;
    let change = change_of_staged(transaction.current(), staged, import.record.mode, today);
    transaction.apply_held(id, change).await.map(Some)
}

/// Which state of a record its editor has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// None: it is to be made.
    Absent,
    /// Any.
    Present,
    /// One with such a mark.
    OneOf(Vec<String>),
}

impl Expected {
    /// Says whether the present state is the one that was seen.
    pub fn holds_for(&self, current: Option<&OwnGroup>) -> bool {
        match (self, current) {
            (Self::Absent, current) => current.is_none(),
            (_, None) => false,
            (Self::Present, Some(_)) => true,
            (Self::OneOf(marks), Some(current)) => marks.contains(&current.revision),
        }
    }
}

/// Something wrong with a record, by its member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberFault {
    /// There is no such member; the nearest one.
    Unknown(String, Option<&'static str>),
    /// Only the service writes it.
    ServiceOwned(String),
    /// It is the address's to say, and says something else.
    NotThisRecord(&'static str),
    /// A rule of lists.
    Finding(Box<Finding>),
}

/// What became of a record that was put.
#[derive(Debug)]
pub enum Put {
    /// It is stored, in the import named; the mark of its state.
    Stored {
        /// The record.
        own: Box<OwnGroup>,
        /// Whether it was not there before.
        is_new: bool,
        /// The entry in the history; `None` when nothing had to be changed.
        import: Option<ImportId>,
    },
    /// Its state is not the one that its editor has seen.
    OtherState,
}

/// Returns the record of a group as its owner sees and puts it: `group/v1` without what the
/// service works out anew each time.
pub fn own_record(group: &Group) -> Value {
    let mut record = serde_json::to_value(GroupRecord::from(group)).unwrap_or_default();
    if let Some(venue) = record["venue"].as_object_mut() {
        venue.remove("municipality_point");
    }
    record
}

/// Checks a record as its owner sends it and makes the group; touches nothing.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read_own(
    record: &Map<String, Value>,
    local_id: &str,
    current: Option<&Group>,
    owner: &Writer,
    context: &Context<'_>,
) -> Result<(Group, Vec<Finding>), Vec<MemberFault>> {
    let mut faults = Vec::new();
    check_members(record, &mut faults);
    let contact_point = owner.contact_point();
    for (member, wanted) in [("local_id", local_id), ("contact_point", contact_point.as_str())] {
        let said = record.get(member).filter(|said| !said.is_null());
        if said.is_some_and(|said| said != wanted) {
            faults.push(MemberFault::NotThisRecord(member));
        }
    }
    let known = current.map(own_record).unwrap_or_default();
    for member in SERVICE_OWNED {
        let said = record.get(member).filter(|said| !said.is_null());
        if said.is_some_and(|said| *said != known[member]) {
            faults.push(MemberFault::ServiceOwned(member.to_owned()));
        }
    }
    let mut complete = record.clone();
    complete.retain(|member, _| !SERVICE_OWNED.contains(&member.as_str()));
    complete.insert("local_id".to_owned(), json!(local_id));
    complete.insert("contact_point".to_owned(), json!(contact_point.as_str()));
    let settings = SourceSettings {
        contact_point: Some(contact_point.clone()),
        format: Some(SourceFormat::Json),
        kind: SourceKind::Manual,
        ..SourceSettings::named(local_id)
    };
    let reading = read_source(json!([complete]).to_string().as_bytes(), &settings, context);
    let (errors, notes): (Vec<Finding>, Vec<Finding>) =
        reading.findings.into_iter().partition(|finding| finding.severity() == Severity::Error);
    faults.extend(errors.into_iter().map(|finding| MemberFault::Finding(Box::new(finding))));
    match reading.groups.iter().next() {
        Some(mut group) if faults.is_empty() => {
            if let Some(current) = current {
                group.source = current.source.clone(); // how it came to us stays so
            }
            Ok((group, notes))
        }
        _ => Err(faults),
    }
}

/// Puts a record into the catalogue, if its state is the one `expected`.
///
/// # Errors
///
/// [`CatalogueError`]; nothing is changed then.
pub async fn put_own(
    catalogue: &Catalogue,
    owner: &Writer,
    group: Group,
    notes: &[Finding],
    expected: &Expected,
) -> Result<Put, CatalogueError> {
    let transaction = catalogue.begin_import(owner.contact_point()).await?;
    let current = state_of(&transaction, owner, &group.local_id)?;
    if !expected.holds_for(current.as_ref()) {
        transaction.abandon().await?;
        return Ok(Put::OtherState);
    }
    let mut groups = GroupList::from(vec![group]);
    heed_withdrawals(&mut groups, transaction.withdrawals());
    let group = groups.get(0);
    let mut difference = Difference::default();
    match &current {
        None => difference.new.push(&group),
        Some(own) => {
            let fields = changes(&own.group, &group);
            if fields.is_empty() {
                transaction.abandon().await?;
                return Ok(Put::Stored { own: Box::new(own.clone()), is_new: false, import: None });
            }
            difference.push_changed(&group, fields);
        }
    }
    let record = record_of(owner, &group.local_id, &difference, notes);
    let applied = transaction.apply(Change { put: groups, removed: Vec::new() }, record).await?;
    let revision = record_revision(&group)?;
    Ok(Put::Stored {
        own: Box::new(OwnGroup { group, revision }),
        is_new: current.is_none(),
        import: Some(applied.import_id),
    })
}

/// Deletes a record, if its state is the one `expected`. `None`: there is none of that name;
/// `false`: its state is another one.
///
/// # Errors
///
/// [`CatalogueError`]; nothing is changed then.
pub async fn delete_own(
    catalogue: &Catalogue,
    owner: &Writer,
    local_id: &str,
    expected: &Expected,
) -> Result<Option<bool>, CatalogueError> {
    let transaction = catalogue.begin_import(owner.contact_point()).await?;
    let Some(own) = state_of(&transaction, owner, local_id)? else {
        transaction.abandon().await?;
        return Ok(None);
    };
    if !expected.holds_for(Some(&own)) {
        transaction.abandon().await?;
        return Ok(Some(false));
    }
    let id = own.group.id;
    let difference =
        Difference { removed: vec![(id, own.group.name.clone())], ..Difference::default() };
    let record = record_of(owner, local_id, &difference, &[]);
    transaction.apply(Change { put: GroupList::default(), removed: vec![id] }, record).await?;
    Ok(Some(true))
}

fn state_of(
    transaction: &ImportTransaction,
    owner: &Writer,
    local_id: &str,
) -> Result<Option<OwnGroup>, CatalogueError> {
    let found = transaction.current().find(GroupId::of(owner.contact_point(), local_id));
    let with_mark = |group| Ok(OwnGroup { revision: record_revision(&group)?, group });
    found.map(with_mark).transpose()
}

fn record_of(
    owner: &Writer,
    local_id: &str,
    difference: &Difference,
    notes: &[Finding],
) -> ImportRecord {
    ImportRecord {
        who: owner.who().to_owned(),
        source_name: local_id.to_owned(),
        mode: ImportMode::Merge,
        counts: difference.counts(1, 0),
        findings: report::stored_of(&notes.iter().collect::<Vec<_>>(), difference),
    }
}

/// Refuses members that `group/v1` does not have.
fn check_members(record: &Map<String, Value>, faults: &mut Vec<MemberFault>) {
    let known: BTreeSet<&'static str> =
        FIELDS.iter().copied().filter(|field| !LISTS_ONLY.contains(field)).collect();
    for (name, value) in record {
        if SERVICE_OWNED.contains(&name.as_str()) || name == "descriptions" {
            continue;
        }
        match value {
            Value::Object(inner) if OBJECTS.contains(&name.as_str()) => {
                for member in inner.keys() {
                    let dotted = format!("{name}.{member}");
                    if !known.contains(dotted.as_str()) {
                        faults.push(MemberFault::Unknown(dotted.clone(), nearest(&dotted, &known)));
                    }
                }
            }
            _ if OBJECTS.contains(&name.as_str()) && value.is_null() => {}
            _ if known.contains(name.as_str()) && !name.contains('.') => {}
            _ => faults.push(MemberFault::Unknown(name.clone(), nearest(name, &known))),
        }
    }
}

/// Returns the member that somebody may have meant.
fn nearest(name: &str, known: &BTreeSet<&'static str>) -> Option<&'static str> {
    /// Below it two names have little in common.
    const LIKE: f64 = 0.8;
    let likeness = |field: &&'static str| strsim::jaro_winkler(name, field);
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) >= LIKE).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_members_are_named_with_the_nearest_one() {
        let record = json!({
            "name": "Licht", "topic": ["Angst"], "venue": {"plz": "07743", "town": "Jena"},
            "descriptions": {"en": "We meet."}, "meeting": null, "venue.town": "Jena",
        });
        let mut faults = Vec::new();
        check_members(record.as_object().expect("an object"), &mut faults);
        let named: Vec<(&str, Option<&str>)> = faults
            .iter()
            .map(|fault| match fault {
                MemberFault::Unknown(name, near) => (name.as_str(), *near),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(named[0], ("topic", Some("topics")));
        let all: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
        assert_eq!(all, ["topic", "venue.plz", "venue.town"]);
    }
}
