//! Rules of definitions, and what a change of one means for records.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    platform::custom_field::{CustomField, Former, KEPT_DAYS, OBJECT, forms, name_of},
    record::Document,
};
use relasi_persistence::{Dialect, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::follow::{self, Payload};
use crate::{
    records::{Change, Draft, Rules, Work, in_trash, typed, validate_as},
    refusal::{Refusal, Result},
};

/// The most fields that an object can be given.
const MAX_FIELDS: i64 = 100;

/// What is special to definitions of fields.
pub struct CustomFieldRules;

impl Rules for CustomFieldRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        forms(document, faults);
        if faults.0.is_empty() {
            validate_as::<CustomField>(document, faults);
        }
    }

    /// Names and keys of new fields; a key of its own for each type that a field has.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        alone(work)?;
        let field: CustomField = typed(draft)?;
        match before {
            None => begin(work, draft, &field),
            Some(before) => {
                if draft.get("position").is_none_or(Value::is_null) {
                    let place = before.get("position").cloned().unwrap_or_default();
                    draft.to_mut().insert("position".into(), place);
                }
                let before: CustomField = typed(before)?;
                if is_other_type(&before, &field) {
                    change_type(work.now, draft.to_mut(), before, &field);
                }
                Ok(())
            }
        }
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        changed(work)?;
        for change in changes {
            let before = change.before.as_ref().map(Defined::of).transpose()?;
            let after = Defined::of(&change.after)?;
            keep_unique(work, before.as_ref(), &after)?;
            if let Some(before) = before {
                follow_up(work, change.id, &before, &after)?;
            }
        }
        Ok(())
    }
}

/// A definition and whether it is in force.
struct Defined {
    field: CustomField,
    living: bool,
}

impl Defined {
    fn of(document: &Document) -> Result<Self> {
        Ok(Self {
            field: typed(document)?,
            living: !in_trash(document),
        })
    }

    fn key(&self) -> &str {
        self.field.storage_key.as_deref().unwrap_or_default()
    }

    fn is_searched(&self) -> bool {
        self.field.field().searched
    }
}

/// Waits for the writers of records and makes others wait, on servers where there are several.
fn alone(work: &mut Work<'_>) -> Result<()> {
    if work.conn.dialect() == Dialect::Postgres {
        let mut statement = Statement::new("SELECT fields_version FROM workspaces WHERE id = ");
        statement.bind(work.access.workspace_id).push(" FOR UPDATE");
        work.conn.row(&statement, |row| row.int(0))?;
    }
    Ok(())
}

/// Has everybody read the fields of the workspace again; writers of records wait.
pub(crate) fn changed(work: &mut Work<'_>) -> Result<()> {
    alone(work)?;
    let mut statement =
        Statement::new("UPDATE workspaces SET fields_version = fields_version + 1 WHERE id = ");
    work.conn
        .execute(statement.bind(work.access.workspace_id))?;
    Ok(())
}

fn begin(work: &mut Work<'_>, draft: &mut Draft<'_>, field: &CustomField) -> Result<()> {
    let mut statement = Statement::new(format!(
        "SELECT name, position FROM {} WHERE deleted_at IS NULL AND workspace_id = ",
        OBJECT.table
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND object = ");
    statement.bind(field.object.as_str());
    let known: Vec<(String, i64)> = work
        .conn
        .rows(&statement, |row| Ok((row.text(0)?, row.int(1)?)))?;
    if i64::try_from(known.len()).unwrap_or(MAX_FIELDS) >= MAX_FIELDS {
        return Err(Fault::field("object", "too_many")
            .with("max", MAX_FIELDS)
            .into());
    }
    let is_known = |name: &str| known.iter().any(|(other, _)| other == name);
    let name = match &field.name {
        Some(name) if is_known(name) => {
            return Err(Fault::field("name", "custom_field_clash").into());
        }
        Some(name) => name.clone(),
        None => {
            let name = name_of(&field.label).unwrap_or_else(|| "field".to_owned());
            let short: String = name.chars().take(36).collect();
            let others = (2..).map(|n| format!("{short}_{n}"));
            let mut names = std::iter::once(name).chain(others);
            names.find(|name| !is_known(name)).unwrap_or_default()
        }
    };
    let last = known.iter().map(|(_, position)| *position).max();
    let draft = draft.to_mut();
    if draft.get("position").is_none_or(Value::is_null) {
        draft.insert(
            "position".into(),
            json!(last.map_or(0, |last| last.saturating_add(1))),
        );
    }
    draft.insert("name".into(), json!(name));
    draft.insert("storage_key".into(), json!(new_key()));
    draft.insert("former".into(), json!([]));
    Ok(())
}

/// Small letters and digits, in a workspace never twice.
fn new_key() -> String {
    let id = Uuid::now_v7().simple().to_string();
    // The beginning is the time, the end chance; both together are short enough for an index.
    format!("c{}{}", &id[4..12], &id[20..32])
}

fn is_other_type(before: &CustomField, after: &CustomField) -> bool {
    before.kind != after.kind || (after.kind == "relation" && before.target != after.target)
}

/// What a former type is called: relations to different objects are different types.
fn type_of(field: &CustomField) -> String {
    match &field.target {
        Some(target) if field.kind == "relation" => format!("relation:{target}"),
        _ => field.kind.clone(),
    }
}

/// Puts the values of the old type aside; those that the new type had before come back.
fn change_type(now: DateTime<Utc>, draft: &mut Document, before: CustomField, after: &CustomField) {
    let oldest = (now - TimeDelta::days(KEPT_DAYS)).timestamp_micros();
    let mut former = before.former.clone();
    let wanted = type_of(after);
    let back = former
        .iter()
        .position(|one| one.kind == wanted && one.until > oldest);
    let key = back.map_or_else(new_key, |place| former.remove(place).key);
    former.push(Former {
        kind: type_of(&before),
        key: before.storage_key.unwrap_or_default(),
        until: now.timestamp_micros(),
    });
    draft.insert("storage_key".into(), json!(key));
    draft.insert("former".into(), json!(former));
}

/// Takes the values of a field that has become unique, gives those of one back that no longer is.
fn keep_unique(work: &mut Work<'_>, before: Option<&Defined>, after: &Defined) -> Result<()> {
    let is = |one: &Defined| one.living && one.field.is_unique;
    let same = before.is_some_and(|before| is(before) == is(after) && before.key() == after.key());
    if same {
        return Ok(());
    }
    if let Some(before) = before.filter(|before| is(before)) {
        work.store().release_all(before.key())?;
    }
    if before.is_none() || !is(after) {
        return Ok(());
    }
    let object = relasi_domain::object(&after.field.object).ok_or(Refusal::NotFound)?;
    match work.store().claim_all(object, after.key())? {
        None => Ok(()),
        Some(twice) => {
            let title = work.title_of(object, Some(&twice))?;
            let fault = Fault::field("is_unique", "has_duplicates");
            Err(fault.with("title", title).into())
        }
    }
}

/// Has records follow where they don't by themselves: values of another type, and what the search knows of them.
fn follow_up(work: &mut Work<'_>, id: Uuid, before: &Defined, after: &Defined) -> Result<()> {
    let other_key = before.key() != after.key();
    let shown = before.living != after.living && after.is_searched();
    if !other_key && !shown {
        return Ok(());
    }
    let mut keys = vec![before.key().to_owned()];
    if other_key {
        keys.push(after.key().to_owned());
    }
    let payload = Payload {
        field: id,
        object: after.field.object.clone(),
        from: other_key.then(|| json!(before.field)),
        keys,
    };
    follow::enqueue(work, payload)
}
