//! What people have decided about two records: one group that two contact points list, or two
//! groups that only look alike.
//!
//! Decisions stay until they are taken back; the index heeds them before its own guess, which is
//! `recognise/duplicates.rs`.

use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::at::At;
use super::error::CatalogueError;
use super::state::next_revision;
use super::{Catalogue, Reader, Writer, groups, moment};
use crate::domain::{ContactPointId, GroupId};

/// A decision about two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateDecision {
    /// Its number.
    pub id: i64,
    /// The two groups, the lower id first.
    pub groups: [GroupId; 2],
    /// Whether they are one group.
    pub is_same: bool,
    /// Who decided.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

impl Catalogue {
    /// Decides about two records, of which one at least must be the owner's; a former decision
    /// about them gives way. `None`: one is not there, or none is the owner's.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database does not answer.
    pub async fn decide_duplicate(
        &self,
        owner: &Writer,
        pair: [GroupId; 2],
        is_same: bool,
    ) -> Result<Option<DuplicateDecision>, CatalogueError> {
        let file = &self.file;
        let mut pair = pair;
        pair.sort();
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let mut is_theirs = false;
        for id in pair {
            let Some(text) = groups::text_of(connection, id, file).await? else { return Ok(None) };
            let group = groups::from_text(&id.to_string(), &text)?;
            is_theirs |= group.contact_point == *owner.contact_point();
        }
        if !is_theirs || pair[0] == pair[1] {
            return Ok(None);
        }
        let decision = self.write_decision(connection, pair, is_same, owner.who()).await?;
        writing.commit(file).await?;
        Ok(Some(decision))
    }

    /// Decides about any two records: the operator's act on the command line. A former decision
    /// about them gives way.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::OneRecord`], [`CatalogueError::UnknownGroup`].
    pub async fn decide_any_duplicate(
        &self,
        pair: [GroupId; 2],
        is_same: bool,
        who: &str,
    ) -> Result<DuplicateDecision, CatalogueError> {
        let file = &self.file;
        let mut pair = pair;
        pair.sort();
        if pair[0] == pair[1] {
            return Err(CatalogueError::OneRecord(pair[0]));
        }
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        for id in pair {
            let there = groups::text_of(connection, id, file).await?;
            there.ok_or(CatalogueError::UnknownGroup(id))?;
        }
        let decision = self.write_decision(connection, pair, is_same, who).await?;
        writing.commit(file).await?;
        Ok(decision)
    }

    /// Forgets what was decided about two records, so that the score counts again; returns it, or
    /// `None` when nothing was.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database does not answer.
    pub async fn undo_decision(
        &self,
        pair: [GroupId; 2],
    ) -> Result<Option<DuplicateDecision>, CatalogueError> {
        let file = &self.file;
        let mut pair = pair;
        pair.sort();
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let all = read_all(connection, file).await?;
        let former = all.into_iter().find(|decision| decision.groups == pair);
        if let Some(decision) = &former {
            sqlx::query("DELETE FROM duplicate_decisions WHERE id = $1")
                .bind(decision.id)
                .execute(&mut *connection)
                .await
                .at(file)?;
            next_revision(connection, file).await?;
            writing.commit(file).await?;
        }
        Ok(former)
    }

    async fn write_decision(
        &self,
        connection: &mut SqliteConnection,
        pair: [GroupId; 2],
        is_same: bool,
        who: &str,
    ) -> Result<DuplicateDecision, CatalogueError> {
        let file = &self.file;
        let now = self.now();
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO duplicate_decisions (id, first_group, second_group, is_same, who, at)
             VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM duplicate_decisions),
                     $1, $2, $3, $4, $5)
             ON CONFLICT (first_group, second_group) DO UPDATE
                 SET is_same = excluded.is_same, who = excluded.who, at = excluded.at
             RETURNING id",
        )
        .bind(pair[0].to_string())
        .bind(pair[1].to_string())
        .bind(i64::from(is_same))
        .bind(who)
        .bind(moment::to_text(now))
        .fetch_one(&mut *connection)
        .await
        .at(file)?;
        next_revision(connection, file).await?;
        let who = who.to_owned();
        Ok(DuplicateDecision { id, groups: pair, is_same, who, at: now })
    }

    /// Takes back that two records are one group: from now on they are two, whatever they look
    /// like. `None` where there is no such decision about a group of the owner's.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database does not answer.
    pub async fn split_duplicate(
        &self,
        owner: &Writer,
        id: i64,
    ) -> Result<Option<DuplicateDecision>, CatalogueError> {
        let decisions = self.duplicate_decisions(&owner.reader()).await?;
        match decisions.into_iter().find(|decision| decision.id == id) {
            Some(decision) => self.decide_duplicate(owner, decision.groups, false).await,
            None => Ok(None),
        }
    }

    /// Returns the decisions about groups of the owner's.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn duplicate_decisions(
        &self,
        owner: &Reader,
    ) -> Result<Vec<DuplicateDecision>, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        let mut decisions = read_all(&mut connection, &self.file).await?;
        let theirs = ids_of(&mut connection, owner.contact_point(), &self.file).await?;
        decisions.retain(|decision| decision.groups.iter().any(|id| theirs.contains(id)));
        Ok(decisions)
    }
}

async fn ids_of(
    connection: &mut SqliteConnection,
    contact_point: &ContactPointId,
    file: &Path,
) -> Result<Vec<GroupId>, CatalogueError> {
    let groups = groups::read_of(connection, contact_point, file).await?;
    Ok(groups.ids().collect())
}

/// Reads all decisions, by number.
pub(super) async fn read_all(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<Vec<DuplicateDecision>, CatalogueError> {
    let rows: Vec<(i64, String, String, i64, String, String)> = sqlx::query_as(
        "SELECT id, first_group, second_group, is_same, who, at FROM duplicate_decisions
         ORDER BY id",
    )
    .fetch_all(connection)
    .await
    .at(file)?;
    let mut decisions = Vec::new();
    for (id, first, second, is_same, who, at) in rows {
        let fault = |cause| CatalogueError::Stored { what: format!("decision {id}"), cause };
        let group = |text: &str| text.parse().map_err(|cause| fault(Box::from(cause)));
        let groups: [GroupId; 2] = [group(&first)?, group(&second)?];
        let at = moment::from_text(&at).map_err(|cause| fault(cause.into()))?;
        decisions.push(DuplicateDecision { id, groups, is_same: is_same != 0, who, at });
    }
    Ok(decisions)
}

/// Forgets decisions about groups that are neither there nor remembered as departed.
pub(super) async fn forget_departed(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<(), CatalogueError> {
    let known = "(SELECT id FROM group_records UNION SELECT group_id FROM tombstones)";
    let sql = format!(
        "DELETE FROM duplicate_decisions
             WHERE first_group NOT IN {known} OR second_group NOT IN {known}"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(connection).await.at(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::testing::{CONTACT_POINTS, group, new_catalogue, put};

    #[tokio::test]
    async fn a_decision_is_remembered_replaced_and_undone() {
        let (_folder, catalogue) = new_catalogue().await;
        let [a, b] = ["a", "b"].map(|id| group(CONTACT_POINTS[0], id));
        put(&catalogue, vec![a.clone()]).await;
        let revision = put(&catalogue, vec![b.clone()]).await.revision;

        catalogue.decide_any_duplicate([b.id, a.id], true, "test").await.unwrap();
        assert_eq!(catalogue.revision().await.unwrap(), revision + 1); // a new index is due
        catalogue.decide_any_duplicate([a.id, b.id], false, "test").await.unwrap();

        let all = catalogue.snapshot().await.unwrap().duplicates;
        assert_eq!(all.len(), 1);
        assert!(!all[0].is_same && all[0].groups[0] < all[0].groups[1]);
        let undone = catalogue.undo_decision([b.id, a.id]).await.unwrap();
        assert_eq!(undone.map(|decision| decision.is_same), Some(false));
        assert_eq!(catalogue.snapshot().await.unwrap().duplicates, []);
        assert_eq!(catalogue.undo_decision([b.id, a.id]).await.unwrap(), None);
    }

    #[tokio::test]
    async fn only_two_records_that_are_there_are_decided_about() {
        let (_folder, catalogue) = new_catalogue().await;
        let a = group(CONTACT_POINTS[0], "a");
        put(&catalogue, vec![a.clone()]).await;
        let gone = group(CONTACT_POINTS[1], "gone").id;
        let refused = catalogue.decide_any_duplicate([a.id, a.id], true, "test").await.unwrap_err();
        assert!(matches!(refused, CatalogueError::OneRecord(_)), "{refused}");
        let refused = catalogue.decide_any_duplicate([a.id, gone], true, "test").await.unwrap_err();
        assert!(matches!(refused, CatalogueError::UnknownGroup(id) if id == gone), "{refused}");
    }
}
