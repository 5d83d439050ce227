//! What does the jobs of a kind.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use relasi_persistence::{Conn, StoreError};
use serde_json::Value;

use super::{Backoff, Job, JobContext, Plan, State};
use crate::Refusal;

/// Why a job did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A person asked it to stop.
    #[error("cancelled")]
    Cancelled,
    /// The process stops; another worker goes on from the checkpoint.
    #[error("the worker stops")]
    Stopped,
    /// What it belongs to stands still; a worker goes on from the checkpoint once it is resumed.
    #[error("paused")]
    Paused,
    /// It can't be done before some time has passed; that is no failure.
    #[error("not before {0:?} have passed")]
    Later(Duration),
    /// The lease belongs to somebody else by now; nothing may be written any more.
    #[error("the lease is lost")]
    Lost,
    /// Trying again won't help; the code is a translation key.
    #[error("failed: {0}")]
    Failed(&'static str),
    /// A use case refused; faults of the store are worth another try, all others are final.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Refused(Refusal::Store(error))
    }
}

impl From<std::io::Error> for JobError {
    fn from(error: std::io::Error) -> Self {
        Self::from(StoreError::from(error))
    }
}

impl JobError {
    /// Whether the same job may well succeed later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Refused(
                Refusal::Store(_)
                    | Refusal::Stale(_)
                    | Refusal::FieldsChanged
                    | Refusal::Throttled { .. }
            )
        )
    }

    /// Stable code for people: what went wrong inside stays in the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
            Self::Paused => "paused",
            Self::Later(_) => "later",
            Self::Lost => "lease_lost",
            Self::Failed(code) | Self::Refused(Refusal::Conflict(code)) => code,
            Self::Refused(Refusal::NotFound) => "not_found",
            Self::Refused(Refusal::Forbidden | Refusal::Unauthorized) => "forbidden",
            Self::Refused(Refusal::Store(StoreError::Full)) => "disk_full",
            Self::Refused(Refusal::Store(_)) => "internal",
            Self::Refused(_) => "invalid",
        }
    }
}

/// How a job ended, told to its handler in the transaction that ends it.
#[derive(Debug, Clone)]
pub struct Ending {
    /// One of the final states.
    pub state: State,
    /// What came of it, when it is done.
    pub result: Option<Value>,
    /// Code of the error, when it is not.
    pub error: Option<String>,
}

/// Does the jobs of one kind.
///
/// A job may be run again after a crash, from its last checkpoint: effects belong into [`JobContext::chunk`], which
/// commits them together with the next checkpoint.
pub trait Handler: Send + Sync + 'static {
    /// The kind of its jobs, for example `import.run`.
    fn kind(&self) -> &'static str;

    /// Does one job and answers its result as JSON. A panic counts as a failed try.
    fn run(&self, context: &mut JobContext) -> Result<Value, JobError>;

    /// Called in the transaction that ends a job for good, whatever the end, also if it was never run.
    fn ended(&self, _conn: &mut Conn, _job: &Job, _ending: &Ending) -> Result<(), Refusal> {
        Ok(())
    }

    /// Called in the transaction that puts a job in again that was given up or has failed, so that what it belongs to is
    /// again at work. Refuses before it writes anything, when that has gone on without the job.
    fn again(&self, _conn: &mut Conn, _job: &Job) -> Result<(), Refusal> {
        Ok(())
    }

    /// How long to wait between tries.
    fn backoff(&self) -> Backoff {
        Backoff::default()
    }

    /// How many of its jobs run at a time, in all workspaces and processes together; as many as there are workers when
    /// none.
    fn at_once(&self) -> Option<i64> {
        None
    }
}

/// All handlers of the process, by kind, and what is to be done again and again.
#[derive(Clone, Default)]
pub struct Registry {
    handlers: BTreeMap<&'static str, Arc<dyn Handler>>,
    plans: Vec<Plan>,
}

impl Registry {
    /// Adds a handler, in place of an earlier one for the same kind.
    pub fn with(mut self, handler: impl Handler) -> Self {
        self.handlers.insert(handler.kind(), Arc::new(handler));
        self
    }

    /// Adds work that comes again in every workspace.
    pub fn with_plan(mut self, plan: Plan) -> Self {
        self.plans.push(plan);
        self
    }

    /// Work that comes again.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// The kinds that can be done, by name.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.keys().copied()
    }

    /// Kinds of which only so many run at a time.
    pub(super) fn caps(&self) -> Vec<(&'static str, i64)> {
        let caps = self.handlers.iter();
        caps.filter_map(|(kind, handler)| Some((*kind, handler.at_once()?)))
            .collect()
    }

    pub(super) fn handler(&self, kind: &str) -> Option<Arc<dyn Handler>> {
        self.handlers.get(kind).cloned()
    }
}
