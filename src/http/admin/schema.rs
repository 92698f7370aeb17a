//! What admin requests and answers look like, for `/openapi.json` only: nothing here is filled.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::super::schema::{
    AgeGroupWord, AudienceWord, CatchmentWord, ContactModeWord, CostWord, Descriptions, FormatWord,
    GenderWord, OpenForNewWord, OrganisationKindWord, PrecisionWord, SourceKindWord,
    WheelchairWord,
};
use crate::catalogue::Scope;
use crate::domain;
use crate::import::SourceFormat;

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
    /// Mode of an import.
    ImportModeWord as "ImportMode",
        "What becomes of groups that a list does not name: removed by `replace`, left by `merge`.",
        ["replace", "merge"].into_iter();
    /// State of an import.
    ImportStateWord as "ImportState", "What has come of an import.",
        ["checked", "running", "applied", "held", "failed", "rolled_back"].into_iter();
    /// Phase of an import.
    ImportPhaseWord as "ImportPhase", "What an import in work is doing.",
        ["waiting", "reading", "writing", "done"].into_iter();
    /// Kind of change.
    ChangeKindWord as "ChangeKind", "What becomes of a group.",
        ["new", "changed", "removed"].into_iter();
    /// Weight of a finding.
    SeverityWord as "Severity", "How much a finding weighs: an error keeps its row out.",
        ["error", "warning", "hint"].into_iter();
    /// Stage of an import.
    FindingPhaseWord as "FindingPhase", "The stage that speaks.",
        ["read", "check", "enrich", "compare"].into_iter();
    /// Scopes of tokens.
    ScopeWord as "Scope", "What a token allows.", Scope::ALL.map(Scope::as_str).into_iter();
    /// Kinds of reviews.
    ReviewKindWord as "ReviewKind", "What should be looked at.",
        ["source_failing", "held_import", "faulty_value", "due_record", "unmatched_topic",
            "possible_duplicate", "merged_duplicate"].into_iter();
    /// Operations that settle reviews.
    ReviewActWord as "ReviewAct", "The operation that settles it.",
        ["put_source", "confirm_import", "create_import", "put_group", "merge_duplicates",
            "split_duplicates"].into_iter();
    /// What came of a look at a source.
    SourceResultWord as "SourceResult",
        "What came of a look: a held list waits for `confirm_import`; whatever failed, the former \
         groups stay.",
        ["updated", "unchanged", "held", "failed"].into_iter();
    /// Format of a list.
    ListFormatWord as "ListFormat", "What a list is.",
        SourceFormat::ALL.map(SourceFormat::as_str).into_iter();
    /// Status of one's own records.
    OwnStatusWord as "OwnStatus", "Where a group stands; `closed` ones are not shown.",
        domain::Status::WORDS.iter().copied();
    /// Publishing of a place.
    PublishWord as "Publish", "How much of the place may be shown.",
        domain::Publish::WORDS.iter().copied();
}

/// An import or a check, without its details.
#[derive(ToSchema)]
pub struct ImportSummary {
    /// Its number; for one in work the name of its job.
    #[schema(max_length = 60)]
    pub id: String,
    /// Whose groups.
    #[schema(max_length = 80)]
    pub contact_point: String,
    /// What has come of it.
    pub state: ImportStateWord,
    /// What it is doing.
    pub phase: ImportPhaseWord,
    /// When it was applied, or came.
    #[schema(max_length = 40)]
    pub at: String,
    /// The token's name and id, or the command.
    #[schema(max_length = 200)]
    pub who: String,
    /// Name of the file, or the id of the one group.
    #[schema(max_length = 1000)]
    pub source_name: String,
    /// What became of groups that it does not name.
    pub mode: ImportModeWord,
    /// Rows read so far.
    pub rows_read: u32,
    /// Its numbers.
    pub counts: ImportCounts,
    /// All findings, also those beyond the first thousand.
    pub findings_total: u32,
    /// Streets that everybody can read afterwards.
    pub streets_public: u32,
    /// Whether it can be undone.
    pub can_be_rolled_back: bool,
    /// Where a held one is confirmed.
    #[schema(max_length = 2000)]
    pub confirm_url: Option<String>,
}

/// An import or a check.
#[derive(ToSchema)]
pub struct Import {
    /// Its number; for one in work the name of its job.
    #[schema(max_length = 60)]
    pub id: String,
    /// Whose groups.
    #[schema(max_length = 80)]
    pub contact_point: String,
    /// What has come of it.
    pub state: ImportStateWord,
    /// What it is doing.
    pub phase: ImportPhaseWord,
    /// When it was applied, or came.
    #[schema(max_length = 40)]
    pub at: String,
    /// The token's name and id, or the command.
    #[schema(max_length = 200)]
    pub who: String,
    /// Name of the file, or the id of the one group.
    #[schema(max_length = 1000)]
    pub source_name: String,
    /// What became of groups that it does not name.
    pub mode: ImportModeWord,
    /// Rows read so far.
    pub rows_read: u32,
    /// Its numbers.
    pub counts: ImportCounts,
    /// All findings, also those beyond the first thousand.
    pub findings_total: u32,
    /// Streets that everybody can read afterwards.
    pub streets_public: u32,
    /// Whether it can be undone.
    pub can_be_rolled_back: bool,
    /// Where a held one is confirmed.
    #[schema(max_length = 2000)]
    pub confirm_url: Option<String>,
    /// What changes, group by group; at most a thousand.
    #[schema(max_items = 1000)]
    pub changes: Vec<ImportChange>,
    /// What was found, errors first; at most a thousand.
    #[schema(max_items = 1000)]
    pub findings: Vec<ImportFinding>,
}

/// The numbers of an import.
#[derive(ToSchema)]
pub struct ImportCounts {
    /// Groups that were not there.
    pub new: u32,
    /// Groups with other content.
    pub changed: u32,
    /// Groups as before.
    pub unchanged: u32,
    /// Groups that the list no longer names.
    pub removed: u32,
    /// Rows that stayed out because of errors.
    pub refused: u32,
}

/// What an import changes in one group.
#[derive(ToSchema)]
pub struct ImportChange {
    /// What becomes of it.
    pub kind: ChangeKindWord,
    /// Its id.
    #[schema(max_length = 36)]
    pub id: String,
    /// The publisher's own id; null for a removed one.
    #[schema(max_length = 64)]
    pub local_id: Option<String>,
    /// Its name.
    #[schema(max_length = 200)]
    pub name: String,
    /// What differs; internal fields too.
    #[schema(max_items = 100)]
    pub fields: Vec<FieldChange>,
}

/// One field before and after.
#[derive(ToSchema)]
pub struct FieldChange {
    /// Its name in the record.
    #[schema(max_length = 80)]
    pub field: String,
    /// As it was; null for nothing.
    #[schema(max_length = 20000)]
    pub before: Option<String>,
    /// As it is now; null for nothing.
    #[schema(max_length = 20000)]
    pub after: Option<String>,
}

/// One thing that an import found.
#[derive(ToSchema)]
pub struct ImportFinding {
    /// The stage that speaks.
    pub phase: FindingPhaseWord,
    /// How much it weighs.
    pub severity: SeverityWord,
    /// Name of the file.
    #[schema(max_length = 1000)]
    pub source: String,
    /// Row as a spreadsheet counts it.
    pub row: Option<u32>,
    /// The publisher's heading.
    #[schema(max_length = 8192)]
    pub column: Option<String>,
    /// The rule's stable id.
    #[schema(max_length = 80)]
    pub rule: String,
    /// The value found, shortened.
    #[schema(max_length = 200)]
    pub value: Option<String>,
    /// What was found.
    #[schema(max_length = 10000)]
    pub message: String,
    /// What to do about it.
    #[schema(max_length = 10000)]
    pub remedy: String,
}

/// Imports.
#[derive(ToSchema)]
pub struct ImportList {
    /// The entries of this page.
    #[schema(max_items = 1000)]
    pub items: Vec<ImportSummary>,
    /// Entries on all pages.
    pub total: u32,
    /// Where the next page begins.
    #[schema(max_length = 20)]
    pub next_cursor: Option<String>,
}

/// What undoing has done.
#[derive(ToSchema)]
pub struct RolledBack {
    /// `rolled_back`.
    pub state: ImportStateWord,
    /// The imports undone, latest first.
    #[schema(max_items = 1000000, max_length = 20)]
    pub imports: Vec<String>,
    /// Groups that have their former content again.
    pub restored: u32,
    /// Groups that were not there before and left.
    pub removed: u32,
}

/// A record with its internal members: the interchange form `group/v1`. Absent is unknown.
#[derive(ToSchema)]
#[schema(description = "A record with its internal members: the interchange form `group/v1`. \
    Absent or null is unknown.")]
pub struct OwnGroup {
    /// Whose record; as in the address.
    #[schema(max_length = 80)]
    pub contact_point: Option<String>,
    /// The publisher's own id; as in the address.
    #[schema(max_length = 64)]
    pub local_id: Option<String>,
    /// Id; the service's.
    #[schema(max_length = 36)]
    pub id: Option<String>,
    /// As the group calls itself.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Topics in the publisher's words.
    #[schema(max_items = 200, max_length = 200)]
    pub topics: Option<Vec<String>>,
    /// Plain text.
    #[schema(max_length = 4000)]
    pub description: Option<String>,
    /// The description in other languages.
    pub descriptions: Option<Descriptions>,
    /// For whom.
    #[schema(max_items = 20)]
    pub audience: Option<Vec<AudienceWord>>,
    /// For which age.
    #[schema(max_items = 20)]
    pub age_group: Option<Vec<AgeGroupWord>>,
    /// From which age in years.
    #[schema(minimum = 0, maximum = 255)]
    pub age_min: Option<u8>,
    /// To which age in years.
    #[schema(minimum = 0, maximum = 255)]
    pub age_max: Option<u8>,
    /// For which gender.
    pub gender: Option<GenderWord>,
    /// Languages spoken, BCP 47.
    #[schema(max_items = 50, max_length = 35)]
    pub languages: Option<Vec<String>>,
    /// How it meets.
    pub format: Option<FormatWord>,
    /// When it meets.
    pub meeting: Option<OwnMeeting>,
    /// Where it meets.
    pub venue: Option<OwnVenue>,
    /// From how far people come.
    pub catchment: Option<CatchmentWord>,
    /// Where it stands.
    pub status: Option<OwnStatusWord>,
    /// Whether a wheelchair gets in.
    pub wheelchair: Option<WheelchairWord>,
    /// Its page.
    #[schema(max_length = 2000)]
    pub website: Option<String>,
    /// How to reach it.
    pub contact: Option<OwnContact>,
    /// Internal: whom the contact point calls.
    pub contact_person: Option<OwnContactPerson>,
    /// The body behind it.
    pub organisation: Option<OwnOrganisation>,
    /// What it costs.
    pub cost: Option<CostWord>,
    /// A word on the cost.
    #[schema(max_length = 2000)]
    pub cost_note: Option<String>,
    /// Whether new members may come.
    pub open_for_new: Option<OpenForNewWord>,
    /// Internal: the permission behind a person's contact.
    pub consent: Option<OwnConsent>,
    /// Day somebody last confirmed it.
    #[schema(max_length = 10)]
    pub verified_on: Option<String>,
    /// How it came to us; the service's.
    pub source: Option<OwnSource>,
    /// Id of the record of which this is a copy.
    #[schema(max_length = 36)]
    pub duplicate_of: Option<String>,
    /// Internal: staff's own search words.
    #[schema(max_items = 200, max_length = 200)]
    pub hidden_terms: Option<Vec<String>>,
    /// Moment of the last change; the service's.
    #[schema(max_length = 40)]
    pub updated_at: Option<String>,
}

/// When a group meets.
#[derive(ToSchema)]
pub struct OwnMeeting {
    /// What the publisher wrote.
    #[schema(max_length = 2000)]
    pub text: Option<String>,
    /// The rule of recurrence (RFC 5545).
    #[schema(max_length = 200)]
    pub rrule: Option<String>,
    /// Local time it starts.
    #[schema(max_length = 8)]
    pub starts: Option<String>,
    /// Local time it ends.
    #[schema(max_length = 8)]
    pub ends: Option<String>,
    /// Only after a call.
    pub by_appointment: Option<bool>,
}

/// Where a group meets.
#[derive(ToSchema)]
pub struct OwnVenue {
    /// Name of the house or room.
    #[schema(max_length = 300)]
    pub name: Option<String>,
    /// Street and number.
    #[schema(max_length = 300)]
    pub street: Option<String>,
    /// Postcode.
    #[schema(max_length = 5)]
    pub postcode: Option<String>,
    /// Town or quarter.
    #[schema(max_length = 200)]
    pub town: Option<String>,
    /// Key of the district (AGS).
    #[schema(max_length = 80)]
    pub district: Option<String>,
    /// Latitude.
    #[schema(minimum = -90, maximum = 90)]
    pub lat: Option<f64>,
    /// Longitude.
    #[schema(minimum = -180, maximum = 180)]
    pub lon: Option<f64>,
    /// How exact the point is.
    pub precision: Option<PrecisionWord>,
    /// How much of it may be shown.
    pub publish: Option<PublishWord>,
}

/// How to reach a group.
#[derive(ToSchema)]
pub struct OwnContact {
    /// The way.
    pub mode: Option<ContactModeWord>,
    /// What to call it.
    #[schema(max_length = 300)]
    pub label: Option<String>,
    /// A mailbox; a person's needs consent.
    #[schema(max_length = 320)]
    pub email: Option<String>,
    /// A telephone number; a person's needs consent.
    #[schema(max_length = 200)]
    pub phone: Option<String>,
}

/// Internal: the person whom the contact point calls.
#[derive(ToSchema)]
pub struct OwnContactPerson {
    /// Name.
    #[schema(max_length = 300)]
    pub name: Option<String>,
    /// Telephone.
    #[schema(max_length = 200)]
    pub phone: Option<String>,
    /// Mailbox.
    #[schema(max_length = 320)]
    pub email: Option<String>,
}

/// The body behind a group.
#[derive(ToSchema)]
pub struct OwnOrganisation {
    /// The association it belongs to.
    #[schema(max_length = 300)]
    pub parent: Option<String>,
    /// What kind of body it is.
    pub kind: Option<OrganisationKindWord>,
}

/// Internal: a person's dated permission.
#[derive(ToSchema)]
pub struct OwnConsent {
    /// Day it was given.
    #[schema(max_length = 10)]
    pub given_on: Option<String>,
    /// For what: `website`, `api`, `open_data`, `print`.
    #[schema(max_items = 20, max_length = 80)]
    pub scope: Option<Vec<String>>,
    /// How it was given.
    #[schema(max_length = 2000)]
    pub basis: Option<String>,
    /// Day it was withdrawn.
    #[schema(max_length = 10)]
    pub withdrawn_on: Option<String>,
}

/// How a record came to us.
#[derive(ToSchema)]
pub struct OwnSource {
    /// The way it came.
    pub kind: Option<SourceKindWord>,
    /// Page or feed.
    #[schema(max_length = 2000)]
    pub url: Option<String>,
    /// Day.
    #[schema(max_length = 10)]
    pub fetched_on: Option<String>,
    /// SHA-256 of the record as it arrived.
    #[schema(max_length = 64)]
    pub content_hash: Option<String>,
}

/// One's own groups.
#[derive(ToSchema)]
pub struct OwnGroupList {
    /// All of them.
    #[schema(max_items = 100000)]
    pub items: Vec<OwnGroup>,
    /// How many.
    pub total: u32,
    /// Always null: all groups stand on one page.
    #[schema(max_length = 20)]
    pub next_cursor: Option<String>,
}

/// A consent that was withdrawn.
#[derive(ToSchema)]
pub struct Withdrawal {
    /// The group.
    #[schema(max_length = 36)]
    pub id: String,
    /// The publisher's own id.
    #[schema(max_length = 64)]
    pub local_id: String,
    /// From this day on.
    #[schema(max_length = 10)]
    pub withdrawn_on: String,
    /// Whether the search and all exports show it no more; otherwise within seconds.
    pub is_effective: bool,
}

/// A group as a review names it.
#[derive(ToSchema)]
pub struct ReviewedGroup {
    /// Id.
    #[schema(max_length = 36)]
    pub id: String,
    /// Whose it is.
    #[schema(max_length = 80)]
    pub contact_point: String,
    /// The publisher's own id.
    #[schema(max_length = 64)]
    pub local_id: String,
    /// Name.
    #[schema(max_length = 200)]
    pub name: String,
}

/// A concept that may be meant.
#[derive(ToSchema)]
pub struct Proposal {
    /// Id.
    #[schema(max_length = 80)]
    pub id: String,
    /// Label.
    #[schema(max_length = 300)]
    pub label: String,
}

/// One thing to look at.
#[derive(ToSchema)]
pub struct Review {
    /// What it is.
    pub kind: ReviewKindWord,
    /// The operation that settles it.
    pub act: ReviewActWord,
    /// What to do, in a sentence.
    #[schema(max_length = 1000)]
    pub message: String,
    /// The own record.
    pub group: Option<ReviewedGroup>,
    /// The other record.
    pub other: Option<ReviewedGroup>,
    /// Day the record was last confirmed.
    #[schema(max_length = 10)]
    pub verified_on: Option<String>,
    /// From this day on it counts as stale.
    #[schema(max_length = 10)]
    pub due_on: Option<String>,
    /// From this day on nobody sees it.
    #[schema(max_length = 10)]
    pub hidden_on: Option<String>,
    /// The topic that no concept matches.
    #[schema(max_length = 1000)]
    pub topic: Option<String>,
    /// Concepts that may be meant.
    #[schema(max_items = 10)]
    pub proposals: Vec<Proposal>,
    /// How much two records are alike.
    #[schema(minimum = 0, maximum = 1)]
    pub likeness: Option<f64>,
    /// The decision that `split_duplicates` takes back.
    #[schema(max_length = 20)]
    pub decision_id: Option<String>,
    /// The list that is held, or holds the faulty value.
    #[schema(max_length = 20)]
    pub import_id: Option<String>,
    /// Row of the faulty value in that list.
    pub row: Option<u32>,
    /// Its column.
    #[schema(max_length = 200)]
    pub column: Option<String>,
    /// The faulty value.
    #[schema(max_length = 4000)]
    pub value: Option<String>,
}

/// What should be looked at.
#[derive(ToSchema)]
pub struct ReviewList {
    /// The first thousand.
    #[schema(max_items = 1000)]
    pub items: Vec<Review>,
    /// All of them.
    pub total: u32,
    /// Always null.
    #[schema(max_length = 20)]
    pub next_cursor: Option<String>,
}

/// Two records that are one group.
#[derive(ToSchema)]
pub struct DuplicatePair {
    /// Their ids.
    #[schema(min_items = 2, max_items = 2, max_length = 36)]
    pub groups: Vec<String>,
    /// Whether they are one group; absent: true.
    pub is_same: Option<bool>,
}

/// A decision about two records.
#[derive(ToSchema)]
pub struct DuplicateDecision {
    /// Its id.
    #[schema(max_length = 20)]
    pub id: String,
    /// The two records.
    #[schema(min_items = 2, max_items = 2, max_length = 36)]
    pub groups: Vec<String>,
    /// Whether they are one group.
    pub is_same: bool,
    /// Who decided.
    #[schema(max_length = 200)]
    pub who: String,
    /// When.
    #[schema(max_length = 40)]
    pub at: String,
}

/// Texts by names that the publisher chooses.
pub struct TextByName;

impl PartialSchema for TextByName {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(2000));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("Texts by name."))
            .additional_properties(Some(text))
            .max_properties(Some(500))
            .build()
            .into()
    }
}

impl ToSchema for TextByName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("TextByName")
    }
}

/// Settings of a contact point's own feed or page, as in a `source.json`.
#[derive(ToSchema)]
pub struct SourceOrder {
    /// Whose it is; may be left out.
    #[schema(max_length = 80)]
    pub contact_point: Option<String>,
    /// Where the list is.
    #[schema(max_length = 2000)]
    pub url: String,
    /// Hours between two looks.
    #[schema(minimum = 1, maximum = 744)]
    pub interval_hours: Option<u32>,
    /// Further hosts that redirects and next pages may lead to.
    #[schema(max_items = 20, max_length = 253)]
    pub hosts: Option<Vec<String>>,
    /// Reference of the written agreement with the contact point.
    #[schema(max_length = 200)]
    pub agreement: Option<String>,
    /// What the list is; found out where it is not said.
    pub format: Option<ListFormatWord>,
    /// The publisher's headings and the fields that they mean.
    pub columns: Option<TextByName>,
    /// Sheet of a workbook.
    #[schema(max_length = 100)]
    pub sheet: Option<String>,
    /// CSS selectors of a page, `next` and `pages` among them.
    pub selectors: Option<TextByName>,
}

/// A contact point's own feed or page, and what came of the last look.
#[derive(ToSchema)]
pub struct HarvestSource {
    /// Whose it is.
    #[schema(max_length = 80)]
    pub contact_point: String,
    /// Its settings.
    pub settings: SourceOrder,
    /// Whether somebody's look is under way.
    pub is_running: bool,
    /// What came of the last look.
    pub result: Option<SourceResultWord>,
    /// Why it failed or is held, in a sentence.
    #[schema(max_length = 2000)]
    pub message: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Whether it failed so often that somebody must look.
    pub alert: bool,
    /// When it was last asked.
    #[schema(max_length = 40, format = DateTime)]
    pub attempted_at: Option<String>,
    /// When its list was last taken over or found unchanged.
    #[schema(max_length = 40, format = DateTime)]
    pub succeeded_at: Option<String>,
    /// When the next look is due; null: at once.
    #[schema(max_length = 40, format = DateTime)]
    pub next_at: Option<String>,
    /// The import of the last look that led to one.
    #[schema(max_length = 60)]
    pub import_id: Option<String>,
    /// Its address.
    #[schema(max_length = 2000)]
    pub import_url: Option<String>,
}

/// What the public sees of a contact point and its staff may change.
#[derive(ToSchema)]
pub struct OwnEntry {
    /// Name.
    #[schema(max_length = 300)]
    pub name: String,
    /// Who runs it.
    #[schema(max_length = 300)]
    pub operator: Option<String>,
    /// Postal address.
    pub address: Option<OwnAddress>,
    /// Telephone.
    #[schema(max_length = 200)]
    pub phone: Option<String>,
    /// Functional mailbox.
    #[schema(max_length = 320)]
    pub email: Option<String>,
    /// Website.
    #[schema(max_length = 2000)]
    pub website: Option<String>,
    /// Opening hours.
    #[schema(max_length = 1000)]
    pub hours: Option<String>,
}

/// A contact point's address.
#[derive(ToSchema)]
pub struct OwnAddress {
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

/// What a new token shall be.
#[derive(ToSchema)]
pub struct TokenOrder {
    /// Whose it is; absent: the operator's.
    #[schema(max_length = 80)]
    pub contact_point: Option<String>,
    /// What to call it: an office or a machine, no person.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it allows; absent: everything.
    #[schema(max_items = 3)]
    pub scopes: Option<Vec<ScopeWord>>,
    /// Days until it expires; absent: 365.
    #[schema(minimum = 1, maximum = 3650)]
    pub days: Option<u32>,
}

/// A token without the token.
#[derive(ToSchema)]
pub struct Token {
    /// Id.
    #[schema(max_length = 20)]
    pub id: String,
    /// Whose it is; null: the operator's.
    #[schema(max_length = 80)]
    pub contact_point: Option<String>,
    /// What it is called.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it allows.
    #[schema(max_items = 3)]
    pub scopes: Vec<ScopeWord>,
    /// When it was made.
    #[schema(max_length = 40)]
    pub created_at: String,
    /// Until when it is valid.
    #[schema(max_length = 40)]
    pub expires_at: String,
    /// When it was revoked.
    #[schema(max_length = 40)]
    pub revoked_at: Option<String>,
    /// The day on which it was last used.
    #[schema(max_length = 10)]
    pub last_used_on: Option<String>,
}

/// A new token.
#[derive(ToSchema)]
pub struct NewToken {
    /// Id.
    #[schema(max_length = 20)]
    pub id: String,
    /// Whose it is; null: the operator's.
    #[schema(max_length = 80)]
    pub contact_point: Option<String>,
    /// What it is called.
    #[schema(max_length = 100)]
    pub name: String,
    /// What it allows.
    #[schema(max_items = 3)]
    pub scopes: Vec<ScopeWord>,
    /// When it was made.
    #[schema(max_length = 40)]
    pub created_at: String,
    /// Until when it is valid.
    #[schema(max_length = 40)]
    pub expires_at: String,
    /// When it was revoked.
    #[schema(max_length = 40)]
    pub revoked_at: Option<String>,
    /// The day on which it was last used.
    #[schema(max_length = 10)]
    pub last_used_on: Option<String>,
    /// The token itself, shown this once.
    #[schema(max_length = 100)]
    pub token: String,
}

/// Tokens.
#[derive(ToSchema)]
pub struct TokenList {
    /// All of them.
    #[schema(max_items = 10000)]
    pub items: Vec<Token>,
    /// How many.
    pub total: u32,
    /// Always null.
    #[schema(max_length = 20)]
    pub next_cursor: Option<String>,
}

/// The index will be built.
#[derive(ToSchema)]
pub struct Reindexing {
    /// The generation that is live until then.
    #[schema(max_length = 40)]
    pub former_generation: Option<String>,
}

/// Schemas whose optional members may really be absent.
pub const PARTIAL: &[&str] = &[
    "DuplicatePair",
    "OwnGroup",
    "OwnMeeting",
    "OwnVenue",
    "OwnContact",
    "OwnContactPerson",
    "OwnOrganisation",
    "OwnConsent",
    "OwnSource",
    "OwnEntry",
    "SourceOrder",
    "OwnAddress",
    "TokenOrder",
];
