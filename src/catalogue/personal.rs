//! What of a group's record is about a person, and how it leaves.
//!
//! In: a [`Group`]. Out: the same without what was asked. The one place that knows which fields
//! hold people; every stored form of a record is a group first. Touches no database.

use jiff::civil::Date;

use super::withdrawals;
use crate::domain::{ContactMode, ERASED, Group, Person};

/// A member of a record that speaks of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its name in `group/v1`.
    pub member: String,
    /// What it says.
    pub text: String,
}

/// Returns every member that speaks of the person; the whole contact in which one of its members
/// does, for the rest of it is theirs, too.
pub(super) fn traces(group: &Group, person: &Person) -> Vec<Trace> {
    let mut found = Vec::new();
    for (member, text) in contact_members(group) {
        found.push((member, text, in_contact(group, person)));
    }
    for (member, text) in contact_person_members(group) {
        found.push((member, text, is_contact_person(group, person)));
    }
    for (member, text) in texts(&mut group.clone()) {
        let is_theirs = person.is_in(text);
        found.push((member, text.clone(), is_theirs));
    }
    found.push(("local_id", group.local_id.clone(), person.is_in(&group.local_id)));
    let theirs = found.into_iter().filter(|(_, _, is_theirs)| *is_theirs);
    theirs.map(|(member, text, _)| Trace { member: member.to_owned(), text }).collect()
}

/// Takes the person out of the record; returns the members that changed.
///
/// A contact in which they occur goes as a whole, with its consent; in other texts [`ERASED`]
/// stands for them. The id stays as it is.
pub(super) fn erase(group: &mut Group, person: &Person, day: Date) -> Vec<&'static str> {
    let mut changed = Vec::new();
    if is_contact_person(group, person) {
        changed.extend(contact_person_members(group).into_iter().map(|(member, _)| member));
        group.contact_person = None;
    }
    if in_contact(group, person) {
        changed.extend(contact_members(group).into_iter().map(|(member, _)| member));
        if group.consent.is_some() {
            // As if they had withdrawn their consent.
            withdrawals::heed(group, day);
        }
        if let Some(consent) = &mut group.consent {
            consent.basis = None;
        }
        clear_contact(group);
    }
    for (member, text) in texts(group) {
        if let Some(rest) = person.erased_from(text) {
            *text = rest;
            changed.push(member);
        }
    }
    // Words that say nothing any more find nothing.
    group.hidden_terms.retain(|term| term != ERASED);
    changed
}

/// Without mailbox and telephone only the contact point is left to ask.
fn clear_contact(group: &mut Group) {
    group.contact.email = None;
    group.contact.phone = None;
    group.contact.label = None;
    if matches!(group.contact.mode, ContactMode::Mailbox | ContactMode::Phone) {
        group.contact.mode = ContactMode::ViaContactPoint;
    }
}

/// Adds to the person what stands beside them in a record's contacts.
pub(super) fn learn(group: &Group, person: &Person, known: &mut Person) {
    if let Some(contact) =
        group.contact_person.as_ref().filter(|_| is_contact_person(group, person))
    {
        known.learn(contact.name.as_deref(), contact.phone.as_deref(), contact.email.as_deref());
    }
    if in_contact(group, person) {
        known.learn(None, group.contact.phone.as_deref(), group.contact.email.as_deref());
    }
}

fn is_contact_person(group: &Group, person: &Person) -> bool {
    contact_person_members(group).iter().any(|(_, text)| person.is_in(text))
}

/// Says whether the person stands in the group's own contact.
pub(super) fn in_contact(group: &Group, person: &Person) -> bool {
    contact_members(group).iter().any(|(_, text)| person.is_in(text))
}

fn some(pairs: [(&'static str, Option<&String>); 3]) -> Vec<(&'static str, String)> {
    pairs.into_iter().filter_map(|(member, text)| Some((member, text?.clone()))).collect()
}

fn contact_members(group: &Group) -> Vec<(&'static str, String)> {
    let contact = &group.contact;
    some([
        ("contact.label", contact.label.as_ref()),
        ("contact.email", contact.email.as_ref()),
        ("contact.phone", contact.phone.as_ref()),
    ])
}

fn contact_person_members(group: &Group) -> Vec<(&'static str, String)> {
    group.contact_person.as_ref().map_or(Vec::new(), |person| {
        some([
            ("contact_person.name", person.name.as_ref()),
            ("contact_person.phone", person.phone.as_ref()),
            ("contact_person.email", person.email.as_ref()),
        ])
    })
}

/// Returns every other text of a record.
fn texts(group: &mut Group) -> Vec<(&'static str, &mut String)> {
    let mut texts = vec![("name", &mut group.name)];
    texts.extend(group.topics.iter_mut().map(|text| ("topics", text)));
    texts.extend(group.hidden_terms.iter_mut().map(|text| ("hidden_terms", text)));
    texts.extend(group.descriptions.values_mut().map(|text| ("descriptions", text)));
    let venue = group.venue.as_mut();
    let (mut venue_name, mut street) = (None, None);
    if let Some(venue) = venue {
        (venue_name, street) = (venue.name.as_mut(), venue.street.as_mut());
    }
    let single = [
        ("description", group.description.as_mut()),
        ("meeting.text", group.meeting.text.as_mut()),
        ("venue.name", venue_name),
        ("venue.street", street),
        ("website", group.website.as_mut()),
        ("organisation.parent", group.organisation.as_mut().and_then(|o| o.parent.as_mut())),
        ("cost_note", group.cost_note.as_mut()),
        ("consent.basis", group.consent.as_mut().and_then(|consent| consent.basis.as_mut())),
        ("source.url", group.source.url.as_mut()),
    ];
    texts.extend(single.into_iter().filter_map(|(member, text)| Some((member, text?))));
    texts
}
