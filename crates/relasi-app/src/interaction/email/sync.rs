//! The job that fetches what came into a mailbox.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Database, Statement, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::{
    Emails,
    account::{self, Account},
    arrival::{self, Outcome},
    inbound::{self, Arrived},
    mailbox::Mailbox,
    privacy::Privacy,
};
use crate::{
    audit,
    identity::access_of,
    platform::{
        jobs::{self, Handler, JobContext, JobError, NewJob, Step},
        mail::Trouble,
        storage::Content,
    },
    records::Work,
    refusal::{Refusal, Result},
};

const KIND: &str = "email.sync";

/// How far back a mailbox is read that is new to us.
const BACK: TimeDelta = TimeDelta::days(30);

/// Messages in one go; the rest comes with the next one.
const AT_ONCE: usize = 500;

/// The largest message that is fetched.
const MAX_MESSAGE: u32 = 40 << 20;

pub(super) struct Sync(pub(super) Emails);

#[derive(Serialize, Deserialize)]
struct Payload {
    account: Uuid,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    stored: i64,
    reports: i64,
    left: i64,
}

/// Puts in the jobs of mailboxes that were last read so many seconds ago; how many.
pub fn due(database: &Database, every: TimeDelta, now: DateTime<Utc>) -> Result<usize> {
    const MOST: u32 = 200;
    let waiting = database.across().read_blocking(|conn| {
        let mut statement = Statement::new(
            "SELECT workspace_id, id FROM email_accounts WHERE deleted_at IS NULL AND state = 'active' \
             AND imap_host IS NOT NULL AND (synced_at IS NULL OR synced_at <= ",
        );
        statement.bind(now - every).push(")").limit(MOST);
        let rows = conn.rows(&statement, |row| Ok((row.id(0)?, row.id(1)?)))?;
        Ok::<Vec<(Uuid, Uuid)>, Refusal>(rows)
    })?;
    for &(workspace, id) in &waiting {
        database
            .within(workspace)
            .write_blocking(move |conn| put_in(conn, workspace, id).map(drop))?;
    }
    Ok(waiting.len())
}

/// Puts the job in that reads a mailbox; the one that is there already when it is not over.
pub(super) fn put_in(conn: &mut Conn, workspace: Uuid, account: Uuid) -> Result<Uuid> {
    let job = NewJob {
        dedupe_key: Some(account.to_string()),
        ..NewJob::new(KIND, "mail", json!(Payload { account }))
    };
    Ok(jobs::enqueue(conn, workspace, job)?)
}

/// Fetches now, because somebody asked for it.
pub fn begin(work: &mut Work<'_>, id: Uuid) -> Result<Account> {
    let account = account::mine(work, id)?;
    if account.imap.is_none() || account.state != "active" {
        return Err(Refusal::Conflict("email_account_fetches_nothing"));
    }
    put_in(work.conn, work.access.workspace_id, id)?;
    audit::note(work, "started", "email_account", id, json!([]))?;
    Ok(account)
}

impl Handler for Sync {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn at_once(&self) -> Option<i64> {
        // Mailboxes that hang leave workers to everything else.
        Some(2)
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let (workspace, id) = (
            context.job().workspace_id,
            context.payload::<Payload>()?.account,
        );
        let found = context
            .rows()
            .read_blocking(move |conn| Ok::<_, Refusal>(account::by_id(conn, workspace, id)?))?;
        let Some(account) = found.filter(|account| account.state == "active") else {
            return Ok(json!({}));
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        match self.fetch(context, &runtime, &account) {
            Ok(counts) => Ok(json!(counts)),
            Err(Stop::Trouble(trouble)) => {
                log::warn!("the mailbox of {id} was not read: {}", trouble.code);
                let (code, reply) = (trouble.code, trouble.reply);
                let database = context.database().clone();
                database.within(workspace).write_blocking(move |conn| {
                    let now = Some(SystemTime::now().into());
                    Ok::<_, Refusal>(ended(conn, workspace, id, Some((code, &reply)), now)?)
                })?;
                Ok(json!({"error": code}))
            }
            Err(Stop::Job(error)) => Err(error),
        }
    }
}

/// Why it does not go on.
enum Stop {
    Trouble(Trouble),
    Job(JobError),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl<E: Into<JobError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Job(error.into())
    }
}

impl Sync {
    fn fetch(
        &self,
        context: &mut JobContext,
        runtime: &Runtime,
        account: &Account,
    ) -> std::result::Result<Counts, Stop> {
        let Some(server) = &account.imap else {
            return Ok(Counts::default());
        };
        let secrets = account.secrets(&self.0)?;
        let opening = Mailbox::open(&self.0, server, &secrets.imap_password);
        let mut mailbox = runtime.block_on(opening)?;
        let is_known = account.inner.uid_validity == Some(mailbox.validity);
        let last = if is_known { account.inner.last_uid } else { 0 };
        let now: DateTime<Utc> = SystemTime::now().into();
        let since = (now - BACK).format("%d-%b-%Y").to_string();
        let new = runtime.block_on(mailbox.after(last, &since))?;
        let mut counts = Counts::default();
        let total = i64::try_from(new.len()).unwrap_or(i64::MAX);
        for (done, uid) in new.iter().copied().take(AT_ONCE).enumerate() {
            let raw = runtime.block_on(mailbox.message(uid, MAX_MESSAGE))?;
            let arrived = raw.and_then(|raw| inbound::read(&raw, now));
            let done = i64::try_from(done + 1).unwrap_or(i64::MAX);
            let place = Place {
                validity: mailbox.validity,
                uid: i64::from(uid),
            };
            match self.take(context, runtime, account, arrived, place, (done, total))? {
                Outcome::Stored => counts.stored += 1,
                Outcome::Report => counts.reports += 1,
                Outcome::Known | Outcome::Left => counts.left += 1,
            }
        }
        let validity = mailbox.validity;
        runtime.block_on(mailbox.close());
        let (workspace, id) = (account.inner.workspace, account.id);
        let (is_all, nothing) = (new.len() <= AT_ONCE, new.is_empty());
        context
            .database()
            .clone()
            .within(workspace)
            .write_blocking(move |conn| {
                if nothing {
                    reached(
                        conn,
                        workspace,
                        id,
                        &Place {
                            validity,
                            uid: last,
                        },
                    )?;
                }
                // What is left is fetched with the next look.
                let at = if is_all { Some(now) } else { None };
                Ok::<_, Refusal>(ended(conn, workspace, id, None, at)?)
            })?;
        Ok(counts)
    }

    /// Stores one message and how far the mailbox is read, in one transaction.
    fn take(
        &self,
        context: &mut JobContext,
        runtime: &Runtime,
        account: &Account,
        arrived: Option<Arrived>,
        place: Place,
        (done, total): (i64, i64),
    ) -> std::result::Result<Outcome, Stop> {
        let keeps = account.privacy == Privacy::Everyone;
        let contents = match &arrived {
            Some(arrived) if keeps => runtime.block_on(self.contents(account, arrived))?,
            _ => Vec::new(),
        };
        let (emails, account) = (self.0.clone(), account.clone());
        let cause = context.job().id.to_string();
        let files: Vec<Uuid> = contents.iter().map(|(_, id, _)| *id).collect();
        let workspace = account.inner.workspace;
        let outcome = context.chunk(move |conn| {
            reached(conn, account.inner.workspace, account.id, &place)?;
            let user = account.user_id.unwrap_or(account.created_by);
            let access = access_of(conn, account.inner.workspace, user)?;
            // Who has left reads nothing more, and nothing is read for them.
            let access = access.ok_or(Refusal::Forbidden)?;
            let mut work = Work {
                conn,
                access: &access,
                now: SystemTime::now().into(),
                cause: Some(format!("job:{cause}")),
            };
            let outcome = match &arrived {
                Some(arrived) => arrival::store(&mut work, &emails, &account, arrived, &contents)?,
                None => Outcome::Left,
            };
            Ok(Step {
                value: outcome,
                checkpoint: json!({}),
                done,
                total,
            })
        })?;
        if outcome != Outcome::Stored {
            for content in files {
                runtime.block_on(self.0.0.storage.remove(workspace, content));
            }
        }
        Ok(outcome)
    }

    async fn contents(
        &self,
        account: &Account,
        arrived: &Arrived,
    ) -> Result<Vec<(String, Uuid, Content)>> {
        let mut contents = Vec::new();
        if arrived.report.is_some() {
            return Ok(contents);
        }
        for enclosed in &arrived.enclosed {
            let id = Uuid::now_v7();
            let storage = &self.0.0.storage;
            let mut incoming = storage.begin(account.inner.workspace, id);
            match incoming.write(enclosed.bytes.clone().into()).await {
                Ok(()) => {}
                Err(Refusal::TooLarge) => continue,
                Err(other) => return Err(other),
            }
            contents.push((enclosed.name.clone(), id, incoming.finish().await?));
        }
        Ok(contents)
    }
}

/// How far a mailbox is read.
struct Place {
    validity: i64,
    uid: i64,
}

fn reached(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    place: &Place,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new("UPDATE email_accounts SET uid_validity = ");
    statement.bind(place.validity).push(", last_uid = ");
    statement.bind(place.uid);
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}

/// Notes that a mailbox was read, or why not.
fn ended(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    error: Option<(&str, &str)>,
    at: Option<DateTime<Utc>>,
) -> std::result::Result<(), StoreError> {
    let mut statement = Statement::new("UPDATE email_accounts SET sync_error = ");
    statement.bind(error.map(|(code, _)| code));
    statement
        .push(", sync_reply = ")
        .bind(error.map(|(_, reply)| reply));
    statement.push(", synced_at = ").bind(at);
    statement.push(" WHERE workspace_id = ").bind(workspace);
    statement.push(" AND id = ").bind(id);
    conn.execute(&statement).map(drop)
}
