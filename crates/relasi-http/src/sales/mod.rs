//! Verbs of deals and leads, who is part of deals, what pipelines hold, and who takes leads how soon.

mod hand_offs;
mod lead_schemas;
mod leads;
mod parts;
mod pipelines;
mod routing;
mod routing_schema;
mod score;
mod score_schema;
mod speed;
mod verbs;

use crate::api::Api;

/// Registers what is special to sales.
pub fn register(api: &mut Api) {
    leads::register(api);
    hand_offs::register(api);
    verbs::register(api);
    parts::register(api);
    pipelines::register(api);
    routing::register(api);
    score::register(api);
    speed::register(api);
}
