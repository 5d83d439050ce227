//! What the records say as a whole.

pub mod forecast;
pub mod growth;
pub mod quality;
pub mod sales;
