//! Working on a call list: the next one, what came of a call, and who is put aside.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    interaction::{
        activity,
        call_list::{LEASE, State},
    },
    record::{Document, Object},
};
use relasi_persistence::{Dialect, Statement, sql::Value as Sql, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::joined,
    entry::entry,
    row::{CallList, Entry, push_seen},
};
use crate::{
    interaction::may,
    records::Work,
    refusal::{Refusal, Result},
};

/// Who is called next.
#[derive(Debug, Clone, Serialize)]
pub struct Next {
    /// Nobody else gets it for a while; none when there is nobody left for now.
    pub entry: Option<Entry>,
    /// When somebody is to be called again, when nobody is left for now.
    pub next_at: Option<String>,
    /// The list, as far as it has come.
    pub list: CallList,
}

/// What came of a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Call {
    /// How it went.
    pub outcome: Option<String>,
    /// How long it took.
    pub duration_minutes: Option<i64>,
    /// What it was about; the name of the list when nothing is said.
    pub subject: Option<String>,
    /// What was said.
    pub body: Option<String>,
    /// When to call again; the entry comes back then.
    pub call_again_at: Option<DateTime<Utc>>,
    /// What comes of it.
    pub next_step: Option<NextStep>,
    /// Fields that the workspace has added to activities.
    pub custom: Option<Document>,
}

/// Something to do after a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NextStep {
    /// task, call or meeting; a task when nothing is said.
    pub kind: Option<String>,
    /// What it is about.
    pub subject: String,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
}

/// What a logged call left.
#[derive(Debug, Clone, Serialize)]
pub struct Logged {
    /// The entry.
    pub entry: Entry,
    /// The call.
    pub activity: Value,
    /// What comes of it.
    pub next_step: Option<Value>,
}

/// Where an entry goes without a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Move {
    /// `waiting` to give it back or open it again, `later`, `skipped`.
    pub state: String,
    /// With `later`: when.
    pub call_at: Option<DateTime<Utc>>,
}

/// Who the caller calls next: the one before them already, else who is to be called again by now, else the first in
/// the order of the list.
pub fn next(work: &mut Work<'_>, id: Uuid) -> Result<Next> {
    let list = joined(work, id)?;
    let object = list.of()?;
    for way in [Way::Mine, Way::Again, Way::First] {
        let Some(found) = pick(work, id, object, way)? else {
            continue;
        };
        let until = work.now + LEASE;
        let values = [
            ("taken_by", Sql::from(work.access.user_id)),
            ("taken_until", until.into()),
        ];
        set(work, found, &values)?;
        let (_, entry) = entry(work, found)?;
        return Ok(Next {
            entry: Some(entry),
            next_at: None,
            list,
        });
    }
    let mut later = Statement::new(
        "SELECT min(e.call_at) FROM call_list_entries e WHERE e.state = 'later' AND e.workspace_id = ",
    );
    later
        .bind(work.access.workspace_id)
        .push(" AND e.list_id = ")
        .bind(id);
    push_seen(work, object, &mut later)?;
    let at = work.conn.row(&later, |row| row.opt_int(0))?.flatten();
    Ok(Next {
        entry: None,
        next_at: at.map(instant_text),
        list,
    })
}

/// In which order the next one is looked for.
#[derive(Clone, Copy)]
enum Way {
    /// Who is before the caller already.
    Mine,
    /// Who is to be called again by now.
    Again,
    /// Who waits.
    First,
}

fn pick(
    work: &mut Work<'_>,
    list: Uuid,
    object: &'static Object,
    way: Way,
) -> Result<Option<Uuid>> {
    let (now, me) = (work.now, work.access.user_id);
    let mut statement =
        Statement::new("SELECT e.id FROM call_list_entries e WHERE e.workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND e.list_id = ")
        .bind(list);
    match way {
        Way::Mine => {
            statement
                .push(" AND e.state IN ('waiting', 'later') AND e.taken_by = ")
                .bind(me);
            statement.push(" AND e.taken_until > ").bind(now);
        }
        Way::Again => {
            statement
                .push(" AND e.state = 'later' AND e.call_at <= ")
                .bind(now);
            push_free(work, &mut statement);
        }
        Way::First => {
            statement.push(" AND e.state = 'waiting'");
            push_free(work, &mut statement);
        }
    }
    push_seen(work, object, &mut statement)?;
    let order = match way {
        Way::Again => " ORDER BY e.call_at, e.place",
        Way::Mine | Way::First => " ORDER BY e.place",
    };
    statement.push(order).limit(1);
    // Who is being taken by somebody else at this moment is passed over, not waited for.
    if work.conn.dialect() == Dialect::Postgres {
        statement.push(" FOR UPDATE OF e SKIP LOCKED");
    }
    Ok(work.conn.row(&statement, |row| row.id(0))?)
}

/// `AND …` for entries `e` that nobody has before them.
fn push_free(work: &Work<'_>, statement: &mut Statement) {
    statement
        .push(" AND (e.taken_until IS NULL OR e.taken_until <= ")
        .bind(work.now)
        .push(")");
}

/// Writes values into an entry that is held by this transaction.
fn set(work: &mut Work<'_>, id: Uuid, values: &[(&str, Sql)]) -> Result<()> {
    let mut statement = Statement::new("UPDATE call_list_entries SET ");
    for (place, (name, value)) in values.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        statement.push(comma).push(name).push(" = ").bind(value);
    }
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}

/// Makes others who write to an entry wait until this transaction ends, so that what is read next holds. On SQLite there
/// are no others.
fn hold(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    if work.conn.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let mut statement = Statement::new("SELECT 1 FROM call_list_entries WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id)
        .push(" FOR UPDATE");
    work.conn.row(&statement, |row| row.int(0))?;
    Ok(())
}

/// An entry that the caller may write to: nobody else has it before them.
fn mine(work: &mut Work<'_>, id: Uuid) -> Result<(CallList, Entry)> {
    hold(work, id)?;
    let (list, found) = entry(work, id)?;
    may(work, &activity::OBJECT, Action::Add)?;
    let me = work.access.user_id;
    if found.taken_by.is_some_and(|by| by != me) {
        return Err(Refusal::Conflict("call_entry_taken"));
    }
    Ok((list, found))
}

/// Logs a call and moves its entry, both or neither: done, or called again at a time.
pub fn log(work: &mut Work<'_>, id: Uuid, call: &Call) -> Result<Logged> {
    let (list, found) = mine(work, id)?;
    if !State::of(&found.state).is_some_and(State::is_open) {
        return Err(Refusal::Conflict("call_entry_done"));
    }
    let mut faults = Faults::default();
    faults.check(call.outcome.is_none(), "outcome", "required");
    check_ahead(work, "call_again_at", call.call_again_at, &mut faults);
    faults.into_result()?;
    let object = list.of()?;
    let subject = call.subject.as_deref().map(str::trim);
    let subject = subject.filter(|text| !text.is_empty());
    let mut members = about(object, found.record_id);
    let mut put = |name: &str, value: Value| _ = members.insert(name.to_owned(), value);
    put("kind", json!("call"));
    put("direction", json!("outbound"));
    put("subject", json!(subject.unwrap_or(&list.name)));
    put("outcome", json!(call.outcome));
    put("duration_minutes", json!(call.duration_minutes));
    put("body", json!(call.body));
    put("done_at", json!(instant_text(work.micros())));
    if let Some(custom) = &call.custom {
        put("custom", json!(custom));
    }
    let made = work.create(&activity::OBJECT, members)?;
    let step = match &call.next_step {
        Some(step) => Some(plan(work, object, found.record_id, step)?),
        None => None,
    };
    let state = match call.call_again_at {
        Some(_) => State::Later,
        None => State::Done,
    };
    let values: [(&str, Sql); 8] = [
        ("state", state.code().into()),
        ("call_at", call.call_again_at.into()),
        ("taken_by", Sql::from(None::<Uuid>)),
        ("taken_until", Sql::from(None::<i64>)),
        ("calls", (found.calls + 1).into()),
        ("activity_id", made["id"].as_str().into()),
        ("worked_by", work.access.user_id.into()),
        ("worked_at", work.now.into()),
    ];
    set(work, id, &values)?;
    let (_, entry) = entry(work, id)?;
    let seen = |document| Value::Object(work.access.seen(&activity::OBJECT, document));
    Ok(Logged {
        entry,
        activity: seen(made),
        next_step: step.map(seen),
    })
}

/// An activity about a record, as far as it says whom it concerns.
fn about(object: &Object, record: Uuid) -> Document {
    let member = format!("{}_id", object.name);
    [(member, json!(record))].into_iter().collect()
}

fn plan(work: &mut Work<'_>, object: &Object, record: Uuid, step: &NextStep) -> Result<Document> {
    let kind = step.kind.as_deref().unwrap_or("task");
    let mut faults = Faults::default();
    if !activity::recurs(kind) {
        let fault = Fault::field("kind", "not_a_choice");
        faults.push(fault.with("choices", "task, call, meeting"));
    }
    faults.check(step.due_at.is_none(), "due_at", "required");
    let mut members = about(object, record);
    members.insert("kind".into(), json!(kind));
    members.insert("subject".into(), json!(step.subject));
    members.insert("due_at".into(), json!(step.due_at));
    let made = match faults.into_result() {
        Ok(()) => work.create(&activity::OBJECT, members),
        Err(faults) => Err(faults.into()),
    };
    made.map_err(|refusal| refusal.pointing(|at| format!("/next_step{at}")))
}

fn check_ahead(work: &Work<'_>, name: &str, at: Option<DateTime<Utc>>, faults: &mut Faults) {
    let past = at.is_some_and(|at| at <= work.now);
    faults.check(past, name, "not_ahead");
}

/// Moves an entry without a call: given back or opened again, called later, not called at all.
pub fn move_to(work: &mut Work<'_>, id: Uuid, to: &Move) -> Result<Entry> {
    let (_, found) = mine(work, id)?;
    let mut faults = Faults::default();
    let state = State::of(&to.state).filter(|state| *state != State::Done);
    if state.is_none() {
        let fault = Fault::field("state", "not_a_choice");
        faults.push(fault.with("choices", "waiting, later, skipped"));
    }
    let later = state == Some(State::Later);
    faults.check(later && to.call_at.is_none(), "call_at", "required");
    check_ahead(work, "call_at", to.call_at, &mut faults);
    faults.into_result()?;
    // Who gives back what was to be called again gives it back as that.
    let given_back = found.taken_by.is_some() && found.state == State::Later.code();
    let kept = given_back && state == Some(State::Waiting);
    let state = match state {
        Some(state) if !kept => state,
        _ => State::Later,
    };
    let mut values: Vec<(&str, Sql)> = vec![
        ("state", state.code().into()),
        ("taken_by", Sql::from(None::<Uuid>)),
        ("taken_until", Sql::from(None::<i64>)),
        ("worked_by", work.access.user_id.into()),
        ("worked_at", work.now.into()),
    ];
    if !kept {
        values.push(("call_at", to.call_at.filter(|_| later).into()));
    }
    set(work, id, &values)?;
    entry(work, id).map(|(_, entry)| entry)
}
