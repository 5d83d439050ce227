//! A person is asked, and says yes or no.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::access::{Access, Action, RecordScope};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::{
    CODE,
    request::{self, Asked, Back, Request},
    stored,
};
use crate::{
    Refusal, Result,
    identity::{Identity, Principal, audit::Entry, secret::Secret, sql},
};

/// How long a code is good.
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// What a person decides on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Asking {
    /// The person is asked.
    Ask {
        /// What the app is called.
        app: String,
        /// The workspace.
        workspace: String,
        /// The host that the person is sent back to.
        host: String,
        /// What it asks for.
        scopes: Vec<Action>,
        /// What of it the person may do at all.
        own_scopes: Vec<Action>,
    },
    /// The request is wrong: the app is told so, there.
    Refused {
        /// Where the person is sent.
        redirect_to: String,
    },
    /// It is about another workspace of the person.
    Elsewhere {
        /// Which one.
        workspace_id: Uuid,
        /// Its name.
        workspace: String,
    },
}

/// What a person has decided.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The query with which the app sent the person, as it came.
    pub request: String,
    /// Whether the app is let.
    pub allow: bool,
}

/// The address with an answer added to its query.
fn answered(back: &Back, issuer: &str, answer: &[(&str, &str)]) -> Result<String> {
    // It was compared with a registered one, which can be read.
    let mut url = Url::parse(&back.redirect_uri).map_err(|_| Refusal::NotFound)?;
    let mut pairs = url.query_pairs_mut();
    for (name, value) in answer {
        pairs.append_pair(name, value);
    }
    if let Some(state) = &back.state {
        pairs.append_pair("state", state);
    }
    pairs.append_pair("iss", issuer);
    drop(pairs);
    Ok(url.into())
}

fn own(access: &Access, scopes: &[Action]) -> Vec<Action> {
    let reaches = |scope: &&Action| access.rights().reach(**scope) != RecordScope::None;
    scopes.iter().filter(reaches).copied().collect()
}

fn ask(conn: &mut Conn, principal: &Principal, raw: &str, issuer: &str) -> Result<Asking> {
    let access = &principal.access;
    Ok(match request::read(conn, access, raw)? {
        Request::Good(asked) => {
            let url = Url::parse(&asked.back.redirect_uri).map_err(|_| Refusal::NotFound)?;
            Asking::Ask {
                workspace: principal.workspace.name.clone(),
                host: url.host_str().unwrap_or_default().to_owned(),
                own_scopes: own(access, &asked.scopes),
                app: asked.app.name,
                scopes: asked.scopes,
            }
        }
        Request::Back(back, error) => Asking::Refused {
            redirect_to: answered(&back, issuer, &[("error", error)])?,
        },
        Request::Elsewhere(workspace_id, workspace) => Asking::Elsewhere {
            workspace_id,
            workspace,
        },
    })
}

/// Where the person goes after the decision.
fn decide(
    conn: &mut Conn,
    access: &Access,
    decision: &Decision,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<String> {
    let asked = match request::read(conn, access, &decision.request)? {
        Request::Good(asked) => asked,
        Request::Back(back, error) => return answered(&back, issuer, &[("error", error)]),
        Request::Elsewhere(..) => return Err(Refusal::Conflict("app_elsewhere")),
    };
    if !decision.allow {
        return answered(&asked.back, issuer, &[("error", "access_denied")]);
    }
    let code = issue(conn, access, &asked, now)?;
    answered(&asked.back, issuer, &[("code", &code)])
}

fn issue(conn: &mut Conn, access: &Access, asked: &Asked, now: DateTime<Utc>) -> Result<String> {
    let (workspace, user) = (access.workspace_id, access.user_id);
    let code = Secret::new(workspace);
    conn.execute(&sql(
        "INSERT INTO oauth_codes (workspace_id, code_hash, app_id, user_id, redirect_uri, challenge, scopes, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            code.hash().into(),
            asked.app.id.into(),
            user.into(),
            (&asked.back.redirect_uri).into(),
            (&asked.challenge).into(),
            stored(&asked.scopes).into(),
            (now + CODE_LIFETIME).into(),
        ],
    ))?;
    Entry::new(workspace, Some(user), "connected", "app", asked.app.id)
        .change("name", json!(null), asked.app.name.as_str())
        .change("scopes", json!(null), json!(asked.scopes))
        .write(conn, now)?;
    Ok(format!("{CODE}{}", code.reveal()))
}

impl Identity {
    /// What an app asks who is signed in for. `issuer` is the address of this server. A request whose app or address is
    /// not registered is invalid, at `/client_id` or `/redirect_uri`: nobody is sent there.
    pub async fn asked_by_app(
        &self,
        principal: &Principal,
        raw: String,
        issuer: String,
    ) -> Result<Asking> {
        let principal = principal.clone();
        self.db
            .across()
            .read_short(move |conn| ask(conn, &principal, &raw, &issuer))
            .await
    }

    /// Lets an app or not; where the person goes then.
    pub async fn decide_on_app(
        &self,
        principal: &Principal,
        decision: Decision,
        issuer: String,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let access = principal.access.clone();
        // An app may belong to another workspace of the person, who is then told to go there.
        self.db
            .across()
            .write(move |conn| decide(conn, &access, &decision, &issuer, now))
            .await
    }
}
