//! Mailboxes that are listened to (IMAP IDLE, RFC 2177), so that a message is fetched when it comes and not with the next
//! look.
//!
//! Each mailbox is listened to by one process, which holds it by a lease in the account's row. A process listens to so many
//! at most; the others, and those whose server can't tell, are looked into from time to time as before.

use std::{
    collections::HashMap,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use relasi_persistence::{Conn, Database, Statement};
use tokio::{
    runtime::Builder,
    sync::watch,
    task::JoinHandle as Task,
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{
    Emails,
    account::{self, Account},
    mailbox::{Mailbox, Noticed},
    sync,
};
use crate::{
    platform::{
        jobs::{self, State, Wake},
        mail::Trouble,
    },
    refusal::{Refusal, Result},
};

/// How often it is looked for mailboxes that nobody listens to.
const LOOK: Duration = Duration::from_secs(5);

/// After so long without a word the server is asked anew: it may be gone, or something between forgets quiet lines.
const QUIET: Duration = Duration::from_mins(9);

/// What comes within this time is fetched together.
const BREATH: Duration = Duration::from_millis(500);

/// How long until it is looked again whether a fetch that was under way is over.
const AGAIN: Duration = Duration::from_secs(2);

/// How long a mailbox is left alone that could not be listened to: at first, and at most.
const REST: (Duration, Duration) = (Duration::from_secs(30), Duration::from_mins(30));

/// How long the end may take.
const LAST: Duration = Duration::from_secs(5);

/// How many mailboxes a process listens to, and for how long it holds each without a word.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Mailboxes at most.
    pub most: usize,
    /// The lease.
    pub lease: Duration,
}

/// Listening, until it is ended.
pub struct Watch {
    over: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

impl Watch {
    /// Begins to listen, on a thread of its own: looking names up takes its time.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn begin(
        database: Database,
        emails: Emails,
        wake: Wake,
        bounds: Bounds,
    ) -> std::io::Result<Self> {
        let (over, told) = watch::channel(false);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let keeper = Arc::new(Keeper {
            database,
            emails,
            wake,
            bounds,
            me: Uuid::now_v7(),
            over: told,
        });
        let thread = thread::Builder::new()
            .name("mailboxes".to_owned())
            .spawn(move || runtime.block_on(keeper.run()))?;
        Ok(Self { over, thread })
    }

    /// Says goodbye to the servers and gives the mailboxes back.
    pub fn end(self) {
        self.over.send_replace(true);
        if self.thread.join().is_err() {
            log::error!("who listens to mailboxes ended by a panic");
        }
    }
}

struct Keeper {
    database: Database,
    emails: Emails,
    wake: Wake,
    bounds: Bounds,
    /// Whom the leases belong to.
    me: Uuid,
    over: watch::Receiver<bool>,
}

/// A mailbox that is listened to.
struct Kept {
    workspace: Uuid,
    version: i64,
    task: Task<()>,
}

/// A mailbox that could not be listened to.
#[derive(Clone, Copy)]
struct Resting {
    until: Instant,
    times: u32,
}

/// An account as it is held.
#[derive(Clone, Copy)]
struct Held {
    workspace: Uuid,
    id: Uuid,
    version: i64,
}

impl Keeper {
    async fn run(self: Arc<Self>) {
        let mut over = self.over.clone();
        let mut kept: HashMap<Uuid, Kept> = HashMap::new();
        let mut resting: HashMap<Uuid, Resting> = HashMap::new();
        while !*over.borrow() {
            self.look(&mut kept, &mut resting).await;
            metrics::gauge!("relasi_mailboxes_watched")
                .set(u32::try_from(kept.len()).unwrap_or(u32::MAX));
            // In time for the next lease.
            let pause = LOOK.min(self.bounds.lease / 3);
            let _ = timeout(pause, over.changed()).await;
        }
        let places: Vec<(Uuid, Uuid)> = kept.iter().map(|(id, one)| (one.workspace, *id)).collect();
        let ends = kept.into_values().map(|one| one.task);
        let all = futures_util::future::join_all(ends);
        let _ = timeout(LAST, all).await;
        for (workspace, id) in places {
            self.give_back(workspace, id).await;
        }
    }

    /// Takes what nobody listens to, and lets go of what changed or is no more.
    async fn look(
        self: &Arc<Self>,
        kept: &mut HashMap<Uuid, Kept>,
        resting: &mut HashMap<Uuid, Resting>,
    ) {
        let ended: Vec<Uuid> = kept
            .iter()
            .filter(|(_, one)| one.task.is_finished())
            .map(|(id, _)| *id)
            .collect();
        for id in ended {
            if let Some(one) = kept.remove(&id) {
                let times = resting.get(&id).map_or(0, |rest| rest.times);
                let rest = REST.0.saturating_mul(1 << times.min(8)).min(REST.1);
                let until = Instant::now() + rest;
                resting.insert(
                    id,
                    Resting {
                        until,
                        times: times + 1,
                    },
                );
                self.give_back(one.workspace, id).await;
            }
        }
        let quiet = resting
            .iter()
            .filter(|(_, rest)| rest.until > Instant::now());
        let quiet: Vec<Uuid> = quiet.map(|(id, _)| *id).collect();
        let held = match self.hold(&quiet).await {
            Ok(held) => held,
            Err(error) => return log::warn!("mailboxes to listen to: {error}"),
        };
        let is_held = |id: &Uuid, version: i64| {
            held.iter()
                .any(|one| one.id == *id && one.version == version)
        };
        kept.retain(|id, one| {
            let goes_on = is_held(id, one.version);
            if !goes_on {
                one.task.abort();
            }
            goes_on
        });
        resting.retain(|_, rest| rest.until.elapsed() < REST.1);
        for one in held {
            kept.entry(one.id).or_insert_with(|| {
                let keeper = Arc::clone(self);
                Kept {
                    workspace: one.workspace,
                    version: one.version,
                    task: tokio::spawn(async move { keeper.listen(one).await }),
                }
            });
        }
    }

    /// The mailboxes that this process has the lease of from now on.
    async fn hold(&self, quiet: &[Uuid]) -> Result<Vec<Held>> {
        let (me, most, lease) = (self.me, self.bounds.most, micros(self.bounds.lease));
        let wanted = u32::try_from(most + quiet.len()).unwrap_or(u32::MAX);
        let found = self.database.across().read_short(move |conn| {
            let now = jobs::now(conn)?;
            let mut statement = Statement::new(
                "SELECT workspace_id, id, version, watched_by, watched_until FROM email_accounts WHERE deleted_at IS NULL AND state = 'active' \
                 AND imap_host IS NOT NULL AND (watched_by IS NULL OR watched_until < ",
            );
            statement.bind(now).push(" OR watched_by = ").bind(me);
            // Those that it has come first, so that they stay where they are.
            statement.push(") ORDER BY CASE WHEN watched_by = ").bind(me);
            statement.push(" THEN 0 ELSE 1 END, workspace_id, id").limit(wanted);
            let rows = conn.rows(&statement, |row| {
                let until = row.opt_int(4)?.unwrap_or_default();
                let is_fresh = row.opt_id(3)? == Some(me) && until > now + lease / 2;
                let held = Held {
                    workspace: row.id(0)?,
                    id: row.id(1)?,
                    version: row.int(2)?,
                };
                Ok((held, is_fresh))
            })?;
            Ok::<_, Refusal>(rows)
        });
        let free = found.await?.into_iter();
        let free = free.filter(|(one, _)| !quiet.contains(&one.id)).take(most);
        let mut held = Vec::new();
        for (one, is_fresh) in free {
            let rows = self.database.within(one.workspace);
            let is_ours = is_fresh || rows.write(move |conn| take(conn, one, me, lease)).await?;
            held.extend(is_ours.then_some(one));
        }
        Ok(held)
    }

    async fn give_back(&self, workspace: Uuid, id: Uuid) {
        let me = self.me;
        let rows = self.database.within(workspace);
        let given = rows.write(move |conn| {
            let mut statement = Statement::new(
                "UPDATE email_accounts SET watched_by = NULL, watched_until = NULL WHERE workspace_id = ",
            );
            statement.bind(workspace).push(" AND id = ").bind(id);
            statement.push(" AND watched_by = ").bind(me);
            conn.execute(&statement)?;
            Ok::<_, Refusal>(())
        });
        if let Err(error) = given.await {
            log::debug!("the mailbox {id} could not be given back: {error}");
        }
    }

    /// Listens to a mailbox until something goes wrong or all is over.
    async fn listen(&self, held: Held) {
        match self.hear(held).await {
            Ok(()) => {}
            Err(trouble) => log::debug!(
                "the mailbox {}: {} {}",
                held.id,
                trouble.code,
                trouble.reply
            ),
        }
    }

    async fn hear(&self, held: Held) -> std::result::Result<(), Trouble> {
        let Some(account) = self.account(held).await else {
            return Ok(());
        };
        let (Some(server), Ok(secrets)) = (&account.imap, account.secrets(&self.emails)) else {
            return Ok(());
        };
        let mut over = self.over.clone();
        let mut mailbox = Mailbox::open(&self.emails, server, &secrets.imap_password).await?;
        if !mailbox.can_tell().await? {
            mailbox.close().await;
            return Ok(());
        }
        // What came before anybody listened.
        self.fetch(held).await;
        loop {
            let (same, noticed) = mailbox.wait(QUIET, &mut over).await?;
            mailbox = same;
            match noticed {
                Noticed::News => {
                    sleep(BREATH).await;
                    self.fetch(held).await;
                }
                Noticed::Nothing => {}
                Noticed::Over => {
                    mailbox.close().await;
                    return Ok(());
                }
            }
        }
    }

    async fn account(&self, held: Held) -> Option<Account> {
        let rows = self.database.within(held.workspace);
        let found = rows.read_short(move |conn| {
            Ok::<_, Refusal>(account::by_id(conn, held.workspace, held.id)?)
        });
        found.await.ok().flatten()
    }

    /// Puts the job in that fetches. One that is under way may have looked already, so another one follows it.
    async fn fetch(&self, held: Held) {
        while !*self.over.borrow() {
            let rows = self.database.within(held.workspace);
            let put = rows.write(move |conn| {
                let job = sync::put_in(conn, held.workspace, held.id)?;
                let job = jobs::find(conn, held.workspace, job)?;
                Ok::<_, Refusal>(job.is_none_or(|job| job.state != State::Running))
            });
            match put.await {
                Ok(true) => return self.wake.ring(),
                Ok(false) => sleep(AGAIN).await,
                Err(error) => return log::warn!("the mailbox {}: {error}", held.id),
            }
        }
    }
}

fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX / 4)
}

/// Takes or renews the lease of a mailbox; whether that went well.
fn take(conn: &mut Conn, one: Held, me: Uuid, lease: i64) -> Result<bool> {
    let now = jobs::now(conn)?;
    let until = now.saturating_add(lease);
    let mut statement = Statement::new("UPDATE email_accounts SET watched_by = ");
    statement.bind(me).push(", watched_until = ").bind(until);
    statement.push(" WHERE workspace_id = ").bind(one.workspace);
    statement.push(" AND id = ").bind(one.id);
    statement
        .push(" AND (watched_by IS NULL OR watched_until < ")
        .bind(now);
    statement.push(" OR watched_by = ").bind(me).push(")");
    Ok(conn.execute(&statement)? == 1)
}
