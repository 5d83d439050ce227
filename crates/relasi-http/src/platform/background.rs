//! The background work of a workspace, for those who look after it: what waits, what was given up, what stands still,
//! what comes again.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    platform::jobs::{self, SchedulePatch, Still},
    records::Work,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::jobs::shown;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "jobs";
const WORK: &str = "/background-work";
const SCHEDULES: &str = "/job-schedules";

/// Registers it.
pub fn register(api: &mut Api) {
    schemas(api);
    let whole = Operation::get(
        WORK,
        TAG,
        "get_background_work",
        "What waits, runs, was given up and stands still",
    )
    .about("For those who may change settings and see every record, as all of this.")
    .returns(200, "The work.", reference("BackgroundWork"));
    api.add(whole, overview);
    let pause_it = Operation::post(&format!("{WORK}/pause"), TAG, "pause_background_work", "Have work stand still")
        .about("Nothing of it is begun any more, and what runs stops before its next chunk. It goes on from there once it is resumed.")
        .body(reference("StandingStill"))
        .returns(200, "The work.", reference("BackgroundWork"));
    api.add(pause_it, pause);
    let resume_it = Operation::post(
        &format!("{WORK}/resume"),
        TAG,
        "resume_background_work",
        "Let work go on",
    )
    .body(reference("StandingStill"))
    .returns(200, "The work.", reference("BackgroundWork"));
    api.add(resume_it, resume);
    let all = Operation::post(&format!("{WORK}/requeue"), TAG, "requeue_jobs", "Put the jobs of a kind that were given up in again")
        .about("The oldest 500 at a time; ask again while there are `more`. What has gone on without its job is left (`kept`).")
        .body(json!({"type": "object", "description": "Which ones.", "required": ["kind"], "additionalProperties": false, "properties": {
            "kind": {"type": "string", "description": "Their kind."}
        }}))
        .returns(200, "What came of it.", json!({
            "type": "object", "description": "What came of it.", "required": ["requeued", "kept", "more"], "properties": {
                "requeued": {"type": "integer", "description": "Put in again."},
                "kept": {"type": "integer", "description": "Left as they are."},
                "more": {"type": "boolean", "description": "There are further ones."}
            }
        }));
    api.add(all, requeue_all);
    let one = Operation::post("/jobs/{id}/requeue", TAG, "requeue_job", "Put a job that was given up or has failed in again")
        .about(
            "With all its tries, from its last chunk. 409 `job_not_given_up`, `job_waits_already` when a newer one does the \
             same, `job_not_repeatable` when what it belongs to has gone on.",
        )
        .returns(200, "The job.", reference("Job"));
    api.add(one, requeue);
    let away = Operation::post(
        "/jobs/{id}/drop",
        TAG,
        "drop_job",
        "Remove a job that was given up or has failed",
    )
    .about("409 `job_not_given_up` for others.")
    .returns_nothing("It is gone.");
    api.add(away, drop_dead);
    register_schedules(api);
}

fn register_schedules(api: &mut Api) {
    let list = Operation::get(SCHEDULES, TAG, "list_job_schedules", "Work that comes again").returns(
        200,
        "The schedules.",
        json!({
            "type": "object", "description": "The schedules.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The schedules.", "items": reference("JobSchedule")}}
        }),
    );
    api.add(list, schedules);
    let patch = Operation::patch(&format!("{SCHEDULES}/{{id}}"), TAG, "update_job_schedule", "Change when something comes again, or have it stand still")
        .about("Empty texts go back to what the product does by itself, by the clock of the workspace.")
        .if_match()
        .body(json!({"type": "object", "description": "What changes.", "additionalProperties": false, "properties": {
            "cron": {"type": "string", "maxLength": 100, "description": "Minute, hour, day of the month, month, day of the week."},
            "time_zone": {"type": "string", "description": "For example Asia/Jakarta."},
            "paused": {"type": "boolean", "description": "Whether it stands still."}
        }}))
        .returns(200, "The schedule.", reference("JobSchedule"));
    api.add(patch, change);
    let now = Operation::post(
        &format!("{SCHEDULES}/{{id}}/run"),
        TAG,
        "run_job_schedule",
        "Do it now, beside its times",
    )
    .about("A job; the one that is not finished yet when there is one.")
    .returns(202, "The job.", reference("Job"));
    api.add(now, run_now);
}

fn schemas(api: &mut Api) {
    let time = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    let number = |about: &str| json!({"type": "integer", "description": about});
    let text = |about: &str| json!({"type": "string", "description": about});
    api.schema("StandingStill", json!({
        "type": "object", "description": "What is to stand still, or to go on.", "required": ["scope"], "additionalProperties": false, "properties": {
            "scope": {"type": "string", "enum": ["all", "queue", "kind"], "description": "Everything, a queue, or a kind of job."},
            "name": text("Which queue or kind; empty for everything.")
        }
    }));
    api.schema("BackgroundWork", json!({
        "type": "object", "description": "The background work of a workspace.", "required": ["paused", "pauses", "queues", "kinds"], "properties": {
            "paused": {"type": "boolean", "description": "All of it stands still."},
            "pauses": {"type": "array", "description": "What stands still.", "items": {
                "type": "object", "description": "Something that stands still.", "required": ["scope", "name", "paused_at", "paused_by"], "properties": {
                    "scope": text("`all`, `queue` or `kind`."), "name": text("Which queue or kind; empty for everything."),
                    "paused_at": {"type": "string", "format": "date-time", "description": "Since when."},
                    "paused_by": {"type": "string", "format": "uuid", "description": "Who wanted it."}
                }
            }},
            "queues": {"type": "array", "description": "Queues that have ever had work.", "items": text("A queue.")},
            "kinds": {"type": "array", "description": "Kinds of job.", "items": {
                "type": "object", "description": "A kind of job: how many stand where.",
                "required": ["kind", "paused", "ready", "running", "dead", "due_since"], "properties": {
                    "kind": text("For example `import.run`."), "paused": {"type": "boolean", "description": "It stands still by its name."},
                    "ready": number("Waiting for a worker or their time."), "running": number("At work."), "dead": number("Given up."),
                    "due_since": time("Since when the one that waits longest is due.")
                }
            }}
        }
    }));
    api.schema("JobSchedule", json!({
        "type": "object", "description": "Work that comes again.",
        "required": ["id", "version", "name", "cron", "time_zone", "changed", "paused", "next_at", "last_at", "last_job_id"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The schedule."}, "version": number("Counts up with each change."),
            "name": text("What is done: a kind of job."), "cron": text("Minute, hour, day of the month, month, day of the week."),
            "time_zone": text("By which clock."), "changed": {"type": "boolean", "description": "It was changed from what the product does by itself."},
            "paused": {"type": "boolean", "description": "It stands still."}, "next_at": time("When it comes next; null while it stands still."),
            "last_at": time("When it came last."), "last_job_id": {"type": ["string", "null"], "format": "uuid", "description": "The job that it made last."}
        }
    }));
}

fn ok(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        body: body.to_string(),
        ..Answer::default()
    }
}

async fn overview(caller: Caller) -> Result<HttpResponse, Problem> {
    let registry = caller.state.registry.clone();
    let found = caller
        .read(move |work| jobs::overview(work, &registry))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

/// Changes what stands still, and answers how things stand then.
async fn still(
    caller: Caller,
    body: Body<Still>,
    change: fn(&mut Work<'_>, &Still) -> relasi_app::Result<()>,
) -> Result<HttpResponse, Problem> {
    let (wanted, registry) = (body.value, caller.state.registry.clone());
    let work = move |work: &mut Work<'_>| {
        change(work, &wanted)?;
        Ok(ok(200, &json!(jobs::overview(work, &registry)?)))
    };
    let response = caller.write(&body.bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn pause(caller: Caller, body: Body<Still>) -> Result<HttpResponse, Problem> {
    still(caller, body, jobs::pause).await
}

async fn resume(caller: Caller, body: Body<Still>) -> Result<HttpResponse, Problem> {
    still(caller, body, jobs::resume).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfKind {
    kind: String,
}

async fn requeue_all(caller: Caller, body: Body<OfKind>) -> Result<HttpResponse, Problem> {
    let (kind, registry) = (body.value.kind, caller.state.registry.clone());
    let work = move |work: &mut Work<'_>| {
        let done = jobs::requeue_all(work, &registry, &kind)?;
        Ok(ok(200, &json!(done)))
    };
    let response = caller.write(&body.bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn requeue(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (id, registry) = (parse_id(&id)?, caller.state.registry.clone());
    let work = move |work: &mut Work<'_>| {
        let job = jobs::requeue(work, &registry, id)?;
        Ok(ok(200, &shown(&job)))
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn drop_dead(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        jobs::drop_dead(work, id)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

async fn schedules(caller: Caller) -> Result<HttpResponse, Problem> {
    let registry = caller.state.registry.clone();
    let items = caller
        .read_short(move |work| jobs::schedules(work, &registry))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn change(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<SchedulePatch>,
) -> Result<HttpResponse, Problem> {
    let (id, patch) = (parse_id(&id)?, body.value);
    let registry = caller.state.registry.clone();
    let work = move |work: &mut Work<'_>| {
        let changed = jobs::change_schedule(work, &registry, id, version, &patch)?;
        Ok(Answer::versioned(200, &json!(changed)))
    };
    caller.write(&body.bytes, work).await
}

async fn run_now(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (id, registry) = (parse_id(&id)?, caller.state.registry.clone());
    let work = move |work: &mut Work<'_>| {
        let job = jobs::run_now(work, &registry, id)?;
        Ok(ok(202, &shown(&job)))
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}
