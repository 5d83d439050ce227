//! The job that sends a message.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use lettre::{
    Address,
    address::Envelope,
    message::{Mailbox, MultiPart, SinglePart, dkim::dkim_sign, header},
};
use relasi_persistence::{Conn, Statement, StoreError};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Emails,
    account::{self, Account},
    dkim,
    enclosed::{self, Stored},
    message::{self, Message},
    outbox,
    pace::{self, Buckets},
    secrets::Secrets,
    suppression, token,
};
use crate::{
    Refusal,
    commerce::quote_mail,
    platform::{
        jobs::{Backoff, Ending, Handler, Job, JobContext, JobError, State, Step},
        mail::{Trouble, masked},
        vault::Vault,
    },
};

pub(super) const KIND: &str = "email.send";

/// How long until a message of an account that stands still is looked at again.
const PAUSED: Duration = Duration::from_mins(5);

/// How long until it is looked again for a line to a server when all are taken.
const ALL_TAKEN: Duration = Duration::from_secs(2);

pub(super) struct Send(pub(super) Emails);

#[derive(Deserialize)]
struct Payload {
    message: Uuid,
}

/// What is known of a message that is to be sent.
struct Waiting {
    message: Message,
    account: Option<Account>,
    /// Messages of the account that were sent since the day began.
    today: i64,
    /// Those of its addresses that nothing is sent to.
    suppressed: Vec<String>,
    /// Its files; none when one of them is gone for good.
    files: Option<Vec<Stored>>,
    /// Its text; none when the quote whose link it is to bring has none any more.
    text: Option<String>,
}

fn read(
    conn: &mut Conn,
    vault: &Vault,
    (workspace, id): (Uuid, Uuid),
    now: DateTime<Utc>,
) -> Result<Option<Waiting>, Refusal> {
    let Some(message) = message::by_id(conn, workspace, id)? else {
        return Ok(None);
    };
    let account = account::by_id(conn, workspace, message.account_id)?;
    let today = pace::count_today(conn, (workspace, message.account_id), now)?;
    let keys: Vec<String> = message
        .recipients
        .iter()
        .map(|one| suppression::key(&one.address))
        .collect();
    let suppressed = suppression::among(conn, vault, workspace, &keys)?;
    let files = enclosed::stored(conn, workspace, &message.attachments)?;
    let text = match message.quote_id {
        None => Some(message.body.clone()),
        Some(quote) => quote_mail::text(conn, vault, (workspace, quote), &message.body)?,
    };
    Ok(Some(Waiting {
        message,
        account,
        today,
        suppressed,
        files,
        text,
    }))
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
        let database = context.database().clone();
        let now: DateTime<Utc> = SystemTime::now().into();
        let vault = self.0.0.vault.clone();
        let found = database
            .within(workspace)
            .read_blocking(move |conn| read(conn, &vault, (workspace, id), now))?;
        let Some(waiting) =
            found.filter(|found| matches!(found.message.state.as_str(), "queued" | "sending"))
        else {
            return Ok(json!({}));
        };
        let account = waiting
            .account
            .as_ref()
            .ok_or(JobError::Failed("email_account_gone"))?;
        if account.state != "active" {
            return Err(JobError::Later(PAUSED));
        }
        if waiting.today >= account.cap_on(now.date_naive()) {
            let reason = "email_daily_cap";
            database.within(workspace).write_blocking(move |conn| {
                let at = (workspace, id);
                Ok::<_, Refusal>(outbox::stuck(conn, at, "queued", reason, None)?)
            })?;
            let morning = pace::midnight(now) + TimeDelta::days(1) - now;
            return Err(JobError::Later(morning.to_std().unwrap_or(PAUSED)));
        }
        let secrets = account.secrets(&self.0)?;
        let Some(turn) = self.0.turn(account.id) else {
            return Err(JobError::Later(ALL_TAKEN));
        };
        // Files are read by who has a turn, so that they are not read for nothing and lie in memory once.
        let storage = &self.0.0.storage;
        let files = enclosed::parts(storage, workspace, waiting.files.as_deref())?;
        let (envelope, raw) = outgoing(&waiting, account, &secrets, files)?;
        let addresses = envelope.to().iter().map(AsRef::<str>::as_ref);
        let buckets = Buckets::of(account, addresses);
        buckets.wait(context, || {
            let begin =
                move |conn: &mut Conn| Ok::<_, Refusal>(outbox::begin(conn, workspace, id)?);
            Ok(database.within(workspace).write_blocking(begin)?)
        })?;
        let account_id = account.id;
        let handed = self.0.hand_over(account, &secrets, &envelope, &raw);
        let Err(trouble) = handed else {
            drop(turn);
            let was_bad = account.send_error.is_some();
            // A process that ends before this is stored sends it once more, by the same Message-ID.
            return context.chunk(move |conn| {
                let now = SystemTime::now().into();
                outbox::sent(conn, workspace, id, now)?;
                crate::sales::lead::response::sent(conn, workspace, id)?;
                buckets.calm(conn, workspace)?;
                if was_bad {
                    note(conn, (workspace, account_id), None, now)?;
                }
                Ok(Step {
                    value: json!({}),
                    checkpoint: json!({}),
                    done: 1,
                    total: 1,
                })
            });
        };
        let first = &waiting.message.recipients[0].address;
        log::warn!(
            "a message to {} was not taken: {}",
            masked(first),
            trouble.code
        );
        buckets.close(context, &trouble)?;
        drop(turn);
        let (code, is_final, slows) = (trouble.code, trouble.is_final, trouble.slows);
        let state = if is_final { "failed" } else { "queued" };
        let nobody = is_final
            .then(|| unknown(&trouble.reply, &waiting.message))
            .flatten();
        database.within(workspace).write_blocking(move |conn| {
            let reply = Some(trouble.reply.as_str());
            outbox::stuck(conn, (workspace, id), state, code, reply)?;
            if let Some(address) = &nobody {
                let detail = (true, trouble.reply.as_str());
                let now = SystemTime::now().into();
                suppression::bounced(conn, workspace, (address, id), detail, now)?;
            }
            if trouble.slows {
                let now = SystemTime::now().into();
                note(conn, (workspace, account_id), Some(&trouble), now)?;
            }
            Ok::<_, Refusal>(())
        })?;
        if is_final {
            return Err(JobError::Failed(code));
        }
        if slows && context.job().attempts < context.job().max_attempts {
            log::debug!("nothing is sent by the account {account_id} for a while");
        }
        Err(Refusal::Throttled { retry_after: 0 }.into())
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<(), Refusal> {
        let (state, error) = match ending.state {
            State::Done => return Ok(()),
            State::Cancelled => ("cancelled", "cancelled"),
            State::Dead => ("failed", "mail_given_up"),
            _ => ("failed", ending.error.as_deref().unwrap_or("internal")),
        };
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            log::error!("the message of the job {} is not known", job.id);
            return Ok(());
        };
        let at = (job.workspace_id, payload.message);
        outbox::stuck(conn, at, state, error, None)?;
        Ok(())
    }

    fn backoff(&self) -> Backoff {
        Backoff {
            first: Duration::from_secs(4),
            cap: Duration::from_hours(1),
        }
    }
}

/// The recipient of whom a server has said at once that there is no such address, by the codes of RFC 3463.
fn unknown(reply: &str, message: &Message) -> Option<String> {
    const CODES: [&str; 5] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"];
    let said = |code: &&str| {
        reply
            .split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .any(|word| word == *code)
    };
    CODES.iter().any(said).then_some(())?;
    let reply = reply.to_lowercase();
    let mut all = message
        .recipients
        .iter()
        .map(|one| suppression::key(&one.address));
    match (all.next(), message.recipients.len()) {
        (Some(only), 1) => Some(only),
        (first, _) => first
            .into_iter()
            .chain(all)
            .find(|address| reply.contains(address)),
    }
}

/// What the account's server said last; nothing once it took something.
fn note(
    conn: &mut Conn,
    (workspace, id): (Uuid, Uuid),
    trouble: Option<&Trouble>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut statement = Statement::new("UPDATE email_accounts SET send_error = ");
    statement.bind(trouble.map(|trouble| trouble.code));
    statement
        .push(", send_reply = ")
        .bind(trouble.map(|trouble| trouble.reply.as_str()));
    statement.push(", failed_at = ").bind(trouble.map(|_| now));
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}

/// A message as it goes over the line, without those that nothing is sent to, signed where there is a key.
fn outgoing(
    waiting: &Waiting,
    account: &Account,
    secrets: &Secrets,
    files: Vec<SinglePart>,
) -> Result<(Envelope, Vec<u8>), JobError> {
    let message = &waiting.message;
    let unwritable = |error: &dyn std::fmt::Display| {
        log::error!("a message: {error}");
        JobError::Failed("mail_unwritable")
    };
    let address = |text: &str| text.parse::<Address>().map_err(|error| unwritable(&error));
    let named = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
    let text = waiting.text.as_ref();
    let text = text.ok_or(JobError::Failed("quote_link_gone"))?;
    let own = address(&message.sender)?;
    let mut builder = lettre::Message::builder()
        .from(Mailbox::new(named(&message.sender_name), own.clone()))
        .subject(message.subject.clone())
        .message_id(Some(message.message_id.clone()))
        .date(message.at.into());
    let mut reached = Vec::new();
    for one in &message.recipients {
        if waiting.suppressed.contains(&suppression::key(&one.address)) {
            continue;
        }
        let mailbox = Mailbox::new(named(&one.name), address(&one.address)?);
        reached.push(mailbox.email.clone());
        builder = if one.kind == "cc" {
            builder.cc(mailbox)
        } else {
            builder.to(mailbox)
        };
    }
    if reached.is_empty() {
        return Err(JobError::Failed("email_suppressed"));
    }
    if let Some(answered) = &message.in_reply_to {
        builder = builder
            .in_reply_to(answered.clone())
            .references(answered.clone());
    }
    let part = SinglePart::builder()
        .header(header::ContentType::TEXT_PLAIN)
        .body(text.replace("\r\n", "\n").replace('\n', "\r\n") + "\r\n");
    let letter = if files.is_empty() {
        builder.singlepart(part)
    } else {
        let text = MultiPart::mixed().singlepart(part);
        builder.multipart(files.into_iter().fold(text, MultiPart::singlepart))
    };
    let mut letter = letter.map_err(|error| unwritable(&error))?;
    let signing = account.dkim.as_ref().zip(secrets.dkim_key.as_ref());
    if let Some((published, key)) = signing {
        let config = dkim::config(&published.selector, account.domain(), key);
        let config = config.ok_or(JobError::Failed("secret_unreadable"))?;
        dkim_sign(&mut letter, &config);
    }
    let token = token::of(&secrets.token_key, message.id);
    let back = account.bounce_address.as_deref();
    let back = back.and_then(|mailbox| token::return_path(mailbox, &token));
    let back = back.map(|text| address(&text)).transpose()?.unwrap_or(own);
    let envelope = Envelope::new(Some(back), reached).map_err(|error| unwritable(&error))?;
    Ok((envelope, letter.formatted()))
}
