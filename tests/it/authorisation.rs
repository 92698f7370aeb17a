//! Who may do what: every operation of the document, for everybody, against a table (SEC-01, -02).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::openapi::{assert_valid, document, operations, resolved};
use crate::staff_support::{MAIN_OFFICE, OTHER, OWN, Reply, Staff, list};

const TABLE: &str = include_str!("authorisation.tsv");

/// Columns of the table behind the operation.
const COLUMNS: usize = 6;

fn table() -> BTreeMap<&'static str, Vec<&'static str>> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let rows = lines.map(|line| {
        let mut cells = line.split('\t');
        let operation = cells.next().expect("a cell");
        (operation, cells.collect::<Vec<_>>())
    });
    rows.collect()
}

/// A route without an entry fails here, and so does an entry without a route.
#[test]
fn every_operation_has_its_entry() {
    let table = table();
    let mut known = Vec::new();
    for (path, method, operation) in operations(&document()) {
        let id = operation["operationId"].as_str().expect("an id").to_owned();
        let row = table.get(id.as_str()).unwrap_or_else(|| panic!("{method} {path}: no entry"));
        assert_eq!(row.len(), COLUMNS, "{id}");
        let needs_token = !operation["security"].is_null();
        assert_eq!(row[0] == "401", needs_token, "{id}: who may reach it?");
        assert_eq!(needs_token, path.starts_with("/v1/admin/"), "{id}");
        known.push(id);
    }
    for operation in table.keys() {
        assert!(known.iter().any(|id| id == operation), "{operation} is no operation");
    }
}

/// What an operation is tried on: made anew for every try, by the operator.
struct Objects {
    members: Vec<(&'static str, String)>,
    query: &'static str,
    fields: Vec<(&'static str, String)>,
    body: Option<(String, Value)>,
}

fn objects(staff: &Staff, operation: &str, described: &Value, count: &mut u32) -> Objects {
    *count += 1;
    let names: Vec<String> = (0..3).map(|at| format!("Gruppe {count}-{at}")).collect();
    let put = |contact_point: &str, local_id: &str, name: &str| -> String {
        let path = format!("/v1/admin/contact-points/{contact_point}/groups/{local_id}");
        let asked = staff.ask("PUT", &path).by(&staff.operator).field("If-None-Match", "*");
        let made = asked.json(&json!({"name": name, "topics": ["Angst"]}));
        assert_eq!(made.status, 201, "{}", made.text);
        made.id()
    };
    let ids: Vec<String> =
        (0..3).map(|at| put(OWN, &format!("g{count}-{at}"), &names[at])).collect();
    let mut objects = Objects {
        members: vec![("local_id", format!("g{count}-0"))],
        query: "",
        fields: Vec::new(),
        body: None,
    };
    let contents = described["requestBody"]["content"].as_object();
    if let Some((media_type, form)) = contents.and_then(|forms| forms.iter().next_back()) {
        objects.body = Some((media_type.clone(), form["example"].clone()));
    }
    match operation {
        "create_import" => objects.query = "?mode=merge",
        "confirm_import" => {
            let held = staff.load(&staff.operator, OWN, "", &list(&["Einsam"]));
            held.is_problem(409, "import_held");
            let id = held.value()["import_id"].as_str().expect("an id").to_owned();
            objects.members.push(("import_id", id));
        }
        "get_import" | "rollback_import" => {
            let applied = staff.load(&staff.operator, OWN, "?mode=merge", &list(&[&names[0]]));
            assert_eq!(applied.status, 201, "{}", applied.text);
            objects.members.push(("import_id", applied.id()));
        }
        "put_group" | "delete_group" => objects.fields.push(("If-Match", "*".to_owned())),
        "merge_duplicates" => {
            let pair = json!({"groups": [ids[0], ids[1]]});
            objects.body = Some(("application/json".to_owned(), pair));
        }
        "split_duplicates" => {
            let path = format!("/v1/admin/contact-points/{OWN}/duplicates");
            let pair = json!({"groups": [ids[0], ids[1]]});
            let decided = staff.ask("POST", &path).by(&staff.operator).json(&pair);
            assert_eq!(decided.status, 201, "{}", decided.text);
            objects.members.push(("decision_id", decided.id()));
        }
        "get_source" | "put_source" | "run_source" => {
            // Nobody listens there: a look fails at once.
            let settings = json!({"url": "http://127.0.0.1:1/gruppen.csv"});
            let path = format!("/v1/admin/contact-points/{OWN}/source");
            let entered = staff.ask("PUT", &path).by(&staff.operator).json(&settings);
            assert!([200, 201].contains(&entered.status), "{}", entered.text);
            if operation == "put_source" {
                objects.body = Some(("application/json".to_owned(), settings));
            }
        }
        "revoke_token" => {
            let order = json!({"name": "Zum Widerrufen"});
            let made = staff.ask("POST", "/v1/admin/tokens").by(&staff.operator).json(&order);
            objects.members.push(("token_id", made.id()));
        }
        _ => {}
    }
    objects
}

fn attempt(
    staff: &Staff,
    (path, method): (&str, &str),
    contact_point: &str,
    token: Option<&str>,
    objects: &Objects,
) -> Reply {
    let mut path = path.replace("{id}", contact_point);
    for (name, value) in &objects.members {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    assert!(!path.contains('{'), "{path}: an object is missing");
    let mut asked = staff.ask(method, &format!("{path}{}", objects.query));
    if let Some(token) = token {
        asked = asked.by(token);
    }
    for (name, value) in &objects.fields {
        asked = asked.field(name, value);
    }
    match &objects.body {
        None => asked.send(),
        Some((media_type, Value::String(text))) => {
            asked.field("Content-Type", media_type).body(text)
        }
        Some((_, value)) => asked.json(value),
    }
}

/// Everybody tries everything on objects of one contact point.
#[test]
fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let staff = Staff::start_with(&["--no-example-data", "--harvest-loopback"]);
    let document = document();
    let table = table();
    let tokens = [OWN, MAIN_OFFICE, OTHER].map(|contact_point| staff.token(contact_point));
    let actors: [(&str, Option<&str>); 5] = [
        (OWN, None),
        (OWN, Some(&tokens[0])),
        (OWN, Some(&tokens[1])),
        (OWN, Some(&tokens[2])),
        (OWN, Some(&staff.operator)),
    ];
    let mut count = 0;
    let mut tried = 0;
    for (path, method, operation) in operations(&document) {
        if !path.starts_with("/v1/admin/") {
            continue;
        }
        let id = operation["operationId"].as_str().expect("an id");
        let row = &table[id];
        let under_own_address = (OTHER, Some(tokens[2].as_str()));
        for (expected, (contact_point, token)) in
            row.iter().zip(actors.into_iter().chain([under_own_address]))
        {
            if *expected == "-" {
                continue;
            }
            let objects = objects(&staff, id, &operation, &mut count);
            let before = staff.records(OWN);

            let reply = attempt(&staff, (&path, &method), contact_point, token, &objects);

            let what = format!("{id} under {contact_point}: {}", reply.text);
            assert_eq!(reply.status.to_string(), *expected, "{what}");
            tried += 1;
            if reply.status >= 400 {
                assert_eq!(staff.records(OWN), before, "{what}");
            }
            assert_eq!(reply.field("access-control-allow-origin"), "", "{what}");
            assert_eq!(reply.field("cache-control"), "no-store", "{what}");
            if reply.status == 401 {
                assert_eq!(reply.field("www-authenticate"), "Bearer", "{what}");
            }
            // API-03: what the document says is what comes.
            let described = resolved(&document, &operation["responses"][*expected]);
            assert!(!described.is_null(), "{what}");
            let media_type = reply.field("content-type");
            let form = &described["content"][media_type];
            if reply.status == 204 {
                assert!(reply.text.is_empty(), "{what}");
            } else {
                assert!(!form.is_null(), "{what}: {media_type}");
                assert_valid(&document, &form["schema"], &reply.value(), &what);
            }
        }
    }
    assert!(tried > 90, "only {tried} tries");
}

/// SEC-01: nobody learns what others have.
#[test]
fn what_is_foreign_answers_as_what_is_not_there() {
    let staff = Staff::start();
    let other = staff.token(OTHER);
    staff.load(&staff.operator, OWN, "", &list(&["Licht"]));
    let answer = |path: String| {
        let mut problem = staff.ask("GET", &path).by(&other).send().value();
        problem["instance"] = Value::Null;
        problem
    };
    let nothing = answer("/v1/admin/contact-points/kiss-nirgends/groups/n0".to_owned());
    assert_eq!(nothing["status"], 404);
    for path in
        ["groups/n0", "groups/n9", "imports/1", "imports/99", "imports", "reviews", "source"]
    {
        let foreign = answer(format!("/v1/admin/contact-points/{OWN}/{path}"));
        assert_eq!(foreign, nothing, "{path}");
    }
    let foreign = answer(format!("/v1/admin/contact-points/{OTHER}/imports/1"));
    assert_eq!(foreign, nothing);
}

/// SEC-05: scopes, and revocation at once.
#[test]
fn a_token_ends_at_once_and_reads_only_where_it_may_only_read() {
    let staff = Staff::start();
    let order = json!({"contact_point": OWN, "name": "Webseite", "scopes": ["read:own"]});
    let made = staff.ask("POST", "/v1/admin/tokens").by(&staff.operator).json(&order);
    let token = made.value()["token"].as_str().expect("a token").to_owned();
    let path = format!("/v1/admin/contact-points/{OWN}/groups");

    assert_eq!(staff.ask("GET", &path).by(&token).send().status, 200);
    staff.load(&token, OWN, "", &list(&["Licht"])).is_problem(403, "forbidden");
    staff.load(&token, OTHER, "", &list(&["Licht"])).is_problem(404, "not_found");
    let revoke = format!("/v1/admin/tokens/{}", made.id());
    assert_eq!(staff.ask("DELETE", &revoke).by(&staff.operator).send().status, 204);

    staff.ask("GET", &path).by(&token).send().is_problem(401, "unauthorized");
    // By the command line too.
    let made = staff
        .house
        .run_to(0, &["token", "create", "--contact-point", OWN, "--name", "Büro", "--json"]);
    let token = made.json()["token"].as_str().expect("a token").to_owned();
    assert_eq!(staff.ask("GET", &path).by(&token).send().status, 200);
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    staff.house.run_to(0, &["token", "revoke", &id]);
    staff.ask("GET", &path).by(&token).send().is_problem(401, "unauthorized");
    let listed = staff.house.run_to(0, &["token", "list"]);
    assert!(listed.out().contains(&id) && !listed.out().contains(&token), "{}", listed.out());
    staff.house.run_to(2, &["token", "revoke", "00000000"]);
}

/// SEC-07: who guesses is stopped, the owner is not.
#[test]
fn guessing_is_stopped_and_the_owner_is_let_in() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let path = format!("/v1/admin/contact-points/{OWN}/groups");
    let guess = |token: &str| staff.ask("GET", &path).by(token).send();
    let wrong = format!("{}x", &token[..token.len() - 1]);

    let statuses: Vec<u16> = (0..14).map(|_| guess(&wrong).status).collect();

    assert_eq!(statuses[..10], [401; 10]);
    assert!(statuses[11..].iter().all(|status| *status == 429), "{statuses:?}");
    assert!(!guess(&wrong).field("retry-after").is_empty());
    assert_eq!(guess(&token).status, 200);
}

/// SEC-06: a token stands in no log, no answer but its first, and no file.
#[cfg(unix)]
#[test]
fn no_token_stands_in_logs_answers_or_files() {
    let staff = Staff::start_with(&["--no-example-data", "--log", "trace"]);
    let token = staff.token(OWN);
    let secret = token[13..].to_owned();
    let mut answers = String::new();
    answers.push_str(&staff.load(&token, OWN, "", &list(&["Licht"])).text);
    answers.push_str(&staff.load(&token, OTHER, "", &list(&["Licht"])).text);
    for path in ["groups", "imports", "imports/1", "groups/n0", "reviews", "nirgends"] {
        let path = format!("/v1/admin/contact-points/{OWN}/{path}");
        answers.push_str(&staff.ask("GET", &path).by(&token).send().text);
        answers.push_str(&staff.ask("GET", &format!("{path}?token={token}")).send().text);
    }
    let listed = staff.ask("GET", "/v1/admin/tokens").by(&staff.operator).send().text;
    let Staff { service, house, operator, .. } = staff;
    let (_, log) = service.stop();
    assert!(!log.contains(&secret) && !log.contains(&operator[13..]));
    assert!(!answers.contains(&secret) && !listed.contains(&secret));
    let mut folders = vec![house.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            let holds = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!holds, "{}", path.display());
        }
    }
}
