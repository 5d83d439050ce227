//! The first workspace and its first person: exactly once in the life of an installation.

use chrono::{DateTime, Utc};
use relasi_domain::{
    choices,
    fault::Faults,
    identity::{access::Access, role::Role},
};
use relasi_persistence::Conn;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    audit::Entry,
    person::{self, NewUser},
    sql,
};
use crate::{Refusal, Result};

/// What a workspace begins with.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founding {
    /// Name of the workspace.
    pub workspace_name: String,
    /// Language of the workspace and of its first person: en, id or th.
    pub language: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA name.
    pub time_zone: String,
    /// Name of the first person.
    pub full_name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password; see [`relasi_domain::identity::password`].
    pub password: String,
    /// Fill the workspace with sample records.
    #[serde(default)]
    pub sample_data: bool,
}

/// Whose a new workspace is.
pub(super) enum Owner {
    /// Somebody without an account so far.
    New(NewUser),
    /// The owner of an account.
    Known(Uuid),
}

impl Founding {
    /// Checks everything and returns the first person but for the hash of the password.
    pub(super) fn check(&self) -> Result<NewUser> {
        let mut faults = self.faults_of_workspace();
        person::check_name("full_name", &self.full_name, &mut faults);
        let address = person::check_email(&self.email, &mut faults);
        let context = [
            self.full_name.as_str(),
            self.email.as_str(),
            self.workspace_name.as_str(),
        ];
        if let Err(fault) = person::check_password(&self.password, &context) {
            faults.push(fault);
        }
        match address {
            Some(address) if faults.0.is_empty() => Ok(NewUser {
                address,
                full_name: self.full_name.clone(),
                language: self.language.clone(),
                password_hash: String::new(),
            }),
            _ => Err(faults.into()),
        }
    }

    /// What is wrong with it but for the first person.
    pub(super) fn faults_of_workspace(&self) -> Faults {
        let mut faults = Faults::default();
        person::check_name("workspace_name", &self.workspace_name, &mut faults);
        person::check_language(&self.language, &mut faults);
        faults.check(
            choices::bad_currency(&self.currency),
            "currency",
            "not_currency",
        );
        faults.check(
            choices::bad_time_zone(&self.time_zone),
            "time_zone",
            "not_time_zone",
        );
        faults
    }
}

/// Whether nobody has set the installation up yet.
pub(super) fn needed(conn: &mut Conn) -> Result<bool> {
    Ok(conn
        .row(&sql("SELECT id FROM setups WHERE id = 1", []), |row| {
            row.int(0)
        })?
        .is_none())
}

/// Takes the one turn that there is, for `workspace`.
fn take_turn(conn: &mut Conn, workspace: Uuid, now: DateTime<Utc>) -> Result<()> {
    let taken = conn.execute(&sql(
        "INSERT INTO setups (id, at, workspace_id) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING",
        [now.into(), workspace.into()],
    ))?;
    if taken == 1 {
        Ok(())
    } else {
        Err(Refusal::Conflict("already_set_up"))
    }
}

/// Makes a workspace and its owner; the `first` takes the turn of set-up, and is refused when it is gone.
pub(super) fn found(
    conn: &mut Conn,
    founding: &Founding,
    owner: &Owner,
    first: bool,
    now: DateTime<Utc>,
) -> Result<Access> {
    let workspace = Uuid::now_v7();
    conn.execute(&sql(
        "INSERT INTO workspaces (id, version, created_at, updated_at, name, language, currency, time_zone) \
         VALUES (?, 1, ?, ?, ?, ?, ?, ?)",
        [
            workspace.into(),
            now.into(),
            now.into(),
            founding.workspace_name.trim().into(),
            (&founding.language).into(),
            (&founding.currency).into(),
            (&founding.time_zone).into(),
        ],
    ))?;
    if first {
        take_turn(conn, workspace, now)?;
    }
    let user = match owner {
        Owner::New(owner) => person::insert_user(conn, owner, now)?,
        Owner::Known(user) => *user,
    };
    let membership = person::join(conn, workspace, user, Role::Owner.into(), None, now)?;
    Entry::new(workspace, Some(user), "created", "workspace", workspace).write(conn, now)?;
    Ok(Access::new(
        workspace,
        user,
        membership,
        Vec::new(),
        Role::Owner,
    ))
}
