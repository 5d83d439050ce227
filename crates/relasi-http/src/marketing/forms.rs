//! Forms and what was sent to them, for those who work with them.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    marketing::form::{self, FormPatch, NewForm, STATES, Which},
    records::Work,
};
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "forms";
const ALL: &str = "/forms";
const ONE: &str = "/forms/{id}";

pub(super) fn register(api: &mut Api) {
    let all = Operation::get(ALL, TAG, "list_forms", "Forms on the web")
        .about("For those who see all leads and may make some; made and changed by those who may change settings.")
        .returns(200, "All of them, the newest first.", json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "The forms.", "items": reference("Form")}
        }}));
    api.add(all, list);
    let make = Operation::post(ALL, TAG, "create_form", "Make a form")
        .about("Its page is `/f/<slug>`, without sign-in and without a script. Faults: `form_needs_name`, `form_needs_way_back`, `not_https`, `not_origin`, `unknown_field`, `named_twice`.")
        .body(reference("NewForm"))
        .returns(201, "The form.", reference("Form"));
    api.add(make, create);
    let get = Operation::get(ONE, TAG, "get_form", "Get a form").returns(
        200,
        "The form.",
        reference("Form"),
    );
    api.add(get, find);
    let patch = Operation::patch(ONE, TAG, "update_form", "Change a form")
        .about("Its address stays.")
        .if_match()
        .body(reference("FormPatch"))
        .returns(200, "The form.", reference("Form"));
    api.add(patch, change);
    let remove = Operation::delete(ONE, TAG, "delete_form", "Remove a form with what was sent")
        .about("The leads stay.")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(remove, delete);
    register_submissions(api);
}

fn register_submissions(api: &mut Api) {
    let sent = Operation::get(
        &format!("{ONE}/submissions"),
        TAG,
        "list_submissions",
        "What was sent to a form",
    )
    .query(
        "state",
        "Only those.",
        json!({"type": "string", "enum": STATES}),
    )
    .returns(200, "A page.", NewestFirst::schema("Submission"));
    api.add(NewestFirst::document(sent), submissions);
    let which = || {
        json!({"type": "object", "description": "Which one.", "required": ["submission_id"], "additionalProperties": false, "properties": {
            "submission_id": {"type": "string", "format": "uuid", "description": "The submission."}
        }})
    };
    let through = Operation::post(
        &format!("{ONE}/release"),
        TAG,
        "release_submission",
        "Let a held submission through",
    )
    .about(
        "It becomes a lead as any other would have. 409 `submission_not_held` when it is not held.",
    )
    .body(which())
    .returns(200, "The submission.", reference("Submission"));
    api.add(through, release);
    let away = Operation::post(
        &format!("{ONE}/discard"),
        TAG,
        "discard_submission",
        "Throw a held submission away",
    )
    .about("For good. 409 `submission_not_held` when it is not held.")
    .body(which())
    .returns_nothing("It is gone.");
    api.add(away, discard);
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(form::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create(caller: Caller, body: Body<NewForm>) -> Result<HttpResponse, Problem> {
    let make = |work: &mut Work<'_>, new: &_| form::create(work, new).map(|made| (made.id, made));
    caller.make(body, ALL, make).await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find = |work: &mut Work<'_>, id| form::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<FormPatch>,
) -> Result<HttpResponse, Problem> {
    caller.change(&id, version, body, form::change).await
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, form::delete).await
}

/// Query parameters of submissions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SubmissionQuery {
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn submissions(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<SubmissionQuery>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let unknown = |state: &String| !STATES.contains(&state.as_str());
    if query.state.as_ref().is_some_and(unknown) {
        let choices = STATES.join(", ");
        return Err(Problem::fault(
            Fault::at("?state", "not_a_choice").with("choices", choices),
        ));
    }
    let (before, limit) = NewestFirst::new(query.limit, query.cursor).limits()?;
    let found: Vec<Value> = caller
        .read(move |work| form::submissions(work, id, query.state.as_deref(), before, limit))
        .await?;
    Ok(NewestFirst::answer(&found, limit))
}

async fn release(
    caller: Caller,
    id: Path<String>,
    body: Body<Which>,
) -> Result<HttpResponse, Problem> {
    let (id, which) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let released = form::release(work, id, which)?;
        Ok(Answer::versioned(200, &json!(released)))
    };
    caller.write(&body.bytes, work).await
}

async fn discard(
    caller: Caller,
    id: Path<String>,
    body: Body<Which>,
) -> Result<HttpResponse, Problem> {
    let (id, which) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        form::discard(work, id, which)?;
        Ok(Answer::nothing())
    };
    caller.write(&body.bytes, work).await
}
