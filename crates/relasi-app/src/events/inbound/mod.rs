//! Inbound hooks: addresses that other programs send to; what comes becomes records by a mapping.
//!
//! A request is stored before it is answered, and a job makes a record of it as a row of an import would: the same words
//! for dates, numbers, companies and owners, the same ways to find the record that is there already. It is written by the
//! rights of who made the hook.

mod change;
mod hook;
mod request;
mod sweep;
mod take;
mod token;

pub use self::{
    change::{HookPatch, NewHook, change, create, delete, find, list, rotate_token},
    hook::{Hook, Line, MAX_HOOKS, MAX_LINES, MAX_NAME},
    request::{MAX_BODY, Replay, Taken, id_of, receive, replay, requests},
    sweep::sweep,
    take::{Trial, handlers, trial},
    token::{reseal, reveal},
};
