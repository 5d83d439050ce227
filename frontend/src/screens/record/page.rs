//! The frame of every record page: bar, facts, what happened, what belongs to it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use relasi_domain::identity::access::Action;
use relasi_domain::record::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlElement;

use super::access::AccessButton;
use super::attached::{Comments, Files, Follow};
use super::facts::Facts;
use super::history::History;
use super::live::Live;
use super::log::Log;
use super::steps::Steps;
use crate::api::{Session, use_api};
use crate::frame::PageBar;
use crate::i18n::{Key, k, number};
use crate::keys::{self, Scope};
use crate::records::neighbours;
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::feedback::ErrorState;
use crate::ui::icon;
use crate::ui::tabs::{Tab, Tabs};
use crate::ui::toast::use_toasts;

const TABS: [&str; 3] = ["timeline", "facts", "related"];

/// Whether the person may change records of the object at all; the server has the last word on each.
pub fn may_edit(object: &'static Object) -> Signal<bool> {
    let session = use_api().session();
    let may = move |s: &Session| s.may_on(Action::Edit, object.name);
    Signal::derive(move || session.with(|s| s.as_ref().is_some_and(may)))
}

/// A record's page. What differs between objects comes as parts.
#[component]
pub fn RecordPage(
    /// The record.
    live: Live,
    /// Name and address of the list it belongs to.
    list: (Key, &'static str),
    /// What is being written about it.
    log: Log,
    /// What is still to be done.
    steps: Steps,
    /// Behind the heading: statuses, tags.
    #[prop(into)]
    marks: ViewFn,
    /// Buttons of the bar, before the one that logs.
    #[prop(into)]
    actions: ViewFn,
    /// Below the bar: the way of a deal.
    #[prop(optional, into)]
    below_bar: Option<ViewFn>,
    /// Above the facts.
    #[prop(optional, into)]
    head: Option<ViewFn>,
    /// Figures.
    #[prop(into)]
    figures: ViewFn,
    /// What belongs to it.
    #[prop(into)]
    related: ViewFn,
) -> impl IntoView {
    let may_edit = may_edit(live.object);
    let tab = RwSignal::new("timeline".to_owned());
    let unfolded = RwSignal::new(false);
    bind_keys(live, log, tab, may_edit);
    begin_as_asked(log, may_edit);
    let title = move || live.with(|record| record.title(live.object));
    let tabs = move || {
        [k::record::TIMELINE, k::record::FACTS, k::record::RELATED]
            .into_iter()
            .zip(TABS)
            .map(|(label, id)| Tab::new(id, label))
            .collect::<Vec<_>>()
    };
    let start_log = move |()| {
        tab.set("timeline".to_owned());
        log.start("call");
    };
    let trail = (list.0.into(), list.1);
    let page = move || {
        view! {
            {below_bar.clone().map(|part| part.run())}
            <div class="record-tabs">
                <Tabs label=k::record::PARTS tabs=Signal::derive(tabs) current=tab on_choose=move |id| tab.set(id)/>
            </div>
            <div class="record" data-tab=tab>
                <section class="record-facts" id="record-facts" tabindex="-1" class:unfolded=unfolded aria-label=k::record::FACTS>
                    <Facts live may_edit head=head.clone().unwrap_or_else(|| ViewFn::from(|| ()))/>
                    <button type="button" class="btn quiet small facts-fold" on:click=move |_| unfolded.update(|on| *on = !*on)>
                        <span class="btn-label">{move || if unfolded.get() { k::common::LESS.get() } else { k::common::MORE.get() }}</span>
                    </button>
                </section>
                <section class="record-middle" id="record-timeline" tabindex="-1" aria-label=k::record::TIMELINE>
                    {figures.run()}
                    <History live log steps may_edit/>
                </section>
                <section class="record-related" id="record-related" tabindex="-1" aria-label=k::record::RELATED>
                    <Comments live may_edit/>
                    {related.run()}
                    <Files live may_edit/>
                </section>
            </div>
            <Show when=move || may_edit.get()>
                <div class="record-log"><Button label=k::record::LOG icon=icon::PHONE variant=Variant::Primary on_press=start_log/></div>
            </Show>
        }
    };
    let body = move || match live.failure() {
        Some(error) => {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| live.refresh()/> }.into_any()
        }
        None => page.clone()().into_any(),
    };
    view! {
        <PageBar title trail marks>
            <Neighbours live/>
            <span class="record-actions">
                <Follow live/>
                <AccessButton live/>
                {actions.run()}
                <Show when=move || may_edit.get()>
                    <Button label=k::record::LOG variant=Variant::Primary key_hint="L" on_press=start_log/>
                </Show>
            </span>
        </PageBar>
        {body}
    }
}

/// "3 of 1,284" and the ways to the ones beside it.
#[component]
fn Neighbours(live: Live) -> impl IntoView {
    let list = StoredValue::new(neighbours::kept(live.object));
    let place = list.with_value(|list| list.place(&live.id()));
    let go = walk(live);
    place.map(|(at, total)| {
        let (back, on) = (go.clone(), go);
        view! {
            <span class="neighbours">
                <span class="secondary">{move || k::record::place_of(&number(at), &number(total))}</span>
                <IconButton label=k::common::PREVIOUS icon=icon::CHEVRON_UP key_hint="K" on_press=move |()| back(-1)/>
                <IconButton label=k::common::NEXT icon=icon::CHEVRON_DOWN key_hint="J" on_press=move |()| on(1)/>
            </span>
        }
    })
}

/// Opens the record so many places further on in the list one came from.
fn walk(live: Live) -> impl Fn(isize) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    let list = neighbours::kept(live.object);
    move |by| {
        if let Some(id) = list.beside(&live.id(), by) {
            // Back leads to the list, not through all that was walked over.
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(&format!("/app/{}/{id}", live.object.plural), options);
        }
    }
}

/// `?log=call` in the address begins to write, once there is where to.
fn begin_as_asked(log: Log, may_edit: Signal<bool>) {
    const KINDS: [&str; 3] = ["call", "note", "task"];
    let address = use_query_map();
    let begun = StoredValue::new(None::<&'static str>);
    Effect::new(move |_| {
        let asked = address.with(|all| all.get("log"));
        let kind = KINDS
            .into_iter()
            .find(|kind| asked.as_deref() == Some(*kind));
        if log.node.get().is_none() || !may_edit.get() || begun.get_value() == kind {
            return;
        }
        begun.set_value(kind);
        if let Some(kind) = kind {
            // The heading takes the focus on arrival, a frame from now.
            request_animation_frame(move || request_animation_frame(move || log.start(kind)));
        }
    });
}

fn bind_keys(live: Live, log: Log, tab: RwSignal<String>, may_edit: Signal<bool>) {
    let (back, on) = (walk(live), walk(live));
    keys::bind(Scope::Page, "J", k::common::NEXT, move || on(1));
    keys::bind(Scope::Page, "K", k::common::PREVIOUS, move || back(-1));
    let write = move |kind: &'static str| {
        move || {
            if may_edit.get_untracked() {
                tab.set("timeline".to_owned());
                log.start(kind);
            }
        }
    };
    keys::bind(Scope::Page, "L", k::record::LOG, write("call"));
    keys::bind(Scope::Page, "N", k::record::WRITE_NOTE, write("note"));
    keys::bind(Scope::Page, "T", k::record::PLAN_STEP, write("task"));
    let toasts = use_toasts();
    keys::bind(Scope::Page, "Y", k::record::COPY_LINK, move || {
        copy_link(move |done| {
            if done {
                toasts.ok(k::common::COPIED.get());
            } else {
                toasts.bad(k::record::CANT_COPY.get());
            }
        });
    });
    for ((key, name), id) in [
        ("1", k::record::TIMELINE),
        ("2", k::record::FACTS),
        ("3", k::record::RELATED),
    ]
    .into_iter()
    .zip(TABS)
    {
        keys::bind(Scope::Page, key, name, move || {
            tab.set(id.to_owned());
            focus_part(id);
        });
    }
}

fn focus_part(id: &'static str) {
    request_animation_frame(move || {
        let part = document().get_element_by_id(&format!("record-{id}"));
        if let Some(part) = part.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
            // Only fails for detached elements.
            let _ = part.focus();
        }
    });
}

/// Copies the page's address; browsers have no clipboard where the page comes over plain HTTP.
fn copy_link(then: impl FnOnce(bool) + 'static) {
    let navigator = window().navigator();
    let there =
        js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|value| value.is_object());
    let address = window().location().href().unwrap_or_default();
    if !there {
        return then(false);
    }
    let written = navigator.clipboard().write_text(&address);
    spawn_local(async move { then(JsFuture::from(written).await.is_ok()) });
}
