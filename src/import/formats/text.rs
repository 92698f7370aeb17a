//! Bytes to text, in whatever encoding a list arrives.
//!
//! In: the bytes of a text file. Out: its text, or the line that cannot be read with certainty.
//! Never a silently broken umlaut: what is not clear is refused.
//!
//! | sign | read as |
//! |---|---|
//! | byte-order mark | UTF-8, UTF-16 |
//! | valid UTF-8 | UTF-8 |
//! | every second byte zero | UTF-16 |
//! | UTF-8 in some lines, other bytes in others | both, told as mixed |
//! | umlauts where DOS or the old Macintosh had them | code page 850, Mac Roman |
//! | `¤` where a euro sign is meant, `¨` or `¦` inside a word | ISO-8859-15 |
//! | letters of Sorbian, Czech, Polish | Windows-1250, when the detector says so |
//! | anything else | Windows-1252 |

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252};

use crate::import::finding::{Finding, Notes};
use crate::import::messages;

/// German letters of code page 850; its other letters are refused.
const CODE_PAGE_850: [(u8, char); 12] = [
    (0x81, 'ü'),
    (0x82, 'é'),
    (0x84, 'ä'),
    (0x85, 'à'),
    (0x8a, 'è'),
    (0x8e, 'Ä'),
    (0x94, 'ö'),
    (0x99, 'Ö'),
    (0x9a, 'Ü'),
    (0xa0, 'á'),
    (0xe1, 'ß'),
    (0xf5, '§'),
];

/// Bytes looked at for UTF-16 without a byte-order mark.
const UTF_16_SAMPLE: usize = 4096;

/// Returns the text of `bytes`, without a byte-order mark.
///
/// # Errors
///
/// A finding when the content is no text, or when a line cannot be read with certainty.
pub(in crate::import) fn decode<'b>(
    bytes: &'b [u8],
    notes: &mut Notes,
) -> Result<Cow<'b, str>, Finding> {
    let text = decode_any(bytes, notes)?;
    if text.contains('\0') {
        return Err(notes.about(&messages::NOT_TEXT));
    }
    Ok(text)
}

fn decode_any<'b>(bytes: &'b [u8], notes: &mut Notes) -> Result<Cow<'b, str>, Finding> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        if let Ok(text) = std::str::from_utf8(rest) {
            return Ok(Cow::Borrowed(text));
        }
        let (text, name) = decode_single_bytes(rest, notes)?;
        let finding = notes.about(&messages::ENCODING_DECLARED_WRONG);
        notes.add(finding.with_value("UTF-8").with_detail(name));
        return Ok(Cow::Owned(text));
    }
    for (mark, encoding) in [(b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            notes.add(utf_16_told(encoding, notes));
            return utf_16(rest, encoding, notes).map(Cow::Owned);
        }
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        notes.add(utf_16_told(encoding, notes));
        return utf_16(bytes, encoding, notes).map(Cow::Owned);
    }
    if bytes.contains(&0) {
        return Err(notes.about(&messages::NOT_TEXT));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let (text, name) = decode_single_bytes(bytes, notes)?;
    notes.add(notes.about(&messages::ENCODING_GUESSED).with_value(name).with_detail(name));
    Ok(Cow::Owned(text))
}

fn utf_16_told(encoding: &'static Encoding, notes: &Notes) -> Finding {
    let name = encoding.name();
    notes.about(&messages::ENCODING_UTF16).with_value(name).with_detail(name)
}

fn utf_16(bytes: &[u8], encoding: &'static Encoding, notes: &Notes) -> Result<String, Finding> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| text.into_owned())
        .ok_or_else(|| notes.about(&messages::NOT_TEXT))
}

/// Recognises UTF-16 by the zero bytes of its Latin letters.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(UTF_16_SAMPLE) & !1];
    if sample.len() < 4 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let pairs = sample.len() / 2;
    if low * 2 > pairs && high * 20 < pairs {
        return Some(UTF_16LE);
    }
    (high * 2 > pairs && low * 20 < pairs).then_some(UTF_16BE)
}

/// Reads what is not UTF-8 as a whole.
fn decode_single_bytes(bytes: &[u8], notes: &mut Notes) -> Result<(String, &'static str), Finding> {
    if let Some(line) = first_utf8_line(bytes) {
        return mixed(bytes, line, notes).map(|text| (text, "UTF-8 + Windows-1252"));
    }
    let is_letter = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphabetic);
    let (mut dos, mut mac, mut windows) = (Vec::new(), Vec::new(), Vec::new());
    for (at, byte) in bytes.iter().enumerate().filter(|(_, b)| **b >= 0x80) {
        let before = is_letter(at.checked_sub(1).and_then(|i| bytes.get(i)));
        let after = is_letter(bytes.get(at + 1));
        match byte {
            0x81 | 0x84 | 0x94 if before && after => dos.push(at),
            0x8a | 0x9f if before && after => mac.push(at),
            0xc4 | 0xd6 | 0xdc | 0xe4 | 0xf6 | 0xfc | 0xdf if before || after => windows.push(at),
            _ => {}
        }
    }
    let doubtful = |at: usize| {
        let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
        // The first cell tells staff which row is meant; the others may hold a person's contact.
        let cell = bytes[start..].split(|b| b";,\t|\r\n".contains(b)).next().unwrap_or_default();
        let finding = notes.about(&messages::ENCODING_UNKNOWN).in_row(line_of(bytes, at));
        finding.with_value(&String::from_utf8_lossy(cell))
    };
    let kinds = [&dos, &mac, &windows];
    if kinds.iter().filter(|places| !places.is_empty()).count() > 1 {
        // The rarer reading marks the place that would come out wrong.
        let rarest = kinds.iter().filter(|p| !p.is_empty()).min_by_key(|p| p.len());
        return Err(doubtful(rarest.map_or(0, |places| places[0])));
    }
    if !dos.is_empty() {
        let text = code_page_850(bytes).map_err(doubtful)?;
        return Ok((text, "DOS (Codepage 850)"));
    }
    if !mac.is_empty() {
        let (text, _) = MACINTOSH.decode_without_bom_handling(bytes);
        return Ok((text.into_owned(), "Mac Roman"));
    }
    if let Some(at) = bytes.iter().position(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) {
        return Err(doubtful(at)); // no letters in Windows-1252
    }
    // Š š ž Œ œ Ÿ, where Windows-1252 would have a mark in the middle of a word.
    let is_inside_a_word =
        |at: usize| at > 0 && is_letter(bytes.get(at - 1)) && is_letter(bytes.get(at + 1));
    let is_of_8859_15 = |(at, byte): (usize, &u8)| match byte {
        0xa4 => true,
        0xa6 | 0xa8 | 0xb8 | 0xbc | 0xbd | 0xbe => is_inside_a_word(at),
        _ => false,
    };
    let has_signs_of_8859_15 = bytes.iter().enumerate().any(is_of_8859_15)
        && !bytes.iter().any(|b| (0x80..0xa0).contains(b));
    if has_signs_of_8859_15 {
        let (text, _) = encoding_rs::ISO_8859_15.decode_without_bom_handling(bytes);
        return Ok((text.into_owned(), "ISO-8859-15"));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"de"), Utf8Detection::Deny);
    let central_european = guess == WINDOWS_1250 || guess == encoding_rs::ISO_8859_2;
    let encoding = if central_european { guess } else { WINDOWS_1252 };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Ok((text.into_owned(), encoding.name()))
}

/// Returns the first line that is UTF-8 with letters that no other encoding would spell so.
fn first_utf8_line(bytes: &[u8]) -> Option<u64> {
    bytes.split(|b| *b == b'\n').zip(1..).find_map(|(line, number)| {
        let text = std::str::from_utf8(line).ok()?;
        text.chars().any(is_western).then_some(number)
    })
}

/// Letters and marks that German texts in UTF-8 hold. In Windows-1252 their bytes would read
/// `Ã¤`, `â€“` and the like.
fn is_western(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{17f}' | '\u{2010}'..='\u{203a}' | '€')
}

fn mixed(bytes: &[u8], utf8_line: u64, notes: &mut Notes) -> Result<String, Finding> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    let (mut first_other, mut shown) = (None, String::new());
    for (line, number) in bytes.split_inclusive(|b| *b == b'\n').zip(1_u64..) {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => {
                let start = text.len();
                push_mixed_line(line, &mut text)
                    .map_err(|()| notes.about(&messages::ENCODING_UNKNOWN).in_row(number))?;
                if first_other.is_none() {
                    first_other = Some(number);
                    shown = text[start..].trim().to_owned();
                }
            }
        }
    }
    let first = first_other.map_or(utf8_line, |line| line.max(utf8_line));
    let finding = notes.about(&messages::ENCODING_MIXED).in_row(first);
    notes.add(finding.with_value(&shown).with_detail(first.to_string()));
    Ok(text)
}

/// Reads a line cell by cell in effect: valid sequences of UTF-8 with western letters as such,
/// every other byte as Windows-1252.
fn push_mixed_line(line: &[u8], text: &mut String) -> Result<(), ()> {
    let mut rest = line;
    while let Some(first) = rest.first() {
        let sequence = (2..=3).find_map(|length| {
            let text = std::str::from_utf8(rest.get(..length)?).ok()?;
            let c = text.chars().next()?;
            (c.len_utf8() == length && is_western(c)).then_some((c, length))
        });
        let (c, length) = match (first, sequence) {
            (0x00..=0x7f, _) => (char::from(*first), 1),
            (_, Some(found)) => found,
            (0x81 | 0x8d | 0x8f | 0x90 | 0x9d, None) => return Err(()),
            (byte, None) => {
                let (one, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte));
                (one.chars().next().ok_or(())?, 1)
            }
        };
        text.push(c);
        rest = &rest[length..];
    }
    Ok(())
}

fn code_page_850(bytes: &[u8]) -> Result<String, usize> {
    bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if byte.is_ascii() {
                return Ok(char::from(*byte));
            }
            CODE_PAGE_850.iter().find(|(code, _)| code == byte).map(|(_, c)| *c).ok_or(at)
        })
        .collect()
}

fn line_of(bytes: &[u8], at: usize) -> u64 {
    bytes[..at].iter().filter(|b| **b == b'\n').count() as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Gruppe;Ort\nFrauen nach Krebs „Spaß“ – Größe;Jüterbog\nÄngste, Öl, Übung;Weiß\n";

    fn read(bytes: &[u8]) -> Result<(String, Vec<Finding>), Finding> {
        let mut notes = Notes::new("a.csv");
        decode(bytes, &mut notes).map(|text| (text.into_owned(), notes.list))
    }

    fn code_page_850_bytes(text: &str) -> Vec<u8> {
        text.chars()
            .map(|c| match CODE_PAGE_850.iter().find(|(_, known)| *known == c) {
                Some((byte, _)) => *byte,
                None => u8::try_from(u32::from(c)).expect("ASCII"),
            })
            .collect()
    }

    #[test]
    fn every_usual_encoding_is_read_right() {
        let utf16 = |big: bool, mark: bool| -> Vec<u8> {
            let units =
                if mark { "\u{feff}" } else { "" }.encode_utf16().chain(TEXT.encode_utf16());
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        let windows = WINDOWS_1252.encode(TEXT).0.into_owned();
        let plain = "Männer über Öl\nStraße";
        for (bytes, expected, why) in [
            (TEXT.as_bytes().to_vec(), TEXT, "UTF-8"),
            ([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), TEXT, "UTF-8 with a mark"),
            (utf16(false, true), TEXT, "UTF-16LE"),
            (utf16(true, true), TEXT, "UTF-16BE"),
            (utf16(false, false), TEXT, "UTF-16LE without a mark"),
            (utf16(true, false), TEXT, "UTF-16BE without a mark"),
            (windows.clone(), TEXT, "Windows-1252"),
            ([b"\xef\xbb\xbf".as_slice(), &windows].concat(), TEXT, "a mark that is wrong"),
            (code_page_850_bytes(plain), plain, "DOS"),
            (MACINTOSH.encode(plain).0.into_owned(), plain, "Macintosh"),
            (b"Beitrag 5 \xa4 f\xfcr alle".to_vec(), "Beitrag 5 € für alle", "ISO-8859-15"),
            (b"Ha\xa8ek f\xfcr alle".to_vec(), "Hašek für alle", "ISO-8859-15 without a euro"),
            (b"f\xfcr alle: 5 \x80".to_vec(), "für alle: 5 €", "the euro sign of Windows"),
            (b"Spa\xdf\x93 f\xfcr".to_vec(), "Spaß“ für", "two bytes that look like UTF-8"),
            (b"Hern\xe1ndez".to_vec(), "Hernández", "a Spanish name alone"),
            (b"".to_vec(), "", "nothing"),
        ] {
            let (text, _) = read(&bytes).unwrap_or_else(|f| panic!("{why}: {f:?}"));
            assert_eq!(text, expected, "{why}");
        }
    }

    #[test]
    fn a_mixed_file_is_read_line_by_line_and_told() {
        let bytes = [b"Gr\xf6\xdfe\n".as_slice(), "Größe\n".as_bytes(), b"M\xfcll"].concat();
        let (text, findings) = read(&bytes).expect("readable");
        assert_eq!(text, "Größe\nGröße\nMüll");
        assert!(findings.iter().any(|f| f.rule.id == "encoding-mixed"));
    }

    #[test]
    fn what_is_not_clear_is_refused_with_its_line() {
        let refused = read(b"M\xfcller\nM\x84nner\nStra\xdfe").expect_err("two encodings");
        assert_eq!((refused.rule.id, refused.row), ("encoding-unknown", Some(2)));
        let refused = read(b"a\nb \x8d\xfc").expect_err("no letter");
        assert_eq!((refused.rule.id, refused.row), ("encoding-unknown", Some(2)));
        assert_eq!(read(b"\x00\x01\x02abc").expect_err("binary").rule.id, "file-not-text");
    }
}
