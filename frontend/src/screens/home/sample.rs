//! The banner of the sample data and its removal.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::use_api;
use crate::i18n::k;
use crate::ui::button::{Button, Size};
use crate::ui::icon::{self, Glyph};
use crate::ui::toast::use_toasts;

/// "Sample data [Remove all]" for those who may; nothing when there is none.
#[component]
pub fn SampleBanner(
    /// Called after the data went away or came back.
    on_change: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let present = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let may = api
        .session()
        .with_untracked(|s| s.as_ref().is_some_and(|s| s.may(Action::Settings)));
    if may {
        spawn_local(async move {
            if let Ok(answer) = api.get("/sample-data").await {
                // The page may have been left.
                _ = present.try_set(answer.body["present"] == true);
            }
        });
    }
    let bring_back = move || {
        spawn_local(async move {
            match api.post("/sample-data", &json!({})).await {
                Ok(_) => {
                    _ = present.try_set(true);
                    on_change.run(());
                }
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    let remove = move |()| {
        busy.set(true);
        spawn_local(async move {
            let gone = api.delete("/sample-data", None).await;
            _ = busy.try_set(false);
            match gone {
                Ok(_) => {
                    _ = present.try_set(false);
                    toasts.undoable(k::home::SAMPLE_REMOVED.get(), bring_back);
                    on_change.run(());
                }
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    view! {
        <Show when=move || present.get()>
            <div class="banner info sample" role="status">
                <Glyph icon=icon::INFO/>
                <p>{k::home::SAMPLE}</p>
                <Button label=k::home::SAMPLE_REMOVE size=Size::Small busy on_press=remove/>
            </div>
        </Show>
    }
}
