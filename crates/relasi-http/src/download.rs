//! Files as answers.

use std::{
    fs::File,
    io::{self, Read as _},
};

use actix_web::{HttpResponse, http::header, web::Bytes};
use futures_util::Stream;

/// A CSV file to be kept under a name, sent piece by piece.
pub fn csv(name: &str, pieces: impl Stream<Item = io::Result<Bytes>> + 'static) -> HttpResponse {
    file(name, "text/csv; charset=utf-8", pieces)
}

/// A file to be kept under a name, sent piece by piece.
pub fn file(
    name: &str,
    media_type: &'static str,
    pieces: impl Stream<Item = io::Result<Bytes>> + 'static,
) -> HttpResponse {
    let name = format!("attachment; filename=\"{name}\"");
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(pieces)
}

/// Bytes per piece.
const PIECE: usize = 1 << 16;

/// A file piece by piece.
pub struct Pieces(pub File);

impl Iterator for Pieces {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut piece = Vec::with_capacity(PIECE);
        match (&self.0).take(PIECE as u64).read_to_end(&mut piece) {
            Ok(0) => None,
            Ok(_) => Some(Ok(piece.into())),
            Err(error) => Some(Err(error)),
        }
    }
}
