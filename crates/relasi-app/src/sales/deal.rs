//! Rules and verbs of deals: stage, status, stage history, totals.

use relasi_domain::{
    fault::{Fault, Faults},
    record::Document,
    sales::{deal, stage},
};
use relasi_persistence::{
    sql::Value as Sql,
    store::{instant_micros, instant_text, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::totals;
use crate::{
    records::{Change, Draft, Rules, Work, in_trash, member_id, validate_as},
    refusal::{Refusal, Result},
    timeline,
};

/// What is special to deals.
pub struct DealRules;

impl Rules for DealRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<deal::Deal>(document, faults);
    }

    /// The status and the times follow from the stage.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let moved = before.is_none_or(|before| before.get("stage_id") != draft.get("stage_id"));
        if !moved {
            return Ok(());
        }
        let id = member_id(draft, "stage_id").unwrap_or_default();
        let stage = work.store().find(&stage::OBJECT, id)?;
        let stage = stage.filter(|stage| !in_trash(stage));
        let Some(stage) = stage else {
            return Err(Fault::field("stage_id", "no_such_record").into());
        };
        if stage.get("pipeline_id") != draft.get("pipeline_id") {
            return Err(Fault::field("stage_id", "stage_of_other_pipeline").into());
        }
        // A time that comes with the move is that of a deal which brings its past, or gets it back.
        let given = |name: &str| {
            let at = draft.get(name).filter(|at| !at.is_null());
            at.filter(|at| before.and_then(|before| before.get(name)) != Some(at))
                .cloned()
        };
        let (since, closed) = (given("stage_since"), given("closed_at"));
        let now = since.unwrap_or_else(|| json!(instant_text(work.micros())));
        let status = text_of(&stage, "kind");
        let closed = if status == "open" {
            Value::Null
        } else {
            closed.unwrap_or_else(|| now.clone())
        };
        if status != "lost" {
            draft.to_mut().insert("lost_reason".into(), Value::Null);
        }
        draft.to_mut().extend([
            ("status".to_owned(), json!(status)),
            ("closed_at".to_owned(), closed),
            ("stage_since".to_owned(), now),
        ]);
        Ok(())
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        totals::follow(work, changes)?;
        let moved: Vec<&Change<'_>> = changes
            .iter()
            .filter(|change| change.touched("stage_id"))
            .collect();
        record_moves(work, &moved)
    }
}

/// Appends to the stage history; a new deal that brings its history with it (`stage_changes`) keeps that.
fn record_moves(work: &mut Work<'_>, moved: &[&Change<'_>]) -> Result<()> {
    let mut rows = Vec::new();
    let mut events = Vec::new();
    for change in moved {
        if let Some(history) = change.is("stage_changes").as_array() {
            for entry in history {
                let at = entry["at"]
                    .as_str()
                    .and_then(instant_micros)
                    .unwrap_or_else(|| work.micros());
                rows.push(history_row(
                    work,
                    change.id,
                    &entry["from"],
                    &entry["to"],
                    at,
                ));
            }
            continue;
        }
        let at = change
            .is("stage_since")
            .as_str()
            .and_then(instant_micros)
            .unwrap_or_else(|| work.micros());
        rows.push(history_row(
            work,
            change.id,
            change.was("stage_id"),
            change.is("stage_id"),
            at,
        ));
        if change.before.is_some() {
            let data = json!({"from": change.was("stage_id"), "to": change.is("stage_id"), "since": change.was("stage_since")});
            events.push((change, data, at));
        }
    }
    let columns = [
        "workspace_id",
        "id",
        "deal_id",
        "from_stage_id",
        "to_stage_id",
        "at",
        "actor_id",
    ];
    work.store().insert_rows("stage_changes", &columns, &rows)?;
    let mut told = Vec::new();
    for (change, data, at) in events {
        for subject in ["deal", "company", "contact"] {
            let id = if subject == "deal" {
                Some(change.id)
            } else {
                member_id(&change.after, &format!("{subject}_id"))
            };
            told.extend(id.map(|id| timeline::Event {
                subject: (subject, id),
                kind: "deal.stage_changed",
                at,
                about: ("deal", change.id),
                data: data.clone(),
            }));
        }
    }
    timeline::add(work, &told)
}

fn history_row(work: &Work<'_>, deal: Uuid, from: &Value, to: &Value, at: i64) -> Vec<Sql> {
    vec![
        work.access.workspace_id.into(),
        Uuid::now_v7().into(),
        deal.into(),
        from.as_str().into(),
        to.as_str().unwrap_or_default().into(),
        at.into(),
        work.access.user_id.into(),
    ]
}

/// Moves a deal to a stage of its pipeline.
pub fn move_to(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    stage: Uuid,
) -> Result<Document> {
    work.change(&deal::OBJECT, id, version, "moved", |_, _| {
        Ok(members(&[("stage_id", json!(stage))]))
    })
}

/// Wins a deal: moves it to the won stage of its pipeline.
pub fn win(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Document> {
    work.change(&deal::OBJECT, id, version, "won", |work, deal| {
        let stage = closing_stage(work, deal, "won")?;
        Ok(members(&[("stage_id", json!(stage))]))
    })
}

/// Loses a deal for a reason: moves it to the lost stage of its pipeline.
pub fn lose(work: &mut Work<'_>, id: Uuid, version: Option<i64>, reason: &str) -> Result<Document> {
    if reason.trim().is_empty() {
        return Err(Fault::field("reason", "required").into());
    }
    let lost = work.change(&deal::OBJECT, id, version, "lost", |work, deal| {
        if let Some(code) = work.closed_to_role(&deal::OBJECT, "lost_reason") {
            return Err(Fault::field("lost_reason", code).into());
        }
        let stage = closing_stage(work, deal, "lost")?;
        Ok(members(&[
            ("stage_id", json!(stage)),
            ("lost_reason", json!(reason.trim())),
        ]))
    });
    lost.map_err(|refusal| match refusal {
        Refusal::Invalid(mut faults) => {
            for fault in faults
                .0
                .iter_mut()
                .filter(|fault| fault.pointer == "/lost_reason")
            {
                "/reason".clone_into(&mut fault.pointer);
            }
            Refusal::Invalid(faults)
        }
        other => other,
    })
}

/// Opens a closed deal again in the given open stage.
pub fn reopen(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    stage: Uuid,
) -> Result<Document> {
    work.change(&deal::OBJECT, id, version, "reopened", |work, deal| {
        if text_of(deal, "status") == "open" {
            return Err(Refusal::Conflict("deal_is_open"));
        }
        let kind = work
            .store()
            .find(&stage::OBJECT, stage)?
            .map(|stage| text_of(&stage, "kind"));
        match kind.as_deref() {
            Some("open") => Ok(members(&[("stage_id", json!(stage))])),
            _ => Err(Fault::field("stage_id", "not_an_open_stage").into()),
        }
    })
}

fn members(pairs: &[(&str, Value)]) -> Document {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

/// The first stage of the deal's pipeline that is won or lost.
fn closing_stage(work: &mut Work<'_>, deal: &Document, kind: &str) -> Result<String> {
    let mut statement =
        relasi_persistence::sql::Statement::new("SELECT id FROM stages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(text_of(deal, "pipeline_id"));
    statement
        .push(" AND kind = ")
        .bind(kind)
        .push(" AND deleted_at IS NULL ORDER BY position")
        .limit(1);
    work.conn
        .row(&statement, |row| row.text(0))?
        .ok_or(Refusal::Conflict("no_closing_stage"))
}
