//! The JSON of answers, written once into one buffer.
//!
//! In: an answer of `search/`. Out: bytes with the member names of the contract. A hit's bytes come
//! ready-made from the generation and are copied; only for another language than German is a hit
//! read and its labels replaced.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::site::Site;
use crate::domain::DistrictKey;
use crate::index::{Generation, StoredContactPoint, summary_of};
use crate::search::answer::{
    CrisisHelp, Fallback, FoundConcept, FoundContactPoint, FoundPlaceEntry, Hit, Interpretation,
    Match, RequestMembers, SearchAnswer, SuggestAnswer, UnderstoodPlace, UnderstoodTerm,
};
use crate::search::request::{AnswerLanguage, Tier};

/// Writes members of one object.
struct ObjectWriter {
    out: Vec<u8>,
    is_empty: bool,
}

impl ObjectWriter {
    fn new(capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity);
        out.push(b'{');
        Self { out, is_empty: true }
    }

    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        put(&mut self.out, name);
        self.out.push(b':');
        &mut self.out
    }

    fn member(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        put(self.name(name), value);
    }

    fn end(mut self) -> Vec<u8> {
        self.out.push(b'}');
        self.out
    }
}

fn put(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(out, value).expect("text, numbers and lists always serialise");
}

fn put_list<T>(out: &mut Vec<u8>, items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// Writes the answer to a search.
pub fn search(site: &Site, answer: &SearchAnswer) -> Vec<u8> {
    let generation = &answer.generation;
    let mut object = ObjectWriter::new(4096 + answer.items.len() * 2048);
    object.member("total", &answer.total);
    let totals = object.name("totals");
    totals.push(b'{');
    for (at, (tier, count)) in Tier::WORDS.iter().zip(answer.totals).enumerate() {
        if at > 0 {
            totals.push(b',');
        }
        put(totals, tier);
        totals.push(b':');
        put(totals, &count);
    }
    totals.push(b'}');
    put_list(object.name("items"), &answer.items, |out, item| {
        hit(out, site, generation, item, answer.language);
    });
    let facets = object.name("facets");
    facets.push(b'{');
    for (at, (facet, values)) in answer.facets.iter().enumerate() {
        if at > 0 {
            facets.push(b',');
        }
        put(facets, facet.as_str());
        facets.push(b':');
        put_list(facets, values, |out, value| {
            put(
                out,
                &FacetForm {
                    value: &value.value,
                    label: &value.label,
                    count: value.count,
                    selected: value.selected,
                },
            );
        });
    }
    facets.push(b'}');
    object.member("interpretation", &InterpretationForm::from(&answer.interpretation));
    match &answer.fallback {
        Some(steps) => fallback(object.name("fallback"), site, generation, steps, answer.language),
        None => object.member("fallback", &()),
    }
    object.member("crisis_help", &answer.crisis_help.as_ref().map(CrisisForm::from));
    object.member("generation", &generation.id());
    object.member("stale", &answer.stale);
    object.member("next_cursor", &answer.next_cursor);
    object.end()
}

/// Appends one group of an answer.
fn hit(
    out: &mut Vec<u8>,
    site: &Site,
    generation: &Generation,
    item: &Hit,
    language: AnswerLanguage,
) {
    let mut has_own_summary = true;
    if language == AnswerLanguage::German {
        out.extend_from_slice(generation.hit(item.group));
    } else {
        let (bytes, translated) = localised_hit(site, generation, item.group, language);
        has_own_summary = !translated;
        out.extend_from_slice(&bytes);
    }
    let id = uuid_of(generation, item.group);
    out.extend_from_slice(b",\"distance_km\":");
    put(out, &item.distance_km);
    out.extend_from_slice(b",\"url\":");
    put(out, &site.group_url(&id));
    out.extend_from_slice(b",\"page_url\":");
    put(out, &site.page_url(&id));
    out.extend_from_slice(b",\"match\":");
    put(out, &item.matched.as_ref().map(|matched| MatchForm::of(matched, has_own_summary)));
    out.push(b'}');
}

/// Returns the id of a group.
pub fn uuid_of(generation: &Generation, group: u32) -> String {
    crate::domain::GroupId(uuid::Uuid::from_u128(generation.columns.id[group as usize])).to_string()
}

/// Texts of a record in other languages.
#[derive(Deserialize)]
struct Descriptions {
    #[serde(default)]
    descriptions: BTreeMap<String, String>,
}

/// Returns a hit in another language, without its closing brace, and whether its summary was
/// replaced.
fn localised_hit(
    site: &Site,
    generation: &Generation,
    group: u32,
    language: AnswerLanguage,
) -> (Vec<u8>, bool) {
    let mut whole = generation.hit(group).to_vec();
    whole.push(b'}');
    let Ok(mut value) = serde_json::from_slice::<Value>(&whole) else {
        return (generation.hit(group).to_vec(), false);
    };
    relabel(site, &mut value, language);
    let texts = serde_json::from_slice::<Descriptions>(generation.detail(group));
    let text = texts.ok().and_then(|mut texts| texts.descriptions.remove(language.as_str()));
    let is_translated = text.is_some();
    if let Some(text) = text {
        value["summary"] = Value::String(summary_of(&text).to_owned());
    }
    let mut bytes = Vec::with_capacity(whole.len());
    put(&mut bytes, &value);
    bytes.pop();
    (bytes, is_translated)
}

/// Replaces the labels of a record's concepts.
fn relabel(site: &Site, record: &mut Value, language: AnswerLanguage) {
    for concept in record["concepts"].as_array_mut().into_iter().flatten() {
        let label = concept["id"].as_str().and_then(|id| site.searcher.concept_label(id, language));
        if let Some(label) = label {
            concept["label"] = Value::String(label);
        }
    }
}

/// Writes a group's whole public record.
pub fn group(
    site: &Site,
    generation: &Generation,
    group: u32,
    language: AnswerLanguage,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(generation.detail(group).len() + 256);
    if language == AnswerLanguage::German {
        out.extend_from_slice(generation.detail(group));
    } else {
        match serde_json::from_slice::<Value>(generation.detail(group)) {
            Ok(mut value) => {
                relabel(site, &mut value, language);
                let text = value["descriptions"][language.as_str()].as_str().map(str::to_owned);
                if let Some(text) = text {
                    value["summary"] = Value::String(summary_of(&text).to_owned());
                    value["description"] = Value::String(text);
                }
                put(&mut out, &value);
            }
            Err(_) => out.extend_from_slice(generation.detail(group)),
        }
    }
    out.pop();
    let id = uuid_of(generation, group);
    out.extend_from_slice(b",\"url\":");
    put(&mut out, &site.group_url(&id));
    out.extend_from_slice(b",\"page_url\":");
    put(&mut out, &site.page_url(&id));
    out.push(b'}');
    out
}

/// Returns a group's whole public record as JSON value.
pub fn group_value(generation: &Generation, group: u32) -> Value {
    serde_json::from_slice(generation.detail(group)).unwrap_or_default()
}

#[derive(Serialize)]
struct MatchForm<'a> {
    tier: &'static str,
    reason: &'static str,
    via: Option<&'a str>,
    field: Option<&'static str>,
    highlights: Vec<HighlightForm<'a>>,
}

#[derive(Serialize)]
struct HighlightForm<'a> {
    field: &'static str,
    index: usize,
    ranges: &'a [[usize; 2]],
}

impl<'a> MatchForm<'a> {
    /// A summary that was replaced by another language's has nothing to mark.
    fn of(matched: &'a Match, has_own_summary: bool) -> Self {
        let highlights = matched
            .highlights
            .iter()
            .filter(|highlight| has_own_summary || highlight.field != "summary");
        Self {
            tier: matched.tier.as_str(),
            reason: matched.reason.as_str(),
            via: matched.via.as_deref(),
            field: matched.field,
            highlights: highlights
                .map(|h| HighlightForm { field: h.field, index: h.index, ranges: &h.ranges })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct FacetForm<'a> {
    value: &'a str,
    label: &'a str,
    count: usize,
    selected: bool,
}

#[derive(Serialize)]
struct InterpretationForm<'a> {
    text: &'a str,
    concepts: Vec<ConceptForm<'a>>,
    place: Option<PlaceForm<'a>>,
    place_alternatives: Vec<PlaceForm<'a>>,
    audience: Vec<TermForm<'a>>,
    age_group: Vec<TermForm<'a>>,
    gender: Vec<TermForm<'a>>,
    format: Vec<TermForm<'a>>,
    language: Vec<TermForm<'a>>,
    status: Vec<TermForm<'a>>,
    contact_points: Vec<TermForm<'a>>,
    corrections: Vec<CorrectionForm<'a>>,
    dropped_words: &'a [String],
    alternatives: Vec<AlternativeForm<'a>>,
}

#[derive(Serialize)]
struct ConceptForm<'a> {
    id: &'a str,
    label: &'a str,
    codes: &'a [String],
    via: &'a str,
    ranges: &'a [[usize; 2]],
    effect: &'static str,
}

#[derive(Serialize)]
struct PlaceForm<'a> {
    label: &'a str,
    kind: &'static str,
    district: Option<&'a str>,
    ranges: &'a [[usize; 2]],
    effect: &'static str,
    request: Option<&'a RequestMembers>,
}

#[derive(Serialize)]
struct TermForm<'a> {
    value: &'a str,
    label: &'a str,
    ranges: &'a [[usize; 2]],
    effect: &'static str,
}

#[derive(Serialize)]
struct CorrectionForm<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct AlternativeForm<'a> {
    id: &'a str,
    label: &'a str,
    codes: &'a [String],
    group_count: usize,
    request: &'a RequestMembers,
}

impl<'a> From<&'a UnderstoodPlace> for PlaceForm<'a> {
    fn from(place: &'a UnderstoodPlace) -> Self {
        Self {
            label: &place.label,
            kind: place.kind,
            district: place.district.as_deref(),
            ranges: &place.ranges,
            effect: place.effect,
            request: place.request.as_ref(),
        }
    }
}

fn terms(terms: &[UnderstoodTerm]) -> Vec<TermForm<'_>> {
    terms
        .iter()
        .map(|term| TermForm {
            value: &term.value,
            label: &term.label,
            ranges: &term.ranges,
            effect: term.effect,
        })
        .collect()
}

impl<'a> From<&'a Interpretation> for InterpretationForm<'a> {
    fn from(understood: &'a Interpretation) -> Self {
        let concept = |concept: &'a crate::search::answer::UnderstoodConcept| ConceptForm {
            id: &concept.id,
            label: &concept.label,
            codes: &concept.codes,
            via: &concept.via,
            ranges: &concept.ranges,
            effect: concept.effect,
        };
        let alternative = |other: &'a crate::search::answer::Alternative| AlternativeForm {
            id: &other.id,
            label: &other.label,
            codes: &other.codes,
            group_count: other.group_count,
            request: &other.request,
        };
        Self {
            text: &understood.text,
            concepts: understood.concepts.iter().map(concept).collect(),
            place: understood.place.as_ref().map(PlaceForm::from),
            place_alternatives: understood.place_alternatives.iter().map(PlaceForm::from).collect(),
            audience: terms(&understood.audience),
            age_group: terms(&understood.age_group),
            gender: terms(&understood.gender),
            format: terms(&understood.format),
            language: terms(&understood.language),
            status: terms(&understood.status),
            contact_points: terms(&understood.contact_points),
            corrections: understood
                .corrections
                .iter()
                .map(|c| CorrectionForm { from: &c.from, to: &c.to })
                .collect(),
            dropped_words: &understood.dropped_words,
            alternatives: understood.alternatives.iter().map(alternative).collect(),
        }
    }
}

#[derive(Serialize)]
struct LinkForm<'a> {
    label: &'a str,
    url: Option<&'a str>,
    phone: Option<&'a str>,
}

fn fallback(
    out: &mut Vec<u8>,
    site: &Site,
    generation: &Generation,
    fallback: &Fallback,
    language: AnswerLanguage,
) {
    let mut object = ObjectWriter::new(2048);
    object.member("reason", fallback.reason.as_str());
    put_list(object.name("steps"), &fallback.steps, |out, step| {
        let mut object = ObjectWriter::new(1024);
        object.member("kind", step.kind.as_str());
        object.member("label", &step.label);
        object.member("count", &step.count);
        object.member("request", &step.request);
        put_list(object.name("items"), &step.items, |out, item| {
            hit(out, site, generation, item, language);
        });
        put_list(object.name("contact_points"), &step.contact_points, |out, found| {
            put(out, &ContactPointForm::of(site, generation, found));
        });
        put_list(object.name("links"), &step.links, |out, link| {
            put(
                out,
                &LinkForm {
                    label: &link.label,
                    url: link.url.as_deref(),
                    phone: link.phone.as_deref(),
                },
            );
        });
        out.extend_from_slice(&object.end());
    });
    out.extend_from_slice(&object.end());
}

#[derive(Serialize)]
struct CrisisForm<'a> {
    kind: &'static str,
    text: &'a str,
    contacts: Vec<CrisisNumberForm<'a>>,
}

#[derive(Serialize)]
struct CrisisNumberForm<'a> {
    label: &'a str,
    phone: &'a str,
    tel: &'a str,
    url: Option<&'a str>,
    hours: Option<&'a str>,
    languages: &'a [String],
}

impl<'a> From<&'a CrisisHelp> for CrisisForm<'a> {
    fn from(help: &'a CrisisHelp) -> Self {
        let number = |number: &'a crate::search::answer::CrisisNumber| CrisisNumberForm {
            label: &number.label,
            phone: &number.phone,
            tel: &number.tel,
            url: number.url.as_deref(),
            hours: number.hours.as_deref(),
            languages: &number.languages,
        };
        Self {
            kind: help.kind,
            text: &help.text,
            contacts: help.contacts.iter().map(number).collect(),
        }
    }
}

/// A contact point as answers show it.
#[derive(Serialize)]
pub struct ContactPointForm<'a> {
    id: &'a str,
    name: &'a str,
    abbreviation: Option<&'a str>,
    operator: Option<&'a str>,
    level: &'a str,
    parent: Option<&'a str>,
    state: &'a str,
    address: AddressForm<'a>,
    phone: Option<&'a str>,
    email: Option<&'a str>,
    website: Option<&'a str>,
    hours: Option<&'a str>,
    lat: Option<f64>,
    lon: Option<f64>,
    serves: Vec<DistrictForm<'a>>,
    serves_place: Option<bool>,
    distance_km: Option<f64>,
    group_count: usize,
}

#[derive(Serialize)]
struct AddressForm<'a> {
    street: Option<&'a str>,
    postcode: Option<&'a str>,
    town: Option<&'a str>,
}

#[derive(Serialize)]
struct DistrictForm<'a> {
    id: &'a str,
    name: String,
}

impl<'a> ContactPointForm<'a> {
    /// Makes the form of a contact point that was found.
    pub fn of(site: &Site, generation: &'a Generation, found: &FoundContactPoint) -> Self {
        let point: &StoredContactPoint = &generation.meta.contact_points[found.position];
        let reference = site.searcher.reference();
        let gazetteer = &reference.gazetteer;
        let serves = point.serves.iter().map(|key| {
            let district = key.parse::<DistrictKey>().ok();
            let district = district.as_ref().and_then(|key| gazetteer.district(key));
            DistrictForm { id: key, name: district.map_or_else(|| key.clone(), |d| d.label()) }
        });
        // Four decimals are some ten metres: as exact as a house, no more.
        let rounded = |degrees: f64| (degrees * 10_000.0).round() / 10_000.0;
        Self {
            id: &point.id,
            name: &point.name,
            abbreviation: point.abbreviation.as_deref(),
            operator: point.operator.as_deref(),
            level: &point.level,
            parent: point.parent.as_deref(),
            state: &point.state,
            address: AddressForm {
                street: point.street.as_deref(),
                postcode: point.postcode.as_deref(),
                town: point.town.as_deref(),
            },
            phone: point.phone.as_deref(),
            email: point.email.as_deref(),
            website: point.website.as_deref(),
            hours: point.hours.as_deref(),
            lat: point.lat.map(rounded),
            lon: point.lon.map(rounded),
            serves: serves.collect(),
            serves_place: found.serves_place,
            distance_km: found.distance_km,
            group_count: found.group_count,
        }
    }
}

#[derive(Serialize)]
struct SuggestionForm<'a> {
    kind: &'static str,
    id: &'a str,
    label: &'a str,
    matched: &'a str,
    ranges: &'a [[usize; 2]],
    group_count: usize,
    request: &'a RequestMembers,
}

/// Writes suggestions.
pub fn suggestions(answer: &SuggestAnswer) -> Vec<u8> {
    let mut object = ObjectWriter::new(2048);
    put_list(object.name("items"), &answer.items, |out, line| {
        put(
            out,
            &SuggestionForm {
                kind: line.kind.as_str(),
                id: &line.id,
                label: &line.label,
                matched: &line.matched,
                ranges: &line.ranges,
                group_count: line.group_count,
                request: &line.request,
            },
        );
    });
    object.member("total", &answer.items.len());
    object.member("next_cursor", &());
    object.member("crisis_help", &answer.crisis_help.as_ref().map(CrisisForm::from));
    object.member("generation", &answer.generation.id());
    object.end()
}

/// A topic or condition as answers show it.
#[derive(Serialize)]
pub struct TopicForm<'a> {
    id: &'a str,
    label: &'a str,
    codes: &'a [String],
    synonyms: &'a [String],
    broader: Vec<NamedForm<'a>>,
    narrower: Vec<NamedForm<'a>>,
    group_count: usize,
    crisis: bool,
    retired_codes: &'a [String],
}

#[derive(Serialize)]
struct NamedForm<'a> {
    id: &'a str,
    label: &'a str,
}

impl<'a> From<&'a FoundConcept> for TopicForm<'a> {
    fn from(concept: &'a FoundConcept) -> Self {
        fn named(pairs: &[(String, String)]) -> Vec<NamedForm<'_>> {
            pairs.iter().map(|(id, label)| NamedForm { id, label }).collect()
        }
        Self {
            id: &concept.id,
            label: &concept.label,
            codes: &concept.codes,
            synonyms: &concept.synonyms,
            broader: named(&concept.broader),
            narrower: named(&concept.narrower),
            group_count: concept.group_count,
            crisis: concept.crisis,
            retired_codes: &concept.retired_codes,
        }
    }
}

/// A place as answers show it.
#[derive(Serialize)]
pub struct PlaceEntryForm<'a> {
    id: &'a str,
    kind: &'static str,
    label: &'a str,
    postcodes: &'a [String],
    district: Option<&'a str>,
    district_name: Option<&'a str>,
    state: Option<&'a str>,
    lat: f64,
    lon: f64,
}

impl<'a> From<&'a FoundPlaceEntry> for PlaceEntryForm<'a> {
    fn from(place: &'a FoundPlaceEntry) -> Self {
        Self {
            id: &place.id,
            kind: place.kind,
            label: &place.label,
            postcodes: &place.postcodes,
            district: place.district.as_deref(),
            district_name: place.district_name.as_deref(),
            state: place.state.as_deref(),
            lat: place.lat,
            lon: place.lon,
        }
    }
}

/// Writes a list; `write` appends one entry.
pub fn list<T>(
    items: &[T],
    total: usize,
    next_cursor: Option<&str>,
    write: impl FnMut(&mut Vec<u8>, &T),
) -> Vec<u8> {
    let mut object = ObjectWriter::new(256 + items.len() * 256);
    put_list(object.name("items"), items, write);
    object.member("total", &total);
    object.member("next_cursor", &next_cursor);
    object.end()
}

/// Appends an entry.
pub fn append(out: &mut Vec<u8>, value: &impl Serialize) {
    put(out, value);
}

/// Writes one entry.
pub fn entry(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    put(&mut out, value);
    out
}
