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
    body::{Body, Query},
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
            "time_zone": {"type": ["string", "null"], "description": "By which clock; that of the workspace when left out."},
            "scope": scope()
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
         goes into the trash. With the scope `all` nothing that is still to do is left of that one, and the first of these is \
         the first of the new one. The days are the rule's: the first one of a series that was there goes to the first of \
         them. Faults: `not_recurrence`, `recurrence_needs_due`; 409 `activity_is_done`.",
    )
    .returns(200, "The activity.", reference("Activity"));
    api.add(repeated, repeat);
    register_preview(api);
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

fn register_preview(api: &mut Api) {
    let at = |about: &str| json!({"type": "string", "format": "date-time", "description": about});
    let whole = |about: &str| json!({"type": "integer", "description": about});
    let mut first = at("When it would come.");
    first["type"] = json!(["string", "null"]);
    api.schema("SeriesOutlook", json!({
        "type": "object", "description": "What another rule would do.", "required": ["first_id", "first_at", "gone", "made", "next"],
        "properties": {
            "first_id": {"type": "string", "format": "uuid", "description": "The first of the new series, or the one that comes no more."},
            "first_at": first,
            "gone": whole("How many that are still to do would go into the trash."),
            "made": whole("How many would be made at once after the first one; tasks come one at a time."),
            "next": {"type": "array", "description": "When the next ones after the first would come, five at most.", "items": at("A moment.")}
        }
    }));
    let preview = Operation::get(
        "/activities/{id}/repeat-preview",
        "activities",
        "preview_repeat_of_activity",
        "What another rule would do to a series",
    )
    .about("For those who may change the activity. The faults are those of the change itself.")
    .query(
        "recurrence",
        "The rule; without it, what happens when it comes no more.",
        json!({"type": "string", "maxLength": MAX_RULE}),
    )
    .query("time_zone", "By which clock.", json!({"type": "string"}))
    .query("scope", "How much of the series.", scope())
    .returns(200, "What would become of it.", reference("SeriesOutlook"));
    api.add(preview, preview_repeat);
}

async fn preview_repeat(
    caller: Caller,
    id: Path<String>,
    Query(how): Query<Repeat>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| series::outlook(work, id, &how);
    Ok(HttpResponse::Ok().json(caller.read(work).await?))
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
