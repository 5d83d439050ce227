//! Who signed in and who was refused, and from which devices: told to the person, and to those who manage members.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::identity::{
    access::{Access, Action},
    device,
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Client, Identity, Principal, member, notice, secret::sha256, session::shortened, sql};
use crate::{
    Refusal, Result,
    platform::{
        mail::{Post, Purpose},
        notification,
    },
};

/// How long it is kept.
const KEPT: TimeDelta = TimeDelta::days(365);

/// By what somebody came in, or tried to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The password alone.
    Password,
    /// The password and a code of the app.
    Totp,
    /// The password and a recovery code.
    RecoveryCode,
    /// A passkey, with or without a password before it.
    Passkey,
    /// The link of an invitation.
    Invitation,
    /// The set-up of the first workspace.
    SetUp,
    /// The service of the workspace.
    Provider,
}

impl Method {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Passkey => "passkey",
            Self::Invitation => "invitation",
            Self::SetUp => "set_up",
            Self::Provider => "provider",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A session was opened.
    SignedIn,
    /// The password was wrong.
    WrongPassword,
    /// The password was right; the second factor has not come.
    FactorMissing,
    /// The second factor was wrong.
    WrongFactor,
    /// The workspace takes nothing from that address.
    Network,
}

impl Outcome {
    fn code(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::WrongPassword => "wrong_password",
            Self::FactorMissing => "factor_missing",
            Self::WrongFactor => "wrong_factor",
            Self::Network => "network_refused",
        }
    }
}

/// One sign-in as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignInView {
    /// Its place in the list.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// By what: a code of [`Method`].
    pub method: String,
    /// `signed_in`, or why not.
    pub result: String,
    /// From which address.
    pub ip: String,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// Where a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) workspace: Uuid,
    pub(super) user: Uuid,
    id: Uuid,
    /// The workspace's own service has said who it is: the way leads into that workspace only.
    #[serde(default)]
    pub(super) bound: bool,
}

impl Note {
    /// The same, of somebody whom the workspace's own service has proved.
    pub(super) fn bound(self) -> Self {
        Self {
            bound: true,
            ..self
        }
    }
}

/// Notes a sign-in, or a try of one.
pub(super) fn note(
    conn: &mut Conn,
    (workspace, user): (Uuid, Uuid),
    method: Method,
    outcome: Outcome,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Note> {
    let id = Uuid::now_v7();
    conn.execute(&sql(
        "INSERT INTO sign_ins (workspace_id, user_id, id, at, method, result, ip, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            user.into(),
            id.into(),
            now.into(),
            method.code().into(),
            outcome.code().into(),
            client.ip.to_canonical().to_string().into(),
            shortened(&client.user_agent).into(),
        ],
    ))?;
    Ok(Note {
        workspace,
        user,
        id,
        bound: false,
    })
}

/// Says how it went on.
pub(super) fn went_on(conn: &mut Conn, note: Note, method: Method, outcome: Outcome) -> Result<()> {
    conn.execute(&sql(
        "UPDATE sign_ins SET method = ?, result = ? WHERE workspace_id = ? AND user_id = ? AND id = ?",
        [
            method.code().into(),
            outcome.code().into(),
            note.workspace.into(),
            note.user.into(),
            note.id.into(),
        ],
    ))?;
    Ok(())
}

/// Browser, system and network of a client: one who comes with the same is known.
fn device_of(client: &Client) -> String {
    let agent = client.user_agent.as_str();
    let kind = match (device::browser(agent), device::system(agent)) {
        (None, None) => shortened(agent),
        (browser, system) => format!(
            "{}|{}",
            browser.unwrap_or_default(),
            system.unwrap_or_default()
        ),
    };
    // Addresses of one line change in their last parts.
    let network = match client.ip.to_canonical() {
        IpAddr::V4(v4) => v4.octets()[..2].to_vec(),
        IpAddr::V6(v6) => v6.octets()[..4].to_vec(),
    };
    sha256(format!("{kind}|{network:?}").as_bytes())
}

/// Remembers the device that somebody signed in with, and tells of one that was not seen before. The first one of all
/// is no news.
pub(super) fn remember(
    conn: &mut Conn,
    post: &Post,
    (workspace, user): (Uuid, Uuid),
    client: &Client,
    now: DateTime<Utc>,
) -> Result<()> {
    let device = device_of(client);
    let known = sql(
        "SELECT device_hash FROM known_devices WHERE user_id = ?",
        [user.into()],
    );
    let known = conn.rows(&known, |row| row.text(0))?;
    conn.execute(&sql(
        "INSERT INTO known_devices (user_id, device_hash, last_seen_at) VALUES (?, ?, ?) \
         ON CONFLICT (user_id, device_hash) DO UPDATE SET last_seen_at = excluded.last_seen_at",
        [user.into(), (&device).into(), now.into()],
    ))?;
    if known.is_empty() || known.contains(&device) {
        return Ok(());
    }
    let agent = client.user_agent.as_str();
    let named = [device::browser(agent), device::system(agent)];
    let named: Vec<&str> = named.into_iter().flatten().collect();
    let device = if named.is_empty() {
        shortened(agent)
    } else {
        named.join(", ")
    };
    let values = json!({"device": device, "ip": client.ip.to_canonical(), "link": post.link("/app/settings/security")});
    notice::send(
        conn,
        post,
        (workspace, user),
        Purpose::NewDevice,
        values,
        now,
    )?;
    let data = json!({"user_agent": shortened(&client.user_agent), "ip": client.ip.to_canonical()});
    notification::tell(
        conn,
        (workspace, user),
        "new_device",
        None,
        &data,
        now.into(),
    )
}

/// The sign-ins of somebody in a workspace, newest first.
fn list(
    conn: &mut Conn,
    workspace: Uuid,
    user: Uuid,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<SignInView>> {
    let mut statement = Statement::new(
        "SELECT id, at, method, result, ip, user_agent FROM sign_ins WHERE workspace_id = ",
    );
    statement.bind(workspace).push(" AND user_id = ").bind(user);
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    Ok(conn.rows(&statement, |row| {
        Ok(SignInView {
            id: row.id(0)?,
            at: row.at(1)?,
            method: row.text(2)?,
            result: row.text(3)?,
            ip: row.text(4)?,
            user_agent: row.text(5)?,
        })
    })?)
}

fn of_member(
    conn: &mut Conn,
    access: &Access,
    member: Uuid,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<SignInView>> {
    if !access.may(Action::Members) {
        return Err(Refusal::Forbidden);
    }
    let member = member::find(conn, access, member)?;
    list(conn, access.workspace_id, member.user_id, before, limit)
}

impl Identity {
    /// One's own sign-ins here, newest first.
    pub async fn sign_ins(
        &self,
        principal: &Principal,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<SignInView>> {
        let (workspace, user) = (principal.access.workspace_id, principal.access.user_id);
        self.db
            .within(workspace)
            .read_short(move |conn| list(conn, workspace, user, before, limit))
            .await
    }

    /// Those of a member, for those who manage members.
    pub async fn member_sign_ins(
        &self,
        principal: &Principal,
        member: Uuid,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<SignInView>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| of_member(conn, &access, member, before, limit))
            .await
    }
}

/// Forgets what is older than it is kept.
pub(super) fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let before = now - KEPT;
    conn.execute(&sql("DELETE FROM sign_ins WHERE at < ?", [before.into()]))?;
    conn.execute(&sql(
        "DELETE FROM known_devices WHERE last_seen_at < ?",
        [before.into()],
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(ip: &str, agent: &str) -> Client {
        Client {
            ip: ip.parse().expect("an address"),
            user_agent: agent.to_owned(),
        }
    }

    #[test]
    fn a_device_is_known_by_browser_system_and_network() {
        let here = device_of(&client("203.0.113.7", "Firefox/132 Linux"));
        assert_eq!(here, device_of(&client("203.0.200.1", "Firefox/133 Linux")));
        for (ip, agent) in [
            ("203.1.113.7", "Firefox/132 Linux"),
            ("203.0.113.7", "Firefox/132 Windows"),
            ("203.0.113.7", "ureq/3"),
        ] {
            assert_ne!(here, device_of(&client(ip, agent)), "{ip} {agent}");
        }
    }
}
