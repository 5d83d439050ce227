//! The workspaces one is a member of, and the way into another one.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::listed::listed;
use super::roles::known::role_label;
use crate::api::use_api;
use crate::i18n::k;
use crate::ui::button::{Button, Size};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct OwnWorkspace {
    id: String,
    name: String,
    role: String,
    role_name: Option<String>,
    current: bool,
}

/// The page.
#[component]
pub fn Workspaces() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (found, load) = listed::<OwnWorkspace>(api, "/me/workspaces");
    load();
    let busy = RwSignal::new(false);
    let switch = Callback::new(move |id: String| {
        busy.set(true);
        spawn_local(async move {
            if let Err(error) = api.switch(&id).await {
                _ = busy.try_set(false);
                toasts.bad(error.text());
                load();
            }
        });
    });
    let line = move |own: OwnWorkspace| view! { <Line own switch busy/> };
    view! {
        <p class="secondary">{k::settings::WORKSPACES_TEXT}</p>
        {move || match found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) => view! { <ul class="settings-lines">{all.into_iter().map(line).collect_view()}</ul> }.into_any(),
        }}
    }
}

#[component]
fn Line(own: OwnWorkspace, switch: Callback<String>, busy: RwSignal<bool>) -> impl IntoView {
    let OwnWorkspace {
        id,
        name,
        role,
        role_name,
        current,
    } = own;
    let label = {
        let name = name.clone();
        move || k::settings::switch_to(&name)
    };
    view! {
        <li class="settings-line">
            <Glyph icon=icon::BUILDING_2/>
            <div class="settings-line-text">
                <strong>{name}</strong>
                <p class="hint">{move || role_name.clone().unwrap_or_else(|| role_label(&role))}</p>
            </div>
            {if current {
                view! { <Tag label=k::settings::THIS_WORKSPACE tone=Tone::Accent/> }.into_any()
            } else {
                view! { <Button label size=Size::Small busy on_press=move |()| switch.run(id.clone())/> }.into_any()
            }}
        </li>
    }
}
