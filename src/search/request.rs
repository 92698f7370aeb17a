//! A search as sent becomes a checked [`SearchRequest`], or all that is wrong with it at once.
//!
//! In: query pairs or a JSON object, which mean the same. Out: the request, or the list of
//! [`ParameterProblem`]s. Knows no HTTP; whether a concept or a place exists is checked by
//! `interpret.rs`, which has the vocabulary.

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Map, Value};
use strsim::damerau_levenshtein;
use unicode_normalization::UnicodeNormalization;

use crate::config::{DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, MAX_QUERY_BYTES};
use crate::domain::{
    AgeGroup, Audience, ContactPointId, Coordinates, DistrictKey, Format, Gender, GroupId,
    Language, State, Status, Wheelchair,
};
use crate::reference::spoken::spoken;

/// Most values of one repeatable parameter (SEC-12).
pub const MAX_VALUES: usize = 50;

/// Most ids of one request.
pub const MAX_IDS: usize = 100;

/// Every parameter of a search, in the order of the contract.
pub const PARAMETERS: &[&str] = &[
    "q",
    "interpret",
    "place",
    "lat",
    "lon",
    "radius_km",
    "include_online",
    "bbox",
    "topic",
    "condition",
    "audience",
    "age_group",
    "gender",
    "language",
    "format",
    "status",
    "district",
    "state",
    "contact_point",
    "wheelchair",
    "updated_since",
    "id",
    "min_tier",
    "sort",
    "limit",
    "cursor",
    "offset",
    "facets",
    "expand",
    "lang",
    "min_generation",
];

/// What is wrong with a parameter; a client acts on `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The value is not one of those allowed.
    InvalidParameter,
    /// There is no such parameter.
    UnknownParameter,
    /// The page lies beyond [`MAX_OFFSET`].
    PageTooDeep,
    /// The body is not a JSON object.
    MalformedBody,
}

/// One thing that is wrong with a request, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterProblem {
    /// What kind of fault.
    pub kind: ProblemKind,
    /// The parameter.
    pub parameter: String,
    /// What is wrong and what would be right, in English; never the query text.
    pub detail: String,
    /// Values that would be right.
    pub suggestions: Vec<String>,
}

impl ParameterProblem {
    /// Makes an `invalid_parameter` without suggestions.
    pub fn invalid(parameter: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: ProblemKind::InvalidParameter,
            parameter: parameter.to_owned(),
            detail: detail.into(),
            suggestions: Vec::new(),
        }
    }
}

/// How well a hit fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The concept itself.
    Exact,
    /// A narrower concept.
    Narrower,
    /// All words in name or topics.
    Title,
    /// A broader concept.
    Broader,
    /// Words in the description.
    Text,
    /// Offered by the ladder, not matched.
    Fallback,
}

impl Tier {
    /// The tiers a caller may ask for, in their order.
    pub const WORDS: &'static [&'static str] = &["exact", "narrower", "title", "broader", "text"];

    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Narrower => "narrower",
            Self::Title => "title",
            Self::Broader => "broader",
            Self::Text => "text",
            Self::Fallback => "fallback",
        }
    }
}

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Best match first.
    Relevance,
    /// Nearest first; without a point last.
    Distance,
    /// By name.
    Name,
    /// Latest change first.
    Updated,
}

impl Sort {
    /// The words of the contract.
    pub const WORDS: &'static [&'static str] = &["relevance", "distance", "name", "updated"];

    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Distance => "distance",
            Self::Name => "name",
            Self::Updated => "updated",
        }
    }
}

/// A facet a caller may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Facet {
    /// Topic groups, the top of the tree.
    Topic,
    /// Concepts.
    Concept,
    /// For whom.
    Audience,
    /// Age.
    AgeGroup,
    /// Gender.
    Gender,
    /// How it meets.
    Format,
    /// Languages.
    Language,
    /// Districts.
    District,
    /// States.
    State,
    /// Publishers.
    ContactPoint,
    /// Status.
    Status,
    /// Wheelchair access.
    Wheelchair,
}

impl Facet {
    /// Every facet in the order of the contract.
    pub const ALL: [Self; 12] = [
        Self::Topic,
        Self::Concept,
        Self::Audience,
        Self::AgeGroup,
        Self::Gender,
        Self::Format,
        Self::Language,
        Self::District,
        Self::State,
        Self::ContactPoint,
        Self::Status,
        Self::Wheelchair,
    ];
    /// The words of the contract.
    pub const WORDS: &'static [&'static str] = &[
        "topic",
        "concept",
        "audience",
        "age_group",
        "gender",
        "format",
        "language",
        "district",
        "state",
        "contact_point",
        "status",
        "wheelchair",
    ];

    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// Whether the groups of the fallback ladder are appended to the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Expand {
    /// They stand in the steps only.
    #[default]
    None,
    /// Online groups are appended.
    Online,
    /// All are appended.
    All,
}

/// The language of labels and texts in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AnswerLanguage {
    /// German.
    #[default]
    German,
    /// English.
    English,
    /// Leichte Sprache.
    Simple,
    /// Upper Sorbian.
    UpperSorbian,
    /// Russian.
    Russian,
    /// Ukrainian.
    Ukrainian,
    /// Arabic.
    Arabic,
    /// Vietnamese.
    Vietnamese,
}

impl AnswerLanguage {
    /// The words of the contract.
    pub const WORDS: &'static [&'static str] =
        &["de", "en", "de-x-leicht", "hsb", "ru", "uk", "ar", "vi"];

    /// Returns the tags of the languages in which an answer stands, for `Content-Language`: topics
    /// and what contact points write stay German beside labels in these.
    pub fn content(self) -> &'static str {
        match self {
            Self::Russian => "ru, de",
            Self::Ukrainian => "uk, de",
            Self::Arabic => "ar, de",
            Self::Vietnamese => "vi, de",
            language => language.as_str(),
        }
    }

    /// Returns a German or English sentence of ours in this language; German where it has none.
    pub fn say(self, german: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::English => english,
            language => spoken(german, language.as_str()).unwrap_or(german),
        }
    }

    /// Returns the tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
            Self::Simple => "de-x-leicht",
            Self::UpperSorbian => "hsb",
            Self::Russian => "ru",
            Self::Ukrainian => "uk",
            Self::Arabic => "ar",
            Self::Vietnamese => "vi",
        }
    }
}

/// A rectangle in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoundingBox {
    /// Western edge, longitude.
    pub west: f64,
    /// Southern edge, latitude.
    pub south: f64,
    /// Eastern edge, longitude.
    pub east: f64,
    /// Northern edge, latitude.
    pub north: f64,
}

/// The filters of a search: OR inside one, AND between them; an empty list filters nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters {
    /// Concept ids or codes; `topic` and `condition` in one.
    pub concepts: Vec<String>,
    /// For whom.
    pub audience: Vec<Audience>,
    /// Age.
    pub age_group: Vec<AgeGroup>,
    /// Gender.
    pub gender: Vec<Gender>,
    /// Languages.
    pub language: Vec<Language>,
    /// How it meets; online and in_person also match hybrid.
    pub format: Vec<Format>,
    /// Status; empty: all but closed.
    pub status: Vec<Status>,
    /// Districts.
    pub district: Vec<DistrictKey>,
    /// States.
    pub state: Vec<State>,
    /// Publishers.
    pub contact_point: Vec<ContactPointId>,
    /// This access or better.
    pub wheelchair: Option<Wheelchair>,
    /// Changed at or after.
    pub updated_since: Option<Timestamp>,
    /// These groups only.
    pub id: Vec<GroupId>,
    /// Inside this rectangle.
    pub bbox: Option<BoundingBox>,
    /// Within so many kilometres of the point.
    pub radius_km: Option<f64>,
    /// With `radius_km`: online and telephone groups too.
    pub include_online: bool,
}

/// A search whose parameters are each right by themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// Free text, NFC, without control characters.
    pub q: Option<String>,
    /// Whether meaning is looked for in the text.
    pub interpret: bool,
    /// A place by name, postcode, key or plate.
    pub place: Option<String>,
    /// A point instead of a place.
    pub point: Option<Coordinates>,
    /// Filters.
    pub filters: Filters,
    /// Worst tier wanted.
    pub min_tier: Tier,
    /// Order; `None`: by what the request holds.
    pub sort: Option<Sort>,
    /// Hits on a page.
    pub limit: usize,
    /// Hits to pass over.
    pub offset: usize,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Facets to count.
    pub facets: Vec<Facet>,
    /// What the ladder appends.
    pub expand: Expand,
    /// Language; `None`: by `Accept-Language`.
    pub lang: Option<AnswerLanguage>,
    /// A generation from an earlier answer.
    pub min_generation: Option<String>,
    /// The request as a JSON object of its set members, without paging: what a step of the
    /// ladder varies and sends back.
    pub members: Map<String, Value>,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            q: None,
            interpret: true,
            place: None,
            point: None,
            filters: Filters::default(),
            min_tier: Tier::Text,
            sort: None,
            limit: DEFAULT_LIMIT,
            offset: 0,
            cursor: None,
            facets: Vec::new(),
            expand: Expand::None,
            lang: None,
            min_generation: None,
            members: Map::new(),
        }
    }
}

/// A request with faults of form: what could be read of it, so that what only the tables know can be
/// told together with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Faulty {
    /// What could be read; parameters with a fault are missing.
    pub request: SearchRequest,
    /// What is wrong; never empty.
    pub problems: Vec<ParameterProblem>,
}

/// Members that only page or dress an answer and so do not belong to a step's request.
const PAGING: &[&str] = &["limit", "offset", "cursor", "facets", "min_generation"];

/// Parameters that may be repeated.
const LISTS: &[&str] = &[
    "topic",
    "condition",
    "audience",
    "age_group",
    "gender",
    "language",
    "format",
    "status",
    "district",
    "state",
    "contact_point",
    "id",
    "facets",
];

impl SearchRequest {
    /// Reads a request from decoded query pairs.
    ///
    /// # Errors
    ///
    /// Every fault of form, in the order of the pairs.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Box<Faulty>> {
        let mut members = Map::new();
        let mut problems = Vec::new();
        for (name, value) in pairs {
            let value = Value::String(value.to_owned());
            if LISTS.contains(&name) {
                match members.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                    Value::Array(values) => values.push(value),
                    _ => continue,
                }
            } else if members.insert(name.to_owned(), value).is_some() {
                problems
                    .push(ParameterProblem::invalid(name, format!("`{name}` may stand only once")));
            }
        }
        Self::check(members, problems, Origin::Query)
    }

    /// Reads a request from a JSON object.
    ///
    /// # Errors
    ///
    /// Every fault of form; a value that is no object is `malformed_body`.
    pub fn from_json(body: Value) -> Result<Self, Box<Faulty>> {
        match body {
            Value::Object(members) => Self::check(members, Vec::new(), Origin::Json),
            _ => Err(Box::new(Faulty {
                request: Self::default(),
                problems: vec![ParameterProblem {
                    kind: ProblemKind::MalformedBody,
                    parameter: String::new(),
                    detail: "the body must be one JSON object such as {\"q\": \"diabetes\"}"
                        .to_owned(),
                    suggestions: Vec::new(),
                }],
            })),
        }
    }

    fn check(
        members: Map<String, Value>,
        problems: Vec<ParameterProblem>,
        origin: Origin,
    ) -> Result<Self, Box<Faulty>> {
        let mut reader = Reader { members: &members, problems, origin };
        for name in members.keys() {
            if !PARAMETERS.contains(&name.as_str()) {
                reader.problems.push(unknown_parameter(name, PARAMETERS));
            }
        }
        let q = reader.text("q", MAX_QUERY_BYTES).filter(|text| !text.is_empty());
        let mut request = Self { q, ..Self::default() };
        request.interpret = reader.flag("interpret").unwrap_or(true);
        request.place = reader.text("place", 120).filter(|text| !text.is_empty());
        request.point = reader.point();
        if request.point.is_some() && request.place.is_some() {
            reader.invalid("lat", "give either `place` or `lat` and `lon`, not both");
        }
        request.filters = reader.filters();
        request.min_tier = reader.word("min_tier", Tier::WORDS).map_or(Tier::Text, |i| {
            [Tier::Exact, Tier::Narrower, Tier::Title, Tier::Broader, Tier::Text][i]
        });
        request.sort = reader
            .word("sort", Sort::WORDS)
            .map(|i| [Sort::Relevance, Sort::Distance, Sort::Name, Sort::Updated][i]);
        request.limit = reader.whole("limit", MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
        request.offset = reader.offset();
        request.cursor = reader.text("cursor", 400).filter(|text| !text.is_empty());
        if request.cursor.is_some() && request.offset > 0 {
            reader.invalid("offset", "give either `cursor` or `offset`, not both");
        }
        request.facets =
            reader.words("facets", Facet::WORDS).into_iter().map(|i| Facet::ALL[i]).collect();
        request.expand = reader
            .word("expand", &["none", "online", "all"])
            .map_or(Expand::None, |i| [Expand::None, Expand::Online, Expand::All][i]);
        request.lang = reader.word("lang", AnswerLanguage::WORDS).map(language_at);
        request.min_generation = reader.text("min_generation", 80).filter(|text| !text.is_empty());

        let problems = reader.problems;
        request.members =
            members.into_iter().filter(|(name, _)| !PAGING.contains(&name.as_str())).collect();
        if problems.is_empty() { Ok(request) } else { Err(Box::new(Faulty { request, problems })) }
    }

    /// Says whether the request names an illness or a place, so that no cache may keep it.
    pub fn is_sensitive(&self) -> bool {
        self.q.is_some() || self.place.is_some() || !self.filters.concepts.is_empty()
    }
}

/// Returns the language at a position of [`AnswerLanguage::WORDS`].
pub fn language_at(index: usize) -> AnswerLanguage {
    [
        AnswerLanguage::German,
        AnswerLanguage::English,
        AnswerLanguage::Simple,
        AnswerLanguage::UpperSorbian,
        AnswerLanguage::Russian,
        AnswerLanguage::Ukrainian,
        AnswerLanguage::Arabic,
        AnswerLanguage::Vietnamese,
    ][index]
}

/// Makes the problem of a parameter that does not exist, with the nearest one that does.
pub fn unknown_parameter(name: &str, known: &[&str]) -> ParameterProblem {
    let nearest = nearest(name, known);
    let hint = nearest.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    // A stray name may be the query itself (`?diabetes`): a long or odd one is not repeated.
    let is_plain = name.len() <= 30 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let may_be_named = PARAMETERS.contains(&name) || (is_plain && nearest.is_some());
    ParameterProblem {
        kind: ProblemKind::UnknownParameter,
        parameter: if may_be_named { name.to_owned() } else { String::new() },
        detail: if may_be_named {
            format!("there is no parameter called `{name}`{hint}")
        } else {
            format!("there is no such parameter; there are {}", known.join(", "))
        },
        suggestions: nearest.map(str::to_owned).into_iter().collect(),
    }
}

/// German names people try, with ours.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("ort", "place"),
    ("plz", "place"),
    ("postcode", "place"),
    ("city", "place"),
    ("zip", "place"),
    ("query", "q"),
    ("search", "q"),
    ("suche", "q"),
    ("text", "q"),
    ("thema", "topic"),
    ("krankheit", "condition"),
    ("radius", "radius_km"),
    ("umkreis", "radius_km"),
    ("page", "offset"),
    ("per_page", "limit"),
    ("size", "limit"),
    ("sprache", "language"),
    ("kontaktstelle", "contact_point"),
    ("landkreis", "district"),
    ("lng", "lon"),
    ("latitude", "lat"),
    ("longitude", "lon"),
    ("filter", "topic"),
    ("order", "sort"),
    ("facet", "facets"),
    ("bundesland", "state"),
    ("zielgruppe", "audience"),
];

fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let alias = OTHER_NAMES.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    if let Some(ours) = alias.and_then(|ours| known.iter().find(|known| **known == ours)) {
        return Some(ours);
    }
    let (distance, near) =
        known.iter().map(|known| (damerau_levenshtein(&lower, known), *known)).min()?;
    (distance <= 2.min(near.len() / 2).max(1)).then_some(near)
}

/// Where values come from: in a query everything is text, in JSON types count.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Query,
    Json,
}

/// Reads members one by one and gathers what is wrong.
struct Reader<'m> {
    members: &'m Map<String, Value>,
    problems: Vec<ParameterProblem>,
    origin: Origin,
}

impl Reader<'_> {
    fn invalid(&mut self, parameter: &str, detail: impl Into<String>) {
        self.problems.push(ParameterProblem::invalid(parameter, detail));
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str, max_bytes: usize) -> Option<String> {
        let Value::String(text) = self.value(name)? else {
            self.invalid(name, format!("`{name}` must be a text"));
            return None;
        };
        let clean: String = text.nfc().filter(|c| !is_ignorable(*c)).map(plain_letter).collect();
        if clean.len() > max_bytes {
            self.invalid(
                name,
                format!("`{name}` may be at most {max_bytes} bytes long, this is {}", clean.len()),
            );
            return None;
        }
        Some(clean.trim().to_owned())
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        let flag = match (self.value(name)?, self.origin) {
            (Value::Bool(flag), Origin::Json) => Some(*flag),
            (Value::String(text), Origin::Query) => match text.as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if flag.is_none() {
            self.invalid(name, format!("`{name}` must be true or false"));
        }
        flag
    }

    fn number(&mut self, name: &str, min: f64, max: f64) -> Option<f64> {
        let number = match (self.value(name)?, self.origin) {
            (Value::Number(number), Origin::Json) => number.as_f64(),
            (Value::String(text), Origin::Query) => text.trim().parse().ok(),
            _ => None,
        };
        match number.filter(|n| n.is_finite() && (min..=max).contains(n)) {
            Some(number) => Some(number),
            None => {
                self.invalid(name, format!("`{name}` must be a number from {min} to {max}"));
                None
            }
        }
    }

    fn whole(&mut self, name: &str, max: usize) -> Option<usize> {
        let number = match (self.value(name)?, self.origin) {
            (Value::Number(number), Origin::Json) => number.as_u64(),
            (Value::String(text), Origin::Query) => text.trim().parse().ok(),
            _ => None,
        };
        match number.filter(|n| *n <= max as u64) {
            Some(number) => Some(number as usize),
            None => {
                self.invalid(name, format!("`{name}` must be a whole number from 0 to {max}"));
                None
            }
        }
    }

    fn offset(&mut self) -> usize {
        let before = self.problems.len();
        let offset = self.whole("offset", MAX_OFFSET).unwrap_or(0);
        let is_number = match self.value("offset") {
            Some(Value::Number(number)) => number.is_u64(),
            Some(Value::String(text)) => text.trim().parse::<u64>().is_ok(),
            _ => false,
        };
        if self.problems.len() > before && is_number {
            self.problems[before].kind = ProblemKind::PageTooDeep;
            self.problems[before].detail =
                format!("`offset` goes to {MAX_OFFSET}; go on with `cursor` from `next_cursor`");
        }
        offset
    }

    fn point(&mut self) -> Option<Coordinates> {
        let lat = self.number("lat", -90.0, 90.0);
        let lon = self.number("lon", -180.0, 180.0);
        match (lat, lon) {
            (Some(lat), Some(lon)) => Coordinates::new(lat, lon)
                .map_err(|_| {
                    self.invalid("lat", "0/0 is no place in Germany; leave both out if unknown")
                })
                .ok(),
            (None, None) => None,
            (Some(_), None) if self.value("lon").is_none() => {
                self.invalid("lon", "`lat` needs `lon` beside it");
                None
            }
            (None, Some(_)) if self.value("lat").is_none() => {
                self.invalid("lat", "`lon` needs `lat` beside it");
                None
            }
            _ => None,
        }
    }

    /// Returns the texts of a list parameter.
    fn list(&mut self, name: &str, max: usize) -> Vec<String> {
        let values = match self.value(name) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values.clone(),
            Some(_) => {
                self.invalid(name, format!("`{name}` must be an array, as in [\"…\"]"));
                return Vec::new();
            }
        };
        if values.len() > max {
            self.invalid(name, format!("`{name}` may stand at most {max} times"));
            return Vec::new();
        }
        let mut texts = Vec::new();
        for value in values {
            match value {
                Value::String(text) if text.contains(',') && self.origin == Origin::Query => {
                    self.invalid(
                        name,
                        format!("repeat `{name}` instead of using commas: {name}=a&{name}=b"),
                    );
                }
                Value::String(text) => texts.push(text.trim().to_owned()),
                _ => self.invalid(name, format!("`{name}` must hold texts only")),
            }
        }
        texts
    }

    /// Parses the values of a list parameter; the values of closed lists are named when wrong.
    fn parsed<T: FromStr + PartialEq>(
        &mut self,
        name: &str,
        what: &str,
        allowed: &[&str],
    ) -> Vec<T> {
        let mut parsed: Vec<T> = Vec::new();
        for text in self.list(name, if name == "id" { MAX_IDS } else { MAX_VALUES }) {
            match text.parse::<T>() {
                Ok(value) if !parsed.contains(&value) => parsed.push(value),
                Ok(_) => {}
                Err(_) => {
                    let near = nearest(&text, allowed).map(str::to_owned);
                    self.problems.push(ParameterProblem {
                        kind: ProblemKind::InvalidParameter,
                        parameter: name.to_owned(),
                        detail: format!("`{name}` must be {what}"),
                        suggestions: near.into_iter().collect(),
                    });
                }
            }
        }
        parsed
    }

    fn closed<T: FromStr + PartialEq>(&mut self, name: &str, allowed: &[&str]) -> Vec<T> {
        self.parsed(name, &format!("one of {}", allowed.join(", ")), allowed)
    }

    /// Returns the position of a single word in a closed list.
    fn word(&mut self, name: &str, allowed: &[&str]) -> Option<usize> {
        let text = match self.value(name)? {
            Value::String(text) => text.clone(),
            _ => String::new(),
        };
        let found = allowed.iter().position(|word| *word == text);
        if found.is_none() {
            self.problems.push(ParameterProblem {
                kind: ProblemKind::InvalidParameter,
                parameter: name.to_owned(),
                detail: format!("`{name}` must be one of {}", allowed.join(", ")),
                suggestions: nearest(&text, allowed).map(str::to_owned).into_iter().collect(),
            });
        }
        found
    }

    fn words(&mut self, name: &str, allowed: &[&str]) -> Vec<usize> {
        let mut found = Vec::new();
        for text in self.list(name, allowed.len()) {
            match allowed.iter().position(|word| *word == text) {
                Some(index) if !found.contains(&index) => found.push(index),
                Some(_) => {}
                None => self.problems.push(ParameterProblem {
                    kind: ProblemKind::InvalidParameter,
                    parameter: name.to_owned(),
                    detail: format!("`{name}` must be one of {}", allowed.join(", ")),
                    suggestions: nearest(&text, allowed).map(str::to_owned).into_iter().collect(),
                }),
            }
        }
        found
    }

    fn filters(&mut self) -> Filters {
        let mut concepts = self.list("topic", MAX_VALUES);
        concepts.extend(self.list("condition", MAX_VALUES));
        let status: Vec<Status> = self.closed("status", Status::WORDS);
        if status.contains(&Status::Closed) {
            self.invalid("status", "closed groups are never shown; leave `closed` out");
        }
        let states: Vec<&str> = State::all().map(State::as_str).collect();
        Filters {
            concepts,
            audience: self.closed("audience", Audience::WORDS),
            age_group: self.closed("age_group", AgeGroup::WORDS),
            gender: self.closed("gender", Gender::WORDS),
            language: self.parsed(
                "language",
                "a BCP 47 tag such as de, en, uk, ar, hsb or gsg",
                &[],
            ),
            format: self.closed("format", Format::WORDS),
            status,
            district: self.parsed(
                "district",
                "a district key of five digits such as 16053 (see /v1/places)",
                &[],
            ),
            state: self.parsed("state", "two letters such as SN or TH", &states),
            contact_point: self.parsed(
                "contact_point",
                "a contact point's id such as ikos-jena (see /v1/contact-points)",
                &[],
            ),
            wheelchair: self
                .word("wheelchair", &["yes", "partial"])
                .map(|i| [Wheelchair::Yes, Wheelchair::Partial][i]),
            updated_since: self.timestamp("updated_since"),
            id: self.parsed("id", "a group's id (a UUID)", &[]),
            bbox: self.bbox(),
            radius_km: self.number("radius_km", 1.0, 500.0),
            include_online: self.flag("include_online").unwrap_or(false),
        }
    }

    fn timestamp(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name, 40)?;
        let parsed = text.parse::<Timestamp>().ok();
        if parsed.is_none() {
            self.invalid(
                name,
                format!("`{name}` must be a date-time such as 2026-03-01T00:00:00Z"),
            );
        }
        parsed
    }

    fn bbox(&mut self) -> Option<BoundingBox> {
        let text = self.text("bbox", 120)?;
        let numbers: Vec<f64> =
            text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
        match numbers[..] {
            [west, south, east, north]
                if text.split(',').count() == 4
                    && west < east
                    && south < north
                    && (-180.0..=180.0).contains(&west)
                    && (-180.0..=180.0).contains(&east)
                    && (-90.0..=90.0).contains(&south)
                    && (-90.0..=90.0).contains(&north) =>
            {
                Some(BoundingBox { west, south, east, north })
            }
            _ => {
                self.invalid(
                    "bbox",
                    "`bbox` must be west,south,east,north in degrees, as in 11.5,50.8,11.7,51.0",
                );
                None
            }
        }
    }
}

/// Soft hyphens, zero-width characters and marks of direction carry no meaning here.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn plain_letter(c: char) -> char {
    match c {
        // Full-width letters, signs and figures, as East Asian keyboards type them.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c if c.is_control() || c.is_whitespace() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn query_and_json_mean_the_same() {
        let from_query = SearchRequest::from_pairs([
            ("q", "diabetes"),
            ("audience", "parents"),
            ("audience", "relatives"),
            ("limit", "5"),
        ]);
        let from_json = SearchRequest::from_json(
            json!({"q": "diabetes", "audience": ["parents", "relatives"], "limit": 5}),
        );
        assert_eq!(from_query, from_json);
        assert_eq!(from_query.expect("right").filters.audience.len(), 2);
    }

    #[test]
    fn every_fault_is_named_with_its_way_out() {
        for (pairs, parameter, part) in [
            (vec![("limit", "101")], "limit", "0 to 100"),
            (vec![("limit", "many")], "limit", "0 to 100"),
            (vec![("offset", "1001")], "offset", "next_cursor"),
            (vec![("ort", "Jena")], "ort", "`place`"),
            (vec![("topic", "a,b")], "topic", "repeat"),
            (vec![("place", "Jena"), ("lat", "50.9"), ("lon", "11.5")], "lat", "either"),
            (vec![("lat", "50.9")], "lon", "beside"),
            (vec![("status", "closed")], "status", "never shown"),
            (vec![("audience", "familie")], "audience", "one of"),
            (vec![("bbox", "1,2,3")], "bbox", "west"),
            (vec![("radius_km", "0")], "radius_km", "1 to 500"),
            (vec![("updated_since", "gestern")], "updated_since", "2026"),
        ] {
            let problems = SearchRequest::from_pairs(pairs).expect_err(parameter).problems;
            assert_eq!(problems[0].parameter, parameter);
            assert!(problems[0].detail.contains(part), "{}", problems[0].detail);
        }
    }

    #[test]
    fn a_stray_query_is_not_repeated_in_the_error() {
        let problems =
            SearchRequest::from_pairs([("hiv in leipzig", "")]).expect_err("unknown").problems;
        assert!(!problems[0].detail.contains("hiv"));
        let problems =
            SearchRequest::from_pairs([("schizophrenie", "")]).expect_err("unknown").problems;
        assert!(!problems[0].detail.contains("schizophrenie"));
    }
}
