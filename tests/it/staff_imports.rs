//! Lists by the admin interface: checked, published, held, sent twice, undone (issue 4, F-25 to F-27).

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use serde_json::Value;

use crate::staff_support::{OTHER, OWN, Reply, Staff, list};

fn imports(contact_point: &str) -> String {
    format!("/v1/admin/contact-points/{contact_point}/imports")
}

fn counts(reply: &Reply) -> [u64; 5] {
    let counts = &reply.value()["counts"];
    ["new", "changed", "unchanged", "removed", "refused"]
        .map(|name| counts[name].as_u64().expect("a number"))
}

const NAMES: [&str; 5] = ["Licht", "Mut", "Wege", "Halt", "Ruhe"];

#[test]
fn a_list_is_checked_then_published_and_the_same_again_changes_nothing() {
    let staff = Staff::start();
    let token = staff.token(OWN);

    let checked = staff.load(&token, OWN, "?dry_run=true", &list(&NAMES));
    assert_eq!((checked.status, checked.value()["state"].clone()), (201, "checked".into()));
    assert_eq!(counts(&checked), [5, 0, 0, 0, 0]);
    assert_eq!(staff.records(OWN)["total"], 0);

    let applied = staff.load(&token, OWN, "", &list(&NAMES));
    assert_eq!((applied.status, applied.value()["state"].clone()), (201, "applied".into()));
    staff.wait_for("q=Angst", 5);
    let before = staff.records(OWN);

    let again = staff.load(&token, OWN, "", &list(&NAMES));
    assert_eq!(counts(&again), [0, 0, 5, 0, 0]);
    assert_eq!(staff.records(OWN), before);

    let path = again.field("location").replace(&staff.service.address, "");
    let told = staff.ask("GET", &path).by(&token).send();
    assert_eq!(told.value(), again.value());
    let listed = staff.ask("GET", &format!("{}?limit=2", imports(OWN))).by(&token).send().value();
    assert_eq!((listed["total"].clone(), listed["next_cursor"].is_string()), (3.into(), true));
    let more =
        format!("{}?limit=2&cursor={}", imports(OWN), listed["next_cursor"].as_str().unwrap());
    let more = staff.ask("GET", &more).by(&token).send().value();
    assert_eq!(more["items"][0]["state"], "checked");
    assert!(more["next_cursor"].is_null());
}

#[test]
fn a_list_that_looks_wrong_waits_for_a_yes_and_roll_back_restores_exactly() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    staff.load(&token, OWN, "", &list(&NAMES));
    let before = staff.records(OWN);

    // Two of five would be removed, more than 30 %.
    let held = staff.load(&token, OWN, "", &list(&["Licht", "Neuer Mut", "Wege"]));
    held.is_problem(409, "import_held");
    let problem = held.value();
    assert_eq!(problem["counts"]["removed"], 2);
    assert_eq!(staff.records(OWN), before);
    let confirm = problem["confirm_url"].as_str().unwrap().replace(&staff.service.address, "");
    // Somebody else cannot say yes.
    staff.ask("POST", &confirm).by(&staff.token(OTHER)).send().is_problem(404, "not_found");

    let confirmed = staff.ask("POST", &confirm).by(&token).send();
    assert_eq!(confirmed.value()["state"], "applied", "{}", confirmed.text);
    assert_eq!(staff.records(OWN)["total"], 3);
    staff.ask("POST", &confirm).by(&token).send().is_problem(409, "conflict");
    staff.wait_for("q=Neuer+Mut&interpret=false", 1);

    let undo = confirm.replace("/confirm", "/rollback");
    let undone = staff.ask("POST", &undo).by(&token).send().value();
    assert_eq!(undone["state"], "rolled_back");
    assert_eq!(staff.records(OWN), before);
    staff.wait_for("q=Neuer+Mut&interpret=false", 0);
    staff.ask("POST", &undo).by(&token).send().is_problem(409, "conflict");

    // Who does not want to wait follows a job, as with the list itself.
    let held = staff.load(&token, OWN, "", &list(&["Licht", "Neuer Mut", "Wege"])).value();
    let confirm = held["confirm_url"].as_str().unwrap().replace(&staff.service.address, "");
    let begun = staff.ask("POST", &confirm).by(&token).field("Prefer", "respond-async").send();
    assert_eq!(begun.status, 202, "{}", begun.text);
    assert!(begun.id().starts_with("job-"));
    let done = finished(&staff, &token, &begun);
    assert_eq!((&done["state"], &done["id"]), (&"applied".into(), &held["import_id"]), "{done}");
    assert_eq!(staff.records(OWN)["total"], 3);
}

/// What a list is silent about stays, whether the list was held or not.
#[test]
fn a_confirmed_list_keeps_what_it_does_not_speak_of() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let mut text = list(&NAMES).replace("Ort\n", "Ort;Ansprechpartner;hidden_terms\n");
    text = text.replace("Jena\n", "Jena;E. Beispiel;Lampenfieber\n");
    let loaded = staff.load(&token, OWN, "", &text);
    assert_eq!(loaded.status, 201, "{}", loaded.text);

    // The fourth row is faulty: its group stays, though the list no longer has it whole.
    let bad = list(&["Licht", "Mut neu", "Wege", "Halt"])
        .replace("Halt;Angst;07743", "Halt;Angst;0774333");
    let held = staff.load(&token, OWN, "", &bad);
    held.is_problem(409, "import_held");
    let confirm = held.value()["confirm_url"].as_str().unwrap().replace(&staff.service.address, "");
    assert_eq!(staff.ask("POST", &confirm).by(&token).send().status, 200);

    let records = staff.records(OWN);
    let of = |name: &str| {
        let found = records["items"].as_array().unwrap().iter().find(|g| g["name"] == name);
        found.unwrap_or_else(|| panic!("{name} is not in {records}")).clone()
    };
    assert_eq!(of("Mut neu")["contact_person"]["name"], "E. Beispiel");
    assert_eq!(of("Licht")["hidden_terms"][0], "Lampenfieber");
    of("Halt");
    assert_eq!(records["total"], 4);
}

#[test]
fn bad_rows_stay_out_and_too_many_hold_the_list() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let mut text = list(&["A1", "A2", "A3", "A4", "A5", "A6"]);
    text.push_str("x;Kaputt;Angst;045522;Jena\n");

    let some = staff.load(&token, OWN, "", &text);
    assert_eq!(some.status, 201, "{}", some.text);
    assert_eq!(counts(&some), [6, 0, 0, 0, 1]);
    let finding = &some.value()["findings"][0];
    assert_eq!((finding["row"].clone(), finding["column"].clone()), (8.into(), "PLZ".into()));
    assert!(finding["message"].as_str().unwrap().contains("keine Postleitzahl"), "{finding}");
    let path = some.field("location").replace(&staff.service.address, "");
    let english = staff.ask("GET", &format!("{path}?lang=en")).by(&token).send().value();
    assert_ne!(english["findings"][0]["message"], finding["message"]);

    text.push_str("y;Kaputt;Angst;045522;Jena\n");
    staff.load(&token, OWN, "", &text).is_problem(409, "import_held");
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place_and_changes_nothing() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    staff.load(&token, OWN, "", &list(&NAMES));
    let before = staff.records(OWN);
    let send = |media_type: &str, bytes: &[u8]| {
        let asked = staff.ask("POST", &imports(OWN)).by(&token).field("Content-Type", media_type);
        asked.bytes(bytes.to_vec())
    };

    let empty = send("text/csv", b"");
    empty.is_problem(422, "unprocessable");
    assert!(empty.value()["import_id"].is_string());
    send("application/octet-stream", b"%PDF-1.7 x").is_problem(422, "unprocessable");
    send("application/pdf", b"%PDF-1.7 x").is_problem(415, "unsupported_media_type");
    send("application/json", b"[{").is_problem(422, "unprocessable");
    let excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    send(excel, &vec![b'P'; (20 << 20) + 1]).is_problem(413, "payload_too_large");
    let form = "multipart/form-data; boundary=x";
    send(form, b"--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na\r\n--x--\r\n")
        .is_problem(400, "malformed_body");

    assert_eq!(staff.records(OWN), before);
    let left = std::fs::read_dir(staff.house.path("data/uploads")).unwrap().count();
    assert_eq!(left, 0, "a list that was read stays nowhere");
}

#[test]
fn a_form_and_a_file_of_unknown_kind_do_as_well() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let form = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"gruppen.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{}\r\n--x--\r\n",
        list(&["Licht"])
    );
    let asked = staff.ask("POST", &imports(OWN)).by(&token);
    let sent = asked.field("Content-Type", "multipart/form-data; boundary=x").body(&form);
    assert_eq!((sent.status, counts(&sent)), (201, [1, 0, 0, 0, 0]), "{}", sent.text);
    assert_eq!(sent.value()["source_name"], "gruppen.csv");

    let record = "{\"local_id\":\"n0\",\"name\":\"Licht\",\"topics\":[\"Angst\"]}\n";
    let asked = staff.ask("POST", &imports(OWN)).by(&token);
    let sent = asked.field("Content-Type", "application/octet-stream").body(record);
    assert_eq!(sent.status, 201, "{}", sent.text);
}

#[test]
fn the_same_key_gives_the_same_answer_and_another_file_with_it_none() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let send = |key: &str, text: &str| {
        let asked = staff.ask("POST", &imports(OWN)).by(&token).field("Content-Type", "text/csv");
        asked.field("Idempotency-Key", key).body(text)
    };

    let first = send("montag", &list(&NAMES));
    let second = send("montag", &list(&NAMES));

    assert_eq!((first.status, first.value()), (second.status, second.value()));
    send("montag", &list(&["Anders"])).is_problem(422, "unprocessable");
    let total = || staff.ask("GET", &imports(OWN)).by(&token).send().value()["total"].clone();
    assert_eq!(total(), 1);
    assert_ne!(send("dienstag", &list(&NAMES)).id(), first.id());
    // Another contact point's key is another key.
    let asked = staff.ask("POST", &imports(OTHER)).by(&staff.operator);
    let asked = asked.field("Content-Type", "text/csv").field("Idempotency-Key", "montag");
    assert_eq!(asked.body(&list(&["Anders"])).status, 201);
}

/// Where groups have numbers of their own, they keep their ids over any order, name and form.
#[test]
fn ids_stay_over_shuffled_renamed_and_reformatted_lists() {
    const GROUPS: usize = 40;
    let staff = Staff::start();
    let token = staff.token(OWN);
    let ids = || -> BTreeMap<String, String> {
        let path = format!("/v1/admin/contact-points/{OWN}/groups");
        let records = staff.ask("GET", &path).by(&token).send().value();
        let records = records["items"].as_array().expect("a list").clone();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        records.iter().map(|group| (text(&group["local_id"]), text(&group["id"]))).collect()
    };
    let mut names: Vec<String> = (0..GROUPS).map(|number| format!("Gruppe {number}")).collect();
    staff.load(&token, OWN, "", &list(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    let before = ids();
    assert_eq!(before.len(), GROUPS);
    let mut dice: u32 = 4;
    let mut throw = |sides: usize| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 8) as usize % sides
    };
    for round in 0..12 {
        let mut order: Vec<usize> = (0..GROUPS).collect();
        (1..GROUPS).rev().for_each(|at| order.swap(at, throw(at + 1)));
        let renamed: BTreeSet<usize> = (0..throw(GROUPS)).map(|_| throw(GROUPS)).collect();
        renamed.iter().for_each(|at| names[*at] = format!("Neuer Name {round}-{at}"));
        let mut text = match round % 3 {
            0 => "Ort,PLZ,Thema,Gruppenname,Nr\n".to_owned(),
            1 => "Nr\tGruppenname\tThema\tPLZ\tOrt\n".to_owned(),
            _ => String::new(),
        };
        for at in order {
            let name = &names[at];
            text.push_str(&match round % 3 {
                0 => format!("Jena,07743,Angst,{name},n{at}\n"),
                1 => format!("n{at}\t{name}\tAngst\t07743\tJena\n"),
                _ => format!(
                    "{{\"local_id\":\"n{at}\",\"name\":\"{name}\",\"topics\":[\"Angst\"],\
                     \"venue\":{{\"postcode\":\"07743\",\"town\":\"Jena\"}}}}\n"
                ),
            });
        }
        let media_type = if round % 3 == 2 { "application/x-ndjson" } else { "text/csv" };
        let asked = staff.ask("POST", &imports(OWN)).by(&token).field("Content-Type", media_type);

        let sent = asked.body(&text);

        assert_eq!(sent.status, 201, "round {round}: {}", sent.text);
        let [new, changed, _, removed, refused] = counts(&sent);
        assert_eq!([new, removed, refused], [0; 3], "round {round}");
        assert_eq!(changed, renamed.len() as u64, "round {round}: {}", sent.text);
        assert_eq!(ids(), before, "round {round}");
    }
}

/// F-27: whoever comes second compares with what the first one left.
#[test]
fn lists_sent_at_once_are_taken_one_after_the_other() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let lists: Vec<String> = (0..8)
        .map(|number| {
            let names: Vec<String> = (0..6).map(|at| format!("Gruppe {number}-{at}")).collect();
            list(&names.iter().map(String::as_str).collect::<Vec<_>>())
        })
        .collect();
    let replies: Vec<Reply> = thread::scope(|scope| {
        let sent: Vec<_> =
            lists.iter().map(|text| scope.spawn(|| staff.load(&token, OWN, "", text))).collect();
        sent.into_iter().map(|sent| sent.join().expect("an answer")).collect()
    });
    // The same six ids each time: the first is new, every other changes all six.
    let mut new = 0;
    for reply in &replies {
        let reply = finished(&staff, &token, reply);
        assert_eq!(reply["state"], "applied", "{reply}");
        new += reply["counts"]["new"].as_u64().expect("a number");
        let changed = reply["counts"]["changed"].as_u64().expect("a number");
        assert!(changed == 6 || reply["counts"]["new"] == 6, "{reply}");
    }
    assert_eq!(new, 6);
    let records = staff.records(OWN);
    let names: Vec<&str> =
        records["items"].as_array().unwrap().iter().map(|g| g["name"].as_str().unwrap()).collect();
    let whose = names[0].split('-').next().unwrap();
    assert_eq!(names.len(), 6);
    assert!(names.iter().all(|name| name.starts_with(whose)), "a mixture: {names:?}");
}

/// Follows a job to its end.
fn finished(staff: &Staff, token: &str, reply: &Reply) -> Value {
    if reply.status != 202 {
        return reply.value();
    }
    let path = reply.field("location").replace(&staff.service.address, "");
    loop {
        let told = staff.ask("GET", &path).by(token).send().value();
        if told["state"] != "running" {
            return told;
        }
        thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// API-30: a long one is told of while it runs, and searches go on meanwhile.
#[test]
fn a_long_import_goes_on_beside_the_searches() {
    let staff = Staff::start();
    let token = staff.token(OWN);
    let names: Vec<String> = (0..6_000).map(|number| format!("Gruppe {number}")).collect();
    let text = list(&names.iter().map(String::as_str).collect::<Vec<_>>());

    // A fast machine reads it within the second that is waited for; so the client asks not to wait.
    let asked = staff.ask("POST", &imports(OWN)).by(&token).field("Content-Type", "text/csv");
    let begun = asked.field("Prefer", "wait=10, Respond-Async; why=test").body(&text);

    assert_eq!(begun.status, 202, "{}", begun.text);
    assert_eq!(begun.field("preference-applied"), "respond-async");
    assert_eq!(begun.value()["state"], "running");
    assert!(begun.id().starts_with("job-"));
    assert_eq!(staff.service.total("q=Schlafapnoe"), 0, "searches are answered meanwhile");
    let done = finished(&staff, &token, &begun);
    assert_eq!(done["state"], "applied");
    assert_eq!((done["rows_read"].clone(), done["phase"].clone()), (6_000.into(), "done".into()));
    assert_eq!(done["changes"].as_array().unwrap().len(), 1_000);
}
