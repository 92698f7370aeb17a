//! The vocabulary: concepts with their words, and the lists the recognisers need.
//!
//! In: `vocabulary/` (see its README for the columns). Out: [`Vocabulary`], whose hierarchy is
//! checked. Nothing here folds or stems: that is `analysis/`.

use std::collections::HashMap;
use std::str::FromStr;

use super::table::{Files, ReferenceError, Row};
use crate::domain::{Audience, Code, ConceptId, CrisisKind, Gender};

/// Position of a concept in [`Vocabulary::concepts`].
pub type ConceptIndex = u32;

/// The umbrella of every concept that is marked as a rare disease.
const RARE_UMBRELLA: &str = "seltene-erkrankungen";

/// What kind of word a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelKind {
    /// The preferred label.
    Preferred,
    /// Another name, medical or everyday.
    Synonym,
    /// An abbreviation that means one concept only.
    Abbreviation,
    /// An abbreviation with several meanings.
    Ambiguous,
    /// An English name.
    English,
    /// The name or short name of its national association: leads here, and is no name of it.
    Association,
    /// A misspelling met in the wild: found by, never shown.
    Hidden,
}

/// A topic or condition.
#[derive(Debug, Clone)]
pub struct Concept {
    /// Its id.
    pub id: ConceptId,
    /// Preferred German label.
    pub label: String,
    /// All words for it with their kind, the preferred label first; those of imported lists stand
    /// behind the own ones.
    pub labels: Vec<(String, LabelKind)>,
    /// How many of them are the project's own; 0 for a concept that only imported lists know.
    pub own_labels: usize,
    /// Preferred English label, where known.
    pub english: Option<String>,
    /// Label in Leichte Sprache, where known.
    pub simple: Option<String>,
    /// Upper Sorbian label, where known.
    pub hsb: Option<String>,
    /// Medical codes.
    pub codes: Vec<Code>,
    /// ORPHAcodes that are no longer in use and lead here.
    pub retired_codes: Vec<Code>,
    /// Broader concepts, the most specific first.
    pub broader: Vec<ConceptIndex>,
    /// Narrower concepts, in the order of the tables.
    pub narrower: Vec<ConceptIndex>,
    /// Concepts a person would also want.
    pub related: Vec<ConceptIndex>,
    /// Whether it is one of the topic groups at the top of the tree.
    pub is_topic_group: bool,
    /// Whether it is a rare disease.
    pub is_rare: bool,
    /// Whether it is a topic of life rather than a condition.
    pub is_life_topic: bool,
    /// The acute crisis that its words may tell of.
    pub crisis: Option<CrisisKind>,
}

impl Concept {
    /// Says whether only imported lists know it.
    pub fn is_imported(&self) -> bool {
        self.own_labels == 0
    }

    /// Returns the project's own words for it.
    pub fn own(&self) -> &[(String, LabelKind)] {
        &self.labels[..self.own_labels]
    }

    /// Returns the synonyms that may be shown, imported ones too.
    pub fn synonyms(&self) -> impl Iterator<Item = &str> {
        Self::shown(&self.labels)
    }

    /// Returns the project's own synonyms that may be shown.
    pub fn own_synonyms(&self) -> impl Iterator<Item = &str> {
        Self::shown(self.own())
    }

    fn shown(labels: &[(String, LabelKind)]) -> impl Iterator<Item = &str> {
        labels
            .iter()
            .filter(|(_, kind)| {
                let is_no_name = matches!(kind, LabelKind::Association | LabelKind::Hidden);
                !is_no_name && *kind != LabelKind::Preferred
            })
            .map(|(text, _)| text.as_str())
    }
}

/// An everyday sentence that tells of a concept, as in "mein mann trinkt".
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The sentence; `*` stands for up to two words.
    pub sentence: String,
    /// What it tells of.
    pub concepts: Vec<ConceptIndex>,
    /// Who is speaking.
    pub audience: Vec<Audience>,
    /// The gender it tells of.
    pub gender: Option<Gender>,
}

/// One number to call in a crisis.
#[derive(Debug, Clone)]
pub struct CrisisContact {
    /// The crisis it is for.
    pub kind: CrisisKind,
    /// Language of the text: `de` or `en`.
    pub language: String,
    /// The sentence above the numbers.
    pub text: String,
    /// Who answers.
    pub label: String,
    /// The number as people read it.
    pub phone: String,
    /// The number as a telephone dials it.
    pub tel: String,
    /// Website.
    pub url: Option<String>,
    /// When somebody answers.
    pub hours: Option<String>,
    /// In which languages.
    pub languages: Vec<String>,
}

/// A national self-help association.
#[derive(Debug, Clone)]
pub struct Association {
    /// Its name.
    pub name: String,
    /// Its short name.
    pub abbreviation: Option<String>,
    /// What it is for.
    pub concepts: Vec<ConceptIndex>,
    /// Its website.
    pub website: Option<String>,
}

/// Where those find each other who are close to somebody concerned.
#[derive(Debug, Clone)]
pub struct Relatives {
    /// What the other one has; this holds for everything below as well.
    pub concepts: Vec<ConceptIndex>,
    /// Who asks.
    pub audience: Vec<Audience>,
    /// The topics for them, the nearest first.
    pub topics: Vec<ConceptIndex>,
}

/// Words that name one value of an audience, age group, gender, format, language or status, or
/// that carry no topic (`filler`).
#[derive(Debug, Clone)]
pub struct Recogniser {
    /// `audience`, `age_group`, `gender`, `format`, `language`, `status`, `filler`, `near`.
    pub kind: String,
    /// The wire word of the value; empty for `filler` and `near`.
    pub value: String,
    /// Words and phrases in lower case.
    pub words: Vec<String>,
}

/// The raw word lists of the text chain, one entry per line of their files.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Parts of compounds: `vocabulary/compounds.txt`.
    pub compounds: Vec<String>,
    /// Words never to be split: `vocabulary/unsplit.txt`.
    pub unsplit: Vec<String>,
    /// Words with a true ae, oe or ue: `vocabulary/true_umlauts.txt`.
    pub true_umlauts: Vec<String>,
    /// Words whose stem the stemmer misses: `vocabulary/stems.tsv`, word and stem.
    pub stems: Vec<(String, String)>,
}

/// Everything that `index/vocabulary/` tells, and what imported lists add to it.
#[derive(Clone)]
pub struct Vocabulary {
    /// All concepts.
    pub concepts: Vec<Concept>,
    /// Everyday sentences.
    pub patterns: Vec<Pattern>,
    /// Numbers to call in a crisis.
    pub crisis: Vec<CrisisContact>,
    /// National associations.
    pub associations: Vec<Association>,
    /// Topics for those close to somebody concerned.
    pub relatives: Vec<Relatives>,
    /// Words of the closed lists.
    pub recognisers: Vec<Recogniser>,
    /// Word lists of the text chain.
    pub lexicon: Lexicon,
    /// Orphanet's heads of classifications with the own concepts above them.
    pub(super) heads: Vec<(Code, Vec<ConceptIndex>)>,
    pub(super) by_id: HashMap<ConceptId, ConceptIndex>,
    pub(super) by_code: HashMap<Code, Vec<ConceptIndex>>,
}

impl Vocabulary {
    pub(super) fn read(files: &Files) -> Result<Self, ReferenceError> {
        let tables = files.tables("vocabulary/concepts/")?;
        let mut concepts: Vec<Concept> = Vec::new();
        let mut by_id = HashMap::new();
        for row in tables.iter().flat_map(|table| table.rows()) {
            let concept = read_concept(&row)?;
            let index = concepts.len() as ConceptIndex;
            if by_id.insert(concept.id.clone(), index).is_some() {
                return Err(row.wrong(format!("`id`: {} stands twice", concept.id)));
            }
            concepts.push(concept);
        }
        let rows = tables.iter().flat_map(|table| table.rows());
        let umbrella = RARE_UMBRELLA.parse().ok().and_then(|id: ConceptId| by_id.get(&id).copied());
        for (index, row) in rows.enumerate() {
            let mut broader = concepts_named(&by_id, &row, "broader")?;
            let is_orphan = broader.is_empty() && !concepts[index].is_topic_group;
            if is_orphan {
                return Err(row.wrong(format!("{} has no broader concept", concepts[index].id)));
            }
            broader.extend(umbrella.filter(|u| concepts[index].is_rare && !broader.contains(u)));
            for parent in &broader {
                concepts[*parent as usize].narrower.push(index as ConceptIndex);
            }
            concepts[index].broader = broader;
            concepts[index].related = concepts_named(&by_id, &row, "related")?;
        }
        refuse_circles(&concepts)?;

        let mut by_code: HashMap<Code, Vec<ConceptIndex>> = HashMap::new();
        for (index, concept) in concepts.iter().enumerate() {
            for code in &concept.codes {
                by_code.entry(code.clone()).or_default().push(index as ConceptIndex);
            }
        }

        let mut patterns = Vec::new();
        for row in files.table("vocabulary/patterns.tsv")?.rows() {
            patterns.push(Pattern {
                sentence: row.cell("pattern").to_owned(),
                concepts: concepts_named(&by_id, &row, "concepts")?,
                audience: row.parse_list("audience")?,
                gender: row.optional("gender").map(|_| row.parse("gender")).transpose()?,
            });
        }
        let mut crisis = Vec::new();
        for row in files.table("vocabulary/crisis.tsv")?.rows() {
            crisis.push(CrisisContact {
                kind: row.parse("kind")?,
                language: row.cell("language").to_owned(),
                text: row.cell("text").to_owned(),
                label: row.cell("label").to_owned(),
                phone: row.cell("phone").to_owned(),
                tel: row.cell("tel").to_owned(),
                url: row.optional("url").map(str::to_owned),
                hours: row.optional("hours").map(str::to_owned),
                languages: row.list("languages").map(str::to_owned).collect(),
            });
        }
        let mut associations = Vec::new();
        for row in files.table("vocabulary/associations.tsv")?.rows() {
            associations.push(Association {
                name: row.cell("name").to_owned(),
                abbreviation: row.optional("abbreviation").map(str::to_owned),
                concepts: concepts_named(&by_id, &row, "concepts")?,
                website: row.optional("website").map(str::to_owned),
            });
        }
        name_by_association(&mut concepts, &associations);
        let mut relatives = Vec::new();
        for row in files.table("vocabulary/relatives.tsv")?.rows() {
            relatives.push(Relatives {
                concepts: concepts_named(&by_id, &row, "concepts")?,
                audience: row.parse_list("audience")?,
                topics: concepts_named(&by_id, &row, "relatives")?,
            });
        }
        let mut recognisers = Vec::new();
        for row in files.table("vocabulary/recognisers.tsv")?.rows() {
            recognisers.push(Recogniser {
                kind: row.cell("kind").to_owned(),
                value: row.cell("value").to_owned(),
                words: row.list("words").map(str::to_owned).collect(),
            });
        }
        let mut heads = Vec::new();
        for row in files.table("vocabulary/orphanet_heads.tsv")?.rows() {
            heads.push((row.parse("code")?, concepts_named(&by_id, &row, "broader")?));
        }
        let stems = files.table("vocabulary/stems.tsv")?;
        let lexicon = Lexicon {
            compounds: lines(files.text("vocabulary/compounds.txt")?),
            unsplit: lines(files.text("vocabulary/unsplit.txt")?),
            true_umlauts: lines(files.text("vocabulary/true_umlauts.txt")?),
            stems: stems
                .rows()
                .map(|row| (row.cell("word").to_owned(), row.cell("stem").to_owned()))
                .collect(),
        };
        Ok(Self {
            concepts,
            patterns,
            crisis,
            associations,
            relatives,
            recognisers,
            lexicon,
            heads,
            by_id,
            by_code,
        })
    }

    /// Returns a concept.
    pub fn concept(&self, index: ConceptIndex) -> &Concept {
        &self.concepts[index as usize]
    }

    /// Returns the concept with this id.
    pub fn by_id(&self, id: &str) -> Option<ConceptIndex> {
        self.by_id.get(&ConceptId::from_str(id).ok()?).copied()
    }

    /// Returns the umbrella of all rare diseases.
    pub fn rare_umbrella(&self) -> Option<ConceptIndex> {
        self.by_id(RARE_UMBRELLA)
    }

    /// Returns the concepts that carry this code.
    pub fn by_code(&self, code: &Code) -> &[ConceptIndex] {
        self.by_code.get(code).map_or(&[], Vec::as_slice)
    }

    /// Returns everything below a concept, without itself, nearest first, each once.
    pub fn descendants(&self, index: ConceptIndex) -> Vec<ConceptIndex> {
        self.closure(index, |concept| &concept.narrower)
    }

    /// Returns everything above a concept, without itself, nearest first, each once.
    pub fn ancestors(&self, index: ConceptIndex) -> Vec<ConceptIndex> {
        self.closure(index, |concept| &concept.broader)
    }

    fn closure(
        &self,
        start: ConceptIndex,
        next: impl Fn(&Concept) -> &Vec<ConceptIndex>,
    ) -> Vec<ConceptIndex> {
        let mut found: Vec<ConceptIndex> = Vec::new();
        let mut seen = std::collections::HashSet::from([start]);
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(index) = queue.pop_front() {
            for near in next(self.concept(index)) {
                if seen.insert(*near) {
                    found.push(*near);
                    queue.push_back(*near);
                }
            }
        }
        found
    }
}

/// Letters that a short name must have: two letters mean too much else.
const SHORTEST_ASSOCIATION: usize = 3;

/// Lets the names of associations lead to what they are for, their first concept; a name that is a
/// label already stays that label's.
fn name_by_association(concepts: &mut [Concept], associations: &[Association]) {
    let labels = concepts.iter().flat_map(|concept| &concept.labels);
    let mut known: std::collections::HashSet<String> =
        labels.map(|(text, _)| text.to_lowercase()).collect();
    for association in associations {
        let Some(concept) = association.concepts.first() else { continue };
        let concept = &mut concepts[*concept as usize];
        let short = association.abbreviation.as_deref();
        for name in short.into_iter().chain([plain_name(&association.name)]) {
            let letters = name.chars().filter(|c| c.is_alphanumeric()).count();
            if letters >= SHORTEST_ASSOCIATION && known.insert(name.to_lowercase()) {
                concept.labels.push((name.to_owned(), LabelKind::Association));
                concept.own_labels += 1;
            }
        }
    }
}

/// Returns an association's name as people say it: without its legal form and what follows.
fn plain_name(name: &str) -> &str {
    let ends = [" e.V.", " – ", ", Bundesverband", " Bundesverband", " Deutschland"];
    let end = ends.iter().filter_map(|end| name.find(end)).min().unwrap_or(name.len());
    name[..end].trim()
}

fn read_concept(row: &Row<'_, '_>) -> Result<Concept, ReferenceError> {
    let label = row.cell("label").to_owned();
    if label.is_empty() {
        return Err(row.wrong("`label` is empty"));
    }
    let mut labels = vec![(label.clone(), LabelKind::Preferred)];
    labels.extend(row.list("synonyms").map(|word| (word.to_owned(), LabelKind::Synonym)));
    labels.extend(row.list("abbreviations").map(|word| match word.strip_suffix('?') {
        Some(word) => (word.to_owned(), LabelKind::Ambiguous),
        None => (word.to_owned(), LabelKind::Abbreviation),
    }));
    labels.extend(row.list("english").map(|word| (word.to_owned(), LabelKind::English)));
    labels.extend(row.list("hidden").map(|word| (word.to_owned(), LabelKind::Hidden)));
    let mut concept = Concept {
        id: row.parse("id")?,
        english: row.list("english").next().map(str::to_owned),
        simple: row.optional("simple").map(str::to_owned),
        hsb: row.optional("hsb").map(str::to_owned),
        codes: row.parse_list("codes")?,
        retired_codes: Vec::new(),
        broader: Vec::new(),
        narrower: Vec::new(),
        related: Vec::new(),
        is_topic_group: false,
        is_rare: false,
        is_life_topic: false,
        crisis: None,
        label,
        own_labels: labels.len(),
        labels,
    };
    for flag in row.list("flags") {
        match flag.split_once(':') {
            None if flag == "group" => concept.is_topic_group = true,
            None if flag == "rare" => concept.is_rare = true,
            None if flag == "life" => concept.is_life_topic = true,
            Some(("crisis", kind)) => {
                concept.crisis =
                    Some(kind.parse().map_err(|e| row.wrong(format!("`flags`: {e}")))?);
            }
            Some(("sector", _)) => {}
            _ => return Err(row.wrong(format!("`flags`: unknown `{flag}`"))),
        }
    }
    Ok(concept)
}

fn concepts_named(
    by_id: &HashMap<ConceptId, ConceptIndex>,
    row: &Row<'_, '_>,
    column: &str,
) -> Result<Vec<ConceptIndex>, ReferenceError> {
    let ids: Vec<ConceptId> = row.parse_list(column)?;
    ids.iter()
        .map(|id| {
            by_id
                .get(id)
                .copied()
                .ok_or_else(|| row.wrong(format!("`{column}`: there is no concept `{id}`")))
        })
        .collect()
}

fn refuse_circles(concepts: &[Concept]) -> Result<(), ReferenceError> {
    // Kahn's algorithm: what is never freed of its broader concepts stands in a circle.
    let mut open: Vec<usize> = concepts.iter().map(|concept| concept.broader.len()).collect();
    let mut free: Vec<usize> = (0..concepts.len()).filter(|i| open[*i] == 0).collect();
    while let Some(index) = free.pop() {
        for below in &concepts[index].narrower {
            let below = *below as usize;
            open[below] -= 1;
            if open[below] == 0 {
                free.push(below);
            }
        }
    }
    match open.iter().position(|count| *count > 0) {
        None => Ok(()),
        Some(index) => Err(ReferenceError::Row {
            file: "vocabulary/concepts".to_owned(),
            row: 0,
            problem: format!("`broader` runs in a circle through {}", concepts[index].id),
        }),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}
