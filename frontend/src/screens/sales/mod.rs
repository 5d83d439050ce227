//! Leads and deals on their way: a board of stages, and the lists in every other layout.

pub mod board;
pub mod going;
mod hand_offs;
mod leads;
mod list;
pub mod quiet;
mod speed;

pub use hand_offs::span;
pub use leads::LeadList;
pub use list::DealsPage;
pub use speed::SpeedPage;
