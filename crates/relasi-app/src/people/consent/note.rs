//! Noting what a person agreed to or took back.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
};
use relasi_persistence::Statement;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{SOURCES, Subject, purpose, purpose::Purpose};
use crate::{
    audit,
    records::{Work, in_trash},
    refusal::{Refusal, Result},
};

/// The longest texts in characters.
const MAX_NOTE: usize = 2_000;
const MAX_PROOF: usize = 4_000;

/// How far a clock elsewhere may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// What somebody agreed to or took back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewNote {
    /// For what.
    pub purpose_id: Option<Uuid>,
    /// By which channels; all of the purpose when none is named.
    pub channels: Vec<String>,
    /// `given` or `withdrawn`.
    pub state: String,
    /// When; now unless it is said.
    pub at: Option<DateTime<Utc>>,
    /// One of [`SOURCES`]; `api` unless it is said.
    pub source: Option<String>,
    /// The text that was shown; that of the purpose unless it is said.
    pub proof: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
    /// From which network address it came.
    pub ip: Option<String>,
    /// A file of the person that proves it.
    pub file_id: Option<Uuid>,
    /// Nobody knows what was shown.
    #[serde(skip)]
    pub unseen: bool,
}

/// Notes it, for those who may change the person's record. Taking back asks for no more than giving.
pub fn note(work: &mut Work<'_>, of: Subject, id: Uuid, new: &NewNote) -> Result<()> {
    let record = work.visible(of.object, id)?;
    if in_trash(&record) {
        return Err(Refusal::NotFound);
    }
    if !work.may(of.object, Action::Edit, &record)? {
        return Err(Refusal::Forbidden);
    }
    let purpose = match new.purpose_id {
        None => return Err(Fault::field("purpose_id", "required").into()),
        Some(id) => purpose::find(work, id).map_err(|error| match error {
            Refusal::NotFound => Fault::field("purpose_id", "no_such_record").into(),
            other => other,
        })?,
    };
    check(work, id, new, &purpose)?;
    let given = new.state == "given";
    if purpose.retired && given {
        return Err(Refusal::Conflict("purpose_retired"));
    }
    let channels = if new.channels.is_empty() {
        &purpose.channels
    } else {
        &new.channels
    };
    for channel in channels {
        insert(work, (of, id), (&purpose, channel), new)?;
    }
    tell(work, (of, id), (&purpose, given), channels)
}

/// Says in the log what was noted.
pub(super) fn tell(
    work: &mut Work<'_>,
    (of, id): (Subject, Uuid),
    (purpose, given): (&Purpose, bool),
    channels: &[String],
) -> Result<()> {
    let said = format!("{} · {}", purpose.name, channels.join(", "));
    let action = if given {
        "consent_given"
    } else {
        "consent_withdrawn"
    };
    let changes = json!([{"field": "consent", "old": null, "new": said}]);
    audit::note(work, action, of.object.name, id, changes)
}

fn check(work: &mut Work<'_>, person: Uuid, new: &NewNote, purpose: &Purpose) -> Result<()> {
    let mut faults = Faults::default();
    if !["given", "withdrawn"].contains(&new.state.as_str()) {
        faults.push(Fault::field("state", "not_a_choice").with("choices", "given, withdrawn"));
    }
    // Whoever withdraws may mean a channel that the purpose has given up since.
    let of_purpose = |channel: &String| {
        purpose.channels.contains(channel)
            || (new.state == "withdrawn" && super::channels().any(|known| known == channel))
    };
    faults.check(
        !new.channels.iter().all(of_purpose),
        "channels",
        "channel_not_of_purpose",
    );
    if new
        .source
        .as_deref()
        .is_some_and(|source| !SOURCES.contains(&source))
    {
        faults.push(Fault::field("source", "not_a_choice").with("choices", SOURCES.join(", ")));
    }
    faults.check(
        new.at.is_some_and(|at| at > work.now + AHEAD),
        "at",
        "in_future",
    );
    for (field, text, max) in [
        ("note", &new.note, MAX_NOTE),
        ("proof", &new.proof, MAX_PROOF),
    ] {
        if text.as_ref().is_some_and(|text| text.chars().count() > max) {
            faults.push(Fault::field(field, "too_long").with("max", max));
        }
    }
    let is_address = |ip: &String| ip.parse::<IpAddr>().is_ok();
    faults.check(!new.ip.iter().all(is_address), "ip", "not_address");
    if let Some(file) = new.file_id {
        let mut there =
            Statement::new("SELECT 1 FROM files WHERE deleted_at IS NULL AND workspace_id = ");
        there
            .bind(work.access.workspace_id)
            .push(" AND record_id = ")
            .bind(person);
        let there = work
            .conn
            .row(there.push(" AND id = ").bind(file), |_| Ok(()))?;
        faults.check(there.is_none(), "file_id", "no_such_record");
    }
    Ok(faults.into_result()?)
}

pub(super) fn insert(
    work: &mut Work<'_>,
    (of, person): (Subject, Uuid),
    (purpose, channel): (&Purpose, &str),
    new: &NewNote,
) -> Result<()> {
    let own = new
        .proof
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let shown = Some(purpose.wording.as_str())
        .filter(|text| !text.is_empty() && new.state == "given" && !new.unseen);
    let version = own
        .is_none()
        .then_some(purpose.wording_version)
        .filter(|_| shown.is_some());
    let note = new
        .note
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let mut insert = Statement::new(format!(
        "INSERT INTO {} (workspace_id, {}, id, purpose_id, channel, state, at, source, proof, proof_version, note, ip, \
         file_id, recorded_at, recorded_by) VALUES (",
        of.table, of.column
    ));
    insert
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(person)
        .push(", ")
        .bind(Uuid::now_v7());
    insert
        .push(", ")
        .bind(purpose.id)
        .push(", ")
        .bind(channel)
        .push(", ")
        .bind(&new.state);
    insert
        .push(", ")
        .bind(new.at.unwrap_or(work.now))
        .push(", ")
        .bind(new.source.as_deref().unwrap_or("api"));
    insert
        .push(", ")
        .bind(own.or(shown))
        .push(", ")
        .bind(version)
        .push(", ")
        .bind(note);
    insert
        .push(", ")
        .bind(new.ip.as_deref())
        .push(", ")
        .bind(new.file_id)
        .push(", ")
        .bind(work.now);
    insert.push(", ").bind(work.access.user_id).push(")");
    work.conn.execute(&insert)?;
    Ok(())
}
