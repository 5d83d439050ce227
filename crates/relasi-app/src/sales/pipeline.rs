//! Rules of pipelines.

use relasi_domain::{fault::Faults, record::Document, sales::pipeline::Pipeline};
use relasi_persistence::{sql::Statement, store::text_of};

use crate::{
    records::{Rules, Work, validate_as},
    refusal::{Refusal, Result},
};

/// What is special to pipelines.
pub struct PipelineRules;

impl Rules for PipelineRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Pipeline>(document, faults);
    }

    fn before_trash(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        let mut statement = Statement::new("SELECT 1 FROM deals WHERE workspace_id = ");
        statement
            .bind(work.access.workspace_id)
            .push(" AND pipeline_id = ")
            .bind(text_of(document, "id"));
        statement.push(" AND deleted_at IS NULL").limit(1);
        match work.conn.row(&statement, |row| row.int(0))? {
            Some(_) => Err(Refusal::Conflict("pipeline_in_use")),
            None => Ok(()),
        }
    }
}
