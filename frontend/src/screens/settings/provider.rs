//! The service by which people of the workspace sign in.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use super::roles::known::{provide_roles, use_roles};
use crate::api::{FormErrors, Reply, Request, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
struct Provider {
    version: i64,
    label: String,
    issuer: String,
    client_id: String,
    has_secret: bool,
    domains: Vec<String>,
    join_role: Option<String>,
    proves_second_factor: bool,
    active: bool,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Shown {
    provider: Option<Provider>,
    redirect_uri: String,
}

const PATH: &str = "/workspace/sign-in-provider";

/// The page. Those who may change settings see it, owners change it.
#[component]
pub fn SignInProvider() -> impl IntoView {
    let allowed = may(Action::Settings);
    move || {
        if allowed.get() {
            view! { <Known/> }.into_any()
        } else {
            view! { <Banner text=k::settings::READ_ONLY tone=Tone::Info/> }.into_any()
        }
    }
}

#[component]
fn Known() -> impl IntoView {
    let api = use_api();
    provide_roles(api);
    let found = RwSignal::new(None::<Result<Shown, String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let answer = api.get(PATH).await.and_then(Reply::read::<Shown>);
            // The page may be gone by now.
            let _ = found.try_set(Some(answer.map_err(|error| error.text())));
        });
    });
    load.run(());
    move || match found.get() {
        None => view! { <Skeleton lines=6/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
        Some(Ok(shown)) => view! { <ProviderForm shown load/> }.into_any(),
    }
}

#[component]
fn Check(label: crate::i18n::Key, on: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="check-line">
            <input type="checkbox" prop:checked=move || on.get() on:change=move |event| on.set(event_target_checked(&event))/>
            {label}
        </label>
    }
}

#[component]
fn ProviderForm(shown: Shown, load: Callback<()>) -> impl IntoView {
    let (api, toasts, errors) = (use_api(), use_toasts(), FormErrors::default());
    let owner = move || {
        api.session()
            .with(|s| s.as_ref().is_some_and(|s| s.role == "owner"))
    };
    let there = shown.provider.is_some();
    let old = shown.provider.unwrap_or(Provider {
        active: true,
        ..Provider::default()
    });
    let (busy, removing) = (RwSignal::new(false), RwSignal::new(false));
    let redirect = RwSignal::new(shown.redirect_uri);
    let (label, issuer) = (RwSignal::new(old.label), RwSignal::new(old.issuer));
    let (client_id, secret) = (RwSignal::new(old.client_id), RwSignal::new(String::new()));
    let domains = RwSignal::new(old.domains.join("\n"));
    let role = RwSignal::new(old.join_role.unwrap_or_default());
    let (proves, active) = (
        RwSignal::new(old.proves_second_factor),
        RwSignal::new(old.active),
    );
    let version = old.version;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let lines = domains.get_untracked();
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let some = |text: String| (!text.is_empty()).then_some(text);
        let body = json!({
            "label": label.get_untracked().trim(), "issuer": issuer.get_untracked().trim(),
            "client_id": client_id.get_untracked().trim(), "client_secret": some(secret.get_untracked()),
            "domains": lines.collect::<Vec<_>>(), "join_role": some(role.get_untracked()),
            "proves_second_factor": proves.get_untracked(), "active": active.get_untracked(),
        });
        let request = Request::put(PATH).json(&body).version(version);
        spawn_local(async move {
            match request.send(api).await {
                Ok(_) => {
                    toasts.ok(k::provider::SAVED.get());
                    load.run(());
                }
                Err(error) => errors.show(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    let remove = move |()| {
        removing.set(false);
        spawn_local(async move {
            let done: Result<Value, _> = api.delete(PATH, Some(version)).await.map(|r| r.body);
            match done {
                Ok(_) => toasts.ok(k::provider::REMOVED.get()),
                Err(error) => toasts.bad(error.text()),
            }
            load.run(());
        });
    };
    let roles = use_roles();
    let choices = Signal::derive(move || {
        let refused = Choice::new("", k::provider::REFUSED.get());
        let rest = roles.choices("").into_iter();
        let rest = rest.filter(|one| one.value != "owner");
        let rest = rest.map(|one| Choice::new(one.value, k::provider::join_as(&one.label)));
        std::iter::once(refused).chain(rest).collect::<Vec<_>>()
    });
    let secret_hint = if old.has_secret {
        k::provider::CLIENT_SECRET_KEPT
    } else {
        k::provider::CLIENT_SECRET_HINT
    };
    view! {
        <form class="stack settings-form" on:submit=submit novalidate=true>
            <p class="secondary">{k::provider::TEXT}</p>
            {move || (!owner()).then(|| view! { <Banner text=k::provider::OWNERS_ONLY tone=Tone::Info/> })}
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::provider::REDIRECT value=redirect read_only=true hint=k::provider::REDIRECT_HINT/>
            <TextInput label=k::provider::LABEL value=label required=true error=errors.of("label")/>
            <TextInput label=k::provider::ISSUER value=issuer kind="url" required=true hint=k::provider::ISSUER_HINT error=errors.of("issuer")/>
            <TextInput label=k::provider::CLIENT_ID value=client_id required=true error=errors.of("client_id")/>
            <TextInput label=k::provider::CLIENT_SECRET value=secret kind="password" autocomplete="new-password" hint=secret_hint error=errors.of("client_secret")/>
            <TextArea label=k::provider::DOMAINS value=domains hint=k::provider::DOMAINS_HINT error=errors.of("domains")/>
            <Select label=k::provider::JOIN_ROLE value=role choices error=errors.of("join_role")/>
            <div><Check label=k::provider::PROVES on=proves/><p class="hint">{k::provider::PROVES_HINT}</p></div>
            <Check label=k::provider::ACTIVE on=active/>
            <Show when=owner>
                <div class="row">
                    <Button label=k::common::SAVE variant=Variant::Primary submit=true busy/>
                    <Show when=move || there><Button label=k::provider::REMOVE on_press=move |()| removing.set(true)/></Show>
                </div>
            </Show>
        </form>
        <Modal open=removing title=k::provider::REMOVE_TITLE>
            <div class="stack">
                <p>{k::provider::REMOVE_TEXT}</p>
                <div class="row-end">
                    <Button label=k::common::CANCEL on_press=move |()| removing.set(false)/>
                    <Button label=k::provider::REMOVE variant=Variant::Danger on_press=remove/>
                </div>
            </div>
        </Modal>
    }
}
