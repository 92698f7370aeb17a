//! Checks a record member by member and makes the [`Group`], or reports all faults at once.

mod faults;

use std::collections::BTreeMap;

use jiff::civil::Time;

pub use faults::{MemberProblem, RecordError};

use self::faults::Faults;
use super::{
    ConsentRecord, ContactPersonRecord, ContactRecord, GroupRecord, MeetingRecord,
    OrganisationRecord, SourceRecord, VenueRecord,
};
use crate::domain::{
    Audience, Catchment, Consent, Contact, ContactMode, ContactPerson, ContactPointId, Coordinates,
    Cost, Format, Gender, Group, GroupId, Language, Meeting, OpenForNew, Organisation, Precision,
    Publish, Recurrence, Source, Status, Venue, Wheelchair,
};

/// Longest name in characters.
const MAX_NAME: usize = 200;

/// Longest `local_id` in characters.
const MAX_LOCAL_ID: usize = 64;

/// Longest description in characters.
const MAX_DESCRIPTION: usize = 4_000;

impl TryFrom<GroupRecord> for Group {
    type Error = RecordError;

    fn try_from(record: GroupRecord) -> Result<Self, RecordError> {
        let mut faults = Faults::default();
        let contact_point: Option<ContactPointId> =
            faults.required("contact_point", record.contact_point);
        let local_id: Option<String> = faults.required("local_id", record.local_id);
        let id = contact_point
            .as_ref()
            .zip(local_id.as_ref())
            .map(|(point, own)| GroupId::of(point, own));
        let given_id: Option<GroupId> = faults.optional("id", record.id);
        if given_id.is_some() && id.is_some() && given_id != id {
            faults.note("id", "does not belong to this contact_point and local_id; leave it out");
        }
        faults.at_most("local_id", MAX_LOCAL_ID, local_id.as_deref());
        faults.at_most("name", MAX_NAME, Some(&record.name));
        faults.at_most("description", MAX_DESCRIPTION, record.description.as_deref());
        let updated_at = faults.required("updated_at", record.updated_at);
        let source = read_source(&mut faults, record.source);

        let name = faults.given("name", record.name);
        let topics = faults.texts("topics", record.topics);
        if topics.is_empty() {
            faults.note("topics", "needs at least one topic");
        }
        let description = faults.text("description", record.description);
        let descriptions = read_descriptions(&mut faults, record.descriptions);
        let audience = match record.audience {
            Some(words) => faults.list("audience", words).into_iter().collect(),
            None => [Audience::Affected].into(),
        };
        let age_groups = faults.list("age_group", record.age_group.unwrap_or_default());
        let languages = match record.languages {
            Some(tags) => faults.list("languages", tags),
            None => vec![Language::german()],
        };
        let gender = faults.term("gender", record.gender, Gender::All);
        let format = faults.term("format", record.format, Format::InPerson);
        let catchment = faults.term("catchment", record.catchment, Catchment::District);
        let status = faults.term("status", record.status, Status::Active);
        let wheelchair = faults.term("wheelchair", record.wheelchair, Wheelchair::Unknown);
        let cost = faults.term("cost", record.cost, Cost::Free);
        let open_for_new = faults.term("open_for_new", record.open_for_new, OpenForNew::Yes);
        let meeting = read_meeting(&mut faults, record.meeting.unwrap_or_default());
        let venue = record.venue.map(|venue| read_venue(&mut faults, venue));
        let website = faults.text("website", record.website);
        let contact = read_contact(&mut faults, record.contact);
        let contact_person = record.contact_person.map(|person| read_person(&mut faults, person));
        let organisation =
            record.organisation.and_then(|body| read_organisation(&mut faults, body));
        let cost_note = faults.text("cost_note", record.cost_note);
        let consent = record.consent.and_then(|consent| read_consent(&mut faults, consent));
        let verified_on = faults.optional("verified_on", record.verified_on);
        let duplicate_of = faults.optional("duplicate_of", record.duplicate_of);
        let hidden_terms = faults.texts("hidden_terms", record.hidden_terms);

        let (Some(id), Some(contact_point), Some(local_id)) = (id, contact_point, local_id) else {
            return Err(faults.into());
        };
        let (Some(source), Some(updated_at)) = (source, updated_at) else {
            return Err(faults.into());
        };
        faults.end()?;
        Ok(Self {
            id,
            contact_point,
            local_id,
            name,
            topics,
            description,
            descriptions,
            audience,
            age_groups: age_groups.into_iter().collect(),
            age_min: record.age_min,
            age_max: record.age_max,
            gender,
            languages,
            format,
            meeting,
            venue,
            catchment,
            status,
            wheelchair,
            website,
            contact,
            contact_person,
            organisation,
            cost,
            cost_note,
            open_for_new,
            consent,
            verified_on,
            source,
            duplicate_of,
            hidden_terms,
            updated_at,
        })
    }
}

fn read_descriptions(
    faults: &mut Faults,
    texts: Option<BTreeMap<String, String>>,
) -> BTreeMap<Language, String> {
    let mut read = BTreeMap::new();
    for (tag, words) in texts.unwrap_or_default() {
        let member = format!("descriptions.{tag}");
        faults.at_most(&member, MAX_DESCRIPTION, Some(&words));
        let words = faults.given(&member, words);
        let language: Option<Language> = faults.optional(&member, Some(tag));
        if language.is_some_and(|language| read.insert(language, words).is_some()) {
            faults.note(&member, "stands twice, in two spellings of the tag");
        }
    }
    read
}

fn read_meeting(faults: &mut Faults, record: MeetingRecord) -> Meeting {
    let rule = record.rrule.as_deref().and_then(Recurrence::parse);
    if let Some(rrule) = record.rrule.filter(|_| rule.is_none()) {
        faults.note(
            "meeting.rrule",
            format!(
                "`{rrule}` is not a rule such as FREQ=WEEKLY;BYDAY=TU or \
                     FREQ=MONTHLY;BYDAY=2TU; leave it out where neither fits"
            ),
        );
    }
    Meeting {
        text: faults.text("meeting.text", record.text),
        rule,
        starts: read_time(faults, "meeting.starts", record.starts),
        ends: read_time(faults, "meeting.ends", record.ends),
        by_appointment: record.by_appointment.unwrap_or(false),
    }
}

fn read_time(faults: &mut Faults, member: &str, text: Option<String>) -> Option<Time> {
    let text = text?;
    let time = Some(&text).filter(|text| text.contains(':')).and_then(|text| text.parse().ok());
    if time.is_none() {
        faults.note(member, format!("`{text}` is not a time such as 18:00"));
    }
    time
}

fn read_venue(faults: &mut Faults, record: VenueRecord) -> Venue {
    let point = match (record.lat, record.lon) {
        (None, None) => None,
        (Some(lat), Some(lon)) => read_point(faults, "venue.lat", lat, lon),
        _ => {
            faults.note("venue.lat", "lat and lon belong together; leave both out where unknown");
            None
        }
    };
    let mut precision = faults.optional("venue.precision", record.precision);
    if record.lat.is_some() {
        precision = precision.or(Some(Precision::Exact));
    } else if precision.is_some() {
        faults.note("venue.precision", "says how exact the point is, but there is no point");
    }
    Venue {
        name: faults.text("venue.name", record.name),
        street: faults.text("venue.street", record.street),
        postcode: faults.optional("venue.postcode", record.postcode),
        town: faults.text("venue.town", record.town),
        district: faults.optional("venue.district", record.district),
        point,
        precision,
        municipality_point: record
            .municipality_point
            .and_then(|at| read_point(faults, "venue.municipality_point", at.lat, at.lon)),
        publish: faults.term("venue.publish", record.publish, Publish::Exact),
    }
}

fn read_point(faults: &mut Faults, member: &str, lat: f64, lon: f64) -> Option<Coordinates> {
    Coordinates::new(lat, lon).map_err(|fault| faults.note(member, fault)).ok()
}

fn read_contact(faults: &mut Faults, record: Option<ContactRecord>) -> Contact {
    let Some(record) = record else { return Contact::default() };
    Contact {
        mode: faults.term("contact.mode", Some(record.mode), ContactMode::ViaContactPoint),
        label: faults.text("contact.label", record.label),
        email: faults.text("contact.email", record.email),
        phone: faults.text("contact.phone", record.phone),
    }
}

fn read_person(faults: &mut Faults, record: ContactPersonRecord) -> ContactPerson {
    ContactPerson {
        name: faults.text("contact_person.name", record.name),
        phone: faults.text("contact_person.phone", record.phone),
        email: faults.text("contact_person.email", record.email),
    }
}

fn read_organisation(faults: &mut Faults, record: OrganisationRecord) -> Option<Organisation> {
    let parent = faults.text("organisation.parent", record.parent);
    let kind = faults.required("organisation.kind", Some(record.kind))?;
    Some(Organisation { parent, kind })
}

fn read_consent(faults: &mut Faults, record: ConsentRecord) -> Option<Consent> {
    let scope = faults.texts("consent.scope", Some(record.scope));
    let basis = faults.text("consent.basis", record.basis);
    let withdrawn_on = faults.optional("consent.withdrawn_on", record.withdrawn_on);
    let given_on = faults.required("consent.given_on", Some(record.given_on))?;
    Some(Consent { given_on, scope, basis, withdrawn_on })
}

fn read_source(faults: &mut Faults, record: Option<SourceRecord>) -> Option<Source> {
    let Some(record) = record else {
        faults.note("source", "is missing");
        return None;
    };
    let url = faults.text("source.url", record.url);
    let fetched_on = faults.optional("source.fetched_on", record.fetched_on);
    let content_hash = faults.text("source.content_hash", record.content_hash);
    let kind = faults.required("source.kind", Some(record.kind))?;
    Some(Source { kind, url, fetched_on, content_hash })
}
