//! Adds to a checked record what its words imply: id, place, single topics, people.
//!
//! In: a [`CheckedRecord`]. Out: a [`Group`], and findings for what could not be told. Asks the
//! gazetteer and the [`TopicReader`]; knows nothing of the catalogue.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::finding::Notes;
use super::messages;
use super::places::{Finder, PlaceNames};
use super::reader::TopicReader;
use super::settings::SourceSettings;
use super::validate::CheckedRecord;
use crate::analysis::Analyzer;
use crate::domain::{
    AsOf, Audience, Catchment, ContactPoint, ContactPointId, Cost, Format, Gender, Group, GroupId,
    Language, OpenForNew, ReviewDates, Source, Status, Wheelchair, derived_local_id, hex,
};
use crate::recognise::term::Reading;
use crate::reference::Gazetteer;

/// What reading a source needs beside its bytes.
pub struct Context<'a> {
    /// Places, postcodes, districts.
    pub gazetteer: &'a Gazetteer,
    /// The text chain.
    pub analyzer: &'a Analyzer,
    /// What the vocabulary knows.
    pub reader: &'a dyn TopicReader,
    /// Every contact point there is.
    pub contact_points: &'a [ContactPoint],
    /// The day of the import.
    pub today: Date,
    /// The review dates: a group that is hidden already cannot be missed.
    pub review: ReviewDates,
    /// The moment of the import.
    pub now: Timestamp,
    /// How far the reading has come; counts on while a source is read.
    pub progress: Arc<ReadProgress>,
    names: PlaceNames,
}

/// How far the reading of a source has come.
#[derive(Debug, Default)]
pub struct ReadProgress {
    /// Rows checked.
    pub rows_read: AtomicU64,
    /// Rows that stay out.
    pub rows_refused: AtomicU64,
}

impl<'a> Context<'a> {
    /// Returns the context; names of places are read once here.
    pub fn new(
        gazetteer: &'a Gazetteer,
        analyzer: &'a Analyzer,
        reader: &'a dyn TopicReader,
        contact_points: &'a [ContactPoint],
        today: impl Into<AsOf>,
        now: Timestamp,
    ) -> Self {
        let names = PlaceNames::new(gazetteer, analyzer);
        let AsOf { day: today, review } = today.into();
        let progress = Arc::default();
        Self { gazetteer, analyzer, reader, contact_points, today, review, now, progress, names }
    }
}

/// Ids given within one file, by contact point.
#[derive(Default)]
pub(super) struct Ids {
    taken: HashMap<ContactPointId, HashMap<String, u64>>,
    /// Rows by a hash of whose they are and what they say.
    rows: HashMap<[u8; 16], u64>,
}

impl Ids {
    /// Takes the ids that the file itself gives, so that derived ones keep clear of them.
    pub fn reserve(&mut self, record: &CheckedRecord) {
        if let Some(id) = &record.local_id {
            let taken = self.taken.entry(record.contact_point.clone()).or_default();
            taken.entry(id.clone()).or_insert(record.row);
        }
    }

    /// Returns the row in which the same record stood before.
    pub fn same_row(&mut self, record: &CheckedRecord) -> Option<u64> {
        let said = format!("{}\u{1c}{}", record.contact_point, record.fingerprint);
        let mut key = [0; 16];
        key.copy_from_slice(&Sha256::digest(said)[..16]);
        match self.rows.get(&key) {
            Some(row) => Some(*row),
            None => {
                self.rows.insert(key, record.row);
                None
            }
        }
    }

    /// Returns the row that already has this id.
    pub fn row_of(&self, record: &CheckedRecord) -> Option<u64> {
        let id = record.local_id.as_ref()?;
        let row = *self.taken.get(&record.contact_point)?.get(id)?;
        (row != record.row).then_some(row)
    }

    /// Gives a group whose row names no id one that no other row of the file has; its `local_id`
    /// is the one wished for.
    pub fn derive(&mut self, group: &mut Group, row: u64) {
        let taken = self.taken.entry(group.contact_point.clone()).or_default();
        let base = group.local_id.clone();
        let mut id = base.clone();
        let mut count = 1;
        while taken.contains_key(&id) {
            count += 1;
            id = format!("{base}-{count}");
        }
        taken.insert(id.clone(), row);
        group.id = GroupId::of(&group.contact_point, &id);
        group.local_id = id;
    }
}

/// Makes a group of a record. Without an id of its own it has the one that [`Ids::derive`] is to
/// give it where that is free.
pub(super) fn enrich(
    record: CheckedRecord,
    context: &Context<'_>,
    settings: &SourceSettings,
    unlinked: &mut HashSet<String>,
    notes: &mut Notes,
) -> Group {
    let row = record.row;
    let contact_point = context.contact_points.iter().find(|p| p.id == record.contact_point);
    let finder =
        Finder { gazetteer: context.gazetteer, analyzer: context.analyzer, names: &context.names };
    let place = finder.fill(record.venue, row, contact_point, notes);
    let local_id = record.local_id.unwrap_or_else(|| {
        let municipality = place.municipality.as_deref().unwrap_or_default();
        derived_local_id(&context.analyzer.fold(&record.name), municipality)
    });

    let mut people = context.reader.people(&record.name);
    let mut topics: Vec<String> = Vec::new();
    for topic in &record.topics {
        merge(&mut people, &context.reader.people(topic));
        for part in split_topic(topic, context.reader) {
            if !topics.iter().any(|known| known == &part) {
                topics.push(part);
            }
        }
    }
    if topics.is_empty() {
        topics = topics_of_name(&record.name, row, context.reader, notes);
    } else {
        for topic in &topics {
            let is_known =
                context.reader.is_topic(topic) || !context.reader.topics_in(topic).is_empty();
            if !is_known && unlinked.insert(topic.clone()) {
                let finding = notes.about(&messages::TOPIC_UNKNOWN).in_row(row);
                notes.add(finding.in_column("topics").with_value(topic));
            }
        }
    }

    let audience = if record.audience.is_empty() { people.audience } else { record.audience };
    let one_format = match people.formats.iter().copied().collect::<Vec<_>>().as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let has_ages =
        !record.age_groups.is_empty() || record.age_min.is_some() || record.age_max.is_some();
    let languages = if record.languages.is_empty() {
        let named: Vec<Language> = people.languages.into_iter().collect();
        if named.is_empty() { vec![Language::german()] } else { named }
    } else {
        record.languages
    };
    Group {
        id: GroupId::of(&record.contact_point, &local_id),
        contact_point: record.contact_point,
        local_id,
        name: record.name,
        topics,
        description: record.description,
        descriptions: record.descriptions,
        audience: if audience.is_empty() { BTreeSet::from([Audience::Affected]) } else { audience },
        age_groups: if has_ages { record.age_groups } else { people.age_groups },
        age_min: if has_ages { record.age_min } else { people.age_min },
        age_max: if has_ages { record.age_max } else { people.age_max },
        gender: record.gender.or(people.gender).unwrap_or(Gender::All),
        languages,
        format: record.format.or(one_format).unwrap_or(Format::InPerson),
        meeting: record.meeting,
        venue: place.venue,
        catchment: record.catchment.unwrap_or(Catchment::District),
        status: record.status.or(people.status).unwrap_or(Status::Active),
        wheelchair: record.wheelchair.unwrap_or(Wheelchair::Unknown),
        website: record.website,
        contact: record.contact,
        contact_person: record.contact_person,
        organisation: record.organisation,
        cost: record.cost.unwrap_or(Cost::Free),
        cost_note: record.cost_note,
        open_for_new: record.open_for_new.unwrap_or(OpenForNew::Yes),
        consent: record.consent,
        verified_on: record.verified_on,
        source: Source {
            kind: settings.kind,
            url: settings.url.clone(),
            fetched_on: Some(context.today),
            content_hash: Some(hash_of(&record.fingerprint)),
        },
        duplicate_of: record.duplicate_of,
        hidden_terms: record.hidden_terms,
        updated_at: context.now,
    }
}

fn hash_of(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn merge(people: &mut Reading, other: &Reading) {
    people.audience.extend(&other.audience);
    people.age_groups.extend(&other.age_groups);
    people.age_min = people.age_min.or(other.age_min);
    people.age_max = people.age_max.or(other.age_max);
    people.gender = people.gender.or(other.gender);
    people.formats.extend(&other.formats);
    people.languages.extend(other.languages.iter().cloned());
    people.status = people.status.or(other.status);
}

/// Words around a name that say that it is a group, not what it is about.
const GROUP_WORDS: [&str; 16] = [
    "Selbsthilfegruppe für",
    "Selbsthilfegruppe",
    "Gesprächskreis",
    "Gesprächsgruppe",
    "Stammtisch",
    "SHG",
    "Treff für",
    "Gruppe für",
    "Gruppe",
    "Treffen für",
    "Initiative",
    "Selbsthilfe",
    "Angehörigengruppe",
    "Elternkreis",
    "Arbeitskreis",
    "Treff",
];

fn topics_of_name(
    name: &str,
    row: u64,
    reader: &dyn TopicReader,
    notes: &mut Notes,
) -> Vec<String> {
    let found = reader.topics_in(name);
    if !found.is_empty() {
        let finding = notes.about(&messages::TOPICS_FROM_NAME).in_row(row).in_column("topics");
        notes.add(finding.with_value(name).with_detail(found.join(", ")));
        return found;
    }
    let finding = notes.about(&messages::TOPIC_MISSING).in_row(row).in_column("topics");
    notes.add(finding.with_value(name));
    let mut bare = name.trim();
    for word in GROUP_WORDS {
        if let Some(rest) = bare.strip_prefix(word).filter(|rest| rest.starts_with([' ', ':'])) {
            bare = rest.trim_start_matches(':').trim();
        }
    }
    let bare = bare.trim_matches(['„', '“', '"', '»', '«', ' ']);
    vec![if bare.is_empty() { name.to_owned() } else { bare.to_owned() }]
}

/// Splits a topic as staff write it into single ones, people taken out.
///
/// "ADHS, Autismus" are two; "Trauer um Kind, Partner" is one, for its parts are no topics;
/// "Rheuma (Kinder)" is "Rheuma" for children.
pub(super) fn split_topic(topic: &str, reader: &dyn TopicReader) -> Vec<String> {
    let topic = without_people_in_parentheses(topic.trim(), reader);
    if topic.is_empty() {
        return Vec::new();
    }
    // "ADHS und Autismus" may be one topic of its own; "ADHS, Autismus" is a list of two.
    let is_list_of_topics = [";", ",", "/"].iter().any(|separator| {
        let parts = outside_parentheses(&topic, separator);
        parts.len() > 1 && parts.iter().all(|part| reader.is_topic(part) || reader.is_people(part))
    });
    if !is_list_of_topics && reader.is_topic(&topic) {
        return vec![topic];
    }
    let mut parts = vec![topic];
    for separator in [";", ",", " + ", " & ", "/", " – ", " und ", " sowie "] {
        let mut next = Vec::new();
        for part in parts {
            let splits_anyway = is_list_of_topics && matches!(separator, ";" | "," | "/");
            if !splits_anyway && reader.is_topic(&part) {
                next.push(part);
                continue;
            }
            next.extend(split_at(&part, separator, reader));
        }
        parts = next;
    }
    parts
}

/// Splits at one separator, where the parts are topics of their own.
fn split_at(text: &str, separator: &str, reader: &dyn TopicReader) -> Vec<String> {
    let whole = || vec![text.to_owned()];
    let pieces: Vec<&str> = outside_parentheses(text, separator)
        .into_iter()
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    if pieces.len() < 2 {
        return whole();
    }
    // "Lip-/Lymphödem": the first part lacks its end.
    if pieces.iter().any(|piece| piece.ends_with('-') || piece.starts_with('-')) {
        return whole();
    }
    let mut kept: Vec<String> = Vec::new();
    let mut known = 0;
    for piece in &pieces {
        if reader.is_people(piece) {
            continue;
        }
        let piece = without_people_in_parentheses(piece, reader);
        let is_known = reader.is_topic(&piece) || !reader.topics_in(&piece).is_empty();
        known += usize::from(is_known);
        kept.push(piece);
    }
    let begins_like_a_topic = |piece: &String| {
        piece.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
            && piece.chars().count() > 1
    };
    // A list by commas or semicolons may hold one word that the vocabulary lacks.
    let is_list = matches!(separator, ";" | ",");
    let enough = if is_list { known > 0 && known * 2 >= kept.len() } else { known == kept.len() };
    let all_begin = kept.iter().all(begins_like_a_topic);
    if kept.is_empty() || !enough || !all_begin { whole() } else { kept }
}

fn outside_parentheses<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with('(') {
            depth += 1;
        } else if rest.starts_with(')') {
            depth -= 1;
        } else if depth <= 0 && rest.starts_with(separator) {
            parts.push(&text[start..at]);
            at += separator.len();
            start = at;
            continue;
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    parts.push(&text[start..]);
    parts
}

fn without_people_in_parentheses(text: &str, reader: &dyn TopicReader) -> String {
    let (Some(open), Some(close)) = (text.find('('), text.rfind(')')) else {
        return text.to_owned();
    };
    if open > close || open == 0 || !reader.is_people(&text[open + 1..close]) {
        return text.to_owned();
    }
    format!("{} {}", text[..open].trim_end(), text[close + 1..].trim_start()).trim().to_owned()
}
