//! Webhooks: events sent to addresses that people name, signed by the Standard Webhooks scheme.
//!
//! An endpoint has a place in the order of events. What comes after it and is wanted becomes a delivery, a row that is
//! due until it has arrived or been given up; a sender leases rows, so that a process that dies loses none.

mod body;
mod change;
mod deliver;
mod delivery;
mod endpoint;
mod fan_out;
mod lease;
mod outcome;
mod reach;
mod replay;
mod retry;
mod rotate;
mod secret;
mod send;
mod sweep;

use std::sync::Arc;

pub use self::{
    change::{EndpointPatch, NewEndpoint, change, create, delete, find, list},
    deliver::run,
    delivery::{Resend, deliveries, resend, test},
    endpoint::{Endpoint, MAX_DESCRIPTION, MAX_ENDPOINTS, MAX_KINDS},
    reach::{MAX_URL, Reach},
    replay::{Replay, begin_replay, handlers},
    rotate::{reseal, reveal, rotate_secret},
    send::checked_client,
    sweep::sweep,
};
use crate::platform::{jobs::Rate, vault::Vault};

/// What webhooks need beside the database.
#[derive(Clone)]
pub struct Webhooks {
    /// Keys of the endpoints' secrets.
    pub vault: Vault,
    /// Where they may lead.
    pub reach: Reach,
    /// How often one address is called, whichever processes do it.
    pub rate: Rate,
    /// Rung when something may be due.
    pub bell: Arc<tokio::sync::Notify>,
}

impl Webhooks {
    /// Webhooks with these keys that reach so far.
    pub fn new(vault: Vault, reach: Reach) -> Self {
        Self {
            vault,
            reach,
            rate: Rate::per_second(100),
            bell: Arc::default(),
        }
    }

    /// The same, but no address is called more often.
    pub fn at_most(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }
}
