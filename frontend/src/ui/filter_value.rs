//! The value of a condition, by the kind of its field.

use leptos::prelude::*;

use super::button::{IconButton, Size};
use super::combobox::{Combobox, Finder};
use super::date_input::DateInput;
use super::filter_bar::ValueEditor;
use super::filter_parts::{BASES, UNITS, read, relative_words};
use super::icon;
use super::select::{Choice, Select};
use super::text_input::{TextArea, TextInput};
use crate::i18n::{Day, date_short, k};

/// A day with its words.
pub fn day_choice(day: Day) -> Choice {
    Choice::new(day.iso(), date_short(day))
}

/// One value, or the ticked ones of a list.
#[component]
pub fn ValueField(editor: ValueEditor, values: RwSignal<Vec<Choice>>) -> impl IntoView {
    match editor {
        ValueEditor::Text => text_field(values, "text").into_any(),
        ValueEditor::Number => text_field(values, "number").into_any(),
        ValueEditor::Day => view! { <DayField values/> }.into_any(),
        ValueEditor::Choices(choices) => ticks(values, choices).into_any(),
        ValueEditor::Find(find) => {
            let one = RwSignal::new(values.with_untracked(|v| v.first().cloned()));
            let set = move |choice: Option<Choice>| values.set(choice.into_iter().collect());
            view! { <Combobox label=k::filter::VALUE value=one find bare=true on_change=set/> }
                .into_any()
        }
    }
}

fn ticks(values: RwSignal<Vec<Choice>>, choices: Signal<Vec<Choice>>) -> impl IntoView {
    let line = move |choice: Choice| {
        let (mine, other) = (choice.value.clone(), choice.clone());
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=move || values.with(|v| v.iter().any(|value| value.value == mine))
                    on:change=move |event| values.update(|v| {
                        v.retain(|value| value.value != other.value);
                        if event_target_checked(&event) {
                            v.push(other.clone());
                        }
                    })/>
                {choice.label}
            </label>
        }
    };
    view! {
        <fieldset class="checks"><legend class="hidden-visually">{k::filter::VALUE}</legend>
            {move || choices.get().into_iter().map(line).collect_view()}</fieldset>
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

/// Several values: people and records one after the other, all else a line each.
#[component]
pub fn SeveralField(editor: ValueEditor, values: RwSignal<Vec<Choice>>) -> impl IntoView {
    if let ValueEditor::Find(find) = editor {
        return found(values, find).into_any();
    }
    let lines = values.with_untracked(|v| {
        let lines: Vec<&str> = v.iter().map(|value| value.value.as_str()).collect();
        lines.join("\n")
    });
    let text = RwSignal::new(lines);
    Effect::new(move |_| {
        let lines = text.with(|text| {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(|line| Choice::new(line, line)).collect()
        });
        values.set(lines);
    });
    view! { <TextArea label=k::filter::VALUES value=text hint=k::filter::ONE_A_LINE rows=4/> }
        .into_any()
}

fn found(values: RwSignal<Vec<Choice>>, find: Finder) -> impl IntoView {
    let next = RwSignal::new(None::<Choice>);
    let add = move |choice: Option<Choice>| {
        if let Some(choice) = choice {
            values.update(|v| {
                if !v.iter().any(|value| value.value == choice.value) {
                    v.push(choice);
                }
            });
            next.set(None);
        }
    };
    let line = move |choice: Choice| {
        let (label, value) = (choice.label.clone(), choice.value);
        view! {
            <li class="several-line">
                <span class="cut">{choice.label}</span>
                <IconButton label=move || k::filter::remove_named(&label) icon=icon::X size=Size::Small
                    on_press=move |()| values.update(|v| v.retain(|other| other.value != value))/>
            </li>
        }
    };
    view! {
        <Combobox label=k::filter::VALUE value=next find bare=true on_change=add/>
        <ul class="several">{move || values.get().into_iter().map(line).collect_view()}</ul>
    }
}

/// A certain day, or one relative to now: where it starts, and how far before or after that.
#[component]
fn DayField(values: RwSignal<Vec<Choice>>) -> impl IntoView {
    let first = values.with_untracked(|v| {
        let first = v.first().map(|value| value.value.clone());
        first.unwrap_or_default()
    });
    let (start, count, start_unit) = read(&first);
    let exact = Day::parse_iso(&first);
    let base = RwSignal::new(start.to_owned());
    let day = RwSignal::new(exact);
    let far = RwSignal::new(count.unsigned_abs().to_string());
    let way = RwSignal::new(if count > 0 { "+" } else { "-" }.to_owned());
    let unit = RwSignal::new(start_unit.to_owned());
    let moved = StoredValue::new(false);
    Effect::new(move |_| {
        let value = if base.with(String::is_empty) {
            day.get().map(day_choice)
        } else {
            Some(relative(&base.get(), &way.get(), &far.get(), &unit.get()))
        };
        // A point in time that nobody touches stays as exact as it is.
        if moved.get_value() || first.is_empty() {
            values.set(value.into_iter().collect());
        }
        moved.set_value(true);
    });
    let bases = Signal::derive(|| {
        let certain = Choice::new("", k::filter::CERTAIN_DAY.get());
        let others = BASES.map(|(base, label)| Choice::new(base, label.get()));
        std::iter::once(certain).chain(others).collect::<Vec<_>>()
    });
    let units = Signal::derive(|| {
        UNITS
            .map(|(unit, label)| Choice::new(unit, label.get()))
            .to_vec()
    });
    let ways = Signal::derive(|| {
        vec![
            Choice::new("-", k::filter::BEFORE.get()),
            Choice::new("+", k::filter::AFTER.get()),
        ]
    });
    view! {
        <Select label=k::filter::WHEN value=base choices=bases/>
        {move || if base.with(String::is_empty) {
            view! { <DateInput label=k::filter::VALUE value=day bare=true/> }.into_any()
        } else {
            view! {
                <div class="relative">
                    <TextInput label=k::filter::HOW_FAR value=far kind="number"/>
                    <Select label=k::filter::UNIT value=unit choices=units/>
                    <Select label=k::filter::WAY value=way choices=ways/>
                </div>
            }.into_any()
        }}
    }
}

fn relative(base: &str, way: &str, far: &str, unit: &str) -> Choice {
    let text = written(base, way, far, unit);
    Choice::new(text.clone(), relative_words(&text).unwrap_or(text))
}

fn written(base: &str, way: &str, far: &str, unit: &str) -> String {
    let far: u32 = far.trim().parse().unwrap_or(0);
    if far == 0 {
        return base.to_owned();
    }
    format!("{base}{way}{}{unit}", far.min(9999))
}

#[cfg(test)]
mod tests {
    use super::written;
    use crate::ui::filter_parts::read;

    #[test]
    fn relative_times_go_both_ways() {
        for text in [
            "today",
            "today-30d",
            "now+2h",
            "this_month-1mo",
            "this_year+3y",
            "now-15m",
        ] {
            let (base, count, unit) = read(text);
            let way = if count < 0 { "-" } else { "+" };
            let again = written(base, way, &count.unsigned_abs().to_string(), unit);
            assert_eq!(again, text);
        }
        assert_eq!(read("2026-11-22").0, "");
        assert_eq!(read("").0, "");
    }
}
