//! The room as a whole: whole files in, groups or named faults out.

use std::collections::BTreeMap;

use encoding_rs::WINDOWS_1252;

use super::testing::{comparison, context, reader};
use super::*;
use crate::domain::{AgeGroup, Audience, Precision, Status};

fn settings(name: &str) -> SourceSettings {
    SourceSettings { contact_point: "ikos-jena".parse().ok(), ..SourceSettings::named(name) }
}

fn read(name: &str, bytes: &[u8]) -> Reading {
    let reader = reader();
    read_source(bytes, &settings(name), &context(&reader))
}

fn rules(reading: &Reading) -> Vec<&'static str> {
    reading.findings.iter().map(|finding| finding.rule.id).collect()
}

/// Six texts that break where encodings, delimiters or quotes are misread.
const KNOWN: [(&str, &str, &str, &str); 6] = [
    ("Männer über Öl", "Depression", "Jena", "Wir reden, hören zu; und lachen | viel."),
    ("Frauen nach „Krebs“", "Krebs", "Jena", "Erste Zeile\nzweite Zeile – mit Strich"),
    ("Größe & Maß", "Adipositas", "Jena", "Sie sagte: \"Komm!\" und ging."),
    ("Schlichte Gruppe", "Rheuma", "Jena", ""),
    ("Straße Übung ÄÖÜß", "Angst", "Jena", "a;b,c\td|e"),
    ("Tinnitus", "Tinnitus", "Jena", "  Leerzeichen am Rand  "),
];

fn quoted(cell: &str, delimiter: char, style: u8) -> String {
    let must = cell.contains([delimiter, '"', '\n']);
    if must || style == 1 || (style == 2 && !cell.is_empty()) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// Lists come in every mixture of encoding, delimiter, quoting and line end. Each is read right,
/// or a finding names the row: never a silent `Ã¤`.
#[test]
fn generated_files_are_read_right_or_refused_by_row() {
    let reader = reader();
    let context = context(&reader);
    let mut files = 0;
    for delimiter in [';', ',', '\t', '|'] {
        for style in 0..3_u8 {
            for line_end in ["\n", "\r\n"] {
                for title in ["", "Selbsthilfe in unserer Stadt"] {
                    let mut text = String::new();
                    if !title.is_empty() {
                        text.push_str(title);
                        text.push_str(&delimiter.to_string().repeat(3));
                        text.push_str(line_end);
                    }
                    let heading = ["Gruppenname", "Thema", "Ort", "Beschreibung"];
                    text.push_str(&heading.join(&delimiter.to_string()));
                    text.push_str(line_end);
                    for (name, topic, town, description) in KNOWN {
                        let cells =
                            [name, topic, town, description].map(|c| quoted(c, delimiter, style));
                        text.push_str(&cells.join(&delimiter.to_string()));
                        text.push_str(line_end);
                    }
                    let utf16 = |big: bool| -> Vec<u8> {
                        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
                        let bytes = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
                        units.flat_map(bytes).collect()
                    };
                    let encodings: [(&str, Vec<u8>); 5] = [
                        ("UTF-8", text.clone().into_bytes()),
                        ("UTF-8 with a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
                        ("Windows-1252", WINDOWS_1252.encode(&text).0.into_owned()),
                        ("UTF-16LE", utf16(false)),
                        ("UTF-16BE", utf16(true)),
                    ];
                    for (encoding, bytes) in encodings {
                        files += 1;
                        let why =
                            format!("{encoding}, {delimiter:?}, {style}, {line_end:?}, {title}");
                        let reading = read_source(&bytes, &settings("a.csv"), &context);
                        assert_eq!(
                            reading.groups.len(),
                            KNOWN.len(),
                            "{why}: {:?}",
                            rules(&reading)
                        );
                        for (group, (name, topic, town, description)) in
                            reading.groups.iter().zip(KNOWN)
                        {
                            assert_eq!(group.name, name, "{why}");
                            assert_eq!(group.topics[0], topic, "{why}");
                            let venue = group.venue.as_ref().expect("a town");
                            assert_eq!(venue.town.as_deref(), Some(town), "{why}");
                            let expected: Vec<&str> = description.split_whitespace().collect();
                            let found = group.description.as_deref().unwrap_or_default();
                            assert_eq!(
                                found.split_whitespace().collect::<Vec<_>>(),
                                expected,
                                "{why}"
                            );
                        }
                    }
                }
            }
        }
    }
    assert_eq!(files, 240);
}

/// The same files cut or mixed anywhere: what is read is right, the rest is told.
#[test]
fn damaged_files_never_give_a_wrong_name() {
    let mut text = String::from("Gruppenname;Thema;Ort\n");
    for (name, topic, town, _) in KNOWN {
        text.push_str(&format!("\"{name}\";{topic};{town}\n"));
    }
    let reader = reader();
    let context = context(&reader);
    let known = |name: &str| KNOWN.iter().any(|(right, ..)| *right == name);
    for cut in (30..text.len()).step_by(7) {
        let reading = read_source(&text.as_bytes()[..cut], &settings("a.csv"), &context);
        let wrong: Vec<String> =
            reading.groups.iter().map(|g| g.name).filter(|n| !known(n)).collect();
        assert!(wrong.is_empty(), "cut at {cut}: {wrong:?}");
    }
    // One line in another encoding.
    for at in 0..KNOWN.len() {
        let mut bytes = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if index == at + 1 {
                bytes.extend_from_slice(&WINDOWS_1252.encode(line).0);
            } else {
                bytes.extend_from_slice(line.as_bytes());
            }
            bytes.push(b'\n');
        }
        let reading = read_source(&bytes, &settings("a.csv"), &context);
        assert_eq!(reading.groups.len(), KNOWN.len(), "{at}: {:?}", rules(&reading));
        assert!(reading.groups.iter().all(|group| known(&group.name)), "{at}");
    }
}

#[test]
fn a_list_from_excel_becomes_groups() {
    let text = "Liste;;;;;;\nGruppenname;Thema;PLZ;Ort;Treffen;Ansprechpartner;Telefon\n\
        Lichtblick;Depression;7743;Jena;jeden 2. Dienstag im Monat, 17:00-19:00 Uhr;Frau Muster;03641 55512\n";
    let reading = read("gruppen.csv", &WINDOWS_1252.encode(text).0);
    let group = reading.groups.get(0);
    let venue = group.venue.as_ref().expect("a place");
    assert_eq!(venue.postcode.as_ref().map(|p| p.as_str()), Some("07743"));
    assert_eq!(venue.district.as_ref().map(|d| d.as_str()), Some("16053"));
    assert_eq!(venue.precision, Some(Precision::Postcode));
    assert!(venue.municipality_point.is_some());
    assert_eq!(group.meeting.rule.map(|r| r.to_rrule()).as_deref(), Some("FREQ=MONTHLY;BYDAY=2TU"));
    assert_eq!(group.contact.phone, None); // it stands beside a person's name
    let person = group.contact_person.as_ref().expect("kept inside");
    assert_eq!(person.phone.as_deref(), Some("03641 55512"));
    assert_eq!(
        rules(&reading),
        ["rows-above-heading", "postcode-leading-zero-added", "internal-field", "consent-missing"]
    );
}

#[test]
fn topics_are_split_and_people_taken_out() {
    for (written, topics) in [
        ("ADHS, Autismus", &["ADHS", "Autismus"][..]),
        ("Rheuma (Kinder)", &["Rheuma"]),
        ("Demenz (Angehörige)", &["Demenz"]),
        ("Borderline (auch Angehörige)", &["Borderline"]),
        ("Parkinson und Schlaganfall", &["Parkinson", "Schlaganfall"]),
        ("Depressionen und Burnout", &["Depressionen", "Burnout"]),
        ("Morbus Crohn; Colitis ulcerosa", &["Morbus Crohn", "Colitis ulcerosa"]),
        ("Legasthenie / Dyskalkulie", &["Legasthenie", "Dyskalkulie"]),
        ("Lip-/Lymphödem", &["Lip-/Lymphödem"]), // the first part lacks its end
        ("ADHS/Autismus (Eltern)", &["ADHS", "Autismus"]),
        ("Quokkaphobie", &["Quokkaphobie"]),
    ] {
        assert_eq!(enrich::split_topic(written, &reader()), topics, "{written}");
    }
}

#[test]
fn audience_and_age_come_from_names() {
    let text = "Name;Thema\nDemenz (Angehörige);Demenz\nRheuma (Kinder);Rheuma\nHerz;Herzinfarkt\nDepression (in Gründung);Depression\n";
    let reading = read("a.csv", text.as_bytes());
    let audience = |at: usize| reading.groups.get(at).audience.iter().copied().collect::<Vec<_>>();
    assert_eq!(audience(0), [Audience::Relatives]);
    assert!(reading.groups.get(1).age_groups.contains(&AgeGroup::Children));
    assert_eq!(audience(2), [Audience::Affected]);
    assert_eq!(reading.groups.get(3).status, Status::Founding);
    assert_eq!(reading.groups.get(3).name, "Depression");
}

#[test]
fn ids_stay_over_reordering_and_equal_groups_are_counted() {
    let first = read(
        "a.csv",
        "Name;Thema;Ort;Treffen\nA;Angst;Jena;montags\nA;Angst;Jena;dienstags\nB;Angst;Jena;\n"
            .as_bytes(),
    );
    let second = read(
        "a.csv",
        "Name;Thema;Ort;Treffen\nB;Angst;Jena;\nA;Angst;Jena;montags\nA;Angst;Jena;dienstags\n"
            .as_bytes(),
    );
    let ids = |reading: &Reading| -> BTreeMap<String, String> {
        reading.groups.iter().map(|g| (g.local_id.clone(), g.name.clone())).collect()
    };
    assert_eq!(ids(&first), ids(&second));
    assert!(first.groups.get(1).local_id.ends_with("-2"));
    let twice = read("a.csv", "Name;Thema\nA;Angst\nA;Angst\n".as_bytes());
    assert_eq!((twice.groups.len(), rules(&twice)), (1, vec!["record-twice"]));
}

#[test]
fn places_are_found_as_staff_write_them() {
    for (postcode, town, district, rule) in [
        ("", "Weida/Thür.", Some("16076"), ""),
        ("07570", "Weida/Thür.", Some("16076"), ""),
        ("", "Jena", Some("16053"), ""),
        ("04552", "Zwickau", Some("14729"), "town-not-in-postcode"),
        ("80331", "München", Some("09162"), "postcode-outside-area"),
        ("04999", "", None, "postcode-unknown"),
        ("", "Neustadt", None, "town-ambiguous"),
        ("", "Xyzhausen", None, "town-unknown"),
    ] {
        let text = format!("Name;Thema;PLZ;Ort\nA;Angst;{postcode};{town}\n");
        let reader = reader();
        let settings = SourceSettings {
            contact_point: "lakos-sachsen".parse().ok(),
            ..SourceSettings::named("a.csv")
        };
        let reading = read_source(text.as_bytes(), &settings, &context(&reader));
        let venue = reading.groups.get(0).venue;
        let venue = venue.as_ref();
        let found = venue.and_then(|v| v.district.as_ref()).map(|d| d.as_str().to_owned());
        if rule != "town-ambiguous" && rule != "postcode-outside-area" {
            assert_eq!(found.as_deref(), district, "{postcode} {town}");
        }
        let expected: Vec<&str> = Some(rule).filter(|r| !r.is_empty()).into_iter().collect();
        assert_eq!(rules(&reading), expected, "{postcode} {town}");
    }
}

/// The example lists are read without an error, in the numbers their table names.
#[test]
fn the_example_lists_are_read_whole() {
    let reader = reader();
    let context = context(&reader);
    let table =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/expected.tsv"))
            .expect("it is committed");
    let expected: BTreeMap<&str, usize> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            Some((*cells.first()?, cells.get(3)?.parse().ok()?))
        })
        .collect();
    let mut wrong = Vec::new();
    for (settings, bytes) in example_sources().expect("packed") {
        let reading = read_source(&bytes, &settings, &context);
        let slug =
            settings.contact_point.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default();
        let errors: Vec<String> = reading
            .findings
            .iter()
            .filter(|finding| finding.severity() == Severity::Error)
            .map(|finding| format!("{:?} {} {:?}", finding.row, finding.rule.id, finding.value))
            .collect();
        if !errors.is_empty() || expected.get(slug.as_str()) != Some(&reading.groups.len()) {
            wrong.push(format!(
                "{slug}: {} of {:?}, {errors:?}",
                reading.groups.len(),
                expected.get(slug.as_str())
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every fault of `fixtures/bad/` is named by its rule in its row.
#[test]
fn the_faults_of_the_bad_files_are_named() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/bad");
    let table = std::fs::read_to_string(format!("{folder}/expected.tsv")).expect("it is committed");
    let reader = reader();
    let context = context(&reader);
    let mut missing = Vec::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, row, column, severity, rule, value, ..] = cells.as_slice() else { continue };
        // Holds depend on the catalogue; they are tested in `run`.
        if *severity == "none" || rule.starts_with("held-") {
            continue;
        }
        let mut settings = SourceSettings {
            contact_point: "kiss-chemnitz".parse().ok(),
            ..SourceSettings::named(file)
        };
        if file.ends_with(".html") {
            settings.selectors = BTreeMap::from([
                ("record".to_owned(), "li.eintrag".to_owned()),
                ("name".to_owned(), "strong".to_owned()),
            ]);
        }
        let bytes = std::fs::read(format!("{folder}/{file}")).expect("it is committed");
        let reading = read_source(&bytes, &settings, &context);
        // What may be a person's contact is never repeated.
        let is_contact = matches!(*rule, "phone-not-a-number" | "email-malformed");
        let found = reading.findings.iter().any(|finding| {
            finding.rule.id == *rule
                && finding.row.map(|row| row.to_string()).unwrap_or_default() == *row
                && finding.severity().as_str() == *severity
                && (value.is_empty() || finding.value.is_some() || is_contact)
                && (*rule != "placeholder-read-as-unknown"
                    || finding.column.as_deref() == Some(*column)
                        && finding.value.as_deref() == Some(*value))
        });
        if !found {
            let told: Vec<String> = reading
                .findings
                .iter()
                .map(|f| format!("{}:{}:{}", f.row.unwrap_or(0), f.severity().as_str(), f.rule.id))
                .collect();
            missing.push(format!("{file} {row} {severity} {rule} – told: {told:?}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// A whole list, the same again, half of it, and a list full of faults.
#[tokio::test]
async fn lists_go_into_the_catalogue_or_are_held() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("catalogue.sqlite");
    let catalogue = crate::catalogue::Catalogue::open(&file, super::testing::contact_points())
        .await
        .expect("a catalogue");
    let mut order = ImportOrder {
        mode: crate::catalogue::ImportMode::Replace,
        who: "test".to_owned(),
        is_confirmed: false,
    };
    let list = |count: usize| {
        let rows: Vec<String> = (1..=count).map(|n| format!("{n};Gruppe {n};Angst;Jena")).collect();
        read("a.csv", format!("Nr;Name;Thema;Ort\n{}\n", rows.join("\n")).as_bytes())
    };
    let numbers = |report: &ImportReport| {
        let part = &report.parts[0];
        let counts = part.counts;
        (part.state.as_str(), counts.new, counts.changed, counts.unchanged, counts.removed)
    };

    let first = import_file(list(10), &catalogue, &order, comparison()).await.expect("applied");
    assert_eq!((numbers(&first), exit_code(&first)), (("applied", 10, 0, 0, 0), 0));
    let again = import_file(list(10), &catalogue, &order, comparison()).await.expect("applied");
    assert_eq!(numbers(&again), ("applied", 0, 0, 10, 0));

    let revision = catalogue.revision().await.expect("a number");
    let half = import_file(list(6), &catalogue, &order, comparison()).await.expect("held");
    assert_eq!((numbers(&half), exit_code(&half)), (("held", 0, 0, 6, 4), 1));
    let checked =
        check_file(list(6), Some(&catalogue), order.mode, comparison()).await.expect("checked");
    assert_eq!((numbers(&checked), exit_code(&checked)), (("checked", 0, 0, 6, 4), 1));
    let bad = "Nr;Name;Thema;Ort\n1;Gruppe 1;Angst;Jena\n2;;;\n";
    let bad = import_file(read("a.csv", bad.as_bytes()), &catalogue, &order, comparison())
        .await
        .expect("held");
    assert_eq!(numbers(&bad).0, "held");
    let broken = import_file(read("a.csv", b"\x00\x01"), &catalogue, &order, comparison())
        .await
        .expect("told");
    assert_eq!((numbers(&broken).0, exit_code(&broken)), ("failed", 2));
    assert_eq!(catalogue.revision().await.expect("a number"), revision);

    order.is_confirmed = true;
    let half = import_file(list(6), &catalogue, &order, comparison()).await.expect("applied");
    assert_eq!(numbers(&half), ("applied", 0, 0, 6, 4));
    let told = text(&half, messages::Language::German);
    assert!(told.contains("6 unverändert") && told.contains("Gruppe 7"), "{told}");
    let value = json(&half, messages::Language::English);
    assert_eq!(value["imports"][0]["counts"]["removed"], 4);
}

/// No finding that staff read in German holds a parser's English.
#[test]
fn what_a_parser_says_stays_inside() {
    for (name, bytes) in [
        ("a.json", &b"[{\"name\": \"A\""[..]),
        ("a.json", b"17"),
        ("a.json", b"{\"a\": 1}"),
        ("a.ndjson", b"{\"name\": \"A\", \"topics\": [\"Angst\"]}\n{\"name\": \"B\"\n"),
        ("a.xlsx", b"PK\x03\x04 cut off"),
        ("a.html", b"<title>Wartung</title><h1>Bald wieder da</h1>"),
    ] {
        let reading = read(name, bytes);
        for finding in &reading.findings {
            let said = format!(
                "{} {}",
                finding.message(messages::Language::German),
                finding.remedy(messages::Language::German)
            );
            for word in ["EOF", "expected", "while", "missing", "invalid", "Could", "zip", "line"] {
                assert!(!said.contains(word), "{name}: {said}");
            }
        }
        assert!(reading.findings.iter().any(|f| f.severity() == Severity::Error), "{name}");
    }
    let page = read("a.html", b"<title>Wartung</title><h1>Bald wieder da</h1>");
    assert_eq!(page.findings[0].rule.id, "page-without-selectors");
    assert_eq!(page.findings[0].value.as_deref(), Some("Wartung"));
}

/// One office, two files: none of them may lose what the other one names.
#[tokio::test]
async fn the_files_of_one_contact_point_are_one_import() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("catalogue.sqlite");
    let catalogue = crate::catalogue::Catalogue::open(&file, super::testing::contact_points())
        .await
        .expect("a catalogue");
    let order = ImportOrder {
        mode: crate::catalogue::ImportMode::Replace,
        who: "test".to_owned(),
        is_confirmed: false,
    };
    let list = |name: &str, rows: &str| read(name, format!("Name;Thema;Ort\n{rows}").as_bytes());
    let files = || {
        vec![
            list("a.csv", "A;Angst;Jena\nB;Rheuma;Jena\n"),
            list("b.csv", "B;Rheuma;Jena\nA;Krebs;Jena\nC;Angst;Jena\n"),
        ]
    };

    for round in 0..2 {
        let joined = join(files());
        let [whole] = <[Reading; 1]>::try_from(joined).expect("one import");
        assert_eq!((whole.source.as_str(), whole.rows_read), ("a.csv + b.csv", 5));
        assert!(rules(&whole).contains(&"group-in-two-files"), "{:?}", rules(&whole));
        let report = import_file(whole, &catalogue, &order, comparison()).await.expect("applied");
        let counts = report.parts[0].counts;
        let expected = if round == 0 { (4, 0, 0) } else { (0, 4, 0) };
        assert_eq!((counts.new, counts.unchanged, counts.removed), expected);
    }
    let mut damaged = files();
    damaged[1] = read("b.csv", b"\x00\x01");
    let joined = join(damaged);
    assert_eq!(joined.len(), 2);
    for reading in joined {
        let report = import_file(reading, &catalogue, &order, comparison()).await.expect("told");
        assert_eq!(state_of(&report).as_str(), "failed", "{}", report.source);
    }
    assert_eq!(catalogue.snapshot().await.expect("there").groups.len(), 4);
}

/// Of a file of many contact points each hears its own numbers.
#[tokio::test]
async fn rows_are_counted_for_each_contact_point() {
    let reader = reader();
    let line = |point: &str, name: &str| {
        format!(
            "{{\"contact_point\": \"{point}\", \"name\": \"{name}\", \"topics\": [\"Angst\"]}}\n"
        )
    };
    let text = [
        line("ikos-jena", "A"),
        line("ikos-jena", "B"),
        line("kiss-chemnitz", "C"),
        line("kiss-chemnitz", ""),
    ]
    .concat();
    let reading =
        read_source(text.as_bytes(), &SourceSettings::named("all.ndjson"), &context(&reader));
    let report = check_file(reading, None, crate::catalogue::ImportMode::Replace, comparison())
        .await
        .expect("checked");

    let counts: Vec<(&str, u64, u64)> = report
        .parts
        .iter()
        .map(|part| (part.contact_point.as_str(), part.counts.rows_read, part.counts.refused))
        .collect();
    assert_eq!(counts, [("ikos-jena", 2, 0), ("kiss-chemnitz", 2, 1)]);
    assert_eq!(report.rows_read, 4);
}
