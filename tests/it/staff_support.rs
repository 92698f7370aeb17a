//! A running service and people with tokens: what the tests of the admin interface share.

#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use serde_json::{Value, json};

use crate::cli_support::{House, Service};

/// A branch office, whose records the tests are about.
pub const OWN: &str = "kiss-goerlitz-niesky";

/// Its main office.
pub const MAIN_OFFICE: &str = "kiss-goerlitz";

/// Somebody else.
pub const OTHER: &str = "kiss-dresden";

/// A service, its folder and the operator's token.
pub struct Staff {
    /// The service; stopped before the folder goes.
    pub service: Service,
    /// The folder.
    pub house: House,
    /// The operator's token.
    pub operator: String,
    client: reqwest::blocking::Client,
}

/// A request on its way.
pub struct Asked<'s> {
    request: reqwest::blocking::RequestBuilder,
    _staff: &'s Staff,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Staff {
    /// Starts a service without groups.
    pub fn start() -> Self {
        Self::start_with(&["--no-example-data"])
    }

    /// Starts a service with more arguments.
    pub fn start_with(arguments: &[&str]) -> Self {
        let house = House::new();
        let made =
            house.run_to(0, &["token", "create", "--operator", "--name", "Landesstelle", "--json"]);
        let operator = made.json()["token"].as_str().unwrap().to_owned();
        let service = house.serve(arguments);
        let client = reqwest::blocking::Client::new();
        Self { service, house, operator, client }
    }

    /// Makes a token for a contact point.
    pub fn token(&self, contact_point: &str) -> String {
        let order = json!({"contact_point": contact_point, "name": "Büro"});
        let made = self.ask("POST", "/v1/admin/tokens").by(&self.operator).json(&order);
        assert_eq!(made.status, 201, "{}", made.text);
        made.value()["token"].as_str().unwrap().to_owned()
    }

    /// Begins a request.
    pub fn ask(&self, method: &str, path: &str) -> Asked<'_> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let address = format!("{}{path}", self.service.address);
        Asked { request: self.client.request(method, address), _staff: self }
    }

    /// Sends a list as CSV.
    pub fn load(&self, token: &str, contact_point: &str, query: &str, list: &str) -> Reply {
        let path = format!("/v1/admin/contact-points/{contact_point}/imports{query}");
        self.ask("POST", &path).by(token).field("Content-Type", "text/csv").body(list)
    }

    /// Returns all records of a contact point as the operator sees them.
    pub fn records(&self, contact_point: &str) -> Value {
        let path = format!("/v1/admin/contact-points/{contact_point}/groups");
        self.ask("GET", &path).by(&self.operator).send().value()
    }

    /// Waits until the search finds so many.
    #[track_caller]
    pub fn wait_for(&self, query: &str, total: u64) {
        self.service.wait_until(query, |service| service.total(query) == total);
    }
}

impl Asked<'_> {
    /// Adds a token.
    pub fn by(self, token: &str) -> Self {
        self.field("Authorization", &format!("Bearer {token}"))
    }

    /// Adds a field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sends JSON.
    pub fn json(self, body: &Value) -> Reply {
        self.field("Content-Type", "application/json").body(&body.to_string())
    }

    /// Sends a body.
    pub fn body(mut self, body: &str) -> Reply {
        self.request = self.request.body(body.to_owned());
        self.send()
    }

    /// Sends bytes.
    pub fn bytes(mut self, body: Vec<u8>) -> Reply {
        self.request = self.request.body(body);
        self.send()
    }

    /// Sends the request as it is.
    pub fn send(self) -> Reply {
        let answer = self.request.send().unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Reply { status, headers, text: answer.text().unwrap() }
    }
}

impl Reply {
    /// Returns the body as JSON.
    #[track_caller]
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// Returns a field; empty when it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the id in the answer.
    #[track_caller]
    pub fn id(&self) -> String {
        self.value()["id"].as_str().unwrap().to_owned()
    }

    /// Checks for a problem with a code.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.value()["code"], code, "{}", self.text);
        assert_eq!(self.field("content-type"), "application/problem+json");
    }
}

/// Returns a list with a group for each name.
pub fn list(names: &[&str]) -> String {
    let mut text = "Nr;Gruppenname;Thema;PLZ;Ort\n".to_owned();
    for (number, name) in names.iter().enumerate() {
        text.push_str(&format!("n{number};{name};Angst;07743;Jena\n"));
    }
    text
}
