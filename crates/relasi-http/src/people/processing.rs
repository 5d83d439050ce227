//! The record of processing activities.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Path},
};
use futures_util::stream;
use relasi_app::{
    idempotency::Answer,
    platform::privacy::processing::{self, FIELDS, Words},
    records::Work,
};
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    download,
    problem::Problem,
    records::schema::reference,
};

const TAG: &str = "personal data";

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    let (all, one) = ("/processing-entries", "/processing-entries/{id}");
    let items = |of: &str| {
        json!({
            "type": "object", "description": "All of them.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "All of them.", "items": reference(of)}}
        })
    };
    let list = Operation::get(
        all,
        TAG,
        "list_processing_entries",
        "The record of processing activities",
    )
    .about("For those who may change settings, as all of it.")
    .returns(200, "The entries.", items("ProcessingEntry"));
    api.add(list, get_entries);
    let create = Operation::post(all, TAG, "create_processing_entry", "Add an entry")
        .about("409 `too_many_entries` from 200 on.")
        .body(reference("ProcessingWords"))
        .returns(201, "The entry.", reference("ProcessingEntry"));
    api.add(create, create_entry);
    let patch = Operation::patch(one, TAG, "update_processing_entry", "Change an entry")
        .if_match()
        .body(reference("ProcessingPatch"))
        .returns(200, "The entry.", reference("ProcessingEntry"));
    api.add(patch, change_entry);
    let delete = Operation::delete(one, TAG, "delete_processing_entry", "Remove an entry")
        .if_match()
        .returns_nothing("Removed.");
    api.add(delete, delete_entry);
    let draft = Operation::get("/processing-draft", TAG, "draft_processing_entries", "A draft of what the workspace really has")
        .about("One for each purpose in use and one for the members; webhooks are recipients, rules that run say how long. Nothing is stored.")
        .returns(200, "The draft.", items("ProcessingWords"));
    api.add(draft, get_draft);
    let file = Operation::get(
        "/processing-file",
        TAG,
        "export_processing_entries",
        "The record as a CSV file",
    )
    .returns_of(
        200,
        "A CSV file in UTF-8.",
        "text/csv",
        json!({"type": "string", "description": "The file."}),
    );
    api.add(file, get_file);
}

fn members() -> Value {
    let about = [
        "What is done.",
        "What for.",
        "On what it rests.",
        "Categories of people.",
        "Categories of data.",
        "Who receives them.",
        "Into which countries they go.",
        "How long they are kept.",
        "How they are kept safe.",
    ];
    let all = FIELDS.into_iter().zip(about);
    all.map(|(name, about)| {
        (
            name.to_owned(),
            json!({"type": "string", "description": about}),
        )
    })
    .collect::<serde_json::Map<_, _>>()
    .into()
}

fn register_schemas(api: &mut Api) {
    api.schema("ProcessingWords", json!({
        "type": "object", "description": "What an entry says.", "required": ["name"], "properties": members()
    }));
    api.schema("ProcessingPatch", json!({
        "type": "object", "description": "What changes; what is left out stays.", "properties": members()
    }));
    let mut whole = members();
    whole["id"] = json!({"type": "string", "format": "uuid", "description": "The entry."});
    whole["version"] =
        json!({"type": "integer", "format": "int64", "description": "Counts up with each change."});
    whole["updated_at"] =
        json!({"type": "string", "format": "date-time", "description": "When it changed last."});
    whole["updated_by"] = json!({"type": "string", "format": "uuid", "description": "By whom."});
    let required: Vec<String> = whole
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    api.schema("ProcessingEntry", json!({"type": "object", "description": "An entry.", "required": required, "properties": whole}));
}

async fn get_entries(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read_short(processing::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create_entry(caller: Caller, body: Body<Words>) -> Result<HttpResponse, Problem> {
    let words = body.value;
    let work = move |work: &mut Work<'_>| {
        Ok(Answer::versioned(
            201,
            &json!(processing::create(work, &words)?),
        ))
    };
    caller.write(&body.bytes, work).await
}

async fn change_entry(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<BTreeMap<String, String>>,
) -> Result<HttpResponse, Problem> {
    caller.change(&id, version, body, processing::change).await
}

async fn delete_entry(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, processing::delete).await
}

async fn get_draft(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let language = caller.language(&request);
    let items = caller
        .read_short(move |work| processing::draft(work, language))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn get_file(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let language = caller.language(&request);
    let bytes = caller
        .read_short(move |work| processing::csv(work, language))
        .await?;
    Ok(download::csv(
        "processing.csv",
        stream::iter([Ok(Bytes::from(bytes))]),
    ))
}
