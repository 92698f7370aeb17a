//! JSON in `group/v1`, as one document or one record per line.
//!
//! In: text. Out: records whose nested members carry dotted names (`venue.postcode`). Members of
//! other names are mapped like headings, so that an office's own export can be read too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{MAX_CELL_CHARS, MAX_ROWS, RawTable, grid};
use crate::import::finding::{Finding, Notes};
use crate::import::messages;
use crate::import::raw::{RawCell, RawRecord, RawValue};
use crate::import::settings::SourceSettings;

/// Members under which a document may keep its list.
const LISTS: [&str; 5] = ["groups", "items", "gruppen", "data", "records"];

/// Fields that are lists in `group/v1`.
const LIST_FIELDS: [&str; 6] =
    ["topics", "audience", "age_group", "languages", "hidden_terms", "consent.scope"];

/// JSON as it stands: members in their order, a name given twice still there twice.
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(part) = parts.next_element()? {
            list.push(part);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Json::Object(object))
    }
}

/// Reads a document: an array, or an object with the list in `groups`.
pub(super) fn read_document(
    text: &str,
    settings: &SourceSettings,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    let document: Json = serde_json::from_str(text).map_err(|error| {
        // The parser's own words are English and for programmers.
        if error.to_string().contains("recursion limit") {
            let depth = depth_of(text).to_string();
            return notes.about(&messages::JSON_TOO_DEEP).with_value(&depth);
        }
        let spot = format!("{}:{}", error.line(), error.column());
        notes.about(&messages::JSON_BROKEN).with_value(&spot).with_detail(spot)
    })?;
    let records = match document {
        Json::List(records) => records,
        Json::Object(mut members) => {
            let at = members.iter().position(|(name, value)| {
                LISTS.contains(&name.as_str()) && matches!(value, Json::List(_))
            });
            match at.map(|at| members.swap_remove(at).1) {
                Some(Json::List(records)) => records,
                _ if members.iter().any(|(name, _)| name == "name") => vec![Json::Object(members)],
                _ => return Err(notes.about(&messages::JSON_NO_GROUPS).with_value("{ … }")),
            }
        }
        other => return Err(notes.about(&messages::JSON_NO_GROUPS).with_value(&shown(&other))),
    };
    let mut names = Names::default();
    for (record, number) in records.into_iter().zip(1..) {
        add(record, number, settings, &mut names, table, notes)?;
    }
    Ok(())
}

/// Returns how deep braces and brackets are nested, those in texts aside.
fn depth_of(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Reads one record per line; an empty line is no record.
pub(super) fn read_lines(
    text: &str,
    settings: &SourceSettings,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    let mut names = Names::default();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Json>(line) {
            Ok(record) => add(record, number, settings, &mut names, table, notes)?,
            Err(error) => {
                table.rows_read += 1;
                let finding = notes.about(&messages::RECORD_BROKEN).in_row(number);
                notes.add(finding.with_value(line).with_detail(error.column().to_string()));
                table.refuse(number, &[]);
            }
        }
    }
    Ok(())
}

/// Names already mapped, so that an unknown one is told once.
#[derive(Default)]
struct Names {
    fields: BTreeMap<String, Option<String>>,
    wrong_kinds: BTreeSet<String>,
}

fn add(
    record: Json,
    number: u64,
    settings: &SourceSettings,
    names: &mut Names,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    table.rows_read += 1;
    if table.rows_read > MAX_ROWS {
        return Err(notes.about(&messages::TOO_MANY_ROWS).with_detail(format!("> {MAX_ROWS}")));
    }
    let members = match record {
        Json::Object(members) => members,
        other => {
            let finding = notes.about(&messages::NOT_AN_OBJECT).in_row(number);
            notes.add(finding.with_value(&shown(&other)).with_detail("{ … }"));
            table.refuse(number, &[]);
            return Ok(());
        }
    };
    let mut cells: Vec<RawCell> = Vec::new();
    let mut paths = BTreeSet::new();
    let mut fault: Option<Finding> = None;
    flatten("", members, &mut |path, value| {
        if !paths.insert(path.to_owned()) {
            let finding = notes.about(&messages::MEMBER_TWICE).in_row(number);
            fault.get_or_insert(finding.in_column(path).with_value(path));
            return;
        }
        let field = names
            .fields
            .entry(path.to_owned())
            .or_insert_with(|| grid::map_heading(path, None, &settings.columns, notes));
        let Some(field) = field.clone() else { return };
        if field == "name" && matches!(value, Json::Number(_) | Json::Bool(_)) {
            let finding = notes.about(&messages::NOT_A_TEXT).in_row(number);
            fault.get_or_insert(finding.in_column(path).with_value(&shown(&value)));
            return;
        }
        if let (true, Json::Text(text)) = (LIST_FIELDS.contains(&path), &value) {
            let finding = notes.about(&messages::TEXT_FOR_LIST).in_row(number);
            notes.add(finding.in_column(path).with_value(text));
        }
        let Some(value) = raw_value(value) else {
            if names.wrong_kinds.insert(path.to_owned()) {
                let finding = notes.about(&messages::VALUE_KIND_WRONG).in_row(number);
                notes.add(finding.in_column(path));
            }
            return;
        };
        cells.push(RawCell { field, column: path.to_owned(), value });
    });
    let length = |cell: &RawCell| match &cell.value {
        RawValue::Text(text) => text.chars().count(),
        RawValue::List(parts) => parts.iter().map(|part| part.chars().count()).sum(),
    };
    if let Some(cell) = cells.iter().find(|cell| length(cell) > MAX_CELL_CHARS) {
        let finding = notes.about(&messages::FIELD_TOO_LONG).in_row(number);
        let finding = finding.in_column(cell.column.clone());
        fault.get_or_insert(finding.with_detail(length(cell).to_string()));
    }
    match fault {
        Some(finding) => {
            notes.add(finding);
            table.refuse(number, &cells);
        }
        None => table.records.push(RawRecord { row: number, cells }),
    }
    Ok(())
}

/// Members of `group/v1` that are objects.
const GROUPED: [&str; 7] =
    ["meeting", "venue", "contact", "contact_person", "organisation", "consent", "source"];

/// Calls `each` for every member with its dotted name.
fn flatten(path: &str, members: Vec<(String, Json)>, each: &mut impl FnMut(&str, Json)) {
    for (name, value) in members {
        let dotted = if path.is_empty() { name } else { format!("{path}.{name}") };
        match value {
            // An export names the contact point with its address; its id is what counts.
            Json::Object(point) if dotted == "contact_point" => {
                let id = point.into_iter().find(|(name, _)| name == "id");
                each("contact_point", id.map_or(Json::Null, |(_, id)| id));
            }
            Json::Object(_) if dotted == "match" || dotted == "source" => {}
            // Unknown is null or absent; of an object neither says anything.
            Json::Null if path.is_empty() && GROUPED.contains(&dotted.as_str()) => {}
            Json::Object(members) if path.is_empty() => flatten(&dotted, members, each),
            value => each(&dotted, value),
        }
    }
}

/// Returns the value of a member; `None` for what no field of ours can hold.
fn raw_value(value: Json) -> Option<RawValue> {
    Some(match value {
        Json::Null => RawValue::Text(String::new()),
        Json::Text(text) | Json::Number(text) => RawValue::Text(text),
        Json::Bool(is) => RawValue::Text(is.to_string()),
        Json::List(parts) => {
            let mut texts = Vec::new();
            for part in parts {
                match part {
                    Json::Text(text) | Json::Number(text) => texts.push(text),
                    Json::Null => {}
                    _ => return None,
                }
            }
            RawValue::List(texts)
        }
        Json::Object(_) => return None,
    })
}

/// Returns a value as a report shows it.
fn shown(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(is) => is.to_string(),
        Json::Number(text) => text.clone(),
        Json::Text(text) => format!("\"{text}\""),
        Json::List(parts) => {
            format!("[{}]", parts.iter().take(3).map(shown).collect::<Vec<_>>().join(", "))
        }
        Json::Object(_) => "{ … }".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::settings::SourceFormat;

    fn document(text: &str) -> Result<(RawTable<'static>, Vec<&'static str>), Finding> {
        let mut table = RawTable::new(SourceFormat::Json);
        let mut notes = Notes::new("a.json");
        read_document(text, &SourceSettings::named("a.json"), &mut table, &mut notes)?;
        Ok((table, notes.list.iter().map(|finding| finding.rule.id).collect()))
    }

    #[test]
    fn nested_members_get_dotted_names() {
        let (table, rules) = document(
            r#"{"groups":[{"name":"A","topics":["x","y"],"venue":{"postcode":1067,"lat":null},
                "contact_point":{"id":"ikos-jena","name":"IKOS"},"wheelchair":true,
                "match":{"tier":"exact"},"farbe":"blau","venue_note":{"a":1}}]}"#,
        )
        .expect("right");
        let cells: Vec<(&str, &RawValue)> =
            table.records[0].cells.iter().map(|c| (c.field.as_str(), &c.value)).collect();
        let text = |text: &str| RawValue::Text(text.to_owned());
        assert!(cells.contains(&("venue.postcode", &text("1067"))));
        assert!(cells.contains(&("venue.lat", &text(""))));
        assert!(cells.contains(&("contact_point", &text("ikos-jena"))));
        assert!(cells.contains(&("topics", &RawValue::List(vec!["x".into(), "y".into()]))));
        assert_eq!(rules, ["column-unknown", "column-unknown"]);
    }

    #[test]
    fn broken_json_names_the_place() {
        let error = document("[{\"name\": \"A\",}]").expect_err("broken");
        assert_eq!(error.rule.id, "json-malformed");
        assert_eq!(error.detail.as_deref(), Some("1:15"));
        assert_eq!(document("{\"a\":1}").expect_err("no list").rule.id, "json-malformed");
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert_eq!(document(&deep).expect_err("deep").rule.id, "json-too-deep");
    }

    #[test]
    fn a_record_that_contradicts_itself_stays_out() {
        let (table, rules) =
            document(r#"[{"name":"A","name":"B"},{"name":17},{"name":"C","topics":"x"},7]"#)
                .expect("readable");
        assert_eq!(table.records.iter().map(|r| r.row).collect::<Vec<_>>(), [3]);
        assert_eq!(rules, ["member-twice", "wrong-type", "wrong-type", "record-not-an-object"]);
    }

    #[test]
    fn a_broken_line_costs_its_own_record_only() {
        let mut table = RawTable::new(SourceFormat::Ndjson);
        let mut notes = Notes::new("a.ndjson");
        let text = "{\"name\":\"A\"}\n\n{\"name\":\n[1]\n{\"name\":\"B\"}\n";
        read_lines(text, &SourceSettings::named("a"), &mut table, &mut notes).expect("readable");
        assert_eq!(table.records.iter().map(|r| r.row).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(table.refused.iter().map(|r| r.row).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(table.rows_read, 4);
    }
}
