//! Who reads a message: the one place where that is decided.
//!
//! A message has the privacy of its account. Its owner, who is the member whose account it is, and whoever wrote it read
//! all of it; the others, as far as they see one of the contacts, what the privacy gives.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What others than the owner see of an account's messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// All of them.
    #[default]
    Everyone,
    /// From whom, to whom, and when.
    Metadata,
    /// Nothing.
    Owner,
}

impl Privacy {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Metadata => "metadata",
            Self::Owner => "owner",
        }
    }

    pub(super) fn of(code: &str) -> Self {
        match code {
            "everyone" => Self::Everyone,
            "metadata" => Self::Metadata,
            _ => Self::Owner,
        }
    }
}

/// How much of a message somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    Nothing,
    Metadata,
    All,
}

/// How much of a message `who` sees.
pub(super) fn seen(privacy: Privacy, owner: Option<Uuid>, writer: Option<Uuid>, who: Uuid) -> Seen {
    if owner == Some(who) || writer == Some(who) {
        return Seen::All;
    }
    match privacy {
        Privacy::Everyone => Seen::All,
        Privacy::Metadata => Seen::Metadata,
        Privacy::Owner => Seen::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_and_the_writer_read_all_and_others_what_is_given() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for (privacy, others) in [
            (Privacy::Everyone, Seen::All),
            (Privacy::Metadata, Seen::Metadata),
            (Privacy::Owner, Seen::Nothing),
        ] {
            assert_eq!(seen(privacy, Some(me), None, me), Seen::All);
            assert_eq!(seen(privacy, None, Some(me), me), Seen::All);
            assert_eq!(seen(privacy, Some(other), Some(other), me), others);
            assert_eq!(seen(privacy, None, None, me), others);
            assert_eq!(Privacy::of(privacy.code()), privacy);
        }
    }
}
