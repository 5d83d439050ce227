//! Getting in and out: set-up, sign-in, refresh, sign-out, new passwords.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Fault,
    identity::{access::Access, role::MemberRole},
};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Challenge, Client, Entered, Founding, Granted, Identity, Method, Principal, UserView,
    WorkspaceView, account_key,
    audit::Entry,
    challenge,
    entrance::{Opened, Step, let_in, noted_try, open, open_noted},
    factor,
    hashing::Verdict,
    history::{self, Note, Outcome},
    person::{self, Account},
    policy, principal,
    secret::Secret,
    session::{self, Place, Rotation},
    setup::{self, Owner},
    throttle::Attempt,
    token,
};
use crate::{Refusal, Result};

/// What somebody signs in with.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A change of one's own password.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present one.
    pub current_password: String,
    /// The one to come.
    pub new_password: String,
}

/// The answer to a sign-in.
#[derive(Clone, Serialize)]
pub struct SignedIn {
    /// Goes into the header `Authorization: Bearer …`; the browser keeps it in memory only.
    pub access_token: String,
    /// Seconds that it is good.
    pub expires_in: i64,
    /// Who signed in.
    pub user: UserView,
    /// Where.
    pub workspace: WorkspaceView,
    /// As what.
    pub role: MemberRole,
    /// What the role gives.
    #[serde(flatten)]
    pub granted: Granted,
    /// Whether a second factor must be set up before anything else.
    pub second_factor_missing: bool,
    /// Goes into the cookie, never into a body.
    #[serde(skip)]
    pub refresh_token: String,
    /// When the cookie ends.
    #[serde(skip)]
    pub refresh_expires_at: DateTime<Utc>,
}

/// Tokens stay out of logs.
impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({} in {})", self.user.id, self.workspace.id)
    }
}

impl Identity {
    /// Whether the installation waits for its first workspace.
    pub async fn set_up_needed(&self) -> Result<bool> {
        self.db.across().read_short(setup::needed).await
    }

    /// Makes the first workspace with its owner and signs the owner in. `furnish` adds what a workspace begins with, in
    /// the same transaction. [`Refusal::Conflict`] `already_set_up` for everybody but the first.
    pub async fn set_up(
        &self,
        founding: Founding,
        client: Client,
        now: DateTime<Utc>,
        furnish: impl Fn(&mut Conn, &Access, DateTime<Utc>) -> Result<()> + Send + 'static,
    ) -> Result<SignedIn> {
        if !self.set_up_needed().await? {
            return Err(Refusal::Conflict("already_set_up"));
        }
        let mut owner = founding.check()?;
        owner.password_hash = self.hasher.hash(founding.password.clone()).await;
        let owner = Owner::New(owner);
        let post = self.post.clone();
        let entered = self.db.across().write(move |conn| {
            let access = setup::found(conn, &founding, &owner, true, now)?;
            furnish(conn, &access, now)?;
            let place = Place::new(access.workspace_id, access.user_id, now);
            open_noted(conn, &post, place, Method::SetUp, &client, now)
        });
        let entered = entered.await?;
        Ok(self.signed_in(entered, now))
    }

    /// Signs in, or asks for the second factor of who has one. The answer for a wrong password, an unknown address and a
    /// deactivated member is the same, and takes as long: [`Refusal::Unauthorized`]. [`Refusal::Throttled`] after too many
    /// failures.
    pub async fn sign_in(
        &self,
        credentials: Credentials,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<Entered> {
        let key = account_key(&credentials.email);
        let attempt = Attempt::new(&key, client.ip);
        let (account, noted) = self
            .prove_noted(
                &attempt,
                key,
                credentials.password,
                Some(client.clone()),
                now,
            )
            .await?;
        let post = self.post.clone();
        let step = self.db.across().write(move |conn| {
            attempt.succeed(conn)?;
            let factors = factor::of(conn, account.id)?;
            if !factors.any() {
                return let_in(
                    conn,
                    &post,
                    account.id,
                    (Method::Password, noted),
                    &client,
                    now,
                );
            }
            let noted = noted.ok_or(Refusal::Unauthorized)?;
            history::went_on(conn, noted, Method::Password, Outcome::FactorMissing)?;
            Ok(Step::Challenged(Challenge {
                challenge: challenge::make(conn, account.id, &noted, now)?,
                expires_in: challenge::PATIENCE.num_seconds(),
                methods: factors.methods(),
            }))
        });
        let step = step.await?;
        self.entered(step, now)
    }

    /// The answer to the last step of a sign-in.
    pub(super) fn entered(&self, step: Step, now: DateTime<Utc>) -> Result<Entered> {
        match step {
            Step::Opened(opened) => Ok(Entered::SignedIn(Box::new(self.signed_in(*opened, now)))),
            Step::Challenged(challenge) => Ok(Entered::Challenged(challenge)),
            Step::Barred => Err(Refusal::Barred(policy::ELSEWHERE)),
        }
    }

    /// Checks a password under the throttle and stores its hash anew when it is an old one.
    pub(super) async fn prove(
        &self,
        attempt: &Attempt,
        email_key: String,
        password: String,
        now: DateTime<Utc>,
    ) -> Result<Account> {
        let proved = self.prove_noted(attempt, email_key, password, None, now);
        Ok(proved.await?.0)
    }

    /// The same for a sign-in from a client, of which the person is told. It is noted as failed before the password is
    /// looked at, like the throttle's count, so that it takes no time of its own.
    async fn prove_noted(
        &self,
        attempt: &Attempt,
        email_key: String,
        password: String,
        client: Option<Client>,
        now: DateTime<Utc>,
    ) -> Result<(Account, Option<Note>)> {
        let begun = attempt.clone();
        self.db
            .across()
            .read_short(move |conn| begun.check(conn, now))
            .await?;
        // Counting begins with the turn: many people of one office may wait for theirs at the same time.
        let turn = self.hasher.turn().await;
        let begun = attempt.clone();
        let account = self.db.across().write(move |conn| {
            begun.begin(conn, now)?;
            let account = person::account(conn, &email_key)?;
            let noted = noted_try(conn, account.as_ref(), client.as_ref(), now)?;
            Ok::<_, Refusal>((account, noted))
        });
        let (account, noted) = account.await?;
        let stored = account
            .as_ref()
            .and_then(|account| account.password_hash.clone());
        let verdict = self.hasher.verify(turn, password, stored.clone()).await;
        let account = account
            .filter(|_| verdict != Verdict::Wrong)
            .ok_or(Refusal::Unauthorized)?;
        if let (Verdict::Renewed(new), Some(old)) = (verdict, stored) {
            let user = account.id;
            self.db
                .across()
                .write(move |conn| person::renew_hash(conn, user, &old, &new))
                .await?;
        }
        Ok((account, noted))
    }

    /// Exchanges a refresh token for a new access token and the next refresh token. A token that was used before ends
    /// its session; that and every other fault is [`Refusal::Unauthorized`].
    pub async fn refresh(
        &self,
        token: &str,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<SignedIn> {
        let token = Secret::parse(token).ok_or(Refusal::Unauthorized)?;
        let rotated = self.db.across().write(move |conn| {
            Ok::<_, Refusal>(match session::rotate(conn, &token, &client, now)? {
                Rotation::Next {
                    user_id,
                    session_id,
                    refresh,
                    expires_at,
                } => {
                    let found =
                        principal::read(conn, refresh.workspace_id(), user_id, session_id, now)?;
                    let principal = found.ok_or(Refusal::Unauthorized)?;
                    if !principal.policy.admits(client.ip) {
                        return Err(Refusal::Barred(policy::ELSEWHERE));
                    }
                    Ok(Opened {
                        principal,
                        refresh,
                        expires_at,
                    })
                }
                Rotation::Stolen => Err(true),
                Rotation::Refused => Err(false),
            })
        });
        match rotated.await? {
            Ok(entered) => Ok(self.signed_in(entered, now)),
            Err(stolen) => {
                if stolen {
                    self.principals.forget();
                    log::warn!("a refresh token was used twice; its session has been ended");
                }
                Err(Refusal::Unauthorized)
            }
        }
    }

    /// Ends a session of who asks, the present one or another.
    pub async fn end_session(
        &self,
        principal: &Principal,
        session: Uuid,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (workspace, user) = (principal.access.workspace_id, principal.access.user_id);
        self.db
            .within(workspace)
            .write(move |conn| session::end_own(conn, workspace, user, session, now))
            .await?;
        self.principals.forget();
        Ok(())
    }

    /// Changes one's own password and ends every other session. A wrong present password is a fault at
    /// `/current_password`, counted like a failed sign-in.
    pub async fn change_password(
        &self,
        principal: &Principal,
        change: PasswordChange,
        ip: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let key = account_key(&principal.user.email);
        let attempt = Attempt::new(&key, ip);
        let account = match self
            .prove(&attempt, key, change.current_password, now)
            .await
        {
            Err(Refusal::Unauthorized) => {
                return Err(Fault::field("current_password", "wrong_password").into());
            }
            proved => proved?,
        };
        let context = [
            &account.full_name,
            &account.email,
            &principal.workspace.name,
        ]
        .map(String::as_str);
        let at_field = |fault| Fault {
            pointer: "/new_password".to_owned(),
            ..fault
        };
        person::check_password(&change.new_password, &context).map_err(at_field)?;
        let hash = self.hasher.hash(change.new_password).await;
        let (workspace, user, session) = (
            principal.access.workspace_id,
            account.id,
            principal.session_id,
        );
        // Sessions end in every workspace of the person.
        let stored = self.db.across().write(move |conn| {
            attempt.succeed(conn)?;
            person::set_password(conn, user, &hash, now)?;
            session::end_everywhere(conn, user, Some(session), "password_changed", now)?;
            Entry::new(workspace, Some(user), "password_changed", "user", user).write(conn, now)
        });
        stored.await?;
        self.principals.forget();
        Ok(())
    }

    /// Opens a session in the transaction of what lets somebody in.
    pub(super) async fn enter(
        &self,
        work: impl Fn(&mut Conn) -> Result<Place> + Send + 'static,
        method: Method,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<SignedIn> {
        let post = self.post.clone();
        let entered = self.db.across().write(move |conn| {
            let place = work(conn)?;
            open_noted(conn, &post, place, method, &client, now)
        });
        let entered = entered.await?;
        self.principals.forget();
        Ok(self.signed_in(entered, now))
    }

    /// Opens a session for somebody who has one elsewhere: nobody has signed in.
    pub(super) async fn go_on(
        &self,
        work: impl Fn(&mut Conn) -> Result<Place> + Send + 'static,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<SignedIn> {
        let entered = self.db.across().write(move |conn| {
            let place = work(conn)?;
            open(conn, place, &client, now)
        });
        let entered = entered.await?;
        self.principals.forget();
        Ok(self.signed_in(entered, now))
    }

    fn signed_in(&self, opened: Opened, now: DateTime<Utc>) -> SignedIn {
        let Opened {
            principal,
            refresh,
            expires_at,
        } = opened;
        let second_factor_missing = principal.lacks_second_factor();
        let granted = Granted::of(&principal.access);
        let Access {
            workspace_id,
            user_id,
            role,
            ..
        } = principal.access;
        let (access_token, _) = self
            .keys
            .sign(user_id, principal.session_id, workspace_id, now);
        SignedIn {
            access_token,
            expires_in: token::LIFETIME.num_seconds(),
            user: principal.user,
            workspace: principal.workspace,
            role,
            granted,
            second_factor_missing,
            refresh_token: refresh.reveal(),
            refresh_expires_at: expires_at,
        }
    }
}
