//! What SQLite's log holds goes back into the file beside the writer, so that no write waits for it.
//!
//! A checkpoint copies thousands of pages and waits for the disk: done by the writer, as SQLite would by itself, every
//! write behind it would wait as well.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
};

use super::Conn;
use crate::{error::StoreError, sql::Statement};

/// Pages in the log at which they go into the file: those that change often then go there less often.
const USUAL_PAGES: u32 = 4_000;
/// The same while bulk work goes on.
const BULK_PAGES: u32 = 16_000;
/// So few pages the writer itself puts into the file, to begin the log anew.
const FEW_PAGES: i64 = 500;
/// Rounds in which the log is caught up with before the writer does the rest.
const ROUNDS: u32 = 4;

/// What the writer and the thread beside it tell each other.
#[derive(Debug)]
struct Signals {
    pages: AtomicU32,
    /// Only the writer can begin the log anew while it writes all the time: nearly all is in the file, it does the rest.
    finish: AtomicBool,
    /// The database closes.
    ended: AtomicBool,
}

/// The thread beside the writer.
pub(super) struct Checkpoints {
    signals: Arc<Signals>,
    thread: Option<JoinHandle<()>>,
    wake: SyncSender<()>,
}

/// The writer's end.
pub(super) struct Commits {
    signals: Arc<Signals>,
    wake: SyncSender<()>,
}

impl Checkpoints {
    /// Starts the thread with a connection of its own.
    pub(super) fn start(mut conn: Conn) -> Result<Self, StoreError> {
        let signals = Arc::new(Signals {
            pages: AtomicU32::new(USUAL_PAGES),
            finish: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        });
        let (wake, woken) = sync_channel(1);
        let theirs = Arc::clone(&signals);
        let thread = std::thread::Builder::new()
            .name("relasi-checkpoint".to_owned())
            .spawn(move || serve(&mut conn, &woken, &theirs))?;
        Ok(Self {
            signals,
            thread: Some(thread),
            wake,
        })
    }

    /// What the writer calls after each commit.
    pub(super) fn commits(&self) -> Commits {
        Commits {
            signals: Arc::clone(&self.signals),
            wake: self.wake.clone(),
        }
    }

    /// Several bulk transactions share a checkpoint.
    pub(super) fn expect_bulk(&self, much: bool) {
        let pages = if much { BULK_PAGES } else { USUAL_PAGES };
        self.signals.pages.store(pages, Ordering::Relaxed);
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.signals.ended.store(true, Ordering::Release);
        // Full means that the thread is about to look anyway.
        let _ = self.wake.try_send(());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            log::error!("the thread of the checkpoints panicked");
        }
    }
}

impl Commits {
    /// After a commit: wakes the thread, and does for it what only the writer can.
    pub(super) fn committed(&self, conn: &mut Conn) {
        if self.signals.finish.swap(false, Ordering::AcqRel)
            && let Err(error) = copy_pages(conn)
        {
            log::warn!("the log was not begun anew: {error}");
        }
        // A wake-up that is still waiting does for this commit too.
        let _ = self.wake.try_send(());
    }
}

fn serve(conn: &mut Conn, woken: &Receiver<()>, signals: &Signals) {
    while woken.recv().is_ok() && !signals.ended.load(Ordering::Acquire) {
        if let Err(error) = tend(conn, signals) {
            log::warn!("the log could not be copied into the file: {error}");
        }
    }
}

fn tend(conn: &mut Conn, signals: &Signals) -> Result<(), StoreError> {
    let limit = i64::from(signals.pages.load(Ordering::Relaxed));
    if pages_to_copy(conn)? < limit {
        return Ok(());
    }
    for _ in 0..ROUNDS {
        copy_pages(conn)?;
        let left = pages_to_copy(conn)?;
        if left == 0 {
            // The next write begins the log anew by itself.
            return Ok(());
        }
        if left <= FEW_PAGES {
            break;
        }
    }
    signals.finish.store(true, Ordering::Release);
    Ok(())
}

/// Pages of the log that are not in the file yet.
fn pages_to_copy(conn: &mut Conn) -> Result<i64, StoreError> {
    let state = Statement::new("PRAGMA wal_checkpoint(NOOP)");
    let (log, copied) = conn
        .row(&state, |row| Ok((row.int(1)?, row.int(2)?)))?
        .unwrap_or_default();
    Ok(log - copied)
}

/// Copies what no reader still needs from the log, and waits for the disk.
fn copy_pages(conn: &mut Conn) -> Result<(), StoreError> {
    conn.row(
        &Statement::new("PRAGMA wal_checkpoint(PASSIVE)"),
        |_| Ok(()),
    )
    .map(drop)
}
