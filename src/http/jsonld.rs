//! A group as schema.org JSON-LD.
//!
//! In: the public record. Out: an `Organization` with what it is about, where it meets, how to
//! reach it, and its meetings as an `Event` with a `Schedule` where a rule is known.

use serde_json::{Map, Value, json};

use super::site::Site;

/// Writes a group.
pub fn group(site: &Site, record: &Value) -> Vec<u8> {
    serde_json::to_vec(&value(site, record)).expect("text, numbers and lists always serialise")
}

/// Returns a group as JSON-LD.
pub fn value(site: &Site, record: &Value) -> Value {
    let id = record["id"].as_str().unwrap_or_default();
    let mut members = Map::new();
    members.insert("@context".to_owned(), json!("https://schema.org"));
    members.insert("@type".to_owned(), json!("Organization"));
    members.insert("@id".to_owned(), json!(site.group_url(id)));
    members.insert("identifier".to_owned(), json!(id));
    members.insert("url".to_owned(), json!(site.page_url(id)));
    members.insert("dateModified".to_owned(), record["updated_at"].clone());
    for (name, value) in [
        ("name", &record["name"]),
        ("description", &record["description"]),
        ("sameAs", &record["website"]),
        ("keywords", &record["topics"]),
        ("knowsLanguage", &record["languages"]),
        ("telephone", &record["contact"]["phone"]),
        ("email", &record["contact"]["email"]),
    ] {
        if !value.is_null() {
            members.insert(name.to_owned(), value.clone());
        }
    }
    let about: Vec<Value> = array(&record["concepts"]).iter().map(condition).collect();
    if !about.is_empty() {
        members.insert("about".to_owned(), Value::Array(about));
    }
    let place = place(&record["venue"]);
    if let Some(place) = &place {
        members.insert("location".to_owned(), place.clone());
    }
    members.insert("contactPoint".to_owned(), contact_point(&record["contact_point"]));
    members.insert("publishingPrinciples".to_owned(), json!(site.data_licence.url));
    if let Some(event) = event(site, record, place.as_ref()) {
        members.insert("event".to_owned(), event);
    }
    Value::Object(members)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn condition(concept: &Value) -> Value {
    let codes: Vec<Value> = array(&concept["codes"])
        .iter()
        .filter_map(|code| code.as_str()?.split_once(':'))
        .map(|(system, value)| {
            json!({"@type": "MedicalCode", "codingSystem": system, "codeValue": value})
        })
        .collect();
    // Only what has a medical code is called a medical condition: grief is none.
    if codes.is_empty() {
        json!({"@type": "Thing", "name": concept["label"], "identifier": concept["id"]})
    } else {
        json!({
            "@type": "MedicalCondition",
            "name": concept["label"],
            "identifier": concept["id"],
            "code": codes,
        })
    }
}

fn place(venue: &Value) -> Option<Value> {
    let mut address = Map::from_iter([("@type".to_owned(), json!("PostalAddress"))]);
    for (name, value) in [
        ("streetAddress", &venue["street"]),
        ("postalCode", &venue["postcode"]),
        ("addressLocality", &venue["town"]),
        ("addressRegion", &venue["state"]),
    ] {
        if !value.is_null() {
            address.insert(name.to_owned(), value.clone());
        }
    }
    if !venue.is_object() {
        return None;
    }
    address.insert("addressCountry".to_owned(), json!("DE"));
    let mut place = Map::from_iter([
        ("@type".to_owned(), json!("Place")),
        ("address".to_owned(), Value::Object(address)),
    ]);
    if !venue["name"].is_null() {
        place.insert("name".to_owned(), venue["name"].clone());
    }
    if !venue["lat"].is_null() {
        let point = json!({
            "@type": "GeoCoordinates",
            "latitude": venue["lat"],
            "longitude": venue["lon"],
        });
        place.insert("geo".to_owned(), point);
    }
    Some(Value::Object(place))
}

fn contact_point(publisher: &Value) -> Value {
    let mut point = Map::from_iter([
        ("@type".to_owned(), json!("ContactPoint")),
        ("contactType".to_owned(), json!("Selbsthilfekontaktstelle")),
    ]);
    for (name, value) in [
        ("name", &publisher["name"]),
        ("telephone", &publisher["phone"]),
        ("email", &publisher["email"]),
        ("url", &publisher["website"]),
    ] {
        if !value.is_null() {
            point.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(point)
}

fn event(site: &Site, record: &Value, place: Option<&Value>) -> Option<Value> {
    let meeting = &record["meeting"];
    let rrule = meeting["rrule"].as_str()?;
    let part =
        |key: &str| rrule.split(';').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
    let unit = if part("FREQ") == Some("WEEKLY") { "W" } else { "M" };
    let mut schedule = Map::from_iter([
        ("@type".to_owned(), json!("Schedule")),
        ("repeatFrequency".to_owned(), json!(format!("P1{unit}"))),
        ("byDay".to_owned(), json!(part("BYDAY"))),
        ("scheduleTimezone".to_owned(), meeting["timezone"].clone()),
    ]);
    for (name, value) in [("startTime", &meeting["starts"]), ("endTime", &meeting["ends"])] {
        if !value.is_null() {
            schedule.insert(name.to_owned(), value.clone());
        }
    }
    let mode = match record["format"].as_str() {
        Some("online" | "phone") => "https://schema.org/OnlineEventAttendanceMode",
        Some("hybrid") => "https://schema.org/MixedEventAttendanceMode",
        _ => "https://schema.org/OfflineEventAttendanceMode",
    };
    let id = record["id"].as_str().unwrap_or_default();
    let mut event = Map::from_iter([
        ("@type".to_owned(), json!("Event")),
        ("name".to_owned(), record["name"].clone()),
        ("url".to_owned(), json!(site.page_url(id))),
        ("eventSchedule".to_owned(), Value::Object(schedule)),
        ("eventAttendanceMode".to_owned(), json!(mode)),
        ("isAccessibleForFree".to_owned(), json!(record["cost"] == "free")),
    ]);
    if !meeting["next_at"].is_null() {
        event.insert("startDate".to_owned(), meeting["next_at"].clone());
    }
    if let Some(place) = place {
        event.insert("location".to_owned(), place.clone());
    }
    Some(Value::Object(event))
}
