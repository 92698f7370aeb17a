//! What is measured with: the example data, grown where wanted, and the requests of `queries.txt`.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use wegweiser::catalogue::{Catalogue, ImportMode, Snapshot};
use wegweiser::domain::{Group, GroupId};
use wegweiser::import::messages::Language;
use wegweiser::import::{
    Context, ImportOrder, VocabularyReader, example_sources, import_file, read_nomenclature,
    read_source,
};
use wegweiser::reference::Reference;
use wegweiser::search::Searcher;
use wegweiser::search::request::SearchRequest;

use crate::Outcome;

/// One request in its three forms.
pub struct Request {
    /// As it stands in the file.
    pub text: String,
    /// As the query of an address.
    pub query: String,
    /// As a JSON object.
    pub json: String,
    /// As the searcher takes it.
    pub checked: SearchRequest,
}

/// Reads `queries.txt`.
///
/// # Errors
///
/// A line that the API would refuse.
pub fn requests() -> Outcome<Vec<Request>> {
    let lines = include_str!("queries.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(request).collect()
}

fn request(line: &str) -> Outcome<Request> {
    let pairs: Option<Vec<(&str, &str)>> =
        line.split(" & ").map(|pair| pair.split_once('=')).collect();
    let pairs = pairs.ok_or_else(|| format!("queries.txt: `{line}` is no list of name=value"))?;
    let checked = SearchRequest::from_pairs(pairs.iter().copied())
        .map_err(|faulty| format!("queries.txt: `{line}`: {:?}", faulty.problems))?;
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let json = json_of(&pairs);
    SearchRequest::from_json(json.clone())
        .map_err(|faulty| format!("queries.txt: `{line}` as JSON: {:?}", faulty.problems))?;
    Ok(Request { text: line.to_owned(), query, json: json.to_string(), checked })
}

/// Parameters whose members are numbers.
const NUMBERS: [&str; 3] = ["limit", "offset", "radius_km"];

/// Parameters whose members are no lists; all others are.
const SINGLE: [&str; 4] = ["q", "place", "sort", "lang"];

fn json_of(pairs: &[(&str, &str)]) -> Value {
    let mut members = Map::new();
    for (name, value) in pairs {
        let number = value.parse::<u32>().ok().filter(|_| NUMBERS.contains(name));
        if let Some(number) = number {
            members.insert((*name).to_owned(), number.into());
        } else if SINGLE.contains(name) {
            members.insert((*name).to_owned(), (*value).into());
        } else {
            let list = members.entry(*name).or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().into_iter().for_each(|list| list.push((*value).into()));
        }
    }
    Value::Object(members)
}

/// Returns the tables in the program with the given lists of diseases imported.
///
/// # Errors
///
/// A list that cannot be read.
pub fn reference(vocabulary: &[PathBuf]) -> Outcome<Arc<Reference>> {
    let own = Arc::new(Reference::embedded()?);
    let mut lists = Vec::new();
    for path in vocabulary {
        let name = path.display().to_string();
        let reading = read_nomenclature(&name, BufReader::new(File::open(path)?));
        let reading =
            reading.map_err(|finding| format!("{name}: {}", finding.message(Language::English)))?;
        lists.push(reading.list);
    }
    Ok(own.with_imported(&lists, "bench"))
}

/// Imports the lists of all contact points as `wegweiser import` would, and returns how many
/// records they held.
///
/// # Errors
///
/// A list that cannot be read; the catalogue's.
pub async fn import(searcher: &Searcher, catalogue: &Catalogue) -> Outcome<usize> {
    let contact_points = catalogue.contact_points().await?;
    let tables = searcher.tables();
    let reader = VocabularyReader {
        vocabulary: &tables.reference().vocabulary,
        analyzer: tables.analyzer(),
        concepts: tables.concepts(),
        terms: tables.terms(),
    };
    let now = Timestamp::now();
    let context = Context::new(
        &tables.reference().gazetteer,
        tables.analyzer(),
        &reader,
        &contact_points,
        now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        now,
    );
    let order =
        ImportOrder { mode: ImportMode::Replace, who: "bench".to_owned(), is_confirmed: true };
    let mut records = 0;
    for (settings, bytes) in example_sources()? {
        let reading = read_source(&bytes, &settings, &context);
        records += reading.groups.len();
        let comparison = reader.comparison(&tables.reference().gazetteer);
        import_file(reading, catalogue, &order, comparison).await?;
    }
    Ok(records)
}

/// Adds copies of the groups at other groups' places until there are `wanted`.
///
/// A copy takes another group's publisher and venue, so that copies neither collapse into one hit
/// nor all lie in one town; texts stay as they are, so terms do not grow with the records.
pub fn grow(snapshot: &mut Snapshot, wanted: usize) {
    let mut groups: Vec<Group> = snapshot.groups.iter().collect();
    let originals = groups.len();
    for copy in 0..wanted.saturating_sub(originals) {
        let mut group = groups[copy % originals].clone();
        // A step that shares no factor with small round numbers visits other places each time.
        let host = &groups[(copy * 7919 + 31) % originals];
        group.contact_point = host.contact_point.clone();
        group.venue = host.venue.clone();
        group.local_id = format!("copy-{copy}");
        group.id = GroupId::of(&group.contact_point, &group.local_id);
        group.duplicate_of = None;
        groups.push(group);
    }
    groups.sort_by_key(|group| group.id);
    snapshot.groups = groups.into();
}
