//! Set-up, sign-in, sessions, profile, workspace, members and invitations.

mod api_keys;
mod app_log;
mod apps;
mod authorization;
mod cookie;
mod email_change;
mod hand_over;
mod invitations;
mod members;
pub mod oauth;
mod origin;
mod policy;
mod profile;
mod provider_links;
mod providers;
mod reset;
mod role_schema;
mod roles;
mod schema;
mod second_step;
mod security;
mod security_schema;
mod sessions;
mod sign_ins;
mod workspaces;

pub use origin::Visitor;
pub(crate) use origin::address_of;

use actix_web::http::StatusCode;
use relasi_app::Refusal;

use crate::{api::Api, problem::Problem};

/// Registers everything about who is asking.
pub fn register(api: &mut Api) {
    schema::register(api);
    sessions::register(api);
    security_schema::register(api);
    second_step::register(api);
    security::register(api);
    sign_ins::register(api);
    policy::register(api);
    workspaces::register(api);
    profile::register(api);
    members::register(api);
    hand_over::register(api);
    role_schema::register(api);
    roles::register(api);
    invitations::register(api);
    reset::register(api);
    email_change::register(api);
    api_keys::register(api);
    providers::register(api);
    provider_links::register(api);
    apps::register(api);
    authorization::register(api);
}

/// Says what is wrong with a link that was sent by e-mail, in the words of a link.
fn expired(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotFound => Problem::new(StatusCode::NOT_FOUND, "link_expired"),
        other => other.into(),
    }
}
