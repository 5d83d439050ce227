//! The queue of pairs.

use leptos::prelude::*;
use relasi_domain::record::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::kind;
use super::model::{Pair, Pairs};
use crate::api::{Api, ApiError, Reply, Request, use_api};
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::records::reasons::Likeness;
use crate::records::store::encode;
use crate::ui::button::{Button, Size};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::toast::{Toasts, use_toasts};

/// The pairs of one object and state, as far as they are loaded.
#[derive(Clone, Copy)]
pub struct Queue {
    api: Api,
    toasts: Toasts,
    object: Signal<&'static str>,
    state: Signal<String>,
    rows: RwSignal<Option<Vec<Pair>>>,
    next: RwSignal<Option<String>>,
    error: RwSignal<Option<ApiError>>,
    latest: StoredValue<u32>,
    count: Callback<()>,
}

impl Queue {
    /// Nothing loaded yet. `count` is called when the numbers have changed.
    pub fn new(object: Signal<&'static str>, state: Signal<String>, count: Callback<()>) -> Self {
        Self {
            api: use_api(),
            toasts: use_toasts(),
            object,
            state,
            rows: RwSignal::new(None),
            next: RwSignal::new(None),
            error: RwSignal::new(None),
            latest: StoredValue::new(0),
            count,
        }
    }

    fn object(self) -> &'static Object {
        kind(self.object.get_untracked())
    }

    /// Loads the first page, or (with `more`) the one after the loaded ones.
    pub fn load(self, more: bool) {
        let cursor = self.next.get_untracked().filter(|_| more);
        self.latest.update_value(|n| *n += 1);
        let mine = self.latest.get_value();
        let at = cursor
            .map(|cursor| format!("&cursor={}", encode(&cursor)))
            .unwrap_or_default();
        let path = format!(
            "/duplicates?limit=50&object={}&state={}{at}",
            self.object.get_untracked(),
            self.state.get_untracked()
        );
        spawn_local(async move {
            let page = self.api.get(&path).await.and_then(Reply::read::<Pairs>);
            if self.latest.try_get_value() != Some(mine) {
                return;
            }
            match page {
                Ok(page) => {
                    self.error.set(None);
                    self.next.set(page.next_cursor);
                    self.rows.update(|rows| match rows {
                        Some(rows) if more => rows.extend(page.items),
                        _ => *rows = Some(page.items),
                    });
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Remembers that a pair is not the same, or (in the list of those) that it is open again; with a way back.
    fn decide(self, pair: Pair) {
        let object = self.object();
        let names = pair.records.each_ref().map(|record| record.title(object));
        let (verb, back) = if pair.state == "open" {
            ("not-same", "reopen")
        } else {
            ("reopen", "not-same")
        };
        spawn_local(async move {
            if let Err(error) = Request::post(&format!("/duplicates/{}/{verb}", pair.id))
                .send(self.api)
                .await
            {
                self.toasts.bad(error.text());
                return;
            }
            _ = self.rows.try_update(|rows| {
                if let Some(rows) = rows {
                    rows.retain(|other| other.id != pair.id);
                }
            });
            self.count.run(());
            let said = if verb == "not-same" {
                k::duplicates::said_not_same(&names[0], &names[1])
            } else {
                k::duplicates::OPEN.get().to_owned()
            };
            self.toasts.undoable(said, move || {
                let path = format!("/duplicates/{}/{back}", pair.id);
                spawn_local(async move {
                    match Request::post(&path).send(self.api).await {
                        Ok(_) => {
                            self.load(false);
                            self.count.run(());
                        }
                        Err(error) => self.toasts.bad(error.text()),
                    }
                });
            });
        });
    }
}

/// The list with its states: loading, broken, empty.
#[component]
pub fn QueueList(queue: Queue) -> impl IntoView {
    let empty = Memo::new(move |_| queue.rows.with(|rows| rows.as_ref().map(Vec::is_empty)));
    let fault = Memo::new(move |_| {
        queue
            .error
            .with(|e| e.as_ref().map(|e| (e.text(), e.id().unwrap_or_default())))
    });
    keys::bind(Scope::Page, "J", k::keys::DOWN, || step(1));
    keys::bind(Scope::Page, "K", k::keys::UP, || step(-1));
    let nothing = move || {
        if queue.state.with(|state| state == "open") {
            k::duplicates::EMPTY
        } else {
            k::duplicates::EMPTY_NOT_SAME
        }
        .get()
    };
    move || {
        match (fault.get(), empty.get()) {
        (Some((text, error_id)), _) => view! { <ErrorState text error_id on_retry=move |()| queue.load(false)/> }.into_any(),
        (None, None) => view! { <Skeleton lines=6/> }.into_any(),
        (None, Some(true)) => view! { <EmptyState text=nothing icon=icon::MERGE/> }.into_any(),
        (None, Some(false)) => view! {
            <ul class="pairs" aria-label=k::duplicates::LIST>
                <For each=move || queue.rows.get().unwrap_or_default() key=|pair| pair.id.clone() let:pair><Line queue pair/></For>
            </ul>
            <Show when=move || queue.next.with(Option::is_some)>
                <div class="row"><Button label=k::common::MORE on_press=move |()| queue.load(true)/></div>
            </Show>
        }.into_any(),
    }
    }
}

#[component]
fn Line(queue: Queue, pair: Pair) -> impl IntoView {
    let object = queue.object();
    let [one, other] = pair.records.each_ref().map(|record| record.title(object));
    let href = format!(
        "/app/quality/merge/{}/{}/{}?pair={}",
        object.name,
        pair.records[0].id(),
        pair.records[1].id(),
        pair.id
    );
    let word = if pair.state == "open" {
        k::duplicates::NOT_SAME
    } else {
        k::duplicates::AGAIN
    };
    let decided = pair.clone();
    view! {
        <li class="pair">
            <div class="pair-words">
                <a class="pair-names" href=href data-tip=k::duplicates::COMPARE><strong>{one}</strong><Glyph icon=icon::MERGE/><strong>{other}</strong></a>
                <Likeness object score=pair.score sure=pair.sure reasons=pair.reasons/>
            </div>
            <Button label=word size=Size::Small on_press=move |()| queue.decide(decided.clone())/>
        </li>
    }
}

/// Moves the focus to the next pair or the one before.
fn step(by: isize) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let Ok(all) = document.query_selector_all(".pair-names") else {
        return;
    };
    let links: Vec<HtmlElement> = (0..all.length())
        .filter_map(|n| all.item(n)?.dyn_into().ok())
        .collect();
    let focused = document.active_element();
    let at = links
        .iter()
        .position(|link| focused.as_ref().is_some_and(|f| f == link.as_ref()));
    let next = match at {
        Some(at) => at.checked_add_signed(by),
        None => Some(0),
    };
    if let Some(link) = next.and_then(|next| links.get(next)) {
        _ = link.focus();
    }
}
