//! Apps as they are registered, by those who may change settings.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action},
};
use relasi_persistence::{Conn, Row, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::{Host, Url};
use uuid::Uuid;

use super::{SECRET, client_id, scopes_of, stored};
use crate::{
    Refusal, Result,
    identity::{
        Identity, Principal, Stored, audit::Entry, person, same_version, secret::Secret, sql,
    },
};

/// So many apps a workspace has at most.
const MOST: usize = 100;
/// So many addresses an app has at most.
const MOST_ADDRESSES: usize = 10;
/// The longest address in characters.
const LONGEST: usize = 500;

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

/// An app as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppView {
    /// Its id.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// By what it names itself.
    pub client_id: String,
    /// What people know it by.
    pub name: String,
    /// It has a secret.
    pub confidential: bool,
    /// The last four characters of the secret.
    pub secret_hint: Option<String>,
    /// Where people are sent back to.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<Action>,
    /// It may ask and call.
    pub active: bool,
    /// How many people it is connected with.
    pub people: i64,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
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

/// Whether an address leads to the person's own machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether people can be sent back to an address: over HTTPS, or to a program on their own machine.
fn fits(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(&url),
        _ => false,
    };
    // Texts that the parser repairs would be compared with others.
    let whole = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'*');
    plain && safe && whole && !text.contains('#') && text.len() <= LONGEST
}

/// Whether an address is a registered one: character by character, but for the port of a program on the person's own
/// machine, which gets one when it starts (RFC 8252, section 7.3).
pub(super) fn is_registered(registered: &[String], asked: &str) -> bool {
    registered.iter().any(|one| {
        one == asked
            || match (Url::parse(one), Url::parse(asked)) {
                (Ok(mut one), Ok(mut other)) => {
                    let local = |url: &Url| url.scheme() == "http" && is_loopback(url);
                    let both = local(&one) && local(&other) && fits(asked);
                    both && one.set_port(None).is_ok()
                        && other.set_port(None).is_ok()
                        && one == other
                }
                _ => false,
            }
    })
}

/// The origins of the pages that an app may call from.
pub(super) fn origins(redirect_uris: &[String]) -> Vec<String> {
    let parsed = redirect_uris
        .iter()
        .filter_map(|text| Url::parse(text).ok());
    parsed
        .map(|url| url.origin().ascii_serialization())
        .collect()
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

const COLUMNS: &str = "SELECT a.id, a.version, a.name, a.confidential, a.secret_hint, a.redirect_uris, a.scopes, a.active, \
     a.created_at, a.created_by, a.updated_at, a.workspace_id, \
     (SELECT COUNT(DISTINCT g.user_id) FROM oauth_grants g WHERE g.workspace_id = a.workspace_id AND g.app_id = a.id \
     AND g.ended_at IS NULL AND g.expires_at > ";

fn select(access: &Access, now: DateTime<Utc>) -> Statement {
    let mut statement = Statement::new(COLUMNS);
    statement
        .bind(now)
        .push(") FROM oauth_apps a WHERE a.workspace_id = ")
        .bind(access.workspace_id);
    statement
}

fn read(row: &Row<'_>) -> Stored<AppView> {
    let id = row.id(0)?;
    Ok(AppView {
        id,
        version: row.int(1)?,
        client_id: client_id(row.id(11)?, id),
        name: row.text(2)?,
        confidential: row.bool(3)?,
        secret_hint: row.opt_text(4)?,
        redirect_uris: row.json(5)?,
        scopes: scopes_of(&row.text(6)?)?,
        active: row.bool(7)?,
        people: row.int(12)?,
        created_at: row.at(8)?,
        created_by: row.id(9)?,
        updated_at: row.at(10)?,
    })
}

fn allowed(access: &Access) -> Result<()> {
    if access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

fn list(conn: &mut Conn, access: &Access, now: DateTime<Utc>) -> Result<Vec<AppView>> {
    allowed(access)?;
    let mut statement = select(access, now);
    statement.push(" ORDER BY a.id DESC");
    Ok(conn.rows(&statement, read)?)
}

fn find(conn: &mut Conn, access: &Access, id: Uuid, now: DateTime<Utc>) -> Result<AppView> {
    allowed(access)?;
    let mut statement = select(access, now);
    statement.push(" AND a.id = ").bind(id);
    conn.row(&statement, read)?.ok_or(Refusal::NotFound)
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
            .write(move |conn| create(conn, &access, &new, now))
            .await
    }

    /// The apps of the workspace, the newest first.
    pub async fn apps(&self, principal: &Principal, now: DateTime<Utc>) -> Result<Vec<AppView>> {
        let access = principal.access.clone();
        self.db
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
            .write(move |conn| rotate(conn, &access, id, version, now))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_sent_back_over_https_or_to_their_own_machine() {
        for good in [
            "https://kopi.example/back",
            "https://kopi.example:8443/back?x=1",
            "http://127.0.0.1/back",
            "http://127.0.0.1:8080/back",
            "http://[::1]/back",
            "http://localhost:3000/back",
        ] {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "",
            "kopi.example",
            "http://kopi.example/back",
            "https://a:b@kopi.example/",
            "https://kopi.example/#part",
            "https://kopi.example/a b",
            "https://*.kopi.example/",
            "https:\\\\kopi.example\\",
            "javascript:alert(1)",
            "data:text/html,x",
            "kopi://back",
            "http://127.0.0.1.kopi.example/",
            "http://localhost.kopi.example/",
        ] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_are_compared_by_their_characters() {
        let registered = [
            "https://kopi.example/back".to_owned(),
            "http://127.0.0.1:5000/back".to_owned(),
        ];
        assert!(is_registered(&registered, "https://kopi.example/back"));
        assert!(is_registered(&registered, "http://127.0.0.1:61023/back"));
        assert!(is_registered(&registered, "http://127.0.0.1/back"));
        for other in [
            "https://kopi.example/back/",
            "https://kopi.example/back?x=1",
            "https://KOPI.example/back",
            "https://kopi.example:443/back",
            "https://kopi.example.evil.example/back",
            "https://kopi.example@evil.example/back",
            "http://127.0.0.1:61023/other",
            "http://127.0.0.2:61023/back",
            "http://user@127.0.0.1:61023/back",
            "https://127.0.0.1:61023/back",
        ] {
            assert!(!is_registered(&registered, other), "{other}");
        }
    }
}
