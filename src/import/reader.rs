//! What import asks of the vocabulary: is this a topic, what does this name speak of, and whom?

use std::ops::Range;

use crate::analysis::{Analyzer, Word};
use crate::recognise::concept::ConceptFinder;
use crate::recognise::duplicates::Comparison;
use crate::recognise::term::{Reading, TermFinder};
use crate::reference::{Gazetteer, Vocabulary};

/// Answers questions about topics and people in the words of publishers.
pub trait TopicReader: Sync {
    /// Says whether a text names one topic of the vocabulary and nothing else.
    fn is_topic(&self, text: &str) -> bool;

    /// Returns the topics that a name speaks of, in the name's own words.
    fn topics_in(&self, name: &str) -> Vec<String>;

    /// Returns for whom, how and in which language, as far as a name or topic says.
    fn people(&self, text: &str) -> Reading;

    /// Says whether a text names people and nothing else: "Angehörige", "auch für Kinder".
    fn is_people(&self, text: &str) -> bool;
}

/// The vocabulary as a reader.
pub struct VocabularyReader<'a> {
    /// Concepts.
    pub vocabulary: &'a Vocabulary,
    /// The text chain.
    pub analyzer: &'a Analyzer,
    /// Labels of concepts.
    pub concepts: &'a ConceptFinder,
    /// Words of the closed lists.
    pub terms: &'a TermFinder,
}

/// Words that join people and topics.
const JOINTS: [&str; 14] = [
    "und", "auch", "fur", "nur", "sowie", "oder", "mit", "die", "der", "deren", "von", "bei", "im",
    "in",
];

impl<'a> VocabularyReader<'a> {
    /// Returns what compares records.
    pub fn comparison(&self, gazetteer: &'a Gazetteer) -> Comparison<'a> {
        Comparison {
            vocabulary: self.vocabulary,
            gazetteer,
            finder: self.concepts,
            analyzer: self.analyzer,
        }
    }

    fn is_joint(&self, word: &Word) -> bool {
        JOINTS.contains(&word.forms.folded.as_str()) || self.concepts.is_filler(word)
    }

    fn spans(&self, text: &str, words: &[Word]) -> Vec<Range<usize>> {
        let mut taken = vec![false; words.len()];
        let found = self.concepts.find(words, text, &mut taken);
        found.into_iter().map(|one| one.words).collect()
    }
}

impl TopicReader for VocabularyReader<'_> {
    fn is_topic(&self, text: &str) -> bool {
        let words = self.analyzer.words(text);
        let mut taken = vec![false; words.len()];
        let found = self.concepts.find(&words, text, &mut taken);
        let [one] = found.as_slice() else { return false };
        // Whole fields are called by lists ("ADHS, Autismus"): that is no single topic.
        let is_field = self.vocabulary.concept(one.concept).is_topic_group;
        if is_field && [",", ";", "/", " und "].iter().any(|joint| text.contains(joint)) {
            return false;
        }
        let span = &one.words;
        words.iter().enumerate().all(|(at, word)| span.contains(&at) || self.is_joint(word))
    }

    fn topics_in(&self, name: &str) -> Vec<String> {
        let words = self.analyzer.words(name);
        let mut topics: Vec<String> = Vec::new();
        for span in self.spans(name, &words) {
            let (Some(first), Some(last)) = (words.get(span.start), words.get(span.end - 1)) else {
                continue;
            };
            let topic = name[first.range.start..last.range.end].to_owned();
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        topics
    }

    fn people(&self, text: &str) -> Reading {
        self.terms.read_audience(text)
    }

    fn is_people(&self, text: &str) -> bool {
        let words = self.analyzer.words(text);
        let mut taken = vec![false; words.len()];
        let found = self.terms.find(text, &words, &mut taken);
        !found.is_empty()
            && words.iter().zip(&taken).all(|(word, taken)| *taken || self.is_joint(word))
    }
}
