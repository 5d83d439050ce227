//! E-mail addresses and phone numbers: several of them, each with what it is for.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::form::Draft;
use super::labels;
use crate::api::use_api;
use crate::i18n::k;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::icon;
use crate::ui::phone_input::PhoneInput;
use crate::ui::text_input::TextInput;

#[derive(Clone, Copy)]
struct Line {
    id: usize,
    value: RwSignal<String>,
    label: RwSignal<String>,
}

impl Line {
    fn of(id: usize, entry: &Value) -> Self {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        Self {
            id,
            value: RwSignal::new(text("value")),
            label: RwSignal::new(untrack(|| labels::purpose(&text("label")))),
        }
    }
}

/// The country that phone numbers without `+` belong to, by the workspace's currency.
pub fn home_country(currency: &str) -> &'static str {
    match currency {
        "IDR" => "ID",
        "SGD" => "SG",
        "MYR" => "MY",
        "USD" => "US",
        "GBP" => "GB",
        "AUD" => "AU",
        "JPY" => "JP",
        "VND" => "VN",
        "PHP" => "PH",
        "EUR" => "DE",
        _ => "TH",
    }
}

/// The values one below the other, with a button that adds one.
#[component]
pub fn PointsInput(
    /// The field's name for people.
    label: TextProp,
    /// The field.
    name: &'static str,
    /// Phone numbers instead of e-mail addresses.
    phone: bool,
    /// Where the values go.
    draft: Draft,
    /// What is wrong with them.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let start = untrack(|| draft.value(name))
        .as_array()
        .cloned()
        .unwrap_or_default();
    let first = if start.is_empty() {
        vec![Value::Null]
    } else {
        start
    };
    let fresh = StoredValue::new(first.len());
    let lines = RwSignal::new(
        first
            .iter()
            .enumerate()
            .map(|(id, entry)| Line::of(id, entry))
            .collect::<Vec<_>>(),
    );
    let written = Memo::new(move |_| {
        let entry = |line: &Line| {
            let (value, label) = (line.value.get(), line.label.get());
            let (value, label) = (value.trim(), label.trim());
            (!value.is_empty()).then(|| match label {
                "" => json!({ "value": value }),
                label => json!({ "value": value, "label": labels::purpose_written(label) }),
            })
        };
        lines.with(|lines| lines.iter().filter_map(entry).collect::<Vec<_>>())
    });
    Effect::watch(
        move || written.get(),
        move |all, _, _| draft.set(name, all.clone().into()),
        false,
    );
    let session = use_api().session();
    let country = Signal::derive(move || {
        session
            .with(|s| {
                s.as_ref()
                    .map_or("TH", |s| home_country(&s.workspace.currency))
            })
            .to_owned()
    });
    let add = move |()| {
        let id = fresh.get_value();
        fresh.set_value(id + 1);
        lines.update(|lines| lines.push(Line::of(id, &Value::Null)));
    };
    let heading = label.clone();
    let row = move |line: Line| {
        let (label, about) = (label.clone(), label.clone());
        let remove = move |()| lines.update(|lines| lines.retain(|other| other.id != line.id));
        let several = move || lines.with(|lines| lines.len() > 1);
        view! {
            <div class="point-line">
                {if phone {
                    view! { <PhoneInput label value=line.value country bare=true/> }.into_any()
                } else {
                    view! { <TextInput label value=line.value kind="email" bare=true/> }.into_any()
                }}
                <TextInput label=move || k::records::used_for(&about.get()) value=line.label bare=true suggestions=Signal::derive(labels::purposes)/>
                <Show when=several>
                    <IconButton label=k::common::REMOVE icon=icon::X size=Size::Small on_press=remove/>
                </Show>
            </div>
        }
    };
    view! {
        <fieldset class="points-input">
            <legend>{move || heading.get()}<span class="points-for" aria-hidden="true">{k::records::FOR}</span></legend>
            <For each=move || lines.get() key=|line| line.id children=row/>
            {move || error.get().map(|text| view! { <p class="field-error">{text}</p> })}
            <Button label=k::common::ADD icon=icon::PLUS size=Size::Small variant=Variant::Quiet on_press=add/>
        </fieldset>
    }
}
