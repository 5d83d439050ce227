//! What every capability stands on.

pub mod allowance;
pub mod archive;
pub mod bulk;
pub mod business_hours;
pub mod custom_field;
pub mod exchange_rate;
mod growing;
pub mod import;
pub mod jobs;
pub mod mail;
pub mod notification;
pub mod privacy;
pub mod recent;
pub mod saved_view;
pub(crate) mod spreadsheet;
pub mod storage;
pub mod vault;
