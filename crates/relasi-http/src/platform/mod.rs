//! What every capability stands on.

pub mod bulk;
pub mod import;
pub mod jobs;
pub mod notification;
pub mod sample;
pub mod schema;
mod words;
