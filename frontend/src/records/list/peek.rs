//! A record beside its list.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::cells;
use super::source::Rows;
use super::state::ListState;
use crate::i18n::k;
use crate::lazy;
use crate::records::refs::page_path;
use crate::records::{Record, labels, store, value};
use crate::ui::dialog::Drawer;
use crate::ui::feedback::{ErrorState, Skeleton};

/// The drawer with the facts of the record that the list peeks at.
#[component]
pub fn Peek(state: ListState, rows: Rows) -> impl IntoView {
    let object = state.spec.object;
    let open = RwSignal::new(false);
    let loaded = RwSignal::new(None::<Record>);
    let fault = RwSignal::new(None::<String>);
    let id = Memo::new(move |_| state.peek.get());
    Effect::new(move |_| open.set(id.with(Option::is_some)));
    // Records that are no row (a link from elsewhere) are asked for.
    Effect::new(move |_| {
        let Some(wanted) = id.get() else { return };
        let here = rows
            .list
            .with(|list| list.iter().any(|row| row.id() == wanted));
        if !here && !rows.busy.get() {
            fault.set(None);
            spawn_local(async move {
                match store::get(state.api, object, &wanted).await {
                    Ok(record) => _ = loaded.try_set(Some(record)),
                    Err(error) => _ = fault.try_set(Some(error.text())),
                }
            });
        }
    });
    let record = Memo::new(move |_| {
        let wanted = id.get()?;
        let row = rows
            .list
            .with(|list| list.iter().find(|row| row.id() == wanted).cloned());
        row.or_else(|| loaded.get().filter(|record| record.id() == wanted))
    });
    let title = move || {
        record
            .with(|r| r.as_ref().map(|r| r.title(object)))
            .unwrap_or_default()
    };
    let full = move || {
        let href = id.get().and_then(|id| page_path(object, &id))?;
        Some(
            view! { <a class="btn plain small" href=href><span class="btn-label">{k::lists::OPEN_PAGE}</span></a> },
        )
    };
    view! {
        <Drawer open title on_close=move |()| state.peek.set(None) actions=move || view! { {full} }>
            {move || match (record.get(), fault.get()) {
                (Some(record), _) => lazy::facts(state, record),
                (None, Some(text)) => view! { <ErrorState text/> }.into_any(),
                (None, None) => view! { <Skeleton lines=6/> }.into_any(),
            }}
        </Drawer>
    }
}

/// The next step, then every field with a value.
#[component]
pub fn Facts(state: ListState, record: Record) -> impl IntoView {
    let object = state.spec.object;
    let step = object
        .field("next_step_at")
        .map(|_| view! { <div class="peek-step"><span class="hint">{move || labels::field(object, "next_step_at")}</span>{cells::next_step(&record)}</div> });
    let facts = state
        .spec
        .peek
        .iter()
        .filter_map(|name| object.field(name))
        .filter(|field| !is_empty(&record, &field.name))
        .map(|field| {
            let shown = value::show(object, field, &record);
            view! { <dt>{move || labels::field(object, &field.name)}</dt><dd>{shown}</dd> }
        })
        .collect_view();
    view! { {step}<dl class="facts">{facts}</dl> }
}

fn is_empty(record: &Record, name: &str) -> bool {
    let value = record.value(name);
    value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)
}
