//! What files of each kind say, and how those that are wrong are refused.

use std::path::Path;

use super::*;
use crate::domain::{NameLanguage, Standing};
use crate::import::messages::Language;

fn read_text(name: &str, text: &str) -> Result<NomenclatureReading, Finding> {
    read_nomenclature(name, text.as_bytes())
}

const PRODUCT1: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<JDBOR date="2024-12-03 07:03:37" version="1.3">
  <Availability><Licence><FullName lang="en">CC BY</FullName></Licence></Availability>
  <DisorderList count="3">
    <Disorder id="1">
      <OrphaNumber>58</OrphaNumber>
      <Name lang="de">Alexander-Krankheit &amp; mehr</Name>
      <DisorderFlagList count="1"><DisorderFlag id="475"><Value>1</Value></DisorderFlag></DisorderFlagList>
      <SynonymList count="1"><Synonym lang="de">AxD</Synonym></SynonymList>
      <ExternalReferenceList count="2">
        <ExternalReference id="1"><Source>ICD-10</Source><Reference>E75.2</Reference></ExternalReference>
        <ExternalReference id="2"><Source>OMIM</Source><Reference>203450</Reference></ExternalReference>
      </ExternalReferenceList>
    </Disorder>
    <Disorder id="2">
      <OrphaCode>77</OrphaCode>
      <Name lang="de">OBSOLETE: Aniridie</Name>
      <DisorderFlagList count="1"><DisorderFlag id="475"><Value>8192</Value></DisorderFlag></DisorderFlagList>
      <DisorderDisorderAssociationList count="1">
        <DisorderDisorderAssociation>
          <TargetDisorder id="9"><OrphaCode>250923</OrphaCode><Name lang="de">Aniridie, isolierte</Name></TargetDisorder>
          <DisorderDisorderAssociationType id="21471"><Name lang="de">Moved to</Name></DisorderDisorderAssociationType>
        </DisorderDisorderAssociation>
      </DisorderDisorderAssociationList>
    </Disorder>
    <Disorder id="3"><OrphaCode>x9</OrphaCode><Name lang="de">Kaputt</Name></Disorder>
  </DisorderList>
</JDBOR>"#;

#[test]
fn names_codes_and_retired_entries_of_a_nomenclature_are_read() {
    let reading = read_text("a", PRODUCT1).expect("well-formed");

    let source = &reading.list.source;
    assert_eq!(source.id, "orphanet-product1-de");
    assert_eq!(source.version.as_deref(), Some("2024-12-03"));
    assert_eq!(source.licence, "CC BY");
    let [alexander, retired] = reading.list.entries.as_slice() else { panic!("{reading:?}") };
    assert_eq!(alexander.code, 58);
    let names: Vec<&str> = alexander.names.iter().map(|name| name.text.as_str()).collect();
    assert_eq!(names, ["Alexander-Krankheit & mehr", "AxD"]);
    assert_eq!(alexander.names[0].language, NameLanguage::German);
    assert_eq!(alexander.icd10[0].to_string(), "ICD-10-GM:E75.2");
    assert_eq!(alexander.standing, Some(Standing::Active));
    assert_eq!(retired.names[0].text, "Aniridie");
    assert_eq!(retired.standing, Some(Standing::Retired { target: Some(250_923) }));
    // The one without a code stays out, told with line, value and remedy.
    assert_eq!(reading.refused, 1);
    let told = &reading.findings[0];
    assert_eq!((told.rule.id, told.row), ("nomenclature-code", Some(26)));
    assert!(told.message(Language::German).contains("x9"));
}

#[test]
fn a_classification_tells_what_lies_below_what() {
    let text = r#"<JDBOR ExtractionDate="2025-06-24 07:58:08"><ClassificationList><Classification id="212">
      <OrphaNumber>9</OrphaNumber><Name lang="de">Klassifikation</Name><ClassificationNodeRootList><ClassificationNode>
      <Disorder><OrphaCode>1</OrphaCode><Name lang="de">Oben</Name></Disorder><ClassificationNodeChildList><ClassificationNode>
      <Disorder><OrphaCode>2</OrphaCode><Name lang="de">Mitte</Name></Disorder><ClassificationNodeChildList><ClassificationNode>
      <Disorder><OrphaCode>3</OrphaCode><Name lang="de">Unten</Name></Disorder></ClassificationNode></ClassificationNodeChildList>
      </ClassificationNode><ClassificationNode><Disorder><OrphaCode>3</OrphaCode><Name lang="de">Unten</Name></Disorder></ClassificationNode>
      </ClassificationNodeChildList></ClassificationNode></ClassificationNodeRootList></Classification></ClassificationList></JDBOR>"#;
    let reading = read_text("a", text).expect("well-formed");
    assert_eq!(reading.list.source.id, "orphanet-classification-212-de");
    let parents: Vec<(u32, &[u32])> =
        reading.list.entries.iter().map(|e| (e.code, e.parents.as_slice())).collect();
    assert_eq!(parents, [(1, &[][..]), (2, &[1]), (3, &[1, 2])]);
}

#[test]
fn the_declared_encoding_is_obeyed() {
    let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<JDBOR><DisorderList><Disorder><OrphaCode>5</OrphaCode><Name lang=\"de\">H\u{e4}moglobinurie, n\u{e4}chtliche</Name></Disorder></DisorderList></JDBOR>";
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let utf8 = text.replace("ISO-8859-1", "UTF-8").into_bytes();
    let wide = text.replace("ISO-8859-1", "UTF-16").encode_utf16().collect::<Vec<u16>>();
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(wide.iter().flat_map(|unit| unit.to_le_bytes()));
    for (bytes, what) in [(latin.clone(), "Latin 1"), (utf8, "UTF-8"), (utf16, "UTF-16")] {
        let reading = read_nomenclature("a", bytes.as_slice());
        let reading = reading.unwrap_or_else(|f| panic!("{what}: {f:?}"));
        assert_eq!(reading.list.entries[0].names[0].text, "Hämoglobinurie, nächtliche", "{what}");
    }
    // Declared as UTF-8, but it is not: refused, not guessed.
    let lying = String::from_utf8_lossy(&latin).replace("ISO-8859-1", "UTF-8").into_bytes();
    assert!(read_nomenclature("a", lying.as_slice()).is_ok(), "replacement characters are letters");
    let mut lying = latin;
    let at = lying.windows(10).position(|w| w == b"ISO-8859-1").expect("declared");
    lying.splice(at..at + 10, *b"UTF-8");
    let refused = read_nomenclature("a", lying.as_slice()).expect_err("not UTF-8");
    assert_eq!(refused.rule.id, "nomenclature-not-well-formed");
}

#[test]
fn what_is_not_whole_is_refused_with_its_line() {
    let cut = &PRODUCT1[..PRODUCT1.find("<SynonymList").expect("there is one")];
    let crossed = PRODUCT1.replace("</SynonymList>", "</DisorderList>");
    let entity = PRODUCT1.replace("&amp;", "&nichts;");
    for (text, rule, row) in [
        (cut, "nomenclature-not-well-formed", Some(9)),
        (crossed.as_str(), "nomenclature-not-well-formed", Some(9)),
        (entity.as_str(), "nomenclature-not-well-formed", Some(7)),
        ("<!doctype html>\n<html><body>404</body></html>", "nomenclature-unknown", Some(2)),
        ("<JDBOR></JDBOR>", "nomenclature-unknown", None),
        ("Name;Thema\nA;B", "nomenclature-unknown", Some(1)),
        ("", "file-empty", None),
    ] {
        let refused = read_text("a", text).expect_err(rule);
        assert_eq!((refused.rule.id, refused.row), (rule, row), "{}", &text[..text.len().min(40)]);
        assert!(!refused.remedy(Language::German).is_empty());
    }
    let french = PRODUCT1.replace("lang=\"de\"", "lang=\"fr\"");
    assert_eq!(read_text("a", &french).expect_err("French").rule.id, "nomenclature-language");
}

#[test]
fn alpha_id_rows_give_names_and_codes_of_rare_diseases_only() {
    let text = "1|I97525|E84.0||||586|Mukoviszidose mit Lungenbeteiligung\n1|I1|A00.0|||||Cholera\n0|I2|E84.9||||586|Ungültig\n1|I3|E75.2+|G32.8*|||58|Alexander-Leukodystrophie\n1|I4|E84|||abc|Falsch\n1|I5|E84||||abc|Falsch\n";
    let reading = read_text("icd10gm2026_alphaidse_edvtxt_20250926.txt", text).expect("rows");
    assert_eq!(reading.list.source.id, "alpha-id-se");
    assert_eq!(reading.list.source.version.as_deref(), Some("2025-09-26"));
    let codes: Vec<u32> = reading.list.entries.iter().map(|entry| entry.code).collect();
    assert_eq!(codes, [58, 586]);
    let icd: Vec<String> = reading.list.entries[0].icd10.iter().map(ToString::to_string).collect();
    assert_eq!(icd, ["ICD-10-GM:E75.2", "ICD-10-GM:G32.8"]);
    let told: Vec<(&str, Option<u64>)> =
        reading.findings.iter().map(|f| (f.rule.id, f.row)).collect();
    assert_eq!(told, [("nomenclature-row", Some(5)), ("nomenclature-code", Some(6))]);
    assert_eq!(reading.refused, 2);
}

#[test]
fn tables_are_known_by_their_heading() {
    let names = "orphacode\tlabel_de\tsynonyms_de_2022\tlabel_en\ticd10\n5\tEins\tZwei|Drei\tOne\tE71.3|xx\n\tOhne\t\t\t\n6\t\t\t\t\n";
    let reading = read_text("a", names).expect("a table");
    assert_eq!(reading.list.source.id, "table-names");
    let texts: Vec<&str> =
        reading.list.entries[0].names.iter().map(|name| name.text.as_str()).collect();
    assert_eq!(texts, ["Eins", "Zwei", "Drei", "One"]);
    let told: Vec<(&str, Option<u64>)> =
        reading.findings.iter().map(|f| (f.rule.id, f.row)).collect();
    let wanted = [
        ("nomenclature-icd", Some(2)),
        ("nomenclature-code", Some(3)),
        ("nomenclature-without-name", Some(4)),
    ];
    assert_eq!(told, wanted);

    let parents = read_text("a", "orphacode\tparent_orphacode\n5\t1\n5\t2\n").expect("a table");
    assert_eq!(parents.list.entries[0].parents, [1, 2]);
    let retired = "orphacode\tstatus\tlabel_en\tlabel_de\ttarget_orphacode\n77\tObsolete\tOBSOLETE: Aniridia\t\t88632\n78\tObsolete\tA\t\t\n";
    let retired = read_text("a", retired).expect("a table");
    assert_eq!(retired.list.entries[0].names[0].text, "Aniridia");
    let standing: Vec<_> = retired.list.entries.iter().map(|entry| entry.standing).collect();
    let wanted = [Some(88632), None].map(|target| Some(Standing::Retired { target }));
    assert_eq!(standing, wanted);
}

/// The official files themselves, where they lie beside the repository.
#[test]
fn official_files_are_read_as_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/orphanet");
    if !folder.is_dir() {
        println!("skipped: no reference data beside the repository");
        return;
    }
    let read = |name: &str| {
        let file = std::fs::File::open(folder.join(name)).expect("readable");
        read_nomenclature(name, std::io::BufReader::new(file))
    };
    for (name, id, entries) in [
        ("ORPHA_ICD11_mapping_de_2022.xml", "orphanet-icd11-de", 1_123),
        (
            "ORPHAclassification_212_rare_allergic_disease_de_2025.xml",
            "orphanet-classification-212-de",
            29,
        ),
        ("orphanet_de_en_icd.tsv", "table-names", 9_784),
        ("orphanet_inactive_2025.tsv", "table-retired", 1_311),
    ] {
        let reading = read(name).unwrap_or_else(|finding| panic!("{name}: {finding:?}"));
        assert_eq!(reading.list.source.id, id);
        assert_eq!(reading.refused, 0, "{name}");
        if id == "orphanet-classification-212-de" {
            assert!(reading.list.entries.len() > 10, "{name}: {}", reading.list.entries.len());
        } else {
            assert_eq!(reading.list.entries.len(), entries, "{name}");
        }
    }
    // The head of a product1 file: whatever stands in it, it is not whole.
    let refused = read("product1_en_format_sample.xml").expect_err("cut off");
    assert_eq!(refused.rule.id, "nomenclature-not-well-formed");
    assert!(refused.row.is_some_and(|row| row > 500), "{:?}", refused.row);
}
