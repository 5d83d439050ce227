//! From marketing to sales: handing a lead over, taking it on, giving it back.

use relasi_domain::{
    fault::Fault,
    record::Document,
    sales::lead::{self},
};
use relasi_persistence::{
    Row, Statement, StoreError,
    store::{instant_text, text_of},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    members,
    verbs::{at_reason, given, refuse_converted},
};
use crate::{
    interaction::share::members_of,
    platform::notification::{Topic, notify},
    records::{Work, member_id},
    refusal::{Refusal, Result},
};

/// The longest word that goes along.
const MAX_NOTE: usize = 1_000;

/// To whom a lead is handed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    /// A member, who owns it from now on.
    pub owner_id: Option<Uuid>,
    /// A team, of which whoever accepts it owns it.
    pub team_id: Option<Uuid>,
    /// What goes along.
    pub note: Option<String>,
}

/// A time that a lead was handed over.
struct HandedOff {
    id: Uuid,
    by: Uuid,
    from_owner: Option<Uuid>,
    from_team: Option<Uuid>,
    to_owner: Option<Uuid>,
    accepted: bool,
}

impl HandedOff {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            by: row.id(1)?,
            from_owner: row.opt_id(2)?,
            from_team: row.opt_id(3)?,
            to_owner: row.opt_id(4)?,
            accepted: row.opt_int(5)?.is_some(),
        })
    }
}

/// The last time, unless the lead was given back.
fn last(work: &mut Work<'_>, lead: Uuid) -> Result<Option<HandedOff>> {
    let mut statement = Statement::new(
        "SELECT id, by_id, from_owner_id, from_team_id, to_owner_id, accepted_at, returned_at FROM lead_hand_offs \
         WHERE replaced_at IS NULL AND workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND lead_id = ")
        .bind(lead)
        .push(" ORDER BY at DESC, id DESC")
        .limit(1);
    let found = work.conn.row(&statement, |row| {
        Ok((HandedOff::read(row)?, row.opt_int(6)?.is_some()))
    })?;
    Ok(found.and_then(|(found, returned)| (!returned).then_some(found)))
}

/// Writes into the row of one time.
fn decide(work: &mut Work<'_>, id: Uuid, set: &Statement) -> Result<()> {
    let mut update = Statement::new("UPDATE lead_hand_offs SET ");
    update
        .append(set)
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&update)?;
    Ok(())
}

/// Hands a lead over. One that nobody has taken on yet is handed on.
pub fn hand_off(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    order: &Order,
) -> Result<Document> {
    let note = order
        .note
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let mut former = (None, None);
    let lead = work.change(&lead::OBJECT, id, version, "handed_off", |work, lead| {
        refuse_converted(lead)?;
        if order.owner_id.is_none() && order.team_id.is_none() {
            return Err(Fault::field("owner_id", "required").into());
        }
        if note.is_some_and(|text| text.chars().count() > MAX_NOTE) {
            return Err(Fault::field("note", "too_long")
                .with("max", MAX_NOTE)
                .into());
        }
        if text_of(lead, "status") == "unqualified" {
            return Err(Refusal::Conflict("lead_is_unqualified"));
        }
        former = (member_id(lead, "owner_id"), member_id(lead, "team_id"));
        let mut changed = members([
            ("handed_off_at", json!(instant_text(work.micros()))),
            ("handed_off_by", json!(work.access.user_id)),
            ("accepted_at", Value::Null),
            ("accepted_by", Value::Null),
            ("returned_at", Value::Null),
            ("return_reason", Value::Null),
        ]);
        if let Some(owner) = order.owner_id {
            changed.insert("owner_id".into(), json!(owner));
        }
        if let Some(team) = order.team_id {
            changed.insert("team_id".into(), json!(team));
        }
        Ok(changed)
    })?;
    if let Some(open) = last(work, id)?.filter(|open| !open.accepted) {
        let mut set = Statement::new("replaced_at = ");
        set.bind(work.now);
        decide(work, open.id, &set)?;
    }
    note_down(work, id, former, order, note)?;
    let told = match (order.owner_id, order.team_id) {
        (Some(owner), _) => vec![owner],
        (None, Some(team)) => members_of(work, team)?,
        (None, None) => Vec::new(),
    };
    tell(work, &told, "lead_handed_off", &lead, note)?;
    Ok(lead)
}

fn note_down(
    work: &mut Work<'_>,
    lead: Uuid,
    (owner, team): (Option<Uuid>, Option<Uuid>),
    order: &Order,
    note: Option<&str>,
) -> Result<()> {
    let columns = [
        "workspace_id",
        "id",
        "lead_id",
        "at",
        "by_id",
        "from_owner_id",
        "from_team_id",
        "to_owner_id",
        "to_team_id",
        "note",
    ];
    let row = vec![
        work.access.workspace_id.into(),
        Uuid::now_v7().into(),
        lead.into(),
        work.now.into(),
        work.access.user_id.into(),
        owner.into(),
        team.into(),
        order.owner_id.into(),
        order.team_id.into(),
        note.into(),
    ];
    work.store()
        .insert_rows("lead_hand_offs", &columns, &[row])?;
    Ok(())
}

/// Takes a lead on that was handed over. What was handed to a team belongs to who takes it.
pub fn accept(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Document> {
    let mut found = None;
    let lead = work.change(&lead::OBJECT, id, version, "accepted", |work, lead| {
        refuse_converted(lead)?;
        let open = last(work, id)?.filter(|open| !open.accepted);
        let open = open.ok_or(Refusal::Conflict("lead_not_handed_off"))?;
        let mut changed = members([
            ("accepted_at", json!(instant_text(work.micros()))),
            ("accepted_by", json!(work.access.user_id)),
        ]);
        if open.to_owner.is_none() {
            changed.insert("owner_id".into(), json!(work.access.user_id));
        }
        if text_of(lead, "status") == "new" {
            changed.insert("status".into(), json!("working"));
        }
        found = Some(open);
        Ok(changed)
    })?;
    if let Some(open) = found {
        let mut set = Statement::new("accepted_at = ");
        set.bind(work.now)
            .push(", accepted_by = ")
            .bind(work.access.user_id);
        decide(work, open.id, &set)?;
        tell(work, &[open.by], "lead_accepted", &lead, None)?;
    }
    Ok(lead)
}

/// Gives a lead back to who had it before it was handed over, with the reason; also one that was taken on.
pub fn give_back(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    reason: &str,
) -> Result<Document> {
    let mut found = None;
    let done = work.change(&lead::OBJECT, id, version, "returned", |work, lead| {
        refuse_converted(lead)?;
        let open = last(work, id)?.ok_or(Refusal::Conflict("lead_not_handed_off"))?;
        let reason = given(work, reason, "return_reason")?;
        let mut changed = members([
            ("returned_at", json!(instant_text(work.micros()))),
            ("return_reason", json!(reason)),
            ("status", json!("nurturing")),
            ("team_id", json!(open.from_team)),
        ]);
        // Nobody gives a lead to nobody.
        if let Some(owner) = open.from_owner.or(Some(open.by)) {
            changed.insert("owner_id".into(), json!(owner));
        }
        found = Some(open);
        Ok(changed)
    });
    let lead = at_reason(done, "return_reason")?;
    if let Some(open) = found {
        let mut set = Statement::new("returned_at = ");
        set.bind(work.now)
            .push(", returned_by = ")
            .bind(work.access.user_id)
            .push(", return_reason = ")
            .bind(reason.trim());
        decide(work, open.id, &set)?;
        tell(
            work,
            &[open.by],
            "lead_returned",
            &lead,
            Some(reason.trim()),
        )?;
    }
    Ok(lead)
}

/// Tells those concerned, but not who did it.
fn tell(
    work: &mut Work<'_>,
    users: &[Uuid],
    kind: &str,
    lead: &Document,
    text: Option<&str>,
) -> Result<()> {
    let Some(id) = member_id(lead, "id") else {
        return Ok(());
    };
    let me = work.access.user_id;
    let data = json!({"title": text_of(lead, lead::OBJECT.title), "by": me, "text": text});
    for user in users.iter().filter(|user| **user != me) {
        notify(
            work,
            *user,
            Topic::You,
            kind,
            Some((lead::OBJECT.name, id)),
            &data,
        )?;
    }
    Ok(())
}
