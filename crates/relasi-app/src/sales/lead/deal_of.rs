//! The deal that a lead brings along.

use chrono::NaiveDate;
use relasi_domain::{
    fault::Fault,
    record::Document,
    sales::{lead, pipeline, stage},
};
use relasi_persistence::{Statement, store::text_of};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    convert::{existing, owned_like},
    members,
};
use crate::{records::Work, refusal::Result};

/// A new deal.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewDeal {
    /// What it is about; as the company or the person is called when it is left out.
    pub name: Option<String>,
    /// Its pipeline; the first one when it is left out. It begins in the first open stage.
    pub pipeline_id: Option<Uuid>,
    /// In minor units.
    pub amount: Option<i64>,
    /// ISO 4217; that of the pipeline when it is left out.
    pub currency: Option<String>,
    /// When it should close.
    pub close_date: Option<NaiveDate>,
}

/// What the deal is made of.
pub(super) fn deal_body(
    work: &mut Work<'_>,
    lead: &Document,
    new: &NewDeal,
    (contact, company): (Uuid, Option<Uuid>),
) -> Result<Document> {
    let (pipeline, currency) = pipeline_of(work, new.pipeline_id)?;
    let stage = first_stage(work, &pipeline)?;
    let firm = Some(text_of(lead, "company_name")).filter(|name| !name.is_empty());
    let name = new.name.clone().filter(|name| !name.trim().is_empty());
    let name = name
        .or(firm)
        .unwrap_or_else(|| text_of(lead, lead::OBJECT.title));
    let mut body = members([
        ("name", json!(name)),
        ("contact_id", json!(contact)),
        ("company_id", json!(company)),
        ("pipeline_id", json!(pipeline)),
        ("stage_id", json!(stage)),
        ("amount", json!(new.amount)),
        (
            "currency",
            json!(new.currency.as_ref().unwrap_or(&currency)),
        ),
        ("close_date", json!(new.close_date)),
        ("source", lead.get("source").cloned().unwrap_or(Value::Null)),
        (
            "campaign",
            lead.get("campaign").cloned().unwrap_or(Value::Null),
        ),
        ("tags", lead.get("tags").cloned().unwrap_or(Value::Null)),
    ]);
    owned_like(lead, &mut body);
    Ok(body)
}

/// The pipeline that is named, or the first one, and its currency.
fn pipeline_of(work: &mut Work<'_>, wanted: Option<Uuid>) -> Result<(String, String)> {
    if let Some(id) = wanted {
        let found = existing(work, &pipeline::OBJECT, id, "/deal/pipeline_id")?;
        return Ok((id.to_string(), text_of(&found, "currency")));
    }
    let mut first = Statement::new(
        "SELECT id, currency FROM pipelines WHERE deleted_at IS NULL AND workspace_id = ",
    );
    first
        .bind(work.access.workspace_id)
        .push(" ORDER BY position, id")
        .limit(1);
    let found = work
        .conn
        .row(&first, |row| Ok((row.text(0)?, row.text(1)?)))?;
    found.ok_or_else(|| Fault::at("/deal/pipeline_id", "required").into())
}

fn first_stage(work: &mut Work<'_>, pipeline: &str) -> Result<String> {
    let mut first = Statement::new(format!(
        "SELECT id FROM {} WHERE deleted_at IS NULL AND kind = 'open' AND workspace_id = ",
        stage::OBJECT.table
    ));
    first
        .bind(work.access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(pipeline)
        .push(" ORDER BY position, id")
        .limit(1);
    let found = work.conn.row(&first, |row| row.text(0))?;
    found.ok_or_else(|| Fault::at("/deal/pipeline_id", "no_open_stage").into())
}
