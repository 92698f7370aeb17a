//! Examples of the document: requests that a test sends, and answers as the service gives them.
//!
//! The groups in them are invented; the test suite serves the same ones.

use serde_json::{Value, json};

/// Base of addresses in examples.
const BASE: &str = "https://wegweiser.example";

/// Id of the group in examples: contact point `ikos-jena`, `local_id` `lichtblick`.
pub const GROUP_ID: &str = "1ebcc174-7170-5983-8fd8-d5d12bb47d2b";

/// Returns the example of a JSON body.
pub(super) fn request(operation: &str) -> Option<Value> {
    match operation {
        "search_groups_post" => Some(json!({
            "q": "Mukoviszidose", "place": "Jena", "audience": ["relatives"], "limit": 5,
            "facets": ["format"],
        })),
        "suggest_post" => Some(json!({"q": "Zucker", "limit": 5})),
        _ => None,
    }
}

/// Returns the example of an answer: media type and value.
pub(super) fn answer(operation: &str) -> Vec<(&'static str, Value)> {
    let json = match operation {
        "search_groups" | "search_groups_post" => search(),
        "get_group" => {
            return vec![("application/json", group()), ("application/ld+json", linked_group())];
        }
        "get_group_calendar" => {
            return vec![(
                "text/calendar",
                json!(
                    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Wegweiser//Selbsthilfegruppen//DE\r\n\
                 BEGIN:VEVENT\r\nSUMMARY:Lichtblick\r\nRRULE:FREQ=MONTHLY;BYDAY=2TU\r\n\
                 END:VEVENT\r\nEND:VCALENDAR\r\n"
                ),
            )];
        }
        "suggest" | "suggest_post" => json!({
            "items": [{
                "kind": "condition", "id": "diabetes", "label": "Diabetes mellitus",
                "matched": "Zuckerkrankheit", "ranges": [[0, 6]], "group_count": 12,
                "request": {"topic": ["diabetes"]},
            }],
            "total": 1, "next_cursor": null, "crisis_help": null, "generation": "17-0a1b2c3d",
        }),
        "list_topics" | "resolve_condition" => {
            json!({"items": [topic()], "total": 1, "next_cursor": null})
        }
        "get_topic" => topic(),
        "list_contact_points" => {
            json!({"items": [contact_point()], "total": 1, "next_cursor": null})
        }
        "get_contact_point" => contact_point(),
        "resolve_place" => json!({
            "items": [{
                "id": "07743", "kind": "postcode", "label": "07743 Jena", "postcodes": ["07743"],
                "district": "16053", "district_name": "Jena", "state": "TH", "lat": 50.93,
                "lon": 11.59,
            }],
            "total": 1, "next_cursor": null,
        }),
        "export_groups" => return export(),
        "get_dictionary" => json!({
            "hash": "0123456789abcdef",
            "url": format!("{BASE}/v1/dictionary/0123456789abcdef.json"),
            "generation": "17-0a1b2c3d",
        }),
        "get_dictionary_file" => json!({
            "generation": "17-0a1b2c3d",
            "language": "de",
            "topics": ["Mukoviszidose|Zystische Fibrose|CF"],
            "group_counts": [2],
            "places": ["Jena|7743,2,2"],
        }),
        "get_status" => json!({
            "version": "0.1.0", "generation": "17-0a1b2c3d", "built_at": "2026-03-01T02:00:00Z",
            "example_data": true, "stale": false, "group_count": 1600,
            "contact_points": [{"id": "ikos-jena", "group_count": 88,
                "last_import_at": "2026-03-01T01:59:00Z", "stale_count": 9,
                "source": {"last_success_at": "2026-03-01T01:59:00Z", "failures": 0,
                    "alert": false}}],
        }),
        _ => return Vec::new(),
    };
    vec![("application/json", json)]
}

fn concept() -> Value {
    json!({"id": "mukoviszidose", "label": "Mukoviszidose",
        "codes": ["ORPHA:586", "ICD-10-GM:E84"]})
}

fn hit() -> Value {
    let mut group = group();
    if let Some(members) = group.as_object_mut() {
        members.remove("description");
        members.remove("descriptions");
        members.insert("distance_km".to_owned(), json!(1.2));
        members.insert(
            "match".to_owned(),
            json!({
                "tier": "exact", "reason": "concept", "via": "Mukoviszidose", "field": "topics",
                "highlights": [{"field": "topics", "index": 0, "ranges": [[0, 13]]}],
            }),
        );
    }
    group
}

fn group() -> Value {
    json!({
        "id": GROUP_ID, "local_id": "lichtblick", "name": "Lichtblick",
        "topics": ["Mukoviszidose"], "concepts": [concept()],
        "summary": "Wir treffen uns zum Gespräch.",
        "description": "Wir treffen uns zum Gespräch.", "descriptions": {},
        "audience": ["affected", "relatives"], "age_group": [], "age_min": null, "age_max": null,
        "gender": "all", "format": "in_person", "languages": ["de"], "status": "active",
        "meeting": {"text": "jeden 2. Dienstag im Monat, 18 bis 20 Uhr",
            "rrule": "FREQ=MONTHLY;BYDAY=2TU", "starts": "18:00", "ends": "20:00",
            "by_appointment": false, "timezone": "Europe/Berlin",
            "next_at": "2026-03-10T17:00:00Z"},
        "venue": {"name": "Haus der Begegnung", "street": "Beispielweg 1", "town": "Jena",
            "postcode": "07743", "district": "16053", "district_name": "Jena", "state": "TH",
            "lat": 50.93, "lon": 11.59, "precision": "postcode"},
        "catchment": "district", "wheelchair": "unknown", "cost": "free", "cost_note": null,
        "open_for_new": "yes", "website": null,
        "contact": {"mode": "via_contact_point", "label": null, "phone": null, "email": null},
        "organisation": null,
        "contact_point": {"id": "ikos-jena", "name": "IKOS Jena", "phone": null, "email": null,
            "website": null},
        "also_listed_by": [], "duplicate_of": null, "verified_on": "2026-02-01", "stale": false,
        "source": {"kind": "upload", "url": null}, "updated_at": "2026-03-01T00:00:00Z",
        "url": format!("{BASE}/v1/groups/{GROUP_ID}"),
        "page_url": format!("{BASE}/gruppe/{GROUP_ID}"),
    })
}

fn linked_group() -> Value {
    json!({
        "@context": "https://schema.org", "@type": "Organization",
        "@id": format!("{BASE}/v1/groups/{GROUP_ID}"), "name": "Lichtblick",
        "about": [{"@type": "MedicalCondition", "name": "Mukoviszidose",
            "code": [{"@type": "MedicalCode", "codingSystem": "ORPHA", "codeValue": "586"}]}],
    })
}

fn search() -> Value {
    json!({
        "total": 1,
        "totals": {"exact": 1, "narrower": 0, "title": 0, "broader": 0, "text": 0},
        "items": [hit()],
        "facets": {"format": [
            {"value": "in_person", "label": "vor Ort", "count": 1, "selected": false},
        ]},
        "interpretation": {
            "text": "",
            "concepts": [{"id": "mukoviszidose", "label": "Mukoviszidose",
                "codes": ["ORPHA:586", "ICD-10-GM:E84"], "via": "Mukoviszidose",
                "ranges": [[0, 13]], "effect": "rank"}],
            "place": {"label": "Jena", "kind": "town", "district": "16053", "ranges": [],
                "effect": "rank", "request": null},
            "place_alternatives": [], "audience": [], "age_group": [], "gender": [], "format": [],
            "language": [], "status": [], "contact_points": [], "corrections": [],
            "dropped_words": [], "alternatives": [],
        },
        "fallback": null, "crisis_help": null, "generation": "17-0a1b2c3d", "stale": false,
        "next_cursor": null,
    })
}

fn topic() -> Value {
    json!({
        "id": "mukoviszidose", "label": "Mukoviszidose", "codes": ["ORPHA:586", "ICD-10-GM:E84"],
        "synonyms": ["Zystische Fibrose", "CF"],
        "broader": [{"id": "seltene-erkrankungen", "label": "Seltene Erkrankungen"}],
        "narrower": [], "group_count": 2, "crisis": false, "retired_codes": [],
    })
}

fn contact_point() -> Value {
    json!({
        "id": "ikos-jena", "name": "IKOS Jena", "abbreviation": "IKOS", "operator": null,
        "level": "local", "parent": null, "state": "TH",
        "address": {"street": null, "postcode": "07743", "town": "Jena"},
        "phone": null, "email": null, "website": null, "hours": null, "lat": 50.93, "lon": 11.59,
        "serves": [{"id": "16053", "name": "Jena"}], "serves_place": true, "distance_km": 1.2,
        "group_count": 88,
    })
}

fn export() -> Vec<(&'static str, Value)> {
    let line = group().to_string();
    vec![
        ("application/x-ndjson", json!(format!("{line}\n"))),
        ("text/csv", json!("\u{feff}contact_point,local_id,id,name\r\n")),
        (
            "application/geo+json",
            json!({
                "type": "FeatureCollection",
                "features": [{
                    "type": "Feature", "id": GROUP_ID,
                    "geometry": {"type": "Point", "coordinates": [11.59, 50.93]},
                    "properties": {"id": GROUP_ID, "name": "Lichtblick", "concepts": [concept()],
                        "format": "in_person", "status": "active", "precision": "postcode",
                        "page_url": format!("{BASE}/gruppe/{GROUP_ID}")},
                }],
            }),
        ),
    ]
}
