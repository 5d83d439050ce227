//! The next review is due: who answered for the last one is told, once.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use relasi_persistence::{Conn, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    platform::{
        jobs::{self, Handler, JobContext, JobError, NewJob, Plan, Step},
        notification,
    },
    refusal::Result,
};

/// Reminders of one transaction.
const MOST: u32 = 200;

const KIND: &str = "quality.remind";

/// Every morning, before people begin.
pub(super) const PLAN: Plan = Plan {
    name: KIND,
    cron: "0 6 * * *",
    job,
};

fn job() -> NewJob {
    NewJob {
        dedupe_key: Some("all".to_owned()),
        ..NewJob::new(KIND, "quality", json!({}))
    }
}

/// Reminds of what is due in a workspace.
pub(super) struct Reminding;

impl Handler for Reminding {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let mut told = 0;
        loop {
            let before = told;
            let some = context.chunk(move |conn| {
                let now = DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default();
                let today = now.with_timezone(&zone_of(conn, workspace)?).date_naive();
                let some = remind(conn, workspace, today, now)?;
                Ok(Step {
                    value: some,
                    checkpoint: json!({}),
                    done: before + some,
                    total: 0,
                })
            })?;
            told += some;
            if some == 0 {
                return Ok(json!({"told": told}));
            }
        }
    }
}

fn zone_of(conn: &mut Conn, workspace: Uuid) -> Result<Tz> {
    let mut statement = Statement::new("SELECT time_zone FROM workspaces WHERE id = ");
    statement.bind(workspace);
    let zone = conn.row(&statement, |row| row.text(0))?;
    Ok(zone.and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC))
}

/// Tells the owners of finished reviews whose next one is due; answers how many were told.
fn remind(conn: &mut Conn, workspace: Uuid, today: NaiveDate, now: DateTime<Utc>) -> Result<i64> {
    let mut due = Statement::new(
        "SELECT id, owner_id, name, reaudit_date FROM quality_audits WHERE reminded_at IS NULL \
         AND reaudit_date IS NOT NULL AND workspace_id = ",
    );
    due.bind(workspace)
        .push(" AND reaudit_date <= ")
        .bind(today)
        .push(" ORDER BY reaudit_date")
        .limit(MOST);
    let due = conn.rows(&due, |row| {
        Ok((row.id(0)?, row.id(1)?, row.text(2)?, row.text(3)?))
    })?;
    for (id, owner, name, day) in &due {
        let data = json!({"title": name, "day": day});
        let about = Some(("quality_audit", *id));
        notification::tell(
            conn,
            (workspace, *owner),
            "quality_audit_due",
            about,
            &data,
            now.into(),
        )?;
        let mut told = Statement::new("UPDATE quality_audits SET reminded_at = ");
        told.bind(now)
            .push(" WHERE workspace_id = ")
            .bind(workspace);
        told.push(" AND id = ").bind(*id);
        conn.execute(&told)?;
    }
    Ok(i64::try_from(due.len()).unwrap_or_default())
}
