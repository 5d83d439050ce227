//! The form of an app.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::desk::{App, Desk, PATH};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::screens::settings::api_keys::Scopes;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

/// Name, kind, addresses, scopes.
#[component]
pub fn AppForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let is_new = edited.is_none();
    let (name, uris, scopes) = match &edited {
        Some(app) => (
            app.name.clone(),
            app.redirect_uris.join("\n"),
            app.scopes.clone(),
        ),
        None => (String::new(), String::new(), vec!["see".to_owned()]),
    };
    let (name, uris, scopes) = (
        RwSignal::new(name),
        RwSignal::new(uris),
        RwSignal::new(scopes),
    );
    let confidential = RwSignal::new(true);
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let lines = uris.get_untracked();
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut body = json!({
            "name": name.get_untracked().trim(), "redirect_uris": lines.collect::<Vec<_>>(), "scopes": scopes.get_untracked(),
        });
        if is_new {
            body["confidential"] = json!(confidential.get_untracked());
        }
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(app) => desk.api.patch(&app.path(), app.version, &body).await,
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<App>) {
                Ok(app) => {
                    desk.editing.set(false);
                    if app.client_secret.is_none() {
                        desk.toasts.ok(k::apps::saved(&app.name));
                    }
                    desk.tell(app);
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let label = if is_new {
        k::apps::REGISTER
    } else {
        k::common::SAVE
    };
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::apps::NAME value=name required=true autofocus=true hint=k::apps::NAME_HINT error=errors.of("name")/>
            {is_new.then(|| view! {
                <div>
                    <label class="check-line">
                        <input type="checkbox" aria-describedby="confidential-hint" prop:checked=move || confidential.get()
                            on:change=move |event| confidential.set(event_target_checked(&event))/>
                        {k::apps::CONFIDENTIAL}
                    </label>
                    <p class="hint" id="confidential-hint">{k::apps::CONFIDENTIAL_HINT}</p>
                </div>
            })}
            <TextArea label=k::apps::URIS value=uris hint=k::apps::URIS_HINT error=errors.of("redirect_uris")/>
            <Scopes legend=k::apps::SCOPES scopes error=errors.of("scopes")/>
            <div class="row-end"><Button label variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
