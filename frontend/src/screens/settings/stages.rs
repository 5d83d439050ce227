//! The stages of a pipeline: names, chances, order.

use leptos::prelude::*;
use relasi_domain::sales::stage;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;
use web_sys::DragEvent;

use super::pipelines::{Desk, document};
use super::stage_leave::{LeaveDialog, is_open};
use super::stage_rules::StageRulesDialog;
use crate::i18n::{k, number};
use crate::records::labels;
use crate::records::store::{self, Record};
use crate::ui::button::{Button, IconButton};
use crate::ui::icon::{self, Glyph};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::{Tag, Tone};
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// The list being worked on, in the order now shown.
#[derive(Clone, Copy)]
struct Order {
    desk: Desk,
    all: RwSignal<Vec<Record>>,
    /// Id of the stage that is dragged.
    dragged: RwSignal<Option<String>>,
    /// Said aloud after a move.
    said: RwSignal<String>,
    /// The stage whose rules are being written.
    ruled: RwSignal<Option<Record>>,
    /// The stage that goes once its deals are elsewhere.
    leaving: RwSignal<Option<Record>>,
}

impl Order {
    fn place(self, id: &str) -> Option<usize> {
        self.all
            .with_untracked(|all| all.iter().position(|stage| stage.id() == id))
    }

    fn find(self, id: &str) -> Option<Record> {
        let all = self.all.try_get_untracked()?;
        all.into_iter().find(|stage| stage.id() == id)
    }

    /// Puts a stage at another place at once and stores the new places.
    fn shift(self, id: &str, to: usize) {
        let Some(from) = self.place(id) else { return };
        if from == to || to >= self.all.with_untracked(Vec::len) {
            return;
        }
        let name = self.all.try_update(|all| {
            let stage = all.remove(from);
            let name = stage.title(&stage::OBJECT);
            all.insert(to, stage);
            name
        });
        let place = number(i64::try_from(to + 1).unwrap_or_default());
        self.said
            .set(k::settings::moved(&place, &name.unwrap_or_default()));
        self.desk.saving.run(async move {
            let stored = self.store().await;
            if stored.is_err() {
                self.desk.load.run(());
            }
            stored
        });
    }

    async fn store(self) -> Result<(), crate::api::ApiError> {
        let Some(all) = self.all.try_get_untracked() else {
            return Ok(());
        };
        for (place, stage) in all.iter().enumerate() {
            let place = i64::try_from(place).unwrap_or_default();
            if stage.integer("position") != Some(place) {
                self.patch(stage.id(), json!({ "position": place })).await?;
            }
        }
        Ok(())
    }

    async fn patch(self, id: &str, changes: serde_json::Value) -> Result<(), crate::api::ApiError> {
        let version = self
            .all
            .try_with_untracked(|all| all.iter().find(|s| s.id() == id).map(Record::version));
        let Some(Some(version)) = version else {
            return Ok(());
        };
        let saved = store::patch(
            self.desk.api,
            &stage::OBJECT,
            id,
            version,
            document(changes),
        )
        .await?;
        let _ = self.all.try_update(|all| {
            if let Some(place) = all.iter_mut().find(|stage| stage.id() == saved.id()) {
                *place = saved;
            }
        });
        Ok(())
    }
}

/// The table of stages with a line for a new one.
#[component]
pub fn Stages(
    pipeline_id: String,
    #[prop(into)] pipeline_name: Signal<String>,
    stages: Vec<Record>,
    desk: Desk,
) -> impl IntoView {
    let order = Order {
        desk,
        all: RwSignal::new(stages),
        dragged: RwSignal::new(None),
        said: RwSignal::default(),
        ruled: RwSignal::new(None),
        leaving: RwSignal::new(None),
    };
    let ids = Memo::new(move |_| {
        order
            .all
            .with(|all| all.iter().map(|s| s.id().to_owned()).collect::<Vec<_>>())
    });
    view! {
        <div class="settings-table stages" role="table" aria-label=move || k::settings::stages_of(&pipeline_name.get())>
            <div class="settings-row head" role="row">
                <span role="columnheader"><span class="hidden-visually">{k::settings::DRAG}</span></span>
                <span role="columnheader">{k::settings::STAGE_NAME}</span>
                <span role="columnheader">{k::settings::PROBABILITY}</span><span role="columnheader">{k::settings::KIND}</span>
                <span role="columnheader"><span class="hidden-visually">{k::common::MORE_ACTIONS}</span></span>
            </div>
            <For each=move || ids.get() key=String::clone let:id><StageLine id order/></For>
        </div>
        <p class="hidden-visually" role="status">{order.said}</p>
        <StageRulesDialog stage=order.ruled on_saved=desk.load/>
        <LeaveDialog leaving=order.leaving others=order.all desk/>
        <Show when=move || desk.allowed.get()><NewStage pipeline_id=pipeline_id.clone() order/></Show>
    }
}

#[component]
fn StageLine(id: String, order: Order) -> impl IntoView {
    let read_only = Signal::derive(move || !order.desk.allowed.get());
    let stage = order
        .all
        .with_untracked(|all| all.iter().find(|s| s.id() == id).cloned())
        .unwrap_or_default();
    let id = StoredValue::new(id);
    let name = RwSignal::new(stage.title(&stage::OBJECT));
    let chance = RwSignal::new(stage.integer("probability").unwrap_or_default().to_string());
    let kind = stage.text("kind").unwrap_or("open").to_owned();
    let tone = match kind.as_str() {
        "won" => Tone::Ok,
        "lost" => Tone::Bad,
        _ => Tone::Neutral,
    };
    let rename = move |text: String| {
        order.desk.saving.run(async move {
            order
                .patch(&id.get_value(), json!({ "name": text.trim() }))
                .await
        });
    };
    let weigh = move |text: String| {
        // What is no number goes to the server as text, which says what is wrong with it.
        let value = text
            .trim()
            .parse::<i64>()
            .map_or_else(|_| json!(text), |n| json!(n));
        order.desk.saving.run(async move {
            order
                .patch(&id.get_value(), json!({ "probability": value }))
                .await
        });
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        let dragged = order.dragged.get_untracked();
        order.dragged.set(None);
        if let (Some(dragged), Some(to)) = (dragged, order.place(&id.get_value())) {
            order.shift(&dragged, to);
        }
    };
    let moving = move || {
        order
            .dragged
            .with(|dragged| dragged.as_deref() == Some(id.get_value().as_str()))
    };
    let place = Signal::derive(move || {
        order
            .all
            .with(|all| all.iter().position(|s| s.id() == id.get_value()))
            .unwrap_or_default()
    });
    let label = move || {
        k::settings::stage_name_of(&number(i64::try_from(place.get() + 1).unwrap_or_default()))
    };
    view! {
        <div class="settings-row" role="row" class:dragging=moving
            on:dragover=move |event: DragEvent| if order.dragged.with_untracked(Option::is_some) { event.prevent_default() } on:drop=drop>
            <span role="cell" class="grab" draggable=move || if read_only.get() { "false" } else { "true" } title=k::settings::DRAG
                on:dragstart=move |_| order.dragged.set(Some(id.get_value())) on:dragend=move |_| order.dragged.set(None)>
                <Glyph icon=icon::GRIP_VERTICAL/>
            </span>
            <span role="cell"><TextInput label value=name bare=true read_only on_commit=rename/></span>
            <span role="cell" class="chance"><TextInput label=move || k::settings::probability_of(&name.get()) value=chance bare=true read_only on_commit=weigh/>"%"</span>
            <span role="cell"><Tag label=move || labels::choice(&stage::OBJECT, "kind", &kind) tone/></span>
            <span role="cell" class="stage-actions"><Show when=move || order.desk.allowed.get()><StageActions id order name place/></Show></span>
        </div>
    }
}

#[component]
fn StageActions(
    id: StoredValue<String>,
    order: Order,
    name: RwSignal<String>,
    place: Signal<usize>,
) -> impl IntoView {
    let toasts = use_toasts();
    let trash = move |()| {
        let (id, name) = (id.get_value(), name.get_untracked());
        let version = order
            .all
            .with_untracked(|all| all.iter().find(|s| s.id() == id).map(Record::version));
        spawn_local(async move {
            let gone = store::delete(
                order.desk.api,
                &stage::OBJECT,
                &id,
                version.unwrap_or_default(),
            )
            .await;
            if let Err(error) = gone {
                let used = error
                    .problem()
                    .is_some_and(|one| one.code == "stage_in_use");
                let stage = order.find(&id).filter(|stage| used && is_open(stage));
                match stage {
                    Some(stage) => order.leaving.set(Some(stage)),
                    None => toasts.bad(format!("{name}: {}", error.text())),
                }
                return;
            }
            order.desk.load.run(());
            toasts.undoable(k::settings::trashed(&name), move || {
                let id = id.clone();
                spawn_local(async move {
                    if let Err(error) = store::restore(order.desk.api, &stage::OBJECT, &id).await {
                        toasts.bad(error.text());
                    }
                    order.desk.load.run(());
                });
            });
        });
    };
    let up = move |()| {
        if let Some(to) = place.get_untracked().checked_sub(1) {
            order.shift(&id.get_value(), to);
        }
    };
    let down = move |()| order.shift(&id.get_value(), place.get_untracked() + 1);
    let rules = move |()| order.ruled.set(order.find(&id.get_value()));
    view! {
        <IconButton label=move || k::deals::stage_rules(&name.get()) icon=icon::SLIDERS_HORIZONTAL on_press=rules/>
        <IconButton label=move || k::settings::move_up(&name.get()) icon=icon::ARROW_UP on_press=up/>
        <IconButton label=move || k::settings::move_down(&name.get()) icon=icon::ARROW_DOWN on_press=down/>
        <IconButton label=move || k::settings::trash_named(&name.get()) icon=icon::TRASH_2 on_press=trash/>
    }
}

#[component]
fn NewStage(pipeline_id: String, order: Order) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new("open".to_owned());
    let choices: Signal<Vec<Choice>> = Signal::derive(|| {
        stage::OBJECT
            .field("kind")
            .map(|field| labels::choices(&stage::OBJECT, field))
            .unwrap_or_default()
    });
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = name.with_untracked(|text| text.trim().to_owned());
        if text.is_empty() {
            return;
        }
        let kind = kind.get_untracked();
        let probability = if kind == "won" {
            100
        } else if kind == "lost" {
            0
        } else {
            50
        };
        let body = json!({
            "pipeline_id": pipeline_id, "name": text, "kind": kind, "probability": probability,
            "position": order.all.with_untracked(Vec::len),
        });
        order.desk.saving.run(async move {
            store::create(order.desk.api, &stage::OBJECT, document(body)).await?;
            order.desk.load.run(());
            Ok(())
        });
    };
    view! {
        <form class="settings-add" on:submit=add>
            <TextInput label=k::settings::NEW_STAGE value=name/>
            <Select label=k::settings::KIND value=kind choices/>
            <Button label=k::settings::ADD_STAGE icon=icon::PLUS submit=true/>
        </form>
    }
}
