//! The catalogue: the durable truth. (Placeholder for the branch that fills it.)

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::{ContactPoint, ContactPointId, Group, GroupId};

/// A consistent read of everything an index is built from.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Number of the last change.
    pub revision: u64,
    /// Whether the groups are invented examples.
    pub example_data: bool,
    /// All contact points.
    pub contact_points: Vec<ContactPoint>,
    /// All groups.
    pub groups: Vec<Group>,
    /// What has left public view.
    pub tombstones: Vec<Tombstone>,
    /// When each contact point last imported.
    pub last_import_at: BTreeMap<ContactPointId, Timestamp>,
}

/// A group that has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its id.
    pub id: GroupId,
    /// When.
    pub deleted_at: Timestamp,
    /// By which it was replaced.
    pub replaced_by: Option<GroupId>,
}
