//! A finding: what an import met in a file, where it stood, and what to do about it.
//!
//! In: a rule of [`super::messages`] and the place. Out: [`Finding`]s that reports show and the
//! catalogue keeps. Knows no file and no group.

use std::collections::HashMap;
use std::sync::Arc;

use super::messages::{self, Language, Rule};
use super::report::MAX_LISTED;

/// The stage of an import that speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Bytes to raw records.
    Read,
    /// Raw records to checked records.
    Check,
    /// Checked records to groups.
    Enrich,
    /// New groups against the ones we have.
    Compare,
}

impl Phase {
    /// Returns the word that stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Check => "check",
            Self::Enrich => "enrich",
            Self::Compare => "compare",
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Keeps the row, or the whole file, out.
    Error,
    /// Something was repaired or left out; a person should look.
    Warning,
    /// Good to know.
    Hint,
}

impl Severity {
    /// Returns the word that stands in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}

/// Longest value shown in a finding, in characters.
const MAX_SHOWN: usize = 80;

/// One thing that staff can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about; its texts stand in [`super::messages`].
    pub rule: &'static Rule,
    /// Name of the file or page.
    pub source: Arc<str>,
    /// Row as a spreadsheet counts it, from 1 with the heading; the line of a text file, the
    /// position of a record in JSON or HTML.
    pub row: Option<u64>,
    /// The publisher's heading.
    pub column: Option<String>,
    /// The value as it was found, shortened; never a person's contact.
    pub value: Option<String>,
    /// What the text adds: the nearest known name, the limit, what was read instead.
    pub detail: Option<String>,
}

impl Finding {
    /// Returns a finding about a whole file.
    pub fn about(source: &str, rule: &'static Rule) -> Self {
        Self::of(Arc::from(source), rule)
    }

    fn of(source: Arc<str>, rule: &'static Rule) -> Self {
        Self { rule, source, row: None, column: None, value: None, detail: None }
    }

    /// Adds the row.
    #[must_use]
    pub fn in_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Adds the column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into()).filter(|text| !text.is_empty());
        self
    }

    /// Adds the value found, shortened.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(shortened(value)).filter(|text| !text.is_empty());
        self
    }

    /// Adds what the text needs to say more.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Returns the stage that speaks.
    pub fn phase(&self) -> Phase {
        self.rule.phase
    }

    /// Returns how much it weighs.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// Returns what was found, as a sentence.
    pub fn message(&self, language: Language) -> String {
        messages::fill(self.rule.message(language), self)
    }

    /// Returns what to do about it, as a sentence.
    pub fn remedy(&self, language: Language) -> String {
        messages::fill(self.rule.remedy(language), self)
    }
}

/// Findings of one source in the order in which they were met.
#[derive(Debug)]
pub(super) struct Notes {
    source: Arc<str>,
    /// What was found so far.
    pub list: Vec<Finding>,
    /// How often each rule spoke of each column.
    counts: HashMap<(&'static str, Option<String>), usize>,
}

impl Notes {
    pub fn new(source: &str) -> Self {
        Self { source: Arc::from(source), list: Vec::new(), counts: HashMap::new() }
    }

    /// Starts a finding about this source; hand it to [`Notes::add`].
    pub fn about(&self, rule: &'static Rule) -> Finding {
        Finding::of(Arc::clone(&self.source), rule)
    }

    /// Adds a finding. Of a rule that speaks of one column more often than a report lists, only
    /// the rows are still kept: nobody would ever see the rest.
    pub fn add(&mut self, mut finding: Finding) {
        let count = self.counts.entry((finding.rule.id, finding.column.clone())).or_default();
        *count += 1;
        if *count > MAX_LISTED {
            (finding.value, finding.detail) = (None, None);
        }
        self.list.push(finding);
    }
}

fn shortened(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() || is_bidi_control(c) { ' ' } else { c })
        .take(MAX_SHOWN)
        .collect();
    if text.chars().count() > MAX_SHOWN {
        shown.push('…');
    }
    shown
}

/// Says whether a character changes the direction of text or hides in it.
pub(super) fn is_bidi_control(c: char) -> bool {
    matches!(
        c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_value_and_remedy() {
        let finding = Finding::about("gruppen.csv", &messages::POSTCODE_LEADING_ZERO)
            .in_row(7)
            .in_column("PLZ")
            .with_value("1067")
            .with_detail("01067");
        assert!(finding.message(Language::German).contains("1067"));
        assert!(finding.message(Language::German).contains("01067"));
        assert!(!finding.remedy(Language::English).contains('{'));
    }

    #[test]
    fn a_long_value_is_shortened_and_shows_no_control_characters() {
        let finding = Finding::about("a", &messages::NAME_TOO_LONG)
            .with_value(&format!("a\u{202e}b\n{}", "x".repeat(500)));
        let value = finding.value.expect("there is one");
        assert!(value.chars().count() <= MAX_SHOWN + 1);
        assert!(value.starts_with("a b "));
    }
}
