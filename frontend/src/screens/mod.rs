//! The screens, by capability.

pub mod people;
pub mod session;
