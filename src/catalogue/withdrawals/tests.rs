//! What is withdrawn does not come back, by whatever door.

use jiff::civil::{Date, date};

use super::super::testing::{
    CONTACT_POINTS, apply, group, import_record, new_catalogue, put, slug,
};
use super::super::{Catalogue, Change, Scope, TokenOrder, default_file, restore};
use super::*;

const DAY: Date = date(2026, 11, 2);

const NUMBER: &str = "0000 4711 0815";

/// A group with a number that somebody agreed to.
fn with_number(given_on: Date) -> Group {
    let mut group = group(CONTACT_POINTS[0], "a");
    group.contact.mode = ContactMode::Phone;
    group.contact.phone = Some(NUMBER.to_owned());
    group.consent =
        Some(Consent { given_on, scope: vec!["api".to_owned()], basis: None, withdrawn_on: None });
    group
}

async fn owner(catalogue: &Catalogue) -> Writer {
    let order = TokenOrder {
        contact_point: Some(slug(CONTACT_POINTS[0])),
        name: "Büro".to_owned(),
        scopes: Scope::ALL.into(),
        days: 1,
    };
    let (token, _) = catalogue.create_token(&order).await.unwrap();
    let actor = catalogue.authenticate(token.reveal()).await.unwrap().unwrap();
    actor.writer_of(CONTACT_POINTS[0]).unwrap()
}

async fn holds_number(catalogue: &Catalogue) -> bool {
    catalogue.snapshot().await.unwrap().groups.iter().any(|group| group.contact.phone.is_some())
}

#[tokio::test]
async fn no_import_and_no_roll_back_brings_a_withdrawn_number_back() {
    let (_folder, catalogue) = new_catalogue().await;
    let before = group(CONTACT_POINTS[0], "a");
    put(&catalogue, vec![before.clone()]).await;
    let with = put(&catalogue, vec![with_number(date(2026, 3, 1))]).await;
    let later = put(&catalogue, vec![Group { name: "Neu".to_owned(), ..with_number(DAY) }]).await;
    let owner = owner(&catalogue).await;

    let now = catalogue.withdraw_consent(&owner, "a", DAY).await.unwrap().expect("theirs");

    assert_eq!(now.contact.mode, ContactMode::ViaContactPoint);
    assert_eq!(now.consent.unwrap().withdrawn_on, Some(DAY));
    assert!(!holds_number(&catalogue).await);
    // The same list again, a list without consent, a roll-back to the version with the number.
    put(&catalogue, vec![with_number(date(2026, 3, 1))]).await;
    assert!(!holds_number(&catalogue).await);
    put(&catalogue, vec![Group { consent: None, ..with_number(DAY) }]).await;
    assert!(!holds_number(&catalogue).await);
    catalogue.roll_back(later.import_id).await.unwrap();
    assert!(!holds_number(&catalogue).await);
    catalogue.roll_back(with.import_id).await.unwrap();
    assert!(!holds_number(&catalogue).await);
    // A consent given anew counts.
    put(&catalogue, vec![with_number(date(2026, 11, 3))]).await;
    assert!(holds_number(&catalogue).await);
    assert!(catalogue.withdraw_consent(&owner, "b", DAY).await.unwrap().is_none());
}

#[tokio::test]
async fn the_file_forgets_the_number() {
    let (folder, catalogue) = new_catalogue().await;
    put(&catalogue, vec![with_number(DAY)]).await;
    let named = with_number(DAY);
    let mut record = import_record();
    record.findings = serde_json::json!({"changes": [{"id": named.id.to_string(),
        "fields": [{"field": "contact.phone", "before": null, "after": NUMBER}]}]});
    let begun = catalogue.begin_import(&slug(CONTACT_POINTS[0])).await.unwrap();
    begun.hold(vec![named.clone()].into(), record).await.unwrap();
    apply(&catalogue, Change { put: vec![].into(), removed: vec![named.id] }).await;
    put(&catalogue, vec![named]).await;
    let owner = owner(&catalogue).await;

    catalogue.withdraw_consent(&owner, "a", DAY).await.unwrap();

    catalogue.close().await;
    let bytes = std::fs::read(default_file(folder.path())).unwrap();
    assert!(!bytes.windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes()));
}

#[tokio::test]
async fn a_backup_from_before_does_not_bring_it_back() {
    let (folder, catalogue) = new_catalogue().await;
    put(&catalogue, vec![with_number(DAY)]).await;
    let backup = folder.path().join("backup.sqlite");
    catalogue.backup(&backup).await.unwrap();
    let owner = owner(&catalogue).await;
    catalogue.withdraw_consent(&owner, "a", DAY).await.unwrap();
    catalogue.close().await;

    let file = default_file(folder.path());
    restore(&backup, &file).await.unwrap();

    let catalogue = Catalogue::open(&file, &[]).await.unwrap();
    assert!(catalogue.has_groups().await.unwrap());
    assert!(!holds_number(&catalogue).await);
    assert_eq!(catalogue.withdrawals().await.unwrap().len(), 1);
}
