//! From first contact to a won deal.

pub mod deal;
pub mod pipeline;
pub mod stage;
