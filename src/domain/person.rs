//! A person as somebody asks after them: names, telephone numbers and mailboxes, and where these
//! stand in a text. Spelling does not matter: `Müller` meets `Mueller`, `+49 30 …` meets `030/…`.

use std::fmt;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// Fewer letters or digits would meet half of all records.
const SHORTEST: usize = 4;

/// A number of fewer digits is no subscriber's.
const SHORTEST_NUMBER: usize = 6;

/// What stands where something was erased.
pub const ERASED: &str = "…";

/// What nobody can be found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPerson {
    /// Nothing was said.
    #[error("say a name, a telephone number or a mailbox of the person")]
    Nothing,
    /// A name of too few letters.
    #[error("the name is too short; give first and last name")]
    ShortName,
    /// No telephone number.
    #[error("the telephone number needs at least {SHORTEST_NUMBER} digits, with its area code")]
    NotANumber,
    /// No mailbox.
    #[error("the mailbox needs an @ with text on both sides")]
    NotAMailbox,
}

/// What a person is found by; any one of it is enough.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Folded words of each name.
    names: Vec<Vec<String>>,
    /// Numbers as dialled within Germany.
    phones: Vec<String>,
    /// In small letters.
    emails: Vec<String>,
}

impl fmt::Debug for Person {
    // Nobody's name in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").finish_non_exhaustive()
    }
}

impl Person {
    /// Returns the person of these names, numbers and mailboxes.
    ///
    /// # Errors
    ///
    /// [`NotAPerson`], without repeating what was said.
    pub fn new(names: &[String], phones: &[String], emails: &[String]) -> Result<Self, NotAPerson> {
        let mut person = Self::default();
        for name in names {
            let words: Vec<String> = words(name).into_iter().map(|(_, word)| word).collect();
            if words.iter().map(String::len).sum::<usize>() < SHORTEST {
                return Err(NotAPerson::ShortName);
            }
            person.names.push(words);
        }
        for phone in phones {
            person.phones.push(phone_key(phone).ok_or(NotAPerson::NotANumber)?);
        }
        for email in emails {
            let email = email.trim().to_lowercase();
            let is_mailbox = email.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
            });
            if !is_mailbox {
                return Err(NotAPerson::NotAMailbox);
            }
            person.emails.push(email);
        }
        if person == Self::default() { Err(NotAPerson::Nothing) } else { Ok(person) }
    }

    /// Adds what is known of the person beside what was asked for, where it can be one's.
    pub fn learn(&mut self, name: Option<&str>, phone: Option<&str>, email: Option<&str>) {
        let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect::<Vec<_>>();
        let known = [
            Self::new(&one(name), &[], &[]),
            Self::new(&[], &one(phone), &[]),
            Self::new(&[], &[], &one(email)),
        ];
        for known in known.into_iter().flatten() {
            *self = std::mem::take(self).and(known);
        }
    }

    /// Returns the two together.
    pub fn and(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.phones.extend(other.phones);
        self.emails.extend(other.emails);
        self
    }

    /// Leaves out a number and a mailbox that are somebody else's.
    pub fn forget(&mut self, phone: Option<&str>, email: Option<&str>) {
        let phone = phone.and_then(phone_key);
        self.phones.retain(|known| Some(known) != phone.as_ref());
        let email = email.map(str::to_lowercase);
        self.emails.retain(|known| Some(known) != email.as_ref());
    }

    /// Says whether a text speaks of the person.
    pub fn is_in(&self, text: &str) -> bool {
        !self.places_in(text).is_empty()
    }

    /// Returns the text without the person, [`ERASED`] in its places; `None` where it does not
    /// speak of them.
    pub fn erased_from(&self, text: &str) -> Option<String> {
        let places = self.places_in(text);
        let (first, last) = (places.first()?.start, places.last()?.end);
        let mut rest = text[..first].to_owned();
        for (at, place) in places.iter().enumerate() {
            rest.push_str(ERASED);
            let next = places.get(at + 1).map_or(last, |next| next.start);
            rest.push_str(&text[place.end.min(next)..next]);
        }
        rest.push_str(&text[last..]);
        Some(rest)
    }

    /// Returns the bytes of a text that name the person, in order, without overlaps.
    fn places_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        if !self.names.is_empty() {
            let words = words(text);
            for name in &self.names {
                let reversed: Vec<String> = name.iter().rev().cloned().collect();
                for order in [name, &reversed] {
                    let windows = words.windows(order.len());
                    let met = windows.filter(|w| w.iter().map(|(_, word)| word).eq(order.iter()));
                    places.extend(met.map(|w| w[0].0.start..w[w.len() - 1].0.end));
                }
            }
        }
        for phone in &self.phones {
            places.extend(numbers_in(text, phone));
        }
        for email in &self.emails {
            places.extend(mailboxes_in(text, email));
        }
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let mut apart: Vec<Range<usize>> = Vec::new();
        for place in places {
            match apart.last_mut() {
                Some(last) if place.start < last.end => last.end = last.end.max(place.end),
                _ => apart.push(place),
            }
        }
        apart
    }
}

/// Returns the words of a text with their places, folded.
fn words(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        // A combining mark belongs to the letter before it.
        let is_inside = c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c);
        match (start, is_inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push((from..at, fold(&text[from..at])));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Small letters, ä as ae, ß as ss, no accents.
fn fold(word: &str) -> String {
    let mut folded = String::new();
    for c in word.nfc().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            other => folded.extend(
                std::iter::once(other).nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)),
            ),
        }
    }
    folded
}

/// Finds a number by its digits, whatever stands between them.
fn numbers_in(text: &str, key: &str) -> Vec<Range<usize>> {
    let core = key.strip_prefix('0').unwrap_or(key).as_bytes();
    let digits: Vec<(usize, u8)> =
        text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).collect();
    let mut found = Vec::new();
    for (at, window) in digits.windows(core.len()).enumerate() {
        let is_met = window.iter().map(|(_, digit)| digit).eq(core.iter());
        let joined = window.windows(2).all(|pair| is_joint(&text[pair[0].0 + 1..pair[1].0]));
        let end = window[window.len() - 1].0 + 1;
        let goes_on = text.as_bytes().get(end).is_some_and(u8::is_ascii_digit);
        if !is_met || !joined || goes_on {
            continue;
        }
        // Its zero or country code goes, too.
        let mut start = window[0].0;
        for (before, digit) in digits[..at].iter().rev() {
            let is_code = matches!(digit, b'0' | b'4' | b'9');
            if !is_code || !is_joint(&text[before + 1..start]) {
                break;
            }
            start = *before;
        }
        if text[..start].ends_with('+') {
            start -= 1;
        }
        found.push(start..end);
    }
    found
}

/// Says whether a text may stand between two digits of one number.
fn is_joint(text: &str) -> bool {
    text.len() <= 4 && text.chars().all(|c| " ()/-–.\u{a0}".contains(c))
}

fn mailboxes_in(text: &str, email: &str) -> Vec<Range<usize>> {
    let small = text.to_ascii_lowercase(); // keeps every byte's place
    let belongs = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let met = small.match_indices(email).filter(|(at, _)| {
        let before = small[..*at].chars().next_back().is_some_and(belongs);
        let mut after = small[at + email.len()..].chars();
        let next = after.next();
        let goes_on = next.is_some_and(|c| c.is_alphanumeric() || c == '-')
            || next == Some('.') && after.next().is_some_and(char::is_alphanumeric);
        !before && !goes_on
    });
    met.map(|(at, _)| at..at + email.len()).collect()
}

/// Returns the digits of a telephone number as dialled within Germany; `None` for too few to tell
/// one from another.
pub fn phone_key(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let is_abroad = phone.trim_start().starts_with('+') || digits.starts_with("00");
    let national = digits.strip_prefix("00").unwrap_or(&digits);
    let key = match national.strip_prefix("49").filter(|_| is_abroad) {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits,
    };
    (key.len() >= SHORTEST_NUMBER).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, phone: &str, email: &str) -> Person {
        let one = |text: &str| if text.is_empty() { vec![] } else { vec![text.to_owned()] };
        Person::new(&one(name), &one(phone), &one(email)).expect("a person")
    }

    #[test]
    fn a_person_is_found_however_they_are_written() {
        let erika = person("Erika Müller-Muster", "030 23125 001", "e.muster@example.org");
        for (text, rest) in [
            ("Frau Erika Mueller-Muster", "Frau …"),
            ("MÜLLER-MUSTER, Erika", "MÜLLER-MUSTER, Erika"), // half turned round: not certain
            ("Muster Müller, Erika", "…"),
            ("Erika Mu\u{308}ller-Muster ruft an", "… ruft an"),
            ("Tel. 030/23125-001, ab 18 Uhr", "Tel. …, ab 18 Uhr"),
            ("+49 (0)30 23125001", "…"),
            ("0049 30 23 12 50 01", "…"),
            ("Mail: E.Muster@Example.org.", "Mail: …."),
            ("030 23125 0012", "030 23125 0012"), // another number
            ("e.muster@example.org.de", "e.muster@example.org.de"),
            ("Erika Müller", "Erika Müller"),
            ("Erikas Gruppe in Muster", "Erikas Gruppe in Muster"),
        ] {
            assert_eq!(erika.erased_from(text).as_deref().unwrap_or(text), rest, "{text}");
        }
    }

    #[test]
    fn nobody_is_asked_after_by_too_little() {
        let of = |name: &str, phone: &str, email: &str| {
            let one = |text: &str| if text.is_empty() { vec![] } else { vec![text.to_owned()] };
            Person::new(&one(name), &one(phone), &one(email)).expect_err("too little")
        };
        assert_eq!(of("", "", ""), NotAPerson::Nothing);
        assert_eq!(of("Jo", "", ""), NotAPerson::ShortName);
        assert_eq!(of("", "110", ""), NotAPerson::NotANumber);
        assert_eq!(of("", "", "example.org"), NotAPerson::NotAMailbox);
    }

    #[test]
    fn a_number_is_one_number_however_it_is_written() {
        for written in ["030 23125 001", "+49 30 23125001", "0049 (0)30/23125-001", "030-23125-001"]
        {
            assert_eq!(phone_key(written).as_deref(), Some("03023125001"), "{written}");
        }
        assert_eq!(phone_key("110"), None);
    }
}
