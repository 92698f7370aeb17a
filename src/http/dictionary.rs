//! The suggestion dictionary: everything a browser needs to suggest without asking.
//!
//! In: the vocabulary, the gazetteer and the live generation. Out: compact JSON, one file per
//! language, under an address that holds its hash, so that it may be kept for ever. It is loaded on
//! telephones: a word that another word of the same topic already leads to is left out.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::packed::Packed;
use super::problem::{Code, Problem};
use super::query::{self, Fields, Query};
use super::reply::{self, Keep};
use super::schema::{DictionaryFile, DictionaryName};
use super::site::{Site, live};
use super::{resource, wire};
use crate::domain::hex;
use crate::index::Generation;
use crate::reference::{Concept, LabelKind, Place, PlaceKind, Vocabulary};
use crate::search::Searcher;
use crate::search::request::AnswerLanguage;

/// The states whose places are in it: those whose contact points publish here.
const STATES: [&str; 2] = ["SN", "TH"];

/// Most topics without groups: the project's own. Tens of thousands of rare diseases that an
/// operator imports are found by searching; here they would only weigh.
const MOST_WITHOUT_GROUPS: usize = 2_500;

/// Most words of a topic without groups.
const MOST_WORDS_WITHOUT_GROUPS: usize = 3;

/// Longer ones are half a sentence: nobody is helped by their suggestion, and search knows them.
const MOST_WORDS_OF_A_LABEL: usize = 2;

/// Shortest word whose misspelling by one letter need not be kept: the browser forgives it.
const MIN_FORGIVEN: usize = 6;

/// Shortest word that longer typed ones may begin with: "Krebs" suggests for "Krebskranke".
const MIN_STEM: usize = 4;

/// The languages that have a file of their own; the others take the German one.
const LANGUAGES: [AnswerLanguage; 2] = [AnswerLanguage::German, AnswerLanguage::English];

/// The dictionaries that have been written of one generation.
pub struct Dictionary {
    generation: String,
    files: Vec<File>,
}

struct File {
    language: AnswerLanguage,
    hash: String,
    body: Packed,
}

#[derive(Serialize)]
struct DictionaryForm<'a> {
    generation: &'a str,
    language: &'static str,
    topics: Vec<String>,
    group_counts: Vec<usize>,
    places: Vec<String>,
}

#[derive(Serialize)]
struct NameForm<'a> {
    hash: &'a str,
    url: String,
    generation: &'a str,
}

/// Find the suggestion dictionary.
///
/// Names the address of the present dictionary in a language; that address may be kept for ever.
#[utoipa::path(get, path = "/v1/dictionary.json", tag = "suggest",
    operation_id = "get_dictionary",
    responses((status = 200, description = "Where the dictionary is.", body = DictionaryName)))]
pub async fn get_dictionary(
    request: HttpRequest,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(Query::Pairs(query::pairs(&request)?), &["lang"]);
    let language = fields.lang().unwrap_or_else(|| super::site::language_of(&request));
    fields.finish()?;
    let dictionary = present(&site).await?;
    let files = &dictionary.files;
    let file = files.iter().find(|file| file.language == language).unwrap_or(&files[0]);
    let name = NameForm {
        hash: &file.hash,
        url: format!("{}/v1/dictionary/{}.json", site.public_url, file.hash),
        generation: &dictionary.generation,
    };
    Ok(reply::json(wire::entry(&name), Keep::Checked))
}

/// Get the suggestion dictionary.
///
/// Returns topics with their words and number of groups, and the places of Saxony and Thuringia. Each
/// label is understood by `q`, each place by `place`. An address whose hash is no longer the present
/// one answers 404: ask `get_dictionary` again.
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
    let file = dictionary.files.iter().find(|file| file.hash == *hash);
    let file = file.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(file.body.answer(&request, Keep::Forever))
}

/// Returns the dictionaries of the live generation; on first use they are written apart from the
/// workers.
async fn present(site: &Site) -> Result<Arc<Dictionary>, Problem> {
    let generation = live(site)?;
    let known = site.dictionary.load_full();
    if let Some(known) = known.filter(|known| known.generation == generation.id()) {
        return Ok(known);
    }
    let searcher = Arc::clone(&site.searcher);
    let written = web::block(move || write(&searcher, &generation)).await;
    let written = Arc::new(written.map_err(|_| Problem::new(Code::Internal))?);
    site.dictionary.store(Some(written.clone()));
    for file in &written.files {
        file.body.pack_apart();
    }
    Ok(written)
}

fn write(searcher: &Searcher, generation: &Generation) -> Dictionary {
    let reference = searcher.reference();
    let counted = counted(&reference.vocabulary, generation);
    let places =
        reference.gazetteer.places().iter().filter(|place| {
            STATES.contains(&place.state.as_str()) && place.kind != PlaceKind::Village
        });
    let places = place_lines(places);
    let files = LANGUAGES.into_iter().map(|language| {
        let form = DictionaryForm {
            generation: generation.id(),
            language: language.as_str(),
            topics: counted.iter().map(|(topic, count)| line(topic, *count, language)).collect(),
            group_counts: counted.iter().map(|(_, count)| *count).collect(),
            places: places.clone(),
        };
        let body = wire::entry(&form);
        let hash = hex(&Sha256::digest(&body)[..8]);
        File { language, hash, body: Packed::new(body, "application/json") }
    });
    Dictionary { generation: generation.id().to_owned(), files: files.collect() }
}

/// Returns the topics to suggest, each with the number of groups that have it or something narrower.
fn counted<'v>(vocabulary: &'v Vocabulary, generation: &Generation) -> Vec<(&'v Concept, usize)> {
    let groups_of = &generation.columns.groups_of_concept;
    let mut without = 0;
    let counted = vocabulary.concepts.iter().enumerate().filter_map(|(index, concept)| {
        let index = index as u32;
        let family = vocabulary.descendants(index).into_iter().chain([index]);
        let mut groups: Vec<u32> =
            family.filter_map(|member| groups_of.get(&member)).flatten().copied().collect();
        groups.sort_unstable();
        groups.dedup();
        if groups.is_empty() && !concept.is_imported() {
            without += 1;
        }
        // Of imported concepts only those that lead to a group: telephones need no ten thousand names.
        let is_own = !concept.is_imported() && without <= MOST_WITHOUT_GROUPS;
        let is_wanted = !groups.is_empty() || is_own;
        is_wanted.then_some((concept, groups.len()))
    });
    counted.collect()
}

/// Returns a topic as `label|word|word`.
fn line(concept: &Concept, group_count: usize, language: AnswerLanguage) -> String {
    let mut words = words(concept, language);
    if group_count == 0 {
        words.truncate(MOST_WORDS_WITHOUT_GROUPS);
    }
    words.join("|")
}

/// Returns what leads to a topic: first its label in the language, then the short ones that nothing
/// before them covers.
fn words(concept: &Concept, language: AnswerLanguage) -> Vec<&str> {
    let is_english = language == AnswerLanguage::English;
    let is_spoken = |kind: LabelKind| match kind {
        LabelKind::Preferred | LabelKind::Abbreviation | LabelKind::Ambiguous => true,
        LabelKind::Synonym => !is_english,
        LabelKind::English => is_english,
        LabelKind::Association | LabelKind::Hidden => false,
    };
    let label = concept.english.as_deref().filter(|_| is_english).unwrap_or(&concept.label);
    let own = concept.labels.iter().take(concept.own_labels);
    let others = own.filter(|(_, kind)| is_spoken(*kind));
    let mut kept: Vec<(&str, Vec<String>)> = Vec::new();
    let is_short = |text: &&str| text.split([' ', '-']).count() <= MOST_WORDS_OF_A_LABEL;
    let others = others.map(|(text, _)| text.as_str()).filter(is_short);
    for text in [label].into_iter().chain(others) {
        let folded = folded(text);
        let is_new = !kept.iter().any(|(_, known)| covers(known, &folded));
        if is_new && !text.contains('|') {
            // What a later, shorter word leads to as well need not be kept either.
            let label = kept.first().map(|(text, _)| *text);
            kept.retain(|(text, known)| Some(*text) == label || !covers(&folded, known));
            kept.push((text, folded));
        }
    }
    kept.into_iter().map(|(text, _)| text).collect()
}

/// Says whether whoever types `typed` is led to a term by its words `known`: each typed word begins
/// one of them or goes on where one ends.
fn covers(known: &[String], typed: &[String]) -> bool {
    typed.iter().all(|piece| {
        known.iter().any(|word| {
            word.starts_with(piece.as_str())
                || (known.len() == 1 && word.len() >= MIN_STEM && piece.starts_with(word.as_str()))
                || (piece.len() >= MIN_FORGIVEN
                    && piece.chars().next() == word.chars().next()
                    && strsim::osa_distance(piece, word) <= 1)
        })
    })
}

/// Returns the words of a text in the form in which spellings meet: that of `fold` in
/// `web/src/dictionary.ts`, but for ae, oe and ue, which labels do not have.
fn folded(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('ß', "ss");
    let plain: String = lower.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let mut plain = plain.replace("ph", "f").replace("rh", "r").replace("th", "t");
    plain = plain.replace('y', "i").replace("ck", "k");
    let mut once = String::with_capacity(plain.len());
    for c in plain.chars() {
        if !(c.is_ascii_lowercase() && once.ends_with(c)) {
            once.push(c);
        }
    }
    let words = once.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Returns places as `Jena|7743,2,2`, ordered by their first postcode: that one as the step from
/// the first one of the place before, each further one as the step from the one before it.
fn place_lines<'p>(places: impl Iterator<Item = &'p Place>) -> Vec<String> {
    let mut coded: Vec<(Vec<u32>, &str)> = places
        .map(|place| {
            let codes = place.postcodes.iter().filter_map(|code| code.as_str().parse().ok());
            let mut codes: Vec<u32> = codes.collect();
            codes.sort_unstable();
            (codes, place.name.as_str())
        })
        .collect();
    // Places without a postcode come last.
    coded.sort_by_key(|(codes, name)| (codes.first().copied().unwrap_or(u32::MAX), *name));
    let mut first = 0;
    coded
        .into_iter()
        .map(|(codes, name)| {
            let mut before = first;
            first = codes.first().copied().unwrap_or(first);
            let steps = codes.iter().map(|code| {
                let step = code - before;
                before = *code;
                step.to_string()
            });
            let steps: Vec<String> = steps.collect();
            if steps.is_empty() { name.to_owned() } else { format!("{name}|{}", steps.join(",")) }
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_another_one_leads_to_is_left_out() {
        for (known, typed, is_covered) in [
            ("Krebs", "Krebskranke", true),
            ("Morbus Bechterew", "Bechterew", true),
            ("Morbus Bechterew", "Bechterew-Kranke", false), // nothing begins with "Kranke"
            ("Bechterew", "Bechterewler", true),
            ("HIV und Aids", "Aids", true),
            ("Depression", "Depri", false), // its fifth letter is another one
            ("Depression", "Depressionen", true),
            ("MS", "MSler", false), // too short to go on
            ("Diabetes", "Zuckerkrankheit", false),
            ("Übermäßiges Schwitzen", "ubermassiges schwitzen", true),
        ] {
            assert_eq!(covers(&folded(known), &folded(typed)), is_covered, "{typed}");
        }
    }
}
