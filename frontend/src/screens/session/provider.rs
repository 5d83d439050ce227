//! Signing in by a service: there, and back again.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use serde::{Deserialize, Serialize};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::language_choice::BarePage;
use super::login::own_address;
use super::second_step::SecondStep;
use crate::api::{ApiError, Challenge, FormErrors, Reply, Request, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size};
use crate::ui::feedback::Skeleton;
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// A service by which one can sign in.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Provider {
    workspace_id: String,
    label: String,
}

/// What the sign-in page offers.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Offered {
    /// Nothing.
    #[default]
    Nothing,
    /// The one service there is.
    One(Provider),
    /// Several, found by an address.
    Several,
}

#[derive(Deserialize)]
struct Begun {
    url: String,
    token: String,
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Provider>,
}

/// What this tab keeps until the person comes back.
#[derive(Serialize, Deserialize)]
struct Kept {
    token: String,
    next: String,
    /// Who is signed in links their account.
    #[serde(default)]
    link: bool,
}

const KEPT: &str = "relasi.sign-in";

fn tab() -> Option<web_sys::Storage> {
    window().session_storage().ok()?
}

/// Takes what was kept: it is good once.
fn take() -> Option<Kept> {
    let store = tab()?;
    let kept = store.get_item(KEPT).ok()??;
    // A store that can be read can be written.
    let _ = store.remove_item(KEPT);
    serde_json::from_str(&kept).ok()
}

/// Sends the person to the service.
async fn go(provider: &Provider, next: String) -> Result<(), ApiError> {
    let body = json!({"workspace_id": provider.workspace_id});
    let begun = Request::post("/sessions/provider/begin").json(&body);
    leave(begun.send_open().await.and_then(Reply::read)?, next, false);
    Ok(())
}

/// Sends who is signed in to the service, by the answer to the beginning, to be linked there.
pub fn go_to_link(begun: serde_json::Value) {
    if let Ok(begun) = serde_json::from_value(begun) {
        leave(begun, "/app/settings/security".to_owned(), true);
    }
}

fn leave(begun: Begun, next: String, link: bool) {
    let kept = json!(Kept {
        token: begun.token,
        next,
        link,
    });
    if let Some(store) = tab() {
        // Without it the way back ends with a word about it.
        let _ = store.set_item(KEPT, &kept.to_string());
    }
    let _ = window().location().set_href(&begun.url);
}

/// The buttons below the form.
#[component]
pub fn ProviderChoice(
    /// What there is.
    offered: RwSignal<Offered>,
    /// Where to go afterwards.
    next: Signal<String>,
) -> impl IntoView {
    move || match offered.get() {
        Offered::Nothing => ().into_any(),
        Offered::One(provider) => view! { <ProviderButton provider next/> }.into_any(),
        Offered::Several => view! { <ProviderSearch next/> }.into_any(),
    }
}

#[component]
fn ProviderButton(provider: Provider, next: Signal<String>) -> impl IntoView {
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let label = provider.label.clone();
    let press = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        let provider = provider.clone();
        spawn_local(async move {
            // The button stays busy until the other page is there.
            if let Err(error) = go(&provider, next.get_untracked()).await {
                let _ = wrong.try_set(Some(error.text()));
                let _ = busy.try_set(false);
            }
        });
    };
    view! {
        <div class="stack">
            {move || wrong.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <Button label=move || k::provider::sign_in_with(&label) size=Size::Large icon=icon::KEY_ROUND busy on_press=press/>
        </div>
    }
}

#[component]
fn ProviderSearch(next: Signal<String>) -> impl IntoView {
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let (email, errors) = (RwSignal::new(String::new()), FormErrors::default());
    let found = RwSignal::new(None::<Vec<Provider>>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({"email": email.get_untracked().trim()});
        spawn_local(async move {
            let answer = Request::post("/sessions/provider/search").json(&body);
            match answer.send_open().await.and_then(Reply::read::<Found>) {
                Ok(answer) => _ = found.try_set(Some(answer.items)),
                Err(error) => errors.show(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    let services = move || {
        found.get().map(|all| {
            if all.is_empty() {
                return view! { <Banner text=k::provider::NONE_FOUND tone=Tone::Warn/> }.into_any();
            }
            let button = |provider| view! { <ProviderButton provider next/> };
            all.into_iter().map(button).collect_view().into_any()
        })
    };
    move || {
        if !open.get() {
            return view! {
                <div class="stack"><Button label=k::provider::COMPANY size=Size::Large icon=icon::KEY_ROUND on_press=move |()| open.set(true)/></div>
            }
            .into_any();
        }
        view! {
            <form class="stack" on:submit=submit novalidate=true>
                {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                <TextInput label=k::session::EMAIL value=email kind="email" autocomplete="username" hint=k::provider::EMAIL_HINT autofocus=true error=errors.of("email")/>
                {services}
                <Button label=k::provider::FIND size=Size::Large submit=true busy/>
            </form>
        }
        .into_any()
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Stand {
    Waiting,
    SecondStep(Challenge),
    Refused(String),
}

/// `/sign-in/callback`: the person comes back from the service.
#[component]
pub fn ProviderBack() -> impl IntoView {
    let (api, navigate, query) = (use_api(), use_navigate(), use_query_map());
    let stand = RwSignal::new(Stand::Waiting);
    let kept = StoredValue::new(take());
    let on_done = Callback::new(move |()| {
        let next = kept.with_value(|kept| kept.as_ref().map(|kept| kept.next.clone()));
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&own_address(next), options);
    });
    let token = kept.with_value(|kept| kept.as_ref().map(|kept| kept.token.clone()));
    let links = kept.with_value(|kept| kept.as_ref().is_some_and(|kept| kept.link));
    let toasts = use_toasts();
    let from = |name: &str| query.with_untracked(|query| query.get(name));
    match (token, from("code"), from("state")) {
        (Some(token), Some(code), Some(state)) => {
            let body = json!({"token": token, "code": code, "state": state, "iss": from("iss")});
            spawn_local(async move {
                if links {
                    // The page has come anew, and its session with the cookie; without one the answer says so.
                    let _ = api.refresh().await;
                    match api.post("/me/sign-in-links", &body).await {
                        Ok(_) => {
                            toasts.ok(k::provider::NOW_LINKED.get());
                            on_done.run(());
                        }
                        Err(error) => _ = stand.try_set(Stand::Refused(error.text())),
                    }
                    return;
                }
                let request = Request::post("/sessions/provider").json(&body);
                let answer = request.send_open().await;
                let read = answer.and_then(|reply| {
                    if reply.status == 202 {
                        return reply.read().map(Some);
                    }
                    api.begin(reply.read()?);
                    Ok(None)
                });
                match read {
                    Ok(None) => on_done.run(()),
                    Ok(Some(challenge)) => _ = stand.try_set(Stand::SecondStep(challenge)),
                    Err(error) => _ = stand.try_set(Stand::Refused(error.text())),
                }
            });
        }
        // The person said no there, or this tab did not begin it.
        _ => stand.set(Stand::Refused(k::provider::BACK_WRONG.get().to_owned())),
    }
    let (title, way, words) = if links {
        let back = "/app/settings/security";
        (
            k::provider::BACK_LINK_TITLE,
            back,
            k::provider::BACK_TO_SECURITY,
        )
    } else {
        (k::provider::BACK_TITLE, "/login", k::provider::BEGIN_ANEW)
    };
    let anew = move || view! { <p><a class="btn primary large" href=way>{words}</a></p> };
    view! {
        <BarePage title>
            {move || match stand.get() {
                Stand::Waiting => view! { <Skeleton lines=2/> }.into_any(),
                Stand::SecondStep(challenge) => {
                    let on_back = Callback::new(move |()| {
                        stand.set(Stand::Refused(k::provider::BACK_WRONG.get().to_owned()));
                    });
                    view! { <SecondStep challenge on_done on_back/> }.into_any()
                }
                Stand::Refused(text) => view! {
                    <div class="stack"><Banner text tone=Tone::Bad/>{anew()}</div>
                }
                .into_any(),
            }}
        </BarePage>
    }
}
