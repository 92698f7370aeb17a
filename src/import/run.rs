//! The import from bytes to catalogue.
//!
//! In: bytes, what is known of the source, a [`Context`]. Out: a [`Reading`], and from it either a
//! check that writes nothing or an import: one transaction per contact point. A file that cannot
//! be read changes nothing; one that looks wrong as a whole is held for a person.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::difference::{Difference, Mentioned, difference};
use super::enrich::Context;
use super::finding::{Finding, Notes, Phase, Severity};
use super::formats::{self, RefusedRow};
use super::intake::Intake;
use super::messages;
use super::renamed;
use super::report::{self, ImportReport, Part};
use super::settings::{SourceFormat, SourceSettings};
use crate::catalogue::{
    Catalogue, CatalogueError, Change, GroupList, ImportMode, ImportRecord, ImportState,
    Withdrawals, heed_withdrawals,
};
use crate::domain::{AsOf, ContactPointId, Group, GroupId, Publish};
use crate::recognise::duplicates::Comparison;

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
    pub groups: GroupList,
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
    pub today: AsOf,
    /// Rows of each contact point that could be read.
    pub(super) rows: BTreeMap<ContactPointId, u64>,
    /// Fields of which the source speaks, group by group.
    pub(super) mentioned: Mentioned,
    /// Groups whose id follows from name and place, for their row brings none; with their rows.
    pub(super) derived: HashMap<GroupId, u64>,
}

impl Reading {
    fn unreadable(settings: &SourceSettings, notes: Notes, cause: Finding) -> Self {
        let mut findings = notes.list;
        findings.push(cause);
        Self {
            source: settings.name.clone(),
            format: settings.format,
            contact_point: settings.contact_point.clone(),
            groups: GroupList::default(),
            findings,
            rows_read: 0,
            refused: Vec::new(),
            is_readable: false,
            missing_files: Vec::new(),
            today: Date::default().into(), // nothing was read, so nothing is compared
            rows: BTreeMap::new(),
            mentioned: Mentioned::new(),
            derived: HashMap::new(),
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
        let cause = notes.about(&messages::SETTINGS_WRONG).with_value(problem).with_detail(problem);
        Self::unreadable(&settings, notes, cause)
    }

    /// Returns the reading of a source that could not be had.
    pub fn of_trouble(settings: &SourceSettings, findings: Vec<Finding>) -> Self {
        let mut notes = Notes::new(&settings.name);
        notes.list = findings;
        let cause = notes.list.pop().unwrap_or_else(|| notes.about(&messages::FILE_EMPTY));
        Self::unreadable(settings, notes, cause)
    }

    /// Takes the groups out, by contact point; the one whose list it is stands there even without
    /// any group.
    pub fn take_by_contact_point(&mut self) -> BTreeMap<ContactPointId, GroupList> {
        let groups = std::mem::take(&mut self.groups);
        let mut parts: BTreeMap<ContactPointId, GroupList> = BTreeMap::new();
        if let Some(contact_point) = &self.contact_point {
            parts.entry(contact_point.clone()).or_default();
        }
        if groups.owners().len() == 1 {
            parts.extend(groups.owners().first().cloned().map(|only| (only, groups)));
            return parts;
        }
        for group in &groups {
            parts.entry(group.contact_point.clone()).or_default().push(&group);
        }
        parts
    }

    /// Returns whose groups it holds.
    pub(super) fn contact_points(&self) -> BTreeSet<ContactPointId> {
        self.groups.owners().iter().chain(&self.contact_point).cloned().collect()
    }

    /// Returns the rows that were meant for a contact point, and how many of them stayed out.
    fn rows_of(&self, contact_point: &ContactPointId) -> (u64, u64) {
        let owners: BTreeSet<_> = self.rows.keys().chain(&self.contact_point).collect();
        if owners.len() < 2 {
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

/// Reads a source: bytes to groups and findings. Touches nothing.
pub fn read_source(bytes: &[u8], settings: &SourceSettings, context: &Context<'_>) -> Reading {
    read_parts(&[bytes], settings, context)
}

/// Reads a list that stands on several pages, as one: all of it, or nothing.
pub fn read_pages(pages: &[Vec<u8>], settings: &SourceSettings, context: &Context<'_>) -> Reading {
    let parts: Vec<&[u8]> = pages.iter().map(Vec::as_slice).collect();
    read_parts(&parts, settings, context)
}

fn read_parts(parts: &[&[u8]], settings: &SourceSettings, context: &Context<'_>) -> Reading {
    let mut notes = Notes::new(&settings.name);
    let known: Vec<ContactPointId> =
        context.contact_points.iter().map(|point| point.id.clone()).collect();
    let mut intake = Intake::new(settings, context, &known);
    let read = formats::read_all(parts, settings, &mut notes, &mut |record, notes| {
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
    /// Groups that may be others under a new name.
    doubts: Vec<Finding>,
}

/// Compares the groups of one contact point with what the catalogue has of it.
fn plan(
    reading: &mut Reading,
    mut incoming: GroupList,
    current: &GroupList,
    mode: ImportMode,
    (withdrawals, comparison): (&Withdrawals, Comparison<'_>),
) -> Planned {
    // Whose consent was withdrawn is told by the id: it must be the right one first.
    let doubts = renamed::keep_ids(&mut incoming, reading, current, mode, comparison);
    heed_withdrawals(&mut incoming, withdrawals);
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
    Planned { difference, holds, doubts }
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
    findings.extend(planned.doubts.iter().chain(&planned.holds).cloned());
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

fn streets_public(groups: &GroupList) -> usize {
    let is_public = |group: &Group| {
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
    reading: Reading,
    catalogue: Option<&Catalogue>,
    mode: ImportMode,
    comparison: Comparison<'_>,
) -> Result<ImportReport, CatalogueError> {
    compare(reading, catalogue, mode, comparison, None).await
}

/// Compares a reading with the catalogue; with an order, a note of the check is kept.
pub(super) async fn compare(
    mut reading: Reading,
    catalogue: Option<&Catalogue>,
    mode: ImportMode,
    comparison: Comparison<'_>,
    noted: Option<&ImportOrder>,
) -> Result<ImportReport, CatalogueError> {
    reading.findings.extend(reading.lack(mode));
    let withdrawals = match catalogue {
        Some(catalogue) => catalogue.withdrawals().await?,
        None => Withdrawals::new(),
    };
    let mut parts = Vec::new();
    let by_contact_point =
        if reading.is_readable { reading.take_by_contact_point() } else { BTreeMap::new() };
    for (contact_point, groups) in by_contact_point {
        let current = match catalogue {
            Some(catalogue) => catalogue.groups_of(&contact_point).await?,
            None => GroupList::default(),
        };
        let streets = streets_public(&groups);
        let planned = plan(&mut reading, groups, &current, mode, (&withdrawals, comparison));
        let mut part = part(&reading, contact_point, ImportState::Checked, &planned, streets);
        if let (Some(order), Some(catalogue)) = (noted, catalogue) {
            let record = record_of(&reading, &part, order);
            part.import_id = Some(catalogue.note_checked(&part.contact_point, &record).await?);
        }
        parts.push(part);
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
    comparison: Comparison<'_>,
) -> Result<ImportReport, CatalogueError> {
    let lack = reading.lack(order.mode);
    if !reading.is_readable || lack.is_some() {
        reading.findings.extend(lack);
        return failed(reading, catalogue, order).await;
    }
    let mut parts = Vec::new();
    for (contact_point, groups) in reading.take_by_contact_point() {
        let streets = streets_public(&groups);
        let transaction = catalogue.begin_import(&contact_point).await?;
        let known = (transaction.withdrawals(), comparison);
        let planned = plan(&mut reading, groups, transaction.current(), order.mode, known);
        let is_held = !planned.holds.is_empty() && !order.is_confirmed;
        let state = if is_held { ImportState::Held } else { ImportState::Applied };
        let mut part = part(&reading, contact_point, state, &planned, streets);
        let record = record_of(&reading, &part, order);
        if is_held {
            let staged = staged_of(&planned.difference, transaction.current());
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

/// Returns what waits for a person's word: the groups as they would be, with what the file is silent
/// about, and those that stay because their row was refused.
fn staged_of(difference: &Difference, current: &GroupList) -> GroupList {
    let kept = difference.kept.iter().map(|(id, _)| id);
    let staying: BTreeSet<_> = difference.unchanged.iter().chain(kept).collect();
    let mut staged = difference.new.clone();
    staged.append(difference.changed.clone());
    for at in (0..current.len()).filter(|at| staying.contains(&current.id(*at))) {
        staged.push_from(current, at);
    }
    staged
}

/// Returns what a confirmed import changes; use with
/// [`ImportTransaction::apply_held`](crate::catalogue::ImportTransaction::apply_held).
///
/// `staged` are the groups that the hold kept, `current` those of the catalogue now.
pub fn change_of_staged(
    current: &GroupList,
    staged: GroupList,
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
    let mentioned = staged.ids().map(|id| (id, Arc::clone(&all))).collect();
    change_of(difference(current, staged, &mentioned, &[], mode, today))
}

fn change_of(difference: Difference) -> Change {
    let mut put = difference.new;
    put.append(difference.changed);
    Change { put, removed: difference.removed.into_iter().map(|(id, _)| id).collect() }
}

fn record_of(reading: &Reading, part: &Part, order: &ImportOrder) -> ImportRecord {
    ImportRecord {
        who: order.who.clone(),
        source_name: report::file_names(&reading.source),
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
