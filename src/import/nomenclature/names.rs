//! Names and codes as lists write them, made fit for the vocabulary.

use crate::domain::Code;

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 300;

/// What lists write before the name of a retired entry.
const RETIRED_MARKS: &[&str] = &[
    "OBSOLETE:",
    "OBSOLET:",
    "VERALTET:",
    "DEPRECATED:",
    "NON RARE IN EUROPE:",
    "NICHT SELTEN IN EUROPA:",
];

/// Returns a name with single spaces and without control characters; `None` where nothing is left.
pub(super) fn clean(text: &str) -> Option<String> {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(MAX_NAME).collect();
    name.chars().any(char::is_alphanumeric).then_some(name)
}

/// Returns a name without the mark of retired entries, and whether it had one that says so.
pub(super) fn unmarked(name: &str) -> (&str, bool) {
    for mark in RETIRED_MARKS {
        if let Some(head) = name.get(..mark.len()).filter(|head| head.eq_ignore_ascii_case(mark)) {
            let is_retired = !head.to_ascii_uppercase().starts_with("N");
            return (name[mark.len()..].trim(), is_retired);
        }
    }
    (name, false)
}

/// Reads an ORPHAcode: digits, perhaps behind `ORPHA:`.
pub(super) fn orpha_code(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text
        .get(..5)
        .filter(|head| head.eq_ignore_ascii_case("orpha"))
        .map_or(text, |head| text[head.len()..].trim_start_matches([':', '-', ' ']));
    let is_code = (1..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|code| is_code && *code > 0)
}

/// Reads a code of ICD-10 with the marks of its lists: `G63.1*`, `E84.0+`, `E10.-`, `F10.2!`.
pub(super) fn icd10(text: &str) -> Option<Code> {
    let text = text.trim().trim_end_matches(['*', '+', '!', '†', '-', '.']);
    format!("ICD-10-GM:{text}").parse().ok()
}

/// Returns a date or year that stands in a file's name: `alphaidse2026_edvtxt_20250926.txt`.
pub(super) fn version_in(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let digits: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).collect();
    let is_year = |year: &str| year.parse().is_ok_and(|year: u16| (2000..2100).contains(&year));
    let date = digits.iter().find(|run| run.len() == 8 && is_year(&run[..4]));
    if let Some(date) = date {
        return Some(format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]));
    }
    digits.iter().find(|run| run.len() == 4 && is_year(run)).map(|year| (*year).to_owned())
}
