//! The room as a whole against a web host with every habit: the last good list stays, whatever
//! the host does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::testing::{Habit, WebHost};
use super::*;
use crate::catalogue::{
    Catalogue, ImportMode, ImportState, SourceResult, StoredSource, default_file,
};
use crate::import::report::Part;
use crate::import::testing::{comparison, contact_points, shared_context};
use crate::import::{
    ImportOrder, SourceSettings, change_of_staged, import_file, read_pages, read_source,
};

const POINT: &str = "ikos-jena";

struct House {
    _folder: TempDir,
    catalogue: Catalogue,
    host: WebHost,
    fetcher: Fetcher,
}

impl House {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Limits)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = default_file(folder.path());
        let catalogue = Catalogue::open(&file, contact_points()).await.expect("a catalogue");
        let mut limits = Limits {
            job: Duration::from_secs(20),
            request: Duration::from_secs(10),
            ..Limits::default()
        };
        change(&mut limits);
        Self {
            _folder: folder,
            catalogue,
            host: WebHost::start().await,
            fetcher: Fetcher::new(Reach::OwnMachine, limits, Some("https://www.example.org/")),
        }
    }

    async fn put(&self, path: &str, more: Value) {
        let mut settings = json!({"url": self.host.url(path)});
        let members = settings.as_object_mut().expect("an object");
        members.extend(more.as_object().expect("an object").clone());
        let point = POINT.parse().expect("a slug");
        let source = Source::check(&point, &settings, Approval::Operator, Reach::OwnMachine);
        put_source(&self.catalogue, &source.expect("right")).await.expect("entered");
    }

    async fn stored(&self) -> StoredSource {
        let point = POINT.parse().expect("a slug");
        self.catalogue.source(&point).await.expect("readable").expect("there")
    }

    /// Looks as the schedule does.
    async fn look(&self) -> Harvested {
        self.look_as(Manner {
            who: "schedule".into(),
            is_dry: false,
            is_conditional: true,
            is_confirmed: false,
        })
        .await
    }

    async fn look_as(&self, manner: Manner) -> Harvested {
        let read: Reader =
            Arc::new(|pages, settings| read_pages(pages, settings, shared_context()));
        let stored = self.stored().await;
        let comparison = comparison();
        let looked = run(&self.fetcher, &self.catalogue, &stored, &read, comparison, &manner);
        looked.await.expect("a catalogue")
    }

    async fn names(&self) -> Vec<String> {
        let groups = self.catalogue.snapshot().await.expect("readable").groups;
        let mut names: Vec<String> = groups.iter().map(|group| group.name).collect();
        names.sort();
        names
    }

    async fn imports(&self) -> usize {
        self.catalogue.imports(None).await.expect("readable").len()
    }
}

/// A list of so many groups.
fn list(count: usize) -> String {
    let rows = (1..=count).map(|n| format!("g{n};Gruppe {n};Angst;07743;Jena\n"));
    format!("local_id;name;topics;venue.postcode;venue.town\n{}", rows.collect::<String>())
}

/// Returns the rule of what went wrong with the list as a whole.
fn rule(harvested: &Harvested) -> &'static str {
    let report = harvested.report.as_ref().expect("a report");
    report.all_findings().filter(|f| f.row.is_none()).last().map_or("", |finding| finding.rule.id)
}

const OK: u16 = 200;

/// Every way in which a host can fail: the look ends in time, the groups stay, and the second
/// time somebody is told (F-28).
#[tokio::test]
async fn whatever_a_host_does_the_last_good_list_stays() {
    let shop = "<!DOCTYPE html><html><body><h1>Wartungsarbeiten</h1></body></html>";
    type Set = fn(&WebHost);
    let cases: [(&str, Set, &str); 19] = [
        ("gone", |h| h.on("/l.csv", 404, &[], ""), "source-status"),
        ("broken", |h| h.on("/l.csv", 500, &[], ""), "source-status"),
        ("closed", |h| h.on("/l.csv", 401, &[("WWW-Authenticate", "Basic")], ""), "source-status"),
        ("busy", |h| h.on("/l.csv", 429, &[("Retry-After", "7200")], ""), "source-asks-to-wait"),
        ("down", |h| h.on("/l.csv", 503, &[("Retry-After", "60")], ""), "source-asks-to-wait"),
        ("nothing changed, unasked", |h| h.on("/l.csv", 304, &[], ""), "source-status"),
        ("half of it", |h| h.on("/l.csv", 206, &[], &list(9)), "source-status"),
        ("endless", |h| h.habit("/l.csv", Habit::Endless), "source-too-large"),
        (
            "said to be large",
            |h| {
                let head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
                h.habit("/l.csv", Habit::Bytes(head));
            },
            "source-too-large",
        ),
        ("dripping", |h| h.habit("/l.csv", Habit::Dripping(100)), "source-too-slow"),
        ("silent", |h| h.habit("/l.csv", Habit::Silent), "source-too-slow"),
        (
            "broken off",
            |h| {
                let text = format!("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{}", list(9));
                h.habit("/l.csv", Habit::Bytes(text.into_bytes()));
            },
            "source-unreachable",
        ),
        (
            "no HTTP",
            |h| h.habit("/l.csv", Habit::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec())),
            "source-unreachable",
        ),
        ("in circles", |h| h.on("/l.csv", 302, &[("Location", "/l.csv")], ""), "source-redirects"),
        ("to nowhere", |h| h.on("/l.csv", 302, &[], ""), "source-status"),
        (
            "away",
            |h| h.on("/l.csv", 302, &[("Location", "https://www.example.org/")], ""),
            "source-host-not-approved",
        ),
        (
            "into the house",
            |h| h.on("/l.csv", 302, &[("Location", "http://169.254.169.254/")], ""),
            "source-address-refused",
        ),
        ("empty", |h| h.on("/l.csv", OK, &[], ""), "file-empty"),
        ("an empty list", |h| h.on("/l.csv", OK, &[], "local_id;name;topics\n"), "no-records"),
    ];
    for (name, set, expected) in cases {
        let house = House::with(|limits| {
            limits.request = Duration::from_millis(1500);
            limits.page_bytes = 1 << 20;
        })
        .await;
        house.host.on("/l.csv", OK, &[], &list(10));
        house.put("/l.csv", json!({})).await;
        assert_eq!(house.look().await.result, SourceResult::Updated, "{name}");
        let good = house.stored().await.history;
        set(&house.host);
        let begun = Instant::now();

        let first = house.look().await;
        assert_eq!((first.result, rule(&first)), (SourceResult::Failed, expected), "{name}");
        assert!(!first.is_alert(), "{name}");
        let second = house.look().await;
        assert_eq!(
            (second.result, second.failures, second.is_alert()),
            (SourceResult::Failed, 2, true),
            "{name}"
        );

        assert!(begun.elapsed() < Duration::from_secs(15), "{name}: {:?}", begun.elapsed());
        assert_eq!(house.names().await.len(), 10, "{name}");
        let history = house.stored().await.history;
        assert_eq!(history.succeeded_at, good.succeeded_at, "{name}");
        assert_eq!(history.cause.map(|cause| cause.rule).as_deref(), Some(rule(&second)), "{name}");
        house.host.on("/l.csv", OK, &[], &list(10));
        house.host.on("/robots.txt", 404, &[], "");
        if expected != "source-asks-to-wait" {
            let again = house.look().await;
            assert_eq!((again.result, again.failures), (SourceResult::Unchanged, 0), "{name}");
        }
    }
    // Status 200 with a page that is no list.
    for (path, more, expected) in [
        ("/a.csv", json!({}), "source-not-a-list"),
        ("/a", json!({"format": "json"}), "source-not-a-list"),
        ("/a", json!({"selectors": {"group": "li.gruppe", "name": "b"}}), "no-records"),
    ] {
        let house = House::new().await;
        house.host.on(path, OK, &[("Content-Type", "text/html")], shop);
        house.put(path, more).await;
        let look = house.look().await;
        assert_eq!((look.result, rule(&look)), (SourceResult::Failed, expected), "{path}");
    }
}

/// A page whose layout has changed gives nothing, or half: neither takes groups away.
#[tokio::test]
async fn a_list_that_lost_much_is_held_until_a_person_decides() {
    let house = House::new().await;
    house.host.on("/l.csv", OK, &[], &list(10));
    house.put("/l.csv", json!({})).await;
    house.look().await;
    house.host.on("/l.csv", OK, &[], &list(6));

    let held = house.look().await;
    assert_eq!((held.result, rule(&held)), (SourceResult::Held, "held-too-many-removals"));
    assert_eq!(house.names().await.len(), 10);
    let imports = house.imports().await;
    let again = house.look().await;
    assert_eq!((again.result, again.report), (SourceResult::Held, None));
    assert_eq!(house.imports().await, imports, "one hold is enough");

    let import = house.stored().await.history.import_id.expect("held");
    let staged = house.catalogue.staged(import).await.expect("staged");
    let point = POINT.parse().expect("a slug");
    let transaction = house.catalogue.begin_import(&point).await.expect("begun");
    let today = jiff::civil::date(2026, 6, 1);
    let mode = crate::catalogue::ImportMode::Replace;
    let change = change_of_staged(transaction.current(), staged, mode, today);
    transaction.apply_held(import, change).await.expect("confirmed");
    assert_eq!(house.look().await.result, SourceResult::Unchanged);
    assert_eq!(house.names().await.len(), 6);

    house.host.on("/l.csv", OK, &[], &list(2));
    assert_eq!(house.look().await.result, SourceResult::Held);
    let yes =
        Manner { who: "test".into(), is_dry: false, is_conditional: false, is_confirmed: true };
    assert_eq!(house.look_as(yes).await.result, SourceResult::Updated);
    assert_eq!(house.names().await.len(), 2);
}

/// Two uploads and a harvest for one contact point at once, a thousand times: each is taken as a
/// whole, one after the other, and none is lost (F-27).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_uploads_and_a_harvest_at_once_are_taken_one_after_the_other() {
    const RACES: usize = 1_000;
    let named = |who: &str, race: usize| {
        let rows = (1..=4).map(|n| format!("g{n};{who} {race}-{n};Angst;07743;Jena\n"));
        format!("local_id;name;topics;venue.postcode;venue.town\n{}", rows.collect::<String>())
    };
    let house = Arc::new(House::new().await);
    house.put("/l.csv", json!({})).await;
    let mut applied = 0;
    for race in 0..RACES {
        house.host.on("/l.csv", OK, &[], &named("Ernte", race));
        let upload = |who: &'static str| {
            let (house, list) = (Arc::clone(&house), named(who, race));
            tokio::spawn(async move {
                let mut settings = SourceSettings::named("liste.csv");
                settings.contact_point = POINT.parse().ok();
                let read = read_source(list.as_bytes(), &settings, shared_context());
                let mode = ImportMode::Replace;
                let order = ImportOrder { mode, who: who.into(), is_confirmed: false };
                let report = import_file(read, &house.catalogue, &order, comparison()).await;
                report.expect("a catalogue").parts.remove(0)
            })
        };
        let (one, other) = (upload("Büro"), upload("Vertretung"));
        let looking = Arc::clone(&house);
        let look = tokio::spawn(async move { looking.look().await });
        let mut parts = vec![one.await.expect("ended"), other.await.expect("ended")];
        let mut look = look.await.expect("ended");
        assert_eq!(look.result, SourceResult::Updated, "race {race}");
        parts.append(&mut look.report.as_mut().expect("a report").parts);

        // Each finds the whole list of the one before it.
        let is_first = |part: &Part| part.counts.new == 4 && part.counts.changed == 0;
        let is_next = |part: &Part| part.counts.new == 0 && part.counts.changed == 4;
        let firsts = parts.iter().filter(|part| is_first(part)).count();
        assert_eq!(firsts, usize::from(race == 0), "race {race}");
        assert_eq!(parts.iter().filter(|part| is_next(part)).count(), 3 - firsts, "race {race}");
        applied += parts.iter().filter(|part| part.state == ImportState::Applied).count();
        let names = house.names().await;
        let last = names[0].split('-').next().expect("a name").to_owned();
        assert_eq!(names, [1, 2, 3, 4].map(|n| format!("{last}-{n}")), "race {race}: a mixture");
    }
    assert_eq!(applied, 3 * RACES);
    assert_eq!(house.imports().await, 3 * RACES, "every one stands in the history");
}

/// An office's server is asked politely, and not at all for what it has not changed.
#[tokio::test]
async fn an_unchanged_list_costs_nothing() {
    let house = House::new().await;
    let stamp = "Wed, 21 Oct 2026 07:28:00 GMT";
    let headers = [("ETag", "\"v1\""), ("Last-Modified", stamp)];
    house.host.on("/l.csv", OK, &headers, &list(10));
    house.put("/l.csv", json!({"interval_hours": 6})).await;
    let first = house.look().await;
    assert_eq!(first.result, SourceResult::Updated);
    let head = house.host.requests().remove(0).to_lowercase();
    assert!(head.contains("user-agent: wegweiser/"), "{head}");
    assert!(head.contains("(+https://www.example.org/)") && !head.contains("cookie"), "{head}");
    assert!(!head.contains("if-none-match") && !head.contains("referer"), "{head}");
    let imports = house.imports().await;

    // Another body proves that it is not read.
    house.host.on("/l.csv", 304, &headers, "");
    let second = house.look().await;
    assert_eq!((second.result, second.report), (SourceResult::Unchanged, None));
    let head = house.host.requests().remove(1).to_lowercase();
    assert!(head.contains("if-none-match: \"v1\""), "{head}");
    assert!(head.contains(&format!("if-modified-since: {stamp}").to_lowercase()), "{head}");

    // A host without tags sends it again: the same bytes are not imported again.
    house.host.on("/l.csv", OK, &[], &list(10));
    assert_eq!(house.look().await.result, SourceResult::Unchanged);
    assert_eq!(house.imports().await, imports);
    let by_hand =
        Manner { who: "test".into(), is_dry: false, is_conditional: false, is_confirmed: false };
    let read = house.look_as(by_hand).await;
    assert_eq!((read.result, read.report.is_some()), (SourceResult::Unchanged, true));
    let history = house.stored().await.history;
    let pause = history.next_at.expect("due") - history.attempted_at.expect("asked");
    assert_eq!(pause.total(jiff::Unit::Hour).expect("hours"), 6.0);
    assert_eq!(house.host.robots_requests(), 1);
}

#[tokio::test]
async fn a_dry_look_writes_nothing() {
    let house = House::new().await;
    house.host.on("/l.csv", OK, &[], &list(10));
    house.put("/l.csv", json!({})).await;
    let before = house.stored().await;
    let dry = house
        .look_as(Manner {
            who: "test".into(),
            is_dry: true,
            is_conditional: false,
            is_confirmed: false,
        })
        .await;
    assert_eq!(dry.result, SourceResult::Updated);
    assert_eq!(dry.report.expect("one").parts[0].state, ImportState::Checked);
    assert_eq!(house.stored().await, before);
    assert_eq!((house.names().await.len(), house.imports().await), (0, 0));
}

#[tokio::test]
async fn robots_txt_is_obeyed() {
    for (status, text, result, expected) in [
        (OK, "User-agent: *\nDisallow: /\n", SourceResult::Failed, "source-robots-disallowed"),
        (
            OK,
            "User-agent: *\nDisallow: /\n\nUser-agent: wegweiser\nAllow: /l.csv\n",
            SourceResult::Updated,
            "",
        ),
        (404, "", SourceResult::Updated, ""),
        (403, "", SourceResult::Updated, ""), // there are no rules to be had
        (500, "", SourceResult::Failed, "source-robots-unknown"),
    ] {
        let house = House::new().await;
        house.host.on("/robots.txt", status, &[], text);
        house.host.on("/l.csv", OK, &[], &list(10));
        house.put("/l.csv", json!({})).await;
        let look = house.look().await;
        assert_eq!((look.result, rule(&look)), (result, expected), "{status} {text}");
        assert_eq!(house.host.requests().len(), usize::from(expected.is_empty()), "{text}");
    }
    // A redirect into what is forbidden is forbidden too.
    let house = House::new().await;
    house.host.on("/robots.txt", 301, &[("Location", "/regeln.txt")], "");
    house.host.on("/regeln.txt", OK, &[], "User-agent: *\nDisallow: /intern");
    house.host.on("/l.csv", 302, &[("Location", "/intern/l.csv")], "");
    house.host.on("/intern/l.csv", OK, &[], &list(10));
    house.put("/l.csv", json!({})).await;
    assert_eq!(rule(&house.look().await), "source-robots-disallowed");
}

#[tokio::test]
async fn a_host_that_asks_for_a_pause_gets_it() {
    let house = House::new().await;
    house.host.on("/l.csv", 429, &[("Retry-After", "7200")], "");
    house.put("/l.csv", json!({})).await;
    let look = house.look().await;
    let stored = house.stored().await;
    let pause = stored.history.next_at.expect("due") - stored.history.attempted_at.expect("asked");
    assert!(pause.total(jiff::Unit::Second).expect("seconds") >= 7199.0, "{pause}");
    assert_eq!(look.next_at, stored.history.next_at);
    let asked = house.host.requests().len();
    house.host.on("/l.csv", OK, &[], &list(10));
    assert_eq!(rule(&house.look().await), "source-asks-to-wait");
    assert_eq!(house.host.requests().len(), asked, "not even asked");
}

/// Redirects within the house are normal; where they end counts for relative links.
#[tokio::test]
async fn a_redirect_to_the_same_host_is_followed() {
    let house = House::new().await;
    house.host.on("/alt.csv", 301, &[("Location", "neu/l.csv")], "");
    house.host.on("/neu/l.csv", OK, &[], &list(10));
    house.put("/alt.csv", json!({})).await;
    assert_eq!(house.look().await.result, SourceResult::Updated);
}

/// What the host says about letters is often wrong; the letters themselves are not.
#[tokio::test]
async fn a_wrong_charset_breaks_no_umlaut() {
    let text = "local_id;name;topics\na;Größe über Öl;Angst\n";
    let old = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    for (said, bytes) in [
        ("text/csv; charset=iso-8859-1", text.as_bytes().to_vec()),
        ("text/csv; charset=utf-8", old.clone()),
        ("text/plain", old),
    ] {
        let house = House::new().await;
        house.host.bytes("/l.csv", OK, &[("Content-Type", said)], &bytes);
        house.put("/l.csv", json!({})).await;
        house.look().await;
        assert_eq!(house.names().await, ["Größe über Öl"], "{said}");
    }
}

#[tokio::test]
async fn every_format_is_read() {
    let group = json!({"local_id": "a", "name": "Lichtblick", "topics": ["Angst"]});
    let html = "<html><head><title>Gruppen</title></head><ul><li class=g><b>Lichtblick</b>\
                <i>Angst</i><a href='/lichtblick'>mehr</a></ul></html>";
    let jsonld = "<html><script type='application/ld+json'>{\"@type\": \"NGO\", \"name\": \
                  \"Lichtblick\", \"keywords\": \"Angst\"}</script></html>";
    let selectors =
        json!({"selectors": {"group": "li.g", "name": "b", "topics": "i", "website": "a@href"}});
    let none = json!({});
    for (path, media_type, body, more, kind) in [
        ("/l.csv", "text/csv", "Gruppenname;Thema\nLichtblick;Angst\n".to_owned(), &none, "feed"),
        ("/l", "text/csv", "Gruppenname;Thema\nLichtblick;Angst\n".to_owned(), &none, "feed"),
        ("/l", "text/plain", "Gruppenname;Thema\nLichtblick;Angst\n".to_owned(), &none, "feed"),
        ("/l.json", "application/json", json!({"groups": [group]}).to_string(), &none, "feed"),
        ("/l", "application/json", json!([group]).to_string(), &none, "feed"),
        ("/l.ndjson", "application/x-ndjson", group.to_string(), &none, "feed"),
        ("/l", "application/x-ndjson", group.to_string(), &none, "feed"),
        ("/l.php", "text/html", html.to_owned(), &selectors, "page"),
        ("/l", "text/html", jsonld.to_owned(), &json!({"format": "json-ld"}), "page"),
        ("/l", "text/html", jsonld.to_owned(), &none, "feed"),
    ] {
        let house = House::new().await;
        house.host.on(path, OK, &[("Content-Type", media_type)], &body);
        house.put(path, more.clone()).await;
        let look = house.look().await;
        assert_eq!(look.result, SourceResult::Updated, "{path} {media_type}: {:?}", look.report);
        let groups = house.catalogue.snapshot().await.expect("readable").groups;
        assert_eq!(groups.len(), 1, "{path} {media_type}");
        let group = groups.get(0);
        assert_eq!((group.name.as_str(), group.topics.concat().as_str()), ("Lichtblick", "Angst"));
        assert_eq!(group.source.kind.as_str(), kind, "{path} {media_type}");
        if path == "/l.php" {
            // A link within their site is no link on ours.
            let there = house.host.url("/lichtblick");
            assert_ne!(group.website.as_deref(), Some("https://lichtblick"));
            assert!(group.website.is_none() || group.website == Some(there));
        }
    }
    let house = House::new().await;
    let sheet = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/groups");
    let sheet = std::fs::read_dir(sheet).expect("fixtures").flatten().find_map(|folder| {
        let files = std::fs::read_dir(folder.path()).ok()?.flatten();
        files.map(|file| file.path()).find(|path| path.extension().is_some_and(|e| e == "xlsx"))
    });
    let sheet = std::fs::read(sheet.expect("an XLSX among the fixtures")).expect("readable");
    house.host.bytes("/l.xlsx", OK, &[], &sheet);
    house.put("/l.xlsx", json!({})).await;
    house.look().await;
    assert!(!house.names().await.is_empty());
}

fn page(names: &[&str], rest: &str) -> String {
    let entries: String = names.iter().map(|name| format!("<li class=g>{name}</li>")).collect();
    format!("<html><body><ul>{entries}</ul>{rest}</body></html>")
}

#[tokio::test]
async fn a_list_on_several_pages_is_one_list() {
    let selectors =
        json!({"selectors": {"group": "li.g", "name": "", "next": "a.weiter", "pages": "nav a"}});
    let house = House::new().await;
    let letters = "<nav><a href='?b=A'>A</a><a href='/l?b=B'>B</a></nav>";
    let next = "<a class=weiter href='?seite=2#oben'>weiter</a>";
    house.host.on(
        "/l",
        OK,
        &[("ETag", "\"1\"")],
        &page(&["Angst", "Asthma"], &format!("{letters}{next}")),
    );
    house.host.on(
        "/l?seite=2",
        OK,
        &[],
        &page(&["Diabetes"], "<a class=weiter href='#'>weiter</a>"),
    );
    house.host.on("/l?b=A", OK, &[], &page(&["Adipositas"], next));
    house.host.on(
        "/l?b=B",
        OK,
        &[],
        &page(&["Borreliose"], "<a class=weiter href='/l'>an den Anfang</a>"),
    );
    house.put("/l", selectors.clone()).await;

    let look = house.look().await;
    assert_eq!((look.result, look.pages), (SourceResult::Updated, 4));
    assert_eq!(house.names().await, ["Adipositas", "Angst", "Asthma", "Borreliose", "Diabetes"]);
    assert_eq!(house.stored().await.history.etag, None, "it speaks of one page only");

    // One page that fails fails all: half a list would take groups away.
    house.host.on("/l?b=B", 500, &[], "");
    assert_eq!(house.look().await.result, SourceResult::Failed);
    assert_eq!(house.names().await.len(), 5);

    // A link that leads away is not followed.
    let away = "<a class=weiter href='https://www.example.org/l'>weiter</a>";
    house.host.on("/l", OK, &[], &page(&["Angst"], away));
    assert_eq!(rule(&house.look().await), "source-host-not-approved");
}

#[tokio::test]
async fn pages_without_end_are_no_list() {
    let house = House::with(|limits| limits.pages = 7).await;
    for n in 0..10 {
        let next = format!("<a class=n href='/l?p={}'>weiter</a>", n + 1);
        house.host.on(&format!("/l?p={n}"), OK, &[], &page(&["Angst"], &next));
    }
    house.put("/l?p=0", json!({"selectors": {"group": "li.g", "name": "", "next": "a.n"}})).await;
    assert_eq!(rule(&house.look().await), "source-too-many-pages");
    assert_eq!(house.host.requests().len(), 7);
}

#[tokio::test]
async fn a_look_ends_in_time_though_each_page_does() {
    let house = House::with(|limits| {
        limits.job = Duration::from_millis(400);
        limits.request = Duration::from_millis(300);
    })
    .await;
    house.host.habit("/robots.txt", Habit::Silent);
    house.put("/l.csv", json!({})).await;
    let begun = Instant::now();
    assert_eq!(rule(&house.look().await), "source-too-slow");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_feed_may_name_its_next_page_in_a_header() {
    let house = House::new().await;
    let link = [("Link", "</l.json?p=2>; rel=\"next\"")];
    house.host.on("/l.json", OK, &link, r#"[{"name": "A", "topics": ["Angst"]}]"#);
    let rows = ["B", "C", "D", "E"].map(|name| json!({"name": name, "topics": ["Angst"]}));
    let rows = Value::Array(rows.into_iter().chain([json!({"name": ""})]).collect());
    house.host.on("/l.json?p=2", OK, &[], &rows.to_string());
    house.put("/l.json", json!({})).await;
    let look = house.look().await;
    assert_eq!(house.names().await.len(), 5, "{look:?}");
    let report = look.report.expect("one");
    assert_eq!((report.rows_read, report.rows_refused), (6, 1));
    assert!(report.findings.iter().any(|finding| finding.row == Some(6)), "rows count on");
}

/// A source may speak for its own contact point only.
#[tokio::test]
async fn a_source_touches_no_other_contact_points_groups() {
    let house = House::new().await;
    let rows = [
        r#"{"contact_point": "kiss-dresden", "name": "Fremd", "topics": ["Angst"]}"#,
        r#"{"name": "Eins", "topics": ["Angst"]}"#,
        r#"{"name": "Zwei", "topics": ["Angst"]}"#,
        r#"{"name": "Drei", "topics": ["Angst"]}"#,
        r#"{"name": "Vier", "topics": ["Angst"]}"#,
        r#"{"name": "Fünf", "topics": ["Angst"]}"#,
    ];
    house.host.on("/l.ndjson", OK, &[], &rows.join("\n"));
    house.put("/l.ndjson", json!({})).await;
    let look = house.look().await;
    let groups = house.catalogue.snapshot().await.expect("readable").groups;
    assert_eq!(groups.len(), 5, "{look:?}");
    assert!(groups.iter().all(|group| group.contact_point.as_str() == POINT));
}

/// What was entered before a rule became stricter is refused when it is used.
#[tokio::test]
async fn settings_that_are_wrong_by_now_are_told() {
    let house = House::new().await;
    let point = POINT.parse().expect("a slug");
    let settings = json!({"url": "http://10.0.0.1/l.csv"});
    house.catalogue.put_source(&point, &settings).await.expect("entered");
    let look = house.look().await;
    assert_eq!((look.result, rule(&look)), (SourceResult::Failed, "source-address-refused"));
    assert_eq!(house.look().await.failures, 2);
}
