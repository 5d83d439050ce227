//! Why a deal is lost: asked before it goes.

use leptos::prelude::*;
use relasi_domain::sales::deal::OBJECT;

use super::model::Deals;
use super::moves::Losing;
use crate::i18n::{Key, k};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::text_input::TextInput;

const REASONS: [Key; 6] = [
    k::board::REASON_PRICE,
    k::board::REASON_RIVAL,
    k::board::REASON_BUDGET,
    k::board::REASON_TIME,
    k::board::REASON_FIT,
    k::board::REASON_SILENCE,
];

/// Shown while `losing` is something; the deal goes once a reason is given.
#[component]
pub fn LostDialog(
    /// The deal and its stage.
    losing: RwSignal<Option<Losing>>,
    /// The board.
    deals: Deals,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = losing.with(Option::is_some);
        if wanted {
            reason.set(String::new());
            missing.set(false);
        }
        open.set(wanted);
    });
    let title = TextProp::from(move || {
        losing.with(|losing| {
            losing
                .as_ref()
                .map(|losing| k::board::lost_title(&losing.deal.title(&OBJECT)))
                .unwrap_or_default()
        })
    });
    let error = Signal::derive(move || {
        missing
            .get()
            .then(|| k::board::REASON_MISSING.get().to_owned())
    });
    let save = move || {
        let why = reason.with_untracked(|text| text.trim().to_owned());
        missing.set(why.is_empty());
        if let Some(losing) = losing.get_untracked().filter(|_| !why.is_empty()) {
            open.set(false);
            deals.go(losing.deal, losing.stage, Some(why), true);
        }
    };
    view! {
        <Modal open title on_close=move |()| losing.set(None)>
            <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
                <TextInput label=k::board::REASON value=reason error required=true autofocus=true/>
                <div class="row" role="group" aria-label=k::board::REASON>
                    {REASONS.map(|word| view! {
                        <button type="button" class="btn small" aria-pressed=move || if reason.with(|now| now == word.get()) { "true" } else { "false" }
                            on:click=move |_| { reason.set(word.get().to_owned()); missing.set(false); }>{word}</button>
                    })}
                </div>
                <div class="row-end">
                    <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                    <Button label=k::board::MARK_LOST variant=Variant::Primary submit=true/>
                </div>
            </form>
        </Modal>
    }
}
