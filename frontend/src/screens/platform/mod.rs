//! Imports and background jobs.

pub mod import;
pub mod job;
pub mod jobs;
