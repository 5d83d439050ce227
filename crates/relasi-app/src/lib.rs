//! Use cases: authorise, load, apply the rule, save, audit, timeline and outbox, in one transaction.
//!
//! API, imports, jobs and the command line all come through here.

pub mod platform;
pub mod refusal;

pub use refusal::{Refusal, Result};
