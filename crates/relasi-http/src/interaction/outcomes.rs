//! The outcomes of activities.

use actix_web::HttpResponse;
use relasi_app::{
    idempotency::Answer,
    interaction::outcome::{self, NewOutcomes},
    records::Work,
};
use relasi_domain::interaction::outcome::{KINDS, MAX_CODE, MAX_ITEMS, MAX_LABEL};
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, etag},
    problem::Problem,
    records::schema::reference,
};

const PATH: &str = "/activity-outcomes";

/// Registers the outcomes.
pub(super) fn register(api: &mut Api) {
    schemas(api);
    let get = Operation::get(
        PATH,
        "activities",
        "get_activity_outcomes",
        "How activities can end",
    )
    .about("Those of the product until the workspace has changed them.")
    .returns(
        200,
        "All of them, retired ones too.",
        reference("ActivityOutcomes"),
    );
    api.add(get, find);
    let put = Operation::put(
        PATH,
        "activities",
        "set_activity_outcomes",
        "Set how activities can end",
    )
    .about("For those who may change settings. An outcome keeps its `code`; one without a code is new. Those of the product can be renamed and retired, and stay (`outcome_stays`); others can be removed while no activity has them (`outcome_in_use`). One outcome of calls is always left (`call_needs_outcome`).")
    .if_match()
    .body(reference("NewActivityOutcomes"))
    .returns(200, "All of them.", reference("ActivityOutcomes"));
    api.add(put, set);
}

fn schemas(api: &mut Api) {
    let label = |about: &str| json!({"type": ["string", "null"], "maxLength": MAX_LABEL, "description": about});
    let text = json!({"type": "string", "maxLength": MAX_LABEL, "description": "The label in this language."});
    let members = json!({
        "code": {"type": ["string", "null"], "maxLength": MAX_CODE, "description": "As activities store it: small letters, digits and `_`. A new one gets it from its label."},
        "label": label("What it is called; null for the names that outcomes of the product have in every language."),
        "labels": {"type": "object", "description": "The label in other languages.", "additionalProperties": false,
            "properties": {"en": text, "id": text, "th": text}},
        "kinds": {"type": "array", "description": "For which kinds of activity it is offered.", "items": {"type": "string", "enum": KINDS}},
        "success": {"type": "boolean", "description": "Whether it counts as reached, in call lists and figures."},
        "retired": {"type": "boolean", "description": "It is no longer offered; what has it keeps it."}
    });
    let one = |about: &str, required: &[&str]| json!({"type": "object", "description": about, "required": required, "additionalProperties": false, "properties": members});
    let all = ["code", "label", "labels", "kinds", "success", "retired"];
    api.schema("ActivityOutcome", one("An outcome.", &all));
    api.schema(
        "NewActivityOutcome",
        one("An outcome as it is set.", &["kinds"]),
    );
    let list = |of: &str| -> Value {
        json!({"type": "array", "maxItems": MAX_ITEMS, "description": "In the order in which they are offered.", "items": reference(of)})
    };
    api.schema("ActivityOutcomes", json!({"type": "object", "description": "The outcomes of a workspace.", "required": ["version", "items"],
        "properties": {
            "version": {"type": "integer", "format": "int64", "description": "Counts up with each change; 0 while they are those of the product."},
            "items": list("ActivityOutcome")
        }}));
    api.schema(
        "NewActivityOutcomes",
        json!({"type": "object", "description": "All outcomes.", "required": ["items"], "additionalProperties": false,
            "properties": {"items": list("NewActivityOutcome")}}),
    );
}

async fn find(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(outcome::read).await?;
    let tag = etag(found.version);
    Ok(HttpResponse::Ok().insert_header(("ETag", tag)).json(found))
}

async fn set(
    caller: Caller,
    IfMatch(version): IfMatch,
    body: Body<NewOutcomes>,
) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        let changed = outcome::change(work, version, &new)?;
        Ok(Answer::versioned(200, &json!(changed)))
    };
    caller.write(&body.bytes, work).await
}
