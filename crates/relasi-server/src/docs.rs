//! The OpenAPI document and a page to read it in and to try its operations, both out of the binary.

use std::sync::OnceLock;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::{self, ServiceConfig},
};
use relasi_http::{api::reading, caller::Caller, problem::Problem, records::schema::with_customs};

/// The document as JSON.
type Document = web::Bytes;

/// The document of all operations, made when somebody asks for it: servers start without, and most never need it.
pub fn document() -> serde_json::Result<Document> {
    static MADE: OnceLock<Document> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made.clone());
    }
    let text = serde_json::to_string_pretty(&relasi_http::api().openapi())?;
    Ok(MADE.get_or_init(|| Document::from(text + "\n")).clone())
}

/// The document as a workspace has it, for a caller who is signed in.
fn of_workspace(document: Document, caller: Option<Caller>) -> Document {
    let customs = caller.map(|caller| caller.principal.access.customs.clone());
    let Some(customs) = customs.filter(|customs| customs.version() > 0) else {
        return document;
    };
    let Ok(mut whole) = serde_json::from_slice(&document) else {
        return document;
    };
    with_customs(&mut whole, &customs);
    Document::from(format!("{whole:#}\n"))
}

async fn whole(caller: Option<Caller>) -> Result<HttpResponse, Problem> {
    let made = web::block(|| document().map(|document| of_workspace(document, caller))).await;
    let made = made.map_err(|_| Problem::of_status(StatusCode::SERVICE_UNAVAILABLE))?;
    let document = made.map_err(|error| {
        log::error!("the OpenAPI document: {error}");
        Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    })?;
    let mut response = HttpResponse::Ok();
    response.content_type("application/json");
    response.insert_header((header::VARY, "authorization"));
    Ok(response.body(document))
}

const PAGE: &str = include_str!("docs/index.html");
const SCRIPT: &str = include_str!("docs/docs.js");
const WORDS: &str = include_str!("docs/words.js");
const CALLER: &str = include_str!("docs/caller.js");
const TRY: &str = include_str!("docs/try.js");
const PROGRAM: &str = "text/javascript; charset=utf-8";
const STYLE: &str = include_str!("docs/docs.css");

/// Mounts the document and the page.
pub fn configure(config: &mut ServiceConfig) {
    config.route("/api/openapi.json", reading().to(whole));
    for (path, kind, text) in [
        ("/api/docs", "text/html; charset=utf-8", PAGE),
        ("/api/docs/docs.js", PROGRAM, SCRIPT),
        ("/api/docs/words.js", PROGRAM, WORDS),
        ("/api/docs/caller.js", PROGRAM, CALLER),
        ("/api/docs/try.js", PROGRAM, TRY),
        ("/api/docs/docs.css", "text/css; charset=utf-8", STYLE),
    ] {
        config.route(
            path,
            reading().to(move || async move { HttpResponse::Ok().content_type(kind).body(text) }),
        );
    }
}
