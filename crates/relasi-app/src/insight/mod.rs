//! Figures over the records.

pub mod board;
pub mod forecast;
pub mod home;
pub mod quality;
pub mod sales;
pub mod suggestions;
