//! A stage that deals still stand in goes: they move first, by work on many records.

use std::time::Duration;

use leptos::prelude::*;
use relasi_domain::sales::{deal, stage};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::pipelines::Desk;
use crate::api::{Api, ApiError, Request};
use crate::i18n::k;
use crate::records::bulk::{Operation, operation};
use crate::records::store::{self, Record};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::select::{Choice, Select};
use crate::ui::toast::use_toasts;

/// The time between two looks at how far the work is.
const LOOK: Duration = Duration::from_millis(400);

/// Shown while `leaving` is something.
#[component]
pub fn LeaveDialog(
    /// The stage that goes; closing sets it to `None`.
    leaving: RwSignal<Option<Record>>,
    /// The stages of its pipeline.
    #[prop(into)]
    others: Signal<Vec<Record>>,
    /// What the page works with.
    desk: Desk,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(leaving.with(Option::is_some)));
    let title = TextProp::from(move || {
        let name = leaving.with(|stage| stage.as_ref().map(|stage| stage.title(&stage::OBJECT)));
        name.map(|name| k::deals::empty_stage(&name))
            .unwrap_or_default()
    });
    view! {
        <Modal open title on_close=move |()| leaving.set(None)>
            {move || leaving.get().map(|stage| view! { <LeaveForm stage others open desk/> })}
        </Modal>
    }
}

#[component]
fn LeaveForm(
    stage: Record,
    others: Signal<Vec<Record>>,
    open: RwSignal<bool>,
    desk: Desk,
) -> impl IntoView {
    let toasts = use_toasts();
    let own = StoredValue::new(stage.id().to_owned());
    let fits = move |other: &Record| other.id() != own.get_value() && is_open(other);
    let choices: Vec<Choice> = untrack(|| others.get())
        .iter()
        .filter(|other| fits(other))
        .map(|other| Choice::new(other.id(), other.title(&stage::OBJECT)))
        .collect();
    let first = choices.first().map(|one| one.value.clone());
    let to = RwSignal::new(first.unwrap_or_default());
    let choices = Signal::stored(choices);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let kept = StoredValue::new(stage);
    let save = move || {
        if to.with_untracked(String::is_empty) || busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let stage = kept.get_value();
            let done = leave(desk.api, &stage, &to.get_untracked()).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match done {
                Ok(0) => {
                    toasts.ok(k::settings::trashed(&stage.title(&stage::OBJECT)));
                    open.set(false);
                    desk.load.run(());
                }
                Ok(left) => error.set(Some(k::deals::stage_stays(left))),
                Err(fault) => error.set(Some(fault.text())),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <p class="secondary">{k::deals::EMPTY_TEXT}</p>
            <Select label=move || crate::records::labels::field(&deal::OBJECT, "stage_id") value=to choices error required=true/>
            <div class="row-end">
                <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                <Button label=k::deals::MOVE_AND_REMOVE variant=Variant::Primary submit=true busy/>
            </div>
        </form>
    }
}

/// Deals of a closed stage say how they ended, and stay.
pub fn is_open(stage: &Record) -> bool {
    stage.text("kind") == Some("open")
}

/// Moves every deal of a stage to another one, then puts the stage into the trash; how many deals would not move.
async fn leave(api: Api, stage: &Record, to: &str) -> Result<i64, ApiError> {
    let order = json!({
        "object": "deal", "action": "stage", "parameters": { "stage_id": to },
        "target": { "filter": format!("stage_id = \"{}\"", stage.id()) },
    });
    let begun = Request::post("/bulk-operations")
        .json(&order)
        .send(api)
        .await?;
    let mut work = begun.read::<Operation>()?;
    while work.is_busy() {
        gloo_timers::future::sleep(LOOK).await;
        work = operation(api, &work.id).await?;
    }
    if work.counts.refused > 0 {
        return Ok(work.counts.refused);
    }
    let now = store::get(api, &stage::OBJECT, stage.id()).await?;
    store::delete(api, &stage::OBJECT, stage.id(), now.version()).await?;
    Ok(0)
}
