//! What one contact point may see and undo of its own: its records, its imports.
//!
//! Every function takes the proof of ownership; what belongs to others is not there for it.

use sha2::{Digest, Sha256};

use super::at::At;
use super::error::CatalogueError;
use super::import_record::{ImportId, StoredImport};
use super::roll_back::RolledBack;
use super::{Catalogue, Reader, Writer, groups, history, moment};
use crate::domain::{Group, GroupId, hex};

/// A group with the mark of its present state.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnGroup {
    /// The group, internal fields too.
    pub group: Group,
    /// Changes with every change of the record, internal fields too.
    pub revision: String,
}

/// Returns the mark of a group's present state.
///
/// # Errors
///
/// [`CatalogueError::NotStorable`].
pub fn record_revision(group: &Group) -> Result<String, CatalogueError> {
    Ok(mark(&groups::to_text(group)?))
}

fn mark(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..16])
}

impl Catalogue {
    /// Returns the owner's groups by name; none while there are only examples.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn own_groups(&self, owner: &Reader) -> Result<Vec<OwnGroup>, CatalogueError> {
        if self.holds_example_data().await? {
            return Ok(Vec::new());
        }
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        let theirs = groups::read_of(&mut connection, owner.contact_point(), &self.file).await?;
        let mut own = Vec::new();
        for group in &theirs {
            let revision = record_revision(&group)?;
            own.push(OwnGroup { group, revision });
        }
        own.sort_by(|a, b| (&a.group.name, a.group.id).cmp(&(&b.group.name, b.group.id)));
        Ok(own)
    }

    /// Returns one of the owner's groups.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn own_group(
        &self,
        owner: &Reader,
        local_id: &str,
    ) -> Result<Option<OwnGroup>, CatalogueError> {
        if self.holds_example_data().await? {
            return Ok(None);
        }
        let id = GroupId::of(owner.contact_point(), local_id);
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        let Some(text) = groups::text_of(&mut connection, id, &self.file).await? else {
            return Ok(None);
        };
        let group = groups::from_text(&id.to_string(), &text)?;
        let revision = record_revision(&group)?;
        Ok(Some(OwnGroup { group, revision }))
    }

    /// Returns one of the owner's imports.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn own_import(
        &self,
        owner: &Reader,
        id: ImportId,
    ) -> Result<Option<StoredImport>, CatalogueError> {
        let import = self.import(id).await?;
        Ok(import.filter(|import| import.contact_point == *owner.contact_point()))
    }

    /// Returns a page of the owner's imports, newest first, and how many there are on all pages.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn own_imports(
        &self,
        owner: &Reader,
        before: Option<ImportId>,
        limit: usize,
    ) -> Result<(Vec<StoredImport>, usize), CatalogueError> {
        let contact_point = owner.contact_point().as_str();
        let (total,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM imports WHERE contact_point = $1")
                .bind(contact_point)
                .fetch_one(&self.pool)
                .await
                .at(&self.file)?;
        let rows = sqlx::query(
            "SELECT * FROM imports WHERE contact_point = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(contact_point)
        .bind(before.map_or(i64::MAX, |id| id.0))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await
        .at(&self.file)?;
        let imports: Result<Vec<_>, _> = rows.iter().map(history::read_row).collect();
        Ok((imports?, usize::try_from(total).unwrap_or(0)))
    }

    /// Makes the owner's groups what they were before one of its imports; see
    /// [`Catalogue::roll_back`]. `None` for an import that is not theirs.
    ///
    /// # Errors
    ///
    /// As [`Catalogue::roll_back`].
    pub async fn roll_back_own(
        &self,
        owner: &Writer,
        id: ImportId,
    ) -> Result<Option<RolledBack>, CatalogueError> {
        // An import never changes its owner, so looking first is enough.
        match self.own_import(&owner.reader(), id).await? {
            Some(_) => self.roll_back(id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Returns the import that answered a request with the same `Idempotency-Key`, and the
    /// fingerprint of that request.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn answered_before(
        &self,
        owner: &Writer,
        key: &str,
    ) -> Result<Option<(ImportId, String)>, CatalogueError> {
        let row: Option<(i64, String)> = sqlx::query_as(
            "SELECT import_id, fingerprint FROM idempotent_answers
             WHERE contact_point = $1 AND key_sha256 = $2 AND at >= $3",
        )
        .bind(owner.contact_point().as_str())
        .bind(mark(key))
        .bind(moment::to_text(moment::key_limit(self.now())))
        .fetch_optional(&self.pool)
        .await
        .at(&self.file)?;
        Ok(row.map(|(id, fingerprint)| (ImportId(id), fingerprint)))
    }

    /// Remembers for 24 hours which import answered a request.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be written.
    pub async fn remember_answer(
        &self,
        owner: &Writer,
        key: &str,
        fingerprint: &str,
        import: ImportId,
    ) -> Result<(), CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let now = self.now();
        sqlx::query("DELETE FROM idempotent_answers WHERE at < $1")
            .bind(moment::to_text(moment::key_limit(now)))
            .execute(&mut *connection)
            .await
            .at(&self.file)?;
        sqlx::query(
            "INSERT OR REPLACE INTO idempotent_answers
                 (contact_point, key_sha256, fingerprint, import_id, at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(owner.contact_point().as_str())
        .bind(mark(key))
        .bind(fingerprint)
        .bind(import.0)
        .bind(moment::to_text(now))
        .execute(connection)
        .await
        .at(&self.file)?;
        writing.commit(&self.file).await
    }
}
