//! Records that may be there twice.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    people::duplicate::{self, Scan, Wanted},
    records::Work,
    sales::lead::matches,
};
use relasi_domain::{
    fault::Fault,
    people::{company, contact, duplicate::Thresholds},
    record::{Document, Object},
    sales::lead,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::schema::objects;
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    platform::jobs::shown,
    problem::Problem,
    records::{
        entries::{EntriesQuery, next_cursor},
        parse_id,
        schema::{reference, type_name},
    },
};

/// How far open pairs are counted.
const COUNTED: u32 = 1_000;

pub(super) fn register(api: &mut Api) {
    register_similar(api, &contact::OBJECT, similar_contact);
    register_similar(api, &company::OBJECT, |caller, body| {
        similar(&company::OBJECT, caller, body)
    });
    register_similar(api, &lead::OBJECT, similar_lead);
    let operation = |made: fn(&str, &str, &str, &str) -> Operation,
                     path: &str,
                     id: &str,
                     summary: &str| { made(path, "duplicates", id, summary) };
    let all = operation(Operation::get, "/duplicates", "list_duplicates", "Pairs that may be the same, the likest first")
        .query("object", "Whose records; `contact` when left out.", objects())
        .query("state", "`open` when left out.", json!({"type": "string", "enum": ["open", "not_same"]}))
        .query("record_id", "Pairs with this record only.", json!({"type": "string", "format": "uuid"}))
        .query("limit", "Pairs per page.", json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}))
        .query("cursor", "`next_cursor` of the page before.", json!({"type": "string"}))
        .returns(200, "A page.", json!({
            "type": "object", "description": "A page.", "required": ["items", "next_cursor"],
            "properties": {
                "items": {"type": "array", "description": "The pairs.", "items": reference("DuplicatePair")},
                "next_cursor": {"type": ["string", "null"], "description": "Cursor of the next page."}
            }
        }));
    api.add(all, list);
    let one = operation(
        Operation::get,
        "/duplicates/{id}",
        "get_duplicate",
        "A pair",
    )
    .returns(200, "The pair.", reference("DuplicatePair"));
    api.add(one, get);
    let count = operation(Operation::get, "/duplicates/summary", "count_duplicates", "How many pairs wait for somebody").returns(
        200,
        "The numbers.",
        json!({"type": "object", "description": "Open pairs, counted up to 1,000.", "required": ["contact", "company", "lead"], "properties": {
            "contact": {"type": "integer", "description": "Pairs of people."}, "company": {"type": "integer", "description": "Pairs of companies."},
            "lead": {"type": "integer", "description": "Pairs of leads."}
        }}),
    );
    api.add(count, summary);
    for (verb, id, text, not_same) in [
        (
            "not-same",
            "decide_not_same",
            "Remember that two records are not the same",
            true,
        ),
        (
            "reopen",
            "reopen_duplicate",
            "Forget that two records are not the same",
            false,
        ),
    ] {
        let verb = operation(
            Operation::post,
            &format!("/duplicates/{{id}}/{verb}"),
            id,
            text,
        );
        let verb = verb.returns(200, "The pair.", reference("DuplicatePair"));
        api.add(verb, move |caller: Caller, id: Path<String>| {
            decide(caller, id, not_same)
        });
    }
    let scan = operation(Operation::post, "/duplicates/scan", "scan_duplicates", "Look through all records for duplicates")
        .about("A job. Nothing is merged by it. While one runs, another one for the same records is not made.")
        .body(json!({"type": "object", "description": "What to look through.", "required": ["object"], "additionalProperties": false, "properties": {
            "object": objects(),
            "import_id": {"type": ["string", "null"], "format": "uuid", "description": "Only pairs of which one came with this import."}
        }}))
        .returns(202, "The job.", reference("Job"));
    api.add(scan, begin);
    register_settings(api);
}

fn register_similar<H, R>(api: &mut Api, object: &'static Object, handler: H)
where
    H: Fn(Caller, Body) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    let noun = object.name;
    let id = format!("find_duplicates_of_{noun}");
    let operation = Operation::post(&format!("/{}/duplicates", object.plural), object.plural, &id, &format!("Records like a {noun} that is not saved yet"))
        .about("Writes nothing. For forms: what is typed so far is compared with what is there.")
        .body(reference(&format!("{}Patch", type_name(object))))
        .returns(200, "At most ten, the likest first.", json!({
            "type": "object", "description": "What was found.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The records.", "items": reference("Similar")}}
        }));
    api.add(operation, handler);
}

fn register_settings(api: &mut Api) {
    let path = "/duplicates/settings";
    let get = Operation::get(
        path,
        "duplicates",
        "get_duplicate_settings",
        "From which scores on pairs are shown",
    )
    .returns(200, "The thresholds.", reference("DuplicateThresholds"));
    api.add(get, thresholds);
    let put = Operation::put(
        path,
        "duplicates",
        "set_duplicate_settings",
        "Set from which scores on pairs are shown",
    )
    .about("For those who may change settings. Pairs found so far stay until the next scan.")
    .body(reference("DuplicateThresholds"))
    .returns(200, "The thresholds.", reference("DuplicateThresholds"));
    api.add(put, set_thresholds);
}

async fn similar(
    object: &'static Object,
    caller: Caller,
    body: Body<Document>,
) -> Result<HttpResponse, Problem> {
    let draft = body.value;
    let found = caller
        .read(move |work| duplicate::similar(work, object, &draft))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": found})))
}

/// Contacts like one that is not saved yet, and leads who may be the same person.
async fn similar_contact(caller: Caller, body: Body<Document>) -> Result<HttpResponse, Problem> {
    let draft = body.value;
    let found = caller
        .read(move |work| matches::of_contact_draft(work, &draft))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": found})))
}

/// Leads like one that is not saved yet, and people who are contacts already.
async fn similar_lead(caller: Caller, body: Body<Document>) -> Result<HttpResponse, Problem> {
    let draft = body.value;
    let found = caller
        .read(move |work| matches::of_draft(work, &draft))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": found})))
}

/// Query parameters of a list of pairs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    object: Option<String>,
    state: Option<State>,
    record_id: Option<Uuid>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Open,
    NotSame,
}

async fn list(caller: Caller, Query(query): Query<ListQuery>) -> Result<HttpResponse, Problem> {
    let (after, limit) = EntriesQuery::new(query.limit, query.cursor).limits()?;
    let bad = |_: uuid::Error| Problem::fault(Fault::at("?cursor", "bad_cursor"));
    let after = after.map(|(score, id)| Uuid::try_parse(&id).map(|id| (score, id)));
    let wanted = Wanted {
        object: query.object.unwrap_or_else(|| "contact".to_owned()),
        state: if matches!(query.state, Some(State::NotSame)) {
            "not_same"
        } else {
            "open"
        }
        .to_owned(),
        record_id: query.record_id,
        after: after.transpose().map_err(bad)?,
        limit,
    };
    let page = caller
        .read(move |work| duplicate::list(work, &wanted))
        .await?;
    let next = next_cursor(page.next.map(|(score, id)| (score, id.to_string())));
    Ok(HttpResponse::Ok().json(json!({"items": page.items, "next_cursor": next})))
}

async fn get(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let pair = caller
        .read_short(move |work| duplicate::find(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(pair))
}

async fn summary(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read(|work| {
        let mut count = |object| duplicate::open_pairs(work, object, COUNTED);
        let people = (count(&contact::OBJECT)?, count(&company::OBJECT)?);
        Ok((people, count(&lead::OBJECT)?))
    });
    let ((contacts, companies), leads) = found.await?;
    Ok(HttpResponse::Ok().json(json!({"contact": contacts, "company": companies, "lead": leads})))
}

fn json_answer(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        body: body.to_string(),
        ..Answer::default()
    }
}

async fn decide(caller: Caller, id: Path<String>, not_same: bool) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work =
        move |work: &mut Work<'_>| Ok(json_answer(200, &duplicate::decide(work, id, not_same)?));
    caller.write(&[], work).await
}

async fn begin(caller: Caller, body: Body<Scan>) -> Result<HttpResponse, Problem> {
    let scan = body.value;
    let work =
        move |work: &mut Work<'_>| Ok(json_answer(202, &shown(&duplicate::begin(work, &scan)?)));
    let response = caller.write(&body.bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn thresholds(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(duplicate::thresholds).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn set_thresholds(caller: Caller, body: Body<Thresholds>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work =
        move |work: &mut Work<'_>| Ok(json_answer(200, &json!(duplicate::change(work, new)?)));
    caller.write(&body.bytes, work).await
}
