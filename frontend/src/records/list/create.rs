//! The dialog that makes a record.

use leptos::prelude::*;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;

use crate::api::{ApiError, FormErrors, use_api};
use crate::i18n::{Key, k};
use crate::records::alike::Alike;
use crate::records::{Draft, Record, RecordForm, store};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::toast::use_toasts;

/// The dialog. Fields with what is known already can be given as `start`.
#[component]
pub fn CreateDialog(
    /// What is made.
    object: &'static Object,
    /// Heading and the button's words.
    #[prop(into)]
    title: Key,
    /// Field names in order.
    fields: &'static [&'static str],
    /// Shown while true.
    open: RwSignal<bool>,
    /// Values known already, read each time it opens.
    #[prop(optional, into)]
    start: Option<Callback<(), relasi_domain::record::Document>>,
    /// Called with the new record.
    #[prop(into)]
    on_done: Callback<Record>,
) -> impl IntoView {
    view! {
        <Modal open title width=Width::Medium>
            <CreateForm object title fields open start on_done/>
        </Modal>
    }
}

#[component]
fn CreateForm(
    object: &'static Object,
    title: Key,
    fields: &'static [&'static str],
    open: RwSignal<bool>,
    start: Option<Callback<(), relasi_domain::record::Document>>,
    on_done: Callback<Record>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let draft = Draft::new(start.map(|start| start.run(())).unwrap_or_default());
    let errors = FormErrors::default();
    let (busy, doubled) = (RwSignal::new(false), RwSignal::new(false));
    let save = move |anyway: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        spawn_local(async move {
            let made = store::create_checked(api, object, draft.body(), anyway).await;
            let _ = busy.try_set(false);
            match made {
                Ok(record) => {
                    open.set(false);
                    toasts.ok(k::lists::created(&record.title(object)));
                    on_done.run(record);
                }
                Err(error) => {
                    doubled.set(only_doubles(&error));
                    errors.show(&error);
                }
            }
        });
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            save(false);
        }
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        save(false);
    };
    view! {
        <form class="create-form" on:submit=submit on:keydown=keys novalidate=true>
            <RecordForm object fields=fields.to_vec() draft errors autofocus=true/>
            <div class="create-foot">
                <Alike object draft/>
                <div class="row-end">
                    <Show when=move || doubled.get()>
                        <Button label=k::lists::CREATE_ANYWAY on_press=move |()| save(true)/>
                    </Show>
                    <Button label=title variant=Variant::Primary submit=true busy key_hint="Ctrl Enter"/>
                </div>
            </div>
        </form>
    }
}

/// The server knows records like this one and finds nothing else wrong.
fn only_doubles(error: &ApiError) -> bool {
    error.problem().is_some_and(|p| {
        !p.errors.is_empty() && p.errors.iter().all(|fault| fault.code == "duplicate")
    })
}
