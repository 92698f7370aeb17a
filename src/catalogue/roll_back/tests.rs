//! A wrong list can be undone, and then everything is as if it had never come.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;
use crate::catalogue::testing::{
    CONTACT_POINTS, any_groups, apply, group, import_record, new_catalogue, put, show_all, slug,
};
use crate::catalogue::{Applied, Change};
use crate::domain::{Consent, Group};

/// Applies a list as the whole of what the contact point has.
async fn replace(catalogue: &Catalogue, groups: &[Group]) -> Applied {
    let begun = catalogue.begin_import(&slug(CONTACT_POINTS[0])).await.unwrap();
    let named: BTreeSet<_> = groups.iter().map(|group| group.id).collect();
    let gone = begun.current().ids().filter(|id| !named.contains(id));
    let change = Change { put: groups.iter().collect(), removed: gone.collect() };
    begun.apply(change, import_record()).await.unwrap()
}

proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    #[test]
    fn any_import_can_be_undone_exactly(
        lists in proptest::collection::vec(any_groups(8), 2..5),
        choice: prop::sample::Index,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, catalogue) = new_catalogue().await;
            let neighbour = group(CONTACT_POINTS[1], "neighbour");
            let begun = catalogue.begin_import(&slug(CONTACT_POINTS[1])).await.unwrap();
            let change = Change { put: vec![neighbour].into(), removed: Vec::new() };
            begun.apply(change, import_record()).await.unwrap();
            let mut states = Vec::new();
            let mut imports = Vec::new();
            for list in &lists {
                states.push(catalogue.snapshot().await.unwrap());
                imports.push(replace(&catalogue, list).await.import_id);
                show_all(&catalogue).await;
            }
            let last = catalogue.revision().await.unwrap();

            let undone = choice.index(imports.len());
            let done = catalogue.roll_back(imports[undone]).await.unwrap();

            show_all(&catalogue).await;
            let after = catalogue.snapshot().await.unwrap();
            assert_eq!(after.groups, states[undone].groups);
            assert_eq!(after.last_import_at, states[undone].last_import_at);
            assert_eq!(done.imports.len(), imports.len() - undone);
            assert_eq!(after.revision, last + u64::from(done.restored + done.removed > 0));
            // Whatever the public has seen is either there or known to have gone.
            let there: BTreeSet<_> = after.groups.iter().map(|group| group.id).collect();
            let gone: BTreeSet<_> = after.tombstones.iter().map(|stone| stone.id).collect();
            assert!(there.is_disjoint(&gone));
            for group in lists.iter().flatten() {
                assert!(there.contains(&group.id) || gone.contains(&group.id));
            }
        });
    }
}

#[tokio::test]
async fn an_import_is_undone_once_and_within_thirty_days() {
    let (_folder, catalogue) = new_catalogue().await;
    let start: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
    let at = |days: i64| catalogue.clone().with_clock(move || start + (days * 24).hours());
    let first = put(&at(0), vec![group(CONTACT_POINTS[0], "a")]).await.import_id;
    let second = put(&at(20), vec![group(CONTACT_POINTS[0], "b")]).await.import_id;

    let too_old = at(31).roll_back(first).await.unwrap_err();
    assert!(too_old.to_string().contains("30 days"), "{too_old}");
    let done = at(31).roll_back(second).await.unwrap();
    assert_eq!((done.imports, done.restored, done.removed), (vec![second], 0, 1));
    let again = at(31).roll_back(second).await.unwrap_err();
    assert!(again.to_string().contains("rolled back"), "{again}");
    let unknown = at(31).roll_back("99".parse().unwrap()).await.unwrap_err();
    assert!(matches!(unknown, CatalogueError::UnknownImport(_)));
}

/// Old versions hold internal fields; they must not stay longer than they are of use.
#[tokio::test]
async fn former_versions_are_deleted_after_thirty_days_even_if_the_clock_goes_back() {
    let (_folder, catalogue) = new_catalogue().await;
    let start: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
    let at = |days: i64| catalogue.clone().with_clock(move || start + (days * 24).hours());
    let a = group(CONTACT_POINTS[0], "a");
    let first = put(&at(0), vec![a.clone()]).await.import_id;
    let begun = at(0).begin_import(&a.contact_point).await.unwrap();
    let held = begun.hold(vec![a.clone()].into(), import_record()).await.unwrap();

    apply(&at(31), Change { put: vec![].into(), removed: vec![a.id] }).await;

    let (images,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM before_images")
        .fetch_one(&catalogue.pool)
        .await
        .unwrap();
    assert_eq!(images, 1);
    assert!(!catalogue.import(first).await.unwrap().unwrap().can_be_rolled_back);
    assert!(matches!(at(1).roll_back(first).await, Err(CatalogueError::TooOld { .. })));
    assert!(matches!(at(1).staged(held).await, Err(CatalogueError::WrongState { .. })));
}

/// Undoing a bad list must not publish a person's number again.
#[tokio::test]
async fn a_withdrawn_consent_stays_withdrawn() {
    let (_folder, catalogue) = new_catalogue().await;
    let day = jiff::civil::date(2026, 1, 1);
    let mut private = group(CONTACT_POINTS[0], "a");
    private.contact.phone = Some("0000 112233".to_owned());
    private.consent = Some(Consent {
        given_on: day,
        scope: vec!["api".to_owned()],
        basis: None,
        withdrawn_on: None,
    });
    put(&catalogue, vec![private.clone()]).await;
    let bad = put(&catalogue, vec![Group { name: "Falsch".to_owned(), ..private.clone() }]).await;
    let mut withdrawn = private.clone();
    if let Some(consent) = &mut withdrawn.consent {
        consent.withdrawn_on = Some(day);
    }
    put(&catalogue, vec![withdrawn.clone()]).await;

    catalogue.roll_back(bad.import_id).await.unwrap();

    assert_eq!(catalogue.snapshot().await.unwrap().groups, [withdrawn]);
}
