//! A contact point's own records: read, put, delete, withdraw a consent.

use std::collections::BTreeSet;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::super::problem::{Code, Fault, Problem, Spot};
use super::super::query;
use super::super::site::{Site, language_of};
use super::forms;
use super::imports::{json_answer, nothing_but_lang};
use super::jobs::reader;
use super::office::Office;
use super::owned::Authenticated;
use super::schema;
use crate::catalogue::{OwnGroup, Writer};
use crate::domain::Group;
use crate::import::messages::Language;
use crate::import::{
    Context, Expected, Finding, MemberFault, Put, delete_own, own_record, put_own, read_own,
};

/// Largest record in bytes: all texts at their limits in several languages.
const MAX_RECORD_BYTES: usize = 128 * 1024;

/// List one's own groups.
///
/// Returns every record of the contact point by name, with internal fields. Records whose consent
/// was withdrawn or that are hidden by age are among them.
#[utoipa::path(get, path = "/v1/admin/contact-points/{id}/groups", tag = "own_groups",
    operation_id = "list_own_groups",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    responses((status = 200, description = "The records.", body = schema::OwnGroupList)))]
pub async fn list_own_groups(
    request: HttpRequest,
    id: web::Path<String>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.reader_of(&id)?;
    nothing_but_lang(&request)?;
    let groups = office.catalogue().own_groups(&owner).await?;
    let items: Vec<Value> = groups.iter().map(|own| own_record(&own.group)).collect();
    let total = items.len();
    Ok(json_answer(StatusCode::OK, &forms::list(items, total, None)))
}

/// Get one of one's own groups.
///
/// Returns the whole record with internal fields. Its `ETag` is what `If-Match` takes.
#[utoipa::path(get, path = "/v1/admin/contact-points/{id}/groups/{local_id}", tag = "own_groups",
    operation_id = "get_own_group",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("local_id" = String, Path, description = "The publisher's own id of the group.",
            max_length = 64, example = "lichtblick")),
    responses((status = 200, description = "The record.", body = schema::OwnGroup)))]
pub async fn get_own_group(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, local_id) = path.into_inner();
    let owner = actor.0.reader_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let own = office.catalogue().own_group(&owner, &local_id).await?;
    let own = own.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(record_answer(StatusCode::OK, &own))
}

/// Put a group.
///
/// Replaces the whole record: a member that is absent is emptied. `If-Match` names the state that
/// was read; a new record is made with `If-None-Match: *`. Checked by the same rules as a list;
/// members that only the service writes may stay as they were read.
#[utoipa::path(put, path = "/v1/admin/contact-points/{id}/groups/{local_id}", tag = "own_groups",
    operation_id = "put_group",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("local_id" = String, Path, description = "The publisher's own id of the group.",
            max_length = 64, example = "lichtblick"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the record as read.",
            max_length = 1000, example = "\"9f86d081884c7d659a2feaa0c55ad015\""),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if it is not there.",
            max_length = 10, example = "*")),
    request_body(content = schema::OwnGroup, description = "The record."),
    responses(
        (status = 200, description = "Replaced, or already so.", body = schema::OwnGroup),
        (status = 201, description = "Made.", body = schema::OwnGroup)))]
pub async fn put_group(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: web::Payload,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, local_id) = path.into_inner();
    let owner = actor.0.writer_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let expected = expected(&request)?;
    let example = "{\"name\": \"Lichtblick\", \"topics\": [\"Depression\"]}";
    let record = query::object(&request, body, MAX_RECORD_BYTES, example).await?;
    let current = office.catalogue().own_group(&owner.reader(), &local_id).await?;
    if !expected.holds_for(current.as_ref()) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    let current = current.map(|own| own.group);
    let language = forms::language_of_findings(language_of(&request));
    let (group, notes, owner) =
        checked(&site, &office, record, local_id, current, owner, language).await?;
    match put_own(office.catalogue(), &owner, group, &notes, &expected).await? {
        Put::OtherState => Err(Problem::new(Code::PreconditionFailed)),
        Put::Stored { own, is_new, import } => {
            office.nudge();
            let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
            let mut response = record_answer(status, &own);
            if let Some(import) = import {
                let url = forms::import_url(&site, &contact_point, &import.to_string());
                set(&mut response, header::LINK, &format!("<{url}>; rel=\"describedby\""));
            }
            Ok(response)
        }
    }
}

/// Checks a record on a thread of its own: places and topics are looked up.
async fn checked(
    site: &web::Data<Site>,
    office: &web::Data<Office>,
    record: Map<String, Value>,
    local_id: String,
    current: Option<Group>,
    owner: Writer,
    language: Language,
) -> Result<(Group, Vec<Finding>, Writer), Problem> {
    let contact_points = office.catalogue().contact_points().await?;
    let (site, office) = (site.clone(), office.clone());
    let done = web::block(move || {
        let tables = site.searcher.tables();
        let reader = reader(&tables);
        let context = Context::new(
            &tables.reference().gazetteer,
            tables.analyzer(),
            &reader,
            &contact_points,
            (office.settings.today)(),
            (office.settings.now)(),
        );
        let read = read_own(&record, &local_id, current.as_ref(), &owner, &context);
        read.map(|(group, notes)| (group, notes, owner))
    });
    let read = done.await.map_err(|_| Problem::new(Code::Internal))?;
    read.map_err(|faults| {
        Problem::of_faults(faults.into_iter().map(|fault| fault_of(fault, language)).collect())
            .as_code(Code::Unprocessable)
    })
}

fn fault_of(fault: MemberFault, language: Language) -> Fault {
    let at = |member: &str| Spot::Pointer(format!("/{}", member.replace('.', "/")));
    let (spot, detail, suggestions) = match fault {
        MemberFault::Unknown(member, near) => {
            let detail = match near {
                Some(near) => {
                    format!("there is no member called `{member}`; did you mean `{near}`?")
                }
                None => format!("there is no member called `{member}`"),
            };
            (at(&member), detail, near.map(str::to_owned).into_iter().collect())
        }
        MemberFault::ServiceOwned(member) => {
            let detail =
                format!("`{member}` is written by the service; leave it as it was read, or out");
            (at(&member), detail, Vec::new())
        }
        MemberFault::NotThisRecord(member) => {
            let detail = format!("`{member}` must be as in the address, or be left out");
            (at(member), detail, Vec::new())
        }
        MemberFault::Finding(finding) => {
            let spot = finding.column.as_deref().map_or(Spot::Request, at);
            let detail = format!("{} {}", finding.message(language), finding.remedy(language));
            (spot, detail, Vec::new())
        }
    };
    Fault { code: Code::Unprocessable, spot, detail, suggestions }
}

/// Delete a group.
///
/// Takes the record out; its id answers 410 for twelve months. Undone by rolling the entry back
/// that it leaves in the list of imports.
#[utoipa::path(delete, path = "/v1/admin/contact-points/{id}/groups/{local_id}",
    tag = "own_groups", operation_id = "delete_group",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("local_id" = String, Path, description = "The publisher's own id of the group.",
            max_length = 64, example = "lichtblick"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the record as read.",
            max_length = 1000, example = "\"9f86d081884c7d659a2feaa0c55ad015\"")),
    responses((status = 204, description = "Deleted.")))]
pub async fn delete_group(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, local_id) = path.into_inner();
    let owner = actor.0.writer_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let own = office.catalogue().own_group(&owner.reader(), &local_id).await?;
    own.ok_or_else(|| Problem::new(Code::NotFound))?;
    let expected = expected(&request)?;
    match delete_own(office.catalogue(), &owner, &local_id, &expected).await? {
        None => Err(Problem::new(Code::NotFound)),
        Some(false) => Err(Problem::new(Code::PreconditionFailed)),
        Some(true) => {
            office.nudge();
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

/// Withdraw a consent.
///
/// Takes a person's telephone number and mailbox out of the record, its former versions, the
/// index and all exports, and answers when the search shows it no more. No later import, undoing
/// or restored backup brings them back, unless a consent was given after this day.
#[utoipa::path(post,
    path = "/v1/admin/contact-points/{id}/groups/{local_id}/withdraw-consent",
    tag = "own_groups", operation_id = "withdraw_consent",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("local_id" = String, Path, description = "The publisher's own id of the group.",
            max_length = 64, example = "lichtblick")),
    responses((status = 200, description = "Withdrawn.", body = schema::Withdrawal)))]
pub async fn withdraw_consent(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, local_id) = path.into_inner();
    let owner = actor.0.writer_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let today = (office.settings.today)().day;
    let group = office.catalogue().withdraw_consent(&owner, &local_id, today).await?;
    let group = group.ok_or_else(|| Problem::new(Code::NotFound))?;
    let is_effective = office.is_shown(&site).await?;
    let form = json!({
        "id": group.id.to_string(), "local_id": group.local_id,
        "withdrawn_on": today.to_string(), "is_effective": is_effective,
    });
    Ok(json_answer(StatusCode::OK, &form))
}

/// Returns which state of a record the client has seen.
fn expected(request: &HttpRequest) -> Result<Expected, Problem> {
    let listed = |name: header::HeaderName| -> Option<BTreeSet<String>> {
        let mut marks = BTreeSet::new();
        let mut is_there = false;
        for field in request.headers().get_all(name) {
            is_there = true;
            let marked = field.to_str().unwrap_or_default().split(',');
            marks.extend(marked.map(|mark| mark.trim().trim_matches('"').to_owned()));
        }
        is_there.then_some(marks)
    };
    let is_any = |marks: &BTreeSet<String>| marks.contains("*");
    match (listed(header::IF_MATCH), listed(header::IF_NONE_MATCH)) {
        (Some(marks), None) if is_any(&marks) => Ok(Expected::Present),
        (Some(marks), None) => Ok(Expected::OneOf(marks.into_iter().collect())),
        (None, Some(marks)) if is_any(&marks) => Ok(Expected::Absent),
        _ => Err(Problem::new(Code::PreconditionRequired)),
    }
}

fn record_answer(status: StatusCode, own: &OwnGroup) -> HttpResponse {
    let mut response = json_answer(status, &own_record(&own.group));
    set(&mut response, header::ETAG, &format!("\"{}\"", own.revision));
    response
}

fn set(response: &mut HttpResponse, name: header::HeaderName, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
