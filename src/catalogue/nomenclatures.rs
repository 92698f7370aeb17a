//! The imported lists of diseases in the catalogue: one backup carries them with the groups.
//!
//! A source is replaced as a whole. Its checksum is that of its entries, so that the same content
//! imported again changes nothing, whatever the file is called.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::at::At;
use super::error::CatalogueError;
use super::state::next_revision;
use super::{Catalogue, moment};
use crate::domain::{
    DiseaseEntry, DiseaseName, NameLanguage, Nomenclature, NomenclatureSource, Standing, hex,
};

/// An imported source, without its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNomenclature {
    /// Where it comes from.
    pub source: NomenclatureSource,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// How many ORPHAcodes it speaks of.
    pub entries: usize,
}

/// What an import changed in one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NomenclatureChange {
    /// Codes that this source did not speak of before.
    pub new: usize,
    /// Codes of which it said something else.
    pub changed: usize,
    /// Codes of which it said the same.
    pub unchanged: usize,
    /// Codes of which it does not speak any more.
    pub removed: usize,
    /// Whether anything of the source is other than before: an entry, its version, its title.
    pub is_applied: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct SourceRecord {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    licence: String,
    imported_at: String,
    sha256: String,
}

/// An entry as JSON; members that say nothing are left out.
#[derive(Debug, Default, Serialize, Deserialize)]
struct EntryRecord {
    /// German names, the preferred ones first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    de: Vec<String>,
    /// How many of them are preferred.
    #[serde(default, skip_serializing_if = "is_zero")]
    de_preferred: usize,
    /// English names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    en: Vec<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    en_preferred: usize,
    /// Codes of ICD-10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    icd10: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parents: Vec<u32>,
    /// Whether it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
    /// What took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<u32>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl From<&DiseaseEntry> for EntryRecord {
    fn from(entry: &DiseaseEntry) -> Self {
        let names = |language: NameLanguage| {
            let of_language = entry.names.iter().filter(move |name| name.language == language);
            let preferred = of_language.clone().filter(|name| name.is_preferred);
            let others = of_language.filter(|name| !name.is_preferred);
            let count = preferred.clone().count();
            (preferred.chain(others).map(|name| name.text.clone()).collect(), count)
        };
        let (de, de_preferred) = names(NameLanguage::German);
        let (en, en_preferred) = names(NameLanguage::English);
        Self {
            de,
            de_preferred,
            en,
            en_preferred,
            icd10: entry.icd10.iter().map(ToString::to_string).collect(),
            parents: entry.parents.clone(),
            active: entry.standing.map(|standing| standing == Standing::Active),
            target: match entry.standing {
                Some(Standing::Retired { target }) => target,
                _ => None,
            },
        }
    }
}

impl EntryRecord {
    fn into_entry(self, code: u32) -> DiseaseEntry {
        let names = |texts: Vec<String>, preferred: usize, language: NameLanguage| {
            texts.into_iter().enumerate().map(move |(at, text)| DiseaseName {
                language,
                is_preferred: at < preferred,
                text,
            })
        };
        DiseaseEntry {
            code,
            names: names(self.de, self.de_preferred, NameLanguage::German)
                .chain(names(self.en, self.en_preferred, NameLanguage::English))
                .collect(),
            icd10: self.icd10.iter().filter_map(|code| code.parse().ok()).collect(),
            parents: self.parents,
            standing: match (self.active, self.target) {
                (None, _) => None,
                (Some(true), _) => Some(Standing::Active),
                (Some(false), target) => Some(Standing::Retired { target }),
            },
        }
    }
}

impl Catalogue {
    /// Enters lists, each in the place of the former one of its source; all of them or none. On
    /// return they are on the disk. When nothing is other than before, the revision stays.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database does not take it; then nothing is changed.
    pub async fn put_nomenclatures(
        &self,
        lists: &[Nomenclature],
    ) -> Result<Vec<NomenclatureChange>, CatalogueError> {
        let mut writing = self.writing().await?;
        let imported_at = moment::to_text(self.now());
        let mut changes = Vec::new();
        for list in lists {
            let connection = &mut *writing.transaction;
            changes.push(put(connection, list, &imported_at, &self.file).await?);
        }
        if changes.iter().any(|change| change.is_applied) {
            next_revision(&mut writing.transaction, &self.file).await?;
            writing.commit(&self.file).await?;
        }
        Ok(changes)
    }

    /// Removes a source; `false` when there is none with this id.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database does not take it.
    pub async fn remove_nomenclature(&self, id: &str) -> Result<bool, CatalogueError> {
        let file = &self.file;
        let mut writing = self.writing().await?;
        sqlx::query("DELETE FROM nomenclature_entries WHERE source = $1")
            .bind(id)
            .execute(&mut *writing.transaction)
            .await
            .at(file)?;
        let removed = sqlx::query("DELETE FROM nomenclatures WHERE id = $1")
            .bind(id)
            .execute(&mut *writing.transaction)
            .await
            .at(file)?
            .rows_affected();
        if removed > 0 {
            next_revision(&mut writing.transaction, file).await?;
            writing.commit(file).await?;
        }
        Ok(removed > 0)
    }

    /// Returns all imported sources by id, without their entries.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn nomenclature_sources(&self) -> Result<Vec<StoredNomenclature>, CatalogueError> {
        let file = &self.file;
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT id, record, (SELECT COUNT(*) FROM nomenclature_entries WHERE source = id)
             FROM nomenclatures ORDER BY id",
        )
        .fetch_all(&self.pool)
        .await
        .at(file)?;
        rows.into_iter()
            .map(|(id, text, entries)| {
                let record = read_source(&id, &text)?;
                let imported_at = moment::from_text(&record.imported_at)
                    .map_err(|cause| fault(&id, cause.into()))?;
                let entries = usize::try_from(entries).unwrap_or(0);
                Ok(StoredNomenclature { source: record.into_source(id), imported_at, entries })
            })
            .collect()
    }

    /// Returns a checksum over all imported lists; empty when there are none.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn nomenclature_version(&self) -> Result<String, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        version(&mut connection, &self.file).await
    }

    /// Returns all imported lists with their entries, and the checksum over them.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database or an entry cannot be read.
    pub async fn nomenclatures(&self) -> Result<(String, Vec<Nomenclature>), CatalogueError> {
        let file = &self.file;
        // One reading transaction: version and entries belong together.
        let mut reading = self.pool.begin().await.at(file)?;
        let version = version(&mut reading, file).await?;
        let sources: Vec<(String, String)> =
            sqlx::query_as("SELECT id, record FROM nomenclatures ORDER BY id")
                .fetch_all(&mut *reading)
                .await
                .at(file)?;
        let mut lists = Vec::new();
        for (id, text) in sources {
            let record = read_source(&id, &text)?;
            let entries = entries_of(&mut reading, &id, file).await?;
            let entries = entries
                .into_iter()
                .map(|(code, text)| {
                    let entry: EntryRecord =
                        serde_json::from_str(&text).map_err(|cause| fault(&id, cause.into()))?;
                    Ok(entry.into_entry(code))
                })
                .collect::<Result<_, CatalogueError>>()?;
            lists.push(Nomenclature { source: record.into_source(id), entries });
        }
        reading.rollback().await.at(file)?;
        Ok((version, lists))
    }
}

impl SourceRecord {
    fn into_source(self, id: String) -> NomenclatureSource {
        NomenclatureSource { id, title: self.title, version: self.version, licence: self.licence }
    }
}

fn fault(id: &str, cause: Box<dyn std::error::Error + Send + Sync>) -> CatalogueError {
    CatalogueError::Stored { what: format!("imported vocabulary {id}"), cause }
}

fn read_source(id: &str, text: &str) -> Result<SourceRecord, CatalogueError> {
    serde_json::from_str(text).map_err(|cause| fault(id, cause.into()))
}

async fn version(connection: &mut SqliteConnection, file: &Path) -> Result<String, CatalogueError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, record FROM nomenclatures ORDER BY id")
            .fetch_all(connection)
            .await
            .at(file)?;
    let mut digest = Sha256::new();
    let is_empty = rows.is_empty();
    for (id, text) in rows {
        let record = read_source(&id, &text)?;
        // The version decides which of two sources is believed.
        digest.update(format!("{id} {:?} {}\n", record.version, record.sha256));
    }
    Ok(if is_empty { String::new() } else { hex(&digest.finalize()) })
}

async fn entries_of(
    connection: &mut SqliteConnection,
    id: &str,
    file: &Path,
) -> Result<BTreeMap<u32, String>, CatalogueError> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT code, record FROM nomenclature_entries WHERE source = $1")
            .bind(id)
            .fetch_all(connection)
            .await
            .at(file)?;
    let read = |(code, text)| Some((u32::try_from(code).ok()?, text));
    Ok(rows.into_iter().filter_map(read).collect())
}

async fn put(
    connection: &mut SqliteConnection,
    list: &Nomenclature,
    imported_at: &str,
    file: &Path,
) -> Result<NomenclatureChange, CatalogueError> {
    let id = &list.source.id;
    let mut texts: BTreeMap<u32, String> = BTreeMap::new();
    for entry in &list.entries {
        let text = serde_json::to_string(&EntryRecord::from(entry))
            .map_err(|cause| fault(id, cause.into()))?;
        texts.insert(entry.code, text);
    }
    let mut digest = Sha256::new();
    for (code, text) in &texts {
        digest.update(format!("{code} {text}\n"));
    }
    let known: Option<(String,)> = sqlx::query_as("SELECT record FROM nomenclatures WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await
        .at(file)?;
    let known = known.map(|(text,)| read_source(id, &text)).transpose()?;
    let stored = entries_of(&mut *connection, id, file).await?;
    let mut change = NomenclatureChange::default();
    for (code, text) in &texts {
        match stored.get(code) {
            None => change.new += 1,
            Some(known) if known == text => change.unchanged += 1,
            Some(_) => change.changed += 1,
        }
    }
    change.removed = stored.keys().filter(|code| !texts.contains_key(code)).count();
    let record = SourceRecord {
        title: list.source.title.clone(),
        version: list.source.version.clone(),
        licence: list.source.licence.clone(),
        imported_at: imported_at.to_owned(),
        sha256: hex(&digest.finalize()),
    };
    change.is_applied = known.is_none_or(|known| {
        known.sha256 != record.sha256
            || known.version != record.version
            || known.title != record.title
            || known.licence != record.licence
    });
    if !change.is_applied {
        return Ok(change);
    }
    let text = serde_json::to_string(&record).map_err(|cause| fault(id, cause.into()))?;
    sqlx::query(
        "INSERT INTO nomenclatures (id, record) VALUES ($1, $2)
         ON CONFLICT (id) DO UPDATE SET record = excluded.record",
    )
    .bind(id)
    .bind(text)
    .execute(&mut *connection)
    .await
    .at(file)?;
    for code in stored.keys().filter(|code| !texts.contains_key(code)) {
        sqlx::query("DELETE FROM nomenclature_entries WHERE source = $1 AND code = $2")
            .bind(id)
            .bind(i64::from(*code))
            .execute(&mut *connection)
            .await
            .at(file)?;
    }
    for (code, text) in texts.iter().filter(|(code, text)| stored.get(code) != Some(text)) {
        sqlx::query(
            "INSERT INTO nomenclature_entries (source, code, record) VALUES ($1, $2, $3)
             ON CONFLICT (source, code) DO UPDATE SET record = excluded.record",
        )
        .bind(id)
        .bind(i64::from(*code))
        .bind(text)
        .execute(&mut *connection)
        .await
        .at(file)?;
    }
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::testing::new_catalogue;

    fn list(version: &str, names: &[(u32, &str)]) -> Nomenclature {
        let entry = |(code, text): &(u32, &str)| DiseaseEntry {
            names: vec![DiseaseName {
                language: NameLanguage::German,
                is_preferred: true,
                text: (*text).to_owned(),
            }],
            icd10: vec!["ICD-10-GM:E84.0".parse().unwrap()],
            parents: vec![7],
            standing: Some(Standing::Retired { target: Some(9) }),
            ..DiseaseEntry::new(*code)
        };
        Nomenclature {
            source: NomenclatureSource {
                id: "orphanet-product1-de".to_owned(),
                title: "Orphanet".to_owned(),
                version: Some(version.to_owned()),
                licence: "CC BY 4.0".to_owned(),
            },
            entries: names.iter().map(entry).collect(),
        }
    }

    /// An operator who imports a file twice must not make every node rebuild its index; one who
    /// imports a newer one must not keep names that are gone.
    #[tokio::test]
    async fn a_source_is_replaced_as_a_whole_and_the_same_one_changes_nothing() {
        let (_folder, catalogue) = new_catalogue().await;
        assert_eq!(catalogue.nomenclature_version().await.unwrap(), "");
        let first = list("2024-01-01", &[(5, "Alt"), (6, "Bleibt")]);

        let change = catalogue.put_nomenclatures(std::slice::from_ref(&first)).await.unwrap();
        assert_eq!((change[0].new, change[0].is_applied), (2, true));
        let (revision, version) =
            (catalogue.revision().await.unwrap(), catalogue.nomenclature_version().await.unwrap());
        assert_eq!(
            catalogue.nomenclatures().await.unwrap(),
            (version.clone(), vec![first.clone()])
        );

        let again = catalogue.put_nomenclatures(&[first]).await.unwrap();
        assert_eq!((again[0].unchanged, again[0].is_applied), (2, false));
        assert_eq!(catalogue.revision().await.unwrap(), revision);

        let newer = list("2025-01-01", &[(6, "Bleibt"), (7, "Neu")]);
        let change = catalogue.put_nomenclatures(std::slice::from_ref(&newer)).await.unwrap()[0];
        assert_eq!((change.new, change.unchanged, change.removed), (1, 1, 1));
        assert_eq!(catalogue.revision().await.unwrap(), revision + 1);
        assert_ne!(catalogue.nomenclature_version().await.unwrap(), version);
        assert_eq!(catalogue.nomenclatures().await.unwrap().1, vec![newer]);

        assert!(catalogue.remove_nomenclature("orphanet-product1-de").await.unwrap());
        assert!(!catalogue.remove_nomenclature("orphanet-product1-de").await.unwrap());
        assert_eq!(catalogue.nomenclature_version().await.unwrap(), "");
    }
}
