//! The rows of a list: loaded page by page, loaded again when the question changes.

use std::collections::BTreeSet;

use leptos::prelude::*;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;

use super::look::Arrangement;
use super::others::flash;
use super::state::ListState;
use crate::api::{Api, ApiError};
use crate::records::refs::use_titles;
use crate::records::store::{self, Count};
use crate::records::{Page, Query, Record, neighbours};

/// The rows and where they come from.
#[derive(Clone, Copy)]
pub struct Rows {
    /// Loaded so far.
    pub list: RwSignal<Vec<Record>>,
    /// How many there are in all.
    pub count: RwSignal<Option<Count>>,
    /// A request is under way.
    pub busy: RwSignal<bool>,
    /// Nothing has come yet.
    pub fresh: RwSignal<bool>,
    /// Why the last request failed.
    pub error: RwSignal<Option<ApiError>>,
    /// Counts the reloads, for layouts that load their records themselves.
    pub turn: RwSignal<u64>,
    /// Counts the reloads of any layout.
    pub reloads: RwSignal<u64>,
    /// Rows that others have changed a moment ago.
    pub flashing: RwSignal<BTreeSet<String>>,
    /// The layout loads its records itself.
    apart: Memo<bool>,
    next: RwSignal<Option<String>>,
    query: RwSignal<Option<Query>>,
    run: StoredValue<u64>,
    /// Remembers the names that a page brought.
    learn: Callback<Page>,
    api: Api,
    object: &'static Object,
}

impl Rows {
    /// Rows that follow the state of the list.
    pub fn follow(state: ListState) -> Self {
        let titles = use_titles();
        let rows = Self {
            list: RwSignal::default(),
            count: RwSignal::new(None),
            busy: RwSignal::new(false),
            fresh: RwSignal::new(true),
            error: RwSignal::new(None),
            turn: RwSignal::new(0),
            reloads: RwSignal::new(0),
            flashing: RwSignal::default(),
            apart: Memo::new(move |_| state.arrangement.with(Arrangement::loads_itself)),
            next: RwSignal::new(None),
            query: RwSignal::new(None),
            run: StoredValue::new(0),
            learn: Callback::new(move |page: Page| titles.learn(&page)),
            api: state.api,
            object: state.spec.object,
        };
        let words = super::state::settled(state.text);
        let query = Memo::new(move |_| state.query(&words.get()));
        Effect::new(move |_| {
            rows.apart.track();
            if let Some(query) = query.get() {
                rows.query.set(Some(query));
                rows.reload();
            }
        });
        // What failed because the session had ended is asked again once there is a new one.
        let session = state.api.session();
        Effect::watch(
            move || session.with(Option::is_some),
            move |now, before, _| {
                if *now && before == Some(&false) {
                    rows.reload();
                }
            },
            false,
        );
        // Record pages walk through the list one came from.
        Effect::new(move |_| {
            let ids: Vec<_> = rows
                .list
                .with(|list| list.iter().map(|row| row.id().to_owned()).collect());
            if !ids.is_empty() {
                neighbours::keep(
                    state.spec.object,
                    ids,
                    rows.count.get().map_or(0, |count| count.count),
                );
            }
        });
        rows
    }

    /// Asks for the first page and the count again; the old rows stay until the new ones are here.
    pub fn reload(self) {
        let Some(query) = self.query.get_untracked() else {
            return;
        };
        let run = self.run.try_update_value(|run| {
            *run += 1;
            *run
        });
        self.next.set(None);
        self.reloads.update(|count| *count += 1);
        let (api, object) = (self.api, self.object);
        let counted = query.clone();
        if self.apart.get_untracked() {
            self.list.set(Vec::new());
            self.fresh.set(true);
            self.error.set(None);
            self.turn.update(|turn| *turn += 1);
            self.count_again(counted);
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let page = store::list(api, object, &query).await;
            if self.run.try_get_value() != run {
                return;
            }
            self.busy.set(false);
            self.fresh.set(false);
            match page {
                Ok(page) => {
                    self.learn.run(page.clone());
                    self.error.set(None);
                    self.next.set(page.next_cursor);
                    self.list.set(page.items);
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
        self.count_again(counted);
    }

    fn count_again(self, query: Query) {
        let run = self.run.try_get_value();
        spawn_local(async move {
            let count = store::count(self.api, self.object, &query).await;
            if self.run.try_get_value() == run {
                self.count.set(count.ok());
            }
        });
    }

    /// What is asked for now, as the layouts narrow it further.
    pub fn asked(self) -> Option<Query> {
        self.query.get_untracked()
    }

    /// Whether more records are to be had than were loaded; tracked.
    pub fn has_more(self) -> bool {
        self.next.with(Option::is_some)
    }

    /// Takes in records that a layout loaded by itself.
    pub fn take(self, page: Page) {
        self.learn.run(page.clone());
        self.fresh.set(false);
        self.list.update(|rows| {
            rows.retain(|row| page.items.iter().all(|new| new.id() != row.id()));
            rows.extend(page.items);
        });
    }

    /// Asks for the page after the loaded ones, if there is one and none is under way.
    pub fn more(self) {
        if self.busy.get_untracked() {
            return;
        }
        let (Some(mut query), Some(cursor)) =
            (self.query.get_untracked(), self.next.get_untracked())
        else {
            return;
        };
        query.cursor = Some(cursor);
        self.busy.set(true);
        let run = self.run.try_get_value();
        let (api, object) = (self.api, self.object);
        spawn_local(async move {
            let page = store::list(api, object, &query).await;
            if self.run.try_get_value() != run {
                return;
            }
            self.busy.set(false);
            match page {
                Ok(page) => {
                    self.learn.run(page.clone());
                    self.next.set(page.next_cursor);
                    self.list.update(|rows| rows.extend(page.items));
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// A loaded row.
    pub fn find(self, id: &str) -> Option<Record> {
        self.list
            .with_untracked(|rows| rows.iter().find(|row| row.id() == id).cloned())
    }

    /// Puts a changed record in its place.
    pub fn put(self, record: Record) {
        // The list may be gone when an answer comes.
        let _ = self.list.try_update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id() == record.id()) {
                *row = record;
            }
        });
    }

    /// Shows loaded rows as others have left them.
    pub fn renew(self, page: Page) {
        self.learn.run(page.clone());
        let ids = page.items.iter().map(|row| row.id().to_owned()).collect();
        for record in page.items {
            self.put(record);
        }
        flash(self.flashing, ids);
    }

    /// Takes records away.
    pub fn remove(self, ids: &[String]) {
        self.list
            .update(|rows| rows.retain(|row| !ids.iter().any(|id| id == row.id())));
        self.count_by(-i64::try_from(ids.len()).unwrap_or_default());
    }

    /// Puts a new record in front.
    pub fn add(self, record: Record) {
        self.list.update(|rows| rows.insert(0, record));
        self.count_by(1);
    }

    fn count_by(self, by: i64) {
        self.count.update(|count| {
            if let Some(count) = count {
                count.count = (count.count + by).max(0);
            }
        });
    }
}
