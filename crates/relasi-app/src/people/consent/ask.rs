//! The question that whoever sends something asks first.

use relasi_domain::fault::Fault;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Subject, purpose,
    view::{allowed, notes},
};
use crate::{
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// Whether somebody may be contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether one may.
    pub allowed: bool,
    /// Why: `given`, `withdrawn`, `never_asked`, `other_basis` (the purpose rests on something else than consent),
    /// `purpose_retired`, `channel_not_used`, `in_trash`.
    pub reason: &'static str,
}

const fn no(reason: &'static str) -> Verdict {
    Verdict {
        allowed: false,
        reason,
    }
}

/// May we contact this person by a channel for a purpose? For mails, campaigns and whoever sends anything; asks for no
/// right of its own.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such person; a fault at `?purpose` when there is no such purpose.
pub fn may_contact(
    work: &mut Work<'_>,
    of: Subject,
    id: Uuid,
    channel: &str,
    purpose: Uuid,
) -> Result<Verdict> {
    let record = work.store().find(of.object, id)?.ok_or(Refusal::NotFound)?;
    let purpose = purpose::find(work, purpose).map_err(|error| match error {
        Refusal::NotFound => Fault::at("?purpose", "no_such_record").into(),
        other => other,
    })?;
    if in_trash(&record) {
        return Ok(no("in_trash"));
    }
    if purpose.retired {
        return Ok(no("purpose_retired"));
    }
    if !purpose.channels.iter().any(|one| one == channel) {
        return Ok(no("channel_not_used"));
    }
    let history = notes(work, of, id)?;
    let latest = history
        .iter()
        .find(|note| note.purpose_id == purpose.id && note.channel == channel);
    let state = latest.map(|note| note.state.as_str());
    let reason = match state {
        Some("given") => "given",
        Some(_) => "withdrawn",
        None if purpose.legal_basis == "consent" => "never_asked",
        None => "other_basis",
    };
    Ok(Verdict {
        allowed: allowed(&purpose, state),
        reason,
    })
}

/// The same for who sees the person.
pub fn may_contact_record(
    work: &mut Work<'_>,
    of: Subject,
    id: Uuid,
    channel: &str,
    purpose: Uuid,
) -> Result<Verdict> {
    work.visible(of.object, id)?;
    may_contact(work, of, id, channel, purpose)
}
