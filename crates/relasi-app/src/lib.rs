//! Use cases: authorise, load, apply the rule, save, audit, timeline and outbox, in one transaction.
//!
//! API, imports, jobs and the command line all come through here.

pub mod audit;
pub mod commerce;
pub mod events;
pub mod idempotency;
pub mod identity;
pub mod insight;
pub mod interaction;
pub mod marketing;
pub mod outbox;
pub mod people;
pub mod platform;
mod random;
pub mod records;
pub mod refusal;
pub mod sales;
pub mod sample;
pub mod search;
pub mod timeline;
mod versioned;

pub use refusal::{Refusal, Result};
