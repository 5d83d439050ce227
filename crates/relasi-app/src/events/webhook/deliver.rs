//! The sender of a process: looks for what is due and has it under way, a few for each endpoint.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::Utc;
use relasi_persistence::{Database, Dialect};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, sleep_until, timeout},
};
use uuid::Uuid;

use super::{Webhooks, fan_out, lease, lease::Leased, outcome::finish, send::Sender};
use crate::{
    platform::jobs::{self, Grant, LATEST, Rate},
    refusal::{Refusal, Result},
};

/// Requests under way in one process.
const ALL: usize = 64;
/// Requests under way to one endpoint in one process, so that a slow one holds nobody else up.
const EACH: u32 = 4;
/// Longest time between two looks when nobody rings.
const POLL: Duration = Duration::from_millis(500);
/// Nobody waits longer than this to be called, well within the lease.
const LONGEST_WAIT: Duration = Duration::from_secs(40);
/// Between two looks while there is something to do.
const BREATH: Duration = Duration::from_millis(20);

/// How many requests are under way to each endpoint.
type UnderWay = Arc<Mutex<HashMap<Uuid, u32>>>;

struct Office {
    database: Database,
    hooks: Webhooks,
    sender: Arc<Sender>,
    under_way: UnderWay,
    room: Arc<Semaphore>,
}

/// Sends until the program ends.
pub async fn run(database: Database, hooks: Webhooks) {
    let office = Office {
        sender: Arc::new(Sender::new(hooks.reach.clone())),
        under_way: UnderWay::default(),
        room: Arc::new(Semaphore::new(ALL)),
        database,
        hooks,
    };
    if office.database.dialect() == Dialect::Sqlite {
        told(office.database.across().write(lease::free).await);
    }
    loop {
        let busy = told(office.look().await).unwrap_or_default();
        if busy {
            sleep(BREATH).await;
        } else {
            // Nobody has rung: time for a look all the same.
            let _ = timeout(POLL, office.hooks.bell.notified()).await;
        }
    }
}

fn told<T>(result: Result<T>) -> Option<T> {
    result
        .inspect_err(|error| log::warn!("webhooks: {error}"))
        .ok()
}

impl Office {
    /// One look at everything; whether there was something to do.
    async fn look(&self) -> Result<bool> {
        let mut busy = false;
        for (workspace, endpoint) in self.database.across().read_short(fan_out::behind).await? {
            let now = Utc::now();
            let advance = move |conn: &mut _| fan_out::advance(conn, workspace, endpoint, now);
            busy |= told(self.database.within(workspace).write(advance).await).is_some();
        }
        for at in self.database.across().read_short(lease::endpoints).await? {
            let free = EACH.saturating_sub(self.count(at.1));
            let room = u32::try_from(self.room.available_permits()).unwrap_or(u32::MAX);
            let free = free.min(room);
            if free > 0 {
                busy |= told(self.take(at, free).await).unwrap_or_default();
            }
        }
        Ok(busy)
    }

    /// Takes what is due for an endpoint and sends it.
    async fn take(&self, at: (Uuid, Uuid), most: u32) -> Result<bool> {
        let hooks = self.hooks.clone();
        let now = Utc::now();
        let leased = self
            .database
            .within(at.0)
            .write(move |conn| lease::lease(conn, &hooks, at, most, now))
            .await?;
        let any = !leased.is_empty();
        for one in leased {
            let permit = Arc::clone(&self.room).acquire_owned().await;
            self.begin(one, permit.ok());
        }
        Ok(any)
    }

    fn begin(&self, leased: Leased, permit: Option<OwnedSemaphorePermit>) {
        let (sender, database) = (Arc::clone(&self.sender), self.database.clone());
        let (under_way, bell) = (Arc::clone(&self.under_way), Arc::clone(&self.hooks.bell));
        let (endpoint, rate) = (leased.endpoint, self.hooks.rate);
        *locked(&under_way).entry(endpoint).or_default() += 1;
        tokio::spawn(async move {
            let prepared = sender.prepare(&leased);
            moment(&database, &leased, rate).await;
            let outcome = sender.send(prepared).await;
            metrics::counter!("relasi_webhooks_total", "arrived" => outcome.status.is_some_and(|s| s < 300).to_string()).increment(1);
            let leased = Arc::new(leased);
            let now = Utc::now();
            let written = database
                .across()
                .write(move |conn| finish(conn, &leased, &outcome, now))
                .await;
            // Unwritten it is taken again once the lease has run out.
            told(written);
            let mut all = locked(&under_way);
            if let Some(count) = all.get_mut(&endpoint) {
                *count -= 1;
            }
            all.retain(|_, count| *count > 0);
            drop((all, permit));
            bell.notify_one();
        });
    }

    fn count(&self, endpoint: Uuid) -> u32 {
        locked(&self.under_way)
            .get(&endpoint)
            .copied()
            .unwrap_or_default()
    }
}

/// Waits until a delivery may be sent. One that comes too late for its moment gets another one: by then other processes
/// may be calling.
async fn moment(database: &Database, leased: &Leased, rate: Rate) {
    let end = Instant::now() + LONGEST_WAIT;
    let mut at = leased.at;
    while Instant::now() < end {
        if let Some(moment) = at {
            sleep_until(moment.into()).await;
            if moment.elapsed() <= LATEST {
                return;
            }
        }
        let (workspace, bucket) = (leased.workspace, lease::bucket(leased.endpoint));
        let taken = database
            .within(workspace)
            .write(move |conn| jobs::take(conn, workspace, &bucket, rate, 1));
        match told(taken.await.map_err(Refusal::from)) {
            Some(Grant::Permits(mut permits)) => at = permits.pop(),
            Some(Grant::NotBefore(wait)) => {
                at = None;
                sleep(wait).await;
            }
            None => return,
        }
    }
}

fn locked(under_way: &UnderWay) -> std::sync::MutexGuard<'_, HashMap<Uuid, u32>> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}
