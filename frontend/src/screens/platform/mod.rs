//! Imports and background jobs.

pub mod import;
pub mod jobs;
mod operations;
