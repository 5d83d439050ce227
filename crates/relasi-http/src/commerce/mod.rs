//! Lines of deals and quotes, verbs and documents of quotes, settings, and the page behind a quote's link.

mod lines;
mod page;
mod quote_mail;
mod quotes;
mod schema;
mod settings;

use crate::api::Api;

pub use page::configure;

/// Registers what is special to products and quotes.
pub fn register(api: &mut Api) {
    schema::register(api);
    lines::register(api);
    quotes::register(api);
    quote_mail::register(api);
    settings::register(api);
}
