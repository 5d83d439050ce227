//! Lists and counts of records.

use actix_web::HttpResponse;
use relasi_app::records::{ListRequest, Listing};
use relasi_domain::{
    fault::Fault,
    record::{Object, Record},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    included, json_response,
    schema::{reference, type_name},
};
use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
};

/// Query parameters of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    limit: Option<usize>,
    cursor: Option<String>,
    filter: Option<String>,
    sort: Option<String>,
    fields: Option<String>,
    include: Option<String>,
    q: Option<String>,
    trashed: Option<bool>,
}

impl ListQuery {
    fn request(self, caller: &Caller) -> ListRequest {
        ListRequest {
            filter: self.filter,
            sort: self.sort,
            text: self.q,
            cursor: self.cursor,
            limit: self.limit,
            fields: self.fields,
            include: self.include,
            trashed: self.trashed.unwrap_or(false),
            zone: caller.zone(),
        }
    }
}

pub(super) fn register<R: Record>(api: &mut Api, object: &'static Object) {
    let (name, plural) = (type_name(object), object.plural);
    let operation = |path: &str, id: &str, summary: &str| {
        Operation::get(path, plural, id, summary)
            .query("filter", "Filter in the filter grammar, for example `created_at >= today-30d and owner_id = me`.", json!({"type": "string"}))
            .query("q", "Search text: a fragment of a name, an e-mail address, digits of a phone number.", json!({"type": "string"}))
            .query("trashed", "The trash instead of the living.", json!({"type": "boolean"}))
    };
    let list = operation(
        &format!("/{plural}"),
        &format!("list_{}", table(object)),
        &format!("List {plural}"),
    )
    .query(
        "limit",
        "Records per page.",
        json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    )
    .query(
        "cursor",
        "`next_cursor` of the page before.",
        json!({"type": "string"}),
    )
    .query(
        "sort",
        "Sort keys, for example `-created_at`; empty values are smallest.",
        json!({"type": "string"}),
    )
    .query(
        "fields",
        "Fields to return, separated by commas; `id` and `version` always come.",
        json!({"type": "string"}),
    )
    .query(
        "include",
        "References to name in `included`, for example `company,owner`.",
        json!({"type": "string"}),
    )
    .returns(200, "A page.", reference(&format!("{name}Page")));
    api.add(list, |caller: Caller, query: Query<ListQuery>| {
        list_records(R::OBJECT, caller, query.0)
    });
    let count = operation(
        &format!("/{plural}/count"),
        &format!("count_{}", table(object)),
        &format!("Count {plural}"),
    )
    .returns(200, "The number.", reference("Count"));
    api.add(count, |caller: Caller, query: Query<ListQuery>| {
        count_records(R::OBJECT, caller, query.0)
    });
}

fn table(object: &Object) -> &'static str {
    object.table
}

async fn list_records(
    object: &'static Object,
    caller: Caller,
    query: ListQuery,
) -> Result<HttpResponse, Problem> {
    let request = query.request(&caller);
    // A search or a filter may have to look at many records.
    let listing = if request.text.is_some()
        || request
            .filter
            .as_ref()
            .is_some_and(|filter| filter.contains(['~', '.']))
    {
        caller
            .read_much(move |work| work.list(object, &request))
            .await?
    } else {
        caller
            .read_page(move |work| work.list(object, &request))
            .await?
    };
    Ok(page(listing))
}

/// A page of a list as it is sent.
pub fn page(listing: Listing) -> HttpResponse {
    let mut body = Vec::with_capacity(listing.items.len() + 256);
    body.extend_from_slice(b"{\"items\":[");
    body.extend_from_slice(&listing.items);
    let rest = format!(
        "],\"next_cursor\":{},\"included\":{}}}",
        json!(listing.next),
        included(listing.included)
    );
    body.extend_from_slice(rest.as_bytes());
    json_response(body)
}

async fn count_records(
    object: &'static Object,
    caller: Caller,
    query: ListQuery,
) -> Result<HttpResponse, Problem> {
    if query.limit.is_some()
        || query.cursor.is_some()
        || query.sort.is_some()
        || query.fields.is_some()
        || query.include.is_some()
    {
        return Err(Problem::fault(Fault::at("?", "unknown_parameter")));
    }
    let request = query.request(&caller);
    let (count, capped) = caller
        .read_much(move |work| work.count(object, &request))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"count": count, "capped": capped})))
}
