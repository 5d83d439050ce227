//! Signing in by a service of the workspace's own (`OpenID` Connect).
//!
//! Somebody is who an issuer's subject was linked to, never who has an address. Owners alone set the service, and what it
//! opens is a session of its workspace that goes nowhere else: whoever runs the service says who comes into that
//! workspace, and into no other.

mod client;
mod enter;
mod link;
mod person;
mod sent;
mod settings;

pub use client::Speaker;
pub use enter::{Begun, Finish};
pub use link::{Link, Links, Unlink};
pub use sent::NewProvider;
pub use settings::{OpenProvider, ProviderView};
pub(super) use settings::{proves_second_factor, reseal};
