//! Folds umlauts and accents, so that `ä`, `ae` and `a` meet.
//!
//! In: a word in lower case. Out: the same without umlauts and accents. As in Lucene's
//! GermanNormalizationFilter `ae`, `oe`, `ue` count as umlauts, `ue` not after a vowel or q.
//! Kept are the true pairs: those of `true_umlauts.txt` (Michael, aktuell) and those on the
//! border of two lexicon words (Trauma|erfahrung).

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds words.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Whole words with a true pair.
    whole: HashSet<String>,
    /// Beginnings of words with a true pair.
    beginnings: Vec<String>,
    /// Pieces with a true pair, wherever they stand.
    pieces: Vec<String>,
    /// Words of the lexicon as written, folded; for borders within compounds.
    lexicon: HashSet<String>,
}

/// A lexicon word on either side of a border has at least so many letters.
const MIN_BORDER_PART: usize = 3;

impl Folder {
    /// Builds the folder from the lines of `true_umlauts.txt`: `=whole word`, `*piece anywhere`,
    /// or the beginning of a word.
    pub(super) fn new(true_umlauts: &[String]) -> Self {
        let mut folder = Self::default();
        for line in true_umlauts {
            let line = line.to_lowercase().replace('ß', "ss");
            if let Some(word) = line.strip_prefix('=') {
                folder.whole.insert(word.to_owned());
            } else if let Some(piece) = line.strip_prefix('*') {
                folder.pieces.push(piece.to_owned());
            } else {
                folder.beginnings.push(line);
            }
        }
        folder
    }

    /// Tells the folder the words between which a border may run.
    pub(super) fn add_border_word(&mut self, exact: &str) {
        if exact.len() >= MIN_BORDER_PART {
            self.lexicon.insert(exact.to_owned());
        }
    }

    /// Folds a word in lower case.
    pub(super) fn fold(&self, exact: &str) -> String {
        if exact.is_ascii() && !has_pair(exact) && !exact.ends_with('+') {
            return exact.to_owned();
        }
        let chars: Vec<char> = exact.chars().collect();
        // "ü50" (over fifty) must not meet "u50" (under fifty), nor "Ü 50" meet "U 50".
        let age = exact.strip_prefix('ü').or_else(|| exact.strip_prefix("ue"));
        if let Some(age) = age.filter(|age| age.bytes().all(|byte| byte.is_ascii_digit())) {
            return format!("ü{age}");
        }
        let mut folded = String::with_capacity(exact.len());
        let mut byte = 0;
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            let next = chars.get(at + 1).copied();
            if matches!(c, 'a' | 'o' | 'u')
                && next == Some('e')
                && self.is_umlaut(exact, byte, &chars, at)
            {
                folded.push(c);
                at += 2;
                byte += 2;
                continue;
            }
            fold_char(c, &mut folded);
            at += 1;
            byte += c.len_utf8();
        }
        folded
    }

    /// Writes umlauts as letters: "Toechter" is "töchter" typed without them, "Trauer" stays.
    pub(super) fn with_umlauts(&self, exact: &str) -> String {
        if !has_pair(exact) {
            return exact.to_owned();
        }
        let chars: Vec<char> = exact.chars().collect();
        let mut out = String::with_capacity(exact.len());
        let (mut byte, mut at) = (0, 0);
        while at < chars.len() {
            let umlaut = match chars[at] {
                'a' => Some('ä'),
                'o' => Some('ö'),
                'u' => Some('ü'),
                _ => None,
            };
            let is_pair = chars.get(at + 1) == Some(&'e');
            match umlaut.filter(|_| is_pair && self.is_umlaut(exact, byte, &chars, at)) {
                Some(umlaut) => {
                    out.push(umlaut);
                    at += 2;
                    byte += 2;
                }
                None => {
                    out.push(chars[at]);
                    byte += chars[at].len_utf8();
                    at += 1;
                }
            }
        }
        out
    }

    /// Whether the pair at `byte` (the character `at`) stands for an umlaut.
    fn is_umlaut(&self, exact: &str, byte: usize, chars: &[char], at: usize) -> bool {
        let first = chars[at];
        let previous = at.checked_sub(1).map(|before| chars[before]);
        let following = chars.get(at + 2).copied();
        // No German word has äi, öi, üi, öu or üu; "äu" it has.
        if following == Some('i') || (first != 'a' && following == Some('u')) {
            return false;
        }
        if first == 'u' && previous.is_some_and(is_vowel_or_q) {
            // "Knie|uebung": ü at the border of two words.
            return at >= 4 && self.lexicon.contains(&exact[..byte]);
        }
        !self.is_listed(exact, byte) && !self.is_border(exact, byte + 1)
    }

    fn is_listed(&self, exact: &str, byte: usize) -> bool {
        let covers = |from: usize, entry: &str| from <= byte && byte + 2 <= from + entry.len();
        self.whole.contains(exact)
            || self.beginnings.iter().any(|b| exact.starts_with(b.as_str()) && covers(0, b))
            || self
                .pieces
                .iter()
                .any(|p| exact.match_indices(p.as_str()).any(|(i, p)| covers(i, p)))
    }

    /// Whether a lexicon word ends and another one begins at `byte`.
    fn is_border(&self, exact: &str, byte: usize) -> bool {
        let (before, after) = exact.split_at(byte);
        let ends_word = before.char_indices().any(|(from, _)| {
            self.lexicon.contains(&before[from..]) && (from == 0 || before.len() - from > 4)
        });
        ends_word
            && after
                .char_indices()
                .map(|(i, c)| i + c.len_utf8())
                .any(|end| end > MIN_BORDER_PART && self.lexicon.contains(&after[..end]))
    }
}

fn has_pair(word: &str) -> bool {
    word.as_bytes().windows(2).any(|pair| matches!(pair, b"ae" | b"oe" | b"ue"))
}

fn is_vowel_or_q(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'ä' | 'ö' | 'ü' | 'q')
}

fn fold_char(c: char, folded: &mut String) {
    match c {
        'a'..='z' | '0'..='9' => folded.push(c),
        'ä' | 'å' | 'æ' => folded.push('a'),
        'ö' | 'ø' | 'œ' => folded.push('o'),
        'ü' => folded.push('u'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'þ' => folded.push_str("th"),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ŧ' => folded.push('t'),
        // "50+" is read and written as "50 plus".
        '+' => folded.push_str("plus"),
        c if is_combining_mark(c) && folded.ends_with(|c: char| c.is_ascii()) => {}
        c if c.is_ascii() => folded.push(c),
        c => {
            let mut decomposed = std::iter::once(c).nfd();
            match decomposed.next() {
                Some(base) if base.is_ascii_alphabetic() => folded.push(base),
                _ => folded.push(c),
            }
        }
    }
}
