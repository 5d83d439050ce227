//! The deal that a lead may bring along.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::super::live::Live;
use crate::i18n::{Day, k};
use crate::ui::date_input::DateInput;
use crate::ui::money::MoneyInput;
use crate::ui::text_input::TextInput;

/// What is being written about it.
#[derive(Clone, Copy)]
pub struct DealDraft {
    wanted: RwSignal<bool>,
    name: RwSignal<String>,
    amount: RwSignal<Option<i64>>,
    close: RwSignal<Option<Day>>,
    currency: Signal<String>,
}

impl DealDraft {
    /// Not wanted yet, with a name.
    pub fn new(live: Live, name: &str) -> Self {
        let session = live.api.session();
        Self {
            wanted: RwSignal::new(false),
            name: RwSignal::new(name.to_owned()),
            amount: RwSignal::new(None),
            close: RwSignal::new(None),
            currency: Signal::derive(move || {
                session.with(|s| {
                    s.as_ref()
                        .map(|s| s.workspace.currency.clone())
                        .unwrap_or_default()
                })
            }),
        }
    }

    /// As the API takes it; none when it is not wanted.
    pub fn body(self) -> Option<Value> {
        let wanted = self.wanted.get_untracked();
        wanted.then(|| {
            json!({
                "name": self.name.get_untracked(),
                "amount": self.amount.get_untracked(),
                "currency": self.currency.get_untracked(),
                "close_date": self.close.get_untracked().map(Day::iso),
            })
        })
    }
}

/// A box that asks for it, and its fields.
#[component]
pub fn DealFields(deal: DealDraft, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <label class="check-line">
            <input type="checkbox" prop:checked=move || deal.wanted.get() on:change=move |event| deal.wanted.set(event_target_checked(&event))/>
            {k::leads::WITH_DEAL}
        </label>
        <Show when=move || deal.wanted.get()>
            <TextInput label=k::leads::DEAL_NAME value=deal.name error/>
            <MoneyInput label=k::leads::AMOUNT value=deal.amount currency=deal.currency/>
            <DateInput label=k::leads::CLOSE_DATE value=deal.close/>
        </Show>
    }
}
