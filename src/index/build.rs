//! Builds a generation: a snapshot of the catalogue becomes a folder.
//!
//! In two steps, because `updated_at` is the catalogue's to tell: [`Plan::new`] works out the
//! public form of every group, [`Plan::write`] writes the folder once the days of change are known.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tantivy::TantivyDocument;
use tantivy::directory::MmapDirectory;

use super::codec::BlobWriter;
use super::columns::{Columns, Link, LinkField, NO_DISTRICT};
use super::hit::{
    AlsoListed, AlsoPublisher, PublicForms, PublisherForm, Surroundings, finish, public_forms,
    published_point, summary_of,
};
use super::manifest::{MANIFEST, Manifest};
use super::meta::{Meta, StoredContactPoint, StoredTombstone};
use super::schema::Fields;
use crate::analysis::{Analyzer, code_points, tokenizer};
use crate::catalogue::{Snapshot, Tombstone};
use crate::domain::{AsOf, Group, GroupId, Publish, State, hex};
use crate::recognise::concept::ConceptFinder;
use crate::recognise::duplicates::{Comparison, PublicGroups, municipality_of};
use crate::reference::{LabelKind, Reference};

/// Memory that the writer of the text index begins with; it grows with what it is given.
const WRITER_BYTES: usize = 16 * 1024 * 1024;

/// Why a generation could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The disk or its permissions.
    #[error("the index folder {path} could not be written")]
    Io {
        /// The folder.
        path: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// The text index.
    #[error("the text index could not be written")]
    Text(#[from] tantivy::TantivyError),
}

struct PlannedGroup {
    links: Vec<Link>,
    /// SHA-256 of the public form, which is made once more when it is written: of a hundred thousand
    /// groups the forms alone would fill the memory.
    hash: [u8; 32],
    cluster: u32,
}

/// Everything of a generation but its days of change.
pub struct Plan<'s> {
    snapshot: &'s Snapshot,
    reference: &'s Reference,
    as_of: AsOf,
    public: PublicGroups<'s>,
    groups: Vec<PlannedGroup>,
    /// Ordinals of the groups of each cluster that has several.
    members: HashMap<u32, Vec<usize>>,
    publishers: HashMap<&'s str, PublisherForm<'s>>,
    tombstones: Vec<Tombstone>,
}

impl<'s> Plan<'s> {
    /// Works out what the public may see of `snapshot` on a day, by its review dates.
    pub fn new(
        snapshot: &'s Snapshot,
        reference: &'s Reference,
        finder: &ConceptFinder,
        analyzer: &Analyzer,
        as_of: impl Into<AsOf>,
    ) -> Self {
        let as_of = as_of.into();
        let mut links: Vec<Vec<Link>> = Vec::new();
        let public = PublicGroups::read(&snapshot.groups, as_of, |group| {
            links.push(links_of(group, finder, analyzer));
        });
        let comparison = Comparison {
            vocabulary: &reference.vocabulary,
            gazetteer: &reference.gazetteer,
            finder,
            analyzer,
        };
        let concepts: Vec<Vec<u32>> =
            links.iter().map(|links| links.iter().map(|link| link.concept).collect()).collect();
        let clusters = comparison.clusters(&public, &concepts, &snapshot.duplicates);
        drop(concepts);
        let publishers: HashMap<&str, PublisherForm<'_>> = snapshot
            .contact_points
            .iter()
            .map(|point| {
                let form = PublisherForm {
                    id: point.id.as_str(),
                    name: &point.name,
                    phone: point.phone.as_deref(),
                    email: point.email.as_deref(),
                    website: point.website.as_deref(),
                };
                (point.id.as_str(), form)
            })
            .collect();
        let mut members: HashMap<u32, Vec<usize>> = HashMap::new();
        for (ordinal, &cluster) in clusters.iter().enumerate() {
            // A cluster bears the lowest ordinal of its groups.
            if cluster as usize != ordinal {
                members.entry(cluster).or_insert_with(|| vec![cluster as usize]).push(ordinal);
            }
        }
        let groups = links.into_iter().zip(clusters);
        let groups: Vec<PlannedGroup> =
            groups.map(|(links, cluster)| PlannedGroup { links, hash: [0; 32], cluster }).collect();
        let tombstones = snapshot.tombstones.clone();
        let mut plan =
            Self { snapshot, reference, as_of, public, groups, members, publishers, tombstones };
        for ordinal in 0..plan.groups.len() {
            let group = plan.public.get(ordinal);
            plan.groups[ordinal].hash =
                Sha256::digest(plan.forms_of(ordinal, &group).detail).into();
        }
        plan
    }

    /// Makes the public forms of a group.
    fn forms_of(&self, ordinal: usize, group: &Group) -> PublicForms {
        let PlannedGroup { links, cluster, .. } = &self.groups[ordinal];
        let unknown = PublisherForm {
            id: group.contact_point.as_str(),
            name: group.contact_point.as_str(),
            phone: None,
            email: None,
            website: None,
        };
        let publisher = self.publishers.get(group.contact_point.as_str()).unwrap_or(&unknown);
        let others = self.members.get(cluster).into_iter().flatten();
        let others: Vec<Group> =
            others.filter(|other| **other != ordinal).map(|at| self.public.get(*at)).collect();
        let also_listed_by: Vec<AlsoListed<'_>> = others
            .iter()
            .map(|other| {
                let id = other.contact_point.as_str();
                let name = self.publishers.get(id).map_or(id, |publisher| publisher.name);
                AlsoListed {
                    contact_point: AlsoPublisher { id, name },
                    id: other.id.to_string(),
                    local_id: &other.local_id,
                }
            })
            .collect();
        let mut concepts: Vec<u32> = Vec::new();
        for link in links {
            if !concepts.contains(&link.concept) {
                concepts.push(link.concept);
            }
        }
        let around = Surroundings {
            vocabulary: &self.reference.vocabulary,
            gazetteer: &self.reference.gazetteer,
            publisher,
            also_listed_by: &also_listed_by,
            concepts: &concepts,
            as_of: self.as_of,
        };
        public_forms(group, &around)
    }

    /// Takes the departed groups as the catalogue tells them after it has noted the public forms.
    pub fn set_tombstones(&mut self, tombstones: Vec<Tombstone>) {
        self.tombstones = tombstones;
    }

    /// Returns the SHA-256 of every public form, by which the catalogue tells when it changed.
    pub fn public_forms(&self) -> Vec<(GroupId, String)> {
        (0..)
            .zip(&self.groups)
            .map(|(at, planned)| (self.public.id(at), hex(&planned.hash)))
            .collect()
    }

    /// Returns the manifest's id before anything is written.
    pub fn id(&self) -> String {
        self.new_manifest().id
    }

    /// Writes the generation into the empty folder `folder`, every file fsynced, the manifest last.
    ///
    /// `changed_at` tells when each public form last changed; a group that is not in it takes its
    /// record's own time. `progress` is called after each group.
    ///
    /// # Errors
    ///
    /// [`BuildError`]; the folder is then worthless.
    pub fn write(
        &self,
        folder: &Path,
        analyzer: &Analyzer,
        changed_at: &BTreeMap<GroupId, Timestamp>,
        built_at: Timestamp,
        mut progress: impl FnMut(u64),
    ) -> Result<Manifest, BuildError> {
        let failed = |cause| BuildError::Io { path: folder.display().to_string(), cause };
        let text_folder = folder.join("text");
        fs::create_dir_all(&text_folder).map_err(failed)?;

        let (schema, fields) = Fields::schema();
        let tokenizers = tantivy::tokenizer::TokenizerManager::default();
        tokenizer::register(analyzer, &tokenizers);
        let directory = MmapDirectory::open(&text_folder).map_err(tantivy::TantivyError::from)?;
        let mut writer = tantivy::Index::builder()
            .schema(schema)
            .tokenizers(tokenizers)
            .single_segment_index_writer(directory, WRITER_BYTES)?;

        let mut meta = self.meta(built_at);
        let mut tables = Tables::default();
        let mut columns = Columns::of_no_group();
        let blobs =
            |name: &str| BlobWriter::create(&folder.join(name), self.groups.len()).map_err(failed);
        let (mut hits, mut details) = (blobs("hits.bin")?, blobs("details.bin")?);
        let mut texts = blobs("texts.bin")?;
        let mut names = Vec::with_capacity(self.groups.len());
        for (ordinal, planned) in self.groups.iter().enumerate() {
            let group = &self.public.get(ordinal);
            names.push((analyzer.fold(&group.name), group.id));
            writer.add_document(document_of(group, &fields))?;
            let updated = changed_at.get(&group.id).copied().unwrap_or(group.updated_at);
            let stamp = updated.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let forms = self.forms_of(ordinal, group);
            hits.push(&finish(forms.hit, &stamp, false)).map_err(failed)?;
            details.push(&finish(forms.detail, &stamp, true)).map_err(failed)?;
            texts.push(&texts_of(group)).map_err(failed)?;
            self.push_columns((group, planned), updated, &mut columns, &mut tables, &meta);
            progress(ordinal as u64 + 1);
        }
        for file in [hits, details, texts] {
            file.finish().map_err(failed)?;
        }
        columns.name_rank = ranks_of(&names);
        meta.languages = tables.languages;
        meta.districts = tables.districts;
        meta.municipalities = tables.municipalities;
        let index = writer.finalize()?;
        drop(index);

        let meta = serde_json::to_vec_pretty(&meta).map_err(|e| failed(io::Error::other(e)))?;
        for (name, bytes) in [("columns.bin", columns.to_bytes()), ("meta.json", meta)] {
            write_synced(&folder.join(name), &bytes).map_err(failed)?;
        }
        let mut manifest = self.new_manifest();
        manifest.records = self.groups.len();
        manifest.add_files(folder).map_err(failed)?;
        for file in &manifest.files {
            fs::File::open(folder.join(&file.path)).and_then(|f| f.sync_all()).map_err(failed)?;
        }
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| failed(io::Error::other(e)))?;
        write_synced(&folder.join(MANIFEST), &text).map_err(failed)?;
        for folder in [&text_folder, folder] {
            sync_folder(folder).map_err(failed)?;
        }
        Ok(manifest)
    }

    fn new_manifest(&self) -> Manifest {
        Manifest::new(self.snapshot.revision, self.reference, self.as_of)
    }

    fn meta(&self, built_at: Timestamp) -> Meta {
        Meta {
            example_data: self.snapshot.example_data,
            built_at: built_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            as_of: self.as_of.day.to_string(),
            review_months: self.as_of.review.months(),
            contact_points: self
                .snapshot
                .contact_points
                .iter()
                .map(StoredContactPoint::from)
                .collect(),
            languages: Vec::new(),
            districts: Vec::new(),
            municipalities: Vec::new(),
            tombstones: self.stored_tombstones(),
            last_import_at: self
                .snapshot
                .last_import_at
                .iter()
                .map(|(id, at)| (id.to_string(), at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
                .collect(),
        }
    }

    fn stored_tombstones(&self) -> Vec<StoredTombstone> {
        let mut tombstones: Vec<&Tombstone> = self.tombstones.iter().collect();
        tombstones.sort_by_key(|tombstone| (tombstone.deleted_at, tombstone.id));
        tombstones
            .into_iter()
            .map(|tombstone| StoredTombstone {
                id: tombstone.id.to_string(),
                deleted_at: tombstone.deleted_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                replaced_by: tombstone.replaced_by.map(|id| id.to_string()),
            })
            .collect()
    }

    fn push_columns(
        &self,
        (group, planned): (&Group, &PlannedGroup),
        updated: Timestamp,
        columns: &mut Columns,
        tables: &mut Tables,
        meta: &Meta,
    ) {
        let point = published_point(group);
        let district = group.venue.as_ref().and_then(|venue| venue.district.as_ref());
        let publisher =
            meta.contact_points.iter().position(|p| p.id == group.contact_point.as_str());
        columns.id.push(group.id.0.as_u128());
        columns.contact_point.push(publisher.map_or(u16::MAX, |at| at as u16));
        columns
            .audience
            .push(group.audience.iter().fold(0, |bits, value| bits | 1 << *value as u8));
        columns
            .age_group
            .push(group.age_groups.iter().fold(0, |bits, value| bits | 1 << *value as u8));
        columns.gender.push(group.gender as u8);
        columns.format.push(group.format as u8);
        columns.status.push(group.status as u8);
        columns.wheelchair.push(group.wheelchair as u8);
        columns.languages.push(
            group.languages.iter().fold(0, |bits, tag| bits | tables.language_bit(tag.as_str())),
        );
        columns.district.push(district.map_or(NO_DISTRICT, |key| tables.district(key.as_str())));
        let state = district.and_then(|key| key.state());
        columns.state.push(
            state
                .and_then(|s| State::all().position(|other| other == s))
                .map_or(u8::MAX, |at| at as u8),
        );
        columns.lat.push(point.map_or(f32::NAN, |(point, _)| point.lat() as f32));
        columns.lon.push(point.map_or(f32::NAN, |(point, _)| point.lon() as f32));
        let municipality = municipality_of(group, &self.reference.gazetteer);
        columns.municipality.push(municipality.map_or(u32::MAX, |pair| tables.municipality(pair)));
        let epoch = jiff::civil::date(1970, 1, 1);
        let days =
            group.verified_on.and_then(|day| day.since(epoch).ok()).map(|span| span.get_days());
        columns.verified_on.push(days.unwrap_or(i32::MIN));
        columns.updated_at.push(updated.as_second() * 1_000_000);
        columns.cluster.push(planned.cluster);
        columns.push_links(&planned.links);
    }
}

/// The tables that columns point into, filled while groups are added.
#[derive(Default)]
struct Tables {
    languages: Vec<String>,
    districts: Vec<String>,
    municipalities: Vec<(String, String)>,
}

impl Tables {
    /// Returns the bit of a language; from the 64th on they share the last one.
    fn language_bit(&mut self, tag: &str) -> u64 {
        let at = self.languages.iter().position(|known| known == tag).unwrap_or_else(|| {
            if self.languages.len() < 64 {
                self.languages.push(tag.to_owned());
            }
            self.languages.len() - 1
        });
        1 << at
    }

    fn district(&mut self, key: &str) -> u16 {
        let at = self.districts.iter().position(|known| known == key).unwrap_or_else(|| {
            self.districts.push(key.to_owned());
            self.districts.len() - 1
        });
        at as u16
    }

    fn municipality(&mut self, pair: (String, String)) -> u32 {
        let at = self.municipalities.iter().position(|known| *known == pair).unwrap_or_else(|| {
            self.municipalities.push(pair);
            self.municipalities.len() - 1
        });
        at as u32
    }
}

fn document_of(group: &Group, fields: &Fields) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.name, &group.name);
    for topic in &group.topics {
        document.add_text(fields.topics, topic);
    }
    let shows_house = group.venue.as_ref().filter(|venue| venue.publish == Publish::Exact);
    let parent = group.organisation.as_ref().and_then(|organisation| organisation.parent.as_ref());
    let texts = group
        .description
        .iter()
        .chain(group.descriptions.values())
        .chain(parent)
        .chain(shows_house.and_then(|venue| venue.name.as_ref()));
    for text in texts {
        document.add_text(fields.text, text);
    }
    for term in &group.hidden_terms {
        document.add_text(fields.hidden, term);
    }
    document
}

/// Name, topics and summary for highlights: separated by U+001E, topics by U+001F.
fn texts_of(group: &Group) -> Vec<u8> {
    let summary = group.description.as_deref().map(summary_of).unwrap_or_default();
    let topics = group.topics.join("\u{1f}");
    format!("{}\u{1e}{topics}\u{1e}{summary}", group.name).into_bytes()
}

/// Finds the concepts of a group in its topics, and in its name what the topics do not tell.
fn links_of(group: &Group, finder: &ConceptFinder, analyzer: &Analyzer) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (position, topic) in group.topics.iter().enumerate().take(usize::from(u8::MAX - 1)) {
        for (concept, range, _) in concepts_in(topic, finder, analyzer, true) {
            links.push(Link { concept, field: LinkField::Topic(position as u8), range });
        }
    }
    let has_topics = !links.is_empty();
    for (concept, range, surety) in concepts_in(&group.name, finder, analyzer, !has_topics) {
        let is_believed = match surety {
            Surety::Name => true,
            // "Muskelerkrankungen (MS)" with the topic of muscles is not about multiple sclerosis.
            Surety::Abbreviation => !has_topics,
            // Names of groups are often short and in capitals: "SHG CARE" is no syndrome.
            Surety::ImportedAbbreviation => false,
        };
        if is_believed && !links.iter().any(|link| link.concept == concept) {
            links.push(Link { concept, field: LinkField::Name, range });
        }
    }
    links
}

/// By what a concept was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surety {
    /// A word that means nothing else.
    Name,
    /// An abbreviation of several things.
    Abbreviation,
    /// An abbreviation that only imported lists know.
    ImportedAbbreviation,
}

/// Returns the concepts of a text with where they stand, in code points, and how surely.
pub(super) fn concepts_in(
    text: &str,
    finder: &ConceptFinder,
    analyzer: &Analyzer,
    misspelt_too: bool,
) -> Vec<(u32, [u16; 2], Surety)> {
    let words = analyzer.words(text);
    let mut taken = vec![false; words.len()];
    let mut found = finder.find(&words, text, &mut taken);
    if found.is_empty() && misspelt_too {
        found = finder.find_misspelt(&words, &mut taken, &|_| false);
    }
    found
        .into_iter()
        .map(|matched| {
            let bytes =
                words[matched.words.start].range.start..words[matched.words.end - 1].range.end;
            let [start, end] = code_points(text, &bytes);
            let surety = match (matched.kind, matched.is_imported) {
                (LabelKind::Ambiguous, true) => Surety::ImportedAbbreviation,
                (LabelKind::Ambiguous, false) => Surety::Abbreviation,
                _ => Surety::Name,
            };
            (matched.concept, [start as u16, end as u16], surety)
        })
        .collect()
}

/// Returns the position of each key in their order.
fn ranks_of(keys: &[(String, GroupId)]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    order.sort_by(|a, b| keys[*a as usize].cmp(&keys[*b as usize]));
    let mut ranks = vec![0; keys.len()];
    for (rank, ordinal) in order.into_iter().enumerate() {
        ranks[ordinal as usize] = rank as u32;
    }
    ranks
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}
