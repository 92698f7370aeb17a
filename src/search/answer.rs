//! What a search, a suggestion or a look-up answers, before anybody makes JSON of it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::request::{AnswerLanguage, Facet, Tier};
use crate::index::Generation;

/// A request as JSON members: what a step of the ladder or an alternative sends back.
pub type RequestMembers = Map<String, Value>;

/// The answer to a search.
pub struct SearchAnswer {
    /// The generation that answered; hits point into it.
    pub generation: Arc<Generation>,
    /// Hits on all pages.
    pub total: usize,
    /// Hits of each tier: exact, narrower, title, broader, text.
    pub totals: [usize; 5],
    /// Hits of this page.
    pub items: Vec<Hit>,
    /// Facets in the order asked for.
    pub facets: Vec<(Facet, Vec<FacetValue>)>,
    /// What was understood.
    pub interpretation: Interpretation,
    /// Ways on, where a recognised condition has no group of its own.
    pub fallback: Option<Fallback>,
    /// Numbers to call, shown before all else.
    pub crisis_help: Option<CrisisHelp>,
    /// Whether the catalogue could not be reached of late.
    pub stale: bool,
    /// Where the next page begins; `None` on the last.
    pub next_cursor: Option<String>,
    /// Language of labels.
    pub language: AnswerLanguage,
}

/// One group of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its ordinal in the generation.
    pub group: u32,
    /// Kilometres from the point of the search, one decimal; `None` without a point.
    pub distance_km: Option<f64>,
    /// Why it is here; `None` without free text.
    pub matched: Option<Match>,
}

/// Why a group is a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// How well it fits.
    pub tier: Tier,
    /// What made it fit.
    pub reason: Reason,
    /// The group's own word that made it fit; `None` for internal words.
    pub via: Option<String>,
    /// `name`, `topics` or `description`; `None` for internal words.
    pub field: Option<&'static str>,
    /// Where to mark it.
    pub highlights: Vec<Highlight>,
}

/// What made a group fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its name.
    Name,
    /// The concept in the words of the query.
    Concept,
    /// The concept in other words.
    Synonym,
    /// A word that was misspelt.
    Correction,
    /// A code.
    Code,
    /// Words of its text.
    Text,
}

impl Reason {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Concept => "concept",
            Self::Synonym => "synonym",
            Self::Correction => "correction",
            Self::Code => "code",
            Self::Text => "text",
        }
    }
}

/// Places to mark in one text of a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// `name`, `topics` or `summary`.
    pub field: &'static str,
    /// Which of the topics; 0 otherwise.
    pub index: usize,
    /// `[start, end)` in code points, ascending, not overlapping.
    pub ranges: Vec<[usize; 2]>,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// What a filter takes.
    pub value: String,
    /// What a person reads.
    pub label: String,
    /// Groups that would be left.
    pub count: usize,
    /// Whether the request filters by it.
    pub selected: bool,
}

/// What was understood of a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Interpretation {
    /// The words left as free text.
    pub text: String,
    /// Concepts, in the order of the text.
    pub concepts: Vec<UnderstoodConcept>,
    /// The place.
    pub place: Option<UnderstoodPlace>,
    /// Other readings of the place.
    pub place_alternatives: Vec<UnderstoodPlace>,
    /// For whom.
    pub audience: Vec<UnderstoodTerm>,
    /// Age.
    pub age_group: Vec<UnderstoodTerm>,
    /// Gender.
    pub gender: Vec<UnderstoodTerm>,
    /// How it meets.
    pub format: Vec<UnderstoodTerm>,
    /// Languages.
    pub language: Vec<UnderstoodTerm>,
    /// Status.
    pub status: Vec<UnderstoodTerm>,
    /// Contact points named in the text.
    pub contact_points: Vec<UnderstoodTerm>,
    /// What was corrected.
    pub corrections: Vec<Correction>,
    /// Words that were passed over.
    pub dropped_words: Vec<String>,
    /// Other readings of ambiguous words.
    pub alternatives: Vec<Alternative>,
}

/// A concept that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderstoodConcept {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Its codes.
    pub codes: Vec<String>,
    /// The label or code by which it was met.
    pub via: String,
    /// Where it stands in `q`, in code points.
    pub ranges: Vec<[usize; 2]>,
    /// `rank` or `filter`.
    pub effect: &'static str,
}

/// A place that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderstoodPlace {
    /// What a person reads.
    pub label: String,
    /// `postcode`, `town`, `quarter`, `district`, `state`, `point`.
    pub kind: &'static str,
    /// District key, where there is one.
    pub district: Option<String>,
    /// Where it stands in `q`, in code points; empty for a parameter.
    pub ranges: Vec<[usize; 2]>,
    /// `rank` or `filter`.
    pub effect: &'static str,
    /// The request that takes this reading.
    pub request: Option<RequestMembers>,
}

/// A value of a closed list that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderstoodTerm {
    /// What a filter takes.
    pub value: String,
    /// What a person reads.
    pub label: String,
    /// Where it stands in `q`, in code points.
    pub ranges: Vec<[usize; 2]>,
    /// `rank` or `filter`.
    pub effect: &'static str,
}

/// A correction of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// As it was typed.
    pub from: String,
    /// As it was read.
    pub to: String,
}

/// Another reading of an ambiguous word.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The concept's id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Its codes.
    pub codes: Vec<String>,
    /// Groups that have it or something narrower.
    pub group_count: usize,
    /// The request that takes this reading.
    pub request: RequestMembers,
}

/// The ways on when a recognised condition has no group of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Fallback {
    /// Why.
    pub reason: FallbackReason,
    /// The steps of the ladder that have something to offer.
    pub steps: Vec<FallbackStep>,
}

/// Why the ladder is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallbackReason {
    /// There is no such group anywhere.
    NoGroupForCondition,
    /// There is one, but not here.
    NoneInArea,
    /// There is one, but not with these filters.
    NoneWithFilters,
    /// A well-formed code that is not known.
    UnknownCode,
}

impl FallbackReason {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoGroupForCondition => "no_group_for_condition",
            Self::NoneInArea => "none_in_area",
            Self::NoneWithFilters => "none_with_filters",
            Self::UnknownCode => "unknown_code",
        }
    }
}

/// What a step of the ladder offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// Groups of a broader topic.
    BroaderTopic,
    /// The same, further away.
    WiderArea,
    /// The same in another state.
    OtherState,
    /// The same online.
    Online,
    /// Single persons who look for others.
    SeekingPeers,
    /// The national association.
    NationalAssociation,
    /// Found a group.
    FoundAGroup,
    /// The contact point that helps.
    ContactPoint,
}

impl StepKind {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BroaderTopic => "broader_topic",
            Self::WiderArea => "wider_area",
            Self::OtherState => "other_state",
            Self::Online => "online",
            Self::SeekingPeers => "seeking_peers",
            Self::NationalAssociation => "national_association",
            Self::FoundAGroup => "found_a_group",
            Self::ContactPoint => "contact_point",
        }
    }
}

/// One step of the ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct FallbackStep {
    /// What it offers.
    pub kind: StepKind,
    /// What a person reads.
    pub label: String,
    /// How much it offers.
    pub count: usize,
    /// The request that shows it; `None` where it is no search.
    pub request: Option<RequestMembers>,
    /// At most three groups to begin with.
    pub items: Vec<Hit>,
    /// Contact points.
    pub contact_points: Vec<FoundContactPoint>,
    /// Pages and numbers.
    pub links: Vec<Link>,
}

/// A page or number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is.
    pub label: String,
    /// Page.
    pub url: Option<String>,
    /// Number.
    pub phone: Option<String>,
}

/// Help in an acute crisis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrisisHelp {
    /// `suicide`, `violence` or `emergency`.
    pub kind: &'static str,
    /// What to say.
    pub text: String,
    /// Whom to call.
    pub contacts: Vec<CrisisNumber>,
}

/// A number to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrisisNumber {
    /// Who answers.
    pub label: String,
    /// As people read it.
    pub phone: String,
    /// As a telephone dials it.
    pub tel: String,
    /// Website.
    pub url: Option<String>,
    /// When.
    pub hours: Option<String>,
    /// In which languages.
    pub languages: Vec<String>,
}

/// What a suggestion leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuggestionKind {
    /// A condition.
    Condition,
    /// A topic of life.
    Topic,
    /// A place.
    Place,
    /// A group.
    Group,
    /// A contact point.
    ContactPoint,
}

impl SuggestionKind {
    /// Returns the word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Group => "group",
            Self::ContactPoint => "contact_point",
        }
    }
}

/// One line of the list while somebody types.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What it leads to.
    pub kind: SuggestionKind,
    /// Id of that.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// The word that was typed towards, where it is another one than the label.
    pub matched: String,
    /// Where in `matched`, in code points.
    pub ranges: Vec<[usize; 2]>,
    /// Groups behind it.
    pub group_count: usize,
    /// The request that shows them.
    pub request: RequestMembers,
}

/// The answer while somebody types.
pub struct SuggestAnswer {
    /// The lines, most likely first.
    pub items: Vec<Suggestion>,
    /// Numbers to call.
    pub crisis_help: Option<CrisisHelp>,
    /// The generation that answered.
    pub generation: Arc<Generation>,
}

/// A concept as the tree and the look-up of conditions show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundConcept {
    /// Id.
    pub id: String,
    /// Label in the language asked for.
    pub label: String,
    /// Codes.
    pub codes: Vec<String>,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// Broader concepts: id and label.
    pub broader: Vec<(String, String)>,
    /// Narrower concepts: id and label.
    pub narrower: Vec<(String, String)>,
    /// Groups that have it or something narrower.
    pub group_count: usize,
    /// Whether its words may tell of an acute crisis.
    pub crisis: bool,
    /// ORPHAcodes that are no longer in use and lead here.
    pub retired_codes: Vec<String>,
}

/// A place as the look-up shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPlaceEntry {
    /// Id.
    pub id: String,
    /// `postcode`, `town`, `quarter`, `district`, `state`.
    pub kind: &'static str,
    /// What a person reads.
    pub label: String,
    /// Postcodes.
    pub postcodes: Vec<String>,
    /// District key.
    pub district: Option<String>,
    /// District name.
    pub district_name: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
}

/// A contact point as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundContactPoint {
    /// Position in the generation's table of contact points.
    pub position: usize,
    /// Whether it serves the place asked for; `None` without a place.
    pub serves_place: Option<bool>,
    /// Kilometres from that place.
    pub distance_km: Option<f64>,
    /// Groups it publishes.
    pub group_count: usize,
}
