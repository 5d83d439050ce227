//! What columns of consent are about, and whether imported leads are to be answered soon.

use leptos::prelude::*;
use serde::Deserialize;

use super::mapping::Draft;
use super::model::Options;
use crate::api::use_api;
use crate::i18n::k;
use crate::screens::settings::listed;
use crate::ui::select::{Choice, Select};

#[derive(Clone, Deserialize)]
struct Purpose {
    id: String,
    name: String,
    retired: bool,
}

/// A column says who may be contacted, and nobody has said for what.
pub fn lacks_purpose(draft: Draft) -> bool {
    has_consent(draft) && draft.options.with(|options| options.purpose_id.is_none())
}

fn has_consent(draft: Draft) -> bool {
    let is_consent = |field: &String| field == "consent" || field.starts_with("consent.");
    draft.fields.with(|fields| fields.iter().any(is_consent))
}

/// The purpose that people agreed to, once a column says that they did.
#[component]
pub fn PurposeChoice(draft: Draft) -> impl IntoView {
    let shown = Memo::new(move |_| has_consent(draft));
    view! { <Show when=move || shown.get()><Purposes draft/></Show> }
}

#[component]
fn Purposes(draft: Draft) -> impl IntoView {
    let (found, load) = listed::<Purpose>(use_api(), "/consent-purposes");
    load();
    let read = |options: &Options| options.purpose_id.clone().unwrap_or_default();
    let value = RwSignal::new(draft.options.with_untracked(read));
    Effect::new(move |_| value.set(draft.options.with(read)));
    let choices = Signal::derive(move || {
        let all = found.get().and_then(Result::ok).unwrap_or_default();
        let open = all.into_iter().filter(|one| !one.retired);
        let named = open.map(|one| Choice::new(one.id, one.name));
        let none = Choice::new("", k::import::PURPOSE_NONE.get());
        [none].into_iter().chain(named).collect::<Vec<_>>()
    });
    let error = Signal::derive(move || {
        lacks_purpose(draft).then(|| k::import::PURPOSE_MISSING.get().to_owned())
    });
    let on_change = move |id: String| {
        draft.set(|options| options.purpose_id = Some(id).filter(|id| !id.is_empty()));
    };
    view! { <Select label=k::import::PURPOSE hint=k::import::PURPOSE_HINT value choices error on_change/> }
}

/// Whether the time to answer begins for new leads of the file.
#[component]
pub fn Clocks(draft: Draft) -> impl IntoView {
    let on = move || draft.options.with(|options| options.start_clocks);
    let toggle = move |event: web_sys::Event| {
        let on = event_target_checked(&event);
        draft.set(|options| options.start_clocks = on);
    };
    view! {
        <div class="import-clocks">
            <label class="check-line"><input type="checkbox" prop:checked=on on:change=toggle/>{k::import::CLOCKS}</label>
            <p class="hint">{k::import::CLOCKS_HINT}</p>
        </div>
    }
}
