//! Lists of records in groups.

use actix_web::HttpResponse;
use relasi_app::records::{GroupsRequest, ListRequest};
use relasi_domain::record::{Object, Record};
use serde::Deserialize;
use serde_json::json;

use super::schema::reference;
use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
};

/// Query parameters of groups.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupsQuery {
    #[serde(default)]
    by: String,
    sum: Option<String>,
    filter: Option<String>,
    q: Option<String>,
    limit: Option<usize>,
}

/// The schemas that the groups of every object have in common.
pub fn schemas(api: &mut Api) {
    api.schema("GroupSum", json!({
        "type": "object", "description": "A sum over the records of a group.",
        "required": ["field", "currency", "sum", "count"],
        "properties": {
            "field": {"type": "string", "description": "The field."},
            "currency": {"type": ["string", "null"], "description": "ISO 4217 for amounts; null for numbers."},
            "sum": {"type": ["number", "null"], "description": "The sum, amounts in minor units; null when it has more than 64 bits."},
            "count": {"type": "integer", "format": "int64", "description": "Records that have a value and make the sum."}
        }
    }));
    api.schema("Group", json!({
        "type": "object", "description": "Records that have a value in common.",
        "required": ["value", "label", "filter", "count", "sums"],
        "properties": {
            "value": {"type": ["string", "boolean", "null"], "description": "A code, text, the id of a record or person, a truth value, or the first day of a time; null for records without a value."},
            "label": {"type": ["string", "null"], "description": "The name of the record or person, or the text; null where the value says all."},
            "filter": {"type": "string", "description": "The filter that takes its records, to be joined with that of the list."},
            "count": {"type": "integer", "format": "int64", "description": "Records in it."},
            "sums": {"type": "array", "description": "One for each field and currency that its records have.", "items": reference("GroupSum")}
        }
    }));
    api.schema("Groups", json!({
        "type": "object", "description": "A list in groups.",
        "required": ["by", "groups", "more"],
        "properties": {
            "by": {"type": "string", "description": "The field, with the unit of days and points in time."},
            "groups": {"type": "array", "description": "The groups: codes and stages in their order, times with the latest first, others with the largest first, records without a value last.", "items": reference("Group")},
            "more": {"type": "boolean", "description": "Whether there are more groups than these."}
        }
    }));
}

pub(super) fn register<R: Record>(api: &mut Api, object: &'static Object) {
    let plural = object.plural;
    let operation = Operation::get(
        &format!("/{plural}/groups"),
        plural,
        &format!("group_{}", object.table),
        &format!("Count {plural} in groups"),
    )
    .about("Over all records that the filter takes and the caller may see.")
    .query("by", "The field: text of one line, a choice, yes or no, a reference, a person; days and points in time with a unit, `created_at:month` (day, week, month, quarter, year; in the time zone of the workspace).", json!({"type": "string"}))
    .query("sum", "Fields to sum up, separated by commas: amounts, by currency, and numbers; at most four.", json!({"type": "string"}))
    .query("filter", "Filter in the filter grammar.", json!({"type": "string"}))
    .query("q", "Search text.", json!({"type": "string"}))
    .query("limit", "The most groups; the largest are given, of times those around today.", json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 100}))
    .returns(200, "The groups.", reference("Groups"));
    api.add(operation, |caller: Caller, query: Query<GroupsQuery>| {
        groups(R::OBJECT, caller, query.0)
    });
}

async fn groups(
    object: &'static Object,
    caller: Caller,
    query: GroupsQuery,
) -> Result<HttpResponse, Problem> {
    let request = GroupsRequest {
        list: ListRequest {
            filter: query.filter,
            text: query.q,
            zone: caller.zone(),
            ..ListRequest::default()
        },
        by: query.by,
        sum: query.sum,
        limit: query.limit,
    };
    let groups = caller
        .read_much(move |work| work.groups(object, &request))
        .await?;
    Ok(HttpResponse::Ok().json(groups))
}
