//! One consistent view of the whole catalogue, from which an index is built.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::at::At;
use super::duplicates::{self, DuplicateDecision};
use super::error::CatalogueError;
use super::group_list::GroupList;
use super::import_record::ImportId;
use super::tombstones::{self, Tombstone};
use super::withdrawals::{self, Withdrawals};
use super::{Catalogue, contact_points, groups, moment, state};
use crate::domain::{ContactPoint, ContactPointId};

/// Everything in the catalogue at one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The revision.
    pub revision: u64,
    /// Whether the groups are the invented ones.
    pub example_data: bool,
    /// All contact points by id.
    pub contact_points: Vec<ContactPoint>,
    /// All groups by id, those not to be shown included.
    pub groups: GroupList,
    /// What left public view in the last twelve months, by id.
    pub tombstones: Vec<Tombstone>,
    /// What people have decided about pairs of records.
    pub duplicates: Vec<DuplicateDecision>,
    /// The consents that were withdrawn.
    pub withdrawals: Withdrawals,
    /// When an import was last applied for each contact point that had one.
    pub last_import_at: BTreeMap<ContactPointId, Timestamp>,
}

/// The import that last touched a contact point's groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastImport {
    /// Its number.
    pub id: ImportId,
    /// When it was applied.
    pub at: Timestamp,
}

impl Catalogue {
    /// Returns a consistent view, whatever is written meanwhile.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database or a record in it cannot be read.
    pub async fn snapshot(&self) -> Result<Snapshot, CatalogueError> {
        let file = &self.file;
        // In WAL mode a reading transaction sees the state at its first read throughout.
        let mut reading = self.pool.begin().await.at(file)?;
        let state = state::read(&mut reading, file).await?;
        let contact_points = contact_points::read_all(&mut reading, file).await?;
        let snapshot = Snapshot {
            revision: state.revision,
            example_data: state.example_data,
            contact_points: contact_points.into_values().collect(),
            groups: groups::read_all(&mut reading, file).await?,
            tombstones: tombstones::read_all(&mut reading, self.now(), file).await?,
            duplicates: duplicates::read_all(&mut reading, file).await?,
            withdrawals: withdrawals::read_all(&mut reading, file).await?,
            last_import_at: last_imports(&mut reading, file)
                .await?
                .into_iter()
                .map(|(contact_point, last)| (contact_point, last.at))
                .collect(),
        };
        reading.rollback().await.at(file)?;
        Ok(snapshot)
    }

    /// Returns a contact point's groups by id; none while there are only examples, which make room
    /// for the first real list and are nobody's loss.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database or a record in it cannot be read.
    pub async fn groups_of(
        &self,
        contact_point: &ContactPointId,
    ) -> Result<GroupList, CatalogueError> {
        let mut reading = self.pool.begin().await.at(&self.file)?;
        let groups = if state::read(&mut reading, &self.file).await?.example_data {
            GroupList::default()
        } else {
            groups::read_of(&mut reading, contact_point, &self.file).await?
        };
        reading.rollback().await.at(&self.file)?;
        Ok(groups)
    }

    /// Returns for each contact point the import that last touched its groups; imports that were
    /// rolled back do not count.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn last_imports(
        &self,
    ) -> Result<BTreeMap<ContactPointId, LastImport>, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        last_imports(&mut connection, &self.file).await
    }
}

async fn last_imports(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<BTreeMap<ContactPointId, LastImport>, CatalogueError> {
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT contact_point, id, at FROM imports WHERE state = 'applied' ORDER BY applied_as",
    )
    .fetch_all(connection)
    .await
    .at(file)?;
    let mut last = BTreeMap::new();
    for (contact_point, id, at) in rows {
        let fault = |cause| CatalogueError::Stored { what: format!("import {id}"), cause };
        let contact_point = contact_point.parse().map_err(|cause| fault(Box::from(cause)));
        let at = moment::from_text(&at).map_err(|cause| fault(cause.into()))?;
        last.insert(contact_point?, LastImport { id: ImportId(id), at });
    }
    Ok(last)
}
