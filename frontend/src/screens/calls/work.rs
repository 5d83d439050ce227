//! `/app/call-lists/:id`: one person at a time, and what came of the call.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::list::ProgressBar;
use super::log::CallForm;
use super::model::{CallList, Entry, Next, PATH};
use super::people::PeopleDialog;
use crate::api::{Api, ApiError, Reply, use_api};
use crate::frame::PageBar;
use crate::i18n::k;
use crate::keys::{self, Scope};
use crate::records::instant;
use crate::screens::record::Called;
use crate::ui::accordion::Accordion;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::markdown::Markdown;
use crate::ui::toast::{Toasts, use_toasts};

/// How often the person before one is held on to: well within the time that they are nobody else's.
const HOLD: Duration = Duration::from_mins(5);

/// Working on a list.
#[derive(Clone, Copy)]
pub struct Run {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    id: StoredValue<String>,
    pub(super) list: RwSignal<Option<CallList>>,
    pub(super) entry: RwSignal<Option<Entry>>,
    next_at: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    loaded: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
}

impl Run {
    fn of(id: String) -> Self {
        let run = Self {
            api: use_api(),
            toasts: use_toasts(),
            id: StoredValue::new(id),
            list: RwSignal::new(None),
            entry: RwSignal::new(None),
            next_at: RwSignal::new(None),
            failure: RwSignal::new(None),
            loaded: RwSignal::new(false),
            busy: RwSignal::new(false),
        };
        run.take();
        run.hold_on();
        run
    }

    /// Takes who is called next; the same one until something was done.
    pub(super) fn take(self) {
        let path = self.id.with_value(|id| format!("{PATH}/{id}/next"));
        self.busy.set(true);
        spawn_local(async move {
            let next = self.api.post(&path, &json!({})).await;
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match next.and_then(Reply::read::<Next>) {
                Ok(next) => {
                    self.failure.set(None);
                    self.list.set(Some(next.list));
                    self.next_at.set(next.later_at);
                    self.entry.set(next.entry);
                }
                Err(error) => self.failure.set(Some(error)),
            }
            self.loaded.set(true);
        });
    }

    /// Holds on to the person as long as the page is open, and gives them back when it is left.
    fn hold_on(self) {
        let hold = move || {
            let held = self.entry.try_get_untracked().flatten().is_some();
            if held && !self.busy.get_untracked() {
                let path = self.id.with_value(|id| format!("{PATH}/{id}/next"));
                // Without an answer it is asked again in a while.
                spawn_local(async move { _ = self.api.post(&path, &json!({})).await });
            }
        };
        if let Ok(timer) = set_interval_with_handle(hold, HOLD) {
            on_cleanup(move || timer.clear());
        }
        on_cleanup(move || {
            if let Some(entry) = self.entry.try_get_untracked().flatten() {
                let api = self.api;
                let path = format!("{}/move", entry.path());
                // Whoever is not given back is free again after a while.
                spawn_local(async move { _ = api.post(&path, &json!({"state": "waiting"})).await });
            }
        });
    }

    /// Moves the person aside without a call, and goes on.
    pub(super) fn put_aside(self, state: &'static str, call_at: Option<String>) {
        let Some(entry) = self.entry.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let body = json!({"state": state, "call_at": call_at});
            let path = format!("{}/move", entry.path());
            let moved = self.api.post(&path, &body).await;
            let _ = self.busy.try_set(false);
            match moved {
                Ok(_) => {
                    let (api, toasts) = (self.api, self.toasts);
                    let said = k::calls::skipped(&entry.title);
                    toasts.undoable(said, move || {
                        let path = path.clone();
                        spawn_local(async move {
                            match api.post(&path, &json!({"state": "waiting"})).await {
                                Ok(_) => toasts.ok(k::common::UNDONE.get()),
                                Err(error) => toasts.bad(error.text()),
                            }
                        });
                    });
                    self.take();
                }
                Err(error) => {
                    self.toasts.bad(error.text());
                    self.take();
                }
            }
        });
    }
}

/// The page.
#[component]
pub fn CallListPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|all| all.get("id")).unwrap_or_default());
    move || view! { <Working id=id.get()/> }
}

#[component]
fn Working(id: String) -> impl IntoView {
    let run = Run::of(id);
    let people = RwSignal::new(false);
    let title = move || {
        let name = run
            .list
            .with(|list| list.as_ref().map(|list| list.name.clone()));
        name.unwrap_or_else(|| k::place::CALL_LISTS.get().to_owned())
    };
    keys::bind(Scope::Page, "S", k::calls::SKIP, move || {
        run.put_aside("skipped", None);
    });
    let has_entry = Memo::new(move |_| run.entry.with(Option::is_some));
    let body = move || {
        if let Some(error) = run.failure.get() {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            return view! { <ErrorState text error_id on_retry=move |()| run.take()/> }.into_any();
        }
        if !run.loaded.get() {
            return view! { <Skeleton lines=8/> }.into_any();
        }
        if has_entry.get() {
            view! { <Person run/> }.into_any()
        } else {
            view! { <Over run/> }.into_any()
        }
    };
    let progress = Memo::new(move |_| {
        run.list
            .with(|list| list.as_ref().map(|list| list.progress.clone()))
    });
    view! {
        <PageBar title trail=(k::place::CALL_LISTS.into(), "/app/call-lists")>
            <Button label=k::calls::PEOPLE icon=icon::USERS on_press=move |()| people.set(true)/>
            <Show when=move || has_entry.get()>
                <Button label=k::calls::SKIP key_hint="S" on_press=move |()| run.put_aside("skipped", None)/>
            </Show>
        </PageBar>
        <div class="page-body calling">
            {move || progress.get().map(|progress| view! { <ProgressBar progress/> })}
            {body}
        </div>
        <PeopleDialog run open=people/>
    }
}

/// Who is called, what to say, and what came of it.
#[component]
fn Person(run: Run) -> impl IntoView {
    let chosen = Memo::new(move |_| {
        let object = run.list.with(|list| list.as_ref().and_then(CallList::of))?;
        let entry = run.entry.get()?;
        Some((object.name, entry.record_id, entry.id))
    });
    let script = Memo::new(move |_| {
        run.list
            .with(|list| list.as_ref().and_then(|list| list.script.clone()))
    });
    let calls = Memo::new(move |_| {
        run.entry
            .with(|entry| entry.as_ref().map_or(0, |one| one.calls))
    });
    move || {
        let (name, record, entry) = chosen.get()?;
        let object = relasi_domain::object(name)?;
        let form = ViewFn::from(move || {
            let entry = entry.clone();
            view! {
                {move || (calls.get() > 0).then(|| view! { <p class="hint">{k::calls::times(calls.get())}</p> })}
                {move || script.get().map(|text| view! {
                    <Accordion title=k::calls::SCRIPT open=true><Markdown text/></Accordion>
                })}
                <CallForm run entry/>
            }
        });
        Some(view! { <Called object id=record form follows=run.loaded.get_untracked()/> })
    }
}

/// Nobody is left, at least for now.
#[component]
fn Over(run: Run) -> impl IntoView {
    let text = move || match run.next_at.get() {
        Some(at) => k::calls::over_for_now(&instant::shown(&at)),
        None if run
            .list
            .with(|list| list.as_ref().is_some_and(|list| list.progress.total == 0)) =>
        {
            k::calls::NONE.get().to_owned()
        }
        None => k::calls::OVER.get().to_owned(),
    };
    view! {
        <EmptyState text icon=icon::CIRCLE_CHECK>
            <Button label=k::calls::LOOK_AGAIN variant=Variant::Primary busy=run.busy on_press=move |()| run.take()/>
            <a class="btn plain medium" href="/app/call-lists"><span class="btn-label">{k::calls::TO_LISTS}</span></a>
        </EmptyState>
    }
}
