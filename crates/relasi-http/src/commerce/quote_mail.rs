//! Quotes that go to their persons by e-mail.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Bytes, Path},
};
use relasi_app::{
    commerce::{
        pdf,
        quote_mail::{self, Enclosed, Wish},
    },
    interaction::file::Arrived,
    records::Work,
};
use relasi_domain::commerce::quote::OBJECT;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    identity::oauth::issuer,
    problem::Problem,
    records::{answer, parse_id, schema::reference},
};

const TAG: &str = "quotes";

/// In which language something is proposed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct In {
    language: Option<String>,
}

fn languages() -> Value {
    json!({"type": "string", "enum": ["en", "id", "th"]})
}

pub(super) fn register(api: &mut Api) {
    api.schema("QuoteLetter", proposal());
    let get = Operation::get(
        "/quotes/{id}/letter",
        TAG,
        "propose_letter_of_quote",
        "What may be written to the customer about a quote",
    )
    .about("Nothing is sent. `{link}` stands where the link will be.")
    .query(
        "language",
        "In this language; in that of the quote when it is left out.",
        languages(),
    )
    .returns(200, "What is proposed.", reference("QuoteLetter"));
    api.add(get, propose);
    let all = Operation::get(
        "/quotes/{id}/emails",
        TAG,
        "list_emails_of_quote",
        "Messages by which a quote went to the customer",
    )
    .about("As far as the caller may read them.")
    .returns(
        200,
        "The newest first, 20 at most.",
        json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "The messages.", "items": reference("Email")}
        }}),
    );
    api.add(all, list);
    let mail = Operation::post(
        "/quotes/{id}/mail",
        TAG,
        "mail_quote",
        "Send a quote to its person by e-mail",
    )
    .about(
        "Freezes the quote as `send` does, unless this version is out already and keeps its link, and writes to the person \
         by an e-mail account, with the PDF file, which is kept with the person. Only the message that goes out has the \
         link. For those who may change both. 409: what `send` and writing to a contact answer.",
    )
    .if_match()
    .body(wish())
    .returns(
        200,
        "The quote with the message.",
        json!({"description": "The quote with the message.", "allOf": [reference("Quote"), {
            "type": "object", "description": "The message.", "required": ["email"],
            "properties": {"email": reference("Email")}
        }]}),
    );
    api.add(mail, send);
}

fn proposal() -> Value {
    json!({
        "type": "object", "description": "What may be written.", "required": ["to", "language", "subject", "text"],
        "properties": {
            "to": {"type": ["string", "null"], "description": "The first address of the person."},
            "language": {"type": "string", "enum": ["en", "id", "th"], "description": "In which language."},
            "subject": {"type": "string", "description": "One line."},
            "text": {"type": "string", "description": "The text, with `{link}` where the link is to stand."}
        }
    })
}

fn wish() -> Value {
    let some = |about: &str| json!({"type": "array", "maxItems": 20, "description": about, "items": {"type": "string"}});
    json!({
        "type": "object", "description": "How; what is left out is as proposed.", "additionalProperties": false,
        "properties": {
            "account_id": {"type": ["string", "null"], "format": "uuid", "description": "The account; the default one when left out."},
            "to": some("Addresses; the first one of the person when left out."),
            "cc": some("Who is to know."),
            "subject": {"type": ["string", "null"], "maxLength": 250, "description": "One line."},
            "text": {"type": ["string", "null"], "maxLength": 50000, "description": "The text; the link goes to its end where it does not say `{link}`."},
            "language": {"type": ["string", "null"], "enum": ["en", "id", "th", null], "description": "Of what is proposed; that of the quote when left out."},
            "pdf": {"type": "boolean", "default": true, "description": "Whether the PDF file goes along."}
        }
    })
}

async fn propose(
    caller: Caller,
    id: Path<String>,
    Query(wanted): Query<In>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller
        .read_short(move |work| quote_mail::propose(work, id, wanted.language.as_deref()))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn list(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let items = caller
        .read_short(move |work| quote_mail::list(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn send(
    request: HttpRequest,
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Wish>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let enclosed = if body.value.pdf {
        Some(enclosed(&caller, id).await?)
    } else {
        None
    };
    let content = enclosed.as_ref().map(|file| file.arrived.content_id);
    let base = issuer(&caller.state, &request);
    let (vault, emails) = (
        caller.state.webhooks.vault.clone(),
        caller.state.emails.clone(),
    );
    let (wish, stored) = (body.value, Arc::new(AtomicBool::new(false)));
    let flag = Arc::clone(&stored);
    let work = move |work: &mut Work<'_>| {
        let with = (enclosed.as_ref(), base.as_str());
        let (quote, email) = quote_mail::send(work, (&vault, &emails), (id, version), &wish, with)?;
        flag.store(true, Ordering::Relaxed);
        let mut answer = answer(work, &OBJECT, quote);
        let mut shown: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        shown["email"] = email;
        answer.body = shown.to_string();
        Ok(answer)
    };
    let response = caller.write(&body.bytes, work).await;
    if let (Some(content), true) = (
        content,
        response.is_err() || !stored.load(Ordering::Relaxed),
    ) {
        // The file of a repeated request, whose first answer is given again, is not kept.
        let workspace = caller.principal.access.workspace_id;
        caller.state.storage.remove(workspace, content).await;
    }
    caller.state.wake.ring();
    response
}

/// The PDF file of what is to be sent, made beside the threads that answer and put where files lie.
async fn enclosed(caller: &Caller, id: Uuid) -> Result<Enclosed, Problem> {
    let printed = caller
        .read_short(move |work| quote_mail::to_be_sent(work, id))
        .await?;
    let of = printed.clone();
    let made = web::block(move || pdf::render(&of)).await;
    let bytes = made.map_err(|_| Problem::of_status(StatusCode::SERVICE_UNAVAILABLE))??;
    let (workspace, content_id) = (caller.principal.access.workspace_id, Uuid::now_v7());
    let mut incoming = caller.state.storage.begin(workspace, content_id);
    incoming.write(Bytes::from(bytes)).await?;
    let content = incoming.finish().await?;
    let name = pdf::file_name(&printed);
    Ok(Enclosed {
        printed,
        arrived: Arrived {
            name,
            content_id,
            content,
        },
    })
}
