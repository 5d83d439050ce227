//! Leads and deals on their way: a board of stages, and the lists in every other layout.

pub mod board;
mod hand_offs;
mod leads;
mod list;
mod speed;

pub use hand_offs::span;
pub use leads::LeadList;
pub use list::DealsPage;
pub use speed::SpeedPage;
