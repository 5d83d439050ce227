//! Operator and value of one condition.

use leptos::prelude::*;

use super::button::{Button, Size, Variant};
use super::combobox::Combobox;
use super::date_input::DateInput;
use super::date_range::{DateRange, Range};
use super::filter_bar::{
    BETWEEN, Condition, FilterField, ValueEditor, needs_no_value, operator_label,
};
use super::popover::Close;
use super::select::{Choice, Select};
use super::text_input::TextInput;
use crate::i18n::{Day, date_short, k};

/// The form behind a pill. Enter or the button applies it.
#[component]
pub fn ConditionEditor(
    /// The field in question.
    field: FilterField,
    /// What the form starts with.
    start: Condition,
    /// Called with the finished condition.
    on_apply: Callback<Condition>,
) -> impl IntoView {
    let operator = RwSignal::new(start.operator.clone());
    let values = RwSignal::new(start.values.clone());
    let close = use_context::<Close>();
    let choices = {
        let operators = field.operators.clone();
        Signal::derive(move || {
            operators
                .iter()
                .map(|o| Choice::new(*o, operator_label(o).get()))
                .collect::<Vec<_>>()
        })
    };
    let shape = Memo::new(move |_| operator.with(|operator| Shape::of(operator)));
    let complete = move || match shape.get() {
        Shape::Nothing => true,
        Shape::Range => values.with(|v| range_of(v).whole().is_some()),
        Shape::Value => values.with(|v| v.iter().any(|value| !value.value.is_empty())),
    };
    let missing =
        Signal::derive(move || (!complete()).then(|| k::filter::VALUE_MISSING.get().to_owned()));
    let id = StoredValue::new(start.field);
    let apply = move || {
        if untrack(complete) {
            let operator = operator.get_untracked();
            let values = if needs_no_value(&operator) {
                Vec::new()
            } else {
                values.get_untracked()
            };
            on_apply.run(Condition {
                field: id.get_value(),
                operator,
                values,
            });
            if let Some(close) = close {
                close.now();
            }
        }
    };
    let title = field.label.clone();
    let editor = field.editor;
    view! {
        <form class="condition" on:submit=move |event| { event.prevent_default(); apply(); }>
            <h2>{move || title.get()}</h2>
            <Select label=k::filter::OPERATOR value=operator choices bare=true/>
            {move || match shape.get() {
                Shape::Nothing => ().into_any(),
                Shape::Range => view! { <RangeField values/> }.into_any(),
                Shape::Value => view! { <ValueField editor=editor.clone() values/> }.into_any(),
            }}
            <div class="row-end">
                <Button label=k::common::APPLY variant=Variant::Primary size=Size::Small submit=true disabled=missing/>
            </div>
        </form>
    }
}

/// What an operator asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nothing,
    Value,
    Range,
}

impl Shape {
    fn of(operator: &str) -> Self {
        match operator {
            BETWEEN => Self::Range,
            operator if needs_no_value(operator) => Self::Nothing,
            _ => Self::Value,
        }
    }
}

fn range_of(values: &[Choice]) -> Range {
    let day = |at: usize| {
        values
            .get(at)
            .and_then(|value| Day::parse_iso(&value.value))
    };
    Range {
        from: day(0),
        until: day(1),
    }
}

#[component]
fn RangeField(values: RwSignal<Vec<Choice>>) -> impl IntoView {
    let range = RwSignal::new(values.with_untracked(|v| range_of(v)));
    let choice = |day: Option<Day>| day.map_or_else(|| Choice::new("", ""), day_choice);
    Effect::new(move |_| {
        let Range { from, until } = range.get();
        values.set(vec![choice(from), choice(until)]);
    });
    view! { <DateRange label=k::filter::VALUE value=range autofocus=true/> }
}

fn day_choice(day: Day) -> Choice {
    Choice::new(day.iso(), date_short(day))
}

#[component]
fn ValueField(editor: ValueEditor, values: RwSignal<Vec<Choice>>) -> impl IntoView {
    match editor {
        ValueEditor::Text => text_field(values, "text").into_any(),
        ValueEditor::Number => text_field(values, "number").into_any(),
        ValueEditor::Day => {
            let first =
                values.with_untracked(|v| v.first().and_then(|value| Day::parse_iso(&value.value)));
            let day = RwSignal::new(first);
            let set = move |day: Option<Day>| {
                values.set(day.map(day_choice).into_iter().collect());
            };
            view! { <DateInput label=k::filter::VALUE value=day bare=true on_change=set/> }
                .into_any()
        }
        ValueEditor::Choices(choices) => {
            let line = move |choice: Choice| {
                let (mine, other) = (choice.clone(), choice.clone());
                view! {
                    <label class="check-line">
                        <input type="checkbox" prop:checked=move || values.with(|v| v.contains(&mine))
                            on:change=move |event| values.update(|v| {
                                v.retain(|value| *value != other);
                                if event_target_checked(&event) {
                                    v.push(other.clone());
                                }
                            })/>
                        {choice.label}
                    </label>
                }
            };
            view! { <fieldset class="checks"><legend class="hidden-visually">{k::filter::VALUE}</legend>
                {move || choices.get().into_iter().map(line).collect_view()}</fieldset> }.into_any()
        }
        ValueEditor::Find(find) => {
            let one = RwSignal::new(values.with_untracked(|v| v.first().cloned()));
            let set = move |choice: Option<Choice>| values.set(choice.into_iter().collect());
            view! { <Combobox label=k::filter::VALUE value=one find bare=true on_change=set/> }
                .into_any()
        }
    }
}

fn text_field(values: RwSignal<Vec<Choice>>, kind: &'static str) -> impl IntoView {
    let text = RwSignal::new(values.with_untracked(|v| {
        v.first()
            .map(|value| value.value.clone())
            .unwrap_or_default()
    }));
    Effect::new(move |_| {
        let now = text.get();
        values.set(vec![Choice::new(now.clone(), now)]);
    });
    view! { <TextInput label=k::filter::VALUE value=text kind bare=true autofocus=true/> }
}
