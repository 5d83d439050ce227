//! The job that makes a record of what came, and the trial that only says what would come of it.

use chrono::Utc;
use relasi_domain::identity::access::{Access, Action};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::find,
    hook::{self, Hook},
    request::{Fate, settle, waiting},
};
use crate::{
    identity::access_of,
    platform::{
        import::{self, Outcome},
        jobs::{Ending, Handler, Job, JobContext, JobError, Registry, State, Step},
        vault::Vault,
    },
    records::Work,
    refusal::{Refusal, Result},
};

pub(super) const KIND: &str = "inbound.take";

/// Adds the handler of such jobs.
pub fn handlers(registry: Registry, vault: &Vault) -> Registry {
    registry.with(Take(vault.clone()))
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Payload {
    hook_id: Uuid,
    request_id: Uuid,
}

struct Take(Vault);

impl Handler for Take {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let payload: Payload = context.payload()?;
        let workspace = context.job().workspace_id;
        let vault = self.0.clone();
        context.chunk(move |conn| {
            let state = take(conn, &vault, workspace, payload)?;
            Ok(Step {
                value: json!({"state": state}),
                checkpoint: json!({}),
                done: 1,
                total: 1,
            })
        })
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        if ending.state == State::Done {
            return Ok(());
        }
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            log::error!("the request of the job {} is not known", job.id);
            return Ok(());
        };
        let error = match ending.state {
            State::Cancelled => "cancelled".to_owned(),
            _ => ending
                .error
                .clone()
                .unwrap_or_else(|| "internal".to_owned()),
        };
        let fate = Fate {
            error: Some(error),
            ..Fate::default()
        };
        let at = (job.workspace_id, payload.hook_id, payload.request_id);
        settle(conn, at, "failed", &fate, Utc::now())
    }
}

/// Makes a record of a request; the state that it is in then.
fn take(conn: &mut Conn, vault: &Vault, workspace: Uuid, payload: Payload) -> Result<&'static str> {
    let at = (workspace, payload.hook_id, payload.request_id);
    // Both may have been removed meanwhile.
    let Some(hook) = hook::by_id(conn, workspace, payload.hook_id)? else {
        return Ok("gone");
    };
    let body = match waiting(conn, workspace, hook.id, payload.request_id) {
        Ok(Some(body)) => body,
        Ok(None) | Err(Refusal::NotFound) => return Ok("gone"),
        Err(error) => return Err(error),
    };
    let now = Utc::now();
    let access = access_of(conn, workspace, hook.created_by)?;
    let Some(access) = access.filter(|access| access.may(Action::Settings)) else {
        let fate = Fate {
            error: Some("creator_left".to_owned()),
            ..Fate::default()
        };
        settle(conn, at, "failed", &fate, now)?;
        return Ok("failed");
    };
    let mut work = Work {
        conn,
        access: &access,
        now,
        cause: Some(format!("hook:{}", hook.id)),
    };
    let (state, fate) = match outcome(&mut work, &hook, (&access, vault), &body, false)? {
        Outcome::Created { id, .. } => ("created", record(Some(id))),
        Outcome::Updated { id, .. } => ("updated", record(id)),
        Outcome::Skipped => ("skipped", Fate::default()),
        Outcome::Rejected(faults) => {
            let fate = Fate {
                faults: Some(json!(faults)),
                ..Fate::default()
            };
            ("failed", fate)
        }
    };
    settle(conn, at, state, &fate, now)?;
    Ok(state)
}

fn record(id: Option<Uuid>) -> Fate {
    Fate {
        record: id,
        ..Fate::default()
    }
}

fn outcome(
    work: &mut Work<'_>,
    hook: &Hook,
    by: (&Access, &Vault),
    body: &Value,
    dry: bool,
) -> Result<Outcome> {
    let (columns, cells) = hook.row(body);
    let row = import::Single {
        object: hook.object()?,
        columns,
        options: hook.options.clone(),
        cells,
    };
    import::take_single(work, by, row, dry)
}

/// What would come of something sent to a hook.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// `created`, `updated`, `skipped` or `failed`.
    pub state: &'static str,
    /// The record that is there and would be changed.
    pub record_id: Option<Uuid>,
    /// The new record, or what would be changed.
    pub record: Value,
    /// Why nothing would come of it.
    pub faults: Value,
}

/// Says what would come of a body, without writing anything.
pub fn trial(work: &mut Work<'_>, vault: &Vault, id: Uuid, body: &Value) -> Result<Trial> {
    let hook = find(work, id)?;
    let access = work.access;
    let trial = |state, record_id, record| Trial {
        state,
        record_id,
        record,
        faults: json!([]),
    };
    Ok(match outcome(work, &hook, (access, vault), body, true)? {
        Outcome::Created { record, .. } => trial("created", None, json!(record)),
        Outcome::Updated { id, changes } => trial("updated", id, json!(changes)),
        Outcome::Skipped => trial("skipped", None, Value::Null),
        Outcome::Rejected(faults) => Trial {
            faults: json!(faults),
            ..trial("failed", None, Value::Null)
        },
    })
}
