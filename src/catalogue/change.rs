//! What an import wants to change, and what it did change.

use std::collections::BTreeSet;

use super::error::CatalogueError;
use super::group_list::GroupList;
use super::import_record::ImportId;
use crate::domain::{ContactPointId, Group, GroupId};

/// What an import wants to change; groups that it does not name stay as they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Groups to insert or replace.
    pub put: GroupList,
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
        mut self,
        contact_point: &ContactPointId,
        current: &GroupList,
    ) -> Result<Self, CatalogueError> {
        let positions = current.positions();
        let refuse = |id, finding| {
            Err(CatalogueError::NotTheirs { id, contact_point: contact_point.clone(), finding })
        };
        let mut named = BTreeSet::new();
        if self.put.owners().iter().any(|owner| owner != contact_point)
            && let Some(other) = self.put.iter().find(|group| group.contact_point != *contact_point)
        {
            return refuse(other.id, "it belongs to another contact point");
        }
        for id in self.put.ids() {
            if !named.insert(id) {
                return refuse(id, "it is named twice");
            }
        }
        for &id in &self.removed {
            if !positions.contains_key(&id) {
                return refuse(id, "it is not there to be removed");
            }
            if !named.insert(id) {
                return refuse(id, "it is named twice");
            }
        }
        let mut differs = Vec::with_capacity(self.put.len());
        for (at, id) in self.put.ids().enumerate() {
            let stored = positions.get(&id).map(|at| current.get(*at));
            differs.push(stored.is_none_or(|stored| !is_same_content(&stored, self.put.get(at))));
        }
        self.put.retain(|at| differs[at]);
        Ok(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.put.is_empty() && self.removed.is_empty()
    }
}

/// Says whether two records differ in nothing but when they were fetched and last changed.
fn is_same_content(stored: &Group, mut sent: Group) -> bool {
    sent.updated_at = stored.updated_at;
    sent.source.fetched_on = stored.source.fetched_on;
    *stored == sent
}
