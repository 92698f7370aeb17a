//! An import is all or nothing, one after the other, and known by what it changed.

use std::time::Duration;

use jiff::{Timestamp, ToSpan};

use super::*;
use crate::catalogue::testing::{
    CONTACT_POINTS, apply, group, import_record, new_catalogue, put, show_all, slug,
};

#[tokio::test]
async fn an_import_is_seen_whole_after_it_was_applied() {
    let (_folder, catalogue) = new_catalogue().await;
    let groups = vec![group(CONTACT_POINTS[0], "a"), group(CONTACT_POINTS[0], "b")];

    let applied = put(&catalogue, groups.clone()).await;

    let snapshot = catalogue.snapshot().await.unwrap();
    assert_eq!((applied.put, applied.removed), (2, 0));
    assert_eq!(snapshot.revision, applied.revision);
    assert_eq!(applied.revision, 2);
    let mut expected = groups;
    expected.sort_by_key(|group| group.id.to_string());
    assert_eq!(snapshot.groups, GroupList::from(expected));
    let stored = catalogue.import(applied.import_id).await.unwrap().unwrap();
    assert_eq!(stored.record, import_record());
    assert_eq!(stored.revision, Some(2));
    assert_eq!(snapshot.last_import_at[&stored.contact_point], stored.at);
    assert_eq!(catalogue.last_imports().await.unwrap()[&stored.contact_point].id, stored.id);
}

/// Offices send the same list every week; nobody's copy should have to be renewed for that.
#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let (_folder, catalogue) = new_catalogue().await;
    let first = put(&catalogue, vec![group(CONTACT_POINTS[0], "a")]).await;
    let before = catalogue.snapshot().await.unwrap();

    let empty = apply(&catalogue, Change::default()).await;
    let mut again = group(CONTACT_POINTS[0], "a");
    again.updated_at = Timestamp::now();
    again.source.fetched_on = Some(jiff::civil::date(2026, 3, 1));
    let same = put(&catalogue, vec![again]).await;

    let after = catalogue.snapshot().await.unwrap();
    assert_eq!((empty.revision, same.revision), (first.revision, first.revision));
    assert_eq!(same.put, 0);
    assert_eq!((after.revision, after.groups), (before.revision, before.groups));
    assert_eq!(catalogue.imports(None).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_second_import_waits_for_the_first() {
    let (_folder, catalogue) = new_catalogue().await;
    let office = slug(CONTACT_POINTS[0]);
    let first = catalogue.begin_import(&office).await.unwrap();
    let other = catalogue.clone();
    let second = tokio::spawn(async move {
        let begun = other.begin_import(&slug(CONTACT_POINTS[0])).await.unwrap();
        begun.current().len()
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!second.is_finished());
    // Readers do not wait.
    assert_eq!(catalogue.revision().await.unwrap(), 1);

    let change = Change { put: vec![group(CONTACT_POINTS[0], "a")].into(), removed: Vec::new() };
    first.apply(change, import_record()).await.unwrap();

    assert_eq!(second.await.unwrap(), 1);
}

/// Another process has no part in our queue; SQLite's lock makes it wait.
#[tokio::test]
async fn an_import_of_another_process_waits_too() {
    let (_folder, catalogue) = new_catalogue().await;
    let other = Catalogue::open(catalogue.file(), &[]).await.unwrap();
    let first = catalogue.begin_import(&slug(CONTACT_POINTS[0])).await.unwrap();
    let second =
        tokio::spawn(
            async move { put(&other, vec![group(CONTACT_POINTS[0], "b")]).await.revision },
        );
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!second.is_finished());

    let change = Change { put: vec![group(CONTACT_POINTS[0], "a")].into(), removed: Vec::new() };
    let applied = first.apply(change, import_record()).await.unwrap();

    assert_eq!(second.await.unwrap(), applied.revision + 1);
}

#[tokio::test]
async fn an_abandoned_import_leaves_no_trace_and_lets_the_next_one_in() {
    let (_folder, catalogue) = new_catalogue().await;
    let office = slug(CONTACT_POINTS[0]);
    catalogue.begin_import(&office).await.unwrap().abandon().await.unwrap();
    drop(catalogue.begin_import(&office).await.unwrap());

    put(&catalogue, vec![group(CONTACT_POINTS[0], "a")]).await;

    assert_eq!(catalogue.imports(None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_change_beyond_the_contact_point_is_refused_whole() {
    let (_folder, catalogue) = new_catalogue().await;
    put(&catalogue, vec![group(CONTACT_POINTS[0], "a")]).await;
    let before = catalogue.snapshot().await.unwrap();
    let ours = |id| group(CONTACT_POINTS[0], id);
    let mut wrong = ours("d");
    wrong.topics.clear();
    for (put, removed, why) in [
        (vec![ours("b"), group(CONTACT_POINTS[1], "c")], vec![], "another contact point"),
        (vec![ours("b"), ours("b")], vec![], "twice"),
        (vec![], vec![ours("nowhere").id], "not there"),
        (vec![ours("a")], vec![ours("a").id], "twice"),
        (vec![ours("b"), wrong], vec![], "topics"),
    ] {
        let begun = catalogue.begin_import(&slug(CONTACT_POINTS[0])).await.unwrap();
        let refused =
            begun.apply(Change { put: put.into(), removed }, import_record()).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{why}: {refused}");
    }
    assert_eq!(catalogue.snapshot().await.unwrap(), before);
    let unknown = catalogue.begin_import(&slug("kiss-nirgendwo")).await.err().unwrap();
    assert!(unknown.to_string().contains("kiss-nirgendwo"));
}

/// Those who keep copies must learn what to delete, for a year.
#[tokio::test]
async fn what_is_removed_leaves_a_tombstone_for_twelve_months() {
    let (_folder, catalogue) = new_catalogue().await;
    let start: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
    let at = |days: i64| catalogue.clone().with_clock(move || start + (days * 24).hours());
    let mut copy = group(CONTACT_POINTS[0], "copy");
    copy.duplicate_of = Some(group(CONTACT_POINTS[0], "a").id);
    put(&at(0), vec![group(CONTACT_POINTS[0], "a"), copy.clone()]).await;
    show_all(&at(0)).await;

    apply(&at(1), Change { put: vec![].into(), removed: vec![copy.id] }).await;

    let expected = Tombstone {
        id: copy.id,
        deleted_at: start + 24.hours(),
        replaced_by: Some(group(CONTACT_POINTS[0], "a").id),
    };
    assert_eq!(at(2).snapshot().await.unwrap().tombstones, [expected]);
    assert_eq!(at(400).snapshot().await.unwrap().tombstones, []);

    put(&at(3), vec![copy]).await;
    show_all(&at(3)).await;
    assert_eq!(at(4).tombstones().await.unwrap(), []);
}

/// What nobody ever saw needs no word of its end.
#[tokio::test]
async fn what_was_never_public_leaves_no_tombstone() {
    let (_folder, catalogue) = new_catalogue().await;
    let [seen, closed] = ["seen", "closed"].map(|id| group(CONTACT_POINTS[0], id));
    put(&catalogue, vec![seen.clone(), closed.clone()]).await;
    catalogue.note_public_forms(&[(seen.id, "11".to_owned())]).await.unwrap();

    apply(&catalogue, Change { put: vec![].into(), removed: vec![seen.id, closed.id] }).await;

    let gone: Vec<_> = catalogue.tombstones().await.unwrap().iter().map(|t| t.id).collect();
    assert_eq!(gone, [seen.id]);
}

#[tokio::test]
async fn a_held_import_changes_nothing_until_it_is_confirmed() {
    let (_folder, catalogue) = new_catalogue().await;
    let office = slug(CONTACT_POINTS[0]);
    let staged = vec![group(CONTACT_POINTS[0], "z"), group(CONTACT_POINTS[0], "a")];
    let begun = catalogue.begin_import(&office).await.unwrap();
    let held = begun.hold(staged.clone().into(), import_record()).await.unwrap();
    assert_eq!(catalogue.revision().await.unwrap(), 1);
    assert!(!catalogue.has_groups().await.unwrap());
    assert_eq!(catalogue.staged(held).await.unwrap(), GroupList::from(staged.clone()));

    let change = Change { put: staged.clone().into(), removed: Vec::new() };
    let elsewhere = catalogue.begin_import(&slug(CONTACT_POINTS[1])).await.unwrap();
    let refused = elsewhere.apply_held(held, Change::default()).await.unwrap_err();
    assert!(matches!(refused, CatalogueError::UnknownImport(_)));
    let begun = catalogue.begin_import(&office).await.unwrap();
    let applied = begun.apply_held(held, change.clone()).await.unwrap();

    assert_eq!(applied.import_id, held);
    assert!(catalogue.has_groups().await.unwrap());
    let again = catalogue.begin_import(&office).await.unwrap();
    let refused = again.apply_held(held, change).await.unwrap_err();
    assert!(refused.to_string().contains("is applied"), "{refused}");
}

/// A list that waited must not overwrite a newer one.
#[tokio::test]
async fn a_held_import_gives_way_to_a_newer_one() {
    let (_folder, catalogue) = new_catalogue().await;
    let office = slug(CONTACT_POINTS[0]);
    let begun = catalogue.begin_import(&office).await.unwrap();
    let held = begun.hold(vec![].into(), import_record()).await.unwrap();
    let newer = put(&catalogue, vec![group(CONTACT_POINTS[0], "a")]).await.import_id;

    let begun = catalogue.begin_import(&office).await.unwrap();
    let refused = begun.apply_held(held, Change::default()).await.unwrap_err();

    assert!(matches!(refused, CatalogueError::Superseded { newer: n, .. } if n == newer));
}

#[tokio::test]
async fn checked_and_failed_imports_are_remembered() {
    let (_folder, catalogue) = new_catalogue().await;
    let office = slug(CONTACT_POINTS[1]);
    catalogue.note_checked(&office, &import_record()).await.unwrap();
    catalogue.note_failed(&office, &import_record()).await.unwrap();

    let imports = catalogue.imports(Some(&office)).await.unwrap();

    let states: Vec<_> = imports.iter().map(|import| import.state.as_str()).collect();
    assert_eq!(states, ["failed", "checked"]);
    assert_eq!(catalogue.imports(Some(&slug(CONTACT_POINTS[0]))).await.unwrap(), []);
    assert_eq!(catalogue.last_imports().await.unwrap().len(), 0);
}
