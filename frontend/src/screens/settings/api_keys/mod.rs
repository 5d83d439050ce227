//! Keys by which programs call the API: what there is, new ones, what each was used for.

mod form;
mod log;

pub use form::Scopes;
pub use log::Calls;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::listed::listed;
use crate::api::use_api;
use crate::i18n::{date_short, k, local_day};
use crate::records::instant;
use crate::records::people::use_people;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::{Drawer, Modal};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

/// A key as the API lists it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
struct ApiKey {
    id: String,
    name: String,
    user_id: String,
    scopes: Vec<String>,
    hint: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    last_used_ip: Option<String>,
}

/// What a scope is called; tracked.
pub fn scope_name(scope: &str) -> String {
    let name = match scope {
        "see" => k::api_keys::SCOPE_SEE,
        "add" => k::api_keys::SCOPE_ADD,
        "edit" => k::api_keys::SCOPE_EDIT,
        "delete" => k::api_keys::SCOPE_DELETE,
        "export" => k::api_keys::SCOPE_EXPORT,
        "import" => k::api_keys::SCOPE_IMPORT,
        "settings" => k::api_keys::SCOPE_SETTINGS,
        "members" => k::api_keys::SCOPE_MEMBERS,
        "audit" => k::api_keys::SCOPE_AUDIT,
        "erase" => k::api_keys::SCOPE_ERASE,
        other => return other.to_owned(),
    };
    name.get().to_owned()
}

/// The key that a dialog is about, and whether it is open.
#[derive(Clone, Copy, Default)]
struct Chosen {
    key: RwSignal<Option<ApiKey>>,
    open: RwSignal<bool>,
}

impl Chosen {
    fn choose(self, key: ApiKey) {
        self.key.set(Some(key));
        self.open.set(true);
    }

    /// Its name; tracked.
    fn name(self) -> String {
        self.key
            .with(|key| key.as_ref().map(|key| key.name.clone()))
            .unwrap_or_default()
    }
}

/// The page.
#[component]
pub fn ApiKeys() -> impl IntoView {
    let api = use_api();
    let (found, load) = listed::<ApiKey>(api, "/api-keys");
    let making = RwSignal::new(false);
    let (ending, shown) = (Chosen::default(), Chosen::default());
    load();
    view! {
        <div class="row">
            <p class="secondary settings-about">{k::api_keys::TEXT}</p>
            <span class="spacer"></span>
            <Button label=k::api_keys::NEW variant=Variant::Primary icon=icon::PLUS on_press=move |()| making.set(true)/>
        </div>
        <p><a href="/api/docs" target="_blank" rel="noopener">{k::api_keys::DOCS}</a></p>
        {move || match found.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <EmptyState text=k::api_keys::NONE icon=icon::KEY_ROUND/> }.into_any(),
            Some(Ok(all)) => view! {
                <ul class="settings-lines">{all.into_iter().map(|key| view! { <Line key ending shown/> }).collect_view()}</ul>
            }.into_any(),
        }}
        <Modal open=making title=k::api_keys::NEW><form::NewKey open=making on_made=Callback::new(move |()| load())/></Modal>
        <EndDialog ending on_ended=Callback::new(move |()| load())/>
        <LogDrawer shown/>
    }
}

#[component]
fn Line(key: ApiKey, ending: Chosen, shown: Chosen) -> impl IntoView {
    let (for_end, for_log, of) = (key.clone(), key.clone(), StoredValue::new(key.clone()));
    let over = key.expires_at.as_deref().is_some_and(instant::is_past);
    let people = use_people();
    let facts = move || {
        of.with_value(|key| {
            let used = match (&key.last_used_at, &key.last_used_ip) {
                (Some(at), Some(ip)) => k::api_keys::used(ip, &instant::shown(at)),
                _ => k::api_keys::NEVER_USED.get().to_owned(),
            };
            let end = key.expires_at.as_deref().and_then(local_day);
            let end = end.map_or_else(
                || k::api_keys::NO_END.get().to_owned(),
                |day| k::api_keys::until(&date_short(day)),
            );
            let owner = people.name(&key.user_id).unwrap_or_default();
            format!("…{} · {owner} · {end} · {used}", key.hint)
        })
    };
    let scopes = move || {
        of.with_value(|key| {
            key.scopes
                .iter()
                .map(|scope| scope_name(scope))
                .collect::<Vec<_>>()
                .join(", ")
        })
    };
    view! {
        <li class="settings-line">
            <Glyph icon=icon::KEY_ROUND/>
            <div class="settings-line-text">
                <strong>{key.name.clone()}</strong>" "
                {over.then(|| view! { <Tag label=k::api_keys::OVER tone=Tone::Warn/> })}
                <p class="hint">{facts}</p>
                <p class="hint">{scopes}</p>
            </div>
            <Button label=k::api_keys::LOG size=Size::Small on_press=move |()| shown.choose(for_log.clone())/>
            <Button label=k::api_keys::END size=Size::Small on_press=move |()| ending.choose(for_end.clone())/>
        </li>
    }
}

#[component]
fn EndDialog(ending: Chosen, on_ended: Callback<()>) -> impl IntoView {
    let (api, toasts, open) = (use_api(), use_toasts(), ending.open);
    let end = move |()| {
        let Some(key) = ending.key.get_untracked() else {
            return;
        };
        open.set(false);
        spawn_local(async move {
            match api.delete(&format!("/api-keys/{}", key.id), None).await {
                Ok(_) => toasts.ok(k::api_keys::ended(&key.name)),
                Err(error) => toasts.bad(error.text()),
            }
            on_ended.run(());
        });
    };
    view! {
        <Modal open title=k::api_keys::END_TITLE>
            <div class="stack">
                <p>{move || k::api_keys::end_text(&ending.name())}</p>
                <div class="row-end">
                    <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                    <Button label=k::api_keys::END_NOW variant=Variant::Danger on_press=end/>
                </div>
            </div>
        </Modal>
    }
}

#[component]
fn LogDrawer(shown: Chosen) -> impl IntoView {
    let open = shown.open;
    let title = Signal::derive(move || k::api_keys::log_of(&shown.name()));
    view! {
        <Drawer open title>
            {move || open.get().then(|| shown.key.get()).flatten().map(|key| view! { <log::Log id=key.id/> })}
        </Drawer>
    }
}
