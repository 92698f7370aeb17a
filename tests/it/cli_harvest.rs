//! Contact points' own feeds and pages are taken over by themselves, by hand and on a schedule.

#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::cli_support::House;

/// A web host on this machine; what is not on it is 404.
pub struct WebHost {
    /// Where it is.
    pub address: String,
    pages: Arc<Mutex<BTreeMap<String, String>>>,
}

impl WebHost {
    /// Starts one without pages.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let pages: Arc<Mutex<BTreeMap<String, String>>> = Arc::default();
        let known = Arc::clone(&pages);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let known = Arc::clone(&known);
                std::thread::spawn(move || answer(&stream, &known));
            }
        });
        Self { address, pages }
    }

    /// Answers a path so from now on.
    pub fn put(&self, path: &str, text: &str) {
        self.pages.lock().unwrap().insert(path.to_owned(), text.to_owned());
    }

    /// Answers nothing from now on.
    pub fn clear(&self) {
        self.pages.lock().unwrap().clear();
    }
}

fn answer(mut stream: &TcpStream, pages: &Mutex<BTreeMap<String, String>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let path = first.split(' ').nth(1).unwrap_or_default();
    let page = pages.lock().unwrap().get(path).cloned();
    let (status, body) = page.map_or((404, String::new()), |page| (200, page));
    let head = format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).ok();
}

/// Writes a list of so many groups.
pub fn list(name: &str, count: usize) -> String {
    let rows = (1..=count).map(|n| format!("L{n};{name} {n};Angst;07743;Jena\n"));
    format!("local_id;name;topics;venue.postcode;venue.town\n{}", rows.collect::<String>())
}

/// Writes a `source.json` and returns its name.
fn source(house: &House, contact_point: &str, url: &str) -> String {
    let name = format!("{contact_point}.json");
    let settings = json!({"contact_point": contact_point, "url": url, "agreement": "2026/1"});
    fs::write(house.path(&name), settings.to_string()).unwrap();
    name
}

#[test]
fn a_running_service_takes_over_what_an_office_publishes() {
    let (house, host) = (House::new(), WebHost::start());
    let service = house.serve(&["--no-example-data", "--harvest-loopback"]);
    host.put("/gruppen.csv", &list("Angstgruppe", 5));
    let file = source(&house, "ikos-jena", &format!("{}/gruppen.csv?key=geheim", host.address));
    host.put("/gruppen.csv?key=geheim", &list("Angstgruppe", 5));

    house.run_to(0, &["harvest", "--put", &file, "--allow-loopback"]);

    service.wait_until("the groups are found", |service| service.total("q=Angstgruppe") == 5);
    let listed = house.run_to(0, &["harvest", "--list", "--json"]).json();
    assert_eq!(listed[0]["result"], "updated", "{listed}");
    // It answers again, and its list is gone: the groups stay, and the doctor tells.
    host.clear();
    let by_hand = ["harvest", "--contact-point", "ikos-jena", "--allow-loopback"];
    let failed = house.run_to(2, &by_hand);
    assert!(failed.out().contains("antwortet mit Status 404"), "{}", failed.out());
    assert!(house.run_to(0, &["doctor"]).out().contains("none in trouble"));
    house.run_to(2, &by_hand);
    let doctor = house.run_to(1, &["doctor"]);
    assert!(doctor.out().contains("ikos-jena failed 2 times in a row"), "{}", doctor.out());
    assert_eq!(service.total("q=Angstgruppe"), 5);
    #[cfg(unix)]
    {
        let (_, log) = service.stop();
        assert!(log.contains("looked at the sources"), "{log}");
        assert!(!log.contains("geheim") && !log.contains("gruppen.csv"), "{log}");
    }
}

/// As many sources as there are contact points.
#[test]
fn a_harvest_of_all_contact_points_finishes_and_reports() {
    let (house, host) = (House::new(), WebHost::start());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/groups");
    let mut points: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| fs::metadata(format!("{folder}/{name}")).unwrap().is_dir())
        .collect();
    points.sort();
    points.truncate(41);
    assert_eq!(points.len(), 41);
    let mut arguments = vec!["harvest".to_owned(), "--allow-loopback".to_owned()];
    for point in &points {
        host.put(&format!("/{point}.csv"), &list(point, 3));
        let file = source(&house, point, &format!("{}/{point}.csv", host.address));
        arguments.extend(["--put".to_owned(), file]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    house.run_to(0, &arguments);
    let dry = house.run_to(0, &["harvest", "--all", "--dry-run", "--allow-loopback", "--json"]);
    assert_eq!(dry.json().as_array().unwrap().len(), 41);
    assert_eq!(house.run_to(0, &["harvest", "--list", "--json"]).json()[0]["result"], Value::Null);

    let told = house.run_to(0, &["harvest", "--allow-loopback", "--json"]);

    let told = told.json();
    let results: Vec<&Value> = told.as_array().unwrap().iter().map(|one| &one["result"]).collect();
    assert_eq!(results, vec!["updated"; 41]);
    assert_eq!(told[0]["report"]["imports"][0]["counts"]["new"], 3);
    assert_eq!(house.names().len(), 41 * 3);
    let again = house.run_to(0, &["harvest", "--allow-loopback"]).out();
    assert!(again.contains("0 Quellen"), "nothing is due: {again}");
    let all = house.run_to(0, &["harvest", "--all", "--allow-loopback"]).out();
    assert!(all.contains("41 Quellen: 0 übernommen, 41 unverändert"), "{all}");
}

#[test]
fn a_wrong_source_is_refused_with_its_member_and_nothing_is_entered() {
    let house = House::new();
    let good = source(&house, "ikos-jena", "https://www.example.org/gruppen.csv");
    for (settings, says) in [
        (json!({"contact_point": "kiss-dresden", "url": "http://127.0.0.1/a.csv"}), "https://"),
        (
            json!({"contact_point": "kiss-dresden", "url": "https://example.org/", "intervall": 3}),
            "intervall",
        ),
    ] {
        fs::write(house.path("wrong.json"), settings.to_string()).unwrap();
        let ended = house.run_to(2, &["harvest", "--put", &good, "--put", "wrong.json"]);
        assert!(
            ended.out().contains("wrong.json") && ended.out().contains(says),
            "{}",
            ended.out()
        );
    }
    assert!(house.run_to(0, &["harvest", "--list"]).out().contains("Keine Quellen"));
    let unknown = house.run_to(2, &["harvest", "--contact-point", "ikos-jena"]);
    assert!(unknown.err().contains("has no source"), "{}", unknown.err());
    house.run_to(0, &["harvest", "--put", &good]);
    house.run_to(0, &["harvest", "--remove", "ikos-jena"]);
    house.run_to(2, &["harvest", "--remove", "ikos-jena"]);
}
