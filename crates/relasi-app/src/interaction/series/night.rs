//! Each night the calls and meetings of series are made for one more day ahead.

use chrono::{DateTime, Utc};
use relasi_domain::{
    identity::access::Access,
    interaction::activity::{OBJECT, lasts},
    record::Document,
};
use relasi_persistence::{
    Conn, Statement,
    store::{Store, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{HORIZON, Series, everything, fill};
use crate::{
    identity::access_of,
    platform::jobs::{self, Handler, JobContext, JobError, NewJob, Plan, Registry, Step},
    records::{Work, member_id},
    refusal::Result,
};

const KIND: &str = "activities.series";

/// Series of one transaction.
const MOST: u32 = 50;

const PLAN: Plan = Plan {
    name: KIND,
    cron: "20 2 * * *",
    job,
};

fn job() -> NewJob {
    NewJob {
        dedupe_key: Some("all".to_owned()),
        ..NewJob::new(KIND, "reminders", json!({}))
    }
}

/// Adds the handler and its schedule.
pub fn handlers(registry: Registry) -> Registry {
    registry.with(Going).with_plan(PLAN)
}

struct Going;

impl Handler for Going {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let (mut after, mut made) = (Uuid::nil(), 0);
        loop {
            let before = made;
            let (last, some) = context.chunk(move |conn| {
                let now = DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default();
                let value = go_on(conn, workspace, after, now)?;
                Ok(Step {
                    value,
                    checkpoint: json!({}),
                    done: before + value.1,
                    total: 0,
                })
            })?;
            made += some;
            match last {
                Some(last) => after = last,
                None => return Ok(json!({"made": made})),
            }
        }
    }
}

/// Goes on with some series; the last of them, and how many activities were made.
fn go_on(
    conn: &mut Conn,
    workspace: Uuid,
    after: Uuid,
    now: DateTime<Utc>,
) -> Result<(Option<Uuid>, i64)> {
    let mut some = Statement::new("SELECT id FROM activity_series WHERE workspace_id = ");
    some.bind(workspace)
        .push(" AND ended_at IS NULL AND made_through < ")
        .bind(now + HORIZON)
        .push(" AND id > ")
        .bind(after)
        .push(" ORDER BY id")
        .limit(MOST);
    let ids: Vec<Uuid> = conn.rows(&some, |row| row.id(0))?;
    let mut made = 0;
    for &id in &ids {
        made += one(conn, workspace, id, now)?;
    }
    Ok((ids.last().copied(), i64::try_from(made).unwrap_or_default()))
}

fn one(conn: &mut Conn, workspace: Uuid, id: Uuid, now: DateTime<Utc>) -> Result<usize> {
    let Some((like, access)) = latest(conn, workspace, id)? else {
        return Ok(0);
    };
    let mut work = Work {
        conn,
        access: &access,
        now,
        cause: Some("series".to_owned()),
    };
    match Series::find(&mut work, id)? {
        Some(mut series) => fill(&mut work, &mut series, &like),
        None => Ok(0),
    }
}

/// The last one of a series, which the next ones are like, and the access of who it belongs to. None for tasks, which
/// are made one after the other, and where nothing or nobody is left.
fn latest(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<(Document, Access)>> {
    let mut last = Statement::new("SELECT id FROM activities WHERE workspace_id = ");
    last.bind(workspace)
        .push(" AND series_id = ")
        .bind(id)
        .push(" AND deleted_at IS NULL ORDER BY due_at DESC, id DESC")
        .limit(1);
    let Some(last) = conn.row(&last, |row| row.id(0))? else {
        return Ok(None);
    };
    let found = Store::of_workspace(conn, workspace).find(&OBJECT, last)?;
    let Some(like) = found.filter(|like| lasts(&text_of(like, "kind"))) else {
        return Ok(None);
    };
    let Some(owner) = member_id(&like, "owner_id") else {
        return Ok(None);
    };
    let access = access_of(conn, workspace, owner)?;
    Ok(access.map(|access| (like, everything(&access))))
}
