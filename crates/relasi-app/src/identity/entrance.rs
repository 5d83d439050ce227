//! The way in, for whoever has proved who it is: where to, from which address, and what is noted of it.

use chrono::{DateTime, Utc};
use relasi_persistence::Conn;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Client, Method, Principal, SignedIn,
    audit::Entry,
    history::{self, Note, Outcome},
    person::Account,
    policy, principal,
    secret::Secret,
    session::{self, Place},
    sql,
};
use crate::{Refusal, Result, platform::mail::Post};

/// What a sign-in answers.
#[derive(Clone, Debug)]
pub enum Entered {
    /// There is a session.
    SignedIn(Box<SignedIn>),
    /// The password was right; the second factor is asked for.
    Challenged(Challenge),
}

/// The second factor is asked for.
#[derive(Clone, Serialize)]
pub struct Challenge {
    /// Goes with the second step; it is good for nothing else.
    pub challenge: String,
    /// Seconds that it is good.
    pub expires_in: i64,
    /// What the second step may be: `totp`, `passkey`, `recovery_code`.
    pub methods: Vec<&'static str>,
}

/// Tokens stay out of logs.
impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Challenge({:?})", self.methods)
    }
}

/// A session that was opened or refreshed.
pub(super) struct Opened {
    pub(super) principal: Principal,
    pub(super) refresh: Secret,
    pub(super) expires_at: DateTime<Utc>,
}

/// Opens a session in a transaction; [`Refusal::Barred`] where the workspace takes nothing from that address.
pub(super) fn open(
    conn: &mut Conn,
    place: Place,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Opened> {
    let policy = policy::admit(conn, place.workspace, client.ip)?;
    let place = place.within(&policy, now);
    let (session, refresh) = session::open(conn, place, client, now)?;
    let principal = principal::read(conn, place.workspace, place.user, session, now)?
        .ok_or(Refusal::Unauthorized)?;
    Ok(Opened {
        principal,
        refresh,
        expires_at: place.until,
    })
}

/// Opens a session for somebody who has just proved who it is, and notes it in the history.
pub(super) fn open_noted(
    conn: &mut Conn,
    post: &Post,
    place: Place,
    method: Method,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Opened> {
    let opened = open(conn, place, client, now)?;
    let at = (place.workspace, place.user);
    history::note(conn, at, method, Outcome::SignedIn, client, now)?;
    history::remember(conn, post, at, client, now)?;
    Ok(opened)
}

/// How the last step of a sign-in ends in its transaction. What is refused is stored too.
pub(super) enum Step {
    Opened(Box<Opened>),
    Challenged(Challenge),
    Barred,
}

/// Lets somebody in who has proved who it is: where she was last, or else where her address is admitted;
/// whom a workspace's own service has proved, there.
pub(super) fn let_in(
    conn: &mut Conn,
    post: &Post,
    user: Uuid,
    (method, noted): (Method, Option<Note>),
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Step> {
    let bound = noted.filter(|noted| noted.bound);
    let homes = match bound {
        Some(noted) => vec![noted.workspace],
        None => homes(conn, user)?,
    };
    let last = *homes.first().ok_or(Refusal::Unauthorized)?;
    let mut admitted = None;
    for workspace in homes {
        if policy::of(conn, workspace)?.admits(client.ip) {
            admitted = Some(workspace);
            break;
        }
    }
    let outcome = match admitted {
        Some(_) => Outcome::SignedIn,
        None => Outcome::Network,
    };
    let workspace = admitted.unwrap_or(last);
    match noted.filter(|noted| noted.workspace == workspace) {
        Some(noted) => history::went_on(conn, noted, method, outcome)?,
        None => drop(history::note(
            conn,
            (workspace, user),
            method,
            outcome,
            client,
            now,
        )?),
    }
    if admitted.is_none() {
        return Ok(Step::Barred);
    }
    history::remember(conn, post, (workspace, user), client, now)?;
    Entry::new(workspace, Some(user), "signed_in", "user", user).write(conn, now)?;
    let place = Place {
        by_provider: bound.is_some(),
        ..Place::new(workspace, user, now)
    };
    let opened = open(conn, place, client, now)?;
    Ok(Step::Opened(Box::new(opened)))
}

/// The workspaces where somebody is an active member, the one last seen first.
pub(super) fn homes(conn: &mut Conn, user: Uuid) -> Result<Vec<Uuid>> {
    let statement = sql(
        "SELECT workspace_id FROM memberships WHERE user_id = ? AND active = ? \
         ORDER BY COALESCE(last_seen_at, 0) DESC, id",
        [user.into(), true.into()],
    );
    Ok(conn.rows(&statement, |row| row.id(0))?)
}

/// Notes a try of a known person, as one with a wrong password for now.
pub(super) fn noted_try(
    conn: &mut Conn,
    account: Option<&Account>,
    client: Option<&Client>,
    now: DateTime<Utc>,
) -> Result<Option<Note>> {
    let (Some(account), Some(client)) = (account, client) else {
        return Ok(None);
    };
    let Some(&workspace) = homes(conn, account.id)?.first() else {
        return Ok(None);
    };
    let at = (workspace, account.id);
    let noted = history::note(
        conn,
        at,
        Method::Password,
        Outcome::WrongPassword,
        client,
        now,
    )?;
    Ok(Some(noted))
}
