//! What a stage asks for and says, in a form of its own.

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::{deal, facts, stage};
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::fields::whole;
use crate::records::store::{self, Record};
use crate::records::{Draft, RecordForm};
use crate::screens::sales::going::fact_words;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::toast::use_toasts;

/// What is written in the form besides the facts.
const FIELDS: [&str; 6] = [
    "name",
    "probability",
    "rotting_days",
    "forecast_category",
    "colour",
    "guidance",
];

/// Shown while `stage` is something.
#[component]
pub fn StageRulesDialog(
    /// The stage; closing sets it to `None`.
    stage: RwSignal<Option<Record>>,
    /// Called when it was saved.
    on_saved: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(stage.with(Option::is_some)));
    let title = TextProp::from(move || {
        let name = stage.with(|stage| stage.as_ref().map(|stage| stage.title(&stage::OBJECT)));
        name.map(|name| k::deals::stage_rules(&name))
            .unwrap_or_default()
    });
    view! {
        <Modal open title width=Width::Medium on_close=move |()| stage.set(None)>
            {move || stage.get().map(|stage| view! { <StageForm stage open on_saved/> })}
        </Modal>
    }
}

#[component]
fn StageForm(stage: Record, open: RwSignal<bool>, on_saved: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, version) = (stage.id().to_owned(), stage.version());
    let (draft, errors) = (Draft::of(&stage), FormErrors::default());
    let busy = RwSignal::new(false);
    let save = move || {
        let id = id.clone();
        errors.clear();
        busy.set(true);
        let changes: Document = draft.changes();
        spawn_local(async move {
            let saved = store::patch(api, &stage::OBJECT, &id, version, changes).await;
            busy.try_set(false);
            match saved {
                Ok(_) => {
                    toasts.ok(k::deals::STAGE_SAVED.get());
                    open.try_set(false);
                    on_saved.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let open_stage = stage.text("kind") == Some("open");
    let fields: Vec<&'static str> = FIELDS
        .into_iter()
        .filter(|name| open_stage || !matches!(*name, "rotting_days" | "forecast_category"))
        .collect();
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&stage::OBJECT fields draft errors autofocus=true/>
            <Facts draft/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// A box to tick for each fact that a stage can ask for.
#[component]
fn Facts(draft: Draft) -> impl IntoView {
    let asked = move || match draft.value("required_fields") {
        Value::Array(facts) => facts,
        _ => Vec::new(),
    };
    let line = move |fact: String| {
        let fact = StoredValue::new(fact);
        let is = move |one: &Value| fact.with_value(|fact| one == fact);
        let toggle = move |_| {
            let mut now = untrack(asked);
            match now.iter().position(is) {
                Some(place) => _ = now.remove(place),
                None => now.push(fact.get_value().into()),
            }
            draft.set("required_fields", now.into());
        };
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=move || asked().iter().any(is) on:change=toggle/>
                {move || fact.with_value(|fact| fact_words(fact))}
            </label>
        }
    };
    let all = facts::all(whole(&deal::OBJECT).into());
    view! {
        <fieldset class="choices-input fact-choices">
            <legend>{k::deals::NEEDED}</legend>
            {all.into_iter().map(line).collect_view()}
        </fieldset>
    }
}
