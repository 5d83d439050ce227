//! What somebody leaves behind goes to those who go on: records, open tasks, views that others use, people who report to
//! them.

use std::collections::BTreeMap;

use relasi_domain::{
    commerce::{product, quote},
    fault::{Fault, Faults},
    identity::access::Action,
    interaction::activity,
    people::{company, contact, contact_role, relationship, tag},
    record::Object,
    sales::{deal, lead},
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    audit::Entry,
    given_at_once,
    member::{self, MemberPatch, Other},
    sql,
};
use crate::{
    platform::bulk::{self, Operation, Ordered, Target, Task},
    records::Work,
    refusal::{Refusal, Result},
};

/// What goes over in the background, with what its records have in common besides their owner. What is done stays with
/// who did it.
pub(super) static RECORDS: [(&Object, Option<&str>); 10] = [
    (&contact::OBJECT, None),
    (&company::OBJECT, None),
    (&lead::OBJECT, None),
    (&deal::OBJECT, None),
    (&product::OBJECT, None),
    (&quote::OBJECT, None),
    (&activity::OBJECT, Some("done_at")),
    (&contact_role::OBJECT, None),
    (&relationship::OBJECT, None),
    (&tag::OBJECT, None),
];

/// How far records of one object are counted.
const CAP: u32 = 100_000;

/// What belongs to a member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Belongings {
    /// Living records by object, open activities, views that others are shown, and quotes that wait for an approval.
    pub records: BTreeMap<&'static str, i64>,
    /// Active members who report to them.
    pub reports: i64,
}

/// A deactivated member to whom records still belong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The membership.
    pub member_id: Uuid,
    /// The person.
    pub user_id: Uuid,
    /// The name.
    pub full_name: String,
    /// How many records.
    pub records: i64,
}

/// Who gets what; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HandOver {
    /// Members by what they get: the name of an object.
    pub to: BTreeMap<String, Uuid>,
    /// The membership that their people report to from now on.
    pub manager_id: Option<Uuid>,
}

/// What belongs to a member, for those who manage members.
pub fn belongings(work: &mut Work<'_>, id: Uuid) -> Result<Belongings> {
    may(work)?;
    let user = member::find(work.conn, work.access, id)?.user_id;
    let workspace = work.access.workspace_id;
    let mut found = Belongings::default();
    for (object, open) in RECORDS {
        let count = count(work.conn, workspace, object, open, user)?;
        found.records.insert(object.name, count);
    }
    for kind in given_at_once::KINDS {
        let count = given_at_once::count(work, kind, user)?;
        found.records.insert(kind, count);
    }
    found.reports = i64::try_from(reports(work, id)?.len()).unwrap_or(i64::MAX);
    Ok(found)
}

fn may(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Members) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

fn count(
    conn: &mut Conn,
    workspace: Uuid,
    object: &Object,
    open: Option<&str>,
    user: Uuid,
) -> Result<i64> {
    let mut statement = Statement::new("SELECT count(*) FROM (");
    push_owned(object, open, &mut statement);
    statement
        .push(" AND t.workspace_id = ")
        .bind(workspace)
        .push(" AND t.owner_id = ")
        .bind(user)
        .limit(CAP)
        .push(") AS counted");
    Ok(conn.row(&statement, |row| row.int(0))?.unwrap_or(0))
}

fn push_owned(object: &Object, open: Option<&str>, statement: &mut Statement) {
    statement.push(&format!(
        "SELECT 1 AS one FROM {} t WHERE t.deleted_at IS NULL",
        object.table
    ));
    if let Some(column) = open {
        statement.push(&format!(" AND t.{column} IS NULL"));
    }
}

/// Deactivated members to whom records still belong, by name, for those who manage members.
pub fn left(work: &mut Work<'_>) -> Result<Vec<Left>> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let gone = sql(
        "SELECT m.id, m.user_id, u.full_name FROM memberships m JOIN users u ON u.id = m.user_id \
         WHERE m.workspace_id = ? AND m.active = ? ORDER BY u.full_name, m.id",
        [workspace.into(), false.into()],
    );
    let mut left = work.conn.rows(&gone, |row| {
        Ok(Left {
            member_id: row.id(0)?,
            user_id: row.id(1)?,
            full_name: row.text(2)?,
            records: 0,
        })
    })?;
    for (object, open) in RECORDS {
        // One look for all of them, by the index of owners.
        let mut statement = Statement::new("SELECT m.user_id, (SELECT count(*) FROM (");
        push_owned(object, open, &mut statement);
        statement
            .push(" AND t.workspace_id = m.workspace_id AND t.owner_id = m.user_id")
            .limit(CAP)
            .push(") c) FROM memberships m WHERE m.workspace_id = ")
            .bind(workspace)
            .push(" AND m.active = ")
            .bind(false);
        for (user, count) in work
            .conn
            .rows(&statement, |row| Ok((row.id(0)?, row.int(1)?)))?
        {
            if let Some(one) = left.iter_mut().find(|one| one.user_id == user) {
                one.records += count;
            }
        }
    }
    left.retain(|one| one.records > 0);
    Ok(left)
}

/// Gives what belongs to a member to others: records in the background with the rights of who asks, so that each can be
/// undone; what is in [`given_at_once`] and people at once. Ring [`Wake`](crate::platform::jobs::Wake) once that is committed.
pub fn hand_over(
    work: &mut Work<'_>,
    id: Uuid,
    order: &HandOver,
    zone: Option<chrono_tz::Tz>,
) -> Result<Vec<Operation>> {
    may(work)?;
    let user = member::find(work.conn, work.access, id)?.user_id;
    check(work, user, order)?;
    let mut operations = Vec::new();
    for (object, open) in RECORDS {
        let Some(to) = order.to.get(object.name) else {
            continue;
        };
        if count(work.conn, work.access.workspace_id, object, open, user)? == 0 {
            continue;
        }
        let open = open.map(|field| format!(" and {field} is empty"));
        let ordered = Ordered {
            object,
            task: owner_task(*to)?,
            target: Target {
                filter: Some(format!("owner_id = \"{user}\"{}", open.unwrap_or_default())),
                ..Target::default()
            },
        };
        operations.push(bulk::start(work, &ordered, zone)?);
    }
    for kind in given_at_once::KINDS {
        if let Some(to) = order.to.get(kind) {
            given_at_once::give(work, kind, user, *to)?;
        }
    }
    if let Some(manager) = order.manager_id {
        give_people(work, id, manager)?;
    }
    let access = work.access;
    let mut entry = Entry::new(
        access.workspace_id,
        Some(access.user_id),
        "handed_over",
        "member",
        id,
    );
    for (object, to) in &order.to {
        let named = work.store().user_names(&[to.to_string()])?;
        let name = named.into_iter().next().map(|named| named.title);
        entry = entry.change(object, Value::Null, json!(name));
    }
    entry
        .change("manager_id", Value::Null, json!(order.manager_id))
        .write(work.conn, work.now)?;
    Ok(operations)
}

fn owner_task(to: Uuid) -> Result<Task> {
    let task = json!({"action": "owner", "parameters": {"owner_id": to}});
    serde_json::from_value(task)
        .map_err(|error| relasi_persistence::StoreError::Other(error.to_string()).into())
}

fn check(work: &mut Work<'_>, leaving: Uuid, order: &HandOver) -> Result<()> {
    let mut faults = Faults::default();
    let known = RECORDS.iter().map(|(object, _)| object.name);
    let known: Vec<&str> = known.chain(given_at_once::KINDS).collect();
    for (object, to) in &order.to {
        let at = format!("/to/{object}");
        if !known.contains(&object.as_str()) {
            faults.push(Fault::at(at, "unknown_member"));
            continue;
        }
        let active = !work.store().members(&[to.to_string()])?.is_empty();
        faults.wrong(!active || *to == leaving, || at, "no_such_record");
    }
    if let Some(manager) = order.manager_id {
        let found = sql(
            "SELECT user_id FROM memberships WHERE workspace_id = ? AND id = ? AND active = ?",
            [work.access.workspace_id.into(), manager.into(), true.into()],
        );
        let found = work.conn.row(&found, |row| row.id(0))?;
        let good = found.is_some_and(|user| user != leaving);
        faults.check(!good, "manager_id", "no_such_record");
    }
    if order.to.is_empty() && order.manager_id.is_none() {
        faults.push(Fault::field("to", "required"));
    }
    Ok(faults.into_result()?)
}

/// Active members who report to a membership.
fn reports(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Uuid>> {
    let statement = sql(
        "SELECT p.membership_id FROM member_places p JOIN memberships m ON m.workspace_id = p.workspace_id \
         AND m.id = p.membership_id WHERE p.workspace_id = ? AND p.manager_id = ? AND m.active = ? ORDER BY m.id",
        [work.access.workspace_id.into(), id.into(), true.into()],
    );
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

/// Whoever takes over reports to whom the one who leaves reported to.
fn give_people(work: &mut Work<'_>, from: Uuid, to: Uuid) -> Result<()> {
    let (access, now) = (work.access, work.now);
    let above = member::find(work.conn, access, from)?.manager_id;
    let people = reports(work, from)?;
    let (first, others): (Vec<Uuid>, Vec<Uuid>) = people.into_iter().partition(|one| *one == to);
    for one in first.into_iter().chain(others) {
        let manager = if one == to { above } else { Some(to) };
        let patch = MemberPatch {
            manager_id: Other::To(manager),
            ..MemberPatch::default()
        };
        member::update(work.conn, access, one, &patch, None, now)?;
    }
    Ok(())
}
