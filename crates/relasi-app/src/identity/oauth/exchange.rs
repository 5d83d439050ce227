//! An app exchanges a code or a refresh token for tokens, or gives a token back.

use std::net::IpAddr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use relasi_domain::identity::access::Action;
use relasi_persistence::Conn;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    ACCESS, CODE, REFRESH, SECRET, address,
    apps::{self, Registered},
    code::find_code,
    common,
    grant::{self, ACCESS_LIFETIME, GRACE, Pair},
    heard, parse_client_id, scopes_of, spoken,
};
use crate::{
    Refusal, Result,
    identity::{Identity, audit::Entry, policy, principal, secret::Secret, sql},
};

/// What an app says of itself.
#[derive(Clone, Default)]
pub struct ClientProof {
    /// Its id.
    pub client_id: String,
    /// Its secret, when it has one.
    pub client_secret: Option<String>,
}

/// What an app wants to exchange.
#[derive(Clone)]
pub enum TokenRequest {
    /// A code, with what it was bound to.
    Code {
        /// The code.
        code: String,
        /// Where the person was sent back to.
        redirect_uri: String,
        /// What the challenge was made of.
        verifier: String,
    },
    /// A refresh token.
    Refresh {
        /// The token.
        token: String,
        /// Less than all that was let.
        scope: Option<String>,
    },
}

/// The answer, as RFC 6749 has it.
#[derive(Clone, Serialize)]
pub struct Tokens {
    /// Goes into the header `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds that it is good.
    pub expires_in: i64,
    /// Is good once.
    pub refresh_token: String,
    /// What it may do, as far as its person may.
    pub scope: String,
}

/// Why nothing is exchanged: the codes of RFC 6749, section 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeFault {
    /// The app is not known, not active, or did not prove itself.
    Client,
    /// What it came with is not good.
    Grant,
    /// What it came with was exchanged before: two have it, and what came of it has been ended.
    Stolen,
    /// More than was let.
    Scope,
}

impl ExchangeFault {
    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Client => "invalid_client",
            Self::Grant | Self::Stolen => "invalid_grant",
            Self::Scope => "invalid_scope",
        }
    }
}

type Exchanged = std::result::Result<Tokens, ExchangeFault>;

/// The app that a request is from; none when it does not prove itself as it must.
fn client(conn: &mut Conn, proof: &ClientProof) -> Result<Option<(Uuid, Registered)>> {
    let Some((workspace, id)) = parse_client_id(&proof.client_id) else {
        return Ok(None);
    };
    let Some(app) = apps::active(conn, workspace, id)? else {
        return Ok(None);
    };
    let sent = proof.client_secret.as_deref();
    let sent = sent.map(|text| text.strip_prefix(SECRET).and_then(Secret::parse));
    let proved = match (&app.secret_hash, sent) {
        (None, None) => true,
        // Hashes of 256 random bits: where two differ tells nothing.
        (Some(hash), Some(Some(secret))) => {
            secret.workspace_id() == workspace && secret.hash() == *hash
        }
        _ => false,
    };
    Ok(proved.then_some((workspace, app)))
}

/// Whether a text is what a challenge was made of (RFC 7636).
fn made(challenge: &str, verifier: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let whole = (43..=128).contains(&verifier.len()) && verifier.bytes().all(fits);
    whole && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

fn told(pair: Pair, scopes: &[Action]) -> Tokens {
    Tokens {
        access_token: pair.access,
        token_type: "Bearer",
        expires_in: ACCESS_LIFETIME.num_seconds(),
        refresh_token: pair.refresh,
        scope: spoken(scopes),
    }
}

/// The secret of a token of this app's workspace.
fn secret_of(text: &str, begins: &str, workspace: Uuid) -> Option<Secret> {
    let secret = Secret::parse(text.strip_prefix(begins)?)?;
    (secret.workspace_id() == workspace).then_some(secret)
}

/// Whether somebody still works in the workspace, and it takes something from the app's address.
fn is_open(conn: &mut Conn, workspace: Uuid, user: Uuid, ip: IpAddr) -> Result<bool> {
    let member = principal::of_member(conn, workspace, user)?;
    Ok(member.is_some() && policy::of(conn, workspace)?.admits(ip))
}

fn stolen(
    conn: &mut Conn,
    workspace: Uuid,
    (app, user): (Uuid, Uuid),
    grant: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    if grant::end(conn, workspace, grant, "stolen", now)? {
        Entry::new(workspace, Some(user), "token_stolen", "app", app).write(conn, now)?;
    }
    Ok(())
}

/// Exchanges a code. One that was exchanged before ends what came of it: two have it.
fn by_code(
    conn: &mut Conn,
    (workspace, app): (Uuid, &Registered),
    (code, redirect_uri, verifier): (&str, &str, &str),
    ip: IpAddr,
    now: DateTime<Utc>,
) -> Result<Exchanged> {
    let Some(secret) = secret_of(code, CODE, workspace) else {
        return Ok(Err(ExchangeFault::Grant));
    };
    let hash = secret.hash();
    let Some(found) = find_code(conn, workspace, app.id, &hash, now)? else {
        return Ok(Err(ExchangeFault::Grant));
    };
    let first = conn.execute(&sql(
        "UPDATE oauth_codes SET used_at = ? WHERE workspace_id = ? AND code_hash = ? AND used_at IS NULL",
        [now.into(), workspace.into(), (&hash).into()],
    ))? == 1;
    if !first {
        // Who was faster may have stored it meanwhile.
        let found = find_code(conn, workspace, app.id, &hash, now)?.unwrap_or(found);
        if let Some(grant) = found.grant {
            stolen(conn, workspace, (app.id, found.user), grant, now)?;
        }
        return Ok(Err(ExchangeFault::Stolen));
    }
    // A code that came with something wrong is used up as well: whoever has it does not get to guess.
    let fits = found.redirect_uri == redirect_uri && made(&found.challenge, verifier);
    if !fits || !is_open(conn, workspace, found.user, ip)? {
        return Ok(Err(ExchangeFault::Grant));
    }
    let scopes = common(&found.scopes, &app.scopes);
    let grant = grant::open(conn, workspace, (app.id, found.user), &scopes, now)?;
    conn.execute(&sql(
        "UPDATE oauth_codes SET grant_id = ? WHERE workspace_id = ? AND code_hash = ?",
        [grant.into(), workspace.into(), hash.into()],
    ))?;
    let pair = grant::issue(conn, (workspace, grant), (&scopes, &scopes), now)?;
    Ok(Ok(told(pair, &scopes)))
}

/// Exchanges a refresh token for the next pair. One that was used before ends the family.
fn by_refresh(
    conn: &mut Conn,
    (workspace, app): (Uuid, &Registered),
    (token, scope): (&str, Option<&str>),
    ip: IpAddr,
    now: DateTime<Utc>,
) -> Result<Exchanged> {
    let Some(secret) = secret_of(token, REFRESH, workspace) else {
        return Ok(Err(ExchangeFault::Grant));
    };
    let hash = secret.hash();
    let statement = sql(
        "SELECT g.id, g.user_id, g.scopes FROM oauth_tokens t \
         JOIN oauth_grants g ON g.workspace_id = t.workspace_id AND g.id = t.grant_id \
         WHERE t.workspace_id = ? AND t.token_hash = ? AND t.kind = 'refresh' AND g.app_id = ? AND t.expires_at > ? \
         AND g.ended_at IS NULL AND g.expires_at > ?",
        [
            workspace.into(),
            (&hash).into(),
            app.id.into(),
            now.into(),
            now.into(),
        ],
    );
    let found = conn.row(&statement, |row| {
        Ok((row.id(0)?, row.id(1)?, scopes_of(&row.text(2)?)?))
    })?;
    let Some((grant, user, let_do)) = found else {
        return Ok(Err(ExchangeFault::Grant));
    };
    if !is_open(conn, workspace, user, ip)? {
        return Ok(Err(ExchangeFault::Grant));
    }
    let all = common(&let_do, &app.scopes);
    let some = match scope.map(heard) {
        None => all.clone(),
        Some(Some(some)) if !some.is_empty() && common(&some, &all) == some => some,
        Some(_) => return Ok(Err(ExchangeFault::Scope)),
    };
    let first = conn.execute(&sql(
        "UPDATE oauth_tokens SET used_at = ? WHERE workspace_id = ? AND token_hash = ? AND used_at IS NULL",
        [now.into(), workspace.into(), (&hash).into()],
    ))? == 1;
    if !first && used_at(conn, workspace, &hash)?.is_none_or(|used| used < now - GRACE) {
        stolen(conn, workspace, (app.id, user), grant, now)?;
        return Ok(Err(ExchangeFault::Stolen));
    }
    let pair = grant::issue(conn, (workspace, grant), (&some, &let_do), now)?;
    Ok(Ok(told(pair, &some)))
}

fn used_at(conn: &mut Conn, workspace: Uuid, hash: &str) -> Result<Option<DateTime<Utc>>> {
    let statement = sql(
        "SELECT used_at FROM oauth_tokens WHERE workspace_id = ? AND token_hash = ?",
        [workspace.into(), hash.into()],
    );
    Ok(conn.row(&statement, |row| row.opt_at(0))?.flatten())
}

/// Takes a token back: a refresh token with its whole family, an access token alone. What is not known is over already.
/// Whether there was something to take.
fn give_back(
    conn: &mut Conn,
    (workspace, app): (Uuid, &Registered),
    token: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let found = [(REFRESH, "refresh"), (ACCESS, "access")].into_iter();
    let mut found = found.filter_map(|(begins, kind)| {
        secret_of(token, begins, workspace).map(|secret| (secret, kind))
    });
    let Some((secret, kind)) = found.next() else {
        return Ok(false);
    };
    let statement = sql(
        "SELECT g.id, g.user_id FROM oauth_tokens t \
         JOIN oauth_grants g ON g.workspace_id = t.workspace_id AND g.id = t.grant_id \
         WHERE t.workspace_id = ? AND t.token_hash = ? AND t.kind = ? AND g.app_id = ?",
        [
            workspace.into(),
            secret.hash().into(),
            kind.into(),
            app.id.into(),
        ],
    );
    let Some((grant, user)) = conn.row(&statement, |row| Ok((row.id(0)?, row.id(1)?)))? else {
        return Ok(false);
    };
    if kind == "access" {
        conn.execute(&sql(
            "DELETE FROM oauth_tokens WHERE workspace_id = ? AND token_hash = ?",
            [workspace.into(), secret.hash().into()],
        ))?;
    } else if grant::end(conn, workspace, grant, "given_back", now)? {
        Entry::new(workspace, Some(user), "disconnected", "app", app.id)
            .change("name", app.name.as_str(), serde_json::Value::Null)
            .write(conn, now)?;
    }
    Ok(true)
}

impl Identity {
    /// Exchanges what an app has for tokens; the origins of its pages come with them when it keeps no secret, since only
    /// such apps run in browsers.
    pub async fn exchange(
        &self,
        proof: ClientProof,
        request: TokenRequest,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<(Exchanged, Vec<String>)> {
        let (done, origins) = self
            .db
            .across()
            .write(move |conn| {
                let Some((workspace, app)) = client(conn, &proof)? else {
                    return Ok::<_, Refusal>((Err(ExchangeFault::Client), Vec::new()));
                };
                let at = (workspace, &app);
                let done = match &request {
                    TokenRequest::Code {
                        code,
                        redirect_uri,
                        verifier,
                    } => by_code(conn, at, (code, redirect_uri, verifier), ip, now)?,
                    TokenRequest::Refresh { token, scope } => {
                        by_refresh(conn, at, (token, scope.as_deref()), ip, now)?
                    }
                };
                Ok((done, browsers(&app)))
            })
            .await?;
        if matches!(done, Err(ExchangeFault::Stolen)) {
            self.principals.forget();
        }
        Ok((done, origins))
    }

    /// Takes a token back; `Err` when the app did not prove itself. The origins are as with [`Identity::exchange`].
    pub async fn give_back(
        &self,
        proof: ClientProof,
        token: String,
        now: DateTime<Utc>,
    ) -> Result<std::result::Result<Vec<String>, ExchangeFault>> {
        let done = self
            .db
            .across()
            .write(move |conn| {
                let Some((workspace, app)) = client(conn, &proof)? else {
                    return Ok::<_, Refusal>(Err(ExchangeFault::Client));
                };
                let taken = give_back(conn, (workspace, &app), &token, now)?;
                Ok(Ok((taken, browsers(&app))))
            })
            .await?;
        if matches!(done, Ok((true, _))) {
            self.principals.forget();
        }
        Ok(done.map(|(_, origins)| origins))
    }
}

fn browsers(app: &Registered) -> Vec<String> {
    match app.secret_hash {
        Some(_) => Vec::new(),
        None => address::origins(&app.redirect_uris),
    }
}

#[cfg(test)]
mod tests {
    use super::made;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_the_hash_of_its_verifier() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(made(challenge, verifier));
        assert!(!made(challenge, &verifier[1..]));
        assert!(!made(challenge, challenge));
        assert!(!made(verifier, verifier));
    }
}
