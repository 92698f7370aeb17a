//! Many groups in little memory: each in its stored form, packed, and read anew whenever it is
//! looked at.
//!
//! A group as the domain has it takes two kilobytes, its stored form one, packed a third of one: of
//! a list of a hundred thousand that is what a small machine has or has not.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;

use lz4_flex::block::{compress_prepend_size_with_dict, decompress_size_prepended_with_dict};

use super::error::CatalogueError;
use super::groups;
use crate::domain::{ContactPointId, Group, GroupId};

/// What nearly every stored form says: packing leaves it out (LZ4 with a dictionary).
const USUAL: &str = concat!(
    r#"{"contact_point":"","local_id":"","id":"-5","name":"Selbsthilfegruppe ","topics":[""],"#,
    r#""description":"","audience":["affected","relatives"],"age_group":["adults"],"gender":"all","#,
    r#""languages":["de"],"format":"in_person","meeting":{"text":"jeden Montag im Monat ","#,
    r#""rrule":"FREQ=MONTHLY;BYDAY=1MO","starts":"18:00","ends":"20:00"},"venue":{"name":"","#,
    r#""street":"","postcode":"0","town":"","district":"1","lat":5,"lon":1,"#,
    r#""precision":"postcode","municipality_point":{"lat":50.,"lon":12.},"publish":"exact"},"#,
    r#""catchment":"district","status":"active","wheelchair":"unknown","website":"https://","#,
    r#""contact":{"mode":"via_contact_point","email":"","phone":"+493"},"contact_person":{"name":"","#,
    r#""phone":"+49","email":""},"cost":"free","open_for_new":"yes","consent":{"given_on":"202","#,
    r#""scope":["website","api"]},"verified_on":"202","source":{"kind":"upload","#,
    r#""fetched_on":"202","content_hash":""},"updated_at":"202"}"#
);

/// Bytes that are asked for at once: pieces of this size go back to the system when a list goes,
/// a hundred thousand small ones would not.
const CHUNK: usize = 256 * 1024;

/// A list of groups, in the order in which they were pushed.
#[derive(Clone, Default)]
pub struct GroupList {
    kept: Vec<(GroupId, Kept)>,
    /// Packed forms, one after the other.
    chunks: Vec<Vec<u8>>,
    owners: BTreeSet<ContactPointId>,
}

#[derive(Clone)]
enum Kept {
    /// Where the packed form stands; it can be read back as the same group.
    Packed { chunk: u32, start: u32, length: u32 },
    /// A group that could not: it stays as it is, until somebody wants to store it.
    Whole(Box<Group>),
}

impl GroupList {
    /// Appends a group.
    pub fn push(&mut self, group: &Group) {
        self.note_owner(&group.contact_point);
        let kept = self.keep(group);
        self.kept.push((group.id, kept));
    }

    /// Appends a group's stored form.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Stored`] when it cannot be read.
    pub(super) fn push_text(&mut self, id: &str, text: &str) -> Result<(), CatalogueError> {
        let group = groups::from_text(id, text)?;
        self.note_owner(&group.contact_point);
        let kept = self.pack(text);
        self.kept.push((group.id, kept));
        Ok(())
    }

    /// Appends a group of another list.
    pub fn push_from(&mut self, other: &Self, at: usize) {
        match other.owners.first() {
            Some(only) if other.owners.len() == 1 => self.note_owner(only),
            _ => self.note_owner(&other.get(at).contact_point),
        }
        let (id, kept) = &other.kept[at];
        let kept = match kept {
            Kept::Packed { .. } => self.place(other.packed(kept)),
            Kept::Whole(group) => Kept::Whole(group.clone()),
        };
        self.kept.push((*id, kept));
    }

    /// Puts another version of a group in its place.
    pub fn set(&mut self, at: usize, group: &Group) {
        self.note_owner(&group.contact_point);
        self.kept[at] = (group.id, self.keep(group));
    }

    fn keep(&mut self, group: &Group) -> Kept {
        match groups::to_text(group) {
            Ok(text) => self.pack(&text),
            Err(_) => Kept::Whole(Box::new(group.clone())),
        }
    }

    fn pack(&mut self, text: &str) -> Kept {
        self.place(&compress_prepend_size_with_dict(text.as_bytes(), USUAL.as_bytes()))
    }

    fn place(&mut self, packed: &[u8]) -> Kept {
        let has_room = |chunk: &Vec<u8>| chunk.capacity() - chunk.len() >= packed.len();
        if !self.chunks.last().is_some_and(has_room) {
            // The first one grows with what it gets: most lists are short.
            let size = if self.chunks.is_empty() { packed.len() } else { CHUNK };
            self.chunks.push(Vec::with_capacity(size.max(packed.len())));
        }
        let chunk = self.chunks.len() - 1;
        let start = self.chunks[chunk].len();
        self.chunks[chunk].extend_from_slice(packed);
        Kept::Packed { chunk: chunk as u32, start: start as u32, length: packed.len() as u32 }
    }

    fn packed(&self, kept: &Kept) -> &[u8] {
        match kept {
            Kept::Packed { chunk, start, length } => {
                &self.chunks[*chunk as usize][*start as usize..][..*length as usize]
            }
            Kept::Whole(_) => &[],
        }
    }

    fn note_owner(&mut self, owner: &ContactPointId) {
        if !self.owners.contains(owner) {
            self.owners.insert(owner.clone());
        }
    }

    /// Appends all groups of another list.
    pub fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        (0..other.len()).for_each(|at| self.push_from(&other, at));
    }

    /// Shows the list with one position after the other, and frees what `each` has seen.
    pub fn consume(mut self, mut each: impl FnMut(&Self, usize)) {
        let mut last_use = vec![0; self.chunks.len()];
        for (at, (_, kept)) in self.kept.iter().enumerate() {
            if let Kept::Packed { chunk, .. } = kept {
                last_use[*chunk as usize] = at;
            }
        }
        for at in 0..self.len() {
            each(&self, at);
            if let Kept::Packed { chunk, .. } = self.kept[at].1
                && last_use[chunk as usize] == at
            {
                self.chunks[chunk as usize] = Vec::new();
            }
        }
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
            kept @ Kept::Packed { .. } => {
                groups::from_text("in a list", &unpack(self.packed(kept)))
                    .expect("what stands in a list was read from the same text before")
            }
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
            kept @ Kept::Packed { .. } => Ok(unpack(self.packed(kept))),
            Kept::Whole(group) => groups::to_text(group),
        }
    }
}

fn unpack(packed: &[u8]) -> String {
    let text = decompress_size_prepended_with_dict(packed, USUAL.as_bytes());
    let text = text.expect("it was packed with the same dictionary");
    String::from_utf8(text).expect("a text was packed")
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
        let mut seen = Vec::new();
        list.clone().consume(|list, at| seen.push(list.get(at)));
        assert_eq!(seen, [renamed, b.clone()]);
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
