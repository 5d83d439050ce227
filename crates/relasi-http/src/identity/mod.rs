//! Set-up, sign-in, sessions, profile, workspace, members and invitations.

mod cookie;
mod invitations;
mod members;
mod origin;
mod profile;
mod schema;
mod sessions;
mod workspaces;

pub use origin::Visitor;

use crate::api::Api;

/// Registers everything about who is asking.
pub fn register(api: &mut Api) {
    schema::register(api);
    sessions::register(api);
    workspaces::register(api);
    profile::register(api);
    members::register(api);
    invitations::register(api);
}
