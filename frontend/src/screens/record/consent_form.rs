//! The form in which a consent is noted.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::consent::{Asked, Consents, note};
use super::live::Live;
use crate::api::FormErrors;
use crate::i18n::k;
use crate::records::privacy::word;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextArea;

const SOURCES: [&str; 6] = ["form", "phone", "in_person", "email", "chat", "paper"];

/// How it was said, what was shown, and what else there is to say.
#[component]
pub fn ConsentForm(
    live: Live,
    asked: Asked,
    found: RwSignal<Option<Consents>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let source = RwSignal::new("form".to_owned());
    let proof = RwSignal::new(String::new());
    let remark = RwSignal::new(String::new());
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let choices = Signal::derive(|| {
        let all = SOURCES.map(|code| Choice::new(code, word("source", code)));
        all.to_vec()
    });
    let heading = {
        let asked = asked.clone();
        move || format!("{} · {}", asked.purpose, word("channel", &asked.channel))
    };
    let wording = asked.wording.clone();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let filled = |text: RwSignal<String>| {
            Some(text.get_untracked()).filter(|text| !text.trim().is_empty())
        };
        let body = json!({
            "purpose_id": asked.purpose_id, "channels": [asked.channel], "state": "given", "source": source.get_untracked(),
            "proof": filled(proof), "note": filled(remark),
        });
        spawn_local(async move {
            let failed = note(live, &body, found).await;
            let _ = busy.try_set(false);
            match failed {
                None => {
                    let _ = open.try_set(false);
                }
                Some(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <p><strong>{heading}</strong></p>
            {(!wording.is_empty()).then(|| view! { <p class="secondary consent-proof">{wording}</p> })}
            <Select label=k::privacy::SOURCE value=source choices error=errors.of("source")/>
            <TextArea label=k::privacy::PROOF value=proof hint=k::privacy::PROOF_HINT error=errors.of("proof")/>
            <TextArea label=k::privacy::REMARK value=remark error=errors.of("note")/>
            <div class="row-end"><Button label=k::privacy::GIVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
