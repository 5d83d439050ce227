//! Figures over the records.

pub mod home;
