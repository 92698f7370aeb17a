//! Reads what a client asks, from the address or from a JSON body, into one form.
//!
//! In: a request by GET (query string), POST or QUERY (JSON body). Out: a [`Query`], or the problem:
//! too long, too large, no JSON, no object, a member twice. Which members exist and what their
//! values may be is said by `search/request.rs`, and for the small look-ups by [`Fields`].

use std::fmt;

use actix_web::http::{Method, header};
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::problem::{Code, Problem};
use crate::config::MAX_QUERY_BYTES;
use crate::domain::{Coordinates, State};
use crate::search::Searcher;
use crate::search::request::{
    AnswerLanguage, Faulty, ParameterProblem, SearchRequest, language_at, unknown_parameter,
};

/// Largest body of a search in bytes (SEC-10).
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// Longest address in bytes (SEC-10).
pub const MAX_URI_BYTES: usize = 4 * 1024;

/// All header fields together in bytes (SEC-10).
pub const MAX_HEADER_BYTES: usize = 8 * 1024;

/// Longest name of a place in bytes.
const MAX_PLACE_BYTES: usize = 120;

/// The members of a request.
#[derive(Debug)]
pub enum Query {
    /// From the address, in their order, decoded.
    Pairs(Vec<(String, String)>),
    /// From a body.
    Json(Map<String, Value>),
}

/// Reads the members of a request; `body` is left alone for GET.
///
/// # Errors
///
/// `unsupported_media_type`, `payload_too_large`, `malformed_body`, `invalid_parameter`.
pub async fn read(request: &HttpRequest, body: web::Payload) -> Result<Query, Problem> {
    let query = if request.method() == Method::GET {
        Query::Pairs(pairs(request)?)
    } else {
        Query::Json(json(request, body).await?)
    };
    if let Some(language) = query.language() {
        request.extensions_mut().insert(language);
    }
    Ok(query)
}

/// Returns the decoded pairs of the address.
///
/// # Errors
///
/// `invalid_parameter` for what is not UTF-8.
pub fn pairs(request: &HttpRequest) -> Result<Vec<(String, String)>, Problem> {
    let raw = request.query_string();
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect();
    let is_broken = pairs.iter().any(|(name, value)| {
        name.contains(char::REPLACEMENT_CHARACTER) || value.contains(char::REPLACEMENT_CHARACTER)
    });
    if is_broken {
        let detail = "the address must be UTF-8 with percent-encoding";
        return Err(Problem::because(Code::InvalidParameter, detail));
    }
    Ok(pairs)
}

/// Reads the JSON object of a body.
async fn json(
    request: &HttpRequest,
    mut body: web::Payload,
) -> Result<Map<String, Value>, Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let is_json = content_type.and_then(|value| value.to_str().ok()).is_some_and(is_utf8_json);
    if !is_json || request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedBody))?;
        if bytes.len() + chunk.len() > MAX_BODY_BYTES {
            let detail = format!("a body may be at most {MAX_BODY_BYTES} bytes large");
            return Err(Problem::because(Code::PayloadTooLarge, detail));
        }
        bytes.extend_from_slice(&chunk);
    }
    if !request.query_string().is_empty() {
        let detail = "the parameters belong into the body, not into the address";
        return Err(Problem::because(Code::InvalidParameter, detail));
    }
    let object: Object = serde_json::from_slice(&bytes).map_err(|error| {
        let detail = if error.is_data() {
            "the body must be one JSON object such as {\"q\": \"diabetes\"}".to_owned()
        } else {
            format!("the body is not JSON: line {}, column {}", error.line(), error.column())
        };
        Problem::because(Code::MalformedBody, detail)
    })?;
    let repeated = object.repeated.into_iter().map(|name| {
        // A member that is no parameter may be the query text itself.
        let is_known = crate::search::request::PARAMETERS.contains(&name.as_str());
        let name = if is_known { name } else { String::new() };
        ParameterProblem::invalid(&name, format!("`{name}` may stand only once"))
    });
    let repeated: Vec<ParameterProblem> = repeated.collect();
    if repeated.is_empty() {
        Ok(object.members)
    } else {
        Err(Problem::of_parameters(repeated, true))
    }
}

fn is_utf8_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parts.next().as_deref() == Some("application/json");
    let is_utf8 = parts.all(|part| {
        part.strip_prefix("charset=").is_none_or(|set| set.trim_matches('"') == "utf-8")
    });
    is_json && is_utf8
}

/// A JSON object that remembers which of its members stood twice.
struct Object {
    members: Map<String, Value>,
    repeated: Vec<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object { members: Map::new(), repeated: Vec::new() };
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if object.members.insert(name.clone(), value).is_some() {
                        object.repeated.push(name);
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl Query {
    /// Says whether the members stood in a body.
    pub fn is_body(&self) -> bool {
        matches!(self, Self::Json(_))
    }

    /// Reads a search; `faults` are those found before.
    ///
    /// # Errors
    ///
    /// The problem with all faults, those that only the searcher's tables tell among them.
    pub fn into_search(
        self,
        mut faults: Vec<ParameterProblem>,
        searcher: &Searcher,
    ) -> Result<SearchRequest, Problem> {
        let in_body = self.is_body();
        let read = match self {
            Self::Pairs(pairs) => {
                SearchRequest::from_pairs(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())))
            }
            Self::Json(members) => SearchRequest::from_json(Value::Object(members)),
        };
        let request = match read {
            Ok(request) if faults.is_empty() => return Ok(request),
            Ok(request) => request,
            Err(faulty) => {
                faults.extend(faulty.problems);
                faulty.request
            }
        };
        let all = searcher.all_problems(Faulty { request, problems: faults });
        Err(Problem::of_parameters(all, in_body))
    }

    /// Returns the language asked for, when it is one.
    fn language(&self) -> Option<AnswerLanguage> {
        let word = match self {
            Self::Pairs(pairs) => {
                pairs.iter().find(|(name, _)| name == "lang").map(|(_, value)| value.as_str())
            }
            Self::Json(members) => members.get("lang").and_then(Value::as_str),
        };
        word.and_then(language_of_tag)
    }
}

/// Returns the language with this tag.
pub fn language_of_tag(tag: &str) -> Option<AnswerLanguage> {
    AnswerLanguage::WORDS.iter().position(|word| *word == tag).map(language_at)
}

/// Reads the members of a small look-up one by one and gathers what is wrong.
pub struct Fields {
    members: Vec<(String, Value)>,
    in_body: bool,
    problems: Vec<ParameterProblem>,
}

impl Fields {
    /// Takes the members; names that are not in `known` are faults.
    pub fn new(query: Query, known: &[&str]) -> Self {
        let in_body = query.is_body();
        let members: Vec<(String, Value)> = match query {
            Query::Pairs(pairs) => {
                pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect()
            }
            Query::Json(members) => members.into_iter().collect(),
        };
        let mut problems = Vec::new();
        for (at, (name, _)) in members.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                problems.push(unknown_parameter(name, known));
            } else if members[..at].iter().any(|(other, _)| other == name) {
                let detail = format!("`{name}` may stand only once");
                problems.push(ParameterProblem::invalid(name, detail));
            }
        }
        Self { members, in_body, problems }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let found = self.members.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// Adds a fault.
    pub fn invalid(&mut self, name: &str, detail: impl Into<String>) {
        self.problems.push(ParameterProblem::invalid(name, detail));
    }

    /// Says whether a fault was found so far.
    pub fn has_faults(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Adds faults that somebody else found.
    pub fn add(&mut self, problems: Vec<ParameterProblem>) {
        self.problems.extend(problems);
    }

    /// Returns a text without control characters, trimmed; an empty one is none.
    pub fn text(&mut self, name: &str, max_bytes: usize) -> Option<String> {
        let Value::String(text) = self.value(name)? else {
            self.invalid(name, format!("`{name}` must be a text"));
            return None;
        };
        let clean: String =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        let clean = clean.trim();
        if clean.len() > max_bytes {
            let size = clean.len();
            let detail = format!("`{name}` may be at most {max_bytes} bytes long, this is {size}");
            self.invalid(name, detail);
            return None;
        }
        Some(clean.to_owned()).filter(|text| !text.is_empty())
    }

    /// Returns the text `q`, without which there is no look-up.
    pub fn q(&mut self) -> String {
        let before = self.problems.len();
        let text = self.text("q", MAX_QUERY_BYTES);
        if text.is_none() && self.problems.len() == before {
            self.invalid("q", "`q` is needed");
        }
        text.unwrap_or_default()
    }

    /// Returns the name of a place.
    pub fn place(&mut self) -> Option<String> {
        self.text("place", MAX_PLACE_BYTES)
    }

    /// Returns a whole number.
    pub fn whole(&mut self, name: &str, min: usize, max: usize, default: usize) -> usize {
        let Some(value) = self.value(name) else { return default };
        let number = match value {
            Value::Number(number) if self.in_body => number.as_u64(),
            Value::String(text) if !self.in_body => text.trim().parse().ok(),
            _ => None,
        };
        match number.and_then(|n| usize::try_from(n).ok()).filter(|n| (min..=max).contains(n)) {
            Some(number) => number,
            None => {
                self.invalid(name, format!("`{name}` must be a whole number from {min} to {max}"));
                default
            }
        }
    }

    fn degrees(&mut self, name: &str, limit: f64) -> Option<f64> {
        let number = match self.value(name)? {
            Value::Number(number) if self.in_body => number.as_f64(),
            Value::String(text) if !self.in_body => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|n: &f64| n.is_finite() && n.abs() <= limit);
        if number.is_none() {
            self.invalid(name, format!("`{name}` must be a number from -{limit} to {limit}"));
        }
        number
    }

    /// Returns the point `lat`, `lon`.
    pub fn point(&mut self) -> Option<Coordinates> {
        for (one, other) in [("lat", "lon"), ("lon", "lat")] {
            if self.value(one).is_some() && self.value(other).is_none() {
                self.invalid(other, format!("`{one}` needs `{other}` beside it"));
            }
        }
        let (lat, lon) = (self.degrees("lat", 90.0), self.degrees("lon", 180.0));
        let point = Coordinates::new(lat?, lon?);
        if point.is_err() {
            self.invalid("lat", "0/0 is no place in Germany; leave both out if unknown");
        }
        point.ok()
    }

    /// Returns the state.
    pub fn state(&mut self) -> Option<State> {
        let text = self.text("state", 40)?;
        let state = text.parse().ok();
        if state.is_none() {
            self.invalid("state", "`state` must be two letters such as SN or TH");
        }
        state
    }

    /// Returns the language; `None` leaves it to `Accept-Language`.
    pub fn lang(&mut self) -> Option<AnswerLanguage> {
        let text = self.text("lang", 20)?;
        let language = language_of_tag(&text);
        if language.is_none() {
            let words = AnswerLanguage::WORDS.join(", ");
            self.invalid("lang", format!("`lang` must be one of {words}"));
        }
        language
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// The problem with all faults.
    pub fn finish(self) -> Result<(), Problem> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Problem::of_parameters(self.problems, self.in_body))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn look_ups_name_all_their_faults() {
        let members = json!({"ort": "Jena", "limit": 500, "lang": "fr"});
        let Value::Object(members) = members else { return };
        let mut fields = Fields::new(Query::Json(members), &["q", "limit", "lang", "place"]);
        fields.q();
        fields.whole("limit", 1, 20, 10);
        fields.lang();
        let problem = fields.finish().expect_err("four faults");
        assert_eq!(problem.faults().len(), 4);
        assert_eq!(problem.code, Code::UnknownParameter);
    }

    #[test]
    fn a_member_that_stands_twice_is_noticed() {
        let object: Object =
            serde_json::from_str(r#"{"q": "a", "limit": 1, "q": "b"}"#).expect("an object");
        assert_eq!(object.repeated, ["q"]);
        assert!(serde_json::from_str::<Object>("[1]").is_err());
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        for (content_type, is_read) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/json;charset=\"utf-8\"", true),
            ("application/json; charset=latin1", false),
            ("text/plain", false),
            ("application/jsonp", false),
        ] {
            assert_eq!(is_utf8_json(content_type), is_read, "{content_type}");
        }
    }
}
