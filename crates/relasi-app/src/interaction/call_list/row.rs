//! Call lists and their entries as rows.

use std::collections::BTreeMap;

use relasi_domain::{
    interaction::{activity, call_list},
    record::Object,
};
use relasi_persistence::{Conn, Row, Statement, StoreError, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    records::{ListRequest, Work},
    refusal::{Refusal, Result},
};

/// How far a list has come, as far as the caller sees its people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// All of them.
    pub total: i64,
    /// Still to be called.
    pub waiting: i64,
    /// To be called again at a time.
    pub later: i64,
    /// Called.
    pub done: i64,
    /// Not called.
    pub skipped: i64,
    /// How many of the last calls count as reached, by their outcome.
    pub reached: i64,
    /// How the last calls went: how many by outcome.
    pub outcomes: BTreeMap<String, i64>,
}

/// A call list as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallList {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change of the list itself.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// What stands in it: `contact` or `lead`.
    pub object: String,
    /// What to say.
    pub script: Option<String>,
    /// Who answers for it.
    pub owner_id: Uuid,
    /// The team that works on it.
    pub team_id: Option<Uuid>,
    /// Who works on it beside them.
    pub members: Vec<Uuid>,
    /// How far it has come.
    pub progress: Progress,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: String,
}

const COLUMNS: &str = "SELECT l.id, l.version, l.name, l.object, l.script, l.owner_id, l.team_id, l.created_at, \
     l.created_by, l.updated_at FROM call_lists l WHERE l.workspace_id = ";

impl CallList {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            name: row.text(2)?,
            object: row.text(3)?,
            script: row.opt_text(4)?,
            owner_id: row.id(5)?,
            team_id: row.opt_id(6)?,
            members: Vec::new(),
            progress: Progress::default(),
            created_at: instant_text(row.int(7)?),
            created_by: row.id(8)?,
            updated_at: instant_text(row.int(9)?),
        })
    }

    /// What stands in it.
    pub(super) fn of(&self) -> Result<&'static Object> {
        call_list::object(&self.object).ok_or(Refusal::NotFound)
    }
}

/// Lists that `narrow` leaves, the newest first, with their people and how far they have come.
pub(super) fn lists(
    work: &mut Work<'_>,
    narrow: impl FnOnce(&mut Statement),
) -> Result<Vec<CallList>> {
    let workspace = work.access.workspace_id;
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace);
    narrow(&mut statement);
    let mut lists = work.conn.rows(&statement, CallList::read)?;
    with_members(work.conn, workspace, &mut lists)?;
    for object in call_list::OBJECTS {
        with_progress(work, object, &mut lists)?;
    }
    Ok(lists)
}

fn with_members(conn: &mut Conn, workspace: Uuid, lists: &mut [CallList]) -> Result<()> {
    if lists.is_empty() {
        return Ok(());
    }
    let mut statement =
        Statement::new("SELECT list_id, user_id FROM call_list_members WHERE workspace_id = ");
    statement.bind(workspace).push(" AND list_id IN (");
    statement.bind_all(lists.iter().map(|list| list.id));
    statement.push(") ORDER BY user_id").uncached();
    for (id, user) in conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))? {
        if let Some(list) = lists.iter_mut().find(|list| list.id == id) {
            list.members.push(user);
        }
    }
    Ok(())
}

/// Counts by state and outcome, for all lists of an object with one look.
fn with_progress(
    work: &mut Work<'_>,
    object: &'static Object,
    lists: &mut [CallList],
) -> Result<()> {
    let ids: Vec<Uuid> = lists
        .iter()
        .filter(|list| list.object == object.name)
        .map(|list| list.id)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let outcome_hidden = work.access.hides(&activity::OBJECT, "outcome");
    let mut statement = Statement::new(
        "SELECT e.list_id, e.state, a.outcome, count(*) FROM call_list_entries e \
         LEFT JOIN activities a ON a.workspace_id = e.workspace_id AND a.id = e.activity_id AND a.deleted_at IS NULL \
         WHERE e.workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    statement.push(" AND e.list_id IN (").bind_all(ids);
    statement.push(")").uncached();
    push_seen(work, object, &mut statement)?;
    statement.push(" GROUP BY e.list_id, e.state, a.outcome");
    let counts = work.conn.rows(&statement, |row| {
        Ok((row.id(0)?, row.text(1)?, row.opt_text(2)?, row.int(3)?))
    })?;
    let reached: Vec<&str> = work.access.customs.outcomes().successes().collect();
    for (id, state, outcome, count) in counts {
        let Some(list) = lists.iter_mut().find(|list| list.id == id) else {
            continue;
        };
        let progress = &mut list.progress;
        progress.total += count;
        match state.as_str() {
            "waiting" => progress.waiting += count,
            "later" => progress.later += count,
            "done" => progress.done += count,
            _ => progress.skipped += count,
        }
        if let Some(outcome) = outcome.filter(|_| !outcome_hidden) {
            if reached.contains(&outcome.as_str()) {
                progress.reached += count;
            }
            *progress.outcomes.entry(outcome).or_default() += count;
        }
    }
    Ok(())
}

/// `AND …` for the entries `e` whose records live and may be seen.
pub(super) fn push_seen(
    work: &mut Work<'_>,
    object: &'static Object,
    statement: &mut Statement,
) -> Result<()> {
    statement.push(&format!(
        " AND EXISTS (SELECT 1 FROM {} t WHERE t.workspace_id = e.workspace_id AND t.id = e.record_id",
        object.table
    ));
    work.push_taken(object, &ListRequest::default(), "t", statement)?;
    statement.push(")");
    Ok(())
}

/// An entry as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `UUIDv7`.
    pub id: Uuid,
    /// The list.
    pub list_id: Uuid,
    /// What is called: a contact or a lead.
    pub record_id: Uuid,
    /// What it is called by; empty for roles that do not see the name.
    pub title: String,
    /// Its place in the list.
    pub place: i64,
    /// `waiting`, `later`, `done` or `skipped`.
    pub state: String,
    /// When it is called again.
    pub call_at: Option<String>,
    /// Who has it before them.
    pub taken_by: Option<Uuid>,
    /// Until when nobody else gets it.
    pub taken_until: Option<String>,
    /// How often it was called.
    pub calls: i64,
    /// The last call.
    pub activity_id: Option<Uuid>,
    /// Who worked on it last.
    pub worked_by: Option<Uuid>,
    /// When.
    pub worked_at: Option<String>,
}

pub(super) const ENTRY: &str = "SELECT e.id, e.list_id, e.record_id, e.place, e.state, e.call_at, e.taken_by, e.taken_until, \
     e.calls, e.activity_id, e.worked_by, e.worked_at FROM call_list_entries e WHERE e.workspace_id = ";

impl Entry {
    /// Reads one; who had it before them up to `now` has it no more.
    pub(super) fn read(row: &Row<'_>, now: i64) -> std::result::Result<Self, StoreError> {
        let until = row.opt_int(7)?.filter(|until| *until > now);
        Ok(Self {
            id: row.id(0)?,
            list_id: row.id(1)?,
            record_id: row.id(2)?,
            title: String::new(),
            place: row.int(3)?,
            state: row.text(4)?,
            call_at: row.opt_int(5)?.map(instant_text),
            taken_by: row.opt_id(6)?.filter(|_| until.is_some()),
            taken_until: until.map(instant_text),
            calls: row.int(8)?,
            activity_id: row.opt_id(9)?,
            worked_by: row.opt_id(10)?,
            worked_at: row.opt_int(11)?.map(instant_text),
        })
    }
}

/// Adds what their records are called.
pub(super) fn with_titles(
    work: &mut Work<'_>,
    object: &'static Object,
    entries: &mut [Entry],
) -> Result<()> {
    if work.access.hides(object, object.title) {
        return Ok(());
    }
    let ids: Vec<String> = entries
        .iter()
        .map(|entry| entry.record_id.to_string())
        .collect();
    let titles = work.store().titles(object, &ids)?;
    for entry in entries {
        let id = entry.record_id.to_string();
        if let Some(found) = titles.iter().find(|one| one.id == id) {
            entry.title.clone_from(&found.title);
        }
    }
    Ok(())
}
