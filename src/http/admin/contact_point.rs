//! A contact point's own entry: name, address, telephone, hours, website.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::super::problem::{Code, Fault, Problem, Spot};
use super::super::query;
use super::super::site::Site;
use super::imports::{json_answer, nothing_but_lang};
use super::office::Office;
use super::owned::Authenticated;
use super::schema;
use crate::domain::{Address, ContactPoint, Postcode};

/// Largest entry in bytes.
const MAX_ENTRY_BYTES: usize = 16 * 1024;

/// Members of an entry and of its address, with their longest text in characters.
const MEMBERS: [(&str, usize); 6] = [
    ("name", 300),
    ("operator", 300),
    ("phone", 200),
    ("email", 320),
    ("website", 2_000),
    ("hours", 1_000),
];
const ADDRESS_MEMBERS: [(&str, usize); 3] = [("street", 300), ("postcode", 5), ("town", 200)];

/// Put one's own entry.
///
/// Replaces what the public sees of a contact point: name, operator, address, telephone, mailbox,
/// website and hours; a member that is absent is emptied, `name` must be there. Institutional data
/// only, no person's.
#[utoipa::path(put, path = "/v1/admin/contact-points/{id}", tag = "own_entry",
    operation_id = "put_contact_point",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    request_body(content = schema::OwnEntry, description = "The entry."),
    responses((status = 200, description = "Stored.", body = schema::OwnEntry)))]
pub async fn put_contact_point(
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.writer_of(&id)?;
    nothing_but_lang(&request)?;
    let example = "{\"name\": \"KISS Musterstadt\", \"phone\": \"0361 1234\"}";
    let members = query::object(&request, body, MAX_ENTRY_BYTES, example).await?;
    let known = office.catalogue().contact_points().await?;
    let former = known.into_iter().find(|point| point.id == *owner.contact_point());
    let mut point = former.ok_or_else(|| Problem::new(Code::NotFound))?;
    replace(&mut point, &members, &site)?;
    office.catalogue().put_contact_points(std::slice::from_ref(&point)).await?;
    office.nudge();
    Ok(json_answer(StatusCode::OK, &entry(&point)))
}

fn entry(point: &ContactPoint) -> Value {
    json!({
        "name": point.name, "operator": point.operator, "phone": point.phone,
        "email": point.email, "website": point.website, "hours": point.hours,
        "address": {
            "street": point.address.street,
            "postcode": point.address.postcode.as_ref().map(|code| code.as_str()),
            "town": point.address.town,
        },
    })
}

/// Takes the members over, or tells all that is wrong with them.
fn replace(
    point: &mut ContactPoint,
    members: &Map<String, Value>,
    site: &Site,
) -> Result<(), Problem> {
    let mut faults = Faults::default();
    let empty = Map::new();
    let address = match members.get("address") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(address)) => address,
        Some(_) => {
            faults.note("/address", "`address` must be an object".to_owned());
            &empty
        }
    };
    faults.unknown(members, "", MEMBERS.map(|(name, _)| name).iter().chain(&["address"]));
    faults.unknown(address, "/address", ADDRESS_MEMBERS.map(|(name, _)| name).iter());
    let [name, operator, phone, email, website, hours] =
        MEMBERS.map(|(name, longest)| faults.text(members, "", name, longest));
    let [street, postcode, town] =
        ADDRESS_MEMBERS.map(|(name, longest)| faults.text(address, "/address", name, longest));
    if name.is_none() && !members.contains_key("name") {
        faults.note("/name", "`name` is needed".to_owned());
    }
    if let Some(website) = &website {
        let is_web = url::Url::parse(website)
            .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
        if !is_web {
            faults.note(
                "/website",
                "`website` must be an address such as https://example.org".to_owned(),
            );
        }
    }
    if email.as_ref().is_some_and(|email| {
        let halves = email.split_once('@');
        halves.is_none_or(|(name, host)| {
            name.is_empty() || !host.contains('.') || email.contains(char::is_whitespace)
        })
    }) {
        faults.note("/email", "`email` must be a mailbox such as kiss@example.org".to_owned());
    }
    let postcode: Option<Postcode> = postcode.and_then(|text| {
        let read = text.parse().ok();
        if read.is_none() {
            let detail = "`postcode` must be five digits such as 01067";
            faults.note("/address/postcode", detail.to_owned());
        }
        read
    });
    let reference = site.searcher.reference();
    let area = postcode.as_ref().map(|code| reference.gazetteer.postcode(code));
    if matches!(area, Some(None)) {
        faults.note("/address/postcode", "no place has this postcode".to_owned());
    }
    let name = match name {
        Some(name) if faults.0.is_empty() => name,
        _ => {
            if faults.0.is_empty() {
                faults.note("/name", "`name` must not be empty".to_owned());
            }
            return Err(Problem::of_faults(faults.0));
        }
    };
    if let Some(Some(area)) = area {
        point.point = Some(area.point);
    }
    point.name = name;
    point.operator = operator;
    point.phone = phone;
    point.email = email;
    point.website = website;
    point.hours = hours;
    point.address = Address { street, postcode, town };
    Ok(())
}

/// What is wrong with an entry.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn note(&mut self, pointer: &str, detail: String) {
        self.0.push(Fault {
            code: Code::Unprocessable,
            spot: Spot::Pointer(pointer.to_owned()),
            detail,
            suggestions: Vec::new(),
        });
    }

    fn unknown<'n>(
        &mut self,
        members: &Map<String, Value>,
        above: &str,
        known: impl Iterator<Item = &'n &'n str>,
    ) {
        let known: Vec<&str> = known.copied().collect();
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let detail = format!("there is no member called `{name}`");
            self.note(&format!("{above}/{name}"), detail);
        }
    }

    /// Returns a text without control characters; an empty one is none.
    fn text(
        &mut self,
        members: &Map<String, Value>,
        above: &str,
        name: &str,
        longest: usize,
    ) -> Option<String> {
        let pointer = format!("{above}/{name}");
        let text = match members.get(name)? {
            Value::Null => return None,
            Value::String(text) => text.trim(),
            _ => {
                self.note(&pointer, format!("`{name}` must be a text"));
                return None;
            }
        };
        let is_right = text.chars().count() <= longest && !text.chars().any(char::is_control);
        if !is_right {
            let detail =
                format!("`{name}` may be at most {longest} characters long, all on one line");
            self.note(&pointer, detail);
        }
        Some(text.to_owned()).filter(|text| is_right && !text.is_empty())
    }
}
