//! An activity: a note, call, meeting, task or logged e-mail, done or still to do.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::{Fault, Faults},
    field::{Field, Item, Kind},
    interaction::recurrence::{MAX_RULE, Recurrence},
    record::{Guard, Object, Record},
};

/// Something that was done with, or is to be done for, somebody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Activity {
    /// note, call, meeting, task or email.
    pub kind: String,
    /// One line that says what it is about.
    pub subject: String,
    /// The text itself.
    pub body: Option<String>,
    /// The person concerned.
    pub contact_id: Option<Uuid>,
    /// The company concerned.
    pub company_id: Option<Uuid>,
    /// The deal concerned.
    pub deal_id: Option<Uuid>,
    /// The lead concerned.
    pub lead_id: Option<Uuid>,
    /// When it is due; with `done_at` empty it is a next step.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was done; notes, and calls logged afterwards, have it from the start.
    pub done_at: Option<DateTime<Utc>>,
    /// How it went: one of the outcomes of the workspace.
    pub outcome: Option<String>,
    /// inbound or outbound.
    pub direction: Option<String>,
    /// How long it took, in minutes.
    pub duration_minutes: Option<i64>,
    /// low, normal or high.
    pub priority: Option<String>,
    /// Where a meeting takes place.
    pub location: Option<String>,
    /// It takes the whole day on which it is due.
    pub all_day: bool,
    /// People we know who take part.
    pub attendees: Vec<Uuid>,
    /// Members who take part beside the owner.
    pub members: Vec<Uuid>,
    /// When it comes again, as RFC 5545 has it.
    pub recurrence: Option<String>,
    /// The series that it belongs to; maintained.
    pub series_id: Option<String>,
}

/// Kinds of activity.
pub static KINDS: &[Cow<'static, str>] = &[
    Cow::Borrowed("note"),
    Cow::Borrowed("call"),
    Cow::Borrowed("meeting"),
    Cow::Borrowed("task"),
    Cow::Borrowed("email"),
];

/// Outcomes that every workspace has; it may add others.
pub(crate) static OUTCOMES: &[Cow<'static, str>] = &[
    Cow::Borrowed("reached"),
    Cow::Borrowed("left_message"),
    Cow::Borrowed("no_answer"),
    Cow::Borrowed("wrong_number"),
    Cow::Borrowed("held"),
    Cow::Borrowed("no_show"),
    Cow::Borrowed("moved"),
    Cow::Borrowed("cancelled"),
];

/// Whether activities of a kind have a length, and a place in a calendar.
pub fn lasts(kind: &str) -> bool {
    matches!(kind, "call" | "meeting")
}

/// Whether activities of a kind may come again.
pub fn recurs(kind: &str) -> bool {
    matches!(kind, "call" | "meeting" | "task")
}

/// The most people of each sort who take part.
const MOST_PEOPLE: usize = 100;

static DIRECTIONS: &[Cow<'static, str>] = &[Cow::Borrowed("inbound"), Cow::Borrowed("outbound")];

static PRIORITIES: &[Cow<'static, str>] = &[
    Cow::Borrowed("low"),
    Cow::Borrowed("normal"),
    Cow::Borrowed("high"),
];

static FIELDS: &[Field] = &[
    Field::choice("kind", KINDS)
        .required()
        .sortable()
        .on_create(),
    Field::text("subject", 250).required().sortable().keyed(),
    Field::long_text("body", 50_000).private(),
    Field::reference("contact_id", "contact"),
    Field::reference("company_id", "company"),
    Field::reference("deal_id", "deal"),
    Field::reference("lead_id", "lead"),
    Field::new("due_at", Kind::Instant).sortable(),
    Field::new("done_at", Kind::Instant).sortable().on_create(),
    Field::choice("outcome", OUTCOMES),
    Field::choice("direction", DIRECTIONS),
    Field::new("duration_minutes", Kind::Integer).sortable(),
    Field::choice("priority", PRIORITIES).sortable(),
    Field::text("location", 250),
    Field::new("all_day", Kind::Boolean),
    Field::new(
        "attendees",
        Kind::Many(Item::Reference(Cow::Borrowed("contact"))),
    ),
    Field::new(
        "members",
        Kind::Many(Item::Reference(Cow::Borrowed("user"))),
    ),
    Field::text("recurrence", MAX_RULE).on_create(),
    Field::text("series_id", 36).read_only(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "activity",
    plural: "activities",
    table: "activities",
    title: "subject",
    fields: FIELDS,
    searchable: false,
    extensible: true,
    guard: Guard::Records,
};

/// The field of the outcome, as it is before a workspace changes its choices.
pub(crate) fn outcome_field() -> &'static Field {
    let outcome = FIELDS.iter().find(|field| field.name == "outcome");
    outcome.expect("activities have an outcome")
}

impl Record for Activity {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "activity";

    fn validate(&self, faults: &mut Faults) {
        let long = self
            .duration_minutes
            .is_some_and(|m| !(0..=7 * 24 * 60).contains(&m));
        faults.check(long, "duration_minutes", "out_of_range");
        let undone_note = self.kind == "note" && self.done_at.is_none() && self.due_at.is_some();
        faults.check(undone_note, "due_at", "note_has_no_due_time");
        for (name, people) in [("attendees", &self.attendees), ("members", &self.members)] {
            if people.len() > MOST_PEOPLE {
                faults.push(Fault::field(name, "too_many").with("max", MOST_PEOPLE));
            }
        }
        if let Some(rule) = &self.recurrence {
            let bad = rule.parse::<Recurrence>().is_err();
            faults.check(bad, "recurrence", "not_recurrence");
            let starts = self.due_at.is_some() && recurs(&self.kind);
            faults.check(!bad && !starts, "recurrence", "recurrence_needs_due");
        }
    }
}
