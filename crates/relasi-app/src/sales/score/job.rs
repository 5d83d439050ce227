//! Jobs that work leads out anew: all of them when rules change, and those whose points expire.
//!
//! Whoever changes rules counts a revision up and puts a job in. A job ends as soon as there is a later revision than its own:
//! the last one always comes to its end, and no two do the same.

use chrono::{DateTime, Utc};
use relasi_domain::sales::lead::CONVERTED;
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{QUEUE, follow::Scorer, settings};
use crate::{
    platform::jobs::{self, Handler, JobContext, JobError, NewJob, Plan, Step},
    refusal::Result,
};

const KIND: &str = "leads.score";
const EXPIRY: &str = "leads.score_expire";

/// Leads of one transaction.
const CHUNK: u32 = 200;

/// Every night: filters may ask for the time, and the first days of leads end.
pub(super) const NIGHTLY: Plan = Plan {
    name: KIND,
    cron: "10 2 * * *",
    job: || NewJob {
        dedupe_key: Some("night".to_owned()),
        ..anew(None)
    },
};

/// Every hour: points expire.
pub(super) const HOURLY: Plan = Plan {
    name: EXPIRY,
    cron: "5 * * * *",
    job: || NewJob {
        dedupe_key: Some("all".to_owned()),
        ..NewJob::new(EXPIRY, QUEUE, json!({}))
    },
};

/// All leads are worked out anew.
pub(super) fn anew(revision: Option<i64>) -> NewJob {
    NewJob::new(KIND, QUEUE, json!({"revision": revision}))
}

/// Whether that is still to be done.
pub(super) fn is_at_work(conn: &mut Conn, workspace: Uuid) -> Result<bool> {
    let mut statement = Statement::new(
        "SELECT 1 FROM jobs WHERE state IN ('ready', 'running') AND kind IN ('leads.score', 'leads.learn') AND workspace_id = ",
    );
    statement.bind(workspace).limit(1);
    Ok(conn.row(&statement, |row| row.int(0))?.is_some())
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Payload {
    revision: Option<i64>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    after: String,
    done: i64,
}

fn now_of(conn: &mut Conn) -> Result<DateTime<Utc>> {
    Ok(DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default())
}

pub(super) struct Rescore;

impl Handler for Rescore {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let Payload { revision } = context.payload()?;
        let workspace = context.job().workspace_id;
        let mut place: Place = context.checkpoint()?.unwrap_or_default();
        loop {
            let here = place.clone();
            let next = context.chunk(move |conn| {
                let next = some(conn, workspace, revision, &here)?;
                Ok(Step {
                    checkpoint: json!(next.clone().unwrap_or_else(|| here.clone())),
                    done: next.as_ref().unwrap_or(&here).done,
                    total: 0,
                    value: next,
                })
            })?;
            match next {
                Some(next) => place = next,
                None => return Ok(json!({"leads": place.done})),
            }
        }
    }
}

/// The next leads; none when all are done, or a later job does them.
fn some(
    conn: &mut Conn,
    workspace: Uuid,
    revision: Option<i64>,
    place: &Place,
) -> Result<Option<Place>> {
    let known = settings::of(conn, workspace)?.revision;
    if revision.is_some_and(|revision| revision < known) {
        return Ok(None);
    }
    let mut statement =
        Statement::new("SELECT id FROM leads WHERE deleted_at IS NULL AND status <> ");
    statement.bind(CONVERTED).push(" AND workspace_id = ");
    statement.bind(workspace);
    statement
        .push(" AND id > ")
        .bind(&place.after)
        .push(" ORDER BY id")
        .limit(CHUNK);
    let ids: Vec<String> = conn.rows(&statement, |row| row.text(0))?;
    let Some(last) = ids.last().cloned() else {
        return Ok(None);
    };
    let now = now_of(conn)?;
    Scorer::open(conn, workspace, now)?.again(conn, &ids)?;
    Ok(Some(Place {
        after: last,
        done: place.done + i64::try_from(ids.len()).unwrap_or_default(),
    }))
}

pub(super) struct Expire;

impl Handler for Expire {
    fn kind(&self) -> &'static str {
        EXPIRY
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let mut done = 0;
        loop {
            let before = done;
            let some = context.chunk(move |conn| {
                let some = expire(conn, workspace)?;
                Ok(Step {
                    value: some,
                    checkpoint: json!({}),
                    done: before + some,
                    total: 0,
                })
            })?;
            done += some;
            if some == 0 {
                return Ok(json!({"leads": done}));
            }
        }
    }
}

/// Takes points away that have expired; of how many leads.
fn expire(conn: &mut Conn, workspace: Uuid) -> Result<i64> {
    let now = now_of(conn)?;
    let mut statement = Statement::new("SELECT DISTINCT lead_id FROM score_marks WHERE counted = ");
    statement
        .bind(true)
        .push(" AND workspace_id = ")
        .bind(workspace);
    statement.push(" AND until <= ").bind(now).limit(CHUNK);
    let ids: Vec<String> = conn.rows(&statement, |row| row.text(0))?;
    if ids.is_empty() {
        return Ok(0);
    }
    Scorer::open(conn, workspace, now)?.again(conn, &ids)?;
    // Leads that are no longer worked out keep their score; their marks do not come up again.
    let mut settled = Statement::new("UPDATE score_marks SET counted = ");
    settled
        .bind(false)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    settled.push(" AND until <= ").bind(now);
    settled.push(" AND lead_id IN (").bind_all(&ids).push(")");
    conn.execute(settled.uncached())?;
    Ok(i64::try_from(ids.len()).unwrap_or_default())
}
