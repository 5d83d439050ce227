//! One fact of a record: shown, and changed where it stands.

use std::time::Duration;

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind, Write, is_nothing};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, Node};

use super::live::Live;
use crate::api::FormErrors;
use crate::i18n::k;
use crate::records::input::FieldInput;
use crate::records::{Draft, Record, labels, value};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon::{self, Glyph};

/// Whether people may write a field after the record was made.
pub fn is_editable(field: &Field) -> bool {
    field.write == Write::Always && field.kind != Kind::Json
}

/// Whether a record has nothing in a field.
pub fn is_empty(record: &Record, field: &Field) -> bool {
    match record.value(&field.name) {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Label and value; pressing the value changes it in place.
#[component]
pub fn FactRow(
    /// The record.
    live: Live,
    /// The field.
    field: &'static Field,
    /// May be changed by this person.
    #[prop(into)]
    may_edit: Signal<bool>,
) -> impl IntoView {
    let name = field.name.as_ref();
    let object = live.object;
    let editing = RwSignal::new(false);
    let shown = Memo::new(move |_| {
        live.with(|record| (record.value(name).clone(), currency_of(field, record)))
    });
    let editable = move || may_edit.get() && is_editable(field);
    let opener = NodeRef::<leptos::html::Button>::new();
    // What could not be saved stands in its field again, as it was typed.
    Effect::new(move |_| {
        if live.unsaved(name).is_some() {
            editing.set(true);
        }
    });
    let close = Callback::new(move |back: bool| {
        if editing.try_set(false).is_some() {
            return;
        }
        if back {
            request_animation_frame(move || {
                if let Some(button) = opener.try_get_untracked().flatten() {
                    // Only fails for detached elements.
                    let _ = button.focus();
                }
            });
        }
    });
    let drawn = move || {
        shown.track();
        live.record()
            .map(|record| value::show(object, field, &record))
    };
    let label = move || labels::field(object, name);
    let owed = move || {
        let stage = live.asked.with(|(stage, fields)| {
            let asked = fields.iter().any(|one| one == name);
            asked.then(|| stage.clone())
        })?;
        shown.with(|(value, _)| is_nothing(value)).then(|| {
            view! { <span class="fact-owed"><Glyph icon=icon::CIRCLE/>{move || k::deals::fact_needed(&stage)}</span> }
        })
    };
    let view_value = move || {
        let button = editable().then(|| view! {
            <button node_ref=opener type="button" class="fact-edit" aria-label=move || k::record::edit_field(&label())
                data-field=name on:click=move |_| editing.set(true)><Glyph icon=icon::PENCIL/></button>
        });
        view! { <div class="fact-value" class:editable=editable on:dblclick=move |_| if untrack(editable) { editing.set(true) }>{drawn}{owed}{button}</div> }
    };
    view! {
        <div class="fact" class:open=move || editing.get()>
            <dt>{label}</dt>
            <dd>
                <Show when=move || editing.get() fallback=view_value>
                    <FactEditor live field close/>
                </Show>
            </dd>
        </div>
    }
}

fn currency_of(field: &Field, record: &Record) -> Option<String> {
    match &field.kind {
        Kind::Money { currency } => currency.of(|name| record.text(name)).map(str::to_owned),
        _ => None,
    }
}

/// Kinds whose choice is made at once, without leaving the field.
fn saves_at_once(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Choice(_) | Kind::Reference(_) | Kind::Person | Kind::Boolean | Kind::Date
    )
}

#[component]
fn FactEditor(
    live: Live,
    field: &'static Field,
    /// Called when it is over; with true the focus goes back to the value.
    close: Callback<bool>,
) -> impl IntoView {
    let name = field.name.as_ref();
    let Some(record) = untrack(|| live.record()) else {
        return ().into_any();
    };
    let draft = Draft::of(&record);
    let errors = FormErrors::default();
    if let Some(unsaved) = untrack(|| live.unsaved(name)) {
        draft.set(name, unsaved.value);
        errors.show(&unsaved.error);
    }
    let node = NodeRef::<leptos::html::Div>::new();
    focus_inside(node);
    let over = StoredValue::new(false);
    let save = move |back: bool| {
        if over.try_get_value() != Some(false) {
            return;
        }
        over.set_value(true);
        live.forget(name);
        if let Some(value) = draft.changes().remove(name) {
            live.set(name, value);
        }
        close.run(back);
    };
    // Inputs hand their value over on Enter and on leaving, so saving waits until they have.
    let save_soon = move |back: bool| set_timeout(move || save(back), Duration::ZERO);
    if saves_at_once(&field.kind) {
        Effect::watch(
            move || draft.changed(),
            move |changed, _, _| {
                if *changed {
                    save_soon(true);
                }
            },
            false,
        );
    }
    let long = matches!(field.kind, Kind::LongText { .. });
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter"
            if !event.is_composing()
                && (!long || event.ctrl_key() || event.meta_key())
                && !on_button(&event) =>
        {
            event.prevent_default();
            save_soon(true);
        }
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            over.set_value(true);
            live.forget(name);
            close.run(true);
        }
        _ => {}
    };
    let left = move |event: FocusEvent| {
        // Taking the field away makes it lose the focus, too.
        let Some(node) = node.try_get_untracked().flatten() else {
            return;
        };
        let to = event
            .related_target()
            .and_then(|t| t.dyn_into::<Node>().ok());
        let inside = to.as_ref().is_some_and(|to| node.contains(Some(to)));
        // Without a target the window itself lost the focus, or a press hit plain ground.
        if !inside && document().has_focus().unwrap_or(true) {
            save_soon(false);
        }
    };
    view! {
        <div node_ref=node class="fact-editor" on:keydown=keys on:focusout=left>
            <FieldInput object=live.object field draft errors/>
            <div class="fact-editor-foot">
                <Button label=k::common::SAVE variant=Variant::Primary size=Size::Small on_press=move |()| save_soon(true)/>
                <Button label=k::common::CANCEL variant=Variant::Quiet size=Size::Small on_press=move |()| { over.set_value(true); live.forget(name); close.run(true); }/>
            </div>
        </div>
    }
    .into_any()
}

/// Enter on a button presses it and means nothing else.
fn on_button(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|t| t.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| target.tag_name() == "BUTTON")
}

fn focus_inside(node: NodeRef<leptos::html::Div>) {
    Effect::new(move |_| {
        let Some(node) = node.get() else { return };
        request_animation_frame(move || {
            let first = node
                .query_selector("input, select, textarea")
                .ok()
                .flatten();
            if let Some(control) = first.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
                // Only fails for detached elements.
                let _ = control.focus();
            }
        });
    });
}
