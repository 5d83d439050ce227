//! What people may ask for: a copy of everything about them, and to be erased.

use std::fs::File;

use actix_web::{HttpRequest, HttpResponse, web::Path};
use futures_util::stream;
use relasi_app::{
    idempotency::Answer,
    platform::privacy::{self, Order, Person},
    records::Work,
};
use relasi_domain::{people::contact, record::Object, sales::lead};
use serde_json::json;
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    download::{self, Pieces},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "personal data";

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    register_of(api, &contact::OBJECT, Person::contact);
    register_of(api, &lead::OBJECT, Person::lead);
    let file = Operation::get("/person-copies/{id}/file", TAG, "get_person_copy_file", "The file of a copy")
        .about(
            "For 7 days, for who asked for it. 409 `person_export_running` until its job is done, `person_export_expired` \
             when it has been removed.",
        )
        .returns_of(200, "A packed file (zip).", "application/zip", json!({"type": "string", "format": "binary", "description": "The file."}));
    api.add(file, get_file);
    let list = Operation::get(
        "/erasures",
        TAG,
        "list_erasures",
        "Who was erased, newest first",
    )
    .about("Certificates without the person: when, by whom, why, and how many rows of each table.")
    .returns(200, "A page.", NewestFirst::schema("Erasure"));
    api.add(NewestFirst::document(list), get_list);
}

/// What somebody may ask for who is a contact, or a lead alone.
fn register_of(api: &mut Api, object: &'static Object, person: fn(Uuid) -> Person) {
    let (noun, plural) = (object.name, object.plural);
    let id = format!("copy_{noun}");
    let copy = Operation::post(&format!("/{plural}/{{id}}/copy"), TAG, &id, "Make a copy of everything about a person")
        .about(
            "For those who see every record and may take every record out. A job writes one file with each table in \
             which something stands about the person, and the person's files.",
        )
        .returns(202, "The job has been put in.", reference("PersonCopy"));
    api.add(
        copy,
        move |caller: Caller, request: HttpRequest, id: Path<String>| {
            start_copy(person, caller, request, id)
        },
    );
    let one = format!("/{plural}/{{id}}/erasure");
    let id = format!("preview_erasure_of_{noun}");
    let preview = Operation::get(&one, TAG, &id, "What erasing a person would mean")
        .about(
            "For those who may change settings, see everything and take everything out. 409 `lead_is_contact` for a lead \
             that became a contact: the contact is the person.",
        )
        .returns(
            200,
            "What would go and what would stay.",
            reference("ErasurePreview"),
        );
    api.add(preview, move |caller: Caller, id: Path<String>| {
        get_preview(person, caller, id)
    });
    let erase = Operation::post(&one, TAG, &format!("erase_{noun}"), "Erase a person")
        .about(
            "For the same people. The name is typed so that nobody else is meant. The record goes into the trash at once, \
             and a job removes everything for good; the certificate stays. It can't be undone. 409 `erasure_running` while \
             the person is being erased.",
        )
        .body(reference("ErasureOrder"))
        .returns(202, "The job has been put in.", reference("ErasureStarted"));
    api.add(
        erase,
        move |caller: Caller, id: Path<String>, body: Body<Order>| {
            start_erasure(person, caller, id, body)
        },
    );
}

fn register_schemas(api: &mut Api) {
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let text = |about: &str| json!({"type": "string", "description": about});
    let instant = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    api.schema("PersonCopy", json!({
        "type": "object", "description": "A copy on its way into a file.", "required": ["job_id"], "properties": {
            "job_id": id("The job that writes the file; also the id of the copy.")
        }
    }));
    let rows = |about: &str| {
        json!({"type": "array", "description": about, "items": {
            "type": "object", "description": "Rows of a table.", "required": ["table", "rows"], "properties": {
                "table": {"type": "string", "description": "The table."},
                "rows": {"type": "integer", "format": "int64", "description": "How many."}
            }
        }})
    };
    api.schema("ErasurePreview", json!({
        "type": "object", "description": "What erasing a person would mean.", "required": ["name", "erased", "kept"], "properties": {
            "name": text("The name that is to be typed."),
            "erased": rows("What would go or be emptied."), "kept": rows("What would stay without the person.")
        }
    }));
    api.schema("ErasureOrder", json!({
        "type": "object", "description": "The order to erase a person.", "required": ["name", "reason"], "properties": {
            "name": text("The person's name, typed."), "reason": text("Why, at most 500 characters.")
        }
    }));
    api.schema("ErasureStarted", json!({
        "type": "object", "description": "What was begun.", "required": ["id", "job_id"], "properties": {
            "id": id("The erasure."), "job_id": id("The job that does it.")
        }
    }));
    api.schema("Erasure", json!({
        "type": "object", "description": "Somebody who was erased.",
        "required": ["id", "object", "contact_id", "state", "reason", "counts", "job_id", "created_at", "created_by", "finished_at"],
        "properties": {
            "id": id("The erasure."),
            "object": {"type": "string", "enum": ["contact", "lead"], "description": "As what the person was known."},
            "contact_id": id("The id that the person had as such."),
            "state": {"type": "string", "enum": ["running", "done", "failed"], "description": "Where it stands."},
            "reason": text("Why."),
            "counts": {"type": "object", "description": "Rows that went or were emptied, by table.", "additionalProperties": {"type": "integer"}},
            "job_id": {"type": ["string", "null"], "format": "uuid", "description": "The job that does it."},
            "created_at": instant("When it was begun."), "created_by": id("By whom."), "finished_at": instant("When it was done.")
        }
    }));
}

async fn start_copy(
    person: fn(Uuid) -> Person,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (id, language) = (parse_id(&id)?, caller.language(&request));
    let work = move |work: &mut Work<'_>| {
        let begun = privacy::begin_copy(work, person(id), language)?;
        Ok(Answer {
            status: 202,
            body: json!(begun).to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn get_file(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let files = caller.state.files.clone();
    let path = caller
        .read_short(move |work| privacy::copy_file(work.conn, work.access, &files, id))
        .await?;
    let file = File::open(path).map_err(relasi_persistence::StoreError::from)?;
    // The name says nothing about the person.
    let name = format!("person-{id}.zip");
    Ok(download::file(
        &name,
        "application/zip",
        stream::iter(Pieces(file)),
    ))
}

async fn get_preview(
    person: fn(Uuid) -> Person,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let preview = caller
        .read(move |work| privacy::preview(work, person(id)))
        .await?;
    Ok(HttpResponse::Ok().json(preview))
}

async fn start_erasure(
    person: fn(Uuid) -> Person,
    caller: Caller,
    id: Path<String>,
    body: Body<Order>,
) -> Result<HttpResponse, Problem> {
    let (id, order) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let started = privacy::start(work, person(id), &order)?;
        Ok(Answer {
            status: 202,
            body: json!(started).to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(&body.bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn get_list(
    caller: Caller,
    Query(page): Query<NewestFirst>,
) -> Result<HttpResponse, Problem> {
    let (before, limit) = page.limits()?;
    let found = caller
        .read_short(move |work| privacy::list(work, before, limit))
        .await?;
    Ok(NewestFirst::answer(&found, limit))
}
