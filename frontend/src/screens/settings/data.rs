//! Sample data, and where data comes in and goes.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::duplicates::DuplicateThresholds;
use super::everything::Everything;
use super::rights::may;
use crate::api::{Reply, Request, use_api};
use crate::i18n::{Key, k};
use crate::records::tags::use_tags;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::feedback::Skeleton;
use crate::ui::icon::{self, Glyph, Icon};
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

#[derive(Deserialize)]
struct Sample {
    present: bool,
}

/// The page.
#[component]
pub fn Data() -> impl IntoView {
    let allowed = may(Action::Settings);
    let imports = may(Action::Import);
    view! {
        <Show when=move || allowed.get() fallback=|| view! { <Banner text=k::settings::READ_ONLY tone=Tone::Info/> }>
            <SampleData/>
            <DuplicateThresholds/>
            <Everything/>
        </Show>
        <ul class="settings-lines">
            <Show when=move || imports.get()><PlaceLine path="/app/import" label=k::place::IMPORT text=k::settings::IMPORT_TEXT icon=icon::UPLOAD/></Show>
            <PlaceLine path="/app/trash" label=k::place::TRASH text=k::settings::TRASH_TEXT icon=icon::TRASH_2/>
            <PlaceLine path="/app/jobs" label=k::jobs::TITLE text=k::settings::JOBS_TEXT icon=icon::ZAP/>
        </ul>
    }
}

#[component]
fn PlaceLine(path: &'static str, label: Key, text: Key, icon: Icon) -> impl IntoView {
    view! {
        <li class="settings-line">
            <Glyph icon=icon/>
            <div class="settings-line-text"><a href=path><strong>{label}</strong></a><p class="hint">{text}</p></div>
        </li>
    }
}

#[component]
fn SampleData() -> impl IntoView {
    let (api, toasts, tags) = (use_api(), use_toasts(), use_tags());
    let present = RwSignal::new(None::<bool>);
    let busy = RwSignal::new(false);
    let load = move || {
        spawn_local(async move {
            match api
                .get("/sample-data")
                .await
                .and_then(Reply::read::<Sample>)
            {
                Ok(sample) => _ = present.try_set(Some(sample.present)),
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    load();
    let change = move |()| {
        let take_out = present.get_untracked() == Some(true);
        busy.set(true);
        spawn_local(async move {
            let request = if take_out {
                Request::delete("/sample-data")
            } else {
                Request::post("/sample-data")
            };
            match request.send(api).await {
                Ok(_) => {
                    let said = if take_out {
                        k::settings::SAMPLE_IS_OUT
                    } else {
                        k::settings::SAMPLE_IS_IN
                    };
                    toasts.ok(said.get());
                    tags.load(api);
                }
                Err(error) => toasts.bad(error.text()),
            }
            let _ = busy.try_set(false);
            load();
        });
    };
    let label = move || match present.get() {
        Some(true) => k::settings::SAMPLE_OUT.get(),
        _ => k::settings::SAMPLE_IN.get(),
    };
    view! {
        <section class="stack">
            <h2>{k::settings::SAMPLE}</h2>
            <p class="secondary">{k::settings::SAMPLE_TEXT}</p>
            <Show when=move || present.with(Option::is_some) fallback=|| view! { <Skeleton lines=1/> }>
                <div class="row"><Button label busy=busy on_press=change/></div>
            </Show>
        </section>
    }
}
