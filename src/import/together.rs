//! The files of one contact point in one command are one import.
//!
//! In: what each file holds. Out: the same, with files that share a contact point made into one
//! reading: a list in two files must not lose by the second what the first one names. A file that
//! cannot be read stays by itself, and the others know that it is missing.

use std::collections::{BTreeSet, HashMap};

use super::difference::changes;
use super::finding::Finding;
use super::formats::RefusedRow;
use super::messages;
use super::run::Reading;
use crate::domain::{ContactPointId, Group, GroupId};

/// Joins the readings that share a contact point; the others stay as they are.
pub fn join(readings: Vec<Reading>) -> Vec<Reading> {
    let mut bundles: Vec<(BTreeSet<ContactPointId>, Vec<Reading>)> = Vec::new();
    for reading in readings {
        let points = reading.contact_points();
        let shared: Vec<usize> =
            (0..bundles.len()).filter(|at| !bundles[*at].0.is_disjoint(&points)).collect();
        let mut bundle = (points, vec![reading]);
        for at in shared.iter().rev() {
            let (points, files) = bundles.remove(*at);
            bundle.0.extend(points);
            bundle.1.splice(0..0, files);
        }
        bundles.insert(shared.first().copied().unwrap_or(bundles.len()), bundle);
    }
    bundles.into_iter().flat_map(|(_, files)| joined(files)).collect()
}

fn joined(files: Vec<Reading>) -> Vec<Reading> {
    let (readable, mut unreadable): (Vec<Reading>, Vec<Reading>) =
        files.into_iter().partition(|file| file.is_readable);
    let mut readable = readable.into_iter();
    let Some(mut whole) = readable.next() else { return unreadable };
    for file in readable {
        append(&mut whole, file);
    }
    whole.missing_files = unreadable.iter().map(|file| file.source.clone()).collect();
    unreadable.push(whole);
    unreadable
}

fn append(whole: &mut Reading, file: Reading) {
    let mut known = whole.groups.positions();
    whole.findings.extend(file.findings);
    whole.refused.extend(file.refused);
    whole.rows_read += file.rows_read;
    for (point, rows) in file.rows {
        *whole.rows.entry(point).or_default() += rows;
    }
    let (mut mentioned, mut derived) = (file.mentioned, file.derived);
    for mut group in &file.groups {
        let fields = mentioned.remove(&group.id).unwrap_or_default();
        let row_without_id = derived.remove(&group.id);
        if let Some(at) = known.get(&group.id) {
            let other = whole.groups.get(*at);
            let about = |rule| {
                let finding = Finding::about(&file.source, rule).with_value(&group.name);
                finding.with_detail(whole.source.clone())
            };
            if changes(&other, &group).is_empty() {
                whole.findings.push(about(&messages::GROUP_IN_TWO_FILES));
                continue;
            }
            if fields.contains("local_id") {
                whole.findings.push(about(&messages::LOCAL_ID_IN_TWO_FILES));
                whole.refused.push(RefusedRow {
                    row: 0,
                    local_id: Some(group.local_id),
                    name: Some(group.name),
                    contact_point: Some(group.contact_point.to_string()),
                });
                continue;
            }
            take_next_id(&mut group, &known);
        }
        if let Some(row) = row_without_id {
            whole.derived.insert(group.id, row);
        }
        known.insert(group.id, whole.groups.len());
        whole.mentioned.insert(group.id, fields);
        whole.groups.push(&group);
    }
    if whole.contact_point.is_none() {
        whole.contact_point = file.contact_point;
    }
    whole.source = format!("{} + {}", whole.source, file.source);
}

/// Another group of the same name in the same town: as within one file, it gets a number.
fn take_next_id(group: &mut Group, known: &HashMap<GroupId, usize>) {
    let base = group.local_id.clone();
    for number in 2_u32.. {
        group.local_id = format!("{base}-{number}");
        group.id = GroupId::of(&group.contact_point, &group.local_id);
        if !known.contains_key(&group.id) {
            return;
        }
    }
}
