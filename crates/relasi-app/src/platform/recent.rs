//! Who wrote a moment ago: they read from the primary for a while, so that a replica never shows them less than they did.
//!
//! Every node asks the primary, since a person's next request may come to another one. Without a replica nothing is noted.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use relasi_persistence::{Conn, Database, Statement};
use uuid::Uuid;

use crate::{platform::jobs::now, refusal::Result};

/// How long somebody reads from the primary after a write: longer than a replica may be behind and is looked at, and than
/// a note may be old.
const WHILE: Duration = Duration::from_secs(6);
/// A write this soon after a noted one is not noted again.
const AGAIN: Duration = Duration::from_secs(1);
/// People remembered in this process at most.
const MOST: usize = 10_000;

/// What this process knows of who wrote.
#[derive(Debug, Default)]
pub struct Recent(Mutex<HashMap<(Uuid, Uuid), Instant>>);

impl Recent {
    /// Notes that somebody wrote, once it is committed.
    pub async fn wrote(&self, database: &Database, workspace: Uuid, user: Uuid) -> Result<()> {
        if !database.has_replica() || self.since(workspace, user).is_some_and(|age| age < AGAIN) {
            return Ok(());
        }
        database
            .within(workspace)
            .write(move |conn| note(conn, workspace, user))
            .await?;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, at| at.elapsed() < WHILE);
        }
        all.insert((workspace, user), Instant::now());
        Ok(())
    }

    /// Whether somebody wrote a moment ago, through whatever process.
    pub async fn has_written(
        &self,
        database: &Database,
        workspace: Uuid,
        user: Uuid,
    ) -> Result<bool> {
        if self.since(workspace, user).is_some_and(|age| age < WHILE) {
            return Ok(true);
        }
        let read = database.within(workspace).read_short(move |conn| {
            let mut statement =
                Statement::new("SELECT 1 FROM recent_writers WHERE workspace_id = ");
            statement.bind(workspace).push(" AND user_id = ").bind(user);
            statement.push(" AND wrote_at > ");
            statement.bind(now(conn)? - micros(WHILE));
            Ok::<_, crate::Refusal>(conn.row(&statement, |_| Ok(()))?.is_some())
        });
        read.await
    }

    fn since(&self, workspace: Uuid, user: Uuid) -> Option<Duration> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&(workspace, user)).map(Instant::elapsed)
    }
}

/// Notes that somebody wrote, in the transaction that does so.
pub fn note(conn: &mut Conn, workspace: Uuid, user: Uuid) -> Result<()> {
    let mut statement =
        Statement::new("INSERT INTO recent_writers (workspace_id, user_id, wrote_at) VALUES (");
    statement.bind(workspace).push(", ").bind(user).push(", ");
    statement.bind(now(conn)?);
    statement
        .push(") ON CONFLICT (workspace_id, user_id) DO UPDATE SET wrote_at = excluded.wrote_at");
    conn.execute(&statement)?;
    Ok(())
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
