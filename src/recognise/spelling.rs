//! How German words are misspelt: a canonical spelling under which the usual confusions meet, and
//! the budget of edits beyond them.

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};

/// Longest word, in letters, for which edits are looked for; longer ones cost too much.
const LONGEST_FUZZY: usize = 40;

/// Returns how many edits a word of `letters` letters may be away: none up to 3, one from 4, two
/// from 8 (`search.md`).
pub fn budget(letters: usize) -> u8 {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        8..=LONGEST_FUZZY => 2,
        _ => 0,
    }
}

/// Returns the canonical spelling of a folded word: pairs that Germans confuse (ei/ie, ph/f, th/t,
/// y/i, c/k, v/f, dt/t, doubled letters, a mute h) become one.
pub fn canonical(folded: &str) -> String {
    // "Asperga": an ending -er is spoken as -a.
    let spoken =
        folded.strip_suffix("er").filter(|stem| stem.len() > 3).map(|stem| format!("{stem}a"));
    let letters: Vec<char> = spoken.as_deref().unwrap_or(folded).chars().collect();
    let mut out = String::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let here = letters[at];
        let next = letters.get(at + 1).copied();
        let after = letters.get(at + 2).copied();
        let (written, used): (&str, usize) = match (here, next, after) {
            ('s', Some('c'), Some('h')) => ("sch", 3),
            ('c', Some('h'), Some('r' | 'l')) => ("k", 2),
            ('c', Some('h'), _) => ("ch", 2),
            ('c', Some('k'), _) => ("k", 2),
            ('c', Some('e' | 'i' | 'y'), _) => ("z", 1),
            ('c', _, _) => ("k", 1),
            ('p', Some('h'), _) => ("f", 2),
            ('t', Some('h'), _) => ("t", 2),
            ('r', Some('h'), _) => ("r", 2),
            ('d', Some('t'), _) => ("t", 2),
            ('t', Some('z'), _) => ("z", 2),
            ('q', Some('u'), _) => ("kw", 2),
            ('e', Some('i'), _) | ('i', Some('e'), _) => ("i", 2),
            ('y', _, _) => ("i", 1),
            ('v', _, _) => ("f", 1),
            ('x', _, _) => ("ks", 1),
            ('h', Some(follower), _)
                if at > 0 && is_vowel(letters[at - 1]) && !is_vowel(follower) =>
            {
                ("", 1)
            }
            ('h', None, _) if at > 0 && is_vowel(letters[at - 1]) => ("", 1),
            _ => {
                if !out.ends_with(here) {
                    out.push(here);
                }
                at += 1;
                continue;
            }
        };
        for c in written.chars() {
            if !out.ends_with(c) {
                out.push(c);
            }
        }
        at += used;
    }
    out
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Builders of the automata for one and two edits; a swap of neighbours is one edit
/// (Damerau-Levenshtein, optimal string alignment).
pub struct Automata {
    one: LevenshteinAutomatonBuilder,
    two: LevenshteinAutomatonBuilder,
}

impl Default for Automata {
    fn default() -> Self {
        Self {
            one: LevenshteinAutomatonBuilder::new(1, true),
            two: LevenshteinAutomatonBuilder::new(2, true),
        }
    }
}

impl Automata {
    /// Returns the automaton that accepts everything within `edits` (1 or 2) of `word`.
    pub fn within(&self, word: &str, edits: u8) -> Fuzzy {
        let builder = if edits >= 2 { &self.two } else { &self.one };
        Fuzzy(builder.build_dfa(word))
    }

    /// Returns the automaton that accepts everything that begins within `edits` of `word`.
    pub fn beginning_within(&self, word: &str, edits: u8) -> Fuzzy {
        let builder = if edits >= 2 { &self.two } else { &self.one };
        Fuzzy(builder.build_prefix_dfa(word))
    }
}

/// An automaton over the bytes of a word list.
pub struct Fuzzy(DFA);

impl Fuzzy {
    /// Returns how many edits away `word` is, or `None` beyond the automaton's reach.
    pub fn distance(&self, word: &str) -> Option<u8> {
        match self.0.eval(word) {
            Distance::Exact(edits) => Some(edits),
            Distance::AtLeast(_) => None,
        }
    }
}

impl fst::Automaton for Fuzzy {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != levenshtein_automata::SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_confusions_meet() {
        for (a, b) in [
            ("fibromyalgie", "fibromialgi"),
            ("rheuma", "reuma"),
            ("asthma", "astma"),
            ("crohn", "chron"),
            ("phobie", "fobi"),
            ("katarrh", "kattar"),
            ("hashimoto", "hashimotto"),
            ("zoliakie", "zoliaki"),
            ("alzheimer", "alzhiemer"),
            ("asperger", "asperga"),
        ] {
            assert_eq!(canonical(a), canonical(b), "{a} / {b}");
        }
    }

    #[test]
    fn different_words_stay_apart() {
        for (a, b) in [("lymphom", "lymphodem"), ("sucht", "sicht"), ("herz", "harz")] {
            assert_ne!(canonical(a), canonical(b), "{a} / {b}");
        }
    }

    #[test]
    fn a_swap_is_one_edit() {
        let automata = Automata::default();
        assert_eq!(automata.within("epilepsie", 1).distance("eiplepsie"), Some(1));
        assert_eq!(automata.within("epilepsie", 1).distance("epi"), None);
    }
}
