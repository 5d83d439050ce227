//! Deals and the way they go.

pub mod deal;
pub mod stage;
pub mod totals;
