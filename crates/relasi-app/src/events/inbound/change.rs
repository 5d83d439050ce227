//! Making, changing and removing hooks.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    platform::import::Target,
    record::Object,
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    hook::{self, Hook, Line, MAX_HOOKS, MAX_LINES, MAX_NAME},
    token::sealed,
};
use crate::{
    audit,
    identity::Secret,
    platform::{
        import::{Matching, Options},
        vault::Vault,
    },
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences, same_version, update},
};

/// What makes a hook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewHook {
    /// What it is called.
    pub name: String,
    /// What comes becomes one of these.
    pub object: String,
    /// Where each field gets its value from; nothing is taken while it is empty.
    #[serde(default)]
    pub mapping: Vec<Line>,
    /// As for imports.
    #[serde(default)]
    pub options: Options,
}

/// What changes a hook; what is left out stays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookPatch {
    /// What it is called.
    pub name: Option<String>,
    /// Where each field gets its value from.
    pub mapping: Option<Vec<Line>>,
    /// As for imports.
    pub options: Option<Options>,
    /// Whether it takes anything.
    pub state: Option<Wish>,
}

/// A state that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// It takes what comes.
    Active,
    /// What comes is refused.
    Paused,
}

impl Wish {
    fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }
}

pub(super) fn may(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// The hooks of the workspace.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Hook>> {
    may(work)?;
    hook::all(work.conn, work.access.workspace_id)
}

/// One of them.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<Hook> {
    may(work)?;
    let found = hook::by_id(work.conn, work.access.workspace_id, id)?;
    found.ok_or(Refusal::NotFound)
}

fn open(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Hook> {
    let found = find(work, id)?;
    same_version(version, found.version, &found)?;
    Ok(found)
}

/// What a hook can make.
fn made_of(name: &str) -> Result<&'static Object> {
    let known = relasi_domain::object(name)
        .filter(|object| matches!(object.name, "contact" | "company" | "lead"));
    known.ok_or_else(|| {
        Fault::field("object", "not_a_choice")
            .with("choices", "contact, company, lead")
            .into()
    })
}

fn check(
    work: &Work<'_>,
    object: &'static Object,
    name: &str,
    mapping: &[Line],
    options: &Options,
) -> Result<()> {
    let mut faults = Faults::default();
    faults.check_name(name, MAX_NAME);
    if mapping.len() > MAX_LINES {
        faults.push(Fault::field("mapping", "too_many").with("max", MAX_LINES));
    }
    let preset = || "/options/preset".to_owned();
    faults.wrong(options.preset.is_some(), preset, "unknown_field");
    let keyed = || "/options/match".to_owned();
    faults.wrong(options.matching == Matching::Key, keyed, "not_a_choice");
    let shape = work.access.shape(object);
    for (place, line) in mapping.iter().enumerate() {
        let at = |member: &str| format!("/mapping/{place}/{member}");
        // Nobody has said here what for, so nobody has agreed.
        let target = Target::find(shape, &line.field).filter(|target| !target.is_consent());
        faults.wrong(target.is_none(), || at("field"), "unknown_field");
        let twice = mapping[..place]
            .iter()
            .any(|before| before.field == line.field)
            && target.is_some_and(|target| !target.takes_several());
        faults.wrong(twice, || at("field"), "column_mapped_twice");
        let both = line.value.is_some() != line.from.is_empty();
        faults.wrong(both, || at("from"), "from_or_value");
        let odd = |pointer: &String| !pointer.starts_with('/') || pointer.len() > 300;
        faults.wrong(
            line.from.iter().any(odd) || line.from.len() > 5,
            || at("from"),
            "not_pointer",
        );
        let long = line
            .value
            .as_ref()
            .is_some_and(|value| value.chars().count() > 2_000);
        faults.wrong(long, || at("value"), "too_long");
    }
    Ok(faults.into_result()?)
}

/// Makes a hook with this token in its address.
pub fn create(work: &mut Work<'_>, vault: &Vault, new: &NewHook, token: &Secret) -> Result<Hook> {
    may(work)?;
    let object = made_of(&new.object)?;
    check(work, object, &new.name, &new.mapping, &new.options)?;
    let workspace = work.access.workspace_id;
    if hook::all(work.conn, workspace)?.len() >= MAX_HOOKS as usize {
        return Err(Refusal::Conflict("too_many_hooks"));
    }
    let id = Uuid::now_v7();
    let members: [(&str, Sql); 13] = [
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("name", new.name.trim().into()),
        ("object", object.name.into()),
        ("mapping", json!(new.mapping).to_string().into()),
        ("options", json!(new.options).to_string().into()),
        ("state", "active".into()),
        ("token_hash", token.hash().into()),
        ("token", sealed(vault, workspace, id, token).into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store()
        .insert_rows("inbound_hooks", &columns, &[row])?;
    note(work, "created", id, &json!([]))?;
    find(work, id)
}

/// Changes a hook.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &HookPatch,
) -> Result<Hook> {
    let before = open(work, id, version)?;
    let name = patch.name.as_ref().unwrap_or(&before.name).trim();
    let mapping = patch.mapping.as_ref().unwrap_or(&before.mapping);
    let options = patch.options.as_ref().unwrap_or(&before.options);
    check(work, before.object()?, name, mapping, options)?;
    let state = patch.state.map(Wish::code);
    let state = state.unwrap_or(before.state.as_str());
    let asked = json!({"name": name, "mapping": mapping, "options": options, "state": state});
    let changes = differences(&json!(before), &asked);
    if changes.is_empty() {
        return Ok(before);
    }
    let values: [(&str, Sql); 4] = [
        ("name", name.into()),
        ("mapping", json!(mapping).to_string().into()),
        ("options", json!(options).to_string().into()),
        ("state", state.into()),
    ];
    write(work, &before, &values)?;
    note(work, "updated", id, &json!(changes))?;
    find(work, id)
}

/// Gives a hook another address; the one before is no longer good.
pub fn rotate_token(
    work: &mut Work<'_>,
    vault: &Vault,
    id: Uuid,
    version: Option<i64>,
    token: &Secret,
) -> Result<Hook> {
    let before = open(work, id, version)?;
    let workspace = work.access.workspace_id;
    let values = [
        ("token_hash", token.hash().into()),
        ("token", sealed(vault, workspace, id, token).into()),
    ];
    write(work, &before, &values)?;
    note(work, "secret_rotated", id, &json!([]))?;
    find(work, id)
}

/// Removes a hook with what came to it; the records stay.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = open(work, id, version)?;
    let mut statement = Statement::new("DELETE FROM inbound_hooks WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let was = json!([{"field": "name", "old": before.name, "new": null}]);
    note(work, "deleted", id, &was)
}

/// Writes values into the row of the version that was read.
fn write(work: &mut Work<'_>, before: &Hook, values: &[(&str, Sql)]) -> Result<()> {
    let at = (before.id, before.version);
    let mut values = values.to_vec();
    values.push(("updated_at", work.now.into()));
    update(work, "inbound_hooks", at, &values)
}

pub(super) fn note(work: &mut Work<'_>, action: &str, id: Uuid, changes: &Value) -> Result<()> {
    audit::note(work, action, "inbound_hook", id, changes.clone())
}
