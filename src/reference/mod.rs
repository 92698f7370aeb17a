//! The tables of `index/`: vocabulary, gazetteer, contact points, read and checked.
//!
//! In: the files compiled into the binary, or the same files in a folder. Out: [`Reference`],
//! whose parts are cross-checked (every broader concept exists, every district is known).
//! Knows no HTTP, no SQL, no Tantivy.

pub mod contact_points;
pub mod embedded;
pub mod gazetteer;
#[cfg(test)]
mod gazetteer_tests;
mod imported;
pub mod spoken;
mod table;
#[cfg(test)]
pub(crate) mod testing;
pub mod vocabulary;

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

pub use contact_points::read_contact_points;
pub use gazetteer::{District, Gazetteer, Place, PlaceKind, PostcodeArea};
pub use table::{Files, ReferenceError};
pub use vocabulary::{
    Association, Concept, ConceptIndex, CrisisContact, LabelKind, Lexicon, Pattern, Recogniser,
    Vocabulary,
};

use crate::domain::{ContactPoint, Nomenclature, hex};

/// Everything that `index/` tells, in memory.
pub struct Reference {
    /// Concepts, patterns, crisis numbers, associations, word lists; imported lists too.
    pub vocabulary: Vocabulary,
    /// Places, postcodes, districts.
    pub gazetteer: Arc<Gazetteer>,
    /// The registry with which a new catalogue starts.
    pub contact_points: Vec<ContactPoint>,
    /// SHA-256 over the vocabulary's files and what was imported, in hex.
    pub vocabulary_hash: String,
    /// The catalogue's checksum over the imported lists; empty where there are none.
    pub imported_version: String,
    /// SHA-256 over the gazetteer's files, in hex.
    pub gazetteer_hash: String,
}

impl Reference {
    /// Reads the tables compiled into the binary.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] with file and row; a test keeps the committed tables free of them.
    pub fn embedded() -> Result<Self, ReferenceError> {
        Self::from_files(&Files::embedded()?)
    }

    /// Reads `vocabulary/`, `gazetteer/` and `contact_points/` below `folder`.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] with file and row.
    pub fn from_folder(folder: &Path) -> Result<Self, ReferenceError> {
        Self::from_files(&Files::in_folder(folder)?)
    }

    fn from_files(files: &Files) -> Result<Self, ReferenceError> {
        let gazetteer = Gazetteer::read(files)?;
        let vocabulary = Vocabulary::read(files)?;
        let contact_points = contact_points::read_registry(files, &gazetteer)?;
        Ok(Self {
            vocabulary,
            gazetteer: Arc::new(gazetteer),
            contact_points,
            vocabulary_hash: hash_of(files, "vocabulary/"),
            imported_version: String::new(),
            gazetteer_hash: hash_of(files, "gazetteer/"),
        })
    }

    /// Returns these tables with imported lists added; `version` is the catalogue's checksum over
    /// them. Call it on tables without imports: it adds to what is there.
    #[must_use]
    pub fn with_imported(self: &Arc<Self>, lists: &[Nomenclature], version: &str) -> Arc<Self> {
        if lists.is_empty() {
            return Arc::clone(self);
        }
        let vocabulary = imported::merge(&self.vocabulary, &self.gazetteer, lists);
        let made_of = format!("{} {} {version}", self.vocabulary_hash, imported::MERGE_VERSION);
        Arc::new(Self {
            vocabulary,
            gazetteer: Arc::clone(&self.gazetteer),
            contact_points: self.contact_points.clone(),
            vocabulary_hash: hex(&Sha256::digest(made_of)),
            imported_version: version.to_owned(),
            gazetteer_hash: self.gazetteer_hash.clone(),
        })
    }
}

fn hash_of(files: &Files, folder: &str) -> String {
    let mut digest = Sha256::new();
    for (name, content) in files.below(folder) {
        digest.update(name.as_bytes());
        digest.update(content);
    }
    hex(&digest.finalize())
}
