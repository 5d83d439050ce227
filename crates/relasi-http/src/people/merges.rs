//! Merging two records, and taking it back.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    people::duplicate::{self, Order},
    records::Work,
};
use relasi_domain::{
    people::{company, contact},
    record::{Document, Object},
    sales::lead,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::schema::either;
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{parse_id, schema::reference},
};

pub(super) fn register(api: &mut Api) {
    api.add(
        verb(&contact::OBJECT),
        |caller: Caller, id: Path<String>, version: IfMatch, body: Body<Order>| {
            merge(&contact::OBJECT, caller, id, version, body)
        },
    );
    api.add(
        verb(&company::OBJECT),
        |caller: Caller, id: Path<String>, version: IfMatch, body: Body<Order>| {
            merge(&company::OBJECT, caller, id, version, body)
        },
    );
    api.add(
        verb(&lead::OBJECT),
        |caller: Caller, id: Path<String>, version: IfMatch, body: Body<Order>| {
            merge(&lead::OBJECT, caller, id, version, body)
        },
    );
    let all = Operation::get("/merges", "merges", "list_merges", "Merges, newest first")
        .query(
            "record_id",
            "Those that this record stayed of or went into.",
            json!({"type": "string", "format": "uuid"}),
        )
        .returns(200, "A page.", NewestFirst::schema("Merge"));
    api.add(NewestFirst::document(all), list);
    let one = Operation::get("/merges/{id}", "merges", "get_merge", "A merge").returns(
        200,
        "The merge.",
        reference("Merge"),
    );
    api.add(one, get);
    let undo_one = Operation::post("/merges/{id}/undo", "merges", "undo_merge", "Take a merge back")
        .about("For 30 days. The record comes out of the trash; references and fields get back what they had, unless somebody changed them since.")
        .returns(200, "What came of it.", json!({
            "type": "object", "description": "An undone merge.", "required": ["merge", "record", "left"],
            "properties": {
                "merge": reference("Merge"), "record": either("The record that had stayed."),
                "left": {"type": "array", "description": "What stays as it is, because it was changed since.", "items": reference("MergeLeft")}
            }
        }));
    api.add(undo_one, undo);
}

fn verb(object: &'static Object) -> Operation {
    let noun = object.name;
    Operation::post(&format!("/{}/{{id}}/merge", object.plural), object.plural, &format!("merge_{noun}"), &format!("Merge another {noun} into this one"))
        .about("For those who may change the one and delete the other. All that referred to the other refers to this one; the other goes into the trash.")
        .if_match()
        .body(reference("MergeOrder"))
        .returns(200, "The merge and the record that stayed.", json!({
            "type": "object", "description": "A merge.", "required": ["merge", "record"],
            "properties": {"merge": reference("Merge"), "record": either("The record that stayed.")}
        }))
}

/// The answer of a write on a record, with more about it.
fn answer(record: &Document, body: &Value) -> Answer {
    Answer {
        status: 200,
        body: body.to_string(),
        version: record.get("version").and_then(Value::as_i64),
        location: None,
    }
}

async fn merge(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Order>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let order = body.value;
    let work = move |work: &mut Work<'_>| {
        let (merge, record) = duplicate::merge(work, object, id, version, &order)?;
        Ok(answer(&record, &json!({"merge": merge, "record": record})))
    };
    caller.write(&body.bytes, work).await
}

/// Query parameters of a list of merges.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    record_id: Option<Uuid>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn list(caller: Caller, Query(query): Query<ListQuery>) -> Result<HttpResponse, Problem> {
    let (before, limit) = NewestFirst::new(query.limit, query.cursor).limits()?;
    let record = query.record_id;
    let found = caller
        .read_short(move |work| duplicate::list_merges(work, record, before, limit))
        .await?;
    Ok(NewestFirst::answer(&found, limit))
}

async fn get(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let merge = caller
        .read_short(move |work| duplicate::find_merge(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(merge))
}

async fn undo(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        let undone = duplicate::undo(work, id)?;
        Ok(answer(&undone.record, &json!(undone)))
    };
    caller.write(&[], work).await
}
