//! Files that would fill the machine are refused at once, and long lists are read in little
//! memory (F-21, F-22, SEC-10, SEC-11).
//!
//! Memory and time are those of the real program, read from `/proc`; elsewhere these tests say
//! that they skip.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a test's helper fails by panicking

use std::fs;
use std::io::{Cursor, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::cli_support::House;
use crate::staff_support::Staff;

const OFFICE: [&str; 2] = ["--contact-point", "ikos-jena"];

/// A refusal may cost so much more than a list of three rows.
const REFUSAL_BYTES: u64 = 64 << 20;

/// So much processor time, in hundredths of a second: the second of F-22, and half of one because
/// tests run unoptimised.
const REFUSAL_TICKS: u64 = 150;

/// What the whole service may need that takes and shows 100,000 rows.
const LONG_LIST_BYTES: u64 = 256 << 20;

/// How a command ended and what it needed.
struct Measured {
    code: i32,
    out: String,
    peak_bytes: u64,
    ticks: u64,
}

impl Measured {
    fn rules(&self) -> Vec<String> {
        let reports: Value =
            serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{}", self.out));
        let findings = reports[0]["findings"].as_array().unwrap().clone();
        let errors = findings.iter().filter(|finding| finding["severity"] == "error");
        errors.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    }
}

/// Runs a command and looks at its peak memory (VmHWM) and processor time until it ends.
fn measure(house: &House, arguments: &[&str]) -> Measured {
    let mut child =
        house.command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let out = std::thread::spawn(move || std::io::read_to_string(&mut stdout).unwrap());
    let (mut peak, mut ticks) = (0, 0);
    let begun = Instant::now();
    let code = loop {
        let proc = format!("/proc/{}", child.id());
        let status = fs::read_to_string(format!("{proc}/status")).unwrap_or_default();
        peak = peak.max(peak_bytes(&status));
        let stat = fs::read_to_string(format!("{proc}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
        // utime and stime, the 14th and 15th field of all.
        let time =
            |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        ticks = ticks.max(time(12) + time(13));
        if let Some(status) = child.try_wait().unwrap() {
            break status.code().unwrap_or(-1);
        }
        assert!(begun.elapsed() < Duration::from_secs(280), "it does not end");
        std::thread::sleep(Duration::from_millis(2));
    };
    Measured { code, out: out.join().unwrap(), peak_bytes: peak, ticks }
}

/// Returns the most memory that a process had, as its status in `/proc` tells.
fn peak_bytes(status: &str) -> u64 {
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
    peak.unwrap_or(0) << 10
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const WORKBOOK: &[u8] = b"<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Gruppen\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
const RELATIONS: &[u8] = b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
const TYPES: &[u8] = b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";

fn workbook(rows: &[u8]) -> Vec<u8> {
    let start = b"<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
    let sheet = [start, rows, b"</sheetData></worksheet>"].concat();
    archive(&[
        ("[Content_Types].xml", TYPES),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

/// Cells enough to be too many, each with another number, so that the ratio stays harmless.
fn sheet_of(cells: u32) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut dice: u32 = 1;
    for row in 1..=cells / 50 {
        write!(rows, "<row r=\"{row}\">").unwrap();
        for _ in 0..50 {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            write!(rows, "<c><v>{}</v></c>", dice >> 12).unwrap();
        }
        rows.extend_from_slice(b"</row>");
    }
    rows
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"a\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

/// Says everywhere that a part has a thousand bytes.
fn with_lying_sizes(mut bytes: Vec<u8>, size: u32) -> Vec<u8> {
    let mut changed = 0;
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == size.to_le_bytes() {
            bytes[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
            changed += 1;
        }
    }
    assert!(changed >= 2, "both headers tell the size");
    bytes
}

#[test]
fn spreadsheets_that_would_fill_the_memory_are_refused_at_once() {
    let house = House::new();
    let small = house.list("small.csv", "Angstgruppe", 3);
    let usual = measure(&house, &["check", &small, OFFICE[0], OFFICE[1]]);
    assert_eq!(usual.code, 0, "{}", usual.out);

    let blanks = vec![b' '; 63 << 20];
    let bomb = workbook(&blanks);
    let inner = archive(&[("inner.xlsx", &bomb)]);
    let many: Vec<(String, &[u8])> =
        (0..20_000).map(|n| (format!("xl/worksheets/sheet{n}.xml"), b"".as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, c)| (name.as_str(), *c)).collect();
    let repeated = "<table:table-row table:number-rows-repeated=\"17000\"><table:table-cell table:number-columns-repeated=\"1000\" office:value-type=\"string\"><text:p>zwanzig Zeichen lang</text:p></table:table-cell></table:table-row>";
    let strings = {
        let mut xml =
            b"<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">".to_vec();
        let mut dice: u32 = 1;
        for _ in 0..2_100_000 {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            write!(xml, "<si><t>{}</t></si>", dice >> 16).unwrap();
        }
        xml.extend_from_slice(b"</sst>");
        archive(&[("xl/workbook.xml", WORKBOOK), ("xl/sharedStrings.xml", &xml)])
    };
    let lie = with_lying_sizes(archive(&[("xl/workbook.xml", &blanks)]), 63 << 20);
    let cases: [(&str, Vec<u8>, &str, &[&str]); 10] = [
        ("ratio.xlsx", bomb.clone(), "1000:1", &["archive-ratio"]),
        ("ratio.ods", ods(&" ".repeat(50 << 20)), "1000:1 in an ODS", &["archive-ratio"]),
        ("nested.xlsx", inner, "an archive in an archive", &["workbook-without-sheet"]),
        ("many.xlsx", archive(&many), "20,000 parts", &["archive-entries"]),
        ("lie.xlsx", lie, "a part that says it is small", &["archive-ratio", "file-damaged"]),
        ("cells.xlsx", workbook(&sheet_of(2_100_000)), "2.1 million cells", &["too-many-cells"]),
        ("cells.ods", ods(repeated), "17 million cells of 20 bytes", &["too-many-cells"]),
        ("strings.xlsx", strings, "2.1 million texts", &["too-many-cells"]),
        ("cut.xlsx", bomb[..bomb.len() / 2].to_vec(), "the first half", &["file-damaged"]),
        ("huge.xlsx", vec![b'P'; 21 << 20], "21 MB", &["file-too-large"]),
    ];
    for (file, bytes, why, rules) in cases {
        fs::write(house.path(file), bytes).unwrap();

        let measured = measure(&house, &["check", file, OFFICE[0], OFFICE[1], "--json"]);

        assert_eq!(measured.code, 2, "{why}: {}", measured.out);
        let found = measured.rules();
        assert!(found.iter().all(|rule| rules.contains(&rule.as_str())), "{why}: {found:?}");
        let more = measured.peak_bytes.saturating_sub(usual.peak_bytes);
        let longer = measured.ticks.saturating_sub(usual.ticks);
        println!("{why}: {} MiB and {} ms more than three rows", more >> 20, longer * 10);
        assert!(more <= REFUSAL_BYTES, "{why}: {} MiB more", more >> 20);
        assert!(longer <= REFUSAL_TICKS, "{why}: {} ms more", longer * 10);
        fs::remove_file(house.path(file)).unwrap();
    }
}

#[test]
fn text_files_beyond_the_limits_are_refused_in_little_memory() {
    let house = House::new();
    let small = house.list("small.csv", "Angstgruppe", 3);
    let usual = measure(&house, &["check", &small, OFFICE[0], OFFICE[1]]);
    // A gigabyte of nothing needs no disk.
    fs::File::create(house.path("gigabyte.csv")).unwrap().set_len(1 << 30).unwrap();
    let titles: Vec<String> = (0..10_000).map(|n| format!("Spalte {n}")).collect();
    let wide = format!("Gruppenname;Thema;{}\nA;Angst\n", titles.join(";"));
    fs::write(house.path("wide.csv"), wide).unwrap();
    let mut long = "Gruppenname;Thema\n".to_owned();
    (0..100_001).for_each(|n| long.push_str(&format!("Gruppe {n};Angst\n")));
    fs::write(house.path("long.csv"), long).unwrap();
    for (file, rule) in [
        ("gigabyte.csv", "file-too-large"),
        ("wide.csv", "too-many-columns"),
        ("long.csv", "too-many-rows"),
    ] {
        let measured = measure(&house, &["check", file, OFFICE[0], OFFICE[1], "--json"]);

        assert_eq!(measured.code, 2, "{file}: {}", measured.out);
        assert_eq!(measured.rules(), [rule], "{file}");
        let more = measured.peak_bytes.saturating_sub(usual.peak_bytes);
        println!("{file}: {} MiB more than three rows", more >> 20);
        assert!(more <= 96 << 20, "{file}: {} MiB more", more >> 20);
    }
}

/// The largest list there may be, with all that a row usually says: sent, read, written and shown
/// by the search, by a service that then still has its tables and the new index.
#[test]
fn a_hundred_thousand_rows_are_published_in_256_mib_in_all() {
    let staff = Staff::start();
    let token = staff.token("ikos-jena");
    let mut list = "Nr;Gruppenname;Thema;PLZ;Ort;Straße;Treffen;Beschreibung\n".to_owned();
    for number in 0..100_000_u32 {
        let (postcode, town) =
            [("07743", "Jena"), ("01067", "Dresden"), ("04109", "Leipzig")][number as usize % 3];
        let topic = ["Depression", "Angst", "Rheuma", "Diabetes"][number as usize % 4];
        list.push_str(&format!(
            "N{number};Gruppe {number} {topic};{topic};{postcode};{town};Ahornhof {};jeden 2. \
             Dienstag im Monat, 18 bis 20 Uhr;Wir treffen uns und reden über alles, Nummer {number}.\n",
            number % 90 + 1
        ));
    }
    let path = "/v1/admin/contact-points/ikos-jena/imports";
    let sent = staff.ask("POST", path).by(&token).field("Content-Type", "text/csv");
    let begun = sent.field("Prefer", "respond-async").body(&list);
    assert_eq!(begun.status, 202, "{}", begun.text);

    let place = begun.field("location").replace(&staff.service.address, "");
    let report = loop {
        let told = staff.ask("GET", &place).by(&token).send().value();
        if told["state"] != "running" {
            break told;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!((&report["state"], &report["counts"]["new"]), (&"applied".into(), &100_000.into()));
    let status = format!("/proc/{}/status", staff.service.id());
    let read = peak_bytes(&fs::read_to_string(&status).unwrap());
    staff.wait_for("q=Nummer 99999", 1);

    let shown = peak_bytes(&fs::read_to_string(&status).unwrap());
    println!("100,000 rows: read in {} MiB, shown in {} MiB", read >> 20, shown >> 20);
    assert!(shown <= LONG_LIST_BYTES, "{} MiB", shown >> 20);
}
