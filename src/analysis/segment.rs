//! Cuts a text into words.
//!
//! In: the [`Letter`]s of a text. Out: [`RawWord`]s in lower case with ß as ss. What keeps
//! together and what does not:
//!
//! | written | word | why |
//! |---|---|---|
//! | `22q11.2`, `E84.0` | one | digits and letters are one word, dots between digits stay |
//! | `e.V.`, `M.S.` | `ev`, `ms` | single letters with dots are an abbreviation |
//! | `AD(H)S`, `Lp(a)` | `adhs`, `lpa` | one letter in brackets belongs to the word |
//! | `Partner*innen`, `Freund:in`, `Schüler/-innen`, `BürgerInnen`, `Betroffene(r)` | `partner`, … | a gender suffix tells nothing about the topic |
//! | `Crohn's`, `Ménière'sche` | `crohn`, `ménièresche` | an apostrophe is no border |
//! | `50+` | `50+` | the age is the whole |
//! | `Long-Covid`, `ME/CFS`, `Trans*personen`, `(Groß)Eltern` | two, glued | see [`RawWord::glued`] |

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::normalise::Letter;

/// A word as written, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawWord {
    /// NFC, lower case, ß as ss.
    pub exact: String,
    /// Where it stands in the original.
    pub range: Range<usize>,
    /// Whether only a hyphen, or what is used like one, stands between it and the word before.
    pub glued: bool,
}

/// An abbreviation on either side of a slash has at most so many letters: `ME/CFS`.
const MAX_ABBREVIATION: usize = 5;

/// Cuts letters into words.
pub(super) fn segment(letters: &[Letter]) -> Vec<RawWord> {
    let mut words: Vec<RawWord> = Vec::new();
    let mut previous: Option<Range<usize>> = None;
    let mut at = 0;
    while at < letters.len() {
        if !begins_word(letters[at].c) {
            at += 1;
            continue;
        }
        let start = at;
        let mut reader = Reader { letters, at, exact: String::new(), end: at };
        reader.read();
        let Reader { at: next, exact, end, .. } = reader;
        let glued = previous.is_some_and(|previous| is_glued(letters, &previous, start..end));
        words.push(RawWord { exact, range: letters[start].from..letters[end - 1].to, glued });
        previous = Some(start..end);
        at = next;
    }
    words
}

fn begins_word(c: char) -> bool {
    c.is_alphanumeric() && !is_combining_mark(c)
}

fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Reads one word; `end` is the letter after the last one that belongs to it.
struct Reader<'a> {
    letters: &'a [Letter],
    at: usize,
    exact: String,
    end: usize,
}

impl Reader<'_> {
    fn read(&mut self) {
        let start = self.at;
        while let Some(c) = self.peek(0) {
            if continues_word(c) {
                if c == 'I' && self.skip_inner_capital(start) {
                    continue;
                }
                self.push(c);
                self.step(1);
            } else if !self.read_joiner(c, start) {
                return;
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).map(|letter| letter.c)
    }

    fn letter_at(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(continues_word)
    }

    fn step(&mut self, count: usize) {
        self.at += count;
        self.end = self.at;
    }

    fn push(&mut self, c: char) {
        for lower in c.to_lowercase() {
            match lower {
                'ß' => self.exact.push_str("ss"),
                // The dot that the lower case of the Turkish İ leaves behind.
                '\u{307}' if self.exact.ends_with('i') => {}
                _ => self.exact.push(lower),
            }
        }
    }

    /// Steps over what joins two pieces of one word; `false` where the word ends.
    fn read_joiner(&mut self, c: char, start: usize) -> bool {
        if let Some(length) = self.gender_suffix(c, start) {
            self.step(length);
            return true;
        }
        let before = self.letters[self.at - 1].c;
        let next = self.peek(1);
        let between_digits =
            before.is_ascii_digit() && next.is_some_and(|next| next.is_ascii_digit());
        match c {
            '.' | ',' if between_digits => {
                self.exact.push(c);
                self.step(1);
                true
            }
            '.' if self.is_dotted_abbreviation(start) => {
                self.step(1);
                true
            }
            '\'' | '’' | '‘' | '´' | '`' | 'ʼ' if self.letter_at(1) && before.is_alphabetic() =>
            {
                let is_possessive = matches!(next, Some('s' | 'S')) && !self.letter_at(2);
                self.step(if is_possessive { 2 } else { 1 });
                true
            }
            '(' if self.letter_at(1) && self.peek(2) == Some(')') => {
                let inner = next.unwrap_or_default();
                let is_short = self.at - start <= 3;
                if is_short || inner.is_uppercase() || inner.is_numeric() {
                    self.push(inner);
                }
                self.step(3);
                true
            }
            '+' if before.is_ascii_digit() && !self.letter_at(1) => {
                self.exact.push('+');
                self.step(1);
                false
            }
            _ => false,
        }
    }

    /// Whether a dot stands between two single letters.
    fn is_dotted_abbreviation(&self, start: usize) -> bool {
        let alone_before = self.at == start + 1 || self.letters[self.at - 2].c == '.';
        alone_before
            && self.letters[self.at - 1].c.is_alphabetic()
            && self.peek(1).is_some_and(char::is_alphabetic)
            && !self.letter_at(2)
    }

    /// Returns how many letters a gender suffix takes up, counted from its sign.
    fn gender_suffix(&self, sign: char, start: usize) -> Option<usize> {
        if !matches!(sign, '*' | ':' | '_' | '/' | '(' | '·' | '•' | '’' | '\'') {
            return None;
        }
        let before = self.letters[self.at - 1].c;
        if self.at - start < 3 || !before.is_lowercase() {
            return None;
        }
        let dash = usize::from(matches!(sign, '/' | '(') && self.peek(1).is_some_and(is_hyphen));
        let from = 1 + dash;
        let run: String = (from..from + 7)
            .map_while(|ahead| self.peek(ahead).filter(|c| continues_word(*c)))
            .flat_map(char::to_lowercase)
            .collect();
        let closing = usize::from(sign == '(');
        let is_closed = |length: usize| sign != '(' || self.peek(from + length) == Some(')');
        let is_whole = |suffix: &str| run == suffix && is_closed(suffix.len());
        if matches!(sign, '’' | '\'') {
            // "Partner'innen" is met, "geht's" and "Ménière'sche" are no gender forms.
            return is_whole("innen").then_some(from + 5);
        }
        let opens_compound = sign != '(' && sign != '/' && run.starts_with("innen");
        if opens_compound || is_whole("innen") {
            return Some(from + 5 + closing);
        }
        if is_whole("in") {
            return Some(from + 2 + closing);
        }
        let endings: &[&str] = match sign {
            '(' => &["en", "er", "nen"],
            _ => &[],
        };
        if let Some(ending) = endings.iter().find(|ending| is_whole(ending)) {
            return Some(from + ending.len() + closing);
        }
        let is_article_ending = before == 'e' && ["r", "n", "s", "m"].iter().any(|e| is_whole(e));
        (is_article_ending && (sign != '(' || self.at - start > 3)).then_some(from + 1 + closing)
    }

    /// Steps over the `Innen` of `BürgerInnen` and the `In` of `PartnerIn`.
    fn skip_inner_capital(&mut self, start: usize) -> bool {
        let is_inner = self.at - start >= 3 && self.letters[self.at - 1].c.is_lowercase();
        if !is_inner || self.peek(1) != Some('n') {
            return false;
        }
        let is_plural =
            [(2, 'n'), (3, 'e'), (4, 'n')].iter().all(|(ahead, c)| self.peek(*ahead) == Some(*c));
        if is_plural {
            self.step(5);
            return true;
        }
        // "LinkedIn" and "CheckIn" are no persons.
        let persons = ["er", "or", "ist", "ent", "ant"];
        let is_person = persons.iter().any(|ending| self.exact.ends_with(ending));
        if is_person && !self.letter_at(2) {
            self.step(2);
            return true;
        }
        false
    }
}

/// Whether a character is written as a hyphen.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

fn is_glued(letters: &[Letter], previous: &Range<usize>, word: Range<usize>) -> bool {
    let gap: &[Letter] = &letters[previous.end..word.start];
    let [Letter { c, .. }] = gap else { return false };
    match c {
        '*' | '_' | '(' | ')' | '·' => true,
        '/' => [previous.clone(), word].into_iter().all(|range| {
            range.len() <= MAX_ABBREVIATION
                && letters[range].iter().all(|l| l.c.is_uppercase() || l.c.is_numeric())
        }),
        c => is_hyphen(*c),
    }
}
