//! Checks one record and says what is wrong with it.
//!
//! In: a [`RawRecord`], the text as its publisher wrote it. Out: a [`CheckedRecord`] whose fields
//! are right, or the [`Finding`](super::Finding)s that keep it out. Reads no files, knows no places and no
//! vocabulary.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Time};

use super::clean::clean;
use super::finding::Notes;
use super::headings;
use super::messages::{self, Rule};
use super::raw::{RawRecord, RawValue};
use super::reader::TopicReader;
use super::schedule;
use super::words::{self, Term};
use crate::domain::{
    AgeGroup, Audience, Catchment, Consent, Contact, ContactMode, ContactPerson, ContactPointId,
    Coordinates, Cost, Format, Gender, GroupId, Language, Meeting, OpenForNew, Organisation,
    OrganisationKind, Postcode, Precision, Publish, Recurrence, Status, Wheelchair,
};
use crate::recognise::term::Reading;

/// Longest name in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// Longest own id in characters.
pub const MAX_LOCAL_ID_CHARS: usize = 64;

/// Longest description in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 4_000;

/// Days a spreadsheet counts from 1899-12-30; only such numbers are taken for dates.
const SHEET_DAYS: std::ops::RangeInclusive<i64> = 20_000..=80_000;

/// Where a group meets, as far as its publisher said.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct CheckedVenue {
    pub name: Option<String>,
    pub street: Option<String>,
    pub postcode: Option<Postcode>,
    pub town: Option<String>,
    /// Name, car plate or key, as written.
    pub district: Option<String>,
    pub point: Option<Coordinates>,
    pub precision: Option<Precision>,
    pub publish: Option<Publish>,
}

impl CheckedVenue {
    pub fn is_empty(&self) -> bool {
        let Self { name, street, postcode, town, district, point, .. } = self;
        let texts = [name, street, town, district];
        texts.iter().all(|text| text.is_none()) && postcode.is_none() && point.is_none()
    }
}

/// A record whose fields are right; `None` means that nothing was said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CheckedRecord {
    pub row: u64,
    pub contact_point: ContactPointId,
    pub local_id: Option<String>,
    pub name: String,
    pub topics: Vec<String>,
    pub description: Option<String>,
    pub descriptions: BTreeMap<Language, String>,
    pub audience: BTreeSet<Audience>,
    pub age_groups: BTreeSet<AgeGroup>,
    pub age_min: Option<u8>,
    pub age_max: Option<u8>,
    pub gender: Option<Gender>,
    pub languages: Vec<Language>,
    pub format: Option<Format>,
    pub meeting: Meeting,
    pub venue: CheckedVenue,
    pub catchment: Option<Catchment>,
    pub status: Option<Status>,
    pub wheelchair: Option<Wheelchair>,
    pub website: Option<String>,
    pub contact: Contact,
    pub contact_person: Option<ContactPerson>,
    pub organisation: Option<Organisation>,
    pub cost: Option<Cost>,
    pub cost_note: Option<String>,
    pub open_for_new: Option<OpenForNew>,
    pub consent: Option<Consent>,
    pub verified_on: Option<Date>,
    pub duplicate_of: Option<GroupId>,
    pub hidden_terms: Vec<String>,
    /// Fields for which the source has a column, filled or not.
    pub mentioned: BTreeSet<String>,
    /// All that the record says, for recognising the same row twice.
    pub fingerprint: String,
}

/// What checking needs to know beside the record.
pub(super) struct Target<'a> {
    /// Whose file it is; `None` leaves it to the record.
    pub contact_point: Option<&'a ContactPointId>,
    /// Every contact point there is.
    pub known: &'a [ContactPointId],
    pub today: Date,
    pub reader: &'a dyn TopicReader,
}

/// Columns already told of once per file.
#[derive(Default)]
pub(super) struct Told {
    internal: BTreeSet<String>,
}

/// Checks a record; `None` when an error keeps it out.
pub(super) fn check(
    record: &RawRecord,
    target: &Target<'_>,
    told: &mut Told,
    notes: &mut Notes,
) -> Option<CheckedRecord> {
    let mut fields =
        Fields { record, notes, told, failed: false, today: target.today, reader: target.reader };
    let checked = fields.check(target);
    if fields.failed { None } else { checked }
}

/// One value with where it stood.
#[derive(Debug, Clone)]
struct Value {
    text: String,
    column: String,
    /// Whether the source uses our own name for the field: then it speaks `group/v1`.
    is_own_name: bool,
}

struct Fields<'a> {
    record: &'a RawRecord,
    notes: &'a mut Notes,
    told: &'a mut Told,
    failed: bool,
    today: Date,
    reader: &'a dyn TopicReader,
}

impl Fields<'_> {
    fn tell(&mut self, rule: &'static Rule, column: &str, value: &str, detail: &str) {
        let mut finding = self.notes.about(rule).in_row(self.record.row).in_column(column);
        finding = finding.with_value(value);
        if !detail.is_empty() {
            finding = finding.with_detail(detail);
        }
        if rule.severity == super::finding::Severity::Error {
            self.failed = true;
        }
        self.notes.add(finding);
    }

    /// Returns the values of a field, clean, placeholders and spreadsheet errors left out.
    fn values(&mut self, field: &str, keeps_lines: bool) -> Vec<Value> {
        let record = self.record;
        let may_hold_html = matches!(
            field,
            "name"
                | "topics"
                | "description"
                | "meeting.text"
                | "venue.name"
                | "contact.label"
                | "cost_note"
        ) || field.starts_with("descriptions.");
        let mut values = Vec::new();
        for cell in record.cells.iter().filter(|cell| cell.field == field) {
            let texts: Vec<&String> = match &cell.value {
                RawValue::Text(text) => vec![text],
                RawValue::List(parts) => parts.iter().collect(),
            };
            for text in texts {
                let cleaned = clean(text, keeps_lines, may_hold_html);
                if cleaned.text.is_empty() && cleaned.done.is_empty() {
                    continue;
                }
                for (rule, what) in &cleaned.done {
                    let is_repair = rule.id == messages::MOJIBAKE_REPAIRED.id;
                    // A text that is published anyway may be shown; a person's contact may not.
                    let shows_text = is_repair || (what.is_empty() && may_hold_html);
                    let value = if shows_text { text.as_str() } else { what.as_str() };
                    let detail = if is_repair { what.as_str() } else { "" };
                    self.tell(rule, &cell.column, value, detail);
                }
                let text = cleaned.text;
                if text.contains('\u{fffd}') {
                    self.tell(&messages::LETTERS_LOST, &cell.column, &text, "");
                }
                if is_sheet_error(&text) {
                    self.tell(&messages::CELL_ERROR, &cell.column, &text, "");
                    continue;
                }
                match placeholder(&text, field) {
                    Some(true) => {
                        self.tell(&messages::PLACEHOLDER, &cell.column, &text, "");
                        continue;
                    }
                    Some(false) => continue,
                    None => {}
                }
                if text.starts_with(['=', '@']) && may_hold_html
                    || text.starts_with('+') && may_hold_html && text.contains('(')
                {
                    self.tell(&messages::FORMULA_TEXT, &cell.column, &text, "");
                }
                if text.is_empty() {
                    continue;
                }
                values.push(Value {
                    text,
                    column: cell.column.clone(),
                    is_own_name: cell.column == field,
                });
            }
        }
        values
    }

    fn one(&mut self, field: &str) -> Option<Value> {
        self.values(field, false).into_iter().next()
    }

    fn text(&mut self, field: &str) -> Option<String> {
        self.one(field).map(|value| value.text)
    }

    fn column_of(&self, field: &str) -> String {
        let cell = self.record.cells.iter().find(|cell| cell.field == field);
        cell.map_or_else(|| field.to_owned(), |cell| cell.column.clone())
    }

    fn mentions(&self, field: &str) -> bool {
        self.record.cells.iter().any(|cell| cell.field == field)
    }

    fn check(&mut self, target: &Target<'_>) -> Option<CheckedRecord> {
        let contact_point = self.contact_point(target);
        let mut local_id = self.local_id();
        let mut topics = self.topics();
        let mut status = self.term(
            "status",
            &messages::STATUS_UNKNOWN,
            &messages::STATUS_REFUSED,
            Status::WORDS,
        );
        let name = self.name(&mut topics, &mut status);
        let description = self.description("description");
        let descriptions = self.descriptions();
        let (audience, audience_people) = self.audience();
        let mut ages = self.age_groups();
        ages.age_groups.extend(&audience_people.age_groups);
        ages.age_min = ages.age_min.or(audience_people.age_min);
        ages.age_max = ages.age_max.or(audience_people.age_max);
        let (age_min, age_max) = self.ages(&ages);
        let gender = self.term(
            "gender",
            &messages::GENDER_UNKNOWN,
            &messages::GENDER_REFUSED,
            Gender::WORDS,
        );
        let languages = self.languages();
        let format = self.term(
            "format",
            &messages::FORMAT_UNKNOWN,
            &messages::FORMAT_REFUSED,
            Format::WORDS,
        );
        let meeting = self.meeting();
        let venue = self.venue();
        let catchment = self.lenient("catchment", &messages::CATCHMENT_UNKNOWN, Catchment::WORDS);
        let wheelchair =
            self.lenient("wheelchair", &messages::WHEELCHAIR_UNKNOWN, Wheelchair::WORDS);
        let website = self.website();
        let consent = self.consent();
        let (contact, contact_person) = self.contacts(consent.as_ref(), website.is_some());
        let organisation = self.organisation();
        let (cost, cost_note) = self.cost();
        let open_for_new =
            self.lenient("open_for_new", &messages::OPEN_FOR_NEW_UNKNOWN, OpenForNew::WORDS);
        let verified_on = self.verified_on();
        let hidden_terms = self.hidden_terms();
        let duplicate_of = self.text("duplicate_of").and_then(|text| text.parse().ok());
        let contact_person_name = contact_person.as_ref().and_then(|person| person.name.clone());
        if self.is_personal_id(local_id.as_deref(), contact_person_name.as_deref()) {
            local_id = None; // it would be published; one is derived instead
        }
        self.check_sheltered(&venue);

        let mut gender = gender;
        if gender.is_none() {
            gender = audience_people.gender;
        }
        Some(CheckedRecord {
            row: self.record.row,
            contact_point: contact_point?,
            local_id,
            name: name?,
            topics,
            description,
            descriptions,
            audience,
            age_groups: ages.age_groups,
            age_min,
            age_max,
            gender,
            languages,
            format,
            meeting,
            venue,
            catchment,
            status,
            wheelchair,
            website,
            contact,
            contact_person,
            organisation,
            cost,
            cost_note,
            open_for_new,
            consent,
            verified_on,
            duplicate_of,
            hidden_terms,
            mentioned: self.record.cells.iter().map(|cell| cell.field.clone()).collect(),
            fingerprint: fingerprint(self.record),
        })
    }

    fn contact_point(&mut self, target: &Target<'_>) -> Option<ContactPointId> {
        let said = self.one("contact_point");
        let Some(said) = said else {
            if target.contact_point.is_none() {
                self.tell(&messages::CONTACT_POINT_MISSING, "contact_point", "", "");
            }
            return target.contact_point.cloned();
        };
        let known = target.known.iter().find(|known| known.as_str() == said.text);
        let Some(known) = known else {
            let near = target.known.iter().max_by(|a, b| {
                let likeness = |id: &ContactPointId| strsim::jaro_winkler(id.as_str(), &said.text);
                likeness(a).total_cmp(&likeness(b))
            });
            let near = near.map_or("–", |id| id.as_str()).to_owned();
            self.tell(&messages::CONTACT_POINT_UNKNOWN, &said.column, &said.text, &near);
            return None;
        };
        if let Some(wanted) = target.contact_point.filter(|wanted| *wanted != known) {
            self.tell(&messages::CONTACT_POINT_OTHER, &said.column, &said.text, wanted.as_str());
            return None;
        }
        Some(known.clone())
    }

    fn local_id(&mut self) -> Option<String> {
        let value = self.one("local_id")?;
        if value.text.chars().count() > MAX_LOCAL_ID_CHARS {
            self.tell(&messages::LOCAL_ID_TOO_LONG, &value.column, &value.text, "");
            return None;
        }
        Some(value.text)
    }

    fn is_personal_id(&mut self, local_id: Option<&str>, person: Option<&str>) -> bool {
        let Some(id) = local_id else { return false };
        let digits = id.bytes().filter(u8::is_ascii_digit).count();
        let is_number = (digits >= 7 && (id.starts_with('0') || id.starts_with("+49")))
            && id.chars().all(|c| c.is_ascii_digit() || " +-/()".contains(c));
        let folded = headings::fold(id);
        let holds_name = person.is_some_and(|person| {
            person.split_whitespace().map(headings::fold).any(|part| {
                part.len() >= 4 && part != "frau" && part != "herr" && folded.contains(&part)
            })
        });
        let is_personal = id.contains('@') || is_number || holds_name;
        if is_personal {
            let column = self.column_of("local_id");
            let shown: String = id.chars().take(3).chain("…".chars()).collect();
            self.tell(&messages::LOCAL_ID_PERSONAL, &column, &shown, "");
        }
        is_personal
    }

    fn topics(&mut self) -> Vec<String> {
        let mut topics: Vec<String> = Vec::new();
        for value in self.values("topics", false) {
            for part in value.text.split('|') {
                let topic = without_outer_parentheses(part.trim());
                if !topic.is_empty() && !topics.iter().any(|known| known == topic) {
                    topics.push(topic.to_owned());
                }
            }
        }
        topics
    }

    fn name(&mut self, topics: &mut [String], status: &mut Option<Status>) -> Option<String> {
        let column = self.column_of("name");
        let name = match self.one("name") {
            Some(value) => value.text,
            None if self.mentions("name") || topics.is_empty() => {
                // A column for names with nothing in it is an oversight; no column at all is a
                // list of topics.
                self.tell(&messages::NAME_MISSING, &column, "", "");
                return None;
            }
            None => {
                let name = topics[0].clone();
                self.tell(&messages::NAME_FROM_TOPIC, &column, &name, "");
                name
            }
        };
        let (name, from_name) = without_status(&name);
        for topic in topics.iter_mut() {
            *topic = without_status(topic).0;
        }
        *status = status.or(from_name);
        if name.chars().count() > MAX_NAME_CHARS {
            self.tell(&messages::NAME_TOO_LONG, &column, &name, "");
            return None;
        }
        if let Some(person) = person_in(&name) {
            self.tell(&messages::NAME_HOLDS_PERSON, &column, &person, "");
        }
        Some(name)
    }

    fn description(&mut self, field: &str) -> Option<String> {
        let values = self.values(field, true);
        let column = values.first()?.column.clone();
        let texts: Vec<String> = values.into_iter().map(|value| value.text).collect();
        let text = texts.join("\n");
        let length = text.chars().count();
        if length > MAX_DESCRIPTION_CHARS {
            self.tell(&messages::DESCRIPTION_TOO_LONG, &column, &text, &length.to_string());
            return None;
        }
        Some(text)
    }

    fn descriptions(&mut self) -> BTreeMap<Language, String> {
        let fields: BTreeSet<String> = self
            .record
            .cells
            .iter()
            .filter(|cell| cell.field.starts_with("descriptions."))
            .map(|cell| cell.field.clone())
            .collect();
        let mut descriptions = BTreeMap::new();
        for field in fields {
            let Some(text) = self.description(&field) else { continue };
            let tag = field.trim_start_matches("descriptions.");
            match tag.parse::<Language>() {
                Ok(language) => {
                    descriptions.insert(language, text);
                }
                Err(_) => {
                    self.tell(
                        &messages::LANGUAGE_UNKNOWN,
                        &field,
                        tag,
                        "en, hsb, uk, ar, de-x-leicht",
                    );
                }
            }
        }
        descriptions
    }

    /// Reads a closed list of which a wrong word keeps the row out in `group/v1`, and is left out
    /// with a warning where the heading is the publisher's own.
    fn term<T: Term>(
        &mut self,
        field: &str,
        unknown: &'static Rule,
        refused: &'static Rule,
        allowed: &[&str],
    ) -> Option<T> {
        let value = self.one(field)?;
        let read = T::read(&value.text);
        if read.is_none() {
            let rule = if value.is_own_name { refused } else { unknown };
            self.tell(rule, &value.column, &value.text, &allowed.join(", "));
        }
        read
    }

    /// Reads a closed list of which a wrong word is always left out with a warning.
    fn lenient<T: Term>(
        &mut self,
        field: &str,
        unknown: &'static Rule,
        allowed: &[&str],
    ) -> Option<T> {
        self.term(field, unknown, unknown, allowed)
    }

    fn audience(&mut self) -> (BTreeSet<Audience>, Reading) {
        let mut audience = BTreeSet::new();
        let mut people = Reading::default();
        for value in self.values("audience", false) {
            for part in words::parts(&value.text) {
                if let Some(term) = Audience::read(part) {
                    audience.insert(term);
                    continue;
                }
                let read = self.reader.people(part);
                let is_everybody = [
                    "alle",
                    "jeder",
                    "interessierte",
                    "alleinteressierten",
                    "alleinteressierte",
                    "offenfueralle",
                ]
                .contains(&headings::fold(part).as_str());
                if read != Reading::default() && !value.is_own_name {
                    audience.extend(&read.audience);
                    people.age_groups.extend(&read.age_groups);
                    people.age_min = people.age_min.or(read.age_min);
                    people.age_max = people.age_max.or(read.age_max);
                    people.gender = people.gender.or(read.gender);
                } else if !is_everybody {
                    self.tell(
                        &messages::AUDIENCE_UNKNOWN,
                        &value.column,
                        part,
                        &Audience::WORDS.join(", "),
                    );
                }
            }
        }
        for term in Audience::ALL {
            let field = format!("audience.{term}");
            let Some(value) = self.one(&field) else { continue };
            match words::yes_or_no(&value.text) {
                Some(true) => {
                    audience.insert(*term);
                    if !self.mentions("audience") && !self.mentions("audience.affected") {
                        // "Angehörige: ja" says that they may come too.
                        audience.insert(Audience::Affected);
                    }
                }
                Some(false) => {}
                None => {
                    self.tell(&messages::AUDIENCE_UNKNOWN, &value.column, &value.text, "ja, nein");
                }
            }
        }
        (audience, people)
    }

    fn age_groups(&mut self) -> Reading {
        let mut people = Reading::default();
        for value in self.values("age_group", false) {
            for part in words::parts(&value.text) {
                let read = self.reader.people(part);
                if let Some(term) = AgeGroup::read(part) {
                    people.age_groups.insert(term);
                } else if read != Reading::default() && !value.is_own_name {
                    people.age_groups.extend(&read.age_groups);
                    people.age_min = people.age_min.or(read.age_min);
                    people.age_max = people.age_max.or(read.age_max);
                } else if !matches!(
                    headings::fold(part).as_str(),
                    "alle" | "jedesalter" | "offen" | "egal"
                ) {
                    let rule = if value.is_own_name {
                        &messages::AGE_GROUP_REFUSED
                    } else {
                        &messages::AGE_GROUP_UNKNOWN
                    };
                    self.tell(rule, &value.column, part, &AgeGroup::WORDS.join(", "));
                }
            }
        }
        people
    }

    fn ages(&mut self, read: &Reading) -> (Option<u8>, Option<u8>) {
        let min = self.age("age_min").or(read.age_min);
        let max = self.age("age_max").or(read.age_max);
        if let (Some(from), Some(to)) = (min, max)
            && from > to
        {
            let column = self.column_of("age_min");
            self.tell(&messages::AGES_REVERSED, &column, &format!("{from} > {to}"), "");
            return (None, None);
        }
        (min, max)
    }

    fn age(&mut self, field: &str) -> Option<u8> {
        let value = self.one(field)?;
        let digits = value.text.trim_end_matches("Jahre").trim_end_matches("Jahren").trim();
        let digits = digits.strip_suffix(".0").unwrap_or(digits);
        let age = digits.parse().ok().filter(|age| *age <= 120);
        if age.is_none() {
            self.tell(&messages::NUMBER_WRONG, &value.column, &value.text, "0–120");
        }
        age
    }

    fn languages(&mut self) -> Vec<Language> {
        let mut languages: Vec<Language> = Vec::new();
        for value in self.values("languages", false) {
            for part in words::parts(&value.text) {
                match words::language(part) {
                    Some(language) if languages.contains(&language) => {}
                    Some(language) => languages.push(language),
                    None => {
                        self.tell(
                            &messages::LANGUAGE_UNKNOWN,
                            &value.column,
                            part,
                            "de, en, uk, ar, hsb, gsg …",
                        );
                    }
                }
            }
        }
        languages
    }

    fn meeting(&mut self) -> Meeting {
        let texts = self.values("meeting.text", true);
        let column = texts.first().map_or_else(String::new, |value| value.column.clone());
        let mut texts: Vec<String> = texts.into_iter().map(|value| value.text).collect();
        texts.extend(self.values("meeting.time", false).into_iter().map(|value| value.text));
        let text = Some(texts.join(", ")).filter(|text| !text.is_empty());
        let read = text.as_deref().map(schedule::read).unwrap_or_default();

        let rrule = self.one("meeting.rrule");
        let has_rrule = rrule.is_some();
        let rule = match rrule {
            Some(value) => {
                let rule = Recurrence::parse(&value.text);
                if rule.is_none() {
                    self.tell(&messages::RRULE_WRONG, &value.column, &value.text, "");
                }
                rule.or(read.rule)
            }
            None => read.rule,
        };
        let starts = self.time("meeting.starts").or(read.starts);
        let ends = self.time("meeting.ends").or(read.ends);
        if rule.is_none() && !has_rrule && read.names_a_day {
            let shown = text.clone().unwrap_or_default();
            self.tell(&messages::MEETING_NOT_READ, &column, &shown, "");
        }
        let by_appointment = match self.one("meeting.by_appointment") {
            Some(value) => match words::yes_or_no(&value.text) {
                Some(is) => is,
                None => {
                    self.tell(
                        &messages::BY_APPOINTMENT_UNKNOWN,
                        &value.column,
                        &value.text,
                        "ja, nein",
                    );
                    read.by_appointment
                }
            },
            None => read.by_appointment,
        };
        Meeting { text, rule, starts, ends, by_appointment }
    }

    fn time(&mut self, field: &str) -> Option<Time> {
        let value = self.one(field)?;
        let time = schedule::read_time(&value.text);
        if time.is_none() {
            self.tell(&messages::TIME_WRONG, &value.column, &value.text, "");
        }
        time
    }

    fn venue(&mut self) -> CheckedVenue {
        let names: Vec<String> =
            self.values("venue.name", false).into_iter().map(|value| value.text).collect();
        let mut venue = CheckedVenue {
            name: Some(names.join(", ")).filter(|name| !name.is_empty()),
            street: self.text("venue.street"),
            town: None,
            district: self.text("venue.district"),
            ..CheckedVenue::default()
        };
        if let (Some(street), Some(number)) = (&mut venue.street, self.text("venue.house_number")) {
            street.push(' ');
            street.push_str(&number);
        }
        if let Some(address) = self.values("venue.address", true).into_iter().next() {
            self.address(&address, &mut venue);
        }
        for field in ["venue.place", "venue.town"] {
            if let Some(value) = self.one(field) {
                let (postcode, town) = postcode_and_town(&value.text);
                if let Some(postcode) = postcode {
                    venue.postcode =
                        venue.postcode.or_else(|| self.postcode(&postcode, &value.column));
                }
                venue.town = venue.town.or(town);
            }
        }
        if let Some(quarter) = self.text("venue.quarter") {
            venue.town = Some(match venue.town {
                Some(town) if town != quarter => format!("{town}, {quarter}"),
                Some(town) => town,
                None => quarter,
            });
        }
        if let Some(value) = self.one("venue.postcode") {
            let (postcode, town) = postcode_and_town(&value.text);
            let text = postcode.unwrap_or_else(|| value.text.clone());
            venue.postcode = self.postcode(&text, &value.column).or(venue.postcode);
            if value.text.len() > 5 && venue.postcode.is_some() {
                venue.town = venue.town.or(town);
            }
        }
        venue.precision =
            self.lenient("venue.precision", &messages::PRECISION_UNKNOWN, Precision::WORDS);
        venue.point = self.point();
        let has_publish = self.one("venue.publish").is_some();
        venue.publish = self.term(
            "venue.publish",
            &messages::PUBLISH_UNKNOWN,
            &messages::PUBLISH_REFUSED,
            Publish::WORDS,
        );
        if has_publish && venue.publish.is_none() {
            // Whoever fills this column wants something kept back.
            venue.publish = Some(Publish::None);
        }
        venue
    }

    /// Reads "Haus am Park, Beispielweg 5, 07743 Jena".
    fn address(&mut self, address: &Value, venue: &mut CheckedVenue) {
        let mut before = Vec::new();
        for part in address.text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            match postcode_and_town(part) {
                (Some(postcode), town) => {
                    venue.postcode = self.postcode(&postcode, &address.column);
                    venue.town = town;
                }
                (None, _) if venue.postcode.is_none() => before.push(part),
                (None, _) => {}
            }
        }
        let is_street =
            |part: &&str| part.chars().any(|c| c.is_ascii_digit()) || names_a_street(part);
        if venue.street.is_none()
            && let Some(at) = before.iter().rposition(is_street)
        {
            venue.street = Some(before.remove(at).to_owned());
        }
        if venue.name.is_none() && !before.is_empty() {
            venue.name = Some(before.join(", "));
        }
    }

    fn postcode(&mut self, text: &str, column: &str) -> Option<Postcode> {
        let bare = text.trim().trim_start_matches("D-").trim_start_matches("D ").trim();
        let bare = bare.strip_suffix(".0").unwrap_or(bare);
        if let Ok(postcode) = bare.parse() {
            return Some(postcode);
        }
        let four_digits = bare.len() == 4 && bare.bytes().all(|b| b.is_ascii_digit());
        if four_digits {
            let repaired = format!("0{bare}");
            if let Ok(postcode) = repaired.parse() {
                self.tell(&messages::POSTCODE_LEADING_ZERO, column, text, &repaired);
                return Some(postcode);
            }
        }
        self.tell(&messages::POSTCODE_WRONG, column, text, "");
        None
    }

    fn point(&mut self) -> Option<Coordinates> {
        let lat = self.degrees("venue.lat");
        let lon = self.degrees("venue.lon");
        let column = self.column_of("venue.lat");
        let (lat, lon) = match (lat, lon) {
            (Some(lat), Some(lon)) => (lat, lon),
            (None, None) => return None,
            (lat, _) => {
                let missing = if lat.is_none() { column } else { self.column_of("venue.lon") };
                self.tell(&messages::POINT_HALF, &missing, "", "");
                return None;
            }
        };
        if lat == 0.0 && lon == 0.0 {
            self.tell(&messages::POINT_ZERO, &column, "0, 0", "");
            return None;
        }
        if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
            let wrong = if (-90.0..=90.0).contains(&lat) { lon } else { lat };
            self.tell(&messages::POINT_REFUSED, &column, &wrong.to_string(), "");
            return None;
        }
        let shown = format!("{lat}, {lon}");
        if is_in_germany(lat, lon) {
            return Coordinates::new(lat, lon).ok();
        }
        if is_in_germany(lon, lat) {
            self.tell(&messages::POINT_SWAPPED, &column, &shown, &format!("{lon}, {lat}"));
            return Coordinates::new(lon, lat).ok();
        }
        self.tell(&messages::POINT_WRONG, &column, &shown, "");
        None
    }

    fn degrees(&mut self, field: &str) -> Option<f64> {
        let value = self.one_with_zero(field)?;
        let number = value.text.replace(',', ".").trim_end_matches('°').trim().parse::<f64>();
        match number {
            Ok(number) if number.is_finite() => Some(number),
            _ => {
                self.tell(&messages::NUMBER_WRONG, &value.column, &value.text, "50.93");
                None
            }
        }
    }

    /// As [`Self::one`], but `0` is a value and no placeholder.
    fn one_with_zero(&mut self, field: &str) -> Option<Value> {
        let cell = self.record.cells.iter().find(|cell| cell.field == field)?;
        let RawValue::Text(text) = &cell.value else { return None };
        let text = clean(text, false, false).text;
        if text.is_empty() || placeholder(&text, "name").is_some() {
            return None;
        }
        Some(Value { text, column: cell.column.clone(), is_own_name: cell.column == field })
    }

    fn website(&mut self) -> Option<String> {
        let value = self.one("website")?;
        match read_url(&value.text) {
            Url::Right(url) => Some(url),
            Url::WithoutScheme(url) => {
                self.tell(&messages::URL_WITHOUT_SCHEME, &value.column, &value.text, &url);
                Some(url)
            }
            Url::Credentials => {
                self.tell(&messages::URL_CREDENTIALS, &value.column, "…@…", "");
                None
            }
            Url::Refused => {
                self.tell(&messages::URL_REFUSED, &value.column, &value.text, "");
                None
            }
            Url::Wrong => {
                self.tell(&messages::URL_WRONG, &value.column, &value.text, "");
                None
            }
        }
    }

    fn consent(&mut self) -> Option<Consent> {
        let given = self.one("consent.given_on");
        let scope: Vec<String> = self
            .values("consent.scope", false)
            .iter()
            .flat_map(|value| {
                words::parts(&value.text).into_iter().map(consent_scope).collect::<Vec<_>>()
            })
            .collect();
        let basis = self.text("consent.basis");
        let withdrawn_on = self.date("consent.withdrawn_on", false);
        let given = match given {
            // "Einwilligung: ja" has no date, and an undated consent proves nothing.
            Some(value) if words::yes_or_no(&value.text) == Some(false) => return None,
            Some(value) if words::yes_or_no(&value.text) == Some(true) => {
                self.tell(&messages::CONSENT_UNDATED, &value.column, &value.text, "");
                return None;
            }
            Some(_) => self.date("consent.given_on", false),
            None => None,
        };
        let Some(given_on) = given else {
            if !scope.is_empty() || basis.is_some() {
                let column = self.column_of("consent.given_on");
                self.tell(&messages::CONSENT_UNDATED, &column, "", "");
            }
            return None;
        };
        let mut unique: Vec<String> = Vec::new();
        for word in scope {
            if !unique.contains(&word) {
                unique.push(word);
            }
        }
        if unique.is_empty() && !self.mentions("consent.scope") {
            // A list with one dated column "Einwilligung" means its publication.
            unique.push("website".to_owned());
        }
        Some(Consent { given_on, scope: unique, basis, withdrawn_on })
    }

    fn contacts(
        &mut self,
        consent: Option<&Consent>,
        has_website: bool,
    ) -> (Contact, Option<ContactPerson>) {
        let mut person = ContactPerson {
            name: self.text("contact_person.name").filter(|name| !is_no_person(name)),
            phone: None,
            email: None,
        };
        if let (Some(first), Some(last)) = (self.text("contact_person.first_name"), &person.name) {
            person.name = Some(format!("{first} {last}"));
        }
        let private_phones = self.values("contact_person.phone", false);
        person.phone = private_phones.iter().find_map(|value| self.phone(value));
        person.email = self.one("contact_person.email").and_then(|value| self.email(&value));
        if person.name.is_some() {
            let column = self.column_of("contact_person.name");
            if self.told.internal.insert(column.clone()) {
                self.tell(&messages::INTERNAL_FIELD, &column, "", "");
            }
        }

        let mut phones: Vec<(Value, String)> = Vec::new();
        let mut emails: Vec<(Value, String)> = Vec::new();
        for value in self.values("contact.phone", false) {
            if value.text.contains('@') {
                if let Some(email) = self.email(&value) {
                    emails.push((value, email));
                }
            } else if let Some(phone) = self.phone(&value) {
                phones.push((value, phone));
            }
        }
        for value in self.values("contact.email", false) {
            if let Some(email) = self.email(&value) {
                emails.push((value, email));
            }
        }
        for value in self.values("contact.any", false) {
            self.any_contact(&value, &mut phones, &mut emails, &mut person);
        }
        let label = self.text("contact.label");
        let is_marked_private =
            label.as_deref().is_some_and(|l| l.to_lowercase().contains("privat"));
        let holds = consent.is_some_and(|consent| consent.holds_on(self.today));
        let mut contact = Contact { label, ..Contact::default() };
        let has_person = person.name.is_some();
        for (value, phone) in phones {
            let is_private = is_marked_private
                || consent.is_some()
                || is_mobile(&phone)
                || (has_person && !value.is_own_name);
            if is_private && !holds {
                self.keep_internal(&value, consent);
                person.phone.get_or_insert(phone);
            } else {
                contact.phone.get_or_insert(phone);
            }
        }
        for (value, email) in emails {
            let is_private = is_marked_private
                || consent.is_some()
                || is_personal_mailbox(&email)
                || (has_person && !value.is_own_name && !is_functional_mailbox(&email));
            if is_private && !holds {
                self.keep_internal(&value, consent);
                person.email.get_or_insert(email);
            } else {
                contact.email.get_or_insert(email);
            }
        }

        let said = self.one("contact.mode");
        let mode = said.as_ref().and_then(|value| ContactMode::read(&value.text));
        if let (Some(value), None) = (&said, mode) {
            let allowed = ContactMode::WORDS.join(", ");
            self.tell(&messages::CONTACT_MODE_UNKNOWN, &value.column, &value.text, &allowed);
        }
        contact.mode = match mode {
            Some(ContactMode::Mailbox) if contact.email.is_none() => self.no_address(said),
            Some(ContactMode::Phone) if contact.phone.is_none() => self.no_address(said),
            Some(ContactMode::Form) if !has_website => self.no_address(said),
            Some(mode) => mode,
            None if contact.phone.is_some() => ContactMode::Phone,
            None if contact.email.is_some() => ContactMode::Mailbox,
            None => ContactMode::ViaContactPoint,
        };
        let person = Some(person).filter(|person| *person != ContactPerson::default());
        (contact, person)
    }

    fn no_address(&mut self, said: Option<Value>) -> ContactMode {
        // Withheld contacts have told their reason already.
        let row = self.record.row;
        let withheld = [&messages::PRIVATE_CONTACT, &messages::CONSENT_WITHDRAWN];
        let is_told = self
            .notes
            .list
            .iter()
            .rev()
            .take_while(|finding| finding.row == Some(row))
            .any(|finding| withheld.iter().any(|rule| rule.id == finding.rule.id));
        if let (Some(said), false) = (said, is_told) {
            self.tell(&messages::CONTACT_WITHOUT_ADDRESS, &said.column, &said.text, "");
        }
        ContactMode::ViaContactPoint
    }

    fn keep_internal(&mut self, value: &Value, consent: Option<&Consent>) {
        match consent {
            Some(consent) => {
                let day = consent.withdrawn_on.unwrap_or(consent.given_on).to_string();
                self.tell(&messages::CONSENT_WITHDRAWN, &value.column, &day, "");
            }
            None => self.tell(&messages::PRIVATE_CONTACT, &value.column, "", ""),
        }
    }

    /// Reads a cell that holds number, mailbox and name in one.
    fn any_contact(
        &mut self,
        value: &Value,
        phones: &mut Vec<(Value, String)>,
        emails: &mut Vec<(Value, String)>,
        person: &mut ContactPerson,
    ) {
        let value = &Value { is_own_name: false, ..value.clone() };
        let mut rest: Vec<&str> = Vec::new();
        for part in value.text.split([',', ';', '|', '\n']).map(str::trim).filter(|p| !p.is_empty())
        {
            let mut words: Vec<&str> = Vec::new();
            for word in part.split_whitespace() {
                match read_email(word.trim_matches(['(', ')', '<', '>', ':'])) {
                    Some((email, _)) => emails.push((value.clone(), email)),
                    None => words.push(word),
                }
            }
            let is_digit_word = |word: &&str| {
                word.chars().any(|c| c.is_ascii_digit())
                    && word.chars().all(|c| c.is_ascii_digit() || "+-/().".contains(c))
            };
            let first = words.iter().position(is_digit_word);
            if let Some(first) = first {
                let last = words.iter().rposition(is_digit_word).unwrap_or(first);
                let number = words[first..=last].join(" ");
                if let Some((phone, _)) = read_phone(&number) {
                    phones.push((value.clone(), phone));
                    words.drain(first..=last);
                }
            }
            let words: Vec<&str> = words
                .into_iter()
                .filter(|word| {
                    let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                    !matches!(
                        bare.as_str(),
                        "" | "tel"
                            | "telefon"
                            | "fon"
                            | "mail"
                            | "e-mail"
                            | "email"
                            | "mobil"
                            | "handy"
                    )
                })
                .collect();
            rest.extend(words);
        }
        let rest = rest.join(" ");
        if !rest.is_empty() && !is_no_person(&rest) {
            person.name.get_or_insert(rest);
        }
    }

    fn phone(&mut self, value: &Value) -> Option<String> {
        match read_phone(&value.text) {
            Some((phone, true)) => {
                self.tell(&messages::PHONE_REPAIRED, &value.column, &value.text, &phone);
                Some(phone)
            }
            Some((phone, false)) => Some(phone),
            None => {
                self.tell(&messages::PHONE_WRONG, &value.column, "", "");
                None
            }
        }
    }

    fn email(&mut self, value: &Value) -> Option<String> {
        match read_email(&value.text) {
            Some((email, true)) => {
                self.tell(&messages::EMAIL_REPAIRED, &value.column, "", "");
                Some(email)
            }
            Some((email, false)) => Some(email),
            None => {
                self.tell(&messages::EMAIL_WRONG, &value.column, "", "");
                None
            }
        }
    }

    fn organisation(&mut self) -> Option<Organisation> {
        let parent = self.text("organisation.parent");
        let kind: Option<OrganisationKind> = self.lenient(
            "organisation.kind",
            &messages::ORGANISATION_KIND_UNKNOWN,
            OrganisationKind::WORDS,
        );
        if parent.is_none() && kind.is_none() {
            return None;
        }
        let default =
            if parent.is_some() { OrganisationKind::Chapter } else { OrganisationKind::Loose };
        Some(Organisation { parent, kind: kind.unwrap_or(default) })
    }

    fn cost(&mut self) -> (Option<Cost>, Option<String>) {
        let note = self.text("cost_note");
        let Some(value) = self.one_with_zero("cost") else { return (None, note) };
        match Cost::read(&value.text) {
            Some(cost) => (Some(cost), note),
            // "2 € Raumkosten im Monat" is a note, and says that there is a cost.
            None if !value.is_own_name
                && value.text.chars().any(|c| c.is_ascii_digit() || c == '€') =>
            {
                let is_room = value.text.to_lowercase().contains("raum");
                let cost = if is_room { Cost::RoomShare } else { Cost::Fee };
                (Some(cost), note.or(Some(value.text)))
            }
            None => {
                self.tell(
                    &messages::COST_UNKNOWN,
                    &value.column,
                    &value.text,
                    &Cost::WORDS.join(", "),
                );
                (None, note)
            }
        }
    }

    fn verified_on(&mut self) -> Option<Date> {
        if let Some(value) = self.one_with_zero("verified_days_ago") {
            let days = value.text.parse::<i64>().ok().filter(|days| (0..=36_500).contains(days));
            if let Some(date) = days.and_then(|days| self.today.checked_sub(days.days()).ok()) {
                return Some(date);
            }
            self.tell(&messages::NUMBER_WRONG, &value.column, &value.text, "0–36500");
        }
        self.date("verified_on", true)
    }

    fn date(&mut self, field: &str, is_past: bool) -> Option<Date> {
        let value = self.one(field)?;
        let Some(date) = read_date(&value.text) else {
            let rule =
                if value.is_own_name { &messages::DATE_REFUSED } else { &messages::DATE_WRONG };
            self.tell(rule, &value.column, &value.text, "");
            return None;
        };
        if is_past && date > self.today {
            self.tell(&messages::DATE_IN_FUTURE, &value.column, &value.text, "");
            return None;
        }
        Some(date)
    }

    fn hidden_terms(&mut self) -> Vec<String> {
        let mut terms: Vec<String> = Vec::new();
        for value in self.values("hidden_terms", false) {
            for part in value.text.split(['|', ',', ';']).map(str::trim) {
                if !part.is_empty() && !terms.iter().any(|known| known == part) {
                    terms.push(part.to_owned());
                }
            }
        }
        terms
    }

    /// A place that is kept back must not stand in the texts that are shown.
    fn check_sheltered(&mut self, venue: &CheckedVenue) {
        if !matches!(venue.publish, Some(Publish::Municipality | Publish::None)) {
            return;
        }
        let street = venue.street.as_deref().map(str::to_lowercase);
        for field in ["name", "description", "meeting.text"] {
            let cells = self.record.cells.iter().filter(|cell| cell.field == field);
            let texts: Vec<String> = cells
                .filter_map(|cell| match &cell.value {
                    RawValue::Text(text) => Some(text.clone()),
                    RawValue::List(_) => None,
                })
                .collect();
            for text in texts {
                let own = street.as_deref().filter(|street| text.to_lowercase().contains(street));
                let found = own.map(str::to_owned).or_else(|| street_in(&text));
                if let Some(found) = found {
                    let column = self.column_of(field);
                    self.tell(&messages::STREET_IN_TEXT, &column, &found, "");
                }
            }
        }
    }
}

/// Joins all that a record says; equal rows have equal ones.
fn fingerprint(record: &RawRecord) -> String {
    let mut parts = Vec::new();
    for cell in &record.cells {
        let text = match &cell.value {
            RawValue::Text(text) => text.trim().to_owned(),
            RawValue::List(texts) => texts.join("\u{1f}"),
        };
        if !text.is_empty() {
            parts.push(format!("{}\u{1e}{text}", cell.field));
        }
    }
    parts.join("\u{1d}")
}

/// Errors that a spreadsheet shows in a cell.
fn is_sheet_error(text: &str) -> bool {
    let errors = [
        "#NV",
        "#N/A",
        "#WERT!",
        "#VALUE!",
        "#BEZUG!",
        "#REF!",
        "#NAME?",
        "#DIV/0!",
        "#ZAHL!",
        "#NUM!",
        "#NULL!",
        "#GETTING_DATA",
        "Err:502",
        "Err:508",
    ];
    errors.iter().any(|error| text.eq_ignore_ascii_case(error))
}

/// Says whether a text stands for "nothing known", and whether that is worth a word: an empty cell
/// is not.
fn placeholder(text: &str, field: &str) -> Option<bool> {
    let is_mark =
        text.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '/' | '?' | '_' | '*' | ' '));
    if is_mark {
        return Some(!text.trim().is_empty());
    }
    // "unbekannt" and "keine" are values of some closed lists, and may begin a name or a text.
    let is_closed_list = matches!(
        field,
        "wheelchair"
            | "cost"
            | "cost_note"
            | "organisation.kind"
            | "venue.publish"
            | "contact.mode"
    );
    let is_free_text = matches!(field, "name" | "topics" | "hidden_terms");
    if is_closed_list || is_free_text {
        return None;
    }
    let folded = headings::fold(text);
    let is_unknown = matches!(
        folded.as_str(),
        "na" | "ka"
            | "keineangabe"
            | "keineangaben"
            | "nichtbekannt"
            | "unbekannt"
            | "null"
            | "nan"
            | "none"
            | "nil"
            | "undefined"
            | "entfaellt"
            | "tbd"
            | "folgt"
    );
    if is_unknown {
        return Some(true);
    }
    let is_none = matches!(
        folded.as_str(),
        "keine" | "keiner" | "keines" | "kein" | "nein" | "ohne" | "0" | "00000"
    );
    let has_no_such_value = field.starts_with("contact")
        || field == "website"
        || (field.starts_with("venue.") && field != "venue.lat" && field != "venue.lon");
    (is_none && has_no_such_value).then_some(true)
}

/// Takes "(in Gründung)" and its like out of a name.
fn without_status(name: &str) -> (String, Option<Status>) {
    let trimmed = name.trim();
    for (status, signs) in [
        (Status::Founding, ["in gründung", "neugründung", "im aufbau", "in planung", "gründung"]),
        (
            Status::SeekingPeers,
            [
                "mitstreiter gesucht",
                "betroffene gesucht",
                "sucht mitstreiter",
                "mitbetroffene gesucht",
                "gleichbetroffene gesucht",
            ],
        ),
        (Status::Paused, ["pausiert", "ruht", "ruhend", "in pause", "pause"]),
    ] {
        for sign in signs {
            let lower = trimmed.to_lowercase();
            if lower.len() != trimmed.len() {
                continue; // offsets would not fit
            }
            if let Some(at) = lower.find(&format!("({sign})")) {
                let rest = format!(
                    "{} {}",
                    trimmed[..at].trim_end(),
                    trimmed[at + sign.len() + 2..].trim_start()
                );
                let rest = rest.trim().to_owned();
                if !rest.is_empty() {
                    return (rest, Some(status));
                }
            }
            for joint in [" – ", " - ", ", ", ": "] {
                if let Some(rest) = lower.strip_suffix(&format!("{joint}{sign}")) {
                    return (trimmed[..rest.len()].to_owned(), Some(status));
                }
            }
            if let Some(rest) = lower.strip_prefix(&format!("{sign}: ")) {
                return (trimmed[trimmed.len() - rest.len()..].to_owned(), Some(status));
            }
        }
    }
    (trimmed.to_owned(), None)
}

/// "(Rheuma)" is "Rheuma".
fn without_outer_parentheses(text: &str) -> &str {
    match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) if !inside.contains(['(', ')']) => inside.trim(),
        _ => text,
    }
}

/// Returns "Frau Muster" where a name holds such a person.
fn person_in(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let title = pair[0].trim_start_matches(['(', '„', '"']);
        let is_title = matches!(title, "Frau" | "Herr" | "Herrn" | "Fr." | "Hr.");
        let surname = pair[1].trim_end_matches([')', ',', '.', '“', '"']);
        let is_surname = surname.chars().next().is_some_and(char::is_uppercase)
            && surname.chars().count() > 2
            && surname.chars().all(|c| c.is_alphabetic() || c == '-');
        (is_title && is_surname).then(|| format!("{title} {surname}"))
    })
}

/// Says whether the cell for the contact person names none: "über KISS", "bitte erfragen".
fn is_no_person(text: &str) -> bool {
    let lower = text.to_lowercase();
    let signs = [
        "über ",
        "erfragen",
        "kontaktstelle",
        "anfrage",
        "siehe",
        "auf nachfrage",
        "kiss",
        "skis",
        "ikos",
    ];
    signs.iter().any(|sign| lower.contains(sign))
}

/// Reads "07743 Jena", "D-07743 Jena", "Jena 07743"; a text without five digits is a town.
fn postcode_and_town(text: &str) -> (Option<String>, Option<String>) {
    let trimmed = text.trim();
    let bare = trimmed.strip_prefix("D-").or_else(|| trimmed.strip_prefix("D ")).unwrap_or(trimmed);
    let town = |rest: &str| {
        let rest = rest.trim_matches([' ', ',', '-', '–', '/']).trim();
        Some(rest.to_owned()).filter(|rest| !rest.is_empty())
    };
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let ends_word = bare[digits..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    if matches!(digits, 4..=6) && ends_word {
        return (Some(bare[..digits].to_owned()), town(&bare[digits..]));
    }
    if let Some((before, last)) = bare.rsplit_once(' ')
        && last.len() == 5
        && last.bytes().all(|b| b.is_ascii_digit())
    {
        return (Some(last.to_owned()), town(before));
    }
    (None, town(trimmed))
}

/// Words in which German street names end.
const STREETS: [&str; 14] = [
    "straße", "strasse", "str.", "weg", "platz", "gasse", "allee", "ring", "ufer", "hof", "steig",
    "stiege", "winkel", "damm",
];

fn names_a_street(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.split_whitespace().any(|word| {
        let word = word.trim_end_matches([',', ';', ')']);
        STREETS.iter().any(|ending| word.ends_with(ending)) || word == "str"
    })
}

/// Returns a street with its number where a text names one.
fn street_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let is_number = pair[1].starts_with(|c: char| c.is_ascii_digit());
        let begins_upper = pair[0].chars().next().is_some_and(char::is_uppercase);
        (is_number && begins_upper && names_a_street(pair[0]))
            .then(|| pair.join(" ").trim_end_matches([',', '.', ';']).to_owned())
    })
}

fn is_in_germany(lat: f64, lon: f64) -> bool {
    (47.2..=55.1).contains(&lat) && (5.8..=15.1).contains(&lon)
}

enum Url {
    Right(String),
    WithoutScheme(String),
    Credentials,
    Refused,
    Wrong,
}

fn read_url(text: &str) -> Url {
    let trimmed = text.trim();
    let lower = trimmed.to_ascii_lowercase();
    let scheme = lower.split([':', '/', '.', '?', '#']).next().unwrap_or_default().to_owned();
    let has_scheme = lower[scheme.len()..].starts_with(':')
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && !lower[scheme.len() + 1..].starts_with(|c: char| c.is_ascii_digit());
    if has_scheme && scheme != "http" && scheme != "https" {
        return Url::Refused;
    }
    if trimmed.contains(char::is_whitespace) || trimmed.contains(['<', '>', '"', '\\', '`']) {
        return Url::Wrong;
    }
    let whole = if has_scheme {
        trimmed.to_owned()
    } else {
        format!("https://{}", trimmed.trim_start_matches('/'))
    };
    let Ok(url) = url::Url::parse(&whole) else { return Url::Wrong };
    if !url.username().is_empty() || url.password().is_some() {
        return Url::Credentials;
    }
    let has_host = match url.host() {
        Some(url::Host::Domain(host)) => {
            host.contains('.') && !host.ends_with('.') && !host.starts_with('.')
        }
        _ => false, // an address in figures is nobody's home page
    };
    if !has_host || whole.len() > 2_000 {
        return Url::Wrong;
    }
    if has_scheme { Url::Right(whole) } else { Url::WithoutScheme(whole) }
}

/// Reads a telephone number; the second part tells whether it was mended.
fn read_phone(text: &str) -> Option<(String, bool)> {
    let lower = text.trim().to_lowercase();
    let labels = ["telefon:", "tel.:", "tel:", "tel.", "tel", "fon:", "mobil:", "telefon"];
    let cut = labels.iter().find(|label| lower.starts_with(**label)).map_or(0, |label| label.len());
    let number = text.trim().get(cut..).unwrap_or_default().trim();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let letters = number.chars().filter(|c| c.is_alphabetic()).count();
    let begins = number.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(');
    // "0351 4884999 (AB)" keeps its remark; a sentence is no number.
    if !(5..=20).contains(&digits) || letters > 12 || !begins {
        return None;
    }
    if let Some(rest) = number.strip_prefix('+') {
        let bare = rest.trim_start();
        if bare.starts_with('0') && !bare.starts_with("00") {
            return Some((bare.to_owned(), true)); // "+03741 …"
        }
        if bare.starts_with("00") {
            return Some((format!("+{}", bare.trim_start_matches('0')), true));
        }
    }
    Some((number.to_owned(), false))
}

/// Numbers of German mobile networks belong to a person until somebody says otherwise.
fn is_mobile(phone: &str) -> bool {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0049").or_else(|| digits.strip_prefix("49")).map_or_else(
        || digits.trim_start_matches('0').to_owned(),
        |rest| rest.trim_start_matches('0').to_owned(),
    );
    ["15", "16", "17"].iter().any(|start| national.starts_with(start)) && national.len() >= 10
}

/// Reads a mailbox; the second part tells whether it was mended.
fn read_email(text: &str) -> Option<(String, bool)> {
    let trimmed = text.trim();
    let bare = trimmed
        .strip_prefix("mailto:")
        .or_else(|| trimmed.strip_prefix("E-Mail:"))
        .unwrap_or(trimmed)
        .trim()
        .trim_matches(['<', '>', ',', ';', '.']);
    let mut mended = bare != trimmed;
    let mut email = bare.to_owned();
    for sign in ["(at)", "[at]", " at ", "(ät)", "{at}"] {
        if email.to_lowercase().contains(sign) && !email.contains('@') {
            let at = email.to_lowercase().find(sign)?;
            email.replace_range(at..at + sign.len(), "@");
            mended = true;
        }
    }
    for sign in ["(punkt)", "[punkt]", "(dot)", "[dot]"] {
        if email.contains(sign) {
            email = email.replace(sign, ".");
            mended = true;
        }
    }
    if mended {
        email = email.replace(" @ ", "@").replace(" @", "@").replace("@ ", "@");
    }
    let (local, domain) = email.split_once('@')?;
    let right_local = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(|c| c.is_alphanumeric() || "._%+-'&/=!#$*?^{|}~".contains(c))
        && !local.starts_with('.')
        && !local.ends_with('.');
    let labels: Vec<&str> = domain.split('.').collect();
    let right_domain = labels.len() >= 2
        && domain.len() <= 253
        && labels.iter().all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && labels
            .last()
            .is_some_and(|last| last.len() >= 2 && !last.bytes().all(|b| b.is_ascii_digit()));
    (right_local && right_domain).then_some((email, mended))
}

/// Words of mailboxes that belong to a task and not to a person.
const TASKS: [&str; 22] = [
    "info",
    "kontakt",
    "post",
    "mail",
    "gruppe",
    "shg",
    "selbsthilfe",
    "buero",
    "office",
    "team",
    "kiss",
    "skis",
    "ikos",
    "sks",
    "hilfe",
    "beratung",
    "verein",
    "vorstand",
    "treff",
    "service",
    "leipzig",
    "dresden",
];

fn is_functional_mailbox(email: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    local.split(['.', '-', '_']).any(|part| TASKS.iter().any(|task| part.starts_with(task)))
}

/// Mailboxes with free providers, and those in the form first name, surname, belong to a person.
fn is_personal_mailbox(email: &str) -> bool {
    const FREE: [&str; 22] = [
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "web.de",
        "t-online.de",
        "gmail.com",
        "googlemail.com",
        "freenet.de",
        "yahoo.de",
        "yahoo.com",
        "hotmail.de",
        "hotmail.com",
        "outlook.de",
        "outlook.com",
        "live.de",
        "icloud.com",
        "me.com",
        "aol.com",
        "arcor.de",
        "posteo.de",
        "mailbox.org",
        "online.de",
    ];
    let (local, domain) = email.split_once('@').unwrap_or_default();
    if is_functional_mailbox(email) {
        return false;
    }
    let is_free = FREE.contains(&domain.to_lowercase().as_str());
    let parts: Vec<&str> = local.split('.').collect();
    let is_full_name = parts.len() == 2
        && parts
            .iter()
            .all(|part| part.chars().count() >= 2 && part.chars().all(char::is_alphabetic));
    is_free || is_full_name
}

/// Brings the words of a consent to the channels that [`Consent::holds_on`] knows.
fn consent_scope(word: &str) -> String {
    match headings::fold(word).as_str() {
        "website" | "webseite" | "internet" | "homepage" | "veroeffentlichung" | "contactphone"
        | "contactemail" | "contact" | "telefon" | "email" => "website".to_owned(),
        "api" | "schnittstelle" => "api".to_owned(),
        "opendata" | "offenedaten" => "open_data".to_owned(),
        "print" | "druck" | "broschuere" | "flyer" => "print".to_owned(),
        _ => word.to_owned(),
    }
}

/// Reads 2026-03-01, 01.03.2026, 1.3.26, 03/2026, März 2026, and the day count of a spreadsheet.
fn read_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let date = |year: i64, month: i64, day: i64| {
        let year = if year < 100 { year + 2000 } else { year };
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
            .ok()
    };
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    // `2026-03-01 00:00`, `2026-03-01T00:00:00Z`
    if let Some(day) = text.get(..10).filter(|_| text[10..].starts_with([' ', 'T'])) {
        return day.parse().ok();
    }
    if let Ok(days) = text.parse::<i64>() {
        if SHEET_DAYS.contains(&days) {
            return Date::new(1899, 12, 30).ok()?.checked_add(days.days()).ok();
        }
        // A bare year says too little.
        return None;
    }
    let numbers: Vec<i64> =
        text.split(['.', '/']).map(|part| part.trim().parse().unwrap_or(-1)).collect();
    match numbers.as_slice() {
        [day, month, year] if *day > 0 && *month > 0 && *year >= 0 => {
            return date(*year, *month, *day);
        }
        [month, year] if *month > 0 && *year > 1900 => return date(*year, *month, 1),
        _ => {}
    }
    const MONTHS: [&str; 12] = [
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
    ];
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split([' ', '.']).filter(|word| !word.is_empty()).collect();
    let month = |word: &str| {
        let found = MONTHS.iter().position(|name| {
            *name == word || (word.chars().count() >= 3 && name.starts_with(word))
        });
        found.map(|at| at as i64 + 1)
    };
    match words.as_slice() {
        [name, year] => date(year.parse().ok().filter(|y| *y > 1900)?, month(name)?, 1),
        [day, name, year] => date(year.parse().ok()?, month(name)?, day.parse().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing;
    use jiff::civil::date;

    fn check_cells(cells: &[(&str, &str)]) -> (Option<CheckedRecord>, Vec<&'static str>) {
        let known: Vec<ContactPointId> =
            ["ikos-jena", "kiss-chemnitz"].map(|id| id.parse().expect("a slug")).to_vec();
        let target = Target {
            contact_point: Some(&known[0]),
            known: &known,
            today: date(2026, 6, 1),
            reader: &testing::reader(),
        };
        let mut notes = Notes::new("a.csv");
        let record = RawRecord::of(2, cells);
        let checked = check(&record, &target, &mut Told::default(), &mut notes);
        (checked, notes.list.iter().map(|finding| finding.rule.id).collect())
    }

    fn check_with(cells: &[(&str, &str)]) -> (Option<CheckedRecord>, Vec<&'static str>) {
        let mut all = vec![("name", "Lichtblick"), ("topics", "Depression")];
        all.extend(cells);
        check_cells(&all)
    }

    #[test]
    fn each_fault_is_named_and_weighed() {
        for (field, text, stays, rules) in [
            ("venue.postcode", "7743", true, &["postcode-leading-zero-added"][..]),
            ("venue.postcode", "045522", false, &["postcode-not-five-digits"]),
            ("venue.postcode", "D-07743", true, &[]),
            ("venue.postcode", "07743 Jena", true, &[]),
            ("website", "www.example.org/a", true, &["url-without-scheme"]),
            ("website", "javascript:alert(1)", false, &["url-scheme-not-allowed"]),
            ("website", "JavaScript:alert(1)", false, &["url-scheme-not-allowed"]),
            ("website", "data:text/html,x", false, &["url-scheme-not-allowed"]),
            ("website", "https://name:geheim@example.org/", false, &["url-holds-credentials"]),
            ("website", "siehe Flyer", true, &["url-malformed"]),
            ("website", "https://example.org:8443/a?b=c", true, &[]),
            ("contact.phone", "+03641 12345", true, &["phone-stray-plus"]),
            ("contact.phone", "abends ab 18 Uhr", true, &["phone-not-a-number"]),
            ("contact.phone", "030 23125 801", true, &[]),
            ("contact.phone", "0171 1234567", true, &["consent-missing"]), // a mobile number
            ("contact.email", "rheuma(at)example.org", true, &["email-malformed"]),
            ("contact.email", "gruppe@example", true, &["email-malformed"]),
            ("contact.email", "erika.muster@example.org", true, &["consent-missing"]),
            ("contact.email", "info@example.org", true, &[]),
            ("audience", "affected|cousins", true, &["audience-unknown"]),
            ("audience", "affected|relatives", true, &[]),
            ("format", "telepathic", false, &["format-unknown"]),
            ("status", "asleep", false, &["status-unknown"]),
            ("languages", "de, sächsisch", true, &["language-unknown"]),
            ("wheelchair", "ja", true, &[]),
            ("wheelchair", "Rampe?", true, &["wheelchair-unknown"]),
            ("verified_on", "2026-02-30", false, &["date-invalid"]),
            ("verified_on", "01.03.2026", true, &[]),
            ("verified_on", "2199-01-01", true, &["date-in-future"]),
            ("meeting.rrule", "FREQ=SOMETIMES", true, &["rrule-invalid"]),
            ("meeting.starts", "abends", true, &["time-invalid"]),
            ("local_id", "erika@example.org", true, &["local-id-personal"]),
            ("local_id", &"C".repeat(65), false, &["local-id-too-long"]),
            ("contact_point", "kiss-atlantis", false, &["contact-point-unknown"]),
            ("contact_point", "kiss-chemnitz", false, &["contact-point-foreign"]),
            ("venue.town", "k. A.", true, &["placeholder-read-as-unknown"]),
            ("venue.town", "#NV", true, &["cell-holds-error"]),
            ("description", "a\u{fffd}b", false, &["letters-lost"]),
            ("description", &"x".repeat(4_001), false, &["description-too-long"]),
            ("age_min", "viele", true, &["number-invalid"]),
        ] {
            let (checked, found) = check_with(&[(field, text)]);
            assert_eq!(found, rules, "{field}: {text}");
            assert_eq!(checked.is_some(), stays, "{field}: {text}");
        }
    }

    #[test]
    fn a_name_is_needed_unless_the_list_has_topics_only() {
        assert_eq!(check_cells(&[("name", ""), ("topics", "Rheuma")]).1, ["name-missing"]);
        let (checked, rules) = check_cells(&[("topics", "Rheuma")]);
        assert_eq!(
            (checked.expect("stays").name.as_str(), rules),
            ("Rheuma", vec!["name-from-topic"])
        );
        assert_eq!(check_cells(&[("name", &"x".repeat(201))]).1, ["name-too-long"]);
        let (_, rules) = check_cells(&[("name", "Rheuma (bei Frau Mustermann melden)")]);
        assert_eq!(rules, ["name-holds-person"]);
    }

    #[test]
    fn a_group_in_the_making_says_so_in_its_name() {
        for (name, expected, status) in [
            ("Rheuma (in Gründung)", "Rheuma", Some(Status::Founding)),
            ("in Gründung: Rheuma", "Rheuma", Some(Status::Founding)),
            ("Rheuma – in Gründung", "Rheuma", Some(Status::Founding)),
            ("Neugründung: Rheuma", "Rheuma", Some(Status::Founding)),
            ("Rheuma", "Rheuma", None),
            ("Existenzgründung", "Existenzgründung", None),
        ] {
            assert_eq!(without_status(name), (expected.to_owned(), status), "{name}");
        }
    }

    #[test]
    fn coordinates_are_read_or_left_out() {
        for (lat, lon, expected, rule) in [
            ("50,93", "11,59", Some((50.93, 11.59)), ""),
            ("0", "0", None, "coordinates-zero"),
            ("0.0", "0.0", None, "coordinates-zero"),
            ("11.59", "50.93", Some((50.93, 11.59)), "coordinates-swapped"),
            ("508.35", "12.92", None, "latitude-out-of-range"),
            ("50.93", "", None, "coordinates-incomplete"),
            ("10.5", "20.5", None, "coordinates-outside"),
        ] {
            let (checked, rules) = check_with(&[("venue.lat", lat), ("venue.lon", lon)]);
            let point = checked.and_then(|c| c.venue.point).map(|p| (p.lat(), p.lon()));
            assert_eq!(point, expected, "{lat} {lon}");
            assert_eq!(rules.first().copied().unwrap_or_default(), rule, "{lat} {lon}");
        }
    }

    #[test]
    fn a_private_number_stays_internal_without_consent() {
        let private = [("contact.phone", "030 23125 801"), ("contact.label", "privat")];
        let (checked, rules) = check_with(&private);
        let checked = checked.expect("stays");
        assert_eq!(checked.contact.phone, None);
        assert_eq!(checked.contact.mode, ContactMode::ViaContactPoint);
        assert_eq!(checked.contact_person.and_then(|p| p.phone).as_deref(), Some("030 23125 801"));
        assert_eq!(rules, ["consent-missing"]);

        let given = [("consent.given_on", "2026-01-02"), ("consent.scope", "contact.phone")];
        let (checked, rules) = check_with(&[&private[..], &given].concat());
        assert_eq!(checked.expect("stays").contact.phone.as_deref(), Some("030 23125 801"));
        assert_eq!(rules, [""; 0]);

        let withdrawn = [("consent.withdrawn_on", "2026-02-01")];
        let (checked, rules) = check_with(&[&private[..], &given, &withdrawn].concat());
        assert_eq!(checked.expect("stays").contact.phone, None);
        assert_eq!(rules, ["consent-withdrawn"]);
    }

    #[test]
    fn a_telephone_beside_a_person_is_hers() {
        let mut record = RawRecord::of(
            2,
            &[
                ("name", "Rheuma"),
                ("contact_person.name", "Frau Muster"),
                ("contact.phone", "03641 555"),
            ],
        );
        record.cells[2].value = RawValue::Text("03641 55512".to_owned());
        record.cells[2].column = "Telefon".to_owned();
        let known: Vec<ContactPointId> = vec!["ikos-jena".parse().expect("a slug")];
        let target = Target {
            contact_point: Some(&known[0]),
            known: &known,
            today: date(2026, 6, 1),
            reader: &testing::reader(),
        };
        let mut notes = Notes::new("a.csv");
        let checked = check(&record, &target, &mut Told::default(), &mut notes).expect("stays");
        assert_eq!(checked.contact.phone, None);
        let rules: Vec<&str> = notes.list.iter().map(|f| f.rule.id).collect();
        assert_eq!(rules, ["internal-field", "consent-missing"]);
    }

    #[test]
    fn a_sheltered_street_in_a_text_is_told() {
        let (_, rules) = check_with(&[
            ("venue.publish", "municipality"),
            ("venue.street", "Ahornhof 3"),
            ("description", "Wir treffen uns im Ahornhof 3, zweiter Stock."),
        ]);
        assert_eq!(rules, ["street-in-sheltered-text"]);
        let (_, rules) = check_with(&[
            ("venue.publish", "none"),
            ("meeting.text", "Beispielstraße 5, Hinterhaus"),
        ]);
        assert_eq!(rules, ["street-in-sheltered-text"]);
    }

    #[test]
    fn an_address_in_one_cell_is_taken_apart() {
        let (checked, _) =
            check_with(&[("venue.address", "Haus am Park, Beispielweg 5, 07743 Jena")]);
        let venue = checked.expect("stays").venue;
        assert_eq!(venue.name.as_deref(), Some("Haus am Park"));
        assert_eq!(venue.street.as_deref(), Some("Beispielweg 5"));
        assert_eq!(venue.postcode.as_ref().map(Postcode::as_str), Some("07743"));
        assert_eq!(venue.town.as_deref(), Some("Jena"));
        let (checked, _) = check_with(&[("venue.place", "7743 Jena")]);
        let venue = checked.expect("stays").venue;
        assert_eq!(venue.postcode.as_ref().map(Postcode::as_str), Some("07743"));
    }

    #[test]
    fn one_cell_for_all_contacts_is_taken_apart() {
        let (checked, _) =
            check_with(&[("contact.any", "Frau Muster, Tel. 03641 55512, info@example.org")]);
        let checked = checked.expect("stays");
        let person = checked.contact_person.expect("kept");
        assert_eq!(person.name.as_deref(), Some("Frau Muster"));
        assert_eq!(person.phone.as_deref(), Some("03641 55512"));
        assert_eq!(checked.contact.email.as_deref(), Some("info@example.org"));
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2026-03-01", Some(date(2026, 3, 1))),
            ("01.03.2026", Some(date(2026, 3, 1))),
            ("1.3.26", Some(date(2026, 3, 1))),
            ("03/2026", Some(date(2026, 3, 1))),
            ("März 2026", Some(date(2026, 3, 1))),
            ("1. März 2026", Some(date(2026, 3, 1))),
            ("2026-03-01 00:00", Some(date(2026, 3, 1))),
            ("46082", Some(date(2026, 3, 1))), // the day count of a spreadsheet
            ("31.02.2026", None),
            ("2026", None),
            ("gestern", None),
        ] {
            assert_eq!(read_date(text), expected, "{text}");
        }
    }

    #[test]
    fn example_data_counts_days_back() {
        let (checked, _) = check_with(&[("verified_days_ago", "31")]);
        assert_eq!(checked.expect("stays").verified_on, Some(date(2026, 5, 1)));
    }
}
