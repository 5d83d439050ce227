//! The built-in roles and their rights, and which role a member has.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

use super::rights::{Action, RecordScope, Rights};

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
}

/// What a member is: one of the built-in roles, or one that the workspace made. In JSON and in the database a code or
/// an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberRole {
    /// Built in.
    Built(Role),
    /// Made by the workspace, by its id.
    Made(Uuid),
}

impl MemberRole {
    /// From a code or an id.
    pub fn parse(text: &str) -> Option<Self> {
        let made = || Uuid::try_parse(text).ok().map(Self::Made);
        Role::from_code(text).map(Self::Built).or_else(made)
    }
}

impl fmt::Display for MemberRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Built(role) => f.write_str(role.code()),
            Self::Made(id) => id.fmt(f),
        }
    }
}

impl From<Role> for MemberRole {
    fn from(role: Role) -> Self {
        Self::Built(role)
    }
}

impl Serialize for MemberRole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MemberRole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("neither a built-in role nor an id"))
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
    fn members_have_a_code_or_an_id() {
        let id = Uuid::from_u128(7);
        for role in [MemberRole::Built(Role::Owner), MemberRole::Made(id)] {
            assert_eq!(MemberRole::parse(&role.to_string()), Some(role));
            let json = serde_json::to_value(role).unwrap();
            assert_eq!(serde_json::from_value::<MemberRole>(json).unwrap(), role);
        }
        assert_eq!(MemberRole::parse("root"), None);
        assert!(serde_json::from_value::<MemberRole>("root".into()).is_err());
    }
}
