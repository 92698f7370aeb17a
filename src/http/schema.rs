//! What requests and answers look like, for `/openapi.json` only: nothing here is ever filled.
//!
//! `wire.rs` and `index/hit.rs` write the bytes; tests compare both. Lengths and bounds that no
//! attribute names are added by `openapi.rs`.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain;
use crate::search::request;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident as $public:literal, $text:literal, $list:expr;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($text))
                    .enum_values(Some($list))
                    .build()
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($public)
            }
        }
    )+};
}

words! {
    /// For whom.
    AudienceWord as "Audience",
        "For whom a group is; `children` are children of affected persons.",
        domain::Audience::WORDS.iter().copied();
    /// Age.
    AgeGroupWord as "AgeGroup", "The age a group is meant for.",
        domain::AgeGroup::WORDS.iter().copied();
    /// Gender.
    GenderWord as "Gender", "The gender a group is meant for.",
        domain::Gender::WORDS.iter().copied();
    /// Form of meeting.
    FormatWord as "Format", "How a group meets.", domain::Format::WORDS.iter().copied();
    /// Status in answers.
    StatusWord as "GroupStatus",
        "Where a group stands; `seeking_peers` are single persons who look for others.",
        domain::Status::WORDS.iter().copied().filter(|word| *word != "closed");
    /// Access.
    WheelchairWord as "Wheelchair", "Whether a wheelchair gets in.",
        domain::Wheelchair::WORDS.iter().copied();
    /// Access as a filter.
    WheelchairFilterWord as "WheelchairFilter", "This access or better.",
        ["partial", "yes"].into_iter();
    /// Way of contact.
    ContactModeWord as "ContactMode", "How a new member makes contact.",
        domain::ContactMode::WORDS.iter().copied();
    /// Cost.
    CostWord as "Cost", "What a visit costs.", domain::Cost::WORDS.iter().copied();
    /// New members.
    OpenForNewWord as "OpenForNew", "Whether new members may come.",
        domain::OpenForNew::WORDS.iter().copied();
    /// Catchment.
    CatchmentWord as "Catchment", "From how far people come.",
        domain::Catchment::WORDS.iter().copied();
    /// Body behind a group.
    OrganisationKindWord as "OrganisationKind", "What kind of body carries a group.",
        domain::OrganisationKind::WORDS.iter().copied();
    /// Precision.
    PrecisionWord as "Precision", "How exact a point is.",
        domain::Precision::WORDS.iter().copied();
    /// Origin.
    SourceKindWord as "SourceKind", "How a record came to us.",
        domain::SourceKind::WORDS.iter().copied();
    /// States.
    StateWord as "State", "A German state by its two letters.",
        domain::State::all().map(domain::State::as_str);
    /// Level of a contact point.
    LevelWord as "ContactLevel", "Whether a contact point serves districts or a whole state.",
        ["local", "state"].into_iter();
    /// Tiers a caller asks for.
    TierWord as "Tier", "How well a hit fits, best first.",
        request::Tier::WORDS.iter().copied();
    /// Tiers of hits.
    HitTierWord as "HitTier", "How well this hit fits, best first; `fallback` was offered, not matched.",
        request::Tier::WORDS.iter().copied().chain(["fallback"]);
    /// Reasons.
    ReasonWord as "Reason", "What made a group fit.",
        ["name", "concept", "synonym", "correction", "code", "text"].into_iter();
    /// Fields of a match.
    MatchFieldWord as "MatchField", "The field that made a group fit.",
        ["name", "topics", "description"].into_iter();
    /// Fields of a highlight.
    HighlightFieldWord as "HighlightField", "The text to mark.",
        ["name", "topics", "summary"].into_iter();
    /// Orders.
    SortWord as "Sort", "The order of hits.", request::Sort::WORDS.iter().copied();
    /// Facets.
    FacetWord as "Facet", "A facet to count.", request::Facet::WORDS.iter().copied();
    /// What the ladder appends.
    ExpandWord as "Expand", "Which groups of the fallback steps are appended to `items`.",
        ["none", "online", "all"].into_iter();
    /// Languages of answers.
    AnswerLanguageWord as "AnswerLanguage",
        "Language of labels, summaries, texts and problems; beside ru, uk, ar and vi topics and what publishers write stay German.",
        request::AnswerLanguage::WORDS.iter().copied();
    /// Effects.
    EffectWord as "Effect", "Whether what was understood ranks hits or filters them.",
        ["rank", "filter"].into_iter();
    /// Kinds of place.
    PlaceKindWord as "PlaceKind", "What kind of place it is.",
        ["postcode", "town", "quarter", "district", "state", "point"].into_iter();
    /// Reasons of the ladder.
    FallbackReasonWord as "FallbackReason", "Why ways on are offered.",
        ["no_group_for_condition", "none_in_area", "none_with_filters", "unknown_code"].into_iter();
    /// Steps of the ladder.
    StepKindWord as "StepKind", "What a step offers.",
        ["broader_topic", "wider_area", "other_state", "online", "seeking_peers",
         "national_association", "found_a_group", "contact_point"].into_iter();
    /// Kinds of crisis.
    CrisisKindWord as "CrisisKind", "The kind of acute crisis.",
        domain::CrisisKind::WORDS.iter().copied();
    /// Kinds of suggestion.
    SuggestionKindWord as "SuggestionKind", "What a suggestion leads to.",
        ["condition", "topic", "place", "group", "contact_point"].into_iter();
    /// Forms of export.
    ExportFormatWord as "ExportFormat", "The form of an export.",
        ["ndjson", "csv", "geojson"].into_iter();
    /// Codes of problems.
    ProblemCodeWord as "ProblemCode", "What went wrong, for programs.",
        super::problem::Code::ALL.iter().map(|code| code.as_str());
}

/// The parameters of a search: the same names in the query and in JSON.
#[derive(ToSchema)]
pub struct GroupSearch {
    /// Free text, at most 512 bytes; place, audience, format, language and codes inside it are
    /// recognised.
    #[schema(max_length = 512, example = "Mukoviszidose")]
    pub q: Option<String>,
    /// Whether meaning is looked for in `q`, default true; `false` searches the words as they
    /// stand.
    #[schema(example = true)]
    pub interpret: Option<bool>,
    /// Postcode, town, district name, district key or car plate; typing errors are corrected.
    #[schema(max_length = 120, example = "Dresden")]
    pub place: Option<String>,
    /// Latitude of a point instead of `place`; needs `lon`.
    #[schema(minimum = -90, maximum = 90, example = 51.05)]
    pub lat: Option<f64>,
    /// Longitude of a point instead of `place`; needs `lat`.
    #[schema(minimum = -180, maximum = 180, example = 13.74)]
    pub lon: Option<f64>,
    /// Hard limit of distance for groups that meet in a room; needs a point.
    #[schema(minimum = 1, maximum = 500, example = 25)]
    pub radius_km: Option<f64>,
    /// With `radius_km`: online and telephone groups too.
    #[schema(example = true)]
    pub include_online: Option<bool>,
    /// Rectangle for maps: west, south, east, north in degrees, joined by commas.
    #[schema(max_length = 120, example = "11.5,50.8,11.7,51.0")]
    pub bbox: Option<String>,
    /// Concept ids or codes; narrower concepts are included. Several mean OR.
    #[schema(max_items = 50, example = json!(["ORPHA:586"]))]
    pub topic: Option<Vec<String>>,
    /// As `topic`: one id space.
    #[schema(max_items = 50, example = json!(["ICD-10-GM:E84"]))]
    pub condition: Option<Vec<String>>,
    /// For whom. Several mean OR.
    #[schema(max_items = 50, example = json!(["relatives"]))]
    pub audience: Option<Vec<AudienceWord>>,
    /// For which age. Several mean OR.
    #[schema(max_items = 50, example = json!(["adults"]))]
    pub age_group: Option<Vec<AgeGroupWord>>,
    /// For which gender. Several mean OR.
    #[schema(max_items = 50, example = json!(["women"]))]
    pub gender: Option<Vec<GenderWord>>,
    /// Languages spoken, as BCP 47 tags. Several mean OR.
    #[schema(max_items = 50, example = json!(["de"]))]
    pub language: Option<Vec<String>>,
    /// How it meets; `online` and `in_person` also match `hybrid`. Several mean OR.
    #[schema(max_items = 50, example = json!(["in_person"]))]
    pub format: Option<Vec<FormatWord>>,
    /// Status; default: all but closed, which are never shown. Several mean OR.
    #[schema(max_items = 50, example = json!(["active"]))]
    pub status: Option<Vec<StatusWord>>,
    /// District keys (AGS, five digits). Several mean OR.
    #[schema(max_items = 50, example = json!(["14612"]))]
    pub district: Option<Vec<String>>,
    /// States. Several mean OR.
    #[schema(max_items = 50, example = json!(["SN"]))]
    pub state: Option<Vec<StateWord>>,
    /// Publishers; a group with several is shown as this one's record. Several mean OR.
    #[schema(max_items = 50, example = json!(["kiss-dresden"]))]
    pub contact_point: Option<Vec<String>>,
    /// This access or better.
    #[schema(example = "partial")]
    pub wheelchair: Option<WheelchairFilterWord>,
    /// Changed at this moment or later.
    #[schema(max_length = 40, format = DateTime, example = "2026-03-01T00:00:00Z")]
    pub updated_since: Option<String>,
    /// These groups only, such as the favourites of an app.
    #[schema(max_items = 100, example = json!(["1ebcc174-7170-5983-8fd8-d5d12bb47d2b"]))]
    pub id: Option<Vec<String>>,
    /// Worst tier wanted, default `text`.
    #[schema(example = "broader")]
    pub min_tier: Option<TierWord>,
    /// Order; default `relevance` with `q`, `distance` with a point, else `name`.
    #[schema(example = "name")]
    pub sort: Option<SortWord>,
    /// Hits on a page, default 20; 0 gives counts only.
    #[schema(minimum = 0, maximum = 100, example = 5)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before; the rest of the request stays as it was. Another one than
    /// an answer gave is refused.
    #[schema(max_length = 400, example = "b3BhcXVl")]
    pub cursor: Option<String>,
    /// Hits to pass over; beyond 1000 a cursor is needed.
    #[schema(minimum = 0, maximum = 1000, example = 0)]
    pub offset: Option<u32>,
    /// Facets to count, each under all filters but its own.
    #[schema(max_items = 12, example = json!(["format"]))]
    pub facets: Option<Vec<FacetWord>>,
    /// Which groups of the fallback steps are appended to `items`, default `none`.
    #[schema(example = "none")]
    pub expand: Option<ExpandWord>,
    /// Language; beats `Accept-Language`.
    #[schema(example = "de")]
    pub lang: Option<AnswerLanguageWord>,
    /// `generation` of an earlier answer; a node that is behind answers 503.
    #[schema(max_length = 80, example = "0-00000000")]
    pub min_generation: Option<String>,
}

/// What was typed.
#[derive(ToSchema)]
pub struct SuggestSearch {
    /// The beginning of a word or phrase, at most 512 bytes.
    #[schema(max_length = 512, example = "Zucker")]
    pub q: String,
    /// Most suggestions, default 10.
    #[schema(minimum = 1, maximum = 20, example = 5)]
    pub limit: Option<u32>,
    /// Language of labels; beats `Accept-Language`.
    #[schema(example = "de")]
    pub lang: Option<AnswerLanguageWord>,
}

/// A page of hits and what was understood.
#[derive(ToSchema)]
pub struct GroupList {
    /// Hits on all pages, exact.
    pub total: u32,
    /// Hits of each tier.
    pub totals: TierTotals,
    /// Hits of this page.
    #[schema(max_items = 200)]
    pub items: Vec<GroupHit>,
    /// The facets asked for.
    pub facets: Facets,
    /// What was understood.
    pub interpretation: Interpretation,
    /// Ways on, where a recognised condition has no group of its own.
    pub fallback: Option<Fallback>,
    /// Numbers to call; to be shown before all else.
    pub crisis_help: Option<CrisisHelp>,
    /// The generation that answered.
    #[schema(max_length = 80)]
    pub generation: String,
    /// Whether the catalogue could not be reached of late.
    pub stale: bool,
    /// Where the next page begins; null on the last.
    #[schema(max_length = 400)]
    pub next_cursor: Option<String>,
}

/// Hits of each tier.
#[derive(ToSchema)]
pub struct TierTotals {
    /// The concept itself.
    pub exact: u32,
    /// A narrower concept.
    pub narrower: u32,
    /// All words in name or topics.
    pub title: u32,
    /// A broader concept.
    pub broader: u32,
    /// Words in the text.
    pub text: u32,
}

/// Counts by facet; only those asked for are there.
#[derive(ToSchema)]
pub struct Facets {
    /// Topic groups.
    #[schema(max_items = 1000)]
    pub topic: Option<Vec<FacetValue>>,
    /// Concepts.
    #[schema(max_items = 1000)]
    pub concept: Option<Vec<FacetValue>>,
    /// For whom.
    #[schema(max_items = 1000)]
    pub audience: Option<Vec<FacetValue>>,
    /// Age.
    #[schema(max_items = 1000)]
    pub age_group: Option<Vec<FacetValue>>,
    /// Gender.
    #[schema(max_items = 1000)]
    pub gender: Option<Vec<FacetValue>>,
    /// How it meets.
    #[schema(max_items = 1000)]
    pub format: Option<Vec<FacetValue>>,
    /// Languages.
    #[schema(max_items = 1000)]
    pub language: Option<Vec<FacetValue>>,
    /// Districts.
    #[schema(max_items = 1000)]
    pub district: Option<Vec<FacetValue>>,
    /// States.
    #[schema(max_items = 1000)]
    pub state: Option<Vec<FacetValue>>,
    /// Publishers.
    #[schema(max_items = 1000)]
    pub contact_point: Option<Vec<FacetValue>>,
    /// Status.
    #[schema(max_items = 1000)]
    pub status: Option<Vec<FacetValue>>,
    /// Access.
    #[schema(max_items = 1000)]
    pub wheelchair: Option<Vec<FacetValue>>,
}

/// One value of a facet.
#[derive(ToSchema)]
pub struct FacetValue {
    /// What a filter takes.
    #[schema(max_length = 80)]
    pub value: String,
    /// What a person reads.
    #[schema(max_length = 300)]
    pub label: String,
    /// Groups that would be left.
    pub count: u32,
    /// Whether the request filters by it.
    pub selected: bool,
}

macro_rules! group_forms {
    ($($(#[$doc:meta])* $name:ident { $($own:tt)* })+) => {$(
        $(#[$doc])*
        #[derive(ToSchema)]
        pub struct $name {
            /// Stable id.
            #[schema(max_length = 36, format = "uuid")]
            pub id: String,
            /// The publisher's own id.
            #[schema(max_length = 64)]
            pub local_id: String,
            /// As the group calls itself.
            #[schema(max_length = 200)]
            pub name: String,
            /// Topics in the publisher's words, for display.
            #[schema(max_items = 200)]
            pub topics: Vec<String>,
            /// Concepts, which filters take.
            #[schema(max_items = 200)]
            pub concepts: Vec<Concept>,
            /// The beginning of the description.
            #[schema(max_length = 200)]
            pub summary: Option<String>,
            /// For whom.
            #[schema(max_items = 8)]
            pub audience: Vec<AudienceWord>,
            /// For which age; empty: any.
            #[schema(max_items = 5)]
            pub age_group: Vec<AgeGroupWord>,
            /// From which age in years.
            #[schema(minimum = 0, maximum = 255)]
            pub age_min: Option<u8>,
            /// To which age in years.
            #[schema(minimum = 0, maximum = 255)]
            pub age_max: Option<u8>,
            /// For which gender.
            pub gender: GenderWord,
            /// How it meets.
            pub format: FormatWord,
            /// Languages spoken, BCP 47.
            #[schema(max_items = 50)]
            pub languages: Vec<String>,
            /// Where it stands in its life.
            pub status: StatusWord,
            /// When it meets.
            pub meeting: Meeting,
            /// Where it meets, as far as it may be shown.
            pub venue: Option<Venue>,
            /// From how far people come.
            pub catchment: CatchmentWord,
            /// Whether a wheelchair gets in.
            pub wheelchair: WheelchairWord,
            /// What it costs.
            pub cost: CostWord,
            /// A word on the cost.
            #[schema(max_length = 500)]
            pub cost_note: Option<String>,
            /// Whether new members may come.
            pub open_for_new: OpenForNewWord,
            /// Its page.
            #[schema(max_length = 2000)]
            pub website: Option<String>,
            /// How to reach it.
            pub contact: Contact,
            /// The body behind it.
            pub organisation: Option<Organisation>,
            /// The contact point that publishes it.
            pub contact_point: Publisher,
            /// Other records of the same group.
            #[schema(max_items = 100)]
            pub also_listed_by: Vec<AlsoListed>,
            /// The record of which this is a copy.
            #[schema(max_length = 36)]
            pub duplicate_of: Option<String>,
            /// When somebody last confirmed it.
            #[schema(max_length = 10, format = Date)]
            pub verified_on: Option<String>,
            /// Whether nobody has confirmed it for a year.
            pub stale: bool,
            /// How it came to us.
            pub source: Source,
            /// When its public form last changed.
            #[schema(max_length = 30, format = DateTime)]
            pub updated_at: String,
            /// Address of the record.
            #[schema(max_length = 2000)]
            pub url: String,
            /// Address of its page.
            #[schema(max_length = 2000)]
            pub page_url: String,
            $($own)*
        }
    )+};
}

group_forms! {
    /// The whole public record of a group.
    Group {
        /// Plain text.
        #[schema(max_length = 4000)]
        pub description: Option<String>,
        /// The description in other languages, by tag.
        pub descriptions: Descriptions,
    }
    /// A group in a list.
    GroupHit {
        /// Kilometres from the point of the search; null without one.
        #[schema(minimum = 0, maximum = 20100)]
        pub distance_km: Option<f64>,
        /// Why it is here; null without `q`.
        #[schema(rename = "match")]
        pub matched: Option<Match>,
    }
}

/// Descriptions in other languages by BCP 47 tag; further tags, such as `de-x-leicht`, may stand
/// beside these.
#[derive(ToSchema)]
pub struct Descriptions {
    /// English.
    #[schema(max_length = 4000)]
    pub en: Option<String>,
    /// Upper Sorbian.
    #[schema(max_length = 4000)]
    pub hsb: Option<String>,
    /// Ukrainian.
    #[schema(max_length = 4000)]
    pub uk: Option<String>,
    /// Arabic.
    #[schema(max_length = 4000)]
    pub ar: Option<String>,
}

/// A concept of a group.
#[derive(ToSchema)]
pub struct Concept {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Label.
    #[schema(max_length = 300)]
    pub label: String,
    /// Codes.
    #[schema(max_items = 200)]
    pub codes: Vec<String>,
}

/// When a group meets.
#[derive(ToSchema)]
pub struct Meeting {
    /// The publisher's words.
    #[schema(max_length = 1000)]
    pub text: Option<String>,
    /// Rule of recurrence (RFC 5545).
    #[schema(max_length = 200)]
    pub rrule: Option<String>,
    /// Local time.
    #[schema(max_length = 5)]
    pub starts: Option<String>,
    /// Local time.
    #[schema(max_length = 5)]
    pub ends: Option<String>,
    /// Only after a call.
    pub by_appointment: bool,
    /// Zone of the times.
    #[schema(max_length = 40)]
    pub timezone: String,
    /// The next meeting.
    #[schema(max_length = 30, format = DateTime)]
    pub next_at: Option<String>,
}

/// Where a group meets.
#[derive(ToSchema)]
pub struct Venue {
    /// House or room.
    #[schema(max_length = 300)]
    pub name: Option<String>,
    /// Street and number.
    #[schema(max_length = 300)]
    pub street: Option<String>,
    /// Town.
    #[schema(max_length = 200)]
    pub town: Option<String>,
    /// Postcode.
    #[schema(max_length = 5)]
    pub postcode: Option<String>,
    /// District key.
    #[schema(max_length = 5)]
    pub district: Option<String>,
    /// District name.
    #[schema(max_length = 200)]
    pub district_name: Option<String>,
    /// State.
    #[schema(max_length = 2)]
    pub state: Option<String>,
    /// Latitude of the published point.
    #[schema(minimum = -90, maximum = 90)]
    pub lat: Option<f64>,
    /// Longitude of the published point.
    #[schema(minimum = -180, maximum = 180)]
    pub lon: Option<f64>,
    /// How exact the point is.
    pub precision: Option<PrecisionWord>,
}

/// How to reach a group.
#[derive(ToSchema)]
pub struct Contact {
    /// The way.
    pub mode: ContactModeWord,
    /// What to call it.
    #[schema(max_length = 200)]
    pub label: Option<String>,
    /// Telephone.
    #[schema(max_length = 200)]
    pub phone: Option<String>,
    /// Mailbox.
    #[schema(max_length = 320)]
    pub email: Option<String>,
}

/// The body behind a group.
#[derive(ToSchema)]
pub struct Organisation {
    /// The association it belongs to.
    #[schema(max_length = 300)]
    pub parent: Option<String>,
    /// What kind of body.
    pub kind: OrganisationKindWord,
}

/// The contact point that publishes a group.
#[derive(ToSchema)]
pub struct Publisher {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Name.
    #[schema(max_length = 300)]
    pub name: String,
    /// Telephone.
    #[schema(max_length = 200)]
    pub phone: Option<String>,
    /// Mailbox.
    #[schema(max_length = 320)]
    pub email: Option<String>,
    /// Website.
    #[schema(max_length = 2000)]
    pub website: Option<String>,
}

/// Another record of the same group.
#[derive(ToSchema)]
pub struct AlsoListed {
    /// Who publishes it.
    pub contact_point: AlsoPublisher,
    /// Its id.
    #[schema(max_length = 36)]
    pub id: String,
    /// The publisher's own id.
    #[schema(max_length = 64)]
    pub local_id: String,
}

/// Who publishes another record.
#[derive(ToSchema)]
pub struct AlsoPublisher {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Name.
    #[schema(max_length = 300)]
    pub name: String,
}

/// How a record came to us.
#[derive(ToSchema)]
pub struct Source {
    /// The way.
    pub kind: SourceKindWord,
    /// The page it was read from.
    #[schema(max_length = 2000)]
    pub url: Option<String>,
}

/// Why a group is a hit.
#[derive(ToSchema)]
pub struct Match {
    /// How well it fits.
    pub tier: HitTierWord,
    /// What made it fit.
    pub reason: ReasonWord,
    /// The group's own word that made it fit.
    #[schema(max_length = 300)]
    pub via: Option<String>,
    /// The field of that word.
    pub field: Option<MatchFieldWord>,
    /// What to mark.
    #[schema(max_items = 300)]
    pub highlights: Vec<Highlight>,
}

/// Places to mark in one text.
#[derive(ToSchema)]
pub struct Highlight {
    /// The text.
    pub field: HighlightFieldWord,
    /// Which of the topics; 0 otherwise.
    pub index: u32,
    /// `[start, end)` in Unicode code points.
    #[schema(max_items = 500)]
    pub ranges: Vec<Range>,
}

/// `[start, end)` in Unicode code points of the original text.
pub struct Range;

impl PartialSchema for Range {
    fn schema() -> RefOr<Schema> {
        let position = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(10_000))
            .build();
        utoipa::openapi::schema::ArrayBuilder::new()
            .items(RefOr::T(Schema::Object(position)))
            .min_items(Some(2))
            .max_items(Some(2))
            .description(Some("`[start, end)` in Unicode code points of the original text."))
            .build()
            .into()
    }
}

impl ToSchema for Range {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Range")
    }
}

/// What was understood of a request.
#[derive(ToSchema)]
pub struct Interpretation {
    /// The words left as free text.
    #[schema(max_length = 512)]
    pub text: String,
    /// Concepts.
    #[schema(max_items = 200)]
    pub concepts: Vec<UnderstoodConcept>,
    /// The place.
    pub place: Option<UnderstoodPlace>,
    /// Other readings of the place.
    #[schema(max_items = 100)]
    pub place_alternatives: Vec<UnderstoodPlace>,
    /// For whom.
    #[schema(max_items = 100)]
    pub audience: Vec<UnderstoodTerm>,
    /// Age.
    #[schema(max_items = 100)]
    pub age_group: Vec<UnderstoodTerm>,
    /// Gender.
    #[schema(max_items = 100)]
    pub gender: Vec<UnderstoodTerm>,
    /// How it meets.
    #[schema(max_items = 100)]
    pub format: Vec<UnderstoodTerm>,
    /// Languages.
    #[schema(max_items = 100)]
    pub language: Vec<UnderstoodTerm>,
    /// Status.
    #[schema(max_items = 100)]
    pub status: Vec<UnderstoodTerm>,
    /// Contact points named in the text.
    #[schema(max_items = 100)]
    pub contact_points: Vec<UnderstoodTerm>,
    /// What was corrected.
    #[schema(max_items = 100)]
    pub corrections: Vec<Correction>,
    /// Words that were passed over.
    #[schema(max_items = 300)]
    pub dropped_words: Vec<String>,
    /// Other readings of ambiguous words.
    #[schema(max_items = 100)]
    pub alternatives: Vec<Alternative>,
}

/// A concept that was understood.
#[derive(ToSchema)]
pub struct UnderstoodConcept {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Label.
    #[schema(max_length = 300)]
    pub label: String,
    /// Codes.
    #[schema(max_items = 200)]
    pub codes: Vec<String>,
    /// The label or code by which it was met.
    #[schema(max_length = 512)]
    pub via: String,
    /// Where it stands in `q`.
    #[schema(max_items = 100)]
    pub ranges: Vec<Range>,
    /// Whether it ranks or filters.
    pub effect: EffectWord,
}

/// A place that was understood.
#[derive(ToSchema)]
pub struct UnderstoodPlace {
    /// Label.
    #[schema(max_length = 300)]
    pub label: String,
    /// Kind.
    pub kind: PlaceKindWord,
    /// District key.
    #[schema(max_length = 5)]
    pub district: Option<String>,
    /// Where it stands in `q`; empty for a parameter.
    #[schema(max_items = 100)]
    pub ranges: Vec<Range>,
    /// Whether it ranks or filters.
    pub effect: EffectWord,
    /// The request that takes this reading.
    pub request: Option<GroupSearch>,
}

/// A value of a closed list that was understood.
#[derive(ToSchema)]
pub struct UnderstoodTerm {
    /// What a filter takes.
    #[schema(max_length = 80)]
    pub value: String,
    /// What a person reads.
    #[schema(max_length = 300)]
    pub label: String,
    /// Where it stands in `q`.
    #[schema(max_items = 100)]
    pub ranges: Vec<Range>,
    /// Whether it ranks or filters.
    pub effect: EffectWord,
}

/// A correction of a word.
#[derive(ToSchema)]
pub struct Correction {
    /// As it was typed.
    #[schema(max_length = 512)]
    pub from: String,
    /// As it was read.
    #[schema(max_length = 512)]
    pub to: String,
}

/// Another reading of an ambiguous word.
#[derive(ToSchema)]
pub struct Alternative {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Label.
    #[schema(max_length = 300)]
    pub label: String,
    /// Codes.
    #[schema(max_items = 200)]
    pub codes: Vec<String>,
    /// Groups behind it.
    pub group_count: u32,
    /// The request that takes this reading.
    pub request: GroupSearch,
}

/// Ways on when a recognised condition has no group of its own.
#[derive(ToSchema)]
pub struct Fallback {
    /// Why.
    pub reason: FallbackReasonWord,
    /// The steps that have something to offer.
    #[schema(max_items = 8)]
    pub steps: Vec<FallbackStep>,
}

/// One way on.
#[derive(ToSchema)]
pub struct FallbackStep {
    /// What it offers.
    pub kind: StepKindWord,
    /// What a person reads.
    #[schema(max_length = 500)]
    pub label: String,
    /// How much it offers.
    pub count: u32,
    /// The request that shows it.
    pub request: Option<GroupSearch>,
    /// Groups to begin with.
    #[schema(max_items = 3)]
    pub items: Vec<GroupHit>,
    /// Contact points.
    #[schema(max_items = 100)]
    pub contact_points: Vec<ContactPoint>,
    /// Pages and numbers.
    #[schema(max_items = 100)]
    pub links: Vec<Link>,
}

/// A page or number.
#[derive(ToSchema)]
pub struct Link {
    /// What it is.
    #[schema(max_length = 500)]
    pub label: String,
    /// Page.
    #[schema(max_length = 2000)]
    pub url: Option<String>,
    /// Number.
    #[schema(max_length = 200)]
    pub phone: Option<String>,
}

/// Help in an acute crisis.
#[derive(ToSchema)]
pub struct CrisisHelp {
    /// Kind.
    pub kind: CrisisKindWord,
    /// What to say.
    #[schema(max_length = 2000)]
    pub text: String,
    /// Whom to call.
    #[schema(max_items = 50)]
    pub contacts: Vec<CrisisNumber>,
}

/// A number to call.
#[derive(ToSchema)]
pub struct CrisisNumber {
    /// Who answers.
    #[schema(max_length = 300)]
    pub label: String,
    /// As people read it.
    #[schema(max_length = 100)]
    pub phone: String,
    /// As a telephone dials it.
    #[schema(max_length = 40)]
    pub tel: String,
    /// Website.
    #[schema(max_length = 2000)]
    pub url: Option<String>,
    /// When.
    #[schema(max_length = 300)]
    pub hours: Option<String>,
    /// In which languages.
    #[schema(max_items = 50)]
    pub languages: Vec<String>,
}

/// Suggestions.
#[derive(ToSchema)]
pub struct SuggestionList {
    /// The suggestions, likeliest first.
    #[schema(max_items = 20)]
    pub items: Vec<Suggestion>,
    /// How many.
    pub total: u32,
    /// Always null: there is one page.
    #[schema(max_length = 400)]
    pub next_cursor: Option<String>,
    /// Numbers to call; to be shown before all else.
    pub crisis_help: Option<CrisisHelp>,
    /// The generation that answered.
    #[schema(max_length = 80)]
    pub generation: String,
}

/// One suggestion.
#[derive(ToSchema)]
pub struct Suggestion {
    /// What it leads to.
    pub kind: SuggestionKindWord,
    /// Id of that.
    #[schema(max_length = 120)]
    pub id: String,
    /// What a person reads.
    #[schema(max_length = 300)]
    pub label: String,
    /// The word that was typed towards.
    #[schema(max_length = 300)]
    pub matched: String,
    /// Where in `matched`.
    #[schema(max_items = 100)]
    pub ranges: Vec<Range>,
    /// Groups behind it.
    pub group_count: u32,
    /// The request that shows them.
    pub request: GroupSearch,
}

/// Topics or conditions.
#[derive(ToSchema)]
pub struct TopicList {
    /// The entries.
    #[schema(max_items = 10000)]
    pub items: Vec<Topic>,
    /// Entries on all pages.
    pub total: u32,
    /// Where the next page begins.
    #[schema(max_length = 400)]
    pub next_cursor: Option<String>,
}

/// A topic or condition.
#[derive(ToSchema)]
pub struct Topic {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Label.
    #[schema(max_length = 300)]
    pub label: String,
    /// Codes.
    #[schema(max_items = 200)]
    pub codes: Vec<String>,
    /// Other words for it.
    #[schema(max_items = 200)]
    pub synonyms: Vec<String>,
    /// Broader concepts.
    #[schema(max_items = 200)]
    pub broader: Vec<NamedConcept>,
    /// Narrower concepts.
    #[schema(max_items = 2000)]
    pub narrower: Vec<NamedConcept>,
    /// Groups that have it or something narrower.
    pub group_count: u32,
    /// Whether its words may tell of an acute crisis.
    pub crisis: bool,
    /// ORPHAcodes that are no longer in use and lead here.
    #[schema(max_items = 200)]
    pub retired_codes: Vec<String>,
}

/// A neighbour in the tree.
#[derive(ToSchema)]
pub struct NamedConcept {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Label.
    #[schema(max_length = 300)]
    pub label: String,
}

/// Places.
#[derive(ToSchema)]
pub struct PlaceList {
    /// The readings.
    #[schema(max_items = 100)]
    pub items: Vec<Place>,
    /// How many.
    pub total: u32,
    /// Where the next page begins.
    #[schema(max_length = 400)]
    pub next_cursor: Option<String>,
}

/// A place.
#[derive(ToSchema)]
pub struct Place {
    /// Id.
    #[schema(max_length = 120)]
    pub id: String,
    /// Kind.
    pub kind: PlaceKindWord,
    /// What a person reads.
    #[schema(max_length = 300)]
    pub label: String,
    /// Postcodes.
    #[schema(max_items = 500)]
    pub postcodes: Vec<String>,
    /// District key.
    #[schema(max_length = 5)]
    pub district: Option<String>,
    /// District name.
    #[schema(max_length = 200)]
    pub district_name: Option<String>,
    /// State.
    #[schema(max_length = 2)]
    pub state: Option<String>,
    /// Latitude.
    #[schema(minimum = -90, maximum = 90)]
    pub lat: f64,
    /// Longitude.
    #[schema(minimum = -180, maximum = 180)]
    pub lon: f64,
}

/// Contact points.
#[derive(ToSchema)]
pub struct ContactPointList {
    /// The entries of this page.
    #[schema(max_items = 100)]
    pub items: Vec<ContactPoint>,
    /// Entries on all pages.
    pub total: u32,
    /// Where the next page begins.
    #[schema(max_length = 400)]
    pub next_cursor: Option<String>,
}

/// A contact point (Selbsthilfekontaktstelle).
#[derive(ToSchema)]
pub struct ContactPoint {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Name.
    #[schema(max_length = 300)]
    pub name: String,
    /// What people call it.
    #[schema(max_length = 80)]
    pub abbreviation: Option<String>,
    /// Who runs it.
    #[schema(max_length = 300)]
    pub operator: Option<String>,
    /// Local or for a whole state.
    pub level: LevelWord,
    /// Its main office.
    #[schema(max_length = 80)]
    pub parent: Option<String>,
    /// State.
    pub state: StateWord,
    /// Postal address.
    pub address: Address,
    /// Telephone.
    #[schema(max_length = 200)]
    pub phone: Option<String>,
    /// Mailbox.
    #[schema(max_length = 320)]
    pub email: Option<String>,
    /// Website.
    #[schema(max_length = 2000)]
    pub website: Option<String>,
    /// Opening hours.
    #[schema(max_length = 1000)]
    pub hours: Option<String>,
    /// Latitude.
    #[schema(minimum = -90, maximum = 90)]
    pub lat: Option<f64>,
    /// Longitude.
    #[schema(minimum = -180, maximum = 180)]
    pub lon: Option<f64>,
    /// Districts it serves.
    #[schema(max_items = 100)]
    pub serves: Vec<District>,
    /// Whether it serves the place asked for; null without one.
    pub serves_place: Option<bool>,
    /// Kilometres from that place.
    #[schema(minimum = 0, maximum = 20100)]
    pub distance_km: Option<f64>,
    /// Groups it publishes.
    pub group_count: u32,
}

/// A postal address.
#[derive(ToSchema)]
pub struct Address {
    /// Street and number.
    #[schema(max_length = 300)]
    pub street: Option<String>,
    /// Postcode.
    #[schema(max_length = 5)]
    pub postcode: Option<String>,
    /// Town.
    #[schema(max_length = 200)]
    pub town: Option<String>,
}

/// A district.
#[derive(ToSchema)]
pub struct District {
    /// District key (AGS).
    #[schema(max_length = 5)]
    pub id: String,
    /// Name.
    #[schema(max_length = 200)]
    pub name: String,
}

/// The state of the service.
#[derive(ToSchema)]
pub struct Status {
    /// Version of the program.
    #[schema(max_length = 40)]
    pub version: String,
    /// The generation that answers.
    #[schema(max_length = 80)]
    pub generation: String,
    /// When it was built.
    #[schema(max_length = 30, format = DateTime)]
    pub built_at: String,
    /// Whether the groups are invented examples.
    pub example_data: bool,
    /// Whether the catalogue could not be reached of late.
    pub stale: bool,
    /// Groups in all.
    pub group_count: u32,
    /// Age of each contact point's data.
    #[schema(max_items = 1000)]
    pub contact_points: Vec<ContactPointStatus>,
}

/// Age of a contact point's data.
#[derive(ToSchema)]
pub struct ContactPointStatus {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Groups it publishes.
    pub group_count: u32,
    /// When it last imported.
    #[schema(max_length = 30, format = DateTime)]
    pub last_import_at: Option<String>,
    /// Groups that nobody has confirmed for a year.
    pub stale_count: u32,
    /// How its own feed or page fares; null where it has none.
    pub source: Option<SourceStatus>,
}

/// How a contact point's own feed or page fares.
#[derive(ToSchema)]
pub struct SourceStatus {
    /// When its list was last taken over or found unchanged.
    #[schema(max_length = 40, format = DateTime)]
    pub last_success_at: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Whether it failed so often that somebody must look.
    pub alert: bool,
}

/// Where the suggestion dictionary is.
#[derive(ToSchema)]
pub struct DictionaryName {
    /// Hash of its content.
    #[schema(max_length = 16)]
    pub hash: String,
    /// Its address, which may be kept for ever.
    #[schema(max_length = 2000)]
    pub url: String,
    /// The generation it was made of.
    #[schema(max_length = 80)]
    pub generation: String,
}

/// The suggestion dictionary.
#[derive(ToSchema)]
pub struct DictionaryFile {
    /// The generation it was made of.
    #[schema(max_length = 80)]
    pub generation: String,
    /// Language of the words.
    pub language: AnswerLanguageWord,
    /// Topics and conditions, each as its label and other words that lead to it, joined by `|`. The
    /// label is understood by `q`.
    #[schema(max_items = 20000)]
    pub topics: Vec<String>,
    /// For each topic, groups that have it or something narrower.
    #[schema(max_items = 20000)]
    pub group_counts: Vec<u32>,
    /// Places of Saxony and Thuringia as `Jena|7743,2,2`, ordered by their first postcode: name,
    /// first postcode as the step from that of the place before, each further one as the step from
    /// the one before it.
    #[schema(max_items = 20000)]
    pub places: Vec<String>,
}

/// Groups on a map (RFC 7946).
#[derive(ToSchema)]
pub struct FeatureCollection {
    /// `FeatureCollection`.
    #[schema(rename = "type", max_length = 20)]
    pub kind: String,
    /// The groups.
    #[schema(max_items = 1000000)]
    pub features: Vec<Feature>,
}

/// A group on a map.
#[derive(ToSchema)]
pub struct Feature {
    /// `Feature`.
    #[schema(rename = "type", max_length = 20)]
    pub kind: String,
    /// Id.
    #[schema(max_length = 36)]
    pub id: String,
    /// The published point; null without one.
    pub geometry: Option<Point>,
    /// What a map shows.
    pub properties: FeatureProperties,
}

/// A point.
#[derive(ToSchema)]
pub struct Point {
    /// `Point`.
    #[schema(rename = "type", max_length = 20)]
    pub kind: String,
    /// Longitude and latitude.
    #[schema(min_items = 2, max_items = 2)]
    pub coordinates: Vec<f64>,
}

/// What a map shows of a group.
#[derive(ToSchema)]
pub struct FeatureProperties {
    /// Id.
    #[schema(max_length = 36)]
    pub id: String,
    /// Name.
    #[schema(max_length = 200)]
    pub name: String,
    /// Concepts.
    #[schema(max_items = 200)]
    pub concepts: Vec<Concept>,
    /// How it meets.
    pub format: FormatWord,
    /// Status.
    pub status: StatusWord,
    /// How exact the point is.
    pub precision: Option<PrecisionWord>,
    /// Address of its page.
    #[schema(max_length = 2000)]
    pub page_url: String,
}

/// A problem (RFC 9457).
#[derive(ToSchema)]
pub struct Problem {
    /// Address of the page that explains the code.
    #[schema(rename = "type", max_length = 2000)]
    pub kind: String,
    /// Constant title of the code.
    #[schema(max_length = 200)]
    pub title: String,
    /// Status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong and what would be right.
    #[schema(max_length = 1000)]
    pub detail: String,
    /// The request, for questions to the operator.
    #[schema(max_length = 100)]
    pub instance: String,
    /// What went wrong, for programs.
    pub code: ProblemCodeWord,
    /// All problems of the request.
    #[schema(max_items = 100)]
    pub errors: Vec<ProblemEntry>,
    /// The import that is held or could not be read; absent otherwise.
    #[schema(max_length = 20)]
    pub import_id: Option<String>,
    /// Where a held import is confirmed; absent otherwise.
    #[schema(max_length = 2000)]
    pub confirm_url: Option<String>,
    /// What a held import would do; absent otherwise.
    pub counts: Option<super::admin::schema::ImportCounts>,
}

/// One problem of a request.
#[derive(ToSchema)]
pub struct ProblemEntry {
    /// What went wrong.
    pub code: ProblemCodeWord,
    /// The query parameter; absent otherwise.
    #[schema(max_length = 80)]
    pub parameter: Option<String>,
    /// The member of the body (RFC 6901); absent otherwise.
    #[schema(max_length = 200)]
    pub pointer: Option<String>,
    /// The row of a list as a spreadsheet counts it; absent otherwise.
    pub row: Option<u32>,
    /// The heading in a list; absent otherwise.
    #[schema(max_length = 8192)]
    pub column: Option<String>,
    /// What is wrong and what would be right.
    #[schema(max_length = 1000)]
    pub detail: String,
    /// Values that would be right.
    #[schema(max_items = 100)]
    pub suggestions: Vec<String>,
}
