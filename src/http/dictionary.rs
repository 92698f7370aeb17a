//! The suggestion dictionary: everything a browser needs to suggest without asking.
//!
//! In: the vocabulary, the gazetteer and the live generation. Out: compact JSON under an address
//! that holds its hash, so that it may be kept for ever.

use std::collections::HashSet;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::packed::Packed;
use super::problem::{Code, Problem};
use super::query::{self, Fields, Query};
use super::reply::{self, Keep};
use super::schema::{DictionaryFile, DictionaryName};
use super::site::{Site, live};
use super::{resource, wire};
use crate::index::Generation;
use crate::reference::{Concept, PlaceKind, Reference};

/// The states whose places are in it: those whose contact points publish here.
const STATES: [&str; 2] = ["SN", "TH"];

/// A dictionary that has been written.
pub struct Dictionary {
    generation: String,
    hash: String,
    body: Packed,
}

#[derive(Serialize)]
struct DictionaryForm<'a> {
    generation: &'a str,
    topics: Vec<TopicForm<'a>>,
    places: Vec<PlaceForm<'a>>,
}

/// Members that say nothing are left out: the file is loaded on telephones.
#[derive(Serialize)]
struct TopicForm<'a> {
    id: &'a str,
    label: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    synonyms: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_count: Option<usize>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    crisis: bool,
}

#[derive(Serialize)]
struct PlaceForm<'a> {
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<&'a str>,
    state: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    postcodes: Vec<&'a str>,
}

#[derive(Serialize)]
struct NameForm<'a> {
    hash: &'a str,
    url: String,
    generation: &'a str,
}

/// Find the suggestion dictionary.
///
/// Names the address of the present dictionary; that address may be kept for ever.
#[utoipa::path(get, path = "/v1/dictionary.json", tag = "suggest",
    operation_id = "get_dictionary",
    responses((status = 200, description = "Where the dictionary is.", body = DictionaryName)))]
pub async fn get_dictionary(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    Fields::new(Query::Pairs(query::pairs(&request)?), &["lang"]).finish()?;
    let dictionary = present(&site).await?;
    let name = NameForm {
        hash: &dictionary.hash,
        url: format!("{}/v1/dictionary/{}.json", site.public_url, dictionary.hash),
        generation: &dictionary.generation,
    };
    Ok(reply::json(wire::entry(&name), Keep::Checked))
}

/// Get the suggestion dictionary.
///
/// Returns topics with their words and number of groups, and the places of Saxony and Thuringia. An
/// address whose hash is no longer the present one answers 404: ask `get_dictionary` again.
#[utoipa::path(get, path = "/v1/dictionary/{hash}.json", tag = "suggest",
    operation_id = "get_dictionary_file",
    params(("hash" = String, Path, description = "The hash that `get_dictionary` names.",
        max_length = 16, example = "0123456789abcdef")),
    responses((status = 200, description = "The dictionary.", body = DictionaryFile)))]
pub async fn get_dictionary_file(
    hash: web::Path<String>,
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let dictionary = present(&site).await?;
    if dictionary.hash != *hash {
        return Err(Problem::new(Code::NotFound));
    }
    Ok(dictionary.body.answer(&request, Keep::Forever))
}

/// Returns the dictionary of the live generation; on first use it is written apart from the workers.
async fn present(site: &Site) -> Result<Arc<Dictionary>, Problem> {
    let generation = live(site)?;
    let known = site.dictionary.load_full();
    if let Some(known) = known.filter(|known| known.generation == generation.id()) {
        return Ok(known);
    }
    let searcher = Arc::clone(&site.searcher);
    let written = web::block(move || write(&searcher.reference(), &generation)).await;
    let written = Arc::new(written.map_err(|_| Problem::new(Code::Internal))?);
    site.dictionary.store(Some(written.clone()));
    written.body.pack_apart();
    Ok(written)
}

fn write(reference: &Reference, generation: &Generation) -> Dictionary {
    let vocabulary = &reference.vocabulary;
    let groups_of = &generation.columns.groups_of_concept;
    // Of imported concepts only those that lead to a group: telephones need no ten thousand names.
    let is_offered = |(index, concept): &(usize, &Concept)| {
        !concept.is_imported() || groups_of.contains_key(&(*index as u32))
    };
    let all = vocabulary.concepts.iter().enumerate();
    let topics = all.filter(is_offered).map(|(index, concept)| {
        let index = index as u32;
        let family = vocabulary.descendants(index).into_iter().chain([index]);
        let groups: HashSet<u32> =
            family.filter_map(|member| groups_of.get(&member)).flatten().copied().collect();
        TopicForm {
            id: concept.id.as_str(),
            label: &concept.label,
            synonyms: concept.own_synonyms().collect(),
            group_count: Some(groups.len()).filter(|count| *count > 0),
            crisis: concept.crisis.is_some(),
        }
    });
    let places =
        reference.gazetteer.places().iter().filter(|place| {
            STATES.contains(&place.state.as_str()) && place.kind != PlaceKind::Village
        });
    let form = DictionaryForm {
        generation: generation.id(),
        topics: topics.collect(),
        places: places
            .map(|place| PlaceForm {
                label: &place.name,
                district: place.district.as_ref().map(|key| key.as_str()),
                state: place.state.as_str(),
                postcodes: place.postcodes.iter().map(|code| code.as_str()).collect(),
            })
            .collect(),
    };
    let body = wire::entry(&form);
    let hash = Sha256::digest(&body).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let body = Packed::new(body, "application/json");
    Dictionary { generation: generation.id().to_owned(), hash, body }
}

/// Adds the routes of the dictionary.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            resource("/v1/dictionary.json", "GET, HEAD, OPTIONS")
                .route(web::get().to(get_dictionary)),
        )
        .service(
            resource("/v1/dictionary/{hash}.json", "GET, HEAD, OPTIONS")
                .route(web::get().to(get_dictionary_file)),
        );
}
