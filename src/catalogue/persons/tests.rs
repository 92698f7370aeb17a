use serde_json::json;

use super::*;
use crate::catalogue::Change;
use crate::catalogue::testing::{CONTACT_POINTS, group, import_record, new_catalogue, put, slug};
use crate::domain::{Consent, ContactMode, ContactPerson};

const NAME: &str = "Erika Beispiel-Muster";
const PHONE: &str = "030 23125 001";
const EMAIL: &str = "erika@example.org";

fn erika() -> Person {
    Person::new(&[NAME.to_owned()], &[PHONE.to_owned()], &[EMAIL.to_owned()]).expect("a person")
}

/// A group that she answers for, in its first form.
fn hers() -> Group {
    let mut group = group(CONTACT_POINTS[0], "hers");
    group.description = Some(format!("Fragen an {NAME}, Tel. 030/23125001. Wir freuen uns."));
    group.contact_person = Some(ContactPerson {
        name: Some(format!("Frau {NAME}")),
        phone: Some("0171 39200 12".to_owned()),
        email: None,
    });
    group.contact.mode = ContactMode::Phone;
    group.contact.phone = Some(PHONE.to_owned());
    group.consent = Some(Consent {
        given_on: jiff::civil::date(2026, 1, 5),
        scope: vec!["api".to_owned()],
        basis: Some(format!("Formular von {NAME}")),
        withdrawn_on: None,
    });
    group
}

/// A catalogue in which she stands everywhere a person can.
async fn with_erika() -> (tempfile::TempDir, Catalogue) {
    let (folder, catalogue) = new_catalogue().await;
    put(&catalogue, vec![hers(), group(CONTACT_POINTS[0], "other")]).await;
    let mut renamed = hers();
    renamed.contact_person.as_mut().expect("a person").phone = Some("0171 39200 13".to_owned());
    let office = slug(CONTACT_POINTS[0]);
    let mut record = import_record();
    record.source_name = format!("Liste {NAME}.xlsx");
    record.findings = json!({
        "findings": [{"value": "0171 39200 13", "message": format!("„{EMAIL}“ ist privat")}],
        "changes": [{"id": renamed.id.to_string(), "fields": [
            {"field": "contact_person.phone", "before": "0171 39200 12", "after": "0171 39200 13"},
            {"field": "name", "before": "a", "after": "b"},
        ]}],
    });
    let change = Change { put: vec![renamed.clone()].into(), removed: Vec::new() };
    let begun = catalogue.begin_import(&office).await.expect("begun");
    begun.apply(change, record).await.expect("applied");
    let begun = catalogue.begin_import(&office).await.expect("begun");
    begun.hold(vec![renamed].into(), import_record()).await.expect("held");
    (folder, catalogue)
}

#[tokio::test]
async fn a_person_is_shown_everything_that_is_stored() {
    let (_folder, catalogue) = with_erika().await;

    let places = catalogue.find_person(&erika()).await.unwrap();

    let tables: BTreeSet<&str> = places.iter().map(|place| place.table.as_str()).collect();
    assert_eq!(tables, ["before_images", "group_records", "imports", "staged_groups"].into());
    let members: BTreeSet<&str> = places
        .iter()
        .filter(|place| place.table == "group_records")
        .map(|place| place.member.as_str())
        .collect();
    let expected = [
        "consent.basis",
        "contact.phone",
        "contact_person.name",
        "contact_person.phone",
        "description",
    ];
    assert_eq!(members, expected.into());
}

#[tokio::test]
async fn an_erased_person_stands_nowhere_and_others_stay() {
    let (folder, catalogue) = with_erika().await;
    let before = catalogue.snapshot().await.unwrap();

    let erased = catalogue.erase_person(&erika(), "test").await.unwrap();

    assert_eq!(erased.groups, [hers().id].into());
    assert_eq!(erased.left, []);
    assert!(erased.revision > before.revision);
    let after = catalogue.snapshot().await.unwrap();
    let other = group(CONTACT_POINTS[0], "other");
    assert_eq!(after.groups.find(other.id), Some(other.clone()));
    let group = after.groups.iter().find(|group| group.id == hers().id).expect("still listed");
    assert_eq!(group.contact_person, None);
    assert_eq!(group.contact.mode, ContactMode::ViaContactPoint);
    let rest = "Fragen an …, Tel. …. Wir freuen uns.";
    assert_eq!(group.description.as_deref(), Some(rest));
    let consent = group.consent.as_ref().expect("that it was given stays");
    assert!(consent.withdrawn_on.is_some() && consent.basis.is_none());
    assert_eq!(catalogue.find_person(&erika()).await.unwrap(), []);

    // Rolling back brings the former content back, but not her.
    let imports = catalogue.imports(None).await.unwrap();
    let applied = imports.iter().find(|import| import.can_be_rolled_back).expect("one");
    assert_eq!(applied.record.source_name, "Liste ….xlsx");
    assert_eq!(applied.record.findings["changes"][0]["fields"][1]["before"], "a");
    catalogue.roll_back(applied.id).await.unwrap();
    assert_eq!(catalogue.find_person(&erika()).await.unwrap(), []);

    // Not in free pages or the log either, and a note without content remains.
    let notes: Vec<(String, i64)> = sqlx::query_as("SELECT who, records FROM erasures")
        .fetch_all(&catalogue.pool)
        .await
        .unwrap();
    assert_eq!(notes, [("test".to_owned(), 1)]);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for word in [NAME, PHONE, EMAIL, "39200 12", "39200 13", "23125001"] {
            let is_there = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!is_there, "{word} in {}", path.display());
        }
    }
}

#[tokio::test]
async fn nobody_is_erased_with_a_person_who_is_not_there() {
    let (_folder, catalogue) = with_erika().await;
    let before = catalogue.snapshot().await.unwrap();
    let stranger = Person::new(&["Max Niemand".to_owned()], &[], &[]).unwrap();

    let erased = catalogue.erase_person(&stranger, "test").await.unwrap();

    assert_eq!((erased.places, erased.groups.len()), (0, 0));
    assert_eq!(catalogue.snapshot().await.unwrap(), before);
}
