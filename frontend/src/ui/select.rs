//! The native select, dressed.

use leptos::prelude::*;

use super::field::Field;
use super::icon::{self, Glyph};

/// One choice of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// One of a short list. For long or remote lists take the combobox.
#[component]
pub fn Select(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// The stored value; follows the choice.
    value: RwSignal<String>,
    /// The choices; a closure that reads texts follows the language.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Said below it.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// Must be chosen.
    #[prop(optional)]
    required: bool,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
    /// Called after the person chose.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let options = move || {
        choices.get().into_iter().map(|choice| {
            let this = choice.value.clone();
            view! { <option value=choice.value selected=move || value.with(|v| *v == this)>{choice.label}</option> }
        }).collect_view()
    };
    view! {
        <Field label error hint=hint.unwrap_or_default() required bare control=move |ids| view! {
            <div class="control select">
                <select
                    id=ids.control
                    aria-describedby=ids.described
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-required=required.then_some("true")
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        value.set(chosen.clone());
                        if let Some(done) = on_change { done.run(chosen); }
                    }
                >
                    {options}
                </select>
                <Glyph icon=icon::CHEVRON_DOWN/>
            </div>
        }/>
    }
}
