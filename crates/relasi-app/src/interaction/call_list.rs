//! Call lists: people who are called one after the other.
//!
//! Whoever works on a list asks for the next one ([`next`]) and has them alone for a while, so that no two call the same
//! person. What came of it ([`log`]) is an activity as any other, written in one transaction with the entry that it moves.
//! Records that lie in the trash, or that the caller may not see, are in no list for them.

mod change;
mod entry;
mod row;
mod work;

pub use change::{CallListPatch, NewCallList, change, create, delete, find, list};
pub(crate) use change::{create_as, give, joined, owned_by};
pub(crate) use entry::{add, settle};
pub use entry::{entries, remove};
pub use row::{CallList, Entry, Progress};
pub use work::{Call, Logged, Move, Next, NextStep, log, move_to, next};
