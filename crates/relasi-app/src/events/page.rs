//! Pages of events, from a place on.

use relasi_domain::platform::event::{Pattern, taken};

use super::{Event, Place, order, seen};
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// Events read at a time.
const CHUNK: u32 = 500;

/// Events that one request looks at for those that are wanted, so that it takes a bounded time however rare they are.
const LOOKED_AT: usize = 5_000;

/// Which events are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of these kinds; of all without any.
    pub kinds: Vec<Pattern>,
    /// About this object only.
    pub object: Option<String>,
    /// After this place.
    pub after: Place,
    /// At most so many.
    pub limit: usize,
}

impl Wanted {
    /// Whether an event is one of these.
    pub fn takes(&self, event: &Event) -> bool {
        self.object
            .as_ref()
            .is_none_or(|object| *object == event.object)
            && taken(&self.kinds, &event.kind)
    }
}

/// Some events.
#[derive(Debug)]
pub struct Page {
    /// In their order.
    pub items: Vec<Event>,
    /// Where to go on, later if there are no more now.
    pub next: Place,
    /// Whether there are more now.
    pub more: bool,
}

/// The events after a place that the worker wants and may know of.
pub fn page(work: &mut Work<'_>, wanted: &Wanted) -> Result<Page> {
    let workspace = work.access.workspace_id;
    if !order::is_known(work.conn, workspace, wanted.after)? {
        return Err(Refusal::Conflict("events_expired"));
    }
    let mut page = Page {
        items: Vec::new(),
        next: wanted.after,
        more: true,
    };
    let mut looked_at = 0;
    while page.items.len() < wanted.limit && looked_at < LOOKED_AT {
        let chunk = order::read_after(work.conn, workspace, page.next, CHUNK)?;
        let Some(last) = chunk.last().map(|event| event.place) else {
            page.more = false;
            break;
        };
        looked_at += chunk.len();
        let is_last = chunk.len() < CHUNK as usize;
        let fitting = chunk.into_iter().filter(|event| wanted.takes(event));
        let mut fitting = seen(work, fitting.collect())?;
        let room = wanted.limit - page.items.len();
        let cut = fitting.len() > room;
        fitting.truncate(room);
        page.next = match fitting.last() {
            Some(event) if cut => event.place,
            _ => last,
        };
        page.more = cut || !is_last;
        page.items.append(&mut fitting);
        if !page.more {
            break;
        }
    }
    Ok(page)
}
