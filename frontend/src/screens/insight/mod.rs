//! What the records say as a whole.

pub mod forecast;
pub mod quality;
pub mod sales;
