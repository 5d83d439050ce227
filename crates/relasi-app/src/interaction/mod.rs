//! Activities and what they mean for the people and deals concerned; comments, files, followers and shares of records.

pub mod activity;
pub mod calendar_feed;
pub mod call_list;
pub mod comment;
pub mod email;
pub mod file;
pub mod follow;
pub(crate) mod mention;
pub mod outcome;
pub mod recurrence;
pub mod reminder;
pub mod series;
pub mod share;
pub mod who;

use relasi_domain::{
    identity::access::Action,
    record::{Document, Object},
};
use uuid::Uuid;

use crate::{
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// The living record that something is added to, for those who may do so.
fn living(work: &mut Work<'_>, object: &'static Object, id: Uuid) -> Result<Document> {
    let document = work.visible(object, id)?;
    if in_trash(&document) {
        return Err(Refusal::NotFound);
    }
    Ok(document)
}

/// Refuses what the caller's role has no right to.
fn may(work: &Work<'_>, part: &'static Object, action: Action) -> Result<()> {
    if work.access.allows_some(part, action) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Whether the caller may change a record.
fn may_edit(work: &mut Work<'_>, object: &'static Object, document: &Document) -> Result<bool> {
    work.may(object, Action::Edit, document)
}
