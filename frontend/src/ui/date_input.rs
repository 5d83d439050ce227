//! A day typed in words or picked from a month.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::date_words;
use super::field::Field;
use super::icon::{self, Glyph};
use super::month_grid::MonthGrid;
use super::popup;
use crate::i18n::{Day, date_long, date_short, era, k, today};

/// A day. Reads "besok", "พรุ่งนี้", "fri 10", 9/8/69 and says below which day it understood.
#[component]
pub fn DateInput(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// The day; `None` while empty or not understood.
    value: RwSignal<Option<Day>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Must be filled.
    #[prop(optional)]
    required: bool,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// Called after the person chose or cleared a day.
    #[prop(optional, into)]
    on_change: Option<Callback<Option<Day>>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let misread = RwSignal::new(false);
    let typing = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    let panel = NodeRef::<leptos::html::Div>::new();
    let open = RwSignal::new(false);
    if autofocus {
        super::text_input::focus_when_mounted(input);
    }
    // Shows the stored day in the language's own way, except under the person's fingers.
    Effect::new(move |_| {
        let shown = value.get().map(date_short).unwrap_or_default();
        if !typing.get() && !misread.get_untracked() {
            text.set(shown);
        }
    });
    let understood = Memo::new(move |_| date_words::parse(&text.get(), today(), era()));
    let set = move |day: Option<Day>| {
        let changed = value.get_untracked() != day;
        value.set(day);
        if let Some(done) = on_change.filter(|_| changed) {
            done.run(day);
        }
    };
    let settle = move || {
        // Not so any more when the field is being taken away.
        if typing.try_get_untracked() != Some(true) {
            return;
        }
        let read = understood.get_untracked();
        misread.set(read.is_none() && !text.with_untracked(|t| t.trim().is_empty()));
        set(read);
        typing.set(false);
    };
    let hide = move || {
        if let Some(panel) = panel.get_untracked() {
            popup::hide(&panel);
        }
        open.set(false);
    };
    let toggle = move |_| {
        if open.get_untracked() {
            return hide();
        }
        if let (Some(panel), Some(input)) = (panel.get_untracked(), input.get_untracked()) {
            popup::show_at(&panel, &input);
            open.set(true);
        }
    };
    let pick = Callback::new(move |day: Day| {
        typing.set(false);
        misread.set(false);
        set(Some(day));
        hide();
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    });
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => settle(),
        "Escape" if typing.get_untracked() => {
            event.stop_propagation();
            misread.set(false);
            typing.set(false);
            text.set(value.get_untracked().map(date_short).unwrap_or_default());
        }
        _ => {}
    };
    let fault = Signal::derive(move || {
        error
            .get()
            .or_else(|| misread.get().then(|| k::ui::DATE_MISREAD.get().to_owned()))
    });
    let echo = move || match (typing.get(), understood.get(), value.get()) {
        (true, Some(day), _) | (false, _, Some(day)) => date_long(day),
        (true, None, _) if !text.with(String::is_empty) => k::ui::DATE_HINT.get().to_owned(),
        _ => String::new(),
    };
    view! {
        <Field label error=fault hint=echo required bare control=move |ids| view! {
            <div class="control date">
                <input
                    node_ref=input
                    id=ids.control
                    type="text"
                    autocomplete="off"
                    aria-describedby=ids.described
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    aria-required=required.then_some("true")
                    prop:value=text
                    on:input=move |event| { typing.set(true); misread.set(false); text.set(event_target_value(&event)); }
                    on:blur=move |_| settle()
                    on:keydown=keys
                />
                <button type="button" class="control-clear" aria-label=k::ui::PICK_DAY on:click=toggle>
                    <Glyph icon=icon::CALENDAR/>
                </button>
                <div node_ref=panel class="popover" popover="auto" role="dialog" aria-label=k::ui::PICK_DAY
                    on:toggle=move |event: web_sys::Event| open.set(popup::is_open(&event))>
                    <Show when=move || open.get()><MonthGrid value=value.get_untracked() on_pick=pick/></Show>
                </div>
            </div>
        }/>
    }
}
