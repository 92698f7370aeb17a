//! How surely two records of different contact points are the same group, in points with reasons.
//!
//! In: [`Traits`] of two groups, read once each. Out: a [`Similarity`]: 0 to 100 points, and what
//! each trait gave or took. Compares two records only; which pairs are worth it, and what follows,
//! is `index/duplicates.rs`.
//!
//! Points are weights of evidence as in record linkage (Fellegi and Sunter): what two different
//! groups rarely share gives much, what one group's two records rarely contradict takes much. They
//! were set by hand and measured on `fixtures/pairs.tsv` and `fixtures/near_misses.ndjson`
//! (`tests/it/duplicates.rs`):
//!
//! | trait | agrees | contradicts | why |
//! |---|---:|---:|---|
//! | topic | 30, narrower 12 | −35 | offices name one illness in many ways, but it is one illness |
//! | name | up to 25, with a word of its own +10 | 0 | "PNP Gera" is "Polyneuropathie Gera" |
//! | place | 15, named only 8, both online 5 | −60 | one group meets in one town |
//! | meeting | 30, day or time alone 10 | −40 | two groups of one topic meet on two evenings |
//! | house | 10 | −10 | many groups share a house; offices write one house in two ways |
//! | contact | 20 | 0 | a mailbox or telephone of its own |
//! | website | 15 | 0 | |
//! | people | 0 | −40, one says more −5 to −15 | parents are not those affected, Monday's women not its men |
//!
//! Topic, name and place alone reach 70: two offices may well keep a group each. It takes one
//! more sign that no other group has to reach [`AUTOMATIC`].

use std::collections::BTreeSet;

use jiff::civil::{Time, Weekday};

use super::concept::ConceptFinder;
use crate::analysis::{Analyzer, Word};
use crate::domain::{Format, Gender, Group, Recurrence, phone_key};
use crate::reference::{ConceptIndex, Vocabulary};

/// From so many points on two records are taken for one group without asking: the near-misses
/// stay below by more than a house's ten points.
pub const AUTOMATIC: i16 = 75;

/// From so many points on staff are asked. Below, less than topic and place agree.
pub const DOUBTFUL: i16 = 50;

/// Words are taken for the same from this likeness on (Jaro-Winkler): one or two typing errors.
const ALIKE: f64 = 0.92;

/// Likeness of names without which a merely related topic never merges by itself: "Krebs" and
/// "Brustkrebs" may share house and hour.
const NAME_THAT_MAKES_UP: f64 = 0.6;

/// Heads of compounds that say that it is a group, not which: "Trauergruppe" is "Trauer".
const GROUP_HEADS: [&str; 8] =
    ["Gruppe", "Gruppen", "Treff", "Treffen", "Kreis", "Runde", "Stammtisch", "Selbsthilfe"];

/// A word of a name that stands for nothing else is that group's own from so many letters on.
const OWN_WORD_LETTERS: usize = 4;

/// A trait by which two records are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trait {
    /// Concepts of the vocabulary.
    Topic,
    /// What it calls itself.
    Name,
    /// The municipality.
    Place,
    /// Day and time.
    Meeting,
    /// Street and number.
    House,
    /// A mailbox or telephone of its own.
    Contact,
    /// A page of its own.
    Website,
    /// Audience, age, gender, language, and whether it meets online.
    People,
}

impl Trait {
    /// Returns the word of reports and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Name => "name",
            Self::Place => "place",
            Self::Meeting => "meeting",
            Self::House => "house",
            Self::Contact => "contact",
            Self::Website => "website",
            Self::People => "people",
        }
    }

    /// Returns the German word for staff.
    pub fn german(self) -> &'static str {
        match self {
            Self::Topic => "Thema",
            Self::Name => "Name",
            Self::Place => "Ort",
            Self::Meeting => "Treffen",
            Self::House => "Haus",
            Self::Contact => "Kontakt",
            Self::Website => "Internetseite",
            Self::People => "Personenkreis",
        }
    }
}

/// How alike two records are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similarity {
    /// 0 to 100.
    pub score: i16,
    /// What each trait gave or took; traits that say nothing are missing.
    pub reasons: Vec<(Trait, i16)>,
    /// Whether the topics differ or are only related and the names do not make up for it: then
    /// nothing is merged without a person, whatever the score.
    pub needs_a_person: bool,
}

impl Similarity {
    /// Says whether the two are taken for one group without asking.
    pub fn is_automatic(&self) -> bool {
        self.score >= AUTOMATIC && !self.needs_a_person
    }

    /// Says whether staff are asked.
    pub fn is_doubtful(&self) -> bool {
        self.score >= DOUBTFUL && !self.is_automatic()
    }
}

/// A word of a name, as far as names are compared by it.
#[derive(Debug, Clone)]
struct NameWord {
    folded: String,
    stem: String,
    /// Neither topic nor people nor group word: the group's own.
    is_own: bool,
}

/// When a group meets, as far as the rule tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    weekday: Weekday,
    /// Which of the month, as bits 1 to 4 and 0 for the last; none for every week.
    weeks: u8,
    starts: Option<Time>,
}

/// What of a group is compared, read once.
pub struct Traits<'g> {
    group: &'g Group,
    concepts: &'g [ConceptIndex],
    words: Vec<NameWord>,
    municipality: Option<Municipality>,
    slot: Option<Slot>,
    /// Folded text of the meeting, where it tells a time.
    meeting_text: Option<String>,
    /// Folded street and number.
    house: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    website: Option<String>,
}

/// A municipality: its name, its district's key, and whether only the group's name speaks of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Municipality {
    /// Name and district key.
    pub key: (String, String),
    /// Whether it is known from the name of the group alone.
    pub is_from_name: bool,
}

/// What reading [`Traits`] needs beside the group.
pub struct TraitReader<'r> {
    analyzer: &'r Analyzer,
    finder: &'r ConceptFinder,
    vocabulary: &'r Vocabulary,
    group_heads: Vec<String>,
}

impl<'r> TraitReader<'r> {
    /// Takes the text chain, the labels of concepts and their tree.
    pub fn new(
        analyzer: &'r Analyzer,
        finder: &'r ConceptFinder,
        vocabulary: &'r Vocabulary,
    ) -> Self {
        let group_heads = GROUP_HEADS.iter().map(|head| analyzer.stem_key(head)).collect();
        Self { analyzer, finder, vocabulary, group_heads }
    }

    /// Reads what is compared of a group. `concepts` are those its topics and name link to.
    pub fn read<'g>(
        &self,
        group: &'g Group,
        concepts: &'g [ConceptIndex],
        municipality: Option<Municipality>,
    ) -> Traits<'g> {
        let street = group.venue.as_ref().and_then(|venue| venue.street.as_deref());
        let text = group.meeting.text.as_deref();
        let tells_a_time = |text: &&str| text.bytes().any(|byte| byte.is_ascii_digit());
        Traits {
            group,
            concepts,
            words: self.name_words(&group.name, municipality.as_ref()),
            municipality,
            slot: slot_of(group),
            meeting_text: text.filter(tells_a_time).map(|text| self.analyzer.key(text)),
            house: street.map(|street| self.house(street)),
            phone: group.contact.phone.as_deref().and_then(phone_key),
            email: group.contact.email.as_deref().map(str::to_lowercase),
            website: group.website.as_deref().and_then(website_key),
        }
    }

    /// Returns the words of a name without those of its town and those that every group has.
    fn name_words(&self, name: &str, municipality: Option<&Municipality>) -> Vec<NameWord> {
        let words = self.analyzer.words(name);
        let mut is_topic = vec![false; words.len()];
        self.finder.find(&words, name, &mut is_topic);
        let town: Vec<String> = municipality
            .map(|place| self.analyzer.words(&place.key.0))
            .unwrap_or_default()
            .into_iter()
            .map(|word| word.forms.folded.clone())
            .collect();
        let says_something = |word: &Word| {
            let folded = &word.forms.folded;
            let is_number = folded.bytes().all(|byte| byte.is_ascii_digit());
            !self.finder.is_filler(word)
                && !town.contains(folded)
                && (folded.len() > 1 || is_number)
        };
        let kept = words.iter().zip(&is_topic).filter(|(word, _)| says_something(word));
        let kept = kept.map(|(word, is_topic)| {
            let bare = self.without_group_head(word);
            NameWord {
                folded: bare.clone().unwrap_or_else(|| word.forms.folded.clone()),
                stem: bare.unwrap_or_else(|| word.forms.stem.clone()),
                is_own: !is_topic
                    && !self.finder.is_term(word)
                    && !self.finder.is_generic(word)
                    && word.forms.folded.chars().count() >= OWN_WORD_LETTERS,
            }
        });
        kept.collect()
    }

    fn without_group_head(&self, word: &Word) -> Option<String> {
        let (head, before) = word.forms.parts.split_last()?;
        let is_compound = !before.is_empty() && self.group_heads.contains(head);
        is_compound.then(|| before.concat())
    }

    /// "Schlehenwinkel 5" and "Schlehenwinkel 5 a" are two houses, "Bahnhofstr." and
    /// "Bahnhofstraße" one.
    fn house(&self, street: &str) -> String {
        let folded = self.analyzer.key(street);
        folded.replace("strasse", "str")
    }

    /// Compares two groups. The order does not matter.
    pub fn compare(&self, a: &Traits<'_>, b: &Traits<'_>) -> Similarity {
        let topic = self.topic(a, b);
        let likeness = likeness(&a.words, &b.words);
        let reasons = [
            (Trait::Topic, topic),
            (Trait::Name, name(a, b, likeness)),
            (Trait::Place, place(a, b)),
            (Trait::Meeting, meeting(a, b)),
            (Trait::House, same_or(&a.house, &b.house, 10, -10)),
            (
                Trait::Contact,
                same_or(&a.phone, &b.phone, 20, 0).max(same_or(&a.email, &b.email, 20, 0)),
            ),
            (Trait::Website, same_or(&a.website, &b.website, 15, 0)),
            (Trait::People, people(a.group, b.group)),
        ];
        let sum: i16 = reasons.iter().map(|(_, points)| points).sum();
        Similarity {
            score: sum.clamp(0, 100),
            reasons: reasons.into_iter().filter(|(_, points)| *points != 0).collect(),
            needs_a_person: topic < TOPIC && likeness < NAME_THAT_MAKES_UP,
        }
    }

    fn topic(&self, a: &Traits<'_>, b: &Traits<'_>) -> i16 {
        if a.concepts.is_empty() || b.concepts.is_empty() {
            return 0;
        }
        if a.concepts.iter().any(|concept| b.concepts.contains(concept)) {
            return TOPIC;
        }
        let is_above = |above: &[ConceptIndex], below: &[ConceptIndex]| {
            below.iter().any(|concept| {
                self.vocabulary.concept(*concept).broader.iter().any(|b| above.contains(b))
            })
        };
        if is_above(a.concepts, b.concepts) || is_above(b.concepts, a.concepts) {
            return 12;
        }
        -35
    }
}

/// Points for a shared concept.
const TOPIC: i16 = 30;

impl Traits<'_> {
    /// Returns keys under which a pair worth comparing meets: topic or word of the name in the
    /// same municipality, or the same telephone, mailbox or page.
    pub fn keys(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        let place = match &self.municipality {
            Some(municipality) => format!("{}/{}", municipality.key.1, municipality.key.0),
            None if self.group.format == Format::Online => "online".to_owned(),
            None => String::new(),
        };
        // Without a place a topic is shared by hundreds, a word of one's own by few.
        if !place.is_empty() {
            keys.extend(self.concepts.iter().map(|concept| format!("{place} c{concept}")));
        }
        keys.extend(self.words.iter().map(|word| format!("{place} w{}", word.stem)));
        let own = [("p", &self.phone), ("e", &self.email), ("h", &self.website)];
        keys.extend(
            own.iter().filter_map(|(kind, key)| Some(format!("{kind}{}", (*key).as_ref()?))),
        );
        keys
    }
}

fn same_or<T: PartialEq>(a: &Option<T>, b: &Option<T>, same: i16, other: i16) -> i16 {
    match (a, b) {
        (Some(a), Some(b)) if a == b => same,
        (Some(_), Some(_)) => other,
        _ => 0,
    }
}

fn name(a: &Traits<'_>, b: &Traits<'_>, likeness: f64) -> i16 {
    let shares_an_own_word = a
        .words
        .iter()
        .filter(|word| word.is_own)
        .any(|word| b.words.iter().any(|o| o.is_own && is_alike(word, o)));
    (likeness * 25.0).round() as i16 + if shares_an_own_word { 10 } else { 0 }
}

fn is_alike(a: &NameWord, b: &NameWord) -> bool {
    a.stem == b.stem || strsim::jaro_winkler(&a.folded, &b.folded) >= ALIKE
}

/// Returns the share of words that both names have (Dice), 0 to 1; written together counts too.
fn likeness(a: &[NameWord], b: &[NameWord]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let run_together =
        |words: &[NameWord]| words.iter().map(|w| w.stem.as_str()).collect::<String>();
    if run_together(a) == run_together(b) {
        return 1.0;
    }
    let mut free: Vec<&NameWord> = b.iter().collect();
    let mut shared = 0;
    for word in a {
        if let Some(at) = free.iter().position(|other| is_alike(word, other)) {
            free.swap_remove(at);
            shared += 1;
        }
    }
    f64::from(2 * shared) / (a.len() + b.len()) as f64
}

fn place(a: &Traits<'_>, b: &Traits<'_>) -> i16 {
    match (&a.municipality, &b.municipality) {
        (Some(a), Some(b)) if a.key == b.key => {
            if a.is_from_name || b.is_from_name {
                8
            } else {
                15
            }
        }
        (Some(a), Some(b)) if !a.is_from_name && !b.is_from_name => -60,
        (Some(_), Some(_)) => -30,
        _ if a.group.format == Format::Online && b.group.format == Format::Online => 5,
        _ => 0,
    }
}

fn meeting(a: &Traits<'_>, b: &Traits<'_>) -> i16 {
    if let (Some(a), Some(b)) = (&a.meeting_text, &b.meeting_text)
        && a == b
    {
        return 30;
    }
    let (Some(a), Some(b)) = (a.slot, b.slot) else { return 0 };
    let is_other_time = matches!((a.starts, b.starts), (Some(a), Some(b)) if a != b);
    let is_same_time = a.starts.is_some() && a.starts == b.starts;
    if a.weekday != b.weekday {
        return -40;
    }
    let (weeks_meet, weeks_equal) = (a.weeks & b.weeks != 0, a.weeks == b.weeks);
    match (weeks_equal, weeks_meet, is_same_time, is_other_time) {
        (_, false, ..) => -40,
        (_, _, _, true) => -20,
        (true, _, true, _) => 30,
        _ => 10,
    }
}

fn slot_of(group: &Group) -> Option<Slot> {
    let bit = |nth: i8| if nth < 0 { 1 } else { 1 << nth };
    let (weekday, weeks) = match group.meeting.rule? {
        Recurrence::Weekly { weekday } => (weekday, u8::MAX),
        Recurrence::Monthly { nth, weekday, .. } => (weekday, bit(nth)),
        Recurrence::TwiceAMonth { first, second, weekday } => (weekday, bit(first) | bit(second)),
    };
    Some(Slot { weekday, weeks, starts: group.meeting.starts })
}

/// What two groups of one topic are told apart by: nothing of it makes them more alike.
fn people(a: &Group, b: &Group) -> i16 {
    let mut points = 0;
    if a.audience.is_disjoint(&b.audience) {
        points -= 40;
    } else if a.audience != b.audience {
        points -= 5;
    }
    match (a.age_groups.is_empty(), b.age_groups.is_empty()) {
        (false, false) if a.age_groups.is_disjoint(&b.age_groups) => points -= 40,
        (true, false) | (false, true) => points -= 15,
        _ => {}
    }
    let ages = |group: &Group| (group.age_min, group.age_max);
    if ages(a) != ages(b) && a.age_groups.is_empty() == b.age_groups.is_empty() {
        points -= 15;
    }
    match (a.gender, b.gender) {
        (a, b) if a == b => {}
        (Gender::All, _) | (_, Gender::All) => points -= 5,
        _ => points -= 40,
    }
    if !a.languages.iter().any(|language| b.languages.contains(language)) {
        points -= 40;
    }
    let is_far = |group: &Group| matches!(group.format, Format::Online | Format::Phone);
    let is_there = |group: &Group| group.format == Format::InPerson;
    if is_far(a) && is_there(b) || is_there(a) && is_far(b) {
        points -= 20;
    }
    points
}

/// Returns host and path of a page; `None` for a host alone, which may be the contact point's or
/// an association's.
fn website_key(website: &str) -> Option<String> {
    let address = url::Url::parse(website).ok()?;
    let path = address.path().trim_end_matches('/');
    let host = address.host_str()?;
    (!path.is_empty())
        .then(|| format!("{}{}", host.strip_prefix("www.").unwrap_or(host), path.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_its_own_tells_groups_apart() {
        assert_eq!(website_key("https://www.example.org/"), None);
        assert_eq!(
            website_key("https://www.example.org/Tinnitus/"),
            website_key("http://example.org/tinnitus")
        );
    }
}
