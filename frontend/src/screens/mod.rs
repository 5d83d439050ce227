//! The screens, by capability.

pub mod people;
pub mod platform;
pub mod session;
pub mod settings;
