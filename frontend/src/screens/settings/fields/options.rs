//! What there is to choose from.

use leptos::prelude::*;
use relasi_domain::platform::custom_field::name_of;
use serde_json::{Value, json};

use crate::i18n::{k, number};
use crate::ui::button::{Button, IconButton, Size};
use crate::ui::icon::{self, Glyph};
use crate::ui::select::Choice;
use crate::ui::text_input::TextInput;

/// A choice while it is written. Copies are the same choice.
#[derive(Clone, Copy, PartialEq)]
pub struct Row {
    id: usize,
    /// As it was stored; none for a new one.
    stored: StoredValue<Option<Value>>,
    label: RwSignal<String>,
}

impl Row {
    fn new(id: usize, stored: Option<Value>) -> Self {
        let label = stored.as_ref().and_then(|one| one["label"].as_str());
        Self {
            id,
            label: RwSignal::new(label.unwrap_or_default().to_owned()),
            stored: StoredValue::new(stored),
        }
    }

    /// The choices of a definition; two to begin with where there are none.
    pub fn of(options: &Value) -> Vec<Self> {
        let stored = options.as_array().cloned().unwrap_or_default();
        if stored.is_empty() {
            return vec![Self::new(0, None), Self::new(1, None)];
        }
        let rows = stored.into_iter().enumerate();
        rows.map(|(id, one)| Self::new(id, Some(one))).collect()
    }

    /// Its code: that which it was stored with, or one made of its label. Tracked.
    fn code(&self) -> String {
        let stored = self.stored.with_value(|stored| {
            let code = stored.as_ref().and_then(|one| one["code"].as_str());
            code.map(str::to_owned)
        });
        stored.unwrap_or_else(|| self.label.with(|label| name_of(label).unwrap_or_default()))
    }

    /// Code and label; tracked.
    pub fn choice(&self) -> Choice {
        Choice::new(self.code(), self.label.get())
    }

    /// The rows with a label as the API takes them; codes that are taken or can't be made get a number. Tracked.
    pub fn to_json(rows: &[Self]) -> Value {
        let mut taken: Vec<String> = Vec::new();
        let written = rows
            .iter()
            .filter(|row| row.label.with(|label| !label.trim().is_empty()));
        let options = written.map(|row| {
            let code = Some(row.code()).filter(|code| !code.is_empty());
            let code = code.unwrap_or_else(|| "choice".to_owned());
            let others = (2..).map(|n| format!("{code}_{n}"));
            let mut codes = std::iter::once(code.clone()).chain(others);
            let code = codes.find(|code| !taken.contains(code)).unwrap_or_default();
            taken.push(code.clone());
            let mut option = row.stored.get_value().unwrap_or_else(|| json!({}));
            option["code"] = code.into();
            option["label"] = row.label.get().trim().into();
            option
        });
        Value::Array(options.collect())
    }
}

/// The choices one below the other.
#[component]
pub fn Options(
    /// Those that are written.
    rows: RwSignal<Vec<Row>>,
    /// Whose new rows are: they outlast this part of the form, which another type takes away.
    owner: Owner,
    /// What is wrong with them.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let line = move |row: Row| {
        let place = move || rows.with(|rows| rows.iter().position(|one| *one == row));
        let n = move || {
            let place = place().map_or(0, |place| place + 1);
            number(i64::try_from(place).unwrap_or_default())
        };
        let remove = move |()| rows.update(|rows| rows.retain(|one| *one != row));
        view! {
            <div class="settings-line">
                <div class="settings-line-text"><TextInput label=move || k::fields::choice_n(&n()) value=row.label bare=true/></div>
                <IconButton label=move || k::fields::remove_choice(&row.label.get()) icon=icon::X size=Size::Small on_press=remove/>
            </div>
        }
    };
    let add = move |()| {
        rows.update(|rows| {
            let id = rows.iter().map(|row| row.id + 1).max().unwrap_or_default();
            rows.push(owner.with(|| Row::new(id, None)));
        });
    };
    let wrong = move || {
        error
            .get()
            .map(|text| view! { <p class="field-error"><Glyph icon=icon::CIRCLE_ALERT/>{text}</p> })
    };
    view! {
        <fieldset class="choices-input">
            <legend>{k::fields::CHOICES}</legend>
            <For each=move || rows.get() key=|row| row.id children=line/>
            {wrong}
            <Button label=k::fields::ADD_CHOICE size=Size::Small icon=icon::PLUS on_press=add/>
        </fieldset>
    }
}
