//! Records as they stood, and back to it.

use actix_web::{HttpResponse, web::Path};
use relasi_app::records::{Point, Work};
use relasi_domain::{
    fault::Fault,
    record::{Object, Record},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer, parse_id,
    schema::{anything, reference, type_name},
    written,
};
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    moment::{Edge, moment},
    problem::Problem,
};

const AT: &str = "An instant, or a day of the workspace for its end: the record after all that was written until then.";
const BEFORE: &str =
    "Instead of a time: the id of an audit entry, for the record before that write.";

/// Query parameters of a record as it stood.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AsOfQuery {
    at: Option<String>,
    before: Option<Uuid>,
}

/// What is to be set back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revert {
    at: Option<String>,
    before: Option<Uuid>,
    fields: Option<Vec<String>>,
}

pub(super) fn register<R: Record>(api: &mut Api, object: &'static Object) {
    let (name, plural, noun) = (
        type_name(object),
        object.plural,
        object.name.replace('_', " "),
    );
    let as_of_one = Operation::get(
        &format!("/{plural}/{{id}}/as-of"),
        plural,
        &format!("{}_as_of", object.name),
        &format!("A {noun} as it stood"),
    )
    .about("One of the two parameters. Before the record was made the answer is 404, `record_not_yet`.")
    .query("at", AT, json!({"type": "string"}))
    .query("before", BEFORE, json!({"type": "string", "format": "uuid"}))
    .returns(200, "The record then, and what is different now.", reference("AsOf"));
    api.add(
        as_of_one,
        |caller: Caller, id: Path<String>, query: Query<AsOfQuery>| {
            as_of(R::OBJECT, caller, id, query.0)
        },
    );
    let revert_one = Operation::post(
        &format!("/{plural}/{{id}}/revert"),
        plural,
        &format!("revert_{}", object.name),
        &format!("Set fields of a {noun} back to what they had"),
    )
    .about("Goes through every rule of a change. Fields that a client can't write stay as they are, and are refused when they are named.")
    .if_match()
    .body(reference("Revert"))
    .returns(200, "The record.", reference(&name));
    api.add(
        revert_one,
        |caller: Caller, id: Path<String>, version: IfMatch, body: Body<Revert>| {
            revert(R::OBJECT, caller, id, version, body)
        },
    );
}

/// Schemas that all of them share.
pub(super) fn register_shared(api: &mut Api) {
    api.schema("AsOf", json!({
        "type": "object", "description": "A record as it stood.",
        "required": ["record", "since", "in_trash", "unknown", "differences"],
        "properties": {
            "record": {"type": "object", "description": "Like the record itself; null for what is not known.", "additionalProperties": true},
            "since": {"type": ["string", "null"], "format": "date-time", "description": "When it came to be like that."},
            "in_trash": {"type": "boolean", "description": "Whether it lay in the trash."},
            "unknown": {"type": "array", "description": "Fields of which it is not known what they had.", "items": {"type": "string"}},
            "differences": {"type": "array", "description": "Fields that have another value now.", "items": reference("Difference")}
        }
    }));
    api.schema("Difference", json!({
        "type": "object", "description": "A field that has another value now.", "required": ["field", "then", "now", "restorable"],
        "properties": {
            "field": {"type": "string", "description": "Its name."},
            "then": anything("What it had."), "now": anything("What it has."),
            "restorable": {"type": "boolean", "description": "Whether it can be set back. Verbs and the product alone write the others."}
        }
    }));
    api.schema("Revert", json!({
        "type": "object", "description": "Where to, by `at` or by `before`, and which fields.", "additionalProperties": false,
        "properties": {
            "at": {"type": "string", "description": AT},
            "before": {"type": "string", "format": "uuid", "description": BEFORE},
            "fields": {"type": "array", "description": "Names; left out for all that can be set back.", "items": {"type": "string"}}
        }
    }));
}

/// The point that a request names; `mark` begins the pointer of a fault.
fn point(
    caller: &Caller,
    at: Option<&str>,
    before: Option<Uuid>,
    mark: &str,
) -> Result<Point, Problem> {
    let at_pointer = format!("{mark}at");
    match (at, before) {
        (Some(at), None) => moment(caller, at, Edge::End, &at_pointer).map(Point::At),
        (None, Some(entry)) => Ok(Point::Before(entry)),
        (None, None) => Err(Problem::fault(Fault::at(at_pointer, "required"))),
        (Some(_), Some(_)) => {
            let pointer = format!("{mark}before");
            Err(Problem::fault(Fault::at(pointer, "one_value_only")))
        }
    }
}

async fn as_of(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    query: AsOfQuery,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    // Whoever may not see the record is told nothing else.
    caller.read_short(move |work| work.get(object, id)).await?;
    let point = point(&caller, query.at.as_deref(), query.before, "?")?;
    let found = caller
        .read(move |work| work.as_of(object, id, point))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn revert(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Revert>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller.read_short(move |work| work.get(object, id)).await?;
    let order = body.value;
    let point = point(&caller, order.at.as_deref(), order.before, "/")?;
    let work = move |work: &mut Work<'_>| {
        let fields = order.fields.as_deref();
        let reverted = work.revert(object, id, version, point, fields)?;
        Ok(answer(work, object, reverted))
    };
    written(object, &caller, caller.write(&body.bytes, work).await)
}
