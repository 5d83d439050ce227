//! Rules of pipelines, and what their stages have been worth.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Faults, identity::access::Access, record::Document, sales::pipeline::Pipeline,
};
use relasi_persistence::{Conn, sql::Statement};
use serde::Serialize;
use uuid::Uuid;

use super::{
    deal::any_with,
    totals::{Parts, StageTotal},
    weeks,
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
    let rate = |(stage_id, (closed, won))| StageRate {
        stage_id,
        closed,
        won,
    };
    let found = weeks::closed(conn, access, pipeline)?;
    Ok(found.into_iter().map(rate).collect())
}

/// What stood in the stages of a pipeline at a time, by the moves up to then. Amounts and chances are those of now.
pub fn totals_at(
    conn: &mut Conn,
    access: &Access,
    pipeline: Uuid,
    at: DateTime<Utc>,
) -> Result<Vec<StageTotal>> {
    let mut statement = Statement::new("SELECT id, probability FROM stages WHERE workspace_id = ");
    statement
        .bind(access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(pipeline);
    let chances = conn.rows(&statement, |row| Ok((row.text(0)?, row.int(1)?)))?;
    let chances: BTreeMap<String, i64> = chances.into_iter().collect();
    let among = weeks::Among::new(access, None);
    let before = at.timestamp_micros().saturating_add(1);
    let found = weeks::standing(conn, (&among, pipeline), before)?;
    let total = |(of, parts): ((String, String), Parts)| {
        let chance = chances.get(&of.0).copied().unwrap_or(0);
        StageTotal::new(access, of, (parts, parts.weighted(chance)))
    };
    Ok(found.into_iter().map(total).collect())
}
