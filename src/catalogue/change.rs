//! What an import wants to change, and what it did change.

use std::collections::{BTreeMap, BTreeSet};

use super::error::CatalogueError;
use super::import_record::ImportId;
use crate::domain::{ContactPointId, Group, GroupId};

/// What an import wants to change; groups that it does not name stay as they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Groups to insert or replace.
    pub put: Vec<Group>,
    /// Groups to remove.
    pub removed: Vec<GroupId>,
}

/// What an import has changed. When the caller holds this, it is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub import_id: ImportId,
    /// The catalogue's revision after it; the former one when nothing changed.
    pub revision: u64,
    /// Groups inserted or replaced; those that were the same are not counted.
    pub put: usize,
    /// Groups removed; example data is not counted.
    pub removed: usize,
    /// Whether the example data has left to make room for it.
    pub example_data_removed: bool,
}

impl Change {
    /// Refuses what reaches beyond the contact point or names a group twice, and returns only
    /// what differs from `current`.
    pub(super) fn effective(
        self,
        contact_point: &ContactPointId,
        current: &[Group],
    ) -> Result<Self, CatalogueError> {
        let current: BTreeMap<GroupId, &Group> =
            current.iter().map(|group| (group.id, group)).collect();
        let refuse = |id, finding| {
            Err(CatalogueError::NotTheirs { id, contact_point: contact_point.clone(), finding })
        };
        let mut named = BTreeSet::new();
        for group in &self.put {
            if group.contact_point != *contact_point {
                return refuse(group.id, "it belongs to another contact point");
            }
            if !named.insert(group.id) {
                return refuse(group.id, "it is named twice");
            }
        }
        for &id in &self.removed {
            if !current.contains_key(&id) {
                return refuse(id, "it is not there to be removed");
            }
            if !named.insert(id) {
                return refuse(id, "it is named twice");
            }
        }
        let differs = |group: &Group| {
            current.get(&group.id).is_none_or(|stored| !is_same_content(stored, group))
        };
        Ok(Self { put: self.put.into_iter().filter(differs).collect(), removed: self.removed })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.put.is_empty() && self.removed.is_empty()
    }
}

/// Says whether two records differ in nothing but when they were fetched and last changed.
fn is_same_content(stored: &Group, sent: &Group) -> bool {
    let mut sent = sent.clone();
    sent.updated_at = stored.updated_at;
    sent.source.fetched_on = stored.source.fetched_on;
    *stored == sent
}
