//! One binary of integration tests; files are named after what someone notices.

mod bad_requests;
mod caching;
mod calendar;
mod client_limits;
mod downloads;
mod layering;
mod openapi;
mod pages;
mod privacy;
mod problem_pages;
mod reference_tables;
mod search_answers;
mod support;
