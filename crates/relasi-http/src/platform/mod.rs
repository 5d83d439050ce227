//! What every capability stands on.

pub mod notification;
pub mod schema;
