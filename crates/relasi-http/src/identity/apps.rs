//! Apps of others: registered by those who may change settings, let in and put out by people.

use actix_web::{HttpResponse, http::header, web::Path};
use relasi_app::identity::{AppPatch, AppView, NewApp};
use relasi_domain::identity::access::Action;
use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;

use super::app_log;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, Person, etag},
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "apps";
const ONE: &str = "/apps/{id}";

pub fn register(api: &mut Api) {
    for (name, schema) in schemas() {
        api.schema(name, schema);
    }
    let list = Operation::get("/apps", TAG, "list_apps", "List apps of others")
        .about("For those who may change settings, as all of this. The newest first, at most 100.")
        .returns(200, "The apps.", reference("AppList"));
    api.add(list, list_apps);
    let create = Operation::new(HttpMethod::Post, "/apps", TAG, "create_app", "Register an app")
        .about("The answer alone holds the secret; an app that can't keep one gets none. Not with a key, and not by an app. 409 \
            `too_many_apps` from 100 on.")
        .body(reference("NewApp"))
        .returns(201, "The app.", reference("MadeApp"));
    api.add(create, create_app);
    let get =
        Operation::get(ONE, TAG, "get_app", "One app").returns(200, "The app.", reference("App"));
    api.add(get, get_app);
    let change = Operation::patch(ONE, TAG, "update_app", "Change an app, or turn it off")
        .about("One that is not active is refused at once, and goes on where it stopped when it is active again. Scopes that \
            are taken away are taken from what people let it do.")
        .if_match()
        .body(reference("AppPatch"))
        .returns(200, "The app.", reference("App"));
    api.add(change, change_app);
    let remove = Operation::delete(
        ONE,
        TAG,
        "delete_app",
        "Remove an app with everything that people let it do",
    )
    .if_match()
    .returns_nothing("It is gone.");
    api.add(remove, remove_app);
    let rotate = Operation::new(
        HttpMethod::Post,
        "/apps/{id}/rotate-secret",
        TAG,
        "rotate_app_secret",
        "Make a new secret",
    )
    .about("The one before is no longer good. 409 `app_without_secret` for an app that keeps none.")
    .if_match()
    .returns(200, "The app with its new secret.", reference("MadeApp"));
    api.add(rotate, rotate_secret);
    let own = Operation::get(
        "/connected-apps",
        TAG,
        "list_connected_apps",
        "The apps that one has let in",
    )
    .returns(200, "The apps.", reference("ConnectedAppList"));
    api.add(own, list_connected);
    let end = Operation::delete(
        "/connected-apps/{id}",
        TAG,
        "disconnect_app",
        "Put an app out",
    )
    .about("All of one's own connections with it, at once on this server, within two seconds on others.")
    .returns_nothing("It may no longer call.");
    api.add(end, disconnect);
    app_log::register(api);
}

fn schemas() -> [(&'static str, Value); 7] {
    let scopes = json!({
        "type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "enum": Action::ALL},
        "description": "What it may ask for: the scopes of API keys."
    });
    let uris = json!({
        "type": "array", "minItems": 1, "maxItems": 10, "uniqueItems": true, "items": {"type": "string", "maxLength": 500},
        "description": "Where people are sent back to, compared character by character: `https://…`, or `http://` to the own machine, with any port."
    });
    let name = json!({"type": "string", "minLength": 1, "maxLength": 120, "description": "What people know it by."});
    let flag = |about: &str| json!({"type": "boolean", "description": about});
    let text = |about: &str| json!({"type": "string", "description": about});
    let count = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let instant =
        |about: &str| json!({"type": "string", "format": "date-time", "description": about});
    let maybe = |about: &str| json!({"type": ["string", "null"], "description": about});
    let members = json!({
        "id": id("Its id."), "version": count("Counts up on every change."),
        "client_id": text("By what it names itself."), "name": name,
        "confidential": flag("It runs where it can keep a secret, and has one."),
        "secret_hint": maybe("The last four characters of the secret."),
        "redirect_uris": uris, "scopes": scopes, "active": flag("It may ask and call."),
        "people": count("How many people it is connected with."),
        "created_at": instant("When it was registered."), "created_by": id("By whom."),
        "updated_at": instant("When it was last changed.")
    });
    let names = |members: &Value| -> Vec<String> {
        let members = members.as_object().into_iter().flatten();
        members.map(|(name, _)| name.clone()).collect()
    };
    let mut made = members.clone();
    made["client_secret"] = json!({"type": ["string", "null"], "format": "password", "description": "The secret, told this once; null for an app that keeps none."});
    let connected = json!({
        "id": id("The app."), "name": name, "active": flag("It may call now."), "scopes": scopes,
        "connected_at": instant("Since when."),
        "last_used_at": {"type": ["string", "null"], "format": "date-time", "description": "When it last called, to the minute."},
        "last_used_ip": maybe("From which address.")
    });
    let list_of = |about: &str, one: &str| {
        json!({
            "type": "object", "description": about, "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The apps.", "items": reference(one)}}
        })
    };
    [
        (
            "App",
            json!({"type": "object", "description": "An app of others.", "required": names(&members), "properties": members}),
        ),
        (
            "MadeApp",
            json!({"type": "object", "description": "An app with its new secret.", "required": names(&made), "properties": made}),
        ),
        (
            "NewApp",
            json!({
                "type": "object", "description": "What a new app is to be.", "additionalProperties": false,
                "required": ["name", "confidential", "redirect_uris", "scopes"],
                "properties": {
                    "name": name, "confidential": flag("It runs where it can keep a secret: on a server, and not in a browser or on a phone."),
                    "redirect_uris": uris, "scopes": scopes
                }
            }),
        ),
        (
            "AppPatch",
            json!({
                "type": "object", "description": "What of it is to be another one.", "additionalProperties": false,
                "properties": {"name": name, "redirect_uris": uris, "scopes": scopes, "active": flag("It may ask and call.")}
            }),
        ),
        ("AppList", list_of("Apps of others.", "App")),
        (
            "ConnectedApp",
            json!({"type": "object", "description": "An app that was let in.", "required": names(&connected), "properties": connected}),
        ),
        (
            "ConnectedAppList",
            list_of("Apps that were let in.", "ConnectedApp"),
        ),
    ]
}

fn shown(app: &AppView) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(app.version)))
        .json(app)
}

async fn list_apps(caller: Caller) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let items = identity.apps(&caller.principal, caller.now).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create_app(Person(caller): Person, body: Body<NewApp>) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let made = identity.create_app(&caller.principal, body.value, caller.now);
    Ok(HttpResponse::Created().json(made.await?))
}

async fn get_app(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    let app = identity.app(&caller.principal, id, caller.now).await?;
    Ok(shown(&app))
}

async fn change_app(
    Person(caller): Person,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<AppPatch>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    let changed = identity.change_app(&caller.principal, id, body.value, version, caller.now);
    Ok(shown(&changed.await?))
}

async fn remove_app(
    Person(caller): Person,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    let removed = identity.remove_app(&caller.principal, id, version, caller.now);
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn rotate_secret(
    Person(caller): Person,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    let made = identity.rotate_app_secret(&caller.principal, id, version, caller.now);
    let made = made.await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, etag(made.app.version)))
        .json(made))
}

async fn list_connected(Person(caller): Person) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let items = identity.connected_apps(&caller.principal, caller.now);
    Ok(HttpResponse::Ok().json(json!({"items": items.await?})))
}

async fn disconnect(Person(caller): Person, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let identity = &caller.state.identity;
    let ended = identity.disconnect_app(&caller.principal, id, caller.now);
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}
