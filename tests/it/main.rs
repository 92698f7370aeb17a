//! One binary of integration tests; files are named after what someone notices.

mod layering;
mod reference_tables;
