//! Contents on their way in and out.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
            HeaderName, HeaderValue,
        },
    },
    web::{Data, Path, Payload},
};
use chrono::Utc;
use futures_util::{StreamExt, TryStreamExt};
use relasi_app::{
    interaction::file::{Arrived, File, Located, located},
    records::Work,
};
use relasi_domain::interaction::file::{fits_name, sent_as, tidy_name};
use serde_json::json;
use uuid::Uuid;

use super::answer;
use crate::{
    api::{Api, Operation},
    caller::Caller,
    identity::address_of,
    problem::Problem,
    range::{Wanted, wanted},
    state::State,
};

pub(super) fn register(api: &mut Api) {
    let content = Operation::get(
        "/file-contents/{token}",
        "files",
        "get_file_content",
        "The content of a version of a file",
    )
    .public()
    .about("By the address in `content_url`, which is good for five minutes. It always comes as a file to save. `Range` with one part of bytes is answered with 206 and that part, or 416, `no_such_part`, where the file has none of it.")
    .returns_of(
        200,
        "The content.",
        "application/octet-stream",
        json!({"type": "string", "format": "binary", "description": "The file."}),
    );
    api.add(content, get);
}

/// Takes a content in. What does not become a file is removed again.
pub(super) async fn arrived(
    caller: &Caller,
    name: Option<String>,
    mut payload: Payload,
) -> Result<Arrived, Problem> {
    let name = tidy_name(name.as_deref().unwrap_or_default(), "?name").map_err(faulty)?;
    let workspace = caller.principal.access.workspace_id;
    let content_id = Uuid::now_v7();
    let mut incoming = caller.state.storage.begin(workspace, content_id);
    while let Some(piece) = payload.next().await {
        match piece {
            Ok(piece) => incoming.write(piece).await?,
            Err(error) => {
                incoming.abort().await;
                let status = actix_web::ResponseError::status_code(&error);
                return Err(Problem::of_status(status));
            }
        }
    }
    let content = incoming.finish().await?;
    if let Err(faults) = fits_name(&name, &content.kind, "?name") {
        caller.state.storage.remove(workspace, content_id).await;
        return Err(faulty(faults));
    }
    Ok(Arrived {
        name,
        content_id,
        content,
    })
}

fn faulty(faults: relasi_domain::fault::Faults) -> Problem {
    relasi_app::Refusal::from(faults).into()
}

/// Stores what has arrived; the content of a repeated request, whose first answer is given again, is not kept.
pub(super) async fn kept(
    caller: &Caller,
    arrived: Arrived,
    store: impl Fn(&mut Work<'_>, &Arrived) -> relasi_app::Result<File> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let content = arrived.content_id;
    let hash = arrived.content.sha256.clone();
    let stored = Arc::new(AtomicBool::new(false));
    let (flag, own) = (Arc::clone(&stored), caller.clone());
    let work = move |work: &mut Work<'_>| {
        let file = store(work, &arrived)?;
        flag.store(true, Ordering::Relaxed);
        Ok(answer(201, &own, &file))
    };
    let response = caller.write(hash.as_bytes(), work).await;
    if response.is_err() || !stored.load(Ordering::Relaxed) {
        let workspace = caller.principal.access.workspace_id;
        caller.state.storage.remove(workspace, content).await;
    }
    response
}

/// The name under which a browser saves a file, and one in ASCII for programs that know no other letters.
fn saved_as(name: &str) -> ContentDisposition {
    let plain = |c: char| if c.is_ascii() { c } else { '-' };
    let whole = ExtendedValue {
        charset: Charset::Ext("UTF-8".to_owned()),
        language_tag: None,
        value: name.as_bytes().to_vec(),
    };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(name.chars().map(plain).collect()),
            DispositionParam::FilenameExt(whole),
        ],
    }
}

/// Nothing in it may run, wherever it is opened.
const SANDBOX: &str = "sandbox; default-src 'none'";

async fn get(
    request: HttpRequest,
    state: Data<State>,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (workspace, content) = state.identity.content_of(&token, Utc::now()).await?;
    state
        .identity
        .admit(workspace, address_of(&request))
        .await?;
    let found = state
        .database
        .within(workspace)
        .read_short(move |conn| located(conn, workspace, content))
        .await?;
    let size = u64::try_from(found.size).unwrap_or_default();
    let etag = format!("\"{}\"", found.sha256);
    // HEAD is about the whole.
    let part = match wanted(request.headers(), size, &etag) {
        _ if request.method() != Method::GET => None,
        Wanted::Whole => None,
        Wanted::Part(part) => Some(part),
        Wanted::Nothing => return Ok(no_such_part(size)),
    };
    let pieces = state.storage.read(workspace, content, part.clone()).await?;
    let mut response = described(&found, etag);
    let length = part.map_or(size, |part| {
        let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        response.status(StatusCode::PARTIAL_CONTENT);
        response.insert_header((header::CONTENT_RANGE, range));
        part.end - part.start
    });
    let pieces = pieces.map_err(actix_web::Error::from);
    Ok(response.body(SizedStream::new(length, pieces)))
}

/// What is said of a content, whatever part of it is sent.
fn described(found: &Located, etag: String) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type(sent_as(&found.kind))
        .insert_header(saved_as(&found.name))
        .insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX))
        .insert_header((
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ))
        .insert_header((header::CACHE_CONTROL, "private, max-age=300, immutable"))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::ETAG, etag));
    response
}

/// Says how large the content is.
fn no_such_part(size: u64) -> HttpResponse {
    let mut refused = Problem::of_status(StatusCode::RANGE_NOT_SATISFIABLE).error_response();
    if let Ok(size) = HeaderValue::from_str(&format!("bytes */{size}")) {
        refused.headers_mut().insert(header::CONTENT_RANGE, size);
    }
    refused
}
