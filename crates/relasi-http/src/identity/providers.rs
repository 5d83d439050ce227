//! Signing in by a service of the workspace's own, and the service itself.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use chrono::Utc;
use relasi_app::{
    Refusal,
    identity::{Finish, NewProvider, ProviderView},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;
use uuid::Uuid;

use super::{
    cookie,
    oauth::issuer,
    origin::{SameOrigin, Visitor},
    profile::OPTIONAL_VERSION,
};
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch, Person, etag},
    problem::Problem,
    records::schema::reference,
    state::State,
};

const PATH: &str = "/workspace/sign-in-provider";
/// The page to which the service sends people back.
const BACK: &str = "/sign-in/callback";

pub fn register(api: &mut Api) {
    for (name, schema) in schemas() {
        api.schema(name, schema);
    }
    let answer = json!({
        "type": "object", "description": "The service, and what it needs to know of us.", "required": ["provider", "redirect_uri"],
        "properties": {
            "provider": {"anyOf": [reference("SignInProvider"), {"type": "null"}], "description": "The service; null when there is none."},
            "redirect_uri": {"type": "string", "description": "Where it sends people back to, to be registered there."}
        }
    });
    let get = Operation::get(
        PATH,
        "workspace",
        "get_sign_in_provider",
        "The service by which people sign in",
    )
    .about("For those who may change settings.")
    .returns(200, "The service.", answer.clone());
    api.add(get, get_provider);
    let set = Operation::put(PATH, "workspace", "set_sign_in_provider", "Set the service by which people sign in")
        .about("OpenID Connect with the authorization code and PKCE. For owners: whoever runs the service says who comes in, \
            as whom. It is not called at addresses of the server's own network unless `--webhook-allow` names them.")
        .header("If-Match", OPTIONAL_VERSION)
        .body(reference("NewSignInProvider"))
        .returns(200, "The service.", answer);
    api.add(set, set_provider);
    let remove = Operation::delete(
        PATH,
        "workspace",
        "remove_sign_in_provider",
        "Remove the service",
    )
    .about("For owners. Sessions that it opened end, and nobody is linked to it any more.")
    .header("If-Match", OPTIONAL_VERSION)
    .returns_nothing("It is gone.");
    api.add(remove, remove_provider);
    register_sign_in(api);
}

fn register_sign_in(api: &mut Api) {
    let post = |path: &str, id: &str, summary: &str| {
        Operation::new(HttpMethod::Post, path, "sessions", id, summary).public()
    };
    let text = |about: &str| json!({"type": "string", "description": about});
    let object = |about: &str, members: Value, required: Value| json!({"type": "object", "description": about, "required": required, "properties": members});
    let body = |about: &str, members: Value, required: Value| {
        let mut schema = object(about, members, required);
        schema["additionalProperties"] = json!(false);
        schema
    };
    let search = post(
        "/sessions/provider/search",
        "find_sign_in_providers",
        "Services that answer for an address",
    )
    .about("By its domain alone: whether the address has an account is not told.")
    .body(body("The address.", json!({"email": text("An e-mail address.")}), json!(["email"])))
    .returns(200, "The services.", object("The services.", json!({
        "items": {"type": "array", "description": "The services.", "items": reference("OpenSignInProvider")}
    }), json!(["items"])));
    api.add(search, find_providers);
    let begin = post("/sessions/provider/begin", "begin_provider_sign_in", "Begin to sign in by a service")
        .about("The page keeps `token` and sends the person to `url`; they come back to `/sign-in/callback`. 409 \
            `provider_unreachable` when the service does not answer.")
        .body(body("Which one.", json!({
            "workspace_id": {"type": "string", "format": "uuid", "description": "The workspace of the service."}
        }), json!(["workspace_id"])))
        .returns(200, "Where to go.", object("Where to go.", json!({
            "url": text("The page of the service."), "token": text("Goes with the end of the sign-in; it is good for ten minutes and for nothing else.")
        }), json!(["url", "token"])));
    api.add(begin, begin_sign_in);
    let finish = post("/sessions/provider", "finish_provider_sign_in", "Sign in by a service")
        .about("With what stands in the address that the person came back to. The session stays in the workspace of the \
            service. 401 `provider_refused` when it is not proved who came, 403 `provider_unknown_person` when nobody knows \
            them here.")
        .body(body("What the person brought back.", json!({
            "token": text("What the page has kept."), "state": text("From the address."), "code": text("From the address."),
            "iss": {"type": ["string", "null"], "description": "From the address, where it is there."}
        }), json!(["token", "state", "code"])))
        .returns(200, "Signed in.", reference("SignedIn"))
        .returns(202, "The second factor is asked for.", reference("Challenge"));
    api.add(finish, finish_sign_in);
}

fn schemas() -> [(&'static str, Value); 3] {
    let text = |about: &str| json!({"type": "string", "description": about});
    let flag = |about: &str| json!({"type": "boolean", "description": about});
    let members = json!({
        "label": {"type": "string", "minLength": 1, "maxLength": 120, "description": "What the button says."},
        "issuer": text("Its address, as it names itself: `https://…`, with or without a slash at the end as the service has it."),
        "client_id": text("What it knows us by."),
        "domains": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "string"}, "description": "Domains of addresses that it answers for."},
        "join_role": {"type": ["string", "null"], "description": "What unknown people of these domains become: a built-in role but owner, or the id of another. They are refused without."},
        "proves_second_factor": flag("It asks for a second factor itself; Relasi asks for none then."),
        "active": flag("People may sign in by it.")
    });
    let mut shown = members.clone();
    shown["version"] =
        json!({"type": "integer", "format": "int64", "description": "Counts up on every change."});
    shown["has_secret"] = flag("A secret is kept.");
    shown["updated_at"] = json!({"type": "string", "format": "date-time", "description": "When it was last changed."});
    let mut sent = members.clone();
    sent["client_secret"] = json!({"type": ["string", "null"], "format": "password", "description": "Its secret for us, kept encrypted; the one before stays without, as long as the issuer is the same."});
    let names: Vec<String> = shown
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    [
        (
            "SignInProvider",
            json!({"type": "object", "description": "A service by which people sign in.", "required": names, "properties": shown}),
        ),
        (
            "NewSignInProvider",
            json!({
                "type": "object", "description": "What the service is to be.", "additionalProperties": false,
                "required": ["label", "issuer", "client_id", "domains", "active"], "properties": sent
            }),
        ),
        (
            "OpenSignInProvider",
            json!({
                "type": "object", "description": "A service by which one can sign in.", "required": ["workspace_id", "label"],
                "properties": {
                    "workspace_id": {"type": "string", "format": "uuid", "description": "Its workspace."},
                    "label": text("What the button says.")
                }
            }),
        ),
    ]
}

/// Where the service sends people back to.
pub(super) fn back(state: &State, request: &HttpRequest) -> String {
    format!("{}{BACK}", issuer(state, request))
}

fn shown(caller: &Caller, request: &HttpRequest, provider: Option<&ProviderView>) -> HttpResponse {
    let version = provider.map_or(0, |provider| provider.version);
    let back = back(&caller.state, request);
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(version)))
        .json(json!({"provider": provider, "redirect_uri": back}))
}

async fn get_provider(caller: Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let provider = caller.state.identity.provider(&caller.principal).await?;
    Ok(shown(&caller, &request, provider.as_ref()))
}

async fn set_provider(
    Person(caller): Person,
    request: HttpRequest,
    IfMatch(version): IfMatch,
    body: Body<NewProvider>,
) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let set = identity.set_provider(&caller.principal, body.value, version, caller.now);
    Ok(shown(&caller, &request, Some(&set.await?)))
}

async fn remove_provider(
    Person(caller): Person,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let identity = &caller.state.identity;
    let removed = identity.remove_provider(&caller.principal, version, caller.now);
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    email: String,
}

async fn find_providers(
    state: Data<State>,
    _: SameOrigin,
    body: Body<Search>,
) -> Result<HttpResponse, Problem> {
    let items = state.identity.providers_of(&body.value.email).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    workspace_id: Uuid,
}

async fn begin_sign_in(
    state: Data<State>,
    request: HttpRequest,
    _: SameOrigin,
    body: Body<Begin>,
) -> Result<HttpResponse, Problem> {
    let back = back(&state, &request);
    let workspace = body.value.workspace_id;
    let begun = state
        .identity
        .begin_by_provider(workspace, back, Utc::now());
    Ok(HttpResponse::Ok().json(begun.await?))
}

async fn finish_sign_in(
    state: Data<State>,
    visitor: Visitor,
    _: SameOrigin,
    body: Body<Finish>,
) -> Result<HttpResponse, Problem> {
    let now = Utc::now();
    let finished = state
        .identity
        .finish_by_provider(body.value, visitor.0, now);
    let unauthorized = |code| Problem::new(StatusCode::UNAUTHORIZED, code);
    let entered = finished.await.map_err(|refusal| match refusal {
        Refusal::NotFound => unauthorized("challenge_expired"),
        Refusal::Unauthorized => unauthorized("provider_refused"),
        other => other.into(),
    })?;
    Ok(cookie::entered(&state, &entered, now))
}
