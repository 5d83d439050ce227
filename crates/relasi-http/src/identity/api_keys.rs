//! API keys: made, listed, ended, and what each was used for.

use actix_web::{HttpResponse, web::Path};
use relasi_app::identity::NewKey;
use relasi_domain::identity::access::Action;
use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, Person},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{parse_id, schema::reference},
};

pub fn register(api: &mut Api) {
    for (name, schema) in schemas() {
        api.schema(name, schema);
    }
    let list = Operation::get("/api-keys", "api-keys", "list_api_keys", "List API keys")
        .about("One's own; all of the workspace for those who manage members. Newest first, without those that were ended.")
        .returns(200, "The keys.", reference("ApiKeyList"));
    api.add(list, list_keys);
    let create = Operation::new(HttpMethod::Post, "/api-keys", "api-keys", "create_api_key", "Make an API key")
        .about("The answer alone holds the key. It calls for who made it and never reaches further than that member does at \
            the time; send it as `Authorization: Bearer rlk_…`. Not with a key itself. At most 50 for one member (409 \
            `too_many_keys`).")
        .body(reference("NewApiKey"))
        .returns(201, "The key.", reference("MadeApiKey"));
    api.add(create, create_key);
    let end = Operation::delete("/api-keys/{id}", "api-keys", "revoke_api_key", "End an API key")
        .about("At once on this server, within two seconds on others. One's own; any for those who manage members.")
        .returns_nothing("The key is no longer good.");
    api.add(end, revoke_key);
    let log = Operation::get(
        "/api-keys/{id}/requests",
        "api-keys",
        "list_api_key_requests",
        "What an API key was used for",
    )
    .about("For 30 days. A request appears about a second after its answer.")
    .returns(200, "A page.", NewestFirst::schema("ApiKeyRequest"));
    api.add(NewestFirst::document(log), list_requests);
}

fn schemas() -> [(&'static str, Value); 5] {
    let scopes = json!({
        "type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "enum": Action::ALL},
        "description": "What it may do, as far as its member may: `see`, `add`, `edit`, `delete`, `export`, `import` for \
            records, `settings`, `members`, `audit`, `erase` for the workspace."
    });
    let name = json!({"type": "string", "minLength": 1, "maxLength": 120, "description": "What it is for."});
    let instant = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    let text = |about: &str| json!({"type": "string", "description": about});
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let members = json!({
        "id": id("Its id."), "name": name, "user_id": id("For whom it calls."), "scopes": scopes,
        "hint": text("Its last four characters."),
        "created_at": {"type": "string", "format": "date-time", "description": "When it was made."},
        "expires_at": instant("When it ends; null for never."),
        "last_used_at": instant("When it was last used, to the minute."),
        "last_used_ip": {"type": ["string", "null"], "description": "From which address."}
    });
    let required: Vec<String> = members
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let mut made = members.clone();
    made["token"] = json!({"type": "string", "format": "password", "description": "The key itself, told this once."});
    let mut made_required = required.clone();
    made_required.push("token".to_owned());
    [
        (
            "ApiKey",
            json!({"type": "object", "description": "An API key.", "required": required, "properties": members}),
        ),
        (
            "MadeApiKey",
            json!({
                "type": "object", "description": "A new API key.", "required": made_required, "properties": made
            }),
        ),
        (
            "NewApiKey",
            json!({
                "type": "object", "description": "What a new key is to be.", "required": ["name", "scopes"],
                "additionalProperties": false,
                "properties": {"name": name, "scopes": scopes, "expires_at": instant("When it ends; never by itself when left out.")}
            }),
        ),
        (
            "ApiKeyList",
            json!({
                "type": "object", "description": "API keys.", "required": ["items"],
                "properties": {"items": {"type": "array", "description": "The keys.", "items": reference("ApiKey")}}
            }),
        ),
        (
            "ApiKeyRequest",
            json!({
                "type": "object", "description": "A request that came with a key.",
                "required": ["id", "at", "method", "route", "status", "micros", "ip", "request_id"],
                "properties": {
                    "id": id("Its place in the list."),
                    "at": {"type": "string", "format": "date-time", "description": "When it came."},
                    "method": text("Its method."),
                    "route": text("The route that answered, with names in the place of ids."),
                    "status": {"type": "integer", "format": "int64", "description": "HTTP status of the answer."},
                    "micros": {"type": "integer", "format": "int64", "description": "How long it took, in microseconds."},
                    "ip": text("From which address."),
                    "request_id": text("Its id in logs and in the audit log.")
                }
            }),
        ),
    ]
}

async fn list_keys(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.state.identity.keys(&caller.principal).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create_key(Person(caller): Person, body: Body<NewKey>) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let made = identity
        .create_key(&caller.principal, body.value, caller.now)
        .await?;
    Ok(HttpResponse::Created().json(made))
}

async fn revoke_key(Person(caller): Person, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .state
        .identity
        .revoke_key(&caller.principal, id, caller.now)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn list_requests(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<NewestFirst>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (before, limit) = query.limits()?;
    let items = caller
        .state
        .identity
        .key_requests(&caller.principal, id, before, limit, caller.now)
        .await?;
    Ok(NewestFirst::answer(&items, limit))
}
