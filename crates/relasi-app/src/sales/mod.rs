//! Deals and the way they go.

pub mod deal;
mod entry;
pub mod lead;
pub mod moves;
pub mod parts;
pub mod pipeline;
pub mod reasons;
pub mod routing;
pub mod score;
pub mod speed;
pub mod stage;
pub mod totals;
pub mod verbs;
pub mod weeks;

use relasi_domain::record::Document;
use serde_json::Value;

fn members(pairs: &[(&str, Value)]) -> Document {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}
