//! What every handler works with.

use relasi_app::{
    events::{Live, webhook::Webhooks},
    identity::{Identity, KeyLog, Site},
    interaction::email::Emails,
    platform::{
        import::Files,
        jobs::{Registry, Wake},
        recent::Recent,
        storage::Storage,
    },
};
use relasi_persistence::Database;

use crate::limits::Limits;

/// The parts of a running server that handlers need.
pub struct State {
    /// The database.
    pub database: Database,
    /// Who is asking.
    pub identity: Identity,
    /// Served over HTTPS: cookies are marked secure and browsers are told to stay with it.
    pub https: bool,
    /// The address that people reach the server under, when it is known: passkeys are bound to it.
    pub site: Option<Site>,
    /// Proxies whose word about the client's address is taken.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Where files of imports and operations lie.
    pub files: Files,
    /// Where files of records lie.
    pub storage: Storage,
    /// Who wrote a moment ago.
    pub recent: Recent,
    /// Rung after commits that enqueue jobs.
    pub wake: Wake,
    /// What can be done in the background, here or by other processes.
    pub registry: Registry,
    /// How often API keys may call.
    pub limits: Limits,
    /// What API keys are used for.
    pub key_log: KeyLog,
    /// Those who listen to events as they come.
    pub live: Live,
    /// What webhooks need.
    pub webhooks: Webhooks,
    /// What e-mail with people needs.
    pub emails: Emails,
}
