//! Examples of the admin part of the document; a test sends the requests among them.

use serde_json::{Value, json};

use super::super::examples::GROUP_ID;

/// Returns the examples of a body: media type and value.
pub(in super::super) fn request(operation: &str) -> Vec<(&'static str, Value)> {
    let body = match operation {
        "create_import" => {
            let list = "Nr;Gruppenname;Thema;PLZ;Ort\n\
                        lichtblick;Lichtblick;Mukoviszidose;07743;Jena\n";
            return vec![("text/csv", json!(list)), ("application/octet-stream", json!(list))];
        }
        "put_group" => json!({
            "name": "Lichtblick", "topics": ["Mukoviszidose"],
            "venue": {"town": "Jena", "postcode": "07743"}, "verified_on": "2026-02-01",
        }),
        "merge_duplicates" => {
            json!({"groups": [GROUP_ID, "4d3a4a3a-6a2f-5b0e-9c1d-2f1f6a0a7d11"]})
        }
        "put_source" => json!({
            "url": "https://www.example.org/gruppen.csv", "interval_hours": 24,
            "columns": {"Gruppenname": "name"},
        }),
        "put_contact_point" => json!({
            "name": "IKOS Jena", "phone": "03641 0000000", "email": "ikos@example.org",
            "website": "https://ikos.example.org", "hours": "Mo 9–12 Uhr",
            "address": {"street": "Beispielweg 1", "postcode": "07743", "town": "Jena"},
        }),
        "create_token" => json!({
            "contact_point": "ikos-jena", "name": "Büro",
            "scopes": ["read:own", "write:own"], "days": 365,
        }),
        _ => return Vec::new(),
    };
    vec![("application/json", body)]
}

/// Returns the example of an answer of success; null where it has no body.
pub(in super::super) fn answer(operation: &str, status: &str) -> Value {
    match (operation, status) {
        ("create_import", "202") => {
            let mut running = import();
            running["id"] = json!("job-0f8fad5b-d9cb-469f-a165-70867728950e");
            running["state"] = json!("running");
            running["phase"] = json!("reading");
            running["can_be_rolled_back"] = json!(false);
            running["changes"] = json!([]);
            running["findings"] = json!([]);
            running["findings_total"] = json!(0);
            running
        }
        ("create_import" | "get_import" | "confirm_import", _) => import(),
        ("list_imports", _) => {
            let mut summary = import();
            if let Some(members) = summary.as_object_mut() {
                members.remove("changes");
                members.remove("findings");
            }
            list(summary)
        }
        ("rollback_import", _) => json!({
            "state": "rolled_back", "imports": ["17"], "restored": 0, "removed": 1,
        }),
        ("list_own_groups", _) => list(record()),
        ("get_own_group" | "put_group", _) => record(),
        ("withdraw_consent", _) => json!({
            "id": GROUP_ID, "local_id": "lichtblick", "withdrawn_on": "2026-03-01",
            "is_effective": true,
        }),
        ("list_reviews", _) => list(json!({
            "kind": "due_record", "act": "put_group",
            "message": "Zuletzt am 2025-03-20 geprüft. Bitte nachfragen, ob die Angaben stimmen, \
                        und `verified_on` neu setzen.",
            "group": {"id": GROUP_ID, "contact_point": "ikos-jena", "local_id": "lichtblick",
                "name": "Lichtblick"},
            "other": null, "verified_on": "2025-03-20", "due_on": "2026-03-20",
            "hidden_on": "2027-03-20", "topic": null, "proposals": [], "likeness": null,
            "decision_id": null, "import_id": null, "row": null, "column": null, "value": null,
        })),
        ("merge_duplicates", _) => json!({
            "id": "3", "groups": [GROUP_ID, "4d3a4a3a-6a2f-5b0e-9c1d-2f1f6a0a7d11"],
            "is_same": true, "who": "Büro (4fQ9xK2a)", "at": "2026-03-01T08:00:00Z",
        }),
        ("run_source", _) => {
            let mut running = source();
            running["is_running"] = json!(true);
            running
        }
        ("get_source" | "put_source", _) => source(),
        ("put_contact_point", _) => {
            let mut entry = request("put_contact_point")[0].1.clone();
            entry["operator"] = Value::Null;
            entry
        }
        ("create_token", _) => {
            let mut token = token();
            // Of the right form, and of nobody: its checksum is wrong.
            token["token"] =
                json!("wgw_4fQ9xK2a_0000000000000000000000000000000000000000000000000");
            token
        }
        ("list_tokens", _) => list(token()),
        ("reindex", _) => json!({"former_generation": "17-0a1b2c3d"}),
        _ => Value::Null,
    }
}

fn list(item: Value) -> Value {
    json!({"items": [item], "total": 1, "next_cursor": null})
}

fn import() -> Value {
    json!({
        "id": "17", "contact_point": "ikos-jena", "state": "applied", "phase": "done",
        "at": "2026-03-01T08:00:00Z", "who": "Büro (4fQ9xK2a)", "source_name": "gruppen.csv",
        "mode": "replace", "rows_read": 1,
        "counts": {"new": 1, "changed": 0, "unchanged": 0, "removed": 0, "refused": 0},
        "findings_total": 1, "streets_public": 0, "can_be_rolled_back": true,
        "confirm_url": null,
        "changes": [{"kind": "new", "id": GROUP_ID, "local_id": "lichtblick",
            "name": "Lichtblick", "fields": []}],
        "findings": [{
            "phase": "check", "severity": "hint", "source": "gruppen.csv", "row": 2,
            "column": "PLZ", "rule": "postcode-leading-zero-added", "value": "7743",
            "message": "Die führende Null wurde ergänzt: 07743.",
            "remedy": "Nichts zu tun.",
        }],
    })
}

fn record() -> Value {
    json!({
        "contact_point": "ikos-jena", "local_id": "lichtblick", "id": GROUP_ID,
        "name": "Lichtblick", "topics": ["Mukoviszidose"], "audience": ["affected"],
        "gender": "all", "languages": ["de"], "format": "in_person",
        "venue": {"postcode": "07743", "town": "Jena", "district": "16053", "lat": 50.93,
            "lon": 11.59, "precision": "postcode", "publish": "exact"},
        "catchment": "district", "status": "active", "wheelchair": "unknown",
        "contact": {"mode": "via_contact_point"},
        "contact_person": {"name": "E. Beispiel"}, "cost": "free", "open_for_new": "yes",
        "verified_on": "2026-02-01", "source": {"kind": "upload"},
        "updated_at": "2026-03-01T08:00:00Z",
    })
}

fn source() -> Value {
    json!({
        "contact_point": "ikos-jena",
        "settings": {"url": "https://www.example.org/gruppen.csv", "interval_hours": 24,
            "columns": {"Gruppenname": "name"}, "contact_point": "ikos-jena",
            "hosts": ["example.org"]},
        "is_running": false, "result": "updated", "message": null, "failures": 0, "alert": false,
        "attempted_at": "2026-03-01T02:00:00Z", "succeeded_at": "2026-03-01T02:00:00Z",
        "next_at": "2026-03-02T02:00:00Z", "import_id": "17",
        "import_url":
            "https://wegweiser.example/v1/admin/contact-points/ikos-jena/imports/17",
    })
}

fn token() -> Value {
    json!({
        "id": "4fQ9xK2a", "contact_point": "ikos-jena", "name": "Büro",
        "scopes": ["read:own", "write:own"], "created_at": "2026-03-01T08:00:00Z",
        "expires_at": "2027-03-01T08:00:00Z", "revoked_at": null, "last_used_on": null,
    })
}
