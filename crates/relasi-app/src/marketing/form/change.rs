//! Making, changing and removing forms.

use relasi_domain::{
    fault::Faults,
    identity::access::{Action, RecordScope},
    marketing::form::{Asked, Design, slug},
    sales::lead,
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::row::{Form, MAX_FORMS, MAX_NAME, all, by_id};
use crate::{
    audit,
    people::consent,
    platform::business_hours::may,
    random::random,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version, update},
};

/// What makes a form; it takes nothing before it is switched on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewForm {
    /// What it is called by those who work with it; its address is made of it.
    pub name: String,
    /// All that it shows and asks; a plain one when nothing is said.
    pub design: Option<Design>,
    /// Whether it takes answers.
    pub active: bool,
}

/// What changes a form; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FormPatch {
    /// What it is called. The address stays.
    pub name: Option<String>,
    /// All that it shows and asks.
    pub design: Option<Design>,
    /// Whether it takes answers.
    pub active: Option<bool>,
}

/// Who may see what was sent: those who see all leads and make some, as far as nothing of leads is closed to them.
pub(super) fn may_handle(work: &Work<'_>) -> Result<()> {
    let access = work.access;
    let sees = access.scope(&lead::OBJECT, Action::See) == RecordScope::All;
    let adds = access.scope(&lead::OBJECT, Action::Add) != RecordScope::None;
    if sees && adds && !access.hides_some(&lead::OBJECT) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// The forms of the workspace, the newest first.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Form>> {
    may_handle(work)?;
    all(work.conn, work.access.workspace_id)
}

/// One of them.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<Form> {
    may_handle(work)?;
    by_id(work.conn, work.access.workspace_id, id)?.ok_or(Refusal::NotFound)
}

fn check(work: &mut Work<'_>, name: &str, design: &Design) -> Result<()> {
    let mut faults = Faults::default();
    faults.check_name(name, MAX_NAME);
    let mut found = Faults::default();
    design.check(work.access.shape(&lead::OBJECT), &mut found);
    check_purposes(work, &design.consents, &mut found)?;
    faults
        .0
        .extend(found.pointing(|at| format!("/design{at}")).0);
    Ok(faults.into_result()?)
}

/// The purposes that consents are about must be there.
pub(in crate::marketing) fn check_purposes(
    work: &mut Work<'_>,
    consents: &[Asked],
    found: &mut Faults,
) -> Result<()> {
    if consents.is_empty() {
        return Ok(());
    }
    let purposes = consent::list(work)?;
    for (place, asked) in consents.iter().enumerate() {
        let known = purposes
            .iter()
            .any(|purpose| purpose.id == asked.purpose_id && !purpose.retired);
        let at = || format!("/consents/{place}/purpose_id");
        found.wrong(!known, at, "no_such_record");
    }
    Ok(())
}

/// Letters and digits that nobody mistakes for each other.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// The address of a new form: what can be read, and fifty random bits that make it the only one.
pub(in crate::marketing) fn address(name: &str) -> String {
    let end: String = random::<10>()
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    format!("{}-{end}", slug(name))
}

/// Makes a form.
pub fn create(work: &mut Work<'_>, new: &NewForm) -> Result<Form> {
    create_as(work, Uuid::now_v7(), new)
}

/// The same under an id that is known before.
pub(crate) fn create_as(work: &mut Work<'_>, id: Uuid, new: &NewForm) -> Result<Form> {
    may(work)?;
    let design = new
        .design
        .clone()
        .unwrap_or_else(relasi_domain::marketing::form::usual);
    check(work, &new.name, &design)?;
    let workspace = work.access.workspace_id;
    if all(work.conn, workspace)?.len() >= MAX_FORMS {
        return Err(Refusal::Conflict("too_many_forms"));
    }
    let members: [(&str, Sql); 10] = [
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("name", new.name.trim().into()),
        ("slug", address(&new.name).into()),
        ("design", json!(design).to_string().into()),
        ("active", new.active.into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store().insert_rows("forms", &columns, &[row])?;
    let named = json!([{"field": "name", "old": null, "new": new.name.trim()}]);
    audit::note(work, "created", "form", id, named)?;
    by_id(work.conn, workspace, id)?.ok_or(Refusal::NotFound)
}

/// Changes a form.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &FormPatch,
) -> Result<Form> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let before = by_id(work.conn, workspace, id)?.ok_or(Refusal::NotFound)?;
    same_version(version, before.version, &before)?;
    let name = patch.name.as_ref().unwrap_or(&before.name);
    let design = patch.design.as_ref().unwrap_or(&before.design);
    check(work, name, design)?;
    let values: [(&str, Sql); 4] = [
        ("name", name.trim().into()),
        ("design", json!(design).to_string().into()),
        ("active", patch.active.unwrap_or(before.active).into()),
        ("updated_at", work.now.into()),
    ];
    update(work, "forms", (id, before.version), &values)?;
    let after = by_id(work.conn, workspace, id)?.ok_or(Refusal::NotFound)?;
    let changes = differences_in(["name", "design", "active"], &json!(before), &json!(after));
    audit::note(work, "updated", "form", id, json!(changes))?;
    Ok(after)
}

/// Removes a form with what was sent; the leads stay.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let before = by_id(work.conn, workspace, id)?.ok_or(Refusal::NotFound)?;
    same_version(version, before.version, &before)?;
    let mut statement = Statement::new("DELETE FROM forms WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let was = json!([{"field": "name", "old": before.name, "new": null}]);
    audit::note(work, "deleted", "form", id, was)
}
