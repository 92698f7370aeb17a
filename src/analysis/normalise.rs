//! Brings a text into one Unicode form and remembers where each letter stood.
//!
//! In: any text. Out: [`Letter`]s in NFC (letters and digits also without compatibility forms, so
//! full-width `Ａ` is `A`), without soft hyphens and zero-width characters, case kept. Ranges
//! always cover whole grapheme clusters of the original.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A character of the normalised text and the bytes of the original it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// The character.
    pub c: char,
    /// First byte in the original.
    pub from: usize,
    /// Byte after the last one in the original.
    pub to: usize,
}

/// Returns the letters of a text.
pub(super) fn letters(text: &str) -> Vec<Letter> {
    if text.chars().all(is_plain) {
        let whole = |(from, c): (usize, char)| Letter { c, from, to: from + c.len_utf8() };
        return text.char_indices().map(whole).collect();
    }
    let mut kept = String::with_capacity(text.len());
    let mut origins = Vec::with_capacity(text.len());
    for (from, c) in text.char_indices().filter(|(_, c)| !is_ignorable(*c)) {
        kept.push(c);
        origins.push((from, from + c.len_utf8()));
    }
    let mut letters = Vec::with_capacity(origins.len());
    let mut origins = origins.into_iter();
    for cluster in kept.graphemes(true) {
        let mut covered = origins.by_ref().take(cluster.chars().count());
        let Some((from, first_to)) = covered.next() else { break };
        let to = covered.last().map_or(first_to, |(_, to)| to);
        for c in cluster.nfc() {
            match c {
                '\u{ff01}'..='\u{ff5e}' => {
                    let ascii = char::from_u32(c as u32 - 0xfee0).unwrap_or(c);
                    letters.push(Letter { c: ascii, from, to });
                }
                _ if !c.is_ascii() && c.is_alphanumeric() => {
                    letters.extend(std::iter::once(c).nfkc().map(|c| Letter { c, from, to }));
                }
                _ => letters.push(Letter { c, from, to }),
            }
        }
    }
    letters
}

/// Whether a character stands for itself whatever follows: the quick way for nearly all texts.
fn is_plain(c: char) -> bool {
    matches!(c,
        '\0'..='\u{a9}'
        | 'À'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}'
        | '\u{2010}'..='\u{2027}'
        | '«' | '»' | '®' | '°' | '·' | '€')
}

/// Whether a character has no width: soft hyphen, zero-width and direction marks, variation
/// selectors.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}
