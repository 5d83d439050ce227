//! The browser app out of the binary: precompressed files with hashed names, and its page for every other path.
//!
//! What compression makes smaller is kept compressed alone. A client that takes neither form gets the gzip one inflated.

use std::io::{self, Read as _};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
};
use flate2::read::GzDecoder;
use relasi_http::{compress::takes, problem::Problem};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `xtask dist` made. Debug builds read it from disk, so that the app can be rebuilt under a running server.
#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
struct Dist;

/// Hashed names never change their content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Answers every path that no route takes.
pub async fn serve(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Err(Problem::of_status(StatusCode::NOT_FOUND));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut refused = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).error_response();
        refused
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Ok(refused);
    }
    let asset = path.starts_with("assets/");
    let is_file = asset
        || path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'));
    let name = if is_file { path } else { "index.html" };
    let Some((file, form)) = find(name, request.headers()) else {
        return Err(Problem::of_status(StatusCode::NOT_FOUND));
    };
    answer(&request, name, file, form, asset).map_err(|fault| {
        log::error!("browser app, {name}: {fault}");
        Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    })
}

/// How files are precompressed: the coding and the end of the file's name, the smallest first.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// How a stored file goes to the client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    AsItIs,
    /// Compressed, under this coding.
    Coded(&'static str),
    /// Kept as gzip, sent without it.
    Inflated,
}

/// The smallest form that the client takes. The compressed forms have no names of their own.
fn find(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Form)> {
    if CODINGS.iter().any(|(_, suffix)| name.ends_with(suffix)) {
        return None;
    }
    for (coding, suffix) in CODINGS {
        if takes(headers, coding)
            && let Some(file) = Dist::get(&format!("{name}{suffix}"))
        {
            return Some((file, Form::Coded(coding)));
        }
    }
    let inflated = || Some((Dist::get(&format!("{name}.gz"))?, Form::Inflated));
    Dist::get(name)
        .map(|file| (file, Form::AsItIs))
        .or_else(inflated)
}

fn answer(
    request: &HttpRequest,
    name: &str,
    file: EmbeddedFile,
    form: Form,
    for_ever: bool,
) -> io::Result<HttpResponse> {
    let etag = etag(&file, form);
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let status = if known.is_some_and(|known| is_among(&etag, known)) {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    };
    let mut response = HttpResponse::build(status);
    response.insert_header((header::ETAG, etag));
    response.insert_header((
        header::CACHE_CONTROL,
        if for_ever { FOR_EVER } else { ASK_AGAIN },
    ));
    response.insert_header((header::VARY, HeaderValue::from_static("accept-encoding")));
    if status == StatusCode::NOT_MODIFIED {
        return Ok(response.finish());
    }
    response.insert_header((
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(name)),
    ));
    if let Form::Coded(coding) = form {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(coding)));
    }
    Ok(response.body(match form {
        Form::Inflated => inflated(&file.data)?,
        Form::AsItIs | Form::Coded(_) => file.data.into_owned(),
    }))
}

/// Other bytes, other tag: the inflated form differs from the gzip one that it is made from.
fn etag(file: &EmbeddedFile, form: Form) -> String {
    let hash = file.metadata.sha256_hash();
    format!(
        "\"{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}{}\"",
        hash[0],
        hash[1],
        hash[2],
        hash[3],
        hash[4],
        hash[5],
        if form == Form::Inflated { "-i" } else { "" }
    )
}

fn inflated(gzip: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut plain)?;
    Ok(plain)
}

/// Whether `If-None-Match` names the tag: one of several, weak or not, or any.
fn is_among(etag: &str, known: &str) -> bool {
    known
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("pack") => "application/octet-stream",
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}
