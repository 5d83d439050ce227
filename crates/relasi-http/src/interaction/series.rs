//! Activities that come again.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    interaction::series::{self, Repeat, Scope},
    records::Work,
};
use relasi_domain::{
    interaction::{activity::OBJECT, recurrence::MAX_RULE},
    record::Document,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{answer, parse_id, schema::reference},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    scope: Scope,
    changes: Document,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    scope: Scope,
}

fn scope() -> Value {
    json!({"type": "string", "enum": ["following", "all"], "description": "This one and those after it, or all that are still to do."})
}

fn verb(name: &str, id: &str, summary: &str, body: Value) -> Operation {
    let path = format!("/activities/{{id}}/{name}");
    Operation::post(&path, "activities", id, summary)
        .if_match()
        .body(body)
}

/// Registers the verbs.
pub(super) fn register(api: &mut Api) {
    let rule = json!({
        "type": "object", "description": "How it comes again.", "required": ["recurrence"], "additionalProperties": false,
        "properties": {
            "recurrence": {"type": ["string", "null"], "maxLength": MAX_RULE, "description": "A rule of RFC 5545, for example `FREQ=WEEKLY;BYDAY=MO`; `null` for one that comes no more."},
            "time_zone": {"type": ["string", "null"], "description": "By which clock; that of the workspace when left out."}
        }
    });
    let repeated = verb(
        "repeat",
        "repeat_activity",
        "Make an activity come again",
        rule,
    )
    .about(
        "It becomes the first of a new series; one that it belonged to ends before it, and what was still to do after it \
         goes into the trash. Faults: `not_recurrence`, `recurrence_needs_due`; 409 `activity_is_done`.",
    )
    .returns(200, "The activity.", reference("Activity"));
    api.add(repeated, repeat);
    let patch = json!({
        "type": "object", "description": "What changes.", "required": ["scope", "changes"], "additionalProperties": false,
        "properties": {"scope": scope(), "changes": reference("ActivityPatch")}
    });
    let changed = verb(
        "change-series",
        "change_series_of_activity",
        "Change an activity and those after it, or all of its series",
        patch,
    )
    .about(
        "Only what is still to do. The time of day may be another one; the days are the rule's (`series_keeps_days`). \
         409 `activity_not_in_series`, `activity_is_done`.",
    )
    .returns(200, "The activity.", reference("Activity"));
    api.add(changed, change);
    let end_body = json!({
        "type": "object", "description": "How much of it.", "required": ["scope"], "additionalProperties": false,
        "properties": {"scope": scope()}
    });
    let ended = verb(
        "end-series",
        "end_series_of_activity",
        "Put an activity and those after it, or all of its series, into the trash",
        end_body,
    )
    .about("Only what is still to do; no more are made. 409 `activity_not_in_series`.")
    .returns_nothing("They are in the trash.");
    api.add(ended, end);
}

async fn repeat(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Repeat>,
) -> Result<HttpResponse, Problem> {
    let (id, how) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let done = series::repeat(work, id, version, &how)?;
        Ok(answer(work, &OBJECT, done))
    };
    caller.write(&body.bytes, work).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Change>,
) -> Result<HttpResponse, Problem> {
    let (id, Change { scope, changes }) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let done = series::change(work, id, version, (scope, &changes))?;
        Ok(answer(work, &OBJECT, done))
    };
    caller.write(&body.bytes, work).await
}

async fn end(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<End>,
) -> Result<HttpResponse, Problem> {
    let (id, End { scope }) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        series::end(work, id, version, scope)?;
        Ok(Answer::nothing())
    };
    caller.write(&body.bytes, work).await
}
