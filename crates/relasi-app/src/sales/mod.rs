//! Deals and the way they go.

pub mod deal;
pub mod pipeline;
pub mod stage;
pub mod totals;
