//! Whom a subject of a service stands for: who was linked, who is linked now, who joins, and who is refused.

use chrono::{DateTime, Utc};
use relasi_domain::identity::{email::Address, role::MemberRole};
use relasi_persistence::{Conn, StoreError};
use uuid::Uuid;

use super::{client::Proved, settings::ProviderView};
use crate::{
    Refusal, Result,
    identity::{audit::Entry, factor, member::lock_workspace, person, place, sql},
    platform::mail::Post,
};

/// The refusal to who is not known.
const UNKNOWN: Refusal = Refusal::Barred("provider_unknown_person");
/// The refusal to who is linked to the service already.
const ALREADY: Refusal = Refusal::Conflict("provider_linked_already");
/// What the log and a letter call it.
pub(super) const LINKED: &str = "provider_linked";

/// The active member that a subject stands for. Somebody who comes for the first time is linked by an address that the
/// service has checked and answers for, and only to the member or the invitation of this workspace that has it.
pub(super) fn of(
    conn: &mut Conn,
    post: &Post,
    workspace: Uuid,
    provider: &ProviderView,
    proved: &Proved,
    now: DateTime<Utc>,
) -> Result<Uuid> {
    lock_workspace(conn, workspace)?;
    let linked = linked(conn, workspace, &provider.issuer, &proved.subject)?;
    if let Some(user) = linked {
        return if is_active(conn, workspace, user)? == Some(true) {
            Ok(user)
        } else {
            Err(UNKNOWN)
        };
    }
    let address = proved.email.as_deref().and_then(Address::parse);
    let address = address.filter(|address| {
        let domain = address.key.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| provider.domains.iter().any(|one| one == domain))
    });
    let address = address.ok_or(UNKNOWN)?;
    let who = (provider.issuer.as_str(), proved.subject.as_str());
    let Some(account) = person::account(conn, &address.key)? else {
        let user = join(conn, workspace, provider, &address, proved, now)?;
        link(conn, workspace, who, user, now)?;
        return Ok(user);
    };
    // Who has an account and does not work here comes in by an invitation, which asks for the password.
    if is_active(conn, workspace, account.id)? != Some(true) {
        return Err(UNKNOWN);
    }
    link(conn, workspace, who, account.id, now)?;
    factor::tell(conn, post, (workspace, account.id), LINKED, now)?;
    Ok(account.id)
}

/// Links a subject to somebody who is signed in and has shown that it is them, whatever address the service tells.
pub(super) fn link_own(
    conn: &mut Conn,
    workspace: Uuid,
    (issuer, subject): (&str, &str),
    user: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    lock_workspace(conn, workspace)?;
    match linked(conn, workspace, issuer, subject)? {
        Some(other) if other != user => Err(Refusal::Conflict("provider_linked_to_other")),
        Some(_) => Err(ALREADY),
        None => link(conn, workspace, (issuer, subject), user, now).map_err(|refusal| {
            match refusal {
                // Another subject of the service stands for them.
                Refusal::Barred(_) => ALREADY,
                other => other,
            }
        }),
    }
}

fn linked(conn: &mut Conn, workspace: Uuid, issuer: &str, subject: &str) -> Result<Option<Uuid>> {
    let statement = sql(
        "SELECT user_id FROM provider_identities WHERE workspace_id = ? AND issuer = ? AND subject = ?",
        [workspace.into(), issuer.into(), subject.into()],
    );
    Ok(conn.row(&statement, |row| row.id(0))?)
}

/// Whether a member is active; nothing for who is none.
fn is_active(conn: &mut Conn, workspace: Uuid, user: Uuid) -> Result<Option<bool>> {
    let statement = sql(
        "SELECT active FROM memberships WHERE workspace_id = ? AND user_id = ?",
        [workspace.into(), user.into()],
    );
    Ok(conn.row(&statement, |row| row.bool(0))?)
}

/// Links a subject to somebody whom no other subject of the service stands for.
fn link(
    conn: &mut Conn,
    workspace: Uuid,
    (issuer, subject): (&str, &str),
    user: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let made = conn.execute(&sql(
        "INSERT INTO provider_identities (workspace_id, issuer, subject, user_id, linked_at) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (workspace_id, issuer, user_id) DO NOTHING",
        [
            workspace.into(),
            issuer.into(),
            subject.into(),
            user.into(),
            now.into(),
        ],
    ))?;
    if made == 0 {
        return Err(UNKNOWN);
    }
    Entry::new(workspace, Some(user), LINKED, "user", user)
        .change("issuer", serde_json::Value::Null, issuer)
        .write(conn, now)
}

/// An open invitation to an address: its id, role and team.
fn invitation(
    conn: &mut Conn,
    workspace: Uuid,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Uuid, MemberRole, Option<Uuid>)>> {
    let statement = sql(
        "SELECT id, role, team_id FROM invitations WHERE workspace_id = ? AND email_key = ? AND accepted_at IS NULL \
         AND revoked_at IS NULL AND expires_at > ?",
        [workspace.into(), key.into(), now.into()],
    );
    Ok(conn.row(&statement, |row| {
        let text = row.text(1)?;
        let role = MemberRole::parse(&text);
        let role = role.ok_or_else(|| StoreError::Other(format!("unknown role {text}")))?;
        Ok((row.id(0)?, role, row.opt_id(2)?))
    })?)
}

/// Makes somebody without an account a member: as invited, or as the service's people become.
fn join(
    conn: &mut Conn,
    workspace: Uuid,
    provider: &ProviderView,
    address: &Address,
    proved: &Proved,
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let invited = invitation(conn, workspace, &address.key, now)?;
    let (role, team) = match (&invited, provider.join_role) {
        (Some((_, role, team)), _) => (*role, *team),
        (None, Some(role)) => (role, None),
        (None, None) => return Err(UNKNOWN),
    };
    place::rights_of(conn, workspace, role).map_err(|_| UNKNOWN)?;
    let user = insert(conn, workspace, address, proved.name.as_deref(), now)?;
    let member = person::join(conn, workspace, user, role, team, now)?;
    match invited {
        Some((id, ..)) => {
            conn.execute(&sql(
                "UPDATE invitations SET accepted_at = ?, accepted_by = ? WHERE workspace_id = ? AND id = ?",
                [now.into(), user.into(), workspace.into(), id.into()],
            ))?;
            Entry::new(workspace, Some(user), "accepted", "invitation", id).write(conn, now)?;
        }
        None => Entry::new(workspace, Some(user), "created", "member", member)
            .change("role", serde_json::Value::Null, role.to_string())
            .write(conn, now)?,
    }
    Ok(user)
}

/// An account without a password.
fn insert(
    conn: &mut Conn,
    workspace: Uuid,
    address: &Address,
    name: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let name: String = name
        .unwrap_or_default()
        .chars()
        .filter(|sign| !sign.is_control())
        .take(120)
        .collect();
    let name = match name.trim() {
        "" => address.shown.split('@').next().unwrap_or_default(),
        name => name,
    };
    let id = Uuid::now_v7();
    conn.execute(&sql(
        "INSERT INTO users (id, version, created_at, updated_at, email, email_key, full_name, language) \
         SELECT ?, 1, ?, ?, ?, ?, ?, language FROM workspaces WHERE id = ?",
        [
            id.into(),
            now.into(),
            now.into(),
            (&address.shown).into(),
            (&address.key).into(),
            name.into(),
            workspace.into(),
        ],
    ))?;
    Ok(id)
}
