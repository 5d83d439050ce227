//! Inbound hooks, what came to them, and the address that others send to.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Path},
};
use chrono::Utc;
use relasi_app::{
    events::inbound::{self, Hook, HookPatch, MAX_BODY, NewHook, Replay},
    idempotency::Answer,
    identity::Secret,
    records::Work,
};
use relasi_domain::{fault::Fault, locale::Language, record::Document};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::HttpMethod;

use super::{inbound_schema, revealing};
use crate::{
    api::{Api, Operation},
    body::{Body, Query, read_object},
    caller::{Caller, IfMatch},
    platform::jobs::NewestFirst,
    problem::{Problem, fault_text},
    records::{parse_id, schema::reference},
    state::State,
};

const TAG: &str = "webhooks";
const ALL: &str = "/inbound-hooks";
const ONE: &str = "/inbound-hooks/{id}";
const STATES: [&str; 5] = ["waiting", "created", "updated", "skipped", "failed"];

/// The longest name that a sender may give a message.
const MAX_KEY: usize = 255;

pub(super) fn register(api: &mut Api) {
    inbound_schema::register(api);
    let all = Operation::get(ALL, TAG, "list_inbound_hooks", "Addresses that others send to").returns(
        200,
        "All of them, the oldest first.",
        json!({"type": "object", "description": "All.", "required": ["items"], "properties": {
            "items": {"type": "array", "description": "The hooks.", "items": reference("InboundHook")}
        }}),
    );
    api.add(all, list);
    let make = Operation::post(ALL, TAG, "create_inbound_hook", "Make an address that others send to")
        .about("What comes becomes contacts or companies by the mapping. The answer alone holds the token of the address.")
        .body(reference("NewInboundHook"))
        .returns(201, "The hook with its token.", reference("InboundHookWithToken"));
    api.add(make, create);
    let get = Operation::get(ONE, TAG, "get_inbound_hook", "Get an inbound hook").returns(
        200,
        "The hook.",
        reference("InboundHook"),
    );
    api.add(get, find);
    let patch = Operation::patch(ONE, TAG, "update_inbound_hook", "Change an inbound hook")
        .about("What came and waits, or is taken again, is read as the hook is then.")
        .if_match()
        .body(reference("InboundHookPatch"))
        .returns(200, "The hook.", reference("InboundHook"));
    api.add(patch, change);
    let remove = Operation::delete(
        ONE,
        TAG,
        "delete_inbound_hook",
        "Remove an inbound hook with what came to it",
    )
    .about("The records stay.")
    .if_match()
    .returns_nothing("It is gone.");
    api.add(remove, delete);
    let rotate = Operation::post(
        &format!("{ONE}/rotate-token"),
        TAG,
        "rotate_inbound_token",
        "Give it another address",
    )
    .about("The one before is no longer good.")
    .if_match()
    .returns(
        200,
        "The hook with its new token.",
        reference("InboundHookWithToken"),
    );
    api.add(rotate, rotate_token);
    register_requests(api);
}

fn register_requests(api: &mut Api) {
    let requests = Operation::get(
        &format!("{ONE}/requests"),
        TAG,
        "list_inbound_requests",
        "What came, and what became of it",
    )
    .about("Kept for 30 days.")
    .query(
        "state",
        "Only those.",
        json!({"type": "string", "enum": STATES}),
    )
    .returns(200, "A page.", NewestFirst::schema("InboundRequest"));
    api.add(NewestFirst::document(requests), list_requests);
    let try_out = Operation::new(
        HttpMethod::Post,
        &format!("{ONE}/try"),
        TAG,
        "try_inbound_hook",
        "Try a body out",
    )
    .about("Says what would come of it; nothing is written.")
    .body(json!({"type": "object", "description": "As it would be sent."}))
    .returns(200, "What would come of it.", reference("InboundTrial"));
    api.add(try_out, trial);
    let again = Operation::post(&format!("{ONE}/replay"), TAG, "replay_inbound_request", "Take a request again")
        .about("As the hook is now. A record that it made before is found by the options of the hook, or made once more.")
        .body(json!({"type": "object", "description": "Which one.", "required": ["request_id"], "additionalProperties": false, "properties": {
            "request_id": {"type": "string", "format": "uuid", "description": "The request."}
        }}))
        .returns(202, "The request.", reference("InboundRequest"));
    api.add(again, replay);
    let take = Operation::new(HttpMethod::Post, "/inbound/{token}", TAG, "send_to_inbound_hook", "Send to an inbound hook")
        .about(
            "For other programs; the token in the address is all that they need. A JSON object, or the fields of a form \
             (`application/x-www-form-urlencoded`), of at most 256 kB. It is answered once it is stored; the record is made a \
             moment later. What comes again with the same `webhook-id` or `Idempotency-Key` is not taken again.",
        )
        .public()
        .body(json!({"type": "object", "description": "Anything."}))
        .returns(202, "It is stored.", json!({"type": "object", "description": "It is stored.", "required": ["id"], "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The request."}
        }}));
    api.add(take, receive);
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(inbound::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create(caller: Caller, body: Body<NewHook>) -> Result<HttpResponse, Problem> {
    let (new, vault) = (body.value, caller.state.webhooks.vault.clone());
    with_token(&caller, &body.bytes, move |work, token| {
        let made = inbound::create(work, &vault, &new, token)?;
        let location = format!("/api/v1{ALL}/{}", made.id);
        Ok((Some(location), 201, made))
    })
    .await
}

/// Carries out what gives a hook a token, and adds it to the answer.
async fn with_token(
    caller: &Caller,
    bytes: &[u8],
    work: impl Fn(&mut Work<'_>, &Secret) -> relasi_app::Result<(Option<String>, u16, Hook)>
    + Send
    + Sync
    + 'static,
) -> Result<HttpResponse, Problem> {
    let token = Secret::new(caller.principal.access.workspace_id);
    let written = move |unit: &mut Work<'_>| {
        let (location, status, hook) = work(unit, &token)?;
        Ok(Answer {
            location,
            ..Answer::versioned(status, &json!(hook))
        })
    };
    let response = caller.write(bytes, written).await?;
    let vault = caller.state.webhooks.vault.clone();
    revealing(caller, response, "token", move |work, id| {
        inbound::reveal(work, &vault, id)
    })
    .await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find =
        |work: &mut Work<'_>, id| inbound::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<HookPatch>,
) -> Result<HttpResponse, Problem> {
    caller.change(&id, version, body, inbound::change).await
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, inbound::delete).await
}

async fn rotate_token(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let (id, vault) = (parse_id(&id)?, caller.state.webhooks.vault.clone());
    with_token(&caller, &[], move |work, token| {
        let hook = inbound::rotate_token(work, &vault, id, version, token)?;
        Ok((None, 200, hook))
    })
    .await
}

/// Query parameters of requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestQuery {
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Adds what faults say in the caller's language, as problems have it.
fn in_words(language: Language, faults: &mut Value) {
    for fault in faults.as_array_mut().into_iter().flatten() {
        let params = fault["params"].as_object().into_iter().flatten();
        let params: BTreeMap<&str, String> = params
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default().to_owned()))
            .collect();
        let code = fault["code"].as_str().unwrap_or_default();
        let detail = fault_text(language, code, &params);
        fault["detail"] = json!(detail);
    }
}

async fn list_requests(
    request: HttpRequest,
    caller: Caller,
    id: Path<String>,
    Query(query): Query<RequestQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, language) = (parse_id(&id)?, caller.language(&request));
    let unknown = |state: &String| !STATES.contains(&state.as_str());
    if query.state.as_ref().is_some_and(unknown) {
        let choices = STATES.join(", ");
        return Err(Problem::fault(
            Fault::at("?state", "not_a_choice").with("choices", choices),
        ));
    }
    let (before, limit) = NewestFirst::new(query.limit, query.cursor).limits()?;
    let mut found = caller
        .read(move |work| inbound::requests(work, id, query.state.as_deref(), before, limit))
        .await?;
    for one in &mut found {
        in_words(language, &mut one["faults"]);
    }
    Ok(NewestFirst::answer(&found, limit))
}

async fn trial(
    request: HttpRequest,
    caller: Caller,
    id: Path<String>,
    body: Body<Document>,
) -> Result<HttpResponse, Problem> {
    let (id, body) = (parse_id(&id)?, Value::Object(body.value));
    let vault = caller.state.webhooks.vault.clone();
    let mut found = caller
        .read(move |work| inbound::trial(work, &vault, id, &body))
        .await?;
    in_words(caller.language(&request), &mut found.faults);
    Ok(HttpResponse::Ok().json(found))
}

async fn replay(
    caller: Caller,
    id: Path<String>,
    body: Body<Replay>,
) -> Result<HttpResponse, Problem> {
    let (id, order) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        Ok(Answer {
            status: 202,
            body: inbound::replay(work, id, order)?.to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(&body.bytes, work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn receive(
    request: HttpRequest,
    state: actix_web::web::Data<State>,
    token: Path<String>,
    bytes: Bytes,
) -> Result<HttpResponse, Problem> {
    let token = Secret::parse(&token).ok_or(relasi_app::Refusal::NotFound)?;
    if bytes.len() > MAX_BODY {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    state.limits.admit_hook(token.name())?;
    let body = Value::Object(read_object(&request, &bytes)?);
    let key = sender_key(&request)?;
    let token = Arc::new(token);
    if state.limits.are_shared() {
        let sent = Arc::clone(&token);
        let known = state.database.across();
        let hook = known
            .read_short(move |conn| inbound::id_of(conn, &sent))
            .await?;
        let workspace = token.workspace_id();
        state.limits.admit_known_hook(workspace, hook).await?;
    }
    let taken = state
        .database
        .across()
        .write(move |conn| inbound::receive(conn, &token, &body, key.as_deref(), Utc::now()))
        .await?;
    state.wake.ring();
    Ok(HttpResponse::Accepted().json(json!({"id": taken.id})))
}

/// What the sender calls its message.
fn sender_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let names = ["webhook-id", "idempotency-key"];
    let found = names.iter().find_map(|name| request.headers().get(*name));
    let Some(value) = found else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|key| (1..=MAX_KEY).contains(&key.len()));
    let key = key.ok_or_else(|| Problem::fault(Fault::at("Idempotency-Key", "invalid_key")))?;
    Ok(Some(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::sender_key;

    #[test]
    fn senders_name_their_messages_in_either_way() {
        let named = |name: &'static str, value: &str| {
            let request = TestRequest::default()
                .insert_header((name, value))
                .to_http_request();
            sender_key(&request)
        };
        assert_eq!(
            named("webhook-id", "msg_1").ok().flatten().as_deref(),
            Some("msg_1")
        );
        assert_eq!(
            named("Idempotency-Key", "a").ok().flatten().as_deref(),
            Some("a")
        );
        assert!(named("webhook-id", &"a".repeat(256)).is_err());
        assert_eq!(
            sender_key(&TestRequest::default().to_http_request()).ok(),
            Some(None)
        );
    }
}
