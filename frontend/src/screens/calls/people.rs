//! Who stands in a list: where each stands, and back onto it or off it.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{CallList, Entries, Entry};
use super::work::Run;
use crate::api::{ApiError, Reply, Request};
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::records::people::use_people;
use crate::ui::button::{Button, Size};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::{Tag, Tone};

const STATES: [&str; 4] = ["waiting", "later", "done", "skipped"];

/// The entries of a list, page by page.
#[derive(Clone, Copy)]
struct People {
    run: Run,
    list: StoredValue<CallList>,
    state: RwSignal<String>,
    found: RwSignal<Option<Result<Vec<Entry>, ApiError>>>,
    after: RwSignal<Option<i64>>,
}

impl People {
    fn load(self, more: bool) {
        let state = self.state.get_untracked();
        let mut path = self
            .list
            .with_value(|list| format!("{}/entries?limit=100", list.path()));
        if !state.is_empty() {
            path = format!("{path}&state={state}");
        }
        if let Some(after) = self.after.get_untracked().filter(|_| more) {
            path = format!("{path}&after={after}");
        }
        spawn_local(async move {
            let page = self
                .run
                .api
                .get(&path)
                .await
                .and_then(Reply::read::<Entries>);
            // The dialog may be closed by now.
            if self.state.try_get_untracked() != Some(state) {
                return;
            }
            match page {
                Ok(page) => {
                    self.after.set(page.next_after);
                    self.found.update(|found| match found {
                        Some(Ok(all)) if more => all.extend(page.items),
                        _ => *found = Some(Ok(page.items)),
                    });
                }
                Err(error) => self.found.set(Some(Err(error))),
            }
        });
    }

    /// Sends something about an entry, and shows how the list stands then.
    fn send(self, request: Request) {
        spawn_local(async move {
            if let Err(error) = request.send(self.run.api).await {
                self.run.toasts.bad(error.text());
            }
            if self.state.try_get_untracked().is_some() {
                self.load(false);
            }
            self.run.take();
        });
    }
}

/// The dialog.
#[component]
pub fn PeopleDialog(run: Run, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Modal open title=k::calls::PEOPLE width=Width::Wide>
            {move || run.list.get_untracked().map(|list| view! { <Lines run list/> })}
        </Modal>
    }
}

#[component]
fn Lines(run: Run, list: CallList) -> impl IntoView {
    let people = People {
        run,
        list: StoredValue::new(list),
        state: RwSignal::new(String::new()),
        found: RwSignal::new(None),
        after: RwSignal::new(None),
    };
    Effect::new(move |_| {
        people.state.track();
        people.load(false);
    });
    let choices = Signal::derive(|| {
        let all = Choice::new("", k::common::ALL.get());
        let states = STATES.map(|state| Choice::new(state, name_of(state).get()));
        std::iter::once(all).chain(states).collect::<Vec<_>>()
    });
    view! {
        <Select label=k::calls::STATE value=people.state choices/>
        {move || match people.found.get() {
            None => view! { <Skeleton lines=5/> }.into_any(),
            Some(Err(error)) => view! { <ErrorState text=error.text() on_retry=move |()| people.load(false)/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::calls::EMPTY_LIST}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|entry| view! { <Line entry people/> });
                view! { <ul class="call-people">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Show when=move || people.after.with(Option::is_some)>
            <Button label=k::tasks::MORE on_press=move |()| people.load(true)/>
        </Show>
    }
}

const fn name_of(state: &str) -> Key {
    match state.as_bytes() {
        b"waiting" => k::calls::STATE_WAITING,
        b"later" => k::calls::STATE_LATER,
        b"done" => k::calls::STATE_DONE,
        _ => k::calls::STATE_SKIPPED,
    }
}

#[component]
fn Line(entry: Entry, people: People) -> impl IntoView {
    let names = use_people();
    let plural = people
        .list
        .with_value(|list| list.of().map_or("contacts", |object| object.plural));
    let href = format!("/app/{plural}/{}", entry.record_id);
    let tone = match entry.state.as_str() {
        "done" => Tone::Ok,
        "later" => Tone::Gold,
        "skipped" => Tone::Neutral,
        _ => Tone::Info,
    };
    let path = StoredValue::new(entry.path());
    let is_open = entry.state == "waiting";
    let menu = Signal::derive(move || {
        let back = move || {
            let path = path.with_value(|path| format!("{path}/move"));
            people.send(Request::post(&path).json(&json!({"state": "waiting"})));
        };
        let off = move || people.send(path.with_value(|path| Request::delete(path)));
        let mut items = Vec::new();
        if !is_open {
            items.push(MenuItem::new(k::calls::REOPEN, back).icon(icon::ARCHIVE_RESTORE));
        }
        items.push(MenuItem::new(k::calls::REMOVE, off).icon(icon::X).danger());
        items
    });
    let (taken, calls, at) = (entry.taken_by, entry.calls, entry.call_at);
    let about = move || {
        let with = taken.as_deref().and_then(|id| names.name(id));
        let with = with.map(|name| k::calls::with(&name));
        let at = at.as_deref().map(|at| k::calls::at(&instant::shown(at)));
        let calls = (calls > 0).then(|| k::calls::times(calls));
        let parts = [at, calls, with].into_iter().flatten();
        parts.collect::<Vec<_>>().join(" · ")
    };
    let (state, name) = (entry.state, entry.title.clone());
    view! {
        <li>
            <div class="call-list-name"><a href=href>{entry.title}</a><p class="hint">{about}</p></div>
            <Tag label=name_of(&state) tone/>
            <Menu label=move || k::calls::more(&name) items=menu icon_only=true size=Size::Small/>
        </li>
    }
}
