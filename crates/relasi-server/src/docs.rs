//! The OpenAPI document and a page to read it in and to try its operations, both out of the binary.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, ServiceConfig},
};
use relasi_http::{
    api::{Api, reading},
    caller::Caller,
    records::schema::with_customs,
};

use crate::Failure;

/// The document as JSON.
pub type Document = web::Bytes;

/// Makes the document.
pub fn document(api: &Api) -> Result<Document, Failure> {
    let text = serde_json::to_string_pretty(&api.openapi())
        .map_err(|error| Failure::Said(error.to_string()))?;
    Ok(Document::from(text + "\n"))
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

const PAGE: &str = include_str!("docs/index.html");
const SCRIPT: &str = include_str!("docs/docs.js");
const WORDS: &str = include_str!("docs/words.js");
const CALLER: &str = include_str!("docs/caller.js");
const TRY: &str = include_str!("docs/try.js");
const PROGRAM: &str = "text/javascript; charset=utf-8";
const STYLE: &str = include_str!("docs/docs.css");

/// Mounts the document and the page.
pub fn configure(config: &mut ServiceConfig, document: Document) {
    config.route(
        "/api/openapi.json",
        reading().to(move |caller: Option<Caller>| {
            let document = document.clone();
            async move {
                HttpResponse::Ok()
                    .content_type("application/json")
                    .insert_header((header::VARY, "authorization"))
                    .body(of_workspace(document, caller))
            }
        }),
    );
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
