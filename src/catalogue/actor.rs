//! Who acts, and for whom: proofs that only [`Catalogue::authenticate`] can give.
//!
//! In: the text of a token. Out: an [`Actor`]; from it, for one contact point, a [`Reader`] or a
//! [`Writer`], or an [`Operator`]. Functions that touch what belongs to one contact point take
//! such a proof, so that none can be called without a token that allows it.

use std::collections::BTreeSet;
use std::fmt;

use super::Catalogue;
use super::error::CatalogueError;
use super::token::TokenText;
use super::tokens::Scope;
use crate::domain::{ContactPoint, ContactPointId};

/// Somebody with a valid token.
#[derive(Debug, Clone)]
pub struct Actor {
    token_id: String,
    name: String,
    is_operator: bool,
    scopes: BTreeSet<Scope>,
    /// Contact points for which it may act: its own and their branches, or all.
    acts_for: BTreeSet<ContactPointId>,
}

/// Why an actor may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It belongs to somebody else, or is not there: nobody learns which.
    #[error("there is nothing of that name that belongs to the token's contact point")]
    NotTheirs,
    /// It is theirs, but the token's scopes are too small.
    #[error("the token's scopes are too small")]
    ScopeTooSmall,
    /// Only the operator may.
    #[error("only the operator may do that")]
    OperatorOnly,
}

/// The proof that somebody may act for one contact point; `WRITES`: change its data, too.
pub struct Owner<const WRITES: bool> {
    contact_point: ContactPointId,
    who: String,
}

/// May read what belongs to one contact point.
pub type Reader = Owner<false>;

/// May change what belongs to one contact point.
pub type Writer = Owner<true>;

/// May act for the whole service.
#[derive(Debug)]
pub struct Operator {
    who: String,
}

impl Catalogue {
    /// Returns who sent `token`; `None` where it is unknown, expired or revoked.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Actor>, CatalogueError> {
        let Some(token) = TokenText::parse(token) else { return Ok(None) };
        let Some(entry) = self.valid_token(&token).await? else { return Ok(None) };
        let acts_for = acts_for(entry.contact_point.as_ref(), &self.contact_points().await?);
        Ok(Some(Actor {
            token_id: entry.id,
            name: entry.name,
            is_operator: entry.contact_point.is_none(),
            scopes: entry.scopes,
            acts_for,
        }))
    }
}

impl Catalogue {
    /// Returns whoever runs a command beside the catalogue's file: who can write the file can do
    /// all that the operator may. For commands only; no request may be answered in this name.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn command_line(&self) -> Result<Actor, CatalogueError> {
        Ok(Actor {
            token_id: String::new(),
            name: "command line".to_owned(),
            is_operator: true,
            scopes: Scope::ALL.into(),
            acts_for: acts_for(None, &self.contact_points().await?),
        })
    }
}

/// Returns for whom a token acts: the operator's for all, a contact point's also for its branches.
fn acts_for(holder: Option<&ContactPointId>, points: &[ContactPoint]) -> BTreeSet<ContactPointId> {
    let Some(holder) = holder else {
        return points.iter().map(|point| point.id.clone()).collect();
    };
    let mut theirs = BTreeSet::from([holder.clone()]);
    loop {
        let below = |point: &&ContactPoint| {
            !theirs.contains(&point.id)
                && point.parent.as_ref().is_some_and(|parent| theirs.contains(parent))
        };
        match points.iter().find(below) {
            Some(branch) => theirs.insert(branch.id.clone()),
            None => return theirs,
        };
    }
}

impl Actor {
    /// Returns what histories call it: the token's name and id.
    pub fn who(&self) -> String {
        if self.token_id.is_empty() {
            return self.name.clone();
        }
        format!("{} ({})", self.name, self.token_id)
    }

    /// Proves that it may read what belongs to a contact point.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotTheirs`], [`Refusal::ScopeTooSmall`].
    pub fn reader_of(&self, contact_point: &str) -> Result<Reader, Refusal> {
        self.owner(contact_point, Scope::ReadOwn)
    }

    /// Proves that it may change what belongs to a contact point.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotTheirs`], [`Refusal::ScopeTooSmall`].
    pub fn writer_of(&self, contact_point: &str) -> Result<Writer, Refusal> {
        self.owner(contact_point, Scope::WriteOwn)
    }

    /// Proves that it may have a contact point's own feed or page read.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotTheirs`], [`Refusal::ScopeTooSmall`].
    pub fn harvester_of(&self, contact_point: &str) -> Result<Reader, Refusal> {
        self.owner(contact_point, Scope::HarvestOwn)
    }

    /// Proves that it is the operator.
    ///
    /// # Errors
    ///
    /// [`Refusal::OperatorOnly`].
    pub fn operator(&self) -> Result<Operator, Refusal> {
        if self.is_operator { Ok(Operator { who: self.who() }) } else { Err(Refusal::OperatorOnly) }
    }

    fn owner<const WRITES: bool>(
        &self,
        contact_point: &str,
        scope: Scope,
    ) -> Result<Owner<WRITES>, Refusal> {
        let theirs = self.acts_for.iter().find(|own| own.as_str() == contact_point);
        let contact_point = theirs.ok_or(Refusal::NotTheirs)?.clone();
        if !self.is_operator && !self.scopes.contains(&scope) {
            return Err(Refusal::ScopeTooSmall);
        }
        Ok(Owner { contact_point, who: self.who() })
    }
}

impl<const WRITES: bool> Owner<WRITES> {
    /// Returns the contact point.
    pub fn contact_point(&self) -> &ContactPointId {
        &self.contact_point
    }

    /// Returns what histories call the actor.
    pub fn who(&self) -> &str {
        &self.who
    }
}

impl Writer {
    /// Returns the proof for reading: who may change may read.
    pub fn reader(&self) -> Reader {
        Owner { contact_point: self.contact_point.clone(), who: self.who.clone() }
    }
}

impl Operator {
    /// Returns what histories call the actor.
    pub fn who(&self) -> &str {
        &self.who
    }
}

impl<const WRITES: bool> fmt::Debug for Owner<WRITES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Owner<{WRITES}>({})", self.contact_point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::testing::contact_point;

    #[test]
    fn a_main_office_acts_for_its_branches_and_not_the_other_way_round() {
        let mut points: Vec<ContactPoint> =
            ["main", "branch", "twig", "other"].map(contact_point).to_vec();
        points[1].parent = Some(points[0].id.clone());
        points[2].parent = Some(points[1].id.clone());
        let names = |holder: Option<usize>| -> Vec<String> {
            let holder = holder.map(|at| &points[at].id);
            acts_for(holder, &points).iter().map(ToString::to_string).collect()
        };
        assert_eq!(names(Some(0)), ["branch", "main", "twig"]);
        assert_eq!(names(Some(1)), ["branch", "twig"]);
        assert_eq!(names(Some(3)), ["other"]);
        assert_eq!(names(None).len(), 4);
    }
}
