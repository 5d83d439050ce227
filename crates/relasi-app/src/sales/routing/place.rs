//! Giving leads to people, and saying so.

use relasi_domain::{record::Document, sales::lead};
use relasi_persistence::Statement;
use serde_json::{Value, json};
use uuid::Uuid;

use super::desk::{Decision, Desk, Reason};
use crate::{
    records::{Change, Draft, UNROUTED, Work, member_id},
    refusal::{Refusal, Result},
    sales::speed,
    timeline,
};

/// A member of new leads that says who gave them away; the timeline tells it.
const ROUTED: &str = "routed";

/// Gives those of the new leads that come without an owner to somebody.
pub(crate) fn place(work: &mut Work<'_>, drafts: &mut [Draft<'_>]) -> Result<()> {
    let open = |draft: &Draft<'_>| draft.contains_key(UNROUTED);
    let count = drafts.iter().filter(|draft| open(draft)).count();
    if count == 0 {
        return Ok(());
    }
    let Some(mut desk) = Desk::open(work)? else {
        // Whoever made it keeps it.
        for draft in drafts.iter_mut().filter(|draft| open(draft)) {
            draft.to_mut().remove(UNROUTED);
        }
        return Ok(());
    };
    let first = next_turns(work, count)?;
    for (turn, draft) in (first..).zip(drafts.iter_mut().filter(|draft| open(draft))) {
        let draft = draft.to_mut();
        draft.remove(UNROUTED);
        draft.entry("status").or_insert_with(|| json!("new"));
        let maker = member_id(draft, "owner_id");
        let decision = desk.decide(work, draft, maker)?;
        desk.gave(work, &decision, turn)?;
        if decision.reason != Reason::Maker {
            let team = decision.team.map_or(Value::Null, |team| json!(team));
            draft.insert("owner_id".into(), json!(decision.owner));
            draft.insert("team_id".into(), team);
        }
        draft.insert(ROUTED.into(), told(&desk, &decision));
    }
    Ok(())
}

/// Counts the turns of the workspace up by so many: whoever else gives leads away waits until this is done. The first one.
fn next_turns(work: &mut Work<'_>, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let mut statement = Statement::new(
        "INSERT INTO routing_settings (workspace_id, version, turn, updated_at) VALUES (",
    );
    statement.bind(work.access.workspace_id);
    statement
        .push(", 0, ")
        .bind(count)
        .push(", ")
        .bind(work.now);
    statement.push(
        ") ON CONFLICT (workspace_id) DO UPDATE SET turn = routing_settings.turn + excluded.turn RETURNING turn",
    );
    let last = work.conn.row(&statement, |row| row.int(0))?;
    Ok(last.unwrap_or(count) - count + 1)
}

fn told(desk: &Desk, decision: &Decision) -> Value {
    let rule = decision.rule.map(|place| &desk.rules[place]);
    json!({
        "rule_id": rule.map(|rule| rule.id),
        "rule": rule.map(|rule| rule.name.as_str()),
        "reason": decision.reason,
        "owner_id": decision.owner,
    })
}

/// Puts on the timelines of new leads by which rule they went where.
pub(crate) fn tell(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let routed = changes.iter().filter(|change| change.before.is_none());
    let events: Vec<timeline::Event<'_>> = routed
        .filter_map(|change| {
            let data = change.after.get(ROUTED)?.clone();
            Some(event(work, change.id, data))
        })
        .collect();
    timeline::add(work, &events)
}

fn event(work: &Work<'_>, id: Uuid, data: Value) -> timeline::Event<'static> {
    timeline::Event {
        subject: ("lead", id),
        kind: "lead.routed",
        at: work.micros(),
        about: ("lead", id),
        data,
    }
}

/// Gives a lead away anew, by the rules as they are now.
pub fn again(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Document> {
    let mut data = Value::Null;
    let changed = work.change(&lead::OBJECT, id, version, "rerouted", |work, before| {
        let over = ["unqualified", lead::CONVERTED];
        let status = before.get("status").and_then(Value::as_str);
        if status.is_some_and(|status| over.contains(&status)) {
            return Err(Refusal::Conflict("lead_is_over"));
        }
        let Some(mut desk) = Desk::open(work)? else {
            return Err(Refusal::Conflict("no_routing"));
        };
        let turn = next_turns(work, 1)?;
        let keeper = member_id(before, "owner_id");
        let decision = desk.decide(work, before, keeper)?;
        desk.gave(work, &decision, turn)?;
        data = told(&desk, &decision);
        let mut members = Document::new();
        members.insert("owner_id".into(), json!(decision.owner));
        let team = decision.team.filter(|_| decision.reason != Reason::Maker);
        if let Some(team) = team {
            members.insert("team_id".into(), json!(team));
        }
        let due = speed::due_of(work, before, team)?;
        members.extend(due.map(|due| ("response_due_at".to_owned(), due)));
        Ok(members)
    })?;
    let event = event(work, id, data);
    timeline::add(work, &[event])?;
    Ok(changed)
}
