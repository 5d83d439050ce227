//! Rules of deals: stage, status, stage history, totals.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    record::Document,
    sales::{attention, deal, stage},
};
use relasi_persistence::{
    Statement,
    store::{instant_text, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{entry, moves, parts, totals, weeks};
use crate::{
    commerce::lines,
    records::{Change, Draft, Rules, Work, in_trash, member_id, validate_as},
    refusal::Result,
};

/// What is said of the end of a deal, by the status that it belongs to.
const OF_END: [(&str, &[&str]); 4] = [
    ("lost_reason", &["lost"]),
    ("lost_to_id", &["lost"]),
    ("won_reason", &["won"]),
    ("closed_note", &["won", "lost"]),
];

/// What is special to deals.
pub struct DealRules;

impl Rules for DealRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<deal::Deal>(document, faults);
    }

    /// The status and the times follow from the stage, which is entered with what it asks for.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        follow_lines(work, draft, before)?;
        let moved = before.is_none_or(|before| before.get("stage_id") != draft.get("stage_id"));
        if moved {
            enter(work, draft, before)
        } else {
            entry::check_reasons(work, draft, before, false)
        }
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        totals::follow(work, changes)?;
        let moved: Vec<&Change<'_>> = changes
            .iter()
            .filter(|change| change.touched("stage_id"))
            .collect();
        let new = moves::record(work, &moved)?;
        weeks::follow(work, changes, &new)?;
        for change in changes.iter().filter(|change| change.before.is_some()) {
            if change.touched("status") {
                parts::settle(work, change)?;
            }
            if change.touched("owner_id") || change.touched("team_id") {
                parts::hand_over(work, change)?;
            }
        }
        Ok(())
    }
}

fn enter(work: &mut Work<'_>, draft: &mut Draft<'_>, before: Option<&Document>) -> Result<()> {
    let stage = stage_of(work, draft)?;
    // A time that comes with the move is that of a deal which brings its past, or gets it back.
    let given = |name: &str| {
        let at = draft.get(name).filter(|at| !at.is_null());
        at.filter(|at| before.and_then(|before| before.get(name)) != Some(at))
            .cloned()
    };
    let (since, closed) = (given("stage_since"), given("closed_at"));
    let past = since.is_some();
    let now = since.unwrap_or_else(|| json!(instant_text(work.micros())));
    let status = text_of(&stage, "kind");
    let closed = if status == "open" {
        Value::Null
    } else {
        closed.unwrap_or_else(|| now.clone())
    };
    for (name, of) in OF_END {
        if !of.contains(&status.as_str()) && draft.get(name).is_some_and(|value| !value.is_null()) {
            draft.to_mut().insert(name.to_owned(), Value::Null);
        }
    }
    let last = draft
        .get("last_activity_at")
        .cloned()
        .unwrap_or(Value::Null);
    let patience = stage.get("rotting_days").and_then(Value::as_i64);
    let quiet = attention::quiet_at(instant(&now), instant(&last), patience);
    let quiet = quiet.filter(|_| status == "open");
    draft.to_mut().extend([
        ("status".to_owned(), json!(status)),
        ("closed_at".to_owned(), closed),
        ("stage_since".to_owned(), now),
        (
            "quiet_at".to_owned(),
            json!(quiet.map(|at| instant_text(at.timestamp_micros()))),
        ),
    ]);
    if past {
        return Ok(());
    }
    entry::check(work, draft, &stage)?;
    entry::check_reasons(work, draft, before, true)
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str()?.parse().ok()
}

/// Keeps from when on open deals are quiet: those of a stage, or one of them.
pub(crate) fn follow_quiet(work: &mut Work<'_>, column: &str, id: Uuid) -> Result<()> {
    let mut statement = Statement::new(
        "UPDATE deals SET quiet_at = (SELECT CASE WHEN deals.last_activity_at > deals.stage_since THEN deals.last_activity_at \
         ELSE deals.stage_since END + (s.rotting_days + 1) * 86400000000 FROM stages s WHERE s.workspace_id = deals.workspace_id \
         AND s.id = deals.stage_id) WHERE status = 'open' AND workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(&format!(" AND {column} = "))
        .bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}

/// The stage that a deal names, of its own pipeline.
fn stage_of(work: &mut Work<'_>, draft: &Document) -> Result<Document> {
    let id = member_id(draft, "stage_id").unwrap_or_default();
    let stage = work.store().find(&stage::OBJECT, id)?;
    let Some(stage) = stage.filter(|stage| !in_trash(stage)) else {
        return Err(Fault::field("stage_id", "no_such_record").into());
    };
    if stage.get("pipeline_id") == draft.get("pipeline_id") {
        Ok(stage)
    } else {
        Err(Fault::field("stage_id", "stage_of_other_pipeline").into())
    }
}

/// Whether a living deal has this id in a column: what it names is still needed.
pub(super) fn any_with(work: &mut Work<'_>, column: &str, id: Uuid) -> Result<bool> {
    let mut statement = Statement::new("SELECT 1 FROM deals WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(&format!(" AND {column} = "))
        .bind(id)
        .push(" AND deleted_at IS NULL")
        .limit(1);
    Ok(work.conn.row(&statement, |row| row.int(0))?.is_some())
}

/// Where the amount follows the lines it is what they come to; and they stay in their currency.
fn follow_lines(
    work: &mut Work<'_>,
    draft: &mut Draft<'_>,
    before: Option<&Document>,
) -> Result<()> {
    let Some(before) = before else {
        return Ok(());
    };
    let id = member_id(before, "id").unwrap_or_default();
    if before.get("currency") != draft.get("currency") && lines::has(work, lines::Owner::Deal, id)?
    {
        return Err(Fault::field("currency", "currency_has_lines").into());
    }
    if draft.get("amount_follows_lines") == Some(&json!(true))
        && let Some(total) = lines::total_of_deal(work, id)?
        && draft.get("amount") != Some(&json!(total))
    {
        draft.to_mut().insert("amount".to_owned(), json!(total));
    }
    Ok(())
}
