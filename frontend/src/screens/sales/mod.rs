//! Deals on their way: a board of stages, and the list in every other layout.

pub mod board;
mod list;

pub use list::DealsPage;
