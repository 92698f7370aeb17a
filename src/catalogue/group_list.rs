//! Many groups in little memory: each in its stored form, read anew whenever it is looked at.
//!
//! A group as the domain has it takes two kilobytes, its stored form a third of that: of a list of
//! a hundred thousand that is what the machine has or has not.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;

use super::error::CatalogueError;
use super::groups;
use crate::domain::{ContactPointId, Group, GroupId};

/// A list of groups, in the order in which they were pushed.
#[derive(Clone, Default)]
pub struct GroupList {
    kept: Vec<(GroupId, Kept)>,
    owners: BTreeSet<ContactPointId>,
}

#[derive(Clone)]
enum Kept {
    /// The stored form, which can be read back as the same group.
    Text(Box<str>),
    /// A group that could not: it stays as it is, until somebody wants to store it.
    Whole(Box<Group>),
}

impl GroupList {
    /// Appends a group.
    pub fn push(&mut self, group: &Group) {
        self.note_owner(&group.contact_point);
        self.kept.push((group.id, Kept::of(group)));
    }

    /// Appends a group's stored form.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Stored`] when it cannot be read.
    pub(super) fn push_text(&mut self, id: &str, text: &str) -> Result<(), CatalogueError> {
        let group = groups::from_text(id, text)?;
        self.note_owner(&group.contact_point);
        self.kept.push((group.id, Kept::Text(text.into())));
        Ok(())
    }

    /// Appends a group of another list.
    pub fn push_from(&mut self, other: &Self, at: usize) {
        match other.owners.first() {
            Some(only) if other.owners.len() == 1 => self.note_owner(only),
            _ => self.note_owner(&other.get(at).contact_point),
        }
        self.kept.push(other.kept[at].clone());
    }

    /// Appends all groups of another list.
    pub fn append(&mut self, mut other: Self) {
        self.kept.append(&mut other.kept);
        self.owners.append(&mut other.owners);
    }

    fn note_owner(&mut self, owner: &ContactPointId) {
        if !self.owners.contains(owner) {
            self.owners.insert(owner.clone());
        }
    }

    /// Puts another group in the place of one. Its contact point is the same.
    pub fn set(&mut self, at: usize, group: &Group) {
        self.note_owner(&group.contact_point);
        self.kept[at] = (group.id, Kept::of(group));
    }

    /// Keeps what `wanted` says of the positions.
    pub fn retain(&mut self, mut wanted: impl FnMut(usize) -> bool) {
        let mut at = 0;
        self.kept.retain(|_| {
            at += 1;
            wanted(at - 1)
        });
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Returns whose groups there are, or were before some of them were taken out.
    pub fn owners(&self) -> &BTreeSet<ContactPointId> {
        &self.owners
    }

    /// Returns the id of a group.
    pub fn id(&self, at: usize) -> GroupId {
        self.kept[at].0
    }

    /// Returns all ids in order.
    pub fn ids(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.kept.iter().map(|(id, _)| *id)
    }

    /// Returns where each group stands.
    pub fn positions(&self) -> HashMap<GroupId, usize> {
        self.ids().enumerate().map(|(at, id)| (id, at)).collect()
    }

    /// Reads a group.
    pub fn get(&self, at: usize) -> Group {
        match &self.kept[at].1 {
            Kept::Whole(group) => (**group).clone(),
            Kept::Text(text) => groups::from_text("in a list", text)
                .expect("what stands in a list was read from the same text before"),
        }
    }

    /// Reads the group of an id.
    pub fn find(&self, id: GroupId) -> Option<Group> {
        self.ids().position(|other| other == id).map(|at| self.get(at))
    }

    /// Reads group after group.
    pub fn iter(&self) -> Groups<'_> {
        Groups { list: self, positions: 0..self.len() }
    }

    /// Returns the form in which a group is stored.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::NotStorable`].
    pub(super) fn text(&self, at: usize) -> Result<String, CatalogueError> {
        match &self.kept[at].1 {
            Kept::Text(text) => Ok(text.to_string()),
            Kept::Whole(group) => groups::to_text(group),
        }
    }
}

/// The groups of a list, each read when it is asked for.
pub struct Groups<'l> {
    list: &'l GroupList,
    positions: Range<usize>,
}

impl Iterator for Groups<'_> {
    type Item = Group;

    fn next(&mut self) -> Option<Group> {
        self.positions.next().map(|at| self.list.get(at))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.positions.size_hint()
    }
}

impl<'l> IntoIterator for &'l GroupList {
    type Item = Group;
    type IntoIter = Groups<'l>;

    fn into_iter(self) -> Groups<'l> {
        self.iter()
    }
}

impl Kept {
    fn of(group: &Group) -> Self {
        groups::to_text(group)
            .map_or_else(|_| Self::Whole(Box::new(group.clone())), |text| Self::Text(text.into()))
    }
}

impl<'g> FromIterator<&'g Group> for GroupList {
    fn from_iter<T: IntoIterator<Item = &'g Group>>(groups: T) -> Self {
        let mut list = Self::default();
        groups.into_iter().for_each(|group| list.push(group));
        list
    }
}

impl From<Vec<Group>> for GroupList {
    fn from(groups: Vec<Group>) -> Self {
        groups.iter().collect()
    }
}

impl PartialEq for GroupList {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<const N: usize> PartialEq<[Group; N]> for GroupList {
    fn eq(&self, other: &[Group; N]) -> bool {
        *self == GroupList::from(other.to_vec())
    }
}

impl fmt::Debug for GroupList {
    // The groups stay out: they hold internal fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupList").field("groups", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::testing::{CONTACT_POINTS, group};

    #[test]
    fn groups_come_out_as_they_went_in() {
        let [a, b] = [group(CONTACT_POINTS[0], "a"), group(CONTACT_POINTS[1], "b")];
        let mut list: GroupList = [&a, &b].into_iter().collect();
        assert_eq!(list, [a.clone(), b.clone()]);
        assert_eq!(list.owners().len(), 2);
        assert_eq!(list.find(b.id), Some(b.clone()));

        let mut renamed = a.clone();
        renamed.name = "Anders".to_owned();
        list.set(0, &renamed);
        assert_eq!(list.get(0), renamed);
        list.retain(|at| at == 1);
        assert_eq!(list, [b]);
    }

    #[test]
    fn what_cannot_be_stored_stays_as_it_is_until_it_is_to_be() {
        let mut nameless = group(CONTACT_POINTS[0], "a");
        nameless.name = String::new();
        let list = GroupList::from(vec![nameless.clone()]);
        assert_eq!(list.get(0), nameless);
        assert!(matches!(list.text(0), Err(CatalogueError::NotStorable { .. })));
    }
}
