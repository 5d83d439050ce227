//! Files into records: upload, preview, check, run, undo.
//!
//! A file is streamed to disk, then read as a stream: one thread reads, converts and judges rows, a job finds out what
//! each chunk of them comes to and writes it in one transaction together with the place where to go on, while the next
//! chunk is planned. A check does the same but for the writing.

mod agreed;
mod candidate;
mod cases;
mod catalogue;
mod companies;
mod counts;
mod customs;
mod describe;
mod encoding;
mod ended;
mod erased;
mod housekeeping;
mod inspect;
mod leads;
mod lookups;
mod merge;
mod options;
mod plan;
mod planner;
mod presets;
mod reader;
mod rejected;
mod run;
mod single;
mod source;
mod state;
mod store;
mod undo;
mod upload;
mod writing;

use std::time::SystemTime;

use chrono::{DateTime, Utc};

pub use cases::{
    IMPORTED, Mapped, Revision, add, check, find, handlers, importable, keep, list, rejected,
    revised, run, undo,
};
pub use counts::Counts;
pub use describe::{Another, another, describe};
pub use housekeeping::sweep;
pub use options::{CompanyBy, Mark, Matching, OnMatch, Options};
pub use rejected::{Reason, RejectedCsv, Wording};
pub use single::{Outcome, Single, take_single};
pub use source::{Format, Source};
pub use state::ImportState;
pub use store::{Column, Import};
pub use upload::{Files, Upload, Uploaded};

pub(super) use reader::Row;
pub(super) use rejected::Rejected;
pub(super) use run::customs;
pub(crate) use upload::{disk, hexadecimal};
pub(super) use upload::{entries, remove};

/// The time of what is written now.
fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Whether a write is that of a run, by its cause: a chunk of a file succeeds as a whole or not at all.
pub(crate) fn is_cause(cause: Option<&str>) -> bool {
    cause.is_some_and(|cause| cause.starts_with("import:"))
}
