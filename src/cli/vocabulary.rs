//! `wegweiser vocabulary`: what it can do, and `check`: what in the vocabulary would lead people
//! astray. Importing is in `nomenclature.rs`.
//!
//! In: the tables, and the finders that import and search use. Out: findings about labels. That
//! the tables are well-formed, and every concept has a place in the tree, is checked on reading.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::Shared;
use super::engine::read_reference;
use super::nomenclature;
use super::report::{Outcome, Report};
use crate::analysis::{Analyzer, Word};
use crate::recognise::concept::{ConceptFinder, ConceptMatch, How};
use crate::recognise::spelling::canonical;
use crate::reference::{ConceptIndex, LabelKind, Reference, Vocabulary};

/// What `vocabulary` takes.
#[derive(Debug, Clone, Args)]
pub struct VocabularyArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: VocabularyAction,
}

/// What can be done with the vocabulary.
#[derive(Debug, Clone, Subcommand)]
pub enum VocabularyAction {
    /// Look for duplicates, orphans, labels that are not understood, and false friends
    #[command(after_help = "\
duplicate     one spelling stands for several concepts and is not marked `?` as ambiguous
orphan        a topic group with nothing in it, or an association for no concept
lost          a label in which the search understands nothing
false friend  a label that the search takes for another concept, or a word of the lexicon that it
              takes for a misspelling of something that sounds otherwise

Examples:
  wegweiser vocabulary check
  wegweiser vocabulary check --reference-dir index --json")]
    Check,
    /// Take over published lists of diseases, so that all rare diseases are understood
    #[command(after_help = "\
Orphanet XML  product1, ORPHAnomenclature, ICD mappings, classifications (2019 and later, German or
              English), from www.orphadata.com; licence CC BY 4.0
Alpha-ID-SE   the text file of the BfArM
tables        with tabs and a column `orphacode`: see the README

The kind is seen from the content. A newer file takes the place of the former one of its source;
the same file again changes nothing. A running service takes the change over by itself.

Examples:
  wegweiser vocabulary import de_product1.xml ORPHAclassification_*_de_2025.xml
  wegweiser vocabulary import icd10gm2026_alphaidse_edvtxt_20250926.txt --json

Exit codes: 0 done, 1 a file or an entry was refused, 2 failed.")]
    Import {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List what was imported, with date and licence
    List,
    /// Remove what was imported from one source
    Remove {
        /// The source, as `list` names it
        source: String,
    },
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    rule: &'static str,
    label: String,
    concepts: Vec<String>,
    text: String,
}

/// Does what the arguments say.
///
/// # Errors
///
/// Tables that cannot be read, with file and row; see `nomenclature.rs` for the others.
pub async fn run(shared: &Shared, arguments: &VocabularyArguments) -> anyhow::Result<Report> {
    match &arguments.action {
        VocabularyAction::Check => check(shared),
        VocabularyAction::Import { files } => nomenclature::import(shared, files).await,
        VocabularyAction::List => nomenclature::list(shared).await,
        VocabularyAction::Remove { source } => nomenclature::remove(shared, source).await,
    }
}

/// Checks the project's own vocabulary; exit code 1 when something was found.
fn check(shared: &Shared) -> anyhow::Result<Report> {
    let reference = read_reference(shared)?;
    let findings = Check::new(&reference).findings();
    let mut lines: Vec<String> = findings
        .iter()
        .map(|f| format!("{}: `{}` {} ({})", f.rule, f.label, f.text, f.concepts.join(", ")))
        .collect();
    let vocabulary = &reference.vocabulary;
    let labels: usize = vocabulary.concepts.iter().map(|concept| concept.labels.len()).sum();
    let count = findings.len();
    lines
        .push(format!("{} concepts, {labels} labels: {count} findings", vocabulary.concepts.len()));
    let list: Vec<_> = findings
        .iter()
        .map(|f| json!({"rule": f.rule, "label": f.label, "concepts": f.concepts, "text": f.text}))
        .collect();
    let json = json!({
        "concepts": vocabulary.concepts.len(),
        "labels": labels,
        "findings": list,
    });
    let outcome = if count == 0 { Outcome::Done } else { Outcome::HeldBack };
    Ok(Report { text: lines.join("\n"), json, outcome })
}

struct Check<'r> {
    vocabulary: &'r Vocabulary,
    analyzer: Analyzer,
    finder: ConceptFinder,
}

impl<'r> Check<'r> {
    fn new(reference: &'r Reference) -> Self {
        let vocabulary = &reference.vocabulary;
        let analyzer = Analyzer::new(vocabulary, &reference.gazetteer);
        let finder = ConceptFinder::new(vocabulary, &analyzer);
        Self { vocabulary, analyzer, finder }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = BTreeSet::new();
        findings.extend(self.duplicates());
        findings.extend(self.orphans());
        findings.extend(self.misunderstood());
        findings.extend(self.wrongly_corrected());
        findings.into_iter().collect()
    }

    fn labels(&self) -> impl Iterator<Item = (ConceptIndex, &str, LabelKind)> {
        self.vocabulary.concepts.iter().enumerate().flat_map(|(index, concept)| {
            let index = index as ConceptIndex;
            concept.labels.iter().map(move |(text, kind)| (index, text.as_str(), *kind))
        })
    }

    fn ids(&self, concepts: &BTreeSet<ConceptIndex>) -> Vec<String> {
        concepts.iter().map(|index| self.vocabulary.concept(*index).id.to_string()).collect()
    }

    /// Returns the folded words run together, the spelling under which labels meet.
    fn key(&self, text: &str) -> String {
        self.analyzer.words(text).iter().map(|word| word.forms.folded.as_str()).collect()
    }

    fn duplicates(&self) -> Vec<Finding> {
        let mut by_key: BTreeMap<String, Vec<(ConceptIndex, &str, LabelKind)>> = BTreeMap::new();
        for (concept, text, kind) in self.labels() {
            by_key.entry(self.key(text)).or_default().push((concept, text, kind));
        }
        let mut findings = Vec::new();
        for (key, meanings) in by_key {
            let concepts: BTreeSet<ConceptIndex> = meanings.iter().map(|m| m.0).collect();
            let is_marked = meanings.iter().all(|m| m.2 == LabelKind::Ambiguous);
            if key.is_empty() || concepts.len() < 2 || is_marked {
                continue;
            }
            findings.push(Finding {
                rule: "duplicate",
                label: meanings[0].1.to_owned(),
                concepts: self.ids(&concepts),
                text: "stands for several concepts without `?`".to_owned(),
            });
        }
        findings
    }

    fn orphans(&self) -> Vec<Finding> {
        let orphan = |label: &str, concepts: Vec<String>, text: &str| Finding {
            rule: "orphan",
            label: label.to_owned(),
            concepts,
            text: text.to_owned(),
        };
        let empty = self
            .vocabulary
            .concepts
            .iter()
            .filter(|concept| concept.is_topic_group && concept.narrower.is_empty());
        let mut findings: Vec<Finding> = empty
            .map(|concept| {
                orphan(&concept.label, vec![concept.id.to_string()], "is a topic group of nothing")
            })
            .collect();
        let idle = self.vocabulary.associations.iter().filter(|one| one.concepts.is_empty());
        findings.extend(idle.map(|one| orphan(&one.name, Vec::new(), "is for no concept")));
        findings
    }

    /// Runs the recogniser of the search over every label.
    fn misunderstood(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (concept, text, _) in self.labels() {
            let words = self.analyzer.words(text);
            let found = self.understood(text, &words);
            let leads_back = |matched: &ConceptMatch| {
                matched.concept == concept || matched.other_readings.contains(&concept)
            };
            if found.iter().any(leads_back) {
                continue;
            }
            let others: BTreeSet<ConceptIndex> = found.iter().map(|m| m.concept).collect();
            let (rule, what) = match (words.is_empty(), others.is_empty()) {
                (true, _) => ("lost", "has no word left in the text chain".to_owned()),
                (_, true) => ("lost", "is not understood".to_owned()),
                _ => ("false friend", format!("is taken for {}", self.ids(&others).join(", "))),
            };
            findings.push(Finding {
                rule,
                label: text.to_owned(),
                concepts: self.ids(&BTreeSet::from([concept])),
                text: what,
            });
        }
        findings
    }

    /// Finds words of the lexicon, which are real words, that would be taken for a misspelling.
    fn wrongly_corrected(&self) -> Vec<Finding> {
        let lexicon = &self.vocabulary.lexicon;
        // What begins or ends with a hyphen never stands alone.
        let stands_alone = |word: &&String| !word.starts_with('-') && !word.ends_with('-');
        let words: BTreeSet<&String> =
            lexicon.compounds.iter().chain(&lexicon.unsplit).filter(stands_alone).collect();
        let mut findings = Vec::new();
        for word in words {
            let Some(taken_for) = self.correction(word) else { continue };
            let sounds_alike = canonical(&self.key(word)) == canonical(&self.key(&taken_for.label));
            if !sounds_alike {
                findings.push(self.false_friend(word, &taken_for));
            }
        }
        findings
    }

    /// Returns what the search understands of a text: labels, then misspelt ones.
    fn understood(&self, text: &str, words: &[Word]) -> Vec<ConceptMatch> {
        let mut taken = vec![false; words.len()];
        let mut found = self.finder.find(words, text, &mut taken);
        found.extend(self.finder.find_misspelt(words, &mut taken, &|_| false));
        found
    }

    /// Returns what a word would be corrected to.
    fn correction(&self, word: &str) -> Option<ConceptMatch> {
        let words = self.analyzer.words(word);
        self.understood(word, &words).into_iter().find(|matched| matched.how == How::Misspelt)
    }

    fn false_friend(&self, word: &str, taken_for: &ConceptMatch) -> Finding {
        Finding {
            rule: "false friend",
            label: word.to_owned(),
            concepts: self.ids(&BTreeSet::from([taken_for.concept])),
            text: format!("would be taken for a misspelling of `{}`", taken_for.label),
        }
    }
}
