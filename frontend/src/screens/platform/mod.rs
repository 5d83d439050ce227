//! Imports and background jobs.

pub mod import;
mod job;
pub mod jobs;
