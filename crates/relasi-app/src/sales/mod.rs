//! Deals and the way they go.

pub mod deal;
pub mod lead;
pub mod pipeline;
pub mod routing;
pub mod speed;
pub mod stage;
pub mod totals;
