//! Orphanet's XML in its forms from 2019 on: product1, ORPHAnomenclature, ICD mappings and
//! classifications differ in what a `<Disorder>` holds, not in how it is written.
//!
//! Read as a stream, in the encoding the file declares. `OrphaNumber` is what older files call
//! `OrphaCode`. A disorder is retired when a flag, its status or its name says so, or when it has
//! moved; a classification's node is below the node around it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

use quick_xml::encoding::DecodingReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::NomenclatureReading;
use super::names::{clean, icd10, orpha_code, unmarked};
use crate::domain::{
    DiseaseEntry, DiseaseName, NameLanguage, Nomenclature, NomenclatureSource, Standing,
};
use crate::import::finding::{Finding, Notes};
use crate::import::messages;

/// Flags from here on mark entries that are not in use: 8192 obsolete, 8448 deprecated and the
/// like; those in use have smaller ones.
const RETIRED_FLAG: u32 = 8192;

/// Deepest nesting; classifications have some 20 levels of three elements each.
const MAX_DEPTH: usize = 400;

/// Longest text of one element in bytes; the texts of product1 stay below it.
const MAX_TEXT: usize = 1 << 20;

/// Reads a file.
pub(super) fn read(file: impl BufRead, notes: Notes) -> Result<NomenclatureReading, Finding> {
    let lines = Lines { inner: DecodingReader::new(file), line: 1 };
    let mut reader = Reader::from_reader(lines);
    let mut builder = Builder::new(notes);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                let line = reader.get_ref().line;
                return Err(builder.broken(line, &error.to_string()));
            }
        };
        match event {
            Event::Decl(declaration) => {
                let known = declaration.encoder();
                let declared = declaration.encoding().and_then(Result::ok).map(|e| e.into_owned());
                match (known, declared) {
                    (Some(encoding), _) => reader.get_mut().inner.set_encoding(encoding),
                    (None, Some(name)) => {
                        let what = format!("unbekannte Kodierung / unknown encoding {name}");
                        return Err(builder.broken(1, &what));
                    }
                    (None, None) => {}
                }
            }
            Event::Eof => break,
            other => {
                let line = reader.get_ref().line;
                builder.take(other, line)?;
            }
        }
    }
    let line = reader.get_ref().line;
    builder.finish(line)
}

/// Counts the lines that have been read of the decoded text.
struct Lines<R> {
    inner: DecodingReader<R>,
    line: u64,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(read) = self.inner.fill_buf() {
            let passed = &read[..amount.min(read.len())];
            self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        self.inner.consume(amount);
    }
}

/// A disorder that is being read.
#[derive(Default)]
struct Draft {
    line: u64,
    code: Option<u32>,
    written_code: String,
    names: Vec<(String, String, bool)>,
    icd10: Vec<String>,
    is_retired: bool,
    says_standing: bool,
    /// Kind and target of each association.
    associations: Vec<(String, Option<u32>)>,
}

/// An external reference that is being read.
#[derive(Default)]
struct ExternalReference {
    source: String,
    code: String,
}

struct Builder {
    notes: Notes,
    path: Vec<String>,
    /// The `lang` of each open element.
    languages: Vec<Option<String>>,
    text: String,
    draft: Option<Draft>,
    reference: ExternalReference,
    association: (String, Option<u32>),
    /// The codes of the nodes around, outermost first.
    nodes: Vec<Option<u32>>,
    entries: BTreeMap<u32, DiseaseEntry>,
    refused: usize,
    /// What the file says of itself.
    version: Option<String>,
    licence: String,
    classification: Option<(String, String)>,
    has_disorders: bool,
    /// Which lists codes are mapped to.
    mapped_to: BTreeSet<String>,
    /// How many names each language has.
    by_language: BTreeMap<String, usize>,
}

impl Builder {
    fn new(notes: Notes) -> Self {
        Self {
            notes,
            path: Vec::new(),
            languages: Vec::new(),
            text: String::new(),
            draft: None,
            reference: ExternalReference::default(),
            association: Default::default(),
            nodes: Vec::new(),
            entries: BTreeMap::new(),
            refused: 0,
            version: None,
            licence: String::new(),
            classification: None,
            has_disorders: false,
            mapped_to: BTreeSet::new(),
            by_language: BTreeMap::new(),
        }
    }

    fn broken(&self, line: u64, what: &str) -> Finding {
        self.notes.about(&messages::NOMENCLATURE_BROKEN).in_row(line).with_detail(what)
    }

    fn take(&mut self, event: Event<'_>, line: u64) -> Result<(), Finding> {
        match event {
            Event::Start(start) => self.open(&start, line),
            Event::Empty(start) => {
                self.open(&start, line)?;
                self.close(line);
                Ok(())
            }
            Event::End(_) => {
                self.close(line);
                Ok(())
            }
            Event::Text(text) => self.add_text(&text.xml10_content(), line),
            Event::CData(text) => self.add_text(&text.xml10_content(), line),
            Event::GeneralRef(reference) => self.add_reference(&reference, line),
            _ => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), Finding> {
        let name = start.local_name().as_ref().to_owned();
        if self.path.is_empty() && name != "JDBOR" {
            let what = format!("<{name}>");
            let finding = self.notes.about(&messages::NOMENCLATURE_UNKNOWN).in_row(line);
            return Err(finding.with_detail(what));
        }
        if self.path.len() >= MAX_DEPTH {
            return Err(self.broken(line, "zu tief verschachtelt / nested too deep"));
        }
        let attribute = |wanted: &str| -> Result<Option<String>, Finding> {
            let found = start
                .try_get_attribute(wanted)
                .map_err(|error| self.broken(line, &error.to_string()))?;
            Ok(found.map(|attribute| attribute.value.into_owned()))
        };
        let language = attribute("lang")?;
        match name.as_str() {
            "JDBOR" => {
                let date = attribute("ExtractionDate")?.or(attribute("date")?);
                self.version = date.and_then(|date| date.get(..10).map(str::to_owned));
            }
            "Classification" => {
                self.classification = Some((attribute("id")?.unwrap_or_default(), String::new()));
            }
            "ClassificationNode" => self.nodes.push(None),
            "Disorder" => {
                self.has_disorders = true;
                self.draft = Some(Draft { line, ..Draft::default() });
            }
            "ExternalReference" => self.reference = ExternalReference::default(),
            "DisorderDisorderAssociation" => self.association = Default::default(),
            _ => {}
        }
        self.path.push(name);
        self.languages.push(language);
        self.text.clear();
        Ok(())
    }

    fn add_text(&mut self, text: &str, line: u64) -> Result<(), Finding> {
        if self.text.len() + text.len() > MAX_TEXT {
            return Err(self.broken(line, "zu langer Text / text too long"));
        }
        if self.path.is_empty() && !text.trim().is_empty() {
            return Err(self.broken(line, "Text außerhalb / text outside the document"));
        }
        self.text.push_str(text);
        Ok(())
    }

    fn add_reference(&mut self, reference: &BytesRef<'_>, line: u64) -> Result<(), Finding> {
        let name = reference.xml10_content();
        let known = match reference.resolve_char_ref() {
            Ok(Some(c)) => Some(c),
            Ok(None) => match name.as_ref() {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            },
            Err(_) => None,
        };
        match known {
            Some(c) => {
                self.text.push(c);
                Ok(())
            }
            None => Err(self.broken(line, &format!("&{name};"))),
        }
    }

    /// Ends the innermost element.
    fn close(&mut self, _line: u64) {
        let (Some(name), language) = (self.path.pop(), self.languages.pop().flatten()) else {
            return;
        };
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let parent = self.path.last().map(String::as_str).unwrap_or_default();
        match (parent, name.as_str()) {
            ("Licence", "FullName" | "ShortIdentifier") if self.licence.is_empty() => {
                self.licence = clean(text).unwrap_or_default();
            }
            ("Classification", "Name") => {
                if let Some((_, title)) = &mut self.classification {
                    *title = clean(text).unwrap_or_default();
                }
            }
            ("Disorder", "OrphaCode" | "OrphaNumber") => {
                if let Some(draft) = &mut self.draft {
                    draft.code = orpha_code(text);
                    draft.written_code = text.to_owned();
                }
            }
            ("Disorder", "Name") | ("SynonymList", "Synonym") => {
                if let (Some(draft), Some(text)) = (&mut self.draft, clean(text)) {
                    let language = language.unwrap_or_default();
                    draft.names.push((language, text, name == "Name"));
                }
            }
            ("DisorderFlag", "Value") | ("Disorder", "FlagValue") => {
                if let (Some(draft), Ok(flag)) = (&mut self.draft, text.parse::<u32>()) {
                    draft.says_standing = true;
                    draft.is_retired |= flag >= RETIRED_FLAG;
                }
            }
            ("DisorderFlag", "Label") | ("Disorder", "Totalstatus" | "TotalStatus" | "Status") => {
                if let Some(draft) = self.draft.as_mut().filter(|_| !text.is_empty()) {
                    draft.says_standing = true;
                    draft.is_retired |= says_retired(text);
                }
            }
            ("TargetDisorder", "OrphaCode" | "OrphaNumber") => {
                self.association.1 = orpha_code(text)
            }
            ("DisorderDisorderAssociationType", "Name") => {
                text.clone_into(&mut self.association.0);
            }
            (_, "DisorderDisorderAssociation") => {
                let association = std::mem::take(&mut self.association);
                if let Some(draft) = &mut self.draft {
                    draft.associations.push(association);
                }
            }
            ("ExternalReference", "Source") => text.clone_into(&mut self.reference.source),
            ("ExternalReference", "Reference") => text.clone_into(&mut self.reference.code),
            (_, "ExternalReference") => {
                let reference = std::mem::take(&mut self.reference);
                if reference.source == "ICD-10"
                    && let Some(draft) = &mut self.draft
                {
                    draft.icd10.push(reference.code);
                }
                self.mapped_to.insert(reference.source);
            }
            (_, "Disorder") => self.end_disorder(),
            (_, "ClassificationNode") => _ = self.nodes.pop(),
            _ => {}
        }
    }

    fn end_disorder(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        let row = draft.line;
        let Some(code) = draft.code else {
            self.refused += 1;
            let finding = self.notes.about(&messages::NOMENCLATURE_CODE).in_row(row);
            self.notes.add(finding.with_value(&draft.written_code));
            return;
        };
        if let Some(node) = self.nodes.last_mut() {
            *node = Some(code);
        }
        let mut entry = DiseaseEntry::new(code);
        let mut is_retired = draft.is_retired;
        for (language, text, is_preferred) in draft.names {
            *self.by_language.entry(language.clone()).or_default() += 1;
            let (text, is_marked) = unmarked(&text);
            is_retired |= is_marked && is_preferred;
            let language = match language.as_str() {
                "de" => NameLanguage::German,
                "en" => NameLanguage::English,
                _ => continue,
            };
            entry.names.push(DiseaseName { language, is_preferred, text: text.to_owned() });
        }
        if entry.names.is_empty() {
            self.refused += 1;
            let finding = self.notes.about(&messages::NOMENCLATURE_NAMELESS).in_row(row);
            self.notes.add(finding.with_value(&code.to_string()));
            return;
        }
        for written in draft.icd10 {
            match icd10(&written) {
                Some(read) => entry.icd10.push(read),
                None => {
                    let finding = self.notes.about(&messages::NOMENCLATURE_ICD).in_row(row);
                    self.notes.add(finding.with_value(&written).with_detail(code.to_string()));
                }
            }
        }
        // A node of a classification lies below the nearest node around it that has a code.
        let around = self.nodes.len().saturating_sub(1);
        let above = self.nodes[..around].iter().rev().flatten().next().copied();
        entry.parents.extend(above.filter(|above| *above != code));
        let moved = |word: &str| {
            let mut told = draft.associations.iter();
            told.find(|(kind, target)| kind.to_lowercase().contains(word) && target.is_some())
        };
        let has_moved = moved("moved").or(moved("verschoben"));
        let refers = moved("refer").or(moved("verwies")).or(moved("verweis"));
        let any = draft.associations.iter().find(|(_, target)| target.is_some());
        is_retired |= has_moved.is_some();
        entry.standing = if is_retired {
            let target = has_moved.or(refers).or(any).and_then(|(_, target)| *target);
            let target = target.filter(|target| *target != code);
            if target.is_none() {
                let finding = self.notes.about(&messages::NOMENCLATURE_DEAD_END).in_row(row);
                self.notes.add(finding.with_value(&code.to_string()));
            }
            Some(Standing::Retired { target })
        } else {
            (draft.says_standing || self.classification.is_some()).then_some(Standing::Active)
        };
        entry.tidy();
        match self.entries.get_mut(&code) {
            Some(known) => known.absorb(entry),
            None => _ = self.entries.insert(code, entry),
        }
    }

    fn finish(mut self, line: u64) -> Result<NomenclatureReading, Finding> {
        if let Some(open) = self.path.last() {
            let what = format!("die Datei endet mitten in / the file ends inside <{open}>");
            return Err(self.broken(line, &what));
        }
        if !self.has_disorders {
            let finding = self.notes.about(&messages::NOMENCLATURE_UNKNOWN);
            return Err(finding.with_detail("kein / no <Disorder>"));
        }
        let language = self.by_language.iter().max_by_key(|(_, count)| **count);
        let language = language.map(|(language, _)| language.clone()).unwrap_or_default();
        if !matches!(language.as_str(), "de" | "en") {
            return Err(self.notes.about(&messages::NOMENCLATURE_LANGUAGE).with_detail(language));
        }
        let mapped: Vec<&str> = self.mapped_to.iter().map(String::as_str).collect();
        let (kind, title) = match (&self.classification, mapped.as_slice()) {
            (Some((id, title)), _) => (format!("classification-{id}"), title.clone()),
            (None, []) => ("nomenclature".to_owned(), "Orphanet-Nomenklatur".to_owned()),
            (None, ["ICD-10"]) => ("icd10".to_owned(), "Orphanet, ICD-10".to_owned()),
            (None, ["ICD-11"]) => ("icd11".to_owned(), "Orphanet, ICD-11".to_owned()),
            (None, _) => ("product1".to_owned(), "Orphadata product1".to_owned()),
        };
        let licence = match self.licence.as_str() {
            "" => "CC BY 4.0".to_owned(),
            said => said.to_owned(),
        };
        let source = NomenclatureSource {
            id: format!("orphanet-{kind}-{language}"),
            title: if title.is_empty() { "Orphanet".to_owned() } else { title },
            version: self.version.take(),
            licence,
        };
        let list = Nomenclature { source, entries: self.entries.into_values().collect() };
        Ok(NomenclatureReading { list, findings: self.notes.list, refused: self.refused })
    }
}

/// Says whether a status or a flag's label tells of an entry that is not in use.
fn says_retired(text: &str) -> bool {
    let text = text.to_lowercase();
    ["obsolete", "deprecated", "inactive", "inaktiv", "veraltet", "obsolet", "stillgelegt"]
        .iter()
        .any(|word| text.contains(word))
}
