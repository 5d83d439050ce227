//! The built-in roles and their rights.

use serde::{Deserialize, Serialize};

use super::access::{Action, RecordScope, Rights};

/// What somebody is in a workspace.
///
/// | | see | add | edit | delete | export | import | settings, members |
/// |---|---|---|---|---|---|---|---|
/// | owner, admin | all | yes | all | all | all | yes | yes |
/// | manager | all | yes | team | team | all | yes | no |
/// | member | all | yes | team | own | own | no | no |
/// | read-only | all | no | no | no | no | no | no |
///
/// Only an owner makes and unmakes owners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, other owners included.
    Owner,
    /// Everything but owners.
    Admin,
    /// Sees all, changes what belongs to the own team.
    Manager,
    /// Sees all, changes what belongs to the own team, deletes what is the own.
    Member,
    /// Sees all, changes nothing.
    ReadOnly,
}

impl Role {
    /// Every role, the strongest first.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Admin,
        Self::Manager,
        Self::Member,
        Self::ReadOnly,
    ];

    /// Its code in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Member => "member",
            Self::ReadOnly => "read_only",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What the role may do.
    pub fn rights(self) -> Rights {
        use Action::{Add, Delete, Edit, Export, Import, See};
        use RecordScope::{All, Own, Team};
        let none = Rights::none();
        match self {
            Self::Owner | Self::Admin => Action::ALL
                .into_iter()
                .fold(none, |rights, action| rights.with(action, All)),
            Self::Manager => [
                (See, All),
                (Add, All),
                (Edit, Team),
                (Delete, Team),
                (Export, All),
                (Import, All),
            ]
            .into_iter()
            .fold(none, |rights, (action, scope)| rights.with(action, scope)),
            Self::Member => [
                (See, All),
                (Add, All),
                (Edit, Team),
                (Delete, Own),
                (Export, Own),
            ]
            .into_iter()
            .fold(none, |rights, (action, scope)| rights.with(action, scope)),
            Self::ReadOnly => none.with(See, All),
        }
    }

    /// Whether somebody of this role may give, take or end the role `other`: only owners touch owners.
    pub const fn may_assign(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => !matches!(other, Self::Owner),
            Self::Manager | Self::Member | Self::ReadOnly => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
            assert_eq!(serde_json::to_value(role).ok(), Some(role.code().into()));
        }
        assert_eq!(Role::from_code("root"), None);
    }

    #[test]
    fn only_owners_touch_owners() {
        assert!(Role::Owner.may_assign(Role::Owner));
        assert!(Role::Admin.may_assign(Role::Admin));
        assert!(!Role::Admin.may_assign(Role::Owner));
        for role in [Role::Manager, Role::Member, Role::ReadOnly] {
            assert!(Role::ALL.into_iter().all(|other| !role.may_assign(other)));
        }
    }
}
