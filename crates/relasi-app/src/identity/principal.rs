//! Who a request comes from: read once, kept for a moment, dropped at once when anything about people changes.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::{access::Access, role::Role};
use relasi_persistence::{Conn, Row, Statement};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    AppGrant, Stored,
    place::{self, STANDING_COLUMNS as AFTER},
    policy::Policy,
    provider, session, sql,
};
use crate::{
    Result,
    platform::custom_field::{Known, of_workspace},
};

/// A signed-in person in one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// What the person may do.
    pub access: Access,
    /// The session of the request; nil for one that came with a key or from an app.
    pub session_id: Uuid,
    /// The API key that the request came with.
    pub key_id: Option<Uuid>,
    /// The app that the request is from.
    pub app: Option<AppGrant>,
    /// The workspace's own sign-in service has opened the session, which stays there.
    pub by_provider: bool,
    /// The person.
    pub user: UserView,
    /// The workspace.
    pub workspace: WorkspaceView,
    /// What the workspace asks of whoever comes in.
    pub policy: Policy,
    /// Whether the person has a second factor, or the service that opened the session asks for one.
    pub second_factor: bool,
}

impl Principal {
    /// Whether the workspace asks for a second factor that the person has not got. Keys are no persons; an app is let in
    /// by one, and goes no further.
    pub fn lacks_second_factor(&self) -> bool {
        self.policy.require_second_factor && !self.second_factor && self.key_id.is_none()
    }
}

/// A person as the API shows one to herself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserView {
    /// `UUIDv7`.
    pub id: Uuid,
    /// The name.
    pub full_name: String,
    /// The address to sign in with.
    pub email: String,
    /// en, id or th.
    pub language: String,
    /// Counts up on every change.
    pub version: i64,
}

/// A workspace as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkspaceView {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA name; days begin and end by it.
    pub time_zone: String,
    /// Language of new members: en, id or th.
    pub language: String,
    /// Counts up on every change.
    pub version: i64,
    /// Counts the changes of the fields that it has added; 0 when it never added any.
    pub fields_version: i64,
    /// Whether the app shows people only, and no companies anywhere.
    pub hides_companies: bool,
}

const COLUMNS: &str = "SELECT m.id, m.role, p.role_id, m.team_id, r.rights, u.full_name, u.email, u.language, u.version, \
     w.name, w.currency, w.time_zone, w.language, w.version, w.fields_version, w.hides_companies, \
     y.require_second_factor, y.session_minutes, y.session_idle_minutes, y.allowed_networks, \
     (EXISTS (SELECT 1 FROM totp_factors f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL) \
     OR EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id)) FROM memberships m \
     LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
     LEFT JOIN roles r ON r.workspace_id = p.workspace_id AND r.id = p.role_id \
     JOIN users u ON u.id = m.user_id JOIN workspaces w ON w.id = m.workspace_id \
     LEFT JOIN security_policies y ON y.workspace_id = m.workspace_id";

/// Reads the person behind an open session of an active member; none when the session is over.
pub(super) fn read(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Principal>> {
    let mut statement = Statement::new(COLUMNS);
    statement
        .push(" JOIN sessions s ON s.workspace_id = m.workspace_id AND s.user_id = m.user_id WHERE s.workspace_id = ")
        .bind(workspace)
        .push(" AND s.id = ")
        .bind(id)
        .push(" AND s.user_id = ")
        .bind(user)
        .push(" AND m.active = ")
        .bind(true);
    session::still_live(&mut statement, now);
    let Some(member) = found(conn, &statement, workspace, user)? else {
        return Ok(None);
    };
    let by_provider = session::is_by_provider(conn, workspace, id)?;
    let proved = by_provider && provider::proves_second_factor(conn, workspace)?;
    Ok(Some(Principal {
        session_id: id,
        by_provider,
        second_factor: member.second_factor || proved,
        ..member
    }))
}

/// Reads an active member without a session, for a key.
pub(super) fn of_member(conn: &mut Conn, workspace: Uuid, user: Uuid) -> Result<Option<Principal>> {
    let mut statement = Statement::new(COLUMNS);
    statement
        .push(" WHERE m.workspace_id = ")
        .bind(workspace)
        .push(" AND m.user_id = ")
        .bind(user)
        .push(" AND m.active = ")
        .bind(true);
    found(conn, &statement, workspace, user)
}

/// The member that a statement of [`COLUMNS`] finds, without a session.
fn found(
    conn: &mut Conn,
    statement: &Statement,
    workspace: Uuid,
    user: Uuid,
) -> Result<Option<Principal>> {
    let found = conn.row(statement, |row| {
        let views = (user_view(row, user)?, workspace_view(row, workspace)?);
        let asked = (Policy::read(row, AFTER + 11)?, row.bool(AFTER + 15)?);
        Ok((place::standing(row)?, views, asked))
    })?;
    let Some((standing, (person, here), (policy, second_factor))) = found else {
        return Ok(None);
    };
    Ok(Some(Principal {
        access: place::access(conn, workspace, user, standing)?,
        session_id: Uuid::nil(),
        key_id: None,
        app: None,
        by_provider: false,
        user: person,
        workspace: here,
        policy,
        second_factor,
    }))
}

fn user_view(row: &Row<'_>, id: Uuid) -> Stored<UserView> {
    Ok(UserView {
        id,
        full_name: row.text(AFTER)?,
        email: row.text(AFTER + 1)?,
        language: row.text(AFTER + 2)?,
        version: row.int(AFTER + 3)?,
    })
}

fn workspace_view(row: &Row<'_>, id: Uuid) -> Stored<WorkspaceView> {
    Ok(WorkspaceView {
        id,
        name: row.text(AFTER + 4)?,
        currency: row.text(AFTER + 5)?,
        time_zone: row.text(AFTER + 6)?,
        language: row.text(AFTER + 7)?,
        version: row.int(AFTER + 8)?,
        fields_version: row.int(AFTER + 9)?,
        hides_companies: row.bool(AFTER + 10)?,
    })
}

/// The same with the fields that the workspace has added.
pub(super) fn read_whole(
    conn: &mut Conn,
    known: &Known,
    workspace: Uuid,
    user: Uuid,
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Principal>> {
    let found = read(conn, workspace, user, session, now)?;
    found
        .map(|principal| with_fields(conn, known, principal))
        .transpose()
}

/// Somebody with the fields that the workspace has added.
pub(super) fn with_fields(
    conn: &mut Conn,
    known: &Known,
    mut principal: Principal,
) -> Result<Principal> {
    let workspace = principal.workspace.id;
    let customs = known.at(conn, workspace, principal.workspace.fields_version)?;
    principal.access = principal.access.with_customs(customs);
    Ok(principal)
}

/// The product's own eyes: every record of a workspace, with the fields that it added.
pub(crate) fn product_access(conn: &mut Conn, workspace: Uuid) -> Result<Access> {
    let nobody = Uuid::nil();
    let access = Access::new(workspace, nobody, nobody, Vec::new(), Role::Owner);
    Ok(access.with_customs(of_workspace(conn, workspace)?))
}

/// The access of an active member as it is now, for work that goes on after its request: imports, jobs.
pub fn access_of(conn: &mut Conn, workspace: Uuid, user: Uuid) -> Result<Option<Access>> {
    let statement = sql(
        "SELECT m.id, m.role, p.role_id, m.team_id, r.rights FROM memberships m \
         LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
         LEFT JOIN roles r ON r.workspace_id = p.workspace_id AND r.id = p.role_id \
         WHERE m.workspace_id = ? AND m.user_id = ? AND m.active = ?",
        [workspace.into(), user.into(), true.into()],
    );
    let Some(standing) = conn.row(&statement, place::standing)? else {
        return Ok(None);
    };
    let access = place::access(conn, workspace, user, standing)?;
    Ok(Some(access.with_customs(of_workspace(conn, workspace)?)))
}

/// Who acts for somebody outside: this member, else the first owner of the workspace; with every right, so that what is
/// done for others does not depend on theirs.
pub(crate) fn acting_for(
    conn: &mut Conn,
    workspace: Uuid,
    member: Option<Uuid>,
) -> Result<Option<Access>> {
    let rights = Arc::new(Role::Owner.rights());
    if let Some(member) = member
        && let Some(access) = access_of(conn, workspace, member)?
    {
        return Ok(Some(access.with_rights(rights)));
    }
    let statement = sql(
        "SELECT user_id FROM memberships WHERE role = 'owner' AND workspace_id = ? AND active = ? ORDER BY created_at, id LIMIT 1",
        [workspace.into(), true.into()],
    );
    let Some(first) = conn.row(&statement, |row| row.id(0))? else {
        return Ok(None);
    };
    let access = access_of(conn, workspace, first)?;
    Ok(access.map(|access| access.with_rights(rights)))
}

/// The most people kept; beyond it those out of date go, then all.
const MOST: usize = 10_000;

/// People by their access tokens, so that a request need not check a signature and read four tables again.
///
/// An entry is good while its token is, while nothing about people has changed in this process, and for `max_age`,
/// which bounds what a change in another process can leave stale.
pub(super) struct Principals {
    entries: RwLock<HashMap<[u8; 32], Entry>>,
    epoch: AtomicU64,
    max_age: TimeDelta,
}

struct Entry {
    principal: Arc<Principal>,
    expires: i64,
    epoch: u64,
    read_at: DateTime<Utc>,
}

impl Principals {
    pub(super) fn new(max_age: TimeDelta) -> Self {
        Self {
            entries: RwLock::default(),
            epoch: AtomicU64::new(0),
            max_age,
        }
    }

    /// The state of things that a reading is based on: take it before reading.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Something about people has changed: everybody is read again. Call it after the commit.
    pub(super) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn get(&self, token: &str, now: DateTime<Utc>) -> Option<Arc<Principal>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&key(token))?;
        self.good(entry, now).then(|| entry.principal.clone())
    }

    /// Keeps a reading made in `epoch` of a token that `expires` (seconds since 1970).
    pub(super) fn put(
        &self,
        token: &str,
        principal: Arc<Principal>,
        expires: i64,
        epoch: u64,
        now: DateTime<Utc>,
    ) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.retain(|_, entry| self.good(entry, now));
            if entries.len() >= MOST {
                entries.clear();
            }
        }
        let entry = Entry {
            principal,
            expires,
            epoch,
            read_at: now,
        };
        entries.insert(key(token), entry);
    }

    fn good(&self, entry: &Entry, now: DateTime<Utc>) -> bool {
        let age = now - entry.read_at;
        entry.epoch == self.epoch()
            && entry.expires > now.timestamp()
            && age < self.max_age
            && age >= TimeDelta::zero()
    }
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
