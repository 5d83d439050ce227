//! One's own calendar feed: on or off, how much it tells, and its address, which is told once.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::once::Once;
use crate::api::{Reply, Request, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::Skeleton;
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

const PATH: &str = "/calendar-feed";

#[derive(Clone, PartialEq, Deserialize)]
struct Feed {
    on: bool,
    busy_only: bool,
    #[serde(default)]
    path: Option<String>,
}

/// The page.
#[component]
pub fn CalendarFeed() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let feed = RwSignal::new(None::<Feed>);
    let fault = RwSignal::new(None::<String>);
    let told = RwSignal::new(false);
    let address = RwSignal::new(String::new());
    // What came back; a new address is shown once.
    let take = move |reply: Result<Reply, crate::api::ApiError>| match reply
        .and_then(Reply::read::<Feed>)
    {
        Ok(found) => {
            if let Some(path) = &found.path {
                let origin = window().location().origin().unwrap_or_default();
                address.set(format!("{origin}{path}"));
                told.set(true);
            }
            let _ = fault.try_set(None);
            let _ = feed.try_set(Some(found));
        }
        Err(error) => {
            let _ = fault.try_set(Some(error.text()));
        }
    };
    spawn_local(async move { take(api.get(PATH).await) });
    let set = move |body: Value| {
        spawn_local(async move {
            take(Request::put(PATH).json(&body).send(api).await);
            toasts.ok(k::booking::FEED_SAVED.get());
        });
    };
    let renew = move |()| {
        spawn_local(async move { take(api.post(&format!("{PATH}/renew"), &json!({})).await) });
    };
    let shown = move |found: Feed| {
        let busy_only = found.busy_only;
        let private = move |event: web_sys::Event| {
            set(json!({"on": true, "busy_only": event_target_checked(&event)}));
        };
        if found.on {
            view! {
                <Banner text=k::booking::FEED_ON tone=Tone::Ok/>
                <label class="check-line"><input type="checkbox" prop:checked=busy_only on:change=private/>{k::booking::BUSY_ONLY}</label>
                <p class="hint">{k::booking::BUSY_ONLY_HINT}</p>
                <div class="row">
                    <Button label=k::booking::FEED_RENEW on_press=renew/>
                    <Button label=k::booking::FEED_OFF on_press=move |()| set(json!({"on": false}))/>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="row"><Button label=k::booking::FEED_TURN_ON variant=Variant::Primary on_press=move |()| set(json!({"on": true}))/></div>
            }
            .into_any()
        }
    };
    view! {
        <section class="stack">
            <p class="secondary">{k::booking::FEED_TEXT}</p>
            {move || fault.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {move || match feed.get() {
                None => view! { <Skeleton lines=2/> }.into_any(),
                Some(found) => shown(found),
            }}
            <Modal open=told title=k::booking::FEED_ADDRESS>
                {move || view! {
                    <Once value=address.get() label=k::booking::FEED_ADDRESS hint=k::booking::FEED_ONCE
                        copy_label=k::booking::COPY_ADDRESS copied=k::common::COPIED open=told/>
                }}
            </Modal>
        </section>
    }
}
