//! `/oauth/authorize`: an app has sent somebody here to be let in.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply, use_api};
use crate::i18n::k;
use crate::records::store::encode;
use crate::screens::session::BarePage;
use crate::screens::settings::api_keys::scope_name;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

/// What the server makes of the request.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Asking {
    Ask(Asked),
    Refused {
        redirect_to: String,
    },
    Elsewhere {
        workspace_id: String,
        workspace: String,
    },
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Asked {
    app: String,
    workspace: String,
    host: String,
    scopes: Vec<String>,
    own_scopes: Vec<String>,
}

#[derive(Deserialize)]
struct Sent {
    redirect_to: String,
}

#[derive(Clone, PartialEq, Eq)]
enum Stand {
    Waiting,
    Asked(Asked),
    Elsewhere(String, String),
    /// Nobody is sent anywhere; the words say why.
    Wrong(String),
    NoAnswer(String),
}

/// Goes to where the app waits. The server has compared the address with those that are registered.
fn leave(to: &str) {
    // A browser that refuses leaves the page as it is.
    let _ = window().location().set_href(to);
}

async fn look(api: Api, request: &str) -> Option<Stand> {
    let path = format!("/oauth/authorization?request={}", encode(request));
    Some(match api.get(&path).await.and_then(Reply::read::<Asking>) {
        Ok(Asking::Ask(asked)) => Stand::Asked(asked),
        Ok(Asking::Elsewhere {
            workspace_id,
            workspace,
        }) => Stand::Elsewhere(workspace_id, workspace),
        Ok(Asking::Refused { redirect_to }) => {
            leave(&redirect_to);
            return None;
        }
        Err(error @ ApiError::Problem(_)) => Stand::Wrong(error.text()),
        Err(error) => Stand::NoAnswer(error.text()),
    })
}

/// The page. Who is not signed in signs in first and comes back.
#[component]
pub fn Consent() -> impl IntoView {
    let (api, navigate, location) = (use_api(), use_navigate(), use_location());
    let stand = RwSignal::new(Stand::Waiting);
    let request = untrack(|| location.search.get());
    let request = StoredValue::new(request.trim_start_matches('?').to_owned());
    let ask = Callback::new(move |()| {
        let navigate = navigate.clone();
        stand.set(Stand::Waiting);
        spawn_local(async move {
            let raw = request.get_value();
            if untrack(|| api.session().with(Option::is_none)) && !api.refresh().await {
                let next = encode(&format!("/oauth/authorize?{raw}"));
                let options = NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                };
                navigate(&format!("/login?next={next}"), options);
                return;
            }
            if let Some(found) = look(api, &raw).await {
                let _ = stand.try_set(found);
            }
        });
    });
    ask.run(());
    move || match stand.get() {
        Stand::Waiting => view! { <div class="gate-wait"><Skeleton lines=6/></div> }.into_any(),
        Stand::Asked(asked) => view! { <Question asked request/> }.into_any(),
        Stand::Elsewhere(id, name) => view! { <Elsewhere id name/> }.into_any(),
        Stand::Wrong(text) => view! {
            <BarePage title=k::apps::WRONG>
                <div class="stack"><Banner text tone=Tone::Bad/><p>{k::apps::WRONG_TEXT}</p></div>
            </BarePage>
        }
        .into_any(),
        Stand::NoAnswer(text) => {
            view! { <main class="bare"><ErrorState text on_retry=ask/></main> }.into_any()
        }
    }
}

#[component]
fn Question(asked: Asked, request: StoredValue<String>) -> impl IntoView {
    let api = use_api();
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let decide = move |allow: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let body = json!({"request": request.get_value(), "allow": allow});
        spawn_local(async move {
            let answer = api.post("/oauth/authorization", &body).await;
            match answer.and_then(Reply::read::<Sent>) {
                // The buttons stay as they are until the other page is there.
                Ok(sent) => leave(&sent.redirect_to),
                Err(fault) => {
                    let _ = error.try_set(Some(fault.text()));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    let Asked {
        app,
        workspace,
        host,
        scopes,
        own_scopes,
    } = asked;
    let person = move || {
        let session = api.session();
        session.with(|s| {
            s.as_ref()
                .map(|s| format!("{} ({})", s.user.full_name, s.user.email))
        })
    };
    let line = move |scope: String| {
        let own = own_scopes.contains(&scope);
        let glyph = if own { icon::CHECK } else { icon::LOCK };
        view! {
            <li class="settings-line">
                <Glyph icon=glyph/>
                <div class="settings-line-text">{move || scope_name(&scope)}</div>
                {(!own).then(|| view! { <Tag label=k::apps::NOT_YOURS tone=Tone::Warn/> })}
            </li>
        }
    };
    view! {
        <BarePage title=move || k::apps::asks(&app)>
            <div class="stack">
                {move || error.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                <p>{move || k::apps::asks_text(&workspace)}</p>
                <ul class="settings-lines">{scopes.into_iter().map(line).collect_view()}</ul>
                <p class="hint">{move || person().map(|person| k::apps::signed_in_as(&person))}</p>
                <p class="hint">{move || k::apps::goes_to(&host)}</p>
                <div class="row-end">
                    <Button label=k::apps::DENY size=Size::Large busy on_press=move |()| decide(false)/>
                    <Button label=k::apps::ALLOW size=Size::Large variant=Variant::Primary busy on_press=move |()| decide(true)/>
                </div>
            </div>
        </BarePage>
    }
}

#[component]
fn Elsewhere(id: String, name: String) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let busy = RwSignal::new(false);
    let go = move |()| {
        let body = json!({"workspace_id": id});
        busy.set(true);
        spawn_local(async move {
            match api.post("/sessions/switch", &body).await {
                // The page begins anew with the session of the other workspace.
                Ok(_) => drop(window().location().reload()),
                Err(error) => {
                    toasts.bad(error.text());
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    let (told, label) = (name.clone(), name);
    view! {
        <BarePage title=k::apps::ELSEWHERE>
            <div class="stack">
                <p>{move || k::apps::elsewhere_text(&told)}</p>
                <div class="row-end"><Button label=move || k::apps::go_there(&label) variant=Variant::Primary busy on_press=go/></div>
            </div>
        </BarePage>
    }
}
