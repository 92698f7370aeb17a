//! What the catalogue's tests share: a catalogue in a temporary folder, groups of every kind.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tempfile::TempDir;

use super::{Applied, Catalogue, Change, ImportCounts, ImportMode, ImportRecord, default_file};
use crate::domain::*;

/// Two invented contact points that every test catalogue starts with.
pub(super) const CONTACT_POINTS: [&str; 2] = ["kiss-beispielheim", "kiss-musterstadt"];

pub(super) fn slug(text: &str) -> ContactPointId {
    text.parse().expect("a slug")
}

pub(super) fn contact_point(id: &str) -> ContactPoint {
    ContactPoint {
        id: slug(id),
        name: format!("KISS {id}"),
        abbreviation: Some("KISS".to_owned()),
        operator: None,
        level: ContactLevel::Local,
        parent: None,
        state: "TH".parse().expect("a state"),
        serves: vec!["16053".parse().expect("a district")],
        address: Address { town: Some("Musterstadt".to_owned()), ..Address::default() },
        phone: None,
        email: Some("kiss@example.org".to_owned()),
        website: None,
        hours: None,
        point: Some(Coordinates::new(50.927_054_3, 11.589_237_200_000_001).expect("a point")),
    }
}

pub(super) fn contact_points() -> Vec<ContactPoint> {
    CONTACT_POINTS.map(contact_point).to_vec()
}

pub(super) async fn new_catalogue() -> (TempDir, Catalogue) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalogue = Catalogue::open(&default_file(folder.path()), &contact_points())
        .await
        .expect("a new catalogue");
    (folder, catalogue)
}

pub(super) fn group(contact_point: &str, local_id: &str) -> Group {
    let contact_point = slug(contact_point);
    Group {
        id: GroupId::of(&contact_point, local_id),
        contact_point,
        local_id: local_id.to_owned(),
        name: format!("Gruppe {local_id}"),
        topics: vec!["Angst".to_owned()],
        description: None,
        descriptions: [].into(),
        audience: [Audience::Affected].into(),
        age_groups: BTreeSet::new(),
        age_min: None,
        age_max: None,
        gender: Gender::All,
        languages: vec![Language::german()],
        format: Format::InPerson,
        meeting: Meeting::default(),
        venue: None,
        catchment: Catchment::District,
        status: Status::Active,
        wheelchair: Wheelchair::Unknown,
        website: None,
        contact: Contact::default(),
        contact_person: None,
        organisation: None,
        cost: Cost::Free,
        cost_note: None,
        open_for_new: OpenForNew::Yes,
        consent: None,
        verified_on: None,
        source: Source {
            kind: SourceKind::Upload,
            url: None,
            fetched_on: None,
            content_hash: None,
        },
        duplicate_of: None,
        hidden_terms: Vec::new(),
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

pub(super) fn import_record() -> ImportRecord {
    ImportRecord {
        who: "test".to_owned(),
        source_name: "gruppen.csv".to_owned(),
        mode: ImportMode::Replace,
        counts: ImportCounts { rows_read: 3, new: 2, refused: 1, ..ImportCounts::default() },
        findings: serde_json::json!([{"rule": "postcode", "row": 3}]),
    }
}

/// Imports groups into the first contact point.
pub(super) async fn put(catalogue: &Catalogue, groups: Vec<Group>) -> Applied {
    apply(catalogue, Change { put: groups.into(), removed: Vec::new() }).await
}

pub(super) async fn apply(catalogue: &Catalogue, change: Change) -> Applied {
    let begun = catalogue.begin_import(&slug(CONTACT_POINTS[0])).await.expect("begun");
    begun.apply(change, import_record()).await.expect("applied")
}

/// Notes every group as published.
pub(super) async fn show_all(catalogue: &Catalogue) {
    let groups = catalogue.snapshot().await.expect("a snapshot").groups;
    let forms: Vec<_> = groups.iter().map(|group| (group.id, "11".to_owned())).collect();
    catalogue.note_public_forms(&forms).await.expect("noted");
}

/// Groups of the first contact point with members of every kind; consents are not withdrawn.
pub(super) fn any_group() -> impl Strategy<Value = Group> {
    let words = (
        text(),
        vec(text(), 1..4),
        option::of(text()),
        btree_map(select(vec!["en", "hsb", "uk", "de-x-leicht"]), text(), 0..3),
        vec(text(), 0..3),
        option::of(text()),
        option::of(text()),
    );
    let kinds = (
        btree_set(term(Audience::ALL), 0..4),
        btree_set(term(AgeGroup::ALL), 0..4),
        (term(Gender::ALL), term(Format::ALL), term(Catchment::ALL)),
        (term(Status::ALL), term(Wheelchair::ALL), term(Cost::ALL), term(OpenForNew::ALL)),
        subsequence(vec!["de", "en", "ar", "gsg", "hsb"], 0..4),
        any::<(Option<u8>, Option<u8>)>(),
    );
    let parts = (
        meeting(),
        option::of(venue()),
        contact(),
        option::of(person()),
        option::of(organisation()),
        option::of(consent()),
        source(),
    );
    (local_id(), words, kinds, parts, option::of(day()), any::<Option<bool>>(), moment()).prop_map(
        |(local_id, words, kinds, parts, verified_on, copy, updated_at)| {
            let mut group = group(CONTACT_POINTS[0], &local_id);
            let descriptions;
            (
                group.name,
                group.topics,
                group.description,
                descriptions,
                group.hidden_terms,
                group.website,
                group.cost_note,
            ) = words;
            for (tag, words) in descriptions {
                group.descriptions.insert(tag.parse().expect("a tag"), words);
            }
            let languages: Vec<&str>;
            (
                group.audience,
                group.age_groups,
                (group.gender, group.format, group.catchment),
                (group.status, group.wheelchair, group.cost, group.open_for_new),
                languages,
                (group.age_min, group.age_max),
            ) = kinds;
            group.languages = languages.iter().map(|tag| tag.parse().expect("a tag")).collect();
            (
                group.meeting,
                group.venue,
                group.contact,
                group.contact_person,
                group.organisation,
                group.consent,
                group.source,
            ) = parts;
            group.duplicate_of = copy.map(|_| GroupId::of(&group.contact_point, "original"));
            (group.verified_on, group.updated_at) = (verified_on, updated_at);
            group
        },
    )
}

/// At most `most` groups with different ids.
pub(super) fn any_groups(most: usize) -> impl Strategy<Value = Vec<Group>> {
    vec(any_group(), 0..=most).prop_map(|mut groups| {
        let mut seen = BTreeSet::new();
        groups.retain(|group| seen.insert(group.id));
        groups
    })
}

fn text() -> impl Strategy<Value = String> {
    "[\\PC\n\"]{1,20}".prop_filter("not blank", |text: &String| !text.trim().is_empty())
}

/// Few enough that sets of groups overlap.
fn local_id() -> impl Strategy<Value = String> {
    (0..12_u8).prop_map(|number| format!("g{number}/ä"))
}

fn term<T: Copy + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = T> {
    select(all)
}

fn day() -> impl Strategy<Value = Date> {
    (1990..2090_i16, 1..=12_i8, 1..=28_i8)
        .prop_map(|(year, month, day)| Date::new(year, month, day).expect("a day"))
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_i64, 0..1_000_000_000_i32)
        .prop_map(|(second, nano)| Timestamp::new(second, nano).expect("a moment"))
}

fn time() -> impl Strategy<Value = Time> {
    let seconds = prop_oneof![4 => Just((0, 0)), 1 => (0..60_i8, 0..1_000_000_000_i32)];
    (0..24_i8, 0..60_i8, seconds)
        .prop_map(|(hour, minute, (s, ns))| Time::new(hour, minute, s, ns).expect("a time"))
}

fn meeting() -> impl Strategy<Value = Meeting> {
    let weekday = select(vec![Weekday::Monday, Weekday::Tuesday, Weekday::Sunday]);
    let rule = (weekday, select(vec![0_i8, 1, 2, 3, 4, -1])).prop_map(|(weekday, nth)| match nth {
        0 => Recurrence::Weekly { weekday },
        _ => Recurrence::Monthly { nth, weekday },
    });
    (option::of(text()), option::of(rule), option::of(time()), option::of(time()), any::<bool>())
        .prop_map(|(text, rule, starts, ends, by_appointment)| Meeting {
            text,
            rule,
            starts,
            ends,
            by_appointment,
        })
}

fn point() -> impl Strategy<Value = Coordinates> {
    (-90.0..=90.0, -180.0..=180.0)
        .prop_filter_map("not 0/0", |(lat, lon)| Coordinates::new(lat, lon).ok())
}

fn venue() -> impl Strategy<Value = Venue> {
    let texts = (option::of(text()), option::of(text()), option::of(text()));
    let keys = (option::of("[1-9][0-9]{4}"), option::of("16[0-9]{3}"));
    let exact = option::of((point(), term(Precision::ALL)));
    (texts, keys, exact, option::of(point()), term(Publish::ALL)).prop_map(
        |((name, street, town), (postcode, district), exact, municipality_point, publish)| Venue {
            name,
            street,
            postcode: postcode.map(|text| text.parse().expect("a postcode")),
            town,
            district: district.map(|text| text.parse().expect("a district")),
            point: exact.map(|(point, _)| point),
            precision: exact.map(|(_, precision)| precision),
            municipality_point,
            publish,
        },
    )
}

fn contact() -> impl Strategy<Value = Contact> {
    (term(ContactMode::ALL), option::of(text()), option::of(text()), option::of(text()))
        .prop_map(|(mode, label, email, phone)| Contact { mode, label, email, phone })
}

fn person() -> impl Strategy<Value = ContactPerson> {
    (option::of(text()), option::of(text()), option::of(text()))
        .prop_map(|(name, phone, email)| ContactPerson { name, phone, email })
}

fn organisation() -> impl Strategy<Value = Organisation> {
    (option::of(text()), term(OrganisationKind::ALL))
        .prop_map(|(parent, kind)| Organisation { parent, kind })
}

fn consent() -> impl Strategy<Value = Consent> {
    (day(), vec(text(), 0..3), option::of(text())).prop_map(|(given_on, scope, basis)| Consent {
        given_on,
        scope,
        basis,
        withdrawn_on: None,
    })
}

fn source() -> impl Strategy<Value = Source> {
    (term(SourceKind::ALL), option::of(text()), option::of(day()), option::of(text())).prop_map(
        |(kind, url, fetched_on, content_hash)| Source { kind, url, fetched_on, content_hash },
    )
}
