//! Before a rule is switched on it says what it reaches.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::rules::{Desk, PATH};
use crate::api::Reply;
use crate::i18n::k;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Reach {
    count: i64,
    held: i64,
}

/// The number, and the button.
#[component]
pub fn SwitchOn(desk: Desk) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Reach, String>>);
    let load = move || {
        let id = desk.chosen.with_untracked(|rule| {
            rule.as_ref()
                .map(|rule| rule.id.clone())
                .unwrap_or_default()
        });
        spawn_local(async move {
            let path = format!("{PATH}/{id}/preview");
            let read = desk.api.get(&path).await.and_then(Reply::read::<Reach>);
            let _ = found.try_set(Some(read.map_err(|error| error.text())));
        });
    };
    load();
    let switch = move |()| {
        desk.chosen
            .with_untracked(|rule| rule.iter().for_each(|rule| desk.set_active(rule, true)));
        desk.switching.set(false);
    };
    let told = move |reach: Reach| {
        let held = (reach.held > 0).then(|| format!(" · {}", k::privacy::reach_held(reach.held)));
        format!(
            "{}{}",
            k::privacy::reach(reach.count),
            held.unwrap_or_default()
        )
    };
    view! {
        <div class="stack">
            {move || match found.get() {
                None => view! { <Skeleton lines=1/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
                Some(Ok(reach)) => view! {
                    <p role="status"><strong>{told(reach)}</strong></p>
                    <div class="row-end">
                        <Button label=k::common::CANCEL on_press=move |()| desk.switching.set(false)/>
                        <Button label=k::privacy::SWITCH_ON_BUTTON variant=Variant::Primary on_press=switch/>
                    </div>
                }
                .into_any(),
            }}
        </div>
    }
}
