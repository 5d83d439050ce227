//! One pipeline with its stages.

use leptos::prelude::*;
use relasi_domain::sales::pipeline;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

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
pub fn PipelineCard(pipeline: Record, stages: Vec<Record>, desk: Desk) -> impl IntoView {
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
                <Show when=move || desk.allowed.get()><Trash desk id version name/></Show>
            </div>
            <Stages pipeline_id=pipeline.id().to_owned() pipeline_name=name stages desk/>
        </section>
    }
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
