//! Which pipeline the board shows: the one of the link, else the one that this browser showed last, else the first.

use leptos::prelude::*;

use super::pipelines::Pipelines;
use crate::records::Record;
use crate::records::list::ListState;
use crate::records::store::quoted;
use crate::storage;
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};

/// The pipeline this browser showed last.
const LAST: &str = "relasi.pipeline";

/// Id of the pipeline shown; empty until there is one. The list counts its deals alone.
pub fn follow(state: ListState, pipelines: Pipelines) -> Memo<String> {
    let pipeline = Memo::new(move |_| {
        let named = Some(state.part.get()).filter(|id| !id.is_empty());
        let wanted = named.or_else(|| storage::read(LAST));
        pipelines.all.with(|all| {
            let known = all.iter().find(|one| Some(one.id()) == wanted.as_deref());
            known
                .or_else(|| all.first())
                .map(|one| one.id().to_owned())
                .unwrap_or_default()
        })
    });
    // Another view begins without.
    Effect::new(move |_| {
        let id = pipeline.get();
        if id.is_empty() {
            return;
        }
        let own = format!("pipeline_id = {}", quoted(&id));
        if state.within.with(|now| *now != own) {
            state.within.set(own);
        }
    });
    on_cleanup(move || _ = state.within.try_set(String::new()));
    pipeline
}

/// The menu that goes to another pipeline; just the name while there is one only.
#[component]
pub fn PipelineSwitch(
    state: ListState,
    pipeline: Memo<String>,
    pipelines: Pipelines,
) -> impl IntoView {
    let items = Signal::derive(move || {
        let item = |one: &Record| {
            let id = one.id().to_owned();
            MenuItem::new(one.text("name").unwrap_or_default().to_owned(), move || {
                storage::write(LAST, &id);
                state.part.set(id.clone());
            })
        };
        pipelines
            .all
            .with(|all| all.iter().map(item).collect::<Vec<_>>())
    });
    let name = move || {
        let here = pipeline.get();
        pipelines.all.with(|all| {
            all.iter()
                .find(|one| one.id() == here)
                .and_then(|one| one.text("name"))
                .unwrap_or_default()
                .to_owned()
        })
    };
    move || match pipelines.all.with(Vec::len) {
        0 => ().into_any(),
        1 => view! { <span class="secondary">{name}</span> }.into_any(),
        _ => view! { <Menu label=name items icon=icon::CHEVRON_DOWN/> }.into_any(),
    }
}
