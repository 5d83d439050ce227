//! Answers in fewer bytes, for clients that take gzip.
//!
//! There is one coding: whoever takes another takes gzip as well, and what one at the same cost would save beyond it is
//! little.
//!
//! Three things go as they are. Answers to anything but reading: those that give out tokens and links are among them, and
//! the length of a compressed answer tells something about what stands in it beside what a stranger may have written.
//! Answers with an `ETag`: it is the version of one record, which other bytes would need another of, and one record is
//! small. And what is marked with [`AsItIs`].

use std::{
    io::{self, Write as _},
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::ServiceResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Bytes,
};
use flate2::{Compression, write::GzEncoder};

/// Bytes that an answer must have to be worth it: about what one packet takes.
const LEAST: u64 = 1024;

/// A quarter of the time of the usual level, for half as many bytes more.
const LEVEL: Compression = Compression::new(1);

const GZIP: &str = "gzip";

/// In the extensions of an answer that holds a secret: it is not compressed.
pub struct AsItIs;

/// Whether a client takes a coding such as `gzip`, by its `Accept-Encoding`.
pub fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case(coding) && weight.parse::<f32>().is_ok_and(|q| q > 0.0)
    })
}

/// The answer, compressed where that helps and the client takes it.
pub fn compressed(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if !may_be_compressed(&response) {
        return response;
    }
    // Another client would get other bytes, whatever this one gets.
    let vary = HeaderValue::from_static("accept-encoding");
    response.headers_mut().append(header::VARY, vary);
    let small = matches!(response.response().body().size(), BodySize::None)
        || matches!(response.response().body().size(), BodySize::Sized(size) if size < LEAST);
    if small || !takes(response.request().headers(), GZIP) {
        return response;
    }
    let coding = HeaderValue::from_static(GZIP);
    response
        .headers_mut()
        .insert(header::CONTENT_ENCODING, coding);
    response.map_body(|_, body| match body.try_into_bytes() {
        Ok(whole) => BoxBody::new(packed(&whole)),
        Err(pieces) => BoxBody::new(Packed {
            pieces,
            encoder: Some(GzEncoder::new(Vec::new(), LEVEL)),
        }),
    })
}

fn may_be_compressed(response: &ServiceResponse<BoxBody>) -> bool {
    let headers = response.headers();
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let unfit = [
        header::ETAG,
        header::CONTENT_ENCODING,
        header::SET_COOKIE,
        header::CONTENT_RANGE,
    ];
    matches!(*response.request().method(), Method::GET | Method::HEAD)
        && response.status() == StatusCode::OK
        && (kind.starts_with("application/json") || kind.starts_with("text/csv"))
        && !unfit.iter().any(|name| headers.contains_key(name))
        && !response.response().extensions().contains::<AsItIs>()
}

fn packed(whole: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(whole.len() / 4), LEVEL);
    let written = encoder.write_all(whole).and_then(|()| encoder.finish());
    written.expect("memory takes what is written into it")
}

/// Pieces, compressed as they come; at no time more than one of them is kept.
struct Packed {
    pieces: BoxBody,
    /// None after the end.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl MessageBody for Packed {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        loop {
            let Some(encoder) = &mut this.encoder else {
                return Poll::Ready(None);
            };
            let out = match ready!(Pin::new(&mut this.pieces).poll_next(context)) {
                Some(Ok(piece)) => encoder
                    .write_all(&piece)
                    .map(|()| mem::take(encoder.get_mut())),
                // Without its end the file is visibly broken.
                Some(Err(error)) => {
                    this.encoder = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => this
                    .encoder
                    .take()
                    .map_or_else(|| Ok(Vec::new()), GzEncoder::finish),
            };
            match out.map_err(io::Error::into) {
                Ok(out) if out.is_empty() => {}
                Ok(out) => return Poll::Ready(Some(Ok(out.into()))),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{self, HeaderMap, HeaderValue};

    use super::takes;

    #[test]
    fn weights_are_read() {
        let accepting = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            takes(&headers, "gzip")
        };
        for text in ["gzip", "br, GZIP", "gzip;q=0.5", "gzip; q=1, br;q=0"] {
            assert!(accepting(text), "{text}");
        }
        for text in ["", "br", "gzip;q=0", "gzip; q=0.0", "gzipped", "gzip;q=no"] {
            assert!(!accepting(text), "{text}");
        }
        assert!(!takes(&HeaderMap::new(), "gzip"));
    }
}
