//! Tokens of addresses: encrypted, shown to who has just made them, encrypted anew.

use relasi_persistence::{Conn, Database, Statement};
use uuid::Uuid;

use super::change::find;
use crate::{
    identity::Secret,
    platform::vault::{Row, Vault},
    records::Work,
    refusal::{Refusal, Result},
};

fn row(workspace: Uuid, id: Uuid) -> Row {
    Row {
        column: "inbound_hooks.token",
        id,
        workspace,
    }
}

pub(super) fn sealed(vault: &Vault, workspace: Uuid, id: Uuid, token: &Secret) -> String {
    vault.seal(row(workspace, id), token.reveal().as_bytes())
}

fn stored(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<String> {
    let mut statement = Statement::new("SELECT token FROM inbound_hooks WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id = ").bind(id);
    let found = conn.row(&statement, |row| row.text(0))?;
    found.ok_or(Refusal::NotFound)
}

fn opened(vault: &Vault, workspace: Uuid, id: Uuid, sealed: &str) -> Result<Vec<u8>> {
    vault.reveal(row(workspace, id), sealed).map_err(|error| {
        log::error!("inbound hook {id}: {error}");
        Refusal::Conflict("secret_unreadable")
    })
}

/// The token of a hook, for the answer to who has just made it.
pub fn reveal(work: &mut Work<'_>, vault: &Vault, id: Uuid) -> Result<String> {
    find(work, id)?;
    let workspace = work.access.workspace_id;
    let sealed = stored(work.conn, workspace, id)?;
    let token = opened(vault, workspace, id, &sealed)?;
    Ok(String::from_utf8_lossy(&token).into_owned())
}

/// Encrypts every token with the newest key; how many hooks have one.
pub fn reseal(database: &Database, vault: &Vault) -> Result<usize> {
    let all =
        Statement::new("SELECT workspace_id, id FROM inbound_hooks ORDER BY workspace_id, id");
    let ids = database.across().read_blocking(|conn| {
        Ok::<_, Refusal>(conn.rows(&all, |row| Ok((row.id(0)?, row.id(1)?)))?)
    })?;
    for &(workspace, id) in &ids {
        let vault = vault.clone();
        database
            .within(workspace)
            .write_blocking(move |conn| reseal_one(conn, &vault, workspace, id))?;
    }
    Ok(ids.len())
}

fn reseal_one(conn: &mut Conn, vault: &Vault, workspace: Uuid, id: Uuid) -> Result<()> {
    let before = match stored(conn, workspace, id) {
        Err(Refusal::NotFound) => return Ok(()),
        before => before?,
    };
    let token = opened(vault, workspace, id, &before)?;
    let mut statement = Statement::new("UPDATE inbound_hooks SET token = ");
    statement.bind(vault.seal(row(workspace, id), &token));
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND id = ").bind(id);
    // Who gives it another one meanwhile is not undone.
    statement.push(" AND token = ").bind(&before);
    conn.execute(&statement)?;
    Ok(())
}
