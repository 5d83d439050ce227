//! The form of an entry of the processing record.

use leptos::prelude::*;
use serde_json::{Map, Value};
use wasm_bindgen_futures::spawn_local;

use super::entries::{Desk, Entry, FIELDS, PATH};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::records::privacy::word;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

/// A text for each field.
#[component]
pub fn EntryForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let texts = FIELDS.map(|field| {
        let text = edited
            .as_ref()
            .map(|entry| entry.text(field))
            .unwrap_or_default();
        (field, RwSignal::new(text))
    });
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = texts
            .iter()
            .map(|(field, text)| ((*field).to_owned(), Value::from(text.get_untracked())));
        let body = Value::Object(body.collect::<Map<_, _>>());
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(entry) => {
                    desk.api
                        .patch(&format!("{PATH}/{}", entry.id), entry.version, &body)
                        .await
                }
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Entry>) {
                Ok(entry) => {
                    desk.editing.set(false);
                    desk.toasts.ok(k::privacy::entry_saved(&entry.text("name")));
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let areas = texts.iter().skip(1).map(|&(field, text)| {
        view! { <TextArea label=move || word("field", field) value=text rows=2 error=errors.of(field)/> }
    });
    let areas = areas.collect_view();
    let name = texts[0].1;
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::privacy::FIELD_NAME value=name required=true autofocus=true error=errors.of("name")/>
            {areas}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
