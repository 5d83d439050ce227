//! The OpenAPI document and a page to read it in, both out of the binary.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};
use relasi_http::api::{Api, reading};

use crate::Failure;

/// The document as JSON.
pub type Document = web::Bytes;

/// Makes the document.
pub fn document(api: &Api) -> Result<Document, Failure> {
    let text = serde_json::to_string_pretty(&api.openapi())
        .map_err(|error| Failure::Said(error.to_string()))?;
    Ok(Document::from(text + "\n"))
}

const PAGE: &str = include_str!("docs/index.html");
const SCRIPT: &str = include_str!("docs/docs.js");
const STYLE: &str = include_str!("docs/docs.css");

/// Mounts the document and the page.
pub fn configure(config: &mut ServiceConfig, document: Document) {
    config.route(
        "/api/openapi.json",
        reading().to(move || {
            let document = document.clone();
            async move {
                HttpResponse::Ok()
                    .content_type("application/json")
                    .body(document)
            }
        }),
    );
    for (path, kind, text) in [
        ("/api/docs", "text/html; charset=utf-8", PAGE),
        (
            "/api/docs/docs.js",
            "text/javascript; charset=utf-8",
            SCRIPT,
        ),
        ("/api/docs/docs.css", "text/css; charset=utf-8", STYLE),
    ] {
        config.route(
            path,
            reading().to(move || async move { HttpResponse::Ok().content_type(kind).body(text) }),
        );
    }
}
