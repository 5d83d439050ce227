//! Rules of pipelines, and what their stages have been worth.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Faults,
    identity::access::{Access, Action},
    record::Document,
    sales::{deal, pipeline::Pipeline},
};
use relasi_persistence::{Conn, sql::Statement, store::push_visible};
use serde::Serialize;
use uuid::Uuid;

use super::{
    deal::any_with,
    totals::{self, OF_ONE, PARTS, StageTotal},
};
use crate::{
    records::{Rules, Work, member_id, validate_as},
    refusal::{Refusal, Result},
};

/// What is special to pipelines.
pub struct PipelineRules;

impl Rules for PipelineRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Pipeline>(document, faults);
    }

    fn before_trash(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        let id = member_id(document, "id").unwrap_or_default();
        if any_with(work, "pipeline_id", id)? {
            return Err(Refusal::Conflict("pipeline_in_use"));
        }
        Ok(())
    }
}

/// What became of the deals that were in a stage and are closed by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageRate {
    /// The stage.
    pub stage_id: String,
    /// Closed deals that have been in it.
    pub closed: i64,
    /// Those of them that were won.
    pub won: i64,
}

/// How often deals that entered the stages of a pipeline were won, over the closed ones that the caller may see.
pub fn rates(conn: &mut Conn, access: &Access, pipeline: Uuid) -> Result<Vec<StageRate>> {
    let mut statement = Statement::new(
        "SELECT c.to_stage_id, count(DISTINCT t.id), count(DISTINCT CASE WHEN t.status = 'won' THEN t.id END) \
         FROM deals t JOIN stage_changes c ON c.workspace_id = t.workspace_id AND c.deal_id = t.id WHERE t.workspace_id = ",
    );
    statement
        .bind(access.workspace_id)
        .push(" AND t.pipeline_id = ")
        .bind(pipeline)
        .push(" AND t.status IN ('won', 'lost') AND t.deleted_at IS NULL");
    push_visible(
        &access.limit(&deal::OBJECT, Action::See),
        "t",
        &mut statement,
    );
    statement.push(" GROUP BY c.to_stage_id ORDER BY c.to_stage_id");
    let rates = conn.rows(&statement, |row| {
        Ok(StageRate {
            stage_id: row.text(0)?,
            closed: row.int(1)?,
            won: row.int(2)?,
        })
    })?;
    Ok(rates)
}

/// Which stages the deals of a pipeline stood in at a time, by their moves up to then. Amounts and chances are those
/// of now.
pub fn totals_at(
    conn: &mut Conn,
    access: &Access,
    pipeline: Uuid,
    at: DateTime<Utc>,
) -> Result<Vec<StageTotal>> {
    let mut statement = Statement::new(format!(
        "SELECT d.stage_id, d.currency, {PARTS} FROM (SELECT t.workspace_id, c.to_stage_id AS stage_id, t.currency, {OF_ONE} \
         FROM deals t JOIN stage_changes c ON c.workspace_id = t.workspace_id AND c.deal_id = t.id AND c.at <= "
    ));
    statement.bind(at).push(" WHERE t.workspace_id = ");
    statement
        .bind(access.workspace_id)
        .push(" AND t.pipeline_id = ")
        .bind(pipeline)
        .push(" AND t.deleted_at IS NULL");
    push_visible(
        &access.limit(&deal::OBJECT, Action::See),
        "t",
        &mut statement,
    );
    // The last move of each until then.
    statement
        .push(" AND NOT EXISTS (SELECT 1 FROM stage_changes n WHERE n.workspace_id = t.workspace_id AND n.deal_id = t.id AND n.at <= ")
        .bind(at)
        .push(" AND (n.at > c.at OR (n.at = c.at AND n.id > c.id)))");
    statement
        .push(") d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id")
        .push(" GROUP BY d.stage_id, d.currency, s.probability ORDER BY d.stage_id, d.currency");
    totals::read(conn, access, &statement)
}
