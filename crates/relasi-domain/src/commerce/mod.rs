//! What is sold, for how much, and what is offered to whom.

pub mod association;
pub mod exact;
pub mod line;
pub mod margin;
pub mod money;
pub mod price;
pub mod price_book;
pub mod pricing;
pub mod product;
pub mod quote;
pub mod tax_rate;
