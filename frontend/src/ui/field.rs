//! The frame of every form field: label above, hint, error text below.

use leptos::prelude::*;

use super::icon::{self, Glyph};
use crate::i18n::k;

/// Ids that tie a control to its label and its texts.
#[derive(Clone, Debug)]
pub struct FieldIds {
    /// Of the control itself.
    pub control: String,
    /// Of hint and error, for `aria-describedby`.
    pub described: String,
}

/// Label, hint and error around a control. `control` gets the ids it must carry.
#[component]
pub fn Field<V: IntoView + 'static>(
    /// Words above the control.
    #[prop(into)]
    label: TextProp,
    /// What is wrong with the value; `None` when nothing is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Said below while there is no error.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// Marks the label.
    #[prop(optional)]
    required: bool,
    /// Keeps the label for screen readers only, where the place says it (a cell, a search bar).
    #[prop(optional)]
    bare: bool,
    /// Draws the control.
    control: impl FnOnce(FieldIds) -> V + 'static,
) -> impl IntoView {
    let ids = FieldIds {
        control: super::ids::fresh("field"),
        described: super::ids::fresh("about"),
    };
    let (for_control, described) = (ids.control.clone(), ids.described.clone());
    view! {
        <div class="field" class:invalid=move || error.with(Option::is_some)>
            <label for=for_control class:hidden-visually=bare>
                {move || label.get()}
                {required.then(|| view! { <span class="field-required">" ("{k::common::REQUIRED}")"</span> })}
            </label>
            {control(ids)}
            <div id=described class="field-note">
                {move || match error.get() {
                    Some(text) => view! { <p class="field-error"><Glyph icon=icon::CIRCLE_ALERT/>{text}</p> }.into_any(),
                    None => hint.clone().map(|hint| view! { <p class="field-hint">{move || hint.get()}</p> }).into_any(),
                }}
            </div>
        </div>
    }
}
