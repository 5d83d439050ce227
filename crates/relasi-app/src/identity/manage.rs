//! The way in to profiles, the workspace, members and invitations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::Faults,
    identity::{
        access::{Access, Action, RecordScope},
        field_right::FieldRights,
        role::MemberRole,
    },
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Acceptance, Client, Identity, InvitationView, Invite, Invited, MemberPatch, MemberView, Method,
    Preview, Principal, ProfilePatch, SessionView, SignedIn, UserView, WorkspacePatch,
    WorkspaceView, invitation, member,
    person::{self, NewUser},
    profile,
    secret::Secret,
    session::{self, Place},
    throttle::Attempt,
};
use crate::{Refusal, Result};

/// What a client shows and hides by.
#[derive(Debug, Clone, Serialize)]
pub struct Granted {
    /// How far each action reaches on records that have no rights of their own.
    pub rights: BTreeMap<Action, RecordScope>,
    /// The same of the objects that have some.
    pub object_rights: BTreeMap<String, BTreeMap<Action, RecordScope>>,
    /// The fields that are not seen or not changed.
    pub field_rights: FieldRights,
}

impl Granted {
    /// What this access gives.
    pub(super) fn of(access: &Access) -> Self {
        let rights = access.rights();
        let own = |object: &str| {
            let actions = Action::OF_RECORDS.into_iter();
            let scopes = actions.map(|action| (action, rights.scope(object, action)));
            (object.to_owned(), scopes.collect())
        };
        Self {
            rights: rights.scopes().collect(),
            object_rights: rights.objects().map(own).collect(),
            field_rights: rights.fields().clone(),
        }
    }
}

/// Who asks, with everything that a client shows or hides by it.
#[derive(Debug, Clone, Serialize)]
pub struct Me {
    /// The person.
    pub user: UserView,
    /// The workspace.
    pub workspace: WorkspaceView,
    /// The role.
    pub role: MemberRole,
    /// The membership.
    pub membership_id: Uuid,
    /// Teams of the person, first the one that new records go to.
    pub team_ids: Vec<Uuid>,
    /// What the role gives.
    #[serde(flatten)]
    pub granted: Granted,
}

impl Identity {
    /// Who asks.
    pub fn me(&self, principal: &Principal) -> Me {
        let access = &principal.access;
        Me {
            user: principal.user.clone(),
            workspace: principal.workspace.clone(),
            role: access.role,
            membership_id: access.membership_id,
            team_ids: access.team_ids.clone(),
            granted: Granted::of(access),
        }
    }

    /// Changes one's own profile.
    pub async fn update_me(
        &self,
        principal: &Principal,
        patch: ProfilePatch,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<Me> {
        let access = principal.access.clone();
        let updated = self
            .db
            .within(access.workspace_id)
            .write(move |conn| profile::update(conn, &access, &patch, version, now))
            .await?;
        self.principals.forget();
        Ok(Me {
            user: updated,
            ..self.me(principal)
        })
    }

    /// One's own open sessions.
    pub async fn sessions(
        &self,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Vec<SessionView>> {
        let (workspace, user) = (principal.access.workspace_id, principal.access.user_id);
        let current = principal.session_id;
        self.db
            .within(workspace)
            .read_short(move |conn| session::list(conn, workspace, user, current, now))
            .await
    }

    /// The workspace.
    pub async fn workspace(&self, principal: &Principal) -> Result<WorkspaceView> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| profile::workspace(conn, &access))
            .await
    }

    /// Changes the workspace.
    pub async fn update_workspace(
        &self,
        principal: &Principal,
        patch: WorkspacePatch,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<WorkspaceView> {
        let access = principal.access.clone();
        let updated = self
            .db
            .within(access.workspace_id)
            .write(move |conn| profile::update_workspace(conn, &access, &patch, version, now))
            .await?;
        self.principals.forget();
        Ok(updated)
    }

    /// Everybody in the workspace.
    pub async fn members(&self, principal: &Principal) -> Result<Vec<MemberView>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| member::list(conn, &access))
            .await
    }

    /// One member by the id of the membership.
    pub async fn member(&self, principal: &Principal, id: Uuid) -> Result<MemberView> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| member::find(conn, &access, id))
            .await
    }

    /// Changes role, team or activity of a member.
    pub async fn update_member(
        &self,
        principal: &Principal,
        id: Uuid,
        patch: MemberPatch,
        version: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<MemberView> {
        let access = principal.access.clone();
        let updated = self
            .db
            .within(access.workspace_id)
            .write(move |conn| member::update(conn, &access, id, &patch, version, now))
            .await?;
        self.principals.forget();
        Ok(updated)
    }

    /// Invites somebody; the answer alone holds the link.
    pub async fn invite(
        &self,
        principal: &Principal,
        invite: Invite,
        now: DateTime<Utc>,
    ) -> Result<Invited> {
        let (access, post) = (principal.access.clone(), self.post.clone());
        self.db
            .within(access.workspace_id)
            .write(move |conn| invitation::create(conn, &post, &access, &invite, now))
            .await
    }

    /// Sends an invitation again, with a new link.
    pub async fn resend_invitation(
        &self,
        principal: &Principal,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Invited> {
        let (access, post) = (principal.access.clone(), self.post.clone());
        self.db
            .within(access.workspace_id)
            .write(move |conn| invitation::resend(conn, &post, &access, id, now))
            .await
    }

    /// Open invitations.
    pub async fn invitations(
        &self,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Vec<InvitationView>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| invitation::list(conn, &access, now))
            .await
    }

    /// Makes the link of an invitation useless.
    pub async fn revoke_invitation(
        &self,
        principal: &Principal,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .write(move |conn| invitation::revoke(conn, &access, id, now))
            .await
    }

    /// What the link of an invitation is about.
    pub async fn preview_invitation(&self, token: &str, now: DateTime<Utc>) -> Result<Preview> {
        let token = Secret::parse(token).ok_or(Refusal::NotFound)?;
        self.db
            .across()
            .read_short(move |conn| invitation::preview(conn, &token, now))
            .await
    }

    /// Becomes a member by a link and signs in. Who has an account proves it by its password.
    pub async fn accept_invitation(
        &self,
        token: &str,
        acceptance: Acceptance,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<SignedIn> {
        let token = Secret::parse(token).ok_or(Refusal::NotFound)?;
        let workspace = token.workspace_id();
        let found = self.db.within(workspace).read_short(move |conn| {
            let open = invitation::open(conn, &token, now)?;
            let account = person::account(conn, &open.address.key)?;
            Ok::<_, Refusal>((open, account))
        });
        let (open, account) = found.await?;
        if account.is_some_and(|account| account.password_hash.is_some()) {
            let attempt = Attempt::new(&open.address.key, client.ip);
            let account = self
                .prove(&attempt, open.address.key.clone(), acceptance.password, now)
                .await?;
            self.prove_further(account.id, acceptance.code, client.ip, now)
                .await?;
            let join = move |conn: &mut _| {
                attempt.succeed(conn)?;
                invitation::accept(conn, workspace, &open, account.id, now)?;
                Ok(Place::new(workspace, account.id, now))
            };
            let entered = self.enter(join, Method::Invitation, client, now);
            return entered.await;
        }
        let mut new = check_acceptance(&acceptance, &open.address)?;
        new.password_hash = self.hasher.hash(acceptance.password).await;
        let join = move |conn: &mut _| {
            let user = person::insert_user(conn, &new, now)?;
            invitation::accept(conn, workspace, &open, user, now)?;
            Ok(Place::new(workspace, user, now))
        };
        self.enter(join, Method::Invitation, client, now).await
    }
}

fn check_acceptance(
    acceptance: &Acceptance,
    address: &relasi_domain::identity::email::Address,
) -> Result<NewUser> {
    let mut faults = Faults::default();
    person::check_name("full_name", &acceptance.full_name, &mut faults);
    person::check_language(&acceptance.language, &mut faults);
    if let Err(fault) =
        person::check_password(&acceptance.password, &[&acceptance.full_name, &address.key])
    {
        faults.push(fault);
    }
    faults.into_result()?;
    Ok(NewUser {
        address: address.clone(),
        full_name: acceptance.full_name.clone(),
        language: acceptance.language.clone(),
        password_hash: String::new(),
    })
}
