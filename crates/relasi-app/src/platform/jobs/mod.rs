//! Durable background work in tables of our own.
//!
//! A job is enqueued in the transaction of what it belongs to, so both are there or neither. A worker takes it for the
//! time of a lease, which it renews; if the process dies, the lease ends and another worker goes on from the last
//! checkpoint. Each take hands out a new fencing token, and no write of a worker counts without the present one: a
//! checkpoint is committed together with the effects of its chunk or not at all.

mod backoff;
mod claim;
mod context;
mod handler;
mod keeper;
mod queue;
mod wake;
mod worker;

pub use backoff::Backoff;
pub(crate) use backoff::jitter;
pub use claim::{LEASE, Lease, claim, free_leases};
pub use context::{JobContext, Step};
pub use handler::{Ending, Handler, JobError, Registry};
pub(crate) use queue::now;
pub use queue::{Job, NewJob, State, cancel, enqueue, find, list};
pub use wake::Wake;
pub use worker::{Options, Worker};
