//! What was sent to a form: looked at, let through, thrown away.

use relasi_persistence::{Row, Statement, StoreError, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::{find, may_handle},
    submit::{Fate, settle},
    take::{Kept, access_for, take},
};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
};

/// Where a submission can stand.
pub const STATES: [&str; 3] = ["taken", "added", "held"];

/// A submission as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Submission {
    /// `UUIDv7`.
    pub id: Uuid,
    /// When it came.
    pub received_at: String,
    /// `taken`, it made a lead; `added`, it added to one; `held`, it waits for somebody to look at it.
    pub state: String,
    /// Why it is held.
    pub reason: Option<String>,
    /// Members of the lead.
    pub answers: Value,
    /// What was agreed to, in the words that were shown.
    pub consents: Value,
    /// The language of the page.
    pub language: String,
    /// The page that led to the form.
    pub referrer: Option<String>,
    /// The lead.
    pub lead_id: Option<Uuid>,
    /// When somebody let it through.
    pub decided_at: Option<String>,
    /// Who.
    pub decided_by: Option<Uuid>,
}

/// Which submission is meant.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// The submission.
    pub submission_id: Uuid,
}

const COLUMNS: &str = "SELECT id, received_at, state, reason, answers, consents, language, referrer, lead_id, decided_at, \
     decided_by FROM form_submissions WHERE workspace_id = ";

impl Submission {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            received_at: instant_text(row.int(1)?),
            state: row.text(2)?,
            reason: row.opt_text(3)?,
            answers: row.json(4)?,
            consents: row.json(5)?,
            language: row.text(6)?,
            referrer: row.opt_text(7)?,
            lead_id: row.opt_id(8)?,
            decided_at: row.opt_int(9)?.map(instant_text),
            decided_by: row.opt_id(10)?,
        })
    }
}

/// What was sent to a form, the newest first.
pub fn submissions(
    work: &mut Work<'_>,
    form: Uuid,
    state: Option<&str>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Value>> {
    find(work, form)?;
    let mut statement = Statement::new(COLUMNS);
    statement.bind(work.access.workspace_id);
    statement.push(" AND form_id = ").bind(form);
    match state {
        // As the index of those that are held says it.
        Some("held") => {
            statement.push(" AND state = 'held'");
        }
        Some(state) => {
            statement.push(" AND state = ").bind(state);
        }
        None => {}
    }
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    let rows = work.conn.rows(&statement, Submission::read)?;
    Ok(rows.into_iter().map(|one| json!(one)).collect())
}

fn one(work: &mut Work<'_>, form: Uuid, id: Uuid) -> Result<Submission> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(work.access.workspace_id);
    statement.push(" AND form_id = ").bind(form);
    statement.push(" AND id = ").bind(id);
    let found = work.conn.row(&statement, Submission::read)?;
    found.ok_or(Refusal::NotFound)
}

/// One that is held; another request may have let it through meanwhile.
fn held(work: &mut Work<'_>, form: Uuid, id: Uuid) -> Result<Submission> {
    let mut statement =
        Statement::new("UPDATE form_submissions SET version = version + 1 WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND form_id = ").bind(form);
    statement.push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let found = one(work, form, id)?;
    if found.state == "held" {
        Ok(found)
    } else {
        Err(Refusal::Conflict("submission_not_held"))
    }
}

/// Lets a held submission through: it becomes a lead as any other would have.
pub fn release(work: &mut Work<'_>, form: Uuid, which: Which) -> Result<Submission> {
    let form = find(work, form)?;
    let id = which.submission_id;
    let waiting = held(work, form.id, id)?;
    let kept = Kept {
        answers: serde_json::from_value(waiting.answers).unwrap_or_default(),
        consents: serde_json::from_value(waiting.consents).unwrap_or_default(),
        language: waiting.language,
        referrer: waiting.referrer,
    };
    let access = access_for(work.conn, &form)?.ok_or(Refusal::Forbidden)?;
    let mut by_form = Work {
        conn: &mut *work.conn,
        access: &access,
        now: work.now,
        cause: Some(format!("form:{}", form.id)),
    };
    let taken = take(&mut by_form, &form, &kept)?;
    let workspace = work.access.workspace_id;
    let fate = Fate {
        state: taken.state,
        reason: None,
        lead: Some(taken.lead),
    };
    settle(work.conn, (workspace, form.id, id), &fate)?;
    decided(work, form.id, id)?;
    let what = json!([{"field": "submission_id", "old": null, "new": id}]);
    audit::note(work, "let_through", "form", form.id, what)?;
    one(work, form.id, id)
}

fn decided(work: &mut Work<'_>, form: Uuid, id: Uuid) -> Result<()> {
    let mut statement = Statement::new("UPDATE form_submissions SET decided_at = ");
    statement.bind(work.now);
    statement.push(", decided_by = ").bind(work.access.user_id);
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    statement.push(" AND form_id = ").bind(form);
    statement.push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}

/// Throws a held submission away for good.
pub fn discard(work: &mut Work<'_>, form: Uuid, which: Which) -> Result<()> {
    may_handle(work)?;
    let form = find(work, form)?;
    let id = which.submission_id;
    held(work, form.id, id)?;
    let mut statement = Statement::new("DELETE FROM form_submissions WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND form_id = ").bind(form.id);
    statement.push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let what = json!([{"field": "submission_id", "old": id, "new": null}]);
    audit::note(work, "discarded", "form", form.id, what)
}
