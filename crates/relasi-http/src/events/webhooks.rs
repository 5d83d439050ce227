//! Endpoints of webhooks and their deliveries.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    events::webhook::{self, EndpointPatch, NewEndpoint, Replay, Resend},
    idempotency::Answer,
    records::Work,
};
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{revealing, schema};
use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    platform::jobs::{NewestFirst, shown},
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "webhooks";
const ALL: &str = "/webhook-endpoints";
const ONE: &str = "/webhook-endpoints/{id}";
const STATES: [&str; 3] = ["pending", "delivered", "failed"];

pub(super) fn register(api: &mut Api) {
    schema::register(api);
    let list_all = Operation::get(ALL, TAG, "list_webhook_endpoints", "Addresses that are told of events")
        .about("For those who may change settings, as all of this. The oldest first, at most 50.")
        .returns(200, "The endpoints.", json!({
            "type": "object", "description": "The endpoints.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The endpoints.", "items": reference("WebhookEndpoint")}}
        }));
    api.add(list_all, list);
    let make = Operation::post(ALL, TAG, "create_webhook_endpoint", "Add an address")
        .about(
            "It gets what happens from now on, with records as who made it sees them. The answer has the secret, which is \
             not shown again. 409 `too_many_webhooks` from 50 on.",
        )
        .body(reference("NewWebhookEndpoint"))
        .returns(201, "The endpoint with its secret.", reference("WebhookEndpointWithSecret"));
    api.add(make, create);
    let get = Operation::get(
        ONE,
        TAG,
        "get_webhook_endpoint",
        "An address that is told of events",
    )
    .returns(200, "The endpoint.", reference("WebhookEndpoint"));
    api.add(get, find);
    let patch = Operation::patch(ONE, TAG, "update_webhook_endpoint", "Change, pause or activate an address")
        .about(
            "A paused one goes on where it stopped. One that was disabled begins with what happens from now on; what it \
             missed can be replayed.",
        )
        .if_match()
        .body(reference("WebhookEndpointPatch"))
        .returns(200, "The endpoint.", reference("WebhookEndpoint"));
    api.add(patch, change);
    let remove = Operation::delete(
        ONE,
        TAG,
        "delete_webhook_endpoint",
        "Remove an address with its deliveries",
    )
    .if_match()
    .returns_nothing("It is gone.");
    api.add(remove, delete);
    let rotate = Operation::post(
        &format!("{ONE}/rotate-secret"),
        TAG,
        "rotate_webhook_secret",
        "Make a new secret",
    )
    .about("The one before signs beside it for 24 hours: requests then have two signatures.")
    .if_match()
    .returns(
        200,
        "The endpoint with its new secret.",
        reference("WebhookEndpointWithSecret"),
    );
    api.add(rotate, rotate_secret);
    register_deliveries(api);
}

fn register_deliveries(api: &mut Api) {
    let list = Operation::get(
        &format!("{ONE}/deliveries"),
        TAG,
        "list_webhook_deliveries",
        "What was sent, and what came of it",
    )
    .about("Kept for 30 days.")
    .query(
        "state",
        "Only those.",
        json!({"type": "string", "enum": STATES}),
    )
    .returns(200, "A page.", NewestFirst::schema("WebhookDelivery"));
    api.add(NewestFirst::document(list), deliveries);
    let test_one = Operation::post(
        &format!("{ONE}/test"),
        TAG,
        "test_webhook_endpoint",
        "Send a test",
    )
    .about("An event of the kind `webhook.test`. 409 `webhook_not_active` unless it is active.")
    .returns(
        202,
        "The delivery; ask for it until it is no longer pending.",
        reference("WebhookDelivery"),
    );
    api.add(test_one, test);
    let again = Operation::post(&format!("{ONE}/resend"), TAG, "resend_webhook_delivery", "Send a delivery again")
        .about("As if it were new, with the same `webhook-id`. 409 `webhook_not_active` unless it is active.")
        .body(json!({"type": "object", "description": "Which one.", "required": ["delivery_id"], "additionalProperties": false, "properties": {
            "delivery_id": {"type": "string", "format": "uuid", "description": "The delivery."}
        }}))
        .returns(202, "The delivery.", reference("WebhookDelivery"));
    api.add(again, resend);
    let replay_all = Operation::post(&format!("{ONE}/replay"), TAG, "replay_webhook_endpoint", "Send again what happened since an instant")
        .about("A job. At most 30 days back. Each event keeps its `webhook-id`. 409 `webhook_not_active` unless it is active.")
        .body(json!({"type": "object", "description": "From when on.", "required": ["since"], "additionalProperties": false, "properties": {
            "since": {"type": "string", "format": "date-time", "description": "The events since then."}
        }}))
        .returns(202, "The job.", reference("Job"));
    api.add(replay_all, replay);
}

async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read(webhook::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create(caller: Caller, body: Body<NewEndpoint>) -> Result<HttpResponse, Problem> {
    let hooks = caller.state.webhooks.clone();
    let make = move |work: &mut Work<'_>, new: &_| {
        webhook::create(work, &hooks, new).map(|made| (made.id, made))
    };
    let response = caller.make(body, ALL, make).await?;
    with_secret(&caller, response).await
}

async fn with_secret(caller: &Caller, response: HttpResponse) -> Result<HttpResponse, Problem> {
    let hooks = caller.state.webhooks.clone();
    revealing(caller, response, "secret", move |work, id| {
        webhook::reveal(work, &hooks, id)
    })
    .await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find =
        |work: &mut Work<'_>, id| webhook::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<EndpointPatch>,
) -> Result<HttpResponse, Problem> {
    let hooks = caller.state.webhooks.clone();
    let change = move |work: &mut Work<'_>, id, version, patch: &EndpointPatch| {
        webhook::change(work, &hooks, id, version, patch)
    };
    let response = caller.change(&id, version, body, change).await?;
    caller.state.webhooks.bell.notify_one();
    Ok(response)
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, webhook::delete).await
}

async fn rotate_secret(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse, Problem> {
    let (id, hooks) = (parse_id(&id)?, caller.state.webhooks.clone());
    let work = move |work: &mut Work<'_>| {
        let rotated = webhook::rotate_secret(work, &hooks, id, version)?;
        Ok(Answer::versioned(200, &json!(rotated)))
    };
    let response = caller.write(&[], work).await?;
    with_secret(&caller, response).await
}

/// Query parameters of deliveries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeliveryQuery {
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn deliveries(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<DeliveryQuery>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    if query
        .state
        .as_ref()
        .is_some_and(|state| !STATES.contains(&state.as_str()))
    {
        let choices = STATES.join(", ");
        return Err(Problem::fault(
            Fault::at("?state", "not_a_choice").with("choices", choices),
        ));
    }
    let (before, limit) = NewestFirst::new(query.limit, query.cursor).limits()?;
    let found = caller
        .read(move |work| webhook::deliveries(work, id, query.state.as_deref(), before, limit));
    Ok(NewestFirst::answer(&found.await?, limit))
}

/// Carries out what makes something due, and tells the sender.
async fn due(
    caller: Caller,
    bytes: &[u8],
    work: impl Fn(&mut Work<'_>) -> relasi_app::Result<Value> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let work = move |unit: &mut Work<'_>| {
        Ok(Answer {
            status: 202,
            body: work(unit)?.to_string(),
            ..Answer::default()
        })
    };
    let response = caller.write(bytes, work).await?;
    caller.state.wake.ring();
    caller.state.webhooks.bell.notify_one();
    Ok(response)
}

async fn test(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    due(caller, &[], move |work| webhook::test(work, id)).await
}

async fn resend(
    caller: Caller,
    id: Path<String>,
    body: Body<Resend>,
) -> Result<HttpResponse, Problem> {
    let (id, order): (Uuid, Resend) = (parse_id(&id)?, body.value);
    due(caller, &body.bytes, move |work| {
        webhook::resend(work, id, order)
    })
    .await
}

async fn replay(
    caller: Caller,
    id: Path<String>,
    body: Body<Replay>,
) -> Result<HttpResponse, Problem> {
    let (id, order) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| Ok(shown(&webhook::begin_replay(work, id, order)?));
    due(caller, &body.bytes, work).await
}
