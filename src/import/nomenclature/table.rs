//! Plain tables with tabs, for lists that an operator has put together: columns by their heading,
//! lists within a cell joined by `|`.
//!
//! | columns beside `orphacode` | what the table tells | source |
//! |---|---|---|
//! | `label_de`, `label_en`, `synonyms_de…`, `synonyms_en`, `icd10` | names and codes of diseases in use | `table-names` |
//! | `parent_orphacode` | the hierarchy, one link per row | `table-parents` |
//! | `target_orphacode`, `label_de`, `label_en` | retired codes and what took their place | `table-retired` |

use std::collections::BTreeMap;

use super::NomenclatureReading;
use super::names::{clean, icd10, orpha_code, unmarked};
use crate::domain::{
    DiseaseEntry, DiseaseName, NameLanguage, Nomenclature, NomenclatureSource, Standing,
};
use crate::import::finding::{Finding, Notes};
use crate::import::messages;

/// Says whether a line is the heading of such a table.
pub(super) fn is_heading(line: &str) -> bool {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let has = |name: &str| columns.contains(&name);
    has("orphacode")
        && ["label_de", "label_en", "parent_orphacode", "target_orphacode"].into_iter().any(has)
}

/// Reads the text of a table.
pub(super) fn read(text: &str, mut notes: Notes) -> Result<NomenclatureReading, Finding> {
    let mut lines = text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty());
    let heading: Vec<&str> =
        lines.next().map(|(line, _)| line.split('\t').map(str::trim).collect()).unwrap_or_default();
    let at = |name: &str| heading.iter().position(|column| *column == name);
    let kind = if at("target_orphacode").is_some() {
        Kind::Retired
    } else if at("parent_orphacode").is_some() {
        Kind::Parents
    } else {
        Kind::Names
    };
    let mut entries: BTreeMap<u32, DiseaseEntry> = BTreeMap::new();
    let mut refused = 0;
    for (line, row) in lines {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        if cells.len() > heading.len() {
            refused += 1;
            let finding = notes.about(&messages::NOMENCLATURE_ROW).in_row(row);
            notes.add(finding.with_value(line).with_detail(cells.len().to_string()));
            continue;
        }
        let cell = |name: &str| at(name).and_then(|at| cells.get(at)).copied().unwrap_or_default();
        // The first column that cannot be read decides what the finding shows.
        let mut wrong = None;
        let mut code_in = |name: &str| {
            let read = orpha_code(cell(name));
            if read.is_none() && wrong.is_none() {
                wrong = Some((name.to_owned(), cell(name).to_owned()));
            }
            read
        };
        let code = code_in("orphacode");
        let above = if kind == Kind::Parents { code_in("parent_orphacode") } else { None };
        let target = match cell("target_orphacode") {
            "" => None,
            _ => code_in("target_orphacode"),
        };
        if let Some((column, value)) = wrong {
            refused += 1;
            let finding = notes.about(&messages::NOMENCLATURE_CODE).in_row(row);
            notes.add(finding.in_column(column).with_value(&value));
            continue;
        }
        let Some(code) = code else { continue };
        let mut said = DiseaseEntry::new(code);
        said.parents.extend(above);
        said.standing = match kind {
            Kind::Names => Some(Standing::Active),
            Kind::Parents => None,
            Kind::Retired => Some(Standing::Retired { target }),
        };
        if kind == Kind::Retired && target.is_none() {
            let finding = notes.about(&messages::NOMENCLATURE_DEAD_END).in_row(row);
            notes.add(finding.with_value(&code.to_string()));
        }
        for (position, column) in heading.iter().enumerate() {
            let texts = cells.get(position).copied().unwrap_or_default();
            let (language, is_preferred) = match *column {
                "label_de" => (NameLanguage::German, true),
                "label_en" => (NameLanguage::English, true),
                "synonyms_en" => (NameLanguage::English, false),
                name if name.starts_with("synonyms_de") && !name.ends_with("_year") => {
                    (NameLanguage::German, false)
                }
                _ => continue,
            };
            let parts: Vec<&str> =
                if is_preferred { vec![texts] } else { texts.split('|').collect() };
            said.names.extend(parts.into_iter().filter_map(clean).map(|text| DiseaseName {
                language,
                is_preferred,
                text: unmarked(&text).0.to_owned(),
            }));
        }
        for written in cell("icd10").split(['|', ';']).map(str::trim).filter(|t| !t.is_empty()) {
            match icd10(written) {
                Some(read) => said.icd10.push(read),
                None => {
                    let finding = notes.about(&messages::NOMENCLATURE_ICD).in_row(row);
                    notes.add(finding.with_value(written).with_detail(code.to_string()));
                }
            }
        }
        if kind == Kind::Names && said.names.is_empty() {
            refused += 1;
            let finding = notes.about(&messages::NOMENCLATURE_NAMELESS).in_row(row);
            notes.add(finding.with_value(&code.to_string()));
            continue;
        }
        entries.entry(code).or_insert_with(|| DiseaseEntry::new(code)).absorb(said);
    }
    let (id, title) = match kind {
        Kind::Names => ("table-names", "Tabelle: Krankheitsnamen"),
        Kind::Parents => ("table-parents", "Tabelle: Hierarchie"),
        Kind::Retired => ("table-retired", "Tabelle: stillgelegte Codes"),
    };
    let source = NomenclatureSource {
        id: id.to_owned(),
        title: title.to_owned(),
        version: None,
        licence: "siehe Herkunft der Tabelle (Orphanet: CC BY 4.0)".to_owned(),
    };
    let list = Nomenclature { source, entries: entries.into_values().collect() };
    Ok(NomenclatureReading { list, findings: notes.list, refused })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Names,
    Parents,
    Retired,
}
