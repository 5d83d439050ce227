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
    contact_id: Option<String>,
    lead_id: Option<String>,
    title: String,
    reason: String,
    created_at: String,
}

impl Hold {
    /// Where the person is, in the API and in the app.
    fn path(&self) -> String {
        let lead = self.lead_id.as_ref().map(|id| format!("/leads/{id}"));
        let contact = self.contact_id.as_ref();
        let contact = contact.map(|id| format!("/contacts/{id}"));
        lead.or(contact).unwrap_or_default()
    }
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
    let lift = Callback::new(move |person: String| {
        spawn_local(async move {
            let request = Request::delete(&format!("{person}/hold"));
            match request.send(api).await {
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
    let path = hold.path();
    let Hold {
        title,
        reason,
        created_at,
        ..
    } = hold;
    let page = format!("/app{path}");
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <a href=page><strong>{title}</strong></a>
                <p class="hint">{reason}" · "{move || instant::shown(&created_at)}</p>
            </div>
            <Button label=k::privacy::RELEASE size=Size::Small on_press=move |()| lift.run(path.clone())/>
        </li>
    }
}
