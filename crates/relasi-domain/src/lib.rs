//! What a CRM is: types, validation, rules and the filter grammar.
//!
//! Pure: no I/O, no clock, no randomness, so that server, browser and tests share it.

pub mod choices;
pub mod commerce;
pub mod fault;
pub mod field;
pub mod filter;
pub mod grouping;
pub mod identity;
pub mod insight;
pub mod interaction;
pub mod locale;
pub mod marketing;
pub mod people;
pub mod platform;
pub mod record;
pub mod sales;
pub mod shape;
pub mod text;

use record::Object;

/// Every object of the product.
pub static OBJECTS: &[&Object] = &[
    &people::contact::OBJECT,
    &people::company::OBJECT,
    &people::contact_role::OBJECT,
    &people::relationship::OBJECT,
    &people::tag::OBJECT,
    &interaction::activity::OBJECT,
    &sales::lead::OBJECT,
    &sales::deal::OBJECT,
    &sales::deal_contact::OBJECT,
    &sales::deal_competitor::OBJECT,
    &sales::competitor::OBJECT,
    &sales::pipeline::OBJECT,
    &sales::stage::OBJECT,
    &commerce::tax_rate::OBJECT,
    &commerce::product::OBJECT,
    &commerce::price_book::OBJECT,
    &commerce::price::OBJECT,
    &commerce::quote::OBJECT,
    &platform::exchange_rate::OBJECT,
    &platform::saved_view::OBJECT,
    &platform::custom_field::OBJECT,
    &identity::team::OBJECT,
];

/// An object by its name.
pub fn object(name: &str) -> Option<&'static Object> {
    OBJECTS.iter().copied().find(|object| object.name == name)
}
