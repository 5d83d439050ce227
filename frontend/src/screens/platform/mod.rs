//! Imports and background jobs.

pub mod import;
