//! The audit log of the workspace, to read and as a file.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web::Bytes};
use futures_util::stream;
use relasi_app::{
    audit::{self, Cause, Headings, Log, LogPage},
    idempotency::Answer,
    records::Work,
};
use relasi_domain::{
    fault::Fault,
    locale::{self, Language},
};
use relasi_persistence::store::Related;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    download,
    moment::{Edge, moment},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{included, schema::reference},
};

/// Entries that are read at a time for a file.
const PIECE: u32 = 500;

/// Query parameters: which entries, and which page of them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    object: Option<String>,
    record_id: Option<Uuid>,
    actor_id: Option<Uuid>,
    action: Option<String>,
    field: Option<String>,
    from: Option<String>,
    to: Option<String>,
    cause: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Registers the log.
pub fn register(api: &mut Api) {
    let about = "For those who may read the audit log. Nothing changes or removes entries. With a filter one request looks \
        at 10,000 entries: a page may have few entries or none while `next_cursor` leads on.";
    let all = filters(Operation::get("/audit-entries", "audit-entries", "list_audit_entries", "Who did what, newest first"))
        .about(about)
        .returns(200, "A page.", json!({
            "type": "object", "description": "A page, newest first.", "required": ["items", "next_cursor", "reached", "included"],
            "properties": {
                "items": {"type": "array", "description": "The entries.", "items": reference("HistoryEntry")},
                "next_cursor": {"type": ["string", "null"], "description": "Cursor of the next page."},
                "reached": {"type": ["string", "null"], "format": "date-time", "description": "How far back this page looked, when it is not full."},
                "included": reference("Included")
            }
        }));
    api.add(NewestFirst::document(all), list);
    let file = Operation::get(
        "/audit-entries/export",
        "audit-entries",
        "export_audit_entries",
        "The same as a CSV file",
    );
    let file = filters(file)
        .about("One line for each changed field.")
        .returns_of(200, "The file.", "text/csv", json!({"type": "string"}));
    api.add(file, export);
}

fn filters(operation: Operation) -> Operation {
    let text = || json!({"type": "string"});
    let id = || json!({"type": "string", "format": "uuid"});
    let causes: Vec<&str> = Cause::ALL.into_iter().map(Cause::name).collect();
    operation
        .query(
            "object",
            "About what, for example `contact` or `session`.",
            text(),
        )
        .query("record_id", "About this record.", id())
        .query("actor_id", "By this user.", id())
        .query("action", "For example `updated`.", text())
        .query("field", "That changed this field.", text())
        .query(
            "from",
            "Not earlier: an instant, or the beginning of a day of the workspace.",
            text(),
        )
        .query(
            "to",
            "Not later: an instant, or the end of a day of the workspace.",
            text(),
        )
        .query(
            "cause",
            "What is behind it.",
            json!({"type": "string", "enum": causes}),
        )
}

impl LogQuery {
    fn log(self, caller: &Caller) -> Result<Log, Problem> {
        let instant = |text: Option<String>, edge, pointer| {
            text.map(|text| moment(caller, &text, edge, pointer))
                .transpose()
        };
        Ok(Log {
            object: name(self.object, "?object")?,
            record: self.record_id,
            actor: self.actor_id,
            action: name(self.action, "?action")?,
            field: name(self.field, "?field")?,
            from: instant(self.from, Edge::Begin, "?from")?,
            to: instant(self.to, Edge::End, "?to")?,
            cause: self.cause.as_deref().map(cause).transpose()?,
        })
    }
}

/// Names are made of small letters; anything else is none.
fn name(text: Option<String>, pointer: &str) -> Result<Option<String>, Problem> {
    let is_name = |text: &String| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.');
        (1..=100).contains(&text.len()) && text.bytes().all(fits)
    };
    match text {
        Some(text) if !is_name(&text) => Err(Problem::fault(Fault::at(pointer, "not_name"))),
        text => Ok(text),
    }
}

fn cause(text: &str) -> Result<Cause, Problem> {
    let found = Cause::ALL.into_iter().find(|cause| cause.name() == text);
    found.ok_or_else(|| {
        let choices = Cause::ALL.map(Cause::name).join(", ");
        Problem::fault(Fault::at("?cause", "not_a_choice").with("choices", choices))
    })
}

/// Lines of a file that are not sent yet, and where to go on behind them.
type Place = (Bytes, Option<Uuid>);
type Named = Vec<(String, Vec<Related>)>;

fn page(
    work: &mut Work<'_>,
    log: &Log,
    before: Option<Uuid>,
    limit: u32,
) -> relasi_app::Result<(LogPage, Named)> {
    let page = audit::of_workspace(work, log, before, limit)?;
    let names = audit::names(work, &page.items)?;
    Ok((page, names))
}

async fn list(caller: Caller, Query(mut query): Query<LogQuery>) -> Result<HttpResponse, Problem> {
    let (before, limit) = NewestFirst::new(query.limit, query.cursor.take()).limits()?;
    let log = query.log(&caller)?;
    let (page, names) = caller
        .read_much(move |work| page(work, &log, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(json!({
        "items": page.items, "next_cursor": page.next, "reached": page.reached, "included": included(names)
    })))
}

async fn export(
    caller: Caller,
    Query(query): Query<LogQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if query.limit.is_some() || query.cursor.is_some() {
        return Err(Problem::fault(Fault::at("?", "unknown_parameter")));
    }
    let language = caller.language(&request);
    let log = Arc::new(query.log(&caller)?);
    let begun = piece(&caller, &log, None, Some(headings(language))).await?;
    let noted = caller.write(&[], |work| {
        let workspace = work.access.workspace_id;
        audit::note(work, "exported", "audit_log", workspace, json!([]))?;
        Ok(Answer::nothing())
    });
    noted.await?;
    let pieces = stream::try_unfold(begun, move |(ready, next)| {
        let (caller, log) = (caller.clone(), Arc::clone(&log));
        async move { following(&caller, &log, ready, next).await }
    });
    Ok(download::csv("audit-log.csv", pieces))
}

/// What a file goes on with: lines that are there, or the next ones. Pieces without lines would end it.
async fn following(
    caller: &Caller,
    log: &Arc<Log>,
    ready: Bytes,
    next: Option<Uuid>,
) -> std::io::Result<Option<(Bytes, Place)>> {
    let (mut ready, mut next) = (ready, next);
    while ready.is_empty() && next.is_some() {
        (ready, next) = piece(caller, log, next, None).await.map_err(broken)?;
    }
    Ok((!ready.is_empty()).then_some((ready, (Bytes::new(), next))))
}

/// The next lines of a file, and where to go on.
async fn piece(
    caller: &Caller,
    log: &Arc<Log>,
    before: Option<Uuid>,
    headings: Option<Headings>,
) -> Result<Place, Problem> {
    let log = Arc::clone(log);
    let (page, names) = caller
        .read_much(move |work| page(work, &log, before, PIECE))
        .await?;
    let bytes = audit::lines(headings, &page.items, &names)
        .map_err(relasi_persistence::StoreError::from)?;
    Ok((Bytes::from(bytes), page.next))
}

/// The answer has begun, so that all that is left is to end it early.
fn broken(problem: Problem) -> std::io::Error {
    log::error!("an export of the audit log ended early: {problem}");
    std::io::Error::other(problem.to_string())
}

fn headings(language: Language) -> Headings {
    [
        "at",
        "actor",
        "action",
        "object",
        "record_id",
        "record",
        "field",
        "old",
        "new",
        "cause",
        "entry_id",
    ]
    .map(|column| locale::text(language, &format!("audit.{column}")).unwrap_or(column))
}
