//! Operator and value of one condition.

use leptos::prelude::*;

use super::button::{Button, Size, Variant};
use super::date_range::{DateRange, Range};
use super::filter_bar::{
    BETWEEN, Condition, FilterField, ValueEditor, needs_no_value, operator_label,
};
use super::filter_value::{SeveralField, ValueField, day_choice};
use super::popover::Close;
use super::select::{Choice, Select};
use crate::i18n::{Day, k};

/// The form behind a pill. Enter or the button applies it.
#[component]
pub fn ConditionEditor(
    /// The field in question.
    field: FilterField,
    /// What the form starts with.
    start: Condition,
    /// Called with the finished condition.
    on_apply: Callback<Condition>,
    /// Does not close what it stands in.
    #[prop(optional)]
    stays: bool,
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
    let many = !matches!(field.editor, ValueEditor::Choices(_));
    let shape = Memo::new(move |_| operator.with(|operator| Shape::of(operator, many)));
    let complete = move || match shape.get() {
        Shape::Nothing => true,
        Shape::Range => values.with(|v| range_of(v).whole().is_some()),
        Shape::Value | Shape::Several => {
            values.with(|v| v.iter().any(|value| !value.value.is_empty()))
        }
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
                let mut values = values.get_untracked();
                values.retain(|value| !value.value.is_empty());
                if shape.get_untracked() == Shape::Value && many {
                    values.truncate(1);
                }
                values
            };
            on_apply.run(Condition {
                field: id.get_value(),
                operator,
                values,
            });
            if let Some(close) = close.filter(|_| !stays) {
                close.now();
            }
        }
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        // The form of a rule may be around it.
        event.stop_propagation();
        apply();
    };
    let title = field.label.clone();
    let editor = field.editor;
    view! {
        <form class="condition" on:submit=submit>
            <h2>{move || title.get()}</h2>
            <Select label=k::filter::OPERATOR value=operator choices bare=true/>
            {move || match shape.get() {
                Shape::Nothing => ().into_any(),
                Shape::Range => view! { <RangeField values/> }.into_any(),
                Shape::Value => view! { <ValueField editor=editor.clone() values/> }.into_any(),
                Shape::Several => view! { <SeveralField editor=editor.clone() values/> }.into_any(),
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
    Several,
    Range,
}

impl Shape {
    fn of(operator: &str, many: bool) -> Self {
        match operator {
            "in" | "not in" if many => Self::Several,
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
