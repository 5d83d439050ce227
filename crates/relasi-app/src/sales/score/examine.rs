//! The model that is switched on, looked at again every month by leads that it was not learnt from. One that is no longer
//! good enough is switched off, and those who can do something about it are told.

use chrono::{DateTime, Utc};
use relasi_domain::sales::score::test::{Figures, Trial};
use relasi_persistence::{Conn, Statement, store::instant_micros};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{QUEUE, learn::each, model, settings};
use crate::{
    audit,
    platform::{
        jobs::{self, Handler, JobContext, JobError, NewJob, Plan, Step},
        notification,
    },
    refusal::Result,
};

pub(super) const KIND: &str = "leads.examine_model";

/// On the first of every month.
pub(super) const MONTHLY: Plan = Plan {
    name: KIND,
    cron: "0 4 1 * *",
    job: || NewJob {
        dedupe_key: Some("all".to_owned()),
        ..NewJob::new(KIND, QUEUE, json!({}))
    },
};

pub(super) struct Examine;

impl Handler for Examine {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let rows = context.rows_to_read();
        let found = rows.read_blocking(|conn| {
            let Some(id) = settings::of(conn, workspace)?.model_id else {
                return Ok::<_, JobError>(None);
            };
            let model = model::by_id(conn, workspace, id)?;
            let counts = model::counts(conn, workspace, id)?;
            Ok(model.zip(counts))
        })?;
        let Some((model, counts)) = found else {
            return Ok(json!({"verdict": null}));
        };
        let newest = instant_micros(&model.newest_at).and_then(DateTime::from_timestamp_micros);
        // A moment later: those of the same moment were learnt from.
        let from = newest.unwrap_or_default() + chrono::TimeDelta::microseconds(1);
        let mut trial = Trial::default();
        each(&rows, context, workspace, from, |lead| {
            trial.add(counts.chance(&lead.facts), lead.won);
        })?;
        let figures = trial.figures(model.test.learned);
        let told = (model.id, model.number);
        let verdict = context.chunk(move |conn| {
            let verdict = judge(conn, workspace, told, &figures)?;
            Ok(Step {
                value: verdict,
                checkpoint: json!({}),
                done: figures.n,
                total: figures.n,
            })
        })?;
        Ok(json!({"verdict": verdict}))
    }
}

fn judge(
    conn: &mut Conn,
    workspace: Uuid,
    (model, number): (Uuid, i64),
    figures: &Figures,
) -> Result<&'static str> {
    let now = DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default();
    let settings = settings::of(conn, workspace)?;
    let verdict = if !figures.tells() {
        "too_few"
    } else if figures.holds(settings.least_auc) {
        "holds"
    } else {
        "fell"
    };
    let mut statement = Statement::new(
        "INSERT INTO score_examinations (workspace_id, id, model_id, at, verdict, test) VALUES (",
    );
    statement.bind(workspace).push(", ").bind(Uuid::now_v7());
    statement.push(", ").bind(model).push(", ").bind(now);
    statement.push(", ").bind(verdict);
    statement
        .push(", ")
        .bind(json!(figures).to_string())
        .push(")");
    conn.execute(&statement)?;
    if verdict == "fell" && settings.model_id == Some(model) {
        settings::switch_off(conn, workspace, now)?;
        tell(conn, workspace, (model, number), figures, now)?;
    }
    Ok(verdict)
}

fn tell(
    conn: &mut Conn,
    workspace: Uuid,
    (model, number): (Uuid, i64),
    figures: &Figures,
    now: DateTime<Utc>,
) -> Result<()> {
    let about = ("score_settings", workspace);
    let changes = json!([{"field": "model_id", "old": model, "new": null}]);
    audit::by_itself(conn, workspace, now, "updated", about, &changes)?;
    let data = json!({"number": number, "auc": figures.auc});
    let mut admins = Statement::new(
        "SELECT user_id FROM memberships WHERE role IN ('owner', 'admin') AND workspace_id = ",
    );
    admins.bind(workspace).push(" AND active = ").bind(true);
    for user in conn.rows(&admins, |row| row.id(0))? {
        let to = (workspace, user);
        let about = Some(("score_model", model));
        notification::tell(conn, to, "score_model_off", about, &data, now.into())?;
    }
    Ok(())
}
