//! Everything public at once: NDJSON, CSV, GeoJSON, streamed.
//!
//! In: the filters of a search. Out: all records that pass, in the order of their ids, in chunks, so
//! that memory holds one chunk and a slow client holds up nobody.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use jiff::{Timestamp, ToSpan, Zoned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::problem::{Code, Problem};
use super::query::{self, Query};
use super::reply::Keep;
use super::site::Site;
use super::{resource, wire};
use crate::domain::hex;
use crate::index::Generation;
use crate::search::ExportRecord;
use crate::search::request::{AnswerLanguage, PARAMETERS, ParameterProblem, unknown_parameter};

/// Parameters of a search that an export does not take.
pub(super) const NOT_FOR_EXPORT: &[&str] =
    &["q", "interpret", "sort", "limit", "offset", "cursor", "facets", "expand", "min_tier"];

/// A chunk goes out when it has grown to so many bytes.
const CHUNK_BYTES: usize = 64 * 1024;

/// For so long departed groups are remembered.
const TOMBSTONE_MONTHS: i32 = 12;

/// The columns of CSV: dotted paths into the record.
pub const COLUMNS: &[&str] = &[
    "contact_point",
    "local_id",
    "id",
    "name",
    "topics",
    "concepts",
    "description",
    "descriptions.en",
    "descriptions.hsb",
    "descriptions.uk",
    "descriptions.ar",
    "descriptions.de-x-leicht",
    "audience",
    "age_group",
    "age_min",
    "age_max",
    "gender",
    "languages",
    "format",
    "meeting.text",
    "meeting.rrule",
    "meeting.starts",
    "meeting.ends",
    "meeting.by_appointment",
    "venue.name",
    "venue.street",
    "venue.postcode",
    "venue.town",
    "venue.district",
    "venue.state",
    "venue.lat",
    "venue.lon",
    "venue.precision",
    "catchment",
    "status",
    "wheelchair",
    "website",
    "contact.mode",
    "contact.label",
    "contact.email",
    "contact.phone",
    "organisation.parent",
    "organisation.kind",
    "cost",
    "cost_note",
    "open_for_new",
    "verified_on",
    "stale",
    "source.kind",
    "duplicate_of",
    "updated_at",
    "url",
    "page_url",
    "deleted_at",
    "replaced_by",
];

/// A form of export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON record per line.
    Ndjson,
    /// A table for spreadsheets.
    Csv,
    /// Points for maps.
    Geojson,
}

impl Format {
    fn of(word: &str) -> Option<Self> {
        match word {
            "ndjson" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            "geojson" => Some(Self::Geojson),
            _ => None,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Geojson => "application/geo+json",
        }
    }
}

/// Export groups.
///
/// Streams everything public as NDJSON (one group per line), CSV (UTF-8 with byte order mark,
/// dotted columns, lists joined by `|`, cells that a spreadsheet would take for a formula begin with
/// an apostrophe) or GeoJSON. Takes the filters of a search. With `updated_since`, NDJSON and CSV
/// also carry tombstones of what left public view; the next `updated_since` stands in the field
/// `Wegweiser-Synced-At`. Tombstones are kept for twelve months; an older moment answers 410
/// `cursor_expired`.
#[utoipa::path(get, path = "/v1/export/groups.{format}", tag = "groups",
    operation_id = "export_groups",
    params(("format" = super::schema::ExportFormatWord, Path, description = "Form of the file.",
        example = "ndjson")),
    responses((status = 200, description = "The groups, in the order of their ids.", content(
        (String = "application/x-ndjson"),
        (String = "text/csv"),
        (super::schema::FeatureCollection = "application/geo+json")))))]
pub async fn export_groups(
    request: HttpRequest,
    format: web::Path<String>,
    site: web::Data<Site>,
) -> Result<HttpResponse, Problem> {
    let format = Format::of(&format).ok_or_else(|| Problem::new(Code::NotFound))?;
    let pairs = query::pairs(&request)?;
    let mut sorted = pairs.clone();
    let (pairs, faults) = without_paging(pairs);
    let search = Query::Pairs(pairs).into_search(faults, &site.searcher)?;
    if search.filters.updated_since.is_some() && format == Format::Geojson {
        let detail = "GeoJSON knows no departed groups; use ndjson or csv with `updated_since`";
        let problem = ParameterProblem::invalid("updated_since", detail);
        return Err(Problem::of_parameters(vec![problem], false));
    }
    let generation = site.searcher.generation()?;
    if search.filters.updated_since.is_some_and(|since| since < oldest_tombstone(&generation)) {
        return Err(Problem::new(Code::CursorExpired));
    }
    let (generation, records) = site.searcher.export(&search)?;

    sorted.sort();
    let mark = format!("{} {} {sorted:?} {}", generation.id(), request.path(), site.public_url);
    let mark = hex(&Sha256::digest(mark)[..16]);
    let keep =
        if search.is_sensitive() || search.point.is_some() { Keep::Private } else { Keep::Checked };
    let file = match format {
        Format::Ndjson => "groups.ndjson",
        Format::Csv => "groups.csv",
        Format::Geojson => "groups.geojson",
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(format.media_type())
        .insert_header((header::CACHE_CONTROL, keep.field()))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .insert_header(("Wegweiser-Synced-At", synced_at(&generation)))
        .insert_header(("Wegweiser-Generation", generation.id()))
        .insert_header(("Wegweiser-Licence", site.data_licence.url.as_str()))
        .insert_header((header::CONTENT_LANGUAGE, "de"));
    if keep == Keep::Checked {
        response.insert_header((header::ETAG, format!("\"{mark}\"")));
    }
    let writer = Export::new(site.into_inner(), generation, records, format);
    Ok(response.streaming(stream::unfold(writer, |mut writer| async move {
        let chunk = writer.chunk()?;
        Some((Ok::<_, std::io::Error>(web::Bytes::from(chunk)), writer))
    })))
}

/// Returns the pairs that an export takes, and the faults of the others: what pages or ranks, and
/// what there is not.
fn without_paging(pairs: Vec<(String, String)>) -> (Vec<(String, String)>, Vec<ParameterProblem>) {
    let known: Vec<&str> =
        PARAMETERS.iter().copied().filter(|name| !NOT_FOR_EXPORT.contains(name)).collect();
    let (taken, refused): (Vec<_>, Vec<_>) =
        pairs.into_iter().partition(|(name, _)| known.contains(&name.as_str()));
    let faults = refused.iter().map(|(name, _)| unknown_parameter(name, &known)).collect();
    (taken, faults)
}

/// Returns the moment before which departed groups are no longer remembered.
fn oldest_tombstone(generation: &Generation) -> Timestamp {
    let built = generation.meta.built_at.parse::<Timestamp>().unwrap_or(Timestamp::MIN);
    let built: Zoned = built.to_zoned(jiff::tz::TimeZone::UTC);
    built.checked_sub(TOMBSTONE_MONTHS.months()).map_or(Timestamp::MIN, |day| day.timestamp())
}

/// Returns the next `updated_since`: the latest change that this export knows. What changes later
/// gets a later time.
fn synced_at(generation: &Generation) -> String {
    let changed = generation.columns.updated_at.iter().max().copied();
    let changed = changed.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    let departed = generation.meta.tombstones.iter();
    let departed = departed.filter_map(|stone| stone.deleted_at.parse::<Timestamp>().ok()).max();
    match changed.max(departed) {
        Some(latest) => latest.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        None => generation.meta.built_at.clone(),
    }
}

/// Writes an export chunk by chunk.
pub struct Export {
    site: Arc<Site>,
    generation: Arc<Generation>,
    records: Vec<ExportRecord>,
    format: Format,
    next: usize,
    ended: bool,
}

impl Export {
    /// Begins the export of `records`.
    pub fn new(
        site: Arc<Site>,
        generation: Arc<Generation>,
        records: Vec<ExportRecord>,
        format: Format,
    ) -> Self {
        Self { site, generation, records, format, next: 0, ended: false }
    }

    /// Returns the next chunk.
    pub fn chunk(&mut self) -> Option<Vec<u8>> {
        if self.ended {
            return None;
        }
        let mut out = Vec::with_capacity(CHUNK_BYTES + 8 * 1024);
        if self.next == 0 {
            self.begin(&mut out);
        }
        while out.len() < CHUNK_BYTES && self.next < self.records.len() {
            self.record(&mut out, &self.records[self.next], self.next == 0);
            self.next += 1;
        }
        if self.next == self.records.len() {
            self.ended = true;
            if self.format == Format::Geojson {
                out.extend_from_slice(b"]}");
            }
        }
        Some(out)
    }

    fn begin(&self, out: &mut Vec<u8>) {
        match self.format {
            Format::Ndjson => {}
            Format::Csv => {
                out.extend_from_slice("\u{feff}".as_bytes());
                put_row(out, COLUMNS.iter().map(|name| (*name).to_owned()));
            }
            Format::Geojson => {
                out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
            }
        }
    }

    fn record(&self, out: &mut Vec<u8>, record: &ExportRecord, is_first: bool) {
        match (record, self.format) {
            (ExportRecord::Group(group), Format::Ndjson) => {
                out.extend_from_slice(&self.group(*group));
                out.push(b'\n');
            }
            (ExportRecord::Group(group), Format::Csv) => {
                let record: Value = serde_json::from_slice(&self.group(*group)).unwrap_or_default();
                put_row(out, COLUMNS.iter().map(|column| cell(&record, column)));
            }
            (ExportRecord::Group(group), Format::Geojson) => {
                if !is_first {
                    out.push(b',');
                }
                let record: Value = serde_json::from_slice(&self.group(*group)).unwrap_or_default();
                wire::append(out, &feature(&record));
            }
            (ExportRecord::Tombstone(at), Format::Ndjson) => {
                wire::append(out, &self.tombstone(*at));
                out.push(b'\n');
            }
            (ExportRecord::Tombstone(at), Format::Csv) => {
                let record = self.tombstone(*at);
                put_row(out, COLUMNS.iter().map(|column| cell(&record, column)));
            }
            (ExportRecord::Tombstone(_), Format::Geojson) => {}
        }
    }

    fn group(&self, group: u32) -> Vec<u8> {
        wire::group(&self.site, &self.generation, group, AnswerLanguage::German)
    }

    fn tombstone(&self, at: usize) -> Value {
        let stone = &self.generation.meta.tombstones[at];
        json!({
            "id": stone.id,
            "deleted_at": stone.deleted_at,
            "replaced_by": stone.replaced_by,
        })
    }
}

fn feature(record: &Value) -> Value {
    let venue = &record["venue"];
    let geometry = match (venue["lat"].as_f64(), venue["lon"].as_f64()) {
        (Some(lat), Some(lon)) => json!({"type": "Point", "coordinates": [lon, lat]}),
        _ => Value::Null,
    };
    json!({
        "type": "Feature",
        "id": record["id"],
        "geometry": geometry,
        "properties": {
            "id": record["id"],
            "name": record["name"],
            "concepts": record["concepts"],
            "format": record["format"],
            "status": record["status"],
            "precision": venue["precision"],
            "page_url": record["page_url"],
        },
    })
}

/// Returns the text of a column.
fn cell(record: &Value, column: &str) -> String {
    let mut value = record;
    for (at, part) in column.split('.').enumerate() {
        value = match (at, part, &value[part]) {
            (0, "contact_point", publisher) => &publisher["id"],
            (_, _, value) => value,
        };
    }
    text_of(value)
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join("|"),
        // In a list of concepts the id is what an import and a filter take.
        Value::Object(members) => members.get("id").map(text_of).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// Appends a row (RFC 4180).
fn put_row(out: &mut Vec<u8>, cells: impl Iterator<Item = String>) {
    for (at, text) in cells.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let text = guarded(&text);
        if text.contains(['"', ',', '\n', '\r', ';']) {
            out.push(b'"');
            out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(text.as_bytes());
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// Puts an apostrophe before what a spreadsheet would take for a formula (SEC-23).
///
/// Also before what begins with apostrophes and such a sign, so that taking away one apostrophe
/// always gives back the text as it was.
fn guarded(text: &str) -> String {
    let after_apostrophes = text.trim_start_matches('\'');
    if after_apostrophes.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Adds the route of exports.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(
        resource("/v1/export/groups.{format}", "GET, HEAD, OPTIONS")
            .route(web::get().to(export_groups)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_loses_its_text() {
        for text in [
            "=1+1",
            "+49 351 1",
            "-5",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\0x",
            "'=1",
            "''+1",
            "'s Treff",
            "Angst",
            "",
        ] {
            let guarded = guarded(text);
            let is_formula = guarded.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
            assert!(!is_formula, "{text:?}");
            let rest = guarded.trim_start_matches('\'');
            let was_guarded = rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
            let back = if was_guarded { &guarded[1..] } else { guarded.as_str() };
            assert_eq!(back, text);
        }
    }

    #[test]
    fn rows_survive_a_csv_reader() {
        let mut out = Vec::new();
        let cells = ["a,b", "say \"hello\"", "two\nlines", "semi;colon", ""];
        put_row(&mut out, cells.iter().map(|cell| (*cell).to_owned()));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
        let row = reader.records().next().expect("a row").expect("readable");
        assert_eq!(row.iter().collect::<Vec<_>>(), cells);
    }

    #[test]
    fn columns_are_paths_into_the_record() {
        let record = json!({
            "contact_point": {"id": "ikos-jena", "name": "IKOS"},
            "concepts": [{"id": "a"}, {"id": "b"}],
            "venue": {"lat": 50.9},
            "topics": ["Angst", "Panik"],
            "meeting": {"by_appointment": false},
        });
        for (column, text) in [
            ("contact_point", "ikos-jena"),
            ("concepts", "a|b"),
            ("venue.lat", "50.9"),
            ("topics", "Angst|Panik"),
            ("meeting.by_appointment", "false"),
            ("organisation.kind", ""),
        ] {
            assert_eq!(cell(&record, column), text);
        }
    }
}
