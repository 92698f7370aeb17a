//! The stored form of a contact point.

use std::error::Error;

use serde::{Deserialize, Serialize};

use crate::domain::{Address, ContactLevel, ContactPoint, Coordinates};

/// A contact point as JSON, with the members of [`ContactPoint`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ContactPointRecord {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    abbreviation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    level: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    state: String,
    serves: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    street: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    town: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<String>,
    /// Latitude and longitude in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<(f64, f64)>,
}

impl From<&ContactPoint> for ContactPointRecord {
    fn from(point: &ContactPoint) -> Self {
        let address = &point.address;
        Self {
            id: point.id.to_string(),
            name: point.name.clone(),
            abbreviation: point.abbreviation.clone(),
            operator: point.operator.clone(),
            level: point.level.as_str().to_owned(),
            parent: point.parent.as_ref().map(ToString::to_string),
            state: point.state.to_string(),
            serves: point.serves.iter().map(ToString::to_string).collect(),
            street: address.street.clone(),
            postcode: address.postcode.as_ref().map(ToString::to_string),
            town: address.town.clone(),
            phone: point.phone.clone(),
            email: point.email.clone(),
            website: point.website.clone(),
            hours: point.hours.clone(),
            point: point.point.map(|at| (at.lat(), at.lon())),
        }
    }
}

impl TryFrom<ContactPointRecord> for ContactPoint {
    type Error = Box<dyn Error + Send + Sync>;

    fn try_from(record: ContactPointRecord) -> Result<Self, Self::Error> {
        let level = match record.level.as_str() {
            "state" => ContactLevel::State,
            "local" => ContactLevel::Local,
            other => return Err(format!("`level`: `{other}` is neither local nor state").into()),
        };
        let serves = record.serves.iter().map(|key| key.parse());
        Ok(Self {
            id: record.id.parse()?,
            name: record.name,
            abbreviation: record.abbreviation,
            operator: record.operator,
            level,
            parent: record.parent.map(|parent| parent.parse()).transpose()?,
            state: record.state.parse()?,
            serves: serves.collect::<Result<_, _>>()?,
            address: Address {
                street: record.street,
                postcode: record.postcode.map(|postcode| postcode.parse()).transpose()?,
                town: record.town,
            },
            phone: record.phone,
            email: record.email,
            website: record.website,
            hours: record.hours,
            point: record.point.map(|(lat, lon)| Coordinates::new(lat, lon)).transpose()?,
        })
    }
}
