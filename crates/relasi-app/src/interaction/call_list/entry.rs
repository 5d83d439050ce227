//! Who stands in a call list.

use chrono::{DateTime, Utc};
use relasi_domain::interaction::call_list::{MAX_ENTRIES, State};
use relasi_persistence::{Statement, sql::Value as Sql};
use uuid::Uuid;

use super::{
    change::{find, owned},
    row::{CallList, ENTRY, Entry, push_seen, with_titles},
};
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// Adds a record that the caller sees to a list that they work on, last of all; whether it was not there yet.
pub(crate) fn add(work: &mut Work<'_>, list: Uuid, record: Uuid) -> Result<bool> {
    let workspace = work.access.workspace_id;
    let mut known = Statement::new("SELECT 1 FROM call_list_entries WHERE workspace_id = ");
    known.bind(workspace).push(" AND list_id = ").bind(list);
    known.push(" AND record_id = ").bind(record);
    let is_there =
        |work: &mut Work<'_>| Ok::<_, Refusal>(work.conn.row(&known, |row| row.int(0))?.is_some());
    if is_there(work)? {
        return Ok(false);
    }
    // Others who add to this list wait here.
    let mut given =
        Statement::new("UPDATE call_lists SET places = places + 1 WHERE workspace_id = ");
    given.bind(workspace).push(" AND id = ").bind(list);
    if work.conn.execute(&given)? == 0 {
        return Err(Refusal::Conflict("call_list_gone"));
    }
    if is_there(work)? {
        return Ok(false);
    }
    let mut place = Statement::new("SELECT places FROM call_lists WHERE workspace_id = ");
    place.bind(workspace).push(" AND id = ").bind(list);
    let place = work.conn.row(&place, |row| row.int(0))?.unwrap_or_default();
    if place > MAX_ENTRIES && count(work, list)? >= MAX_ENTRIES {
        return Err(Refusal::Conflict("call_list_full"));
    }
    let members: [(&str, Sql); 7] = [
        ("workspace_id", workspace.into()),
        ("id", Uuid::now_v7().into()),
        ("list_id", list.into()),
        ("record_id", record.into()),
        ("place", place.into()),
        ("state", State::Waiting.code().into()),
        ("calls", 0_i64.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store()
        .insert_rows("call_list_entries", &columns, &[row])?;
    Ok(true)
}

/// Puts somebody of a list where they stand already by what was done elsewhere.
pub(crate) fn settle(
    work: &mut Work<'_>,
    (list, record): (Uuid, Uuid),
    state: State,
    call: Option<Uuid>,
    call_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let mut statement = Statement::new("UPDATE call_list_entries SET state = ");
    statement.bind(state.code());
    statement.push(", calls = ").bind(i64::from(call.is_some()));
    statement.push(", activity_id = ").bind(call);
    statement.push(", call_at = ").bind(call_at);
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    statement.push(" AND list_id = ").bind(list);
    statement.push(" AND record_id = ").bind(record);
    work.conn.execute(&statement)?;
    Ok(())
}

/// How many there are, whoever sees them; places that became free are counted only once all were given.
fn count(work: &mut Work<'_>, list: Uuid) -> Result<i64> {
    let mut statement =
        Statement::new("SELECT count(*) FROM call_list_entries WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND list_id = ")
        .bind(list);
    let count = work.conn.row(&statement, |row| row.int(0))?;
    Ok(count.unwrap_or_default())
}

/// Who stands in a list from behind a place, in their order.
pub fn entries(
    work: &mut Work<'_>,
    list: Uuid,
    state: Option<State>,
    after: i64,
    limit: u32,
) -> Result<Vec<Entry>> {
    let object = find(work, list)?.of()?;
    let mut statement = Statement::new(ENTRY);
    statement
        .bind(work.access.workspace_id)
        .push(" AND e.list_id = ")
        .bind(list)
        .push(" AND e.place > ")
        .bind(after);
    if let Some(state) = state {
        statement.push(" AND e.state = ").bind(state.code());
    }
    push_seen(work, object, &mut statement)?;
    statement.push(" ORDER BY e.place").limit(limit);
    let now = work.micros();
    let mut found = work.conn.rows(&statement, |row| Entry::read(row, now))?;
    with_titles(work, object, &mut found)?;
    Ok(found)
}

/// An entry of a list that the caller works on, with the list.
pub(super) fn entry(work: &mut Work<'_>, id: Uuid) -> Result<(CallList, Entry)> {
    let mut statement = Statement::new(ENTRY);
    statement
        .bind(work.access.workspace_id)
        .push(" AND e.id = ")
        .bind(id);
    let now = work.micros();
    let found = work.conn.row(&statement, |row| Entry::read(row, now))?;
    let list = found.ok_or(Refusal::NotFound)?.list_id;
    let list = find(work, list)?;
    let object = list.of()?;
    push_seen(work, object, &mut statement)?;
    let found = work.conn.row(&statement, |row| Entry::read(row, now))?;
    let mut found = [found.ok_or(Refusal::NotFound)?];
    with_titles(work, object, &mut found)?;
    let [entry] = found;
    Ok((list, entry))
}

/// Takes somebody off a list; for those who may change the list.
pub fn remove(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let (list, _) = entry(work, id)?;
    owned(work, list.id)?;
    let mut statement = Statement::new("DELETE FROM call_list_entries WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}
