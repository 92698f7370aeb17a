//! What a new list changes: new, changed field by field, unchanged, removed.
//!
//! In: the groups of a contact point as they are, and as a file has them. Out: a [`Difference`].
//! Pure; also decides what a file that is silent about a field leaves as it was.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::formats::RefusedRow;
use super::headings::fold;
use super::report::MAX_LISTED;
use crate::catalogue::{GroupList, ImportCounts, ImportMode};
use crate::domain::{AsOf, Contact, Group, GroupId, Publish, Venue};

/// The fields of which a source speaks, group by group.
pub type Mentioned = HashMap<GroupId, Arc<BTreeSet<String>>>;

/// One field of one group, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name in `group/v1`.
    pub field: &'static str,
    /// As it was; empty for nothing.
    pub before: String,
    /// As it will be; empty for nothing.
    pub after: String,
    /// Whether the field never leaves the admin side.
    pub is_internal: bool,
}

/// What a new list changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Difference {
    /// Groups that were not there.
    pub new: GroupList,
    /// Groups with other content, as they will be.
    pub changed: GroupList,
    /// What differs in each of the first [`MAX_LISTED`] changed groups.
    pub fields: Vec<Vec<FieldChange>>,
    /// Groups as before.
    pub unchanged: Vec<GroupId>,
    /// Groups that the list no longer names: id and name.
    pub removed: Vec<(GroupId, String)>,
    /// Groups that stay because their new row was refused: id and name.
    pub kept: Vec<(GroupId, String)>,
}

impl Difference {
    /// Says whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    /// Takes a group with other content.
    pub(super) fn push_changed(&mut self, group: &Group, fields: Vec<FieldChange>) {
        self.changed.push(group);
        if self.fields.len() < MAX_LISTED {
            self.fields.push(fields);
        }
    }

    /// Returns the numbers of a report.
    pub fn counts(&self, rows_read: u64, refused: u64) -> ImportCounts {
        ImportCounts {
            rows_read,
            new: self.new.len() as u64,
            changed: self.changed.len() as u64,
            unchanged: self.unchanged.len() as u64,
            removed: self.removed.len() as u64,
            refused,
        }
    }
}

/// Compares a contact point's groups with those of a file.
///
/// `today` decides which of the present groups are public: only those can be missed.
/// `mentioned` names the fields of which the source spoke, group by group. A refused row keeps
/// the group it was meant for.
pub fn difference(
    current: &GroupList,
    incoming: GroupList,
    mentioned: &Mentioned,
    refused: &[RefusedRow],
    mode: ImportMode,
    today: impl Into<AsOf>,
) -> Difference {
    let today = today.into();
    let before = current.positions();
    let (removed, kept) = missed(current, &incoming, refused, mode, today);
    let mut difference = Difference { removed, kept, ..Difference::default() };
    let silence = BTreeSet::new();
    incoming.consume(|incoming, at| {
        let Some(old) = before.get(&incoming.id(at)).map(|at| current.get(*at)) else {
            difference.new.push_from(incoming, at);
            return;
        };
        let mut group = incoming.get(at);
        let spoken_of = mentioned.get(&group.id).map_or(&silence, |fields| &**fields);
        carry_over(&old, &mut group, spoken_of);
        let fields = changes(&old, &group);
        if fields.is_empty() {
            difference.unchanged.push(group.id);
            return;
        }
        if fields.iter().all(|change| change.is_internal) {
            group.updated_at = old.updated_at; // the public form is as it was
        }
        difference.push_changed(&group, fields);
    });
    difference
}

/// Groups by id and name.
type Named = Vec<(GroupId, String)>;

/// Returns the groups that a list no longer names: those that leave, and those that stay because
/// their new row was refused.
pub(super) fn missed(
    current: &GroupList,
    incoming: &GroupList,
    refused: &[RefusedRow],
    mode: ImportMode,
    today: impl Into<AsOf>,
) -> (Named, Named) {
    let today = today.into();
    let (mut removed, mut kept) = (Vec::new(), Vec::new());
    if mode == ImportMode::Merge || current.is_empty() {
        return (removed, kept);
    }
    let named: HashSet<GroupId> = incoming.ids().collect();
    // What is not public stands in no export, so its absence there means nothing.
    let not_named = (0..current.len()).filter(|at| !named.contains(&current.id(*at)));
    let missed = not_named.map(|at| current.get(at)).filter(|group| group.is_public_on(today));
    for group in missed {
        let list = if is_refused(&group, refused) { &mut kept } else { &mut removed };
        list.push((group.id, group.name));
    }
    (removed, kept)
}

/// Says whether a row that was refused was meant for this group.
pub(super) fn is_refused(group: &Group, refused: &[RefusedRow]) -> bool {
    refused.iter().any(|row| {
        row.local_id.as_ref() == Some(&group.local_id)
            || row.local_id.is_none()
                && row.name.as_ref().is_some_and(|name| fold(name) == fold(&group.name))
    })
}

/// Leaves as they were the fields of which a source says nothing at all: an export holds no
/// internal fields, so reading it back must not empty them, and it must not publish a place that
/// was kept back.
fn carry_over(old: &Group, new: &mut Group, mentioned: &BTreeSet<String>) {
    let is_silent = |prefix: &str| {
        !mentioned.iter().any(|f| f == prefix || f.starts_with(&format!("{prefix}.")))
    };
    if is_silent("consent") && was_set_aside_for_want_of_consent(old, new) {
        new.contact.clone_from(&old.contact);
        new.contact_person.clone_from(&old.contact_person);
    }
    if is_silent("contact_person") && new.contact_person.is_none() {
        new.contact_person.clone_from(&old.contact_person);
    }
    if is_silent("hidden_terms") {
        new.hidden_terms.clone_from(&old.hidden_terms);
    }
    if is_silent("duplicate_of") {
        new.duplicate_of = old.duplicate_of;
    }
    if is_silent("consent") {
        new.consent.clone_from(&old.consent);
        keep_unpublished_contact(&old.contact, &mut new.contact);
    }
    if is_silent("contact.label") && new.contact.label.is_none() {
        new.contact.label.clone_from(&old.contact.label);
    }
    for (field, is_default) in [("verified_on", new.verified_on.is_none())] {
        if is_silent(field) && is_silent("verified_days_ago") && is_default {
            new.verified_on = old.verified_on;
        }
    }
    if !is_silent("venue.publish") {
        return;
    }
    if let (Some(before), Some(after)) = (&old.venue, &mut new.venue)
        && before.publish != Publish::Exact
    {
        if shows_the_same(before, after) {
            *after = before.clone();
        } else {
            after.publish = before.publish;
        }
    }
}

/// A contact that waits for consent stands in no export, so its absence there means nothing.
fn keep_unpublished_contact(old: &Contact, new: &mut Contact) {
    let is_withheld = new.phone.is_none() && new.email.is_none() && old.mode == new.mode;
    if is_withheld {
        new.phone.clone_from(&old.phone);
        new.email.clone_from(&old.email);
    }
}

/// An export shows a consented contact without the consent; read back, it looks like one that
/// nobody agreed to and was kept with the contact person.
fn was_set_aside_for_want_of_consent(old: &Group, new: &Group) -> bool {
    let has_none = new.contact.phone.is_none() && new.contact.email.is_none();
    let Some(person) = new.contact_person.as_ref().filter(|_| has_none && old.consent.is_some())
    else {
        return false;
    };
    let was_ours = |now: &Option<String>, before: &Option<String>| now.is_none() || now == before;
    was_ours(&person.phone, &old.contact.phone)
        && was_ours(&person.email, &old.contact.email)
        && (person.phone.is_some() || person.email.is_some())
}

/// Says whether a venue says no more than another one publishes.
fn shows_the_same(kept_back: &Venue, sent: &Venue) -> bool {
    let same_district = sent.district.is_none() || sent.district == kept_back.district;
    match kept_back.publish {
        Publish::None => sent.town.is_none() && sent.street.is_none() && same_district,
        _ => sent.street.is_none() && sent.town == kept_back.town && same_district,
    }
}

/// Returns what differs between two records, field by field; when they were fetched and last
/// changed does not count.
pub fn changes(old: &Group, new: &Group) -> Vec<FieldChange> {
    let (before, after) = (texts(old), texts(new));
    let pairs = before.into_iter().zip(after);
    pairs
        .filter(|((_, before, _), (_, after, _))| before != after)
        .map(|((field, before, is_internal), (_, after, _))| FieldChange {
            field,
            before,
            after,
            is_internal,
        })
        .collect()
}

/// Returns every field as text, and whether it is internal.
fn texts(group: &Group) -> Vec<(&'static str, String, bool)> {
    fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
        values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join("|")
    }
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map_or(String::new(), |value| value.to_string())
    }
    let venue = group.venue.as_ref();
    let of_venue = |field: fn(&Venue) -> Option<String>| text(venue.and_then(field));
    let point = |venue: &Venue| venue.point.map(|p| format!("{:.5}, {:.5}", p.lat(), p.lon()));
    let person = group.contact_person.as_ref();
    let consent = group.consent.as_ref();
    let organisation = group.organisation.as_ref();
    let descriptions =
        group.descriptions.iter().map(|(language, text)| format!("{language}: {text}"));
    vec![
        ("name", group.name.clone(), false),
        ("topics", list(&group.topics), false),
        ("description", text(group.description.as_ref()), false),
        ("descriptions", list(descriptions), false),
        ("audience", list(&group.audience), false),
        ("age_group", list(&group.age_groups), false),
        ("age_min", text(group.age_min), false),
        ("age_max", text(group.age_max), false),
        ("gender", group.gender.to_string(), false),
        ("languages", list(&group.languages), false),
        ("format", group.format.to_string(), false),
        ("meeting.text", text(group.meeting.text.as_ref()), false),
        ("meeting.rrule", text(group.meeting.rule.map(|rule| rule.to_rrule())), false),
        ("meeting.starts", text(group.meeting.starts), false),
        ("meeting.ends", text(group.meeting.ends), false),
        ("meeting.by_appointment", group.meeting.by_appointment.to_string(), false),
        ("venue.name", of_venue(|v| v.name.clone()), false),
        ("venue.street", of_venue(|v| v.street.clone()), false),
        ("venue.postcode", of_venue(|v| v.postcode.as_ref().map(ToString::to_string)), false),
        ("venue.town", of_venue(|v| v.town.clone()), false),
        ("venue.district", of_venue(|v| v.district.as_ref().map(ToString::to_string)), false),
        ("venue.point", text(venue.and_then(point)), false),
        ("venue.precision", of_venue(|v| v.precision.map(|p| p.to_string())), false),
        ("venue.publish", of_venue(|v| Some(v.publish.to_string())), false),
        ("catchment", group.catchment.to_string(), false),
        ("status", group.status.to_string(), false),
        ("wheelchair", group.wheelchair.to_string(), false),
        ("website", text(group.website.as_ref()), false),
        ("contact.mode", group.contact.mode.to_string(), false),
        ("contact.label", text(group.contact.label.as_ref()), false),
        ("contact.email", text(group.contact.email.as_ref()), false),
        ("contact.phone", text(group.contact.phone.as_ref()), false),
        ("contact_person.name", text(person.and_then(|p| p.name.as_ref())), true),
        ("contact_person.phone", text(person.and_then(|p| p.phone.as_ref())), true),
        ("contact_person.email", text(person.and_then(|p| p.email.as_ref())), true),
        ("organisation.parent", text(organisation.and_then(|o| o.parent.as_ref())), false),
        ("organisation.kind", text(organisation.map(|o| o.kind)), false),
        ("cost", group.cost.to_string(), false),
        ("cost_note", text(group.cost_note.as_ref()), false),
        ("open_for_new", group.open_for_new.to_string(), false),
        // A consent decides what is public, so a change of it may change the public form.
        ("consent.given_on", text(consent.map(|c| c.given_on)), false),
        ("consent.scope", consent.map_or(String::new(), |c| list(&c.scope)), false),
        ("consent.basis", text(consent.and_then(|c| c.basis.as_ref())), true),
        ("consent.withdrawn_on", text(consent.and_then(|c| c.withdrawn_on)), false),
        ("verified_on", text(group.verified_on), false),
        ("duplicate_of", text(group.duplicate_of), false),
        ("hidden_terms", list(&group.hidden_terms), true),
        ("source.kind", group.source.kind.to_string(), false),
        ("source.url", text(group.source.url.as_ref()), true),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::settings::SourceSettings;
    use crate::import::{read_source, testing};

    const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

    fn groups(csv: &str) -> (GroupList, Mentioned) {
        let reader = testing::reader();
        let mut settings = SourceSettings::named("a.csv");
        settings.contact_point = "ikos-jena".parse().ok();
        let reading = read_source(csv.as_bytes(), &settings, &testing::context(&reader));
        (reading.groups, reading.mentioned)
    }

    #[test]
    fn changes_are_told_field_by_field() {
        let (old, _) = groups(
            "Nr;Name;Thema;Ort\n1;Licht;Depression;Jena\n2;Herz;Herzinfarkt;Jena\n3;Mut;Angst;Jena\n",
        );
        let (new, mentioned) = groups(
            "Nr;Name;Thema;Ort\n1;Licht;Depression;Jena\n2;Herz und Seele;Herzinfarkt;Jena\n4;Neu;Rheuma;Jena\n",
        );
        let found = difference(&old, new, &mentioned, &[], ImportMode::Replace, TODAY);
        assert_eq!(found.unchanged.len(), 1);
        assert_eq!(found.new.iter().map(|g| g.name).collect::<Vec<_>>(), ["Neu"]);
        assert_eq!(found.removed.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>(), ["Mut"]);
        let fields: Vec<&str> = found.fields[0].iter().map(|f| f.field).collect();
        assert_eq!(fields, ["name"]);
    }

    #[test]
    fn a_partial_list_removes_nothing_and_a_refused_row_keeps_its_group() {
        let (old, _) = groups("Nr;Name;Thema\n1;Licht;Depression\n2;Herz;Herzinfarkt\n");
        let none = HashMap::new();
        assert!(
            difference(&old, GroupList::default(), &none, &[], ImportMode::Merge, TODAY)
                .removed
                .is_empty()
        );
        let refused =
            RefusedRow { row: 2, local_id: Some("1".to_owned()), name: None, contact_point: None };
        let found =
            difference(&old, GroupList::default(), &none, &[refused], ImportMode::Replace, TODAY);
        assert_eq!((found.removed.len(), found.kept.len()), (1, 1));
    }

    #[test]
    fn silence_keeps_internal_fields_and_kept_back_places() {
        let (old, _) = groups(
            "Nr;Name;Thema;Ort;venue.publish;Straße;Ansprechpartner;hidden_terms\n1;Licht;Depression;Jena;municipality;Ahornhof 3;Frau Muster;Tief\n",
        );
        let (new, mentioned) = groups("Nr;Name;Thema;Ort\n1;Licht;Depression;Jena\n");
        let found = difference(&old, new, &mentioned, &[], ImportMode::Replace, TODAY);
        assert_eq!(found.unchanged.len(), 1, "{:?}", found.changed);
        // An emptied column is not silence.
        let (new, mentioned) = groups("Nr;Name;Thema;Ort;hidden_terms\n1;Licht;Depression;Jena;\n");
        let found = difference(&old, new, &mentioned, &[], ImportMode::Replace, TODAY);
        assert_eq!(found.fields[0][0].field, "hidden_terms");
        assert!(found.fields[0][0].is_internal);
    }
}
