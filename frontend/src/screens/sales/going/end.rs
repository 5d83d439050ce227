//! Why a deal ends, as it is being written.

use leptos::prelude::*;
use relasi_domain::record::Document;
use relasi_domain::sales::{competitor, deal::OBJECT};

use super::Going;
use crate::api::FormErrors;
use crate::i18n::{Key, k};
use crate::records::fields::is_open;
use crate::records::reference_input::ReferenceInput;
use crate::records::{Draft, labels};
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::{TextArea, TextInput};

/// Reasons to choose from in pipelines that have none of their own.
const REASONS: [Key; 6] = [
    k::board::REASON_PRICE,
    k::board::REASON_RIVAL,
    k::board::REASON_BUDGET,
    k::board::REASON_TIME,
    k::board::REASON_FIT,
    k::board::REASON_SILENCE,
];

/// Reason, comment and who won it instead.
#[derive(Clone, Copy)]
pub(super) struct End {
    lost: bool,
    pub(super) asked: bool,
    reasons: StoredValue<Vec<String>>,
    reason: RwSignal<String>,
    comment: RwSignal<String>,
    rival: Draft,
}

impl End {
    pub(super) fn of(going: &Going) -> Self {
        Self {
            lost: going.is_lost(),
            asked: going.is_lost() || going.owes_reason(),
            reasons: StoredValue::new(going.reasons()),
            reason: RwSignal::default(),
            comment: RwSignal::default(),
            rival: Draft::new(Document::new()),
        }
    }

    /// Whether a reason is asked for and there is none.
    pub(super) fn lacks_reason(self) -> bool {
        self.asked && self.reason.with_untracked(|text| text.trim().is_empty())
    }

    /// The members of the verb.
    pub(super) fn told(self) -> Document {
        let mut told = Document::new();
        if !self.asked {
            return told;
        }
        for (name, text) in [("reason", self.reason), ("comment", self.comment)] {
            let text = text.with_untracked(|text| text.trim().to_owned());
            if !text.is_empty() {
                told.insert(name.to_owned(), text.into());
            }
        }
        told.extend(self.rival.body());
        told
    }
}

#[component]
pub(super) fn EndInputs(
    /// What is written.
    end: End,
    /// What is wrong with it.
    errors: FormErrors,
) -> impl IntoView {
    let error = errors.of("reason");
    let listed = end.reasons.with_value(|all| !all.is_empty());
    let choices = Signal::derive(move || {
        let none = Choice::new("", k::deals::CHOOSE_REASON.get());
        let all = end.reasons.get_value();
        let all = all
            .into_iter()
            .map(|reason| Choice::new(reason.clone(), reason));
        std::iter::once(none).chain(all).collect::<Vec<_>>()
    });
    let usual = move |word: Key| {
        let pressed = move || end.reason.with(|now| now == word.get());
        view! {
            <button type="button" class="btn small" aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_| end.reason.set(word.get().to_owned())>{word}</button>
        }
    };
    let reason = if listed {
        view! { <Select label=k::board::REASON value=end.reason choices error required=true/> }
            .into_any()
    } else {
        view! {
            <TextInput label=k::board::REASON value=end.reason error required=true autofocus=true/>
            {end.lost.then(|| view! { <div class="row" role="group" aria-label=k::board::REASON>{REASONS.map(usual)}</div> })}
        }
        .into_any()
    };
    let rival_label = TextProp::from(move || labels::field(&OBJECT, "lost_to_id"));
    view! {
        {reason}
        {(end.lost && is_open(&OBJECT, "lost_to_id")).then(|| view! {
            <ReferenceInput label=rival_label hint="".into() name="competitor_id" required=false draft=end.rival error=errors.of("competitor_id") target=&competitor::OBJECT/>
        })}
        {is_open(&OBJECT, "closed_note").then(|| view! { <TextArea label=k::deals::COMMENT value=end.comment limit=2_000_usize error=errors.of("comment")/> })}
    }
}
