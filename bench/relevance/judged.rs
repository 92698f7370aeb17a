//! The judged set: queries with the groups that are right for them, read from this folder's tables.

use std::collections::{HashMap, HashSet};

use wegweiser::domain::{ContactPointId, GroupId};

/// How a group is named here: two listings of one group have one key.
pub type Key = u128;

/// The class of queries that mean nothing here.
const NONSENSE: &str = "nonsense";

/// One query and what is right for it.
pub struct JudgedQuery {
    /// Its id, such as `typo-07`.
    pub id: String,
    /// Its class.
    pub class: String,
    /// What is typed.
    pub text: String,
    /// Grades 1 to 3 of the groups that are right.
    pub grades: HashMap<Key, u8>,
    /// Groups that must not stand in front.
    pub forbidden: HashSet<Key>,
    /// Whether it means nothing here.
    pub is_nonsense: bool,
}

/// The whole set.
pub struct JudgedSet {
    /// All queries in the order of the table.
    pub queries: Vec<JudgedQuery>,
    /// For each listing of a group that another listing stands for, that other one.
    same: HashMap<Key, Key>,
}

impl JudgedSet {
    /// Reads the tables.
    ///
    /// # Panics
    ///
    /// On a line that is not as README.md says: the tables are part of the repository.
    pub fn read() -> Self {
        let same: HashMap<Key, Key> = rows(include_str!("same.tsv"), ["group", "same_as"])
            .map(|[group, same_as]| (key(group), key(same_as)))
            .collect();
        let one = |group: &str| {
            let key = key(group);
            same.get(&key).copied().unwrap_or(key)
        };
        let mut queries: Vec<JudgedQuery> = Vec::new();
        let mut positions = HashMap::new();
        for [id, class, text] in rows(include_str!("queries.tsv"), ["id", "class", "query"]) {
            positions.insert(id, queries.len());
            queries.push(JudgedQuery {
                id: id.to_owned(),
                class: class.to_owned(),
                text: text.to_owned(),
                grades: HashMap::new(),
                forbidden: HashSet::new(),
                is_nonsense: class == NONSENSE,
            });
        }
        let judgements = rows(include_str!("judgements.tsv"), ["query_id", "grade", "group"]);
        for [id, grade, groups] in judgements {
            let query = &mut queries[positions[id]];
            for group in groups.split(' ') {
                match grade.parse::<u8>() {
                    Ok(grade) => {
                        let known = query.grades.entry(one(group)).or_default();
                        *known = grade.max(*known);
                    }
                    Err(_) => _ = query.forbidden.insert(one(group)),
                }
            }
        }
        Self { queries, same }
    }

    /// Returns the key that stands for all listings of a group.
    pub fn one(&self, key: Key) -> Key {
        self.same.get(&key).copied().unwrap_or(key)
    }
}

/// Returns the key of `contact-point/local_id`.
pub fn key(group: &str) -> Key {
    let (contact_point, local_id) = group.split_once('/').expect("contact-point/local_id");
    let contact_point: ContactPointId = contact_point.parse().expect("a contact point's id");
    GroupId::of(&contact_point, local_id).0.as_u128()
}

/// Returns the named columns of a table.
fn rows<'a, const N: usize>(
    table: &'a str,
    columns: [&'a str; N],
) -> impl Iterator<Item = [&'a str; N]> {
    let mut lines = table.lines();
    let headings: Vec<&str> = lines.next().expect("headings").split('\t').collect();
    let positions = columns.map(|column| {
        headings
            .iter()
            .position(|heading| *heading == column)
            .expect("a column that README.md names")
    });
    lines.map(move |line| {
        let cells: Vec<&str> = line.split('\t').collect();
        positions.map(|position| cells.get(position).copied().unwrap_or_default())
    })
}
