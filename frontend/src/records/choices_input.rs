//! Several choices out of a list.

use leptos::prelude::*;
use relasi_domain::field::Field;
use relasi_domain::record::Object;
use serde_json::Value;

use super::form::Draft;
use super::labels;
use crate::ui::icon::{self, Glyph};

/// A box to tick for each choice.
#[component]
pub fn ChoicesInput(
    /// The object the field belongs to.
    object: &'static Object,
    /// The field.
    field: &'static Field,
    /// Where the codes go.
    draft: Draft,
    /// What is wrong with them.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let name = field.name.as_ref();
    let codes = move || match draft.value(name) {
        Value::Array(codes) => codes,
        _ => Vec::new(),
    };
    let line = move |code: &'static str| {
        let on = move || codes().iter().any(|one| one == code);
        let toggle = move |_| {
            let mut now = untrack(codes);
            match now.iter().position(|one| one == code) {
                Some(place) => _ = now.remove(place),
                None => now.push(code.into()),
            }
            draft.set(name, now.into());
        };
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=on on:change=toggle aria-invalid=move || error.with(Option::is_some).then_some("true")/>
                {move || labels::choice(object, name, code)}
            </label>
        }
    };
    let lines = field.codes().unwrap_or_default().iter();
    let lines = lines.map(|code| line(code.as_ref())).collect_view();
    let wrong = move || {
        error
            .get()
            .map(|text| view! { <p class="field-error"><Glyph icon=icon::CIRCLE_ALERT/>{text}</p> })
    };
    view! {
        <fieldset class="choices-input">
            <legend>{move || labels::field(object, name)}</legend>
            {lines}
            {wrong}
        </fieldset>
    }
}
