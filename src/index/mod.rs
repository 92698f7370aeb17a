//! The index: immutable generations, built from the catalogue and disposable at any time.
//!
//! In: a [`Snapshot`](crate::catalogue::Snapshot) and the reference tables. Out: a folder with a
//! text index, flat columns, ready-made hits and a manifest, and [`Generation`], which reads it.
//! What a query means and how hits are ranked is `search/`.

mod build;
mod codec;
mod columns;
mod generation;
mod hit;
mod manifest;
mod meta;
mod schema;
mod store;

pub use build::{BuildError, Plan};
pub use columns::{Columns, Link, LinkField, NO_DISTRICT};
pub use generation::{Generation, HitTexts};
pub use hit::{HIT_MEMBERS, summary_of};
pub use manifest::{Manifest, revision_of};
pub use meta::{Meta, StoredContactPoint, StoredTombstone};
pub use schema::Fields;
pub use store::{GenerationStore, OpenError, StoreError, remove_generations_before};
