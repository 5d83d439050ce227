//! Verbs of activities; comments, e-mail, files, followers and shares of records.

mod activities;
mod calendar_feed;
mod call_lists;
mod call_lists_schema;
mod comments;
mod email_schema;
mod emails;
mod files;
mod followers;
mod outcomes;
mod reminders;
mod schema;
mod series;
mod shares;
mod who;

pub use calendar_feed::configure;
use relasi_domain::record::{Object, Record};

use crate::api::{Api, Operation};

/// Registers the verbs of activities, and what is done with single comments and files.
pub fn register(api: &mut Api) {
    schema::register(api);
    activities::register(api);
    calendar_feed::register(api);
    call_lists_schema::register(api);
    call_lists::register(api);
    outcomes::register(api);
    reminders::register(api);
    series::register(api);
    comments::register(api);
    emails::register(api);
    files::register(api);
    shares::register(api);
    who::register(api);
}

/// Registers comments, files, followers and shares of an object's records.
pub fn register_of<R: Record>(api: &mut Api) {
    comments::register_of::<R>(api);
    files::register_of::<R>(api);
    followers::register_of::<R>(api);
    shares::register_of::<R>(api);
    who::register_of::<R>(api);
}

/// An operation on something that belongs to a record of an object.
fn operation(
    made: fn(&str, &str, &str, &str) -> Operation,
    object: &'static Object,
    part: &str,
    verb: &str,
    summary: &str,
) -> Operation {
    let path = format!("/{}/{{id}}/{part}", object.plural);
    let noun = object.name.replace('_', " ");
    let id = format!("{verb}_{}", object.name);
    made(&path, object.plural, &id, &format!("{summary} a {noun}"))
}
