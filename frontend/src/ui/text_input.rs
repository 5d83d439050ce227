//! Text fields.

use leptos::prelude::*;

use super::field::Field;
use super::icon::{self, Glyph};
use crate::i18n::{k, number};

/// One line of text.
#[component]
pub fn TextInput(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// The text; follows every key.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Said below it.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// The `type` attribute; default `text`.
    #[prop(optional, into)]
    kind: Option<&'static str>,
    /// The `autocomplete` attribute; default `off`.
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
    /// Drawn before the text, inside the control.
    #[prop(optional, into)]
    prefix: Option<TextProp>,
    /// Must be filled.
    #[prop(optional)]
    required: bool,
    /// Shown but not changed.
    #[prop(optional, into)]
    read_only: Signal<bool>,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// Texts that the browser proposes while typing; others may be typed all the same.
    #[prop(optional, into)]
    suggestions: Option<Signal<Vec<&'static str>>>,
    /// Called with the text when the person leaves the changed field or presses Enter.
    #[prop(optional, into)]
    on_commit: Option<Callback<String>>,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Input>::new();
    if autofocus {
        focus_when_mounted(node);
    }
    let list = suggestions.map(|all| (super::ids::fresh("list"), all));
    let list_id = list.as_ref().map(|(id, _)| id.clone());
    view! {
        <Field label error hint=hint.unwrap_or_default() required bare control=move |ids| view! {
            <div class="control">
                {prefix.map(|prefix| view! { <span class="control-prefix">{move || prefix.get()}</span> })}
                <input
                    node_ref=node
                    id=ids.control
                    type=kind.unwrap_or("text")
                    autocomplete=autocomplete.unwrap_or("off")
                    aria-describedby=ids.described
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-required=required.then_some("true")
                    readonly=read_only
                    list=list_id
                    bind:value=value
                    on:change=move |_| if let Some(done) = on_commit { done.run(value.get_untracked()) }
                />
                {list.map(|(id, all)| view! {
                    <datalist id=id>{move || all.get().into_iter().map(|text| view! { <option value=text></option> }).collect_view()}</datalist>
                })}
            </div>
        }/>
    }
}

/// Several lines of text that grow with it.
#[component]
pub fn TextArea(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// The text; follows every key.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Said below it.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// Lines shown at first; default 3.
    #[prop(default = 3)]
    rows: u32,
    /// Characters allowed; shows a counter.
    #[prop(optional, into)]
    limit: Option<usize>,
    /// Must be filled.
    #[prop(optional)]
    required: bool,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
    /// Called with the text when the person leaves the changed field.
    #[prop(optional, into)]
    on_commit: Option<Callback<String>>,
) -> impl IntoView {
    let left = move |limit: usize| {
        let used = value.with(|text| text.chars().count());
        let shown = |count: usize| number(i64::try_from(count).unwrap_or(i64::MAX));
        view! { <span class="counter" class:over=move || { used > limit }>{shown(used)}" / "{shown(limit)}</span> }
    };
    view! {
        <Field label error hint=hint.unwrap_or_default() required bare control=move |ids| view! {
            <textarea
                class="control-area"
                id=ids.control
                rows=rows
                aria-describedby=ids.described
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-required=required.then_some("true")
                bind:value=value
                on:change=move |_| if let Some(done) = on_commit { done.run(value.get_untracked()) }
            ></textarea>
            {limit.map(|limit| move || left(limit))}
        }/>
    }
}

/// A search field with its glass and a button that clears it.
#[component]
pub fn SearchInput(
    /// Its name, and the words shown while it is empty.
    #[prop(into)]
    label: TextProp,
    /// The text; follows every key.
    value: RwSignal<String>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// The field itself, for a key that focuses it.
    #[prop(optional)]
    node: NodeRef<leptos::html::Input>,
) -> impl IntoView {
    if autofocus {
        focus_when_mounted(node);
    }
    let name = label.clone();
    let clear = move |_| {
        value.set(String::new());
        if let Some(input) = node.get_untracked() {
            // Only fails for detached elements.
            let _ = input.focus();
        }
    };
    view! {
        <div class="control search" role="search">
            <Glyph icon=icon::SEARCH/>
            <input
                node_ref=node
                type="search"
                autocomplete="off"
                aria-label=move || name.get()
                placeholder=move || label.get()
                bind:value=value
            />
            <Show when=move || !value.with(String::is_empty)>
                <button type="button" class="control-clear" aria-label=k::common::CLEAR on:click=clear><Glyph icon=icon::X/></button>
            </Show>
        </div>
    }
}

/// Focuses an input (and selects its text) once it is in the page.
pub fn focus_when_mounted(node: NodeRef<leptos::html::Input>) {
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            request_animation_frame(move || {
                // Only fails for detached elements.
                let _ = input.focus();
                input.select();
            });
        }
    });
}
