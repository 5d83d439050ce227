//! Passwords and keys of accounts, encrypted in their rows.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use relasi_persistence::{Database, Statement};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    platform::vault::{Row, Vault},
    random::random,
    refusal::{Refusal, Result},
};

/// What of an account nobody is shown.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Secrets {
    /// Password at the server that messages are sent by.
    #[serde(default)]
    pub(super) smtp_password: String,
    /// Password at the server that messages are fetched from.
    #[serde(default)]
    pub(super) imap_password: String,
    /// Private key of signatures, PKCS#1 in PEM.
    #[serde(default)]
    pub(super) dkim_key: Option<String>,
    /// Signs the addresses that bounces come to.
    pub(super) token_key: String,
}

impl Default for Secrets {
    fn default() -> Self {
        Self {
            smtp_password: String::new(),
            imap_password: String::new(),
            dkim_key: None,
            token_key: STANDARD_NO_PAD.encode(random::<32>()),
        }
    }
}

impl Secrets {
    pub(super) fn seal(&self, vault: &Vault, workspace: Uuid, account: Uuid) -> String {
        let text = serde_json::to_vec(self).expect("texts are JSON");
        vault.seal(place(workspace, account), &text)
    }

    pub(super) fn reveal(
        vault: &Vault,
        workspace: Uuid,
        account: Uuid,
        sealed: &str,
    ) -> Result<Self> {
        let unreadable = || Refusal::Conflict("secret_unreadable");
        let text = vault.reveal(place(workspace, account), sealed);
        let text = text.map_err(|error| {
            log::error!("e-mail account {account}: {error}");
            unreadable()
        })?;
        serde_json::from_slice(&text).map_err(|_| unreadable())
    }
}

fn place(workspace: Uuid, id: Uuid) -> Row {
    Row {
        column: "email_accounts.sealed",
        id,
        workspace,
    }
}

/// Encrypts the secrets of every account with the newest key; how many there are.
pub fn reseal(database: &Database, vault: &Vault) -> Result<usize> {
    let vault = vault.clone();
    database.across().write_blocking(move |conn| {
        let all = Statement::new(
            "SELECT workspace_id, id, sealed FROM email_accounts WHERE deleted_at IS NULL",
        );
        let all = conn.rows(&all, |row| Ok((row.id(0)?, row.id(1)?, row.text(2)?)))?;
        for (workspace, id, sealed) in &all {
            let secrets = Secrets::reveal(&vault, *workspace, *id, sealed)?;
            let mut update = Statement::new("UPDATE email_accounts SET sealed = ");
            update
                .bind(secrets.seal(&vault, *workspace, *id))
                .push(" WHERE workspace_id = ")
                .bind(*workspace);
            update.push(" AND id = ").bind(*id);
            conn.execute(&update)?;
        }
        Ok(all.len())
    })
}
