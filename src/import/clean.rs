//! Text as it may be shown: composed letters, no markup, no invisible marks, single spaces.
//!
//! In: the text of a cell. Out: the clean text, and what was done to it as rules of
//! [`super::messages`].

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::formats::plain_text;
use super::messages::{self, Rule};

/// A clean text with what was done to it.
pub(super) struct Clean {
    pub text: String,
    /// Rule, and the value or detail that its sentence names.
    pub done: Vec<(&'static Rule, String)>,
}

/// Cleans a text; line breaks stay where `keeps_lines` says so.
pub(super) fn clean(text: &str, keeps_lines: bool, may_hold_html: bool) -> Clean {
    let mut done = Vec::new();
    let mut text = repair_mojibake(text, &mut done);
    if may_hold_html && holds_html(&text) {
        done.push((&messages::HTML_STRIPPED, text.clone()));
        text = plain_text(&text);
    }
    if !is_nfc(&text) {
        done.push((&messages::TEXT_NORMALISED, String::new()));
        text = text.nfc().collect();
    }
    let text = without_marks(&text, &mut done);
    Clean { text: single_spaces(&text, keeps_lines), done }
}

fn without_marks(text: &str, done: &mut Vec<(&'static Rule, String)>) -> String {
    let (mut bidi, mut invisible, mut control) = (Vec::new(), Vec::new(), Vec::new());
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        let removed = match c {
            '\n' | '\t' | '\r' => None,
            '\u{200e}'
            | '\u{200f}'
            | '\u{061c}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => Some(&mut bidi),
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => Some(&mut invisible),
            '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => Some(&mut invisible),
            c if c.is_control() => Some(&mut control),
            _ => None,
        };
        match removed {
            Some(list) => {
                let name = format!("U+{:04X}", u32::from(c));
                if !list.contains(&name) {
                    list.push(name);
                }
            }
            None => kept.push(c),
        }
    }
    for (rule, list) in [
        (&messages::BIDI_REMOVED, bidi),
        (&messages::INVISIBLE_REMOVED, invisible),
        (&messages::CONTROL_CHARACTERS, control),
    ] {
        if !list.is_empty() {
            done.push((rule, list.join(", ")));
        }
    }
    kept
}

fn single_spaces(text: &str, keeps_lines: bool) -> String {
    let joined = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    if !keeps_lines {
        return joined(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<String> = text.lines().map(joined).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n").trim().to_owned()
}

/// Says whether a text holds tags or character references of HTML.
fn holds_html(text: &str) -> bool {
    let has_tag = text.match_indices('<').any(|(at, _)| {
        let rest = &text[at + 1..];
        let begins = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        begins && rest.contains('>')
    });
    let has_reference = text.match_indices('&').any(|(at, _)| {
        let rest = &text[at + 1..];
        let Some(end) = rest.find(';').filter(|end| (2..=8).contains(end)) else { return false };
        let name = &rest[..end];
        name.strip_prefix('#').map_or_else(
            || name.bytes().all(|b| b.is_ascii_alphabetic()),
            |number| number.bytes().all(|b| b.is_ascii_hexdigit() || b == b'x'),
        )
    });
    has_tag || has_reference
}

/// Pairs that UTF-8 becomes when it is read as Windows-1252: `Ã` or `Â` or `â€` before a mark.
fn looks_doubled(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let is_pair = match before {
            'Ã' => windows_1252_byte(c).is_some_and(|b| (0x80..0xc0).contains(&b)),
            'Â' => matches!(windows_1252_byte(c), Some(0xa0..=0xbf)),
            'â' => c == '€',
            'Ä' | 'Å' => {
                matches!(c, '\u{80}'..='\u{bf}')
                    && !c.is_alphanumeric()
                    && c != '\u{a0}'
                    && c != '«'
                    && c != '»'
            }
            _ => false,
        };
        before = c;
        is_pair
    })
}

fn windows_1252_byte(c: char) -> Option<u8> {
    if (c as u32) < 0x80 || (0xa0..=0xff).contains(&(c as u32)) || ('\u{80}'..'\u{a0}').contains(&c)
    {
        return u8::try_from(u32::from(c)).ok();
    }
    let mut text = [0; 4];
    let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut text));
    (!lost && bytes.len() == 1).then(|| bytes[0])
}

/// Undoes one round of UTF-8 read as Windows-1252, where every character allows it.
fn repair_mojibake(text: &str, done: &mut Vec<(&'static Rule, String)>) -> String {
    if !looks_doubled(text) {
        return text.to_owned();
    }
    // Runs of characters above ASCII are taken back to bytes; runs that are no UTF-8 stay.
    let mut repaired = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, repaired: &mut String| {
        let bytes: Option<Vec<u8>> = run.chars().map(windows_1252_byte).collect();
        match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(right) => repaired.push_str(&right),
            None => repaired.push_str(run),
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii() {
            flush(&mut run, &mut repaired);
            repaired.push(c);
        } else {
            run.push(c);
        }
    }
    flush(&mut run, &mut repaired);
    if repaired != text {
        done.push((&messages::MOJIBAKE_REPAIRED, repaired.clone()));
    }
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_clean() {
        for (text, expected, rules) in [
            ("  Rheuma \u{a0} Borna\n", "Rheuma Borna", &[][..]),
            ("AngehÃ¶rige â€“ StraÃŸe", "Angehörige – Straße", &["encoding-doubled"]),
            ("São Ângelo Ärzte", "São Ângelo Ärzte", &[]), // letters that only look alike
            (
                "<p>Austausch <b>und</b> <script>x</script>Kaffee</p>",
                "Austausch und Kaffee",
                &["html-stripped"],
            ),
            ("Kaffee &amp; Kuchen", "Kaffee & Kuchen", &["html-stripped"]),
            ("Alter < 18 & mehr", "Alter < 18 & mehr", &[]),
            ("Angeho\u{308}rige", "Angehörige", &["text-normalised"]),
            ("Rheu\u{ad}ma\u{200b}", "Rheuma", &["invisible-character-removed"]),
            ("a\u{202e}b\u{202c}", "ab", &["bidi-control-removed"]),
            ("a\u{7}b\u{0}", "ab", &["control-character-removed"]),
        ] {
            let clean = clean(text, false, true);
            assert_eq!(clean.text, expected, "{text}");
            assert_eq!(clean.done.iter().map(|(r, _)| r.id).collect::<Vec<_>>(), rules, "{text}");
        }
    }

    #[test]
    fn lines_stay_where_they_are_wanted() {
        assert_eq!(clean("a \r\n\r\n\r\n b", true, true).text, "a\n\nb");
    }
}
