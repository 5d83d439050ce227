//! Events as they come, for those who listen: one reader for each process, however many listen.
//!
//! The reader looks for new events of the workspaces that somebody listens to, when it is rung for and else twice a second,
//! since other processes write as well. What it finds is shared by all listeners, who still have to look which of it they
//! may know of.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use relasi_persistence::{Conn, Database};
use tokio::{
    sync::{Notify, broadcast, watch},
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{Event, Place, order};
use crate::refusal::{Refusal, Result};

/// Longest time between two looks when nobody rings.
const POLL: Duration = Duration::from_millis(500);

/// Between two looks, so that what is written at once is told at once.
const BREATH: Duration = Duration::from_millis(50);

/// Events of a workspace that are told one by one after a look. Where more has happened, listeners read anew what they
/// show, which costs all sides less.
const ONE_BY_ONE: u32 = 500;

/// Looks that a listener may be behind before it has to catch up by itself.
const BEHIND: usize = 32;

/// Streams that one person may have open in a process: one for each tab of the browser.
const STREAMS: u32 = 50;

/// What happened in a workspace between two places.
#[derive(Debug)]
pub struct News {
    /// The place that it goes on from.
    pub from: Place,
    /// The place that it leads to.
    pub to: Place,
    /// The events; none where there were too many to be told one by one.
    pub events: Option<Vec<Event>>,
}

#[derive(Debug)]
struct House {
    end: Place,
    told: broadcast::Sender<Arc<News>>,
}

#[derive(Debug)]
struct Hub {
    houses: Mutex<HashMap<Uuid, House>>,
    streams: Mutex<HashMap<Uuid, u32>>,
    bell: Notify,
    over: watch::Sender<bool>,
}

/// Those who listen in this process.
#[derive(Debug, Clone)]
pub struct Live(Arc<Hub>);

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Hub {
            houses: Mutex::default(),
            streams: Mutex::default(),
            bell: Notify::new(),
            over: watch::channel(false).0,
        }))
    }
}

/// One who listens.
#[derive(Debug)]
pub struct Listener {
    /// What happens after `begin`, in order.
    pub news: broadcast::Receiver<Arc<News>>,
    /// Where it begins.
    pub begin: Place,
    /// Turns true when the server ends.
    pub over: watch::Receiver<bool>,
    _stream: Stream,
}

/// A stream that is counted as long as it is there.
#[derive(Debug)]
struct Stream {
    hub: Arc<Hub>,
    user: Uuid,
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut streams = locked(&self.hub.streams);
        if let Some(count) = streams.get_mut(&self.user) {
            *count -= 1;
        }
        streams.retain(|_, count| *count > 0);
        drop(streams);
        metrics::gauge!("relasi_event_streams").decrement(1);
    }
}

impl Live {
    /// Says that something may have happened. Call it after commits.
    pub fn ring(&self) {
        self.0.bell.notify_one();
    }

    /// Ends all streams and begins no more: the server ends.
    pub fn end(&self) {
        self.0.over.send_replace(true);
    }

    /// Listens to a workspace from now on.
    pub async fn listen(
        &self,
        database: &Database,
        workspace: Uuid,
        user: Uuid,
    ) -> Result<Listener> {
        let stream = self.stream(user)?;
        let known = locked(&self.0.houses).contains_key(&workspace);
        let end = if known {
            Place::START
        } else {
            database
                .within(workspace)
                .read_short(move |conn| order::newest(conn, workspace))
                .await?
        };
        let mut houses = locked(&self.0.houses);
        let house = houses.entry(workspace).or_insert_with(|| House {
            end,
            told: broadcast::channel(BEHIND).0,
        });
        Ok(Listener {
            news: house.told.subscribe(),
            begin: house.end,
            over: self.0.over.subscribe(),
            _stream: stream,
        })
    }

    fn stream(&self, user: Uuid) -> Result<Stream> {
        let mut streams = locked(&self.0.streams);
        let count = streams.entry(user).or_default();
        if *count >= STREAMS {
            return Err(Refusal::Throttled { retry_after: 30 });
        }
        *count += 1;
        metrics::gauge!("relasi_event_streams").increment(1);
        Ok(Stream {
            hub: Arc::clone(&self.0),
            user,
        })
    }

    /// Reads for all who listen, until the program ends.
    pub async fn run(self, database: Database) {
        loop {
            // Nobody has rung: time for a look all the same.
            let _ = timeout(POLL, self.0.bell.notified()).await;
            let places = self.places();
            if places.is_empty() {
                continue;
            }
            let read = database
                .across()
                .read_short(move |conn| look(conn, &places))
                .await;
            match read {
                Ok(found) => {
                    if !found.is_empty() && database.has_replica() {
                        follow(&database).await;
                    }
                    self.tell(found);
                }
                Err(error) => log::warn!("events for listeners: {error}"),
            }
            sleep(BREATH).await;
        }
    }

    /// Where each workspace stands that somebody listens to; forgets the others.
    fn places(&self) -> Vec<(Uuid, Place)> {
        let mut houses = locked(&self.0.houses);
        houses.retain(|_, house| house.told.receiver_count() > 0);
        houses.iter().map(|(id, house)| (*id, house.end)).collect()
    }

    fn tell(&self, found: Vec<(Uuid, News)>) {
        let mut houses = locked(&self.0.houses);
        for (workspace, news) in found {
            // Whoever came meanwhile, after all others had left, stands elsewhere.
            let house = houses.get_mut(&workspace);
            if let Some(house) = house.filter(|house| house.end == news.from) {
                house.end = news.to;
                // The last one may have left a moment ago.
                let _ = house.told.send(Arc::new(news));
            }
        }
    }
}

/// Who is told of a change reads it at once, and maybe from the replica.
async fn follow(database: &Database) {
    const LONGEST: Duration = Duration::from_secs(2);
    let database = database.clone();
    let followed = tokio::task::spawn_blocking(move || database.replica_follows(LONGEST));
    // A replica that is too far behind is not read from either.
    let _ = followed.await;
}

/// What has happened since in each workspace.
fn look(conn: &mut Conn, places: &[(Uuid, Place)]) -> Result<Vec<(Uuid, News)>> {
    let mut found = Vec::new();
    for (workspace, from) in places {
        let events = order::read_after(conn, *workspace, *from, ONE_BY_ONE + 1)?;
        let Some(last) = events.last().map(|event| event.place) else {
            continue;
        };
        let many = events.len() > ONE_BY_ONE as usize;
        let to = if many {
            order::newest(conn, *workspace)?
        } else {
            last
        };
        let news = News {
            from: *from,
            to,
            events: (!many).then_some(events),
        };
        found.push((*workspace, news));
    }
    Ok(found)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
