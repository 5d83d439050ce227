//! Signing in.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use wasm_bindgen_futures::spawn_local;

use super::gate::setup_state;
use super::language_choice::BarePage;
use super::passkey;
use super::provider::{Offered, ProviderChoice};
use super::second_step::{PasskeyButton, SecondStep};
use crate::api::{Challenge, FormErrors, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// `/login`: goes on to `?next=` (an address of this app) afterwards.
#[component]
pub fn Login() -> impl IntoView {
    let (api, navigate, query) = (use_api(), use_navigate(), use_query_map());
    let on = navigate.clone();
    let next = Signal::derive(move || own_address(query.with(|q| q.get("next"))));
    let done = move |()| {
        on(
            &next.get_untracked(),
            NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            },
        );
    };
    let passkeys = RwSignal::new(false);
    let mail = RwSignal::new(None::<bool>);
    let offered = RwSignal::new(Offered::Nothing);
    // Whoever comes here with a good cookie, or before there is a workspace, is sent on.
    spawn_local({
        let done = done.clone();
        async move {
            if untrack(|| api.session().with(Option::is_some)) {
                done(());
                return;
            }
            let Ok(state) = setup_state().await else {
                return;
            };
            let _ = passkeys.try_set(state.passkeys && passkey::known());
            let _ = mail.try_set(Some(state.mail));
            let _ = offered.try_set(match state.sign_in_provider {
                Some(provider) => Offered::One(provider),
                None if state.sign_in_providers => Offered::Several,
                None => Offered::Nothing,
            });
            if state.needed {
                navigate(
                    "/setup",
                    NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    },
                );
            }
        }
    });
    view! {
        <BarePage title=k::session::SIGN_IN>
            <SignInForm on_done=done passkeys/>
            <ProviderChoice offered next/>
            {move || mail.get().map(|sends| if sends {
                view! { <p><a href="/forgot-password">{k::mail::FORGOT}</a></p> }.into_any()
            } else {
                view! { <p class="hint">{k::session::FORGOTTEN}</p> }.into_any()
            })}
        </BarePage>
    }
}

/// An address of this app to go on to after signing in; the app itself for any other.
pub(super) fn own_address(next: Option<String>) -> String {
    let own = ["/app", "/oauth/authorize?"];
    let next = next.filter(|path| own.iter().any(|begin| path.starts_with(begin)));
    next.unwrap_or_else(|| "/app".to_owned())
}

/// Address, password, button. On the page and on the card that opens when a session ends.
#[component]
pub fn SignInForm(
    /// Called once signed in.
    #[prop(into)]
    on_done: Callback<()>,
    /// Whether a passkey can sign in here.
    #[prop(optional, into)]
    passkeys: Signal<bool>,
) -> impl IntoView {
    let challenge = RwSignal::new(None::<Challenge>);
    move || match challenge.get() {
        Some(asked) => {
            let on_back = Callback::new(move |()| challenge.set(None));
            view! { <SecondStep challenge=asked on_done on_back/> }.into_any()
        }
        None => view! { <FirstStep challenge on_done passkeys/> }.into_any(),
    }
}

#[component]
fn FirstStep(
    challenge: RwSignal<Option<Challenge>>,
    on_done: Callback<()>,
    passkeys: Signal<bool>,
) -> impl IntoView {
    let api = use_api();
    let errors = FormErrors::default();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        spawn_local(async move {
            let (email, password) = (email.get_untracked(), password.get_untracked());
            let signed_in = api.sign_in(email.trim(), &password).await;
            // The card is gone once the session is there.
            if busy.try_set(false).is_some() && signed_in.is_err() {
                return;
            }
            match signed_in {
                Ok(None) => on_done.try_run(()).unwrap_or_default(),
                Ok(asked) => challenge.set(asked),
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::session::EMAIL value=email kind="email" autocomplete="username" error=errors.of("email") autofocus=true/>
            <TextInput label=k::session::PASSWORD value=password kind="password" autocomplete="current-password" error=errors.of("password")/>
            <Button label=k::session::SIGN_IN variant=Variant::Primary size=Size::Large submit=true busy/>
            <Show when=move || passkeys.get()><PasskeyButton challenge=None errors on_done/></Show>
        </form>
    }
}
