//! Example data: invented groups with which a new catalogue can be tried out.

use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::at::At;
use super::contact_points::must_be_known;
use super::error::CatalogueError;
use super::group_list::GroupList;
use super::state::{never_held_groups, next_revision, set_example_data};
use super::{Catalogue, groups, moment};
use crate::domain::ContactPointId;

impl Catalogue {
    /// Loads invented groups; they leave with the first import that changes something.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::NotNew`] when the catalogue holds groups or ever applied an import;
    /// [`CatalogueError::UnknownContactPoint`], [`CatalogueError::NotTheirs`],
    /// [`CatalogueError::NotStorable`].
    pub async fn load_example(
        &self,
        example: Vec<(ContactPointId, GroupList)>,
    ) -> Result<u64, CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let file = &self.file;
        if !never_held_groups(connection, file).await? {
            return Err(CatalogueError::NotNew);
        }
        for (contact_point, examples) in example {
            must_be_known(connection, &contact_point, file).await?;
            let change = super::Change { put: examples, removed: Vec::new() };
            let examples = change.effective(&contact_point, &GroupList::default())?.put;
            for group in &examples {
                let text = groups::to_text(&group)?;
                groups::put(connection, &group, &text, file).await?;
            }
        }
        set_example_data(connection, true, file).await?;
        let revision = next_revision(connection, file).await?;
        writing.commit(file).await?;
        Ok(revision)
    }
}

/// Removes all groups, which are examples, and sets the tombstones of those that were public.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    now: Timestamp,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "INSERT INTO tombstones (group_id, deleted_at, replaced_by)
         SELECT id, $1, NULL FROM group_records
             WHERE id IN (SELECT group_id FROM public_forms)
         ON CONFLICT (group_id) DO UPDATE SET deleted_at = excluded.deleted_at",
    )
    .bind(moment::to_text(now))
    .execute(&mut *connection)
    .await
    .at(file)?;
    sqlx::query("DELETE FROM group_records").execute(connection).await.at(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::testing::{
        CONTACT_POINTS, apply, group, import_record, new_catalogue, put, show_all, slug,
    };
    use crate::catalogue::{Change, RolledBack};

    async fn with_examples() -> (tempfile::TempDir, Catalogue) {
        let (folder, catalogue) = new_catalogue().await;
        let examples = CONTACT_POINTS.map(|id| (slug(id), vec![group(id, "example")].into()));
        catalogue.load_example(examples.to_vec()).await.unwrap();
        show_all(&catalogue).await;
        (folder, catalogue)
    }

    /// Somebody in need must never be sent to an invented group.
    #[tokio::test]
    async fn examples_leave_with_the_first_import_that_changes_something() {
        let (_folder, catalogue) = with_examples().await;
        assert!(catalogue.holds_example_data().await.unwrap());
        assert_eq!(catalogue.snapshot().await.unwrap().groups.len(), 2);

        let applied = put(&catalogue, vec![group(CONTACT_POINTS[0], "real")]).await;

        assert!(applied.example_data_removed);
        let snapshot = catalogue.snapshot().await.unwrap();
        assert!(!snapshot.example_data);
        assert_eq!(snapshot.groups, [group(CONTACT_POINTS[0], "real")]);
        assert_eq!(snapshot.tombstones.len(), 2);
        assert!(!put(&catalogue, vec![group(CONTACT_POINTS[0], "b")]).await.example_data_removed);
    }

    #[tokio::test]
    async fn examples_stay_while_nothing_real_is_applied() {
        let (_folder, catalogue) = with_examples().await;
        let office = slug(CONTACT_POINTS[0]);
        let real = vec![group(CONTACT_POINTS[0], "real")];

        let begun = catalogue.begin_import(&office).await.unwrap();
        assert_eq!(*begun.current(), []); // examples are not counted for the hold
        begun.abandon().await.unwrap();
        catalogue
            .begin_import(&office)
            .await
            .unwrap()
            .hold(real.clone().into(), import_record())
            .await
            .unwrap();
        apply(&catalogue, Change::default()).await;
        let mut unstorable = real;
        unstorable[0].topics.clear();
        let change = Change { put: unstorable.into(), removed: Vec::new() };
        let begun = catalogue.begin_import(&office).await.unwrap();
        begun.apply(change, import_record()).await.unwrap_err();

        assert!(catalogue.holds_example_data().await.unwrap());
        assert_eq!(catalogue.snapshot().await.unwrap().groups.len(), 2);
    }

    /// A real group may have an example's id.
    #[tokio::test]
    async fn a_real_group_takes_an_example_s_place() {
        let (_folder, catalogue) = with_examples().await;

        let applied = put(&catalogue, vec![group(CONTACT_POINTS[0], "example")]).await;

        let snapshot = catalogue.snapshot().await.unwrap();
        assert_eq!(snapshot.groups, [group(CONTACT_POINTS[0], "example")]);
        assert_eq!(snapshot.tombstones.len(), 1);
        let RolledBack { removed, .. } = catalogue.roll_back(applied.import_id).await.unwrap();
        assert_eq!(removed, 1);
        assert!(!catalogue.has_groups().await.unwrap());
        assert!(!catalogue.holds_example_data().await.unwrap());
    }

    #[tokio::test]
    async fn examples_never_come_to_a_catalogue_that_was_in_use() {
        let (_folder, catalogue) = new_catalogue().await;
        assert!(catalogue.is_empty().await.unwrap());
        let a = group(CONTACT_POINTS[0], "a");
        put(&catalogue, vec![a.clone()]).await;
        apply(&catalogue, Change { put: GroupList::default(), removed: vec![a.id] }).await;
        assert!(!catalogue.has_groups().await.unwrap());

        let refused = catalogue.load_example(Vec::new()).await;

        assert!(matches!(refused, Err(CatalogueError::NotNew)));
        assert!(!catalogue.is_empty().await.unwrap());
    }
}
