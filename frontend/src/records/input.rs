//! The input that fits a field's kind.

use leptos::prelude::*;
use relasi_domain::field::{
    Currency, Field as RecordField, Item, Kind, Point, millionths, parse_number, written,
};
use relasi_domain::record::Object;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::choices_input::ChoicesInput;
use super::form::Draft;
use super::people_input::SeveralInput;
use super::points::PointsInput;
use super::reference_input::ReferenceInput;
use super::tags::use_tags;
use super::{instant, labels};
use crate::api::{FormErrors, use_api};
use crate::i18n::{Day, k, local_day};
use crate::ui::address_input::{CountryInput, Part};
use crate::ui::combobox::Combobox;
use crate::ui::date_input::DateInput;
use crate::ui::icon::{self, Glyph};
use crate::ui::money::MoneyInput;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::{TextArea, TextInput};
use crate::ui::time_input::TimeInput;

/// One field of a form. Fields that nobody may write, and free JSON, draw nothing.
#[component]
pub fn FieldInput(
    /// The object the field belongs to.
    object: &'static Object,
    /// The field.
    field: &'static RecordField,
    /// Where the value goes.
    draft: Draft,
    /// Faults of the last save.
    errors: FormErrors,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let name = field.name.as_ref();
    let label = TextProp::from(move || labels::field(object, name));
    let error = errors.of(name);
    let required = field.required;
    let help = TextProp::from(move || labels::help(field));
    match &field.kind {
        Kind::Text { .. } if name == "country" => {
            let value = text_signal(draft, name);
            let part = Part {
                label,
                value,
                error,
            };
            view! { <CountryInput part/> }.into_any()
        }
        Kind::Text { .. } => {
            let value = text_signal(draft, name);
            view! { <TextInput label value error required autofocus hint=help/> }.into_any()
        }
        Kind::Point(point) => {
            let value = text_signal(draft, name);
            let kind = match point {
                Point::Link => "url",
                Point::Email => "email",
                Point::Phone => "tel",
            };
            view! { <TextInput label value error required kind hint=help/> }.into_any()
        }
        Kind::LongText { max } => {
            let value = text_signal(draft, name);
            let limit = *max;
            view! { <TextArea label value error required limit hint=help/> }.into_any()
        }
        Kind::Integer => integer(label, name, required, draft, error),
        Kind::Number => decimal(label, name, required, draft, error, help),
        Kind::Money { currency } => {
            let value = RwSignal::new(untrack(|| draft.value(name)).as_i64());
            Effect::watch(
                move || value.get(),
                move |minor, _, _| draft.set(name, Value::from(*minor)),
                false,
            );
            let (of, workspace) = (currency.clone(), use_api().session());
            let currency = Signal::derive(move || {
                let stated = match &of {
                    Currency::Field(name) => draft.text(name),
                    Currency::Code(code) => code.to_string(),
                };
                Some(stated)
                    .filter(|c| !c.is_empty())
                    .or_else(|| workspace.get().map(|s| s.workspace.currency))
                    .unwrap_or_default()
            });
            let input = view! { <MoneyInput label value currency error required/> };
            helped(field, input)
        }
        Kind::Boolean => helped(field, boolean(label, name, draft)),
        Kind::Date => {
            let value = RwSignal::new(Day::parse_iso(&untrack(|| draft.text(name))));
            let set = move |day: Option<Day>| draft.set(name, day.map(Day::iso).into());
            helped(
                field,
                view! { <DateInput label value error required on_change=set/> },
            )
        }
        Kind::Instant => helped(field, view! { <InstantInput label name draft error/> }),
        Kind::Choice(_) => {
            let value = text_signal(draft, name);
            let start = value.get_untracked();
            let choices = Signal::derive(move || {
                let mut all = labels::offered(object, field, &start);
                if !required {
                    all.insert(0, Choice::new("", k::common::NONE.get()));
                }
                all
            });
            view! { <Select label value choices error required hint=help/> }.into_any()
        }
        Kind::Person => {
            view! { <ReferenceInput label hint=help name required draft error/> }.into_any()
        }
        Kind::Reference(target) => match relasi_domain::object(target) {
            Some(target) => {
                view! { <ReferenceInput label hint=help name required draft error target/> }
                    .into_any()
            }
            None => ().into_any(),
        },
        Kind::Many(Item::Choice(_)) => {
            helped(field, view! { <ChoicesInput object field draft error/> })
        }
        Kind::Many(Item::Reference(target)) if target == "user" => {
            view! { <SeveralInput label name draft error/> }.into_any()
        }
        Kind::Many(Item::Reference(target)) if target != "tag" => {
            match relasi_domain::object(target) {
                Some(target) => view! { <SeveralInput label name draft error target/> }.into_any(),
                None => ().into_any(),
            }
        }
        Kind::Many(Item::Reference(_)) => view! { <TagsInput label name draft error/> }.into_any(),
        Kind::Many(item) => {
            view! { <PointsInput label name phone={matches!(item, Item::Phone)} draft error/> }
                .into_any()
        }
        Kind::Json => ().into_any(),
    }
}

/// An input that has no place of its own for what to enter.
fn helped(field: &'static RecordField, input: impl IntoView + 'static) -> AnyView {
    if field.custom.is_none() {
        return input.into_any();
    }
    view! { <div class="field">{input}<p class="field-hint">{move || labels::help(field)}</p></div> }
        .into_any()
}

/// A text that follows the draft and writes into it.
pub fn text_signal(draft: Draft, name: &'static str) -> RwSignal<String> {
    let value = RwSignal::new(untrack(|| draft.text(name)));
    Effect::watch(
        move || value.get(),
        move |text, _, _| draft.set(name, Value::String(text.clone())),
        false,
    );
    value
}

fn integer(
    label: TextProp,
    name: &'static str,
    required: bool,
    draft: Draft,
    error: Signal<Option<String>>,
) -> AnyView {
    let start = untrack(|| draft.value(name)).as_i64();
    let value = RwSignal::new(start.map(|n| n.to_string()).unwrap_or_default());
    // What is no number goes to the server as text, which says what is wrong with it.
    let read = |text: &str| match text.trim() {
        "" => Value::Null,
        text => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
    };
    Effect::watch(
        move || value.get(),
        move |text, _, _| draft.set(name, read(text)),
        false,
    );
    view! { <TextInput label value error required kind="number"/> }.into_any()
}

/// A number with decimals, written with a point or a comma. What is none goes to the server as text, which says what is
/// wrong with it.
pub fn number(text: &str) -> Value {
    let plain = text.trim().replace(',', ".");
    if plain.is_empty() {
        return Value::Null;
    }
    parse_number(&plain)
        .and_then(|_| serde_json::from_str(&plain).ok())
        .unwrap_or_else(|| text.into())
}

fn decimal(
    label: TextProp,
    name: &'static str,
    required: bool,
    draft: Draft,
    error: Signal<Option<String>>,
    hint: TextProp,
) -> AnyView {
    let start = millionths(&untrack(|| draft.value(name)));
    let value = RwSignal::new(start.map(written).unwrap_or_default());
    Effect::watch(
        move || value.get(),
        move |text, _, _| draft.set(name, number(text)),
        false,
    );
    view! { <TextInput label value error required hint/> }.into_any()
}

fn boolean(label: TextProp, name: &'static str, draft: Draft) -> AnyView {
    let checked = move || draft.value(name) == true;
    view! {
        <label class="check-line">
            <input type="checkbox" prop:checked=checked on:change=move |event| draft.set(name, event_target_checked(&event).into())/>
            {move || label.get()}
        </label>
    }
    .into_any()
}

/// A day and a time of day.
#[component]
fn InstantInput(
    label: TextProp,
    name: &'static str,
    draft: Draft,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let start = untrack(|| draft.text(name));
    let day = RwSignal::new(local_day(&start));
    let clock = RwSignal::new(instant::clock(&start));
    let store = move || {
        let at = day
            .get_untracked()
            .map(|day| instant::of_local(day, &clock.get_untracked()));
        if let (Some(at), true) = (&at, clock.with_untracked(String::is_empty)) {
            clock.set(instant::clock(at));
        }
        draft.set(name, at.into());
    };
    let time_label = label.clone();
    view! {
        <div class="day-and-time">
            <DateInput label value=day error on_change=move |_| store()/>
            <TimeInput label=move || k::records::time_of(&time_label.get()) value=clock bare=true on_change=move |_| store()/>
        </div>
    }
}

/// Tags as pills with a cross, and a search that adds one or makes a new one.
#[component]
fn TagsInput(
    label: TextProp,
    name: &'static str,
    draft: Draft,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let (api, tags) = (use_api(), use_tags());
    let next = RwSignal::new(None::<Choice>);
    let ids = move || {
        let value = draft.value(name);
        let items = value.as_array().cloned().unwrap_or_default();
        items
            .iter()
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let add = move |id: String| {
        let mut all = untrack(ids);
        if !all.contains(&id) {
            all.push(id);
        }
        draft.set(name, all.into());
        next.set(None);
    };
    let pill = move |id: String| {
        let (of, gone) = (id.clone(), id.clone());
        let word = move || tags.get(&of).map(|(word, _)| word).unwrap_or_default();
        let name_of = word.clone();
        let remove = move |_| {
            let kept: Vec<_> = untrack(ids).into_iter().filter(|id| *id != gone).collect();
            draft.set(name, kept.into());
        };
        view! {
            <span class="tag neutral">{word}
                <button type="button" class="tag-remove" aria-label=move || k::records::remove_named(&name_of()) on:click=remove><Glyph icon=icon::X/></button>
            </span>
        }
    };
    let create = move |word: String| {
        spawn_local(async move {
            if let Ok(choice) = tags.create(api, &word).await {
                add(choice.value);
            }
        });
    };
    let chosen = move |choice: Option<Choice>| {
        if let Some(choice) = choice {
            add(choice.value);
        }
    };
    view! {
        <div class="tags-input">
            <Combobox label value=next find=tags.finder() error on_create=create on_change=chosen/>
            <span class="tags">{move || ids().into_iter().map(pill).collect_view()}</span>
        </div>
    }
}
