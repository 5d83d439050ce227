//! Changes of one record that are sent at once and may meet a newer version.

use relasi_domain::record::{Document, Object};
use serde_json::Value;

use crate::api::{Api, ApiError, Reply, Request};
use crate::records::Record;

/// `POST /{plural}/{id}/{verb}`. When somebody else changed the record first, but not `field`, it is sent again
/// for the record as it is now.
pub async fn post(
    api: Api,
    object: &Object,
    record: &Record,
    verb: &str,
    body: &Value,
    field: &str,
) -> Result<Record, ApiError> {
    let path = format!("/{}/{}/{verb}", object.plural, record.id());
    let ask = |version| Request::post(&path).json(body).version(version).send(api);
    settle(ask(record.version()).await, record, field, ask).await
}

/// Merge patch of a record, under the same rule.
pub async fn patch(
    api: Api,
    object: &Object,
    record: &Record,
    changes: Document,
    field: &str,
) -> Result<Record, ApiError> {
    let path = format!("/{}/{}", object.plural, record.id());
    let body = Value::Object(changes);
    let ask = |version| Request::patch(&path).json(&body).version(version).send(api);
    settle(ask(record.version()).await, record, field, ask).await
}

async fn settle<F: Future<Output = Result<Reply, ApiError>>>(
    first: Result<Reply, ApiError>,
    record: &Record,
    field: &str,
    again: impl FnOnce(i64) -> F,
) -> Result<Record, ApiError> {
    let newer = first
        .as_ref()
        .err()
        .and_then(|error| newer_of(error, record, field));
    match newer {
        Some(version) => again(version).await.and_then(Reply::read),
        None => first.and_then(Reply::read),
    }
}

/// The newer version, if its `field` is as the person saw it.
fn newer_of(error: &ApiError, record: &Record, field: &str) -> Option<i64> {
    let problem = error.problem().filter(|problem| problem.is_stale())?;
    let current: Record = serde_json::from_value(problem.current.clone()?).ok()?;
    (current.value(field) == record.value(field)).then(|| current.version())
}
