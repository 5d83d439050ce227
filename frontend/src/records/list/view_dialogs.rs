//! Naming a view: a new one, or one that has a name already.

use leptos::prelude::*;
use relasi_domain::platform::saved_view::OBJECT as VIEW;
use relasi_domain::record::Document;
use wasm_bindgen_futures::spawn_local;

use super::seen::{Seen, SeenFields};
use super::state::ListState;
use super::{view_changes, views};
use crate::api::FormErrors;
use crate::i18n::k;
use crate::lazy;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// Saves what is shown as a new view.
#[component]
pub fn AddView(state: ListState, open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::lists::NEW_VIEW>{lazy::new_view(state, open)}</Modal> }
}

/// What [`AddView`] asks for.
#[component]
pub fn AddForm(state: ListState, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let errors = FormErrors::default();
    let (name, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let seen = Seen::default();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let name = name.get_untracked();
            let added = view_changes::add(state, name.trim(), seen.members()).await;
            busy.set(false);
            match added {
                Ok(()) => {
                    toasts.ok(k::lists::VIEW_SAVED.get());
                    open.set(false);
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::lists::VIEW_NAME value=name required=true autofocus=true error=errors.of("name")/>
            <SeenFields state seen errors/>
            <div class="row-end"><Button label=k::lists::SAVE_AS_VIEW variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// Gives the view shown another name.
#[component]
pub fn RenameView(state: ListState, open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::lists::RENAME>{lazy::renamed_view(state, open)}</Modal> }
}

/// What [`RenameView`] asks for.
#[component]
pub fn RenameForm(state: ListState, open: RwSignal<bool>) -> impl IntoView {
    let now = untrack(|| views::saved(state))
        .map(|view| view.title(&VIEW))
        .unwrap_or_default();
    let name = RwSignal::new(now);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let new = name.get_untracked().trim().to_owned();
        if !new.is_empty() {
            let mut changes = Document::new();
            changes.insert("name".to_owned(), new.clone().into());
            view_changes::change(state, changes, k::lists::view_renamed(&new));
            open.set(false);
        }
    };
    view! {
        <form class="stack" on:submit=submit>
            <TextInput label=k::lists::VIEW_NAME value=name required=true autofocus=true/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true/></div>
        </form>
    }
}

/// Says who sees the view shown, and whether they may change it.
#[component]
pub fn ShareView(state: ListState, open: RwSignal<bool>) -> impl IntoView {
    view! { <Modal open title=k::lists::WHO_SEES>{lazy::shown_view(state, open)}</Modal> }
}

/// What [`ShareView`] asks for.
#[component]
pub fn ShareForm(state: ListState, open: RwSignal<bool>) -> impl IntoView {
    let seen = untrack(|| views::saved(state)).map_or_else(Seen::default, |view| Seen::of(&view));
    let errors = FormErrors::default();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if seen.is_whole() {
            view_changes::change(state, seen.members(), k::lists::VIEW_SAVED.get().to_owned());
            open.set(false);
        }
    };
    view! {
        <form class="stack" on:submit=submit>
            <SeenFields state seen errors/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true/></div>
        </form>
    }
}
