//! Work on many records at once: edit, owner, tags, stage, trash, restore, export.
//!
//! An operation is a job. It first writes down the ids of all that its target reaches, so that what it changes can't
//! change what it still has to do; then it goes through them chunk by chunk. Each record takes the way of any single
//! write, and one that refuses leaves the others alone. The audit log names the operation as the cause, which is how
//! an undo finds what each record had.

mod act;
mod cases;
mod cell;
mod ended;
mod export;
mod files;
mod format;
mod gather;
mod operation;
mod order;
mod refused;
mod run;
mod single;
mod store;
mod table;
mod task;
mod undo;

use std::time::SystemTime;

use chrono::{DateTime, Utc};

pub use cases::{Preview, download, find, handlers, list, preview, refused, start, undo};
pub use files::sweep;
pub use format::Format;
pub(crate) use format::{Invitation, feed};
pub use operation::{Counts, Operation, OperationState, Target, UndoCounts};
pub use order::{MAX_IDS, Order, Ordered};
pub use single::single;
pub use task::{NewReason, Task};

/// The time of what is written now.
fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Whether a write is part of a bulk operation or of its undo, by its cause: who is concerned is told once and not of
/// each record.
pub(crate) fn is_cause(cause: Option<&str>) -> bool {
    cause.is_some_and(|cause| cause.trim_start_matches("undo:").starts_with("bulk:"))
}
