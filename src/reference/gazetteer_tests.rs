//! The gazetteer against itself and, where it is there, against reference data beside the
//! repository.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::testing::gazetteer;
use super::{Gazetteer, Place};
use crate::domain::{Coordinates, DistrictKey, Postcode, State};

/// A place further away is another place, or wrong.
const CLOSE_KM: f64 = 5.0;

/// The reference rounds some points and takes the middle of forests for others.
const LEAST_CLOSE_SHARE: f64 = 0.99;

fn is_own(state: State) -> bool {
    matches!(state.as_str(), "SN" | "TH")
}

/// Returns the folder with reference data, or says that the test is skipped.
fn reference_folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A worktree may stand one folder deeper than the repository.
    let folders = ["../shared/data/gazetteer", "../../shared/data/gazetteer"];
    let found = folders.iter().map(|folder| root.join(folder)).find(|folder| folder.is_dir());
    if found.is_none() {
        println!("skipped: there is no ../shared/data/gazetteer beside the repository");
    }
    found
}

fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(file).expect("the reference table can be read");
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned));
    let heading: Vec<String> = lines.next().expect("there is a heading").collect();
    lines.map(|cells| heading.iter().cloned().zip(cells).collect()).collect()
}

#[test]
fn every_place_lies_in_its_district_and_state() {
    let gazetteer = gazetteer();
    for place in gazetteer.places().iter().filter(|place| is_own(place.state)) {
        let key = place.district.as_ref().expect("a place of both states has its district");
        let district = gazetteer.district(key).expect("the district is known");
        assert_eq!(district.state, place.state, "{}", place.id);
        assert_eq!(key.state(), Some(place.state), "{}", place.id);
        for postcode in &place.postcodes {
            assert!(gazetteer.postcode(postcode).is_some(), "{}: {postcode}", place.id);
        }
    }
}

#[test]
fn both_states_have_their_districts() {
    let count =
        |state: &str| gazetteer().districts().iter().filter(|d| d.state.as_str() == state).count();
    assert_eq!((count("SN"), count("TH")), (13, 22));
}

#[test]
fn one_postcode_lies_in_both_states() {
    let border: Postcode = "07919".parse().expect("a postcode");
    let gazetteer = gazetteer();
    let states = &gazetteer.postcode(&border).expect("it is known").states;
    assert_eq!(states.iter().map(|s| s.as_str()).collect::<BTreeSet<_>>(), ["SN", "TH"].into());
}

#[test]
fn every_postcode_of_the_reference_is_known_with_its_districts() {
    let Some(folder) = reference_folder() else { return };
    let gazetteer = gazetteer();
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows(&folder.join("plz_sn_th.tsv")) {
        expected.entry(row["plz"].clone()).or_default().insert(row["district_ags5"].clone());
    }
    let mut wrong = Vec::new();
    for (postcode, districts) in &expected {
        let postcode: Postcode = postcode.parse().expect("a postcode");
        let Some(area) = gazetteer.postcode(&postcode) else {
            wrong.push(format!("{postcode} is missing"));
            continue;
        };
        let known: BTreeSet<&str> = area.districts.iter().map(DistrictKey::as_str).collect();
        if !districts.iter().all(|district| known.contains(district.as_str())) {
            wrong.push(format!("{postcode}: {known:?}, reference {districts:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_german_postcode_of_the_reference_has_point_and_state() {
    let Some(folder) = reference_folder() else { return };
    let gazetteer = gazetteer();
    let missing: BTreeSet<String> = rows(&folder.join("plz_de.tsv"))
        .into_iter()
        .map(|row| row["plz"].clone())
        .filter(|text| {
            let postcode: Option<Postcode> = text.parse().ok();
            postcode.is_none_or(|postcode| gazetteer.postcode(&postcode).is_none())
        })
        .collect();
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn districts_of_the_reference_have_their_names() {
    let Some(folder) = reference_folder() else { return };
    let gazetteer = gazetteer();
    for row in rows(&folder.join("districts_sn_th.tsv")) {
        let key: DistrictKey = row["ags5"].parse().expect("a key");
        let district = gazetteer.district(&key).expect("the district is known");
        assert_eq!(district.name, row["name"], "{key}");
    }
}

#[test]
fn places_of_the_reference_are_where_it_says() {
    let Some(folder) = reference_folder() else { return };
    let gazetteer = gazetteer();
    let mut by_name: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in gazetteer.places().iter().filter(|place| is_own(place.state)) {
        by_name.entry(&place.name).or_default().push(place);
        for name in &place.other_names {
            by_name.entry(name).or_default().push(place);
        }
    }
    let rows = rows(&folder.join("plz_sn_th.tsv"));
    let mut far = Vec::new();
    for row in &rows {
        let lat: f64 = row["lat"].parse().expect("a latitude");
        let lon: f64 = row["lon"].parse().expect("a longitude");
        let point = Coordinates::new(lat, lon).expect("a point");
        let distance = nearest_km(&gazetteer, &by_name, &row["place"], &row["plz"], point);
        if distance > CLOSE_KM {
            far.push(format!("{} {}: {distance:.1} km", row["plz"], row["place"]));
        }
    }
    let share = 1.0 - far.len() as f64 / rows.len() as f64;
    println!(
        "{} of {} rows within {CLOSE_KM} km; further: {far:?}",
        rows.len() - far.len(),
        rows.len()
    );
    assert!(share >= LEAST_CLOSE_SHARE, "only {share:.4} of the rows are close: {far:?}");
}

/// Returns how far our point of a place is from `point`; the postcode's own where that is nearer.
fn nearest_km(
    gazetteer: &Gazetteer,
    by_name: &BTreeMap<&str, Vec<&Place>>,
    name: &str,
    postcode: &str,
    point: Coordinates,
) -> f64 {
    let postcode: Postcode = postcode.parse().expect("a postcode");
    let named = by_name.get(name).into_iter().flatten();
    let here = named.filter(|place| place.postcodes.contains(&postcode));
    let area = gazetteer.postcode(&postcode);
    here.map(|place| place.point)
        .chain(area.map(|area| area.point))
        .map(|own| own.distance_km(point))
        .fold(f64::INFINITY, f64::min)
}
