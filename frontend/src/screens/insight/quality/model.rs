//! What the API says about quality.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::i18n::{Key, k, percent};

/// Everything that was measured last.
#[derive(Clone, Deserialize)]
pub struct Quality {
    /// By object.
    pub objects: Vec<OfObject>,
    /// A measurement that waits or runs.
    pub job_id: Option<String>,
}

/// How good the records of an object are.
#[derive(Clone, Deserialize)]
pub struct OfObject {
    /// Its name.
    pub object: String,
    /// The last measurement.
    pub last: Option<Point>,
    /// The score a month before.
    pub before: Option<i64>,
    /// What there is to do.
    pub queues: Vec<Queue>,
    /// Records that lack a field, by its name.
    pub lacking: BTreeMap<String, i64>,
}

/// What was measured on a day.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Point {
    /// The day.
    pub day: String,
    /// When exactly.
    pub measured_at: String,
    /// Records that were looked at.
    pub records: i64,
    /// Filled fields.
    pub complete: Option<i64>,
    /// Records with nothing wrong.
    pub valid: Option<i64>,
    /// Records that are there once.
    pub unique: Option<i64>,
    /// Records touched within a year.
    pub fresh: Option<i64>,
    /// The whole.
    pub score: Option<i64>,
}

/// A work queue.
#[derive(Clone, Deserialize)]
pub struct Queue {
    /// Which one.
    #[serde(rename = "queue")]
    pub name: String,
    /// Records at the last measurement.
    pub count: Option<i64>,
    /// Its records in the ordinary list.
    pub filter: Option<String>,
}

/// A review.
#[derive(Clone, Deserialize)]
pub struct Audit {
    /// Its id.
    pub id: String,
    /// For `If-Match`.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// Who answers for it.
    pub owner_id: String,
    /// When it should be finished.
    pub due_date: Option<String>,
    /// When it was finished.
    pub finished_at: Option<String>,
    /// The scores then, by object.
    pub scores: Option<BTreeMap<String, Point>>,
    /// When the next one is due.
    pub reaudit_date: Option<String>,
    /// Its steps; none in a list.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// A step of a review.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// Its place.
    pub number: i64,
    /// What is done in it.
    #[serde(rename = "step")]
    pub task: String,
    /// For `If-Match`.
    pub version: i64,
    /// open, done or skipped.
    pub state: String,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// Who does it.
    pub owner_id: Option<String>,
    /// When it should be done.
    pub due_date: Option<String>,
    /// What came to light.
    #[serde(default)]
    pub findings: Vec<Finding>,
}

/// What came to light in a step.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// Its id.
    pub id: String,
    /// For `If-Match`.
    pub version: i64,
    /// What was found.
    pub text: String,
    /// low, medium or high.
    pub severity: String,
    /// Whose records it is about.
    pub object: Option<String>,
    /// The record that shows it.
    pub record_id: Option<String>,
    /// The queue that it is in.
    pub queue: Option<String>,
    /// When it was put right.
    pub resolved_at: Option<String>,
}

/// Ten-thousandths as "78 %"; tracked.
pub fn shown(share: Option<i64>) -> String {
    // At most 10,000, so exact.
    let exact = |share: i64| i32::try_from(share).map_or(0.0, f64::from) / 10_000.0;
    share.map_or_else(|| "–".to_owned(), |share| percent(exact(share)))
}

/// What a queue is called.
pub fn queue_name(queue: &str) -> Key {
    match queue {
        "duplicates" => k::quality::DUPLICATES,
        "bad_email" => k::quality::BAD_EMAIL,
        "bad_phone" => k::quality::BAD_PHONE,
        "overdue" => k::quality::OVERDUE,
        "no_owner" => k::quality::NO_OWNER,
        "stale" => k::quality::STALE,
        _ => k::quality::MISSING,
    }
}

/// What a step is called, and what it asks.
pub fn step_words(step: &str) -> (Key, Key) {
    match step {
        "purpose" => (k::quality::STEP_PURPOSE, k::quality::ASK_PURPOSE),
        "sources" => (k::quality::STEP_SOURCES, k::quality::ASK_SOURCES),
        "measure" => (k::quality::STEP_MEASURE, k::quality::ASK_MEASURE),
        "unique" => (k::quality::STEP_UNIQUE, k::quality::ASK_UNIQUE),
        "valid" => (k::quality::STEP_VALID, k::quality::ASK_VALID),
        "complete" => (k::quality::STEP_COMPLETE, k::quality::ASK_COMPLETE),
        _ => (k::quality::STEP_KEEP, k::quality::ASK_KEEP),
    }
}
