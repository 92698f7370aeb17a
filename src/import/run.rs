//! The import from bytes to catalogue.
//!
//! In: bytes, what is known of the source, a [`Context`]. Out: a [`Reading`], and from it either a
//! check that writes nothing or an import: one transaction per contact point. A file that cannot
//! be read changes nothing; one that looks wrong as a whole is held for a person.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::difference::{Difference, Mentioned, difference, missed};
use super::enrich::Context;
use super::finding::{Finding, Notes, Phase, Severity};
use super::formats::{self, RefusedRow};
use super::intake::Intake;
use super::messages;
use super::report::{self, ImportReport, Part};
use super::settings::{SourceFormat, SourceSettings};
use crate::catalogue::{Catalogue, CatalogueError, Change, ImportMode, ImportRecord, ImportState};
use crate::domain::{AsOf, ContactPointId, Group, Publish};

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
    /// The day it was read.
    pub today: AsOf,
    /// Fields of which the source speaks, group by group.
    pub(super) mentioned: Mentioned,
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
            today: Date::default().into(), // nothing was read, so nothing is compared
            mentioned: HashMap::new(),
        }
    }

    /// Returns the reading of a file that could not even be opened.
    pub fn of_unreadable_file(settings: &SourceSettings, cause: &std::io::Error) -> Self {
        let notes = Notes::new(&settings.name);
        let cause = notes.about(&messages::FILE_UNREADABLE).with_detail(cause.to_string());
        Self::unreadable(settings, notes, cause)
    }

    /// Returns the reading of a file that is too large for its kind; `None` for one that may be
    /// read. Ask before reading it.
    pub fn of_too_large_file(settings: &SourceSettings, size: u64) -> Option<Self> {
        let notes = Notes::new(&settings.name);
        let cause = formats::check_size(size, settings, &notes).err()?;
        Some(Self::unreadable(settings, notes, cause))
    }

    /// Returns the reading of a source whose settings are wrong.
    pub fn of_wrong_settings(name: &str, problem: &str) -> Self {
        let settings = SourceSettings::named(name);
        let notes = Notes::new(name);
        let cause = notes.about(&messages::SETTINGS_WRONG).with_detail(problem);
        Self::unreadable(&settings, notes, cause)
    }

    /// Takes the groups out, by contact point; the one whose list it is stands there even without
    /// any group.
    pub fn take_by_contact_point(&mut self) -> BTreeMap<ContactPointId, Vec<Group>> {
        let groups = std::mem::take(&mut self.groups);
        let mut parts: BTreeMap<ContactPointId, Vec<Group>> = BTreeMap::new();
        if let Some(contact_point) = &self.contact_point {
            parts.entry(contact_point.clone()).or_default();
        }
        let first = groups.first().map(|group| group.contact_point.clone());
        // A long list is moved as a whole, never copied group by group.
        match first.filter(|first| groups.iter().all(|group| group.contact_point == *first)) {
            Some(only) => {
                parts.insert(only, groups);
            }
            None => {
                for group in groups {
                    parts.entry(group.contact_point.clone()).or_default().push(group);
                }
            }
        }
        parts
    }

    /// Says whether more than a fifth of the rows is faulty.
    pub fn has_too_many_bad_rows(&self) -> bool {
        self.refused.len() as u64 * BAD_ROWS_ONE_IN > self.rows_read
    }
}

/// Reads a source: bytes to groups and findings. Touches nothing.
pub fn read_source(bytes: &[u8], settings: &SourceSettings, context: &Context<'_>) -> Reading {
    let mut notes = Notes::new(&settings.name);
    let known: Vec<ContactPointId> =
        context.contact_points.iter().map(|point| point.id.clone()).collect();
    let mut intake = Intake::new(settings, context, &known);
    let read = formats::read(bytes, settings, &mut notes, &mut |record, notes| {
        intake.take(&record, notes);
    });
    match read {
        Ok(read) => intake.finish(read, notes),
        Err(cause) => {
            // Of rows that nobody takes there is nothing to tell.
            notes.list.retain(|finding| finding.phase() == Phase::Read);
            Reading::unreadable(settings, notes, cause)
        }
    }
}

/// What an import means to do for one contact point, and why it should not.
struct Planned {
    difference: Difference,
    holds: Vec<Finding>,
}

/// Says why an import should wait for a person; asked before anything is compared in full.
fn holds(
    reading: &Reading,
    incoming: &[Group],
    current: &[Group],
    mode: ImportMode,
) -> Vec<Finding> {
    let mut holds = Vec::new();
    if reading.has_too_many_bad_rows() {
        let detail = format!("{}/{}", reading.refused.len(), reading.rows_read);
        holds.push(Finding::about(&reading.source, &messages::HELD_BAD_ROWS).with_detail(detail));
    }
    let (removed, _) = missed(current, incoming, &reading.refused, mode, reading.today);
    if removed.len() * 10 > current.len() * REMOVED_TENTHS {
        let detail = format!("{}/{}", removed.len(), current.len());
        holds.push(Finding::about(&reading.source, &messages::HELD_REMOVALS).with_detail(detail));
    }
    holds
}

fn plan(
    reading: &Reading,
    incoming: Vec<Group>,
    current: &[Group],
    mode: ImportMode,
    holds: Vec<Finding>,
) -> Planned {
    let (mentioned, refused) = (&reading.mentioned, &reading.refused);
    let difference = difference(current, incoming, mentioned, refused, mode, reading.today);
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
    let refused = reading.refused.len() as u64;
    let mut findings = kept(reading, &planned.difference);
    findings.extend(planned.holds.iter().cloned());
    Part {
        contact_point,
        state,
        import_id: None,
        counts: planned.difference.counts(reading.rows_read, refused),
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
    let snapshot = match catalogue {
        Some(catalogue) => Some(catalogue.snapshot().await?),
        None => None,
    };
    let mut parts = Vec::new();
    let by_contact_point =
        if reading.is_readable { reading.take_by_contact_point() } else { BTreeMap::new() };
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
        let holds = holds(&reading, &groups, &current, mode);
        let planned = plan(&reading, groups, &current, mode, holds);
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
    if !reading.is_readable {
        return failed(reading, catalogue, order).await;
    }
    let mut parts = Vec::new();
    for (contact_point, groups) in reading.take_by_contact_point() {
        let streets = streets_public(&groups);
        let transaction = catalogue.begin_import(&contact_point).await?;
        let current = transaction.current();
        let holds = holds(&reading, &groups, current, order.mode);
        let is_held = !holds.is_empty() && !order.is_confirmed;
        let staged = if is_held { groups.clone() } else { Vec::new() };
        let planned = plan(&reading, groups, current, order.mode, holds);
        let state = if is_held { ImportState::Held } else { ImportState::Applied };
        let mut part = part(&reading, contact_point, state, &planned, streets);
        let record = record_of(&reading, &part, order);
        if is_held {
            part.import_id = Some(transaction.hold(staged, record).await?);
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
    today: impl Into<AsOf>,
) -> Change {
    // What was staged has no record of silence any more: every field counts as mentioned.
    let all: Arc<BTreeSet<String>> = Arc::new(
        [
            "contact_person",
            "hidden_terms",
            "duplicate_of",
            "consent",
            "contact.label",
            "verified_on",
            "venue.publish",
        ]
        .map(str::to_owned)
        .into(),
    );
    let mentioned = staged.iter().map(|group| (group.id, Arc::clone(&all))).collect();
    change_of(difference(current, staged, &mentioned, &[], mode, today))
}

fn change_of(difference: Difference) -> Change {
    let mut put = difference.new;
    put.extend(difference.changed.into_iter().map(|changed| changed.group));
    Change { put, removed: difference.removed.into_iter().map(|(id, _)| id).collect() }
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
    if let Some(contact_point) = reading.contact_point.clone() {
        let mut part = Part {
            contact_point,
            state: ImportState::Failed,
            import_id: None,
            counts: Difference::default().counts(0, 0),
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
