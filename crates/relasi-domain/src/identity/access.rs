//! The one policy gate: every right is asked here, by lists as a limit and by single records as an answer.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::role::Role;
use crate::{
    record::{Guard, Object},
    shape::{Customs, Shape},
};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read records, their timeline and history.
    See,
    /// Make records.
    Add,
    /// Change records, restore them from the trash.
    Edit,
    /// Put records into the trash.
    Delete,
    /// Take records out as a file.
    Export,
    /// Bring records in from a file.
    Import,
    /// Change the workspace, its pipelines, stages, teams and sample data.
    Settings,
    /// Invite, change and deactivate members.
    Members,
    /// Read who did what in the whole workspace.
    Audit,
}

impl Action {
    /// Every action, in the order of its number.
    pub const ALL: [Self; 9] = [
        Self::See,
        Self::Add,
        Self::Edit,
        Self::Delete,
        Self::Export,
        Self::Import,
        Self::Settings,
        Self::Members,
        Self::Audit,
    ];
}

/// How far a right reaches; later ones contain the earlier ones.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RecordScope {
    /// No record.
    #[default]
    None,
    /// Records that one owns.
    Own,
    /// Also those of one's teams.
    Team,
    /// Every record of the workspace.
    All,
}

/// A scope for each [`Action`], by its number.
type Scopes = [RecordScope; Action::ALL.len()];

/// Rights as data: object and action to scope. A configurable role is nothing but another value of this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    every: Scopes,
    objects: BTreeMap<String, Scopes>,
}

impl Rights {
    /// No right at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets the scope of `action` on every object that has no rights of its own.
    pub fn with(mut self, action: Action, scope: RecordScope) -> Self {
        self.every[action as usize] = scope;
        self
    }

    /// Sets the scope of `action` on the named object; its other actions keep what was set for every object so far.
    pub fn with_object(mut self, object: &str, action: Action, scope: RecordScope) -> Self {
        let every = self.every;
        self.objects.entry(object.to_owned()).or_insert(every)[action as usize] = scope;
        self
    }

    /// Each action with its scope on every object that has no rights of its own.
    pub fn scopes(&self) -> impl Iterator<Item = (Action, RecordScope)> + '_ {
        Action::ALL
            .into_iter()
            .map(|action| (action, self.every[action as usize]))
    }

    /// The same rights for these actions, and none for others.
    pub fn only(mut self, actions: &[Action]) -> Self {
        let kept = |scopes: &mut Scopes| {
            for action in Action::ALL {
                if !actions.contains(&action) {
                    scopes[action as usize] = RecordScope::None;
                }
            }
        };
        kept(&mut self.every);
        self.objects.values_mut().for_each(kept);
        self
    }

    /// How far an action reaches on the objects on which it reaches furthest.
    pub fn reach(&self, action: Action) -> RecordScope {
        let every = self.every[action as usize];
        let others = self.objects.values().map(|scopes| scopes[action as usize]);
        others.fold(every, RecordScope::max)
    }

    fn scope(&self, object: &str, action: Action) -> RecordScope {
        self.objects.get(object).unwrap_or(&self.every)[action as usize]
    }
}

/// To whom the owner of a personal object shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Visibility {
    /// To nobody.
    #[default]
    Private,
    /// To the team that it belongs to.
    Team,
    /// To the whole workspace.
    Everyone,
}

impl Visibility {
    /// By its code; what is none is private.
    pub fn of(code: Option<&str>) -> Self {
        match code {
            Some("everyone") => Self::Everyone,
            Some("team") => Self::Team,
            _ => Self::Private,
        }
    }
}

/// Whose a record is, as far as rights go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnedBy {
    /// Who answers for it.
    pub owner_id: Option<Uuid>,
    /// The team it belongs to.
    pub team_id: Option<Uuid>,
    /// To whom its owner shows a personal object; private for all others.
    pub visibility: Visibility,
    /// A personal object that only its owner changes, though others see it.
    pub locked: bool,
}

/// Which personal objects of others a right reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// None.
    #[default]
    Nothing,
    /// Those that one is shown and that are not locked.
    Unlocked,
    /// All that one is shown.
    All,
}

/// Which records a right reaches: the form of [`Access::scope`] that lists compile to SQL.
///
/// By `scope`: `None` nothing; `Own` `owner_id = user_id`; `Team` `owner_id = user_id OR team_id IN (team_ids)`;
/// `All` everything. With `shown`, those are added that are shown to everyone or to a team in `team_ids`, with `Unlocked`
/// if they are not locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit<'a> {
    /// How far the right reaches.
    pub scope: RecordScope,
    /// Who asks.
    pub user_id: Uuid,
    /// The teams of who asks.
    pub team_ids: &'a [Uuid],
    /// Which of those that others show count as well.
    pub shown: Shown,
}

impl Limit<'_> {
    /// Whether the limit lets a record through; the same answer as its SQL form gives.
    pub fn contains(&self, record: &OwnedBy) -> bool {
        let own = record.owner_id == Some(self.user_id);
        let team = || {
            record
                .team_id
                .is_some_and(|team| self.team_ids.contains(&team))
        };
        let visible = |visibility, team: &dyn Fn() -> bool| match visibility {
            Visibility::Private => false,
            Visibility::Team => team(),
            Visibility::Everyone => true,
        };
        let reached = match self.scope {
            RecordScope::None => false,
            RecordScope::Own => own,
            RecordScope::Team => own || team(),
            RecordScope::All => true,
        };
        reached || (self.shows(record.locked) && visible(record.visibility, &team))
    }

    /// Nothing can pass, so nothing need be read.
    pub fn is_nothing(&self) -> bool {
        self.scope == RecordScope::None && self.shown == Shown::Nothing
    }

    /// Whether what others show counts, when it is locked or not.
    fn shows(&self, locked: bool) -> bool {
        match self.shown {
            Shown::Nothing => false,
            Shown::Unlocked => !locked,
            Shown::All => true,
        }
    }
}

/// What somebody may do in one workspace; found once per request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The workspace; no record of another one can be reached.
    pub workspace_id: Uuid,
    /// Who asks.
    pub user_id: Uuid,
    /// The membership that gives the rights.
    pub membership_id: Uuid,
    /// Teams of who asks.
    pub team_ids: Vec<Uuid>,
    /// The role, for messages and for role changes; rights are asked of [`Access::scope`].
    pub role: Role,
    /// The fields that the workspace added.
    pub customs: Customs,
    rights: Arc<Rights>,
}

impl Access {
    /// The access of a member by a built-in role.
    pub fn new(
        workspace_id: Uuid,
        user_id: Uuid,
        membership_id: Uuid,
        team_ids: Vec<Uuid>,
        role: Role,
    ) -> Self {
        let rights = Arc::new(role.rights());
        Self {
            workspace_id,
            user_id,
            membership_id,
            team_ids,
            role,
            customs: Customs::default(),
            rights,
        }
    }

    /// The same member where the workspace has added these fields.
    pub fn with_customs(mut self, customs: Customs) -> Self {
        self.customs = customs;
        self
    }

    /// An object as the workspace knows it.
    pub fn shape(&self, object: &'static Object) -> Shape<'_> {
        Shape::new(object, &self.customs)
    }

    /// The same member with other rights than the role's.
    pub fn with_rights(mut self, rights: Arc<Rights>) -> Self {
        self.rights = rights;
        self
    }

    /// The rights themselves, to show and hide by; decisions are made below.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// How far `action` reaches on records of `object`.
    ///
    /// Settings objects are seen by everybody and changed by whom [`Action::Settings`] is given to. Personal objects
    /// never reach further than one's own.
    pub fn scope(&self, object: &Object, action: Action) -> RecordScope {
        let given = self.rights.scope(object.name, action);
        match object.guard {
            Guard::Records => given,
            Guard::Personal => given.min(RecordScope::Own),
            Guard::Settings if action == Action::See => RecordScope::All,
            Guard::Settings if self.may(Action::Settings) => given,
            Guard::Settings => RecordScope::None,
        }
    }

    /// The records of `object` that `action` reaches, for lists, counts and search.
    pub fn limit(&self, object: &Object, action: Action) -> Limit<'_> {
        Limit {
            scope: self.scope(object, action),
            user_id: self.user_id,
            team_ids: &self.team_ids,
            shown: self.shown(object, action),
        }
    }

    /// What others show is for reading, and for changing while it is not locked; who has the settings changes and
    /// deletes all of it.
    fn shown(&self, object: &Object, action: Action) -> Shown {
        let may = self.rights.scope(object.name, action) > RecordScope::None;
        match action {
            _ if object.guard != Guard::Personal => Shown::Nothing,
            Action::See => Shown::All,
            Action::Edit | Action::Delete if self.may(Action::Settings) => Shown::All,
            Action::Edit if may => Shown::Unlocked,
            _ => Shown::Nothing,
        }
    }

    /// Whether `action` may be done to this record of `object`.
    pub fn allows(&self, object: &Object, action: Action, record: &OwnedBy) -> bool {
        self.limit(object, action).contains(record)
    }

    /// Whether `action` may be done to at least one thinkable record of `object`, for menus and early refusals.
    pub fn allows_some(&self, object: &Object, action: Action) -> bool {
        !self.limit(object, action).is_nothing()
    }

    /// Whether the workspace-wide `action` is given: settings, members, audit, import.
    pub fn may(&self, action: Action) -> bool {
        self.rights.scope("workspace", action) == RecordScope::All
    }
}

#[cfg(test)]
mod tests;
