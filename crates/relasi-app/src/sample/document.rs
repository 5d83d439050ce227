//! Documents out of the cast and the courses.

use chrono::{DateTime, SecondsFormat, Utc};
use relasi_domain::record::Document;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Owner, Setting, cast::Cast, course::Course, random::Random};

/// A moment as records have it.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A document with the members that every historic record brings.
pub(super) fn stamped(id: Uuid, created: DateTime<Utc>, owner: Owner) -> Document {
    members([
        ("id", json!(id)),
        ("created_at", json!(instant(created))),
        ("created_by", json!(owner.user_id)),
        ("updated_at", json!(instant(created))),
        ("updated_by", json!(owner.user_id)),
        ("owner_id", json!(owner.user_id)),
        ("team_id", json!(owner.team_id)),
    ])
}

/// A document of members.
pub(super) fn members<const N: usize>(pairs: [(&str, Value); N]) -> Document {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Makes documents out of the cast and the courses.
pub(super) struct Registry<'r> {
    pub(super) setting: &'r Setting<'r>,
    pub(super) cast: &'r Cast,
    pub(super) courses: &'r [Course],
    /// Ids of the tags, in the order of their section.
    pub(super) tags: &'r [Uuid],
    /// Ids of the competitors, in the order of their section.
    pub(super) rivals: &'r [Uuid],
    pub(super) random: Random,
}

impl Registry<'_> {
    /// Tags by their place, each where it fits and with its chance in per cent.
    pub(super) fn tags(&mut self, chances: &[(usize, bool, i64)]) -> Value {
        let mut tags: Vec<&Uuid> = Vec::new();
        for (index, fits, chance) in chances {
            if *fits && self.random.chance(*chance) {
                tags.extend(self.tags.get(*index));
            }
        }
        json!(tags)
    }
}
