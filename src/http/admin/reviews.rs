//! What staff should look at, and what they decide about records that stand in two lists.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::problem::{Code, Fault, Problem, Spot};
use super::super::query;
use super::super::site::{Site, language_of};
use super::imports::{json_answer, nothing_but_lang};
use super::jobs::reader;
use super::office::Office;
use super::owned::Authenticated;
use super::{forms, schema};
use crate::domain::GroupId;
use crate::import::{reviews, reviews_of_lists};

/// Largest body of a decision in bytes.
const MAX_DECISION_BYTES: usize = 4 * 1024;

/// Among so many imports the last list is looked for.
const RECENT_IMPORTS: usize = 50;

/// Most things that one answer lists.
const MAX_REVIEWS: usize = 1_000;

/// List what should be looked at.
///
/// Returns an own source that fails again and again, a list that is held, faulty telephone numbers,
/// addresses and postcodes of the last list, records that nobody has confirmed for eleven months
/// or longer (oldest first), topics that no concept of the vocabulary matches, with proposals, records that may stand in another
/// list too, and those that were merged. `act` names the operation that settles each.
#[utoipa::path(get, path = "/v1/admin/contact-points/{id}/reviews", tag = "reviews",
    operation_id = "list_reviews",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    responses((status = 200, description = "What should be looked at.",
        body = schema::ReviewList)))]
pub async fn list_reviews(
    request: HttpRequest,
    id: web::Path<String>,
    site: web::Data<Site>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.reader_of(&id)?;
    nothing_but_lang(&request)?;
    let source = office.catalogue().source(owner.contact_point()).await?;
    let (imports, _) = office.catalogue().own_imports(&owner, None, RECENT_IMPORTS).await?;
    let snapshot = office.catalogue().snapshot().await?;
    let today = (office.settings.today)();
    let found = web::block(move || {
        let tables = site.searcher.tables();
        let gazetteer = &tables.reference().gazetteer;
        let history = source.map(|source| source.history);
        let mut found = reviews_of_lists(history.as_ref(), &imports);
        let reader = reader(&tables);
        found.extend(reviews(&snapshot, owner.contact_point(), &reader, gazetteer, today));
        found
    });
    let found = found.await.map_err(|_| Problem::new(Code::Internal))?;
    let language = language_of(&request);
    let items = found.iter().take(MAX_REVIEWS).map(|review| forms::review(review, language));
    Ok(json_answer(StatusCode::OK, &forms::list(items.collect(), found.len(), None)))
}

/// Merge two records, or keep them apart.
///
/// Decides that two records are one group: the search shows them as one hit with `also_listed_by`.
/// With `is_same: false` it decides that they are two, and nobody is asked again. One of them at
/// least must be the contact point's own.
#[utoipa::path(post, path = "/v1/admin/contact-points/{id}/duplicates", tag = "reviews",
    operation_id = "merge_duplicates",
    params(("id" = String, Path, description = "The contact point's id.", max_length = 80,
        example = "ikos-jena")),
    request_body(content = schema::DuplicatePair, description = "The two records."),
    responses((status = 201, description = "Decided.", body = schema::DuplicateDecision)))]
pub async fn merge_duplicates(
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let owner = actor.0.writer_of(&id)?;
    nothing_but_lang(&request)?;
    let example = "{\"groups\": [\"…\", \"…\"]}";
    let members = query::object(&request, body, MAX_DECISION_BYTES, example).await?;
    let given = members.get("groups").and_then(Value::as_array);
    let ids: Vec<GroupId> = given
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().and_then(|id| id.parse().ok()))
        .collect();
    let is_same = members.get("is_same").map_or(Some(true), Value::as_bool);
    let count = 1 + usize::from(members.contains_key("is_same"));
    let is_whole = members.len() == count && given.is_some_and(|given| given.len() == ids.len());
    let pair = <[GroupId; 2]>::try_from(ids).ok().filter(|[a, b]| is_whole && a != b);
    let pair = pair.ok_or_else(|| {
        let detail = "`groups` must hold the ids of two groups, and nothing else may stand there";
        Problem::of_faults(vec![Fault {
            code: Code::Unprocessable,
            spot: Spot::Pointer("/groups".to_owned()),
            detail: detail.to_owned(),
            suggestions: Vec::new(),
        }])
    })?;
    let is_same = is_same.ok_or_else(|| {
        Problem::of_faults(vec![Fault {
            code: Code::Unprocessable,
            spot: Spot::Pointer("/is_same".to_owned()),
            detail: "`is_same` must be true or false".to_owned(),
            suggestions: Vec::new(),
        }])
    })?;
    let decision = office.catalogue().decide_duplicate(&owner, pair, is_same).await?;
    let decision = decision.ok_or_else(|| Problem::new(Code::NotFound))?;
    office.nudge();
    let form = json!({
        "id": decision.id.to_string(),
        "groups": decision.groups.map(|id| id.to_string()),
        "is_same": decision.is_same,
        "who": decision.who,
        "at": decision.at.to_string(),
    });
    Ok(json_answer(StatusCode::CREATED, &form))
}

/// Split two records.
///
/// Takes a decision back: from now on the two records are two groups, also where they look alike.
#[utoipa::path(delete, path = "/v1/admin/contact-points/{id}/duplicates/{decision_id}",
    tag = "reviews", operation_id = "split_duplicates",
    params(
        ("id" = String, Path, description = "The contact point's id.", max_length = 80,
            example = "ikos-jena"),
        ("decision_id" = String, Path, description = "The decision's id.", max_length = 20,
            example = "3")),
    responses((status = 204, description = "They are two groups.")))]
pub async fn split_duplicates(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    office: web::Data<Office>,
    actor: Authenticated,
) -> Result<HttpResponse, Problem> {
    let (contact_point, id) = path.into_inner();
    let owner = actor.0.writer_of(&contact_point)?;
    nothing_but_lang(&request)?;
    let id: i64 = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let done = office.catalogue().split_duplicate(&owner, id).await?;
    done.ok_or_else(|| Problem::new(Code::NotFound))?;
    office.nudge();
    Ok(HttpResponse::NoContent().finish())
}
