//! Whatever a spreadsheet makes of a list: it is read right, or refused with the row. Never
//! silently wrong (F-23, F-24).
//!
//! 300 files are generated over encodings, delimiters, quoting, line ends and faults, with a
//! fixed seed, from rows whose content is known.

use encoding_rs::{ISO_8859_15, WINDOWS_1252};
use wegweiser::domain::Group;
use wegweiser::import::{Reading, Severity, SourceSettings};

use crate::example_support;

const FILES: u64 = 300;

/// A small generator of numbers: the same seed gives the same files everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf8WithMark,
    Utf16Le,
    Utf16Be,
    Utf16WithoutMark,
    Windows1252,
    Iso885915,
    /// UTF-8 in some rows, Windows-1252 in others.
    Mixed,
    /// Windows-1252 behind the mark of UTF-8.
    WrongMark,
}

const ENCODINGS: [Encoding; 9] = [
    Encoding::Utf8,
    Encoding::Utf8WithMark,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
    Encoding::Utf16WithoutMark,
    Encoding::Windows1252,
    Encoding::Iso885915,
    Encoding::Mixed,
    Encoding::WrongMark,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// A row without its last cells.
    ShortRow,
    /// A row with a cell too many.
    LongRow,
    /// A quote that nobody closes.
    OpenQuote,
    /// A heading that lacks its last title.
    ShortHeading,
    /// A byte that is no letter anywhere.
    StrayByte,
    /// A zero byte.
    Zero,
}

const NAMES: [&str; 10] = [
    "Größe zählt nicht",
    "Süßer Alltag",
    "Äpfel, Öl und Übermut",
    "Café Lichtblick; offener Treff",
    "Straße der Hoffnung",
    "Mutmacher|Mitmacher",
    "Naïve Fragen",
    "Übergänge",
    "Die \"Unerschrockenen\"",
    "Ruhepol",
];

/// Words that only some encodings have.
const EUROS: &str = "Beitrag: 5 € im Jahr";
const DASH: &str = "Café – „für alle“";
const SORBIAN: &str = "mit Hašek-Lesung";

const TOPICS: [&str; 6] =
    ["Depression", "Angststörungen", "Übergewicht", "Süchte", "Rheuma", "Tinnitus"];

/// A row as it was meant.
#[derive(Debug, Clone)]
struct Row {
    local_id: String,
    name: String,
    topic: &'static str,
    description: Option<String>,
}

/// A file with what it was meant to say.
struct Case {
    bytes: Vec<u8>,
    rows: Vec<Row>,
    /// Number of the faulty row, as a person counts the records of the file.
    faulty: Option<u64>,
    /// Number of the first row behind the heading.
    first: u64,
    encoding: Encoding,
    fault: Fault,
    told: String,
}

fn case(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let encoding = ENCODINGS[(seed as usize) % ENCODINGS.len()];
    let delimiter = [';', ',', '\t', '|'][(seed as usize / ENCODINGS.len()) % 4];
    let line_end = dice.pick(&["\n", "\r\n", "\r\n", "\r"]);
    let quotes_all = dice.one_in(3);
    let fault = if dice.one_in(2) {
        Fault::None
    } else {
        dice.pick(&[
            Fault::ShortRow,
            Fault::LongRow,
            Fault::OpenQuote,
            Fault::ShortHeading,
            Fault::StrayByte,
            Fault::Zero,
        ])
    };
    // Lines are how the encodings are told apart where they are mixed.
    let line_end = if encoding == Encoding::Mixed && line_end == "\r" { "\n" } else { line_end };
    let rows: Vec<Row> = (1..=8 + dice.below(12)).map(|n| row(n, encoding, &mut dice)).collect();

    let quoted = |text: &str, dice: &mut Dice| {
        let must = text.contains([delimiter, '"', '\n', '\r']) || text.starts_with(' ');
        if must || quotes_all || dice.one_in(12) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let mut lines: Vec<String> = Vec::new();
    if dice.one_in(4) {
        lines.push("Selbsthilfegruppen im Überblick".to_owned());
        lines.push(String::new());
    }
    let titles = ["Nr", "Gruppenname", "Thema", "PLZ", "Ort", "Beschreibung"];
    let shown = if fault == Fault::ShortHeading { &titles[..5] } else { &titles[..] };
    lines.push(shown.join(&delimiter.to_string()));
    let first = lines.len() as u64 + 1;
    let faulty_at = dice.below(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let description = row.description.as_deref().unwrap_or_default().replace('\n', line_end);
        let cells = [row.local_id.as_str(), &row.name, row.topic, "07743", "Jena", &description];
        let mut cells: Vec<String> = cells.iter().map(|cell| quoted(cell, &mut dice)).collect();
        if at == faulty_at {
            match fault {
                Fault::ShortRow => cells.truncate(3),
                Fault::LongRow => cells.push("zu viel".to_owned()),
                Fault::OpenQuote => cells[1] = format!("\"{}", row.name.replace('"', "\"\"")),
                _ => {}
            }
        }
        lines.push(cells.join(&delimiter.to_string()));
    }
    let ends_with_break = !dice.one_in(4);
    let mut bytes = Vec::new();
    let faulty_line = first as usize - 1 + faulty_at;
    for (at, line) in lines.iter().enumerate() {
        let is_last = at + 1 == lines.len();
        let text =
            if is_last && !ends_with_break { line.clone() } else { format!("{line}{line_end}") };
        let text = encoded(&text, encoding, at);
        if at == faulty_line && fault == Fault::StrayByte {
            // U+0081 has no letter in Windows-1252, and alone it is no UTF-8.
            bytes.push(0x81);
        }
        if at == faulty_line && fault == Fault::Zero {
            bytes.extend_from_slice(&encoded("\0", encoding, at));
        }
        bytes.extend_from_slice(&text);
    }
    let mark: &[u8] = match encoding {
        Encoding::Utf8WithMark | Encoding::WrongMark => b"\xef\xbb\xbf",
        Encoding::Utf16Le => b"\xff\xfe",
        Encoding::Utf16Be => b"\xfe\xff",
        _ => b"",
    };
    let told = format!(
        "seed {seed}: {encoding:?}, {delimiter:?}, {line_end:?}, quotes all: {quotes_all}, {fault:?}"
    );
    let has_fault = !matches!(fault, Fault::None | Fault::ShortHeading);
    Case {
        bytes: [mark, &bytes].concat(),
        rows,
        faulty: has_fault.then_some(first + faulty_at as u64),
        first,
        encoding,
        fault,
        told,
    }
}

fn row(number: usize, encoding: Encoding, dice: &mut Dice) -> Row {
    let mut name = format!("{} {number}", dice.pick(&NAMES));
    let mut description = match dice.below(4) {
        0 => None,
        1 => Some("Wir reden über alles; auch \"Schwieriges\", und hören zu.".to_owned()),
        2 => Some("Erste Zeile, größer\nzweite Zeile; mit Zeichen\ndritte".to_owned()),
        _ => Some("Zuhören statt Ratschläge.".to_owned()),
    };
    let has_euro = encoding != Encoding::Mixed && dice.one_in(3);
    if has_euro {
        description = Some(EUROS.to_owned());
    }
    match encoding {
        Encoding::Iso885915 if dice.one_in(3) => name = format!("{name} {SORBIAN}"),
        Encoding::Iso885915 => {}
        _ if dice.one_in(3) => name = format!("{name} {DASH}"),
        _ => {}
    }
    Row { local_id: format!("N{number}"), name, topic: dice.pick(&TOPICS), description }
}

fn encoded(text: &str, encoding: Encoding, line: usize) -> Vec<u8> {
    let utf_16 = |of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect();
    match encoding {
        Encoding::Utf8 | Encoding::Utf8WithMark => text.as_bytes().to_vec(),
        Encoding::Utf16Le | Encoding::Utf16WithoutMark => utf_16(u16::to_le_bytes),
        Encoding::Utf16Be => utf_16(u16::to_be_bytes),
        Encoding::Mixed if line.is_multiple_of(2) => text.as_bytes().to_vec(),
        Encoding::Iso885915 => ISO_8859_15.encode(text).0.into_owned(),
        Encoding::Windows1252 | Encoding::WrongMark | Encoding::Mixed => {
            WINDOWS_1252.encode(text).0.into_owned()
        }
    }
}

fn is_as_meant(group: &Group, row: &Row) -> bool {
    let venue = group.venue.as_ref();
    group.name == row.name
        && group.topics == [row.topic]
        && group.description == row.description
        && venue.and_then(|venue| venue.postcode.as_ref()).is_some_and(|p| p.as_str() == "07743")
        && venue.and_then(|venue| venue.town.as_deref()) == Some("Jena")
}

/// Returns what is silently wrong with the reading of a file.
fn faults_of(case: &Case, reading: &Reading) -> Vec<String> {
    let mut wrong = Vec::new();
    let errors: Vec<_> =
        reading.findings.iter().filter(|f| f.severity() == Severity::Error).collect();
    if !reading.is_readable {
        // Refused as a whole: only for a reason, and not without a fault in the file.
        let is_fair = matches!(case.fault, Fault::StrayByte | Fault::Zero)
            || matches!(case.encoding, Encoding::Mixed | Encoding::WrongMark);
        if errors.is_empty() || !is_fair {
            wrong.push(format!("refused as a whole: {:?}", reading.findings));
        }
        return wrong;
    }
    let has_open_quote = case.fault == Fault::OpenQuote;
    for (at, row) in case.rows.iter().enumerate() {
        let number = case.first + at as u64;
        let is_faulty = case.faulty == Some(number);
        let group = reading.groups.iter().find(|group| group.local_id == row.local_id);
        let is_told = errors.iter().any(|finding| {
            // An open quote runs on to the next one: the rows between are one record.
            finding.row == Some(number) || has_open_quote && finding.rule.id == "quote-unbalanced"
        });
        let is_warned = reading.findings.iter().any(|f| f.row == Some(number));
        let is_right = match &group {
            Some(group) if is_as_meant(group, row) => true,
            // A short row is read as far as it goes, and told.
            Some(group) => {
                case.fault == Fault::ShortRow && is_faulty && is_warned && group.name == row.name
                    || case.fault == Fault::StrayByte && is_faulty && is_warned
            }
            None => is_told && (is_faulty || has_open_quote || case.fault == Fault::ShortHeading),
        };
        if !is_right {
            wrong.push(format!("row {number}: {row:?} became {group:?}; told: {is_told}"));
        }
    }
    for group in &reading.groups {
        if !case.rows.iter().any(|row| row.local_id == group.local_id) {
            wrong.push(format!("nobody wrote {:?}", group.name));
        }
        let is_broken = ["Ã", "â€", "Â", "\u{fffd}"].iter().any(|mark| group.name.contains(mark));
        if is_broken {
            wrong.push(format!("broken letters: {:?}", group.name));
        }
    }
    wrong
}

#[test]
fn three_hundred_files_are_read_right_or_refused_with_the_row() {
    let searcher = example_support::searcher();
    let (mut wrong, mut right, mut refused, mut rows_refused) = (Vec::new(), 0, 0, 0);
    for seed in 0..FILES {
        let case = case(seed);
        let mut settings = SourceSettings::named("gruppen.csv");
        settings.contact_point = "ikos-jena".parse().ok();
        let reading = example_support::read(&searcher, &case.bytes, &settings);
        let found = faults_of(&case, &reading);
        if let Some(first) = found.first() {
            wrong.push(format!("{}: {first}", case.told));
        }
        if reading.is_readable {
            right += reading.groups.len();
            rows_refused += reading.refused.len();
        } else {
            refused += 1;
        }
    }
    println!(
        "{FILES} files: {right} rows read right, {rows_refused} rows and {refused} files refused, \
         {} files wrong",
        wrong.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!(right > 2_000 && refused < FILES / 3, "{right} rows right, {refused} files refused");
}
