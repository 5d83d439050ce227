//! Taking an invitation.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::language_choice::{BarePage, password_hint};
use crate::api::{ApiError, FormErrors, Reply, Request, Session, use_api};
use crate::i18n::{self, Language, k, language};
use crate::records::labels;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Preview {
    workspace_name: String,
    language: String,
    email: String,
    role: String,
    role_name: Option<String>,
    invited_by: String,
    has_account: bool,
}

/// `/invite/:token`.
#[component]
pub fn Invite() -> impl IntoView {
    let params = use_params_map();
    let token = move || params.with(|p| p.get("token")).unwrap_or_default();
    let found = RwSignal::new(None::<Result<Preview, (String, bool)>>);
    let ask = Callback::new(move |()| {
        found.set(None);
        let path = format!(
            "/invitations/{}/preview",
            crate::records::store::encode(&untrack(token))
        );
        spawn_local(async move {
            let reply = Request::get(&path)
                .send_open()
                .await
                .and_then(Reply::read::<Preview>);
            if let Some(language) = reply
                .as_ref()
                .ok()
                .and_then(|p| Language::from_tag(&p.language))
                && crate::storage::read("relasi.language").is_none()
            {
                i18n::switch(language);
            }
            found.set(Some(reply.map_err(|error| {
                (error.text(), matches!(error, ApiError::Problem(_)))
            })));
        });
    });
    ask.run(());
    view! {
        <BarePage title=k::session::JOIN>
            {move || match found.get() {
                None => view! { <Skeleton lines=4/> }.into_any(),
                Some(Ok(preview)) => view! { <Accept preview token=untrack(token)/> }.into_any(),
                Some(Err((text, true))) => view! {
                    <EmptyState text icon=icon::INFO><a class="btn plain medium" href="/login">{k::session::SIGN_IN}</a></EmptyState>
                }.into_any(),
                Some(Err((text, false))) => view! { <ErrorState text on_retry=ask/> }.into_any(),
            }}
        </BarePage>
    }
}

#[component]
fn Accept(preview: Preview, token: String) -> impl IntoView {
    let (api, navigate) = (use_api(), use_navigate());
    let errors = FormErrors::default();
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let email = RwSignal::new(preview.email.clone());
    let (code, coded) = (RwSignal::new(String::new()), RwSignal::new(false));
    let busy = RwSignal::new(false);
    let known = preview.has_account;
    let path = format!(
        "/invitations/{}/accept",
        crate::records::store::encode(&token)
    );
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        errors.clear();
        let (navigate, path) = (navigate.clone(), path.clone());
        let body = json!({
            "full_name": name.get_untracked().trim(),
            "password": password.get_untracked(),
            "language": language().tag(),
            "code": code.get_untracked(),
        });
        spawn_local(async move {
            let reply = Request::post(&path).json(&body).send_open().await;
            busy.set(false);
            match reply.and_then(Reply::read::<Session>) {
                Ok(session) => {
                    api.begin(session);
                    navigate(
                        "/app",
                        NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        },
                    );
                }
                Err(error) => {
                    let faults = error
                        .problem()
                        .map(|p| p.errors.clone())
                        .unwrap_or_default();
                    if faults.iter().any(|fault| fault.pointer == "/code") {
                        coded.set(true);
                    }
                    errors.show(&error);
                }
            }
        });
    };
    let about = move || {
        let key = format!("role.{}", preview.role);
        let role = labels::text(&key).or(preview.role_name.as_deref());
        k::session::invited(
            &preview.invited_by,
            role.unwrap_or_default(),
            &preview.workspace_name,
        )
    };
    view! {
        <p>{about}</p>
        <form class="stack" on:submit=submit novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::session::EMAIL value=email kind="email" autocomplete="username" read_only=true/>
            {(!known).then(|| view! { <TextInput label=k::session::FULL_NAME value=name required=true autocomplete="name" error=errors.of("full_name") autofocus=true/> })}
            {if known {
                view! { <TextInput label=k::session::PASSWORD value=password kind="password" required=true autocomplete="current-password"
                    hint=k::session::OWN_PASSWORD error=errors.of("password") autofocus=true/> }.into_any()
            } else {
                view! { <TextInput label=k::session::PASSWORD value=password kind="password" required=true autocomplete="new-password"
                    hint=password_hint error=errors.of("password")/> }.into_any()
            }}
            <Show when=move || coded.get()>
                <TextInput label=k::security::CODE value=code required=true autocomplete="one-time-code" error=errors.of("code") autofocus=true/>
            </Show>
            <Button label=k::session::JOIN_NOW variant=Variant::Primary size=Size::Large submit=true busy/>
        </form>
    }
}
