//! A published list of diseases (Orphanet, Alpha-ID-SE) as an operator brought it: who published
//! it, and what it says about each ORPHAcode.

use super::Code;

/// Language of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameLanguage {
    /// German.
    German,
    /// English.
    English,
}

/// One name of a disease.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DiseaseName {
    /// Its language.
    pub language: NameLanguage,
    /// Whether the list prefers it to its other names of that language.
    pub is_preferred: bool,
    /// The name.
    pub text: String,
}

/// Whether a code is still in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is.
    Active,
    /// It is not; `target` took its place, where something did.
    Retired {
        /// The code to use instead.
        target: Option<u32>,
    },
}

/// What one list says about one ORPHAcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiseaseEntry {
    /// The ORPHAcode.
    pub code: u32,
    /// Its names, preferred ones first.
    pub names: Vec<DiseaseName>,
    /// Codes of ICD-10.
    pub icd10: Vec<Code>,
    /// ORPHAcodes above it.
    pub parents: Vec<u32>,
    /// Whether it is in use; `None` where the list does not say.
    pub standing: Option<Standing>,
}

impl DiseaseEntry {
    /// Returns an entry that says nothing yet.
    pub fn new(code: u32) -> Self {
        Self { code, names: Vec::new(), icd10: Vec::new(), parents: Vec::new(), standing: None }
    }

    /// Takes in what the same list says at another place; what is there is not repeated.
    pub fn absorb(&mut self, other: Self) {
        for name in other.names {
            let is_known = self
                .names
                .iter()
                .any(|known| known.text == name.text && known.language == name.language);
            if !is_known {
                self.names.push(name);
            }
        }
        self.icd10.extend(other.icd10);
        self.parents.extend(other.parents);
        self.standing = match (self.standing, other.standing) {
            (Some(Standing::Retired { target: Some(to) }), _) => {
                Some(Standing::Retired { target: Some(to) })
            }
            (own, None) => own,
            (_, said) => said,
        };
        self.tidy();
    }

    /// Puts everything in its order, each once.
    pub fn tidy(&mut self) {
        self.names.sort_by_key(|name| (name.language, !name.is_preferred));
        let mut icd10 = Vec::new();
        for code in self.icd10.drain(..) {
            if !icd10.contains(&code) {
                icd10.push(code);
            }
        }
        self.icd10 = icd10;
        self.parents.sort_unstable();
        self.parents.dedup();
    }
}

/// Where a list comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NomenclatureSource {
    /// What it is, whatever its version: `orphanet-product1-de`, `alpha-id-se`. A newer version
    /// takes the place of the one with the same id.
    pub id: String,
    /// Title and publisher.
    pub title: String,
    /// Its date (`2025-06-24`) or year, where it tells one.
    pub version: Option<String>,
    /// Its licence.
    pub licence: String,
}

/// A whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nomenclature {
    /// Where it comes from.
    pub source: NomenclatureSource,
    /// What it says, by ORPHAcode.
    pub entries: Vec<DiseaseEntry>,
}
