//! One's own links to the workspace's service: made while one is signed in, looked at, taken back.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    enter::{Begun, Finish, Linking},
    person::{self, LINKED},
    settings,
};
use crate::{
    Refusal, Result,
    identity::{Identity, Principal, Proof, audit::Entry, factor, session, sql},
};

/// What the log and a letter call it.
const UNLINKED: &str = "provider_unlinked";

/// A subject of a service that stands for who asks.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// The service, as it names itself.
    pub issuer: String,
    /// What its button says; none when it is no longer the service of the workspace.
    pub label: Option<String>,
    /// Since when.
    pub linked_at: DateTime<Utc>,
}

/// The links of somebody in the workspace that they are signed in to.
#[derive(Debug, Clone, Serialize)]
pub struct Links {
    /// What the service that they could be linked to is called; none without one, and for who is linked already.
    pub service: Option<String>,
    /// The links, the newest first.
    pub items: Vec<Link>,
}

/// Takes a link back: which one, and by what the person shows that it is them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlink {
    /// The service.
    pub issuer: String,
    /// The password.
    #[serde(default)]
    pub password: Option<String>,
    /// A code of the app, or a recovery code.
    #[serde(default)]
    pub code: Option<String>,
}

fn links(conn: &mut Conn, workspace: Uuid, user: Uuid) -> Result<Links> {
    let service = settings::of(conn, workspace)?.filter(|service| service.active);
    let statement = sql(
        "SELECT issuer, linked_at FROM provider_identities WHERE workspace_id = ? AND user_id = ? \
         ORDER BY linked_at DESC, issuer",
        [workspace.into(), user.into()],
    );
    let mut items: Vec<Link> = conn.rows(&statement, |row| {
        Ok(Link {
            issuer: row.text(0)?,
            label: None,
            linked_at: row.at(1)?,
        })
    })?;
    let mut open = None;
    if let Some(service) = service {
        match items.iter_mut().find(|one| one.issuer == service.issuer) {
            Some(link) => link.label = Some(service.label),
            None => open = Some(service.label),
        }
    }
    Ok(Links {
        service: open,
        items,
    })
}

/// Takes a link away, with the sessions that may have come by it.
fn unlink(conn: &mut Conn, (workspace, user): (Uuid, Uuid), issuer: &str) -> Result<()> {
    let gone = conn.execute(&sql(
        "DELETE FROM provider_identities WHERE workspace_id = ? AND user_id = ? AND issuer = ?",
        [workspace.into(), user.into(), issuer.into()],
    ))?;
    if gone == 0 {
        return Err(Refusal::NotFound);
    }
    Ok(())
}

fn linking(principal: &Principal) -> Linking {
    Linking {
        user: principal.access.user_id,
        session: principal.session_id,
    }
}

impl Identity {
    /// The links of who asks, in the workspace of the session.
    pub async fn provider_links(&self, principal: &Principal) -> Result<Links> {
        let (workspace, user) = (principal.access.workspace_id, principal.access.user_id);
        self.db
            .within(workspace)
            .read_short(move |conn| links(conn, workspace, user))
            .await
    }

    /// Sends who has shown that it is them to the service of the workspace, to be linked to whom they are there.
    pub async fn begin_provider_link(
        &self,
        principal: &Principal,
        proof: Proof,
        redirect_uri: String,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Begun> {
        self.proved(principal, proof, ip, now).await?;
        let workspace = principal.access.workspace_id;
        self.go_there(workspace, redirect_uri, Some(linking(principal)), now)
            .await
    }

    /// Links who came back from the service. [`Refusal::NotFound`] when this session waits for nobody (any more),
    /// [`Refusal::Unauthorized`] when it is not proved who came, [`Refusal::Conflict`] when they or the subject are linked
    /// already.
    pub async fn finish_provider_link(
        &self,
        principal: &Principal,
        finish: Finish,
        now: DateTime<Utc>,
    ) -> Result<Links> {
        let back = self
            .come_back(finish, Some(linking(principal)), now)
            .await?;
        let (workspace, user) = (principal.access.workspace_id, principal.access.user_id);
        if back.workspace != workspace {
            return Err(Refusal::NotFound);
        }
        let (post, session) = (self.post.clone(), principal.session_id);
        // Sessions end in every workspace of the person.
        let linked = self.db.across().write(move |conn| {
            let who = (back.issuer.as_str(), back.proved.subject.as_str());
            person::link_own(conn, workspace, who, user, now)?;
            session::end_everywhere(conn, user, Some(session), "factors_changed", now)?;
            factor::tell(conn, &post, (workspace, user), LINKED, now)?;
            links(conn, workspace, user)
        });
        let linked = linked.await?;
        self.principals.forget();
        Ok(linked)
    }

    /// Takes a link back. A session that the service opened ends with it.
    pub async fn unlink_provider(
        &self,
        principal: &Principal,
        wish: Unlink,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let proof = Proof {
            password: wish.password,
            code: wish.code,
        };
        self.proved(principal, proof, ip, now).await?;
        let (workspace, user) = (principal.access.workspace_id, principal.access.user_id);
        let stays = (!principal.by_provider).then_some(principal.session_id);
        let (post, issuer) = (self.post.clone(), wish.issuer);
        let gone = self.db.across().write(move |conn| {
            unlink(conn, (workspace, user), &issuer)?;
            session::end_everywhere(conn, user, stays, "factors_changed", now)?;
            factor::tell(conn, &post, (workspace, user), UNLINKED, now)?;
            Entry::new(workspace, Some(user), UNLINKED, "user", user)
                .change("issuer", issuer.as_str(), Value::Null)
                .write(conn, now)
        });
        gone.await?;
        self.principals.forget();
        Ok(())
    }
}
