//! What is special to people and companies: finding and joining those that are there twice, and who stands above and
//! below whom.

mod consents;
mod duplicates;
mod merges;
mod personal_data;
mod processing;
mod retention;
mod schema;
mod structure;

use crate::api::Api;

/// Registers the search for duplicates and the trees of companies and people.
pub fn register(api: &mut Api) {
    schema::register(api);
    duplicates::register(api);
    merges::register(api);
    structure::register(api);
    consents::register(api);
    personal_data::register(api);
    retention::register(api);
    processing::register(api);
}
