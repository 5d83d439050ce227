//! The mail account and the messages that were sent by it.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    platform::mail::{self, Message},
    records::Work,
};
use serde_json::{Value, json};

use super::jobs::NewestFirst;
use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::{parse_id, schema::reference},
};

/// Registers what is seen of mail.
pub fn register(api: &mut Api) {
    api.schema("MailState", state_schema());
    api.schema("MailMessage", message_schema());
    let state = Operation::get("/mail", "mail", "get_mail", "The mail account")
        .about("For those who may change settings. Whoever runs the server sets it.")
        .returns(200, "The account.", reference("MailState"));
    api.add(state, get_state);
    let list = Operation::get(
        "/mail/messages",
        "mail",
        "list_mail_messages",
        "List messages",
    )
    .about("For those who may change settings; kept for 90 days. What a message says is not told.")
    .returns(200, "A page.", NewestFirst::schema("MailMessage"));
    api.add(NewestFirst::document(list), list_messages);
    let again = Operation::post(
        "/mail/messages/{id}/retry",
        "mail",
        "retry_mail_message",
        "Try a message again",
    )
    .about("For those who may change settings. 409 `mail_not_retryable` while it is on its way, and when its link is no longer good.")
    .returns(202, "The message.", reference("MailMessage"));
    api.add(again, retry);
    let test = Operation::post(
        "/mail/test",
        "mail",
        "send_test_mail",
        "Send a test message to oneself",
    )
    .about("For those who may change settings. 409 `mail_off` where there is no mail account.")
    .returns(202, "The message.", reference("MailMessage"));
    api.add(test, send_test);
}

fn state_schema() -> Value {
    let text = |about: &str| json!({"type": ["string", "null"], "description": about});
    json!({
        "type": "object", "description": "The mail account.", "required": ["configured", "from", "server"],
        "properties": {
            "configured": {"type": "boolean", "description": "Whether there is one."},
            "from": text("The sender."),
            "server": text("The mail server.")
        }
    })
}

fn message_schema() -> Value {
    let text = |about: &str| json!({"type": ["string", "null"], "description": about});
    json!({
        "type": "object", "description": "A message to somebody.",
        "required": ["id", "purpose", "recipient", "state", "attempts", "last_error", "last_reply", "created_at", "sent_at", "retryable"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The message."},
            "purpose": {"type": "string", "enum": ["password_reset", "password_changed", "email_change", "email_change_asked", "email_changed", "invitation", "new_device", "factors_changed", "lead_waits", "activity_due", "test"], "description": "What it is for."},
            "recipient": {"type": "string", "format": "email", "description": "To whom."},
            "state": {"type": "string", "enum": ["queued", "sending", "sent", "failed", "cancelled"], "description": "Where it stands; `sent` means that the mail server took it."},
            "attempts": {"type": "integer", "description": "Tries so far."},
            "last_error": text("Code of what went wrong last."),
            "last_reply": text("What the mail server said to it."),
            "created_at": {"type": "string", "format": "date-time", "description": "When it was written."},
            "sent_at": {"type": ["string", "null"], "format": "date-time", "description": "When the mail server took it."},
            "retryable": {"type": "boolean", "description": "Whether it can be tried again."}
        }
    })
}

fn taken(message: &Message) -> Answer {
    Answer {
        status: 202,
        body: json!(message).to_string(),
        ..Answer::default()
    }
}

async fn get_state(caller: Caller) -> Result<HttpResponse, Problem> {
    let post = caller.state.identity.post().clone();
    let state = caller.read_short(move |work| mail::state(work, &post));
    Ok(HttpResponse::Ok().json(state.await?))
}

async fn list_messages(caller: Caller, query: Query<NewestFirst>) -> Result<HttpResponse, Problem> {
    let (before, limit) = query.0.limits()?;
    let found = caller.read_short(move |work| mail::list(work, before, limit));
    Ok(NewestFirst::answer(&found.await?, limit))
}

async fn retry(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let post = caller.state.identity.post().clone();
    let work = move |work: &mut Work<'_>| Ok(taken(&mail::send_again(work, &post, id)?));
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}

async fn send_test(caller: Caller) -> Result<HttpResponse, Problem> {
    let post = caller.state.identity.post().clone();
    let user = caller.principal.user.clone();
    let work = move |work: &mut Work<'_>| {
        let me = (
            user.email.as_str(),
            user.full_name.as_str(),
            user.language.as_str(),
        );
        Ok(taken(&mail::send_test(work, &post, me)?))
    };
    let response = caller.write(&[], work).await?;
    caller.state.wake.ring();
    Ok(response)
}
