//! Opens a generation for reading, and checks that it answers what it must.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use tantivy::collector::DocSetCollector;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, Term};

use super::codec::Blobs;
use super::columns::Columns;
use super::manifest::Manifest;
use super::meta::Meta;
use super::schema::Fields;
use super::store::OpenError;
use crate::analysis::{Analyzer, tokenizer};
use crate::domain::GroupId;

/// How many names are searched before a generation goes live.
const CANARY_SEARCHES: usize = 5;

/// The texts of a group that highlights refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitTexts<'g> {
    /// Its name.
    pub name: &'g str,
    /// Its topics.
    pub topics: Vec<&'g str>,
    /// The beginning of its description; empty without one.
    pub summary: &'g str,
}

/// A readable generation. Shared by all requests that began with it.
pub struct Generation {
    /// What it was made of.
    pub manifest: Manifest,
    /// The tables its columns point into.
    pub meta: Meta,
    /// Flat columns.
    pub columns: Columns,
    /// Fields of the text index.
    pub fields: Fields,
    reader: IndexReader,
    hits: Blobs<OwnedBytes>,
    details: Blobs<OwnedBytes>,
    texts: Blobs<OwnedBytes>,
    by_id: HashMap<u128, u32>,
}

impl Generation {
    /// Opens the generation in `folder`: manifest, checksums, columns, text index, canaries.
    ///
    /// # Errors
    ///
    /// [`OpenError::Damaged`] for whatever a rebuild mends, [`OpenError::Io`] for what it does not.
    pub fn open(folder: &Path, analyzer: &Analyzer) -> Result<Self, OpenError> {
        let manifest = Manifest::read(folder).map_err(OpenError::from_io(folder))?;
        manifest.verify(folder).map_err(OpenError::from_io(folder))?;
        let generation = Self::read(folder, manifest, analyzer)?;
        generation
            .find_every_id(&folder.join("details.bin"))
            .map_err(OpenError::from_io(folder))?;
        generation.answer_canaries(analyzer).map_err(OpenError::Damaged)?;
        Ok(generation)
    }

    fn read(folder: &Path, manifest: Manifest, analyzer: &Analyzer) -> Result<Self, OpenError> {
        let damaged = |error: tantivy::TantivyError| OpenError::Damaged(error.to_string());
        let directory =
            MmapDirectory::open(folder).map_err(|e| OpenError::Damaged(e.to_string()))?;
        let bytes = |name: &str| -> Result<OwnedBytes, OpenError> {
            let file = directory
                .open_read(Path::new(name))
                .map_err(|e| OpenError::Damaged(e.to_string()))?;
            file.read_bytes().map_err(OpenError::from_io(folder))
        };
        let meta: Meta = serde_json::from_slice(&bytes("meta.json")?)
            .map_err(|error| OpenError::Damaged(error.to_string()))?;
        let columns =
            Columns::from_bytes(&bytes("columns.bin")?).map_err(OpenError::from_io(folder))?;
        let blobs = |name: &str| Blobs::new(bytes(name)?).map_err(OpenError::from_io(folder));
        let (hits, details, texts) =
            (blobs("hits.bin")?, blobs("details.bin")?, blobs("texts.bin")?);

        let text_directory = MmapDirectory::open(folder.join("text"))
            .map_err(|e| OpenError::Damaged(e.to_string()))?;
        let index = Index::open(text_directory).map_err(damaged)?;
        tokenizer::register(analyzer, index.tokenizers());
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(OpenError::Damaged("the text index has other fields".to_owned()));
        }
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(damaged)?;
        let generation = Self {
            by_id: columns.id.iter().enumerate().map(|(at, id)| (*id, at as u32)).collect(),
            manifest,
            meta,
            columns,
            fields,
            reader,
            hits,
            details,
            texts,
        };
        generation.check_counts().map_err(OpenError::Damaged)?;
        Ok(generation)
    }

    fn check_counts(&self) -> Result<(), String> {
        let searcher = self.reader.searcher();
        let segments = searcher.segment_readers().len();
        let documents = searcher.num_docs() as usize;
        let records = self.manifest.records;
        let is_whole = [
            self.columns.len(),
            self.hits.len(),
            self.details.len(),
            self.texts.len(),
            documents,
            self.by_id.len(),
        ]
        .iter()
        .all(|count| *count == records)
            && segments <= 1;
        if is_whole { Ok(()) } else { Err(format!("holds not {records} records in one segment")) }
    }

    /// Looks up every id. Reads the records once along the file: over the map, all of it would
    /// stand in memory.
    fn find_every_id(&self, details: &Path) -> io::Result<()> {
        let mut file = BufReader::new(File::open(details)?);
        let mut at = 0;
        for group in 0..self.columns.len() as u32 {
            let id = GroupId(uuid::Uuid::from_u128(self.columns.id[group as usize]));
            let expected = format!("{{\"id\":\"{id}");
            let start = self.details.position(group);
            file.seek_relative(start.cast_signed() - at)?;
            let mut begin = vec![0; expected.len()];
            file.read_exact(&mut begin)?;
            at = (start + begin.len() as u64).cast_signed();
            if self.group(&id) != Some(group) || begin != expected.as_bytes() {
                let problem = format!("group {id} cannot be retrieved");
                return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
            }
        }
        Ok(())
    }

    /// Searches for some names.
    fn answer_canaries(&self, analyzer: &Analyzer) -> Result<(), String> {
        let step = (self.columns.len() / CANARY_SEARCHES).max(1);
        let searcher = self.searcher();
        for group in (0..self.columns.len() as u32).step_by(step) {
            let words = analyzer.words(self.hit_texts(group).name);
            let terms: Vec<Box<dyn Query>> = words
                .iter()
                .map(|word| {
                    let term = Term::from_field_text(self.fields.name, &word.forms.stem);
                    Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
                })
                .collect();
            if terms.is_empty() {
                continue;
            }
            let found = searcher
                .search(&BooleanQuery::intersection(terms), &DocSetCollector)
                .map_err(|error| error.to_string())?;
            if !found.iter().any(|address| address.doc_id == group) {
                return Err("a canary search missed its group".to_owned());
            }
        }
        Ok(())
    }

    /// Returns `<revision>-<hash8>`.
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    /// Returns a searcher over the text index; document numbers are ordinals of groups.
    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// Returns the ordinal of a group.
    pub fn group(&self, id: &GroupId) -> Option<u32> {
        self.by_id.get(&id.0.as_u128()).copied()
    }

    /// Returns a group as a hit: a JSON object without its closing brace.
    pub fn hit(&self, group: u32) -> &[u8] {
        self.hits.get(group)
    }

    /// Returns a group's whole public record: a JSON object.
    pub fn detail(&self, group: u32) -> &[u8] {
        self.details.get(group)
    }

    /// Returns the texts that highlights refer to.
    pub fn hit_texts(&self, group: u32) -> HitTexts<'_> {
        let text = std::str::from_utf8(self.texts.get(group)).unwrap_or_default();
        let mut parts = text.split('\u{1e}');
        HitTexts {
            name: parts.next().unwrap_or_default(),
            topics: parts.next().unwrap_or_default().split('\u{1f}').collect(),
            summary: parts.next().unwrap_or_default(),
        }
    }
}

/// Says whether an I/O error means damage, which a rebuild mends.
pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound
    )
}
