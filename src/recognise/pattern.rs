//! Finds everyday sentences that tell of a topic: "mein mann trinkt".
//!
//! In: words and which of them are taken. Out: [`PatternNote`]s; the words of the sentence are
//! then taken, those in a gap stay free, as they may name the topic itself.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::spelling::canonical;
use crate::analysis::{Analyzer, Word};
use crate::domain::{Audience, Gender};
use crate::reference::{ConceptIndex, Pattern, Vocabulary};

/// Words that `*` stands for at most.
const WIDEST_GAP: usize = 2;

/// Words that strengthen a sentence without changing what it tells; they may stand anywhere in it.
const STRENGTHENERS: &[&str] = &[
    "so", "sehr", "auch", "immer", "ja", "nur", "schon", "wieder", "einfach", "halt", "total",
    "oft", "standig", "dauernd", "wirklich", "ganz", "zu", "viel", "gerade", "leider", "der",
    "die", "das", "eben", "doch", "mal", "jetzt", "seit", "ziemlich", "richtig", "extrem",
];

/// Most strengtheners between two words of a sentence.
const MOST_STRENGTHENERS: usize = 2;

/// Shortest stem by which two words may be one.
const SHORTEST_STEM: usize = 4;

/// Shortest canonical spelling by which two words may be one; shorter ones meet too many others
/// ("bin", "Bein"), and forgive a doubled letter only.
const SHORTEST_CANONICAL: usize = 5;

/// Persons of whom "my" tells the same: what is said of a husband is said of a boyfriend too.
const PERSONS: &[(&str, &[&str])] = &[
    (
        "partner",
        &[
            "mann",
            "frau",
            "partner",
            "partnerin",
            "freund",
            "freundin",
            "ehemann",
            "ehefrau",
            "lebensgefahrte",
            "lebensgefahrtin",
            "verlobter",
            "verlobte",
            "ex",
            "exmann",
            "exfrau",
            "exfreund",
            "exfreundin",
            "expartner",
            "expartnerin",
            "mannes",
            "gatte",
            "gattin",
        ],
    ),
    ("parent", &["mutter", "vater", "mama", "papa", "mutti", "vati", "mutters", "vaters"]),
    ("grandparent", &["oma", "opa", "grossmutter", "grossvater"]),
    ("child", &["sohn", "tochter", "kind", "sohnes", "junge", "jungs", "teenager", "madchen"]),
    ("sibling", &["bruder", "schwester"]),
];

/// Words before a person that make it one's own.
const POSSESSIVES: &[&str] = &[
    "mein", "meine", "meinem", "meinen", "meiner", "meines", "unser", "unsere", "unserem",
    "unseren", "unserer",
];

/// Words besides fillers that a sentence needs to be met in any order.
const LEAST_LOOSE: usize = 2;

/// An everyday sentence met in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternNote {
    /// What it tells of, the best reading first.
    pub concepts: Vec<ConceptIndex>,
    /// Who is speaking.
    pub audience: Vec<Audience>,
    /// The gender it tells of.
    pub gender: Option<Gender>,
    /// From its first to its last word, gaps included.
    pub words: Range<usize>,
    /// The sentence as the table writes it.
    pub sentence: String,
}

/// The keys of one word as numbers, ascending; those of words no sentence has are left out.
type Keys = Vec<u32>;

enum Piece {
    Word(Keys),
    Gap,
}

struct Sentence {
    pattern: Pattern,
    pieces: Vec<Piece>,
    /// The keys of its words besides fillers.
    telling: Vec<Keys>,
}

/// The sentences of a vocabulary, ready to be met.
pub struct PatternFinder {
    /// The longest first.
    sentences: Vec<Sentence>,
    /// The number of every key in any sentence.
    numbers: HashMap<String, u32>,
    /// Sentences by each key of their first word.
    by_first: HashMap<u32, Vec<usize>>,
    /// Sentences by each key of their telling words.
    by_telling: HashMap<u32, Vec<usize>>,
}

impl PatternFinder {
    /// Reads the sentences of `vocabulary` through the text chain.
    pub fn new(vocabulary: &Vocabulary, analyzer: &Analyzer) -> Self {
        let fillers = vocabulary.recognisers.iter().filter(|r| r.kind == "filler");
        let fillers = fillers.flat_map(|r| &r.words).map(|word| analyzer.key(word)).collect();
        Self::of_patterns(&vocabulary.patterns, fillers, analyzer)
    }

    fn of_patterns(patterns: &[Pattern], fillers: HashSet<String>, analyzer: &Analyzer) -> Self {
        let mut numbers = HashMap::new();
        let mut sentences: Vec<Sentence> = patterns
            .iter()
            .map(|pattern| {
                let (pieces, telling) = pieces(&pattern.sentence, &fillers, analyzer, &mut numbers);
                Sentence { pattern: pattern.clone(), pieces, telling }
            })
            .filter(|sentence| matches!(sentence.pieces.first(), Some(Piece::Word(_))))
            .collect();
        let rank = |sentence: &Sentence| {
            let words = sentence.pieces.iter().filter(|p| matches!(p, Piece::Word(_))).count();
            (std::cmp::Reverse(words), sentence.pieces.len())
        };
        sentences.sort_by_key(rank);
        let mut by_first: HashMap<u32, Vec<usize>> = HashMap::new();
        for (number, sentence) in sentences.iter().enumerate() {
            let Some(Piece::Word(first)) = sentence.pieces.first() else { continue };
            for key in first {
                by_first.entry(*key).or_default().push(number);
            }
        }
        let mut by_telling: HashMap<u32, Vec<usize>> = HashMap::new();
        for (number, sentence) in sentences.iter().enumerate() {
            if sentence.telling.len() >= LEAST_LOOSE {
                for key in sentence.telling.iter().flatten() {
                    by_telling.entry(*key).or_default().push(number);
                }
            }
        }
        Self { sentences, numbers, by_first, by_telling }
    }

    /// Finds sentences anywhere in the text, the longest first.
    pub fn find(&self, words: &[Word], taken: &mut [bool]) -> Vec<PatternNote> {
        let words = self.hear(words);
        let mut candidates: Vec<(usize, usize)> = Vec::new();
        for (start, word) in words.iter().enumerate() {
            for key in &word.keys {
                let numbers = self.by_first.get(key).into_iter().flatten();
                candidates.extend(numbers.map(|number| (*number, start)));
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut found = Vec::new();
        for (number, start) in candidates {
            let sentence = &self.sentences[number];
            let mut met = Vec::new();
            if !matches(&sentence.pieces, &words, taken, start, &mut met) {
                continue;
            }
            for word in &met {
                taken[*word] = true;
            }
            let end = met.iter().max().map_or(start, |last| last + 1);
            found.push(PatternNote {
                concepts: sentence.pattern.concepts.clone(),
                audience: sentence.pattern.audience.clone(),
                gender: sentence.pattern.gender,
                words: start..end,
                sentence: sentence.pattern.sentence.clone(),
            });
        }
        found.sort_by_key(|note| note.words.start);
        found
    }

    /// Finds the sentence of which most telling words stand in the text in any order, where all of
    /// them do: "das Kind kam bei uns viel zu früh" for "kind kam zu früh".
    ///
    /// For texts of which nothing else was understood; its words are then taken.
    pub fn find_loose(&self, words: &[Word], taken: &mut [bool]) -> Option<PatternNote> {
        let heard = self.hear(words);
        let mut candidates: Vec<usize> = Vec::new();
        for word in heard.iter().zip(taken.iter()).filter(|(_, taken)| !**taken).map(|(w, _)| w) {
            for key in &word.keys {
                candidates.extend(self.by_telling.get(key).into_iter().flatten());
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut best: Option<(usize, usize, Vec<usize>)> = None;
        for number in candidates {
            let telling = &self.sentences[number].telling;
            let met: Option<Vec<usize>> = telling
                .iter()
                .map(|keys| {
                    (0..heard.len()).find(|at| {
                        !taken[*at] && keys.iter().any(|key| heard[*at].keys.contains(key))
                    })
                })
                .collect();
            let Some(mut met) = met else { continue };
            met.sort_unstable();
            met.dedup();
            // Two words of a sentence are not one word of the text.
            let is_whole = met.len() == telling.len();
            if is_whole && best.as_ref().is_none_or(|(most, _, _)| met.len() > *most) {
                best = Some((met.len(), number, met));
            }
        }
        let (_, number, met) = best?;
        for at in &met {
            taken[*at] = true;
        }
        let pattern = &self.sentences[number].pattern;
        Some(PatternNote {
            concepts: pattern.concepts.clone(),
            audience: pattern.audience.clone(),
            gender: pattern.gender,
            words: met[0]..met[met.len() - 1] + 1,
            sentence: pattern.sentence.clone(),
        })
    }

    fn hear(&self, words: &[Word]) -> Vec<Heard> {
        let hear = |(at, word): (usize, &Word)| {
            let before = at.checked_sub(1).map(|at| &words[at]);
            let numbers = keys(word, before);
            let mut known: Keys =
                numbers.iter().filter_map(|key| self.numbers.get(key)).copied().collect();
            known.sort_unstable();
            let strengthens = STRENGTHENERS.contains(&word.forms.folded.as_str());
            Heard { keys: known, strengthens }
        };
        words.iter().enumerate().map(hear).collect()
    }
}

/// A word of a text as sentences meet it.
struct Heard {
    keys: Keys,
    strengthens: bool,
}

/// Returns the pieces of a sentence and the keys of its telling words.
fn pieces(
    sentence: &str,
    fillers: &HashSet<String>,
    analyzer: &Analyzer,
    numbers: &mut HashMap<String, u32>,
) -> (Vec<Piece>, Vec<Keys>) {
    let mut number_of = |key: String| {
        let next = numbers.len() as u32;
        *numbers.entry(key).or_insert(next)
    };
    let (mut pieces, mut telling) = (Vec::new(), Vec::new());
    for (number, part) in sentence.split('*').enumerate() {
        if number > 0 {
            pieces.push(Piece::Gap);
        }
        let words = analyzer.words(part);
        for (at, word) in words.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &words[at]);
            let mut keys: Keys = keys(word, before).into_iter().map(&mut number_of).collect();
            keys.sort_unstable();
            let folded = word.forms.folded.as_str();
            let says_little = fillers.contains(folded)
                || POSSESSIVES.contains(&folded)
                || STRENGTHENERS.contains(&folded);
            // In any order only one's own persons tell: not any man who drinks.
            match person(word, before) {
                Some(person) => telling.push(vec![number_of(person)]),
                None if !says_little => telling.push(keys.clone()),
                None => {}
            }
            pieces.push(Piece::Word(keys));
        }
    }
    while matches!(pieces.last(), Some(Piece::Gap)) {
        pieces.pop();
    }
    (pieces, telling)
}

/// Matches the pieces from `at` on and notes the words that were met.
fn matches(
    pieces: &[Piece],
    words: &[Heard],
    taken: &[bool],
    at: usize,
    met: &mut Vec<usize>,
) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return true };
    let before = met.len();
    match piece {
        Piece::Gap => (0..=WIDEST_GAP).any(|width| {
            met.truncate(before);
            at + width <= words.len() && matches(rest, words, taken, at + width, met)
        }),
        Piece::Word(expected) => {
            let most_skipped = if before == 0 { 0 } else { MOST_STRENGTHENERS };
            for skipped in 0..=most_skipped {
                let here = at + skipped;
                let Some(word) = words.get(here).filter(|_| !taken[here]) else { return false };
                if expected.iter().any(|key| word.keys.contains(key)) {
                    met.extend(at..=here);
                    if matches(rest, words, taken, here + 1, met) {
                        return true;
                    }
                    met.truncate(before);
                }
                if !word.strengthens {
                    return false;
                }
            }
            false
        }
    }
}

/// Returns the keys under which a word meets its inflected and misspelt forms.
fn keys(word: &Word, before: Option<&Word>) -> Vec<String> {
    let folded = word.forms.folded.as_str();
    let mut keys = vec![format!("={folded}")];
    keys.extend(person(word, before));
    if word.forms.stem.len() >= SHORTEST_STEM {
        keys.push(format!("~{}", word.forms.stem));
    }
    let spelling = canonical(&word.forms.folded);
    if spelling.len() >= SHORTEST_CANONICAL {
        keys.push(format!("?{spelling}"));
        keys.extend(verb_root(&spelling).map(|root| format!("?{root}")));
    } else {
        let mut letters: Vec<char> = word.forms.folded.chars().collect();
        letters.dedup();
        keys.push(format!("-{}", letters.iter().collect::<String>()));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Returns the key of one's own husband, child or mother.
fn person(word: &Word, before: Option<&Word>) -> Option<String> {
    let folded = word.forms.folded.as_str();
    let is_own = before.is_some_and(|word| POSSESSIVES.contains(&word.forms.folded.as_str()));
    let (person, _) = PERSONS.iter().find(|(_, names)| is_own && names.contains(&folded))?;
    Some(format!("@{person}"))
}

/// Returns what is left of a verb without its ending: trink- of trinkt, trinken, trinke.
fn verb_root(spelling: &str) -> Option<&str> {
    const ENDINGS: &[&str] = &["en", "est", "st", "et", "t", "e", "n"];
    let root = ENDINGS.iter().find_map(|ending| spelling.strip_suffix(ending))?;
    (root.len() >= SHORTEST_STEM).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::testing::analyzer;

    fn finder() -> PatternFinder {
        let pattern = |sentence: &str, concept, audience: &[Audience]| Pattern {
            sentence: sentence.to_owned(),
            concepts: vec![concept],
            audience: audience.to_vec(),
            gender: None,
        };
        let patterns = [
            pattern("mein mann trinkt", 1, &[Audience::Partners, Audience::Relatives]),
            pattern("mein mann * alkoholiker", 1, &[Audience::Partners]),
            pattern("ich habe angst", 2, &[Audience::Affected]),
            pattern("ich habe angst vor spinnen", 3, &[Audience::Affected]),
            pattern("ich habe * verloren", 4, &[Audience::Bereaved]),
        ];
        PatternFinder::of_patterns(&patterns, HashSet::new(), &analyzer())
    }

    #[test]
    fn sentences_are_met_as_people_say_them() {
        for (text, concepts, why) in [
            ("mein mann trinkt", &[1][..], "the sentence itself"),
            ("Hilfe, mein Mann trinkt seit Jahren", &[1], "in the middle of a text"),
            ("mein man trinkt", &[1], "a doubled letter left out"),
            ("mein mann trinkt zu viel", &[1], "words may follow"),
            ("bein mann trinkt", &[], "another word that sounds like it"),
            ("mein mann der trinkt", &[1], "a strengthener in between"),
            ("mein mann ist alkoholiker", &[1], "one word in the gap"),
            ("mein mann ist leider alkoholiker", &[1], "two words in the gap"),
            ("ich habe angst vor spinnen", &[3], "the longest sentence"),
            ("ich habe so große angst", &[], "a word that is no strengthener"),
            ("ich habe so angst", &[2], "a strengthener"),
            ("ich habe meinen sohn verloren", &[4], "two words in the gap"),
            ("mein mann", &[], "half a sentence"),
            ("mein hund trinkt", &[], "another sentence"),
            ("meine freundin trinkt", &[1], "another person, as near"),
            ("mann trinkt", &[], "nobody's husband"),
        ] {
            let words = analyzer().words(text);
            let mut taken = vec![false; words.len()];
            let found = finder().find(&words, &mut taken);
            let met: Vec<ConceptIndex> = found.iter().flat_map(|n| n.concepts.clone()).collect();
            assert_eq!(met, concepts, "{text}: {why}");
        }
    }

    /// The word in the gap may be the topic: "ich habe meine tochter durch suizid verloren".
    #[test]
    fn words_in_a_gap_stay_free() {
        let words = analyzer().words("ich habe meinen sohn verloren");
        let mut taken = vec![false; words.len()];

        let found = finder().find(&words, &mut taken);

        assert_eq!(found[0].words, 0..5);
        assert_eq!(taken, [true, true, false, false, true]);
    }

    #[test]
    fn taken_words_are_passed_over() {
        let words = analyzer().words("mein mann trinkt");
        assert_eq!(finder().find(&words, &mut [false, true, false]), []);
    }
}
