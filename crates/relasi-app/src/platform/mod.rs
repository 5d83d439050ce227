//! What every capability stands on.

pub mod jobs;
