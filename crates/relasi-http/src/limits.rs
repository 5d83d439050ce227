//! How many requests of machines are let through in a minute: counted in this process where it is the only one, and on
//! PostgreSQL by all processes together.

mod held;

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::{StateInformationMiddleware, StateSnapshot},
    state::keyed::DefaultKeyedStateStore,
};
use relasi_app::{Refusal, platform::allowance};
use relasi_persistence::{Database, Dialect};
use uuid::Uuid;

use crate::problem::Problem;
use held::{Held, Step};

/// The window of every limit, in seconds.
pub const WINDOW: u32 = 60;

/// Submissions of forms that one address may send within a minute.
const FORMS: NonZeroU32 = NonZeroU32::new(20).expect("more than none");
/// Requests to public pages from one address within a minute.
const VISITS: NonZeroU32 = NonZeroU32::new(120).expect("more than none");

/// Requests that one key or one app for one person, and all of a workspace, may send within a minute.
pub struct Limits {
    key: Limit,
    workspace: Limit,
    form: Limit,
    visitor: Limit,
    shared: Option<Shared>,
}

/// One kind of limit, for many.
struct Limit {
    a_minute: NonZeroU32,
    counted: Counted,
}

type Counted =
    RateLimiter<Uuid, DefaultKeyedStateStore<Uuid>, DefaultClock, StateInformationMiddleware>;

/// What is left of a limit after a request.
#[derive(Debug, Clone, Copy)]
pub struct Left {
    /// What the caller reads of the limit.
    pub name: &'static str,
    /// The limit.
    pub a_minute: u32,
    /// So many more may come at once.
    pub remaining: u32,
    /// Seconds until another request is let through; none when this one was.
    pub wait: Option<u64>,
}

impl Left {
    /// Seconds until the whole limit is there again, when nothing more comes.
    pub fn until_whole(&self) -> u64 {
        let used = u64::from(self.a_minute.saturating_sub(self.remaining));
        (used * u64::from(WINDOW)).div_ceil(u64::from(self.a_minute))
    }
}

impl Limit {
    fn new(a_minute: NonZeroU32) -> Self {
        let quota = Quota::per_minute(a_minute);
        let counted = RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        Self { a_minute, counted }
    }

    /// Counts one in this process.
    fn take(&self, name: &'static str, of: Uuid) -> Left {
        let (remaining, wait) = match self.counted.check_key(&of) {
            Ok(state) => (StateSnapshot::remaining_burst_capacity(&state), None),
            Err(refused) => (0, Some(wait(&refused, self.counted.clock()))),
        };
        self.left(name, remaining, wait)
    }

    fn left(&self, name: &'static str, remaining: u32, wait: Option<u64>) -> Left {
        Left {
            name,
            a_minute: self.a_minute.get(),
            remaining,
            wait,
        }
    }
}

/// What an address counts as. Networks of version 6 have more addresses than anybody could count: there it is the network.
fn name_of(address: IpAddr) -> Uuid {
    Uuid::from_u128(match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address) >> 64 << 64,
    })
}

fn let_through(left: Left) -> Result<(), Problem> {
    match left.wait {
        None => Ok(()),
        Some(retry_after) => Err(Refusal::Throttled { retry_after }.into()),
    }
}

fn wait(refused: &NotUntil<<DefaultClock as Clock>::Instant>, clock: &DefaultClock) -> u64 {
    let wait = refused.wait_time_from(clock.now());
    wait.as_secs() + 1
}

/// What this process has taken of limits that it shares with others, by what they are of.
struct Shared {
    database: Database,
    held: Mutex<HashMap<Uuid, Arc<tokio::sync::Mutex<Held>>>>,
}

impl Shared {
    /// Counts one, by what is in hand or with the next ones from the database.
    async fn take(
        &self,
        limit: &Limit,
        name: &'static str,
        (workspace, of): (Uuid, Uuid),
    ) -> Result<Left, Refusal> {
        let held = {
            let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let place = all.entry(of);
            let new = || Arc::new(tokio::sync::Mutex::new(Held::new(limit.a_minute)));
            Arc::clone(place.or_insert_with(new))
        };
        // Requests of one caller wait for each other while more are taken, and for nobody else.
        let mut held = held.lock().await;
        if let Step::Ask { wish, back } = held.step(Instant::now()) {
            let bucket = format!("{name}:{of}");
            let a_minute = limit.a_minute;
            // Before anything is done for whoever calls.
            let granted = self.database.across().write(move |conn| {
                allowance::take(conn, (workspace, &bucket), a_minute, (wish, back))
                    .map_err(Refusal::from)
            });
            held.got(granted.await?, Instant::now());
        }
        let (remaining, wait) = held.use_one(Instant::now());
        Ok(limit.left(name, remaining, wait))
    }

    fn tidy(&self) {
        let now = Instant::now();
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever is being asked about is not quiet.
        all.retain(|_, held| held.try_lock().map_or(true, |held| !held.is_quiet(now)));
    }
}

impl Limits {
    /// So many requests a minute of one key, and of all keys of a workspace.
    pub fn new(database: &Database, key: NonZeroU32, workspace: NonZeroU32) -> Self {
        let shared = (database.dialect() == Dialect::Postgres).then(|| Shared {
            database: database.clone(),
            held: Mutex::default(),
        });
        Self {
            key: Limit::new(key),
            workspace: Limit::new(workspace),
            form: Limit::new(FORMS),
            visitor: Limit::new(VISITS),
            shared,
        }
    }

    /// Counts a request of a key or of an app, and then one of its workspace: what each has left.
    pub(crate) async fn take(
        &self,
        name: &'static str,
        caller: Uuid,
        workspace: Uuid,
    ) -> Result<Vec<Left>, Refusal> {
        // One that calls too often takes nothing from the others.
        let mut left = vec![self.one(&self.key, name, (workspace, caller)).await?];
        if left[0].wait.is_none() {
            let of = (workspace, workspace);
            left.push(self.one(&self.workspace, "workspace", of).await?);
        }
        Ok(left)
    }

    async fn one(
        &self,
        limit: &Limit,
        name: &'static str,
        of: (Uuid, Uuid),
    ) -> Result<Left, Refusal> {
        match &self.shared {
            Some(shared) => shared.take(limit, name, of).await,
            None => Ok(limit.take(name, of.1)),
        }
    }

    /// Counts what comes to the inbound hook of this name as a key's request, in this process; 429 when it is one too
    /// many. Whether there is such a hook is not known yet, and guesses cost the database nothing.
    pub fn admit_hook(&self, name: Uuid) -> Result<(), Problem> {
        let_through(self.key.take("hook", name))
    }

    /// Whether other processes let requests through as well.
    pub fn are_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Counts what comes to a known inbound hook for all processes.
    pub async fn admit_known_hook(&self, workspace: Uuid, hook: Uuid) -> Result<(), Problem> {
        match &self.shared {
            Some(shared) => let_through(shared.take(&self.key, "hook", (workspace, hook)).await?),
            None => Ok(()),
        }
    }

    /// Counts what an address sends to forms, in this process; seconds to wait when it is one too many.
    pub(crate) fn admit_form(&self, address: IpAddr) -> Result<(), u64> {
        let left = self.form.take("form", name_of(address));
        left.wait.map_or(Ok(()), Err)
    }

    /// Counts what an address sends to a known page, for all processes; seconds to wait when it is one too many.
    pub(crate) async fn admit_known_form(
        &self,
        workspace: Uuid,
        address: IpAddr,
    ) -> Result<Result<(), u64>, Problem> {
        let Some(shared) = &self.shared else {
            return Ok(Ok(()));
        };
        let of = (workspace, name_of(address));
        let left = shared.take(&self.form, "form", of).await?;
        Ok(left.wait.map_or(Ok(()), Err))
    }

    /// Counts what comes to a public page from an address, in this process; 429 when it is one too many.
    pub fn admit_visitor(&self, address: IpAddr) -> Result<(), Problem> {
        let_through(self.visitor.take("visitor", name_of(address)))
    }

    /// Forgets keys and workspaces that have been quiet.
    pub fn tidy(&self) {
        for limit in [&self.key, &self.workspace, &self.form, &self.visitor] {
            limit.counted.retain_recent();
        }
        if let Some(shared) = &self.shared {
            shared.tidy();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).expect("more than none")
    }

    #[test]
    fn each_key_has_its_own_limit_and_they_share_one() {
        let (keys, all) = (Limit::new(many(3)), Limit::new(many(5)));
        let (one, other, home) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let taken: Vec<u32> = (0..3).map(|_| keys.take("key", one).remaining).collect();
        assert_eq!(taken, [2, 1, 0]);
        let refused = keys.take("key", one);
        assert!(
            refused.wait.is_some_and(|wait| (1..=21).contains(&wait)),
            "{refused:?}"
        );
        assert_eq!(keys.take("key", other).wait, None);
        let let_through = |_: &i32| all.take("workspace", home).wait.is_none();
        assert_eq!((0..6).filter(let_through).count(), 5);
    }

    #[test]
    fn the_whole_limit_comes_back_within_the_window() {
        let left = Left {
            name: "key",
            a_minute: 600,
            remaining: 590,
            wait: None,
        };
        assert_eq!(left.until_whole(), 1);
        assert_eq!(
            Left {
                remaining: 0,
                ..left
            }
            .until_whole(),
            60
        );
    }
}
