//! An operation as it is stored.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::record::Object;
use relasi_persistence::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Task;
use crate::refusal::{Refusal, Result};

/// How long an operation can be undone, and its files are kept.
pub(super) const KEEP: TimeDelta = TimeDelta::days(30);

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Its job waits or works.
    Running,
    /// It went through all records.
    Done,
    /// It ended early by a fault; what was written stays until it is undone.
    Failed,
    /// A person stopped it; what was written stays until it is undone.
    Cancelled,
    /// What it wrote is being taken back.
    Undoing,
    /// What it wrote was taken back.
    Undone,
}

impl OperationState {
    const ALL: [Self; 6] = [
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::Undoing,
        Self::Undone,
    ];

    /// The code in the table and in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    pub(super) fn from_code(code: &str) -> std::result::Result<Self, StoreError> {
        let known = Self::ALL.into_iter().find(|state| state.code() == code);
        known.ok_or_else(|| StoreError::Other(format!("unknown operation state {code}")))
    }

    /// Whether a job works on it.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Running | Self::Undoing)
    }
}

/// Which records: those with these ids, or all of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// The records themselves.
    pub ids: Option<Vec<Uuid>>,
    /// Filter of the list.
    pub filter: Option<String>,
    /// Search text of the list.
    pub q: Option<String>,
    /// Order of the list, for exports.
    pub sort: Option<String>,
}

/// What became of the records: `total` is the sum of the others once it is through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records that the target reaches.
    pub total: u64,
    /// Were changed, or stand in the exported file.
    pub done: u64,
    /// Were as wanted already.
    pub unchanged: u64,
    /// Stay as they are; the file of refused records says why.
    pub refused: u64,
}

/// What an undo did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoCounts {
    /// Records that got back what they had.
    pub restored: u64,
    /// Records left as they are: changed since, or out of reach of who undoes.
    pub kept: u64,
}

/// An operation as stored.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `UUIDv7`; also the name of its files.
    pub id: Uuid,
    /// What its records are.
    pub object: &'static Object,
    /// Which records.
    pub target: Target,
    /// What is done to them.
    pub task: Task,
    /// Where it stands.
    pub state: OperationState,
    /// Fate of the records so far.
    pub counts: Counts,
    /// What the undo has done so far.
    pub undo_counts: Option<UndoCounts>,
    /// Code of the error that ended the last job.
    pub error: Option<String>,
    /// The last job.
    pub job_id: Option<Uuid>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Uuid,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// When its run ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Operation {
    /// Until when it can be undone; none when there is nothing to undo.
    pub fn undo_until(&self) -> Option<DateTime<Utc>> {
        let over = matches!(
            self.state,
            OperationState::Done | OperationState::Failed | OperationState::Cancelled
        );
        let wrote = self.counts.done > 0 && self.task.writes();
        let ended = self.finished_at.filter(|_| over && wrote)?;
        Some(ended + KEEP)
    }

    /// Whether there is something to undo, and it is not too late.
    pub(super) fn undoable(&self, now: DateTime<Utc>) -> Result<()> {
        if self.state.is_busy() {
            Err(Refusal::Conflict("bulk_operation_running"))
        } else if self.undo_until().is_some_and(|until| now < until) {
            Ok(())
        } else {
            Err(Refusal::Conflict("bulk_operation_not_undoable"))
        }
    }

    /// As the API shows it. Ids that were given are counted and not repeated.
    pub fn shown(&self) -> Value {
        let (action, parameters) = self.task.shown();
        let until = self.undo_until().filter(|until| *until > super::now());
        json!({
            "id": self.id,
            "object": self.object.name,
            "action": action,
            "parameters": parameters,
            "target": {
                "selected": self.target.ids.as_ref().map(Vec::len),
                "filter": self.target.filter,
                "q": self.target.q,
                "sort": self.target.sort,
            },
            "state": self.state,
            "counts": self.counts,
            "undo_counts": self.undo_counts,
            "undo_until": until,
            "error": self.error,
            "job_id": self.job_id,
            "created_at": self.created_at,
            "created_by": self.created_by,
            "updated_at": self.updated_at,
            "finished_at": self.finished_at,
        })
    }
}

/// What the audit log names as the cause of an operation's writes.
pub(super) fn cause(operation: Uuid) -> String {
    format!("bulk:{operation}")
}
