//! Timeline and history of a record.

use actix_web::{HttpResponse, web::Path};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use relasi_app::records::Entries;
use relasi_domain::{
    fault::Fault,
    record::{Object, Record},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{parse_id, schema::reference};
use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
};

/// Query parameters of pages of entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntriesQuery {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Where a page begins: the time and id of the entry before.
pub type Before = Option<(i64, String)>;

impl EntriesQuery {
    /// The parameters of a list that has more of them.
    pub fn new(limit: Option<u32>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// Where the page begins and how long it is.
    pub fn limits(self) -> Result<(Before, u32), Problem> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(Problem::fault(
                Fault::at("?limit", "out_of_range").with("max", 200),
            ));
        }
        let Some(cursor) = self.cursor else {
            return Ok((None, limit));
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let before = bytes.and_then(|bytes| serde_json::from_slice::<(i64, Uuid)>(&bytes).ok());
        match before {
            Some((at, id)) => Ok((Some((at, id.to_string())), limit)),
            None => Err(Problem::fault(Fault::at("?cursor", "bad_cursor"))),
        }
    }
}

pub(super) fn register<R: Record>(api: &mut Api, object: &'static Object) {
    let plural = object.plural;
    let noun = object.name.replace('_', " ");
    let operation = |part: &str, summary: String, page: &str| {
        let id = format!("{part}_of_{}", object.name);
        let page_of = Operation::get(&format!("/{plural}/{{id}}/{part}"), plural, &id, &summary);
        document_paging(page_of).returns(200, "A page, newest first.", reference(page))
    };
    let timeline_of = operation(
        "timeline",
        format!("What happened to a {noun}"),
        "TimelinePage",
    );
    api.add(
        timeline_of,
        |caller: Caller, id: Path<String>, query: Query<EntriesQuery>| {
            timeline(R::OBJECT, caller, id, query.0)
        },
    );
    let history_of = operation("history", format!("Who changed a {noun}"), "HistoryPage");
    api.add(
        history_of,
        |caller: Caller, id: Path<String>, query: Query<EntriesQuery>| {
            history(R::OBJECT, caller, id, query.0)
        },
    );
}

async fn timeline(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    query: EntriesQuery,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (before, limit) = query.limits()?;
    let entries = caller
        .read_much(move |work| work.timeline(object, id, before, limit))
        .await?;
    Ok(page(entries))
}

async fn history(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    query: EntriesQuery,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (before, limit) = query.limits()?;
    let entries = caller
        .read_much(move |work| work.history(object, id, before, limit))
        .await?;
    Ok(page(entries))
}

/// Documents the parameters of pages of entries.
pub fn document_paging(operation: Operation) -> Operation {
    operation
        .query(
            "limit",
            "Entries per page.",
            json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
        )
        .query(
            "cursor",
            "`next_cursor` of the page before.",
            json!({"type": "string"}),
        )
}

/// A page as the API shows it.
pub fn page(entries: Entries) -> HttpResponse {
    let next = next_cursor(entries.next);
    HttpResponse::Ok().json(json!({"items": entries.items, "next_cursor": next}))
}

/// The cursor of the page after an entry.
pub fn next_cursor(last: Before) -> Option<String> {
    last.map(|last| URL_SAFE_NO_PAD.encode(json!(last).to_string()))
}
