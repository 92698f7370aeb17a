//! Every 4xx and 5xx as a problem document (RFC 9457), and the one place that turns errors into
//! HTTP.
//!
//! In: an error of a lower room, or a [`Code`] with what is wrong. Out: a response that carries the
//! [`Problem`]; `middleware.rs` writes it out, because only there language, public address and
//! request id are known. Never holds the query text, a path or a cause.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use tracing::error;

use super::german;
use crate::search::SearchError;
use crate::search::request::{AnswerLanguage, ParameterProblem, ProblemKind};

/// Most faults that one document lists.
const MAX_FAULTS: usize = 100;

/// Media type of every problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $status:literal,
        $title_de:literal / $title_en:literal, $detail_de:literal / $detail_en:literal;)+) => {
        /// What went wrong, as far as a client would act differently.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $variant),+ }

        impl Code {
            /// Every code, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the word of the contract.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Returns the status that goes with it.
            pub fn status(self) -> StatusCode {
                let number: u16 = match self { $(Self::$variant => $status),+ };
                StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }

            /// Returns its constant title.
            pub fn title(self, in_english: bool) -> &'static str {
                match self { $(Self::$variant => if in_english { $title_en } else { $title_de }),+ }
            }

            /// Returns what to do about it, where nothing more exact is known.
            pub fn detail(self, in_english: bool) -> &'static str {
                match self {
                    $(Self::$variant => if in_english { $detail_en } else { $detail_de }),+
                }
            }
        }
    };
}

codes! {
    /// A parameter's value is wrong.
    InvalidParameter = "invalid_parameter", 400,
        "Ein Parameter ist nicht richtig" / "A parameter is not right",
        "`errors` nennt jeden Parameter und was richtig wäre." /
        "`errors` names each parameter and what would be right.";
    /// There is no such parameter.
    UnknownParameter = "unknown_parameter", 400,
        "Diesen Parameter gibt es nicht" / "There is no such parameter",
        "`errors` nennt den nächsten bekannten Parameter." /
        "`errors` names the nearest known parameter.";
    /// Too far to count.
    PageTooDeep = "page_too_deep", 400,
        "So weit wird nicht geblättert" / "The page lies too deep",
        "Weiter geht es mit `cursor` aus `next_cursor` der letzten Antwort." /
        "Go on with `cursor` from `next_cursor` of the last answer.";
    /// The body is no JSON object.
    MalformedBody = "malformed_body", 400,
        "Der Inhalt der Anfrage ist nicht lesbar" / "The body cannot be read",
        "Der Inhalt muss genau ein JSON-Objekt sein, etwa {\"q\": \"diabetes\"}." /
        "The body must be exactly one JSON object such as {\"q\": \"diabetes\"}.";
    /// No token, or none that is known.
    Unauthorized = "unauthorized", 401,
        "Ein Schlüssel fehlt oder gilt nicht" / "A token is missing or not valid",
        "Bitte den Schlüssel im Feld `Authorization: Bearer …` mitsenden." /
        "Send the token in the field `Authorization: Bearer …`.";
    /// The token may not do that.
    Forbidden = "forbidden", 403,
        "Dieser Schlüssel darf das nicht" / "This token may not do that",
        "Dafür ist ein Schlüssel mit weiterem Umfang nötig." /
        "A token with a wider scope is needed for that.";
    /// Nothing there.
    NotFound = "not_found", 404,
        "Hier ist nichts" / "There is nothing here",
        "Unter dieser Adresse gibt es nichts; /docs nennt alle Adressen." /
        "There is nothing under this address; /docs names all addresses.";
    /// Wrong method.
    MethodNotAllowed = "method_not_allowed", 405,
        "Diese Methode gibt es hier nicht" / "This method is not offered here",
        "Das Feld `Allow` nennt die Methoden, die es gibt." /
        "The field `Allow` names the methods that are.";
    /// No form that the client takes.
    NotAcceptable = "not_acceptable", 406,
        "In dieser Form gibt es die Antwort nicht" / "The answer has no such form",
        "Bitte `Accept` weglassen oder eine der Formen nennen, die /docs aufzählt." /
        "Leave `Accept` out or name one of the forms that /docs lists.";
    /// Needs a person's yes.
    ImportHeld = "import_held", 409,
        "Der Import wartet auf eine Bestätigung" / "The import waits for a confirmation",
        "`confirm_url` nennt, wo er bestätigt wird." / "`confirm_url` names where to confirm it.";
    /// Somebody else was there first.
    Conflict = "conflict", 409,
        "Das widerspricht dem jetzigen Stand" / "This contradicts the present state",
        "Bitte den jetzigen Stand lesen und noch einmal versuchen." /
        "Read the present state and try again.";
    /// Was there once.
    Gone = "gone", 410,
        "Diesen Eintrag gibt es nicht mehr" / "This entry has left",
        "Der Eintrag wurde gelöscht und kommt unter dieser Adresse nicht wieder." /
        "The entry was deleted and will not come back under this address.";
    /// Too old to go on from.
    CursorExpired = "cursor_expired", 410,
        "Dieser Stand ist zu alt, um daran anzuknüpfen" / "This state is too old to go on from",
        "Gelöschte Einträge werden zwölf Monate gemerkt: bitte alles neu holen." /
        "Departed entries are remembered for twelve months: fetch everything anew.";
    /// `If-Match` does not match.
    PreconditionFailed = "precondition_failed", 412,
        "Der Eintrag hat sich inzwischen geändert" / "The entry has changed meanwhile",
        "Bitte den jetzigen Stand lesen; sein `ETag` gehört in `If-Match`." /
        "Read the present state; its `ETag` belongs into `If-Match`.";
    /// Body too large.
    PayloadTooLarge = "payload_too_large", 413,
        "Der Inhalt der Anfrage ist zu groß" / "The body is too large",
        "Eine Suche darf 16 kB groß sein." / "A search may be 16 kB large.";
    /// Address too long.
    UriTooLong = "uri_too_long", 414,
        "Die Adresse ist zu lang" / "The address is too long",
        "Eine Adresse darf 4 kB lang sein; eine lange Suche geht mit POST." /
        "An address may be 4 kB long; send a long search by POST.";
    /// Not JSON.
    UnsupportedMediaType = "unsupported_media_type", 415,
        "Diese Art von Inhalt wird nicht gelesen" / "This kind of body is not read",
        "Bitte JSON in UTF-8 ohne Kompression mit `Content-Type: application/json` senden." /
        "Send JSON in UTF-8 without compression as `Content-Type: application/json`.";
    /// A record is wrong.
    Unprocessable = "unprocessable", 422,
        "Der Inhalt hat Fehler" / "The content has faults",
        "`errors` nennt jede Stelle und was richtig wäre." /
        "`errors` names each place and what would be right.";
    /// `If-Match` is missing.
    PreconditionRequired = "precondition_required", 428,
        "Es fehlt die Angabe des bekannten Standes" / "The known state must be named",
        "Bitte das `ETag` des gelesenen Eintrags in `If-Match` mitsenden." /
        "Send the `ETag` of the entry as read in `If-Match`.";
    /// Too fast.
    TooManyRequests = "too_many_requests", 429,
        "Das waren zu viele Anfragen" / "Too many requests",
        "Bitte die Sekunden in `Retry-After` abwarten." / "Wait the seconds in `Retry-After`.";
    /// Fields too large.
    HeadersTooLarge = "headers_too_large", 431,
        "Die Kopffelder sind zu groß" / "The header fields are too large",
        "Alle Kopffelder zusammen dürfen 8 kB groß sein." /
        "All header fields together may be 8 kB large.";
    /// Our fault.
    Internal = "internal", 500,
        "Hier ist uns ein Fehler unterlaufen" / "The fault is ours",
        "Bitte später noch einmal versuchen; `instance` hilft beim Suchen des Fehlers." /
        "Try again later; `instance` helps to find the fault.";
    /// Too much at once.
    Overloaded = "overloaded", 503,
        "Gerade sind es zu viele Anfragen auf einmal" / "Too many requests at this moment",
        "Bitte die Sekunden in `Retry-After` abwarten." / "Wait the seconds in `Retry-After`.";
    /// No index yet.
    IndexUnavailable = "index_unavailable", 503,
        "Der Suchindex ist noch nicht bereit" / "The index is not ready yet",
        "Er wird gerade gebaut; bitte die Sekunden in `Retry-After` abwarten." /
        "It is being built; wait the seconds in `Retry-After`.";
    /// This node has not caught up.
    GenerationBehind = "generation_behind", 503,
        "Dieser Rechner ist noch nicht auf dem verlangten Stand" /
        "This node has not reached the generation asked for",
        "Bitte die Sekunden in `Retry-After` abwarten." / "Wait the seconds in `Retry-After`.";
}

impl Code {
    /// Returns the code with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == word)
    }

    /// Returns the code that fits a status which a framework has set.
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            409 => Self::Conflict,
            410 => Self::Gone,
            412 => Self::PreconditionFailed,
            413 => Self::PayloadTooLarge,
            414 => Self::UriTooLong,
            415 => Self::UnsupportedMediaType,
            422 => Self::Unprocessable,
            428 => Self::PreconditionRequired,
            429 => Self::TooManyRequests,
            431 => Self::HeadersTooLarge,
            503 => Self::Overloaded,
            400..=499 => Self::MalformedBody,
            _ => Self::Internal,
        }
    }
}

/// Where in a request a fault sits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// In the request as a whole.
    Request,
    /// In a query parameter.
    Parameter(String),
    /// In the JSON body (RFC 6901).
    Pointer(String),
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub code: Code,
    /// Where.
    pub spot: Spot,
    /// What is wrong and what would be right, in English.
    pub detail: String,
    /// Values that would be right.
    pub suggestions: Vec<String>,
}

/// A problem on its way out.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What went wrong; the first fault's code where there are faults.
    pub code: Code,
    detail: Option<String>,
    faults: Vec<Fault>,
    retry_after_s: Option<u64>,
    allow: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: Cow<'a, str>,
    instance: &'a str,
    code: &'static str,
    errors: Vec<FaultForm<'a>>,
}

#[derive(Serialize)]
struct FaultForm<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    detail: Cow<'a, str>,
    suggestions: &'a [String],
}

impl Problem {
    /// Makes a problem with the code's own detail.
    pub fn new(code: Code) -> Self {
        let retry_after_s = match code {
            Code::Overloaded | Code::GenerationBehind => Some(1),
            Code::IndexUnavailable => Some(5),
            _ => None,
        };
        Self { code, detail: None, faults: Vec::new(), retry_after_s, allow: None }
    }

    /// Makes a problem that says more than its code.
    pub fn because(code: Code, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code) }
    }

    /// Makes the problem of a request with faults; the first one gives the code.
    pub fn of_faults(faults: Vec<Fault>) -> Self {
        let code = faults.first().map_or(Code::InvalidParameter, |fault| fault.code);
        Self { faults, ..Self::new(code) }
    }

    /// Makes the problem of a request whose parameters are wrong; `in_body` tells where they stood.
    pub fn of_parameters(problems: Vec<ParameterProblem>, in_body: bool) -> Self {
        Self::of_faults(problems.into_iter().map(|problem| Fault::of(problem, in_body)).collect())
    }

    /// Turns an error of the search into a problem, every case by name.
    pub fn of_search(error: SearchError, in_body: bool) -> Self {
        match error {
            SearchError::Request(problems) => Self::of_parameters(problems, in_body),
            SearchError::NoIndex => Self::new(Code::IndexUnavailable),
            SearchError::GenerationBehind => Self::new(Code::GenerationBehind),
            SearchError::NotFound => Self::new(Code::NotFound),
            SearchError::Gone { .. } => Self::new(Code::Gone),
            SearchError::Index(cause) => {
                error!(cause = %cause, "the index could not be read");
                Self::new(Code::Internal)
            }
        }
    }

    /// Adds the seconds after which to try again.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Adds the methods that are offered.
    pub fn allow(mut self, methods: impl Into<String>) -> Self {
        self.allow = Some(methods.into());
        self
    }

    /// Returns the faults.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns what is wrong as a sentence, the first fault's where there are faults.
    pub fn detail(&self, in_english: bool) -> Cow<'static, str> {
        match (&self.detail, self.faults.first()) {
            (Some(detail), _) => Cow::Owned(translated(detail, in_english)),
            (None, Some(first)) => Cow::Owned(translated(&first.detail, in_english)),
            (None, None) => Cow::Borrowed(self.code.detail(in_english)),
        }
    }

    /// Writes the document.
    pub fn to_json(&self, language: AnswerLanguage, public_url: &str, instance: &str) -> String {
        let in_english = language == AnswerLanguage::English;
        let errors = self.faults.iter().take(MAX_FAULTS).map(|fault| FaultForm {
            code: fault.code.as_str(),
            parameter: match &fault.spot {
                Spot::Parameter(name) => Some(name.as_str()),
                _ => None,
            },
            pointer: match &fault.spot {
                Spot::Pointer(pointer) => Some(pointer.as_str()),
                _ => None,
            },
            detail: Cow::Owned(translated(&fault.detail, in_english)),
            suggestions: &fault.suggestions,
        });
        let document = Document {
            r#type: format!("{public_url}/problems/{}", self.code.as_str()),
            title: self.code.title(in_english),
            status: self.code.status().as_u16(),
            detail: self.detail(in_english),
            instance,
            code: self.code.as_str(),
            errors: errors.collect(),
        };
        serde_json::to_string(&document).expect("text and numbers always serialise")
    }
}

fn translated(detail: &str, in_english: bool) -> String {
    if in_english { detail.to_owned() } else { german::detail(detail) }
}

impl Fault {
    /// Makes the fault of a parameter; `in_body` tells where it stood.
    pub fn of(problem: ParameterProblem, in_body: bool) -> Self {
        let spot = match (problem.parameter.as_str(), in_body) {
            ("", _) => Spot::Request,
            (name, true) => {
                Spot::Pointer(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
            }
            (name, false) => Spot::Parameter(name.to_owned()),
        };
        let code = match problem.kind {
            ProblemKind::InvalidParameter => Code::InvalidParameter,
            ProblemKind::UnknownParameter => Code::UnknownParameter,
            ProblemKind::PageTooDeep => Code::PageTooDeep,
            ProblemKind::MalformedBody => Code::MalformedBody,
        };
        Self { code, spot, detail: problem.detail, suggestions: problem.suggestions }
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        Self::of_search(error, false)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut builder = HttpResponse::build(self.code.status());
        if let Some(seconds) = self.retry_after_s {
            builder.insert_header(("Retry-After", seconds.to_string()));
        }
        if let Some(allow) = &self.allow {
            builder.insert_header(("Allow", allow.as_str()));
        }
        let mut response = builder.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_document_has_every_member_in_both_languages() {
        let problem = Problem::of_parameters(
            vec![ParameterProblem::invalid(
                "limit",
                "`limit` must be a whole number from 0 to 100",
            )],
            true,
        );
        let read = |language| -> Value {
            serde_json::from_str(&problem.to_json(language, "https://example.org", "urn:uuid:1"))
                .expect("JSON")
        };
        let english = read(AnswerLanguage::English);
        assert_eq!(english["type"], "https://example.org/problems/invalid_parameter");
        assert_eq!(english["errors"][0]["pointer"], "/limit");
        assert_eq!(english["detail"], "`limit` must be a whole number from 0 to 100");
        let german = read(AnswerLanguage::German);
        assert_eq!(german["detail"], "`limit` muss eine ganze Zahl von 0 bis 100 sein");
        assert_eq!(german["status"], 400);
    }

    #[test]
    fn words_and_codes_fit_each_other() {
        for code in Code::ALL {
            assert_eq!(Code::from_word(code.as_str()), Some(*code));
            assert!(!code.title(true).is_empty() && !code.detail(false).is_empty());
        }
    }
}
