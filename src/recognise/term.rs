//! Finds for whom, how and in which language: audience, age, gender, format, language, status.
//!
//! In: words and which of them are taken, or the name of a group. Out: [`TermNote`]s, or the
//! whole [`Reading`] of a name. The words stand in `vocabulary/recognisers.tsv`; ages in figures
//! are read here. Also gives every value its label in German and English, and by
//! `reference/spoken` in further languages.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::{is_free, words_within};
use crate::analysis::{Analyzer, Word};
use crate::domain::{AgeGroup, Audience, Format, Gender, Language, Status, Wheelchair};
use crate::reference::spoken::spoken;
use crate::reference::{Recogniser, Vocabulary};

/// Longest phrase in words that is looked for.
const LONGEST_PHRASE: usize = 6;

/// Shortest stem by which an inflected word is taken for a listed one.
const SHORTEST_STEM: usize = 4;

/// One value of one of the closed lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// For whom.
    Audience(Audience),
    /// For which age.
    AgeGroup(AgeGroup),
    /// For which gender.
    Gender(Gender),
    /// How a group meets.
    Format(Format),
    /// A language spoken.
    Language(Language),
    /// Where a group stands in its life.
    Status(Status),
}

impl Term {
    fn read(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "audience" => value.parse().ok().map(Self::Audience),
            "age_group" => value.parse().ok().map(Self::AgeGroup),
            "gender" => value.parse().ok().map(Self::Gender),
            "format" => value.parse().ok().map(Self::Format),
            "language" => value.parse().ok().map(Self::Language),
            "status" => value.parse().ok().map(Self::Status),
            _ => None,
        }
    }

    /// Returns the name of the parameter that filters by such a value.
    pub fn parameter(&self) -> &'static str {
        match self {
            Self::Audience(_) => "audience",
            Self::AgeGroup(_) => "age_group",
            Self::Gender(_) => "gender",
            Self::Format(_) => "format",
            Self::Language(_) => "language",
            Self::Status(_) => "status",
        }
    }

    /// Returns the wire word of the value.
    pub fn value(&self) -> &str {
        match self {
            Self::Audience(value) => value.as_str(),
            Self::AgeGroup(value) => value.as_str(),
            Self::Gender(value) => value.as_str(),
            Self::Format(value) => value.as_str(),
            Self::Language(value) => value.as_str(),
            Self::Status(value) => value.as_str(),
        }
    }

    /// Returns the label in `lang`: German where the language has none.
    pub fn label(&self, lang: &str) -> String {
        let (german, english) = match self {
            Self::Audience(value) => audience_labels(*value),
            Self::AgeGroup(value) => age_group_labels(*value),
            Self::Gender(value) => gender_labels(*value),
            Self::Format(value) => format_labels(*value),
            Self::Language(value) => return language_label(value, lang),
            Self::Status(value) => status_labels(*value),
        };
        pick(german, english, lang)
    }
}

fn pick(german: &str, english: &str, lang: &str) -> String {
    let is_english = lang == "en" || lang.starts_with("en-");
    let other = || spoken(german, lang).unwrap_or(german);
    (if is_english { english } else { other() }).to_owned()
}

fn audience_labels(value: Audience) -> (&'static str, &'static str) {
    match value {
        Audience::Affected => ("Betroffene", "People affected"),
        Audience::Relatives => ("Angehörige", "Relatives and friends"),
        Audience::Parents => ("Eltern", "Parents"),
        Audience::Partners => ("Partnerinnen und Partner", "Partners"),
        Audience::Siblings => ("Geschwister", "Siblings"),
        Audience::Children => ("Kinder von Betroffenen", "Children of people affected"),
        Audience::Bereaved => ("Trauernde", "Bereaved"),
        Audience::Professionals => ("Fachleute", "Professionals"),
    }
}

fn age_group_labels(value: AgeGroup) -> (&'static str, &'static str) {
    match value {
        AgeGroup::Children => ("Kinder", "Children"),
        AgeGroup::Youth => ("Jugendliche", "Teenagers"),
        AgeGroup::YoungAdults => ("Junge Erwachsene", "Young adults"),
        AgeGroup::Adults => ("Erwachsene", "Adults"),
        AgeGroup::Seniors => ("Ältere Menschen", "Older people"),
    }
}

fn gender_labels(value: Gender) -> (&'static str, &'static str) {
    match value {
        Gender::All => ("Alle", "Everyone"),
        Gender::Women => ("Frauen", "Women"),
        Gender::Men => ("Männer", "Men"),
        Gender::Queer => ("Queere Menschen", "Queer people"),
    }
}

fn format_labels(value: Format) -> (&'static str, &'static str) {
    match value {
        Format::InPerson => ("vor Ort", "in person"),
        Format::Online => ("online", "online"),
        Format::Hybrid => ("vor Ort und online", "in person and online"),
        Format::Phone => ("am Telefon", "by telephone"),
    }
}

fn status_labels(value: Status) -> (&'static str, &'static str) {
    match value {
        Status::Active => ("aktiv", "active"),
        Status::Founding => ("in Gründung", "being founded"),
        Status::Paused => ("macht Pause", "paused"),
        Status::SeekingPeers => ("Gleichbetroffene gesucht", "looking for others"),
        Status::Closed => ("beendet", "closed"),
    }
}

/// Returns the label of a wheelchair value.
pub fn wheelchair_label(value: Wheelchair, lang: &str) -> String {
    let (german, english) = match value {
        Wheelchair::Unknown => ("nicht bekannt", "not known"),
        Wheelchair::No => ("nicht rollstuhlgerecht", "not accessible"),
        Wheelchair::Partial => ("teilweise rollstuhlgerecht", "partly accessible"),
        Wheelchair::Yes => ("rollstuhlgerecht", "accessible"),
    };
    pick(german, english, lang)
}

/// Languages by tag with their German and English names.
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("de", "Deutsch", "German"),
    ("de-x-leicht", "Leichte Sprache", "Easy German"),
    ("gsg", "Deutsche Gebärdensprache", "German Sign Language"),
    ("hsb", "Obersorbisch", "Upper Sorbian"),
    ("dsb", "Niedersorbisch", "Lower Sorbian"),
    ("en", "Englisch", "English"),
    ("ar", "Arabisch", "Arabic"),
    ("bg", "Bulgarisch", "Bulgarian"),
    ("bs", "Bosnisch", "Bosnian"),
    ("cs", "Tschechisch", "Czech"),
    ("da", "Dänisch", "Danish"),
    ("el", "Griechisch", "Greek"),
    ("es", "Spanisch", "Spanish"),
    ("fa", "Persisch (Farsi, Dari)", "Persian (Farsi, Dari)"),
    ("fr", "Französisch", "French"),
    ("he", "Hebräisch", "Hebrew"),
    ("hi", "Hindi", "Hindi"),
    ("hr", "Kroatisch", "Croatian"),
    ("hu", "Ungarisch", "Hungarian"),
    ("it", "Italienisch", "Italian"),
    ("ja", "Japanisch", "Japanese"),
    ("ka", "Georgisch", "Georgian"),
    ("ku", "Kurdisch", "Kurdish"),
    ("nl", "Niederländisch", "Dutch"),
    ("pl", "Polnisch", "Polish"),
    ("ps", "Paschtu", "Pashto"),
    ("pt", "Portugiesisch", "Portuguese"),
    ("ro", "Rumänisch", "Romanian"),
    ("ru", "Russisch", "Russian"),
    ("sk", "Slowakisch", "Slovak"),
    ("so", "Somali", "Somali"),
    ("sq", "Albanisch", "Albanian"),
    ("sr", "Serbisch", "Serbian"),
    ("ti", "Tigrinya", "Tigrinya"),
    ("tr", "Türkisch", "Turkish"),
    ("uk", "Ukrainisch", "Ukrainian"),
    ("ur", "Urdu", "Urdu"),
    ("vi", "Vietnamesisch", "Vietnamese"),
    ("zh", "Chinesisch", "Chinese"),
];

/// Returns the name of a language in `lang`; its tag where we know no name.
pub fn language_label(language: &Language, lang: &str) -> String {
    let known = LANGUAGES.iter().find(|(tag, _, _)| *tag == language.as_str());
    known.map_or_else(
        || language.as_str().to_owned(),
        |(_, german, english)| pick(german, english, lang),
    )
}

/// A term met in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermNote {
    /// The value.
    pub term: Term,
    /// The words it was met in; the words of one phrase may name several values.
    pub words: Range<usize>,
    /// Its German label.
    pub label: String,
}

/// What the name of a group tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// For whom; empty where the name does not say.
    pub audience: BTreeSet<Audience>,
    /// For which age; empty where the name does not say.
    pub age_groups: BTreeSet<AgeGroup>,
    /// From which age in years.
    pub age_min: Option<u8>,
    /// To which age in years.
    pub age_max: Option<u8>,
    /// For which gender; `None` where the name does not say, or names several.
    pub gender: Option<Gender>,
    /// How it meets.
    pub formats: BTreeSet<Format>,
    /// Languages spoken.
    pub languages: BTreeSet<Language>,
    /// Where it stands in its life.
    pub status: Option<Status>,
}

/// The words of the closed lists, ready to be met.
pub struct TermFinder {
    analyzer: Analyzer,
    by_key: HashMap<String, Vec<Term>>,
    by_stem: HashMap<String, Vec<Term>>,
    /// Stems of single words, for parts of compounds ("Frauengesprächskreis").
    by_part: HashMap<String, Vec<Term>>,
    filler_stems: HashSet<String>,
}

impl TermFinder {
    /// Reads the recognisers of `vocabulary` through the text chain.
    pub fn new(vocabulary: &Vocabulary, analyzer: &Analyzer) -> Self {
        Self::of_recognisers(&vocabulary.recognisers, analyzer)
    }

    fn of_recognisers(recognisers: &[Recogniser], analyzer: &Analyzer) -> Self {
        let mut finder = Self {
            analyzer: analyzer.clone(),
            by_key: HashMap::new(),
            by_stem: HashMap::new(),
            by_part: HashMap::new(),
            filler_stems: HashSet::new(),
        };
        for recogniser in recognisers {
            for phrase in &recogniser.words {
                let words = analyzer.words(phrase);
                if recogniser.kind == "filler" {
                    finder.filler_stems.extend(words.iter().map(|word| word.forms.stem.clone()));
                }
                let Some(term) = Term::read(&recogniser.kind, &recogniser.value) else { continue };
                // Figures are read as ages: "50" alone is none.
                let has_figures = phrase.bytes().any(|byte| byte.is_ascii_digit());
                if words.is_empty() || has_figures {
                    continue;
                }
                add(&mut finder.by_key, spaced(&words, |w| &w.forms.folded), &term);
                let stem = spaced(&words, |w| &w.forms.stem);
                if stem.len() >= SHORTEST_STEM {
                    add(&mut finder.by_stem, stem, &term);
                }
                if let [word] = words.as_slice() {
                    let is_whole = word.forms.parts.is_empty();
                    if is_whole && word.forms.stem.len() >= SHORTEST_STEM {
                        add(&mut finder.by_part, word.forms.stem.clone(), &term);
                    }
                }
            }
        }
        finder
    }

    /// Finds terms, the longest phrase first; their words are then taken.
    pub fn find(&self, text: &str, words: &[Word], taken: &mut [bool]) -> Vec<TermNote> {
        let mut found = Vec::new();
        for (bytes, ages) in find_ages(text) {
            let Some(span) = words_within(words, &bytes).filter(|span| is_free(taken, span)) else {
                continue;
            };
            taken[span.clone()].fill(true);
            for group in ages.groups() {
                found.push(note(&Term::AgeGroup(group), span.clone()));
            }
        }
        for length in (1..=words.len().min(LONGEST_PHRASE)).rev() {
            for start in 0..=words.len() - length {
                let span = start..start + length;
                if !is_free(taken, &span) {
                    continue;
                }
                let terms = self.look_up(&words[span.clone()]);
                if terms.is_empty() {
                    continue;
                }
                taken[span.clone()].fill(true);
                found.extend(terms.iter().map(|term| note(term, span.clone())));
            }
        }
        found.sort_by(|a, b| (a.words.start, &a.term).cmp(&(b.words.start, &b.term)));
        found
    }

    /// Says whether a word names a term on its own.
    pub fn is_term(&self, word: &Word) -> bool {
        !self.look_up(std::slice::from_ref(word)).is_empty()
    }

    fn look_up(&self, span: &[Word]) -> &[Term] {
        if let Some(terms) = self.by_key.get(&spaced(span, |w| &w.forms.folded)) {
            return terms;
        }
        if let Some(terms) = self.by_stem.get(&spaced(span, |w| &w.forms.stem)) {
            return terms;
        }
        let [word] = span else { return &[] };
        let mut terms: &[Term] = &[];
        for part in &word.forms.parts {
            if let Some(named) = self.by_part.get(part) {
                if !terms.is_empty() {
                    return &[];
                }
                terms = named;
            } else if !self.filler_stems.contains(part) {
                return &[];
            }
        }
        terms
    }

    /// Reads what the name of a group (or one of its topics) tells about those it is for.
    ///
    /// "Demenz (Angehörige)" is for relatives, "Borderline (auch Angehörige)" for both, "Eltern
    /// von Kindern mit ADHS" for parents and for no age.
    pub fn read_audience(&self, text: &str) -> Reading {
        let words = self.analyzer.words(text);
        let mut taken = vec![false; words.len()];
        let notes = self.find(text, &words, &mut taken);
        let mut reading = Reading::default();
        let mut genders = BTreeSet::new();
        let mut kept: Vec<&TermNote> = Vec::new();
        let mut dropped_end = None;
        for note in &notes {
            if describes_another(note, &kept, dropped_end, text, &words) {
                dropped_end = Some(note.words.end);
                continue;
            }
            kept.push(note);
            match &note.term {
                Term::Audience(value) => {
                    reading.audience.insert(*value);
                }
                Term::AgeGroup(value) => {
                    reading.age_groups.insert(*value);
                }
                Term::Gender(value) => {
                    genders.insert(*value);
                }
                Term::Format(value) => {
                    reading.formats.insert(*value);
                }
                Term::Language(value) => {
                    reading.languages.insert(value.clone());
                }
                Term::Status(value) => reading.status = Some(*value),
            }
        }
        if genders.len() == 1 {
            reading.gender = genders.pop_first();
        }
        let is_kept = |span: &Range<usize>| {
            kept.iter().any(|note| note.words == *span && matches!(note.term, Term::AgeGroup(_)))
        };
        for (bytes, ages) in find_ages(text) {
            if words_within(&words, &bytes).is_some_and(|span| is_kept(&span)) {
                reading.age_min = ages.min;
                reading.age_max = ages.max;
            }
        }
        if kept.iter().any(|note| joins_others(note, &kept, text, &words)) {
            reading.audience.insert(Audience::Affected);
        }
        reading
    }
}

fn is_for_others(term: &Term) -> bool {
    matches!(
        term,
        Term::Audience(
            Audience::Relatives
                | Audience::Parents
                | Audience::Partners
                | Audience::Siblings
                | Audience::Children
        )
    )
}

/// Says whether a term describes those of whom the group speaks, not those it is for: the
/// children in "Eltern von Kindern mit ADHS", the parents in "Kinder kranker Eltern".
fn describes_another(
    note: &TermNote,
    kept: &[&TermNote],
    dropped_end: Option<usize>,
    text: &str,
    words: &[Word],
) -> bool {
    let may_be_another = matches!(
        note.term,
        Term::AgeGroup(_) | Term::Audience(Audience::Parents | Audience::Partners)
    );
    let is_other = |k: &TermNote| is_for_others(&k.term) && k.words.end <= note.words.start;
    if !may_be_another || !kept.iter().copied().any(is_other) {
        return false;
    }
    match joint_before(note, text, words) {
        // "Eltern von Kindern und Jugendlichen": goes with what it is joined to.
        Some(joint) => dropped_end == Some(joint.end_of_before),
        None => true,
    }
}

/// Says whether relatives are named beside a topic, so that the affected are meant as well:
/// "Borderline (auch Angehörige)", "Sucht und Angehörige".
fn joins_others(note: &TermNote, kept: &[&TermNote], text: &str, words: &[Word]) -> bool {
    let Some(joint) = joint_before(note, text, words).filter(|joint| joint.is_addition) else {
        return false;
    };
    let joins_audience = kept.iter().any(|other| {
        matches!(other.term, Term::Audience(_)) && other.words.end == joint.end_of_before
    });
    is_for_others(&note.term) && joint.end_of_before > 0 && !joins_audience
}

/// What joins a term to the words before it.
struct Joint {
    /// The word after the last one before the joint.
    end_of_before: usize,
    /// Whether it adds ("und", "auch"); a comma or a slash may also set apart.
    is_addition: bool,
}

fn joint_before(note: &TermNote, text: &str, words: &[Word]) -> Option<Joint> {
    const ADDS: &[&str] = &["und", "sowie", "auch", "u", "inklusive", "inkl"];
    const BETWEEN: &[&str] = &["deren", "ihre", "fur", "die", "der", "ihrer", "mit"];
    let mut at = note.words.start;
    let mut added = false;
    while at > 0 {
        let gap = &text[words[at - 1].range.end..words[at].range.start];
        if gap.contains(['&', '+']) {
            return Some(Joint { end_of_before: at, is_addition: true });
        }
        if gap.contains([',', '/', ';']) {
            return Some(Joint { end_of_before: at, is_addition: added });
        }
        let folded = words[at - 1].forms.folded.as_str();
        if ADDS.contains(&folded) {
            added = true;
        } else if folded == "oder" {
            return Some(Joint { end_of_before: at - 1, is_addition: false });
        } else if added || !BETWEEN.contains(&folded) {
            break;
        }
        at -= 1;
    }
    added.then_some(Joint { end_of_before: at, is_addition: true })
}

fn note(term: &Term, words: Range<usize>) -> TermNote {
    TermNote { term: term.clone(), words, label: term.label("de") }
}

fn add(map: &mut HashMap<String, Vec<Term>>, key: String, term: &Term) {
    let terms = map.entry(key).or_default();
    if !terms.contains(term) {
        terms.push(term.clone());
    }
}

fn spaced(words: &[Word], form: impl Fn(&Word) -> &String) -> String {
    words.iter().map(|word| form(word).as_str()).collect::<Vec<_>>().join(" ")
}

/// An age or a span of ages in years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// From which age.
    pub min: Option<u8>,
    /// To which age.
    pub max: Option<u8>,
}

impl Ages {
    /// Returns the age groups that the span names.
    pub fn groups(self) -> Vec<AgeGroup> {
        /// A span touches a group when they share so many years.
        const SHARED_YEARS: u8 = 2;
        /// Groups "50+" are for older people, whatever the law says.
        const SENIOR_FROM: u8 = 50;
        /// A span that reaches further is for adults of any age.
        const YOUNG_TO: u8 = 45;
        match (self.min, self.max) {
            (Some(min), _) if min >= SENIOR_FROM => vec![AgeGroup::Seniors],
            (Some(min), None) if min >= 18 => vec![AgeGroup::Adults],
            (Some(min), None) if min >= 14 => vec![AgeGroup::Youth, AgeGroup::Adults],
            (_, Some(max)) if max > YOUNG_TO => vec![AgeGroup::Adults],
            (None, Some(14..=18)) => vec![AgeGroup::Youth],
            (None, Some(max)) if max > 18 => vec![AgeGroup::YoungAdults],
            (Some(age), Some(same)) if age == same => vec![match age {
                0..=13 => AgeGroup::Children,
                14..=17 => AgeGroup::Youth,
                18..=35 => AgeGroup::YoungAdults,
                _ => AgeGroup::Adults,
            }],
            (Some(min), Some(max)) => {
                let spans = [
                    (0, 13, AgeGroup::Children),
                    (14, 17, AgeGroup::Youth),
                    (18, 35, AgeGroup::YoungAdults),
                ];
                let shared = |from: u8, to: u8| (max.min(to) + 1).saturating_sub(min.max(from));
                let touched: Vec<AgeGroup> = spans
                    .iter()
                    .filter(|(from, to, _)| shared(*from, *to) >= SHARED_YEARS)
                    .map(|(_, _, group)| *group)
                    .collect();
                if touched.is_empty() { vec![AgeGroup::Adults] } else { touched }
            }
            (_, None) => Vec::new(),
            (None, Some(_)) => vec![AgeGroup::Children],
        }
    }
}

/// A number, a run of letters or a sign, in lower case.
struct Token {
    text: String,
    bytes: Range<usize>,
    number: Option<u8>,
    /// Whether nothing stands between it and the token before.
    glued: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let kind = |c: char| {
        if c.is_ascii_digit() {
            1
        } else if c.is_alphanumeric() {
            2
        } else {
            3
        }
    };
    let mut tokens: Vec<Token> = Vec::new();
    let mut last: Option<(u8, usize)> = None;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            continue;
        }
        let end = at + c.len_utf8();
        let goes_on = last == Some((kind(c), at)) && kind(c) != 3;
        match tokens.last_mut().filter(|_| goes_on) {
            Some(token) => {
                token.text.extend(c.to_lowercase());
                token.bytes.end = end;
            }
            None => tokens.push(Token {
                text: c.to_lowercase().collect(),
                bytes: at..end,
                number: None,
                glued: last.is_some_and(|(_, before)| before == at),
            }),
        }
        last = Some((kind(c), end));
    }
    for token in &mut tokens {
        let is_short = token.text.len() <= 2 && token.text.bytes().all(|b| b.is_ascii_digit());
        token.number = if is_short { token.text.parse().ok() } else { None };
    }
    tokens
}

/// Finds ages in figures: "50+", "ü50", "unter 30", "18-35 Jahre", "8 Jahre alt".
///
/// Times of the day, distances and other amounts are none.
pub fn find_ages(text: &str) -> Vec<(Range<usize>, Ages)> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match read_ages(&tokens, at) {
            Some((ages, end)) => {
                found.push((tokens[at].bytes.start..tokens[end - 1].bytes.end, ages));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Reads ages from token `at` on, with the token after the last one read.
fn read_ages(tokens: &[Token], at: usize) -> Option<(Ages, usize)> {
    const NOT_AFTER: &[&str] = &["seit", "vor", "nach", "tel", "telefon", "fon", "nr", "trisomie"];
    /// Smaller figures without "Jahre" may be anything.
    const LEAST_WITHOUT_YEARS: u8 = 12;
    let word = |i: usize| tokens.get(i).map_or("", |token| token.text.as_str());
    let number = |i: usize| tokens.get(i).and_then(|token| token.number);
    let glued = |i: usize| tokens.get(i).is_some_and(|token| token.glued);
    // "U 35" is an age, "U 9" an examination.
    let is_decade = |i: usize| number(i).is_some_and(|age| age == 18 || (age > 18 && age % 5 == 0));
    let before = at.checked_sub(1).map_or("", word);
    if NOT_AFTER.contains(&before) || (glued(at) && before != "(" && before != "\"") {
        return None;
    }
    let closed = |min: Option<u8>, max: Option<u8>, end: usize, needs_years: bool| {
        let (end, has_years) = skip_years(tokens, end)?;
        let least = min.or(max)?;
        let is_sure = has_years || (!needs_years && least >= LEAST_WITHOUT_YEARS);
        is_sure.then_some((Ages { min, max }, end))
    };
    if let Some(first) = number(at) {
        let is_dash = |i: usize| matches!(word(i), "-" | "–" | "bis");
        if let Some(last) = number(at + 2).filter(|_| is_dash(at + 1)) {
            let is_span = last >= first.saturating_add(2);
            return is_span.then(|| closed(Some(first), Some(last), at + 3, false))?;
        }
        if matches!(word(at + 1), "+" | "plus") && !(word(at + 1) == "+" && glued(at + 2)) {
            return closed(Some(first), None, at + 2, false);
        }
        let year = if word(at + 1) == "-" { at + 2 } else { at + 1 };
        if word(year).starts_with("jährig") || word(year).starts_with("jaehrig") {
            return Some((Ages { min: Some(first), max: Some(first) }, year + 1));
        }
        let (end, has_years) = skip_years(tokens, at + 1)?;
        if !has_years {
            return None;
        }
        let older =
            matches!(word(end), "und" | "oder") && matches!(word(end + 1), "älter" | "aelter");
        if older {
            return Some((Ages { min: Some(first), max: None }, end + 2));
        }
        let younger = word(end) == "und" && matches!(word(end + 1), "jünger" | "juenger");
        if younger {
            return Some((Ages { min: None, max: Some(first) }, end + 2));
        }
        return (word(end - 1) == "alt")
            .then_some((Ages { min: Some(first), max: Some(first) }, end));
    }
    match word(at) {
        "ü" | "ue" if word(at + 1) == "-" => closed(Some(number(at + 2)?), None, at + 3, false),
        "ü" | "ue" => closed(Some(number(at + 1)?), None, at + 2, false),
        "u" if glued(at + 1) && word(at + 1) != "-" => {
            closed(None, Some(number(at + 1)?), at + 2, false)
        }
        "u" if is_decade(at + 1) => closed(None, Some(number(at + 1)?), at + 2, false),
        "u" if word(at + 1) == "-" && glued(at + 2) && is_decade(at + 2) => {
            closed(None, Some(number(at + 2)?), at + 3, false)
        }
        "über" | "ueber" | "ab" | "over" | "mindestens" => {
            closed(Some(number(at + 1)?), None, at + 2, false)
        }
        "unter" | "under" => closed(None, Some(number(at + 1)?), at + 2, false),
        "bis" => closed(None, Some(number(at + 1)?), at + 2, true),
        "älter" | "aelter" if word(at + 1) == "als" => {
            closed(Some(number(at + 2)?), None, at + 3, false)
        }
        "jünger" | "juenger" if word(at + 1) == "als" => {
            closed(None, Some(number(at + 2)?), at + 3, false)
        }
        "zwischen" if word(at + 2) == "und" => {
            closed(Some(number(at + 1)?), Some(number(at + 3)?), at + 4, false)
        }
        _ => None,
    }
}

/// Steps over "Jahre" and "alt"; `None` where the figure before counts something else.
fn skip_years(tokens: &[Token], mut at: usize) -> Option<(usize, bool)> {
    const OTHER_UNITS: &[&str] = &[
        "uhr",
        "h",
        "km",
        "kilometer",
        "kg",
        "g",
        "mg",
        "ml",
        "cm",
        "m",
        "euro",
        "eur",
        "cent",
        "%",
        "€",
        ":",
        "prozent",
        "personen",
        "teilnehmer",
        "mal",
        "x",
        "min",
        "minuten",
        "std",
        "stunden",
        "tage",
        "tagen",
        "woche",
        "wochen",
        "monat",
        "monate",
        "monaten",
        "°",
    ];
    let word = |i: usize| tokens.get(i).map_or("", |token| token.text.as_str());
    let is_glued_figure = matches!(word(at), "." | "," | "/" | "-")
        && tokens
            .get(at + 1)
            .is_some_and(|next| next.glued && next.text.as_bytes()[0].is_ascii_digit());
    if OTHER_UNITS.contains(&word(at)) || is_glued_figure {
        return None;
    }
    let has_years = matches!(word(at), "jahre" | "jahren" | "jahr" | "j" | "years" | "lebensjahr");
    if has_years {
        at += 1;
        if matches!(word(at), "alt" | "old") {
            at += 1;
        }
    }
    Some((at, has_years))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::testing::{analyzer, vocabulary};

    fn finder() -> TermFinder {
        TermFinder::new(vocabulary(), &analyzer())
    }

    fn terms(text: &str) -> Vec<String> {
        let words = analyzer().words(text);
        let mut taken = vec![false; words.len()];
        let notes = finder().find(text, &words, &mut taken);
        notes.iter().map(|n| format!("{}={}", n.term.parameter(), n.term.value())).collect()
    }

    #[test]
    fn words_of_the_closed_lists_are_met() {
        for (text, expected) in [
            ("depression angehörige", &["audience=relatives"][..]),
            ("krebs online", &["format=online"]),
            ("junge erwachsene mit rheuma", &["age_group=young_adults"]),
            ("frauen sucht gera", &["gender=women"]),
            ("arabisch", &["language=ar"]),
            ("in leichter sprache", &["language=de-x-leicht"]),
            ("gruppe in gründung", &["status=founding"]),
            ("adhs elternkreis", &["audience=parents"]),
            ("online und vor ort", &["format=hybrid"]),
            ("lgbtiq*", &["gender=queer"]),
            ("frauenselbsthilfegruppe", &["gender=women"]),
            ("angehörigenstammtisch", &["audience=relatives"]),
            ("depression", &[]),
        ] {
            assert_eq!(terms(text), expected, "{text}");
        }
    }

    #[test]
    fn ages_in_figures_are_met() {
        for (text, expected) in [
            ("50+", &["age_group=seniors"][..]),
            ("ü50", &["age_group=seniors"]),
            ("Ü 50 gruppe", &["age_group=seniors"]),
            ("parkinson u35", &["age_group=young_adults"]),
            ("unter 30", &["age_group=young_adults"]),
            ("unter 18", &["age_group=youth"]),
            ("U 35", &["age_group=young_adults"]),
            ("U-35", &["age_group=young_adults"]),
            ("Ü-60", &["age_group=seniors"]),
            ("ab 60", &["age_group=seniors"]),
            ("ab 18 Jahren", &["age_group=adults"]),
            ("18-35", &["age_group=young_adults"]),
            ("18 bis 35 jahre", &["age_group=young_adults"]),
            ("zwischen 18 und 35", &["age_group=young_adults"]),
            ("12-17 jahre", &["age_group=children", "age_group=youth"]),
            ("mein sohn ist 8 jahre alt", &["age_group=children", "audience=parents"]),
            ("14-jährige", &["age_group=youth"]),
        ] {
            let mut met = terms(text);
            met.sort();
            assert_eq!(met, expected, "{text}");
        }
    }

    #[test]
    fn other_figures_are_no_ages() {
        for (text, why) in [
            ("trisomie 21", "a name"),
            ("ab 18 uhr", "a time"),
            ("18:00-20:00", "times"),
            ("18-20 uhr", "times"),
            ("20 km", "a distance"),
            ("seit über 50 jahren", "a duration"),
            ("0341 60048-70", "a number to call"),
            ("01.02.2024", "a date"),
            ("07743", "a postcode"),
            ("22q11", "a gene"),
            ("5-7", "too small to be sure"),
            ("50", "a bare figure"),
        ] {
            assert_eq!(find_ages(text), [], "{text}: {why}");
        }
    }

    #[test]
    fn names_tell_whom_a_group_is_for() {
        use Audience::{Affected, Bereaved, Children, Parents, Partners, Relatives, Siblings};
        let none: &[AgeGroup] = &[];
        for (name, audience, ages, why) in [
            ("Demenz (Angehörige)", &[Relatives][..], none, "only they"),
            ("Borderline (auch Angehörige)", &[Affected, Relatives], none, "they as well"),
            ("Sucht und Angehörige", &[Affected, Relatives], none, "beside the topic"),
            ("Betroffene und Angehörige", &[Affected, Relatives], none, "both named"),
            ("Rheuma (Kinder)", &[], &[AgeGroup::Children], "an age"),
            ("Eltern von Kindern mit ADHS", &[Parents], none, "the children are spoken of"),
            ("Eltern von Kindern und Jugendlichen mit ADHS", &[Parents], none, "both spoken of"),
            (
                "Kinder und Jugendliche mit Diabetes und deren Eltern",
                &[Affected, Parents],
                &[AgeGroup::Children, AgeGroup::Youth],
                "all of them",
            ),
            ("Kinder psychisch kranker Eltern", &[Children], none, "the parents are ill"),
            ("Trauernde Eltern und Geschwister", &[Parents, Siblings, Bereaved], none, "joined"),
            ("Angehörige und Partner", &[Relatives, Partners], none, "no topic before"),
            ("Junge Angehörige", &[Relatives], &[AgeGroup::YoungAdults], "young relatives"),
            ("Depression", &[], none, "does not say"),
        ] {
            let reading = finder().read_audience(name);
            assert_eq!(reading.audience, audience.iter().copied().collect(), "{name}: {why}");
            assert_eq!(reading.age_groups, ages.iter().copied().collect(), "{name}: {why}");
        }
    }

    #[test]
    fn names_tell_gender_age_and_format() {
        assert_eq!(finder().read_audience("Frauen nach Krebs").gender, Some(Gender::Women));
        assert_eq!(finder().read_audience("Frauen und Männer").gender, None);
        let young = finder().read_audience("Junge Gruppe 18-35 (online)");
        assert_eq!((young.age_min, young.age_max), (Some(18), Some(35)));
        assert!(young.formats.contains(&Format::Online));
    }

    /// A facet without a label would show the wire word to everyone.
    #[test]
    fn every_value_has_its_labels() {
        let mut all: Vec<Term> = Vec::new();
        all.extend(Audience::ALL.iter().map(|v| Term::Audience(*v)));
        all.extend(AgeGroup::ALL.iter().map(|v| Term::AgeGroup(*v)));
        all.extend(Gender::ALL.iter().map(|v| Term::Gender(*v)));
        all.extend(Format::ALL.iter().map(|v| Term::Format(*v)));
        all.extend(Status::ALL.iter().map(|v| Term::Status(*v)));
        for recogniser in vocabulary().recognisers.iter().filter(|r| r.kind == "language") {
            let term = Term::read("language", &recogniser.value).expect("a language tag");
            assert_ne!(term.label("de"), recogniser.value, "no name for this language");
            all.push(term);
        }
        let mut labels: Vec<String> =
            all.iter().map(|t| format!("{} {}", t.parameter(), t.label("de"))).collect();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), all.len(), "two values share a label");
        for lang in crate::reference::spoken::LANGUAGES {
            for term in &all {
                let german = term.label("de");
                assert!(spoken(&german, lang).is_some(), "{lang}: {german}");
            }
            for value in Wheelchair::ALL {
                assert!(
                    spoken(&wheelchair_label(*value, "de"), lang).is_some(),
                    "{lang}: {value:?}"
                );
            }
        }
        assert_eq!(Term::Audience(Audience::Parents).label("ar"), "الوالدان");
        assert_eq!(Term::Audience(Audience::Relatives).label("de"), "Angehörige");
        assert_eq!(Term::Audience(Audience::Parents).label("en"), "Parents");
        assert_eq!(wheelchair_label(Wheelchair::Yes, "de"), "rollstuhlgerecht");
    }
}
