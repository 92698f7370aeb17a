//! Alpha-ID-SE of the BfArM: `valid|Alpha-ID|ICD-10-GM|star|additional|second primary|ORPHAcode|text`.
//!
//! Rows without an ORPHAcode tell of no rare disease and are passed over.

use std::collections::BTreeMap;

use super::NomenclatureReading;
use super::names::{clean, icd10, orpha_code, version_in};
use crate::domain::{DiseaseEntry, DiseaseName, NameLanguage, Nomenclature, NomenclatureSource};
use crate::import::finding::{Finding, Notes};
use crate::import::messages;

/// Fields of a row.
const FIELDS: usize = 8;

/// Says whether a line is a row of it.
pub(super) fn is_row(line: &str) -> bool {
    let fields: Vec<&str> = line.split('|').collect();
    fields.len() == FIELDS && matches!(fields[0].trim(), "0" | "1")
}

/// Reads the text of a file.
pub(super) fn read(
    text: &str,
    name: &str,
    mut notes: Notes,
) -> Result<NomenclatureReading, Finding> {
    let mut entries: BTreeMap<u32, DiseaseEntry> = BTreeMap::new();
    let mut refused = 0;
    for (line, row) in text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [valid, _, primary, star, additional, second, code, words] = fields[..] else {
            refused += 1;
            let finding = notes.about(&messages::NOMENCLATURE_ROW).in_row(row);
            notes.add(finding.with_value(line).with_detail(fields.len().to_string()));
            continue;
        };
        if valid == "0" || code.is_empty() {
            continue;
        }
        let Some(code) = orpha_code(code) else {
            refused += 1;
            notes.add(notes.about(&messages::NOMENCLATURE_CODE).in_row(row).with_value(code));
            continue;
        };
        let mut said = DiseaseEntry::new(code);
        said.names.extend(clean(words).map(|text| DiseaseName {
            language: NameLanguage::German,
            is_preferred: false,
            text,
        }));
        for written in [primary, star, additional, second].into_iter().filter(|t| !t.is_empty()) {
            match icd10(written) {
                Some(read) => said.icd10.push(read),
                None => {
                    let finding = notes.about(&messages::NOMENCLATURE_ICD).in_row(row);
                    notes.add(finding.with_value(written).with_detail(code.to_string()));
                }
            }
        }
        entries.entry(code).or_insert_with(|| DiseaseEntry::new(code)).absorb(said);
    }
    let source = NomenclatureSource {
        id: "alpha-id-se".to_owned(),
        title: "Alpha-ID-SE, BfArM".to_owned(),
        version: version_in(name),
        licence: "BfArM, Nutzungsbedingungen der Klassifikationen".to_owned(),
    };
    let list = Nomenclature { source, entries: entries.into_values().collect() };
    Ok(NomenclatureReading { list, findings: notes.list, refused })
}
