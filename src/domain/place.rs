//! Places: postcodes, district keys, states, points, and a group's meeting place.

use std::fmt;
use std::str::FromStr;

use super::terms::{Precision, Publish};

/// Length of one degree of latitude in kilometres (mean Earth radius 6,371.0088 km, IUGG).
pub const KM_PER_DEGREE: f64 = 111.195;

/// Text or numbers that are no place of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}")]
pub struct NotAPlace {
    /// The text as found.
    pub found: String,
    /// What would have been right.
    pub expected: &'static str,
}

/// A German postcode (PLZ): exactly five digits, a leading zero kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(String);

impl Postcode {
    /// Returns the five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Postcode {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let is_postcode =
            text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) && text != "00000";
        if is_postcode {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPlace {
                found: text.to_owned(),
                expected: "a postcode of five digits such as 01067",
            })
        }
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key (AGS) of a Landkreis or kreisfreie Stadt: five digits, as in `14612` for Dresden.
///
/// Names do not do: "Leipzig" is a city (14713) and a Landkreis (14729).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DistrictKey(String);

impl DistrictKey {
    /// Returns the five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the state the key's first two digits name.
    pub fn state(&self) -> Option<State> {
        State::from_key(&self.0[..2])
    }
}

impl FromStr for DistrictKey {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let is_key = text.len() == 5
            && text.bytes().all(|b| b.is_ascii_digit())
            && State::from_key(&text[..2]).is_some();
        if is_key {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPlace {
                found: text.to_owned(),
                expected: "a district key of five digits such as 16053",
            })
        }
    }
}

impl fmt::Display for DistrictKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A German state by its two letters (ISO 3166-2:DE without `DE-`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(u8);

/// Two letters, first two digits of the AGS, German name.
const STATES: [(&str, &str, &str); 16] = [
    ("SH", "01", "Schleswig-Holstein"),
    ("HH", "02", "Hamburg"),
    ("NI", "03", "Niedersachsen"),
    ("HB", "04", "Bremen"),
    ("NW", "05", "Nordrhein-Westfalen"),
    ("HE", "06", "Hessen"),
    ("RP", "07", "Rheinland-Pfalz"),
    ("BW", "08", "Baden-Württemberg"),
    ("BY", "09", "Bayern"),
    ("SL", "10", "Saarland"),
    ("BE", "11", "Berlin"),
    ("BB", "12", "Brandenburg"),
    ("MV", "13", "Mecklenburg-Vorpommern"),
    ("SN", "14", "Sachsen"),
    ("ST", "15", "Sachsen-Anhalt"),
    ("TH", "16", "Thüringen"),
];

impl State {
    /// Returns the state of a two-digit AGS prefix.
    pub fn from_key(two_digits: &str) -> Option<Self> {
        STATES.iter().position(|(_, key, _)| *key == two_digits).map(|i| Self(i as u8))
    }

    /// Returns all sixteen states.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..STATES.len() as u8).map(Self)
    }

    /// Returns the two letters, as in `SN`.
    pub fn as_str(self) -> &'static str {
        STATES[usize::from(self.0)].0
    }

    /// Returns the German name, as in `Sachsen`.
    pub fn name(self) -> &'static str {
        STATES[usize::from(self.0)].2
    }
}

impl FromStr for State {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        STATES
            .iter()
            .position(|(letters, _, _)| *letters == text)
            .map(|i| Self(i as u8))
            .ok_or_else(|| NotAPlace {
                found: text.to_owned(),
                expected: "a state such as SN or TH",
            })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A point in degrees (WGS 84). Never 0/0: unknown is the absence of a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    lat: f64,
    lon: f64,
}

impl Coordinates {
    /// Returns the point.
    ///
    /// # Errors
    ///
    /// [`NotAPlace`] when a number is not finite or out of range, and for 0/0, which stands
    /// for "unknown" in the files that reach us.
    pub fn new(lat: f64, lon: f64) -> Result<Self, NotAPlace> {
        let in_range = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        if in_range && (lat != 0.0 || lon != 0.0) {
            Ok(Self { lat, lon })
        } else {
            Err(NotAPlace {
                found: format!("{lat}/{lon}"),
                expected: "a point in degrees, latitude before longitude, such as 50.93/11.59",
            })
        }
    }

    /// Returns the latitude in degrees.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Returns the longitude in degrees.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Returns the straight-line distance in kilometres.
    ///
    /// Equirectangular approximation: the error is below 0.1 % over the 400 km that matter here.
    pub fn distance_km(self, other: Self) -> f64 {
        let mean_latitude = ((self.lat + other.lat) / 2.0).to_radians();
        let north = self.lat - other.lat;
        let east = (self.lon - other.lon) * mean_latitude.cos();
        (north * north + east * east).sqrt() * KM_PER_DEGREE
    }
}

/// Where a group meets (Treffpunkt), as its publisher gave it and as the gazetteer filled it.
#[derive(Debug, Clone, PartialEq)]
pub struct Venue {
    /// Name of the house or room.
    pub name: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postcode.
    pub postcode: Option<Postcode>,
    /// Town or quarter, as written.
    pub town: Option<String>,
    /// District, filled from the gazetteer.
    pub district: Option<DistrictKey>,
    /// The point; which one is published depends on `publish`.
    pub point: Option<Coordinates>,
    /// How exact the point is; `None` exactly when there is no point.
    pub precision: Option<Precision>,
    /// The municipality's own point, shown instead when `publish` says so.
    pub municipality_point: Option<Coordinates>,
    /// How much of all this may be shown.
    pub publish: Publish,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_have_five_digits() {
        for (text, right) in [
            ("01067", true),
            ("1067", false),
            ("010670", false),
            ("0106a", false),
            ("00000", false),
            ("٠١٠٦٧", false),
        ] {
            assert_eq!(text.parse::<Postcode>().is_ok(), right, "{text}");
        }
    }

    #[test]
    fn the_key_knows_its_state() {
        let jena: DistrictKey = "16053".parse().expect("a key");
        assert_eq!(jena.state().map(State::as_str), Some("TH"));
        assert!("99000".parse::<DistrictKey>().is_err());
    }

    #[test]
    fn zero_zero_is_no_point() {
        assert!(Coordinates::new(0.0, 0.0).is_err());
        assert!(Coordinates::new(f64::NAN, 1.0).is_err());
        let jena = Coordinates::new(50.927, 11.587).expect("a point");
        let weimar = Coordinates::new(50.981, 11.329).expect("a point");
        assert!((jena.distance_km(weimar) - 19.0).abs() < 0.5);
    }
}
