//! The job that sends a message.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::{
    Attachment, Mailbox, MultiPart,
    header::{ContentType, HeaderName, HeaderValue},
};
use relasi_persistence::Conn;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Office, Post,
    letter::{self, Purpose},
    message::{self, KIND, Waiting},
};
use crate::{
    Refusal,
    platform::jobs::{Backoff, Ending, Handler, Job, JobContext, JobError, Registry, State, Step},
};

/// Adds the handler of such jobs.
pub fn handlers(registry: Registry, post: &Post) -> Registry {
    registry.with(Send(post.clone()))
}

struct Send(Post);

#[derive(Deserialize)]
struct Payload {
    message: Uuid,
}

impl Handler for Send {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> Result<Value, JobError> {
        let (workspace, id) = (
            context.job().workspace_id,
            context.payload::<Payload>()?.message,
        );
        let office = self.0.0.as_ref().ok_or(JobError::Failed("mail_off"))?;
        let database = context.database().clone();
        let found = database
            .within(workspace)
            .read_blocking(move |conn| Ok::<_, Refusal>(message::find(conn, workspace, id)?))?;
        let Some(waiting) =
            found.filter(|found| matches!(found.state.as_str(), "queued" | "sending"))
        else {
            return Ok(json!({}));
        };
        let now: DateTime<Utc> = SystemTime::now().into();
        if waiting.expires_at <= now {
            return Err(JobError::Failed("mail_too_late"));
        }
        let letter = office.letter(&waiting)?;
        database
            .within(workspace)
            .write_blocking(move |conn| Ok::<_, Refusal>(message::begin(conn, workspace, id)?))?;
        let Err(trouble) = office.account.send(&letter) else {
            // A process that ends before this is stored sends it once more, by the same Message-ID.
            return context.chunk(move |conn| {
                message::sent(conn, workspace, id, SystemTime::now().into())?;
                Ok(Step {
                    value: json!({}),
                    checkpoint: json!({}),
                    done: 1,
                    total: 1,
                })
            });
        };
        log::warn!(
            "a message to {} was not taken: {}",
            masked(&waiting.recipient),
            trouble.code
        );
        let (state, code, is_final) = (
            if trouble.is_final { "failed" } else { "queued" },
            trouble.code,
            trouble.is_final,
        );
        database.within(workspace).write_blocking(move |conn| {
            let reply = Some(trouble.reply.as_str());
            Ok::<_, Refusal>(message::stuck(conn, (workspace, id), state, code, reply)?)
        })?;
        if is_final {
            return Err(JobError::Failed(code));
        }
        Err(Refusal::Throttled { retry_after: 0 }.into())
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<(), Refusal> {
        let (state, error) = match ending.state {
            State::Done => return Ok(()),
            State::Cancelled => ("cancelled", "cancelled"),
            // What the last try said stays; it says more than that there were too many.
            State::Dead => ("failed", "mail_given_up"),
            _ => ("failed", ending.error.as_deref().unwrap_or("internal")),
        };
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            log::error!("the message of the job {} is not known", job.id);
            return Ok(());
        };
        let at = (job.workspace_id, payload.message);
        message::stuck(conn, at, state, error, None)?;
        Ok(())
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            first: Duration::from_secs(4),
            cap: Duration::from_hours(1),
        }
    }
}

impl Office {
    /// A message as it goes over the line.
    fn letter(&self, waiting: &Waiting) -> Result<lettre::Message, JobError> {
        let unreadable = JobError::Failed("secret_unreadable");
        let values = self.open(waiting).ok_or(unreadable)?;
        let unknown = || JobError::Failed("mail_unwritable");
        let purpose = Purpose::from_code(&waiting.purpose).ok_or_else(unknown)?;
        let site = self.site.as_str().trim_end_matches('/');
        let words = letter::words(purpose, &waiting.language, &values, site).map_err(|error| {
            log::error!("the text of a message: {error}");
            unknown()
        })?;
        let to: Mailbox = waiting
            .recipient
            .parse()
            .map_err(|_| JobError::Failed("mail_refused"))?;
        let own = |name: &'static str, value: &str| {
            let name = HeaderName::new_from_ascii_str(name);
            HeaderValue::new(name, value.to_owned())
        };
        let letter::Words {
            subject,
            text,
            html,
        } = words;
        let text = MultiPart::alternative_plain_html(text, html);
        lettre::Message::builder()
            .from(self.account.from.clone())
            .to(to)
            .subject(subject)
            .message_id(Some(waiting.message_id.clone()))
            .date(waiting.created_at.into())
            .raw_header(own("Auto-Submitted", "auto-generated"))
            .raw_header(own("Content-Language", &waiting.language))
            .multipart(with_calendar(text, &values))
            .map_err(|error| {
                log::error!("a message: {error}");
                unknown()
            })
    }
}

/// Both forms of the text, and the event of a calendar when there is one.
fn with_calendar(text: MultiPart, values: &Value) -> MultiPart {
    let Some(event) = values["calendar"]["file"].as_str() else {
        return text;
    };
    let method = values["calendar"]["method"].as_str().unwrap_or("PUBLISH");
    let kind = format!("text/calendar; charset=utf-8; method={method}");
    let Ok(kind) = ContentType::parse(&kind) else {
        return text;
    };
    let event = Attachment::new("invite.ics".to_owned()).body(event.to_owned(), kind);
    MultiPart::mixed().multipart(text).singlepart(event)
}

/// An address as logs may hold it.
pub(crate) fn masked(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}…@{host}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn addresses_are_masked() {
        assert_eq!(super::masked("siti@kopi.example"), "s…@kopi.example");
        assert_eq!(super::masked("สมชาย@kopi.example"), "ส…@kopi.example");
    }
}
