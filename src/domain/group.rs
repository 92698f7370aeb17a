//! The group record: everything a contact point tells about one group.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::ids::{ContactPointId, GroupId};
use super::meeting::Meeting;
use super::place::Venue;
use super::review::AsOf;
use super::terms::{
    AgeGroup, Audience, Catchment, ContactMode, Cost, Format, Gender, Language, OpenForNew,
    OrganisationKind, SourceKind, Status, Wheelchair,
};

/// How to reach a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The way.
    pub mode: ContactMode,
    /// What to call it, as in "Gruppentelefon".
    pub label: Option<String>,
    /// A mailbox; a private one needs consent.
    pub email: Option<String>,
    /// A telephone number; a private one needs consent.
    pub phone: Option<String>,
}

impl Default for Contact {
    fn default() -> Self {
        Self { mode: ContactMode::ViaContactPoint, label: None, email: None, phone: None }
    }
}

/// The person whom the contact point calls. Internal: never indexed, never exported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactPerson {
    /// Name.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Mailbox.
    pub email: Option<String>,
}

/// The body behind a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The association it belongs to.
    pub parent: Option<String>,
    /// What kind of body it is.
    pub kind: OrganisationKind,
}

/// A person's dated permission to publish personal contact fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Since when.
    pub given_on: Date,
    /// For what: `website`, `api`, `open_data`, `print`.
    pub scope: Vec<String>,
    /// How it was given.
    pub basis: Option<String>,
    /// Since when no longer.
    pub withdrawn_on: Option<Date>,
}

impl Consent {
    /// Says whether the consent holds for the service's public answers on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        let covers_api = self.scope.iter().any(|scope| scope == "api" || scope == "website");
        let begun = self.given_on <= day;
        let ended = self.withdrawn_on.is_some_and(|withdrawn| withdrawn <= day);
        covers_api && begun && !ended
    }
}

/// How a record came to us. Only its kind, and the address of a page, are public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The way it came.
    pub kind: SourceKind,
    /// Page or feed it was read from.
    pub url: Option<String>,
    /// When.
    pub fetched_on: Option<Date>,
    /// SHA-256 of the record as it arrived, in hex.
    pub content_hash: Option<String>,
}

/// A self-help group (Selbsthilfegruppe) as one contact point publishes it.
///
/// Fields are public unless they say "internal" (never leaves the admin side) or "consent"
/// (public only while a [`Consent`] holds).
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Stable id.
    pub id: GroupId,
    /// Who publishes it.
    pub contact_point: ContactPointId,
    /// The publisher's own id, at most 64 characters.
    pub local_id: String,
    /// As the group calls itself, 1 to 200 characters.
    pub name: String,
    /// Topics in the publisher's words, split into single ones; at least one.
    pub topics: Vec<String>,
    /// Plain text, at most 4,000 characters.
    pub description: Option<String>,
    /// The description in other languages, by BCP 47 tag.
    pub descriptions: BTreeMap<Language, String>,
    /// For whom.
    pub audience: BTreeSet<Audience>,
    /// For which age; empty: any.
    pub age_groups: BTreeSet<AgeGroup>,
    /// From which age in years.
    pub age_min: Option<u8>,
    /// To which age in years.
    pub age_max: Option<u8>,
    /// For which gender.
    pub gender: Gender,
    /// Languages spoken.
    pub languages: Vec<Language>,
    /// How it meets.
    pub format: Format,
    /// When it meets.
    pub meeting: Meeting,
    /// Where it meets.
    pub venue: Option<Venue>,
    /// From how far people come.
    pub catchment: Catchment,
    /// Where it stands in its life.
    pub status: Status,
    /// Whether a wheelchair gets in.
    pub wheelchair: Wheelchair,
    /// Its page.
    pub website: Option<String>,
    /// How to reach it; `email` and `phone` need consent when they are a person's.
    pub contact: Contact,
    /// Internal: whom the contact point calls.
    pub contact_person: Option<ContactPerson>,
    /// The body behind it.
    pub organisation: Option<Organisation>,
    /// What it costs.
    pub cost: Cost,
    /// A word on the cost.
    pub cost_note: Option<String>,
    /// Whether new members may come.
    pub open_for_new: OpenForNew,
    /// Internal: the permission behind the consent fields.
    pub consent: Option<Consent>,
    /// When somebody last confirmed it; unknown is neither stale nor hidden.
    pub verified_on: Option<Date>,
    /// How it came to us.
    pub source: Source,
    /// The record of which this is a copy, set by staff.
    pub duplicate_of: Option<GroupId>,
    /// Internal: staff's own search words; found by, never shown.
    pub hidden_terms: Vec<String>,
    /// When its public form last changed.
    pub updated_at: Timestamp,
}

impl Group {
    /// Says whether nobody has confirmed the record for so long that it is marked.
    pub fn is_stale_on(&self, as_of: impl Into<AsOf>) -> bool {
        as_of.into().is_stale(self.verified_on)
    }

    /// Says whether the public may see the record: not closed, and not unconfirmed for too long.
    pub fn is_public_on(&self, as_of: impl Into<AsOf>) -> bool {
        self.status != Status::Closed && !as_of.into().hides_record(self.verified_on)
    }

    /// Says whether the public may see the group's own mailbox and telephone: a person's only
    /// while the consent holds and somebody has confirmed the record not too long ago.
    pub fn shows_contact_on(&self, as_of: impl Into<AsOf>) -> bool {
        let as_of = as_of.into();
        self.consent.as_ref().is_none_or(|consent| {
            consent.holds_on(as_of.day) && !as_of.hides_personal_fields(self.verified_on)
        })
    }

    /// Says whether somebody who is not at the place can take part.
    pub fn is_remote(&self) -> bool {
        matches!(self.format, Format::Online | Format::Hybrid | Format::Phone)
    }
}
