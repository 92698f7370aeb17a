//! The stored form keeps everything and takes nothing that is wrong.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::catalogue::testing::{any_group, group};
use crate::domain::{Audience, Group, Language, Precision, Publish, Status};

proptest! {
    /// What staff entered comes back as it was, down to the last bit of a coordinate.
    #[test]
    fn a_group_survives_writing_and_reading(group in any_group()) {
        let text = serde_json::to_string(&GroupRecord::from(&group)).unwrap();

        let read: GroupRecord = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
        prop_assert_eq!(Group::try_from(read).unwrap(), group);
    }

    /// A file is never trusted, but it must not stop the service either.
    #[test]
    fn no_text_in_any_member_makes_the_check_panic(word in "\\PC{0,12}", number: f64) {
        for (member, fields) in TEXT_MEMBERS {
            let mut record = least();
            match fields {
                [] => record[member] = json!(word),
                _ => record[member] = fields.iter().map(|field| (*field, json!(word))).collect(),
            }
            if let Ok(record) = serde_json::from_value::<GroupRecord>(record) {
                let _ = Group::try_from(record);
            }
        }
        let mut record = least();
        record["venue"] = json!({"lat": number, "lon": number});
        let _ = serde_json::from_value::<GroupRecord>(record).map(Group::try_from);
    }
}

const TEXT_MEMBERS: &[(&str, &[&str])] = &[
    ("id", &[]),
    ("verified_on", &[]),
    ("updated_at", &[]),
    ("duplicate_of", &[]),
    ("gender", &[]),
    ("meeting", &["text", "rrule", "starts", "ends"]),
    ("venue", &["postcode", "district", "precision", "publish"]),
    ("contact", &["mode"]),
    ("organisation", &["kind"]),
    ("source", &["kind", "fetched_on"]),
    ("consent", &["given_on", "withdrawn_on"]),
    ("descriptions", &["en"]),
];

/// A record with the members that must be there and no others.
fn least() -> Value {
    json!({
        "contact_point": "kiss-musterstadt",
        "local_id": "7",
        "name": "Angst und Mut",
        "topics": ["Angst"],
        "source": {"kind": "upload"},
        "updated_at": "2026-03-01T08:00:00Z",
    })
}

fn check(record: Value) -> Result<Group, RecordError> {
    serde_json::from_value::<GroupRecord>(record).expect("known members").try_into()
}

#[test]
fn what_is_not_said_has_the_contract_s_default() {
    let group = check(least()).unwrap();

    assert_eq!(group.audience, [Audience::Affected].into());
    assert_eq!(group.languages, [Language::german()]);
    assert_eq!(group.status, Status::Active);
    assert_eq!(group.venue, None);
}

#[test]
fn a_given_point_is_exact_and_published_unless_told_otherwise() {
    let mut record = least();
    record["venue"] = json!({"postcode": "01067", "lat": 51.05, "lon": 13.73});

    let venue = check(record).unwrap().venue.unwrap();

    assert_eq!((venue.precision, venue.publish), (Some(Precision::Exact), Publish::Exact));
}

/// The names are a contract: files of contact points use them.
#[test]
fn members_have_the_names_of_the_contract() {
    let mut record = least();
    for (member, value) in [
        ("age_group", json!(["youth"])),
        (
            "meeting",
            json!({"text": "dienstags", "rrule": "FREQ=WEEKLY;BYDAY=TU",
                           "starts": "18:00", "ends": "20:00", "by_appointment": true}),
        ),
        (
            "venue",
            json!({"street": "Lange Str. 1", "postcode": "01067", "town": "Dresden",
                         "district": "14612", "lat": 51.05, "lon": 13.73,
                         "precision": "postcode", "publish": "municipality"}),
        ),
        ("contact", json!({"mode": "phone", "label": "Gruppentelefon", "phone": "0000 11"})),
        ("organisation", json!({"parent": "Verband", "kind": "chapter"})),
        ("consent", json!({"given_on": "2026-01-02", "scope": ["api"], "basis": "Brief"})),
        ("descriptions", json!({"en": "Fear", "de-x-leicht": "Angst"})),
        ("hidden_terms", json!(["Phobie"])),
        ("verified_on", json!("2026-03-01")),
    ] {
        record[member] = value;
    }
    let group = check(record.clone()).unwrap();

    let written = serde_json::to_value(GroupRecord::from(&group)).unwrap();
    for (member, value) in record.as_object().unwrap() {
        assert_eq!(&written[member], value, "{member}");
    }
    let text = written.to_string();
    assert!(!text.contains("null") && !text.contains("[]"), "{text}");
}

#[test]
fn all_faults_are_told_at_once_and_by_name() {
    for (member, value, named) in [
        ("id", json!("0f8fad5b-d9cb-569f-a165-70867728950e"), "id"),
        ("name", json!("x".repeat(201)), "name"),
        ("name", json!("  "), "name"),
        ("topics", json!([]), "topics"),
        ("topics", json!(["Angst", ""]), "topics[1]"),
        ("local_id", json!("x".repeat(65)), "local_id"),
        ("description", json!("x".repeat(4001)), "description"),
        ("website", json!(""), "website"), // unknown is left out, never empty
        ("status", json!("aktiv"), "status"),
        ("venue", json!({"postcode": "1067"}), "venue.postcode"),
        ("venue", json!({"lat": 0.0, "lon": 0.0}), "venue.lat"), // stands for "unknown" in files
        ("venue", json!({"lat": 50.9}), "venue.lat"),
        ("venue", json!({"precision": "exact"}), "venue.precision"),
        ("meeting", json!({"rrule": "FREQ=DAILY"}), "meeting.rrule"),
        ("meeting", json!({"starts": "18 Uhr"}), "meeting.starts"),
        ("consent", json!({"given_on": "gestern", "scope": []}), "consent.given_on"),
        ("descriptions", json!({"de": "a", "DE": "b"}), "descriptions.de"),
    ] {
        let mut record = least();
        record[member] = value;
        record["gender"] = json!("every");
        let problems = check(record).unwrap_err().problems;
        let members: Vec<&str> = problems.iter().map(|problem| problem.member.as_str()).collect();
        assert!(members.contains(&named) && members.contains(&"gender"), "{named}: {members:?}");
    }
}

#[test]
fn what_only_the_receiver_knows_must_be_filled_in() {
    for member in ["contact_point", "local_id", "source", "updated_at"] {
        let mut record = least();
        record.as_object_mut().unwrap().remove(member);
        let refused = check(record).unwrap_err();
        assert_eq!(refused.to_string(), format!("`{member}`: is missing"));
    }
}

/// A misspelt member would be lost in silence.
#[test]
fn unknown_members_are_refused_and_derived_ones_are_dropped() {
    let mut record = least();
    record["venue"] = json!({"postcod": "01067"});
    let refused = serde_json::from_value::<GroupRecord>(record).unwrap_err();
    assert!(refused.to_string().contains("postcod"), "{refused}");

    let mut record = least();
    record["concepts"] = json!([{"id": "angst"}]);
    record["stale"] = json!(true);
    assert_eq!(check(record).unwrap(), check(least()).unwrap());
}

#[test]
fn explicit_null_is_unknown() {
    let mut record = serde_json::to_value(GroupRecord::from(&group("kiss-a", "1"))).unwrap();
    record["website"] = Value::Null;
    record["venue"] = Value::Null;
    assert_eq!(check(record).unwrap(), group("kiss-a", "1"));
}
