//! Verbs of quotes, their versions, and what is printed of them.

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, Path},
};
use relasi_app::{
    commerce::{
        self,
        document::{self, Printed},
        pdf, quote, version,
    },
    records::Work,
};
use relasi_domain::{commerce::quote::OBJECT, record::Document};
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// Which version is wanted.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    version: Option<i64>,
}

pub(super) fn register(api: &mut Api) {
    register_verbs(api);
    let which = |operation: Operation| {
        let schema = json!({"type": "integer", "format": "int64", "minimum": 1});
        operation.query(
            "version",
            "As this version was sent; as it stands now when it is left out.",
            schema,
        )
    };
    let versions = Operation::get(
        "/quotes/{id}/versions",
        TAG,
        "list_versions_of_quote",
        "Versions of a quote as they were sent",
    )
    .returns(
        200,
        "The newest first.",
        json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "The versions.", "items": reference("QuoteVersion")}
        }}),
    );
    api.add(versions, list);
    let get = Operation::get(
        "/quotes/{id}/document",
        TAG,
        "get_document_of_quote",
        "A quote as it is printed",
    );
    api.add(
        which(get).returns(200, "What is printed.", reference("QuoteDocument")),
        get_document,
    );
    let get = Operation::get(
        "/quotes/{id}/pdf",
        TAG,
        "get_pdf_of_quote",
        "A quote as a PDF file",
    );
    let file = json!({"type": "string", "format": "binary", "description": "The file."});
    let get = which(get).returns_of(200, "A PDF file.", "application/pdf", file);
    api.add(get, get_pdf);
}

fn verb(name: &str, id: &str, summary: &str, about: &str, body: Value) -> Operation {
    Operation::post(&format!("/quotes/{{id}}/{name}"), TAG, id, summary)
        .about(about)
        .if_match()
        .body(body)
}

fn register_verbs(api: &mut Api) {
    let nothing =
        || json!({"type": "object", "description": "Nothing.", "additionalProperties": false});
    let made = |operation: Operation| operation.returns(200, "The quote.", reference("Quote"));
    let sent = verb(
        "send",
        "send_quote",
        "Freeze a quote and make the link for the customer",
        "Who has the link looks at this version, accepts or declines it. Sending a version again makes another link, and \
         the one before is no longer good. 409: `approval_needed`, `quote_waits`, `quote_without_lines`, `quote_expired`, \
         `quote_accepted`, `quote_over`.",
        nothing(),
    );
    let link =
        json!({"type": "string", "format": "uri", "description": "The link; told this once."});
    api.add(
        sent.returns(
            200,
            "The quote with its link.",
            json!({"description": "The quote with its link.", "allOf": [reference("Quote"), {
                "type": "object", "description": "The link.", "required": ["link"], "properties": {"link": link}
            }]}),
        ),
        send,
    );
    let asked = verb(
        "request-approval",
        "request_approval_of_quote",
        "Ask for approval of the discount",
        "Goes to the nearest manager who may give that much, else to an owner. 409 `no_approval_needed`, `nobody_approves`.",
        nothing(),
    );
    api.add(made(asked), |caller, id, version, body: Body<Nothing>| {
        run(caller, id, version, body, commerce::request)
    });
    let approved = verb(
        "approve",
        "approve_quote",
        "Approve the discount of a quote",
        "For whoever was asked, others above who asked, and those who may change settings, as far as their own limit goes.",
        nothing(),
    );
    api.add(
        made(approved),
        |caller, id, version, body: Body<Nothing>| {
            run(caller, id, version, body, commerce::approve)
        },
    );
    let why = json!({"type": "object", "description": "Why.", "required": ["reason"], "additionalProperties": false,
        "properties": {"reason": {"type": "string", "maxLength": 1000, "description": "Why it is rejected."}}});
    let rejected = verb(
        "reject",
        "reject_quote",
        "Reject the discount of a quote",
        "The quote is a draft again.",
        why,
    );
    api.add(made(rejected), |caller, id, version, body: Body<Reason>| {
        let reason = body.value.reason.clone();
        run(caller, id, version, body, move |work, id, version| {
            commerce::reject(work, id, version, &reason)
        })
    });
}

async fn run<T>(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<T>,
    verb: impl Fn(&mut Work<'_>, Uuid, Option<i64>) -> relasi_app::Result<Document>
    + Send
    + Sync
    + 'static,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .write(&body.bytes, move |work| {
            let done = verb(work, id, version)?;
            Ok(answer(work, &OBJECT, done))
        })
        .await
}

async fn send(
    request: HttpRequest,
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<Nothing>,
) -> Result<HttpResponse, Problem> {
    let vault = caller.state.webhooks.vault.clone();
    let (of_send, quote_id) = (vault.clone(), parse_id(&id)?);
    let response = run(
        caller.clone(),
        id,
        version,
        body,
        move |work, id, version| quote::send(work, &of_send, id, version),
    )
    .await?;
    // The token is no part of the answer that is stored for repeated requests: the server finds it again.
    let token = caller
        .read_short(move |work| version::token(work, &vault, quote_id))
        .await?;
    let link = format!("{}/q/{token}", issuer(&caller.state, &request));
    with_member(response, "link", &link)
}

/// Adds a member to a JSON answer.
fn with_member(response: HttpResponse, name: &str, value: &str) -> Result<HttpResponse, Problem> {
    let internal = || Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR);
    let (head, body) = response.into_parts();
    let bytes = body.try_into_bytes().map_err(|_| internal())?;
    let mut shown: Value = serde_json::from_slice(&bytes).map_err(|_| internal())?;
    shown[name] = json!(value);
    Ok(head.set_body(shown.to_string()).map_into_boxed_body())
}

async fn list(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let items = caller
        .read_short(move |work| version::list(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn printed(caller: &Caller, id: &str, which: Which) -> Result<Printed, Problem> {
    let id = parse_id(id)?;
    caller
        .read_short(move |work| match which.version {
            Some(number) => version::get(work, id, number),
            None => document::current(work, id),
        })
        .await
}

async fn get_document(
    caller: Caller,
    id: Path<String>,
    Query(which): Query<Which>,
) -> Result<HttpResponse, Problem> {
    let found = printed(&caller, &id, which).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn get_pdf(
    caller: Caller,
    id: Path<String>,
    Query(which): Query<Which>,
) -> Result<HttpResponse, Problem> {
    let found = printed(&caller, &id, which).await?;
    as_pdf(found).await
}

/// A document as a PDF file, made beside the threads that answer.
pub(super) async fn as_pdf(printed: Printed) -> Result<HttpResponse, Problem> {
    let name = format!("inline; filename=\"{}\"", pdf::file_name(&printed));
    let made = web::block(move || pdf::render(&printed)).await;
    let made = made.map_err(|_| Problem::of_status(StatusCode::SERVICE_UNAVAILABLE))??;
    let mut response = HttpResponse::Ok();
    response.content_type("application/pdf");
    if let Ok(name) = HeaderValue::try_from(name) {
        response.insert_header((header::CONTENT_DISPOSITION, name));
    }
    Ok(response.body(made))
}
