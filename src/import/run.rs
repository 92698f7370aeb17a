//! The import from bytes to catalogue.
//!
//! In: bytes, what is known of the source, a [`Context`]. Out: a [`Reading`], and from it either a
//! check that writes nothing or an import: one transaction per contact point. A file that cannot
//! be read changes nothing; one that looks wrong as a whole is held for a person.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use super::difference::{Difference, difference};
use super::enrich::{Context, Ids, enrich};
use super::finding::{Finding, Notes, Severity};
use super::formats::{self, RefusedRow};
use super::messages;
use super::raw::RawRecord;
use super::report::{self, ImportReport, Part};
use super::settings::{SourceFormat, SourceSettings};
use super::validate::{self, Target, Told};
use crate::catalogue::{Catalogue, CatalogueError, Change, ImportMode, ImportRecord, ImportState};
use crate::domain::{ContactPointId, Group, GroupId, Publish};

/// A file with more faulty rows than one in so many is held.
const BAD_ROWS_ONE_IN: u64 = 5;

/// A file that removes more than so many tenths of the groups is held.
const REMOVED_TENTHS: usize = 3;

/// What a source holds.
#[derive(Debug)]
pub struct Reading {
    /// Name of the file.
    pub source: String,
    /// Its format, once known.
    pub format: Option<SourceFormat>,
    /// Whose list it is, where that is known beforehand.
    pub contact_point: Option<ContactPointId>,
    /// Groups of every contact point in the file, in its order.
    pub groups: Vec<Group>,
    /// Everything that was found.
    pub findings: Vec<Finding>,
    /// Rows that were meant as groups.
    pub rows_read: u64,
    /// Rows that stayed out.
    pub refused: Vec<RefusedRow>,
    /// Whether the file as a whole could be read.
    pub is_readable: bool,
    /// Files of the same contact point that could not be read: with mode replace nothing is applied
    /// without them.
    pub missing_files: Vec<String>,
    /// The day it was read.
    pub today: Date,
    /// Rows of each contact point that could be read.
    pub(super) rows: BTreeMap<ContactPointId, u64>,
    /// Fields of which the source speaks, group by group.
    pub(super) mentioned: HashMap<GroupId, BTreeSet<String>>,
}

impl Reading {
    fn unreadable(settings: &SourceSettings, notes: Notes, cause: Finding) -> Self {
        let mut findings = notes.list;
        findings.push(cause);
        Self {
            source: settings.name.clone(),
            format: settings.format,
            contact_point: settings.contact_point.clone(),
            groups: Vec::new(),
            findings,
            rows_read: 0,
            refused: Vec::new(),
            is_readable: false,
            missing_files: Vec::new(),
            today: Date::default(), // nothing was read, so nothing is compared
            rows: BTreeMap::new(),
            mentioned: HashMap::new(),
        }
    }

    /// Returns the reading of a file that could not even be opened.
    pub fn of_unreadable_file(settings: &SourceSettings, cause: &std::io::Error) -> Self {
        let notes = Notes::new(&settings.name);
        let rule = match cause.kind() {
            std::io::ErrorKind::NotFound => &messages::FILE_MISSING,
            std::io::ErrorKind::PermissionDenied => &messages::FILE_FORBIDDEN,
            _ => &messages::FILE_UNREADABLE,
        };
        let number = cause.raw_os_error().map_or_else(|| "-".to_owned(), |code| code.to_string());
        let cause = notes.about(rule).with_value(&settings.name).with_detail(number);
        Self::unreadable(settings, notes, cause)
    }

    /// Returns the reading of a source whose settings are wrong.
    pub fn of_wrong_settings(name: &str, problem: &str) -> Self {
        let settings = SourceSettings::named(name);
        let notes = Notes::new(name);
        let cause = notes.about(&messages::SETTINGS_WRONG).with_value(problem).with_detail(problem);
        Self::unreadable(&settings, notes, cause)
    }

    /// Returns the groups by contact point; the one whose list it is stands there even without
    /// any group.
    pub fn by_contact_point(&self) -> BTreeMap<ContactPointId, Vec<Group>> {
        let mut parts: BTreeMap<ContactPointId, Vec<Group>> = BTreeMap::new();
        if let Some(contact_point) = &self.contact_point {
            parts.entry(contact_point.clone()).or_default();
        }
        for group in &self.groups {
            parts.entry(group.contact_point.clone()).or_default().push(group.clone());
        }
        parts
    }

    /// Returns whose groups it holds.
    pub(super) fn contact_points(&self) -> BTreeSet<ContactPointId> {
        let own = self.groups.iter().map(|group| &group.contact_point);
        own.chain(&self.contact_point).cloned().collect()
    }

    /// Returns the rows that were meant for a contact point, and how many of them stayed out.
    fn rows_of(&self, contact_point: &ContactPointId) -> (u64, u64) {
        if self.contact_points().len() < 2 {
            return (self.rows_read, self.refused.len() as u64);
        }
        let is_theirs =
            |row: &&RefusedRow| row.contact_point.as_deref() == Some(contact_point.as_str());
        let refused = self.refused.iter().filter(is_theirs).count() as u64;
        (self.rows.get(contact_point).copied().unwrap_or(0) + refused, refused)
    }

    /// Says why nothing may be applied though this much could be read.
    fn lack(&self, mode: ImportMode) -> Option<Finding> {
        if self.missing_files.is_empty() || mode != ImportMode::Replace {
            return None;
        }
        let finding = Finding::about(&self.source, &messages::FILE_OF_IMPORT_UNREADABLE);
        Some(finding.with_detail(self.missing_files.join(", ")))
    }

    /// Says whether more than a fifth of the rows is faulty.
    pub fn has_too_many_bad_rows(&self) -> bool {
        self.refused.len() as u64 * BAD_ROWS_ONE_IN > self.rows_read
    }
}

/// Returns the publisher's heading of each of our fields, the first where several fill one.
fn headings_of(records: &[RawRecord]) -> HashMap<String, String> {
    let mut headings = HashMap::new();
    for cell in records.iter().flat_map(|record| &record.cells) {
        if !headings.contains_key(&cell.field) {
            headings.insert(cell.field.clone(), cell.column.clone());
        }
    }
    headings
}

/// Reads a source: bytes to groups and findings. Touches nothing.
pub fn read_source(bytes: &[u8], settings: &SourceSettings, context: &Context<'_>) -> Reading {
    let mut notes = Notes::new(&settings.name);
    let table = match formats::read(bytes, settings, &mut notes) {
        Ok(table) => table,
        Err(cause) => return Reading::unreadable(settings, notes, cause),
    };
    let known: Vec<ContactPointId> =
        context.contact_points.iter().map(|point| point.id.clone()).collect();
    let target = Target {
        contact_point: settings.contact_point.as_ref(),
        known: &known,
        today: context.today,
        reader: context.reader,
    };
    let headings = headings_of(&table.records);
    let mut refused = table.refused;
    let mut rows_read = table.rows_read;
    let mut told = Told::default();
    let mut checked = Vec::new();
    let mut rows: BTreeMap<ContactPointId, u64> = BTreeMap::new();
    for record in &table.records {
        let is_deleted =
            record.cells.iter().any(|cell| cell.field == "deleted_at" && !cell.value.is_empty());
        if is_deleted {
            rows_read -= 1;
            notes.add(notes.about(&messages::RECORD_DELETED).in_row(record.row));
            continue;
        }
        match validate::check(record, &target, &mut told, &mut notes) {
            Some(record) => {
                *rows.entry(record.contact_point.clone()).or_default() += 1;
                checked.push(record);
            }
            None => refused.push(RefusedRow::of(record.row, &record.cells)),
        }
    }
    let mut ids = Ids::default();
    checked.iter().for_each(|record| ids.reserve(record));
    let mut groups = Vec::new();
    let mut mentioned = HashMap::new();
    let mut unlinked = HashSet::new();
    for record in checked {
        if let Some(row) = ids.same_row(&record) {
            let finding = notes.about(&messages::ROW_TWICE).in_row(record.row);
            notes.add(finding.with_value(&record.name).with_detail(row.to_string()));
            continue;
        }
        if let Some(row) = ids.row_of(&record) {
            let id = record.local_id.clone().unwrap_or_default();
            let finding = notes.about(&messages::LOCAL_ID_TWICE).in_row(record.row);
            let finding = finding.in_column("local_id").with_value(&id);
            notes.add(finding.with_detail(row.to_string()));
            // It counts among the refused ones from now on.
            rows.entry(record.contact_point.clone()).and_modify(|count| *count -= 1);
            refused.push(RefusedRow {
                row: record.row,
                local_id: None,
                name: Some(record.name),
                contact_point: Some(record.contact_point.to_string()),
            });
            continue;
        }
        let fields = record.mentioned.clone();
        let group = enrich(record, context, settings, &mut ids, &mut unlinked, &mut notes);
        mentioned.insert(group.id, fields);
        groups.push(group);
    }
    // Staff know their own headings, not our fields.
    for finding in &mut notes.list {
        if let Some(heading) = finding.column.as_ref().and_then(|field| headings.get(field)) {
            finding.column = Some(heading.clone());
        }
    }
    Reading {
        source: settings.name.clone(),
        format: Some(table.format),
        contact_point: settings.contact_point.clone(),
        groups,
        findings: notes.list,
        rows_read,
        refused,
        is_readable: true,
        missing_files: Vec::new(),
        today: context.today,
        rows,
        mentioned,
    }
}

/// What an import means to do for one contact point, and why it should not.
struct Planned {
    difference: Difference,
    holds: Vec<Finding>,
}

fn plan(reading: &Reading, incoming: Vec<Group>, current: &[Group], mode: ImportMode) -> Planned {
    let (mentioned, refused) = (&reading.mentioned, &reading.refused);
    let difference = difference(current, incoming, mentioned, refused, mode, reading.today);
    let mut holds = Vec::new();
    if reading.has_too_many_bad_rows() {
        let detail = format!("{}/{}", reading.refused.len(), reading.rows_read);
        holds.push(Finding::about(&reading.source, &messages::HELD_BAD_ROWS).with_detail(detail));
    }
    if difference.removed.len() * 10 > current.len() * REMOVED_TENTHS {
        let detail = format!("{}/{}", difference.removed.len(), current.len());
        holds.push(Finding::about(&reading.source, &messages::HELD_REMOVALS).with_detail(detail));
    }
    Planned { difference, holds }
}

fn kept(reading: &Reading, difference: &Difference) -> Vec<Finding> {
    let about =
        |name: &String| Finding::about(&reading.source, &messages::KEPT_REFUSED).with_value(name);
    difference.kept.iter().map(|(_, name)| about(name)).collect()
}

fn part(
    reading: &Reading,
    contact_point: ContactPointId,
    state: ImportState,
    planned: &Planned,
    streets_public: usize,
) -> Part {
    let (rows_read, refused) = reading.rows_of(&contact_point);
    let mut findings = kept(reading, &planned.difference);
    findings.extend(planned.holds.iter().cloned());
    Part {
        contact_point,
        state,
        import_id: None,
        counts: planned.difference.counts(rows_read, refused),
        changes: report::changes_of(&planned.difference),
        findings,
        streets_public,
        example_data_removed: false,
    }
}

fn streets_public(groups: &[Group]) -> usize {
    let is_public = |group: &&Group| {
        group
            .venue
            .as_ref()
            .is_some_and(|venue| venue.publish == Publish::Exact && venue.street.is_some())
    };
    groups.iter().filter(is_public).count()
}

/// Compares a reading with the catalogue and writes nothing.
///
/// Without a catalogue every group counts as new.
///
/// # Errors
///
/// [`CatalogueError`] when the catalogue cannot be read.
pub async fn check_file(
    mut reading: Reading,
    catalogue: Option<&Catalogue>,
    mode: ImportMode,
) -> Result<ImportReport, CatalogueError> {
    reading.findings.extend(reading.lack(mode));
    let snapshot = match catalogue {
        Some(catalogue) => Some(catalogue.snapshot().await?),
        None => None,
    };
    let mut parts = Vec::new();
    let by_contact_point =
        if reading.is_readable { reading.by_contact_point() } else { BTreeMap::new() };
    for (contact_point, groups) in by_contact_point {
        let current: Vec<Group> = match &snapshot {
            // Example data makes room for the first real list and is nobody's loss.
            Some(snapshot) if !snapshot.example_data => {
                let theirs = |group: &&Group| group.contact_point == contact_point;
                snapshot.groups.iter().filter(theirs).cloned().collect()
            }
            _ => Vec::new(),
        };
        let streets = streets_public(&groups);
        let planned = plan(&reading, groups, &current, mode);
        parts.push(part(&reading, contact_point, ImportState::Checked, &planned, streets));
    }
    Ok(ImportReport::of(reading, parts))
}

/// How an import is to be done.
#[derive(Debug, Clone)]
pub struct ImportOrder {
    /// What a group that the file does not name means.
    pub mode: ImportMode,
    /// Who does it: a token's name or a command.
    pub who: String,
    /// Whether a person has confirmed what would be held.
    pub is_confirmed: bool,
}

/// Applies a reading: one transaction per contact point, or a hold, or nothing.
///
/// # Errors
///
/// [`CatalogueError`]; contact points done before it stay done, and nothing is half done.
pub async fn import_file(
    mut reading: Reading,
    catalogue: &Catalogue,
    order: &ImportOrder,
) -> Result<ImportReport, CatalogueError> {
    let lack = reading.lack(order.mode);
    if !reading.is_readable || lack.is_some() {
        reading.findings.extend(lack);
        return failed(reading, catalogue, order).await;
    }
    let mut parts = Vec::new();
    for (contact_point, groups) in reading.by_contact_point() {
        let streets = streets_public(&groups);
        let transaction = catalogue.begin_import(&contact_point).await?;
        let planned = plan(&reading, groups.clone(), transaction.current(), order.mode);
        let is_held = !planned.holds.is_empty() && !order.is_confirmed;
        let state = if is_held { ImportState::Held } else { ImportState::Applied };
        let mut part = part(&reading, contact_point, state, &planned, streets);
        let record = record_of(&reading, &part, order);
        if is_held {
            part.import_id = Some(transaction.hold(groups, record).await?);
        } else {
            // The hold was told; a person has confirmed it.
            let applied = transaction.apply(change_of(planned.difference), record).await?;
            part.import_id = Some(applied.import_id);
            part.example_data_removed = applied.example_data_removed;
        }
        parts.push(part);
    }
    Ok(ImportReport::of(reading, parts))
}

/// Returns what a confirmed import changes; use with
/// [`ImportTransaction::apply_held`](crate::catalogue::ImportTransaction::apply_held).
///
/// `staged` are the groups that the hold kept, `current` those of the catalogue now.
pub fn change_of_staged(
    current: &[Group],
    staged: Vec<Group>,
    mode: ImportMode,
    today: Date,
) -> Change {
    // What was staged has no record of silence any more: every field counts as mentioned.
    let all: BTreeSet<String> = [
        "contact_person",
        "hidden_terms",
        "duplicate_of",
        "consent",
        "contact.label",
        "verified_on",
        "venue.publish",
    ]
    .map(str::to_owned)
    .into();
    let mentioned = staged.iter().map(|group| (group.id, all.clone())).collect();
    change_of(difference(current, staged, &mentioned, &[], mode, today))
}

fn change_of(difference: Difference) -> Change {
    let changed = difference.changed.into_iter().map(|changed| changed.group);
    Change {
        put: difference.new.into_iter().chain(changed).collect(),
        removed: difference.removed.into_iter().map(|(id, _)| id).collect(),
    }
}

fn record_of(reading: &Reading, part: &Part, order: &ImportOrder) -> ImportRecord {
    ImportRecord {
        who: order.who.clone(),
        source_name: reading.source.clone(),
        mode: order.mode,
        counts: part.counts,
        findings: report::stored(reading, part),
    }
}

async fn failed(
    reading: Reading,
    catalogue: &Catalogue,
    order: &ImportOrder,
) -> Result<ImportReport, CatalogueError> {
    let mut parts = Vec::new();
    for contact_point in reading.contact_points() {
        let (rows_read, refused) = reading.rows_of(&contact_point);
        let mut part = Part {
            contact_point,
            state: ImportState::Failed,
            import_id: None,
            counts: Difference::default().counts(rows_read, refused),
            changes: Vec::new(),
            findings: Vec::new(),
            streets_public: 0,
            example_data_removed: false,
        };
        let record = record_of(&reading, &part, order);
        part.import_id = Some(catalogue.note_failed(&part.contact_point, &record).await?);
        parts.push(part);
    }
    Ok(ImportReport::of(reading, parts))
}

/// Returns how a report ends: 0 done, 1 findings held something back, 2 failed.
pub fn exit_code(report: &ImportReport) -> u8 {
    if !report.is_readable {
        return 2;
    }
    let holds_back = report.findings.iter().any(|finding| finding.severity() == Severity::Error)
        || report.parts.iter().any(|part| {
            part.state == ImportState::Held
                || part.state == ImportState::Checked
                    && part.findings.iter().any(|f| f.severity() == Severity::Error)
        });
    u8::from(holds_back)
}
