//! How good the answers are: a judged set of queries, the figures made of it, the answers to it.
//! Used by `make relevance` (with PostgreSQL beside it) and by the test that guards the table.

pub mod figures;
pub mod guard;
pub mod judged;
pub mod ours;
