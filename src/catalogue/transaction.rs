//! One import as one transaction: all of it, or nothing.

use std::fmt;

use jiff::Timestamp;

use super::at::At;
use super::change::{Applied, Change};
use super::contact_points::must_be_known;
use super::error::CatalogueError;
use super::group_list::GroupList;
use super::import_record::{ImportId, ImportRecord, ImportState};
use super::state::{Writing, next_revision, read, set_example_data};
use super::tombstones::{self, Tombstone};
use super::withdrawals::{self, Withdrawals, heed_withdrawals};
use super::{Catalogue, example, groups, history};
use crate::domain::{ContactPointId, GroupId};

/// An import that has begun. It ends by [`apply`](Self::apply), [`hold`](Self::hold) or
/// [`abandon`](Self::abandon); dropping it abandons it. Until then no other one begins.
pub struct ImportTransaction {
    catalogue: Catalogue,
    contact_point: ContactPointId,
    current: GroupList,
    withdrawals: Withdrawals,
    revision: u64,
    example_data: bool,
    writing: Writing,
}

impl Catalogue {
    /// Begins an import of one contact point's groups, after all imports that began earlier.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownContactPoint`]; [`CatalogueError::Busy`] when another process
    /// writes for too long.
    pub async fn begin_import(
        &self,
        contact_point: &ContactPointId,
    ) -> Result<ImportTransaction, CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        must_be_known(connection, contact_point, &self.file).await?;
        let state = read(connection, &self.file).await?;
        // Examples are nobody's groups: an import neither compares with them nor counts them.
        let current = if state.example_data {
            GroupList::default()
        } else {
            groups::read_of(connection, contact_point, &self.file).await?
        };
        let withdrawals = withdrawals::read_all(connection, &self.file).await?;
        Ok(ImportTransaction {
            catalogue: self.clone(),
            withdrawals,
            contact_point: contact_point.clone(),
            current,
            revision: state.revision,
            example_data: state.example_data,
            writing,
        })
    }
}

impl ImportTransaction {
    /// Returns the contact point's groups as they are, by id; none while there are only examples.
    pub fn current(&self) -> &GroupList {
        &self.current
    }

    /// Returns the withdrawn consents, which every import heeds.
    pub fn withdrawals(&self) -> &Withdrawals {
        &self.withdrawals
    }

    /// Carries out the change and keeps a note of it. On return it is on the disk.
    ///
    /// Groups that are put with the content they have (whenever fetched) stay untouched. When
    /// nothing is left to change, the revision stays. The first import that changes something
    /// makes the example data leave.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::NotTheirs`], [`CatalogueError::NotStorable`]; then nothing is changed.
    pub async fn apply(
        mut self,
        mut change: Change,
        record: ImportRecord,
    ) -> Result<Applied, CatalogueError> {
        heed_withdrawals(&mut change.put, &self.withdrawals);
        let change = change.effective(&self.contact_point, &self.current)?;
        let now = self.catalogue.now();
        let id = self.insert(ImportState::Applied, now, &record).await?;
        self.carry_out(id, change, now).await
    }

    /// Carries out the change of a held import that a person has confirmed.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply); [`CatalogueError::UnknownImport`] for another contact point's;
    /// [`CatalogueError::WrongState`] when it is not held; [`CatalogueError::Superseded`] when
    /// another import came in between.
    pub async fn apply_held(
        mut self,
        held: ImportId,
        mut change: Change,
    ) -> Result<Applied, CatalogueError> {
        heed_withdrawals(&mut change.put, &self.withdrawals);
        let file = self.catalogue.file.clone();
        let connection = &mut *self.writing.transaction;
        let wanted = "confirmed";
        let import =
            history::must_be_in_state(connection, held, ImportState::Held, wanted, &file).await?;
        if import.contact_point != self.contact_point {
            return Err(CatalogueError::UnknownImport(held));
        }
        let newer: Option<(i64,)> = sqlx::query_as(
            "SELECT id FROM imports WHERE contact_point = $1 AND state = 'applied' AND id > $2",
        )
        .bind(self.contact_point.as_str())
        .bind(held.0)
        .fetch_optional(&mut *connection)
        .await
        .at(&file)?;
        if let Some((newer,)) = newer {
            return Err(CatalogueError::Superseded { held, newer: ImportId(newer) });
        }
        sqlx::query("DELETE FROM staged_groups WHERE import_id = $1")
            .bind(held.0)
            .execute(connection)
            .await
            .at(&file)?;
        let change = change.effective(&self.contact_point, &self.current)?;
        let now = self.catalogue.now();
        self.carry_out(held, change, now).await
    }

    /// Keeps the groups for a person's word and changes nothing else.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::NotStorable`].
    pub async fn hold(
        mut self,
        mut staged: GroupList,
        record: ImportRecord,
    ) -> Result<ImportId, CatalogueError> {
        heed_withdrawals(&mut staged, &self.withdrawals);
        let now = self.catalogue.now();
        let id = self.insert(ImportState::Held, now, &record).await?;
        let file = self.catalogue.file.clone();
        for (position, at) in (0_i64..).zip(0..staged.len()) {
            sqlx::query(
                "INSERT INTO staged_groups (import_id, position, record) VALUES ($1, $2, $3)",
            )
            .bind(id.0)
            .bind(position)
            .bind(staged.text(at)?)
            .execute(&mut *self.writing.transaction)
            .await
            .at(&file)?;
        }
        self.writing.commit(&file).await?;
        Ok(id)
    }

    /// Ends without a trace.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database does not answer; nothing is written then either.
    pub async fn abandon(self) -> Result<(), CatalogueError> {
        self.writing.transaction.rollback().await.at(&self.catalogue.file)
    }

    async fn insert(
        &mut self,
        state: ImportState,
        now: Timestamp,
        record: &ImportRecord,
    ) -> Result<ImportId, CatalogueError> {
        let file = &self.catalogue.file;
        let connection = &mut *self.writing.transaction;
        history::insert(connection, &self.contact_point, state, now, record, file).await
    }

    async fn carry_out(
        mut self,
        import_id: ImportId,
        change: Change,
        now: Timestamp,
    ) -> Result<Applied, CatalogueError> {
        let file = self.catalogue.file.clone();
        let changes_something = !change.is_empty();
        let example_data_removed = self.example_data && changes_something;
        let mut revision = self.revision;
        if example_data_removed {
            example::remove(&mut self.writing.transaction, now, &file).await?;
            set_example_data(&mut self.writing.transaction, false, &file).await?;
        }
        for at in 0..change.put.len() {
            let (group, text) = (change.put.get(at), change.put.text(at)?);
            self.keep_before_image(import_id, group.id).await?;
            groups::put(&mut self.writing.transaction, &group, &text, &file).await?;
        }
        let positions = self.current.positions();
        for &id in &change.removed {
            self.keep_before_image(import_id, id).await?;
            let removed = positions.get(&id).map(|at| self.current.get(*at));
            // A record that staff marked as a copy was merged into the other one.
            let replaced_by = removed.and_then(|group| group.duplicate_of);
            groups::remove(&mut self.writing.transaction, id, &file).await?;
            let tombstone = Tombstone { id, deleted_at: now, replaced_by };
            tombstones::set(&mut self.writing.transaction, &tombstone, &file).await?;
        }
        if changes_something {
            tombstones::lift_where_alive(&mut self.writing.transaction, &file).await?;
            revision = next_revision(&mut self.writing.transaction, &file).await?;
        }
        history::mark_applied(&mut self.writing.transaction, import_id, now, revision, &file)
            .await?;
        history::forget_old(&mut self.writing.transaction, now, &file).await?;
        self.writing.commit(&file).await?;
        Ok(Applied {
            import_id,
            revision,
            put: change.put.len(),
            removed: change.removed.len(),
            example_data_removed,
        })
    }

    async fn keep_before_image(
        &mut self,
        import: ImportId,
        group: GroupId,
    ) -> Result<(), CatalogueError> {
        let file = &self.catalogue.file;
        sqlx::query(
            "INSERT INTO before_images (import_id, group_id, record)
             VALUES ($1, $2, (SELECT record FROM group_records WHERE id = $2))",
        )
        .bind(import.0)
        .bind(group.to_string())
        .execute(&mut *self.writing.transaction)
        .await
        .at(file)?;
        Ok(())
    }
}

impl fmt::Debug for ImportTransaction {
    // The groups stay out: they hold internal fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportTransaction")
            .field("contact_point", &self.contact_point)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
