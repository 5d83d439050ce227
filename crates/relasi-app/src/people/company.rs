//! Rules of companies.

use relasi_domain::{
    fault::{Fault, Faults},
    people::company::{self, Company},
    record::Document,
};
use relasi_persistence::{Statement, store::text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    people::{duplicate::same_by_phone, mark_problems},
    platform::import,
    records::{Draft, Rules, Work, member_id, validate_as},
    refusal::Result,
};

/// Companies that may stand above another one. A walk up the parents is never longer.
pub(crate) const MAX_ABOVE: u32 = 20;

/// What is special to companies.
pub struct CompanyRules;

impl Rules for CompanyRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<Company>(document, faults);
    }

    /// Domains are compared in lower case; no company stands below itself.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        mark_problems(draft);
        let domain = text_of(draft, "domain");
        if domain != domain.to_lowercase() {
            draft
                .to_mut()
                .insert("domain".to_owned(), Value::from(domain.to_lowercase()));
        }
        let former = before.and_then(|before| member_id(before, "parent_id"));
        let Some(parent) = member_id(draft, "parent_id").filter(|id| Some(*id) != former) else {
            return Ok(());
        };
        match misplaced(work, draft, before.is_none(), parent)? {
            None => Ok(()),
            // Rows of a file that want this are rejected before it is written. What changed in between must not stop
            // the others, which share the transaction.
            Some(_) if import::is_cause(work.cause.as_deref()) => {
                draft.to_mut().insert("parent_id".into(), json!(former));
                Ok(())
            }
            Some(fault) => Err(fault.into()),
        }
    }

    /// An internet domain that another company has, or a phone number and a name that are those of one there.
    fn duplicates(&self, work: &mut Work<'_>, draft: &Document) -> Result<Faults> {
        let mut faults = Faults::default();
        let domain = text_of(draft, "domain").to_lowercase();
        if domain.is_empty() {
            faults
                .0
                .extend(same_by_phone(work, &company::OBJECT, draft)?);
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
        } else {
            faults
                .0
                .extend(same_by_phone(work, &company::OBJECT, draft)?);
        }
        Ok(faults)
    }
}

/// What is wrong with a parent: the company itself or one below it, or one with too many above.
///
/// The trash counts, so that nothing that comes out of it closes a loop.
fn misplaced(
    work: &mut Work<'_>,
    draft: &Document,
    new: bool,
    parent: Uuid,
) -> Result<Option<Fault>> {
    let own = text_of(draft, "id");
    let looped = || Some(Fault::field("parent_id", "parent_loop"));
    if parent.to_string() == own {
        return Ok(looped());
    }
    // Nobody is below a new company, and files make thousands of them.
    if new && draft.get("import_id").is_some_and(|id| !id.is_null()) {
        return Ok(None);
    }
    let above = above(work, parent)?;
    if above.contains(&own) {
        return Ok(looped());
    }
    let deep = above.len() > MAX_ABOVE as usize;
    Ok(deep.then(|| Fault::field("parent_id", "parent_too_deep").with("max", MAX_ABOVE)))
}

/// A company and those above it, one more than there may be at most.
fn above(work: &mut Work<'_>, id: Uuid) -> Result<Vec<String>> {
    let table = company::OBJECT.table;
    let workspace = work.access.workspace_id;
    let mut statement = Statement::new(format!(
        "WITH RECURSIVE above (id, parent_id, height) AS (SELECT id, parent_id, 1 FROM {table} WHERE workspace_id = "
    ));
    statement.bind(workspace).push(" AND id = ").bind(id);
    statement
        .push(&format!(
            " UNION ALL SELECT c.id, c.parent_id, a.height + 1 FROM above a JOIN {table} c ON c.workspace_id = "
        ))
        .bind(workspace);
    statement.push(&format!(
        " AND c.id = a.parent_id WHERE a.height <= {MAX_ABOVE}) SELECT id FROM above"
    ));
    Ok(work.conn.rows(&statement, |row| row.text(0))?)
}
