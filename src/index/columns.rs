//! Flat columns over all groups of a generation: one number per group, addressed by its ordinal.
//!
//! Filters, facets, distances and ranking read these and nothing else.

use std::collections::HashMap;
use std::io;

use super::codec::{get_array, put_array};

/// Stands in [`Columns::district`] for "no district".
pub const NO_DISTRICT: u16 = u16::MAX;

/// Where in a group a concept was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkField {
    /// In its name.
    Name,
    /// In the topic with this position.
    Topic(u8),
}

/// A concept of a group with its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The concept's position in the vocabulary.
    pub concept: u32,
    /// Where it was met.
    pub field: LinkField,
    /// `[start, end)` in code points of that text.
    pub range: [u16; 2],
}

/// Position of `LinkField::Name` in the stored form.
const NAME_FIELD: u8 = u8::MAX;

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $number:ty),+ $(,)?) => {
        /// The columns. All public ones have one entry per group.
        #[derive(Debug, Clone, Default)]
        pub struct Columns {
            $($(#[$doc])* pub $name: Vec<$number>,)+
            link_offsets: Vec<u32>,
            link_concepts: Vec<u32>,
            link_fields: Vec<u8>,
            link_starts: Vec<u16>,
            link_ends: Vec<u16>,
            /// For each concept that some group has, its groups in ascending order.
            pub groups_of_concept: HashMap<u32, Vec<u32>>,
            /// For each group with copies, all groups of its cluster, itself among them.
            pub cluster_members: HashMap<u32, Vec<u32>>,
        }

        impl Columns {
            /// Writes all columns.
            pub(super) fn to_bytes(&self) -> Vec<u8> {
                let mut out = Vec::new();
                $(put_array(&mut out, &self.$name);)+
                put_array(&mut out, &self.link_offsets);
                put_array(&mut out, &self.link_concepts);
                put_array(&mut out, &self.link_fields);
                put_array(&mut out, &self.link_starts);
                put_array(&mut out, &self.link_ends);
                out
            }

            /// Reads what [`Columns::to_bytes`] wrote.
            pub(super) fn from_bytes(mut bytes: &[u8]) -> io::Result<Self> {
                let bytes = &mut bytes;
                let mut columns = Self {
                    $($name: get_array(bytes)?,)+
                    link_offsets: get_array(bytes)?,
                    link_concepts: get_array(bytes)?,
                    link_fields: get_array(bytes)?,
                    link_starts: get_array(bytes)?,
                    link_ends: get_array(bytes)?,
                    ..Self::default()
                };
                let groups = columns.id.len();
                let is_whole = $(columns.$name.len() == groups &&)+
                    columns.link_offsets.len() == groups + 1;
                if !is_whole {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                columns.derive();
                Ok(columns)
            }
        }
    };
}

columns! {
    /// Ids.
    id: u128,
    /// Publisher, as position in [`Meta::contact_points`](super::Meta).
    contact_point: u16,
    /// Bit set over [`Audience`](crate::domain::Audience).
    audience: u8,
    /// Bit set over [`AgeGroup`](crate::domain::AgeGroup).
    age_group: u8,
    /// [`Gender`](crate::domain::Gender).
    gender: u8,
    /// [`Format`](crate::domain::Format).
    format: u8,
    /// [`Status`](crate::domain::Status).
    status: u8,
    /// [`Wheelchair`](crate::domain::Wheelchair).
    wheelchair: u8,
    /// Bit set over the generation's table of languages.
    languages: u64,
    /// Position in the generation's table of districts, or [`NO_DISTRICT`].
    district: u16,
    /// Position in the table of states; 255: none.
    state: u8,
    /// Latitude of the published point; NaN: none.
    lat: f32,
    /// Longitude of the published point; NaN: none.
    lon: f32,
    /// Position in the generation's table of municipalities; `u32::MAX`: none.
    municipality: u32,
    /// Days since 1970-01-01 of the last confirmation; `i32::MIN`: unknown.
    verified_on: i32,
    /// Microseconds since 1970 of the last change of the public form.
    updated_at: i64,
    /// Position in the order of names.
    name_rank: u32,
    /// Lowest ordinal of the records that are the same group.
    cluster: u32,
}

impl Columns {
    /// Returns the number of groups.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Says whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Returns columns to which groups can be added.
    pub(super) fn of_no_group() -> Self {
        Self { link_offsets: vec![0], ..Self::default() }
    }

    /// Appends the links of the next group.
    pub(super) fn push_links(&mut self, links: &[Link]) {
        for link in links {
            self.link_concepts.push(link.concept);
            self.link_fields.push(match link.field {
                LinkField::Name => NAME_FIELD,
                LinkField::Topic(position) => position,
            });
            self.link_starts.push(link.range[0]);
            self.link_ends.push(link.range[1]);
        }
        self.link_offsets.push(self.link_concepts.len() as u32);
    }

    /// Returns the concepts of a group with their evidence.
    pub fn links(&self, group: u32) -> impl Iterator<Item = Link> {
        let range = self.link_offsets[group as usize] as usize
            ..self.link_offsets[group as usize + 1] as usize;
        range.map(|at| Link {
            concept: self.link_concepts[at],
            field: match self.link_fields[at] {
                NAME_FIELD => LinkField::Name,
                position => LinkField::Topic(position),
            },
            range: [self.link_starts[at], self.link_ends[at]],
        })
    }

    /// Returns the concepts of a group, each once, in the order of its topics.
    pub fn concepts(&self, group: u32) -> Vec<u32> {
        let mut concepts: Vec<u32> = Vec::new();
        for link in self.links(group) {
            if !concepts.contains(&link.concept) {
                concepts.push(link.concept);
            }
        }
        concepts
    }

    /// Fills what follows from the columns themselves.
    fn derive(&mut self) {
        for group in 0..self.len() as u32 {
            for concept in self.concepts(group) {
                self.groups_of_concept.entry(concept).or_default().push(group);
            }
        }
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for (group, cluster) in self.cluster.iter().enumerate() {
            members.entry(*cluster).or_default().push(group as u32);
        }
        members.retain(|_, groups| groups.len() > 1);
        self.cluster_members = members;
    }
}
