//! What every capability stands on.

pub mod import;
pub mod saved_view;
