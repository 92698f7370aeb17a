//! `meta.json` of a generation: the tables its columns point into, and what the public may know
//! about contact points and departed groups.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::ContactPoint;

/// The tables of a generation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meta {
    /// Whether the groups are invented examples.
    pub example_data: bool,
    /// RFC 3339, when it was built.
    pub built_at: String,
    /// The day for which `stale`, hiding and next meetings were computed.
    pub as_of: String,
    /// After how many months without confirmation a record is marked as stale, its personal
    /// fields are hidden, and it is; 0 for never.
    pub review_months: [u16; 3],
    /// Contact points in the order of the column.
    pub contact_points: Vec<StoredContactPoint>,
    /// Languages in the order of their bits.
    pub languages: Vec<String>,
    /// District keys in the order of the column.
    pub districts: Vec<String>,
    /// Municipality and district key in the order of the column.
    pub municipalities: Vec<(String, String)>,
    /// What has left public view, oldest first.
    pub tombstones: Vec<StoredTombstone>,
    /// When each contact point last imported, RFC 3339.
    pub last_import_at: BTreeMap<String, String>,
}

/// A contact point as answers show it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredContactPoint {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// What people call it.
    pub abbreviation: Option<String>,
    /// Who runs it.
    pub operator: Option<String>,
    /// `local` or `state`.
    pub level: String,
    /// Its main office.
    pub parent: Option<String>,
    /// State it sits in.
    pub state: String,
    /// Districts it serves.
    pub serves: Vec<String>,
    /// Street.
    pub street: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Mailbox.
    pub email: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Opening hours.
    pub hours: Option<String>,
    /// Latitude.
    pub lat: Option<f64>,
    /// Longitude.
    pub lon: Option<f64>,
}

/// A group that has left public view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTombstone {
    /// Its id.
    pub id: String,
    /// When, RFC 3339.
    pub deleted_at: String,
    /// By which it was replaced.
    pub replaced_by: Option<String>,
}

impl From<&ContactPoint> for StoredContactPoint {
    fn from(point: &ContactPoint) -> Self {
        Self {
            id: point.id.to_string(),
            name: point.name.clone(),
            abbreviation: point.abbreviation.clone(),
            operator: point.operator.clone(),
            level: point.level.as_str().to_owned(),
            parent: point.parent.as_ref().map(ToString::to_string),
            state: point.state.to_string(),
            serves: point.serves.iter().map(ToString::to_string).collect(),
            street: point.address.street.clone(),
            postcode: point.address.postcode.as_ref().map(ToString::to_string),
            town: point.address.town.clone(),
            phone: point.phone.clone(),
            email: point.email.clone(),
            website: point.website.clone(),
            hours: point.hours.clone(),
            lat: point.point.map(|p| p.lat()),
            lon: point.point.map(|p| p.lon()),
        }
    }
}
