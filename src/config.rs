//! Names and limits that several rooms share.

/// Version of the stored form of an index generation; raise it when a reader of the former
/// version would misread the files.
pub const SCHEMA_VERSION: u32 = 2;

/// Version of the text chain; raise it when terms change, so that old generations are rebuilt.
pub const ANALYSIS_VERSION: u32 = 1;

/// Longest free text of a search in bytes.
pub const MAX_QUERY_BYTES: usize = 512;

/// Most hits on one page.
pub const MAX_LIMIT: usize = 100;

/// Hits on a page when nothing is said.
pub const DEFAULT_LIMIT: usize = 20;

/// Largest `offset`; beyond it a cursor is needed.
pub const MAX_OFFSET: usize = 1000;
