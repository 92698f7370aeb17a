//! Wegweiser: one search over all self-help groups that the contact points of Saxony and
//! Thuringia publish.
//!
//! The rooms of the house, lower floors first (imports go down only, `tests/it/layering.rs`
//! keeps it so): [`domain`] and [`config`], then [`mod@reference`] and [`catalogue`], [`analysis`],
//! [`recognise`], then [`import`] and [`index`], [`search`], [`http`] and [`cli`].

pub mod analysis;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod import;
pub mod index;
pub mod recognise;
pub mod reference;
pub mod search;
