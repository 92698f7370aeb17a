//! Imported lists of diseases, merged into the vocabulary.
//!
//! In: the own vocabulary and what the lists say about each ORPHAcode. Out: one vocabulary. What
//! is the project's own stays as it is: a disease that it knows gets further words behind its own
//! ones, never another label or place in the tree. All others become concepts `orpha-<code>` behind
//! the own ones, in the order of their codes. Of two lists that contradict each other the one of the
//! later date is believed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::gazetteer::Gazetteer;
use super::vocabulary::{Concept, ConceptIndex, LabelKind, Vocabulary};
use crate::domain::{Code, CodeSystem, NameLanguage, Nomenclature, Standing};

/// Part of the vocabulary's hash: raise it when merging the same lists gives other concepts.
pub(super) const MERGE_VERSION: u32 = 1;

/// An abbreviation has at most so many characters.
const LONGEST_ABBREVIATION: usize = 6;

/// Retired codes that lead to retired codes are followed so often.
const MOST_FORWARDS: usize = 8;

/// Words between which a name's last word is no longer what the whole name is.
const NO_KIND_OF: &[&str] = &[
    "mit", "durch", "bei", "und", "ohne", "infolge", "aufgrund", "nach", "von", "with", "due",
    "and",
];

/// Everything that all lists say about one disease in use.
#[derive(Default)]
struct Disease {
    /// Preferred names, the most trusted first.
    german: Vec<String>,
    english: Vec<String>,
    /// Other names.
    more_german: Vec<String>,
    more_english: Vec<String>,
    icd10: Vec<Code>,
    parents: BTreeSet<u32>,
    /// Retired codes that lead here, and their names.
    retired: BTreeMap<u32, Vec<(String, NameLanguage)>>,
}

/// Merges `lists` into `own`.
pub(super) fn merge(own: &Vocabulary, gazetteer: &Gazetteer, lists: &[Nomenclature]) -> Vocabulary {
    let diseases = gather(lists);
    let mut merger = Merger {
        out: own.clone(),
        everyday: everyday_words(own, gazetteer),
        own_labels: own_labels(own),
        position: HashMap::new(),
    };
    for index in 0..own.concepts.len() {
        for code in &own.concepts[index].codes {
            if let Some(code) = orpha(code) {
                merger.position.entry(code).or_insert(index as ConceptIndex);
            }
        }
    }
    for (code, disease) in &diseases {
        merger.add(*code, disease);
    }
    merger.link(&diseases);
    merger.index_codes(own.concepts.len());
    merger.out
}

/// Gathers what the lists say; what is retired is counted to what took its place.
fn gather(lists: &[Nomenclature]) -> BTreeMap<u32, Disease> {
    // The latest first; without a date last; ids decide draws.
    let mut lists: Vec<&Nomenclature> = lists.iter().collect();
    lists.sort_by(|a, b| {
        b.source.version.cmp(&a.source.version).then_with(|| a.source.id.cmp(&b.source.id))
    });
    let mut standing: HashMap<u32, (Option<&str>, Standing)> = HashMap::new();
    for list in &lists {
        let version = list.source.version.as_deref();
        for entry in &list.entries {
            let Some(said) = entry.standing else { continue };
            // The latest list decides; of two of one date the one that says "retired".
            standing
                .entry(entry.code)
                .and_modify(|(known, kept)| {
                    if *known == version && *kept == Standing::Active {
                        *kept = said;
                    }
                })
                .or_insert((version, said));
        }
    }
    let goes_to = |code: u32| -> Option<u32> {
        let mut at = code;
        for _ in 0..MOST_FORWARDS {
            match standing.get(&at) {
                Some((_, Standing::Retired { target })) => at = (*target)?,
                _ => return Some(at),
            }
        }
        None
    };
    let mut diseases: BTreeMap<u32, Disease> = BTreeMap::new();
    for list in lists {
        for entry in &list.entries {
            let Some(code) = goes_to(entry.code) else { continue };
            let disease = diseases.entry(code).or_default();
            if code == entry.code {
                for name in &entry.names {
                    let kept = match (name.language, name.is_preferred) {
                        (NameLanguage::German, true) => &mut disease.german,
                        (NameLanguage::German, false) => &mut disease.more_german,
                        (NameLanguage::English, true) => &mut disease.english,
                        (NameLanguage::English, false) => &mut disease.more_english,
                    };
                    kept.push(name.text.clone());
                }
                for icd in &entry.icd10 {
                    if !disease.icd10.contains(icd) {
                        disease.icd10.push(icd.clone());
                    }
                }
                let above = entry.parents.iter().filter_map(|parent| goes_to(*parent));
                disease.parents.extend(above.filter(|above| *above != code));
            } else {
                let names = disease.retired.entry(entry.code).or_default();
                names.extend(entry.names.iter().map(|name| (name.text.clone(), name.language)));
            }
        }
    }
    diseases
}

/// Returns words that an abbreviation or a foreign name must not take over: those of places, of the
/// closed lists, and those that compounds are made of.
fn everyday_words(own: &Vocabulary, gazetteer: &Gazetteer) -> HashSet<String> {
    let places =
        gazetteer.places().iter().flat_map(|p| std::iter::once(&p.name).chain(&p.other_names));
    let districts =
        gazetteer.districts().iter().flat_map(|d| std::iter::once(&d.name).chain(&d.other_names));
    let recognised = own.recognisers.iter().flat_map(|recogniser| &recogniser.words);
    let parts = own.lexicon.compounds.iter().chain(&own.lexicon.unsplit);
    places
        .chain(districts)
        .chain(recognised)
        .map(|word| simple(word))
        .chain(parts.map(|word| simple(word.trim_matches('-'))))
        .collect()
}

/// Returns the words of own conditions that say of which kind a disease is.
fn own_labels(own: &Vocabulary) -> HashMap<String, ConceptIndex> {
    let mut labels = HashMap::new();
    for (index, concept) in own.concepts.iter().enumerate().filter(|(_, c)| !c.is_life_topic) {
        for (text, kind) in concept.own() {
            if matches!(kind, LabelKind::Preferred | LabelKind::Synonym) && text.chars().count() > 4
            {
                labels.entry(simple(text)).or_insert(index as ConceptIndex);
            }
        }
    }
    labels
}

/// Returns a text in lower case with umlauts written out, to compare whole words roughly.
fn simple(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss")
}

fn orpha(code: &Code) -> Option<u32> {
    (code.system == CodeSystem::Orpha).then(|| code.value.parse().ok())?
}

fn orpha_code(code: u32) -> Code {
    Code { system: CodeSystem::Orpha, value: code.to_string() }
}

struct Merger {
    out: Vocabulary,
    everyday: HashSet<String>,
    own_labels: HashMap<String, ConceptIndex>,
    /// The concept of each ORPHAcode in use.
    position: HashMap<u32, ConceptIndex>,
}

impl Merger {
    fn add(&mut self, code: u32, disease: &Disease) {
        let index = match self.position.get(&code) {
            Some(index) => *index,
            None => {
                let Some(concept) = new_concept(code, disease) else { return };
                let index = self.out.concepts.len() as ConceptIndex;
                self.out.by_id.insert(concept.id.clone(), index);
                self.out.concepts.push(concept);
                self.position.insert(code, index);
                index
            }
        };
        let labels = self.labels_of(index, disease);
        let concept = &mut self.out.concepts[index as usize];
        concept.labels.extend(labels);
        if concept.english.is_none() {
            concept.english = disease.english.first().cloned();
        }
        concept.retired_codes.extend(disease.retired.keys().map(|code| orpha_code(*code)));
    }

    /// Returns the words that a concept does not have yet.
    fn labels_of(&self, index: ConceptIndex, disease: &Disease) -> Vec<(String, LabelKind)> {
        let concept = &self.out.concepts[index as usize];
        let mut known: HashSet<String> =
            concept.labels.iter().map(|(text, _)| text.to_lowercase()).collect();
        let given = |texts: &[String], kind: LabelKind| -> Vec<(String, LabelKind)> {
            texts.iter().map(|text| (text.clone(), kind)).collect()
        };
        let mut found: Vec<(String, LabelKind)> = Vec::new();
        if concept.labels.is_empty() {
            found.push((concept.label.clone(), LabelKind::Preferred));
            known.insert(concept.label.to_lowercase());
        }
        let retired = disease.retired.values().flatten();
        let all = given(&disease.german, LabelKind::Synonym)
            .into_iter()
            .chain(given(&disease.more_german, LabelKind::Synonym))
            .chain(given(&disease.english, LabelKind::English))
            .chain(given(&disease.more_english, LabelKind::English))
            .chain(retired.map(|(text, _)| (text.clone(), LabelKind::Hidden)));
        for (text, kind) in all {
            let kind = if is_abbreviation(&text) { LabelKind::Ambiguous } else { kind };
            // A short or foreign name must not take an everyday word or a place over.
            let is_weak =
                kind != LabelKind::Synonym || text.chars().count() <= LONGEST_ABBREVIATION;
            if is_weak && self.everyday.contains(&simple(&text)) {
                continue;
            }
            if known.insert(text.to_lowercase()) {
                found.push((text, kind));
            }
        }
        found
    }

    /// Gives every imported concept its place in the tree.
    fn link(&mut self, diseases: &BTreeMap<u32, Disease>) {
        let umbrella = self.out.rare_umbrella();
        let heads: HashMap<Code, Vec<ConceptIndex>> = self.out.heads.iter().cloned().collect();
        let first = self.out.concepts.iter().position(Concept::is_imported);
        let Some(first) = first else { return };
        let mut broader: Vec<Vec<ConceptIndex>> = Vec::new();
        for index in first..self.out.concepts.len() {
            let concept = &self.out.concepts[index];
            let code = concept.codes[0].clone();
            let disease = orpha(&code).and_then(|code| diseases.get(&code));
            let mut above = Vec::new();
            above.extend(self.kind_of(&concept.label));
            above.extend(heads.get(&code).into_iter().flatten());
            let parents = disease.into_iter().flat_map(|disease| &disease.parents);
            above.extend(parents.filter_map(|parent| self.position.get(parent)));
            let mut seen = HashSet::from([index as ConceptIndex]);
            above.retain(|parent| seen.insert(*parent));
            broader.push(above);
        }
        drop_circles(&mut broader, first);
        for (offset, mut above) in broader.into_iter().enumerate() {
            let index = first + offset;
            let has_rare = above.iter().any(|parent| self.out.concepts[*parent as usize].is_rare);
            above.extend(umbrella.filter(|umbrella| !has_rare && !above.contains(umbrella)));
            for parent in &above {
                self.out.concepts[*parent as usize].narrower.push(index as ConceptIndex);
            }
            self.out.concepts[index].broader = above;
        }
    }

    /// Returns the own condition that a name calls its kind: what stands before the first comma
    /// ("Epilepsie, myoklonische"), before "Typ", or at the end behind adjectives.
    fn kind_of(&self, name: &str) -> Option<ConceptIndex> {
        let find = |part: &str| self.own_labels.get(&simple(part.trim())).copied();
        if let Some((head, _)) = name.split_once(", ") {
            return find(head);
        }
        if let Some((head, _)) = name.split_once(" Typ ")
            && let Some(found) = find(head)
        {
            return Some(found);
        }
        let words: Vec<&str> = name.split(' ').collect();
        let is_plain = !words.iter().any(|word| NO_KIND_OF.contains(&word.to_lowercase().as_str()));
        if !is_plain || words.len() < 2 {
            return None;
        }
        (1..words.len()).find_map(|start| find(&words[start..].join(" ")))
    }

    /// Makes codes lead to concepts. An ICD code that the own vocabulary knows, itself or by its
    /// first three characters, stays its own.
    fn index_codes(&mut self, own: usize) {
        for (index, concept) in self.out.concepts.iter().enumerate() {
            let index32 = index as ConceptIndex;
            for code in &concept.retired_codes {
                let known = self.out.by_code.entry(code.clone()).or_default();
                if known.is_empty() {
                    known.push(index32);
                }
            }
            if index < own {
                continue;
            }
            for code in &concept.codes {
                let parent = code
                    .value
                    .split_once('.')
                    .map(|(three, _)| Code { system: code.system, value: three.to_owned() });
                let is_own = |code: &Code| {
                    self.out.by_code.get(code).is_some_and(|known| known[0] < own as ConceptIndex)
                };
                let is_taken = code.system == CodeSystem::Icd10Gm
                    && (is_own(code) || parent.as_ref().is_some_and(is_own));
                if !is_taken {
                    self.out.by_code.entry(code.clone()).or_default().push(index32);
                }
            }
        }
    }
}

/// Returns a concept that only the lists know, without its words; `None` where no list names it.
fn new_concept(code: u32, disease: &Disease) -> Option<Concept> {
    let names = [&disease.german, &disease.english, &disease.more_german, &disease.more_english];
    let label = names.into_iter().flatten().next()?.clone();
    let mut codes = vec![orpha_code(code)];
    codes.extend(disease.icd10.iter().cloned());
    Some(Concept {
        id: format!("orpha-{code}").parse().expect("small letters, digits and a hyphen"),
        label,
        labels: Vec::new(),
        own_labels: 0,
        english: disease.english.first().cloned(),
        simple: None,
        hsb: None,
        codes,
        retired_codes: Vec::new(),
        broader: Vec::new(),
        narrower: Vec::new(),
        related: Vec::new(),
        is_topic_group: false,
        is_rare: true,
        is_life_topic: false,
        crisis: None,
    })
}

/// Says whether a name is an abbreviation: short, one word, more capitals and digits than not.
fn is_abbreviation(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase() || c.is_ascii_digit()).count();
    text.chars().count() <= LONGEST_ABBREVIATION
        && !text.contains(' ')
        && capitals >= 2
        && capitals * 2 >= letters
}

/// Takes links out of `broader` (of concepts from `first` on) that close a circle: lists may call
/// each of two diseases the other's kind.
fn drop_circles(broader: &mut [Vec<ConceptIndex>], first: usize) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Open,
        Done,
    }
    let mut seen = vec![Seen::Not; broader.len()];
    for start in 0..broader.len() {
        if seen[start] != Seen::Not {
            continue;
        }
        // Position in the list of each open concept; a stack of our own, as trees may be deep.
        let mut open = vec![(start, 0)];
        seen[start] = Seen::Open;
        while let Some((at, next)) = open.last_mut() {
            let Some(parent) = broader[*at].get(*next).copied() else {
                seen[*at] = Seen::Done;
                open.pop();
                continue;
            };
            // Own concepts are above all imported ones and in no circle.
            let Some(above) = (parent as usize).checked_sub(first) else {
                *next += 1;
                continue;
            };
            match seen[above] {
                Seen::Open => _ = broader[*at].remove(*next),
                Seen::Done => *next += 1,
                Seen::Not => {
                    *next += 1;
                    seen[above] = Seen::Open;
                    open.push((above, 0));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
