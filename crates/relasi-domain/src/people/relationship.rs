//! How two people are related, for as long as it lasted.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::Faults,
    field::{Field, Kind},
    record::{Guard, Object, Record},
};

/// What one person is or was to another one, read from the first to the second: Siti *reports to* Rudi.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relationship {
    /// Who reports, was referred, assists.
    pub from_contact_id: Uuid,
    /// To whom, by whom.
    pub to_contact_id: Uuid,
    /// One of [`KINDS`].
    pub kind: String,
    /// First day.
    pub from_date: Option<NaiveDate>,
    /// Last day; none while it lasts.
    pub to_date: Option<NaiveDate>,
    /// What else is to be said of it.
    pub note: Option<String>,
}

/// The kind of which an organisation is made; it has no loops.
pub const REPORTS_TO: &str = "reports_to";

/// Kinds of relationship.
pub static KINDS: &[Cow<'static, str>] = &[
    Cow::Borrowed(REPORTS_TO),
    Cow::Borrowed("assistant_of"),
    Cow::Borrowed("referred_by"),
    Cow::Borrowed("colleague_of"),
    Cow::Borrowed("partner_of"),
    Cow::Borrowed("friend_of"),
    Cow::Borrowed("married_to"),
    Cow::Borrowed("sibling_of"),
    Cow::Borrowed("child_of"),
];

/// Whether a kind says the same in both directions.
pub fn is_mutual(kind: &str) -> bool {
    matches!(
        kind,
        "colleague_of" | "partner_of" | "friend_of" | "married_to" | "sibling_of"
    )
}

/// Whether two spans of days have a day in common; an end that is not given is open.
pub fn overlap(
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    (other_from, other_to): (Option<NaiveDate>, Option<NaiveDate>),
) -> bool {
    let begins_in_time = |from: Option<NaiveDate>, to: Option<NaiveDate>| match (from, to) {
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    begins_in_time(from, other_to) && begins_in_time(other_from, to)
}

static FIELDS: &[Field] = &[
    Field::reference("from_contact_id", "contact").required(),
    Field::reference("to_contact_id", "contact").required(),
    Field::choice("kind", KINDS).required().sortable(),
    Field::new("from_date", Kind::Date).sortable(),
    Field::new("to_date", Kind::Date).sortable(),
    Field::text("note", 500).keyed().private(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "relationship",
    plural: "relationships",
    table: "relationships",
    title: "note",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Records,
};

impl Record for Relationship {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "relationship";

    fn validate(&self, faults: &mut Faults) {
        let backwards =
            matches!((self.from_date, self.to_date), (Some(from), Some(to)) if to < from);
        faults.check(backwards, "to_date", "before_start");
        let own = !self.from_contact_id.is_nil() && self.from_contact_id == self.to_contact_id;
        faults.check(own, "to_contact_id", "related_to_itself");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_share_a_day_or_not() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 1, day);
        let whole = (None, None);
        assert!(overlap(whole, whole));
        assert!(overlap((day(1), day(5)), (day(5), None)));
        assert!(overlap((None, day(5)), (day(1), day(2))));
        assert!(!overlap((day(1), day(4)), (day(5), None)));
        assert!(!overlap((day(6), None), (None, day(5))));
    }

    #[test]
    fn what_is_mutual_is_a_kind() {
        let mutual = KINDS.iter().filter(|kind| is_mutual(kind)).count();
        assert_eq!((mutual, is_mutual(REPORTS_TO)), (5, false));
    }
}
