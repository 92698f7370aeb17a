//! The contact points in the catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sqlx::SqliteConnection;

use super::Catalogue;
use super::at::At;
use super::contact_point_record::ContactPointRecord;
use super::error::CatalogueError;
use super::state::next_revision;
use crate::domain::{ContactPoint, ContactPointId};

/// What an entry of contact points changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Not there before.
    pub new: usize,
    /// There before, with other content.
    pub changed: usize,
    /// There before, the same.
    pub unchanged: usize,
}

impl Catalogue {
    /// Returns all contact points by id.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn contact_points(&self) -> Result<Vec<ContactPoint>, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        Ok(read_all(&mut connection, &self.file).await?.into_values().collect())
    }

    /// Enters contact points that are new and replaces those that are known; others stay.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownContactPoint`] for a parent that is neither given nor known.
    pub async fn put_contact_points(
        &self,
        points: &[ContactPoint],
    ) -> Result<Changes, CatalogueError> {
        let mut writing = self.writing().await?;
        let changes = put(&mut writing.transaction, points, &self.file).await?;
        if changes.new + changes.changed > 0 {
            next_revision(&mut writing.transaction, &self.file).await?;
            writing.commit(&self.file).await?;
        }
        Ok(changes)
    }
}

/// Reads all contact points.
pub(super) async fn read_all(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<BTreeMap<ContactPointId, ContactPoint>, CatalogueError> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT id, record FROM contact_points")
        .fetch_all(connection)
        .await
        .at(file)?;
    let mut points = BTreeMap::new();
    for (id, text) in rows {
        let point = read(&text).map_err(|cause| CatalogueError::Stored {
            what: format!("contact point {id}"),
            cause,
        })?;
        points.insert(point.id.clone(), point);
    }
    Ok(points)
}

fn read(text: &str) -> Result<ContactPoint, Box<dyn std::error::Error + Send + Sync>> {
    serde_json::from_str::<ContactPointRecord>(text)?.try_into()
}

/// Inserts or replaces contact points; the caller counts the revision.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    points: &[ContactPoint],
    file: &Path,
) -> Result<Changes, CatalogueError> {
    let known = read_all(&mut *connection, file).await?;
    let given: BTreeSet<&ContactPointId> = points.iter().map(|point| &point.id).collect();
    let mut changes = Changes::default();
    for point in points {
        let is_known = |id| given.contains(id) || known.contains_key(id);
        if let Some(parent) = point.parent.as_ref().filter(|parent| !is_known(*parent)) {
            return Err(CatalogueError::UnknownContactPoint(parent.clone()));
        }
        match known.get(&point.id) {
            Some(stored) if stored == point => {
                changes.unchanged += 1;
                continue;
            }
            Some(_) => changes.changed += 1,
            None => changes.new += 1,
        }
        let record = serde_json::to_string(&ContactPointRecord::from(point)).map_err(|cause| {
            CatalogueError::Stored {
                what: format!("contact point {}", point.id),
                cause: cause.into(),
            }
        })?;
        sqlx::query(
            "INSERT INTO contact_points (id, record) VALUES ($1, $2)
             ON CONFLICT (id) DO UPDATE SET record = excluded.record",
        )
        .bind(point.id.as_str())
        .bind(record)
        .execute(&mut *connection)
        .await
        .at(file)?;
    }
    Ok(changes)
}

/// Refuses a contact point that was never entered.
pub(super) async fn must_be_known(
    connection: &mut SqliteConnection,
    id: &ContactPointId,
    file: &Path,
) -> Result<(), CatalogueError> {
    let found: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM contact_points WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await
        .at(file)?;
    found.map(|_| ()).ok_or_else(|| CatalogueError::UnknownContactPoint(id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::testing::{contact_point, new_catalogue};

    /// A contact point that moves must not lose anything else, and a list entered twice must
    /// not make every node rebuild its index.
    #[tokio::test]
    async fn entering_the_same_list_again_changes_nothing() {
        let (_folder, catalogue) = new_catalogue().await;
        let before = catalogue.revision().await.unwrap();
        let mut points = catalogue.contact_points().await.unwrap();

        let same = catalogue.put_contact_points(&points).await.unwrap();
        assert_eq!(same, Changes { unchanged: points.len(), ..Changes::default() });
        assert_eq!(catalogue.revision().await.unwrap(), before);

        points[0].phone = Some("0000 112233".to_owned());
        points.push(contact_point("kiss-neustadt"));
        let changes = catalogue.put_contact_points(&points).await.unwrap();
        assert_eq!((changes.new, changes.changed), (1, 1));
        assert_eq!(catalogue.revision().await.unwrap(), before + 1);
        let mut stored = catalogue.contact_points().await.unwrap();
        stored.sort_by_key(|point| points.iter().position(|known| known.id == point.id));
        assert_eq!(stored, points);
    }

    #[tokio::test]
    async fn a_branch_needs_its_main_office() {
        let (_folder, catalogue) = new_catalogue().await;
        let mut branch = contact_point("kiss-branch");
        branch.parent = Some("kiss-nowhere".parse().unwrap());

        let refused = catalogue.put_contact_points(&[branch]).await.unwrap_err();

        assert!(refused.to_string().contains("kiss-nowhere"), "{refused}");
    }
}
