//! Amounts of money: shown and typed.

use leptos::prelude::*;

use super::amount_words;
use super::field::Field;
use crate::i18n::{Language, k, language, minor_digits, money, money_compact};

/// An amount that never wraps. In short form the exact amount is its title and its label.
#[component]
pub fn Money(
    /// Smallest units of the currency.
    #[prop(into)]
    minor: Signal<i64>,
    /// ISO 4217 code.
    #[prop(into)]
    currency: Signal<String>,
    /// "Rp 1,2 jt" instead of "Rp 1.200.000".
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let exact = move || money(minor.get(), &currency.get());
    if compact {
        let short = move || money_compact(minor.get(), &currency.get());
        view! { <data class="money" title=exact><span aria-hidden="true">{short}</span><span class="hidden-visually">{exact}</span></data> }.into_any()
    } else {
        view! { <span class="money">{exact}</span> }.into_any()
    }
}

/// The decimal sign of the language; tracked.
pub fn decimal_sign() -> char {
    if language() == Language::Id { ',' } else { '.' }
}

/// An amount typed with the language's separators; also "1,2 jt" and "500k".
#[component]
pub fn MoneyInput(
    /// Words above it.
    #[prop(into)]
    label: TextProp,
    /// Smallest units; `None` while empty or not understood.
    value: RwSignal<Option<i64>>,
    /// ISO 4217 code.
    #[prop(into)]
    currency: Signal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Must be filled.
    #[prop(optional)]
    required: bool,
    /// Label for screen readers only.
    #[prop(optional)]
    bare: bool,
    /// Called after the person changed the amount.
    #[prop(optional, into)]
    on_change: Option<Callback<Option<i64>>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let typing = RwSignal::new(false);
    let misread = RwSignal::new(false);
    Effect::new(move |_| {
        let shown = value
            .get()
            .map(|minor| money(minor, &currency.get()))
            .unwrap_or_default();
        if !typing.get() && !misread.get_untracked() {
            text.set(shown);
        }
    });
    let understood = Memo::new(move |_| {
        amount_words::parse(&text.get(), decimal_sign(), minor_digits(&currency.get()))
    });
    let settle = move || {
        // Not so any more when the field is being taken away.
        if typing.try_get_untracked() != Some(true) {
            return;
        }
        let read = understood.get_untracked();
        misread.set(read.is_none() && !text.with_untracked(|t| t.trim().is_empty()));
        let changed = value.get_untracked() != read;
        value.set(read);
        typing.set(false);
        if let Some(done) = on_change.filter(|_| changed) {
            done.run(read);
        }
    };
    let fault = Signal::derive(move || {
        error.get().or_else(|| {
            misread
                .get()
                .then(|| k::ui::AMOUNT_MISREAD.get().to_owned())
        })
    });
    let echo = move || match (typing.get(), understood.get()) {
        (true, Some(minor)) => money(minor, &currency.get()),
        _ => String::new(),
    };
    view! {
        <Field label error=fault hint=echo required bare control=move |ids| view! {
            <div class="control">
                <input
                    id=ids.control
                    class="amount"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-describedby=ids.described
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    aria-required=required.then_some("true")
                    prop:value=text
                    on:input=move |event| { typing.set(true); misread.set(false); text.set(event_target_value(&event)); }
                    on:blur=move |_| settle()
                    on:keydown=move |event: web_sys::KeyboardEvent| if event.key() == "Enter" { settle() }
                />
                <span class="control-suffix">{move || currency.get()}</span>
            </div>
        }/>
    }
}
