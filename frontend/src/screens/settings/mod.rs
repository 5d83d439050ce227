//! Settings.

pub mod rights;
