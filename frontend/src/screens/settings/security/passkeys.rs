//! Passkeys: added, named, removed.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::ask::{Ask, PasswordForm};
use super::codes;
use crate::api::{Api, ApiError, FormErrors, PasskeyOptions, Request, use_api};
use crate::i18n::k;
use crate::records::instant;
use crate::screens::session::passkey::{Wish, carry_out, known};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// A passkey as the API lists it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Passkey {
    id: String,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

/// The section of the page.
#[component]
pub fn Passkeys(
    passkeys: Vec<Passkey>,
    /// The server has a name to bind them to.
    possible: bool,
    /// Called with the recovery codes that were made.
    on_codes: Callback<Vec<String>>,
    /// Reads all anew.
    load: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let adding = RwSignal::new(false);
    let added = Callback::new(move |codes: Vec<String>| {
        adding.set(false);
        toasts.ok(k::security::PASSKEY_ADDED.get());
        on_codes.run(codes);
    });
    let lines = passkeys
        .into_iter()
        .map(|passkey| view! { <Line passkey load/> })
        .collect_view();
    view! {
        <section class="stack">
            <h2>{k::security::PASSKEYS}</h2>
            <p class="secondary">{k::security::PASSKEYS_TEXT}</p>
            <ul class="settings-lines">{lines}</ul>
            {if !possible {
                view! { <p class="hint">{k::security::PASSKEYS_NAMELESS}</p> }.into_any()
            } else if known() {
                view! { <div class="row"><Button label=k::security::ADD_PASSKEY icon=icon::PLUS on_press=move |()| adding.set(true)/></div> }.into_any()
            } else {
                view! { <p class="hint">{k::security::PASSKEYS_UNKNOWN}</p> }.into_any()
            }}
        </section>
        <Modal open=adding title=k::security::ADD_PASSKEY><NewPasskey on_done=added/></Modal>
    }
}

#[component]
fn Line(passkey: Passkey, load: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let (removing, renaming) = (RwSignal::new(false), RwSignal::new(false));
    let Passkey {
        id,
        name,
        created_at,
        last_used_at,
    } = passkey;
    let facts = move || {
        let used = last_used_at.as_deref().map_or_else(
            || k::security::PASSKEY_UNUSED.get().to_owned(),
            |at| k::security::passkey_used(&instant::shown(at)),
        );
        format!(
            "{} · {used}",
            k::security::passkey_since(&instant::shown(&created_at))
        )
    };
    let removed = Callback::new(move |_: Value| {
        toasts.ok(k::security::PASSKEY_REMOVED.get());
        load.run(());
    });
    let path = format!("/passkeys/{id}/remove");
    let (shown, of) = (name.clone(), StoredValue::new((id, name)));
    view! {
        <li class="settings-line field-line">
            <Glyph icon=icon::KEY_ROUND/>
            <div class="settings-line-text"><strong>{shown}</strong><p class="hint">{facts}</p></div>
            <Button label=k::security::RENAME size=Size::Small on_press=move |()| renaming.set(true)/>
            <Button label=k::security::REMOVE size=Size::Small on_press=move |()| removing.set(true)/>
            <Ask open=removing title=k::security::REMOVE_PASSKEY text=k::security::REMOVE_PASSKEY_TEXT go=k::security::REMOVE
                path danger=true on_done=removed/>
            <Modal open=renaming title=k::security::RENAME_PASSKEY>
                {of.with_value(|(id, name)| view! { <Rename id=id.clone() name=name.clone() load/> })}
            </Modal>
        </li>
    }
}

#[component]
fn Rename(id: String, name: String, load: Callback<()>) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let name = RwSignal::new(name);
    let path = format!("/passkeys/{id}");
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let request = Request::patch(&path).json(&json!({ "name": name.get_untracked().trim() }));
        spawn_local(async move {
            match request.send(api).await {
                Ok(_) => load.run(()),
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::security::PASSKEY_NAME value=name required=true autofocus=true error=errors.of("name")/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true/></div>
        </form>
    }
}

/// Has the browser make a passkey and stores it; none when the person does not want to.
async fn add(api: Api, options: PasskeyOptions, name: &str) -> Result<Option<Value>, ApiError> {
    let Some(credential) = carry_out(Wish::Create, &options.public_key).await else {
        return Ok(None);
    };
    let body = json!({ "token": options.token, "name": name, "credential": credential });
    api.post("/passkeys", &body)
        .await
        .map(|reply| Some(reply.body))
}

/// The password, a name, and what the browser asks.
#[component]
pub fn NewPasskey(on_done: Callback<Vec<String>>) -> impl IntoView {
    let options = RwSignal::new(None::<PasskeyOptions>);
    let begun = Callback::new(move |answer: Value| {
        // What can't be read leaves the form as it is.
        options.set(serde_json::from_value(answer).ok());
    });
    move || {
        match options.get() {
        None => view! {
            <PasswordForm text=k::security::PASSKEY_PASSWORD go=k::security::GO_ON path="/passkeys/options" on_done=begun/>
        }
        .into_any(),
        Some(options) => view! { <Named options on_done/> }.into_any(),
    }
    }
}

#[component]
fn Named(options: PasskeyOptions, on_done: Callback<Vec<String>>) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let name = RwSignal::new(untrack(|| k::security::PASSKEY.get()).to_owned());
    let (busy, left) = (RwSignal::new(false), RwSignal::new(false));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        left.set(false);
        errors.clear();
        let (options, name) = (options.clone(), name.get_untracked());
        spawn_local(async move {
            let added = add(api, options, name.trim()).await;
            // The dialog may be closed by now.
            let _ = busy.try_set(false);
            match added {
                Ok(Some(answer)) => on_done.try_run(codes::of(&answer)).unwrap_or_default(),
                Ok(None) => _ = left.try_set(true),
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <Show when=move || left.get()><Banner text=k::security::PASSKEY_LEFT tone=Tone::Warn/></Show>
            <TextInput label=k::security::PASSKEY_NAME value=name required=true autofocus=true hint=k::security::PASSKEY_NAME_HINT
                error=errors.of("name")/>
            <div class="row-end"><Button label=k::security::MAKE_PASSKEY variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
