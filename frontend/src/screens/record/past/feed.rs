//! The writes of a record, page by page.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::live::Live;
use crate::api::{ApiError, Reply};
use crate::records::changes::{Entries, Entry};
use crate::records::store::encode;

/// The entries read so far.
#[derive(Clone, Copy)]
pub struct Feed {
    live: Live,
    /// The newest first.
    pub entries: RwSignal<Vec<Entry>>,
    /// Where the next page begins.
    pub cursor: RwSignal<Option<String>>,
    /// Something is being read.
    pub busy: RwSignal<bool>,
    /// The first page is there, or could not be read.
    pub loaded: RwSignal<bool>,
    /// Why it could not be read.
    pub failure: RwSignal<Option<ApiError>>,
}

impl Feed {
    /// Reads the newest entries, and again whenever there is news of the record.
    pub fn of(live: Live) -> Self {
        let feed = Self {
            live,
            entries: RwSignal::default(),
            cursor: RwSignal::new(None),
            busy: RwSignal::new(false),
            loaded: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        Effect::new(move |_| {
            live.news();
            feed.load(None);
        });
        feed
    }

    /// Reads older ones.
    pub fn older(self) {
        if !self.busy.get_untracked() {
            self.load(self.cursor.get_untracked());
        }
    }

    /// Reads a page; the first one takes the place of all.
    pub fn load(self, from: Option<String>) {
        let live = self.live;
        let cursor = from
            .as_deref()
            .map(|cursor| format!("&cursor={}", encode(cursor)));
        let cursor = cursor.unwrap_or_default();
        let path = format!(
            "/{}/{}/history?limit=50{cursor}",
            live.object.plural,
            live.id()
        );
        self.busy.set(true);
        spawn_local(async move {
            let read = live.api.get(&path).await.and_then(Reply::read::<Entries>);
            if self.busy.try_set(false).is_some() {
                return;
            }
            match read {
                Ok(page) => {
                    self.failure.set(None);
                    self.cursor.set(page.next_cursor);
                    self.entries.update(|all| {
                        if from.is_none() {
                            all.clear();
                        }
                        all.extend(page.items);
                    });
                }
                Err(error) => self.failure.set(Some(error)),
            }
            self.loaded.set(true);
        });
    }
}
