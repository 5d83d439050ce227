//! The one policy gate: every right is asked here, by lists as a limit and by single records as an answer.

use std::sync::Arc;

use uuid::Uuid;

pub use super::rights::{Action, RecordScope, Rights};
use super::{
    field_right::FieldRight,
    role::{MemberRole, Role},
};
use crate::{
    record::{Document, Guard, Object},
    shape::{Customs, Narrowed, Shape},
};

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

/// Which shares of single records widen a right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Shared {
    /// None.
    #[default]
    Nothing,
    /// Those to change a record.
    ToEdit,
    /// All.
    ToSee,
}

/// Which records a right reaches: the form of [`Access::scope`] that lists compile to SQL.
///
/// By `scope`: `None` nothing; `Own` `owner_id = user_id`; `Team` `owner_id = user_id OR team_id IN (team_ids)`; `Tree`
/// `owner_id = user_id OR owner_id IN (report_ids)`; `All` everything. With `shown`, those are added that are shown to everyone or to a team in `team_ids`, with `Unlocked`
/// if they are not locked; with `shared`, those that were shared with `user_id` or one of `team_ids` one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit<'a> {
    /// The workspace of who asks.
    pub workspace_id: Uuid,
    /// The name of the object that the records are of.
    pub object: &'static str,
    /// How far the right reaches.
    pub scope: RecordScope,
    /// Who asks.
    pub user_id: Uuid,
    /// Who reports to who asks, directly or further, in the order of their ids.
    pub report_ids: &'a [Uuid],
    /// The teams of who asks.
    pub team_ids: &'a [Uuid],
    /// Which of those that others show count as well.
    pub shown: Shown,
    /// Which shares of single records count as well.
    pub shared: Shared,
    /// Searches look at names alone: the other texts that records are found by have some that may not be seen.
    pub by_name: bool,
}

impl Limit<'_> {
    /// Whether the limit lets a record through by whose it is; the same answer as its SQL form gives for a record that
    /// nobody has shared. Shares are known to the database alone.
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
            RecordScope::Tree => own || record.owner_id.is_some_and(|owner| self.has_report(owner)),
            RecordScope::All => true,
        };
        reached || (self.shows(record.locked) && visible(record.visibility, &team))
    }

    /// Whether what somebody owns is reached because they report to who asks.
    pub fn has_report(&self, owner: Uuid) -> bool {
        self.report_ids.binary_search(&owner).is_ok()
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

/// Whether single records of an object can be shared: those that have a page of their own.
pub fn is_shareable(object: &Object) -> bool {
    crate::interaction::is_discussed(object)
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
    /// Teams of who asks, first the one that new records go to.
    pub team_ids: Vec<Uuid>,
    /// The role, for messages and for role changes; rights are asked of [`Access::scope`].
    pub role: MemberRole,
    /// The fields that the workspace added, whoever may see them.
    pub customs: Customs,
    narrowed: Arc<Narrowed>,
    rights: Arc<Rights>,
    reports: Arc<[Uuid]>,
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
            role: MemberRole::Built(role),
            customs: Customs::default(),
            narrowed: Arc::default(),
            rights,
            reports: Arc::default(),
        }
    }

    /// The same member by a role that the workspace made.
    pub fn with_role(mut self, role: Uuid, rights: Rights) -> Self {
        self.role = MemberRole::Made(role);
        self.with_rights(Arc::new(rights))
    }

    /// The same member with these people below, whatever their order.
    pub fn with_reports(mut self, mut reports: Vec<Uuid>) -> Self {
        reports.sort_unstable();
        self.reports = reports.into();
        self
    }

    /// The same member where the workspace has added these fields.
    pub fn with_customs(mut self, customs: Customs) -> Self {
        self.customs = customs;
        self.narrow()
    }

    /// The same member with other rights than the role's.
    pub fn with_rights(mut self, rights: Arc<Rights>) -> Self {
        self.rights = rights;
        self.narrow()
    }

    fn narrow(mut self) -> Self {
        self.narrowed = Arc::new(Narrowed::new(self.rights.fields(), &self.customs));
        self
    }

    /// An object as the member knows it: without the fields that are hidden from the role, and with those read-only
    /// that it only sees. Whatever is asked, shown or taken in goes by it.
    pub fn shape(&self, object: &'static Object) -> Shape<'_> {
        Shape::narrowed(object, &self.narrowed)
    }

    /// An object as the workspace knows it, whoever asks. What is written goes by it, so that nothing gets lost that a
    /// role does not see.
    pub fn whole(&self, object: &'static Object) -> Shape<'_> {
        Shape::new(object, &self.customs)
    }

    /// The right to a field of an object, by its name.
    pub fn field(&self, object: &Object, name: &str) -> FieldRight {
        self.rights.fields().of(object.name, name)
    }

    /// Whether the role may not see a field.
    pub fn hides(&self, object: &Object, name: &str) -> bool {
        self.field(object, name) == FieldRight::Hidden
    }

    /// Whether there are fields of an object that the role may not see.
    pub fn hides_some(&self, object: &Object) -> bool {
        let mut fields = self.rights.fields().fields(object.name);
        fields.any(|(_, right)| right == FieldRight::Hidden)
    }

    /// Takes the members out of a record that the role may not see. Every record passes it on its way out.
    pub fn mask(&self, object: &Object, record: &mut Document) {
        self.rights.fields().mask(object, record);
    }

    /// A record as the role sees it.
    pub fn seen(&self, object: &Object, mut record: Document) -> Document {
        self.mask(object, &mut record);
        record
    }

    /// The rights themselves, to show and hide by; decisions are made below.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// How far `action` reaches on records of `object`.
    ///
    /// Settings objects are seen by everybody, and all of them changed by whom [`Action::Settings`] is given to. Personal
    /// objects never reach further than one's own.
    pub fn scope(&self, object: &Object, action: Action) -> RecordScope {
        let given = self.rights.scope(object.name, action);
        match object.guard {
            Guard::Records => given,
            Guard::Personal => given.min(RecordScope::Own),
            Guard::Settings if action == Action::See => RecordScope::All,
            Guard::Settings if self.may(Action::Settings) => RecordScope::All,
            Guard::Settings => RecordScope::None,
        }
    }

    /// The records of `object` that `action` reaches, for lists, counts and search.
    pub fn limit(&self, object: &Object, action: Action) -> Limit<'_> {
        Limit {
            workspace_id: self.workspace_id,
            object: object.name,
            scope: self.scope(object, action),
            user_id: self.user_id,
            report_ids: &self.reports,
            team_ids: &self.team_ids,
            shown: self.shown(object, action),
            shared: self.shared(object, action),
            by_name: self.searches_names(object),
        }
    }

    /// Whether records must be searched by their names alone, because something else that they are found by is hidden.
    fn searches_names(&self, object: &Object) -> bool {
        let mut fields = self.rights.fields().fields(object.name);
        fields.any(|(name, right)| {
            let built = object.fields.iter().find(|field| field.name == name);
            let added = || {
                self.customs
                    .of(object)
                    .iter()
                    .find(|field| field.name == name)
            };
            let searched = match built {
                Some(field) => field.searched,
                None => added().is_some_and(|field| field.searched),
            };
            searched && right == FieldRight::Hidden
        })
    }

    /// A share says which record, the role says what may be done to records of its kind: who reaches none of them by the
    /// role reaches none by a share. What is taken out is what one sees, for those who may take out all that they see.
    fn shared(&self, object: &Object, action: Action) -> Shared {
        let scope = self.scope(object, action);
        let some = !matches!(scope, RecordScope::None | RecordScope::All);
        match action {
            _ if !some || !is_shareable(object) => Shared::Nothing,
            Action::See => Shared::ToSee,
            Action::Edit => Shared::ToEdit,
            Action::Export if scope.covers(self.scope(object, Action::See)) => Shared::ToSee,
            _ => Shared::Nothing,
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

    /// Whether `action` may be done to this record of `object` by whose it is; shares may widen it.
    pub fn allows(&self, object: &Object, action: Action, record: &OwnedBy) -> bool {
        self.limit(object, action).contains(record)
    }

    /// Whether `action` may be done to at least one thinkable record of `object`, for menus and early refusals.
    pub fn allows_some(&self, object: &Object, action: Action) -> bool {
        !self.limit(object, action).is_nothing()
    }

    /// Whether the workspace-wide `action` is given: settings, members, audit, import.
    pub fn may(&self, action: Action) -> bool {
        self.rights.may(action)
    }

    /// Whether no record and no field is hidden.
    pub fn sees_everything(&self) -> bool {
        let mut objects = self.rights.objects().chain([""]);
        objects.all(|object| self.rights.scope(object, Action::See) == RecordScope::All)
            && self.sees_every_field()
    }

    fn sees_every_field(&self) -> bool {
        let mut fields = self.rights.fields().all();
        fields.all(|(.., right)| right > FieldRight::Hidden)
    }

    /// Whether what others made out of records is there for one: their jobs, their operations. Whoever is also to take
    /// the file of the whole workspace needs [`Access::takes_everything`].
    pub fn keeps_all(&self) -> bool {
        self.may(Action::Settings) && self.sees_everything()
    }

    /// Whether one takes out every record.
    pub fn takes_everything(&self) -> bool {
        let mut objects = self.rights.objects().chain([""]);
        objects.all(|object| self.rights.scope(object, Action::Export) == RecordScope::All)
            && self.sees_every_field()
    }

    /// Whether one may give this role with these rights, or take it away: nobody gives what they do not have, and only
    /// owners touch owners.
    pub fn may_give(&self, role: MemberRole, rights: &Rights) -> bool {
        let owner = MemberRole::Built(Role::Owner);
        self.may(Action::Members)
            && (role != owner || self.role == owner)
            && self.rights.covers(rights)
    }
}

#[cfg(test)]
mod tests;
