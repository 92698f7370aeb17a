//! Finds everyday sentences that tell of a topic: "mein mann trinkt".
//!
//! In: words and which of them are taken. Out: [`PatternNote`]s; the words of the sentence are
//! then taken, those in a gap stay free, as they may name the topic itself.

use std::collections::HashMap;
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
}

/// The sentences of a vocabulary, ready to be met.
pub struct PatternFinder {
    /// The longest first.
    sentences: Vec<Sentence>,
    /// The number of every key in any sentence.
    numbers: HashMap<String, u32>,
    /// Sentences by each key of their first word.
    by_first: HashMap<u32, Vec<usize>>,
}

impl PatternFinder {
    /// Reads the sentences of `vocabulary` through the text chain.
    pub fn new(vocabulary: &Vocabulary, analyzer: &Analyzer) -> Self {
        Self::of_patterns(&vocabulary.patterns, analyzer)
    }

    fn of_patterns(patterns: &[Pattern], analyzer: &Analyzer) -> Self {
        let mut numbers = HashMap::new();
        let mut sentences: Vec<Sentence> = patterns
            .iter()
            .map(|pattern| Sentence {
                pattern: pattern.clone(),
                pieces: pieces(&pattern.sentence, analyzer, &mut numbers),
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
        Self { sentences, numbers, by_first }
    }

    /// Finds sentences anywhere in the text, the longest first.
    pub fn find(&self, words: &[Word], taken: &mut [bool]) -> Vec<PatternNote> {
        let words: Vec<Heard> = words.iter().map(|word| self.hear(word)).collect();
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

    fn hear(&self, word: &Word) -> Heard {
        let mut known: Keys =
            keys(word).iter().filter_map(|key| self.numbers.get(key)).copied().collect();
        known.sort_unstable();
        let strengthens = STRENGTHENERS.contains(&word.forms.folded.as_str());
        Heard { keys: known, strengthens }
    }
}

/// A word of a text as sentences meet it.
struct Heard {
    keys: Keys,
    strengthens: bool,
}

fn pieces(sentence: &str, analyzer: &Analyzer, numbers: &mut HashMap<String, u32>) -> Vec<Piece> {
    let mut number_of = |key: String| {
        let next = numbers.len() as u32;
        *numbers.entry(key).or_insert(next)
    };
    let mut pieces = Vec::new();
    for (number, part) in sentence.split('*').enumerate() {
        if number > 0 {
            pieces.push(Piece::Gap);
        }
        for word in analyzer.words(part) {
            let mut keys: Keys = keys(&word).into_iter().map(&mut number_of).collect();
            keys.sort_unstable();
            pieces.push(Piece::Word(keys));
        }
    }
    while matches!(pieces.last(), Some(Piece::Gap)) {
        pieces.pop();
    }
    pieces
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
fn keys(word: &Word) -> Vec<String> {
    let mut keys = vec![format!("={}", word.forms.folded)];
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
        PatternFinder::of_patterns(&patterns, &analyzer())
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
