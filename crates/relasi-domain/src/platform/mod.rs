//! What every capability stands on.

pub mod custom_field;
pub mod import;
pub mod saved_view;
