//! Learning from the leads that were won and lost, with a test on those that came later.
//!
//! Leads are read once in the order in which they were made: the older ones are counted, the newer ones only tried. Before the
//! last third of the older ones is counted it says how far the weights that were learnt by then come true. What is kept is
//! what was tested. Memory holds a page and the counts.

use chrono::{DateTime, Utc};
use relasi_domain::sales::score::{
    bayes::{Counts, Fit},
    test::{Figures, HELD_OUT, LEAST_LEADS, LEAST_OF_EACH, Trial},
};
use relasi_persistence::{Conn, Scoped, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    QUEUE, examine,
    history::{decided, decided_after},
};
use crate::{
    audit,
    platform::{
        business_hours::may,
        jobs::{self, Handler, Job, JobContext, JobError, NewJob, Step},
    },
    records::Work,
    refusal::{Refusal, Result},
};

const KIND: &str = "leads.learn";

/// Models of a workspace that are kept; the oldest go.
const KEPT: i64 = 50;

/// Learns a new model; one at a time. Refused where too little is known.
pub fn begin(work: &mut Work<'_>) -> Result<Job> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let (won, all) = decided(work.conn, workspace)?;
    if all < LEAST_LEADS || won < LEAST_OF_EACH || all - won < LEAST_OF_EACH {
        return Err(Refusal::Conflict("too_few_outcomes"));
    }
    put_in(work, KIND)
}

/// Looks again at the model that is switched on.
pub fn begin_examining(work: &mut Work<'_>) -> Result<Job> {
    may(work)?;
    let workspace = work.access.workspace_id;
    if super::settings::of(work.conn, workspace)?
        .model_id
        .is_none()
    {
        return Err(Refusal::Conflict("no_score_model"));
    }
    put_in(work, examine::KIND)
}

fn put_in(work: &mut Work<'_>, kind: &'static str) -> Result<Job> {
    let workspace = work.access.workspace_id;
    let job = NewJob {
        dedupe_key: Some("all".to_owned()),
        created_by: Some(work.access.user_id),
        ..NewJob::new(kind, QUEUE, json!({}))
    };
    let id = jobs::enqueue(work.conn, workspace, job)?;
    jobs::find(work.conn, workspace, id)?.ok_or(Refusal::NotFound)
}

/// Reads leads whose outcome is known page by page, from a moment on.
pub(super) fn each(
    rows: &Scoped,
    context: &JobContext,
    workspace: Uuid,
    from: DateTime<Utc>,
    mut take: impl FnMut(super::history::Decided),
) -> std::result::Result<(), JobError> {
    let mut after = (from, String::new());
    loop {
        context.cancelled()?;
        let here = after.clone();
        let page = rows.read_blocking(move |conn| decided_after(conn, workspace, &here))?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = (last.made, last.id.clone());
        page.into_iter().for_each(&mut take);
    }
}

/// What is learnt from the older leads, and tried with the newer ones.
struct Learning {
    older: i64,
    read: i64,
    newest: DateTime<Utc>,
    counts: Counts,
    /// What was known before the last third of the older ones, and how far it came true with them.
    before: Option<(Counts, Fit)>,
    trial: Trial,
}

impl Learning {
    fn of(all: i64) -> Self {
        Self {
            older: all - all * HELD_OUT / 100,
            read: 0,
            newest: DateTime::<Utc>::MIN_UTC,
            counts: Counts::default(),
            before: None,
            trial: Trial::default(),
        }
    }

    /// Takes the next lead in the order in which they were made.
    fn take(&mut self, lead: &super::history::Decided) {
        self.read += 1;
        if self.read <= self.older {
            if self.read > self.older * 2 / 3 {
                let before = self
                    .before
                    .get_or_insert_with(|| (self.counts.clone(), Fit::default()));
                before.1.add(&before.0, &lead.facts, lead.won);
            }
            self.counts.add(&lead.facts, lead.won);
            self.newest = lead.made;
        } else {
            if let Some((_, fit)) = self.before.take() {
                self.counts.trust = fit.trust();
            }
            self.trial.add(self.counts.chance(&lead.facts), lead.won);
        }
    }

    fn figures(&self) -> Figures {
        self.trial.figures(i64::from(self.counts.leads.all()))
    }
}

/// Learns a model in this transaction, for the sample data, whose leads are few; whether its test was good enough for it to
/// be switched on.
pub(crate) fn learn_at_once(work: &mut Work<'_>, id: Uuid) -> Result<bool> {
    let workspace = work.access.workspace_id;
    let (won, all) = decided(work.conn, workspace)?;
    if all < LEAST_LEADS || won < LEAST_OF_EACH || all - won < LEAST_OF_EACH {
        return Ok(false);
    }
    let mut learning = Learning::of(all);
    let mut after = (DateTime::UNIX_EPOCH, String::new());
    loop {
        let page = decided_after(work.conn, workspace, &after)?;
        let Some(last) = page.last() else { break };
        after = (last.made, last.id.clone());
        for lead in &page {
            learning.take(lead);
        }
    }
    let figures = learning.figures();
    let made = (id, Some(work.access.user_id), learning.newest);
    keep(
        work.conn,
        workspace,
        made,
        &json!(learning.counts),
        &json!(figures),
    )?;
    Ok(figures.holds(super::settings::of(work.conn, workspace)?.least_auc))
}

/// Takes a model away; it is switched off before.
pub(crate) fn forget(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let workspace = work.access.workspace_id;
    if super::settings::of(work.conn, workspace)?.model_id == Some(id) {
        super::settings::switch_off(work.conn, workspace, work.now)?;
    }
    let mut statement = Statement::new("DELETE FROM score_models WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}

pub(super) struct Learn;

impl Handler for Learn {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let rows = context.rows_to_read();
        let (_, all) = rows.read_blocking(|conn| decided(conn, workspace))?;
        let mut learning = Learning::of(all);
        each(&rows, context, workspace, DateTime::UNIX_EPOCH, |lead| {
            learning.take(&lead);
        })?;
        let Learning {
            counts,
            read,
            newest,
            ..
        } = &learning;
        let (counts, read, newest) = (json!(counts), *read, *newest);
        let figures = json!(learning.figures());
        let (id, by) = (Uuid::now_v7(), context.job().created_by);
        context.chunk(move |conn| {
            let made = (id, by, newest);
            keep(conn, workspace, made, &counts, &figures)?;
            Ok(Step {
                value: (),
                checkpoint: json!({}),
                done: read,
                total: read,
            })
        })?;
        Ok(json!({"model_id": id}))
    }
}

fn keep(
    conn: &mut Conn,
    workspace: Uuid,
    (id, by, newest): (Uuid, Option<Uuid>, DateTime<Utc>),
    counts: &Value,
    test: &Value,
) -> Result<()> {
    let mut last = Statement::new("SELECT max(number) FROM score_models WHERE workspace_id = ");
    last.bind(workspace);
    let last = conn.row(&last, |row| row.opt_int(0))?.flatten();
    let number = last.unwrap_or(0) + 1;
    let now = DateTime::from_timestamp_micros(jobs::now(conn)?).unwrap_or_default();
    let mut statement = Statement::new(
        "INSERT INTO score_models (workspace_id, id, number, learned_at, learned_by, newest_at, counts, test) VALUES (",
    );
    statement.bind(workspace).push(", ").bind(id);
    statement.push(", ").bind(number).push(", ").bind(now);
    statement.push(", ").bind(by).push(", ").bind(newest);
    statement.push(", ").bind(counts.to_string());
    statement.push(", ").bind(test.to_string()).push(")");
    conn.execute(&statement)?;
    let mut old = Statement::new("DELETE FROM score_models WHERE workspace_id = ");
    old.bind(workspace)
        .push(" AND number <= ")
        .bind(number - KEPT);
    old.push(
        " AND NOT EXISTS (SELECT 1 FROM score_settings s WHERE s.workspace_id = score_models.workspace_id \
         AND s.model_id = score_models.id)",
    );
    conn.execute(&old)?;
    let changes = json!([{"field": "number", "old": null, "new": number}]);
    audit::by_itself(
        conn,
        workspace,
        now,
        "created",
        ("score_model", id),
        &changes,
    )
}
