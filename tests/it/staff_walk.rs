//! The way of somebody who is new: contact point, token, a messy Excel file, report, repair,
//! publish, found, undo. README's chapter "Daten einspielen" tells the same.

use std::time::{Duration, Instant};

use crate::cli_support::House;
use crate::staff_support::Staff;

/// What an office keeps: a title above the headings, a postcode that lost its zero, a telephone
/// number where the town belongs, a row without a name.
const MESSY: &[&[&str]] = &[
    &["Unsere Selbsthilfegruppen, Stand März", "", "", "", ""],
    &["Nr.", "Gruppenname", "Thema", "PLZ", "Ort"],
    &["1", "Lichtblick", "Depression", "7743", "Jena"],
    &["2", "Mutmacher", "Angst", "07743", "Jena"],
    &["3", "", "", "07743", "Jena"],
    &["4", "Herzenssache", "Herzinfarkt", "077433", "Jena"],
    &["5", "Süßes Leben", "Diabetes", "07743", "Jena"],
];

/// Writes a workbook as Excel does, with inline texts.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    use std::io::Write;
    let mut sheet = String::from(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    for (row, cells) in rows.iter().enumerate() {
        sheet.push_str(&format!("<row r=\"{}\">", row + 1));
        for (cell, column) in cells.iter().zip('A'..) {
            let text = cell.replace('&', "&amp;").replace('<', "&lt;");
            sheet.push_str(&format!(
                "<c r=\"{column}{}\" t=\"inlineStr\"><is><t>{text}</t></is></c>",
                row + 1
            ));
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let main = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let files = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{main}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/worksheets/sheet1.xml\" \
                 ContentType=\"{main}.worksheet+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
                 xmlns:r=\"{relation}\"><sheets><sheet name=\"Gruppen\" sheetId=\"1\" \
                 r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).expect("a file");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn from_a_new_contact_point_to_found_and_undone() {
    const NEW: &str = "kiss-neustadt";
    let staff = Staff::start();
    // The operator enters the contact point and makes a token for it.
    let table = "id\tname\tabbreviation\toperator\tlevel\tparent\tstate\tserves\ttown\tpostcode\t\
                 street\tphone\temail\twebsite\thours\n\
                 kiss-neustadt\tKISS Neustadt\tKISS\t\tlocal\t\tTH\t16053\tJena\t07743\t\t\t\t\t\n";
    std::fs::write(staff.house.path("new.tsv"), table).expect("written");
    staff.house.run_to(0, &["contact-points", "import", "new.tsv"]);
    let token = staff.token(NEW);
    let imports = format!("/v1/admin/contact-points/{NEW}/imports");
    let excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let send = |query: &str, rows: &[Vec<String>]| {
        let asked = staff.ask("POST", &format!("{imports}{query}")).by(&token);
        let asked = asked.field("Content-Type", excel);
        let asked = asked.field("Content-Disposition", "attachment; filename=\"gruppen.xlsx\"");
        asked.bytes(workbook(rows))
    };

    // Check: the report names row, column, value and what to do, in German.
    let mut rows: Vec<Vec<String>> =
        MESSY.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    let report = send("?dry_run=true", &rows).value();
    assert_eq!(
        (report["state"].clone(), report["counts"]["refused"].clone()),
        ("checked".into(), 2.into()),
        "{report}"
    );
    let findings = report["findings"].as_array().expect("findings");
    let told = |row: u64, word: &str| {
        findings.iter().any(|f| {
            f["row"] == row && f["message"].as_str().is_some_and(|text| text.contains(word))
        })
    };
    assert!(told(6, "077433"), "{findings:#?}");
    assert!(findings.iter().any(|f| f["row"] == 5 && f["severity"] == "error"), "{findings:#?}");
    // As it is, it would be held: two of five rows are faulty.
    send("", &rows).is_problem(409, "import_held");

    // Repair in the sheet.
    rows[5][3] = "07743".to_owned();
    rows.remove(4);
    let report = send("?dry_run=true", &rows).value();
    assert_eq!(report["counts"]["refused"], 0, "{report}");

    // Publish, and look it up.
    let published = send("", &rows);
    let began = Instant::now();
    assert_eq!(published.status, 201, "{}", published.text);
    staff.wait_for(&format!("q=Herzinfarkt&contact_point={NEW}"), 1);
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
    assert_eq!(staff.service.total("q=Depression&place=07743"), 1);

    // Undo.
    let undo = format!("{imports}/{}/rollback", published.id());
    assert_eq!(staff.ask("POST", &undo).by(&token).send().status, 200);
    staff.wait_for(&format!("contact_point={NEW}"), 0);
}

/// A held list needs a person's word on the command line, too.
#[test]
fn the_token_command_explains_itself() {
    let house = House::new();
    let ended = house.run_to(0, &["token", "create", "--help"]);
    for word in ["--contact-point", "--operator", "--days", "Examples:"] {
        assert!(ended.out().contains(word), "{word}");
    }
    let ended = house.run(&["token", "create", "--name", "Büro"]);
    assert_ne!(ended.code(), 0);
    assert!(house.run_to(0, &["token", "list"]).out().contains("no tokens"));
}
