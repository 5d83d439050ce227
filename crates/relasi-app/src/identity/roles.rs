//! Roles that a workspace makes, beside the built-in ones.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    field::{CUSTOM, Field},
    identity::{
        access::{Access, Action, Rights},
        field_right::FieldRight,
        role::{MemberRole, Role},
    },
    text::sort_key,
};
use relasi_persistence::{Row, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Stored, audit::Entry, place, same_version, sql};
use crate::{Refusal, Result, records::Work};

/// The most roles that a workspace makes.
const MOST: usize = 100;
/// The most characters of a description.
const DESCRIPTION: usize = 500;

/// A role as everybody in the workspace sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleView {
    /// Code of a built-in role, id of another one; what members and invitations name.
    pub id: MemberRole,
    /// Whether it is built in and cannot be changed.
    pub built_in: bool,
    /// Its name; none of a built-in one, which is called in each reader's language.
    pub name: Option<String>,
    /// What it is for.
    pub description: String,
    /// What it may do.
    pub rights: Rights,
    /// How many active members have it.
    pub members: i64,
    /// Whether the caller may give it to members, take it from them and change it.
    pub assignable: bool,
    /// Since when it is there; none of a built-in one.
    pub created_at: Option<DateTime<Utc>>,
    /// Its last change; none of a built-in one.
    pub updated_at: Option<DateTime<Utc>>,
    /// Counts up on every change.
    pub version: i64,
}

/// A role to be made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What it may do.
    pub rights: Value,
}

/// Changes of a role; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RolePatch {
    /// Another name.
    pub name: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// All rights anew.
    pub rights: Option<Value>,
}

/// What a role is called and may do, checked.
struct Wanted {
    name: String,
    description: String,
    rights: Rights,
}

impl Wanted {
    /// `before` are rights that the role has already: they may name fields that are gone since.
    fn check(
        access: &Access,
        before: &Rights,
        (name, description): (&str, &str),
        rights: &Value,
    ) -> Result<Self> {
        let mut faults = Faults::default();
        super::person::check_name("name", name, &mut faults);
        Field::text("description", DESCRIPTION).check(&description.into(), &mut faults);
        let read = Rights::deserialize(rights)
            .map_err(|error| Fault::field("rights", "malformed").with("error", error));
        match read {
            Ok(rights) => {
                rights.check(&mut faults);
                check_customs(access, before, &rights, &mut faults);
                faults.into_result()?;
                Ok(Self {
                    name: name.trim().to_owned(),
                    description: description.trim().to_owned(),
                    rights,
                })
            }
            Err(fault) => {
                faults.push(fault);
                Err(faults.into())
            }
        }
    }
}

/// Rights to fields of the workspace's own are rights to those that it has.
fn check_customs(access: &Access, before: &Rights, rights: &Rights, faults: &mut Faults) {
    for (name, field, _) in rights.fields().all() {
        let object = relasi_domain::object(name).filter(|_| field.starts_with(CUSTOM));
        let known = object.is_none_or(|object| access.whole(object).field(field).is_some());
        let kept = before.fields().of(name, field) < FieldRight::Edit;
        let at = || format!("/rights/fields/{name}/{field}");
        faults.wrong(!known && !kept, at, "unknown_field");
    }
}

/// All roles: the built-in ones, then the others by name.
pub fn list(work: &mut Work<'_>) -> Result<Vec<RoleView>> {
    let counts = sql(
        "SELECT m.role, p.role_id, count(*) FROM memberships m \
         LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
         WHERE m.workspace_id = ? AND m.active = ? GROUP BY m.role, p.role_id",
        [work.access.workspace_id.into(), true.into()],
    );
    let counts = work.conn.rows(&counts, |row| {
        Ok((place::role(&row.text(0)?, row.opt_id(1)?)?, row.int(2)?))
    })?;
    let made = work.conn.rows(&statement(work.access.workspace_id), read)?;
    let mut roles: Vec<RoleView> = Role::ALL.into_iter().map(built_in).collect();
    let mut made: Vec<RoleView> = made;
    made.sort_by_cached_key(|role| sort_key(role.name.as_deref().unwrap_or_default()));
    roles.extend(made);
    for role in &mut roles {
        let of_role = counts.iter().filter(|(held, _)| *held == role.id);
        role.members = of_role.map(|(_, count)| count).sum();
        role.assignable = work.access.may_give(role.id, &role.rights);
    }
    Ok(roles)
}

/// One role, by its code or id.
pub fn find(work: &mut Work<'_>, id: MemberRole) -> Result<RoleView> {
    let all = list(work)?;
    all.into_iter()
        .find(|role| role.id == id)
        .ok_or(Refusal::NotFound)
}

/// Makes a role, for those with the right to members; with no right that they don't have.
pub fn create(work: &mut Work<'_>, new: &NewRole) -> Result<RoleView> {
    may_make(work)?;
    let texts = (new.name.as_str(), new.description.as_str());
    let wanted = Wanted::check(work.access, &Rights::none(), texts, &new.rights)?;
    insert(work, wanted)
}

/// Makes a role with the rights of another one.
pub fn copy(work: &mut Work<'_>, from: MemberRole, name: &str) -> Result<RoleView> {
    may_make(work)?;
    let from = find(work, from)?;
    let texts = (name, from.description.as_str());
    let wanted = Wanted::check(work.access, &from.rights, texts, &json!(from.rights))?;
    insert(work, wanted)
}

fn may_make(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Members) {
        return Ok(());
    }
    Err(Refusal::Forbidden)
}

fn insert(work: &mut Work<'_>, wanted: Wanted) -> Result<RoleView> {
    let (workspace, now) = (work.access.workspace_id, work.now);
    super::member::lock_workspace(work.conn, workspace)?;
    let id = Uuid::now_v7();
    let role = MemberRole::Made(id);
    if !work.access.may_give(role, &wanted.rights) {
        return Err(Refusal::Forbidden);
    }
    if list(work)?.len() >= MOST + Role::ALL.len() {
        return Err(Refusal::Conflict("too_many_roles"));
    }
    is_free(work, id, &wanted.name)?;
    work.conn.execute(&sql(
        "INSERT INTO roles (workspace_id, id, version, created_at, updated_at, name, name_key, description, rights) \
         VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            id.into(),
            now.into(),
            now.into(),
            (&wanted.name).into(),
            sort_key(&wanted.name).into(),
            (&wanted.description).into(),
            json!(wanted.rights).to_string().into(),
        ],
    ))?;
    let made = find(work, role)?;
    audit(work, "created", id, None, Some(&made))?;
    Ok(made)
}

/// Changes a role that the workspace made; [`Refusal::Forbidden`] for a built-in one.
pub fn update(
    work: &mut Work<'_>,
    id: MemberRole,
    version: Option<i64>,
    patch: &RolePatch,
) -> Result<RoleView> {
    let (made, old) = changeable(work, id, version)?;
    let rights = patch.rights.clone().unwrap_or_else(|| json!(old.rights));
    let name = patch.name.as_deref().or(old.name.as_deref());
    let description = patch.description.as_deref();
    let texts = (
        name.unwrap_or_default(),
        description.unwrap_or(&old.description),
    );
    let wanted = Wanted::check(work.access, &old.rights, texts, &rights)?;
    if !work.access.may_give(id, &wanted.rights) {
        return Err(Refusal::Forbidden);
    }
    if Some(&wanted.name) == old.name.as_ref()
        && wanted.description == old.description
        && wanted.rights == old.rights
    {
        return Ok(old);
    }
    is_free(work, made, &wanted.name)?;
    work.conn.execute(&sql(
        "UPDATE roles SET version = version + 1, updated_at = ?, name = ?, name_key = ?, description = ?, rights = ? \
         WHERE workspace_id = ? AND id = ?",
        [
            work.now.into(),
            (&wanted.name).into(),
            sort_key(&wanted.name).into(),
            (&wanted.description).into(),
            json!(wanted.rights).to_string().into(),
            work.access.workspace_id.into(),
            made.into(),
        ],
    ))?;
    let new = find(work, id)?;
    audit(work, "updated", made, Some(&old), Some(&new))?;
    Ok(new)
}

/// Removes a role; refused while a member has it, the deactivated too, or an open invitation names it.
pub fn remove(work: &mut Work<'_>, id: MemberRole, version: Option<i64>) -> Result<()> {
    let (made, old) = changeable(work, id, version)?;
    let workspace = work.access.workspace_id;
    let held = sql(
        "SELECT membership_id FROM member_places WHERE workspace_id = ? AND role_id = ? LIMIT 1",
        [workspace.into(), made.into()],
    );
    let invited = sql(
        "SELECT id FROM invitations WHERE workspace_id = ? AND role = ? AND accepted_at IS NULL AND revoked_at IS NULL \
         AND expires_at > ? LIMIT 1",
        [workspace.into(), made.to_string().into(), work.now.into()],
    );
    for holder in [held, invited] {
        if work.conn.row(&holder, |row| row.text(0))?.is_some() {
            return Err(Refusal::Conflict("role_in_use"));
        }
    }
    work.conn.execute(&sql(
        "DELETE FROM roles WHERE workspace_id = ? AND id = ?",
        [workspace.into(), made.into()],
    ))?;
    audit(work, "deleted", made, Some(&old), None)
}

/// A role that the worker may change, at the version that the change is based on.
fn changeable(
    work: &mut Work<'_>,
    id: MemberRole,
    version: Option<i64>,
) -> Result<(Uuid, RoleView)> {
    may_make(work)?;
    super::member::lock_workspace(work.conn, work.access.workspace_id)?;
    let old = find(work, id)?;
    let MemberRole::Made(made) = id else {
        return Err(Refusal::Forbidden);
    };
    if !old.assignable {
        return Err(Refusal::Forbidden);
    }
    let version = version.ok_or(Refusal::VersionRequired)?;
    same_version(Some(version), old.version, &old)?;
    Ok((made, old))
}

fn is_free(work: &mut Work<'_>, id: Uuid, name: &str) -> Result<()> {
    let other = sql(
        "SELECT name FROM roles WHERE workspace_id = ? AND name_key = ? AND id <> ?",
        [
            work.access.workspace_id.into(),
            sort_key(name).into(),
            id.into(),
        ],
    );
    match work.conn.row(&other, |row| row.text(0))? {
        Some(title) => Err(Fault::field("name", "not_unique")
            .with("title", title)
            .into()),
        None => Ok(()),
    }
}

/// What the audit log tells of a role.
type Told = fn(&RoleView) -> Value;

fn audit(
    work: &mut Work<'_>,
    action: &'static str,
    id: Uuid,
    old: Option<&RoleView>,
    new: Option<&RoleView>,
) -> Result<()> {
    let access = work.access;
    let told = |role: Option<&RoleView>, of: Told| role.map_or(Value::Null, of);
    let mut entry = Entry::new(
        access.workspace_id,
        Some(access.user_id),
        action,
        "role",
        id,
    );
    let fields: [(&str, Told); 3] = [
        ("name", |role| json!(role.name)),
        ("description", |role| json!(role.description)),
        ("rights", |role| json!(role.rights)),
    ];
    for (field, of) in fields {
        entry = entry.change(field, told(old, of), told(new, of));
    }
    entry.write(work.conn, work.now)
}

fn built_in(role: Role) -> RoleView {
    RoleView {
        id: role.into(),
        built_in: true,
        name: None,
        description: String::new(),
        rights: role.rights(),
        members: 0,
        assignable: false,
        created_at: None,
        updated_at: None,
        version: 1,
    }
}

fn statement(workspace: Uuid) -> Statement {
    sql(
        "SELECT id, name, description, rights, created_at, updated_at, version FROM roles WHERE workspace_id = ?",
        [workspace.into()],
    )
}

fn read(row: &Row<'_>) -> Stored<RoleView> {
    Ok(RoleView {
        id: MemberRole::Made(row.id(0)?),
        built_in: false,
        name: Some(row.text(1)?),
        description: row.text(2)?,
        rights: place::rights(&row.text(3)?)?,
        members: 0,
        assignable: false,
        created_at: Some(row.at(4)?),
        updated_at: Some(row.at(5)?),
        version: row.int(6)?,
    })
}
