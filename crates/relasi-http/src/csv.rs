//! CSV files as answers.

use std::io;

use actix_web::{HttpResponse, http::header, web::Bytes};
use futures_util::Stream;

/// A file to be kept under a name, sent piece by piece.
pub fn file(name: &str, pieces: impl Stream<Item = io::Result<Bytes>> + 'static) -> HttpResponse {
    let name = format!("attachment; filename=\"{name}\"");
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(pieces)
}
