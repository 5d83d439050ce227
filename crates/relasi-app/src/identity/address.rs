//! Signed addresses of contents of files: whoever has one gets the content for five minutes, since a browser that shows
//! a picture or saves a file sends no access token.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Identity,
    token::{ISSUER, TokenFault},
};
use crate::{Refusal, Result};

const AUDIENCE: &str = "relasi-content";
const TYPE: &str = "content+jwt";

/// How long an address is good.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: i64,
    wid: Uuid,
    cid: Uuid,
}

impl Identity {
    /// What an address of a content ends with.
    pub fn content_token(&self, workspace: Uuid, content: Uuid, now: DateTime<Utc>) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: (now + LIFETIME).timestamp(),
            wid: workspace,
            cid: content,
        };
        self.keys.signed(TYPE, &claims)
    }

    /// Workspace and content of an address; [`Refusal::NotFound`] when it is not good, or no longer.
    pub async fn content_of(&self, token: &str, now: DateTime<Utc>) -> Result<(Uuid, Uuid)> {
        let read = || self.keys.verified::<Claims>(TYPE, AUDIENCE, token);
        let claims = match read() {
            Err(TokenFault::UnknownKey) => {
                self.look_for_keys(now).await?;
                read()
            }
            read => read,
        };
        match claims {
            Ok(claims) if claims.exp > now.timestamp() => Ok((claims.wid, claims.cid)),
            _ => Err(Refusal::NotFound),
        }
    }
}
