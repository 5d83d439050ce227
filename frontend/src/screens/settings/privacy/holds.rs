//! People of whom nothing is removed.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Request, use_api};
use crate::i18n::k;
use crate::records::instant;
use crate::screens::settings::listed::items;
use crate::ui::button::{Button, Size};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Hold {
    contact_id: String,
    title: String,
    reason: String,
    created_at: String,
}

/// The list.
#[component]
pub fn Holds() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let found = RwSignal::new(None::<Result<Vec<Hold>, String>>);
    let load = move || {
        spawn_local(async move {
            let all = items(api, "/retention-holds")
                .await
                .map_err(|error| error.text());
            // The page may be gone by now.
            let _ = found.try_set(Some(all));
        });
    };
    load();
    let lift = Callback::new(move |contact: String| {
        spawn_local(async move {
            match Request::delete(&format!("/contacts/{contact}/hold"))
                .send(api)
                .await
            {
                Ok(_) => toasts.ok(k::privacy::RELEASED.get()),
                Err(error) => toasts.bad(error.text()),
            }
            load();
        });
    });
    view! {
        {move || match found.get() {
            None => view! { <Skeleton lines=2/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::privacy::NO_HOLDS}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|hold| view! { <Line hold lift/> });
                view! { <ul class="settings-lines holds">{lines.collect_view()}</ul> }.into_any()
            }
        }}
    }
}

#[component]
fn Line(hold: Hold, lift: Callback<String>) -> impl IntoView {
    let Hold {
        contact_id,
        title,
        reason,
        created_at,
    } = hold;
    let path = format!("/app/contacts/{contact_id}");
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <a href=path><strong>{title}</strong></a>
                <p class="hint">{reason}" · "{move || instant::shown(&created_at)}</p>
            </div>
            <Button label=k::privacy::RELEASE size=Size::Small on_press=move |()| lift.run(contact_id.clone())/>
        </li>
    }
}
