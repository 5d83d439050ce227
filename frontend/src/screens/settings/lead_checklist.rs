//! What is asked of a lead before marketing or sales call it qualified.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::sales::checklist::Stage;
use relasi_domain::sales::lead;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use crate::api::{ApiError, Reply, Request, use_api};
use crate::i18n::k;
use crate::records::filter_input::FilterInput;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

#[derive(Clone, Deserialize)]
struct Item {
    id: String,
    stage: Stage,
    label: String,
    required: bool,
    filter: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Checklist {
    version: i64,
    items: Vec<Item>,
}

/// An item while it is being written.
#[derive(Clone)]
struct Row {
    /// Tells the rows of the page apart.
    key: usize,
    id: Option<String>,
    stage: Stage,
    label: RwSignal<String>,
    filter: RwSignal<String>,
    required: RwSignal<bool>,
    label_fault: RwSignal<Option<String>>,
    filter_fault: RwSignal<Option<String>>,
}

impl Row {
    fn new(key: usize, stage: Stage, item: Option<Item>) -> Self {
        let (label, filter, required) = match &item {
            Some(item) => (
                item.label.clone(),
                item.filter.clone().unwrap_or_default(),
                item.required,
            ),
            None => (String::new(), String::new(), true),
        };
        Self {
            key,
            id: item.map(|item| item.id),
            stage,
            label: RwSignal::new(label),
            filter: RwSignal::new(filter),
            required: RwSignal::new(required),
            label_fault: RwSignal::new(None),
            filter_fault: RwSignal::new(None),
        }
    }

    fn body(&self) -> Value {
        let filter = Some(self.filter.get_untracked()).filter(|text| !text.trim().is_empty());
        json!({
            "id": self.id, "stage": self.stage.code(), "label": self.label.get_untracked(),
            "required": self.required.get_untracked(), "filter": filter
        })
    }
}

/// The page.
#[component]
pub fn LeadChecklist() -> impl IntoView {
    let api = use_api();
    let allowed = may(Action::Settings);
    let found = RwSignal::new(None::<Result<Checklist, String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let read = api
                .get("/lead-checklist")
                .await
                .and_then(Reply::read::<Checklist>);
            let _ = found.try_set(Some(read.map_err(|error| error.text())));
        });
    });
    load.run(());
    view! {
        <p class="secondary">{k::leads::SETTINGS_TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        {move || match found.get() {
            None => view! { <Skeleton lines=6/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(list)) => view! { <Form list found allowed/> }.into_any(),
        }}
    }
}

#[component]
fn Form(
    list: Checklist,
    found: RwSignal<Option<Result<Checklist, String>>>,
    allowed: Signal<bool>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let version = list.version;
    let next = StoredValue::new(list.items.len());
    let rows = list.items.into_iter().enumerate();
    let rows: Vec<Row> = rows
        .map(|(key, item)| Row::new(key, item.stage, Some(item)))
        .collect();
    let rows = RwSignal::new(rows);
    let busy = RwSignal::new(false);
    let save = move || {
        let all = rows.get_untracked();
        let items: Vec<Value> = all.iter().map(Row::body).collect();
        busy.set(true);
        spawn_local(async move {
            let request = Request::put("/lead-checklist")
                .json(&json!({ "items": items }))
                .version(version);
            let saved = request.send(api).await.and_then(Reply::read::<Checklist>);
            let _ = busy.try_set(false);
            match saved {
                Ok(list) => {
                    toasts.ok(k::leads::SAVED.get());
                    let _ = found.try_set(Some(Ok(list)));
                }
                Err(error) => show(&all, &error, toasts),
            }
        });
    };
    let add = Callback::new(move |stage: Stage| {
        let key = next.get_value();
        next.set_value(key + 1);
        rows.update(|rows| rows.push(Row::new(key, stage, None)));
    });
    view! {
        <form class="stack settings-form" on:submit=move |event| { event.prevent_default(); save(); }>
            {Stage::ALL.map(|stage| view! { <StageRows stage rows allowed add/> }).collect_view()}
            <Show when=move || allowed.get()>
                <div class="row-end"><Button label=k::leads::SAVE_LIST variant=Variant::Primary submit=true busy/></div>
            </Show>
        </form>
    }
}

/// Puts each fault below its field.
fn show(rows: &[Row], error: &ApiError, toasts: crate::ui::toast::Toasts) {
    for row in rows {
        row.label_fault.set(None);
        row.filter_fault.set(None);
    }
    let faults = error
        .problem()
        .map(|problem| problem.errors.as_slice())
        .unwrap_or_default();
    let mut placed = false;
    for fault in faults {
        let mut parts = fault.pointer.trim_start_matches("/items/").split('/');
        let row = parts.next().and_then(|index| index.parse::<usize>().ok());
        let Some(row) = row.and_then(|index| rows.get(index)) else {
            continue;
        };
        let target = match parts.next() {
            Some("filter") => row.filter_fault,
            _ => row.label_fault,
        };
        target.set(Some(fault.detail.clone()));
        placed = true;
    }
    if !placed {
        toasts.bad(error.text());
    }
}

#[component]
fn StageRows(
    stage: Stage,
    rows: RwSignal<Vec<Row>>,
    allowed: Signal<bool>,
    add: Callback<Stage>,
) -> impl IntoView {
    let title = match stage {
        Stage::Mql => k::leads::FOR_MQL,
        Stage::Sql => k::leads::FOR_SQL,
    };
    let own = move || {
        let mut own = rows.get();
        own.retain(|row| row.stage == stage);
        own
    };
    let none = move || own().is_empty();
    view! {
        <section class="stack">
            <h2>{title}</h2>
            <Show when=none><p class="hint">{k::leads::NOTHING_ASKED}</p></Show>
            <For each=own key=|row| row.key let:row><RowFields row rows allowed/></For>
            <Show when=move || allowed.get()>
                <div><Button label=k::leads::ADD_ITEM icon=icon::PLUS size=Size::Small on_press=move |()| add.run(stage)/></div>
            </Show>
        </section>
    }
}

#[component]
fn RowFields(row: Row, rows: RwSignal<Vec<Row>>, allowed: Signal<bool>) -> impl IntoView {
    let read_only = Signal::derive(move || !allowed.get());
    let (key, required) = (row.key, row.required);
    let remove = move |()| rows.update(|rows| rows.retain(|other| other.key != key));
    view! {
        <div class="card stack checklist-item">
            <TextInput label=k::leads::ITEM value=row.label error=row.label_fault read_only required=true/>
            <FilterInput object=&lead::OBJECT label=k::leads::ITEM_FILTER value=row.filter error=row.filter_fault hint=k::leads::ITEM_FILTER_HINT read_only/>
            <div class="row">
                <label class="check-line">
                    <input type="checkbox" prop:checked=move || required.get() disabled=move || !allowed.get()
                        on:change=move |event| required.set(event_target_checked(&event))/>
                    {k::leads::REQUIRED}
                </label>
                <span class="spacer"></span>
                <Show when=move || allowed.get()>
                    <IconButton label=k::leads::REMOVE_ITEM icon=icon::TRASH_2 size=Size::Small on_press=remove/>
                </Show>
            </div>
        </div>
    }
}
