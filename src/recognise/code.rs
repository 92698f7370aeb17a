//! Finds medical codes in a text: `ORPHA:586`, `orpha 586`, `ICD-10-GM:E84`, `ICD E84.0`, `E84`.
//!
//! In: the text and its words. Out: codes in their normal form with the words they stand in.
//! Codes are never corrected: one digit further is another illness.

use super::{Note, is_free, words_within};
use crate::analysis::Word;
use crate::domain::Code;

/// Words before a letter and two digits that make it something else than a code: vitamin B12,
/// Autobahn A14, Raum C12.
const NO_CODE_AFTER: &[&str] = &[
    "vitamin",
    "autobahn",
    "bundesstrasse",
    "strasse",
    "linie",
    "bus",
    "raum",
    "zimmer",
    "haus",
    "halle",
    "saal",
    "gebaude",
    "station",
    "ebene",
    "faktor",
    "hla",
];

/// The chapter U of ICD-10-GM holds few codes; any other U and two digits is an age (U18, U35).
const CODES_IN_U: &[&str] = &["U04", "U06", "U07", "U08", "U09", "U10", "U11", "U12"];

/// Codes whose letters mean something else among lay people: trisomy 13, 18 and 21.
const EVERYDAY: &[&str] = &["T13", "T18", "T21"];

/// Returns the codes of a text in their order; their words are then taken.
pub fn find_codes(text: &str, words: &[Word], taken: &mut [bool]) -> Vec<Note<Code>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(first) = rest.chars().next() else { break };
        let before = text[..at].chars().next_back();
        let begins = first.is_ascii_alphabetic() && !before.is_some_and(char::is_alphanumeric);
        let read = if begins { read_code(text, at) } else { None };
        let Some((code, end)) = read else {
            at += first.len_utf8();
            continue;
        };
        let span = words_within(words, &(at..end)).filter(|span| is_free(taken, span));
        if let Some(span) = span {
            taken[span.clone()].fill(true);
            found.push(Note { value: code, words: span });
        }
        at = end;
    }
    found
}

/// Reads the code that begins at `at`, with the byte where it ends.
fn read_code(text: &str, at: usize) -> Option<(Code, usize)> {
    let rest = &text[at..];
    if let Some(length) = begins_with(rest, &["orphacode", "orphanet", "orpha"]) {
        return read_orpha(rest, length).map(|(code, end)| (code, at + end));
    }
    if begins_with(rest, &["icd"]).is_some() {
        return read_icd(rest).map(|(code, end)| (code, at + end));
    }
    let (value, end) = read_icd_value(rest, false)?;
    let is_listed = value.contains('.') || value.contains('-') || {
        let is_age = value.starts_with('U') && !CODES_IN_U.contains(&value.as_str());
        !is_age && !EVERYDAY.contains(&value.as_str())
    };
    (is_listed && !is_something_else(&text[..at]))
        .then(|| code_of("ICD-10-GM", &value, at + end))?
}

/// Says whether the text before makes a letter with digits something else than a code.
fn is_something_else(before: &str) -> bool {
    let glued = before.ends_with(['-', '/', '_', '@', '#']);
    let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let word = word.to_lowercase().replace('ß', "ss").replace('ä', "a");
    glued || NO_CODE_AFTER.contains(&word.as_str())
}

fn read_orpha(rest: &str, prefix: usize) -> Option<(Code, usize)> {
    let mut at = prefix;
    at = skip_separators(rest, at);
    for word in ["kennnummer", "kennummer", "nummer", "number", "code", "nr.", "nr", "no."] {
        if begins_with(&rest[at..], &[word]).is_some() {
            at = skip_separators(rest, at + word.len());
            break;
        }
    }
    let digits = rest[at..].bytes().take_while(u8::is_ascii_digit).count();
    let end = at + digits;
    if digits == 0 || goes_on(&rest[end..]) {
        return None;
    }
    code_of("ORPHA", &rest[at..end], end)
}

fn read_icd(rest: &str) -> Option<(Code, usize)> {
    let mut at = skip_separators(rest, "icd".len());
    for part in ["10", "gm", "who", "code", "nr.", "nr"] {
        if begins_with(&rest[at..], &[part]).is_some() {
            at = skip_separators(rest, at + part.len());
        }
    }
    let (value, end) = read_icd_value(&rest[at..], true)?;
    code_of("ICD-10-GM", &value, at + end)
}

/// Reads `E84`, `E84.0`, `E10-E14`, `F32.1G` (with the letter of certainty on sick notes) and
/// `M07.3*`. With `is_named` the point may be missing: `ICD E840`.
fn read_icd_value(rest: &str, is_named: bool) -> Option<(String, usize)> {
    let (mut value, mut end) = read_one_icd(rest, is_named)?;
    for dash in ["-", "–"] {
        if let Some(tail) = rest[end..].strip_prefix(dash) {
            if let Some((last, length)) = read_one_icd(tail, false) {
                value = format!("{value}-{last}");
                end += dash.len() + length;
            } else if goes_on(tail) {
                return None; // "E10-jährig" or a word that only begins like a code
            }
        }
    }
    (!goes_on(&rest[end..])).then_some((value, end))
}

fn read_one_icd(rest: &str, is_named: bool) -> Option<(String, usize)> {
    let bytes = rest.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if !bytes.first()?.is_ascii_alphabetic() || !is_digit(1) || !is_digit(2) {
        return None;
    }
    let mut value = rest[..3].to_ascii_uppercase();
    let mut end = 3;
    if bytes.get(3) == Some(&b'.') && is_digit(4) {
        end = if is_digit(5) { 6 } else { 5 };
        value.push_str(&rest[3..end]);
    } else if bytes.get(3) == Some(&b'.') && bytes.get(4) == Some(&b'-') {
        end = 5; // "E10.-": every code below E10
    } else if is_named && is_digit(3) {
        end = if is_digit(4) { 5 } else { 4 };
        value.push('.');
        value.push_str(&rest[3..end]);
    }
    if value.contains('.') && bytes.get(end).is_some_and(|mark| b"GVAZRLB".contains(mark)) {
        end += 1;
    }
    Some((value, end))
}

fn code_of(system: &str, value: &str, end: usize) -> Option<(Code, usize)> {
    format!("{system}:{value}").parse().ok().map(|code| (code, end))
}

fn begins_with(text: &str, prefixes: &[&str]) -> Option<usize> {
    let has = |prefix: &&&str| {
        text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    prefixes.iter().find(has).map(|prefix| prefix.len())
}

fn skip_separators(text: &str, mut at: usize) -> usize {
    const MOST_SEPARATORS: usize = 3;
    for c in text[at..].chars().take(MOST_SEPARATORS) {
        if !c.is_whitespace() && !matches!(c, ':' | '-' | '–' | '.' | '#' | '_' | '=') {
            break;
        }
        at += c.len_utf8();
    }
    at
}

/// Says whether a word goes on here.
fn goes_on(rest: &str) -> bool {
    rest.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::testing::analyzer;

    fn codes(text: &str) -> Vec<(String, String)> {
        let words = analyzer().words(text);
        let mut taken = vec![false; words.len()];
        let notes = find_codes(text, &words, &mut taken);
        let written = |words: &[Word]| {
            text[words[0].range.start..words[words.len() - 1].range.end].to_owned()
        };
        notes
            .iter()
            .map(|note| (note.value.to_string(), written(&words[note.words.clone()])))
            .collect()
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        for (text, code, span) in [
            ("ORPHA:586", "ORPHA:586", "ORPHA:586"),
            ("orpha 586 jena", "ORPHA:586", "orpha 586"),
            ("orpha-586", "ORPHA:586", "orpha-586"),
            ("Orpha-Kennnummer: 00586", "ORPHA:586", "Orpha-Kennnummer: 00586"),
            ("orphanet 586", "ORPHA:586", "orphanet 586"),
            ("ICD-10-GM:E84", "ICD-10-GM:E84", "ICD-10-GM:E84"),
            ("icd E84.0", "ICD-10-GM:E84.0", "icd E84.0"),
            ("ICD10 g35", "ICD-10-GM:G35", "ICD10 g35"),
            ("ICD-10: F41.1 gera", "ICD-10-GM:F41.1", "ICD-10: F41.1"),
            ("ICD 10 E840", "ICD-10-GM:E84.0", "ICD 10 E840"), // the point left out
            ("E84", "ICD-10-GM:E84", "E84"),
            ("e84", "ICD-10-GM:E84", "e84"),
            ("gruppe f41.1 leipzig", "ICD-10-GM:F41.1", "f41.1"),
            ("E10-E14", "ICD-10-GM:E10-E14", "E10-E14"),
            ("F33.1G", "ICD-10-GM:F33.1", "F33.1G"), // as on a sick note
            ("U07.4", "ICD-10-GM:U07.4", "U07.4"),
        ] {
            assert_eq!(codes(text), [(code.to_owned(), span.to_owned())], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_code_is_none() {
        for (text, why) in [
            ("u18", "an age"),
            ("U35", "an age"),
            ("vitamin b12 mangel", "a vitamin"),
            ("HLA-B27", "a tissue type"),
            ("22q11", "begins with digits"),
            ("t21", "trisomy 21"),
            ("orpha", "no number"),
            ("ICD-11 5A11", "another list"),
            ("E8", "one digit"),
            ("E847", "four characters without a point or a name"),
            ("a14b", "a word goes on"),
            ("Raum C12", "a room"),
            ("50+", "an age"),
        ] {
            assert_eq!(codes(text), [], "{text}: {why}");
        }
    }

    #[test]
    fn several_codes_and_words_that_are_taken() {
        assert_eq!(codes("E84 oder orpha:586").len(), 2);
        let words = analyzer().words("E84");
        assert_eq!(find_codes("E84", &words, &mut vec![true; words.len()]), []);
    }
}
