//! The dialog that makes a deal.

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::deal::OBJECT;
use wasm_bindgen_futures::spawn_local;

use super::pipelines::{Pipelines, Stage};
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::keys;
use crate::records::fields::added;
use crate::records::{Draft, Record, RecordForm, labels, store};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::select::{Choice, Select};
use crate::ui::toast::use_toasts;

const CURRENCIES: [&str; 9] = [
    "IDR", "THB", "USD", "SGD", "MYR", "EUR", "JPY", "AUD", "CNY",
];

/// Shown while `stage` names the stage the deal begins in.
#[component]
pub fn NewDealDialog(
    /// Id of the stage.
    stage: RwSignal<Option<String>>,
    /// The stages to choose from are those of the same pipeline.
    pipelines: Pipelines,
    /// Called with the new deal.
    on_done: Callback<Record>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(stage.with(Option::is_some)));
    view! {
        <Modal open title=k::board::NEW width=Width::Medium on_close=move |()| stage.set(None)>
            {move || stage.get_untracked().map(|stage| view! { <NewDealForm stage pipelines on_done open/> })}
        </Modal>
    }
}

#[component]
fn NewDealForm(
    stage: String,
    pipelines: Pipelines,
    on_done: Callback<Record>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let pipeline = pipelines
        .stage(&stage)
        .map(|stage| stage.pipeline)
        .unwrap_or_default();
    let own = untrack(|| pipelines.currency(&pipeline));
    let of = pipeline.clone();
    let mut given = Document::new();
    given.insert("pipeline_id".to_owned(), pipeline.into());
    given.insert("stage_id".to_owned(), stage.clone().into());
    given.insert("currency".to_owned(), own.clone().into());
    let draft = Draft::new(given);
    let stage = RwSignal::new(stage);
    let stages = Signal::derive(move || {
        pipelines
            .stages_of(&of)
            .into_iter()
            .filter(Stage::is_open)
            .map(|stage| Choice::new(stage.id, stage.name))
            .collect::<Vec<_>>()
    });
    let currency = RwSignal::new(own.clone());
    let mut known: Vec<String> = CURRENCIES.map(str::to_owned).to_vec();
    if !known.contains(&own) {
        known.insert(0, own);
    }
    let currencies = Signal::stored(
        known
            .into_iter()
            .map(|code| Choice::new(code.clone(), code))
            .collect::<Vec<_>>(),
    );
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        spawn_local(async move {
            let made = store::create(api, &OBJECT, draft.body()).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match made {
                Ok(deal) => {
                    toasts.ok(k::board::added(&deal.title(&OBJECT)));
                    open.set(false);
                    on_done.run(deal);
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    keys::bind(keys::Scope::Dialog, "Ctrl Enter", k::common::SAVE, save);
    let label = |name: &'static str| TextProp::from(move || labels::field(&OBJECT, name));
    let added = added(&OBJECT).map(|field| field.name.as_ref());
    let rest: Vec<_> = ["close_date", "source"].into_iter().chain(added).collect();
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&OBJECT fields=vec!["name", "company_id", "contact_id", "amount"] draft errors autofocus=true/>
            <div class="form-pair">
                <Select label=label("currency") value=currency choices=currencies error=errors.of("currency")
                    on_change=move |code: String| draft.set("currency", code.into())/>
                <Select label=label("stage_id") value=stage choices=stages error=errors.of("stage_id")
                    on_change=move |id: String| draft.set("stage_id", id.into())/>
            </div>
            <RecordForm object=&OBJECT fields=rest draft errors rest=true/>
            <div class="row-end">
                <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                <Button label=k::board::NEW_SAVE variant=Variant::Primary submit=true busy key_hint="Ctrl Enter"/>
            </div>
        </form>
    }
}
