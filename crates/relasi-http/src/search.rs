//! The global search.

use actix_web::HttpResponse;
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::schema::reference,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    q: String,
    limit: Option<usize>,
}

/// Registers the search.
pub fn register(api: &mut Api) {
    api.schema("Match", json!({
        "type": "object", "description": "A record that was found.", "required": ["object", "id", "title", "subtitle", "score"],
        "properties": {
            "object": {"type": "string", "description": "For example `contact`."},
            "id": {"type": "string", "format": "uuid", "description": "The record."},
            "title": {"type": "string", "description": "Its name."},
            "subtitle": {"type": ["string", "null"], "description": "What it was found by when that is not the name."},
            "score": {"type": "integer", "description": "Higher is better."}
        }
    }));
    let search = Operation::get("/search", "search", "search", "Find people, companies and deals")
        .about("By a name or a fragment of one, an e-mail address or digits of a phone number; best match first.")
        .query("q", "What to look for.", json!({"type": "string", "minLength": 1, "maxLength": 200}))
        .query("limit", "Most matches.", json!({"type": "integer", "minimum": 1, "maximum": 50, "default": 20}))
        .returns(200, "The matches.", json!({
            "type": "object", "description": "Matches, best first.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The matches.", "items": reference("Match")}}
        }));
    api.add(search, find);
}

async fn find(caller: Caller, query: Query<SearchQuery>) -> Result<HttpResponse, Problem> {
    let SearchQuery { q, limit } = query.0;
    let limit = limit.unwrap_or(20);
    if !(1..=50).contains(&limit) {
        return Err(Problem::fault(
            Fault::at("?limit", "out_of_range").with("max", 50),
        ));
    }
    if q.chars().count() > 200 {
        return Err(Problem::fault(Fault::at("?q", "too_long").with("max", 200)));
    }
    let items = caller
        .read_much(move |work| relasi_app::search::find(work, &q, limit))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}
