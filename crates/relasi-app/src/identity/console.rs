//! What the command line does with people. Blocks; for a thread of its own.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::{
        access::Access,
        email::Address,
        role::{MemberRole, Role},
    },
};
use relasi_persistence::Conn;
use uuid::Uuid;

use super::{
    Founding, Identity,
    audit::Entry,
    factor, member,
    person::{self, Account, NewUser},
    place, session,
    setup::{self, Owner},
    sql,
};
use crate::{Refusal, Result, records::Work};

/// Somebody to be made a member.
#[derive(Clone)]
pub struct NewMember {
    /// The address to sign in with.
    pub email: String,
    /// The name.
    pub full_name: String,
    /// The role.
    pub role: Role,
    /// The password; empty when the account exists.
    pub password: String,
    /// The workspace; needed when there are several.
    pub workspace_id: Option<Uuid>,
}

/// A membership as the command line lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLine {
    /// The address.
    pub email: String,
    /// The name.
    pub full_name: String,
    /// Name of the workspace.
    pub workspace: String,
    /// Its id.
    pub workspace_id: Uuid,
    /// The role there.
    pub role: MemberRole,
    /// False once deactivated.
    pub active: bool,
    /// Last sign-in or refresh.
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl Identity {
    /// Every membership of every workspace.
    pub fn list_users(&self) -> Result<Vec<UserLine>> {
        self.db.across().read_blocking(|conn| {
            let statement = sql(
                "SELECT u.email, u.full_name, w.name, w.id, m.role, m.active, m.last_seen_at, p.role_id FROM memberships m \
                 LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
                 JOIN users u ON u.id = m.user_id JOIN workspaces w ON w.id = m.workspace_id ORDER BY w.id, u.email_key",
                [],
            );
            Ok(conn.rows(&statement, |row| {
                Ok(UserLine {
                    email: row.text(0)?,
                    full_name: row.text(1)?,
                    workspace: row.text(2)?,
                    workspace_id: row.id(3)?,
                    role: place::role(&row.text(4)?, row.opt_id(7)?)?,
                    active: row.bool(5)?,
                    last_seen_at: row.opt_at(6)?,
                })
            })?)
        })
    }

    /// Makes somebody a member, with a new account if there is none.
    pub fn add_user(&self, new: NewMember, now: DateTime<Utc>) -> Result<Uuid> {
        let mut faults = Faults::default();
        let Some(address) = person::check_email(&new.email, &mut faults) else {
            return Err(faults.into());
        };
        let key = address.key.clone();
        let account = self
            .db
            .across()
            .read_blocking(move |conn| person::account(conn, &key))?;
        let (language, workspace) = self.only_workspace(new.workspace_id)?;
        let user = if account.is_none() {
            person::check_name("full_name", &new.full_name, &mut faults);
            if let Err(fault) = person::check_password(&new.password, &[&new.full_name, &new.email])
            {
                faults.push(fault);
            }
            faults.into_result()?;
            let password_hash = self.hasher.hash_now(&new.password);
            Some(NewUser {
                address,
                full_name: new.full_name,
                language,
                password_hash,
            })
        } else {
            None
        };
        let role = new.role.into();
        let id = self.db.across().write_blocking(move |conn| {
            let id = match (&user, &account) {
                (Some(user), _) => person::insert_user(conn, user, now)?,
                (None, account) => account.as_ref().ok_or(Refusal::NotFound)?.id,
            };
            let member = person::join(conn, workspace, id, role, None, now)?;
            Entry::new(workspace, None, "created", "member", member).write(conn, now)?;
            Ok::<_, Refusal>(id)
        })?;
        self.principals.forget();
        Ok(id)
    }

    /// Language and id of the named workspace, or of the only one.
    pub fn only_workspace(&self, wanted: Option<Uuid>) -> Result<(String, Uuid)> {
        let statement = sql("SELECT language, id FROM workspaces ORDER BY id", []);
        let mut all = self.db.across().read_blocking(move |conn| {
            Ok::<_, Refusal>(conn.rows(&statement, |row| Ok((row.text(0)?, row.id(1)?)))?)
        })?;
        all.retain(|(_, id)| wanted.is_none_or(|wanted| wanted == *id));
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(_), false) => Err(Fault::field("workspace_id", "required").into()),
            (None, _) => Err(Fault::field("workspace_id", "no_such_record").into()),
        }
    }

    /// Sets a new password and ends every session of its owner.
    pub fn reset_password(&self, email: &str, password: &str, now: DateTime<Utc>) -> Result<()> {
        let account = self.account(email)?;
        person::check_password(password, &[&account.full_name, &account.email])?;
        let hash = self.hasher.hash_now(password);
        self.db.across().write_blocking(move |conn| {
            person::set_password(conn, account.id, &hash, now)?;
            session::end_everywhere(conn, account.id, None, "password_reset", now)?;
            for (workspace, ..) in memberships(conn, account.id)? {
                Entry::new(workspace, None, "password_reset", "user", account.id)
                    .write(conn, now)?;
            }
            Ok::<_, Refusal>(())
        })?;
        self.principals.forget();
        Ok(())
    }

    /// Takes all second factors of somebody away, who has lost them, and ends every session; whether there were any.
    pub fn remove_factors(&self, email: &str, now: DateTime<Utc>) -> Result<bool> {
        let account = self.account(email)?;
        let removed = self.db.across().write_blocking(move |conn| {
            if !factor::remove_all(conn, account.id)? {
                return Ok(false);
            }
            session::end_everywhere(conn, account.id, None, "factors_changed", now)?;
            for (workspace, member, _) in memberships(conn, account.id)? {
                Entry::new(workspace, None, "second_factor_reset", "member", member)
                    .write(conn, now)?;
            }
            Ok::<_, Refusal>(true)
        })?;
        self.principals.forget();
        Ok(removed)
    }

    /// Deactivates somebody in every workspace and ends every session; the last owner of a workspace stays.
    pub fn deactivate_user(&self, email: &str, now: DateTime<Utc>) -> Result<()> {
        let account = self.account(email)?;
        self.db.across().write_blocking(move |conn| {
            for (workspace, id, role) in memberships(conn, account.id)? {
                member::lock_workspace(conn, workspace)?;
                if role == Role::Owner.code() {
                    member::another_owner(conn, workspace, id)?;
                }
                member::deactivate(conn, workspace, account.id, id, now)?;
            }
            Ok::<_, Refusal>(())
        })?;
        self.principals.forget();
        Ok(())
    }

    /// Makes another workspace on this installation. Its owner is whoever has the address; without an account, one is made.
    pub fn add_workspace(
        &self,
        founding: Founding,
        now: DateTime<Utc>,
        furnish: impl Fn(&mut Conn, &Access, DateTime<Utc>) -> Result<()> + Send + 'static,
    ) -> Result<Access> {
        let owner = if let Some(account) = self.account_if_any(&founding.email)? {
            founding.faults_of_workspace().into_result()?;
            Owner::Known(account.id)
        } else {
            let mut owner = founding.check()?;
            owner.password_hash = self.hasher.hash_now(&founding.password);
            Owner::New(owner)
        };
        self.db.across().write_blocking(move |conn| {
            // The first one takes the turn of set-up over HTTP, which is then closed.
            let first = setup::needed(conn)?;
            let access = setup::found(conn, &founding, &owner, first, now)?;
            furnish(conn, &access, now)?;
            Ok(access)
        })
    }

    /// Works in a workspace as one of its members, in one transaction.
    pub fn work_as(
        &self,
        access: Access,
        now: DateTime<Utc>,
        work: impl Fn(&mut Work<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let done = self.db.across().write_blocking(move |conn| {
            work(&mut Work {
                conn,
                access: &access,
                now,
                cause: None,
            })
        });
        self.principals.forget();
        done
    }

    /// Whether somebody signs in with this address.
    pub fn has_account(&self, email: &str) -> Result<bool> {
        Ok(self.account_if_any(email)?.is_some())
    }

    fn account(&self, email: &str) -> Result<Account> {
        self.account_if_any(email)?.ok_or(Refusal::NotFound)
    }

    fn account_if_any(&self, email: &str) -> Result<Option<Account>> {
        let address = Address::parse(email).ok_or_else(|| Fault::field("email", "not_email"))?;
        self.db
            .across()
            .read_blocking(move |conn| person::account(conn, &address.key))
    }
}

/// Active memberships: workspace, id, code of the role.
fn memberships(conn: &mut Conn, user: Uuid) -> Result<Vec<(Uuid, Uuid, String)>> {
    let statement = sql(
        "SELECT workspace_id, id, role FROM memberships WHERE user_id = ? AND active = ?",
        [user.into(), true.into()],
    );
    Ok(conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?, row.text(2)?)))?)
}
