//! What every capability stands on.

pub mod archive;
pub mod background;
pub mod bulk;
pub mod business_hours;
pub mod import;
pub mod jobs;
pub mod mail;
pub mod notification;
pub mod sample;
pub mod schema;
pub mod single;
mod words;
