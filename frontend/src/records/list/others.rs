//! What others do to the records of a list: rows are shown as they are now and flash once, new ones wait to be asked for.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::source::Rows;
use super::state::{ListState, both};
use crate::api::{News, Told, is_being_edited, use_events};
use crate::i18n::k;
use crate::records::{Query, store};
use crate::ui::button::{Button, Size};
use crate::ui::icon;

/// Records that are read again one by one; of more than these the whole list is.
const SOME: usize = 50;

/// What comes within this time is looked at together; by then answers to one's own changes are here, too.
const PAUSE: Duration = Duration::from_millis(700);

/// How long a changed row stands out.
const FLASH: Duration = Duration::from_secs(2);

/// What has happened since the list was loaded.
#[derive(Clone, Copy)]
pub struct Others {
    state: ListState,
    rows: Rows,
    /// Records that were made meanwhile and belong into the list.
    pub new: RwSignal<BTreeSet<String>>,
    /// More than is told one by one.
    pub much: RwSignal<bool>,
    waiting: StoredValue<Vec<Told>>,
    pause: StoredValue<Option<TimeoutHandle>>,
}

impl Others {
    /// Follows what happens to the records of the list.
    pub fn follow(state: ListState, rows: Rows) -> Self {
        let others = Self {
            state,
            rows,
            new: RwSignal::default(),
            much: RwSignal::new(false),
            waiting: StoredValue::default(),
            pause: StoredValue::new(None),
        };
        // What was loaded anew holds all of it.
        Effect::watch(
            move || rows.reloads.get(),
            move |_, _, _| others.forget(),
            false,
        );
        if let Some(events) = use_events() {
            events.on(move |news| others.hear(news));
        }
        others
    }

    fn forget(self) {
        self.new.set(BTreeSet::new());
        self.much.set(false);
    }

    fn hear(self, news: News) {
        match news {
            News::Much => _ = self.much.try_set(true),
            News::Told(told) if told.object == self.state.spec.object.name => {
                self.waiting.try_update_value(|all| all.push(told));
                if self.pause.with_value(Option::is_none) {
                    self.wait();
                }
            }
            News::Told(_) => {}
        }
    }

    fn wait(self) {
        let look = move || self.look();
        let handle = set_timeout_with_handle(look, PAUSE).ok();
        // The list may be gone by now.
        self.pause.try_set_value(handle);
    }

    fn look(self) {
        if is_being_edited() {
            self.wait();
            return;
        }
        // The list may be gone by now.
        self.pause.try_set_value(None);
        let Some(told) = self.waiting.try_update_value(std::mem::take) else {
            return;
        };
        if told.len() > SOME {
            self.much.set(true);
            return;
        }
        let gone: Vec<String> = told
            .iter()
            .filter(|one| {
                matches!(one.verb(), "trashed" | "erased")
                    && self.rows.find(&one.record_id).is_some()
            })
            .map(|one| one.record_id.clone())
            .collect();
        if !gone.is_empty() {
            self.rows.remove(&gone);
        }
        let mut changed = BTreeSet::new();
        let mut made = BTreeSet::new();
        for one in told {
            let id = one.record_id;
            match self.rows.find(&id) {
                Some(row) if one.version.is_none_or(|version| version > row.version()) => {
                    _ = changed.insert(id);
                }
                None if matches!(one.kind.split_once('.'), Some((_, "created" | "restored"))) => {
                    _ = made.insert(id);
                }
                _ => {}
            }
        }
        if !changed.is_empty() {
            self.show(changed);
        }
        if !made.is_empty() {
            self.count(made);
        }
    }

    /// Shows rows as they are now.
    fn show(self, changed: BTreeSet<String>) {
        let Some(asked) = self.rows.asked() else {
            return;
        };
        let query = Query {
            filter: among(&changed),
            include: asked.include,
            limit: 200,
            ..Query::default()
        };
        spawn_local(async move {
            let page = store::list(self.state.api, self.state.spec.object, &query).await;
            // Without an answer they stay as they were.
            if let Ok(page) = page {
                self.rows.renew(page);
            }
        });
    }

    /// Counts those of new records that the list would show.
    fn count(self, made: BTreeSet<String>) {
        let Some(asked) = self.rows.asked() else {
            return;
        };
        let query = Query {
            filter: both(&asked.filter, &among(&made)),
            fields: "id".to_owned(),
            limit: 200,
            include: String::new(),
            cursor: None,
            sort: String::new(),
            ..asked
        };
        spawn_local(async move {
            if let Ok(page) = store::list(self.state.api, self.state.spec.object, &query).await {
                let new = page.items.iter().map(|record| record.id().to_owned());
                let new: Vec<String> = new.filter(|id| self.rows.find(id).is_none()).collect();
                self.new.try_update(|all| all.extend(new));
            }
        });
    }
}

fn among(ids: &BTreeSet<String>) -> String {
    let ids: Vec<String> = ids.iter().map(|id| store::quoted(id)).collect();
    format!("id in ({})", ids.join(", "))
}

/// Lets rows stand out for a moment.
pub fn flash(flashing: RwSignal<BTreeSet<String>>, ids: Vec<String>) {
    flashing.update(|all| all.extend(ids.iter().cloned()));
    let over = move || _ = flashing.try_update(|all| all.retain(|id| !ids.contains(id)));
    set_timeout(over, FLASH);
}

/// The button that loads what is new.
#[component]
pub fn NewRows(
    new: RwSignal<BTreeSet<String>>,
    much: RwSignal<bool>,
    rows: StoredValue<Rows>,
) -> impl IntoView {
    let words = move || {
        let count = new.with(BTreeSet::len);
        if much.get() {
            Some(k::lists::MUCH_NEW.get().to_owned())
        } else {
            (count > 0).then(|| k::lists::new_rows(i64::try_from(count).unwrap_or_default()))
        }
    };
    let shown = Memo::new(move |_| words());
    let load = move |()| rows.with_value(|rows| rows.reload());
    view! {
        <div class="new-rows" role="status">
            {move || shown.get().map(|words| view! { <Button label=words icon=icon::ARROW_UP size=Size::Small on_press=load/> })}
        </div>
    }
}
