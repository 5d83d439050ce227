//! Files into records: what can be said without reading or writing anything.
//!
//! [`detect_delimiter`] finds how a file parts its cells, [`guess_targets`] which column means what, a
//! [`Converter`] makes records of rows, and [`company_key`] and [`company_domain`] tell which company a name
//! or address means.

mod cell;
mod column;
mod company;
mod convert;
mod delimiter;
mod guess;
mod target;
#[cfg(test)]
mod tests;
mod values;

pub use column::Mapping;
pub use company::{company_domain, company_key, is_public_mail};
pub use convert::{Converted, Converter, Options, is_decimal_text};
pub use delimiter::detect_delimiter;
pub use guess::{Confidence, Guess, guess_targets, heading_key, pick_samples};
pub use target::{Target, targets};
