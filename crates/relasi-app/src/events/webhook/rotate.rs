//! Secrets of endpoints: shown, followed by new ones, encrypted anew.

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, Database, Statement};
use serde_json::json;
use uuid::Uuid;

use super::{
    Webhooks,
    change::{find, note, open, write},
    endpoint::{self, BOTH, Endpoint},
    secret,
};
use crate::{
    platform::vault::Vault,
    records::Work,
    refusal::{Refusal, Result},
};

/// The secret of an endpoint, for the answer to who has just made it.
pub fn reveal(work: &mut Work<'_>, hooks: &Webhooks, id: Uuid) -> Result<String> {
    let endpoint = find(work, id)?;
    let secrets = endpoint.secrets(&hooks.vault, work.now);
    let secrets = secrets.map_err(|error| {
        log::error!("webhook {id}: {error}");
        Refusal::Conflict("secret_unreadable")
    })?;
    let newest = secrets.first().ok_or(Refusal::NotFound)?;
    Ok(secret::text(newest))
}

/// Makes a new secret. The one before signs beside it for a day.
pub fn rotate_secret(
    work: &mut Work<'_>,
    hooks: &Webhooks,
    id: Uuid,
    version: Option<i64>,
) -> Result<Endpoint> {
    let before = open(work, id, version)?;
    let sealed = hooks.vault.seal(before.row(), &secret::new());
    let values = [
        ("secret", sealed.into()),
        ("former_secret", before.inner.secret.as_str().into()),
        ("former_until", (work.now + BOTH).into()),
    ];
    write(work, &before, &values)?;
    note(work, "secret_rotated", id, &json!([]))?;
    find(work, id)
}

/// Encrypts every secret with the newest key; how many endpoints have them.
pub fn reseal(database: &Database, vault: &Vault, now: DateTime<Utc>) -> Result<usize> {
    let all =
        Statement::new("SELECT workspace_id, id FROM webhook_endpoints ORDER BY workspace_id, id");
    let ids = database.across().read_blocking(|conn| {
        Ok::<_, Refusal>(conn.rows(&all, |row| Ok((row.id(0)?, row.id(1)?)))?)
    })?;
    for &(workspace, id) in &ids {
        let vault = vault.clone();
        database
            .within(workspace)
            .write_blocking(move |conn| reseal_one(conn, &vault, workspace, id, now))?;
    }
    Ok(ids.len())
}

fn reseal_one(
    conn: &mut Conn,
    vault: &Vault,
    workspace: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(endpoint) = endpoint::by_id(conn, workspace, id)? else {
        return Ok(());
    };
    let secrets = endpoint.secrets(vault, now).map_err(|error| {
        log::error!("webhook {id}: {error}");
        Refusal::Conflict("secret_unreadable")
    })?;
    let mut sealed = secrets
        .iter()
        .map(|secret| vault.seal(endpoint.row(), secret));
    let mut statement = Statement::new("UPDATE webhook_endpoints SET secret = ");
    statement.bind(sealed.next());
    statement.push(", former_secret = ").bind(sealed.next());
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND id = ").bind(id);
    // Who makes a new secret meanwhile is not undone.
    statement
        .push(" AND secret = ")
        .bind(&endpoint.inner.secret);
    conn.execute(&statement)?;
    Ok(())
}
