//! Where links in messages lead: to a new password, or to a new address.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::language_choice::{BarePage, password_hint};
use crate::api::{ApiError, FormErrors, Reply, Request};
use crate::i18n::{Key, k};
use crate::records::store::encode;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// What a link is about.
#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Preview {
    email: String,
}

/// The path of a link's API: the resource and the token in the address of the page.
fn path_of(resource: &str) -> String {
    let token = use_params_map().with_untracked(|params| params.get("token"));
    format!("/{resource}/{}", encode(&token.unwrap_or_default()))
}

/// Looks first whether the link is still good, and shows then what it is for.
fn opened<V>(
    title: Key,
    path: String,
    anew: Option<&'static str>,
    form: impl Fn(String, String) -> V + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    V: IntoView + 'static,
{
    let found = RwSignal::new(None::<Result<Preview, (String, bool)>>);
    let path = StoredValue::new(path);
    let ask = Callback::new(move |()| {
        found.set(None);
        spawn_local(async move {
            let reply = Request::get(&path.get_value()).send_open().await;
            let reply = reply.and_then(Reply::read::<Preview>);
            found.set(Some(reply.map_err(|error| {
                (error.text(), matches!(error, ApiError::Problem(_)))
            })));
        });
    });
    ask.run(());
    view! {
        <BarePage title>
            {move || match found.get() {
                None => view! { <Skeleton lines=4/> }.into_any(),
                Some(Ok(preview)) => form(path.get_value(), preview.email).into_any(),
                Some(Err((text, true))) => view! {
                    <EmptyState text icon=icon::INFO>
                        {anew.map(|page| view! { <a class="btn primary medium" href=page>{k::mail::ASK_ANEW}</a> })}
                        <a class="btn plain medium" href="/login">{k::session::SIGN_IN}</a>
                    </EmptyState>
                }.into_any(),
                Some(Err((text, false))) => view! { <ErrorState text on_retry=ask/> }.into_any(),
            }}
        </BarePage>
    }
}

/// What has been done, and the way on.
fn done(text: Key) -> AnyView {
    view! {
        <Banner text tone=Tone::Ok/>
        <p><a class="btn primary large" href="/login">{k::session::SIGN_IN}</a></p>
    }
    .into_any()
}

/// `/reset-password/:token`.
#[component]
pub fn ResetPassword() -> impl IntoView {
    let path = path_of("password-resets");
    opened(
        k::mail::FORGOT_TITLE,
        path,
        Some("/forgot-password"),
        |path, email| view! { <NewPassword path email/> },
    )
}

#[component]
fn NewPassword(path: String, email: String) -> impl IntoView {
    let errors = FormErrors::default();
    let (password, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let set = RwSignal::new(false);
    // Password managers keep the new password under it.
    let account = RwSignal::new(email.clone());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({ "new_password": password.get_untracked() });
        let request = Request::post(&path).json(&body);
        spawn_local(async move {
            match request.send_open().await {
                Ok(_) => set.set(true),
                Err(error) => errors.show(&error),
            }
            busy.set(false);
        });
    };
    let (submit, email) = (StoredValue::new_local(submit), StoredValue::new(email));
    move || {
        if set.get() {
            return done(k::mail::PASSWORD_SET);
        }
        let text = move || email.with_value(|email| k::mail::reset_text(email));
        view! {
            <form class="stack" on:submit=move |event| submit.with_value(|submit| submit(event)) novalidate=true>
                <p class="secondary">{text}</p>
                {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                <TextInput label=k::session::EMAIL value=account kind="email" autocomplete="username" read_only=true/>
                <TextInput label=k::mail::NEW_PASSWORD value=password kind="password" required=true autocomplete="new-password"
                    hint=password_hint error=errors.of("new_password") autofocus=true/>
                <Button label=k::mail::SET_PASSWORD variant=Variant::Primary size=Size::Large submit=true busy/>
            </form>
        }
        .into_any()
    }
}

/// `/confirm-email/:token`. Opening the link changes nothing: programs that look into messages open links too.
#[component]
pub fn ConfirmEmail() -> impl IntoView {
    let path = path_of("email-changes");
    opened(k::mail::CONFIRM_TITLE, path, None, |path, email| {
        view! { <Confirm path email/> }
    })
}

#[component]
fn Confirm(path: String, email: String) -> impl IntoView {
    let errors = FormErrors::default();
    let (busy, confirmed) = (RwSignal::new(false), RwSignal::new(false));
    let confirm = Callback::new(move |()| {
        busy.set(true);
        errors.clear();
        let request = Request::post(&path);
        spawn_local(async move {
            match request.send_open().await {
                Ok(_) => confirmed.set(true),
                Err(error) => errors.show(&error),
            }
            busy.set(false);
        });
    });
    let email = StoredValue::new(email);
    move || {
        if confirmed.get() {
            return done(k::mail::CONFIRMED);
        }
        let text = move || email.with_value(|email| k::mail::confirm_text(email));
        view! {
            <div class="stack">
                <p>{text}</p>
                {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                <Button label=k::mail::CONFIRM variant=Variant::Primary size=Size::Large busy on_press=confirm/>
            </div>
        }
        .into_any()
    }
}
