//! What each action needs to know.

use leptos::prelude::*;
use relasi_domain::field::{Field, Item, Kind, Write};
use relasi_domain::record::{Document, Object};
use relasi_domain::sales::{facts, pipeline, stage, texts};
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::super::people::use_people;
use super::super::store::{self, Query, Record, nested};
use super::super::tags::use_tags;
use super::super::{Draft, RecordForm, labels};
use super::Bulk;
use super::model::Action;
use crate::api::FormErrors;
use crate::i18n::{Key, k};
use crate::screens::calls::{find_lists, make_list};
use crate::screens::sales::going::fact_words;
use crate::ui::combobox::{Combobox, finder, local_finder};
use crate::ui::select::{Choice, Select};
use crate::ui::tabs::{Segmented, Tab};
use crate::ui::text_input::TextInput;

/// The inputs of an action. `parameters` is what the API wants to know; none while something is missing.
#[component]
pub fn Inputs(
    bulk: Bulk,
    action: Action,
    parameters: RwSignal<Option<Value>>,
    errors: FormErrors,
) -> impl IntoView {
    match action {
        Action::Edit => view! { <EditInputs bulk parameters errors/> }.into_any(),
        Action::Owner => view! { <OwnerInputs bulk parameters errors/> }.into_any(),
        Action::Tag => view! { <TagInputs bulk parameters errors/> }.into_any(),
        Action::Stage => view! { <StageInputs bulk parameters errors/> }.into_any(),
        Action::CallList => view! { <CallListInputs bulk parameters errors/> }.into_any(),
        Action::Export => view! { <ExportInputs bulk parameters/> }.into_any(),
        // Only merging reasons starts it.
        Action::Reason => ().into_any(),
        Action::Delete | Action::Restore => {
            parameters.set(Some(json!({})));
            view! { <p class="hint">{k::bulk::UNDO_HINT}</p> }.into_any()
        }
    }
}

/// Fields that many records can be given the same value of; owner and tags have actions of their own.
fn editable(object: &'static Object) -> impl Iterator<Item = &'static Field> {
    object.all_fields().filter(move |field| {
        field.write == Write::Always
            && field.name != object.title
            && !matches!(field.name.as_ref(), "owner_id" | "team_id" | "tags")
            && !matches!(
                field.kind,
                Kind::Json | Kind::Many(Item::Email | Item::Phone)
            )
    })
}

/// Which field, then its value.
#[component]
fn EditInputs(
    bulk: Bulk,
    parameters: RwSignal<Option<Value>>,
    errors: FormErrors,
) -> impl IntoView {
    let object = bulk.object.get_untracked();
    let mut choices: Vec<Choice> = editable(object)
        .map(|field| Choice::new(field.name.as_ref(), labels::field(object, &field.name)))
        .collect();
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    let chosen = RwSignal::new(None::<Choice>);
    let draft = RwSignal::new(Draft::new(Document::new()));
    let field = Memo::new(move |_| {
        let name = chosen.with(|chosen| chosen.as_ref().map(|one| one.value.clone()))?;
        let field = editable(object).find(|field| field.name == name)?;
        Some(field.name.as_ref())
    });
    Effect::new(move |_| {
        // A box that is not ticked says no.
        let is_boolean = field
            .get()
            .and_then(|name| object.field(name))
            .is_some_and(|field| field.kind == Kind::Boolean);
        let mut start = Document::new();
        if let Some(name) = field.get().filter(|_| is_boolean) {
            start.insert(name.to_owned(), false.into());
        }
        errors.clear();
        draft.set(Draft::new(start));
    });
    Effect::new(move |_| {
        let changes = field.get().map(|name| {
            let written = draft.get().written();
            let value = written.get(name).cloned().unwrap_or_default();
            nested([(name.to_owned(), value)].into_iter().collect())
        });
        parameters.set(changes.map(|changes| json!({"changes": changes})));
    });
    view! {
        <Combobox label=k::bulk::FIELD value=chosen find=local_finder(choices) required=true/>
        {move || field.get().map(|name| view! {
            <RecordForm object fields=vec![name] draft=draft.get() errors rest=true/>
            <p class="hint">{k::bulk::EMPTY_HINT}</p>
        })}
    }
}

#[component]
fn OwnerInputs(
    bulk: Bulk,
    parameters: RwSignal<Option<Value>>,
    errors: FormErrors,
) -> impl IntoView {
    let object = bulk.object.get_untracked();
    let value = RwSignal::new(None::<Choice>);
    let label = move || labels::field(object, "owner_id");
    let set = move |choice: Option<Choice>| {
        parameters.set(choice.map(|choice| json!({"owner_id": choice.value})));
    };
    view! { <Combobox label value find=use_people().finder() on_change=set error=errors.of("owner_id") required=true/> }
}

#[component]
fn TagInputs(bulk: Bulk, parameters: RwSignal<Option<Value>>, errors: FormErrors) -> impl IntoView {
    let (tags, api) = (use_tags(), bulk.api);
    let value = RwSignal::new(None::<Choice>);
    let way = RwSignal::new("add".to_owned());
    Effect::new(move |_| {
        let way = way.get();
        parameters.set(value.get().map(|tag| json!({way: [tag.value]})));
    });
    let create = move |word: String| {
        spawn_local(async move {
            match tags.create(api, &word).await {
                Ok(choice) => _ = value.try_set(Some(choice)),
                Err(error) => bulk.toasts.bad(error.text()),
            }
        });
    };
    let items = Signal::derive(|| {
        vec![
            Tab::new("add", k::bulk::TAG_ADD),
            Tab::new("remove", k::bulk::TAG_REMOVE),
        ]
    });
    view! {
        <Segmented label=k::bulk::TAG items current=way on_choose=move |id| way.set(id)/>
        <Combobox label=k::lists::TAG value find=tags.finder() on_create=create error=errors.of("add") required=true/>
    }
}

/// A list of the same kind of people, or a new one by its name.
#[component]
fn CallListInputs(
    bulk: Bulk,
    parameters: RwSignal<Option<Value>>,
    errors: FormErrors,
) -> impl IntoView {
    let (api, object) = (bulk.api, bulk.object.get_untracked());
    let value = RwSignal::new(None::<Choice>);
    Effect::new(move |_| {
        parameters.set(value.get().map(|list| json!({"list_id": list.value})));
    });
    let find = finder(move |text: String| async move {
        // Without an answer a list can still be made.
        let mut found = find_lists(api, object).await.unwrap_or_default();
        let wanted = text.to_lowercase();
        found.retain(|list| list.label.to_lowercase().contains(&wanted));
        found
    });
    let create = move |name: String| {
        spawn_local(async move {
            match make_list(api, object, &name).await {
                Ok(list) => _ = value.try_set(Some(list)),
                Err(error) => bulk.toasts.bad(error.text()),
            }
        });
    };
    view! {
        <Combobox label=k::bulk::LIST value find hint=k::bulk::LIST_HINT on_create=create error=errors.of("list_id") required=true/>
    }
}

#[component]
fn StageInputs(
    bulk: Bulk,
    parameters: RwSignal<Option<Value>>,
    errors: FormErrors,
) -> impl IntoView {
    let stages = RwSignal::new(Vec::<Record>::new());
    let pipelines = RwSignal::new(Vec::<Record>::new());
    let (value, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    spawn_local(async move {
        let query = Query {
            sort: "position".to_owned(),
            limit: 200,
            ..Query::default()
        };
        for (object, into) in [(&pipeline::OBJECT, pipelines), (&stage::OBJECT, stages)] {
            match store::list(bulk.api, object, &query).await {
                Ok(page) => _ = into.try_set(page.items),
                Err(error) => errors.show(&error),
            }
        }
    });
    // Of a stage that closes deals, how, and the reasons of its pipeline.
    let closing = Memo::new(move |_| {
        let chosen = value.get();
        let stage = stages.with(|all| all.iter().find(|one| one.id() == chosen).cloned())?;
        let kind = stage
            .text("kind")
            .filter(|kind| *kind != "open")?
            .to_owned();
        let of = stage.text("pipeline_id").unwrap_or_default();
        let list = format!("{kind}_reasons");
        let known = |one: &Record| {
            let known = texts(Some(one.value(&list)));
            known.map(str::to_owned).collect::<Vec<_>>()
        };
        let known = pipelines.with(|all| all.iter().find(|one| one.id() == of).map(known));
        Some((kind, known.unwrap_or_default()))
    });
    let asked = move |(kind, known): &(String, Vec<String>)| kind == "lost" || !known.is_empty();
    Effect::new(move |_| {
        let stage = Some(value.get()).filter(|stage| !stage.is_empty());
        let mut order = stage.map(|stage| json!({"stage_id": stage}));
        if let (Some(order), Some((kind, _))) = (order.as_mut(), closing.get().filter(asked)) {
            let reason = reason.get();
            if kind == "lost" || !reason.is_empty() {
                order[format!("{kind}_reason")] = reason.into();
            }
        }
        parameters.set(order);
    });
    let reasons = move |(kind, known): (String, Vec<String>)| {
        let field = if kind == "lost" {
            "lost_reason"
        } else {
            "won_reason"
        };
        let (error, required) = (errors.of(field), kind == "lost");
        if known.is_empty() {
            return view! { <TextInput label=k::record::REASON value=reason error required/> }
                .into_any();
        }
        let none = Choice::new("", k::common::SELECT.get());
        let known = known.into_iter().map(|one| Choice::new(one.clone(), one));
        let choices = Signal::stored(std::iter::once(none).chain(known).collect::<Vec<_>>());
        view! { <Select label=k::record::REASON value=reason choices error required/> }.into_any()
    };
    let choices = Signal::derive(move || {
        let mut all = vec![Choice::new("", k::common::SELECT.get())];
        for pipeline in pipelines.get() {
            let own = |stage: &&Record| stage.text("pipeline_id") == Some(pipeline.id());
            stages.with(|stages| {
                all.extend(stages.iter().filter(own).map(|stage| {
                    let name = stage.title(&stage::OBJECT);
                    let label = format!("{} · {name}", pipeline.title(&pipeline::OBJECT));
                    Choice::new(stage.id(), label)
                }));
            });
        }
        all
    });
    let object = bulk.object.get_untracked();
    let label = move || labels::field(object, "stage_id");
    // Each deal is asked for the facts of the stage; those without stay.
    let asks = move || {
        let chosen = value.get();
        let stage = stages.with(|all| all.iter().find(|one| one.id() == chosen).cloned())?;
        let facts: Vec<String> = facts::of_stage(&stage.fields).map(fact_words).collect();
        let words = k::bulk::stage_asks(&stage.title(&stage::OBJECT), &facts.join(", "));
        (!facts.is_empty()).then(|| view! { <p class="hint" role="status">{words}</p> })
    };
    view! {
        <Select label value choices error=errors.of("stage_id") required=true hint=k::bulk::STAGE_HINT/>
        {asks}
        {move || closing.get().filter(asked).map(reasons)}
    }
}

/// Which form and which columns the file has.
#[component]
fn ExportInputs(bulk: Bulk, parameters: RwSignal<Option<Value>>) -> impl IntoView {
    let shown = bulk.list.columns.run(());
    let which = RwSignal::new("shown".to_owned());
    let format = RwSignal::new("csv".to_owned());
    let is_table =
        Memo::new(move |_| format.with(|format| matches!(format.as_str(), "csv" | "xlsx")));
    Effect::new(move |_| {
        let columns = if which.with(|which| which == "shown") {
            shown.clone()
        } else {
            Vec::new()
        };
        parameters.set(Some(json!({"columns": columns, "format": format.get()})));
    });
    let items = Signal::derive(|| {
        vec![
            Tab::new("shown", k::bulk::COLUMNS_SHOWN),
            Tab::new("all", k::bulk::COLUMNS_ALL),
        ]
    });
    let object = bulk.object.get_untracked().name;
    let formats = Signal::derive(move || {
        let mut all = vec![("csv", k::bulk::FORMAT_CSV), ("xlsx", k::bulk::FORMAT_XLSX)];
        match object {
            "contact" => all.extend([
                ("vcard", k::bulk::FORMAT_VCARD),
                ("vcard3", k::bulk::FORMAT_VCARD3),
            ]),
            "activity" => all.push(("ical", k::bulk::FORMAT_ICAL)),
            _ => {}
        }
        let choice = |(code, name): (&str, Key)| Choice::new(code, name.get());
        all.into_iter().map(choice).collect::<Vec<_>>()
    });
    view! {
        <Select label=k::bulk::FORMAT value=format choices=formats/>
        <Show when=move || is_table.get() fallback=|| view! { <p class="hint">{k::bulk::WHOLE_HINT}</p> }>
            <Segmented label=k::lists::COLUMNS items current=which on_choose=move |id| which.set(id)/>
            <p class="hint">{k::bulk::EXPORT_HINT}</p>
        </Show>
    }
}
