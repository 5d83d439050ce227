//! Passkeys: signing in by a key that stays on a device, as a second factor or without a password.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::{
    super::{Identity, challenge, token::ISSUER},
    passkey_rows,
};
use crate::{Refusal, Result};

const AUDIENCE: &str = "relasi-passkey";
const TYPE: &str = "passkey+jwt";

/// How long the browser may take.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// The address under which people reach the server: passkeys are good there and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site(Url);

impl Site {
    /// The site of a public address; none when it has no host name, since passkeys are bound to one.
    pub fn parse(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let known = matches!(url.scheme(), "https" | "http") && url.domain().is_some();
        known.then_some(Self(url))
    }

    /// The site of a request, without a public address: only on the machine itself, where nobody can pretend another.
    pub fn of_host(host: &str, https: bool) -> Option<Self> {
        let name = host.split(':').next()?;
        let scheme = if https { "https" } else { "http" };
        let local = name.eq_ignore_ascii_case("localhost");
        local.then(|| Self::parse(&format!("{scheme}://{host}")))?
    }

    /// The address itself.
    pub fn url(&self) -> &Url {
        &self.0
    }

    fn webauthn(&self) -> Result<Webauthn> {
        let name = self.0.domain().unwrap_or_default();
        let built = WebauthnBuilder::new(name, &self.0)
            .and_then(|builder| builder.rp_name("Relasi").build());
        built.map_err(|error| {
            log::error!("passkeys at {}: {error}", self.0);
            Refusal::Conflict("passkeys_unavailable")
        })
    }
}

/// What the browser is asked to do.
#[derive(Clone, Serialize)]
pub struct PasskeyOptions {
    /// Comes back with the browser's answer.
    pub token: String,
    /// The argument of `navigator.credentials`, as JSON.
    pub public_key: Value,
}

/// What a token says: for whom and what it is, and what the answer is checked against.
#[derive(Clone, Serialize, Deserialize)]
pub(in super::super) struct Claims<S> {
    iss: String,
    aud: String,
    exp: i64,
    jti: Uuid,
    /// Who adds a passkey.
    sub: Option<Uuid>,
    /// The sign-in that goes on.
    pub(in super::super) challenge: Option<String>,
    state: S,
}

impl Identity {
    fn passkey_token<S: Serialize>(
        &self,
        sub: Option<Uuid>,
        challenge: Option<String>,
        state: S,
        now: DateTime<Utc>,
    ) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: (now + PATIENCE).timestamp(),
            jti: Uuid::now_v7(),
            sub,
            challenge,
            state,
        };
        self.keys.signed(TYPE, &claims)
    }

    fn passkey_claims<S: DeserializeOwned>(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Claims<S>> {
        let read = self.keys.verified::<Claims<S>>(TYPE, AUDIENCE, token);
        read.ok()
            .filter(|claims| claims.exp > now.timestamp())
            .ok_or(Refusal::Unauthorized)
    }

    /// Begins adding a passkey for somebody.
    pub(super) fn passkey_registration(
        &self,
        site: &Site,
        (user, email, name): (Uuid, &str, &str),
        there: &[Passkey],
        now: DateTime<Utc>,
    ) -> Result<PasskeyOptions> {
        let known = there.iter().map(|key| key.cred_id().clone()).collect();
        let begun = site
            .webauthn()?
            .start_passkey_registration(user, email, name, Some(known));
        let (options, state) = begun.map_err(|error| refused(&error))?;
        let mut options = json!(options.public_key);
        // Only a key that the device finds by itself signs in without an address.
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
        Ok(PasskeyOptions {
            token: self.passkey_token::<PasskeyRegistration>(Some(user), None, state, now),
            public_key: options,
        })
    }

    /// The key that the browser made for `user`.
    pub(super) fn registered_passkey(
        &self,
        site: &Site,
        user: Uuid,
        token: &str,
        answer: Value,
        now: DateTime<Utc>,
    ) -> Result<Passkey> {
        let claims = self.passkey_claims::<PasskeyRegistration>(token, now)?;
        if claims.sub != Some(user) {
            return Err(Refusal::Unauthorized);
        }
        let answer: RegisterPublicKeyCredential = parsed(answer)?;
        let key = site
            .webauthn()?
            .finish_passkey_registration(&answer, &claims.state);
        key.map_err(|error| refused(&error))
    }
}

/// Begins signing in by a passkey: any, or one of those of the person whose sign-in goes on.
pub(in super::super) fn options(
    identity: &Identity,
    site: &Site,
    going_on: Option<(String, Vec<Passkey>)>,
    now: DateTime<Utc>,
) -> Result<PasskeyOptions> {
    let begun = site.webauthn()?.start_discoverable_authentication();
    let (options, state) = begun.map_err(|error| refused(&error))?;
    let mut options = json!(options.public_key);
    let challenge = going_on.map(|(challenge, keys)| {
        let known = keys
            .iter()
            .map(|key| json!({"type": "public-key", "id": key.cred_id()}));
        options["allowCredentials"] = known.collect();
        challenge
    });
    Ok(PasskeyOptions {
        token: identity.passkey_token::<DiscoverableAuthentication>(None, challenge, state, now),
        public_key: options,
    })
}

/// A browser's answer, before it is looked at.
#[derive(Clone)]
pub(in super::super) struct Answer {
    claims: Claims<DiscoverableAuthentication>,
    credential: PublicKeyCredential,
    token: String,
    webauthn: Webauthn,
}

impl Answer {
    /// The sign-in that goes on by it.
    pub(in super::super) fn challenge(&self) -> Option<&str> {
        self.claims.challenge.as_deref()
    }
}

/// Reads a browser's answer.
pub(in super::super) fn finish(
    identity: &Identity,
    site: &Site,
    token: String,
    answer: Value,
    now: DateTime<Utc>,
) -> Result<Answer> {
    Ok(Answer {
        claims: identity.passkey_claims(&token, now)?,
        credential: parsed(answer)?,
        token,
        webauthn: site.webauthn()?,
    })
}

impl Answer {
    /// Whose key signed, once: the person it must be, when that is known. [`Refusal::Unauthorized`] when no key did.
    pub(in super::super) fn owner(
        self,
        conn: &mut Conn,
        expected: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<Uuid> {
        let named = self
            .webauthn
            .identify_discoverable_authentication(&self.credential);
        let named = named.ok().map(|(user, _)| user);
        let user = match (expected, named) {
            (Some(expected), Some(named)) if expected != named => None,
            (expected, named) => expected.or(named),
        };
        let user = user.ok_or(Refusal::Unauthorized)?;
        challenge::once(conn, &self.token, now + PATIENCE)?;
        let asked = self.credential.get_credential_id();
        let key = passkey_rows::of(conn, user)?
            .into_iter()
            .find(|(_, key)| asked == key.cred_id().as_slice());
        let (id, mut key) = key.ok_or(Refusal::Unauthorized)?;
        let signed = self.webauthn.finish_discoverable_authentication_v2(
            &self.credential,
            self.claims.state,
            &key,
        );
        let signed = signed.map_err(|error| {
            log::info!("a passkey was refused: {error}");
            Refusal::Unauthorized
        })?;
        if !signed.user_verified() {
            return Err(Refusal::Unauthorized);
        }
        passkey_rows::used(conn, user, id, &mut key, &signed, now)?;
        Ok(user)
    }
}

fn parsed<T: DeserializeOwned>(answer: Value) -> Result<T> {
    serde_json::from_value(answer).map_err(|error| {
        relasi_domain::fault::Fault::field("credential", "malformed")
            .with("error", error)
            .into()
    })
}

fn refused(error: &WebauthnError) -> Refusal {
    log::info!("a passkey was refused: {error}");
    Refusal::Conflict("passkey_refused")
}

#[cfg(test)]
mod tests {
    use super::Site;

    #[test]
    fn passkeys_need_a_name_to_be_bound_to() {
        assert!(Site::parse("https://crm.kopi.example").is_some());
        for address in [
            "https://192.0.2.1",
            "crm.kopi.example",
            "ftp://crm.kopi.example",
        ] {
            assert_eq!(Site::parse(address), None, "{address}");
        }
        assert!(Site::of_host("localhost:7300", false).is_some());
        for host in [
            "127.0.0.1:7300",
            "crm.kopi.example",
            "localhost.evil.example",
            "",
        ] {
            assert_eq!(Site::of_host(host, true), None, "{host}");
        }
    }
}
