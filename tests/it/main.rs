//! End-to-end tests: the real program, over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod activities;
mod backup;
mod bodies;
mod command_line;
mod concurrency;
mod contract;
mod deals;
mod durability;
mod filter_data;
mod filters;
mod forms;
mod fuzz;
mod harness;
mod help;
mod home;
mod hostile;
mod idempotency;
mod identity;
mod import;
mod integrity;
mod isolation;
mod jobs;
mod lists;
mod operations;
mod outage;
mod raw;
mod records;
mod robust;
mod roles;
mod sample;
mod schema;
mod search;
mod security;
mod spa;
mod versions;
