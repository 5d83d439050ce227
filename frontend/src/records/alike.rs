//! Records like the one that is being typed.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use relasi_domain::record::{Document, Object};
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::form::Draft;
use super::labels;
use super::reasons::{Likeness, Reason};
use super::refs::page_path;
use super::store::nested;
use crate::api::{Reply, use_api};
use crate::i18n::k;
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::Tag;

/// How long nothing is typed before the server is asked.
const PAUSE: Duration = Duration::from_millis(400);
/// Records shown.
const SHOWN: usize = 3;

#[derive(Clone, PartialEq, Deserialize)]
struct Similar {
    object: String,
    id: String,
    title: String,
    score: i64,
    sure: bool,
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Similar>,
}

/// Whether records of this object are compared and merged.
pub fn is_compared(object: &Object) -> bool {
    matches!(object.name, "contact" | "company" | "lead")
}

/// Says, after a pause in typing, who is there already and why they look alike. Nothing for objects that are not compared.
#[component]
pub fn Alike(
    /// What is being made.
    object: &'static Object,
    /// What is typed so far.
    draft: Draft,
) -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(Vec::<Similar>::new());
    let (pause, latest) = (
        StoredValue::new(None::<TimeoutHandle>),
        StoredValue::new(0_u32),
    );
    let ask = move |body: Document| {
        let turn = |n: &mut u32| {
            *n += 1;
            *n
        };
        // The form may be gone by the end of the pause.
        let Some(mine) = latest.try_update_value(turn) else {
            return;
        };
        spawn_local(async move {
            let path = format!("/{}/duplicates", object.plural);
            let answer = api
                .post(&path, &nested(body))
                .await
                .and_then(Reply::read::<Found>);
            // Advice only: without an answer there is none.
            if let Ok(answer) = answer
                && latest.try_get_value() == Some(mine)
            {
                _ = found.try_set(answer.items);
            }
        });
    };
    if is_compared(object) {
        Effect::watch(
            move || draft.written(),
            move |body, _, _| {
                if let Some(handle) = pause.try_update_value(Option::take).flatten() {
                    handle.clear();
                }
                let body = body.clone();
                pause.set_value(set_timeout_with_handle(move || ask(body), PAUSE).ok());
            },
            false,
        );
    }
    let lines = move || {
        let shown = found.get().into_iter().take(SHOWN).map(|one| {
            // Leads and contacts may be the same person.
            let typed = object.name;
            let object = relasi_domain::object(&one.object).unwrap_or(object);
            let other = object.name != typed;
            let href = page_path(object, &one.id);
            view! {
                <li>
                    <a href=href target="_blank">{one.title}<Glyph icon=icon::EXTERNAL_LINK/></a>
                    {other.then(|| view! { <Tag label=move || labels::one(object)/> })}
                    <Likeness object score=one.score sure=one.sure reasons=one.reasons/>
                </li>
            }
        });
        shown.collect_view()
    };
    let count = move || i64::try_from(found.with(Vec::len).min(SHOWN)).unwrap_or_default();
    view! {
        <div class="alike" role="status">
            <Show when=move || { count() > 0 }>
                <p><strong>{move || k::duplicates::alike(count())}</strong></p>
                <ul>{lines}</ul>
            </Show>
        </div>
    }
}
