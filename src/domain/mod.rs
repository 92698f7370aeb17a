//! The nouns of self-help search as checked types.
//!
//! In: nothing but text and numbers. Out: types that cannot hold a wrong value. Knows no
//! HTTP, no SQL, no Tantivy and no serde: stored and sent forms live where they are used.

mod contact_point;
mod group;
mod ids;
mod meeting;
mod nomenclature;
mod person;
mod place;
mod review;
mod terms;

pub use contact_point::{Address, ContactLevel, ContactPoint};
pub use group::{Consent, Contact, ContactPerson, Group, Organisation, Source};
pub use ids::{
    Code, CodeSystem, ConceptId, ContactPointId, GroupId, NotAnId, derived_local_id, hex,
};
pub use meeting::{Meeting, Recurrence, TIME_ZONE};
pub use nomenclature::{
    DiseaseEntry, DiseaseName, NameLanguage, Nomenclature, NomenclatureSource, Standing,
};
pub use person::{ERASED, NotAPerson, Person, phone_key};
pub use place::{Coordinates, DistrictKey, KM_PER_DEGREE, NotAPlace, Postcode, State, Venue};
pub use review::{AsOf, NotReviewDates, ReviewDates};
pub use terms::{
    AgeGroup, Audience, Catchment, ContactMode, Cost, CrisisKind, Format, Gender, Language,
    NotATerm, OpenForNew, OrganisationKind, Precision, Publish, SourceKind, Status, Wheelchair,
};
