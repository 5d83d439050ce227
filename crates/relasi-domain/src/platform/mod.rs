//! What every capability stands on.

pub mod saved_view;
