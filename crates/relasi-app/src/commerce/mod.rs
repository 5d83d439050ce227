//! What is sold, for how much, and what is offered to whom.

mod approval;
mod compose;
pub mod document;
pub mod lines;
pub mod link;
mod number;
pub mod page;
pub mod pdf;
pub mod price;
pub mod price_book;
pub mod pricing;
pub mod product;
pub mod quote;
pub mod quote_mail;
pub mod settings;
mod sweep;
pub mod tax_rate;
pub mod version;
mod workspace;

pub use approval::{approve, reject, request};
pub(crate) use approval::{ask_instead, waiting_for};
pub(crate) use pdf::words::day as day_words;
pub use sweep::expire;
