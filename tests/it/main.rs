//! End-to-end tests: the real program, over HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod activities;
mod backup;
mod bodies;
mod concurrency;
mod contract;
mod durability;
mod deals;
mod filter_data;
mod filters;
mod forms;
mod harness;
mod home;
mod identity;
mod import;
mod integrity;
mod isolation;
mod jobs;
mod lists;
mod operations;
mod records;
mod roles;
mod schema;
mod search;
mod versions;
