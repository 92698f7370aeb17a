//! A contact point's own feed or page: its settings, a look at it now, and how it fares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::problem::{Code, Fault, Problem, Spot};
use super::super::query;
use super::super::site::{Site, language_of};
use super::imports::{json_answer, nothing_but_lang};
use super::office::Office;
use super::owned::Authenticated;
use super::{forms, schema};
use crate::catalogue::{SourceHistory, StoredSource};
use crate::domain::ContactPointId;
use crate::import::Finding;
use crate::import::harvest::{self, ALERT_AFTER, Approval, Source};
use crate::import::messages::Language;
use crate::search::request::AnswerLanguage;

/// Largest settings in bytes.
const MAX_SETTINGS_BYTES: usize = 64 * 1024;

/// Sources that are being looked at because somebody asked for it.
#[derive(Default)]
pub(super) struct Looks(Mutex<BTreeSet<ContactPointId>>);

impl Looks {
    fn open(&self) -> MutexGuard<'_, BTreeSet<ContactPointId>> {
        // What is kept stays right if somebody panicked over it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a look; `None` while one is under way.
    fn begin(self: &Arc<Self>, contact_point: &ContactPointId) -> Option<Look> {
        let is_new = self.open().insert(contact_point.clone());
        is_new.then(|| Look { looks: Arc::clone(self), contact_point: contact_point.clone() })
    }

    fn is_running(&self, contact_point: &ContactPointId) -> bool {
        self.open().contains(contact_point)
    }
}

/// A look under way, until this is dropped.
struct Look {
    looks: Arc<Looks>,
    contact_point: ContactPointId,
}

impl Drop for Look {
    fn drop(&mut self) {
        self.looks.open().remove(&self.contact_point);
    }
}

/// Get one's own source.
///
/// Returns where the contact point's own feed or page is, how it is read, and what came of the
/// last look at it. While `is_running` is true a look is under way.
#[utoipa::path(get, path = "/v1/admin/contact-points/{id}/source", tag = "sources",
    operation_id = "get_source",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    responses((status = 200, description = "The source.", body = schema::HarvestSource)))]
pub async fn get_source(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.reader_of(&id)?;
    nothing_but_lang(&request)?;
    let stored = stored(&office, owner.contact_point()).await?;
    Ok(json_answer(StatusCode::OK, &form(&site, &office, &stored, language_of(&request))))
}

/// Put one's own source.
///
/// Says where the contact point's own feed or page is and how it is read: the settings of a
/// `source.json`. It is looked at soon, then every `interval_hours`. A contact point may name its
/// website in the registry and hosts that the operator has entered before; other hosts are for the
/// operator to enter.
#[utoipa::path(put, path = "/v1/admin/contact-points/{id}/source", tag = "sources",
    operation_id = "put_source",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    request_body(content = schema::SourceOrder, description = "The settings."),
    responses(
        (status = 200, description = "Replaced, or the same as before.",
            body = schema::HarvestSource),
        (status = 201, description = "Entered.", body = schema::HarvestSource)))]
pub async fn put_source(
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.writer_of(&id)?;
    nothing_but_lang(&request)?;
    let example = "{\"url\": \"https://www.example.org/gruppen.csv\"}";
    let members = query::object(&request, body, MAX_SETTINGS_BYTES, example).await?;
    let contact_point = owner.contact_point();
    let former = office.catalogue().source(contact_point).await?;
    let approved = former.as_ref().map(harvest::approved_hosts).unwrap_or_default();
    let reference = site.searcher.reference();
    let registered = reference.contact_points.iter().find(|point| point.id == *contact_point);
    let approval = match actor.0.operator() {
        Ok(_) => Approval::Operator,
        // The registry's website: what stands in the own entry is the contact point's to change.
        Err(_) => Approval::ContactPoint {
            website: registered.and_then(|point| point.website.as_deref()),
            approved: &approved,
        },
    };
    let language = language_of(&request);
    let reach = office.settings.reach;
    let source = Source::check(contact_point, &Value::Object(members), approval, reach)
        .map_err(|faults| refused(&faults, forms::language_of_findings(language)))?;
    let is_new = harvest::put_source(office.catalogue(), &source).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let stored = stored(&office, contact_point).await?;
    Ok(json_answer(status, &form(&site, &office, &stored, language)))
}

/// Look at one's own source now.
///
/// Has the feed or page fetched and taken over at once, changed or not; one that is under way is
/// not begun again. `Location` tells how it goes: ask there until `is_running` is false. What is
/// held then waits for `confirm_import` with `import_id`.
#[utoipa::path(post, path = "/v1/admin/contact-points/{id}/source/run", tag = "sources",
    operation_id = "run_source",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    responses((status = 202, description = "Under way; `Location` tells how it goes.",
        body = schema::HarvestSource)))]
pub async fn run_source(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.harvester_of(&id)?;
    nothing_but_lang(&request)?;
    let stored = stored(&office, owner.contact_point()).await?;
    let Some(look_at) = office.settings.look.clone() else {
        let detail = "this service looks at no sources (--no-harvest)";
        return Err(Problem::because(Code::Conflict, detail));
    };
    if let Some(under_way) = office.looks.begin(owner.contact_point()) {
        let (shared, source, who) = (office.clone(), stored.clone(), owner.who().to_owned());
        office.runtime.spawn(async move {
            let _under_way = under_way;
            let _turn = shared.lookers.acquire().await;
            look_at(source, who).await;
            shared.nudge();
        });
    }
    let mut answer =
        json_answer(StatusCode::ACCEPTED, &form(&site, &office, &stored, language_of(&request)));
    let place = format!("{}/v1/admin/contact-points/{}/source", site.public_url, *id);
    if let Ok(place) = header::HeaderValue::from_str(&place) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    Ok(answer)
}

async fn stored(office: &Office, contact_point: &ContactPointId) -> Result<StoredSource, Problem> {
    let stored = office.catalogue().source(contact_point).await?;
    stored.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Returns the problem of settings with faults, each about a member.
fn refused(faults: &[Finding], language: Language) -> Problem {
    let fault = |finding: &Finding| Fault {
        code: Code::Unprocessable,
        spot: Spot::Pointer(
            finding.column.as_ref().map(|member| format!("/{member}")).unwrap_or_default(),
        ),
        detail: format!("{} {}", finding.message(language), finding.remedy(language)),
        suggestions: Vec::new(),
    };
    Problem::of_faults(faults.iter().map(fault).collect()).as_code(Code::Unprocessable)
}

fn form(site: &Site, office: &Office, stored: &StoredSource, language: AnswerLanguage) -> Value {
    let history = &stored.history;
    let language = forms::language_of_findings(language);
    let contact_point = stored.contact_point.as_str();
    let moment = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
    let import = history.import_id.map(|id| id.to_string());
    json!({
        "contact_point": contact_point,
        "settings": stored.settings,
        "is_running": office.looks.is_running(&stored.contact_point),
        "result": history.result.map(|result| result.as_str()),
        "message": harvest::cause_text(history, language),
        "failures": history.failures,
        "alert": is_alert(history),
        "attempted_at": moment(history.attempted_at),
        "succeeded_at": moment(history.succeeded_at),
        "next_at": moment(history.next_at),
        "import_url": import.as_ref().map(|id| forms::import_url(site, contact_point, id)),
        "import_id": import,
    })
}

fn is_alert(history: &SourceHistory) -> bool {
    history.failures >= ALERT_AFTER
}

/// Returns how each contact point's source fares, as the public state of the service tells it;
/// nothing on a node without a catalogue.
pub(in super::super) async fn source_states(
    request: &HttpRequest,
) -> BTreeMap<ContactPointId, SourceState> {
    let Some(office) = request.app_data::<web::Data<Office>>() else { return BTreeMap::new() };
    // The state of the service is told also where this part of it is not to be had.
    let sources = office.catalogue().sources().await.unwrap_or_default();
    let state = |source: StoredSource| {
        let history = source.history;
        let state = SourceState {
            last_success_at: history.succeeded_at.map(|at| at.to_string()),
            failures: history.failures,
            alert: is_alert(&history),
        };
        (source.contact_point, state)
    };
    sources.into_iter().map(state).collect()
}

/// How a source fares.
#[derive(serde::Serialize)]
pub(in super::super) struct SourceState {
    /// When its list was last taken over or found unchanged.
    pub last_success_at: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Whether it failed so often that somebody must look.
    pub alert: bool,
}
