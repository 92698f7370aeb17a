//! `manifest.json`: what a generation was made of, and the checksum of every file in it.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::{ANALYSIS_VERSION, SCHEMA_VERSION};
use crate::domain::{AsOf, hex};
use crate::reference::Reference;

/// Name of the file.
pub const MANIFEST: &str = "manifest.json";

/// What a generation was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `<revision>-<hash8>`.
    pub id: String,
    /// Version of the stored form.
    pub schema_version: u32,
    /// Version of the text chain.
    pub analysis_version: u32,
    /// SHA-256 of the vocabulary.
    pub vocabulary: String,
    /// SHA-256 of the gazetteer.
    pub gazetteer: String,
    /// Revision of the catalogue.
    pub revision: u64,
    /// The day it was computed for.
    pub as_of: String,
    /// After how many months without confirmation a record is marked as stale, its personal
    /// fields are hidden, and it is; 0 for never.
    #[serde(default)] // so that an older manifest is known as one
    pub review_months: [u16; 3],
    /// Number of records.
    pub records: usize,
    /// Every file with size and SHA-256, sorted by path.
    pub files: Vec<FileEntry>,
}

/// One file of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path below the generation's folder, with slashes.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

impl Manifest {
    /// Returns the manifest of a generation that is still to be filled.
    pub(super) fn new(revision: u64, reference: &Reference, as_of: AsOf) -> Self {
        let mut manifest = Self {
            id: String::new(),
            schema_version: SCHEMA_VERSION,
            analysis_version: ANALYSIS_VERSION,
            vocabulary: reference.vocabulary_hash.clone(),
            gazetteer: reference.gazetteer_hash.clone(),
            revision,
            as_of: as_of.day.to_string(),
            review_months: as_of.review.months(),
            records: 0,
            files: Vec::new(),
        };
        let made_of = format!(
            "{} {} {} {} {revision} {} {:?}",
            manifest.schema_version,
            manifest.analysis_version,
            manifest.vocabulary,
            manifest.gazetteer,
            manifest.as_of,
            manifest.review_months
        );
        manifest.id = format!("{revision}-{}", &hex(&Sha256::digest(made_of))[..8]);
        manifest
    }

    /// Says whether a reader with `reference` understands the generation.
    pub fn is_readable_with(&self, reference: &Reference) -> bool {
        self.schema_version == SCHEMA_VERSION
            && self.analysis_version == ANALYSIS_VERSION
            && self.vocabulary == reference.vocabulary_hash
            && self.gazetteer == reference.gazetteer_hash
    }

    /// Says whether it was computed for this day and these review dates.
    pub fn is_of(&self, as_of: AsOf) -> bool {
        self.as_of == as_of.day.to_string() && self.review_months == as_of.review.months()
    }

    /// Reads the manifest of a folder.
    ///
    /// # Errors
    ///
    /// As reading a file; [`io::ErrorKind::InvalidData`] when it is not a manifest.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let text = fs::read(folder.join(MANIFEST))?;
        serde_json::from_slice(&text)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Adds every file below `folder`, as it lies there.
    pub(super) fn add_files(&mut self, folder: &Path) -> io::Result<()> {
        self.files.clear();
        self.add_folder(folder, "")?;
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(())
    }

    fn add_folder(&mut self, root: &Path, below: &str) -> io::Result<()> {
        for entry in fs::read_dir(root.join(below))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            if entry.file_type()?.is_dir() {
                self.add_folder(root, &path)?;
            } else if !name.ends_with(".lock") && name != MANIFEST {
                let (size, sha256) = size_and_hash(&root.join(&path))?;
                self.files.push(FileEntry { path, size, sha256 });
            }
        }
        Ok(())
    }

    /// Compares every file with its entry.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidData`] that names the first file that differs or is missing; other
    /// kinds are faults of the disk or of permissions.
    pub(super) fn verify(&self, folder: &Path) -> io::Result<()> {
        for file in &self.files {
            let found = match size_and_hash(&folder.join(&file.path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                other => Some(other?),
            };
            if found != Some((file.size, file.sha256.clone())) {
                let what = if found.is_none() { "is missing" } else { "has changed" };
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("{} {what}", file.path),
                ));
            }
        }
        Ok(())
    }
}

/// Returns the revision at the beginning of a generation's id.
pub fn revision_of(generation: &str) -> Option<u64> {
    let (revision, hash) = generation.split_once('-')?;
    let is_hash = hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hash { revision.parse().ok() } else { None }
}

fn size_and_hash(path: &Path) -> io::Result<(u64, String)> {
    let mut file = fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((size, hex(&digest.finalize())));
        }
        size += count as u64;
        digest.update(&buffer[..count]);
    }
}
