//! The service of a workspace as its owners set it.

use chrono::{DateTime, Utc};
use relasi_domain::identity::{
    access::{Access, Action},
    role::{MemberRole, Role},
};
use relasi_persistence::{Conn, Row as Cells, StoreError};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::sent::{NewProvider, domain};
use crate::{
    Refusal, Result,
    identity::{
        Identity, Principal, Stored, audit::Entry, member::lock_workspace, place, same_version, sql,
    },
    platform::vault::{Row, Vault},
};

/// A service as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderView {
    /// Counts up on every change.
    pub version: i64,
    /// What the button says.
    pub label: String,
    /// Its address, as it names itself.
    pub issuer: String,
    /// What it knows us by.
    pub client_id: String,
    /// Whether a secret is kept.
    pub has_secret: bool,
    /// Domains of addresses that it answers for.
    pub domains: Vec<String>,
    /// What unknown people of these domains become.
    pub join_role: Option<MemberRole>,
    /// It asks for a second factor itself.
    pub proves_second_factor: bool,
    /// People may sign in by it.
    pub active: bool,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub(super) sealed: Option<String>,
}

/// A service as anybody sees it who may want to sign in by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenProvider {
    /// Its workspace.
    pub workspace_id: Uuid,
    /// What the button says.
    pub label: String,
}

fn secret_row(workspace: Uuid) -> Row {
    Row {
        column: "sign_in_providers.secret",
        id: workspace,
        workspace,
    }
}

fn read(row: &Cells<'_>) -> Stored<ProviderView> {
    let role = row.opt_text(7)?;
    let role = role.map(|text| {
        MemberRole::parse(&text).ok_or_else(|| StoreError::Other(format!("unknown role {text}")))
    });
    let sealed = row.opt_text(5)?;
    Ok(ProviderView {
        version: row.int(0)?,
        updated_at: row.at(1)?,
        label: row.text(2)?,
        issuer: row.text(3)?,
        client_id: row.text(4)?,
        has_secret: sealed.is_some(),
        sealed,
        domains: row.json(6)?,
        join_role: role.transpose()?,
        proves_second_factor: row.bool(8)?,
        active: row.bool(9)?,
    })
}

/// The service of a workspace.
pub(super) fn of(conn: &mut Conn, workspace: Uuid) -> Result<Option<ProviderView>> {
    let statement = sql(
        "SELECT version, updated_at, label, issuer, client_id, secret, domains, join_role, proves_second_factor, active \
         FROM sign_in_providers WHERE workspace_id = ?",
        [workspace.into()],
    );
    Ok(conn.row(&statement, read)?)
}

/// The service of a workspace by which people may sign in.
pub(super) fn active(conn: &mut Conn, workspace: Uuid) -> Result<ProviderView> {
    let found = of(conn, workspace)?;
    found.filter(|one| one.active).ok_or(Refusal::NotFound)
}

/// Whether a session that its workspace's service opened counts as one with a second factor.
pub(in super::super) fn proves_second_factor(conn: &mut Conn, workspace: Uuid) -> Result<bool> {
    let found = of(conn, workspace)?;
    Ok(found.is_some_and(|one| one.active && one.proves_second_factor))
}

impl ProviderView {
    /// The secret for us, as the service has given it.
    pub(super) fn secret(&self, vault: &Vault, workspace: Uuid) -> Result<Option<String>> {
        let Some(sealed) = &self.sealed else {
            return Ok(None);
        };
        let secret = vault.reveal(secret_row(workspace), sealed);
        let secret = secret.map_err(|error| {
            log::error!("the secret of a sign-in service: {error}");
            Refusal::Conflict("secret_unreadable")
        })?;
        Ok(Some(String::from_utf8_lossy(&secret).into_owned()))
    }
}

/// Who says who comes in says who the owners are: nobody else may.
fn owner_only(access: &Access) -> Result<()> {
    if access.role == MemberRole::Built(Role::Owner) && access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// One thing that the audit log tells of a service.
type Fact = fn(&ProviderView) -> Value;

fn put(
    conn: &mut Conn,
    access: &Access,
    new: &ProviderView,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<ProviderView> {
    let workspace = access.workspace_id;
    lock_workspace(conn, workspace)?;
    if let Some(role) = new.join_role {
        place::rights_of(conn, workspace, role)?;
    }
    let old = of(conn, workspace)?;
    let before = old.as_ref().map_or(0, |old| old.version);
    same_version(version, before, &old)?;
    // A secret belongs to the service that gave it: another one does not get it.
    let same = old.as_ref().filter(|old| old.issuer == new.issuer);
    let kept = same.and_then(|old| old.sealed.clone());
    let sealed = new.sealed.clone().or(kept);
    conn.execute(&sql(
        "INSERT INTO sign_in_providers (workspace_id, version, created_at, updated_at, label, issuer, client_id, secret, \
         domains, join_role, proves_second_factor, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (workspace_id) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at, \
         label = excluded.label, issuer = excluded.issuer, client_id = excluded.client_id, secret = excluded.secret, \
         domains = excluded.domains, join_role = excluded.join_role, \
         proves_second_factor = excluded.proves_second_factor, active = excluded.active",
        [
            workspace.into(),
            (before + 1).into(),
            now.into(),
            now.into(),
            (&new.label).into(),
            (&new.issuer).into(),
            (&new.client_id).into(),
            sealed.into(),
            json!(new.domains).to_string().into(),
            new.join_role.map(|role| role.to_string()).into(),
            new.proves_second_factor.into(),
            new.active.into(),
        ],
    ))?;
    let stored = of(conn, workspace)?.ok_or(Refusal::NotFound)?;
    let was = |of: Fact| old.as_ref().map_or(Value::Null, of);
    let facts: [(&str, Fact); 7] = [
        ("label", |one| json!(one.label)),
        ("issuer", |one| json!(one.issuer)),
        ("client_id", |one| json!(one.client_id)),
        ("domains", |one| json!(one.domains)),
        ("join_role", |one| json!(one.join_role)),
        ("proves_second_factor", |one| {
            json!(one.proves_second_factor)
        }),
        ("provider_active", |one| json!(one.active)),
    ];
    let action = if old.is_some() { "updated" } else { "created" };
    let mut entry = Entry::new(workspace, Some(access.user_id), action, OBJECT, workspace);
    for (name, of) in facts {
        entry = entry.change(name, was(of), of(&stored));
    }
    if new.sealed.is_some() {
        entry = entry.change("secret", false, true);
    }
    entry.write(conn, now)?;
    Ok(stored)
}

const OBJECT: &str = "sign_in_provider";

/// Removes the service; who was linked is no longer, and sessions that it opened end.
fn remove(
    conn: &mut Conn,
    access: &Access,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<()> {
    let workspace = access.workspace_id;
    let old = of(conn, workspace)?.ok_or(Refusal::NotFound)?;
    same_version(version, old.version, &old)?;
    for statement in [
        "DELETE FROM sign_in_providers WHERE workspace_id = ?",
        "DELETE FROM provider_identities WHERE workspace_id = ?",
    ] {
        conn.execute(&sql(statement, [workspace.into()]))?;
    }
    conn.execute(&sql(
        "UPDATE sessions SET ended_at = ?, end_reason = 'provider_removed' \
         WHERE workspace_id = ? AND by_provider = ? AND ended_at IS NULL",
        [now.into(), workspace.into(), true.into()],
    ))?;
    Entry::new(
        workspace,
        Some(access.user_id),
        "deleted",
        OBJECT,
        workspace,
    )
    .change("issuer", old.issuer, Value::Null)
    .write(conn, now)
}

/// Encrypts every secret with the newest key; how many there are.
pub(in super::super) fn reseal(conn: &mut Conn, vault: &Vault) -> Result<usize> {
    let statement = sql(
        "SELECT workspace_id, secret FROM sign_in_providers WHERE secret IS NOT NULL",
        [],
    );
    let all: Vec<(Uuid, String)> = conn.rows(&statement, |row| Ok((row.id(0)?, row.text(1)?)))?;
    for (workspace, old) in &all {
        let secret = vault.reveal(secret_row(*workspace), old);
        let secret = secret.map_err(|error| {
            log::error!("the secret of a sign-in service: {error}");
            Refusal::Conflict("secret_unreadable")
        })?;
        let sealed = vault.seal(secret_row(*workspace), &secret);
        conn.execute(&sql(
            "UPDATE sign_in_providers SET secret = ? WHERE workspace_id = ? AND secret = ?",
            [sealed.into(), (*workspace).into(), old.into()],
        ))?;
    }
    Ok(all.len())
}

fn open_ones(conn: &mut Conn) -> Result<Vec<(OpenProvider, Vec<String>)>> {
    let statement = sql(
        "SELECT workspace_id, label, domains FROM sign_in_providers WHERE active = ? ORDER BY workspace_id",
        [true.into()],
    );
    Ok(conn.rows(&statement, |row| {
        let one = OpenProvider {
            workspace_id: row.id(0)?,
            label: row.text(1)?,
        };
        Ok((one, row.json(2)?))
    })?)
}

impl Identity {
    /// The service of the workspace, for those who may change settings.
    pub async fn provider(&self, principal: &Principal) -> Result<Option<ProviderView>> {
        if !principal.access.may(Action::Settings) {
            return Err(Refusal::Forbidden);
        }
        let workspace = principal.access.workspace_id;
        self.db
            .within(workspace)
            .read_short(move |conn| of(conn, workspace))
            .await
    }

    /// Sets it; for owners.
    pub async fn set_provider(
        &self,
        principal: &Principal,
        new: NewProvider,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<ProviderView> {
        owner_only(&principal.access)?;
        let mut checked = new.check(&self.speaker)?;
        let secret = new.client_secret.filter(|secret| !secret.is_empty());
        if let Some(secret) = secret {
            let row = secret_row(principal.access.workspace_id);
            checked.sealed = Some(self.vault()?.seal(row, secret.as_bytes()));
        }
        let access = principal.access.clone();
        let stored = self
            .db
            .within(access.workspace_id)
            .write(move |conn| put(conn, &access, &checked, version, now))
            .await?;
        self.principals.forget();
        Ok(stored)
    }

    /// Removes it; for owners.
    pub async fn remove_provider(
        &self,
        principal: &Principal,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        owner_only(&principal.access)?;
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| remove(conn, &access, version, now))
            .await?;
        self.principals.forget();
        Ok(())
    }

    /// What the page for signing in offers: the one service there is, and whether there are several to be found by an
    /// address. Who is not signed in does not read who else uses the installation.
    pub async fn open_providers(&self) -> Result<(Option<OpenProvider>, bool)> {
        let mut all = self.db.across().read_short(open_ones).await?;
        if all.len() > 1 {
            return Ok((None, true));
        }
        Ok((all.pop().map(|(one, _)| one), false))
    }

    /// The services that answer for an address.
    pub async fn providers_of(&self, email: &str) -> Result<Vec<OpenProvider>> {
        let domain = email.rsplit_once('@').and_then(|(_, text)| domain(text));
        let all = self.db.across().read_short(open_ones).await?;
        let fits = |domains: &[String]| domain.as_ref().is_some_and(|one| domains.contains(one));
        Ok(all
            .into_iter()
            .filter(|(_, domains)| fits(domains))
            .map(|(one, _)| one)
            .collect())
    }
}
