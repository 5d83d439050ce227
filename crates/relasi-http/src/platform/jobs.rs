//! Background jobs: how far they have come, and how to stop them.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    Refusal,
    idempotency::Answer,
    platform::jobs::{self, Job, State, Wanted},
    records::Work,
};
use relasi_domain::fault::Fault;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::{
        parse_id,
        schema::{anything, reference},
    },
};

/// Query parameters of lists that are paged by id, newest first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewestFirst {
    limit: Option<u32>,
    cursor: Option<String>,
}

impl NewestFirst {
    /// The parameters of a list that has more of them.
    pub(crate) fn new(limit: Option<u32>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// The id that the page comes after, and its length.
    pub(crate) fn limits(&self) -> Result<(Option<Uuid>, u32), Problem> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(Problem::fault(
                Fault::at("?limit", "out_of_range").with("max", 200),
            ));
        }
        let before = self.cursor.as_deref().map(Uuid::try_parse).transpose();
        let before = before.map_err(|_| Problem::fault(Fault::at("?cursor", "bad_cursor")))?;
        Ok((before, limit))
    }

    /// The page as an answer; its last id is the cursor of the next one.
    pub(crate) fn answer<T: Serialize>(items: &[T], limit: u32) -> HttpResponse {
        let full = items.len() >= limit as usize;
        let items = &items[..items.len().min(limit as usize)];
        let items: Vec<Value> = items.iter().map(|item| json!(item)).collect();
        let next = items.last().filter(|_| full).map(|last| last["id"].clone());
        HttpResponse::Ok().json(json!({"items": items, "next_cursor": next}))
    }

    /// Documents the parameters of such a list.
    pub(crate) fn document(operation: Operation) -> Operation {
        operation
            .query(
                "limit",
                "Entries per page.",
                json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
            )
            .query(
                "cursor",
                "`next_cursor` of the page before.",
                json!({"type": "string"}),
            )
    }

    /// The schema of a page.
    pub(crate) fn schema(item: &str) -> Value {
        json!({
            "type": "object", "description": "A page, newest first.", "required": ["items", "next_cursor"],
            "properties": {
                "items": {"type": "array", "description": "The entries.", "items": reference(item)},
                "next_cursor": {"type": ["string", "null"], "description": "Cursor of the next page."}
            }
        })
    }
}

/// Registers the jobs.
pub fn register(api: &mut Api) {
    api.schema("Job", schema());
    let all = Operation::get(
        "/jobs",
        "jobs",
        "list_jobs",
        "Background jobs, newest first",
    )
    .about("One's own; all of the workspace for those who may change its settings.")
    .query(
        "state",
        "Only those that stand here; several by comma.",
        json!({"type": "string"}),
    )
    .query("kind", "Only those of a kind.", json!({"type": "string"}))
    .returns(200, "A page.", NewestFirst::schema("Job"));
    api.add(NewestFirst::document(all), list);
    let one = Operation::get("/jobs/{id}", "jobs", "get_job", "A background job").returns(
        200,
        "The job.",
        reference("Job"),
    );
    api.add(one, get);
    let stop = Operation::post(
        "/jobs/{id}/cancel",
        "jobs",
        "cancel_job",
        "Stop a background job",
    )
    .about("It stops before its next chunk; what it has done so far stays.")
    .returns(
        200,
        "The job; it may still be running for a moment.",
        reference("Job"),
    );
    api.add(stop, cancel);
}

fn schema() -> Value {
    let time = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    json!({
        "type": "object", "description": "Work that goes on in the background.",
        "required": ["id", "kind", "queue", "state", "progress", "result", "error", "attempts", "max_attempts", "due_at", "cancel_requested", "created_at", "created_by", "started_at", "finished_at"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The job."},
            "kind": {"type": "string", "description": "For example `import.run`."},
            "queue": {"type": "string", "description": "The line it stands in."},
            "state": {"type": "string", "enum": ["ready", "running", "done", "failed", "cancelled", "dead"], "description": "Where it stands; `dead` was given up after too many tries."},
            "progress": {
                "type": "object", "description": "How far it has come.", "required": ["done", "total"],
                "properties": {
                    "done": {"type": "integer", "description": "Units done."},
                    "total": {"type": "integer", "description": "Units in all; 0 while unknown."}
                }
            },
            "result": anything("What came of it; null until it is done."),
            "error": {"type": ["string", "null"], "description": "Code of the last error."},
            "attempts": {"type": "integer", "description": "Tries since the last progress."},
            "max_attempts": {"type": "integer", "description": "Tries after which it is given up."},
            "due_at": time("The earliest start while it waits; while it runs, when others take it over unless it is heard of. Null once it has ended."),
            "cancel_requested": {"type": "boolean", "description": "Somebody asked it to stop."},
            "created_at": time("When it was put in."),
            "created_by": {"type": ["string", "null"], "format": "uuid", "description": "For whom it works."},
            "started_at": time("When it was first taken."),
            "finished_at": time("When it ended.")
        }
    })
}

/// A job as JSON.
pub(crate) fn shown(job: &Job) -> Value {
    json!({
        "id": job.id,
        "kind": job.kind,
        "queue": job.queue,
        "state": job.state,
        "progress": {"done": job.progress_done, "total": job.progress_total},
        "result": job.result,
        "error": job.last_error,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "due_at": job.due_at,
        "cancel_requested": job.cancel_requested,
        "created_at": job.created_at,
        "created_by": job.created_by,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    })
}

/// Whose jobs the worker may see: everybody's, or their own.
fn whose(work: &Work<'_>) -> Option<Uuid> {
    (!work.access.keeps_all()).then_some(work.access.user_id)
}

fn find(work: &mut Work<'_>, id: Uuid) -> relasi_app::Result<Job> {
    let whose = whose(work);
    let found = jobs::find(work.conn, work.access.workspace_id, id)?;
    found
        .filter(|job| whose.is_none() || job.created_by == whose)
        .ok_or(Refusal::NotFound)
}

/// Query parameters of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    state: Option<String>,
    kind: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

fn states(text: &str) -> Result<Vec<State>, Problem> {
    let known = text.split(',').map(|code| State::of_code(code.trim()));
    known.collect::<Option<_>>().ok_or_else(|| {
        let choices = State::ALL.map(State::code).join(", ");
        Problem::fault(Fault::at("?state", "not_a_choice").with("choices", choices))
    })
}

async fn list(caller: Caller, Query(query): Query<ListQuery>) -> Result<HttpResponse, Problem> {
    let (before, limit) = NewestFirst::new(query.limit, query.cursor).limits()?;
    let states = query.state.as_deref().map(states).transpose()?;
    let found = caller.read_short(move |work| {
        let wanted = Wanted {
            created_by: whose(work),
            states: states.unwrap_or_default(),
            kind: query.kind,
            before,
        };
        Ok(jobs::list(
            work.conn,
            work.access.workspace_id,
            &wanted,
            limit,
        )?)
    });
    let items: Vec<Value> = found.await?.iter().map(shown).collect();
    Ok(NewestFirst::answer(&items, limit))
}

async fn get(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let job = caller.read_short(move |work| find(work, id)).await?;
    Ok(HttpResponse::Ok().json(shown(&job)))
}

async fn cancel(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        find(work, id)?;
        if !jobs::cancel(work.conn, work.access.workspace_id, id)? {
            return Err(Refusal::Conflict("job_finished"));
        }
        let body = shown(&find(work, id)?).to_string();
        Ok(Answer {
            status: 200,
            body,
            ..Answer::default()
        })
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}
