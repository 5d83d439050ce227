//! One pipeline with its stages.

use leptos::prelude::*;
use relasi_domain::sales::pipeline;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::pipeline_rules::PipelineRulesDialog;
use super::pipelines::{Desk, document};
use super::stages::Stages;
use crate::i18n::k;
use crate::records::store::{self, Record};
use crate::ui::button::IconButton;
use crate::ui::icon;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// Its name, its stages, and the way to the trash.
#[component]
pub fn PipelineCard(
    pipeline: Record,
    stages: Vec<Record>,
    /// All pipelines in their order.
    order: StoredValue<Vec<Record>>,
    desk: Desk,
) -> impl IntoView {
    let ruled = RwSignal::new(None::<Record>);
    let id = StoredValue::new(pipeline.id().to_owned());
    let version = StoredValue::new(pipeline.version());
    let name = RwSignal::new(pipeline.title(&pipeline::OBJECT));
    let rename = move |text: String| {
        desk.saving.run(async move {
            let changes = document(json!({ "name": text.trim() }));
            let saved = store::patch(
                desk.api,
                &pipeline::OBJECT,
                &id.get_value(),
                version.get_value(),
                changes,
            )
            .await?;
            version.set_value(saved.version());
            Ok(())
        });
    };
    let read_only = Signal::derive(move || !desk.allowed.get());
    view! {
        <section class="panel pipeline">
            <div class="pipeline-head">
                <TextInput label=k::settings::PIPELINE_NAME value=name bare=true read_only on_commit=rename/>
                <span class="secondary nowrap">{k::settings::PIPELINE_CURRENCY}" "{pipeline.text("currency").map(str::to_owned)}</span>
                <span class="spacer"></span>
                <Show when=move || desk.allowed.get()>
                    <IconButton label=move || k::deals::options_of(&name.get()) icon=icon::SLIDERS_HORIZONTAL on_press=move |()| open_rules(desk, id, ruled)/>
                    <Place desk id name order/>
                    <Trash desk id version name/>
                </Show>
            </div>
            <PipelineRulesDialog pipeline=ruled on_saved=desk.load/>
            <Stages pipeline_id=pipeline.id().to_owned() pipeline_name=name stages desk/>
        </section>
    }
}

/// Reads the pipeline as it is now: its name may have been changed on the card.
fn open_rules(desk: Desk, id: StoredValue<String>, ruled: RwSignal<Option<Record>>) {
    spawn_local(async move {
        if let Ok(now) = store::get(desk.api, &pipeline::OBJECT, &id.get_value()).await {
            ruled.try_set(Some(now));
        }
    });
}

/// Its place among the pipelines.
#[component]
fn Place(
    desk: Desk,
    id: StoredValue<String>,
    name: RwSignal<String>,
    order: StoredValue<Vec<Record>>,
) -> impl IntoView {
    let at = order.with_value(|all| all.iter().position(|one| one.id() == id.get_value()));
    let count = order.with_value(Vec::len);
    let shift = move |by: isize| {
        let Some(to) = at
            .and_then(|at| at.checked_add_signed(by))
            .filter(|to| *to < count)
        else {
            return;
        };
        desk.saving.run(async move {
            let mut all = order.get_value();
            let moved = all.remove(at.unwrap_or_default());
            all.insert(to, moved);
            for (place, one) in all.iter().enumerate() {
                let place = i64::try_from(place).unwrap_or_default();
                if one.integer("position") != Some(place) {
                    let now = store::get(desk.api, &pipeline::OBJECT, one.id()).await?;
                    let changes = document(json!({ "position": place }));
                    store::patch(
                        desk.api,
                        &pipeline::OBJECT,
                        one.id(),
                        now.version(),
                        changes,
                    )
                    .await?;
                }
            }
            desk.load.run(());
            Ok(())
        });
    };
    (count > 1).then(|| view! {
        <IconButton label=move || k::settings::move_up(&name.get()) icon=icon::ARROW_UP on_press=move |()| shift(-1)/>
        <IconButton label=move || k::settings::move_down(&name.get()) icon=icon::ARROW_DOWN on_press=move |()| shift(1)/>
    })
}

#[component]
fn Trash(
    desk: Desk,
    id: StoredValue<String>,
    version: StoredValue<i64>,
    name: RwSignal<String>,
) -> impl IntoView {
    let toasts = use_toasts();
    let trash = move |()| {
        let (id, version, name) = (id.get_value(), version.get_value(), name.get_untracked());
        spawn_local(async move {
            if let Err(error) = store::delete(desk.api, &pipeline::OBJECT, &id, version).await {
                toasts.bad(error.text());
                return;
            }
            desk.load.run(());
            toasts.undoable(k::settings::trashed(&name), move || {
                let id = id.clone();
                spawn_local(async move {
                    if let Err(error) = store::restore(desk.api, &pipeline::OBJECT, &id).await {
                        toasts.bad(error.text());
                    }
                    desk.load.run(());
                });
            });
        });
    };
    view! { <IconButton label=move || k::settings::trash_named(&name.get()) icon=icon::TRASH_2 on_press=trash/> }
}
