//! A read-only copy of the PostgreSQL server that follows the primary a moment behind, for lists, reports and exports.
//!
//! A thread compares both places in the log twice a second. The copy is used only while it has everything that the primary
//! had [`LAG`] ago; else, and while it can't be reached, reads go to the primary.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Conn, Options,
    pool::Pool,
    server::{Purpose, Server},
};
use crate::{error::StoreError, sql::Statement};

/// How far the copy may be behind.
const LAG: Duration = Duration::from_secs(3);
/// How often that is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// How often a reader looks whether the copy has what it waits for.
const STEP: Duration = Duration::from_millis(20);

pub(super) struct Replica {
    pub(super) pool: Pool,
    near: AtomicBool,
}

impl Replica {
    /// The copy at `address`. It need not be there yet.
    pub(super) fn open(
        address: &str,
        primary: Arc<Server>,
        options: &Options,
    ) -> Result<Arc<Self>, StoreError> {
        let server = Arc::new(Server::parse(address)?);
        let pooler = options.pooler || server.pooler;
        let limit = (!pooler).then_some(options.read_timeout);
        let reader = Arc::clone(&server);
        let replica = Arc::new(Self {
            pool: Pool::new(
                "replica",
                options.readers,
                options.wait_timeout,
                move || {
                    Ok(Conn::postgres(
                        reader.connect(limit, Purpose::Read)?,
                        !pooler,
                    ))
                },
            ),
            near: AtomicBool::new(false),
        });
        let watched = Arc::downgrade(&replica);
        std::thread::Builder::new()
            .name("replica".to_owned())
            .spawn(move || watch(&watched, &primary, &server, limit))?;
        Ok(replica)
    }

    /// Whether it may be read from.
    pub(super) fn is_near(&self) -> bool {
        self.near.load(Ordering::Relaxed)
    }

    /// Waits until it has everything up to a place in the log; `false` when it does not come that far in time.
    pub(super) fn reaches(&self, place: Lsn, within: Duration) -> bool {
        let end = Instant::now() + within;
        while self.is_near() && Instant::now() < end {
            match self
                .pool
                .take()
                .and_then(|mut conn| place_of_copy(&mut conn))
            {
                Ok(Some(reached)) if reached >= place => return true,
                Ok(_) => std::thread::sleep(STEP),
                Err(_) => return false,
            }
        }
        false
    }
}

/// A place in the log of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lsn(u64);

impl Lsn {
    /// Reads `16/B374D848`: two halves in hexadecimal.
    fn parse(text: &str) -> Option<Self> {
        let (high, low) = text.split_once('/')?;
        let half = |text| u64::from_str_radix(text, 16).ok();
        Some(Self(half(high)? << 32 | half(low)?))
    }
}

/// Where the primary is.
pub(super) fn place_of_primary(conn: &mut Conn) -> Result<Option<Lsn>, StoreError> {
    place(conn, "SELECT CAST(pg_current_wal_lsn() AS text)")
}

/// How far the copy has come; none once it has become a primary itself, which follows nobody.
fn place_of_copy(conn: &mut Conn) -> Result<Option<Lsn>, StoreError> {
    place(
        conn,
        "SELECT CAST(pg_last_wal_replay_lsn() AS text) WHERE pg_is_in_recovery()",
    )
}

fn place(conn: &mut Conn, sql: &'static str) -> Result<Option<Lsn>, StoreError> {
    let read = conn.row(&Statement::new(sql), |row| row.opt_text(0))?;
    Ok(read.flatten().as_deref().and_then(Lsn::parse))
}

/// Notes whether the copy is near for as long as somebody uses it.
fn watch(replica: &Weak<Replica>, primary: &Server, copy: &Server, limit: Option<Duration>) {
    let mut ends = (None, None);
    let mut seen = VecDeque::new();
    while let Some(replica) = replica.upgrade() {
        let looked = look(&mut ends, (primary, copy), limit, &mut seen);
        let near = *looked.as_ref().unwrap_or(&false);
        if replica.near.swap(near, Ordering::Relaxed) != near {
            match &looked {
                Ok(true) => log::info!("reads for lists and reports come from the replica"),
                Ok(false) => {
                    log::warn!("the replica is too far behind; reads come from the primary");
                }
                Err(error) => {
                    log::warn!(error = error.to_string().as_str(); "no replica; reads come from the primary");
                }
            }
        }
        metrics::gauge!("relasi_db_replica_near").set(if near { 1.0 } else { 0.0 });
        if looked.is_err() {
            ends = (None, None);
        }
        drop(replica);
        std::thread::sleep(EVERY);
    }
}

/// Whether the copy has what the primary had a while ago.
fn look(
    ends: &mut (Option<Conn>, Option<Conn>),
    servers: (&Server, &Server),
    limit: Option<Duration>,
    seen: &mut VecDeque<(Instant, Lsn)>,
) -> Result<bool, StoreError> {
    let open = |end: &mut Option<Conn>, server: &Server| {
        if end.is_none() {
            let link = server.connect(limit, Purpose::Read)?;
            *end = Some(Conn::postgres(link, false));
        }
        Ok::<_, StoreError>(())
    };
    open(&mut ends.0, servers.0)?;
    open(&mut ends.1, servers.1)?;
    let (Some(primary), Some(copy)) = (&mut ends.0, &mut ends.1) else {
        return Ok(false);
    };
    let Some(now) = place_of_primary(primary)? else {
        return Ok(false);
    };
    seen.push_back((Instant::now(), now));
    while seen.len() > 1 && seen.front().is_some_and(|(at, _)| at.elapsed() > LAG) {
        seen.pop_front();
    }
    let wanted = seen.front().map(|(_, place)| *place);
    let reached = place_of_copy(copy)?;
    Ok(reached.is_some() && reached >= wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_log_are_compared_as_numbers() {
        assert_eq!(Lsn::parse("16/B374D848"), Some(Lsn(0x16_B374_D848)));
        assert!(Lsn::parse("0/FFFFFFFF") < Lsn::parse("1/0"));
        assert!(Lsn::parse("9/0") < Lsn::parse("A/0"));
        assert_eq!(Lsn::parse("nonsense"), None);
    }
}
