//! Reads the registry of contact points, checked against the gazetteer.

use super::gazetteer::Gazetteer;
use super::table::{Files, ReferenceError, Row, Table};
use crate::domain::{Address, ContactLevel, ContactPoint};

/// Reads the registry of the reference files.
pub(super) fn read_registry(
    files: &Files,
    gazetteer: &Gazetteer,
) -> Result<Vec<ContactPoint>, ReferenceError> {
    read_rows(&files.table("contact_points/contact_points.tsv")?, gazetteer)
}

/// Reads a registry in the form of `index/contact_points/contact_points.tsv`.
///
/// # Errors
///
/// [`ReferenceError`] with the row: a malformed slug, an unknown state, a district or postcode
/// that the gazetteer does not know, a parent that is not in the file.
pub fn read_contact_points(
    file: &str,
    text: &str,
    gazetteer: &Gazetteer,
) -> Result<Vec<ContactPoint>, ReferenceError> {
    read_rows(&Table::parse(file, text)?, gazetteer)
}

fn read_rows(
    table: &Table<'_>,
    gazetteer: &Gazetteer,
) -> Result<Vec<ContactPoint>, ReferenceError> {
    let mut points: Vec<ContactPoint> = Vec::new();
    for row in table.rows() {
        let point = read_row(&row, gazetteer)?;
        if points.iter().any(|known| known.id == point.id) {
            return Err(row.wrong(format!("`id`: {} stands twice", point.id)));
        }
        points.push(point);
    }
    for row in table.rows() {
        if let Some(parent) = row.optional("parent")
            && !points.iter().any(|known| known.id.as_str() == parent)
        {
            return Err(row.wrong(format!("`parent`: there is no contact point `{parent}`")));
        }
    }
    Ok(points)
}

fn read_row(row: &Row<'_, '_>, gazetteer: &Gazetteer) -> Result<ContactPoint, ReferenceError> {
    let own = |text: &str| text.to_owned();
    let level = match row.cell("level") {
        "local" => ContactLevel::Local,
        "state" => ContactLevel::State,
        other => return Err(row.wrong(format!("`level`: `{other}` is neither local nor state"))),
    };
    let serves: Vec<crate::domain::DistrictKey> = row.parse_list("serves")?;
    for district in &serves {
        if gazetteer.district(district).is_none() {
            return Err(row.wrong(format!("`serves`: the gazetteer knows no district {district}")));
        }
    }
    let postcode = row.optional("postcode").map(|_| row.parse("postcode")).transpose()?;
    let point = postcode.as_ref().and_then(|code| gazetteer.postcode(code)).map(|area| area.point);
    if postcode.is_some() && point.is_none() {
        return Err(
            row.wrong(format!("`postcode`: the gazetteer knows no {}", row.cell("postcode")))
        );
    }
    Ok(ContactPoint {
        id: row.parse("id")?,
        name: row.optional("name").map(own).ok_or_else(|| row.wrong("`name` is empty"))?,
        abbreviation: row.optional("abbreviation").map(own),
        operator: row.optional("operator").map(own),
        level,
        parent: row.optional("parent").map(|_| row.parse("parent")).transpose()?,
        state: row.parse("state")?,
        serves,
        address: Address {
            street: row.optional("street").map(own),
            postcode,
            town: row.optional("town").map(own),
        },
        phone: row.optional("phone").map(own),
        email: row.optional("email").map(own),
        website: row.optional("website").map(own),
        hours: row.optional("hours").map(own),
        point,
    })
}
