//! The ways deals go.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::record::Document;
use relasi_domain::sales::{pipeline, stage};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::pipeline_card::PipelineCard;
use super::rights::may;
use super::saving::{SaveNote, Saving};
use crate::api::{Api, ApiError, use_api};
use crate::i18n::k;
use crate::records::labels;
use crate::records::store::{self, Query, Record};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// What a card of the page needs besides its pipeline.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The client.
    pub api: Api,
    /// Whether anything may be changed.
    pub allowed: Signal<bool>,
    /// How saves go.
    pub saving: Saving,
    /// Reads everything anew.
    pub load: Callback<()>,
}

/// The page.
#[component]
pub fn Pipelines() -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let allowed = may(Action::Settings);
    let found = RwSignal::new(None::<Result<(Vec<Record>, Vec<Record>), String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let answer = read(api).await.map_err(|error| error.text());
            let _ = found.try_set(Some(answer));
        });
    });
    load.run(());
    let desk = Desk {
        api,
        allowed,
        saving,
        load,
    };
    let cards = move |(pipelines, stages): (Vec<Record>, Vec<Record>)| {
        let order: Vec<Record> = pipelines.clone();
        let order = StoredValue::new(order);
        let card = |pipeline: Record| {
            let own = stages
                .iter()
                .filter(|stage| stage.text("pipeline_id") == Some(pipeline.id()));
            let own = own.cloned().collect::<Vec<_>>();
            view! { <PipelineCard pipeline stages=own order desk/> }
        };
        pipelines.into_iter().map(card).collect_view()
    };
    let count = move || {
        found
            .with(|found| {
                found
                    .as_ref()
                    .and_then(|f| f.as_ref().ok().map(|(all, _)| all.len()))
            })
            .unwrap_or_default()
    };
    view! {
        <p class="secondary">{k::settings::PIPELINES_TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        <SaveNote saving/>
        {move || match found.get() {
            None => view! { <Skeleton lines=8/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(all)) => cards(all).into_any(),
        }}
        <Show when=move || allowed.get()><NewPipeline desk count=Signal::derive(count)/></Show>
    }
}

/// Every pipeline and every stage, each in its order.
async fn read(api: Api) -> Result<(Vec<Record>, Vec<Record>), ApiError> {
    let query = Query {
        sort: "position".to_owned(),
        limit: 200,
        ..Query::default()
    };
    let pipelines = store::list(api, &pipeline::OBJECT, &query).await?;
    let stages = store::list(api, &stage::OBJECT, &query).await?;
    Ok((pipelines.items, stages.items))
}

/// A new pipeline begins with one stage of each kind: without them no deal could go through it.
#[component]
fn NewPipeline(desk: Desk, count: Signal<usize>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = name.with_untracked(|text| text.trim().to_owned());
        if text.is_empty() {
            return;
        }
        let currency = desk
            .api
            .session()
            .with_untracked(|s| s.as_ref().map(|s| s.workspace.currency.clone()));
        let body = document(
            json!({ "name": text, "position": count.get_untracked(), "currency": currency }),
        );
        desk.saving.run(async move {
            let made = store::create(desk.api, &pipeline::OBJECT, body).await?;
            for (position, (word, kind, probability)) in STARTERS.into_iter().enumerate() {
                let name = untrack(|| labels::text(word)).unwrap_or(word);
                let body = json!({ "pipeline_id": made.id(), "name": name, "position": position, "probability": probability, "kind": kind });
                store::create(desk.api, &stage::OBJECT, document(body)).await?;
            }
            let _ = name.try_set(String::new());
            desk.load.run(());
            Ok(())
        });
    };
    view! {
        <form class="settings-add" on:submit=add>
            <TextInput label=k::settings::NEW_PIPELINE value=name/>
            <Button label=k::settings::ADD_PIPELINE variant=Variant::Primary icon=icon::PLUS submit=true/>
        </form>
    }
}

const STARTERS: [(&str, &str, i64); 3] = [
    ("starter.new", "open", 20),
    ("starter.won", "won", 100),
    ("starter.lost", "lost", 0),
];

/// The members of a JSON object.
pub fn document(value: serde_json::Value) -> Document {
    match value {
        serde_json::Value::Object(members) => members,
        _ => Document::new(),
    }
}
