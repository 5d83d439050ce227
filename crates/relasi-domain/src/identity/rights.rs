//! Rights as data: what may be done to what, and how far.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::field_right::{FieldRight, FieldRights};
use crate::{
    OBJECTS,
    fault::Faults,
    record::{Guard, Object},
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
    /// Invite, change and deactivate members; make roles.
    Members,
    /// Read who did what in the whole workspace.
    Audit,
    /// Have people erased for good.
    Erase,
}

impl Action {
    /// Every action, in the order of its number.
    pub const ALL: [Self; 10] = [
        Self::See,
        Self::Add,
        Self::Edit,
        Self::Delete,
        Self::Export,
        Self::Import,
        Self::Settings,
        Self::Members,
        Self::Audit,
        Self::Erase,
    ];

    /// What is done to records; each has a scope.
    pub const OF_RECORDS: [Self; 5] =
        [Self::See, Self::Add, Self::Edit, Self::Delete, Self::Export];

    /// What is done to the workspace as a whole; given or not.
    pub const OF_WORKSPACE: [Self; 5] = [
        Self::Import,
        Self::Settings,
        Self::Members,
        Self::Audit,
        Self::Erase,
    ];

    /// Its code in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Export => "export",
            Self::Import => "import",
            Self::Settings => "settings",
            Self::Members => "members",
            Self::Audit => "audit",
            Self::Erase => "erase",
        }
    }
}

/// How far a right reaches.
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
    /// One's own and those of who reports to one, directly or further.
    Tree,
    /// Every record of the workspace.
    All,
}

impl RecordScope {
    /// Every scope, the narrowest first.
    pub const ALL: [Self; 5] = [Self::None, Self::Own, Self::Team, Self::Tree, Self::All];

    /// Its code in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Own => "own",
            Self::Team => "team",
            Self::Tree => "tree",
            Self::All => "all",
        }
    }

    /// Whether it reaches everything that `other` does. Neither of team and tree contains the other one.
    pub fn covers(self, other: Self) -> bool {
        self >= other && !(self == Self::Tree && other == Self::Team)
    }
}

/// A scope for each [`Action`], by its number.
type Scopes = [RecordScope; Action::ALL.len()];

/// Rights as data: object and action to scope. A role is nothing but a value of this.
///
/// In JSON: `records` has a scope for each of [`Action::OF_RECORDS`], `objects` those of single objects where they are
/// other ones, `workspace` the list of [`Action::OF_WORKSPACE`] that are given, `fields` what may be done with single
/// fields where that is less than the rights to their records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    every: Scopes,
    objects: BTreeMap<String, Scopes>,
    fields: FieldRights,
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

    /// Sets the right to a field of the named object.
    pub fn with_field(mut self, object: &str, name: &str, right: FieldRight) -> Self {
        self.fields.set(object, name, right);
        self
    }

    /// The rights to single fields.
    pub fn fields(&self) -> &FieldRights {
        &self.fields
    }

    /// Each action with its scope on every object that has no rights of its own.
    pub fn scopes(&self) -> impl Iterator<Item = (Action, RecordScope)> + '_ {
        Action::ALL
            .into_iter()
            .map(|action| (action, self.every[action as usize]))
    }

    /// How far `action` reaches on records of the named object, whatever guards it.
    pub fn scope(&self, object: &str, action: Action) -> RecordScope {
        self.objects.get(object).unwrap_or(&self.every)[action as usize]
    }

    /// The objects with rights of their own.
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str)
    }

    /// Whether the workspace-wide `action` is given.
    pub fn may(&self, action: Action) -> bool {
        self.every[action as usize] == RecordScope::All
    }

    /// Whether any right reaches as far as `scope` and no further.
    pub fn mentions(&self, scope: RecordScope) -> bool {
        let all = std::iter::once(&self.every).chain(self.objects.values());
        all.flatten().any(|one| *one == scope)
    }

    /// The same rights for these actions, and none for others. What is not seen is not changed or taken out either.
    pub fn only(mut self, actions: &[Action]) -> Self {
        let sees = actions.contains(&Action::See);
        let of_seen = [Action::Edit, Action::Delete, Action::Export];
        let kept = |scopes: &mut Scopes| {
            for action in Action::ALL {
                let blind = !sees && of_seen.contains(&action);
                if blind || !actions.contains(&action) {
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

    /// Whether every right of `other` is contained in these.
    pub fn covers(&self, other: &Self) -> bool {
        let named = self.objects().chain(other.objects());
        // No object is called so: the rights of those that have none of their own.
        named.chain([""]).all(|object| {
            Action::ALL.into_iter().all(|action| {
                self.scope(object, action)
                    .covers(other.scope(object, action))
            })
        }) && self.fields.cover(&other.fields)
    }

    /// What is wrong with the rights of a role: nothing reaches further than what is seen, and records can be made.
    pub fn check(&self, faults: &mut Faults) {
        for object in self.objects().map(Some).chain([None]) {
            let name = object.unwrap_or_default();
            let see = self.scope(name, Action::See);
            for action in [Action::Edit, Action::Delete, Action::Export] {
                let at = || match object {
                    Some(object) => format!("/rights/objects/{object}/{}", action.code()),
                    None => format!("/rights/records/{}", action.code()),
                };
                faults.wrong(!see.covers(self.scope(name, action)), at, "beyond_see");
            }
        }
        let adds = |object: &str| self.scope(object, Action::Add) > RecordScope::None;
        self.fields.check(adds, faults);
    }
}

/// Whether roles have rights of their own on an object.
pub fn is_guarded(object: &Object) -> bool {
    object.guard == Guard::Records
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    records: BTreeMap<Action, RecordScope>,
    #[serde(default)]
    objects: BTreeMap<String, BTreeMap<Action, RecordScope>>,
    #[serde(default)]
    workspace: Vec<Action>,
    #[serde(default, skip_serializing_if = "FieldRights::is_empty")]
    fields: FieldRights,
}

impl Serialize for Rights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of = |scopes: &Scopes| {
            let all = Action::OF_RECORDS.into_iter();
            all.map(|action| (action, scopes[action as usize]))
                .collect()
        };
        let objects = self.objects.iter();
        let workspace = Action::OF_WORKSPACE.into_iter();
        Written {
            records: of(&self.every),
            objects: objects.map(|(name, own)| (name.clone(), of(own))).collect(),
            workspace: workspace.filter(|action| self.may(*action)).collect(),
            fields: self.fields.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let mut rights = Self {
            fields: written.fields,
            ..Self::none()
        };
        for (action, scope) in written.records {
            only(&Action::OF_RECORDS, action)?;
            rights = rights.with(action, scope);
        }
        for action in written.workspace {
            only(&Action::OF_WORKSPACE, action)?;
            rights = rights.with(action, RecordScope::All);
        }
        for (name, own) in written.objects {
            let known = OBJECTS.iter().find(|object| object.name == name);
            if !known.is_some_and(|object| is_guarded(object)) {
                return Err(D::Error::custom(format!("no rights on `{name}`")));
            }
            for (action, scope) in own {
                only(&Action::OF_RECORDS, action)?;
                rights = rights.with_object(&name, action, scope);
            }
        }
        Ok(rights)
    }
}

fn only<E: serde::de::Error>(known: &[Action], action: Action) -> Result<(), E> {
    if known.contains(&action) {
        return Ok(());
    }
    Err(E::custom(format!(
        "`{}` does not belong here",
        action.code()
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::identity::role::Role;

    #[test]
    fn scopes_contain_each_other_but_for_team_and_tree() {
        use RecordScope::{All, None, Own, Team, Tree};
        for scope in RecordScope::ALL {
            assert!(scope.covers(None) && All.covers(scope) && scope.covers(scope));
        }
        assert!(Team.covers(Own) && Tree.covers(Own) && !Own.covers(Team));
        assert!(!Team.covers(Tree) && !Tree.covers(Team) && !Tree.covers(All));
    }

    #[test]
    fn rights_travel_as_json() {
        let made = Rights::none()
            .with(Action::See, RecordScope::Tree)
            .with(Action::Audit, RecordScope::All)
            .with_object("deal", Action::Edit, RecordScope::Own)
            .with_field("contact", "city", FieldRight::Hidden);
        for rights in Role::ALL.map(Role::rights).into_iter().chain([made]) {
            let json = serde_json::to_value(&rights).unwrap();
            let back: Rights = serde_json::from_value(json).unwrap();
            assert!(back.covers(&rights) && rights.covers(&back), "{back:?}");
        }
    }

    #[test]
    fn what_no_role_has_is_refused() {
        let read = |json: Value| serde_json::from_value::<Rights>(json);
        assert!(read(json!({"records": {"see": "own"}})).is_ok());
        for wrong in [
            json!({}),
            json!({"records": {"import": "all"}}),
            json!({"records": {"see": "some"}}),
            json!({"records": {}, "workspace": ["see"]}),
            json!({"records": {}, "objects": {"pipeline": {"see": "own"}}}),
            json!({"records": {}, "objects": {"contact": {"audit": "own"}}}),
            json!({"records": {}, "more": 1}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_reaches_further_than_what_is_seen() {
        let rights = Rights::none()
            .with(Action::See, RecordScope::Tree)
            .with(Action::Edit, RecordScope::Team)
            .with_object("deal", Action::See, RecordScope::None)
            .with_object("deal", Action::Edit, RecordScope::None)
            .with_object("deal", Action::Export, RecordScope::Own);
        let mut faults = Faults::default();
        rights.check(&mut faults);
        let at: Vec<_> = faults
            .0
            .iter()
            .map(|fault| fault.pointer.as_str())
            .collect();
        assert_eq!(at, ["/rights/objects/deal/export", "/rights/records/edit"]);
    }
}
