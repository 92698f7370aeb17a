//! The record of a group as it is stored and exchanged: `group/v1`.
//!
//! In and out: JSON with the members below, absent where unknown, never null, `""` or 0/0; an
//! unknown member is refused. A [`Group`] becomes a record by `From`, a record becomes a group
//! by `TryFrom`, which checks every member and reports all faults at once.
//!
//! Whoever takes records from outside first fills what only the receiver knows where it is
//! absent: `contact_point`, `local_id`, `source`, `updated_at`.

mod check;
mod write;

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

pub use check::{MemberProblem, RecordError};

#[cfg(doc)]
use crate::domain::Group;

/// One group with its public, consented and internal members.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord {
    /// Slug of the contact point that publishes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_point: Option<String>,
    /// The publisher's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_id: Option<String>,
    /// Follows from the two above; a given one must agree with them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// As the group calls itself, 1 to 200 characters.
    pub name: String,
    /// Single topics in the publisher's words; at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<String>>,
    /// Plain text, at most 4,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The description in other languages, by BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub descriptions: Option<BTreeMap<String, String>>,
    /// For whom; absent: affected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Vec<String>>,
    /// For which age; absent: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_group: Option<Vec<String>>,
    /// From which age in years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_min: Option<u8>,
    /// To which age in years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_max: Option<u8>,
    /// For which gender; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// Languages spoken; absent: German.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// How it meets; absent: in person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// When it meets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<MeetingRecord>,
    /// Where it meets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueRecord>,
    /// From how far people come; absent: the district.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catchment: Option<String>,
    /// Where it stands in its life; absent: active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether a wheelchair gets in; absent: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wheelchair: Option<String>,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// How to reach it; absent: via the contact point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactRecord>,
    /// Internal: whom the contact point calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_person: Option<ContactPersonRecord>,
    /// The body behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationRecord>,
    /// What it costs; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
    /// A word on the cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_note: Option<String>,
    /// Whether new members may come; absent: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_for_new: Option<String>,
    /// Internal: the permission behind a person's contact fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentRecord>,
    /// Day somebody last confirmed it, as in `2026-03-01`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_on: Option<String>,
    /// How it came to us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRecord>,
    /// Id of the record of which this is a copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// Internal: staff's own search words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_terms: Option<Vec<String>>,
    /// Moment of the last change, as in `2026-03-01T08:00:00Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Derived by the service: taken so that its own answers can be read back, and dropped.
    #[serde(default, skip_serializing)]
    pub concepts: Option<IgnoredAny>,
    /// Derived by the service: taken so that its own answers can be read back, and dropped.
    #[serde(default, skip_serializing)]
    pub also_listed_by: Option<IgnoredAny>,
    /// Derived by the service: taken so that its own answers can be read back, and dropped.
    #[serde(default, skip_serializing)]
    pub summary: Option<IgnoredAny>,
    /// Derived by the service: taken so that its own answers can be read back, and dropped.
    #[serde(default, skip_serializing)]
    pub stale: Option<IgnoredAny>,
    /// Derived by the service: taken so that its own answers can be read back, and dropped.
    #[serde(default, skip_serializing)]
    pub deleted_at: Option<IgnoredAny>,
}

/// When a group meets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingRecord {
    /// What the publisher wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The rule of recurrence, as in `FREQ=MONTHLY;BYDAY=2TU`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rrule: Option<String>,
    /// Local time it starts, as in `18:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<String>,
    /// Local time it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// Only after a call; absent: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_appointment: Option<bool>,
}

/// Where a group meets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VenueRecord {
    /// Name of the house or room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Five digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Town or quarter, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// Key of the district (AGS), five digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Latitude in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Longitude in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// How exact the point is; absent with a point: exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
    /// The municipality's own point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality_point: Option<PointRecord>,
    /// How much of it may be shown; absent: all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish: Option<String>,
}

/// A point in degrees (WGS 84).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointRecord {
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
}

/// How to reach a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactRecord {
    /// The way.
    pub mode: String,
    /// What to call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Internal: the person whom the contact point calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPersonRecord {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The body behind a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationRecord {
    /// The association it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What kind of body it is.
    pub kind: String,
}

/// Internal: a person's dated permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRecord {
    /// Day it was given.
    pub given_on: String,
    /// For what.
    pub scope: Vec<String>,
    /// How it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Day it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_on: Option<String>,
}

/// How a record came to us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// The way it came.
    pub kind: String,
    /// Page or feed it was read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched_on: Option<String>,
    /// SHA-256 of the record as it arrived, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
}

#[cfg(test)]
mod tests;
