//! Apps as they are registered, by those who may change settings.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action},
};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    SECRET,
    address::fits,
    listed::{AppView, find, list},
    scopes_of, stored,
};
use crate::{
    Refusal, Result,
    identity::{Identity, Principal, audit::Entry, person, same_version, secret::Secret, sql},
};

/// So many apps a workspace has at most.
const MOST: usize = 100;
/// So many addresses an app has at most.
const MOST_ADDRESSES: usize = 10;
/// What a new app is to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewApp {
    /// What people know it by.
    pub name: String,
    /// It runs where it can keep a secret.
    pub confidential: bool,
    /// Where people are sent back to.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<Action>,
}

/// What of an app is to be another one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppPatch {
    /// See [`NewApp`].
    pub name: Option<String>,
    /// See [`NewApp`].
    pub redirect_uris: Option<Vec<String>>,
    /// See [`NewApp`].
    pub scopes: Option<Vec<Action>>,
    /// It may ask and call.
    pub active: Option<bool>,
}

/// An app with its new secret: the only time that it is told.
#[derive(Clone, Serialize)]
pub struct MadeApp {
    /// What is listed of it.
    #[serde(flatten)]
    pub app: AppView,
    /// The secret; none for an app that can keep none.
    pub client_secret: Option<String>,
}

/// An app as requests of the protocol need it.
pub(super) struct Registered {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) secret_hash: Option<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) scopes: Vec<Action>,
}

/// An app that may ask and call.
pub(super) fn active(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Registered>> {
    let statement = sql(
        "SELECT name, secret_hash, redirect_uris, scopes FROM oauth_apps WHERE workspace_id = ? AND id = ? AND active = ?",
        [workspace.into(), id.into(), true.into()],
    );
    Ok(conn.row(&statement, |row| {
        Ok(Registered {
            id,
            name: row.text(0)?,
            secret_hash: row.opt_text(1)?,
            redirect_uris: row.json(2)?,
            scopes: scopes_of(&row.text(3)?)?,
        })
    })?)
}

fn check(name: &str, redirect_uris: &[String], scopes: &[Action]) -> Result<()> {
    let mut faults = Faults::default();
    person::check_name("name", name, &mut faults);
    if redirect_uris.is_empty() {
        faults.push(Fault::field("redirect_uris", "required"));
    }
    if redirect_uris.len() > MOST_ADDRESSES {
        faults.push(Fault::field("redirect_uris", "too_many").with("max", MOST_ADDRESSES));
    }
    for (place, uri) in redirect_uris.iter().enumerate() {
        let at = format!("/redirect_uris/{place}");
        if redirect_uris[..place].contains(uri) {
            faults.push(Fault::at(at, "named_twice"));
        } else if !fits(uri) {
            faults.push(Fault::at(at, "redirect_uri"));
        }
    }
    if scopes.is_empty() {
        faults.push(Fault::field("scopes", "required"));
    }
    for (place, scope) in scopes.iter().enumerate() {
        if scopes[..place].contains(scope) {
            faults.push(Fault::at(format!("/scopes/{place}"), "named_twice"));
        }
    }
    Ok(faults.into_result()?)
}

/// A new secret: what is told, what is kept, and its end.
fn new_secret(workspace: Uuid) -> (String, String, String) {
    let secret = Secret::new(workspace);
    let told = format!("{SECRET}{}", secret.reveal());
    let hint = told[told.len() - 4..].to_owned();
    (told, secret.hash(), hint)
}

fn create(conn: &mut Conn, access: &Access, new: &NewApp, now: DateTime<Utc>) -> Result<MadeApp> {
    if list(conn, access, now)?.len() >= MOST {
        return Err(Refusal::Conflict("too_many_apps"));
    }
    check(&new.name, &new.redirect_uris, &new.scopes)?;
    let (id, workspace) = (Uuid::now_v7(), access.workspace_id);
    let secret = new.confidential.then(|| new_secret(workspace));
    let (told, hash, hint) = match secret {
        Some((told, hash, hint)) => (Some(told), Some(hash), Some(hint)),
        None => (None, None, None),
    };
    conn.execute(&sql(
        "INSERT INTO oauth_apps (workspace_id, id, version, created_at, updated_at, created_by, name, confidential, \
         secret_hash, secret_hint, redirect_uris, scopes, active) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            id.into(),
            now.into(),
            now.into(),
            access.user_id.into(),
            new.name.trim().into(),
            new.confidential.into(),
            hash.into(),
            hint.into(),
            json!(new.redirect_uris).to_string().into(),
            stored(&new.scopes).into(),
            true.into(),
        ],
    ))?;
    entry(access, "created", id)
        .change("name", json!(null), new.name.trim())
        .change("redirect_uris", json!(null), json!(new.redirect_uris))
        .change("scopes", json!(null), json!(new.scopes))
        .write(conn, now)?;
    Ok(MadeApp {
        app: find(conn, access, id, now)?,
        client_secret: told,
    })
}

fn entry(access: &Access, action: &'static str, id: Uuid) -> Entry {
    let (workspace, user) = (access.workspace_id, access.user_id);
    Entry::new(workspace, Some(user), action, "app", id)
}

fn change(
    conn: &mut Conn,
    access: &Access,
    id: Uuid,
    patch: &AppPatch,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<AppView> {
    let old = find(conn, access, id, now)?;
    let version = version.ok_or(Refusal::VersionRequired)?;
    same_version(Some(version), old.version, &old)?;
    let mut new = old.clone();
    if let Some(name) = &patch.name {
        name.trim().clone_into(&mut new.name);
    }
    if let Some(uris) = &patch.redirect_uris {
        new.redirect_uris.clone_from(uris);
    }
    if let Some(scopes) = &patch.scopes {
        new.scopes.clone_from(scopes);
    }
    new.active = patch.active.unwrap_or(old.active);
    check(&new.name, &new.redirect_uris, &new.scopes)?;
    if new == old {
        return Ok(old);
    }
    let changed = conn.execute(&sql(
        "UPDATE oauth_apps SET version = version + 1, updated_at = ?, name = ?, redirect_uris = ?, scopes = ?, active = ? \
         WHERE workspace_id = ? AND id = ? AND version = ?",
        [
            now.into(),
            (&new.name).into(),
            json!(new.redirect_uris).to_string().into(),
            stored(&new.scopes).into(),
            new.active.into(),
            access.workspace_id.into(),
            id.into(),
            version.into(),
        ],
    ))?;
    let stored = find(conn, access, id, now)?;
    if changed == 0 {
        same_version(Some(version), stored.version, &stored)?;
    }
    entry(access, "updated", id)
        .change("name", old.name, new.name)
        .change(
            "redirect_uris",
            json!(old.redirect_uris),
            json!(new.redirect_uris),
        )
        .change("scopes", json!(old.scopes), json!(new.scopes))
        .change("app_active", old.active, new.active)
        .write(conn, now)?;
    Ok(stored)
}

fn remove(
    conn: &mut Conn,
    access: &Access,
    id: Uuid,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<()> {
    let old = find(conn, access, id, now)?;
    let version = version.ok_or(Refusal::VersionRequired)?;
    same_version(Some(version), old.version, &old)?;
    conn.execute(&sql(
        "DELETE FROM oauth_apps WHERE workspace_id = ? AND id = ?",
        [access.workspace_id.into(), id.into()],
    ))?;
    entry(access, "deleted", id)
        .change("name", old.name, json!(null))
        .write(conn, now)
}

/// Makes a new secret; the one before is no longer good, and neither is what was handed out for it.
fn rotate(
    conn: &mut Conn,
    access: &Access,
    id: Uuid,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<MadeApp> {
    let old = find(conn, access, id, now)?;
    let version = version.ok_or(Refusal::VersionRequired)?;
    same_version(Some(version), old.version, &old)?;
    if !old.confidential {
        return Err(Refusal::Conflict("app_without_secret"));
    }
    let (told, hash, hint) = new_secret(access.workspace_id);
    conn.execute(&sql(
        "UPDATE oauth_apps SET version = version + 1, updated_at = ?, secret_hash = ?, secret_hint = ? \
         WHERE workspace_id = ? AND id = ?",
        [
            now.into(),
            hash.into(),
            hint.into(),
            access.workspace_id.into(),
            id.into(),
        ],
    ))?;
    entry(access, "secret_rotated", id).write(conn, now)?;
    Ok(MadeApp {
        app: find(conn, access, id, now)?,
        client_secret: Some(told),
    })
}

impl Identity {
    /// Registers an app; the answer alone holds its secret.
    pub async fn create_app(
        &self,
        principal: &Principal,
        new: NewApp,
        now: DateTime<Utc>,
    ) -> Result<MadeApp> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| create(conn, &access, &new, now))
            .await
    }

    /// The apps of the workspace, the newest first.
    pub async fn apps(&self, principal: &Principal, now: DateTime<Utc>) -> Result<Vec<AppView>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| list(conn, &access, now))
            .await
    }

    /// One app.
    pub async fn app(
        &self,
        principal: &Principal,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<AppView> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| find(conn, &access, id, now))
            .await
    }

    /// Changes an app; one that is not active is refused at once.
    pub async fn change_app(
        &self,
        principal: &Principal,
        id: Uuid,
        patch: AppPatch,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<AppView> {
        let access = principal.access.clone();
        let changed = self
            .db
            .within(access.workspace_id)
            .write(move |conn| change(conn, &access, id, &patch, version, now))
            .await?;
        self.principals.forget();
        Ok(changed)
    }

    /// Removes an app with everything that people let it do.
    pub async fn remove_app(
        &self,
        principal: &Principal,
        id: Uuid,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| remove(conn, &access, id, version, now))
            .await?;
        self.principals.forget();
        Ok(())
    }

    /// Makes a new secret of an app; the answer alone holds it.
    pub async fn rotate_app_secret(
        &self,
        principal: &Principal,
        id: Uuid,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<MadeApp> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| rotate(conn, &access, id, version, now))
            .await
    }
}
