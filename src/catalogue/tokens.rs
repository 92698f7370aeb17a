//! The tokens in the catalogue: made, listed, revoked, looked up.
//!
//! Stored is a hash; the token itself is returned once by [`Catalogue::create_token`].

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::{Timestamp, ToSpan};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use tracing::warn;

use super::at::At;
use super::contact_points::must_be_known;
use super::error::CatalogueError;
use super::token::TokenText;
use super::{Catalogue, moment};
use crate::domain::ContactPointId;

/// So many days a token is valid where nothing else is said.
pub const TOKEN_DAYS: u32 = 365;

/// So many days a token is valid at most.
pub const MAX_TOKEN_DAYS: u32 = 3_650;

/// So many tokens of one contact point may be valid at once: the old and the new one while they
/// are exchanged.
pub const ACTIVE_TOKENS: i64 = 2;

/// What a contact point's token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read what belongs to it, internal fields too.
    ReadOwn,
    /// Change it.
    WriteOwn,
    /// Have its own feed or page read.
    HarvestOwn,
}

/// Text that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope; there are read:own, write:own and harvest:own")]
pub struct NotAScope(String);

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::ReadOwn, Self::WriteOwn, Self::HarvestOwn];

    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOwn => "read:own",
            Self::WriteOwn => "write:own",
            Self::HarvestOwn => "harvest:own",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        found.ok_or_else(|| NotAScope(text.to_owned()))
    }
}

/// What a new token shall be.
#[derive(Debug, Clone)]
pub struct TokenOrder {
    /// Whose it is; `None`: the operator's.
    pub contact_point: Option<ContactPointId>,
    /// What its owner calls it: the office or machine, no person.
    pub name: String,
    /// What it allows; an operator's token allows everything.
    pub scopes: BTreeSet<Scope>,
    /// Days until it expires.
    pub days: u32,
}

/// A token as the catalogue knows it: everything but the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenEntry {
    /// Its id, the second part of its text.
    pub id: String,
    /// Whose it is; `None`: the operator's.
    pub contact_point: Option<ContactPointId>,
    /// What its owner calls it.
    pub name: String,
    /// What it allows.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is valid.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The day on which it was last used.
    pub last_used_on: Option<String>,
}

impl TokenEntry {
    /// Says whether it is valid at a moment.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl Catalogue {
    /// Makes a token. Its text is returned here and never again.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::UnknownContactPoint`]; [`CatalogueError::TooManyTokens`] when two are
    /// valid already; [`CatalogueError::NoRandomness`].
    pub async fn create_token(
        &self,
        order: &TokenOrder,
    ) -> Result<(TokenText, TokenEntry), CatalogueError> {
        let token = TokenText::generate().map_err(CatalogueError::NoRandomness)?;
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let file = &self.file;
        let now = self.now();
        if let Some(contact_point) = &order.contact_point {
            must_be_known(connection, contact_point, file).await?;
            let (valid,): (i64,) = sqlx::query_as(
                "SELECT COUNT(*) FROM tokens
                 WHERE contact_point = $1 AND revoked_at IS NULL AND expires_at > $2",
            )
            .bind(contact_point.as_str())
            .bind(moment::to_text(now))
            .fetch_one(&mut *connection)
            .await
            .at(file)?;
            if valid >= ACTIVE_TOKENS {
                return Err(CatalogueError::TooManyTokens(contact_point.clone()));
            }
        }
        let hours = i64::from(order.days.clamp(1, MAX_TOKEN_DAYS)) * 24;
        let expires_at = now.checked_add(hours.hours()).unwrap_or(Timestamp::MAX);
        let scopes: Vec<&str> = order.scopes.iter().map(|scope| scope.as_str()).collect();
        sqlx::query(
            "INSERT INTO tokens (id, contact_point, name, scopes, created_at, expires_at, sha256)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(token.id())
        .bind(order.contact_point.as_ref().map(ContactPointId::as_str))
        .bind(&order.name)
        .bind(scopes.join(" "))
        .bind(moment::to_text(now))
        .bind(moment::to_text(expires_at))
        .bind(token.sha256())
        .execute(connection)
        .await
        .at(file)?;
        writing.commit(file).await?;
        let entry = TokenEntry {
            id: token.id().to_owned(),
            contact_point: order.contact_point.clone(),
            name: order.name.clone(),
            scopes: order.scopes.clone(),
            created_at: now,
            expires_at: moment::stored(expires_at),
            revoked_at: None,
            last_used_on: None,
        };
        Ok((token, entry))
    }

    /// Returns all tokens, the newest first.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn tokens(&self) -> Result<Vec<TokenEntry>, CatalogueError> {
        let rows = sqlx::query("SELECT * FROM tokens ORDER BY created_at DESC, id")
            .fetch_all(&self.pool)
            .await
            .at(&self.file)?;
        rows.iter().map(|row| Ok(read_row(row)?.0)).collect()
    }

    /// Ends a token at once, on every machine; says whether there is one of that id. A token
    /// that was revoked before stays as it is.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be written.
    pub async fn revoke_token(&self, id: &str) -> Result<bool, CatalogueError> {
        let mut writing = self.writing().await?;
        let found =
            sqlx::query("UPDATE tokens SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1")
                .bind(id)
                .bind(moment::to_text(self.now()))
                .execute(&mut *writing.transaction)
                .await
                .at(&self.file)?
                .rows_affected();
        writing.commit(&self.file).await?;
        Ok(found > 0)
    }

    /// Returns what is known of a token that is valid now, and notes the day.
    pub(super) async fn valid_token(
        &self,
        token: &TokenText,
    ) -> Result<Option<TokenEntry>, CatalogueError> {
        let row = sqlx::query("SELECT * FROM tokens WHERE id = $1")
            .bind(token.id())
            .fetch_optional(&self.pool)
            .await
            .at(&self.file)?;
        // An unknown id is compared too, so that it takes no less time than a known one.
        let found = row.as_ref().map(read_row).transpose()?;
        let stored = found.as_ref().map_or(NO_HASH, |(_, sha256)| sha256.as_str());
        let fits = token.fits(stored);
        let now = self.now();
        let Some((entry, _)) = found.filter(|(entry, _)| fits && entry.is_valid_at(now)) else {
            return Ok(None);
        };
        let today = now.strftime("%Y-%m-%d").to_string();
        if entry.last_used_on.as_ref() != Some(&today) {
            // Beside the request, which must not wait for a long import.
            let (catalogue, id) = (self.clone(), entry.id.clone());
            tokio::spawn(async move {
                if let Err(error) = catalogue.note_use(&id, &today).await {
                    warn!(%error, "a token's last day of use could not be noted");
                }
            });
        }
        Ok(Some(entry))
    }

    async fn note_use(&self, id: &str, day: &str) -> Result<(), CatalogueError> {
        let mut writing = self.writing().await?;
        sqlx::query("UPDATE tokens SET last_used_on = $2 WHERE id = $1")
            .bind(id)
            .bind(day)
            .execute(&mut *writing.transaction)
            .await
            .at(&self.file)?;
        writing.commit(&self.file).await
    }
}

/// As long as a hash, and none.
const NO_HASH: &str = "----------------------------------------------------------------";

fn read_row(row: &SqliteRow) -> Result<(TokenEntry, String), CatalogueError> {
    read_columns(row).map_err(|cause| CatalogueError::Stored { what: "token".to_owned(), cause })
}

fn read_columns(
    row: &SqliteRow,
) -> Result<(TokenEntry, String), Box<dyn std::error::Error + Send + Sync>> {
    let contact_point: Option<String> = row.try_get("contact_point")?;
    let scopes: String = row.try_get("scopes")?;
    let revoked_at: Option<String> = row.try_get("revoked_at")?;
    let entry = TokenEntry {
        id: row.try_get("id")?,
        contact_point: contact_point.map(|id| id.parse()).transpose()?,
        name: row.try_get("name")?,
        scopes: scopes.split_whitespace().map(str::parse).collect::<Result<_, _>>()?,
        created_at: moment::from_text(row.try_get("created_at")?)?,
        expires_at: moment::from_text(row.try_get("expires_at")?)?,
        revoked_at: revoked_at.as_deref().map(moment::from_text).transpose()?,
        last_used_on: row.try_get("last_used_on")?,
    };
    Ok((entry, row.try_get("sha256")?))
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::catalogue::testing::{CONTACT_POINTS, new_catalogue, slug};
    use crate::catalogue::{Refusal, default_file};

    fn order(contact_point: Option<&str>) -> TokenOrder {
        TokenOrder {
            contact_point: contact_point.map(slug),
            name: "Büro".to_owned(),
            scopes: [Scope::ReadOwn].into(),
            days: TOKEN_DAYS,
        }
    }

    #[tokio::test]
    async fn a_token_opens_what_is_its_own_and_nothing_else() {
        let (_folder, catalogue) = new_catalogue().await;
        let (token, _) = catalogue.create_token(&order(Some(CONTACT_POINTS[0]))).await.unwrap();

        let actor = catalogue.authenticate(token.reveal()).await.unwrap().expect("valid");

        assert!(actor.reader_of(CONTACT_POINTS[0]).is_ok());
        assert_eq!(actor.writer_of(CONTACT_POINTS[0]).unwrap_err(), Refusal::ScopeTooSmall);
        assert_eq!(actor.writer_of(CONTACT_POINTS[1]).unwrap_err(), Refusal::NotTheirs);
        assert_eq!(actor.reader_of("kiss-nowhere").unwrap_err(), Refusal::NotTheirs);
        assert_eq!(actor.operator().unwrap_err(), Refusal::OperatorOnly);
        let (token, _) = catalogue.create_token(&order(None)).await.unwrap();
        let operator = catalogue.authenticate(token.reveal()).await.unwrap().expect("valid");
        assert!(operator.operator().is_ok());
        assert!(operator.writer_of(CONTACT_POINTS[1]).is_ok());
        assert!(operator.writer_of("kiss-nowhere").is_err());
    }

    #[tokio::test]
    async fn two_tokens_are_valid_while_they_are_exchanged() {
        let (_folder, catalogue) = new_catalogue().await;
        let one = order(Some(CONTACT_POINTS[0]));
        let (first, entry) = catalogue.create_token(&one).await.unwrap();
        catalogue.create_token(&one).await.unwrap();
        let third = catalogue.create_token(&one).await;
        assert!(matches!(third, Err(CatalogueError::TooManyTokens(_))));
        // The neighbour and the operator are not counted with them.
        catalogue.create_token(&order(Some(CONTACT_POINTS[1]))).await.unwrap();
        catalogue.create_token(&order(None)).await.unwrap();

        assert!(catalogue.revoke_token(&entry.id).await.unwrap());
        assert!(!catalogue.revoke_token("00000000").await.unwrap());

        assert!(catalogue.authenticate(first.reveal()).await.unwrap().is_none());
        catalogue.create_token(&one).await.unwrap();
        let revoked = catalogue.tokens().await.unwrap();
        assert!(revoked.iter().any(|token| token.id == entry.id && token.revoked_at.is_some()));
    }

    #[tokio::test]
    async fn a_token_expires_and_a_guess_opens_nothing() {
        let (_folder, catalogue) = new_catalogue().await;
        let (token, entry) = catalogue.create_token(&order(None)).await.unwrap();
        let ends = entry.expires_at;
        let at = |moment: Timestamp| catalogue.clone().with_clock(move || moment);
        let last = at(ends - 1.second());
        assert!(last.authenticate(token.reveal()).await.unwrap().is_some());
        assert!(at(ends).authenticate(token.reveal()).await.unwrap().is_none());
        let guess = TokenText::generate().unwrap();
        assert!(catalogue.authenticate(guess.reveal()).await.unwrap().is_none());
        // The right id with another secret.
        let forged = format!("wgw_{}_{}", token.id(), &guess.reveal()[13..]);
        assert!(catalogue.authenticate(&forged).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn the_file_holds_no_token_and_only_the_day_of_use() {
        let (folder, catalogue) = new_catalogue().await;
        let (token, _) = catalogue.create_token(&order(None)).await.unwrap();
        catalogue.authenticate(token.reveal()).await.unwrap();
        let used = async || catalogue.tokens().await.unwrap()[0].last_used_on.clone();
        while used().await.is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(used().await.unwrap().len(), "2026-03-01".len());
        catalogue.close().await;
        let bytes = std::fs::read(default_file(folder.path())).unwrap();
        let secret = &token.reveal().as_bytes()[13..56];
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}
