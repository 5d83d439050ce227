//! Rules of stages.

use relasi_domain::{fault::Faults, record::Document, sales::stage::Stage};
use relasi_persistence::{sql::Statement, store::text_of};

use crate::{
    records::{Rules, Work, validate_as},
    refusal::{Refusal, Result},
};

/// What is special to stages.
pub struct StageRules;

impl Rules for StageRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Stage>(document, faults);
    }

    fn before_trash(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        let mut statement = Statement::new("SELECT 1 FROM deals WHERE workspace_id = ");
        statement
            .bind(work.access.workspace_id)
            .push(" AND stage_id = ")
            .bind(text_of(document, "id"));
        statement.push(" AND deleted_at IS NULL").limit(1);
        match work.conn.row(&statement, |row| row.int(0))? {
            Some(_) => Err(Refusal::Conflict("stage_in_use")),
            None => Ok(()),
        }
    }
}
