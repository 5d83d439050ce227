//! A text in the three languages.

use leptos::prelude::*;
use relasi_domain::marketing::form::Words;

use crate::i18n::{Key, Language, k};
use crate::ui::text_input::{TextArea, TextInput};

/// Words that are being written.
#[derive(Clone, Copy)]
pub struct Written {
    en: RwSignal<String>,
    id: RwSignal<String>,
    th: RwSignal<String>,
}

impl Written {
    pub(in crate::screens::settings) fn of(words: &Words) -> Self {
        Self {
            en: RwSignal::new(words.en.clone()),
            id: RwSignal::new(words.id.clone()),
            th: RwSignal::new(words.th.clone()),
        }
    }

    pub(in crate::screens::settings) fn words(self) -> Words {
        let text = |text: RwSignal<String>| text.get_untracked().trim().to_owned();
        Words {
            en: text(self.en),
            id: text(self.id),
            th: text(self.th),
        }
    }

    const fn in_language(self, language: Language) -> RwSignal<String> {
        match language {
            Language::En => self.en,
            Language::Id => self.id,
            Language::Th => self.th,
        }
    }
}

/// A field for each language.
#[component]
pub fn WordsInput(
    label: Key,
    value: Written,
    /// Several lines.
    #[prop(optional)]
    long: bool,
) -> impl IntoView {
    let field = move |language: Language| {
        let name = move || k::web_forms::in_language(label.get(), language.own_name());
        let value = value.in_language(language);
        if long {
            view! { <TextArea label=name value rows=2/> }.into_any()
        } else {
            view! { <TextInput label=name value/> }.into_any()
        }
    };
    view! {
        <fieldset class="words-input">
            <legend class="hidden-visually">{label}</legend>
            {Language::ALL.map(field).collect_view()}
        </fieldset>
    }
}
