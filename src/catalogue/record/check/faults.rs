//! Collects what is wrong with a record, member by member.

use std::fmt::Display;
use std::str::FromStr;

/// One member of a record that breaks the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberProblem {
    /// Its dotted name, as in `venue.postcode` or `topics[1]`.
    pub member: String,
    /// What is wrong, and what would have been right.
    pub message: String,
}

/// A record that breaks the rules of `group/v1`, with every fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(problems))]
pub struct RecordError {
    /// The faults, at least one.
    pub problems: Vec<MemberProblem>,
}

fn listed(problems: &[MemberProblem]) -> String {
    let each = problems.iter().map(|problem| format!("`{}`: {}", problem.member, problem.message));
    each.collect::<Vec<_>>().join("; ")
}

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults(Vec<MemberProblem>);

impl From<Faults> for RecordError {
    fn from(faults: Faults) -> Self {
        Self { problems: faults.0 }
    }
}

impl Faults {
    pub(super) fn note(&mut self, member: &str, message: impl Display) {
        self.0.push(MemberProblem { member: member.to_owned(), message: message.to_string() });
    }

    pub(super) fn end(self) -> Result<(), RecordError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into()) }
    }

    /// Reads a value that must be there.
    pub(super) fn required<T: FromStr<Err: Display>>(
        &mut self,
        member: &str,
        text: Option<String>,
    ) -> Option<T> {
        if text.is_none() {
            self.note(member, "is missing");
        }
        self.optional(member, text)
    }

    /// Reads a value that may be absent, but not blank.
    pub(super) fn optional<T: FromStr<Err: Display>>(
        &mut self,
        member: &str,
        text: Option<String>,
    ) -> Option<T> {
        let text = self.text(member, text)?;
        text.parse().map_err(|fault: T::Err| self.note(member, fault)).ok()
    }

    /// Reads a word of a closed list.
    pub(super) fn term<T: FromStr<Err: Display>>(
        &mut self,
        member: &str,
        word: Option<String>,
        absent: T,
    ) -> T {
        self.optional(member, word).unwrap_or(absent)
    }

    /// Reads words of a closed list; wrong ones are left out and noted.
    pub(super) fn list<T: FromStr<Err: Display>>(
        &mut self,
        member: &str,
        words: Vec<String>,
    ) -> Vec<T> {
        let mut read = Vec::with_capacity(words.len());
        for (position, word) in words.into_iter().enumerate() {
            read.extend(self.optional(&format!("{member}[{position}]"), Some(word)));
        }
        read
    }

    /// Takes free texts, none of them blank.
    pub(super) fn texts(&mut self, member: &str, texts: Option<Vec<String>>) -> Vec<String> {
        self.list(member, texts.unwrap_or_default())
    }

    /// Takes a free text that must be there.
    pub(super) fn given(&mut self, member: &str, text: String) -> String {
        self.text(member, Some(text)).unwrap_or_default()
    }

    /// Takes a free text that may be absent, but not blank.
    pub(super) fn text(&mut self, member: &str, text: Option<String>) -> Option<String> {
        let text = text?;
        if text.trim().is_empty() {
            self.note(member, "is empty; leave it out where it is unknown");
            return None;
        }
        Some(text)
    }

    /// Notes a text of more than `limit` characters.
    pub(super) fn at_most(&mut self, member: &str, limit: usize, text: Option<&str>) {
        let length = text.map_or(0, |text| text.chars().count());
        if length > limit {
            self.note(member, format!("has {length} characters; at most {limit} are allowed"));
        }
    }
}
