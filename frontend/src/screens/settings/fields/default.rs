//! What new records get that bring nothing.

use leptos::prelude::*;
use serde_json::Value;

use super::options::Row;
use crate::api::FormErrors;
use crate::i18n::{Day, k};
use crate::records::Draft;
use crate::records::input::{number, text_signal};
use crate::ui::date_input::DateInput;
use crate::ui::money::MoneyInput;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextInput;

const NAME: &str = "default_value";

/// The input that fits the type; nothing where a default would make no sense.
#[component]
pub fn Default(draft: Draft, errors: FormErrors, rows: RwSignal<Vec<Row>>) -> impl IntoView {
    // A default of another type is none.
    let kind = Memo::new(move |_| draft.text("kind"));
    Effect::watch(
        move || kind.get(),
        move |_, _, _| draft.set(NAME, Value::Null),
        false,
    );
    let unique = Memo::new(move |_| draft.value("is_unique") == true);
    move || {
        if unique.get() {
            return ().into_any();
        }
        let (label, error) = (k::fields::DEFAULT, errors.of(NAME));
        match kind.get().as_str() {
            "text" | "link" | "email" | "phone" => {
                let value = text_signal(draft, NAME);
                view! { <TextInput label value error/> }.into_any()
            }
            "number" => {
                let value = RwSignal::new(String::new());
                let set = move |text: String| draft.set(NAME, number(&text));
                view! { <TextInput label value error on_commit=set/> }.into_any()
            }
            "money" => {
                let value = RwSignal::new(untrack(|| draft.value(NAME)).as_i64());
                let currency = Signal::derive(move || draft.text("currency"));
                let set = move |minor: Option<i64>| draft.set(NAME, minor.into());
                view! { <MoneyInput label value currency error on_change=set/> }.into_any()
            }
            "date" => {
                let value = RwSignal::new(Day::parse_iso(&untrack(|| draft.text(NAME))));
                let set = move |day: Option<Day>| draft.set(NAME, day.map(Day::iso).into());
                view! { <DateInput label value error on_change=set/> }.into_any()
            }
            "boolean" => view! { <YesOrNo draft/> }.into_any(),
            "choice" => {
                let value = RwSignal::new(untrack(|| draft.text(NAME)));
                let choices = Signal::derive(move || {
                    let mut all = vec![Choice::new("", k::common::NONE.get())];
                    rows.with(|rows| all.extend(rows.iter().map(Row::choice)));
                    all
                });
                let set = move |code: String| draft.set(NAME, code.into());
                view! { <Select label value choices error on_change=set/> }.into_any()
            }
            _ => ().into_any(),
        }
    }
}

/// Yes, no, or nothing.
#[component]
fn YesOrNo(draft: Draft) -> impl IntoView {
    let now = untrack(|| draft.value(NAME)).as_bool();
    let value = RwSignal::new(now.map(|yes| yes.to_string()).unwrap_or_default());
    let choices = Signal::derive(|| {
        let all = [
            ("", k::common::NONE),
            ("true", k::common::YES),
            ("false", k::common::NO),
        ];
        all.map(|(value, label)| Choice::new(value, label.get()))
            .to_vec()
    });
    let set = move |text: String| {
        let value = text.parse().map_or(Value::Null, Value::Bool);
        draft.set(NAME, value);
    };
    view! { <Select label=k::fields::DEFAULT value choices on_change=set/> }
}
