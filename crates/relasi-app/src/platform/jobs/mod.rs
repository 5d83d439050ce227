//! Durable background work in tables of our own.
//!
//! A job is enqueued in the transaction of what it belongs to, so both are there or neither. A worker takes it for the
//! time of a lease, which it renews; if the process dies, the lease ends and another worker goes on from the last
//! checkpoint. Each take hands out a new fencing token, and no write of a worker counts without the present one: a
//! checkpoint is committed together with the effects of its chunk or not at all.

mod administer;
mod backoff;
mod claim;
mod clock;
mod context;
mod cron;
mod handler;
mod keeper;
mod lease;
mod pause;
mod queue;
mod rate;
mod run;
mod schedule;
mod wake;
mod worker;

pub use administer::{Kind, Overview, Requeued, drop_dead, overview, requeue, requeue_all};
pub use backoff::Backoff;
pub(crate) use backoff::jitter;
pub use claim::{BATCH, Claim, Limits, Taken, claim};
pub use context::{JobContext, Step};
pub use cron::Cron;
pub use handler::{Ending, Handler, JobError, Registry};
pub use lease::{LEASE, Lease, free_leases};
pub use pause::{Pause, Scope, Still, pause, resume};
pub(crate) use queue::now;
pub use queue::{Job, NewJob, State, Wanted, cancel, enqueue, find, list};
pub use rate::{Grant, LATEST, Permits, Rate, back_off, calm, close, take, take_from_all};
pub use schedule::{
    Plan, Schedule, SchedulePatch, change_schedule, is_mine, run_now, schedules, tick,
};
pub use wake::Wake;
pub use worker::{Options, Stopper, Worker};
