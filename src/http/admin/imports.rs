//! Imports: check, load, confirm, look up, undo.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::problem::{Code, Fault, Problem, Spot};
use super::super::query::{self, Fields, Query};
use super::super::reply::{self, Keep};
use super::super::site::{Site, language_of};
use super::jobs::{self, Job, Order};
use super::office::Office;
use super::owned::Authenticated;
use super::schema;
use super::{forms, upload};
use crate::catalogue::{ImportId, ImportMode, ImportState, Reader, StoredImport};
use crate::config::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::domain::hex;
use crate::import::stored_findings;
use crate::search::request::AnswerLanguage;

/// An import that takes longer is told of by its job.
const PATIENCE: Duration = Duration::from_secs(1);

/// The preference of clients that do not wait (RFC 7240).
const RESPOND_ASYNC: &str = "respond-async";

/// Longest `Idempotency-Key` in bytes.
const MAX_KEY_BYTES: usize = 255;

/// Load or check a list.
///
/// The body is the file as it is; `Content-Type` says what it is, and with
/// `application/octet-stream` it is found out. A form (`multipart/form-data`) with one part `file`
/// does as well. With `dry_run=true` everything is checked and nothing changed. A list that looks
/// wrong as a whole (more than a fifth of its rows faulty, or more than 30 % of the groups to be
/// removed) is held: 409 with the address that confirms it. What takes longer than a second
/// answers 202 and goes on; with `Prefer: respond-async` that is the answer at once. The same `Idempotency-Key` with the same file gives the same import
/// for 24 hours.
#[utoipa::path(post, path = "/v1/admin/contact-points/{id}/imports", tag = "imports",
    operation_id = "create_import",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("dry_run" = Option<bool>, Query, description = "Only check, change nothing.",
            example = true),
        ("mode" = Option<schema::ImportModeWord>, Query,
            description = "What becomes of groups that the list does not name; default `replace`.",
            example = "merge"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Any text that names this request, so that it may be sent again.",
            max_length = 255, example = "2026-03-01-liste"),
        ("Prefer" = Option<String>, Header,
            description = "`respond-async` (RFC 7240): do not wait, answer 202 at once.",
            max_length = 255, example = "respond-async")),
    request_body(content((String = "text/csv"), (Vec<u8> = "application/octet-stream")),
        description = "The list, at most 128 MB as text and 20 MB otherwise."),
    responses(
        (status = 201, description = "Applied, or with `dry_run` checked.", body = schema::Import),
        (status = 202, description = "In work; `Location` tells how far.", body = schema::Import)))]
pub async fn create_import(
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.writer_of(&id)?;
    let mut order = order_of(&request)?;
    if !office.jobs.take_key(owner.contact_point(), order.key.as_ref()) {
        let detail = "a request with this Idempotency-Key is in work";
        return Err(Problem::because(Code::Conflict, detail));
    }
    // Freed here unless the job has begun, which frees it at its end.
    let key = jobs::HeldKey::new(&office, owner.contact_point(), order.key.clone());
    let upload = upload::receive(&request, body, &office).await?;
    let asked = format!("{} {} {}", upload.sha256, order.mode.as_str(), order.is_dry_run);
    order.fingerprint = hex(&Sha256::digest(asked.as_bytes()));
    let language = language_of(&request);
    if let Some(key) = &order.key
        && let Some((import, fingerprint)) = office.catalogue().answered_before(&owner, key).await?
    {
        if fingerprint != order.fingerprint {
            let detail = "this Idempotency-Key belongs to another request; take a new one";
            return Err(Problem::because(Code::Unprocessable, detail));
        }
        return told(&site, &office, &owner.reader(), import, language).await;
    }
    let reader = owner.reader();
    let job = jobs::begin(&office, &site, owner, upload, order);
    key.leave_to_job();
    match ended_soon(&request, &job).await {
        Some(outcome) => told(&site, &office, &reader, outcome?, language).await,
        None => Ok(in_work(&request, &site, &job)),
    }
}

/// Waits for a job as long as its client does; `None` where it is to be told of the job.
async fn ended_soon(request: &HttpRequest, job: &Job) -> Option<Result<ImportId, Problem>> {
    if prefers_a_job(request) { None } else { job.ended_within(PATIENCE).await }
}

/// Tells of a job that goes on.
fn in_work(request: &HttpRequest, site: &Site, job: &Job) -> HttpResponse {
    let mut answer = HttpResponse::Accepted();
    let place = forms::import_url(site, job.contact_point.as_str(), &job.id);
    answer.insert_header((header::LOCATION, place));
    if prefers_a_job(request) {
        answer.insert_header(("Preference-Applied", RESPOND_ASYNC));
    }
    answer.json(forms::job(job, false))
}

/// Says whether the client would rather be told where to look than wait (RFC 7240).
pub(super) fn prefers_a_job(request: &HttpRequest) -> bool {
    let fields = request.headers().get_all("prefer").filter_map(|field| field.to_str().ok());
    let mut wishes = fields.flat_map(|field| field.split(','));
    wishes.any(|wish| {
        let name = wish.split([';', '=']).next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case(RESPOND_ASYNC)
    })
}

fn order_of(request: &HttpRequest) -> Result<Order, Problem> {
    let known = ["dry_run", "mode", "lang"];
    let mut fields = Fields::new(Query::Pairs(query::pairs(request)?), &known);
    let is_dry_run = match fields.text("dry_run", 10).as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            fields.invalid("dry_run", "`dry_run` must be true or false");
            false
        }
    };
    let mode = match fields.text("mode", 20).as_deref() {
        None | Some("replace") => ImportMode::Replace,
        Some("merge") => ImportMode::Merge,
        Some(_) => {
            fields.invalid("mode", "`mode` must be one of replace, merge");
            ImportMode::Replace
        }
    };
    let key = request.headers().get("idempotency-key").map(|value| value.to_str().ok());
    let key = match key {
        None => None,
        Some(Some(key)) if (1..=MAX_KEY_BYTES).contains(&key.len()) => Some(key.to_owned()),
        Some(_) => {
            fields.invalid(
                "Idempotency-Key",
                format!("`Idempotency-Key` must be a text of 1 to {MAX_KEY_BYTES} letters"),
            );
            None
        }
    };
    fields.lang();
    fields.finish()?;
    Ok(Order { mode, is_dry_run, key, fingerprint: String::new() })
}

/// Tells what came of an import.
async fn told(
    site: &Site,
    office: &Office,
    owner: &Reader,
    id: ImportId,
    language: AnswerLanguage,
) -> Result<HttpResponse, Problem> {
    let import = own_import(office, owner, id).await?;
    match import.state {
        ImportState::Held => Err(held(site, &import)),
        ImportState::Failed => Err(unreadable(&import, language)),
        ImportState::Checked | ImportState::Applied | ImportState::RolledBack => {
            let place = forms::import_url(site, import.contact_point.as_str(), &id.to_string());
            Ok(HttpResponse::Created()
                .insert_header((header::LOCATION, place))
                .json(forms::import(site, &import, language)))
        }
    }
}

async fn own_import(
    office: &Office,
    owner: &Reader,
    id: ImportId,
) -> Result<StoredImport, Problem> {
    let import = office.catalogue().own_import(owner, id).await?;
    import.ok_or_else(|| Problem::new(Code::NotFound))
}

fn held(site: &Site, import: &StoredImport) -> Problem {
    let form = forms::import_summary(site, import);
    let mut problem = Problem::new(Code::ImportHeld);
    for (name, member) in
        [("import_id", "id"), ("confirm_url", "confirm_url"), ("counts", "counts")]
    {
        problem = problem.with(name, form[member].clone());
    }
    problem
}

/// Returns the problem of a list that could not be read: its findings, each with its place.
fn unreadable(import: &StoredImport, language: AnswerLanguage) -> Problem {
    let findings = stored_findings(&import.record.findings, forms::language_of_findings(language));
    let is_error = |finding: &&Value| finding["severity"] == "error";
    let errors: Vec<&Value> = findings.iter().filter(is_error).collect();
    if errors.iter().any(|finding| finding["rule"] == "file-too-large") {
        let detail = errors[0]["message"].as_str().unwrap_or_default();
        return Problem::because(Code::PayloadTooLarge, detail);
    }
    let fault = |finding: &Value| Fault {
        code: Code::Unprocessable,
        spot: Spot::Cell {
            row: finding["row"].as_u64(),
            column: finding["column"].as_str().map(str::to_owned),
        },
        detail: format!(
            "{} {}",
            finding["message"].as_str().unwrap_or_default(),
            finding["remedy"].as_str().unwrap_or_default()
        ),
        suggestions: Vec::new(),
    };
    Problem::of_faults(errors.into_iter().map(fault).collect())
        .with("import_id", json!(import.id.to_string()))
        .as_code(Code::Unprocessable)
}

/// List imports.
///
/// Returns the contact point's imports and checks, newest first, without their findings and
/// changes; those in work stand on the first page.
#[utoipa::path(get, path = "/v1/admin/contact-points/{id}/imports", tag = "imports",
    operation_id = "list_imports",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("limit" = Option<u32>, Query, description = "Entries on a page, default 20.",
            minimum = 1, maximum = 100, example = 20),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.",
            max_length = 20, example = "17")),
    responses((status = 200, description = "The imports.", body = schema::ImportList)))]
pub async fn list_imports(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.reader_of(&id)?;
    let known = ["limit", "cursor", "lang"];
    let mut fields = Fields::new(Query::Pairs(query::pairs(&request)?), &known);
    let limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    let before = fields.text("cursor", 20).map(|text| text.parse::<ImportId>());
    let before = match before.transpose() {
        Ok(before) => before,
        Err(_) => {
            fields.invalid("cursor", "`cursor` must be the `next_cursor` of an earlier answer");
            None
        }
    };
    fields.lang();
    fields.finish()?;
    let (imports, total) = office.catalogue().own_imports(&owner, before, limit).await?;
    let next = imports.last().filter(|last| imports.len() == limit && last.id != ImportId::FIRST);
    let next = next.map(|last| last.id.to_string());
    let mut items: Vec<Value> = Vec::new();
    if before.is_none() {
        let running = office.jobs.running(owner.contact_point());
        items.extend(running.iter().map(|job| forms::job(job, false)).map(without_details));
    }
    items.extend(imports.iter().map(|import| forms::import_summary(&site, import)));
    Ok(json_answer(StatusCode::OK, &forms::list(items, total, next)))
}

fn without_details(mut form: Value) -> Value {
    if let Some(members) = form.as_object_mut() {
        members.remove("changes");
        members.remove("findings");
    }
    form
}

/// Get one import.
///
/// Returns what an import or check found and changed; for one in work how far it has come.
#[utoipa::path(get, path = "/v1/admin/contact-points/{id}/imports/{import_id}", tag = "imports",
    operation_id = "get_import",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("import_id" = String, Path, description = "The import's id, or that of a job.",
            max_length = 60, example = "17")),
    responses((status = 200, description = "The import.", body = schema::Import)))]
pub async fn get_import(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, id) = path.into_inner();
    let owner = actor.0.reader_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let id = match office.jobs.get(owner.contact_point(), &id) {
        None => import_id(&id)?,
        Some(job) => match job.outcome() {
            None => return Ok(json_answer(StatusCode::OK, &forms::job(&job, false))),
            Some(Err(_)) => return Ok(json_answer(StatusCode::OK, &forms::job(&job, true))),
            Some(Ok(id)) => id,
        },
    };
    let import = own_import(&office, &owner, id).await?;
    let form = forms::import(&site, &import, language_of(&request));
    Ok(json_answer(StatusCode::OK, &form))
}

/// Confirm a held import.
///
/// Carries out what was held. Refused when another import was applied in between: then the file is
/// sent again. What takes longer than a second answers 202 and goes on; with
/// `Prefer: respond-async` that is the answer at once.
#[utoipa::path(post, path = "/v1/admin/contact-points/{id}/imports/{import_id}/confirm",
    tag = "imports", operation_id = "confirm_import",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("import_id" = String, Path, description = "The import's id.", max_length = 60,
            example = "17"),
        ("Prefer" = Option<String>, Header,
            description = "`respond-async` (RFC 7240): do not wait, answer 202 at once.",
            max_length = 255, example = "respond-async")),
    responses(
        (status = 200, description = "Applied.", body = schema::Import),
        (status = 202, description = "In work; `Location` tells how far.", body = schema::Import)))]
pub async fn confirm_import(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, id) = path.into_inner();
    let owner = actor.0.writer_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let id = import_id(&id)?;
    let reader = owner.reader();
    let import = own_import(&office, &reader, id).await?;
    let job = jobs::begin_confirming(&office, owner, &import);
    match ended_soon(&request, &job).await {
        Some(outcome) => outcome?,
        None => return Ok(in_work(&request, &site, &job)),
    };
    let import = own_import(&office, &reader, id).await?;
    let form = forms::import(&site, &import, language_of(&request));
    Ok(json_answer(StatusCode::OK, &form))
}

/// Undo an import.
///
/// Makes the contact point's groups exactly what they were before the import, which undoes its
/// later imports and edits too. Possible for 30 days. Consents that were withdrawn since stay
/// withdrawn.
#[utoipa::path(post, path = "/v1/admin/contact-points/{id}/imports/{import_id}/rollback",
    tag = "imports", operation_id = "rollback_import",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("import_id" = String, Path, description = "The import's id.", max_length = 60,
            example = "17")),
    responses((status = 200, description = "Undone.", body = schema::RolledBack)))]
pub async fn rollback_import(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, id) = path.into_inner();
    let owner = actor.0.writer_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let done = office.catalogue().roll_back_own(&owner, import_id(&id)?).await?;
    let done = done.ok_or_else(|| Problem::new(Code::NotFound))?;
    office.nudge();
    let imports: Vec<String> = done.imports.iter().map(ToString::to_string).collect();
    let form = json!({
        "state": "rolled_back", "imports": imports, "restored": done.restored,
        "removed": done.removed,
    });
    Ok(json_answer(StatusCode::OK, &form))
}

fn import_id(text: &str) -> Result<ImportId, Problem> {
    text.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// Refuses every parameter but `lang`.
pub(super) fn nothing_but_lang(request: &HttpRequest) -> Result<(), Problem> {
    let mut fields = Fields::new(Query::Pairs(query::pairs(request)?), &["lang"]);
    fields.lang();
    fields.finish()
}

/// Makes an answer that no cache keeps.
pub(super) fn json_answer(status: StatusCode, form: &Value) -> HttpResponse {
    let mut response = reply::json(form.to_string().into_bytes(), Keep::Nowhere);
    *response.status_mut() = status;
    response
}
