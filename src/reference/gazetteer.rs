//! Places, postcodes and districts, and how they hang together.
//!
//! In: `gazetteer/{districts,places,postcodes}.tsv`. Out: [`Gazetteer`]. Recognising a place in
//! free text is `recognise/place.rs`; this file only knows exact keys.

use std::collections::HashMap;

use super::table::{Files, ReferenceError};
use crate::domain::{Coordinates, DistrictKey, Postcode, Precision, State};

/// A Landkreis or kreisfreie Stadt.
#[derive(Debug, Clone)]
pub struct District {
    /// Its key.
    pub key: DistrictKey,
    /// Its name without "Landkreis", as in `Leipzig`.
    pub name: String,
    /// Whether it is a kreisfreie Stadt.
    pub is_city: bool,
    /// Its state.
    pub state: State,
    /// Car plates that name it.
    pub plates: Vec<String>,
    /// Other names and short forms, the Upper Sorbian one among them.
    pub other_names: Vec<String>,
    /// Its middle.
    pub point: Coordinates,
}

impl District {
    /// Returns the name as people say it: "Landkreis Leipzig", "Dresden".
    pub fn label(&self) -> String {
        let says_it_already =
            ["kreis", "Kreis", "land", "Land", "Sachsen", "Eichsfeld", "Osterzgebirge"]
                .iter()
                .any(|part| self.name.contains(part));
        if self.is_city || says_it_already {
            self.name.clone()
        } else {
            format!("Landkreis {}", self.name)
        }
    }
}

/// What kind of place a [`Place`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// A municipality with the right to call itself a town.
    Town,
    /// Another municipality.
    Municipality,
    /// A part of a town or municipality.
    Quarter,
    /// A village within a municipality.
    Village,
}

/// A named place.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its slug.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// The municipality it belongs to; its own name for a municipality.
    pub municipality: String,
    /// Its district, where known.
    pub district: Option<DistrictKey>,
    /// Its state.
    pub state: State,
    /// Its postcodes, where known.
    pub postcodes: Vec<Postcode>,
    /// Other names, the Upper Sorbian one among them.
    pub other_names: Vec<String>,
    /// Inhabitants; 0 where not known.
    pub population: u32,
    /// Its middle.
    pub point: Coordinates,
    /// How exact the point is.
    pub precision: Precision,
}

/// The area of a postcode.
#[derive(Debug, Clone)]
pub struct PostcodeArea {
    /// The postcode.
    pub postcode: Postcode,
    /// The districts it lies in; empty where not known.
    pub districts: Vec<DistrictKey>,
    /// The states it lies in; at least one.
    pub states: Vec<State>,
    /// The places it covers, as indices into [`Gazetteer::places`], the first one first.
    pub places: Vec<usize>,
    /// Its middle.
    pub point: Coordinates,
}

/// All places we know.
pub struct Gazetteer {
    districts: Vec<District>,
    places: Vec<Place>,
    postcodes: HashMap<Postcode, PostcodeArea>,
    district_of: HashMap<DistrictKey, usize>,
    place_of: HashMap<String, usize>,
}

impl Gazetteer {
    pub(super) fn read(files: &Files) -> Result<Self, ReferenceError> {
        let mut districts: Vec<District> = Vec::new();
        for row in files.table("gazetteer/districts.tsv")?.rows() {
            let other = row.list("aliases").chain(row.optional("hsb"));
            districts.push(District {
                key: row.parse("ags")?,
                name: row.cell("name").to_owned(),
                is_city: row.cell("kind").to_lowercase().contains("stadt"),
                state: row.parse("state")?,
                plates: row.list("plates").map(str::to_owned).collect(),
                other_names: other.map(str::to_owned).collect(),
                point: point(row.parse("lat")?, row.parse("lon")?).map_err(|e| row.wrong(e))?,
            });
        }
        let district_of: HashMap<_, _> =
            districts.iter().enumerate().map(|(i, d)| (d.key.clone(), i)).collect();

        let mut places: Vec<Place> = Vec::new();
        let mut place_of = HashMap::new();
        for row in files.table("gazetteer/places.tsv")?.rows() {
            let kind = match row.cell("kind") {
                "town" => PlaceKind::Town,
                "municipality" => PlaceKind::Municipality,
                "quarter" => PlaceKind::Quarter,
                "village" => PlaceKind::Village,
                other => return Err(row.wrong(format!("`kind`: unknown `{other}`"))),
            };
            let name = row.cell("name").to_owned();
            let id = row.cell("id").to_owned();
            if place_of.insert(id.clone(), places.len()).is_some() {
                return Err(row.wrong(format!("`id`: {id} stands twice")));
            }
            let other = row.list("other_names").chain(row.optional("hsb"));
            places.push(Place {
                id,
                kind,
                municipality: row.optional("municipality").unwrap_or(&name).to_owned(),
                district: row.optional("district").map(|_| row.parse("district")).transpose()?,
                state: row.parse("state")?,
                postcodes: row.parse_list("postcodes")?,
                other_names: other.filter(|n| *n != name).map(str::to_owned).collect(),
                population: row
                    .optional("population")
                    .map_or(Ok(0), |_| row.parse("population"))?,
                point: point(row.parse("lat")?, row.parse("lon")?).map_err(|e| row.wrong(e))?,
                // The table's `place` and `rough` are both a place's middle, as far as known.
                precision: match row.cell("precision") {
                    "postcode" => Precision::Postcode,
                    _ => Precision::Municipality,
                },
                name,
            });
        }

        let mut postcodes = HashMap::new();
        for row in files.table("gazetteer/postcodes.tsv")?.rows() {
            let mut covered = Vec::new();
            for id in row.list("places") {
                let index = place_of
                    .get(id)
                    .ok_or_else(|| row.wrong(format!("`places`: no place `{id}`")))?;
                covered.push(*index);
            }
            let postcode: Postcode = row.parse("postcode")?;
            let area = PostcodeArea {
                postcode: postcode.clone(),
                districts: row.parse_list("districts")?,
                states: row.parse_list("state")?,
                places: covered,
                point: point(row.parse("lat")?, row.parse("lon")?).map_err(|e| row.wrong(e))?,
            };
            if postcodes.insert(postcode, area).is_some() {
                return Err(row.wrong("`postcode` stands twice"));
            }
        }
        Ok(Self { districts, places, postcodes, district_of, place_of })
    }

    /// Returns a district by its key.
    pub fn district(&self, key: &DistrictKey) -> Option<&District> {
        self.district_of.get(key).map(|index| &self.districts[*index])
    }

    /// Returns all districts.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// Returns a postcode's area.
    pub fn postcode(&self, postcode: &Postcode) -> Option<&PostcodeArea> {
        self.postcodes.get(postcode)
    }

    /// Returns all postcodes, in no order.
    pub fn postcodes(&self) -> impl Iterator<Item = &PostcodeArea> {
        self.postcodes.values()
    }

    /// Returns all named places; [`PostcodeArea::places`] points into this.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Returns a place by its slug.
    pub fn place(&self, id: &str) -> Option<&Place> {
        self.place_of.get(id).map(|index| &self.places[*index])
    }
}

fn point(lat: f64, lon: f64) -> Result<Coordinates, String> {
    Coordinates::new(lat, lon).map_err(|error| error.to_string())
}
