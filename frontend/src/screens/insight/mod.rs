//! What the records say as a whole.

pub mod quality;
pub mod sales;
