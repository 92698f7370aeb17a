//! The public form of a group as the bytes that go out: a hit of a search, and the whole record.
//!
//! In: a group and what the tables know. Out: JSON objects that are written once, at build, and
//! copied into answers. Only what stands in [`GroupForm`] can ever leave: internal fields have no
//! place in it.

use serde::Serialize;

use crate::domain::{
    AgeGroup, AsOf, Audience, ContactMode, Coordinates, Group, Language, Precision, Publish,
};
use crate::reference::{Gazetteer, Vocabulary};

/// Longest summary in code points.
const SUMMARY_LENGTH: usize = 200;

/// The members of a hit that are written at build; `distance_km`, `url`, `page_url` and `match`
/// follow when it is sent.
pub const HIT_MEMBERS: &[&str] = &[
    "id",
    "local_id",
    "name",
    "topics",
    "concepts",
    "summary",
    "audience",
    "age_group",
    "age_min",
    "age_max",
    "gender",
    "format",
    "languages",
    "status",
    "meeting",
    "venue",
    "catchment",
    "wheelchair",
    "cost",
    "cost_note",
    "open_for_new",
    "website",
    "contact",
    "organisation",
    "contact_point",
    "also_listed_by",
    "duplicate_of",
    "verified_on",
    "stale",
    "source",
    "updated_at",
];

/// A concept as answers show it.
#[derive(Debug, Clone, Serialize)]
pub struct ConceptForm<'a> {
    /// Id, which filters take.
    pub id: &'a str,
    /// German label.
    pub label: &'a str,
    /// Codes, which filters take too.
    pub codes: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct MeetingForm<'a> {
    text: Option<&'a str>,
    rrule: Option<String>,
    starts: Option<String>,
    ends: Option<String>,
    by_appointment: bool,
    timezone: &'static str,
    next_at: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct VenueForm<'a> {
    name: Option<&'a str>,
    street: Option<&'a str>,
    town: Option<&'a str>,
    postcode: Option<&'a str>,
    district: Option<&'a str>,
    district_name: Option<String>,
    state: Option<&'static str>,
    lat: Option<f64>,
    lon: Option<f64>,
    precision: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct ContactForm<'a> {
    mode: &'static str,
    label: Option<&'a str>,
    phone: Option<&'a str>,
    email: Option<&'a str>,
}

#[derive(Debug, Clone, Serialize)]
struct OrganisationForm<'a> {
    parent: Option<&'a str>,
    kind: &'static str,
}

/// The publisher as a hit names it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PublisherForm<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) phone: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) website: Option<&'a str>,
}

/// Another record of the same group.
#[derive(Debug, Clone, Serialize)]
pub(super) struct AlsoListed<'a> {
    pub(super) contact_point: AlsoPublisher<'a>,
    pub(super) id: String,
    pub(super) local_id: &'a str,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct AlsoPublisher<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
}

#[derive(Debug, Clone, Serialize)]
struct SourceForm<'a> {
    kind: &'static str,
    url: Option<&'a str>,
}

/// Everything about a group that may be seen.
#[derive(Debug, Clone, Serialize)]
struct GroupForm<'a> {
    id: String,
    local_id: &'a str,
    name: &'a str,
    topics: &'a [String],
    concepts: &'a [ConceptForm<'a>],
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    descriptions: Option<std::collections::BTreeMap<&'a str, &'a str>>,
    audience: Vec<&'static str>,
    age_group: Vec<&'static str>,
    age_min: Option<u8>,
    age_max: Option<u8>,
    gender: &'static str,
    format: &'static str,
    languages: Vec<&'a str>,
    status: &'static str,
    meeting: MeetingForm<'a>,
    venue: Option<VenueForm<'a>>,
    catchment: &'static str,
    wheelchair: &'static str,
    cost: &'static str,
    cost_note: Option<&'a str>,
    open_for_new: &'static str,
    website: Option<&'a str>,
    contact: ContactForm<'a>,
    organisation: Option<OrganisationForm<'a>>,
    contact_point: &'a PublisherForm<'a>,
    also_listed_by: &'a [AlsoListed<'a>],
    duplicate_of: Option<String>,
    verified_on: Option<String>,
    stale: bool,
    source: SourceForm<'a>,
}

/// What a hit needs beside the group itself.
pub(super) struct Surroundings<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) publisher: &'a PublisherForm<'a>,
    pub(super) also_listed_by: &'a [AlsoListed<'a>],
    pub(super) concepts: &'a [u32],
    pub(super) as_of: AsOf,
}

/// The two public forms of a group, both open-ended: the caller appends `updated_at`.
pub(super) struct PublicForms {
    /// As a hit.
    pub(super) hit: Vec<u8>,
    /// Whole, with descriptions.
    pub(super) detail: Vec<u8>,
}

/// Writes the public forms of a group, without `updated_at` and the closing brace.
pub(super) fn public_forms(group: &Group, around: &Surroundings<'_>) -> PublicForms {
    let concepts: Vec<ConceptForm<'_>> =
        around.concepts.iter().map(|index| concept_form(around.vocabulary, *index)).collect();
    let summary = group.description.as_deref().map(summary_of);
    let mut form = form_of(group, around, &concepts, summary);
    let hit = open_object(&form);
    form.description = Some(group.description.as_deref());
    let texts = group.descriptions.iter().map(|(tag, text)| (tag.as_str(), text.as_str()));
    form.descriptions = Some(texts.collect());
    PublicForms { hit, detail: open_object(&form) }
}

/// Appends `updated_at` and, where `closed`, the end of the object.
pub(super) fn finish(mut object: Vec<u8>, updated_at: &str, closed: bool) -> Vec<u8> {
    object.extend_from_slice(b",\"updated_at\":\"");
    object.extend_from_slice(updated_at.as_bytes());
    object.push(b'"');
    if closed {
        object.push(b'}');
    }
    object
}

fn open_object(form: &GroupForm<'_>) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(form).expect("text, numbers and lists always serialise");
    bytes.pop(); // the closing brace
    bytes
}

/// Returns a concept's form.
pub(super) fn concept_form(vocabulary: &Vocabulary, index: u32) -> ConceptForm<'_> {
    let concept = vocabulary.concept(index);
    ConceptForm {
        id: concept.id.as_str(),
        label: &concept.label,
        codes: concept.codes.iter().map(ToString::to_string).collect(),
    }
}

fn form_of<'a>(
    group: &'a Group,
    around: &'a Surroundings<'a>,
    concepts: &'a [ConceptForm<'a>],
    summary: Option<&'a str>,
) -> GroupForm<'a> {
    let clock = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
    let may_show_contact = group.shows_contact_on(around.as_of);
    let has_direct_contact =
        may_show_contact && (group.contact.phone.is_some() || group.contact.email.is_some());
    let mode = match group.contact.mode {
        ContactMode::Mailbox | ContactMode::Phone if !has_direct_contact => {
            ContactMode::ViaContactPoint
        }
        mode => mode,
    };
    GroupForm {
        id: group.id.to_string(),
        local_id: &group.local_id,
        name: &group.name,
        topics: &group.topics,
        concepts,
        summary,
        description: None,
        descriptions: None,
        audience: group.audience.iter().copied().map(Audience::as_str).collect(),
        age_group: group.age_groups.iter().copied().map(AgeGroup::as_str).collect(),
        age_min: group.age_min,
        age_max: group.age_max,
        gender: group.gender.as_str(),
        format: group.format.as_str(),
        languages: group.languages.iter().map(Language::as_str).collect(),
        status: group.status.as_str(),
        meeting: MeetingForm {
            text: group.meeting.text.as_deref(),
            rrule: group.meeting.rule.map(|rule| rule.to_rrule()),
            starts: group.meeting.starts.map(clock),
            ends: group.meeting.ends.map(clock),
            by_appointment: group.meeting.by_appointment,
            timezone: "Europe/Berlin",
            next_at: group.meeting.next_at(around.as_of.day).map(|at| at.to_string()),
        },
        venue: venue_form(group, around.gazetteer),
        catchment: group.catchment.as_str(),
        wheelchair: group.wheelchair.as_str(),
        cost: group.cost.as_str(),
        cost_note: group.cost_note.as_deref(),
        open_for_new: group.open_for_new.as_str(),
        website: group.website.as_deref(),
        contact: ContactForm {
            mode: mode.as_str(),
            label: group.contact.label.as_deref(),
            phone: group.contact.phone.as_deref().filter(|_| may_show_contact),
            email: group.contact.email.as_deref().filter(|_| may_show_contact),
        },
        organisation: group.organisation.as_ref().map(|organisation| OrganisationForm {
            parent: organisation.parent.as_deref(),
            kind: organisation.kind.as_str(),
        }),
        contact_point: around.publisher,
        also_listed_by: around.also_listed_by,
        duplicate_of: group.duplicate_of.map(|id| id.to_string()),
        verified_on: group.verified_on.map(|day| day.to_string()),
        stale: group.is_stale_on(around.as_of),
        source: SourceForm {
            kind: group.source.kind.as_str(),
            url: group
                .source
                .url
                .as_deref()
                .filter(|_| group.source.kind == crate::domain::SourceKind::Page),
        },
    }
}

/// The point of a group that may be known: its own, its municipality's, or none.
pub(super) fn published_point(group: &Group) -> Option<(Coordinates, Precision)> {
    let venue = group.venue.as_ref()?;
    match venue.publish {
        Publish::Exact => Some((venue.point?, venue.precision?)),
        Publish::Municipality => Some((venue.municipality_point?, Precision::Municipality)),
        Publish::None => None,
    }
}

fn venue_form<'a>(group: &'a Group, gazetteer: &Gazetteer) -> Option<VenueForm<'a>> {
    let venue = group.venue.as_ref()?;
    let is_exact = venue.publish == Publish::Exact;
    let shows_town = venue.publish != Publish::None;
    let point = published_point(group);
    // Four decimals are some ten metres: as exact as a house, no more.
    let rounded = |degrees: f64| (degrees * 10_000.0).round() / 10_000.0;
    Some(VenueForm {
        name: venue.name.as_deref().filter(|_| is_exact),
        street: venue.street.as_deref().filter(|_| is_exact),
        town: venue.town.as_deref().filter(|_| shows_town),
        postcode: venue.postcode.as_ref().map(|code| code.as_str()).filter(|_| is_exact),
        district: venue.district.as_ref().map(|key| key.as_str()),
        district_name: venue
            .district
            .as_ref()
            .and_then(|key| gazetteer.district(key))
            .map(|d| d.label()),
        state: venue.district.as_ref().and_then(|key| key.state()).map(|state| state.as_str()),
        lat: point.map(|(point, _)| rounded(point.lat())),
        lon: point.map(|(point, _)| rounded(point.lon())),
        precision: point.map(|(_, precision)| precision.as_str()),
    })
}

/// Returns the beginning of a description: at most 200 code points, cut at a word.
pub fn summary_of(description: &str) -> &str {
    let Some((limit, _)) = description.char_indices().nth(SUMMARY_LENGTH) else {
        return description;
    };
    let cut = &description[..limit];
    match cut.rfind(char::is_whitespace) {
        Some(space) => cut[..space].trim_end(),
        None => cut,
    }
}
