//! What happened with a record, page by page, all of it or one kind only.

use leptos::prelude::*;
use relasi_domain::interaction::activity;
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::letter::Letter;
use super::live::Live;
use crate::api::{ApiError, Reply};
use crate::records::store::{self, Query, Record};

/// One event of a timeline.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// `activity`, `deal.stage_changed`, `contact.created`, …
    pub kind: String,
    /// RFC 3339 instant.
    pub at: String,
    /// The user who did it; none for the product itself.
    pub actor_id: Option<String>,
    /// What it is about.
    pub object: String,
    /// Which one.
    pub record_id: String,
    /// What its text needs.
    #[serde(default)]
    pub data: Value,
    /// The record it is about, as it is now; none when it is gone or hidden.
    #[serde(default)]
    pub record: Option<Record>,
    /// The message it is about, as far as the person reads it.
    #[serde(default)]
    pub email: Option<Letter>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Event>,
    next_cursor: Option<String>,
}

/// Kinds that can be chosen, `all` first.
pub const FILTERS: [&str; 7] = ["all", "note", "call", "meeting", "email", "task", "deal"];
const PAGE: u32 = 30;
/// Pages read at a time while none of them has what is looked for.
const PAGES_AT_ONCE: u32 = 6;

/// The events loaded so far.
#[derive(Clone, Copy)]
pub struct Feed {
    live: Live,
    /// One of [`FILTERS`].
    pub filter: RwSignal<String>,
    events: RwSignal<Vec<Event>>,
    cursor: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    loaded: RwSignal<bool>,
    failure: RwSignal<Option<ApiError>>,
    /// Counts the loads; only the newest one is taken.
    turn: StoredValue<u32>,
}

impl Feed {
    /// Loads the timeline of a record, and again whenever there is news or another kind is chosen.
    pub fn of(live: Live) -> Self {
        let feed = Self {
            live,
            filter: RwSignal::new("all".to_owned()),
            events: RwSignal::default(),
            cursor: RwSignal::new(None),
            busy: RwSignal::new(false),
            loaded: RwSignal::new(false),
            failure: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            live.news();
            feed.filter.track();
            feed.load(None);
        });
        feed
    }

    /// The events, newest first; tracked.
    pub fn events(self) -> Vec<Event> {
        self.events.get()
    }

    /// The message that an event is about.
    pub fn letter(self, event: &str) -> Option<String> {
        self.events.with_untracked(|all| {
            let event = all.iter().find(|one| one.id == event)?;
            Some(event.email.as_ref()?.id.clone())
        })
    }

    /// Whether the first page is there; tracked.
    pub fn is_loaded(self) -> bool {
        self.loaded.get()
    }

    /// Whether something is being read; tracked.
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Why it could not be read; tracked.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get()
    }

    /// Whether there are older ones; tracked.
    pub fn has_older(self) -> bool {
        self.cursor.with(Option::is_some)
    }

    /// Reads older ones.
    pub fn older(self) {
        if !self.busy.get_untracked() {
            self.load(self.cursor.get_untracked());
        }
    }

    /// Reads the first page again.
    pub fn reload(self) {
        self.load(None);
    }

    fn load(self, from: Option<String>) {
        self.turn.update_value(|n| *n += 1);
        let mine = self.turn.get_value();
        let filter = self.filter.get_untracked();
        let first = from.is_none();
        self.busy.set(true);
        spawn_local(async move {
            let read = self.read(&filter, from).await;
            if self.turn.try_get_value() != Some(mine) {
                return;
            }
            self.busy.set(false);
            match read {
                Ok((events, cursor)) => {
                    self.failure.set(None);
                    self.cursor.set(cursor);
                    self.events.update(|all| {
                        if first {
                            all.clear();
                        }
                        all.extend(events);
                    });
                }
                Err(error) => self.failure.set(Some(error)),
            }
            self.loaded.set(true);
        });
    }

    async fn read(
        self,
        filter: &str,
        from: Option<String>,
    ) -> Result<(Vec<Event>, Option<String>), ApiError> {
        match filter {
            "all" => self
                .page(from)
                .await
                .map(|page| (page.items, page.next_cursor)),
            "deal" => self.some(from, |event| event.object == "deal").await,
            "email" => {
                let written = |event: &Event| event.data["kind"] == "email";
                self.some(from, |event| event.email.is_some() || written(event))
                    .await
            }
            kind => self.activities(kind, from).await,
        }
    }

    async fn page(self, from: Option<String>) -> Result<Page, ApiError> {
        let object = self.live.object;
        let from = from.map(|cursor| format!("&cursor={}", store::encode(&cursor)));
        let path = format!(
            "/{}/{}/timeline?limit={PAGE}{}",
            object.plural,
            self.live.id(),
            from.unwrap_or_default()
        );
        self.live.api.get(&path).await.and_then(Reply::read)
    }

    async fn some(
        self,
        mut from: Option<String>,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<(Vec<Event>, Option<String>), ApiError> {
        let mut found = Vec::new();
        for _ in 0..PAGES_AT_ONCE {
            let page = self.page(from).await?;
            found.extend(page.items.into_iter().filter(&wanted));
            from = page.next_cursor;
            if from.is_none() || found.len() >= PAGE as usize {
                break;
            }
        }
        Ok((found, from))
    }

    async fn activities(
        self,
        kind: &str,
        from: Option<String>,
    ) -> Result<(Vec<Event>, Option<String>), ApiError> {
        let query = Query {
            filter: format!(
                "{} and kind = {kind} and done_at is not empty",
                about(self.live)
            ),
            sort: "-done_at".to_owned(),
            cursor: from,
            limit: PAGE,
            ..Query::default()
        };
        let page = store::list(self.live.api, &activity::OBJECT, &query).await?;
        Ok((
            page.items.into_iter().map(event).collect(),
            page.next_cursor,
        ))
    }
}

/// The filter for activities that concern the record.
pub fn about(live: Live) -> String {
    format!("{}_id = \"{}\"", live.object.name, live.id())
}

fn event(record: Record) -> Event {
    Event {
        id: record.id().to_owned(),
        kind: "activity".to_owned(),
        at: record.text("done_at").unwrap_or_default().to_owned(),
        actor_id: record.text("created_by").map(str::to_owned),
        object: activity::OBJECT.name.to_owned(),
        record_id: record.id().to_owned(),
        data: Value::Null,
        record: Some(record),
        email: None,
    }
}
