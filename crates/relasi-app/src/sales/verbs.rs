//! Verbs of deals. Each takes along what the stage asks for, so that a deal moves with one request.

use relasi_domain::{
    fault::Fault,
    identity::access::Action,
    record::Document,
    sales::{deal, deal_contact, stage},
};
use relasi_persistence::{Statement, store::text_of};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::members;
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// A deal at the version that the caller knows.
pub type Known = (Uuid, Option<i64>);

/// What is told of a deal while it moves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Along {
    /// Members as in a patch of the deal.
    pub fields: Document,
    /// People who get a role in it.
    pub contacts: Vec<NewRole>,
}

/// Somebody who gets a role in a deal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// The person.
    pub contact_id: Uuid,
    /// What they do.
    pub role: String,
}

/// Why a deal ends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct End {
    /// One of the reasons of the pipeline, or any text where it has none.
    pub reason: Option<String>,
    /// What else is to be said.
    pub comment: Option<String>,
    /// Who won it instead.
    pub competitor_id: Option<Uuid>,
}

/// The most people who get a role with one move.
const MOST_ROLES: usize = 20;

/// Moves a deal to a stage of its pipeline.
pub fn move_to(work: &mut Work<'_>, deal: Known, stage: Uuid, along: &Along) -> Result<Document> {
    go(work, deal, "moved", along, |_, _| {
        Ok(members(&[("stage_id", json!(stage))]))
    })
}

/// Wins a deal: moves it to the won stage of its pipeline.
pub fn win(work: &mut Work<'_>, deal: Known, end: &End, along: &Along) -> Result<Document> {
    if end.competitor_id.is_some() {
        return Err(Fault::field("competitor_id", "unknown_member").into());
    }
    go(work, deal, "won", along, |work, deal| {
        close(work, deal, "won", end, "won_reason")
    })
}

/// Loses a deal for a reason: moves it to the lost stage of its pipeline.
pub fn lose(work: &mut Work<'_>, deal: Known, end: &End, along: &Along) -> Result<Document> {
    if end
        .reason
        .as_deref()
        .is_none_or(|reason| reason.trim().is_empty())
    {
        return Err(Fault::field("reason", "required").into());
    }
    go(work, deal, "lost", along, |work, deal| {
        close(work, deal, "lost", end, "lost_reason")
    })
}

/// Opens a closed deal again in the given open stage.
pub fn reopen(work: &mut Work<'_>, deal: Known, stage: Uuid, along: &Along) -> Result<Document> {
    go(work, deal, "reopened", along, |work, deal| {
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

fn go(
    work: &mut Work<'_>,
    (id, version): Known,
    verb: &'static str,
    along: &Along,
    patch: impl FnOnce(&mut Work<'_>, &Document) -> Result<Document>,
) -> Result<Document> {
    if along.contacts.len() > MOST_ROLES {
        return Err(Fault::field("contacts", "too_many")
            .with("max", MOST_ROLES)
            .into());
    }
    if !along.contacts.is_empty() {
        work.open(&deal::OBJECT, id, version, Action::Edit)?;
    }
    for (place, one) in along.contacts.iter().enumerate() {
        let role = members(&[
            ("deal_id", json!(id)),
            ("contact_id", json!(one.contact_id)),
            ("role", json!(one.role)),
        ]);
        work.create(&deal_contact::OBJECT, role)
            .map_err(|refusal| refusal.pointing(|at| format!("/contacts/{place}{at}")))?;
    }
    let fields = along.fields.clone();
    work.change_along(&deal::OBJECT, (id, version), verb, fields, patch)
        .map_err(|refusal| refusal.pointing(place))
}

/// Where a fault of a deal stands in the body of a verb.
fn place(at: &str) -> String {
    match at {
        "" | "/stage_id" => at.to_owned(),
        "/lost_reason" | "/won_reason" => "/reason".to_owned(),
        "/closed_note" => "/comment".to_owned(),
        "/lost_to_id" => "/competitor_id".to_owned(),
        "/contact_roles" => "/contacts".to_owned(),
        other => format!("/fields{other}"),
    }
}

/// The members of a deal that ends: the stage, and why.
fn close(
    work: &mut Work<'_>,
    deal: &Document,
    kind: &str,
    end: &End,
    reason: &'static str,
) -> Result<Document> {
    let said = [
        (reason, end.reason.as_deref().map(|text| json!(text.trim()))),
        (
            "closed_note",
            end.comment.as_deref().map(|text| json!(text)),
        ),
        ("lost_to_id", end.competitor_id.map(|id| json!(id))),
    ];
    let stage = closing_stage(work, deal, kind)?;
    let mut patch = members(&[("stage_id", json!(stage))]);
    for (name, value) in said {
        let Some(value) = value else { continue };
        if let Some(code) = work.closed_to_role(&deal::OBJECT, name) {
            return Err(Fault::field(name, code).into());
        }
        patch.insert(name.to_owned(), value);
    }
    Ok(patch)
}

/// The first stage of the deal's pipeline that is won or lost.
fn closing_stage(work: &mut Work<'_>, deal: &Document, kind: &str) -> Result<Value> {
    let mut statement = Statement::new("SELECT id FROM stages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(text_of(deal, "pipeline_id"))
        .push(" AND kind = ")
        .bind(kind)
        .push(" AND deleted_at IS NULL ORDER BY position")
        .limit(1);
    let stage = work.conn.row(&statement, |row| row.text(0))?;
    stage
        .map(Value::from)
        .ok_or(Refusal::Conflict("no_closing_stage"))
}
