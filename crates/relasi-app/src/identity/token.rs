//! Access tokens: JWT after RFC 9068, signed with Ed25519, good for ten minutes.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::sql;
use crate::{Result, random::random};

pub(super) const ISSUER: &str = "relasi";
const AUDIENCE: &str = "relasi-api";
const TYPE: &str = "at+jwt";

/// How long an access token is good.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// After this time a new key signs; the old one is known until its last token has expired.
const KEY_AGE: TimeDelta = TimeDelta::days(90);

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// Seconds since 1970 at which it stops being good.
    pub exp: i64,
    iat: i64,
    jti: Uuid,
    /// The user.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// The workspace.
    pub wid: Uuid,
}

/// Why a token was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// Signed with a key that is not known here, perhaps one that another server has just made.
    UnknownKey,
    /// Good once.
    Expired,
    /// Anything else.
    Invalid,
}

/// The keys that sign and check access tokens.
///
/// The private keys lie in the database: restarts and several servers share them, and one who can read them there can
/// read the sessions too, without a live one of which no token is good.
#[derive(Default)]
pub struct KeyRing(RwLock<Arc<Keys>>);

/// Keys as they were read.
#[derive(Default)]
pub(super) struct Keys {
    /// Key id, key and birth of the newest.
    signing: Option<(String, EncodingKey, i64)>,
    verifying: HashMap<String, DecodingKey>,
}

impl KeyRing {
    /// Signs and checks with these keys from now on.
    pub(super) fn replace(&self, keys: Keys) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// No key signs yet, or the newest is due to be followed by another.
    pub fn needs_key(&self, now: DateTime<Utc>) -> bool {
        let oldest = (now - KEY_AGE).timestamp_micros();
        self.keys()
            .signing
            .as_ref()
            .is_none_or(|(_, _, created_at)| *created_at < oldest)
    }

    fn keys(&self) -> Arc<Keys> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A new access token and when it expires.
    pub fn sign(
        &self,
        user: Uuid,
        session: Uuid,
        workspace: Uuid,
        now: DateTime<Utc>,
    ) -> (String, DateTime<Utc>) {
        let expires = now + LIFETIME;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: expires.timestamp(),
            iat: now.timestamp(),
            jti: Uuid::now_v7(),
            sub: user,
            sid: session,
            wid: workspace,
        };
        (self.signed(TYPE, &claims), expires)
    }

    /// Claims signed as a token of a type.
    pub(super) fn signed(&self, kind: &str, claims: &impl Serialize) -> String {
        let keys = self.keys();
        let (kid, key, _) = keys
            .signing
            .as_ref()
            .expect("a key is made before anybody signs in");
        jsonwebtoken::encode(&header(kind, kid), claims, key)
            .expect("an Ed25519 key made here signs")
    }

    /// Checks form, type, algorithm, key, signature, issuer, audience and time.
    pub fn verify(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> std::result::Result<Claims, TokenFault> {
        let claims: Claims = self.verified(TYPE, AUDIENCE, token)?;
        if claims.exp <= now.timestamp() {
            return Err(TokenFault::Expired);
        }
        Ok(claims)
    }

    /// The claims of a token of a type; the caller looks at its time, against a clock and without leeway.
    pub(super) fn verified<C: DeserializeOwned>(
        &self,
        kind: &str,
        audience: &str,
        token: &str,
    ) -> std::result::Result<C, TokenFault> {
        let invalid = |_| TokenFault::Invalid;
        let found = jsonwebtoken::decode_header(token).map_err(invalid)?;
        let kid = found.kid.clone().ok_or(TokenFault::Invalid)?;
        // Nothing may stand in the header but what we put there: no other algorithm, no key, no address of one.
        if found != header(kind, &kid) {
            return Err(TokenFault::Invalid);
        }
        let keys = self.keys();
        let key = keys.verifying.get(&kid).ok_or(TokenFault::UnknownKey)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[audience]);
        rules.validate_exp = false;
        let decoded = jsonwebtoken::decode::<C>(token, key, &rules).map_err(invalid)?;
        Ok(decoded.claims)
    }
}

/// Reads every key.
pub(super) fn read_keys(conn: &mut Conn) -> Result<Keys> {
    let statement = sql(
        "SELECT kid, private_key, public_key, created_at FROM signing_keys ORDER BY created_at, kid",
        [],
    );
    let rows = conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?))
    })?;
    let mut keys = Keys::default();
    for (kid, private, public, created_at) in rows {
        let (Ok(private), Ok(public)) = (STANDARD.decode(private), STANDARD.decode(public)) else {
            log::error!("signing key {kid} cannot be read; its tokens are refused");
            continue;
        };
        keys.verifying
            .insert(kid.clone(), DecodingKey::from_ed_der(&public));
        keys.signing = Some((kid, EncodingKey::from_ed_der(&private), created_at));
    }
    Ok(keys)
}

fn header(kind: &str, kid: &str) -> Header {
    Header {
        typ: Some(kind.to_owned()),
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::EdDSA)
    }
}

/// Makes a key, stores it and forgets those that nothing is signed with any more.
pub(super) fn make_key(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let key = SigningKey::from_bytes(&random());
    let private = key
        .to_pkcs8_der()
        .expect("an Ed25519 key has a PKCS #8 form");
    let kid = Uuid::now_v7().simple().to_string();
    conn.execute(&sql(
        "INSERT INTO signing_keys (kid, private_key, public_key, created_at) VALUES (?, ?, ?, ?)",
        [
            kid.into(),
            STANDARD.encode(private.as_bytes()).into(),
            STANDARD.encode(key.verifying_key().as_bytes()).into(),
            now.into(),
        ],
    ))?;
    let outlived = now - KEY_AGE * 2;
    conn.execute(&sql(
        "DELETE FROM signing_keys WHERE created_at < ?",
        [outlived.into()],
    ))?;
    Ok(())
}
