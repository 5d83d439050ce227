//! What one may agree to in a form.

use leptos::prelude::*;
use relasi_domain::marketing::form::{Asked, Words};
use serde::Deserialize;

use super::words_input::{WordsInput, Written};
use crate::api::use_api;
use crate::i18n::k;
use crate::screens::settings::listed::listed;
use crate::screens::settings::routing::tick;
use crate::ui::button::{Button, IconButton, Size};
use crate::ui::icon;
use crate::ui::select::{Choice, Select};

/// A consent that is being written.
#[derive(Clone, Copy)]
pub struct Asking {
    key: usize,
    purpose: RwSignal<String>,
    text: Written,
    required: RwSignal<bool>,
}

impl Asking {
    fn new(key: usize, purpose: String, text: &Words, required: bool) -> Self {
        Self {
            key,
            purpose: RwSignal::new(purpose),
            text: Written::of(text),
            required: RwSignal::new(required),
        }
    }

    pub(in crate::screens::settings) fn all(consents: &[Asked]) -> Vec<Self> {
        let consents = consents.iter().enumerate();
        consents
            .map(|(key, one)| Self::new(key, one.purpose_id.to_string(), &one.text, one.required))
            .collect()
    }

    pub(in crate::screens::settings) fn asked(self) -> Asked {
        Asked {
            purpose_id: self.purpose.get_untracked().parse().unwrap_or_default(),
            text: self.text.words(),
            required: self.required.get_untracked(),
        }
    }
}

#[derive(Clone, Deserialize)]
struct Purpose {
    id: String,
    name: String,
    wording: String,
    retired: bool,
}

/// A line for each consent. None is ever ticked before.
#[component]
pub fn Consents(asked: RwSignal<Vec<Asking>>) -> impl IntoView {
    let (found, load) = listed::<Purpose>(use_api(), "/consent-purposes");
    load();
    let purposes = Memo::new(move |_| {
        let all = found.get().and_then(Result::ok).unwrap_or_default();
        let open = all.into_iter().filter(|one| !one.retired);
        open.map(|one| (one.id, one.name, one.wording))
            .collect::<Vec<_>>()
    });
    let choices = Signal::derive(move || {
        let choice = |(id, name, _): &(String, String, String)| Choice::new(id, name);
        purposes.with(|all| all.iter().map(choice).collect::<Vec<_>>())
    });
    let add = move |()| {
        let first = purposes.with_untracked(|all| all.first().cloned());
        let Some((id, _, wording)) = first else {
            return;
        };
        asked.update(|all| {
            let key = all.iter().map(|one| one.key + 1).max().unwrap_or(0);
            // The words of the purpose are a beginning, whatever language they are in.
            let text = Words {
                en: wording,
                ..Words::default()
            };
            all.push(Asking::new(key, id, &text, false));
        });
    };
    let remove = move |key: usize| asked.update(|all| all.retain(|one| one.key != key));
    let none = move || purposes.with(Vec::is_empty);
    view! {
        <fieldset class="stack form-consents">
            <legend>{k::web_forms::CONSENTS}</legend>
            <p class="hint">{k::web_forms::CONSENTS_HINT}</p>
            <For each=move || asked.get() key=|one| one.key children=move |one| view! {
                <div class="form-question">
                    <Select label=k::web_forms::PURPOSE value=one.purpose choices/>
                    {tick(k::web_forms::REQUIRED, one.required)}
                    <IconButton label=k::web_forms::REMOVE_CONSENT icon=icon::TRASH_2 on_press=move |()| remove(one.key)/>
                    <WordsInput label=k::web_forms::CONSENT_TEXT value=one.text/>
                </div>
            }/>
            <Show when=move || !none() fallback=|| view! { <p class="secondary">{k::web_forms::NO_PURPOSES}</p> }>
                <div class="row"><Button label=k::web_forms::ADD_CONSENT size=Size::Small icon=icon::PLUS on_press=add/></div>
            </Show>
        </fieldset>
    }
}
