//! Contact points' own feeds and pages: their settings, and what came of the last look.
//!
//! Nothing here is published, so nothing here counts a revision.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::at::At;
use super::contact_points::must_be_known;
use super::error::CatalogueError;
use super::import_record::ImportId;
use super::{Catalogue, moment};
use crate::domain::ContactPointId;

/// What came of a look at a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceResult {
    /// Its groups were taken over.
    Updated,
    /// It was as before.
    Unchanged,
    /// Its list waits for a person's word; the former groups stay.
    Held,
    /// It could not be had or read; the former groups stay.
    Failed,
}

impl SourceResult {
    const ALL: [Self; 4] = [Self::Updated, Self::Unchanged, Self::Held, Self::Failed];

    /// Returns the word of reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }
}

/// Why a look failed or was held: a rule of the import, and what it was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCause {
    /// The rule's id.
    pub rule: String,
    /// The value found.
    pub value: Option<String>,
    /// More.
    pub detail: Option<String>,
}

/// What came of the looks at a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceHistory {
    /// When it was last asked.
    pub attempted_at: Option<Timestamp>,
    /// When its list was last taken over or found unchanged.
    pub succeeded_at: Option<Timestamp>,
    /// When the next look is due; `None`: at once.
    pub next_at: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// What came of the last look.
    pub result: Option<SourceResult>,
    /// Why it failed or was held.
    pub cause: Option<SourceCause>,
    /// The import of the last look that led to one.
    pub import_id: Option<ImportId>,
    /// Entity tag of the list that was last taken over.
    pub etag: Option<String>,
    /// When that list was changed, in its host's words.
    pub last_modified: Option<String>,
    /// Hash of the content last read.
    pub content_hash: Option<String>,
}

/// A source as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSource {
    /// Whose it is.
    pub contact_point: ContactPointId,
    /// Its settings in the form of `source.json`.
    pub settings: Value,
    /// What came of the looks at it.
    pub history: SourceHistory,
}

impl StoredSource {
    /// Says whether a look is due.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.history.next_at.is_none_or(|next_at| next_at <= now)
    }
}

impl Catalogue {
    /// Returns the catalogue's present moment.
    pub fn present(&self) -> Timestamp {
        self.now()
    }

    /// Returns all sources by contact point.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database or a source in it cannot be read.
    pub async fn sources(&self) -> Result<Vec<StoredSource>, CatalogueError> {
        let rows = sqlx::query("SELECT * FROM sources ORDER BY contact_point");
        let rows = rows.fetch_all(&self.pool).await.at(&self.file)?;
        rows.iter().map(read).collect()
    }

    /// Returns the source of a contact point.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database or the source cannot be read.
    pub async fn source(
        &self,
        contact_point: &ContactPointId,
    ) -> Result<Option<StoredSource>, CatalogueError> {
        let row = sqlx::query("SELECT * FROM sources WHERE contact_point = $1")
            .bind(contact_point.as_str())
            .fetch_optional(&self.pool)
            .await
            .at(&self.file)?;
        row.as_ref().map(read).transpose()
    }

    /// Enters a contact point's source or replaces its settings; says whether it is new.
    ///
    /// Other settings make the next look due at once and forget what was known of the old list;
    /// the same ones change nothing.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownContactPoint`].
    pub async fn put_source(
        &self,
        contact_point: &ContactPointId,
        settings: &Value,
    ) -> Result<bool, CatalogueError> {
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        must_be_known(connection, contact_point, &self.file).await?;
        let stored: Option<(String,)> =
            sqlx::query_as("SELECT settings FROM sources WHERE contact_point = $1")
                .bind(contact_point.as_str())
                .fetch_optional(&mut *connection)
                .await
                .at(&self.file)?;
        let text = settings.to_string();
        if stored.as_ref().is_none_or(|(stored,)| *stored != text) {
            sqlx::query(
                "INSERT INTO sources (contact_point, settings) VALUES ($1, $2)
                 ON CONFLICT (contact_point) DO UPDATE SET settings = excluded.settings,
                     next_at = NULL, failures = 0, etag = NULL, last_modified = NULL,
                     content_hash = NULL",
            )
            .bind(contact_point.as_str())
            .bind(text)
            .execute(connection)
            .await
            .at(&self.file)?;
            writing.commit(&self.file).await?;
        }
        Ok(stored.is_none())
    }

    /// Forgets a contact point's source; its groups stay. Says whether there was one.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be written.
    pub async fn remove_source(
        &self,
        contact_point: &ContactPointId,
    ) -> Result<bool, CatalogueError> {
        let mut writing = self.writing().await?;
        let removed = sqlx::query("DELETE FROM sources WHERE contact_point = $1")
            .bind(contact_point.as_str())
            .execute(&mut *writing.transaction)
            .await
            .at(&self.file)?
            .rows_affected();
        writing.commit(&self.file).await?;
        Ok(removed > 0)
    }

    /// Takes the turn to look at a source: of several that ask with the same view of it only one
    /// gets `true`, and the source is not due again before `until`.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be written.
    pub async fn take_source(
        &self,
        seen: &StoredSource,
        until: Timestamp,
    ) -> Result<bool, CatalogueError> {
        let mut writing = self.writing().await?;
        let taken = sqlx::query(
            "UPDATE sources SET next_at = $3
             WHERE contact_point = $1 AND next_at IS NOT DISTINCT FROM $2",
        )
        .bind(seen.contact_point.as_str())
        .bind(seen.history.next_at.map(moment::to_text))
        .bind(moment::to_text(until))
        .execute(&mut *writing.transaction)
        .await
        .at(&self.file)?
        .rows_affected();
        writing.commit(&self.file).await?;
        Ok(taken > 0)
    }

    /// Notes what came of a look, unless the source has other settings by now.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be written.
    pub async fn note_source_run(
        &self,
        looked_at: &StoredSource,
        history: &SourceHistory,
    ) -> Result<(), CatalogueError> {
        let mut writing = self.writing().await?;
        let cause = history.cause.as_ref().map(serde_json::to_string).transpose();
        let cause = cause.map_err(|cause| fault(looked_at.contact_point.as_str(), cause))?;
        sqlx::query(
            "UPDATE sources SET attempted_at = $3, succeeded_at = $4, next_at = $5, failures = $6,
                 result = $7, cause = $8, import_id = $9, etag = $10, last_modified = $11,
                 content_hash = $12
             WHERE contact_point = $1 AND settings = $2",
        )
        .bind(looked_at.contact_point.as_str())
        .bind(looked_at.settings.to_string())
        .bind(history.attempted_at.map(moment::to_text))
        .bind(history.succeeded_at.map(moment::to_text))
        .bind(history.next_at.map(moment::to_text))
        .bind(i64::from(history.failures))
        .bind(history.result.map(SourceResult::as_str))
        .bind(cause)
        .bind(history.import_id.map(|id| id.0))
        .bind(&history.etag)
        .bind(&history.last_modified)
        .bind(&history.content_hash)
        .execute(&mut *writing.transaction)
        .await
        .at(&self.file)?;
        writing.commit(&self.file).await
    }
}

fn fault(
    contact_point: &str,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> CatalogueError {
    CatalogueError::Stored { what: format!("source of {contact_point}"), cause: cause.into() }
}

fn read(row: &SqliteRow) -> Result<StoredSource, CatalogueError> {
    let id: String = row.get("contact_point");
    let wrong = |cause| fault(&id, cause);
    let moment = |column: &str| {
        let text: Option<String> = row.get(column);
        text.map(|text| moment::from_text(&text)).transpose().map_err(|cause| fault(&id, cause))
    };
    let result: Option<String> = row.get("result");
    let result = result.map(|word| {
        let known = SourceResult::ALL.into_iter().find(|result| result.as_str() == word);
        known.ok_or_else(|| fault(&id, format!("unknown result `{word}`")))
    });
    let cause: Option<String> = row.get("cause");
    let settings: String = row.get("settings");
    let failures: i64 = row.get("failures");
    let history = SourceHistory {
        attempted_at: moment("attempted_at")?,
        succeeded_at: moment("succeeded_at")?,
        next_at: moment("next_at")?,
        failures: u32::try_from(failures).unwrap_or(0),
        result: result.transpose()?,
        cause: cause.map(|text| serde_json::from_str(&text)).transpose().map_err(wrong)?,
        import_id: row.get::<Option<i64>, _>("import_id").map(ImportId),
        etag: row.get("etag"),
        last_modified: row.get("last_modified"),
        content_hash: row.get("content_hash"),
    };
    Ok(StoredSource {
        contact_point: id.parse().map_err(|cause| fault(&id, cause))?,
        settings: serde_json::from_str(&settings).map_err(|cause| fault(&id, cause))?,
        history,
    })
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use serde_json::json;

    use super::*;
    use crate::catalogue::testing::{CONTACT_POINTS, new_catalogue, slug};

    #[tokio::test]
    async fn a_source_is_kept_with_what_came_of_it() {
        let (_folder, catalogue) = new_catalogue().await;
        let point = slug(CONTACT_POINTS[0]);
        let settings = json!({"url": "https://example.org/a.csv", "columns": {"Gr.": "name"}});
        let revision = catalogue.revision().await.unwrap();
        assert!(catalogue.put_source(&point, &settings).await.unwrap());
        let stored = catalogue.source(&point).await.unwrap().expect("there");
        assert!(stored.is_due(Timestamp::UNIX_EPOCH));
        let now = catalogue.present();
        let history = SourceHistory {
            attempted_at: Some(now),
            succeeded_at: Some(now),
            next_at: Some(now + 6.hours()),
            failures: 3,
            result: Some(SourceResult::Failed),
            cause: Some(SourceCause {
                rule: "source-status".into(),
                value: None,
                detail: Some("404".into()),
            }),
            import_id: Some(ImportId(7)),
            etag: Some("\"a\"".into()),
            last_modified: Some("Wed, 21 Oct 2015 07:28:00 GMT".into()),
            content_hash: Some("00".into()),
        };

        catalogue.note_source_run(&stored, &history).await.unwrap();

        let noted = catalogue.source(&point).await.unwrap().expect("there");
        assert_eq!(noted.history, history);
        assert!(!noted.is_due(now) && noted.is_due(now + 7.hours()));
        // The same settings change nothing, others begin anew; a look at the old ones is void.
        assert!(!catalogue.put_source(&point, &settings).await.unwrap());
        assert_eq!(catalogue.sources().await.unwrap(), std::slice::from_ref(&noted));
        catalogue.put_source(&point, &json!({"url": "https://example.org/b"})).await.unwrap();
        catalogue.note_source_run(&noted, &history).await.unwrap();
        let fresh = catalogue.source(&point).await.unwrap().expect("there").history;
        assert_eq!((fresh.next_at, fresh.failures, fresh.etag), (None, 0, None));
        assert_eq!(fresh.succeeded_at, Some(now));
        assert!(catalogue.remove_source(&point).await.unwrap());
        assert!(!catalogue.remove_source(&point).await.unwrap());
        assert_eq!(catalogue.revision().await.unwrap(), revision, "nothing published changed");
    }

    /// Two processes on one catalogue must not ask a small office's server twice.
    #[tokio::test]
    async fn only_one_takes_the_turn() {
        let (_folder, catalogue) = new_catalogue().await;
        let point = slug(CONTACT_POINTS[0]);
        catalogue.put_source(&point, &json!({})).await.unwrap();
        let seen = catalogue.source(&point).await.unwrap().expect("there");
        let until = catalogue.present() + 5.minutes();

        assert!(catalogue.take_source(&seen, until).await.unwrap());
        assert!(!catalogue.take_source(&seen, until + 1.minute()).await.unwrap());

        let again = catalogue.source(&point).await.unwrap().expect("there");
        assert!(catalogue.take_source(&again, until + 1.minute()).await.unwrap());
        let unknown = "kiss-nowhere".parse().unwrap();
        assert!(catalogue.put_source(&unknown, &json!({})).await.is_err());
    }
}
