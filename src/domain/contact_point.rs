//! A contact point (Selbsthilfekontaktstelle): who it is, where it sits, whom it serves.

use super::ids::ContactPointId;
use super::place::{Coordinates, DistrictKey, Postcode, State};

/// Whether a contact point serves districts or a whole state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactLevel {
    /// Serves one or a few districts.
    Local,
    /// Serves a whole state (LAKOS, LaKoST).
    State,
}

impl ContactLevel {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::State => "state",
        }
    }
}

/// A postal address of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Street and number.
    pub street: Option<String>,
    /// Postcode.
    pub postcode: Option<Postcode>,
    /// Town.
    pub town: Option<String>,
}

/// A Selbsthilfekontaktstelle (KISS, SKIS, SKS, IKOS …): owns the records it publishes.
///
/// Holds institutional data only, never a person's.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactPoint {
    /// Its slug.
    pub id: ContactPointId,
    /// Its full name.
    pub name: String,
    /// What people call it: KISS, SKIS, IKOS.
    pub abbreviation: Option<String>,
    /// Who runs it (Träger).
    pub operator: Option<String>,
    /// Local or state-wide.
    pub level: ContactLevel,
    /// The main office of a branch office; its token also acts for the branch.
    pub parent: Option<ContactPointId>,
    /// The state it sits in.
    pub state: State,
    /// The districts it serves.
    pub serves: Vec<DistrictKey>,
    /// Its postal address.
    pub address: Address,
    /// Telephone, as published.
    pub phone: Option<String>,
    /// Functional mailbox.
    pub email: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Opening hours, as published.
    pub hours: Option<String>,
    /// Where it is, from the gazetteer.
    pub point: Option<Coordinates>,
}
