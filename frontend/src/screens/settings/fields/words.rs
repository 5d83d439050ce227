//! Label and help text in the languages of the product.

use leptos::prelude::*;
use relasi_domain::people::contact;
use serde_json::{Value, json};

use crate::api::FormErrors;
use crate::i18n::k;
use crate::records::{Draft, labels};
use crate::ui::accordion::Accordion;
use crate::ui::text_input::TextInput;

const LANGUAGES: [&str; 3] = ["en", "id", "th"];

/// A label and a help text for each language.
#[component]
pub fn Words(draft: Draft, errors: FormErrors) -> impl IntoView {
    let text = move |member: &'static str, tag: &'static str, label: fn(&str) -> String| {
        let name = move || labels::choice(&contact::OBJECT, "language", tag);
        let start = untrack(|| draft.value(member));
        let value = RwSignal::new(start[tag].as_str().unwrap_or_default().to_owned());
        Effect::watch(
            move || value.get(),
            move |text, _, _| {
                let mut all = match untrack(|| draft.value(member)) {
                    Value::Object(all) => all,
                    _ => serde_json::Map::new(),
                };
                if text.trim().is_empty() {
                    all.remove(tag);
                } else {
                    all.insert(tag.to_owned(), json!(text.trim()));
                }
                draft.set(member, Value::Object(all));
            },
            false,
        );
        view! { <TextInput label=move || label(&name()) value error=errors.of(member)/> }
    };
    let labels = LANGUAGES.map(|tag| text("labels", tag, k::fields::label_in));
    let helps = LANGUAGES.map(|tag| text("help", tag, k::fields::help_in));
    view! {
        <Accordion title=k::fields::TRANSLATIONS>
            <div class="stack">{labels.into_iter().collect_view()}{helps.into_iter().collect_view()}</div>
        </Accordion>
    }
}
