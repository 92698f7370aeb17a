//! A real service on a free port over a generation built from a few groups.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::{date, time};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use wegweiser::catalogue::{Snapshot, Tombstone};
use wegweiser::domain::{
    Audience, Catchment, Contact, Coordinates, Cost, Format, Gender, Group, GroupId, Language,
    Meeting, OpenForNew, Precision, Publish, Recurrence, Source, SourceKind, Status, Venue,
    Wheelchair,
};
use wegweiser::http::{Bound, ServerSettings, serve};
use wegweiser::index::{GenerationStore, Plan};
use wegweiser::reference::Reference;
use wegweiser::search::Searcher;

/// Returns the tables, read once per process.
pub fn reference() -> Arc<Reference> {
    static TABLES: OnceLock<Arc<Reference>> = OnceLock::new();
    TABLES.get_or_init(|| Arc::new(Reference::embedded().expect("the tables are right"))).clone()
}

/// Returns an invented group of `contact_point` in Jena.
pub fn group(contact_point: &str, local_id: &str, name: &str, topics: &[&str]) -> Group {
    let contact_point = contact_point.parse().expect("a slug");
    Group {
        id: GroupId::of(&contact_point, local_id),
        contact_point,
        local_id: local_id.to_owned(),
        name: name.to_owned(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        description: Some(format!("{name} trifft sich zum Gespräch.")),
        descriptions: BTreeMap::new(),
        audience: [Audience::Affected].into(),
        age_groups: [].into(),
        age_min: None,
        age_max: None,
        gender: Gender::All,
        languages: vec![Language::german()],
        format: Format::InPerson,
        meeting: Meeting::default(),
        venue: Some(Venue {
            name: Some("Haus der Begegnung".to_owned()),
            street: Some("Beispielweg 1".to_owned()),
            postcode: "07743".parse().ok(),
            town: Some("Jena".to_owned()),
            district: "16053".parse().ok(),
            point: Coordinates::new(50.93, 11.59).ok(),
            precision: Some(Precision::Postcode),
            municipality_point: Coordinates::new(50.927, 11.587).ok(),
            publish: Publish::Exact,
        }),
        catchment: Catchment::District,
        status: Status::Active,
        wheelchair: Wheelchair::Unknown,
        website: None,
        contact: Contact::default(),
        contact_person: None,
        organisation: None,
        cost: Cost::Free,
        cost_note: None,
        open_for_new: OpenForNew::Yes,
        consent: None,
        verified_on: None,
        source: Source {
            kind: SourceKind::Upload,
            url: None,
            fetched_on: None,
            content_hash: None,
        },
        duplicate_of: None,
        hidden_terms: Vec::new(),
        updated_at: "2026-10-01T08:00:00Z".parse().expect("a moment"),
    }
}

/// Returns the groups that most tests need; the first one is that of the document's examples.
pub fn some_groups() -> Vec<Group> {
    let mut first = group("ikos-jena", "lichtblick", "Lichtblick", &["Mukoviszidose"]);
    first.meeting = Meeting {
        text: Some("jeden 2. Dienstag im Monat, 18 bis 20 Uhr".to_owned()),
        rule: Recurrence::parse("FREQ=MONTHLY;BYDAY=2TU"),
        starts: Some(time(18, 0, 0, 0)),
        ends: Some(time(20, 0, 0, 0)),
        by_appointment: false,
    };
    let english = "en".parse().expect("a tag");
    first.descriptions = [(english, "We meet to talk.".to_owned())].into();
    let mut formula =
        group("ikos-jena", "formel", "=Rechnen; \"und\" <b>reden</b>", &["Angst", "Panik"]);
    formula.venue = None;
    formula.format = Format::Online;
    vec![
        first,
        formula,
        group("kiss-dresden", "zucker", "Süßer Alltag", &["Diabetes mellitus"]),
        group("kiss-dresden", "ruhe", "Ruhepol", &["Depression"]),
    ]
}

/// The id of the group that is gone.
pub fn gone_id() -> GroupId {
    GroupId::of(&"ikos-jena".parse().expect("a slug"), "gegangen")
}

/// The id of the group that was merged into the first one.
pub fn merged_id() -> GroupId {
    GroupId::of(&"ikos-jena".parse().expect("a slug"), "doppelt")
}

/// A running service.
pub struct TestApp {
    /// Its address.
    pub base: String,
    /// Its metrics.
    pub metrics: String,
    /// Its groups.
    pub groups: Vec<Group>,
    client: reqwest::Client,
    handle: actix_web::dev::ServerHandle,
    _folder: TempDir,
}

impl TestApp {
    /// Starts a service over [`some_groups`].
    pub async fn start() -> Self {
        Self::with(some_groups(), |_| {}).await
    }

    /// Starts a service without an index.
    pub async fn without_index() -> Self {
        Self::launch(None, |_| {}).await
    }

    /// Starts a service over `groups`, with other settings.
    pub async fn with(groups: Vec<Group>, change: impl FnOnce(&mut ServerSettings)) -> Self {
        Self::launch(Some(groups), change).await
    }

    async fn launch(groups: Option<Vec<Group>>, change: impl FnOnce(&mut ServerSettings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let reference = reference();
        let searcher = Arc::new(Searcher::new(reference.clone()));
        if let Some(groups) = &groups {
            let deleted_at = "2026-10-05T08:00:00Z".parse().expect("a moment");
            let first = groups.first().map(|group| group.id);
            let snapshot = Snapshot {
                revision: 1,
                example_data: true,
                contact_points: reference.contact_points.clone(),
                groups: groups.clone().into(),
                tombstones: vec![
                    Tombstone { id: gone_id(), deleted_at, replaced_by: None },
                    Tombstone { id: merged_id(), deleted_at, replaced_by: first },
                ],
                duplicates: Vec::new(),
                withdrawals: BTreeMap::new(),
                last_import_at: BTreeMap::new(),
            };
            let tables = searcher.tables();
            let analyzer = tables.analyzer();
            let day = date(2026, 11, 2);
            let plan = Plan::new(&snapshot, &reference, tables.concepts(), analyzer, day);
            let store = GenerationStore::open(folder.path()).expect("a store");
            let built_at = "2026-11-02T01:00:00Z".parse().expect("a moment");
            let generation = store
                .build(&plan, analyzer, &BTreeMap::new(), built_at, |_| {})
                .expect("a generation");
            searcher.swap(generation).expect("readable");
        }
        let mut settings = ServerSettings {
            listen: ([127, 0, 0, 1], 0).into(),
            metrics_listen: Some(([127, 0, 0, 1], 0).into()),
            workers: 1,
            shutdown_timeout_s: 1,
            quiet_panics: false,
            ..ServerSettings::default()
        };
        change(&mut settings);
        let (sender, receiver) = oneshot::channel::<Bound>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(serve(settings, searcher, |_| {}, Some(sender))).expect("served");
        });
        let bound = receiver.await.expect("it listens");
        Self {
            base: format!("http://{}", bound.address),
            metrics: bound.metrics_address.map(|a| format!("http://{a}")).unwrap_or_default(),
            groups: groups.unwrap_or_default(),
            client: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client"),
            handle: bound.handle,
            _folder: folder,
        }
    }

    /// Makes a request to a path.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path)).await
    }

    /// Sends JSON.
    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header("Content-Type", "application/json");
        Answer::of(request.body(body.to_string())).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The service ends as soon as its thread sees this; nobody has to wait for it.
        drop(self.handle.stop(false));
    }
}

/// An answer that has arrived whole.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Fields.
    pub headers: reqwest::header::HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Sends a request and reads the answer.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await.expect("a body").to_vec();
        Self { status, headers, body }
    }

    /// Returns a field; empty when it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// Checks that this is a whole problem document with `code`.
    pub fn is_problem(&self, code: &str) {
        assert_eq!(self.field("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], self.status, "{problem}");
        let kind = problem["type"].as_str().expect("a type");
        assert!(kind.starts_with("http") && kind.ends_with(&format!("/problems/{code}")));
        for member in ["title", "detail", "instance"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        assert!(problem["errors"].is_array(), "{problem}");
    }
}
