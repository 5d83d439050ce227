//! Rules of companies.

use relasi_domain::{
    fault::{Fault, Faults},
    people::company::{self, Company},
    record::Document,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::Value;

use crate::{
    records::{Draft, Rules, Work, validate_as},
    refusal::Result,
};

/// What is special to companies.
pub struct CompanyRules;

impl Rules for CompanyRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Company>(document, faults);
    }

    /// Domains are compared in lower case.
    fn prepare(
        &self,
        _work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        _before: Option<&Document>,
    ) -> Result<()> {
        let domain = text_of(draft, "domain");
        if domain != domain.to_lowercase() {
            draft
                .to_mut()
                .insert("domain".to_owned(), Value::from(domain.to_lowercase()));
        }
        Ok(())
    }

    /// An internet domain that another company has.
    fn duplicates(&self, work: &mut Work<'_>, draft: &Document) -> Result<Faults> {
        let mut faults = Faults::default();
        let domain = text_of(draft, "domain").to_lowercase();
        if domain.is_empty() {
            return Ok(faults);
        }
        let mut statement = Statement::new(format!(
            "SELECT id, name FROM {} WHERE workspace_id = ",
            company::OBJECT.table
        ));
        statement
            .bind(work.access.workspace_id)
            .push(" AND domain = ")
            .bind(domain);
        statement.push(" AND deleted_at IS NULL").limit(1);
        if let Some((id, title)) = work
            .conn
            .row(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?
        {
            faults.push(
                Fault::field("domain", "duplicate")
                    .with("id", id)
                    .with("title", title),
            );
        }
        Ok(faults)
    }
}
