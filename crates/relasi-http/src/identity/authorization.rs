//! An app asks a person to be let in: what the page of consent is made of, and the decision.

use actix_web::{HttpRequest, HttpResponse};
use relasi_app::identity::Decision;
use relasi_domain::identity::access::Action;
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::path::HttpMethod;

use super::oauth::issuer;
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Person,
    problem::Problem,
    records::schema::reference,
};

const PATH: &str = "/oauth/authorization";
const TAG: &str = "apps";
const REQUEST: &str =
    "The query with which the app has sent the person to `/oauth/authorize`, as it came.";

pub fn register(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    let scopes = |about: &str| json!({"type": "array", "items": {"type": "string", "enum": Action::ALL}, "description": about});
    api.schema("AppRequest", json!({
        "type": "object", "description": "What an app asks for. By `state`: `ask` has `app`, `workspace`, `host`, `scopes` and `own_scopes`, `refused` has `redirect_to`, `elsewhere` has `workspace_id` and `workspace`.",
        "required": ["state"],
        "properties": {
            "state": {"type": "string", "enum": ["ask", "refused", "elsewhere"], "description": "`ask` the person; the request is `refused`, and the app to be told so; or it is about another workspace of the person."},
            "app": text("What the app is called."), "workspace": text("The workspace."),
            "workspace_id": {"type": "string", "format": "uuid", "description": "The other workspace."},
            "host": text("Where the person is sent back to."),
            "scopes": scopes("What it asks for."), "own_scopes": scopes("What of it the person may do."),
            "redirect_to": text("Where the person goes.")
        }
    }));
    let ask = Operation::get(PATH, TAG, "get_app_request", "What an app asks for")
        .about("For who is signed in, and for the page that asks. Where app or address are not registered nobody is sent \
            anywhere: 422 `unknown_app` or `redirect_not_registered`.")
        .query("request", REQUEST, json!({"type": "string"}))
        .returns(200, "What it asks for.", reference("AppRequest"));
    api.add(ask, asked);
    let decide = Operation::new(HttpMethod::Post, PATH, TAG, "decide_on_app_request", "Let an app in, or not")
        .about("Not with a key, and not by an app. The code in the address is good once, for a minute.")
        .body(json!({
            "type": "object", "description": "The decision.", "required": ["request", "allow"], "additionalProperties": false,
            "properties": {
                "request": text(REQUEST),
                "allow": {"type": "boolean", "description": "Whether it is let in."}
            }
        }))
        .returns(200, "Where the person goes.", json!({
            "type": "object", "description": "Where the person goes.", "required": ["redirect_to"],
            "properties": {"redirect_to": text("The address, with the answer for the app.")}
        }));
    api.add(decide, decided);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    request: String,
}

async fn asked(
    Person(caller): Person,
    request: HttpRequest,
    Query(query): Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let issuer = issuer(&caller.state, &request);
    let identity = &caller.state.identity;
    let asking = identity.asked_by_app(&caller.principal, query.request, issuer);
    Ok(HttpResponse::Ok().json(asking.await?))
}

async fn decided(
    Person(caller): Person,
    request: HttpRequest,
    body: Body<Decision>,
) -> Result<HttpResponse, Problem> {
    let issuer = issuer(&caller.state, &request);
    let identity = &caller.state.identity;
    let decided = identity.decide_on_app(&caller.principal, body.value, issuer, caller.now);
    Ok(HttpResponse::Ok().json(json!({"redirect_to": decided.await?})))
}
