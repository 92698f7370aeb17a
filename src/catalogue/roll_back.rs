//! Undoes imports: a contact point's groups become exactly what they were before.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::at::At;
use super::error::CatalogueError;
use super::history::must_be_in_state;
use super::import_record::{ImportId, ImportState};
use super::state::{next_revision, read};
use super::tombstones::{self, Tombstone};
use super::withdrawals::{self, Withdrawals, heed};
use super::{Catalogue, groups, moment};
use crate::domain::GroupId;

/// What a roll-back has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBack {
    /// The imports undone, latest first: the one asked for is the last.
    pub imports: Vec<ImportId>,
    /// The catalogue's revision after it; the former one when nothing changed.
    pub revision: u64,
    /// Groups that got their former content back or are there again.
    pub restored: usize,
    /// Groups that were not there before and left.
    pub removed: usize,
}

impl Catalogue {
    /// Makes a contact point's groups what they were before an import, which undoes its later
    /// imports too. Possible for [`UNDO_DAYS`](super::UNDO_DAYS) days.
    ///
    /// One thing is not brought back: a consent withdrawn meanwhile stays withdrawn. Example
    /// data does not return.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownImport`], [`CatalogueError::WrongState`] when it is not applied,
    /// [`CatalogueError::TooOld`].
    pub async fn roll_back(&self, import: ImportId) -> Result<RolledBack, CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let file = &self.file;
        let now = self.now();
        let wanted = "rolled back";
        let target =
            must_be_in_state(connection, import, ImportState::Applied, wanted, file).await?;
        if !target.can_be_rolled_back || target.at < moment::undo_limit(now) {
            return Err(CatalogueError::TooOld { id: import, wanted });
        }
        let imports = applied_since(connection, import, file).await?;
        let mut before = BTreeMap::new();
        for &(later, is_undoable) in &imports {
            if !is_undoable {
                return Err(CatalogueError::TooOld { id: later, wanted });
            }
            // The earliest import's image is the one that counts, and it comes last.
            before.extend(before_image(connection, later, file).await?);
            mark_rolled_back(connection, later, file).await?;
        }
        let mut done = RolledBack {
            imports: imports.into_iter().map(|(id, _)| id).collect(),
            revision: read(connection, file).await?.revision,
            restored: 0,
            removed: 0,
        };
        let withdrawals = withdrawals::read_all(connection, file).await?;
        for (id, text) in before {
            // The image itself was cleared with the withdrawal; this holds if it was not.
            let text = text.map(|text| heeding(id, text, &withdrawals)).transpose()?;
            if restore(connection, id, text.as_deref(), now, file).await? {
                *(if text.is_some() { &mut done.restored } else { &mut done.removed }) += 1;
            }
        }
        if done.restored + done.removed > 0 {
            tombstones::lift_where_alive(connection, file).await?;
            done.revision = next_revision(connection, file).await?;
        }
        writing.commit(file).await?;
        Ok(done)
    }
}

fn heeding(id: GroupId, text: String, withdrawals: &Withdrawals) -> Result<String, CatalogueError> {
    let Some(day) = withdrawals.get(&id) else { return Ok(text) };
    let mut group = groups::from_text(&id.to_string(), &text)?;
    heed(&mut group, *day);
    groups::to_text(&group)
}

/// Returns the contact point's applied imports from `first` on, latest first, and whether each
/// can be undone.
async fn applied_since(
    connection: &mut SqliteConnection,
    first: ImportId,
    file: &Path,
) -> Result<Vec<(ImportId, bool)>, CatalogueError> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT later.id, later.undoable FROM imports later, imports target
         WHERE target.id = $1 AND later.contact_point = target.contact_point
             AND later.state = 'applied' AND later.applied_as >= target.applied_as
         ORDER BY later.applied_as DESC",
    )
    .bind(first.0)
    .fetch_all(connection)
    .await
    .at(file)?;
    Ok(rows.into_iter().map(|(id, undoable)| (ImportId(id), undoable != 0)).collect())
}

async fn before_image(
    connection: &mut SqliteConnection,
    import: ImportId,
    file: &Path,
) -> Result<BTreeMap<GroupId, Option<String>>, CatalogueError> {
    let rows: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT group_id, record FROM before_images WHERE import_id = $1")
            .bind(import.0)
            .fetch_all(connection)
            .await
            .at(file)?;
    let mut image = BTreeMap::new();
    for (id, text) in rows {
        let id = id.parse().map_err(|cause| CatalogueError::Stored {
            what: format!("before-image of import {import}"),
            cause: Box::new(cause),
        })?;
        image.insert(id, text);
    }
    Ok(image)
}

async fn mark_rolled_back(
    connection: &mut SqliteConnection,
    import: ImportId,
    file: &Path,
) -> Result<(), CatalogueError> {
    for statement in [
        "UPDATE imports SET state = 'rolled_back', undoable = 0 WHERE id = $1",
        "DELETE FROM before_images WHERE import_id = $1",
    ] {
        sqlx::query(statement).bind(import.0).execute(&mut *connection).await.at(file)?;
    }
    Ok(())
}

/// Gives a group its former content, or removes it; says whether that changed anything.
async fn restore(
    connection: &mut SqliteConnection,
    id: GroupId,
    former: Option<&str>,
    now: Timestamp,
    file: &Path,
) -> Result<bool, CatalogueError> {
    let present = groups::text_of(connection, id, file).await?;
    if present.as_deref() == former {
        return Ok(false);
    }
    let Some(former) = former else {
        groups::remove(connection, id, file).await?;
        let tombstone = Tombstone { id, deleted_at: now, replaced_by: None };
        tombstones::set(connection, &tombstone, file).await?;
        return Ok(true);
    };
    let mut group = groups::from_text(&id.to_string(), former)?;
    let mut text = former.to_owned();
    if let Some(present) = present {
        let present = groups::from_text(&id.to_string(), &present)?;
        let withdrawn_on = present.consent.and_then(|consent| consent.withdrawn_on);
        if let (Some(consent), Some(day)) = (&mut group.consent, withdrawn_on) {
            consent.withdrawn_on.get_or_insert(day);
            text = groups::to_text(&group)?;
        }
    }
    groups::put(connection, &group, &text, file).await?;
    Ok(true)
}

#[cfg(test)]
mod tests;
