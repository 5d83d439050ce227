//! All that an endpoint was told since an instant, told again.

use chrono::{DateTime, Utc};
use relasi_domain::{fault::Fault, identity::access::Action, platform::event::taken};
use relasi_persistence::Conn;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::{find, note},
    delivery::{Again, put},
    endpoint,
};
use crate::{
    events::{self, Event, KEPT, Place, order, seen},
    identity::access_of,
    platform::jobs::{self, Handler, Job, JobContext, JobError, NewJob, Registry, Step},
    records::Work,
    refusal::{Refusal, Result},
};

const KIND: &str = "webhook.replay";

/// Events looked at in one transaction.
const BATCH: u32 = 500;

/// From when on.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The events since then.
    pub since: DateTime<Utc>,
}

/// What a job needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    endpoint_id: Uuid,
    /// Microseconds since 1970.
    since: i64,
    until: (i64, Uuid),
}

/// How far a job has come.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Reached {
    place: (i64, Uuid),
    looked_at: i64,
}

/// Adds the handler of such jobs.
pub fn handlers(registry: Registry) -> Registry {
    registry.with(Run)
}

/// Begins to send again what happened since an instant and the endpoint wants; at most as far back as events are kept.
pub fn begin_replay(work: &mut Work<'_>, id: Uuid, replay: Replay) -> Result<Job> {
    let endpoint = find(work, id)?;
    if endpoint.state != "active" {
        return Err(Refusal::Conflict("webhook_not_active"));
    }
    if replay.since > work.now || replay.since < work.now - KEPT {
        return Err(Fault::field("since", "not_kept").into());
    }
    let workspace = work.access.workspace_id;
    let end = events::newest(work.conn, workspace)?;
    let order = Order {
        endpoint_id: id,
        since: replay.since.timestamp_micros(),
        until: (end.seq, end.id),
    };
    let job = NewJob {
        dedupe_key: Some(id.to_string()),
        created_by: Some(work.access.user_id),
        ..NewJob::new(KIND, "webhooks", json!(order))
    };
    let job = jobs::enqueue(work.conn, workspace, job)?;
    let what = json!([{"field": "since", "old": null, "new": replay.since}]);
    note(work, "replayed", id, &what)?;
    jobs::find(work.conn, workspace, job)?.ok_or(Refusal::NotFound)
}

struct Run;

impl Handler for Run {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let order: Order = context.payload()?;
        let workspace = context.job().workspace_id;
        let mut reached = context.checkpoint::<Reached>()?.unwrap_or(Reached {
            place: (Place::START.seq, Place::START.id),
            looked_at: 0,
        });
        loop {
            let order = order.clone();
            let next = context.chunk(move |conn| {
                let next = again(conn, workspace, &order, reached)?;
                let (reached, done) = next.map_or((reached, true), |next| (next, false));
                Ok(Step {
                    value: (reached, done),
                    checkpoint: json!(reached),
                    done: reached.looked_at,
                    total: 0,
                })
            })?;
            reached = next.0;
            if next.1 {
                return Ok(json!({"looked_at": reached.looked_at}));
            }
        }
    }
}

/// Makes deliveries of the next events anew; none when there are no more.
fn again(
    conn: &mut Conn,
    workspace: Uuid,
    order: &Order,
    reached: Reached,
) -> Result<Option<Reached>> {
    let endpoint = endpoint::by_id(conn, workspace, order.endpoint_id)?.ok_or(Refusal::NotFound)?;
    let access = access_of(conn, workspace, endpoint.created_by)?;
    let access = access
        .filter(|access| access.may(Action::Settings))
        .ok_or(Refusal::Forbidden)?;
    let place = |(seq, id)| Place { seq, id };
    let mut events = order::read_after(conn, workspace, place(reached.place), BATCH)?;
    events.retain(|event| event.place <= place(order.until));
    let Some(last) = events.last().map(|event| event.place) else {
        return Ok(None);
    };
    let looked_at = reached.looked_at + i64::try_from(events.len()).unwrap_or_default();
    let patterns = endpoint.patterns();
    let fits = |event: &Event| event.at >= order.since && taken(&patterns, &event.kind);
    let wanted = events.into_iter().filter(fits).collect();
    let now = jobs::now(conn)?;
    let mut work = Work {
        conn,
        access: &access,
        now: DateTime::from_timestamp_micros(now).unwrap_or_default(),
        cause: None,
    };
    let wanted = seen(&mut work, wanted)?;
    put(conn, &endpoint, &wanted, now, Again::Yes)?;
    Ok(Some(Reached {
        place: (last.seq, last.id),
        looked_at,
    }))
}
