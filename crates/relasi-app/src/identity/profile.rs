//! What people change of themselves, and administrators of the workspace.

use chrono::{DateTime, Utc};
use relasi_domain::{
    choices,
    fault::Faults,
    identity::access::{Access, Action},
};
use relasi_persistence::Conn;
use serde::Deserialize;

use super::{
    audit::Entry,
    person,
    principal::{UserView, WorkspaceView},
    same_version, sql,
};
use crate::{Refusal, Result};

/// Changes of one's own profile; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProfilePatch {
    /// The name.
    pub full_name: Option<String>,
    /// en, id or th.
    pub language: Option<String>,
}

/// Changes of the workspace; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkspacePatch {
    /// Its name.
    pub name: Option<String>,
    /// ISO 4217, the currency of new deals and of sums.
    pub currency: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// Language of new members.
    pub language: Option<String>,
    /// Whether the app shows people only.
    pub hides_companies: Option<bool>,
}

/// Changes the profile of who asks, as long as it is of `version` (any, when none is given).
pub(super) fn update(
    conn: &mut Conn,
    access: &Access,
    patch: &ProfilePatch,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<UserView> {
    let old = user(conn, access)?;
    same_version(version, old.version, &old)?;
    let mut new = old.clone();
    let mut faults = Faults::default();
    if let Some(name) = &patch.full_name {
        person::check_name("full_name", name, &mut faults);
        name.trim().clone_into(&mut new.full_name);
    }
    if let Some(language) = &patch.language {
        person::check_language(language, &mut faults);
        new.language.clone_from(language);
    }
    faults.into_result()?;
    if new == old {
        return Ok(old);
    }
    new.version += 1;
    conn.execute(&sql(
        "UPDATE users SET full_name = ?, language = ?, updated_at = ?, version = ? WHERE id = ?",
        [
            (&new.full_name).into(),
            (&new.language).into(),
            now.into(),
            new.version.into(),
            new.id.into(),
        ],
    ))?;
    Entry::new(
        access.workspace_id,
        Some(access.user_id),
        "updated",
        "user",
        new.id,
    )
    .change("full_name", old.full_name, new.full_name.as_str())
    .change("language", old.language, new.language.as_str())
    .write(conn, now)?;
    Ok(new)
}

fn user(conn: &mut Conn, access: &Access) -> Result<UserView> {
    let statement = sql(
        "SELECT full_name, email, language, version FROM users WHERE id = ?",
        [access.user_id.into()],
    );
    let found = conn.row(&statement, |row| {
        Ok(UserView {
            id: access.user_id,
            full_name: row.text(0)?,
            email: row.text(1)?,
            language: row.text(2)?,
            version: row.int(3)?,
        })
    })?;
    found.ok_or(Refusal::NotFound)
}

/// The workspace of who asks.
pub(super) fn workspace(conn: &mut Conn, access: &Access) -> Result<WorkspaceView> {
    let statement = sql(
        "SELECT name, currency, time_zone, language, version, fields_version, hides_companies FROM workspaces WHERE id = ?",
        [access.workspace_id.into()],
    );
    let found = conn.row(&statement, |row| {
        Ok(WorkspaceView {
            id: access.workspace_id,
            name: row.text(0)?,
            currency: row.text(1)?,
            time_zone: row.text(2)?,
            language: row.text(3)?,
            version: row.int(4)?,
            fields_version: row.int(5)?,
            hides_companies: row.bool(6)?,
        })
    })?;
    found.ok_or(Refusal::NotFound)
}

/// Changes the workspace; for those who may change settings.
pub(super) fn update_workspace(
    conn: &mut Conn,
    access: &Access,
    patch: &WorkspacePatch,
    version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<WorkspaceView> {
    if !access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    let old = workspace(conn, access)?;
    same_version(version, old.version, &old)?;
    let new = changed(&old, patch)?;
    if new == old {
        return Ok(old);
    }
    conn.execute(&sql(
        "UPDATE workspaces SET name = ?, currency = ?, time_zone = ?, language = ?, hides_companies = ?, updated_at = ?, version = ? WHERE id = ?",
        [
            (&new.name).into(),
            (&new.currency).into(),
            (&new.time_zone).into(),
            (&new.language).into(),
            new.hides_companies.into(),
            now.into(),
            (old.version + 1).into(),
            new.id.into(),
        ],
    ))?;
    Entry::new(
        access.workspace_id,
        Some(access.user_id),
        "updated",
        "workspace",
        new.id,
    )
    .change("name", old.name, new.name.as_str())
    .change("currency", old.currency, new.currency.as_str())
    .change("time_zone", old.time_zone, new.time_zone.as_str())
    .change("language", old.language, new.language.as_str())
    .change("hides_companies", old.hides_companies, new.hides_companies)
    .write(conn, now)?;
    Ok(WorkspaceView {
        version: old.version + 1,
        ..new
    })
}

fn changed(old: &WorkspaceView, patch: &WorkspacePatch) -> Result<WorkspaceView> {
    let mut new = old.clone();
    let mut faults = Faults::default();
    if let Some(name) = &patch.name {
        person::check_name("name", name, &mut faults);
        name.trim().clone_into(&mut new.name);
    }
    if let Some(currency) = &patch.currency {
        faults.check(choices::bad_currency(currency), "currency", "not_currency");
        new.currency.clone_from(currency);
    }
    if let Some(zone) = &patch.time_zone {
        faults.check(choices::bad_time_zone(zone), "time_zone", "not_time_zone");
        new.time_zone.clone_from(zone);
    }
    if let Some(language) = &patch.language {
        person::check_language(language, &mut faults);
        new.language.clone_from(language);
    }
    if let Some(hides) = patch.hides_companies {
        new.hides_companies = hides;
    }
    faults.into_result()?;
    Ok(new)
}
