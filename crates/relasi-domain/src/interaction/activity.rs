//! An activity: a note, call, meeting, task or logged e-mail, done or still to do.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::Faults,
    field::{Field, Kind},
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
    /// How it went: reached, no answer, left a message, wrong number.
    pub outcome: Option<String>,
    /// inbound or outbound.
    pub direction: Option<String>,
    /// How long it took, in minutes.
    pub duration_minutes: Option<i64>,
    /// low, normal or high.
    pub priority: Option<String>,
    /// Where a meeting takes place.
    pub location: Option<String>,
}

/// Kinds of activity.
pub static KINDS: &[Cow<'static, str>] = &[
    Cow::Borrowed("note"),
    Cow::Borrowed("call"),
    Cow::Borrowed("meeting"),
    Cow::Borrowed("task"),
    Cow::Borrowed("email"),
];

static OUTCOMES: &[Cow<'static, str>] = &[
    Cow::Borrowed("reached"),
    Cow::Borrowed("no_answer"),
    Cow::Borrowed("left_message"),
    Cow::Borrowed("wrong_number"),
    Cow::Borrowed("cancelled"),
];

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
    }
}
