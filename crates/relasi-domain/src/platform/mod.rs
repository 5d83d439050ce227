//! What every capability stands on.

pub mod business_hours;
pub mod custom_field;
pub mod event;
pub mod exchange_rate;
pub mod import;
pub mod notification;
pub mod saved_view;
