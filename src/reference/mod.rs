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
mod table;
#[cfg(test)]
pub(crate) mod testing;
pub mod vocabulary;

use std::path::Path;

use sha2::{Digest, Sha256};

pub use contact_points::read_contact_points;
pub use gazetteer::{District, Gazetteer, Place, PlaceKind, PostcodeArea};
pub use table::{Files, ReferenceError};
pub use vocabulary::{
    Association, Concept, ConceptIndex, CrisisContact, LabelKind, Lexicon, Pattern, Recogniser,
    Vocabulary,
};

use crate::domain::ContactPoint;

/// Everything that `index/` tells, in memory.
pub struct Reference {
    /// Concepts, patterns, crisis numbers, associations, word lists.
    pub vocabulary: Vocabulary,
    /// Places, postcodes, districts.
    pub gazetteer: Gazetteer,
    /// The registry with which a new catalogue starts.
    pub contact_points: Vec<ContactPoint>,
    /// SHA-256 over the vocabulary's files, in hex.
    pub vocabulary_hash: String,
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
            gazetteer,
            contact_points,
            vocabulary_hash: hash_of(files, "vocabulary/"),
            gazetteer_hash: hash_of(files, "gazetteer/"),
        })
    }
}

fn hash_of(files: &Files, folder: &str) -> String {
    let mut digest = Sha256::new();
    for (name, content) in files.below(folder) {
        digest.update(name.as_bytes());
        digest.update(content);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
