//! From first contact to a won deal.

pub mod checklist;
pub mod deal;
pub mod lead;
pub mod pipeline;
pub mod routing;
pub mod speed;
pub mod stage;
