//! Record after record to groups, as a format reads them: at no time does a list stand in memory
//! as text and as groups.
//!
//! In: [`RawRecord`]s in the order of the file. Out: a [`Reading`]. Keeps what one file must know
//! of its earlier rows: ids, equal rows, headings.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::enrich::{Context, Ids, enrich};
use super::finding::Notes;
use super::formats::{Read, RefusedRow};
use super::messages;
use super::raw::RawRecord;
use super::run::Reading;
use super::settings::SourceSettings;
use super::validate::{self, Target, Told};
use crate::catalogue::GroupList;
use crate::domain::{AsOf, ContactPointId};

/// A file that is being read.
pub(super) struct Intake<'a> {
    settings: &'a SourceSettings,
    context: &'a Context<'a>,
    target: Target<'a>,
    told: Told,
    ids: Ids,
    groups: GroupList,
    /// What each group's row spoke of; equal sets are one.
    mentioned: Vec<Arc<BTreeSet<String>>>,
    /// Groups whose id is derived once all given ones are known, with their rows.
    without_id: Vec<(usize, u64)>,
    refused: Vec<RefusedRow>,
    /// Rows that say that a group is gone.
    departed: u64,
    /// Rows of each contact point that could be read.
    rows: BTreeMap<ContactPointId, u64>,
    unlinked: HashSet<String>,
    /// The publisher's heading of each of our fields, the first where several fill one.
    headings: HashMap<String, String>,
}

impl<'a> Intake<'a> {
    pub fn new(
        settings: &'a SourceSettings,
        context: &'a Context<'a>,
        known: &'a [ContactPointId],
    ) -> Self {
        let target = Target {
            contact_point: settings.contact_point.as_ref(),
            known,
            today: context.today,
            reader: context.reader,
        };
        Self {
            settings,
            context,
            target,
            told: Told::default(),
            ids: Ids::default(),
            groups: GroupList::default(),
            mentioned: Vec::new(),
            without_id: Vec::new(),
            refused: Vec::new(),
            departed: 0,
            rows: BTreeMap::new(),
            unlinked: HashSet::new(),
            headings: HashMap::new(),
        }
    }

    /// Takes one record.
    pub fn take(&mut self, record: &RawRecord, notes: &mut Notes) {
        let progress = &self.context.progress;
        progress.rows_read.fetch_add(1, Ordering::Relaxed);
        for cell in &record.cells {
            if !self.headings.contains_key(&cell.field) {
                self.headings.insert(cell.field.clone(), cell.column.clone());
            }
        }
        let is_deleted =
            record.cells.iter().any(|cell| cell.field == "deleted_at" && !cell.value.is_empty());
        if is_deleted {
            self.departed += 1;
            notes.add(notes.about(&messages::RECORD_DELETED).in_row(record.row));
            return;
        }
        let Some(mut checked) = validate::check(record, &self.target, &mut self.told, notes) else {
            progress.rows_refused.fetch_add(1, Ordering::Relaxed);
            self.refused.push(RefusedRow::of(record.row, &record.cells));
            return;
        };
        *self.rows.entry(checked.contact_point.clone()).or_default() += 1;
        if let Some(row) = self.ids.same_row(&checked) {
            let finding = notes.about(&messages::ROW_TWICE).in_row(checked.row);
            notes.add(finding.with_value(&checked.name).with_detail(row.to_string()));
            return;
        }
        self.ids.reserve(&checked);
        if let Some(row) = self.ids.row_of(&checked) {
            let id = checked.local_id.clone().unwrap_or_default();
            let finding = notes.about(&messages::LOCAL_ID_TWICE).in_row(checked.row);
            let finding = finding.in_column("local_id").with_value(&id);
            notes.add(finding.with_detail(row.to_string()));
            // It counts among the refused ones from now on.
            self.rows.entry(checked.contact_point.clone()).and_modify(|count| *count -= 1);
            self.refused.push(RefusedRow {
                row: checked.row,
                local_id: None,
                name: Some(checked.name),
                contact_point: Some(checked.contact_point.to_string()),
            });
            return;
        }
        let fields = std::mem::take(&mut checked.mentioned);
        let fields = match self.mentioned.last().filter(|last| ***last == fields) {
            Some(last) => Arc::clone(last),
            None => Arc::new(fields),
        };
        self.mentioned.push(fields);
        let (has_id, row) = (checked.local_id.is_some(), checked.row);
        if !has_id {
            self.without_id.push((self.groups.len(), row));
        }
        let group = enrich(checked, self.context, self.settings, &mut self.unlinked, notes);
        self.groups.push(&group);
    }

    /// Ends the file.
    pub fn finish(mut self, read: Read, mut notes: Notes) -> Reading {
        let mut derived = HashMap::with_capacity(self.without_id.len());
        for (at, row) in self.without_id {
            let mut group = self.groups.get(at);
            self.ids.derive(&mut group, row);
            derived.insert(group.id, row);
            if group.id != self.groups.id(at) {
                self.groups.set(at, &group);
            }
        }
        // Staff know their own headings, not our fields.
        for finding in &mut notes.list {
            let field = finding.column.as_ref();
            if let Some(heading) = field.and_then(|field| self.headings.get(field)) {
                finding.column = Some(heading.clone());
            }
        }
        let mentioned = self.groups.ids().zip(self.mentioned).collect();
        let mut refused = read.refused;
        refused.extend(self.refused);
        Reading {
            source: self.settings.name.clone(),
            format: Some(read.format),
            contact_point: self.settings.contact_point.clone(),
            groups: self.groups,
            findings: notes.list,
            rows_read: read.rows_read - self.departed,
            refused,
            is_readable: true,
            missing_files: Vec::new(),
            today: AsOf { day: self.context.today, review: self.context.review },
            rows: self.rows,
            mentioned,
            derived,
        }
    }
}
