//! What a request asks for: codes, sentences, contact points, concepts, place, terms, the rest.
//!
//! In: a checked request. Out: an [`Understanding`], which names every word's part, and the problems
//! that only the tables can tell (a place that no reading fits, a topic that does not exist).

use std::ops::Range;
use std::str::FromStr;

use serde_json::{Value, json};

use super::Tables;
use super::answer::{
    Alternative, Correction, Interpretation, Reason, RequestMembers, UnderstoodConcept,
    UnderstoodPlace, UnderstoodTerm,
};
use super::label_in;
use super::live::Live;
use super::matching::levels_above;
use super::request::{AnswerLanguage, ParameterProblem, SearchRequest};
use super::text::frequency_of;
use crate::analysis::{Word, code_points};
use crate::domain::{Audience, Code, CodeSystem, Coordinates, CrisisKind, Format};
use crate::recognise::Note;
use crate::recognise::code::find_codes;
use crate::recognise::concept::{ConceptMatch, How};
use crate::recognise::glued::Meaning;
use crate::recognise::pattern::PatternNote;
use crate::recognise::place::{FoundKind, FoundPlace};
use crate::recognise::term::Term;
use crate::reference::{ConceptIndex, LabelKind};

/// Beginnings of the words that ask for groups of any kind.
pub(super) const GROUP_WORDS: [&str; 3] = ["selbsthilf", "grupp", "shg"];

/// Beside an illness, one parent is the one who has it ("mutter demenz"): who asks is a relative.
/// Several are those who seek a group ("mütter adhs").
const ONE_PARENT: [&str; 6] = ["mutter", "vater", "mama", "papa", "mutti", "vati"];

/// A word that at least so many groups use is no misspelling.
const ESTABLISHED: u64 = 4;

/// A concept that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    pub(super) concept: ConceptIndex,
    pub(super) other_readings: Vec<ConceptIndex>,
    /// The label or code by which it was met.
    pub(super) via: String,
    pub(super) words: Range<usize>,
    pub(super) reason: Reason,
    /// Whether its words may be looked for in texts too.
    pub(super) is_text: bool,
    /// Whether the label itself was met, not another form of it.
    pub(super) is_literal: bool,
}

impl Goal {
    /// A concept that words tell of without naming it: a sentence, or who asks.
    fn told_by(via: &str, words: &Range<usize>, concept: ConceptIndex) -> Self {
        Self {
            concept,
            other_readings: Vec::new(),
            via: via.to_owned(),
            words: words.clone(),
            reason: Reason::Synonym,
            is_text: false,
            is_literal: true,
        }
    }
}

/// Letters from which on the beginning of a label says which one is meant.
const SHORTEST_BEGINNING: usize = 4;

/// A last word of so few letters is one that somebody has only begun to type.
const LONGEST_STUMP: usize = 2;

/// So many labels with one beginning leave open which is meant.
const MOST_BEGINNINGS: usize = 8;

/// So many labels with one beginning are looked at.
const MOST_LOOKED_AT: usize = 32;

/// So many words that nobody knows make a doubtful reading of another one untenable.
const MOST_STRANGE: usize = 2;

/// Where somebody looks.
#[derive(Debug, Clone)]
pub(super) struct Whereabouts {
    pub(super) place: Option<FoundPlace>,
    pub(super) point: Coordinates,
    /// The place's words in `q`; empty for a parameter.
    pub(super) words: Range<usize>,
    pub(super) radius_km: Option<f64>,
}

/// Everything a request asks for.
#[derive(Default)]
pub(super) struct Understanding {
    /// The text that was searched.
    pub(super) text: String,
    pub(super) words: Vec<Word>,
    pub(super) goals: Vec<Goal>,
    pub(super) filter_concepts: Vec<ConceptIndex>,
    pub(super) has_unknown_code: bool,
    pub(super) whereabouts: Option<Whereabouts>,
    pub(super) audience: u8,
    pub(super) age_group: u8,
    pub(super) gender: u8,
    pub(super) format: u8,
    pub(super) languages: Vec<String>,
    pub(super) status: u8,
    pub(super) contact_points: Vec<String>,
    /// Words that are none of these and no fillers.
    pub(super) rest: Vec<usize>,
    pub(super) crisis: Option<CrisisKind>,
    /// Whether a word says "self-help group" and no more.
    pub(super) asks_for_groups: bool,
    pub(super) interpretation: Interpretation,
}

impl Understanding {
    /// Says whether free text was given that carries a topic.
    pub(super) fn has_topic(&self) -> bool {
        !self.goals.is_empty() || !self.rest.is_empty()
    }

    /// Returns a word as it was typed.
    pub(super) fn typed(&self, at: usize) -> String {
        self.text[self.words[at].range.clone()].to_owned()
    }

    /// Says whether nothing at all was understood, not even that groups are looked for.
    pub(super) fn is_empty(&self) -> bool {
        let has_terms = self.audience | self.age_group | self.gender | self.format | self.status
            != 0
            || !self.languages.is_empty()
            || !self.contact_points.is_empty();
        let has_place = self.whereabouts.as_ref().is_some_and(|here| !here.words.is_empty());
        !has_terms && !has_place && !self.asks_for_groups
    }

    /// Says whether terms, places or contact points of the text are all there is to go by.
    pub(super) fn lists_what_fits(&self) -> bool {
        !self.has_topic()
    }
}

impl Interpretation {
    /// Alone in the text, places and terms decide what is listed.
    fn say_that_all_filters(&mut self) {
        for place in self.place.iter_mut().filter(|place| !place.ranges.is_empty()) {
            place.effect = "filter";
        }
        let lists = [
            &mut self.audience,
            &mut self.age_group,
            &mut self.gender,
            &mut self.format,
            &mut self.language,
            &mut self.status,
            &mut self.contact_points,
        ];
        for term in lists.into_iter().flatten() {
            term.effect = "filter";
        }
    }
}

/// Understands a request.
///
/// # Errors
///
/// The problems of `place`, `topic`, `condition` and `radius_km` that need the tables.
pub(super) fn understand(
    request: &SearchRequest,
    language: AnswerLanguage,
    live: &Live,
    tables: &Tables,
) -> Result<Understanding, Vec<ParameterProblem>> {
    let mut problems = Vec::new();
    let mut understood = Understanding::default();
    read_filter_concepts(request, tables, &mut understood, &mut problems);
    read_place_parameter(request, tables, &mut understood, &mut problems);
    check_contact_points(request, live, &mut problems);
    if let Some(q) = &request.q {
        let mut reader = TextReader::new(q, request, language, live, tables, &mut understood);
        if request.interpret {
            reader.read();
        }
        reader.note_rest();
        if understood.lists_what_fits() {
            understood.interpretation.say_that_all_filters();
        }
    }
    let has_centre = understood.whereabouts.is_some();
    if request.filters.radius_km.is_some() && !has_centre && problems.is_empty() {
        let detail = "`radius_km` needs a point: give `place`, or `lat` and `lon`";
        problems.push(ParameterProblem::invalid("radius_km", detail));
    }
    if request.sort == Some(super::request::Sort::Distance) && !has_centre && problems.is_empty() {
        let detail = "`sort=distance` needs a point: give `place`, or `lat` and `lon`";
        problems.push(ParameterProblem::invalid("sort", detail));
    }
    if problems.is_empty() { Ok(understood) } else { Err(problems) }
}

fn read_filter_concepts(
    request: &SearchRequest,
    tables: &Tables,
    understood: &mut Understanding,
    problems: &mut Vec<ParameterProblem>,
) {
    let vocabulary = &tables.reference.vocabulary;
    for wanted in &request.filters.concepts {
        if let Some(concept) = vocabulary.by_id(wanted) {
            understood.filter_concepts.push(concept);
        } else if let Ok(code) = Code::from_str(wanted) {
            let found = concepts_of_code(&code, tables);
            understood.has_unknown_code |= found.is_empty();
            understood.filter_concepts.extend(found);
        } else {
            let is_condition = request.members.get("condition").is_some_and(|value| {
                value.as_array().is_some_and(|list| list.iter().any(|v| v.as_str() == Some(wanted)))
            });
            let parameter = if is_condition { "condition" } else { "topic" };
            let words = tables.analyzer.key(wanted);
            let near = tables.concepts.beginning_with(&words, 3);
            problems.push(ParameterProblem {
                suggestions: near.iter().map(|(c, _)| vocabulary.concept(*c).id.to_string()).collect(),
                ..ParameterProblem::invalid(
                    parameter,
                    format!("`{parameter}` must be a concept's id or a code such as ORPHA:586 (see /v1/topics and /v1/conditions)"),
                )
            });
        }
    }
}

fn check_contact_points(
    request: &SearchRequest,
    live: &Live,
    problems: &mut Vec<ParameterProblem>,
) {
    let known = &live.generation.meta.contact_points;
    for wanted in &request.filters.contact_point {
        if known.iter().any(|point| point.id == wanted.as_str()) {
            continue;
        }
        let distance = |id: &str| strsim::damerau_levenshtein(id, wanted.as_str());
        let nearest = known.iter().map(|point| point.id.as_str()).min_by_key(|id| distance(id));
        problems.push(ParameterProblem {
            suggestions: nearest.map(str::to_owned).into_iter().collect(),
            ..ParameterProblem::invalid(
                "contact_point",
                "`contact_point` must be a contact point's id such as ikos-jena (see /v1/contact-points)",
            )
        });
    }
}

/// Returns the concepts of a code; an ICD code finds those of its three-character parent and of
/// ranges around it too.
pub(super) fn concepts_of_code(code: &Code, tables: &Tables) -> Vec<ConceptIndex> {
    let vocabulary = &tables.reference.vocabulary;
    let exact = vocabulary.by_code(code);
    if !exact.is_empty() || code.system == CodeSystem::Orpha {
        return exact.to_vec();
    }
    if let Some((parent, _)) = code.value.split_once('.') {
        let parent = Code { system: code.system, value: parent.to_owned() };
        let found = concepts_of_code(&parent, tables);
        if !found.is_empty() {
            return found;
        }
    }
    let three = code.value.get(..3).unwrap_or_default();
    let covers =
        |range: &str| range.split_once('-').is_some_and(|(from, to)| from <= three && three <= to);
    let mut found: Vec<(usize, ConceptIndex)> = Vec::new();
    // Imported diseases share broad codes by the hundred: only their own codes lead to them.
    let own = vocabulary.concepts.iter().enumerate().filter(|(_, concept)| !concept.is_imported());
    for (index, concept) in own {
        let is_below = |own: &Code| {
            own.system == code.system && own.value.starts_with(&format!("{}.", code.value))
        };
        if concept.codes.iter().any(|own| own.system == code.system && covers(&own.value)) {
            found.push((1, index as ConceptIndex));
        } else if concept.codes.iter().any(is_below) {
            found.push((0, index as ConceptIndex));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, concept)| concept).take(5).collect()
}

/// Returns the codes of a text but those that are part of a name: "Gliedergürtelmuskeldystrophie
/// R12".
pub(super) fn codes_in(
    q: &str,
    words: &[Word],
    taken: &mut [bool],
    tables: &Tables,
) -> Vec<Note<Code>> {
    let before = taken.to_vec();
    let mut codes = find_codes(q, words, taken);
    if codes.is_empty() {
        return codes;
    }
    let names = tables.concepts.find(words, q, &mut before.clone());
    codes.retain(|code| {
        let is_part = names.iter().any(|name| {
            name.how == How::Label
                && name.words.len() > code.words.len()
                && name.words.start <= code.words.start
                && code.words.end <= name.words.end
        });
        if is_part {
            taken[code.words.clone()].copy_from_slice(&before[code.words.clone()]);
        }
        !is_part
    });
    codes
}

fn read_place_parameter(
    request: &SearchRequest,
    tables: &Tables,
    understood: &mut Understanding,
    problems: &mut Vec<ParameterProblem>,
) {
    if let Some(point) = request.point {
        understood.whereabouts =
            Some(Whereabouts { place: None, point, words: 0..0, radius_km: None });
        understood.interpretation.place = Some(UnderstoodPlace {
            label: format!("{:.2}, {:.2}", point.lat(), point.lon()),
            kind: "point",
            district: None,
            ranges: Vec::new(),
            effect: effect_of_place(request),
            request: None,
        });
        return;
    }
    let Some(text) = &request.place else { return };
    let resolution = tables.places.resolve(text);
    let Some(best) = resolution.best else {
        problems.push(ParameterProblem {
            suggestions: resolution.suggestions,
            ..ParameterProblem::invalid(
                "place",
                "`place` is no postcode, town, district, district key or car plate that we know",
            )
        });
        return;
    };
    if let Some((from, to)) = resolution.correction {
        understood.interpretation.corrections.push(Correction { from, to });
    }
    let effect = effect_of_place(request);
    understood.interpretation.place = Some(place_note(&best, Vec::new(), effect, None));
    understood.interpretation.place_alternatives = resolution
        .alternatives
        .iter()
        .map(|place| place_note(place, Vec::new(), effect, Some(with_place(request, place))))
        .collect();
    understood.whereabouts =
        Some(Whereabouts { point: best.point, place: Some(best), words: 0..0, radius_km: None });
}

fn effect_of_place(request: &SearchRequest) -> &'static str {
    if request.filters.radius_km.is_some() { "filter" } else { "rank" }
}

fn place_note(
    place: &FoundPlace,
    ranges: Vec<[usize; 2]>,
    effect: &'static str,
    request: Option<RequestMembers>,
) -> UnderstoodPlace {
    UnderstoodPlace {
        label: place.label.clone(),
        kind: place.kind.as_str(),
        district: place.district.as_ref().map(ToString::to_string),
        ranges,
        effect,
        request,
    }
}

fn with_place(request: &SearchRequest, place: &FoundPlace) -> RequestMembers {
    let mut members = request.members.clone();
    members.remove("place");
    members.remove("lat");
    members.remove("lon");
    if let (FoundKind::District, Some(key)) = (&place.kind, &place.district) {
        members.insert("place".to_owned(), Value::String(key.to_string()));
    } else {
        // A name that several places share leads to the best of them only; a point to this one.
        members.insert("lat".to_owned(), json!(place.point.lat()));
        members.insert("lon".to_owned(), json!(place.point.lon()));
    }
    members
}

/// Reads the words of `q` one recogniser after the other; each takes its words.
struct TextReader<'a> {
    q: &'a str,
    request: &'a SearchRequest,
    language: AnswerLanguage,
    live: &'a Live,
    tables: &'a Tables,
    taken: Vec<bool>,
    out: &'a mut Understanding,
    corrections: Vec<Correction>,
}

/// What halves of a word mean to the other recognisers.
struct HalvesMeaning<'a> {
    q: &'a str,
    live: &'a Live,
    tables: &'a Tables,
}

impl Meaning for HalvesMeaning<'_> {
    fn is_whole(&self, word: &Word) -> bool {
        let concepts = &self.tables.concepts;
        concepts.is_filler(word)
            || self.tables.terms.is_term(word)
            || !concepts.find(std::slice::from_ref(word), self.q, &mut [false]).is_empty()
    }

    fn is_name(&self, words: &[Word]) -> bool {
        self.tables.concepts.is_label(words)
    }

    fn is_nearly_name(&self, words: &[Word]) -> bool {
        let is_known = |word: &Word| frequency_of(word, self.live) > 0;
        let found =
            self.tables.concepts.find_misspelt(words, &mut vec![false; words.len()], &is_known);
        !found.is_empty()
    }
}

impl<'a> TextReader<'a> {
    fn new(
        q: &'a str,
        request: &'a SearchRequest,
        language: AnswerLanguage,
        live: &'a Live,
        tables: &'a Tables,
        out: &'a mut Understanding,
    ) -> Self {
        let words = tables.analyzer.words(q);
        q.clone_into(&mut out.text);
        out.words = if request.interpret {
            tables.glued.part(q, words, &HalvesMeaning { q, live, tables })
        } else {
            words
        };
        let taken = vec![false; out.words.len()];
        Self { q, request, language, live, tables, taken, out, corrections: Vec::new() }
    }

    fn read(&mut self) {
        let words = self.out.words.clone();
        self.read_codes(&words);
        self.read_labels_beyond_patterns(&words);
        self.read_patterns(&words);
        self.read_contact_points(&words);
        let found = self.tables.concepts.find(&words, self.q, &mut self.taken);
        for matched in found {
            self.push_goal(&words, matched);
        }
        self.yield_terms(&words);
        self.read_place(&words);
        self.read_beginning(&words);
        let free = self.taken.clone();
        self.read_terms(&words);
        let (live, taken) = (self.live, &mut self.taken);
        let tables = self.tables;
        let is_known = |word: &Word| frequency_of(word, live) >= ESTABLISHED;
        let misspelt = tables.concepts.find_misspelt(&words, taken, &is_known);
        for matched in misspelt {
            self.push_goal(&words, matched);
        }
        self.read_patterns_loosely(&words, free);
        self.drop_doubtful(&words);
        self.push_relatives();
        self.out.goals.sort_by_key(|goal| goal.words.start);
        self.note_goals();
    }

    fn ranges(&self, words: &Range<usize>) -> Vec<[usize; 2]> {
        if words.is_empty() {
            return Vec::new();
        }
        let all = &self.out.words;
        let bytes = all[words.start].range.start..all[words.end - 1].range.end;
        vec![code_points(self.q, &bytes)]
    }

    fn read_codes(&mut self, words: &[Word]) {
        for note in codes_in(self.q, words, &mut self.taken, self.tables) {
            let found = concepts_of_code(&note.value, self.tables);
            let Some((first, others)) = found.split_first() else {
                self.out.has_unknown_code = true;
                let [start, end] = self.ranges(&note.words)[0];
                let typed: String = self.q.chars().skip(start).take(end - start).collect();
                self.out.interpretation.dropped_words.push(typed);
                continue;
            };
            self.out.goals.push(Goal {
                concept: *first,
                other_readings: others.to_vec(),
                via: note.value.to_string(),
                words: note.words,
                reason: Reason::Code,
                is_text: false,
                is_literal: true,
            });
        }
    }

    /// "ich habe angst" is a sentence, but in "ich habe angst vor spinnen" the label that goes on is
    /// what is meant.
    fn read_labels_beyond_patterns(&mut self, words: &[Word]) {
        let sentences = self.tables.patterns.find(words, &mut self.taken.clone());
        if sentences.is_empty() {
            return;
        }
        for matched in self.tables.concepts.find(words, self.q, &mut self.taken.clone()) {
            let goes_on = sentences.iter().any(|sentence| {
                sentence.words.contains(&matched.words.start)
                    && matched.words.end > sentence.words.end
            });
            if goes_on && matched.words.len() > 1 {
                self.taken[matched.words.clone()].fill(true);
                self.push_goal(words, matched);
            }
        }
    }

    fn read_patterns(&mut self, words: &[Word]) {
        for note in self.tables.patterns.find(words, &mut self.taken) {
            self.push_sentence(note);
        }
    }

    /// Where nothing else was understood, the telling words of a sentence in any order will do.
    /// Words for persons and ages are part of a sentence as well.
    fn read_patterns_loosely(&mut self, words: &[Word], mut taken: Vec<bool>) {
        if !self.out.goals.is_empty() {
            return;
        }
        if let Some(note) = self.tables.patterns.find_loose(words, &mut taken) {
            self.taken.iter_mut().zip(taken).for_each(|(known, now)| *known |= now);
            self.push_sentence(note);
        }
    }

    fn push_sentence(&mut self, note: PatternNote) {
        for concept in &note.concepts {
            self.out.goals.push(Goal::told_by(&note.sentence, &note.words, *concept));
        }
        for audience in &note.audience {
            self.push_term(Term::Audience(*audience), note.words.clone());
        }
        if let Some(gender) = note.gender {
            self.push_term(Term::Gender(gender), note.words.clone());
        }
    }

    fn read_contact_points(&mut self, words: &[Word]) {
        let finder = self.tables.contact_points.load_full();
        let Some(note) = finder.find(words, &mut self.taken) else { return };
        let ranges = self.ranges(&note.words);
        for id in note.ids {
            let meta = &self.live.generation.meta;
            let Some(point) = meta.contact_points.iter().find(|p| p.id == id.as_str()) else {
                continue;
            };
            self.out.contact_points.push(point.id.clone());
            self.out.interpretation.contact_points.push(UnderstoodTerm {
                value: point.id.clone(),
                label: point.name.clone(),
                ranges: ranges.clone(),
                effect: "rank",
            });
        }
    }

    fn read_place(&mut self, words: &[Word]) {
        if self.out.whereabouts.is_none() {
            let (live, tables) = (self.live, self.tables);
            let is_known = |word: &Word| {
                tables.concepts.knows(word) || frequency_of(word, live) >= ESTABLISHED
            };
            let note = self.tables.places.find(self.q, words, &mut self.taken, &is_known);
            if note.is_none() {
                // "in meiner Nähe" without a place says nothing that we may know.
                self.tables.places.find_near_me(words, &mut self.taken);
            }
            self.push_place(note);
        }
    }

    fn push_place(&mut self, note: Option<crate::recognise::place::PlaceNote>) {
        let Some(note) = note else { return };
        if let Some((from, to)) = note.correction {
            self.corrections.push(Correction { from, to });
        }
        let ranges = self.ranges(&note.words);
        self.out.interpretation.place = Some(place_note(&note.place, ranges, "rank", None));
        self.out.interpretation.place_alternatives = note
            .alternatives
            .iter()
            .map(|place| {
                place_note(place, Vec::new(), "rank", Some(with_place(self.request, place)))
            })
            .collect();
        self.out.whereabouts = Some(Whereabouts {
            point: note.place.point,
            place: Some(note.place),
            words: note.words,
            radius_km: note.radius_km,
        });
    }

    fn read_terms(&mut self, words: &[Word]) {
        let has_topic = !self.out.goals.is_empty();
        for note in self.tables.terms.find(self.q, words, &mut self.taken) {
            let is_one = note.words.len() == 1
                && ONE_PARENT.contains(&words[note.words.start].forms.exact.as_str());
            let term = match note.term {
                Term::Audience(Audience::Parents) if is_one && has_topic => {
                    Term::Audience(Audience::Relatives)
                }
                term => term,
            };
            self.push_term(term, note.words);
        }
    }

    fn push_term(&mut self, term: Term, words: Range<usize>) {
        let ranges = self.ranges(&words);
        let out = &mut *self.out;
        let (list, value) = match &term {
            Term::Audience(value) => {
                out.audience |= 1 << *value as u8;
                (&mut out.interpretation.audience, value.to_string())
            }
            Term::AgeGroup(value) => {
                out.age_group |= 1 << *value as u8;
                (&mut out.interpretation.age_group, value.to_string())
            }
            Term::Gender(value) => {
                out.gender |= 1 << *value as u8;
                (&mut out.interpretation.gender, value.to_string())
            }
            Term::Format(value) => {
                out.format |= 1 << *value as u8;
                (&mut out.interpretation.format, value.to_string())
            }
            Term::Language(value) => {
                out.languages.push(value.to_string());
                (&mut out.interpretation.language, value.to_string())
            }
            Term::Status(value) => {
                out.status |= 1 << *value as u8;
                (&mut out.interpretation.status, value.to_string())
            }
        };
        if list.iter().any(|known| known.value == value) {
            return;
        }
        list.push(UnderstoodTerm {
            label: term.label(self.language.as_str()),
            value,
            ranges,
            effect: "rank",
        });
    }

    fn push_goal(&mut self, words: &[Word], matched: ConceptMatch) {
        let reason = match (matched.how, matched.kind) {
            (How::Misspelt, _) => Reason::Correction,
            (_, LabelKind::Preferred) => Reason::Concept,
            (_, LabelKind::Hidden) => Reason::Correction,
            _ => Reason::Synonym,
        };
        let concept = self.tables.reference.vocabulary.concept(matched.concept);
        let shown =
            if matched.kind == LabelKind::Hidden { concept.label.clone() } else { matched.label };
        if reason == Reason::Correction {
            let bytes =
                words[matched.words.start].range.start..words[matched.words.end - 1].range.end;
            self.corrections.push(Correction { from: self.q[bytes].to_owned(), to: shown.clone() });
        }
        self.push_audience_of(words, &matched.words);
        let readings = self.best_reading_first(matched.concept, matched.other_readings);
        self.out.goals.push(Goal {
            concept: readings[0],
            other_readings: readings[1..].to_vec(),
            via: shown,
            words: matched.words,
            reason,
            is_text: true,
            is_literal: matched.how == How::Label,
        });
    }

    /// "Eltern ADHS" is a topic of its own, and still asks for parents.
    fn push_audience_of(&mut self, words: &[Word], label: &Range<usize>) {
        if label.len() < 2 {
            return;
        }
        let mut mask = vec![true; words.len()];
        mask[label.clone()].fill(false);
        for note in self.tables.terms.find(self.q, words, &mut mask) {
            if matches!(note.term, Term::Audience(_)) {
                self.push_term(note.term, note.words);
            }
        }
    }

    /// Of several readings the one with most groups is likeliest meant.
    fn best_reading_first(
        &self,
        first: ConceptIndex,
        others: Vec<ConceptIndex>,
    ) -> Vec<ConceptIndex> {
        let mut readings: Vec<ConceptIndex> = [first].into_iter().chain(others).collect();
        let vocabulary = &self.tables.reference.vocabulary;
        // What only imported lists know never beats an own meaning.
        readings.sort_by_key(|concept| {
            let is_imported = vocabulary.concept(*concept).is_imported();
            (is_imported, std::cmp::Reverse(self.live.group_count(*concept)))
        });
        readings
    }

    /// "Trauernde" is a concept and an audience: beside another concept it is the audience. What is
    /// only another form of a label ("arabisch", "Araber"), or a concept that no group has
    /// ("Gebärdensprache"), yields always.
    fn yield_terms(&mut self, words: &[Word]) {
        let mut at = 0;
        while at < self.out.goals.len() {
            let goal = &self.out.goals[at];
            let has_no_group = self.live.group_count(goal.concept) == 0;
            let is_other_form = !goal.is_literal && goal.words.len() == 1;
            let may_yield = self.out.goals.len() > 1 || is_other_form || has_no_group;
            let mut mask = vec![true; words.len()];
            if may_yield && goal.is_text {
                mask[goal.words.clone()].fill(false);
            }
            let notes = self.tables.terms.find(self.q, words, &mut mask);
            let named: usize = notes.iter().map(|note| note.words.len()).sum();
            let fillers = goal
                .words
                .clone()
                .filter(|at| !mask[*at] && self.tables.concepts.is_filler(&words[*at]));
            let covered = named + fillers.count();
            if named > 0 && covered == goal.words.len() {
                let taken = goal.words.clone();
                self.taken[taken].fill(false);
                self.out.goals.remove(at);
            } else {
                at += 1;
            }
        }
    }

    /// The last words may only begin a label, as people send them half-typed: then it is that
    /// concept. Where several begin so, the one nearest to its end is meant and the others are named.
    fn read_beginning(&mut self, words: &[Word]) {
        let Some(last) = words.last() else { return };
        let is_stump = last.forms.folded.chars().count() <= LONGEST_STUMP;
        // Who types an umlaut means it: "lymphö" is not "Lympho…" in another form.
        let is_known = if last.forms.exact.is_ascii() {
            self.tables.concepts.knows(last) || frequency_of(last, self.live) >= ESTABLISHED
        } else {
            self.tables.concepts.is_written_so(last)
                || self.live.frequency(&format!("={}", last.forms.exact)) >= ESTABLISHED
        };
        let is_strange = !is_known
            && !self.tables.concepts.is_filler(last)
            && !self.tables.concepts.is_label(std::slice::from_ref(last));
        if self.taken[words.len() - 1] || !(is_strange || is_stump) {
            return;
        }
        let written = |words: &[Word]| -> String {
            words.iter().map(|word| word.forms.exact.as_str()).collect()
        };
        for start in 0..words.len() {
            let span = start..words.len();
            let key: String = words[span.clone()].iter().map(|w| w.forms.folded.as_str()).collect();
            let is_free = !self.taken[span.clone()].contains(&true);
            let is_too_short = key.chars().count() < SHORTEST_BEGINNING;
            if is_too_short || !is_free || (is_stump && span.len() == 1) {
                continue;
            }
            let vocabulary = &self.tables.reference.vocabulary;
            let typed = written(&words[span.clone()]);
            let is_as_typed =
                |label: &str| written(&self.tables.analyzer.words(label)).starts_with(&typed);
            let mut found = self.tables.concepts.beginning_with(&key, MOST_LOOKED_AT);
            if !typed.is_ascii() && found.iter().any(|(_, label)| is_as_typed(label)) {
                found.retain(|(_, label)| is_as_typed(label));
            }
            found.truncate(MOST_BEGINNINGS);
            // Own concepts come first; beside them imported ones do not count.
            let is_own =
                |(one, _): &&(ConceptIndex, String)| !vocabulary.concept(*one).is_imported();
            let own = found.iter().take_while(is_own).count();
            if own > 0 {
                found.truncate(own);
            }
            let Some((shortest, _)) = found.first() else { continue };
            // Too many things begin so to say anything, unless all are of one family.
            let family = self.tables.reference.vocabulary.descendants(*shortest);
            let is_one_family = found.iter().skip(1).all(|(concept, _)| family.contains(concept));
            if found.len() == MOST_BEGINNINGS && !is_one_family {
                continue;
            }
            // As written beats folded, what has groups beats what has none, then the shortest.
            let order = |at: &usize| {
                let (concept, label) = &found[*at];
                (!is_as_typed(label), self.live.group_count(*concept) == 0, *at)
            };
            let likeliest = (0..found.len()).min_by_key(order).unwrap_or(0);
            let (concept, label) = &found[likeliest];
            self.taken[span.clone()].fill(true);
            let bytes = words[start].range.start..last.range.end;
            self.corrections.push(Correction { from: self.q[bytes].to_owned(), to: label.clone() });
            let others = found.iter().map(|(other, _)| *other);
            self.out.goals.push(Goal {
                concept: *concept,
                other_readings: others.filter(|other| other != concept && !is_one_family).collect(),
                via: label.clone(),
                words: span,
                reason: Reason::Correction,
                is_text: true,
                is_literal: false,
            });
            return;
        }
    }

    /// Two strange words and one that is met only by another form of a label tell of nothing
    /// here: better no answer than an invented one.
    fn drop_doubtful(&mut self, words: &[Word]) {
        let [goal] = self.out.goals.as_slice() else { return };
        let strange = (0..words.len()).filter(|at| {
            let word = &words[*at];
            !self.taken[*at]
                && !self.tables.concepts.is_filler(word)
                && !self.tables.concepts.knows(word)
                && frequency_of(word, self.live) == 0
        });
        let is_doubtful = !goal.is_literal && goal.is_text && strange.count() >= MOST_STRANGE;
        if is_doubtful && goal.words.len() == 1 {
            let freed = goal.words.clone();
            self.taken[freed].fill(false);
            self.out.goals.clear();
            self.corrections.clear();
        }
    }

    /// Who is close to somebody concerned also seeks those who are: "meine Tochter nimmt Crystal"
    /// asks for parents of addicts.
    fn push_relatives(&mut self) {
        if self.out.audience == 0 {
            return;
        }
        let vocabulary = &self.tables.reference.vocabulary;
        let asked = self.out.goals.clone();
        for goal in &asked {
            let levels = levels_above(goal.concept, self.tables);
            let mut above = std::iter::once(goal.concept).chain(levels.into_iter().map(|(c, _)| c));
            let fitting = above.find_map(|concept| {
                let is_asked = |audience: &Audience| self.out.audience & 1 << *audience as u8 != 0;
                vocabulary.relatives.iter().find(|row| {
                    row.concepts.contains(&concept) && row.audience.iter().any(is_asked)
                })
            });
            for topic in fitting.map_or(&[][..], |row| &row.topics) {
                let is_known = self.out.goals.iter().any(|known| known.concept == *topic);
                if is_known || self.live.group_count(*topic) == 0 {
                    continue;
                }
                self.out.goals.push(Goal::told_by(&goal.via, &goal.words, *topic));
            }
        }
    }

    fn note_goals(&mut self) {
        let vocabulary = &self.tables.reference.vocabulary;
        let goals = self.out.goals.clone();
        for goal in &goals {
            let concept = vocabulary.concept(goal.concept);
            self.out.crisis = self.out.crisis.or(concept.crisis);
            let ranges = self.ranges(&goal.words);
            self.out.interpretation.concepts.push(UnderstoodConcept {
                id: concept.id.to_string(),
                label: label_in(concept, self.language).to_owned(),
                codes: concept.codes.iter().map(ToString::to_string).collect(),
                via: goal.via.clone(),
                ranges: ranges.clone(),
                effect: "rank",
            });
            for other in &goal.other_readings {
                let concept = vocabulary.concept(*other);
                self.out.crisis = self.out.crisis.or(concept.crisis);
                let mut members = self.request.members.clone();
                if let Some(rest) = self.without(&ranges) {
                    members.insert("q".to_owned(), Value::String(rest));
                } else {
                    members.remove("q");
                }
                members.insert("topic".to_owned(), json!([concept.id.as_str()]));
                self.out.interpretation.alternatives.push(Alternative {
                    id: concept.id.to_string(),
                    label: label_in(concept, self.language).to_owned(),
                    codes: concept.codes.iter().map(ToString::to_string).collect(),
                    group_count: self.live.group_count(*other),
                    request: members,
                });
            }
        }
    }

    /// Returns `q` without the given ranges; `None` where nothing is left.
    fn without(&self, ranges: &[[usize; 2]]) -> Option<String> {
        let kept: String = self
            .q
            .chars()
            .enumerate()
            .filter(|(at, _)| !ranges.iter().any(|[start, end]| (start..end).contains(&at)))
            .map(|(_, c)| c)
            .collect();
        let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
        (!kept.is_empty()).then_some(kept)
    }

    /// Names the words that are left: fillers are dropped, the others stay as free text.
    fn note_rest(&mut self) {
        let words = self.out.words.clone();
        for (at, word) in words.iter().enumerate() {
            if self.taken[at] {
                continue;
            }
            let typed = self.q[word.range.clone()].to_owned();
            if self.request.interpret && self.tables.concepts.is_filler(word) {
                let folded = &word.forms.folded;
                self.out.asks_for_groups |=
                    GROUP_WORDS.iter().any(|start| folded.starts_with(start));
                self.out.interpretation.dropped_words.push(typed);
            } else {
                self.out.rest.push(at);
            }
        }
        let left: Vec<&str> =
            self.out.rest.iter().map(|at| &self.q[words[*at].range.clone()]).collect();
        self.out.interpretation.text = left.join(" ");
        self.out.interpretation.corrections.append(&mut self.corrections);
    }
}

/// The bits of all ways to meet that are not in a room.
pub(super) const REMOTE: u8 =
    1 << Format::Online as u8 | 1 << Format::Hybrid as u8 | 1 << Format::Phone as u8;

/// The bit of affected persons.
pub(super) const AFFECTED: u8 = 1 << Audience::Affected as u8;
