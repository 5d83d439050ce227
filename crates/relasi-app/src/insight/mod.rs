//! Figures over the records.

pub mod home;
pub mod quality;
pub mod sales;
