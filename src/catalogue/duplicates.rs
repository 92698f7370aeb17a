//! What staff have decided about records that look like one group: remembered, and undone.
//!
//! Only the decision stands here; which records look alike is `index/duplicates.rs`. Who may
//! decide is the caller's: a pair belongs to two contact points.

use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::at::At;
use super::error::CatalogueError;
use super::state::next_revision;
use super::{Catalogue, moment};
use crate::domain::GroupId;

/// What was decided about two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// They are one group: one hit, two publishers.
    Same,
    /// They are two groups, however alike they look.
    Different,
}

impl Verdict {
    /// Returns the word of files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Same, Self::Different].into_iter().find(|verdict| verdict.as_str() == word)
    }
}

/// A decision about two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateDecision {
    /// The two, the lower id first.
    pub groups: [GroupId; 2],
    /// What was decided.
    pub verdict: Verdict,
    /// When.
    pub decided_at: Timestamp,
    /// By whom: a token's name or a command.
    pub who: String,
}

impl Catalogue {
    /// Remembers that two records are one group; a former decision about them is replaced.
    /// Returns the revision after it.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownGroup`], [`CatalogueError::OneRecord`].
    pub async fn decide_same(
        &self,
        a: GroupId,
        b: GroupId,
        who: &str,
    ) -> Result<u64, CatalogueError> {
        self.decide(a, b, Verdict::Same, who).await
    }

    /// Remembers that two records are two groups; a former decision about them is replaced.
    /// Returns the revision after it.
    ///
    /// # Errors
    ///
    /// As [`Catalogue::decide_same`].
    pub async fn decide_different(
        &self,
        a: GroupId,
        b: GroupId,
        who: &str,
    ) -> Result<u64, CatalogueError> {
        self.decide(a, b, Verdict::Different, who).await
    }

    /// Forgets what was decided about two records; returns it, or `None` when nothing was.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be written.
    pub async fn undo_decision(
        &self,
        a: GroupId,
        b: GroupId,
    ) -> Result<Option<DuplicateDecision>, CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let [low, high] = ordered(a, b);
        let former = read_all(connection, &self.file).await?;
        let former = former.into_iter().find(|decision| decision.groups == [low, high]);
        if former.is_some() {
            sqlx::query("DELETE FROM duplicate_decisions WHERE group_a = $1 AND group_b = $2")
                .bind(low.to_string())
                .bind(high.to_string())
                .execute(&mut *connection)
                .await
                .at(&self.file)?;
            next_revision(connection, &self.file).await?;
            writing.commit(&self.file).await?;
        }
        Ok(former)
    }

    /// Returns all decisions, by the two ids.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn duplicate_decisions(&self) -> Result<Vec<DuplicateDecision>, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        read_all(&mut connection, &self.file).await
    }

    async fn decide(
        &self,
        a: GroupId,
        b: GroupId,
        verdict: Verdict,
        who: &str,
    ) -> Result<u64, CatalogueError> {
        if a == b {
            return Err(CatalogueError::OneRecord(a));
        }
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let file = &self.file;
        let groups = ordered(a, b);
        for id in groups {
            let there = super::groups::text_of(connection, id, file).await?;
            there.ok_or(CatalogueError::UnknownGroup(id))?;
        }
        sqlx::query(
            "INSERT INTO duplicate_decisions (group_a, group_b, verdict, decided_at, who)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (group_a, group_b) DO UPDATE SET verdict = excluded.verdict,
                 decided_at = excluded.decided_at, who = excluded.who",
        )
        .bind(groups[0].to_string())
        .bind(groups[1].to_string())
        .bind(verdict.as_str())
        .bind(moment::to_text(self.now()))
        .bind(who)
        .execute(&mut *connection)
        .await
        .at(file)?;
        let revision = next_revision(connection, file).await?;
        writing.commit(file).await?;
        Ok(revision)
    }
}

/// Returns the two in the order of the table: as their texts sort, which is as their bytes do.
fn ordered(a: GroupId, b: GroupId) -> [GroupId; 2] {
    if a < b { [a, b] } else { [b, a] }
}

/// Reads all decisions.
pub(super) async fn read_all(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<Vec<DuplicateDecision>, CatalogueError> {
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT group_a, group_b, verdict, decided_at, who FROM duplicate_decisions
         ORDER BY group_a, group_b",
    )
    .fetch_all(connection)
    .await
    .at(file)?;
    let mut decisions = Vec::new();
    for (a, b, verdict, decided_at, who) in rows {
        let fault =
            |cause| CatalogueError::Stored { what: format!("decision about {a} and {b}"), cause };
        let id = |text: &str| text.parse().map_err(|cause| fault(Box::new(cause)));
        let verdict =
            Verdict::from_word(&verdict).ok_or_else(|| fault("its verdict is unknown".into()))?;
        let decided_at = moment::from_text(&decided_at).map_err(|cause| fault(cause.into()))?;
        decisions.push(DuplicateDecision { groups: [id(&a)?, id(&b)?], verdict, decided_at, who });
    }
    Ok(decisions)
}

/// Forgets decisions about groups that are neither there nor remembered as departed.
pub(super) async fn forget_departed(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "DELETE FROM duplicate_decisions WHERE
             group_a NOT IN (SELECT id FROM group_records UNION SELECT group_id FROM tombstones)
             OR group_b NOT IN (SELECT id FROM group_records UNION SELECT group_id FROM tombstones)",
    )
    .execute(connection)
    .await
    .at(file)?;
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

        let decided = catalogue.decide_same(b.id, a.id, "test").await.unwrap();
        assert_eq!(decided, revision + 1); // the index has to be built anew
        catalogue.decide_different(a.id, b.id, "test").await.unwrap();

        let all = catalogue.snapshot().await.unwrap().duplicate_decisions;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].groups, all[0].verdict), (ordered(a.id, b.id), Verdict::Different));
        let undone = catalogue.undo_decision(b.id, a.id).await.unwrap();
        assert_eq!(undone.map(|decision| decision.verdict), Some(Verdict::Different));
        assert_eq!(catalogue.duplicate_decisions().await.unwrap(), []);
        assert_eq!(catalogue.undo_decision(b.id, a.id).await.unwrap(), None);
    }

    #[tokio::test]
    async fn only_two_records_that_are_there_are_decided_about() {
        let (_folder, catalogue) = new_catalogue().await;
        let a = group(CONTACT_POINTS[0], "a");
        put(&catalogue, vec![a.clone()]).await;
        let gone = group(CONTACT_POINTS[1], "gone").id;
        let refused = catalogue.decide_same(a.id, a.id, "test").await.unwrap_err();
        assert!(matches!(refused, CatalogueError::OneRecord(_)), "{refused}");
        let refused = catalogue.decide_same(a.id, gone, "test").await.unwrap_err();
        assert!(matches!(refused, CatalogueError::UnknownGroup(id) if id == gone), "{refused}");
    }
}
