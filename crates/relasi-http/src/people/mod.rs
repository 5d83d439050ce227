//! What is special to people and companies: finding and joining those that are there twice.

mod duplicates;
mod merges;
mod schema;

use crate::api::Api;

/// Registers the search for duplicates.
pub fn register(api: &mut Api) {
    schema::register(api);
    duplicates::register(api);
    merges::register(api);
}
