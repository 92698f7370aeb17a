//! The nouns of self-help search as checked types.
//!
//! In: nothing but text and numbers. Out: types that cannot hold a wrong value. Knows no
//! HTTP, no SQL, no Tantivy and no serde: stored and sent forms live where they are used.

mod contact_point;
mod group;
mod ids;
mod meeting;
mod nomenclature;
mod place;
mod terms;

pub use contact_point::{Address, ContactLevel, ContactPoint};
pub use group::{
    Consent, Contact, ContactPerson, Group, HIDDEN_AFTER_MONTHS, Organisation, STALE_AFTER_MONTHS,
    Source,
};
pub use ids::{Code, CodeSystem, ConceptId, ContactPointId, GroupId, NotAnId, derived_local_id};
pub use meeting::{Meeting, Recurrence, TIME_ZONE};
pub use nomenclature::{
    DiseaseEntry, DiseaseName, NameLanguage, Nomenclature, NomenclatureSource, Standing,
};
pub use place::{Coordinates, DistrictKey, KM_PER_DEGREE, NotAPlace, Postcode, State, Venue};
pub use terms::{
    AgeGroup, Audience, Catchment, ContactMode, Cost, CrisisKind, Format, Gender, Language,
    NotATerm, OpenForNew, OrganisationKind, Precision, Publish, SourceKind, Status, Wheelchair,
};
