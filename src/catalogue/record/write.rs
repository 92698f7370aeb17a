//! Writes a [`Group`] as a record.

use std::fmt::Display;

use jiff::civil::Time;

use super::{
    ConsentRecord, ContactPersonRecord, ContactRecord, GroupRecord, MeetingRecord,
    OrganisationRecord, PointRecord, SourceRecord, VenueRecord,
};
use crate::domain::{
    Consent, Contact, ContactPerson, Coordinates, Group, Meeting, Organisation, Recurrence, Source,
    Venue,
};

impl From<&Group> for GroupRecord {
    fn from(group: &Group) -> Self {
        let descriptions = &group.descriptions;
        let has_meeting = group.meeting != Meeting::default();
        Self {
            contact_point: text(&group.contact_point),
            local_id: text(&group.local_id),
            id: text(group.id),
            name: group.name.clone(),
            topics: Some(group.topics.clone()),
            description: group.description.clone(),
            descriptions: (!descriptions.is_empty()).then(|| {
                descriptions.iter().map(|(tag, words)| (tag.to_string(), words.clone())).collect()
            }),
            audience: Some(words(&group.audience)),
            age_group: non_empty(words(&group.age_groups)),
            age_min: group.age_min,
            age_max: group.age_max,
            gender: text(group.gender),
            languages: Some(words(&group.languages)),
            format: text(group.format),
            meeting: has_meeting.then(|| (&group.meeting).into()),
            venue: group.venue.as_ref().map(Into::into),
            catchment: text(group.catchment),
            status: text(group.status),
            wheelchair: text(group.wheelchair),
            website: group.website.clone(),
            contact: Some((&group.contact).into()),
            contact_person: group.contact_person.as_ref().map(Into::into),
            organisation: group.organisation.as_ref().map(Into::into),
            cost: text(group.cost),
            cost_note: group.cost_note.clone(),
            open_for_new: text(group.open_for_new),
            consent: group.consent.as_ref().map(Into::into),
            verified_on: group.verified_on.and_then(text),
            source: Some((&group.source).into()),
            duplicate_of: group.duplicate_of.and_then(text),
            hidden_terms: non_empty(group.hidden_terms.clone()),
            updated_at: text(group.updated_at),
            ..Self::default()
        }
    }
}

impl From<&Meeting> for MeetingRecord {
    fn from(meeting: &Meeting) -> Self {
        Self {
            text: meeting.text.clone(),
            rrule: meeting.rule.map(Recurrence::to_rrule),
            starts: meeting.starts.map(clock_time),
            ends: meeting.ends.map(clock_time),
            by_appointment: meeting.by_appointment.then_some(true),
        }
    }
}

impl From<&Venue> for VenueRecord {
    fn from(venue: &Venue) -> Self {
        Self {
            name: venue.name.clone(),
            street: venue.street.clone(),
            postcode: venue.postcode.as_ref().and_then(text),
            town: venue.town.clone(),
            district: venue.district.as_ref().and_then(text),
            lat: venue.point.map(Coordinates::lat),
            lon: venue.point.map(Coordinates::lon),
            precision: venue.precision.and_then(text),
            municipality_point: venue
                .municipality_point
                .map(|point| PointRecord { lat: point.lat(), lon: point.lon() }),
            publish: text(venue.publish),
        }
    }
}

impl From<&Contact> for ContactRecord {
    fn from(contact: &Contact) -> Self {
        Self {
            mode: contact.mode.to_string(),
            label: contact.label.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
        }
    }
}

impl From<&ContactPerson> for ContactPersonRecord {
    fn from(person: &ContactPerson) -> Self {
        Self { name: person.name.clone(), phone: person.phone.clone(), email: person.email.clone() }
    }
}

impl From<&Organisation> for OrganisationRecord {
    fn from(organisation: &Organisation) -> Self {
        Self { parent: organisation.parent.clone(), kind: organisation.kind.to_string() }
    }
}

impl From<&Consent> for ConsentRecord {
    fn from(consent: &Consent) -> Self {
        Self {
            given_on: consent.given_on.to_string(),
            scope: consent.scope.clone(),
            basis: consent.basis.clone(),
            withdrawn_on: consent.withdrawn_on.and_then(text),
        }
    }
}

impl From<&Source> for SourceRecord {
    fn from(source: &Source) -> Self {
        Self {
            kind: source.kind.to_string(),
            url: source.url.clone(),
            fetched_on: source.fetched_on.and_then(text),
            content_hash: source.content_hash.clone(),
        }
    }
}

fn text(value: impl Display) -> Option<String> {
    Some(value.to_string())
}

fn words<'a, T: Display + 'a>(values: impl IntoIterator<Item = &'a T>) -> Vec<String> {
    values.into_iter().map(ToString::to_string).collect()
}

fn non_empty(list: Vec<String>) -> Option<Vec<String>> {
    Some(list).filter(|list| !list.is_empty())
}

/// Writes `18:00`, with seconds only where there are some.
fn clock_time(time: Time) -> String {
    if time.second() == 0 && time.subsec_nanosecond() == 0 {
        time.strftime("%H:%M").to_string()
    } else {
        time.to_string()
    }
}
