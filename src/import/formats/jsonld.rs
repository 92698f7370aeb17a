//! schema.org records in a page, or a JSON-LD document.
//!
//! | schema.org | our field |
//! |---|---|
//! | `name`, `description` | `name`, `description` |
//! | `identifier`, else `@id` | `local_id` |
//! | `keywords`, `about`, `knowsAbout` | `topics` |
//! | `sameAs`, else `url` | `website` |
//! | `location`, `address` with `streetAddress`, `postalCode`, `addressLocality`, `geo` | `venue.…` |
//! | `telephone`, `email` | `contact.phone`, `contact.email` |
//! | `event` or the event itself: `eventSchedule`, `startDate` | `meeting.text`, `meeting.starts`, `meeting.ends` |
//! | `eventAttendanceMode` | `format` |
//! | `inLanguage`, `knowsLanguage` | `languages` |
//! | `audience.audienceType`, `isAccessibleForFree` | `audience`, `cost` |
//!
//! Which records are groups: those of `selectors.type`, else the members of an `ItemList`, else
//! the events, else the organisations. Another record's publisher or place is none.

use scraper::{Html, Selector};
use serde_json::{Map, Value};

use super::{MAX_CELL_CHARS, MAX_ROWS, RawTable};
use crate::import::finding::{Finding, Notes};
use crate::import::messages;
use crate::import::raw::{RawCell, RawRecord, RawValue};
use crate::import::settings::SourceSettings;

/// What a script of JSON-LD says of itself.
const SCRIPT: &str = "script[type='application/ld+json' i]";

/// Longest `@id` or `identifier` that can be a local id.
const MAX_LOCAL_ID_CHARS: usize = 64;

/// Nesting that the reader of JSON bears.
const JSON_DEPTH: &str = "> 128";

/// Endings of schema.org types by what they are.
const EVENTS: &[&str] = &["Event", "EventSeries"];
const ORGANISATIONS: &[&str] = &["Organization", "NGO", "Project", "SportsClub"];

/// Weekdays as schedules name them.
const WEEKDAYS: [(&str, &str); 7] = [
    ("Monday", "Montag"),
    ("Tuesday", "Dienstag"),
    ("Wednesday", "Mittwoch"),
    ("Thursday", "Donnerstag"),
    ("Friday", "Freitag"),
    ("Saturday", "Samstag"),
    ("Sunday", "Sonntag"),
];

/// Says whether a page holds JSON-LD at all.
pub(super) fn is_in(text: &str) -> bool {
    text.contains("application/ld+json")
}

/// Reads the groups of a page or document.
pub(super) fn read(
    text: &str,
    settings: &SourceSettings,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    let mut nodes = Vec::new();
    for script in scripts(text) {
        let value: Value = serde_json::from_str(script.trim()).map_err(|error| {
            if error.to_string().contains("recursion limit") {
                return notes.about(&messages::JSON_TOO_DEEP).with_value(JSON_DEPTH);
            }
            let spot = format!("{}:{}", error.line(), error.column());
            notes.about(&messages::JSON_BROKEN).with_value(&spot).with_detail(spot)
        })?;
        collect(value, &mut nodes);
    }
    for (node, number) in groups(nodes, settings).into_iter().zip(1..) {
        table.rows_read += 1;
        if number > MAX_ROWS {
            let detail = format!("> {MAX_ROWS}");
            return Err(notes.about(&messages::TOO_MANY_ROWS).with_detail(detail));
        }
        let cells = cells_of(&node);
        if let Some(cell) = cells.iter().find(|cell| length(cell) > MAX_CELL_CHARS) {
            let finding = notes.about(&messages::FIELD_TOO_LONG).in_row(number);
            let finding = finding.in_column(cell.column.clone());
            notes.add(finding.with_detail(length(cell).to_string()));
            table.refuse(number, &cells);
            continue;
        }
        table.records.push(RawRecord { row: number, cells });
    }
    Ok(())
}

fn length(cell: &RawCell) -> usize {
    match &cell.value {
        RawValue::Text(text) => text.chars().count(),
        RawValue::List(parts) => parts.iter().map(|part| part.chars().count()).sum(),
    }
}

fn scripts(text: &str) -> Vec<String> {
    if text.trim_start().starts_with(['{', '[']) {
        return vec![text.to_owned()];
    }
    let page = Html::parse_document(text);
    let selector = Selector::parse(SCRIPT).expect("the selector is right");
    page.select(&selector).map(|script| script.text().collect()).collect()
}

/// A record, and whether it stands in an `ItemList`.
struct Node {
    members: Map<String, Value>,
    is_listed: bool,
}

/// Takes the records of a document: of arrays, `@graph` and lists, not those inside of others.
fn collect(value: Value, nodes: &mut Vec<Node>) {
    collect_at(value, false, 0, nodes);
}

fn collect_at(value: Value, is_listed: bool, depth: usize, nodes: &mut Vec<Node>) {
    if depth > 8 {
        return;
    }
    match value {
        Value::Array(values) => {
            values.into_iter().for_each(|v| collect_at(v, is_listed, depth + 1, nodes));
        }
        Value::Object(mut members) => {
            if let Some(graph) = members.remove("@graph") {
                collect_at(graph, is_listed, depth + 1, nodes);
            }
            let is = |types: &[&str]| is_of(&members, types);
            let (is_list, is_member, is_page) =
                (is(&["ItemList"]), is(&["ListItem"]), is(&["WebPage", "CollectionPage"]));
            if is_list {
                let items = members.remove("itemListElement").unwrap_or_default();
                collect_at(items, true, depth + 1, nodes);
            } else if is_member {
                let item = members.remove("item").unwrap_or_default();
                collect_at(item, is_listed, depth + 1, nodes);
            } else if is_page {
                let inner = members.remove("mainEntity").unwrap_or_default();
                collect_at(inner, is_listed, depth + 1, nodes);
            } else if members.contains_key("@type") {
                nodes.push(Node { members, is_listed });
            }
        }
        _ => {}
    }
}

fn types_of(members: &Map<String, Value>) -> Vec<&str> {
    let types = match members.get("@type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    // "schema:Event", "https://schema.org/Event"
    types.into_iter().filter_map(|name| name.rsplit(['/', ':', '#']).next()).collect()
}

fn is_of(members: &Map<String, Value>, wanted: &[&str]) -> bool {
    types_of(members).iter().any(|name| wanted.contains(name))
}

fn ends_as(members: &Map<String, Value>, wanted: &[&str]) -> bool {
    types_of(members).iter().any(|name| wanted.iter().any(|wanted| name.ends_with(wanted)))
}

fn groups(nodes: Vec<Node>, settings: &SourceSettings) -> Vec<Map<String, Value>> {
    let mut nodes = nodes;
    if let Some(said) = settings.selectors.get("type") {
        let wanted: Vec<&str> = said.split(',').map(str::trim).collect();
        nodes.retain(|node| is_of(&node.members, &wanted));
    } else {
        nodes
            .retain(|node| ends_as(&node.members, EVENTS) || ends_as(&node.members, ORGANISATIONS));
        if nodes.iter().any(|node| node.is_listed) {
            nodes.retain(|node| node.is_listed);
        } else if nodes.iter().any(|node| ends_as(&node.members, EVENTS)) {
            nodes.retain(|node| ends_as(&node.members, EVENTS));
        }
    }
    nodes.into_iter().map(|node| node.members).collect()
}

/// Fills a record's cells, each field once.
#[derive(Default)]
struct Cells(Vec<RawCell>);

impl Cells {
    fn add(&mut self, field: &str, column: &str, value: RawValue) {
        if !value.is_empty() && !self.0.iter().any(|cell| cell.field == field) {
            let (field, column) = (field.to_owned(), column.to_owned());
            self.0.push(RawCell { field, column, value });
        }
    }

    fn text(&mut self, field: &str, column: &str, value: &Value) {
        if let Some(text) = first_text(value) {
            self.add(field, column, RawValue::Text(text));
        }
    }

    fn list(&mut self, field: &str, column: &str, value: &Value) {
        let texts = texts(value);
        match texts.len() {
            0 => {}
            // One text may hold a list, as staff write it: the import splits it.
            1 => self.add(field, column, RawValue::Text(texts.concat())),
            _ => self.add(field, column, RawValue::List(texts)),
        }
    }
}

/// Returns the texts of a value: a text, a number, a record's name, or a list of them.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.trim().to_owned()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(members) => {
            let named = ["name", "@value", "value", "audienceType", "alternateName"];
            named.iter().find_map(|name| members.get(*name)).map(texts).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn first_text(value: &Value) -> Option<String> {
    texts(value).into_iter().find(|text| !text.is_empty())
}

/// Returns the first record in a value.
fn first(value: &Value) -> &Value {
    match value {
        Value::Array(values) => values.first().unwrap_or(&Value::Null),
        other => other,
    }
}

fn cells_of(members: &Map<String, Value>) -> Vec<RawCell> {
    let none = Value::Null;
    let get = |name: &str| members.get(name).unwrap_or(&none);
    let mut cells = Cells::default();
    cells.text("name", "name", get("name"));
    for name in ["identifier", "@id"] {
        let id = first_text(get(name)).filter(|id| id.chars().count() <= MAX_LOCAL_ID_CHARS);
        cells.add("local_id", name, RawValue::Text(id.unwrap_or_default()));
    }
    for name in ["keywords", "about", "knowsAbout"] {
        cells.list("topics", name, get(name));
    }
    cells.text("description", "description", get("description"));
    for name in ["sameAs", "url"] {
        cells.text("website", name, get(name));
    }
    for name in ["telephone", "email"] {
        let field = if name == "telephone" { "contact.phone" } else { "contact.email" };
        cells.text(field, name, get(name));
    }
    for name in ["inLanguage", "knowsLanguage"] {
        cells.list("languages", name, get(name));
    }
    cells.list("audience", "audience", get("audience"));
    let event =
        if ends_as(members, EVENTS) { Some(members) } else { first(get("event")).as_object() };
    if let Some(event) = event {
        meeting(event, &mut cells);
    }
    place(first(get("location")), "location", &mut cells);
    address(first(get("address")), "address", &mut cells);
    if let Some(event) = event {
        place(first(event.get("location").unwrap_or(&none)), "location", &mut cells);
    }
    cells.0
}

fn place(place: &Value, column: &str, cells: &mut Cells) {
    match place {
        Value::String(_) => cells.text("venue.address", column, place),
        Value::Object(_) if is_of_value(place, "VirtualLocation") => {}
        Value::Object(_) => {
            address(first(&place["address"]), column, cells);
            cells.text("venue.name", column, &place["name"]);
            cells.text("venue.lat", column, &place["geo"]["latitude"]);
            cells.text("venue.lon", column, &place["geo"]["longitude"]);
        }
        _ => {}
    }
}

fn is_of_value(value: &Value, wanted: &str) -> bool {
    value.as_object().is_some_and(|members| is_of(members, &[wanted]))
}

fn address(address: &Value, column: &str, cells: &mut Cells) {
    if address.is_string() {
        cells.text("venue.address", column, address);
        return;
    }
    for (name, field) in [
        ("streetAddress", "venue.street"),
        ("postalCode", "venue.postcode"),
        ("addressLocality", "venue.town"),
    ] {
        cells.text(field, name, &address[name]);
    }
}

fn meeting(event: &Map<String, Value>, cells: &mut Cells) {
    let none = Value::Null;
    let get = |name: &str| event.get(name).unwrap_or(&none);
    let schedule = first(get("eventSchedule"));
    let mut words = Vec::new();
    if let Some(text) = rule_text(schedule) {
        words.push(text);
        for (name, field) in [("startTime", "meeting.starts"), ("endTime", "meeting.ends")] {
            if let Some(time) = first_text(&schedule[name]) {
                let time: String = time.chars().take(5).collect();
                cells.add(field, name, RawValue::Text(time));
            }
        }
    }
    cells.add("meeting.text", "eventSchedule", RawValue::Text(words.concat()));
    let mode = first_text(get("eventAttendanceMode")).unwrap_or_default();
    let format = match mode.rsplit('/').next() {
        Some("OnlineEventAttendanceMode") => "online",
        Some("MixedEventAttendanceMode") => "hybrid",
        Some("OfflineEventAttendanceMode") => "in_person",
        _ => "",
    };
    cells.add("format", "eventAttendanceMode", RawValue::Text(format.to_owned()));
    if get("isAccessibleForFree") == &Value::Bool(true) {
        cells.add("cost", "isAccessibleForFree", RawValue::Text("free".to_owned()));
    }
}

/// Returns a schedule in the words that the import reads: `jeden 2. Dienstag im Monat`.
fn rule_text(schedule: &Value) -> Option<String> {
    let day = first_text(&schedule["byDay"])?;
    let day = day.rsplit('/').next().unwrap_or_default();
    let split = day.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, letters) = day.split_at(split);
    let weekday = WEEKDAYS
        .iter()
        .find(|(english, _)| *english == letters || english[..2].eq_ignore_ascii_case(letters))?;
    let weekday = weekday.1;
    let every = first_text(&schedule["repeatFrequency"]).unwrap_or_default();
    match (every.as_str(), number) {
        ("P1W" | "P7D", "") => Some(format!("jeden {weekday}")),
        ("P2W" | "P14D", "") => Some(format!("alle 14 Tage {weekday}")),
        ("P1M", "-1") => Some(format!("jeden letzten {weekday} im Monat")),
        ("P1M", number) if matches!(number, "1" | "2" | "3" | "4" | "5") => {
            Some(format!("jeden {number}. {weekday} im Monat"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::settings::SourceFormat;

    fn table(text: &str, kind: Option<&str>) -> Result<RawTable<'static>, Finding> {
        let mut settings = SourceSettings::named("seite.html");
        settings.selectors.extend(kind.map(|kind| ("type".to_owned(), kind.to_owned())));
        let mut table = RawTable::new(SourceFormat::JsonLd);
        read(text, &settings, &mut table, &mut Notes::new("seite.html"))?;
        Ok(table)
    }

    fn text<'a>(table: &'a RawTable, index: usize, field: &str) -> &'a str {
        let cells = &table.records[index].cells;
        match cells.iter().find(|cell| cell.field == field).map(|cell| &cell.value) {
            Some(RawValue::Text(text)) => text,
            _ => "",
        }
    }

    const PAGE: &str = r#"<html><script type="application/ld+json">
        {"@context": "https://schema.org", "@graph": [
          {"@type": "Organization", "name": "Die Kontaktstelle"},
          {"@type": "WebSite", "name": "Seite"},
          {"@type": "schema:SocialEvent", "name": "Lichtblick", "identifier": "g-1",
           "keywords": ["Angst", "Panik"], "about": {"name": "nicht mehr"},
           "location": {"@type": "Place", "name": "Haus", "address":
             {"streetAddress": "Beispielweg 5", "postalCode": "07743", "addressLocality": "Jena"},
             "geo": {"latitude": 50.93, "longitude": 11.58}},
           "eventSchedule": {"repeatFrequency": "P1M", "byDay": "2TU", "startTime": "18:00:00"},
           "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
           "organizer": {"@type": "Organization", "name": "Die Kontaktstelle"}},
          {"@type": ["Event", "Thing"], "name": "Herz", "eventSchedule":
             {"repeatFrequency": "P1W", "byDay": "https://schema.org/Monday"},
           "location": "Markt 1, 04109 Leipzig"}]}
        </script><script type="application/ld+json">{"@type": "BreadcrumbList"}</script></html>"#;

    #[test]
    fn a_page_of_events_is_a_list_of_groups() {
        let table = table(PAGE, None).expect("right");
        assert_eq!(table.records.len(), 2, "the publisher is no group");
        for (field, expected) in [
            ("name", "Lichtblick"),
            ("local_id", "g-1"),
            ("venue.name", "Haus"),
            ("venue.street", "Beispielweg 5"),
            ("venue.postcode", "07743"),
            ("venue.lat", "50.93"),
            ("meeting.text", "jeden 2. Dienstag im Monat"),
            ("meeting.starts", "18:00"),
            ("format", "hybrid"),
        ] {
            assert_eq!(text(&table, 0, field), expected, "{field}");
        }
        let topics = table.records[0].cells.iter().find(|cell| cell.field == "topics");
        let wanted = RawValue::List(vec!["Angst".into(), "Panik".into()]);
        assert_eq!(topics.map(|cell| &cell.value), Some(&wanted));
        assert_eq!(text(&table, 1, "meeting.text"), "jeden Montag");
        assert_eq!(text(&table, 1, "venue.address"), "Markt 1, 04109 Leipzig");
    }

    #[test]
    fn settings_say_which_type_is_a_group() {
        let organisations = table(PAGE, Some("Organization, NGO")).expect("right");
        assert_eq!(text(&organisations, 0, "name"), "Die Kontaktstelle");
        assert_eq!(organisations.records.len(), 1);
        let list = r#"{"@type": "ItemList", "itemListElement": [
            {"@type": "ListItem", "item": {"@type": "NGO", "name": "A"}},
            {"@type": "ListItem", "item": {"@type": "NGO", "name": "B"}}]}"#;
        let listed = table(&format!("[{list}, {{\"@type\": \"NGO\", \"name\": \"C\"}}]"), None);
        assert_eq!(listed.expect("right").records.len(), 2);
    }

    #[test]
    fn broken_or_deep_records_are_no_groups() {
        let broken = "<script type='application/ld+json'>{\"a\":</script>";
        assert_eq!(table(broken, None).expect_err("broken").rule.id, "json-malformed");
        let deeper = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert_eq!(table(&deeper, None).expect_err("too deep").rule.id, "json-too-deep");
        let deep = format!("{}{}", "[".repeat(50), "]".repeat(50));
        assert_eq!(table(&deep, None).expect("readable").records.len(), 0);
        assert_eq!(table("<p>", None).expect("readable").records.len(), 0);
    }
}
