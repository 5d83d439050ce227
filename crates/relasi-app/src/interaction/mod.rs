//! Activities and what they mean for the people and deals concerned; comments, files and followers of records.

pub mod activity;
pub mod comment;
pub mod file;
pub mod follow;
pub(crate) mod mention;

use relasi_domain::{
    identity::access::Action,
    record::{Document, Object},
};
use uuid::Uuid;

use crate::{
    records::{Work, in_trash, owned_by},
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
fn may_edit(work: &Work<'_>, object: &'static Object, document: &Document) -> bool {
    work.access
        .allows(object, Action::Edit, &owned_by(object, document))
}
