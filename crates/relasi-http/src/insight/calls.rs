//! What those who lead others say will be won, beside what is computed.

use actix_web::HttpResponse;
use relasi_app::{
    idempotency::Answer,
    insight::forecast::{self, MAX_NOTE, NewCall},
    records::Work,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::Caller,
    problem::Problem,
    records::schema::reference,
};

const TAG: &str = "insight";
const PATH: &str = "/forecast-calls";

pub(super) fn register(api: &mut Api) {
    schemas(api);
    let period = json!({"type": "string", "examples": ["2026-11", "2026-Q4", "2026"]});
    let get = Operation::get(PATH, TAG, "list_forecast_calls", "What leaders say of a period")
        .about(
            "Of the caller and of those who report to them, of everybody for who sees and settles everything; the newest 200. \
             Forbidden for roles that may not see amounts or how deals end.",
        )
        .query("period", "A month, quarter or year.", period)
        .returns(200, "The calls.", reference("ForecastCalls"));
    api.add(get, list);
    let post = Operation::post(PATH, TAG, "say_forecast_call", "Say what will be won")
        .about(
            "For those who lead others: a number of their own for a period, for all of them or for one person. What was said \
             before stays in the list; the newest one counts, and one without an amount takes it back.",
        )
        .body(reference("NewForecastCall"))
        .returns(201, "What was said.", reference("ForecastCall"));
    api.add(post, say);
}

fn schemas(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let amount = json!({"type": ["integer", "null"], "format": "int64", "description": "What will be won in the period, in minor units of the workspace's currency; null takes back what was said."});
    let kind = json!({"type": "string", "enum": ["workspace", "person"], "description": "Whose number: everybody's, or that of a person with all who report to them."});
    let note = json!({"type": ["string", "null"], "maxLength": MAX_NOTE, "description": "Why."});
    api.schema("NewForecastCall", json!({
        "type": "object", "description": "What somebody says.", "required": ["period", "kind", "amount"], "additionalProperties": false,
        "properties": {
            "period": text("`2026-11`, `2026-Q4` or `2026`."), "kind": kind.clone(),
            "id": {"type": ["string", "null"], "format": "uuid", "description": "Which person; not needed for the workspace."},
            "amount": amount.clone(), "note": note.clone()
        }
    }));
    api.schema("ForecastCall", json!({
        "type": "object", "description": "What somebody said.",
        "required": ["id", "caller_id", "caller", "kind", "subject_id", "subject", "amount", "note", "created_at"],
        "properties": {
            "id": id("Which one."), "caller_id": id("Who said it."), "caller": text("What they are called."), "kind": kind.clone(),
            "subject_id": id("The person, or the workspace."), "subject": text("What they are called; empty for the workspace."),
            "amount": amount, "note": note,
            "created_at": {"type": "string", "format": "date-time", "description": "When it was said."}
        }
    }));
    api.schema("ForecastCallSubject", json!({
        "type": "object", "description": "Somebody for whom the caller may say a number.", "required": ["kind", "id", "label"],
        "properties": {"kind": kind, "id": id("Which one."), "label": text("What they are called; empty for the workspace.")}
    }));
    api.schema("ForecastCalls", json!({
        "type": "object", "description": "The calls of a period.", "required": ["period", "currency", "subjects", "items"],
        "properties": {
            "period": text("`2026-11`, `2026-Q4` or `2026`."), "currency": text("ISO 4217."),
            "subjects": {"type": "array", "description": "For whom the caller may say a number, the widest first; none for who leads nobody.", "items": reference("ForecastCallSubject")},
            "items": {"type": "array", "description": "The newest first.", "items": reference("ForecastCall")}
        }
    }));
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    period: String,
}

async fn list(caller: Caller, Query(of): Query<Of>) -> Result<HttpResponse, Problem> {
    let found = caller
        .read(move |work| forecast::calls(work, &of.period))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn say(caller: Caller, body: Body<NewCall>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        let said = forecast::call(work, &new)?;
        Ok(Answer {
            status: 201,
            body: json!(said).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}
