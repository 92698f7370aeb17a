//! One binary of integration tests; files are named after what someone notices.

mod bad_requests;
mod caching;
mod calendar;
mod cli_backup;
mod cli_first_start;
mod cli_lists_become_searchable;
mod cli_pulled_plug;
mod cli_settings;
mod cli_start_and_stop;
mod cli_support;
mod cli_vocabulary;
mod client_limits;
mod downloads;
mod example_support;
mod imported_vocabulary;
mod layering;
mod openapi;
mod pages;
mod privacy;
mod problem_pages;
mod real_lists;
mod reference_tables;
mod search_answers;
mod support;
mod understanding;
